"""Pictures of money as SVG: the funnel, shares by phase, and the flow from funder to place.

Each has a table beside it that says the same; names pass into the drawing escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from layers import money_frames, money_words, palette, svg
from roadmap import money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from layers import text

PROGRAMMES, TARGETS = 12, 14
"""How many are drawn apart."""

_FUNNEL_ROW, _FUNNEL_LABEL = 30, 150
_BAR, _BAR_GAP, _PHASE, _BETWEEN_SHARES, _ROOM_FOR_SHARE = 24, 6, 64, 40, 50
_TALL, _GAP, _NODE, _LABEL = 560, 7, 14, 192
_LONG = 34


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


# --- shares by phase --------------------------------------------------------------------------


def shares(found: pd.DataFrame, words: text.Words, *, dark: bool) -> str:
    """Return of which kind the money delivered in each phase is: two halves, a bar of 100 % for each phase.

    Parameters
    ----------
    found
        From :func:`layers.money_frames.phase_by_phase`.
    words, dark
        Language and theme.
    """
    wide = (svg.WIDTH - _BETWEEN_SHARES) / 2
    halves = (
        ("tactical", "strategic", *(words.t(each) for each in money_words.SUPPORTS.values())),
        ("public", "private", words.t("public: United States, Mexico, both"), words.t(money_words.FUNDERS["private"])),
    )
    parts = []
    for place, (first, second, one, other) in enumerate(halves):
        left = place * (wide + _BETWEEN_SHARES)
        parts += _half(found, (first, second), (one, other), (left, wide), words, dark=dark)
    return svg.frame(40 + len(found) * (_BAR + _BAR_GAP), "".join(parts), dark=dark)


def _half(
    found: pd.DataFrame,
    kinds: tuple[str, str],
    labels: tuple[str, str],
    span: tuple[float, float],
    words: text.Words,
    *,
    dark: bool,
) -> list[str]:
    """Draw a bar for each phase: one kind from the left, the other from the right."""
    left, wide = span[0] + _PHASE, span[1] - _PHASE
    fills = ("#47545f", "#7cd0e0") if dark else ("#c9d2d8", palette.ACCENT)
    inks = ("#e6eaee", "#14191f") if dark else ("#20272e", "#ffffff")
    right = left + wide
    parts = [
        f'<rect x="{left:.1f}" y="4" width="11" height="11" fill="{fills[0]}"/>',
        svg.text(left + 16, 14, labels[0], size=12),
        f'<rect x="{right - 11:.1f}" y="4" width="11" height="11" fill="{fills[1]}"/>',
        svg.text(right - 16, 14, labels[1], anchor="end", size=12),
    ]
    for row, (number, sums) in enumerate(found[list(kinds)].iterrows()):
        top = 26 + row * (_BAR + _BAR_GAP)
        parts.append(svg.text(span[0], top + 16, words.t("Phase {number}", number=number), size=12))
        whole = int(sums.sum())
        if not whole:
            parts.append(svg.text(left, top + 16, words.t("nothing is delivered"), size=12))
            continue
        share = int(sums[kinds[0]]) / whole
        cut = left + share * wide
        for x, end, fill in ((left, cut, fills[0]), (cut, right, fills[1])):
            parts.append(f'<rect x="{x:.1f}" y="{top}" width="{end - x:.1f}" height="{_BAR}" fill="{fill}"/>')
        parts += _said(share, (left, cut, right), top + 16, inks, words)
    return parts


def _said(
    share: float, marks: tuple[float, float, float], y: float, inks: tuple[str, str], words: text.Words
) -> list[str]:
    """Write each share into its part of the bar; one that is too narrow for it stands in the other's."""
    left, cut, right = marks
    first = words.percent(share)
    second = words.percent(1 - share)
    over = cut - left < _ROOM_FOR_SHARE, right - cut < _ROOM_FOR_SHARE
    texts = (
        (cut + 6 if over[0] else left + 6, "start", first, inks[1] if over[0] else inks[0]),
        (cut - 6 if over[1] else right - 6, "end", second, inks[0] if over[1] else inks[1]),
    )
    return [f'<g fill="{ink}">{svg.text(x, y, said, anchor=anchor, size=12)}</g>' for x, anchor, said, ink in texts]


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
        colour = palette.FUNDERS.get(str(source), (grey, grey))[dark] if columns[0] == "funder" else grey
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
