"""A framed map on a sheet: the working projection, and how areas, lines and patterns are drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from matplotlib import patches, transforms
from matplotlib import path as mpath

from briefing import outlines, patterns, sheet
from layers import palette, places

if TYPE_CHECKING:
    from matplotlib import artist
    from numpy.typing import ArrayLike, NDArray

    from roadmap import atlas as atlases

COLOURS = palette.MAP["light"]
LAND, FILL, MESH, OVERLAY, BORDER, SYMBOLS, NAMES = 2.0, 3.0, 4.0, 5.0, 5.5, 6.0, 7.0
"""Drawing order, from the sea up."""

_PADDING = 24
_TILE_METRES = 156_543.033928
_CELL = 12
_SEAM = 0.7


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the design, `y` downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    def touches(self, other: Box) -> bool:
        """Return whether the two share any area."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def holds(self, other: Box) -> bool:
        """Return whether the other lies inside."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and self.right >= other.right
            and self.bottom >= other.bottom
        )

    def grown(self, by: float) -> Box:
        """Return it with a margin around."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)


class Plate:
    """A map in a frame on a sheet.

    Attributes
    ----------
    frame
        Where it stands on the sheet.
    metres
        Transform from metres of the working projection to the figure.
    zoom
        The browser's zoom at which the country would be as large.
    taken
        What names must keep clear of.
    """

    def __init__(self, on: sheet.Sheet, frame: Box, atlas: atlases.Atlas) -> None:
        self.sheet = on
        self.frame = frame
        self._atlas = atlas
        self.outlines = outlines.of(atlas.territory)
        west, south, east, north = self.outlines.bounds
        self.scale = min(
            (frame.width - 2 * _PADDING) / (east - west), (frame.height - 2 * _PADDING) / (north - south)
        )
        middle = ((west + east) / 2, (south + north) / 2)
        self._origin = (
            frame.centre[0] - middle[0] * self.scale,
            frame.centre[1] + middle[1] * self.scale,
        )
        placed = transforms.Affine2D().scale(self.scale, -self.scale).translate(*self._origin)
        self.metres: transforms.Transform = placed + on.pixels
        (low, _), (high, _) = places.view(atlas.territory)
        shrink = math.cos(math.radians((low + high) / 2))
        self.zoom = math.log2(self.scale * _TILE_METRES * shrink)
        self.taken: list[Box] = []
        self._land: NDArray[np.int64] | None = None
        on.box(frame.x, frame.y, frame.width, frame.height, fill=COLOURS["sea"], order=1)
        self._clip = on.clip(frame.x, frame.y, frame.width, frame.height)

    # --- places -------------------------------------------------------------------------------

    def at(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
        """Return places on the sheet, ``(n, 2)`` pixels, of WGS 84 degrees, ``(n,)``."""
        metres = outlines.project(np.atleast_1d(lon), np.atleast_1d(lat), self.outlines.plane)
        return metres * (self.scale, -self.scale) + self._origin

    def lon_lat(self, pixels: ArrayLike) -> NDArray[np.float64]:
        """Return WGS 84 degrees, ``(n, 2)``, of places on the sheet, ``(n, 2)`` pixels."""
        metres = (np.asarray(pixels) - self._origin) / (self.scale, -self.scale)
        return outlines.unproject(metres[:, 0], metres[:, 1], self.outlines.plane)

    def free(self, box: Box, *, margin: float = 0.0) -> bool:
        """Return whether a box lies in the frame and touches nothing that is taken."""
        wide = box.grown(margin)
        return self.frame.grown(-6).holds(box) and not any(wide.touches(each) for each in self.taken)

    def quiet(self, width: float, height: float, near: tuple[float, float]) -> Box:
        """Return a place at sea for a box, as near to a point as there is.

        Where the sea is too small for it, a place on land that nothing takes; and where there is none, the point
        itself, moved into the frame.
        """
        frame = self.frame.grown(-_CELL)
        for land in (True, False):
            found = self._free(width, height, near, self._occupied(land=land))
            if found is not None:
                return found
        return Box(
            min(max(near[0] - width / 2, frame.x), frame.right - width),
            min(max(near[1] - height / 2, frame.y), frame.bottom - height),
            width,
            height,
        )

    def _free(
        self, width: float, height: float, near: tuple[float, float], occupied: NDArray[np.int64]
    ) -> Box | None:
        """Return the place nearest to a point whose cells are not occupied."""
        # A cell to spare on every side; sums over windows by differences of running sums.
        across, down = math.ceil(width / _CELL) + 2, math.ceil(height / _CELL) + 2
        sums = np.pad(occupied, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
        inside = sums[down:, across:] - sums[:-down, across:] - sums[down:, :-across] + sums[:-down, :-across]
        free = np.argwhere(inside == 0)
        if len(free):
            x = self.frame.x + (free[:, 1] + 1) * _CELL
            y = self.frame.y + (free[:, 0] + 1) * _CELL
            best = int(np.argmin(np.hypot(x + width / 2 - near[0], y + height / 2 - near[1])))
            return Box(float(x[best]), float(y[best]), width, height)
        return None

    def _occupied(self, *, land: bool) -> NDArray[np.int64]:
        """Return which cells of a grid over the frame are taken, or land as well, 0 or 1, rows from the top."""
        if self._land is None:
            self._land = self._find_land()
        occupied = self._land.copy() if land else np.zeros_like(self._land)
        for box in self.taken:
            left, right = (box.x - self.frame.x) / _CELL, (box.right - self.frame.x) / _CELL
            top, bottom = (box.y - self.frame.y) / _CELL, (box.bottom - self.frame.y) / _CELL
            rows = slice(max(math.floor(top), 0), max(math.ceil(bottom), 0))
            occupied[rows, max(math.floor(left), 0) : max(math.ceil(right), 0)] = 1
        return occupied

    def _find_land(self) -> NDArray[np.int64]:
        """Return which cells of a grid over the frame hold land, be it a small island."""
        frame = self.frame
        x, y = np.arange(frame.x, frame.right, _CELL), np.arange(frame.y, frame.bottom, _CELL)
        edge = np.array([(0, 0), (_CELL, 0), (_CELL, _CELL), (0, _CELL)])
        corners = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 1, 2) + edge
        cells = shapely.polygons(self.lon_lat(corners.reshape(-1, 2)).reshape(-1, 4, 2))
        land = np.zeros(len(cells), dtype=np.int64)
        for each in (self._atlas.territory.states, self._atlas.territory.neighbours):
            land[shapely.STRtree(cells).query(each.geometry.to_numpy(), predicate="intersects")[1]] = 1
        return land.reshape(len(y), len(x))

    # --- drawing ------------------------------------------------------------------------------

    def add(self, drawn: artist.Artist, *, metres: bool = False) -> None:
        """Draw something inside the frame, measured in pixels or in metres."""
        drawn.set_transform(self.metres if metres else self.sheet.pixels)
        drawn.set_clip_path(self._clip)
        self.sheet.figure.add_artist(drawn)

    def area(self, path: mpath.Path, colour: str, *, order: float, name: str | None = None) -> None:
        """Fill a path in metres; a hair of the same colour closes the gap to what lies beside it."""
        self.add(
            patches.PathPatch(
                path, facecolor=colour, edgecolor=colour, linewidth=_SEAM, zorder=order, gid=name
            ),
            metres=True,
        )

    def pattern(
        self, path: mpath.Path, pattern: str, ink: str, *, order: float, spacing: float = patterns.SPACING
    ) -> None:
        """Lay a pattern over a path in metres."""
        frame = self.frame
        marks = patterns.marks(pattern, (frame.x, frame.y, frame.width, frame.height), spacing=spacing)
        drawn = mark(marks, pattern, ink, order=order)
        self.add(drawn)
        drawn.set_clip_path(path, self.metres)

    def dither(self, path: mpath.Path, pixels: NDArray[np.bool_], colour: str, *, order: float, pixel: float) -> None:
        """Fill those pixels of a tile, ``(k, k)``, that are chosen, wherever the tile falls on a path in metres."""
        frame, side = self.frame, len(pixels) * pixel
        tiles = np.stack(np.meshgrid(np.arange(frame.x, frame.right, side), np.arange(frame.y, frame.bottom, side)), -1)
        inside = np.argwhere(pixels)[:, ::-1] * pixel + pixel / 2
        centres = (tiles.reshape(-1, 1, 2) + inside).reshape(-1, 2)
        square = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * pixel / 2
        drawn = patches.PathPatch(
            patterns.many(square, centres), facecolor=colour, linewidth=0.0, zorder=order, antialiased=False
        )
        self.add(drawn)
        drawn.set_clip_path(path, self.metres)

    def stroke(
        self,
        path: mpath.Path,
        colour: str,
        width: float,
        *,
        order: float,
        alpha: float = 1.0,
        dashes: tuple[float, float] | None = None,
    ) -> None:
        """Draw a path in metres as a line `width` pixels wide."""
        self.add(
            patches.PathPatch(
                path,
                facecolor="none",
                edgecolor=colour,
                linewidth=width,
                alpha=alpha,
                zorder=order,
                joinstyle="round",
                capstyle="butt" if dashes else "round",
                linestyle=(0, dashes) if dashes else "solid",
            ),
            metres=True,
        )


def mark(marks: mpath.Path, pattern: str, ink: str, *, order: float) -> patches.PathPatch:
    """Return the marks of a pattern in its ink."""
    filled = patterns.is_filled(pattern)
    return patches.PathPatch(
        marks,
        facecolor=ink if filled else "none",
        edgecolor="none" if filled else ink,
        # Level lines fall on whole pixels, slanting ones need a little more to be seen as well.
        linewidth=0.0 if filled else 1.0 if pattern == "bars" else 1.1,
        zorder=order,
    )
