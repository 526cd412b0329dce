"""What can be seen from a mast over terrain on a round earth, by casting a ray to every target.

A ray is followed over the surface in steps of one cell, with heights interpolated bilinearly between the centres of
cells and lowered by the curvature of the earth. The target is seen if nothing on the way stands higher in the
observer's eyes. Refraction bends radar rays downwards, as if the earth were larger by a factor k: 4/3 in the standard
atmosphere for radio waves (ITU-R P.453; Skolnik, Introduction to Radar Systems), about 7/6 for light.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

EARTH_RADIUS = 6_371_008.8
"""Mean radius in metres."""

RADAR_REFRACTION = 4.0 / 3.0
"""Factor k on the radius of the earth for radio waves in the standard atmosphere."""

_AT_ONCE = 500_000


@dataclass(frozen=True, eq=False)
class Surface:
    """Heights on a metric grid, north up.

    Attributes
    ----------
    heights
        (rows, columns) metres, finite.
    left, top
        Outer corner of the first cell, metres.
    size
        Side of a cell, metres.
    unknown
        (rows, columns) where the heights are only a guess; None where all are known.
    """

    heights: NDArray[np.float32]
    left: float
    top: float
    size: float
    unknown: NDArray[np.bool_] | None = None

    def knows(self, x: float, y: float) -> bool:
        """Whether the height at a point of the surface is known."""
        if self.unknown is None:
            return True
        row = min(max(int((self.top - y) / self.size), 0), self.heights.shape[0] - 1)
        column = min(max(int((x - self.left) / self.size), 0), self.heights.shape[1] - 1)
        return not self.unknown[row, column]

    def at(self, x: Array, y: Array) -> Array:
        """Heights at points, bilinear between the centres of cells, those of the rim beyond it."""
        rows, columns = self.heights.shape
        row = np.clip((self.top - y) / self.size - 0.5, 0.0, rows - 1.0)
        column = np.clip((x - self.left) / self.size - 0.5, 0.0, columns - 1.0)
        upper = np.minimum(row.astype(np.int64), max(rows - 2, 0))
        before = np.minimum(column.astype(np.int64), max(columns - 2, 0))
        down, across = row - upper, column - before
        # Flat positions: four lookups cost less than four pairs of indices.
        first = upper * columns + before
        below, beside = columns * (rows > 1), int(columns > 1)
        flat = self.heights.ravel()
        left = flat.take(first) * (1.0 - down) + flat.take(first + below) * down
        right = flat.take(first + beside) * (1.0 - down) + flat.take(first + below + beside) * down
        return np.asarray(left * (1.0 - across) + right * across, dtype=np.float64)


def horizon(height: float, *, target: float = 0.0, refraction: float = RADAR_REFRACTION) -> float:
    """Farthest a mast can reach over a smooth earth.

    ``sqrt(2 k R h) + sqrt(2 k R t)``: the mast's own horizon and the target's.

    Parameters
    ----------
    height, target
        Metres above the ground, at least 0.
    refraction
        Factor k on the radius of the earth.

    Returns
    -------
    float
        Metres.

    Examples
    --------
    >>> round(horizon(30.0) / 1000.0, 1)
    22.6
    """
    diameter = 2.0 * refraction * EARTH_RADIUS
    return float(np.sqrt(diameter * height) + np.sqrt(diameter * target))


def visible(
    surface: Surface,
    observer: tuple[float, float],
    targets: Array,
    *,
    height: float,
    target_height: float = 0.0,
    curvature: float = 1.0 / RADAR_REFRACTION,
) -> NDArray[np.bool_]:
    """Whether each target can be seen from a mast.

    Parameters
    ----------
    surface
        The terrain, reaching over observer and targets.
    observer
        x and y of the mast, metres.
    targets
        (k, 2) x and y, metres.
    height, target_height
        Of mast and targets above the ground, metres.
    curvature
        Share of the curvature of the earth that is left after refraction, ``1 / k``: 0.75 for radar,
        0.857 for light, 0 for a flat earth.

    Returns
    -------
    numpy.ndarray
        (k,); the mast's own place is seen.
    """
    offsets = targets - np.asarray(observer)
    distance = np.hypot(offsets[:, 0], offsets[:, 1])
    steps = np.maximum(np.ceil(distance / surface.size).astype(np.int64), 1)
    eye = float(surface.at(np.array([observer[0]]), np.array([observer[1]]))[0]) + height
    drop = curvature / (2.0 * EARTH_RADIUS)
    seen = np.ones(len(targets), dtype=np.bool_)
    order = np.argsort(steps, kind="stable")
    for chunk in _chunks(steps[order]):
        each = order[chunk]
        far = np.maximum(distance[each], 1e-9)
        top = surface.at(targets[each, 0], targets[each, 1]) + target_height - drop * far**2
        seen[each] = (top - eye) / far >= _highest(surface, observer, offsets[each], steps[each], (eye, drop))
    seen[distance == 0.0] = True
    return seen


def viewshed(
    surface: Surface,
    observer: tuple[float, float],
    *,
    height: float,
    reach: float,
    target_height: float = 0.0,
    curvature: float = 1.0 / RADAR_REFRACTION,
) -> NDArray[np.bool_]:
    """Cells of a surface whose centre can be seen from a mast.

    Parameters
    ----------
    surface
        The terrain.
    observer
        x and y of the mast, metres.
    height, target_height, curvature
        As in :func:`visible`.
    reach
        Farthest distance of a centre, metres.

    Returns
    -------
    numpy.ndarray
        Bool in the shape of the surface.
    """
    rows, columns = np.indices(surface.heights.shape)
    x = surface.left + (columns.ravel() + 0.5) * surface.size
    y = surface.top - (rows.ravel() + 0.5) * surface.size
    near = np.flatnonzero(np.hypot(x - observer[0], y - observer[1]) <= reach)
    targets = np.column_stack([x[near], y[near]])
    seen = np.zeros(surface.heights.size, dtype=np.bool_)
    seen[near] = visible(surface, observer, targets, height=height, target_height=target_height, curvature=curvature)
    return seen.reshape(surface.heights.shape)


def _highest(
    surface: Surface,
    observer: tuple[float, float],
    offsets: Array,
    steps: NDArray[np.int64],
    eye_and_drop: tuple[float, float],
) -> Array:
    """Steepest slope from the eye to the ground on the way to each target, (k,); -inf where nothing lies between."""
    eye, drop = eye_and_drop
    most = int(steps.max())
    if most < 2:  # noqa: PLR2004 - one step has nothing in between
        return np.full(len(offsets), -np.inf)
    share = np.arange(1, most)[None, :] / steps[:, None]
    x = observer[0] + share * offsets[:, :1]
    y = observer[1] + share * offsets[:, 1:]
    far = share * np.hypot(offsets[:, 0], offsets[:, 1])[:, None]
    slope = (surface.at(x, y) - drop * far**2 - eye) / np.maximum(far, 1e-9)
    return np.asarray(np.where(share < 1.0, slope, -np.inf).max(axis=1), dtype=np.float64)


def _chunks(steps: NDArray[np.int64]) -> list[slice]:
    """Parts of an array of rising steps whose rays together take a bounded number of samples."""
    parts, start = [], 0
    while start < len(steps):
        widest = max(_AT_ONCE // int(steps[min(start + _AT_ONCE // int(steps[start]), len(steps)) - 1]), 1)
        end = min(start + widest, len(steps))
        parts.append(slice(start, end))
        start = end
    return parts
