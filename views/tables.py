"""Tables that can be sorted and saved, on every page the same."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from layers import export

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import pandas as pd

    from views import frame


def show(
    rows: pd.DataFrame,
    headings: Mapping[str, str] | None = None,
    *,
    key: str,
    percent: Collection[str] = (),
    height: int | str = "auto",
) -> None:
    """Draw a table that can be sorted.

    Streamlit can save what it shows as CSV, so no cell and no heading of it is left that a spreadsheet would calculate.
    Its button for that is hidden by the pages' style sheet, since such a file would not say where it comes from;
    :func:`save` draws one for a file that does.

    Parameters
    ----------
    rows
        What to show.
    headings
        Headings of the columns to show, in order; without them all columns are shown under their own names.
    key
        Of the element.
    percent
        Columns of `rows` that hold shares; other numbers are written as the reader's language does.
    height
        In pixels, or ``"auto"``.
    """
    headings = headings if headings is not None else {name: name for name in rows.columns}
    kept = rows[list(headings)]
    shares = {str(export.neutral(headings[name])) for name in kept.columns if name in percent}
    named = export.harmless(kept.rename(columns=dict(headings)))
    settings = {
        name: st.column_config.NumberColumn(format="percent" if name in shares else "localized")
        for name in named.select_dtypes("number").columns
    }
    st.dataframe(
        named, hide_index=True, width="stretch", height=height, key=key, column_config=settings, placeholder=""
    )


def save(
    stage: frame.Stage,
    name: str,
    make: Callable[[], pd.DataFrame],
    *,
    month: int | None = None,
    hypothetical: bool = True,
) -> None:
    """Draw a button that saves a table as CSV, with figures in full; the file is made on the click.

    Parameters
    ----------
    stage
        What the page works with.
    name
        Of the file and of the button's key.
    make
        Returns the rows.
    month
        The month that the file is named after; without it, the one shown.
    hypothetical
        Whether the rows are invented.
    """
    month = stage.view.month if month is None else month
    st.download_button(
        stage.words.t("Save as CSV"),
        partial(_written, make, stage, month, hypothetical=hypothetical),
        file_name=export.file_name(name, month, stage.atlas.scenario.id, "csv"),
        mime="text/csv",
        on_click="ignore",
        key=f"save-{name}",
        icon=":material/download:",
    )


def _written(make: Callable[[], pd.DataFrame], stage: frame.Stage, month: int, *, hypothetical: bool) -> bytes:
    return export.csv(make(), stage.atlas, month, hypothetical=hypothetical)
