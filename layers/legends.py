"""Legends as HTML: swatches with their patterns, letters, names and counts."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from geo import pack
from layers import base, levels, templates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

    from layers import palette
    from roadmap import moments
    from roadmap.words import text


def swatch_style(swatch: palette.Swatch, *, dark: bool) -> str:
    """Return the CSS of a swatch with its pattern."""
    colour, ink = (swatch.dark, swatch.ink_dark) if dark else (swatch.light, swatch.ink)
    patterns = {
        "dots": f"radial-gradient({ink} 1px,transparent 1.3px) 0 0/5px 5px",
        "rising": f"repeating-linear-gradient(135deg,{ink} 0 1px,transparent 1px 5px)",
        "falling": f"repeating-linear-gradient(45deg,{ink} 0 1px,transparent 1px 5px)",
        "cross": (
            f"repeating-linear-gradient(135deg,{ink} 0 1px,transparent 1px 5px),"
            f"repeating-linear-gradient(45deg,{ink} 0 1px,transparent 1px 5px)"
        ),
        "bars": f"repeating-linear-gradient(0deg,{ink} 0 1px,transparent 1px 4px)",
    }
    layered = f"{patterns[swatch.pattern]}," if swatch.pattern else ""
    return f"background:{layered}{colour}"


def dash_style(colour: str, dashes: Sequence[int]) -> str:
    """Return the CSS of a piece of a line in its colour and dashes, as a chart draws it; without gaps it is a block."""
    ends = list(itertools.accumulate(dashes, initial=0))
    spans = zip(itertools.cycle((colour, "transparent")), itertools.pairwise(ends))
    stops = ",".join(f"{ink} {first}px {last}px" for ink, (first, last) in spans)
    return f"background:repeating-linear-gradient(90deg,{stops})"


def table(legend: base.Legend, words: text.Words, *, dark: bool, country: pack.Pack | None = None) -> Markup:
    """Return a legend as a table: symbol, letter, name and the three counts, of what the country calls its places."""
    counted = any(row.municipalities is not None for row in legend.rows)
    called = levels.short(country or pack.Pack(), words)
    headings = (called, words.t("People"), words.t("km²")) if counted else ()
    rows = [
        (
            row,
            swatch_style(row.swatch, dark=dark) if row.swatch else "",
            _numbers(row, words) if counted else (row.note,),
        )
        for row in legend.rows
    ]
    return templates.piece("legend", title=legend.title, headings=headings, rows=rows, note=legend.note)


def _numbers(row: base.LegendRow, words: text.Words) -> tuple[str, ...]:
    return (
        "" if row.municipalities is None else words.integer(row.municipalities),
        "" if row.population is None else words.people(row.population),
        "" if row.area_km2 is None else words.integer(row.area_km2),
    )


def together(
    seen: moments.Comparison, show: Sequence[str], words: text.Words, *, options: Mapping[str, str], dark: bool
) -> Markup:
    """Return the legends of layers one below the other, and under each what of it has no place on the map.

    Parameters
    ----------
    seen
        What is shown.
    show
        The layers, by id.
    words
        The language.
    options
        What is chosen about layers, by key.
    dark
        Whether they stand on a dark ground.
    """
    found = [
        part
        for layer in map(base.find, show)
        for part in (layer.legend(seen, words), layer.tray(seen, words, layer.chosen(options)))
    ]
    country = seen.atlas.territory.country
    drawn = [table(part, words, dark=dark, country=country) for part in found if part is not None]
    return templates.piece("legends", parts=drawn or [templates.piece("remark", said=words.t("No layer is shown."))])
