"""Observed figures as a table, each with its period, note and source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from views import pieces

if TYPE_CHECKING:
    from markupsafe import Markup

    from roadmap.words import text


def table(found: pd.DataFrame, words: text.Words) -> Markup:
    """Return observed indicators, rows of the observations' table, as a plain table."""
    rows = [
        [
            row.label,
            "" if pd.isna(row.value) else words.number(row.value),
            row.unit,
            row.period,
            row.note if isinstance(row.note, str) else "",
            row.source,
        ]
        for row in found.itertuples()
    ]
    headings = [
        words.t("Indicator"),
        words.t("Value"),
        words.t("Unit"),
        words.t("Period"),
        words.t("Note"),
        words.t("Source"),
    ]
    return pieces.table(headings, rows, numeric={1})
