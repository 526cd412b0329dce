"""Parts of a drawing in SVG that every picture beside the map shares; all text passes through here and is escaped."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from roadmap.words import text as words_

WIDTH: Final = 1120
"""Width of a drawing in its own units, which are pixels on a desk."""


_NARROW, _WIDE = frozenset("iljtfrI.,:;'!|()[]/ "), frozenset("mwMW@%")
_EMS = {"narrow": 0.31, "wide": 0.87, "capital": 0.68, "other": 0.56, "full": 1.0}
_LATIN = 0x2000
_PLAIN, _BOLD = 400, 600
_NOTICE = 14


def ink(*, dark: bool) -> str:
    """Return the colour of text and lines."""
    return "#e6eaee" if dark else "#20272e"


def ground(*, dark: bool) -> str:
    """Return the colour of the page under a drawing."""
    return "#14191f" if dark else "#ffffff"


def wide(value: str, *, size: int = 11, weight: int = 400) -> float:
    """Return about how wide a text is; a drawing cannot know which type the reader's machine has."""

    def ems(sign: str) -> float:
        if sign in _NARROW:
            return _EMS["narrow"]
        if sign in _WIDE:
            return _EMS["wide"]
        if ord(sign) >= _LATIN:
            return _EMS["full"]
        return _EMS["capital"] if sign.isupper() else _EMS["other"]

    return size * (1.06 if weight >= _BOLD else 1.0) * sum(map(ems, value))


def fitted(value: str, room: float, *, size: int = 11, weight: int = 400) -> str:
    """Return a text whole where it fits into a width, else shortened with an ellipsis.

    Examples
    --------
    >>> fitted("judicial", 100), fitted("judicial", 30)
    ('judicial', 'jud…')
    """
    if wide(value, size=size, weight=weight) <= room:
        return value
    kept = len(value)
    while kept and wide(f"{value[:kept]}\N{HORIZONTAL ELLIPSIS}", size=size, weight=weight) > room:
        kept -= 1
    return f"{value[:kept].rstrip()}\N{HORIZONTAL ELLIPSIS}"


def text(x: float, y: float, value: str, *, anchor: str = "start", size: int = 11, weight: int = 400) -> str:
    """Return a text as an element, escaped.

    Parameters
    ----------
    x, y
        Where its base line begins, ends or has its middle, after `anchor`.
    value
        What it says; markup in it is shown as it is written.
    anchor
        ``"start"``, ``"middle"`` or ``"end"``.
    size, weight
        Of the type.

    Examples
    --------
    >>> text(1, 2, "a < b")
    '<text x="1" y="2" font-size="11">a &lt; b</text>'
    """
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    heavy = "" if weight == _PLAIN else f' font-weight="{weight}"'
    return f'<text x="{number(x)}" y="{number(y)}" font-size="{size}"{place}{heavy}>{html.escape(value)}</text>'


def number(value: float) -> str:
    """Return a length to a tenth of a pixel, as short as it can be.

    Examples
    --------
    >>> number(12.04), number(-0.04), number(1120.55)
    ('12', '0', '1120.5')
    """
    return f"{round(value, 1) + 0.0:.6g}"


def frame(height: float, body: str, words: words_.Words, *, dark: bool) -> str:
    """Return a whole drawing around its parts, which says below them that what it shows is invented.

    A drawing is cut out and passed on without the page around it.
    """
    notice = text(WIDTH, height + _NOTICE - 4, words.t("HYPOTHETICAL, invented"), anchor="end", size=10)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height + _NOTICE:.0f}" '
        f'viewBox="0 0 {WIDTH} {height + _NOTICE:.0f}" '
        f'font-family="Noto Sans, sans-serif" fill="{ink(dark=dark)}">{body}{notice}</svg>'
    )
