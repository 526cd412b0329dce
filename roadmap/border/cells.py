"""Columns that the tables of the border share, and how their cells are read on the line that is watched."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

import pandas as pd

from geo import border
from roadmap.border import crossings
from roadmap.plan import phases
from roadmap.tables import declared, delimited, documents


@dataclass(frozen=True, eq=False)
class Line:
    """What the tables of the border look names and kilometres up in.

    Attributes
    ----------
    borders
        The borders.
    placed
        The crossings on their lines, from :func:`roadmap.border.crossings.place`.
    """

    borders: border.Border
    placed: pd.DataFrame


def at_crossing(row: delimited.Row, column: str, line: Line) -> float | None:
    """Return the kilometre of the crossing a row names, or None after a fault."""
    name, placed = row.text(column).strip(), line.placed
    if name not in placed.index:
        if name:
            row.fault(column, "unknown_crossing", suggestion=lambda: crossings.nearest(name, placed.index))
        return None
    if placed.loc[name, "border"] != line.borders.code:
        row.fault(column, "crossing_elsewhere", border=str(placed.loc[name, "border"]))
        return None
    return float(placed.loc[name, "km"])


def on_line(row: delimited.Row, column: str, line: Line) -> float | None:
    """Return a kilometre on the line that is watched, or None after a fault."""
    km, length = row.number(column), line.borders.km
    if km is not None and not 0.0 <= km <= length:
        row.fault(column, "off_the_line", length_km=round(length, 1))
        return None
    return km


ID: Final = declared.Column[Line]("id", "id", "Its name.", pattern=documents.ID.pattern)
CROSSING: Final = declared.Column[Line]("crossing", "name", "Id of a crossing on the line.", reads=at_crossing)
BASIS: Final = declared.Column[Line]("basis", "text", 'Why it stands here: "invented" and what else there is to say.')

kilometre = partial(declared.Column[Line], kind="number", unit="km", low=0.0, reads=on_line)
"""A column of kilometres along the line."""

month = partial(declared.Column[Line], kind="month", low=phases.BASELINE_MONTH, high=phases.MAX_MONTH)
"""A column of months of the plan, month 0 included."""

FIRST_MONTH: Final = month("first_month", says="In service from this month on.")
