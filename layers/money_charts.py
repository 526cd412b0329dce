"""Pictures of money as SVG: the funnel, what is delivered over time, and the flow from funder to place.

Each has a table beside it that says the same; names pass into the drawing escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from layers import money_frames, money_words, palette, svg
from roadmap import money, phases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from layers import text

PROGRAMMES, TARGETS = 12, 14
"""How many are drawn apart."""

_FUNNEL_ROW, _FUNNEL_LABEL = 30, 150
_TALL, _GAP, _NODE, _LABEL = 560, 7, 14, 192
_LINES_TALL, _LINES_LEFT, _LINES_RIGHT, _LINES_TOP = 240, 76, 236, 14
_LONG = 34
_FUNDERS = {
    "US": ("#1f5c6b", "#7cd0e0"),
    "MX": ("#5d6b2f", "#b9cc74"),
    "joint": ("#6d6a75", "#b8b4c2"),
    "private": ("#8a5a7c", "#d6a3c8"),
}
"""Colours of the funders, light and dark; none of them says control."""


def _short(name: str) -> str:
    return name if len(name) <= _LONG else f"{name[: _LONG - 1]}\N{HORIZONTAL ELLIPSIS}"


def funnel(sums: pd.Series, words: text.Words, *, dark: bool) -> str:
    """Return the four amounts as bars of one scale, and what is withheld as one more.

    Parameters
    ----------
    sums
        Cents by amount, from :meth:`roadmap.accounts.Books.funnel`.
    words, dark
        Language and theme.
    """
    most = max(int(sums.max()), 1)
    room = svg.WIDTH - _FUNNEL_LABEL - 180
    fill = "#7cd0e0" if dark else palette.ACCENT
    parts = []
    for row, stage in enumerate(money.AMOUNTS):
        y, wide = row * _FUNNEL_ROW + 6, room * int(sums[stage]) / most
        hollow = stage == money.WITHHELD
        style = f'fill="none" stroke="{fill}" stroke-dasharray="3 2"' if hollow else f'fill="{fill}"'
        parts += [
            svg.text(_FUNNEL_LABEL - 10, y + 15, words.named(money_words.STAGES, stage), anchor="end", size=12),
            f'<rect x="{_FUNNEL_LABEL}" y="{y}" width="{wide:.1f}" height="20" {style}/>',
            svg.text(_FUNNEL_LABEL + wide + 8, y + 15, money_words.dollars(int(sums[stage]), words), size=12),
        ]
    return svg.frame(len(money.AMOUNTS) * _FUNNEL_ROW + 8, "".join(parts), dark=dark)


def lines(course: pd.DataFrame, month: int, words: text.Words, *, dark: bool) -> str:
    """Return sums that grow over the months, one line a funder.

    Parameters
    ----------
    course
        Cents, cumulative; index months 0 to 60, a column for each funder.
    month
        The month shown.
    words, dark
        Language and theme.
    """
    most = max(int(course.to_numpy().max(initial=0)), 1)
    wide = svg.WIDTH - _LINES_LEFT - _LINES_RIGHT
    ink = svg.ink(dark=dark)

    def at(index: int, cents: float) -> tuple[float, float]:
        return _LINES_LEFT + index / phases.LAST_MONTH * wide, _LINES_TOP + (1 - cents / most) * _LINES_TALL

    box = f'x="{_LINES_LEFT}" y="{_LINES_TOP}" width="{wide}" height="{_LINES_TALL}"'
    parts = [
        f'<rect {box} fill="none" stroke="{ink}" stroke-opacity=".25"/>',
        svg.text(_LINES_LEFT - 6, _LINES_TOP + 10, money_words.millions(most, words), anchor="end"),
        svg.text(_LINES_LEFT - 6, _LINES_TOP + _LINES_TALL, "0", anchor="end"),
    ]
    taken: list[float] = []
    for funder in course.iloc[-1].sort_values(ascending=False, kind="stable").index:
        values = course[funder].to_numpy()
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(i, value) for i, value in enumerate(values)))
        colour = _FUNDERS.get(str(funder), (ink, ink))[dark]
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.4"/>')
        y = max([at(phases.LAST_MONTH, values[-1])[1] + 4, *(each + 15 for each in taken[-1:])])
        taken.append(y)
        label = words.named(money_words.FUNDERS, str(funder))
        said = f"{label}: {money_words.millions(int(values[month]), words)}"
        parts.append(svg.text(_LINES_LEFT + wide + 8, y, said, size=12))
    now = at(month, 0)[0]
    parts.append(f'<path d="M{now:.1f} {_LINES_TOP}v{_LINES_TALL}" stroke="{ink}" stroke-width="1.2"/>')
    parts.append(svg.text(now, _LINES_TOP + _LINES_TALL + 16, words.month(month), anchor="middle"))
    return svg.frame(_LINES_TOP + _LINES_TALL + 24, "".join(parts), dark=dark)


# --- flow -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Node:
    """A block of the flow: where it begins and ends from top to bottom."""

    top: float
    bottom: float


def gathered(flows: pd.DataFrame, *, programmes: int = PROGRAMMES, targets: int = TARGETS) -> pd.DataFrame:
    """Return the flow with the smallest programmes and targets put together; sums stay the same.

    Parameters
    ----------
    flows
        From :meth:`roadmap.accounts.Books.flows`.
    programmes, targets
        How many stay apart; what cannot be placed always does.

    Returns
    -------
    pandas.DataFrame
        Columns ``funder``, ``programme``, ``target`` and ``cents``.
    """
    found = flows.astype({"target": object}).assign(
        target=flows["target"].astype(object).where(flows["target"].notna(), money_frames.NOWHERE)
    )
    for column, count in (("programme", programmes), ("target", targets)):
        sums = found[found[column] != money_frames.NOWHERE].groupby(column)["cents"].sum()
        kept = {*sums.sort_values(ascending=False, kind="stable").index[:count], money_frames.NOWHERE}
        found[column] = [key if key in kept else money_frames.OTHER for key in found[column]]
    return found.groupby(["funder", "programme", "target"], as_index=False, sort=True)["cents"].sum()


def sankey(flows: pd.DataFrame, names: Mapping[str, Mapping[str, str]], words: text.Words, *, dark: bool) -> str:
    """Return the flow from funder through programme to place.

    Parameters
    ----------
    flows
        As returned by :func:`gathered`.
    names
        Names by column and key; :data:`money_frames.OTHER` and :data:`money_frames.NOWHERE` are named here.
    words, dark
        Language and theme.
    """
    if flows.empty:
        return svg.frame(40, svg.text(8, 24, words.t("Nothing is delivered by this month."), size=12), dark=dark)
    columns = ("funder", "programme", "target")
    left = [float(_LABEL), (svg.WIDTH - _NODE) / 2, float(svg.WIDTH - _LABEL - _NODE)]
    orders = [_order(flows, column) for column in columns]
    scale = min((_TALL - _GAP * (len(order) - 1)) / int(flows["cents"].sum()) for order in orders)
    nodes = [_stacked(order, scale) for order in orders]
    parts = []
    for step in (0, 1):
        both = slice(step, step + 2)
        parts += _ribbons(flows, columns[both], nodes[both], left[both], scale, dark=dark)
    extra = {money_frames.OTHER: words.t("other, smaller"), money_frames.NOWHERE: words.t("cannot be placed")}
    for column, node, x, order in zip(columns, nodes, left, orders, strict=True):
        known = {**names.get(column, {}), **extra}
        for key, sums in order.items():
            label = f"{_short(known.get(str(key), str(key)))} {money_words.millions(sums, words)}"
            parts += _block(node[str(key)], x, label, column, dark=dark)
    height = max(each.bottom for node in nodes for each in node.values()) + 12
    return svg.frame(height, "".join(parts), dark=dark)


def _order(flows: pd.DataFrame, column: str) -> pd.Series:
    """Return the sum of each node from top to bottom: large ones first, what is put together and not placed last."""
    sums = flows.groupby(column)["cents"].sum().sort_values(ascending=False, kind="stable")
    last = [key for key in (money_frames.OTHER, money_frames.NOWHERE) if key in sums.index]
    return pd.concat([sums.drop(last), sums[last]])


def _stacked(order: pd.Series, scale: float) -> dict[str, _Node]:
    ends = 6 + np.cumsum(order.to_numpy() * scale + _GAP) - _GAP
    begins = ends - order.to_numpy() * scale
    return {
        str(key): _Node(float(top), float(bottom)) for key, top, bottom in zip(order.index, begins, ends, strict=True)
    }


def _ribbons(
    flows: pd.DataFrame,
    columns: Sequence[str],
    nodes: Sequence[Mapping[str, _Node]],
    left: Sequence[float],
    scale: float,
    *,
    dark: bool,
) -> list[str]:
    """Draw the bands between two columns, each as thick as its sum."""
    sums = flows.groupby(list(columns))["cents"].sum()
    ranks = [{key: rank for rank, key in enumerate(node)} for node in nodes]
    pairs = sorted(sums.items(), key=lambda each: tuple(ranks[i][str(each[0][i])] for i in (0, 1)))
    used = [dict.fromkeys(node, 0.0) for node in nodes]
    grey = "#9fb0ba" if dark else "#7b8791"
    x0, x1 = left[0] + _NODE, left[1]
    middle = (x0 + x1) / 2
    parts = []
    for (source, target), cents in pairs:
        thick = int(cents) * scale
        y0, y1 = (nodes[i][key].top + used[i][key] + thick / 2 for i, key in enumerate((str(source), str(target))))
        used[0][str(source)] += thick
        used[1][str(target)] += thick
        colour = _FUNDERS.get(str(source), (grey, grey))[dark] if columns[0] == "funder" else grey
        parts.append(
            f'<path d="M{x0:.1f} {y0:.1f}C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {x1:.1f} {y1:.1f}" fill="none" '
            f'stroke="{colour}" stroke-opacity=".38" stroke-width="{max(thick, 0.4):.2f}"/>'
        )
    return parts


def _block(node: _Node, x: float, label: str, column: str, *, dark: bool) -> list[str]:
    ink = svg.ink(dark=dark)
    middle = (node.top + node.bottom) / 2 + 4
    anchor, at = ("end", x - 6) if column == "funder" else ("start", x + _NODE + 6)
    tall = max(node.bottom - node.top, 0.8)
    size = f'width="{_NODE}" height="{tall:.1f}"'
    block = f'<rect x="{x:.1f}" y="{node.top:.1f}" {size} fill="{ink}" fill-opacity=".8"/>'
    ground = "#14191f" if dark else "#ffffff"
    halo = f'<g paint-order="stroke" stroke="{ground}" stroke-opacity=".75" stroke-width="3" stroke-linejoin="round">'
    return [block, halo, svg.text(at, middle, label, anchor=anchor), "</g>"]
