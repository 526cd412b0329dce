"""The flow of money from funder through programme to place, as SVG.

A table beside it says the same; names pass into the drawing escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from layers import money_frames, money_words, palette
from layers.charts import svg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from roadmap.words import text

PROGRAMMES, TARGETS = 12, 14
"""How many are drawn apart."""

_TALL, _GAP, _SLOT, _NODE, _BOX = 560, 7, 18, 12, 312
_FIRST, _LAST, _TALLEST, _THIN = 198, 240, 48, 15


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
        From :meth:`roadmap.ledger.bookkeeping.Books.flows`.
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


def draw(flows: pd.DataFrame, names: Mapping[str, Mapping[str, str]], words: text.Words, *, dark: bool) -> str:
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
        return svg.frame(40, svg.text(8, 24, words.t("Nothing is delivered."), size=12), words, dark=dark)
    columns = ("funder", "programme", "target")
    band = (svg.WIDTH - _FIRST - _BOX - _LAST) / 2 - _NODE
    spans = [(_FIRST, _NODE), (_FIRST + _NODE + band, _BOX), (svg.WIDTH - _LAST - _NODE, _NODE)]
    orders = [_order(flows, column) for column in columns]
    # A few flows are not blown up to the full height.
    tall = min(_TALL, _TALLEST * max(len(order) for order in orders))
    scale = min((tall - _GAP * (len(order) - 1)) / int(flows["cents"].sum()) for order in orders)
    nodes = [_stacked(order, scale) for order in orders]
    parts = []
    for step in (0, 1):
        both = slice(step, step + 2)
        ends = (sum(spans[step]), spans[step + 1][0])
        parts += _ribbons(flows, columns[both], nodes[both], ends, scale, dark=dark)
    extra = {money_frames.OTHER: words.t("other, smaller"), money_frames.NOWHERE: words.t("cannot be placed")}
    for column, node, span, order in zip(columns, nodes, spans, orders, strict=True):
        known = {**names.get(column, {}), **extra}
        for key, sums in order.items():
            said = money_words.millions(sums, words)
            parts += _block(node[str(key)], span, (known.get(str(key), str(key)), said), column, dark=dark)
    height = max(each.bottom for node in nodes for each in node.values()) + 14
    return svg.frame(height, "".join(parts), words, dark=dark)


def _order(flows: pd.DataFrame, column: str) -> pd.Series:
    """Return the sum of each node from top to bottom: large ones first, what is put together and not placed last."""
    sums = flows.groupby(column)["cents"].sum().sort_values(ascending=False, kind="stable")
    last = [key for key in (money_frames.OTHER, money_frames.NOWHERE) if key in sums.index]
    return pd.concat([sums.drop(last), sums[last]])


def _stacked(order: pd.Series, scale: float) -> dict[str, _Node]:
    """Return where the nodes lie, far enough apart that no label touches another."""
    nodes: dict[str, _Node] = {}
    free = 8.0  # where the room of the next label or node begins
    for key, cents in order.items():
        tall = int(cents) * scale
        room = max(tall + _GAP, _SLOT)
        top = free + (room - tall) / 2
        nodes[str(key)] = _Node(top, top + tall)
        free += room
    return nodes


def _ribbons(
    flows: pd.DataFrame,
    columns: Sequence[str],
    nodes: Sequence[Mapping[str, _Node]],
    ends: tuple[float, float],
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
    x0, x1 = map(svg.number, ends)
    middle = svg.number(sum(ends) / 2)
    parts = [f'<g fill="none" stroke="{grey}" stroke-opacity=".38">']
    for (source, target), cents in pairs:
        thick = int(cents) * scale
        centres = (nodes[i][key].top + used[i][key] + thick / 2 for i, key in enumerate((str(source), str(target))))
        y0, y1 = map(svg.number, centres)
        used[0][str(source)] += thick
        used[1][str(target)] += thick
        funder = palette.FUNDERS.get(str(source)) if columns[0] == "funder" else None
        colour = f' stroke="{funder[dark]}"' if funder else ""
        parts.append(
            f'<path d="M{x0} {y0}C{middle} {y0} {middle} {y1} {x1} {y1}" stroke-width="{max(thick, 0.4):.2f}"{colour}/>'
        )
    return [*parts, "</g>"]


def _block(
    node: _Node, span: tuple[float, float], label: tuple[str, str], column: str, *, dark: bool
) -> list[str]:
    """Draw a node with its name and sum: beside it at both ends, and inside it in the middle, off every band."""
    ink, (left, wide), (name, said) = svg.ink(dark=dark), span, label
    tall, middle = max(node.bottom - node.top, 0.8), (node.top + node.bottom) / 2 + 4
    inside = column == "programme"
    shape = f'x="{left:.1f}" y="{node.top:.1f}" width="{wide:.1f}" height="{tall:.1f}"'
    block = f'<rect {shape} fill="{ink}" fill-opacity="{0.13 if inside else 0.8}"/>'
    if inside:
        return [block, *_inside(node, span, label, dark=dark)]
    anchor, at, room = ("end", left - 7, _FIRST) if column == "funder" else ("start", left + wide + 7, _LAST)
    fitted = svg.fitted(name, room - svg.wide(said, size=12) - 12, size=12)
    return [block, svg.text(at, middle, f"{fitted} {said}", anchor=anchor, size=12)]


def _inside(node: _Node, span: tuple[float, float], label: tuple[str, str], *, dark: bool) -> list[str]:
    """Write name and sum into a node; a thin one is covered under them, so that it does not strike them out."""
    ink, (left, wide), (name, said) = svg.ink(dark=dark), span, label
    tall, middle = max(node.bottom - node.top, 0.8), (node.top + node.bottom) / 2
    # Two bars close the box where the bands end, so that their thickness can be read there.
    parts = [
        f'<path d="M{x:.1f} {node.top:.1f}v{tall:.1f}" stroke="{ink}" stroke-opacity=".8" stroke-width="3"/>'
        for x in (left + 1.5, left + wide - 1.5)
    ]
    room = svg.wide(said, size=12)
    fitted = svg.fitted(name, wide - room - 28, size=12)
    if tall < _THIN:
        ground = f'height="{_SLOT - 3}" rx="3" fill="{svg.ground(dark=dark)}" fill-opacity=".92"'
        spaces = ((left + 6, svg.wide(fitted, size=12) + 6), (left + wide - room - 14, room + 8))
        parts += [f'<rect x="{x:.1f}" y="{middle - 7.5:.1f}" width="{each:.1f}" {ground}/>' for x, each in spaces]
    return [
        *parts,
        svg.text(left + 10, middle + 4, fitted, size=12),
        svg.text(left + wide - 10, middle + 4, said, anchor="end", size=12),
    ]
