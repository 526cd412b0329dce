"""Pictures of money as SVG: the funnel, and shares by phase.

Each has a table beside it that says the same; names pass into the drawing escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from layers import money_words, palette
from layers.charts import svg
from roadmap.ledger import money

if TYPE_CHECKING:
    from roadmap.words import text

_FUNNEL_ROW, _FUNNEL_LABEL = 30, 150
_BAR, _BAR_GAP, _PHASE, _BETWEEN_SHARES, _ROOM_FOR_SHARE = 24, 6, 64, 40, 50


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
