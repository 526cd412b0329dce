"""Fill patterns and symbols as paths in pixels: the same shapes that the map in the browser has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib import path as mpath

from layers import placed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Box = tuple[float, float, float, float]

SPACING = 8.0
_DOT = 1.15
_CORNERS = 8


def marks(pattern: str, box: Box, *, spacing: float = SPACING) -> mpath.Path:
    """Return the marks of a pattern over a box.

    Parameters
    ----------
    pattern
        ``dots`` (to be filled), or ``rising``, ``falling``, ``cross``, ``bars``, ``posts`` (to be stroked).
    box
        Left, top, width and height in pixels; lines may reach beyond it and want to be clipped.
    spacing
        Distance between marks of a row, in pixels.

    Raises
    ------
    KeyError
        If there is no such pattern.
    """
    if pattern == "dots":
        return _dots(box, spacing)
    draw = {
        "rising": (_diagonals(box, spacing, rising=True),),
        "falling": (_diagonals(box, spacing, rising=False),),
        "cross": (_diagonals(box, spacing, rising=True), _diagonals(box, spacing, rising=False)),
        "bars": (_bars(box, spacing / 1.6),),
        "posts": (_posts(box, spacing),),
    }
    return _strokes(np.concatenate(draw[pattern]))


def is_filled(pattern: str) -> bool:
    """Return whether the marks of a pattern are areas, not lines."""
    return pattern == "dots"


def _strokes(ends: NDArray[np.float64]) -> mpath.Path:
    """Return separate straight lines, ``(k, 2, 2)``, as one path."""
    codes = np.tile([mpath.Path.MOVETO, mpath.Path.LINETO], len(ends))
    return mpath.Path(ends.reshape(-1, 2), codes)


def _diagonals(box: Box, spacing: float, *, rising: bool) -> NDArray[np.float64]:
    left, top, width, height = box
    # Lines lie on a grid of the whole sheet, so that neighbouring boxes meet.
    slant = -1 if rising else 1
    low, high = sorted((top - slant * left, top + height - slant * (left + width)))
    at = np.arange(np.floor((low - height) / spacing), np.ceil((high + height) / spacing) + 1) * spacing
    right = left + width
    starts = np.column_stack([np.full(len(at), left), at + slant * left])
    ends = np.column_stack([np.full(len(at), right), at + slant * right])
    crossing = (np.minimum(starts[:, 1], ends[:, 1]) <= top + height) & (
        np.maximum(starts[:, 1], ends[:, 1]) >= top
    )
    return np.asarray(np.stack([starts, ends], axis=1)[crossing], dtype=np.float64)


def _bars(box: Box, spacing: float) -> NDArray[np.float64]:
    left, top, width, height = box
    at = np.arange(np.ceil(top / spacing), np.floor((top + height) / spacing) + 1) * spacing
    starts = np.column_stack([np.full(len(at), left), at])
    ends = np.column_stack([np.full(len(at), left + width), at])
    return np.stack([starts, ends], axis=1)


def _posts(box: Box, spacing: float) -> NDArray[np.float64]:
    left, top, width, height = box
    at = np.arange(np.ceil(left / spacing), np.floor((left + width) / spacing) + 1) * spacing
    starts = np.column_stack([at, np.full(len(at), top)])
    ends = np.column_stack([at, np.full(len(at), top + height)])
    return np.stack([starts, ends], axis=1)


def _dots(box: Box, spacing: float) -> mpath.Path:
    left, top, width, height = box
    step = spacing / 2
    columns = np.arange(np.ceil(left / step), np.floor((left + width) / step) + 1)
    rows = np.arange(np.ceil(top / step), np.floor((top + height) / step) + 1)
    x, y = np.meshgrid(columns, rows)
    every_second = (x + y) % 2 == 0
    centres = np.column_stack([x[every_second], y[every_second]]) * step
    return many(regular(_CORNERS, _DOT), centres)


def regular(corners: int, radius: float) -> NDArray[np.float64]:
    """Return the corners of a regular polygon around the origin, shape ``(corners, 2)``."""
    angle = np.arange(corners) * 2 * np.pi / corners
    return np.column_stack([np.cos(angle), np.sin(angle)]) * radius


def many(shape: NDArray[np.float64], centres: NDArray[np.float64]) -> mpath.Path:
    """Return one path with a closed shape around each of some centres, ``(k, 2)``."""
    closed = np.concatenate([shape, shape[:1]])
    points = (centres[:, None, :] + closed[None, :, :]).reshape(-1, 2)
    codes = [mpath.Path.MOVETO, *[mpath.Path.LINETO] * (len(shape) - 1), mpath.Path.CLOSEPOLY]
    return mpath.Path(points, np.tile(codes, len(centres)))


def symbol(name: str, x: float, y: float, radius: float) -> mpath.Path:
    """Return the outline of a symbol around a place; shapes of one radius have like areas.

    Parameters
    ----------
    name
        One of :data:`layers.placed.SHAPES`, or ``ring`` or ``money``, which are circles.
    x, y, radius
        In pixels, `y` downwards.
    """
    shape = placed.SHAPES.get(name)
    return many(np.asarray(shape) * radius if shape else regular(64, radius), np.array([[x, y]]))
