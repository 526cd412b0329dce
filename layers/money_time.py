"""Pictures of money over the months as SVG: by funder, and a panel for each programme.

Each has a table that says the same; names pass into the drawing escaped.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layers import money_words, palette
from layers.charts import svg
from roadmap.plan import phases

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from roadmap.words import text

_MONTHS = phases.LAST_MONTH + 1
_CENTS_PER_MILLION = 1e8
_STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
_LINES = 3

_TALL, _LEFT, _RIGHT, _TOP = 240, 64, 290, 34
_KEY_ROW, _SAMPLE = 22, 26

_COLUMNS, _PANEL_LEFT, _PANEL_GAP = 4, 50, 18
_HEAD, _PANEL_TALL, _BETWEEN = 36, 64, 12


@dataclass(frozen=True)
class _Plot:
    """A rectangle in which months run across, a cell each, and sums rise from the floor."""

    left: float
    top: float
    wide: float
    tall: float
    most: float

    @property
    def floor(self) -> float:
        return self.top + self.tall

    def across(self, month: float) -> float:
        """Return where the middle of a month lies."""
        return self.left + (month + 0.5) / _MONTHS * self.wide

    def up(self, cents: float) -> float:
        """Return where a sum lies."""
        return self.floor - cents / self.most * self.tall

    def line(self, values: Sequence[int]) -> list[tuple[float, float]]:
        """Return points from month to month; months on a straight run are left out."""
        last = len(values) - 1
        kept = [
            i for i in range(last + 1) if i in (0, last) or values[i + 1] - values[i] != values[i] - values[i - 1]
        ]
        return [(self.across(i), self.up(values[i])) for i in kept]

    def steps(self, values: Sequence[int]) -> list[tuple[float, float]]:
        """Return points that stay level within a month."""
        month, points = 0, [(self.left, self.floor)]
        for value, run in itertools.groupby(values):
            month += len(list(run))
            up = self.up(value)
            points += [(points[-1][0], up), (self.left + month / _MONTHS * self.wide, up)]
        return points

    def course(self, values: Sequence[int], *, running: bool) -> list[tuple[float, float]]:
        """Return the points of sums so far, or of sums month by month."""
        return self.line(values) if running else self.steps(values)

    def area(self, values: Sequence[int], *, running: bool) -> str:
        """Return the path of a course closed along the floor."""
        points = self.course(values, running=running)
        return svg.along([*points, (points[-1][0], self.floor), (points[0][0], self.floor)]) + "Z"


def _grid(plots: Sequence[_Plot], ticks: Sequence[float], ink: str) -> str:
    """Draw the floor of each plot and its lines at round sums."""
    level = "".join(
        f"M{svg.number(plot.left)} {svg.number(plot.up(each))}h{svg.number(plot.wide)}"
        for plot in plots
        for each in ticks
    )
    floor = "".join(f"M{svg.number(plot.left)} {svg.number(plot.floor)}h{svg.number(plot.wide)}" for plot in plots)
    return (
        f'<path d="{level}" fill="none" stroke="{ink}" stroke-opacity=".22" stroke-width=".7"/>'
        f'<path d="{floor}" fill="none" stroke="{ink}" stroke-opacity=".7"/>'
    )


def _now(plots: Sequence[_Plot], month: int, *, dark: bool) -> str:
    """Draw the line at the month shown into each plot; what comes after it is pale."""
    veils, lines = [], []
    for plot in plots:
        end, right, top, floor = plot.across(month + 0.5), plot.left + plot.wide, plot.top - 2, plot.floor - 0.6
        veils.append(svg.along([(end, top), (right, top), (right, floor), (end, floor)]) + "Z")
        lines.append(svg.along([(plot.across(month), top), (plot.across(month), plot.floor)]))
    return (
        f'<path d="{"".join(veils)}" fill="{svg.ground(dark=dark)}" fill-opacity=".55"/>'
        f'<path d="{"".join(lines)}" fill="none" stroke="{svg.ink(dark=dark)}" stroke-width="1.1"/>'
    )


def ticks(most: float) -> tuple[float, ...]:
    """Return three round sums, equally far apart, of which the highest is not below another.

    Examples
    --------
    >>> ticks(7579), ticks(0)
    ((3000, 6000, 9000), (1, 2, 3))
    """
    if most <= 0:
        return tuple(range(1, _LINES + 1))
    power = 10 ** math.floor(math.log10(most / _LINES))
    step = next(each * power for each in _STEPS if each * power * _LINES >= most)
    return tuple(step * (number + 1) for number in range(_LINES))


def _sum(cents: float, words: text.Words) -> str:
    return words.number(cents / _CENTS_PER_MILLION)


def _order(course: pd.DataFrame, *, running: bool) -> pd.Index:
    """Return the columns by their sum over all months, the largest first; the same for both ways of counting."""
    sums = course.iloc[-1] if running else course.sum()
    return sums.sort_values(ascending=False, kind="stable").index


# --- by funder --------------------------------------------------------------------------------


def funders(
    course: pd.DataFrame,
    month: int,
    words: text.Words,
    *,
    running: bool,
    unit: str,
    ends: Iterable[int] = (),
    dark: bool,
) -> str:
    """Return one amount by funder over the months, and a key with the sums of the month shown.

    Sums so far are a line a funder, with a dot at the month shown; sums month by month are columns, one on another.

    Parameters
    ----------
    course
        Cents; index months 0 to 60, a column for each funder.
    month
        The month shown.
    words
        Language.
    running
        Whether the sums are so far, or month by month.
    unit
        Words for millions of which dollars.
    ends
        Last months of the phases, marked below.
    dark
        Theme.
    """
    found = course[_order(course, running=running)]
    if not found.to_numpy().any():
        return svg.frame(40, svg.text(8, 24, words.t("Nothing is delivered."), size=12), words, dark=dark)
    highest = found.to_numpy().max(initial=0) if running else found.sum(axis=1).max()
    lines = ticks(float(highest))
    plot = _Plot(_LEFT, _TOP, svg.WIDTH - _LEFT - _RIGHT, _TALL, lines[-1])
    parts = [_grid([plot], lines, svg.ink(dark=dark)), *_axes(plot, lines, words, unit, ends)]
    parts += _lines(plot, found, month, dark=dark) if running else _columns(plot, found, month, dark=dark)
    at, anchor = plot.across(month), "end" if month > phases.LAST_MONTH / 2 else "start"
    parts.append(svg.text(at, _TOP - 8, words.month(month), anchor=anchor, weight=600))
    parts += _key(found, month, words, running=running, dark=dark)
    return svg.frame(plot.floor + 26, "".join(parts), words, dark=dark)


def _axes(plot: _Plot, lines: Sequence[float], words: text.Words, unit: str, ends: Iterable[int]) -> list[str]:
    """Label the lines at round sums, and below the months in which a phase ends."""
    parts = [svg.text(plot.left - 8, plot.up(each) + 4, _sum(each, words), anchor="end") for each in (0, *lines)]
    below = plot.floor + 16
    months = [svg.text(plot.across(each), below, words.integer(each), anchor="middle") for each in (0, *ends)]
    return [*parts, svg.text(0, 11, unit), *months, svg.text(plot.left - 8, below, words.t("month"), anchor="end")]


def _lines(plot: _Plot, found: pd.DataFrame, month: int, *, dark: bool) -> list[str]:
    drawn, dots = [], []
    for funder in found.columns:
        colour, dashes = _look(str(funder), dark=dark)
        values = found[funder].tolist()
        line = svg.along(plot.line(values))
        drawn.append(f'<path d="{line}" fill="none" stroke="{colour}" stroke-width="2.4"{_dashed(dashes)}/>')
        dots.append(
            f'<circle cx="{plot.across(month):.1f}" cy="{plot.up(values[month]):.1f}" r="4.2" fill="{colour}" '
            f'stroke="{svg.ground(dark=dark)}" stroke-width="1.4"/>'
        )
    return [*drawn, _now([plot], month, dark=dark), *dots]


def _columns(plot: _Plot, found: pd.DataFrame, month: int, *, dark: bool) -> list[str]:
    """Draw a column a month, the largest funder at the foot."""
    step = plot.wide / _MONTHS
    tops = found.to_numpy().cumsum(axis=1)
    drawn = []
    for place, funder in enumerate(found.columns):
        colour, _ = _look(str(funder), dark=dark)
        blocks = "".join(
            f"M{plot.left + at * step + 0.8:.1f} {plot.up(tops[at, place] - cents):.1f}"
            f"V{plot.up(tops[at, place]):.1f}h{step - 1.6:.1f}V{plot.up(tops[at, place] - cents):.1f}Z"
            for at, cents in enumerate(found[funder].tolist())
            if cents
        )
        drawn.append(f'<path d="{blocks}" fill="{colour}"/>')
    return [*drawn, _now([plot], month, dark=dark)]


def _key(found: pd.DataFrame, month: int, words: text.Words, *, running: bool, dark: bool) -> list[str]:
    """Name the funders, with their sums by the month shown or in it, and the sum of them all."""
    x, right = svg.WIDTH - _RIGHT + 30, svg.WIDTH - 4
    shown = words.month(month)
    when = words.t("By {month}", month=shown) if running else words.t("In {month}", month=shown)
    parts = [svg.text(x, _TOP + 4, when, size=12, weight=600)]
    sums = found.loc[month] if len(found.columns) else found.sum()
    order = list(sums.index) if running else list(sums.index)[::-1]  # as the columns are stacked
    for row, funder in enumerate(order):
        y = _TOP + 4 + (row + 1) * _KEY_ROW
        colour, dashes = _look(str(funder), dark=dark)
        mark = (
            f'<path d="M{x} {y - 4}h{_SAMPLE}" stroke="{colour}" stroke-width="2.6"{_dashed(dashes)}/>'
            if running
            else f'<rect x="{x}" y="{y - 10}" width="{_SAMPLE / 2}" height="12" fill="{colour}"/>'
        )
        said = money_words.millions(int(sums[funder]), words)
        parts += [
            mark,
            svg.text(x + _SAMPLE + 8, y, words.named(money_words.FUNDERS, str(funder)), size=12),
            svg.text(right, y, said, anchor="end", size=12),
        ]
    y = _TOP + 4 + (len(order) + 1) * _KEY_ROW
    rule = f'<path d="M{x} {y - 15}H{right}" stroke="{svg.ink(dark=dark)}" stroke-opacity=".4"/>'
    whole = money_words.millions(int(sums.sum()), words)
    return [
        *parts,
        rule,
        svg.text(x + _SAMPLE + 8, y, words.t("all together"), size=12, weight=600),
        svg.text(right, y, whole, anchor="end", size=12, weight=600),
    ]


def _look(funder: str, *, dark: bool) -> tuple[str, str]:
    grey = svg.ink(dark=dark)
    light, on_dark, dashes = palette.FUNDERS.get(funder, (grey, grey, ""))
    return (on_dark if dark else light), dashes


def _dashed(dashes: str) -> str:
    return f' stroke-dasharray="{dashes}"' if dashes else ""


# --- by programme -----------------------------------------------------------------------------


def programmes(
    delivered: pd.DataFrame,
    planned: pd.DataFrame,
    month: int,
    names: Mapping[str, str],
    words: text.Words,
    *,
    running: bool,
    dark: bool,
) -> str:
    """Return a panel for each programme, the largest first, all on one scale.

    What is delivered is an area and what is planned a line: the same dollars at two moments, never added.

    Parameters
    ----------
    delivered, planned
        Cents; index months 0 to 60, a column for each programme.
    month
        The month shown.
    names
        Titles of the programmes.
    words
        Language.
    running
        Whether the sums are so far, or month by month.
    dark
        Theme.
    """
    if delivered.empty or not len(delivered.columns):
        return svg.frame(40, svg.text(8, 24, words.t("There are no lines."), size=12), words, dark=dark)
    order = _order(delivered, running=running)
    lines = ticks(float(max(delivered.to_numpy().max(), planned.to_numpy().max())))
    wide = (svg.WIDTH - _PANEL_LEFT - (_COLUMNS - 1) * _PANEL_GAP) / _COLUMNS
    pitch = _HEAD + _PANEL_TALL + _BETWEEN
    drawn, labels, plots = [], [], []
    for number, programme in enumerate(order):
        row, column = divmod(number, _COLUMNS)
        left, top = _PANEL_LEFT + column * (wide + _PANEL_GAP), row * pitch + _HEAD
        plot = _Plot(left, top, wide, _PANEL_TALL, lines[-1])
        both = delivered[programme].tolist(), planned[programme].tolist()
        plots.append(plot)
        drawn += _panel(plot, *both, running=running, dark=dark)
        labels += _panel_head(plot, names.get(str(programme), str(programme)), both[0][month], both[1][month], words)
        if column == 0:
            labels += [svg.text(left - 6, plot.up(y) + 3, _sum(y, words), anchor="end", size=9) for y in (0, *lines)]
        if number + _COLUMNS >= len(order):
            labels += _panel_foot(plot, words)
    around = _grid(plots, lines, svg.ink(dark=dark)), _now(plots, month, dark=dark)
    rows = -(-len(order) // _COLUMNS)
    return svg.frame(rows * pitch + 12, "".join([around[0], *drawn, around[1], *labels]), words, dark=dark)


def _panel(
    plot: _Plot, delivered: Sequence[int], planned: Sequence[int], *, running: bool, dark: bool
) -> list[str]:
    fill = "#7cd0e0" if dark else palette.ACCENT
    area, line = plot.area(delivered, running=running), svg.along(plot.course(planned, running=running))
    return [
        f'<path d="{area}" fill="{fill}" fill-opacity=".75"/>',
        f'<path d="{line}" fill="none" stroke="{svg.ink(dark=dark)}" stroke-width="1"/>',
    ]


def _panel_head(plot: _Plot, name: str, delivered: int, planned: int, words: text.Words) -> list[str]:
    said = words.t(
        "{delivered} delivered, {planned} planned",
        delivered=money_words.millions(delivered, words),
        planned=money_words.millions(planned, words),
    )
    title = svg.fitted(name, plot.wide, weight=600)
    return [
        svg.text(plot.left, plot.top - 20, title, weight=600),
        svg.text(plot.left, plot.top - 6, said),
    ]


def _panel_foot(plot: _Plot, words: text.Words) -> list[str]:
    y = plot.floor + 11
    return [
        svg.text(plot.left, y, words.month(0), size=9),
        svg.text(plot.left + plot.wide, y, words.month(phases.LAST_MONTH), anchor="end", size=9),
    ]
