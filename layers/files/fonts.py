"""Noto Sans in the two weights that the product uses, cut from the variable fonts.

Neither a browser's small file nor matplotlib, which cannot set a weight of a variable font, takes them as they come.
"""

from __future__ import annotations

import io
from importlib import resources
from typing import TYPE_CHECKING

from fontTools import subset, ttLib
from fontTools.varLib import instancer

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

WEIGHTS = {"Regular": 400, "SemiBold": 600}
LATIN, DEVANAGARI = "Latin", "Devanagari"
_SOURCES = {
    LATIN: ("fontpkg_noto_sans", "NotoSans[wdth,wght].ttf"),
    DEVANAGARI: ("fontpkg_noto_sans_devanagari", "NotoSansDevanagari[wdth,wght].ttf"),
}
"""Package and file of each script's font."""
_LATIN = [*range(0x20, 0x180), *range(0x2010, 0x2028), 0x2030, 0x20AC, 0x2190, 0x2192, 0x2212]
_SYMBOLS = [0x2260, 0x2264, 0x2265, 0x25B2, 0x25BC]


def source(script: str = LATIN) -> Traversable:
    """Return the variable font of a script, of the installed package."""
    package, file = _SOURCES[script]
    return resources.files(package) / "files" / file


def instance(weight: str, *, script: str = LATIN) -> bytes:
    """Return one weight as WOFF: the letters of European languages and a few signs, or all of another script.

    Parameters
    ----------
    weight
        ``"Regular"`` or ``"SemiBold"``.
    script
        :data:`LATIN` or :data:`DEVANAGARI`.
    """
    with source(script).open("rb") as stream:
        font = ttLib.TTFont(io.BytesIO(stream.read()), recalcTimestamp=False)
    if script == LATIN:
        options = subset.Options(layout_features=["kern", "liga", "tnum", "ccmp", "locl", "mark"])
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[*_LATIN, *_SYMBOLS])
        cutter.subset(font)
    font = instancer.instantiateVariableFont(font, {"wght": WEIGHTS[weight], "wdth": 100})
    font.flavor = "woff"
    packed = io.BytesIO()
    font.save(packed)
    return packed.getvalue()
