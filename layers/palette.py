"""Colours, letters and patterns: one table for the map, the legend and the picture.

Control runs from purple (state) through a pale middle to orange (criminal group), a scheme that
colour-blind readers can tell apart; it follows the diverging PuOr order of ColorBrewer. Every
class has a letter or a pattern as well. One blue-green accent marks everything else.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Swatch:
    """How a class looks.

    Attributes
    ----------
    light, dark
        Fill colours for light and dark grounds, ``#rrggbb``.
    ink, ink_dark
        Colours of the pattern on them.
    letter
        Stands for the class in tooltips, tables and legends.
    pattern
        Name of a fill pattern (``dots``, ``rising``, ``falling``, ``cross``, ``bars``) or ``""``.
    edge, over
        Colours of outline and hatch with which it is drawn over another fill, or ``""``. What was
        reclaimed lies on the dark end of the scale and what was lost on the light one.
    """

    light: str
    dark: str
    letter: str
    pattern: str = ""
    ink: str = "#000000"
    ink_dark: str = "#ffffff"
    edge: str = ""
    over: str = ""


CONTROL: dict[str, Swatch] = {
    "state_control": Swatch("#54298a", "#7d53b8", "A"),
    "state_influence": Swatch("#b0a3d4", "#a99ad0", "B"),
    "contested": Swatch("#f3ead7", "#d9cfba", "C", "dots", "#a08d63", "#7d6c47"),
    "criminal_influence": Swatch("#f6b25e", "#e39a43", "D"),
    "criminal_control": Swatch("#c85a06", "#c85a06", "E", "rising", "#7f3600", "#ffd9b0"),
    "not_assessed": Swatch("#d5d8da", "#4c565e", "\N{EN DASH}", "bars", "#9aa1a6", "#7e8a93"),
    "withheld": Swatch("#c3c8cb", "#5b656d", "\N{MULTIPLICATION SIGN}", "cross", "#868e94", "#8b969e"),
}
"""One swatch a control class, by class key."""

CHANGE: dict[str, Swatch] = {
    "reclaimed": Swatch(
        "#54298a", "#7d53b8", "\N{BLACK UP-POINTING TRIANGLE}", "rising", "#8c6cba", "#b79fdd", "#2b0f52", "#ffffffcc"
    ),
    "lost": Swatch(
        "#c85a06",
        "#d96f1b",
        "\N{BLACK DOWN-POINTING TRIANGLE}",
        "falling",
        "#f3a155",
        "#ffd0a0",
        "#7a3300",
        "#7a3300cc",
    ),
    "unchanged": Swatch("#f8f6f1", "#3a444d", "="),
    "unknown": Swatch("#d5d8da", "#4c565e", "?", "bars", "#9aa1a6", "#7e8a93"),
}
"""One swatch an outcome of a comparison, by outcome key."""

ACCENT = "#1f5c6b"
"""Blue-green for zones, crossings and everything that is not control."""

FUNDERS: dict[str, tuple[str, str, str]] = {
    "US": ("#1f5c6b", "#7cd0e0", ""),
    "MX": ("#5d6b2f", "#b9cc74", "9 3"),
    "joint": ("#6d6a75", "#b8b4c2", "2 3"),
    "private": ("#8a5a7c", "#d6a3c8", "9 3 2 3"),
}
"""Colours of the funders of the shipped plan, light and dark, and the dashes of their lines; none says control."""

_OTHERS = tuple(FUNDERS.values())


def funder(key: str, *, dark: bool) -> tuple[str, list[int]]:
    """Return colour and dashes of a funder's line; of no dashes, one that has no end.

    A funder of another plan has the look that its name falls on, the same everywhere.
    """
    light, on_dark, dashes = FUNDERS.get(key) or _OTHERS[zlib.crc32(key.encode()) % len(_OTHERS)]
    return (on_dark if dark else light), [int(each) for each in dashes.split()] or [1, 0]


MAP: dict[str, dict[str, str]] = {
    "light": {
        "sea": "#eef2f4",
        "land": "#e4e3de",
        "landLine": "#c4c3bd",
        "country": "#f5f4f0",
        "municipal": "#ffffff",
        "state": "#5a6169",
        "coast": "#7f8a93",
        "border": "#20272e",
        "halo": "#ffffff",
        "label": "#20272e",
        "labelState": "#2b333b",
        "labelQuiet": "#59636c",
        "zone": ACCENT,
        "zoneHatch": "#1f5c6b55",
        "crossing": ACCENT,
        "crossingEmpty": "#ffffff",
        "crossingLine": ACCENT,
        "money": "#ffffff1f",
        "moneyLine": "#20272e",
        "moneyHalo": "#ffffffd9",
    },
    "dark": {
        "sea": "#151b21",
        "land": "#232a31",
        "landLine": "#3a434c",
        "country": "#2a323a",
        "municipal": "#151b21",
        "state": "#e3e7ea",
        "coast": "#8b969f",
        "border": "#ffffff",
        "halo": "#151b21",
        "label": "#f1f3f5",
        "labelState": "#e3e7ea",
        "labelQuiet": "#aeb8c0",
        "zone": "#7cd0e0",
        "zoneHatch": "#7cd0e055",
        "crossing": "#7cd0e0",
        "crossingEmpty": "#151b21",
        "crossingLine": "#7cd0e0",
        "money": "#ffffff1f",
        "moneyLine": "#f1f3f5",
        "moneyHalo": "#151b21d9",
    },
}
"""Colours of the base map, by theme; the names are those the map's own scripts use."""


COVERAGE: tuple[Swatch, ...] = (
    Swatch("#d9dde0", "#39434c", ""),
    Swatch("#b4d3da", "#2b5f6c", ""),
    Swatch("#7db2be", "#3d8fa2", ""),
    Swatch("#3f8799", "#6abccd", ""),
    Swatch("#124b5a", "#b9eef7", ""),
)
"""Share of a border sector covered: none, then quarters, in one hue from weak to strong."""

DETECTION: tuple[Swatch, ...] = (
    Swatch("#dcebc8", "#2f4a37", ""),
    Swatch("#afd3a0", "#3f6b4a", ""),
    Swatch("#78b27c", "#559463", ""),
    Swatch("#3c8557", "#86bf8b", ""),
    Swatch("#12502f", "#cfeec9", ""),
)
"""Probability of detection, in one hue from weak to strong."""

ZONE_PATTERN = "posts"
HALO = "#ffffffcc"


def paint(swatch: Swatch) -> dict[str, object]:
    """Return a swatch as the browser reads it: colours, inks, letter and pattern."""
    return {
        "colour": {"light": swatch.light, "dark": swatch.dark},
        "ink": {"light": swatch.ink, "dark": swatch.ink_dark},
        "letter": swatch.letter,
        "pattern": swatch.pattern,
        "edge": swatch.edge,
        "over": swatch.over,
    }
