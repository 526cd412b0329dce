"""Faults of a scenario folder, as a table that says where, what and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from roadmap.words import complaints
from views import tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from roadmap import errors
    from roadmap.words import text

_SHOWN = 500


def table(faults: Sequence[errors.Fault], words: text.Words) -> pd.DataFrame:
    """Return one row a fault: file, row, column, value, what is wrong, remedy."""
    rows = []
    for fault in faults:
        wrong, remedy = complaints.sentences(fault, words)
        rows.append(
            {
                words.t("File"): fault.file,
                words.t("Row"): "" if fault.row is None else str(fault.row),
                words.t("Column"): fault.column or "",
                words.t("Value"): "" if fault.value is None else str(fault.value)[:200],
                words.t("What is wrong"): wrong,
                words.t("Remedy"): remedy,
            }
        )
    return pd.DataFrame(rows)


def show(scenario_id: str, faults: Sequence[errors.Fault], words: text.Words) -> None:
    """Draw the faults of a scenario that could not be loaded."""
    _list(
        words.n(
            "Scenario {name!r} has {count} fault and is not shown. Its files were left as they are.",
            "Scenario {name!r} has {count} faults and is not shown. Its files were left as they are.",
            len(faults),
            name=scenario_id,
        ),
        faults,
        words,
    )


def show_figures(faults: Sequence[errors.Fault], words: text.Words) -> None:
    """Draw the faults of the public figures, without which no scenario is shown."""
    _list(
        words.n(
            "The public figures in data/observations have {count} fault, and no page can be shown.",
            "The public figures in data/observations have {count} faults, and no page can be shown.",
            len(faults),
        ),
        faults,
        words,
    )


def _list(said: str, faults: Sequence[errors.Fault], words: text.Words) -> None:
    st.error(said)
    tables.show(table(faults[:_SHOWN], words), key="faults")
    if len(faults) > _SHOWN:
        st.caption(words.t("The first {count} are shown.", count=words.integer(_SHOWN)))
