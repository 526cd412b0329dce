"""Noto Sans by script, in the two weights that the product uses, cut from the variable fonts.

Neither a browser's small file nor matplotlib, which cannot set a weight of a variable font, takes them as they come. A
browser fetches the face of a script when a page has text in it; Latin, which every page has, comes in as few bytes as
it can. Every sign of the installed fonts is in the face of one script.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

from fontTools import subset, ttLib
from fontTools.varLib import instancer

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

Weight = int | tuple[int, int]

WEIGHTS: Final = {"Regular": 400, "SemiBold": 600}
_ALL_WEIGHTS: Final = (400, 600)


@dataclass(frozen=True)
class Script:
    """What a face is cut to.

    Attributes
    ----------
    ranges
        First and last of its characters.
    package, file
        Where the font is.
    features
        What it can do with its letters.
    """

    ranges: tuple[tuple[int, int], ...]
    package: str = "fontpkg_noto_sans"
    file: str = "NotoSans[wdth,wght].ttf"
    features: tuple[str, ...] = ("kern", "liga", "tnum", "ccmp", "locl", "mark")

    @property
    def source(self) -> Traversable:
        """The variable font, of the installed package."""
        return resources.files(self.package) / "files" / self.file

    @property
    def codes(self) -> frozenset[int]:
        """The characters."""
        return frozenset(code for first, last in self.ranges for code in range(first, last + 1))

    @property
    def unicode_range(self) -> str:
        """The characters as style sheets write them.

        Examples
        --------
        >>> Script(((0x41, 0x5A), (0x2212, 0x2212))).unicode_range
        'U+41-5A, U+2212'
        """
        return ", ".join(f"U+{first:X}" + (f"-{last:X}" if last > first else "") for first, last in self.ranges)


LATIN: Final = "Latin"
SCRIPTS: Final = {
    # The letters of European languages, and signs.
    LATIN: Script(
        (
            (0x20, 0x17F), (0x2010, 0x2027), (0x2030, 0x2030), (0x2039, 0x203A), (0x20AC, 0x20AC), (0x2190, 0x2190),
            (0x2192, 0x2192), (0x2212, 0x2212), (0x2260, 0x2260), (0x2264, 0x2265), (0x25B2, 0x25B2), (0x25BC, 0x25BC),
        )
    ),
    # Vietnamese, languages of Africa and the Americas, accents that stand alone, money.
    "Extended": Script(
        (
            (0x180, 0x24F), (0x2B0, 0x36F), (0x1E00, 0x1EFF), (0x2000, 0x200A), (0x200E, 0x200F), (0x2028, 0x202F),
            (0x2031, 0x2038), (0x203B, 0x206F), (0x20A0, 0x20AB), (0x20AD, 0x20CF), (0x2100, 0x214F),
        )
    ),
    "Greek": Script(((0x370, 0x3FF), (0x1F00, 0x1FFF))),
    "Cyrillic": Script(((0x400, 0x52F), (0x1C80, 0x1C8F), (0x2DE0, 0x2DFF), (0xA640, 0xA69F))),
    # Sounds, letters of linguists and of medieval hands, what is set high or low.
    "Phonetic": Script(
        (
            (0x250, 0x2AF), (0x10FB, 0x10FB), (0x1AB0, 0x1AFF), (0x1D00, 0x1DFF), (0x2070, 0x209F), (0x20D0, 0x20EF),
            (0x2150, 0x218F), (0x2C60, 0x2C7F), (0x2E00, 0x2E7F), (0xA700, 0xA7FF), (0xA92E, 0xA92E), (0xAB30, 0xAB6F),
            (0xFB00, 0xFB06), (0xFE00, 0xFE2F), (0xFEFF, 0xFEFF), (0xFFFC, 0xFFFD), (0x10780, 0x107BF),
            (0x1DF00, 0x1DF2F),
        )
    ),
    "Devanagari": Script(
        (
            (0x900, 0x97F), (0x1CD0, 0x1CFF), (0x200B, 0x200D), (0x20F0, 0x20F0), (0x25CC, 0x25CC), (0xA830, 0xA83F),
            (0xA8E0, 0xA8FF), (0x11B00, 0x11B0F),
        ),
        "fontpkg_noto_sans_devanagari",
        "NotoSansDevanagari[wdth,wght].ttf",
        ("*",),
    ),
}
"""No character is in two of them."""

FACES: Final[dict[str, tuple[str, Weight]]] = {
    **{f"NotoSans-{name}.woff": (LATIN, weight) for name, weight in WEIGHTS.items()},
    **{f"NotoSans-{script}.woff": (script, _ALL_WEIGHTS) for script in SCRIPTS if script != LATIN},
}
"""Script and weight of each file for the browser; but for Latin one file has both weights.

Style sheets declare such a file twice, once a weight: a browser takes only faces of one and the same weight together.
"""


def needed(text: str) -> tuple[str, ...]:
    """Return the scripts beside Latin that a text is written in.

    Examples
    --------
    >>> needed("México"), needed("Ελλάδα, हिन्दी")
    ((), ('Greek', 'Devanagari'))
    """
    codes = set(map(ord, text)) - SCRIPTS[LATIN].codes
    return tuple(name for name, script in SCRIPTS.items() if name != LATIN and codes & script.codes) if codes else ()


def cut(script: str, weight: Weight) -> bytes:
    """Return a script in one weight, or in all from one to another, as WOFF."""
    chosen = SCRIPTS[script]
    with chosen.source.open("rb") as stream:
        font = ttLib.TTFont(io.BytesIO(stream.read()), recalcTimestamp=False)
    cutter = subset.Subsetter(subset.Options(layout_features=list(chosen.features)))
    cutter.populate(unicodes=chosen.codes)
    cutter.subset(font)
    font = instancer.instantiateVariableFont(font, {"wght": weight, "wdth": 100})
    font.flavor = "woff"
    packed = io.BytesIO()
    font.save(packed)
    return packed.getvalue()
