"""Tables that can be sorted and saved, on every page the same."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Literal

import pandas as pd
import streamlit as st

from layers import base
from layers.files import export
from views import link, loading

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from views import frame


def show(
    rows: pd.DataFrame,
    headings: Mapping[str, str] | None = None,
    *,
    key: str,
    percent: Collection[str] = (),
    height: int | Literal["auto"] = "auto",
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


_NAMES = {"zones": "name", "crossings": "name_us"}
"""Columns of layers in which the scenario's own names stand."""


def translated(rows: pd.DataFrame, layer: base.Layer, stage: frame.Stage) -> pd.DataFrame:
    """Return rows of a layer with the scenario's names in the reader's language; files keep the scenario's own."""
    plan, words = stage.atlas, stage.words
    names = [*(zone.name for zone in plan.scenario.zones), *(each.name for each in plan.frontier.upgrades.upgrades)]
    known = {str(name): words.of(name) for name in names if words.of(name) != name}
    if not known or layer.id not in _NAMES:
        return rows
    column = _NAMES[layer.id]
    return rows.assign(**{column: [known.get(name, name) for name in rows[column]]})


def save(
    stage: frame.Stage,
    name: str,
    make: Callable[[], pd.DataFrame],
    *,
    month: int | None = None,
    compared: bool = False,
    hypothetical: bool = True,
) -> None:
    """Draw a button that saves a table as CSV for a spreadsheet, with figures in full; the file is made on the click.

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
    compared
        Whether the rows depend on the month compared with; then name and rows tell it.
    hypothetical
        Whether the rows are invented.
    """
    view = stage.view if month is None else dataclasses.replace(stage.view, month=month)
    vs = view.vs if compared else 0
    written = partial(_written, make, loading.Later.of(stage.atlas), view, hypothetical=hypothetical, compared=compared)
    _button(stage, name, written, export.file_name(name, view.month, stage.atlas.scenario.id, "csv", vs=vs or None))


def _button(stage: frame.Stage, name: str, make: Callable[[], bytes], file_name: str) -> None:
    """Draw the button that saves a file of comma-separated values, made on the click."""
    st.download_button(
        stage.words.t("Save as CSV"),
        make,
        file_name=file_name,
        mime="text/csv",
        on_click="ignore",
        key=f"save-{name}",
        icon=":material/download:",
    )


def save_layer(stage: frame.Stage, layer: base.Layer, rows: pd.DataFrame) -> None:
    """Draw a button that saves the rows of a layer as CSV under the name that the layer's other files have."""
    flat, later = partial(pd.DataFrame, rows.drop(columns="geometry")), loading.Later.of(stage.atlas)
    compared = layer.compares is not base.Compares.NOTHING
    written = partial(_written, flat, later, stage.view, hypothetical=layer.illustrative, compared=compared)
    _button(stage, layer.id, written, export.name_of(layer, stage.seen, "csv"))


def _written(
    make: Callable[[], pd.DataFrame], later: loading.Later, view: link.View, *, hypothetical: bool, compared: bool
) -> bytes:
    return export.csv(make(), view.seen(later()), hypothetical=hypothetical, compared=compared, mark=True)
