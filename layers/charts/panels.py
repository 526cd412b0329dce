"""Small multiples: one panel a group, all on one scale, dealt into as many charts as stand side by side.

Each chart is one column of panels as wide as there is room for; on a phone they stand under one another.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import altair as alt
import numpy as np
import pandas as pd

from layers.charts import theme
from roadmap.words.text import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from roadmap.words import text

PITCH, PLOT = 116, 0.56
"""Height of a panel in pixels, and which part of it is plotted."""
_HEADS, _FOOT = (20, 35), 56
_STEPS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True)
class Kind:
    """What panels have in common."""

    area: str  # words for what is an area
    top: float  # value at the top of each panel
    form: str  # how values are written, in the way of d3
    per: float = 1.0  # by what they are divided for it on the axis
    told: str = "{0}"  # expression of a value as it is told to the pointer
    line: str = ""  # words for what is a line, if anything is
    steps: bool = False  # whether a value holds for a month, or is reached in it


@dataclass(frozen=True)
class Panels:
    """Panels from top to bottom: a column a panel, a row a month.

    Under each title stands what there is to say of the month shown; `last` says what came of it by the last month.
    """

    titles: Sequence[str]
    under: Sequence[str]
    last: Sequence[str]
    area: pd.DataFrame
    line: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def last_month(self) -> int:
        """The last month."""
        return int(self.area.index[-1])

    def dealt(self, charts: int) -> list[Panels]:
        """Return the panels in so many columns, each as long as the others but for the last."""
        size = max(1, math.ceil(len(self.titles) / charts))
        cuts = [slice(first, first + size) for first in range(0, len(self.titles), size)]
        return [
            Panels(
                self.titles[cut], self.under[cut], self.last[cut], self.area.iloc[:, cut], self.line.iloc[:, cut]
            )
            for cut in cuts
        ]

    def listed(self, said: Sequence[str], words: text.Words) -> str:
        """Return what is said of each panel with its title."""
        return words.pairs(zip(self.titles, said, strict=True))

    def rows(self) -> pd.DataFrame:
        """Return a row for each panel and month, as small as it can be."""
        months, count = self.area.shape
        found = {
            "rank": np.repeat(np.arange(count, dtype=np.int8), months),
            "month": np.tile(np.arange(months, dtype=np.int16), count),
            "area": self.area.to_numpy().ravel(order="F"),
        }
        if not self.line.empty:
            found["line"] = self.line.to_numpy().ravel(order="F")
        return pd.DataFrame(found)

    def names(self) -> pd.DataFrame:
        """Return the title of each panel."""
        return pd.DataFrame({"rank": np.arange(len(self.titles), dtype=np.int8), "title": list(self.titles)})

    def heads(self, month: int) -> pd.DataFrame:
        """Return the month shown in each panel, and what is said of it."""
        ranks = np.arange(len(self.under), dtype=np.int8)
        return pd.DataFrame({"rank": ranks, "month": month, "under": list(self.under)})


def charts(
    panels: Panels, kind: Kind, columns: int, month: int, words: text.Words, *, dark: bool
) -> list[theme.Chart]:
    """Return panels in so many columns, each a chart, with a line at the month shown; what comes after it is pale."""
    by = mark("By baseline (month 0), invented: {list}."), mark("By month {month}, invented: {list}.")
    alone = mark("At baseline (month 0), invented: {list}."), mark("In month {month}, invented: {list}.")
    return [
        theme.filled(
            _specification(len(part.titles), part.last_month, kind, words, dark=dark),
            words.at(part.last_month, *by, list=part.listed(part.last, words)),
            words.at(month, *(alone if kind.steps else by), list=part.listed(part.under, words)),
            rows=part.rows(),
            names=part.names(),
            heads=part.heads(month),
        )
        for part in panels.dealt(columns)
    ]


def round_sum(most: float) -> float:
    """Return a round number that is not below another.

    Examples
    --------
    >>> round_sum(7579), round_sum(0)
    (8000.0, 1.0)
    """
    if most <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(most))
    return next(each * power for each in _STEPS if each * power >= most)


@functools.lru_cache(maxsize=32)
def _specification(count: int, last: int, kind: Kind, words: text.Words, *, dark: bool) -> dict[str, Any]:
    """Return a column of panels without its rows: each has the height 1, and its values rise from its foot."""
    look = theme.inks(dark=dark)
    rows = alt.Chart(theme.rows("rows"))
    heads = alt.Chart(theme.rows("heads")).transform_calculate(top=_height("1", 1.0), foot="datum.rank + 1")
    x = theme.months((last,), last, words)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[0, count], reverse=True, nice=False), axis=_axis(count, kind))
    interpolate: Literal["step", "linear"] = "step" if kind.steps else "linear"
    placed = rows.transform_calculate(foot="datum.rank + 1", y=_height("datum.area", kind.top))
    layers = [
        placed.mark_area(color=look.accent, fillOpacity=0.6 if kind.line else 0.22, interpolate=interpolate).encode(
            x, y, alt.Y2("foot:Q"), detail="rank:O"
        ),
        placed.transform_calculate(y=_height("datum.line" if kind.line else "datum.area", kind.top))
        .mark_line(
            color=look.ink if kind.line else look.accent, strokeWidth=1 if kind.line else 2, interpolate=interpolate
        )
        .encode(theme.X, y="y:Q", detail="rank:O"),
        theme.veil(heads, look, last).encode(y="top:Q", y2="foot:Q"),
        heads.mark_rule(color=look.ink, strokeWidth=1).encode(x=theme.X, y="top:Q", y2="foot:Q"),
        *(
            chart.mark_text(
                align="left", baseline="alphabetic", dy=dy, fontSize=size, fontWeight=weight, limit=alt.ExprRef("width")
            ).encode(x=alt.value(0), y="rank:Q", text=f"{name}:N")
            for chart, name, dy, size, weight in _texts(heads)
        ),
        _told(placed, kind, look, words),
    ]
    return theme.specification(alt.layer(*layers), count * PITCH + _FOOT, words, dark=dark)


def _texts(heads: alt.Chart) -> list[tuple[alt.Chart, str, int, int, Literal[400, 600]]]:
    """Return rows and column, place below the top, size and weight of the texts over each panel."""
    above, below = _HEADS
    return [
        (alt.Chart(theme.rows("names")), "title", above, theme.SIZE, 600),
        (heads, "under", below, theme.SMALL, 400),
    ]


def _height(value: str, top: float) -> str:
    return f"datum.rank + 1 - {PLOT / top!r} * {value}"


def _axis(count: int, kind: Kind) -> alt.Axis:
    """Return lines at nothing, half and all of the scale of each panel, labelled with what they stand for."""
    values = [rank + 1 - part * PLOT for rank in range(count) for part in (0, 0.5, 1)]
    label = f"format((ceil(datum.value - 1e-6) - datum.value) * {kind.top / PLOT / kind.per!r}, '{_whole(kind.form)}')"
    return alt.Axis(values=values, labelExpr=label, tickCount=len(values), title=None, labelFontSize=9, domain=False)


def _whole(form: str) -> str:
    """Return a way of writing without decimals and noughts at the end."""
    return form.replace(".1f", "~f").replace(".1%", ".0%")


def _told(placed: alt.Chart, kind: Kind, look: theme.Inks, words: text.Words) -> alt.Chart:
    """Answer the pointer with the values of a month."""
    names = {"area": kind.area, "line": kind.line} if kind.line else {"area": kind.area}
    told = [
        alt.Tooltip("title:N", title="title"),
        *(alt.Tooltip(f"{each}_said:Q", title=name, format=kind.form) for each, name in names.items()),
    ]
    titled = placed.transform_lookup("rank", alt.LookupData(theme.rows("names"), "rank", ["title"]))
    known = titled.transform_calculate(**{f"{each}_said": kind.told.format(f"datum.{each}") for each in names})
    return theme.pointed(known, look, told, words).encode(y=alt.Y("rank:Q"), y2=alt.Y2("foot:Q"))
