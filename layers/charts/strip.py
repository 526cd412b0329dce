"""The border over time as SVG: the strip from one end to the other.

A table says the same; nothing in it comes from data unescaped.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from layers import coverage, palette
from layers.charts import svg
from roadmap.border import crossings

if TYPE_CHECKING:
    from roadmap import atlas as atlases
    from roadmap import moments
    from roadmap.words import text

_LEFT, _TOP = 46, 34
_ROW = 7


def strip(at: moments.Moment, words: text.Words, *, dark: bool) -> str:
    """Return the strip map: kilometres across, months down.

    Every cell is the share of a sector covered in a month; ticks on top are crossings, marks in the
    rows are upgrades in the month they open.
    """
    frontier = at.atlas.frontier
    length = frontier.borders.watched.km[-1]
    scale = (svg.WIDTH - _LEFT - 8) / length
    height = _TOP + (at.run.last_month + 1) * _ROW + 24
    parts = [*_cells(at.atlas, scale, dark=dark), *_sectors(at.atlas, scale), *_crossings(at.atlas, scale, dark=dark)]
    parts += _months(at, words, dark=dark)
    along = at.atlas.territory.country.watched
    first, last = (words.name(along.start), words.name(along.end)) if along and along.start and along.end else ("", "")
    parts.append(svg.text(_LEFT, height - 6, _end(first, 0.0, words)))
    parts.append(svg.text(svg.WIDTH - 8, height - 6, _end(last, length, words), anchor="end"))
    return svg.frame(height, "".join(parts), words, dark=dark)


def _end(name: str, km: float, words: text.Words) -> str:
    """Return the kilometre at an end of the line, with what lies there if anybody says."""
    at = words.integer(km)
    return words.t("{place}, km {km}", place=name, km=at) if name else words.t("km {km}", km=at)


def _cells(atlas: atlases.Atlas, scale: float, *, dark: bool) -> list[str]:
    """Draw a block for every run of months in which a sector's class stays the same."""
    colours = [swatch.dark if dark else swatch.light for swatch in palette.COVERAGE]
    found = atlas.frontier.by_sector
    cells = []
    for row in atlas.frontier.borders.sectors.itertuples():
        classes = [coverage.bin_of(share) for share in found.loc[found["key"] == row.Index, "share"]]
        month = 0
        for value, run in itertools.groupby(classes):
            months = len(list(run))
            cells.append(
                f'<rect x="{_LEFT + row.from_km * scale:.1f}" y="{_TOP + month * _ROW}" '
                f'width="{(row.to_km - row.from_km) * scale:.1f}" height="{months * _ROW}" fill="{colours[value]}"/>'
            )
            month += months
    return cells


def _sectors(atlas: atlases.Atlas, scale: float) -> list[str]:
    parts, months = [], atlas.plan.last_month + 1
    for index, row in enumerate(atlas.frontier.borders.sectors.itertuples()):
        x = _LEFT + row.from_km * scale
        bottom = _TOP + months * _ROW
        parts.append(f'<path d="M{x:.1f} {_TOP - 8}V{bottom}" stroke="currentColor" stroke-width=".7"/>')
        parts.append(svg.text(x + 3, 11 if index % 2 else 22, str(row.name), size=10))
    return parts


def _crossings(atlas: atlases.Atlas, scale: float, *, dark: bool) -> list[str]:
    ink = "#ffffff" if dark else "#20272e"
    placed = atlas.frontier.placed
    ticks = [
        f'<path d="M{_LEFT + km * scale:.1f} {_TOP - 6}v5" stroke="{ink}"/>'
        for km in crossings.along(placed)["km"]
    ]
    opened = [
        f'<circle cx="{_LEFT + each.km * scale:.1f}" cy="{_TOP + (each.first_month + 0.5) * _ROW:.1f}" r="3.4" '
        f'fill="{"#14191f" if dark else "#ffffff"}" stroke="{ink}" stroke-width="1.3"/>'
        for each in atlas.frontier.upgrades.upgrades
    ]
    return ticks + opened


def _months(at: moments.Moment, words: text.Words, *, dark: bool) -> list[str]:
    ink = "#ffffff" if dark else "#20272e"
    parts = []
    for phase in at.atlas.scenario.phases:
        top = _TOP + phase.first_month * _ROW
        parts.append(
            f'<path d="M{_LEFT - 4} {top}H{svg.WIDTH - 8}" stroke="{ink}" stroke-width=".6" stroke-dasharray="2 3"/>'
        )
        parts.append(svg.text(2, top + 10, words.t("P{number}", number=phase.number), weight=600))
        parts.append(svg.text(_LEFT - 6, top + 10, str(phase.first_month), anchor="end", size=9))
    now = _TOP + (at.month + 0.5) * _ROW
    parts.append(f'<path d="M{_LEFT} {now:.1f}H{svg.WIDTH - 8}" stroke="{ink}" stroke-width="1.6"/>')
    return parts
