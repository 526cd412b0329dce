"""Noto Sans in the two weights that the product uses, cut from the variable font.

The map and the page get small subsets as WOFF; the picture gets full TrueType files, because
matplotlib cannot set a weight of a variable font.
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
_SOURCE = "NotoSans[wdth,wght].ttf"
_LATIN = [*range(0x20, 0x180), *range(0x2010, 0x2028), 0x2030, 0x20AC, 0x2190, 0x2192, 0x2212]
_SYMBOLS = [0x2260, 0x2264, 0x2265, 0x25B2, 0x25BC]


def source() -> Traversable:
    """Return the variable font of the installed package."""
    return resources.files("fontpkg_noto_sans") / "files" / _SOURCE


def instance(weight: str, *, web: bool) -> bytes:
    """Return one weight as a font file.

    Parameters
    ----------
    weight
        ``"Regular"`` or ``"SemiBold"``.
    web
        Whether to keep the letters of European languages only and pack the file as WOFF.

    Returns
    -------
    bytes
        WOFF if `web`, else TrueType.
    """
    with source().open("rb") as stream:
        font = ttLib.TTFont(io.BytesIO(stream.read()), recalcTimestamp=False)
    if web:
        options = subset.Options(layout_features=["kern", "liga", "tnum", "ccmp", "locl", "mark"])
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[*_LATIN, *_SYMBOLS])
        cutter.subset(font)
    font = instancer.instantiateVariableFont(
        font, {"wght": WEIGHTS[weight], "wdth": 100}, updateFontNames=not web
    )
    if web:
        font.flavor = "woff"
    packed = io.BytesIO()
    font.save(packed)
    return packed.getvalue()
