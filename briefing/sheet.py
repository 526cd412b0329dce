"""A sheet to draw on, measured in pixels of a 1920 × 1080 slide from its top left corner.

The pixels are those of the design: at twice the dots an inch the same sheet has twice as many.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from matplotlib import figure, lines, patches, transforms
from matplotlib.backends import backend_agg

from briefing import lettering

if TYPE_CHECKING:
    from matplotlib import artist
    from matplotlib import text as mtext

WIDTH, HEIGHT = 1920, 1080
DOTS = 72
"""Dots an inch at which a point, matplotlib's unit of type and lines, is a pixel."""

INK, QUIET, FAINT, RULE = "#1d2730", "#4e5963", "#7b858e", "#c9ced2"
"""Colours of text from strong to weak, and of thin lines."""

_STEP = 0.5
_MEASURED = 16_384  # texts at a size: some ten pictures, 3 MB
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


@functools.cache
def _measure() -> backend_agg.RendererAgg:
    return backend_agg.RendererAgg(1, 1, DOTS)  # type: ignore[no-untyped-call]


@functools.lru_cache(maxsize=_MEASURED)
def _width(text: str, size: float, weight: str) -> float:
    """Return the width of a text, kept for the next picture: most of its texts are those of this one."""
    measured: tuple[float, float, float] = _measure().get_text_width_height_descent(  # type: ignore[no-untyped-call]
        text, lettering.font(text, size, weight), ismath=False
    )
    return measured[0]


class Sheet:
    """One picture being made.

    Attributes
    ----------
    figure
        The matplotlib figure; it belongs to this sheet alone and to no window.
    pixels
        Transform from pixels of the design.
    """

    def __init__(self) -> None:
        self.figure = figure.Figure(figsize=(WIDTH / DOTS, HEIGHT / DOTS), dpi=DOTS, facecolor="white")
        backend_agg.FigureCanvasAgg(self.figure)
        inches = transforms.Affine2D().scale(1 / DOTS, -1 / DOTS).translate(0, HEIGHT / DOTS)
        self.pixels: transforms.Transform = inches + self.figure.dpi_scale_trans

    # --- measuring ----------------------------------------------------------------------------

    def width(self, text: str, size: float, weight: str = lettering.REGULAR) -> float:
        """Return how wide a clean text is, in pixels."""
        return _width(text, size, weight) if text else 0.0

    def fit(
        self,
        text: object,
        width: float,
        *,
        size: float,
        smallest: float | None = None,
        weight: str = lettering.REGULAR,
    ) -> tuple[str, float]:
        """Return a text and a size at which it is no wider than `width`.

        The type shrinks first, down to `smallest`; what is still too long loses its end.
        """
        line = lettering.clean(text)
        floor = size if smallest is None else smallest
        while size > floor and self.width(line, size, weight) > width:
            size = max(size - _STEP, floor)
        return self._cut(line, width, size, weight), size

    def _cut(self, line: str, width: float, size: float, weight: str) -> str:
        if self.width(line, size, weight) <= width:
            return line
        low, high = 0, len(line)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(line[:middle].rstrip() + _ELLIPSIS, size, weight) <= width:
                low = middle
            else:
                high = middle - 1
        return line[:low].rstrip() + _ELLIPSIS

    def wrap(
        self, text: object, width: float, *, size: float, lines: int, weight: str = lettering.REGULAR
    ) -> list[str]:
        """Return a text broken into at most `lines` lines, the last cut if need be."""
        found = self.flow(text, width, size=size, weight=weight)
        if len(found) <= lines:
            return found
        return [*found[: lines - 1], self._cut(" ".join(found[lines - 1 :]), width, size, weight)]

    def flow(self, text: object, width: float, *, size: float, weight: str = lettering.REGULAR) -> list[str]:
        """Return a text broken into as many lines as it takes; a word wider than a line is broken too."""
        found: list[str] = []
        line = ""
        for word in lettering.clean(text).split(" "):
            longer = f"{line} {word}" if line else word
            if self.width(longer, size, weight) <= width:
                line = longer
                continue
            if line:
                found.append(line)
            *whole, line = self._broken(word, width, size, weight)
            found += whole
        return [*found, line] if line else found

    def _broken(self, word: str, width: float, size: float, weight: str) -> list[str]:
        found: list[str] = []
        while self.width(word, size, weight) > width and len(word) > 1:
            count = 1
            while self.width(word[: count + 1], size, weight) <= width:
                count += 1
            found.append(word[:count])
            word = word[count:]
        return [*found, word]

    def block(
        self, text: object, width: float, *, size: float, smallest: float, lines: int, weight: str = lettering.REGULAR
    ) -> tuple[list[str], float]:
        """Return a text in at most `lines` lines, whole, and the largest size at which it is.

        What is too long even at the smallest size loses its end.
        """
        while size > smallest and len(self.flow(text, width, size=size, weight=weight)) > lines:
            size = max(size - _STEP, smallest)
        return self.wrap(text, width, size=size, lines=lines, weight=weight), size

    # --- drawing ------------------------------------------------------------------------------

    def text(
        self,
        x: float,
        y: float,
        text: object,
        *,
        size: float,
        weight: str = lettering.REGULAR,
        colour: str = INK,
        align: str = "left",
        name: str | None = None,
    ) -> mtext.Text:
        """Set a text on the baseline `y` and return it; `name` finds it again (its gid).

        Nothing in it is taken for mathematics or markup.
        """
        line = lettering.clean(text)
        return self.figure.text(
            x,
            y,
            line,
            transform=self.pixels,
            fontproperties=lettering.font(line, size, weight),
            color=colour,
            ha=align,
            va="baseline",
            parse_math=False,
            gid=name,
        )

    def add(self, drawn: artist.Artist) -> None:
        """Draw something measured in pixels."""
        drawn.set_transform(self.pixels)
        self.figure.add_artist(drawn)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str | None = None,
        edge: str | None = None,
        line: float = 1.0,
        order: float = 1.0,
    ) -> patches.Rectangle:
        """Draw a rectangle and return it."""
        drawn = patches.Rectangle(
            (x, y),
            width,
            height,
            facecolor=fill or "none",
            edgecolor=edge or "none",
            linewidth=line if edge else 0.0,
            zorder=order,
            joinstyle="miter",
        )
        self.add(drawn)
        return drawn

    def clip(self, x: float, y: float, width: float, height: float) -> patches.Rectangle:
        """Return a rectangle to clip what is drawn to; it is not drawn itself."""
        return patches.Rectangle((x, y), width, height, transform=self.pixels)

    def rule(
        self,
        x: float,
        y: float,
        to_x: float,
        to_y: float,
        *,
        colour: str = RULE,
        line: float = 1.0,
        order: float = 2.0,
    ) -> None:
        """Draw a straight line."""
        drawn = lines.Line2D(
            [x, to_x], [y, to_y], color=colour, linewidth=line, solid_capstyle="butt", zorder=order
        )
        self.add(drawn)
