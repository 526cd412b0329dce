"""Pictures of money as SVG: the funnel, shares by phase, and the flow from funder to place.

Each has a table beside it that says the same; names pass into the drawing escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from layers import money_frames, money_words, palette, svg
from roadmap.ledger import money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from roadmap.words import text

PROGRAMMES, TARGETS = 12, 14
"""How many are drawn apart."""

_FUNNEL_ROW, _FUNNEL_LABEL = 30, 150
_BAR, _BAR_GAP, _PHASE, _BETWEEN_SHARES, _ROOM_FOR_SHARE = 24, 6, 64, 40, 50
_TALL, _GAP, _SLOT, _NODE, _BOX = 560, 7, 18, 12, 312
_FIRST, _LAST, _TALLEST, _THIN = 198, 240, 48, 15


def funnel(sums: pd.Series, words: text.Words, *, dark: bool) -> str:
    """Return the four amounts as bars of one scale, and what is withheld as one more.

    Parameters
    ----------
    sums
        Cents by amount, from :meth:`roadmap.ledger.bookkeeping.Books.funnel`.
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
    return svg.frame(len(money.AMOUNTS) * _FUNNEL_ROW + 8, "".join(parts), words, dark=dark)


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
    firms = money_words.FUNDERS["private"]
    halves = (
        ("tactical", "strategic", *(words.t(each) for each in money_words.SUPPORTS.values())),
        ("public", "private", words.t("public: United States, Mexico, both"), words.t(firms)),
    )
    parts = []
    for place, (first, second, one, other) in enumerate(halves):
        left = place * (wide + _BETWEEN_SHARES)
        parts += _half(found, (first, second), (one, other), (left, wide), words, dark=dark)
    return svg.frame(40 + len(found) * (_BAR + _BAR_GAP), "".join(parts), words, dark=dark)


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
