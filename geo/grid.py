"""A metric grid over the strip along a border: square cells of equal area, of which only the strip's count.

The projection is an Albers equal-area conic made for the line. Equal-area, so that a cell is a cell wherever it
lies and means over areas need no weights; conic with two parallels a sixth of the way in from the northernmost and
southernmost latitude (Snyder, Map Projections: A Working Manual, 1987, p. 99), so that over the few degrees that a
strip spans scale stays within 0.15 % and a range of 10 km is a circle of 10 km. The national conformal projection
keeps circles but changes areas by up to 1.5 % along the northern line, and the project's global
equal-area one (EPSG:6933) stretches circles there by up to 8 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import rasterio
import rasterio.features
import shapely

from geo import crs, errors

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from geo import border

CELL_METRES = 500.0
WIDTH_METRES = 25_000.0
LARGEST_CELLS = 60_000_000
_PARALLEL_SHARE = 1.0 / 6.0
_SIMPLER = 0.5


@dataclass(frozen=True, eq=False)
class Grid:
    """Square cells, and which of them belong to the strip.

    Attributes
    ----------
    crs
        Projection, metres, equal-area.
    transform
        From column and row to coordinates; north up.
    shape
        Rows and columns of the whole grid.
    cells
        (c,) numbers of the strip's cells, row by row, rising: row * columns + column. Values of the
        strip are arrays of c numbers in this order.
    """

    crs: str
    transform: rasterio.Affine
    shape: tuple[int, int]
    cells: NDArray[np.int64]

    @property
    def size(self) -> float:
        """Side of a cell in metres."""
        return float(self.transform.a)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the whole grid in metres."""
        left, top = self.transform.c, self.transform.f
        return left, top - self.shape[0] * self.size, left + self.shape[1] * self.size, top

    @cached_property
    def _lookup(self) -> NDArray[np.int32]:
        lookup = np.full(self.shape[0] * self.shape[1], -1, dtype=np.int32)
        lookup[self.cells] = np.arange(len(self.cells), dtype=np.int32)
        return lookup

    def project(self, lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Longitude and latitude as x and y in metres."""
        transformer = pyproj.Transformer.from_crs(crs.GEOGRAPHIC, self.crs, always_xy=True)
        x, y = transformer.transform(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
        return np.asarray(x), np.asarray(y)

    def centres(self, positions: NDArray[np.int64] | None = None) -> NDArray[np.float64]:
        """Centres of the strip's cells, or of some of them.

        Parameters
        ----------
        positions
            Positions in the strip; all when None.

        Returns
        -------
        numpy.ndarray
            (k, 2) x and y in metres.
        """
        cells = self.cells if positions is None else self.cells[positions]
        rows, columns = np.divmod(cells, self.shape[1])
        x = self.transform.c + (columns + 0.5) * self.transform.a
        y = self.transform.f + (rows + 0.5) * self.transform.e
        return np.column_stack([x, y])

    def positions(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.int64]:
        """Positions in the strip of cells by row and column, -1 where a cell is no part of it."""
        inside = (rows >= 0) & (rows < self.shape[0]) & (columns >= 0) & (columns < self.shape[1])
        numbers = np.where(inside, rows * self.shape[1] + columns, 0)
        return np.where(inside, self._lookup[numbers], -1).astype(np.int64)

    def at(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
        """Positions of the cells that hold points, -1 outside the strip.

        Parameters
        ----------
        x, y
            (k,) metres.
        """
        columns = np.floor((x - self.transform.c) / self.transform.a).astype(np.int64)
        rows = np.floor((y - self.transform.f) / self.transform.e).astype(np.int64)
        return self.positions(rows, columns)

    def within(self, shape: shapely.Geometry, reach: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Cells of the strip whose centre lies within a distance of a shape.

        Parameters
        ----------
        shape
            A geometry in the grid's projection.
        reach
            Metres.

        Returns
        -------
        positions, distance : numpy.ndarray
            (k,) positions in the strip, rising, and the distance of each centre in metres.
        """
        left, bottom, right, top = shapely.bounds(shape)
        first = int(np.floor((left - reach - self.transform.c) / self.size))
        last = int(np.floor((right + reach - self.transform.c) / self.size))
        upper = int(np.floor((self.transform.f - top - reach) / self.size))
        lower = int(np.floor((self.transform.f - bottom + reach) / self.size))
        transform = self.transform @ rasterio.Affine.translation(first, upper)
        # A little more than the reach: a drawn circle has corners, and lies inside the true one.
        around = shapely.buffer(shape, reach * 1.01 + 1.0)
        marked = rasterio.features.rasterize(
            [around], out_shape=(lower - upper + 1, last - first + 1), transform=transform, dtype=np.uint8
        )
        rows, columns = np.nonzero(marked)
        found = self.positions(rows + upper, columns + first)
        found = found[found >= 0]
        distance = np.asarray(shapely.distance(shapely.points(self.centres(found)), shape), dtype=np.float64)
        near = distance <= reach
        return found[near], distance[near]

    def spread(
        self, values: NDArray[np.generic], *, dtype: str = "float32", empty: float = np.nan
    ) -> NDArray[np.generic]:
        """Values of the strip on the whole grid, (rows, columns), with `empty` outside the strip."""
        whole = np.full(self.shape[0] * self.shape[1], empty, dtype=dtype)
        whole[self.cells] = values
        return whole.reshape(self.shape)


@dataclass(frozen=True, eq=False)
class Blocks:
    """Square blocks of a grid's cells.

    Attributes
    ----------
    grid
        The blocks as cells of a coarser grid, b of them: those that hold a cell of the strip.
    member
        (c,) which block each cell of the strip lies in.
    """

    grid: Grid
    member: NDArray[np.int64]

    def means(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean of the strip's cells in each block.

        Parameters
        ----------
        values
            (c,) in the order of the strip; NaN where there is none.

        Returns
        -------
        numpy.ndarray
            (b,); cells outside the strip and cells without a value weigh nothing, and a block of nothing
            else is NaN.

        Examples
        --------
        >>> whole = Grid("EPSG:6933", rasterio.Affine(1, 0, 0, 0, -1, 2), (2, 4), np.array([0, 1, 3, 4, 5, 7]))
        >>> blocks(whole, 2.0).means(np.array([0.0, 1.0, 0.5, 1.0, 0.0, np.nan])).tolist()
        [0.5, 0.5]
        """
        known = np.isfinite(values)
        count = np.bincount(self.member, weights=known, minlength=len(self.grid.cells))
        total = np.bincount(self.member, weights=np.where(known, values, 0.0), minlength=len(self.grid.cells))
        return np.asarray(total / np.where(count > 0.0, count, np.nan), dtype=np.float64)


NOWHERE = Grid(crs.EQUAL_AREA, rasterio.Affine(CELL_METRES, 0.0, 0.0, 0.0, -CELL_METRES, 0.0), (1, 1), np.empty(0, int))
"""A grid without cells, of a country without a border that is watched."""


def blocks(cells: Grid, size: float) -> Blocks:
    """Put a grid's cells together in larger squares.

    Parameters
    ----------
    cells
        The grid.
    size
        Side of a block in metres, a whole multiple of the cell's.

    Returns
    -------
    Blocks
        In the same projection. Their corners lie on multiples of `size`, so they are the same blocks
        however far the strip reaches.

    Raises
    ------
    geo.errors.GeographyError
        If `size` is no whole multiple of the cell's side.
    """
    many = round(size / cells.size) if size > 0.0 and np.isfinite(size) else 0
    if many < 1 or not np.isclose(many * cells.size, size, rtol=1e-9):
        msg = f"`size` {size!r} must be a whole multiple of the cell's {cells.size:g} m"
        raise errors.GeographyError(msg)
    left, top = np.floor(cells.transform.c / size) * size, np.ceil(cells.transform.f / size) * size
    before = round((cells.transform.c - left) / cells.size)
    above = round((top - cells.transform.f) / cells.size)
    rows, columns = np.divmod(cells.cells, cells.shape[1])
    shape = (-(-(cells.shape[0] + above) // many), -(-(cells.shape[1] + before) // many))
    number = (rows + above) // many * shape[1] + (columns + before) // many
    found, member = np.unique(number, return_inverse=True)
    transform = rasterio.Affine(float(size), 0.0, float(left), 0.0, -float(size), float(top))
    return Blocks(Grid(cells.crs, transform, shape, found), member.astype(np.int64))


def projection(latitudes: tuple[float, float], longitude: float) -> str:
    """Albers equal-area projection for a strip.

    Parameters
    ----------
    latitudes
        Southernmost and northernmost latitude, degrees.
    longitude
        Central meridian, degrees.

    Returns
    -------
    str
        PROJ string on WGS 84, metres; parallels and origin are rounded to half degrees.
    """
    south, north = latitudes
    inset = (north - south) * _PARALLEL_SHARE
    first, second, origin, meridian = (
        round(2.0 * value) / 2.0 for value in (south + inset, north - inset, (south + north) / 2.0, longitude)
    )
    return (
        f"+proj=aea +lat_1={first:g} +lat_2={second:g} +lat_0={origin:g} +lon_0={meridian:g} "
        "+x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs"
    )


def strip(line: border.Line, *, cell: float = CELL_METRES, width: float = WIDTH_METRES) -> Grid:
    """Grid over everything within a distance of a line.

    Parameters
    ----------
    line
        A border.
    cell
        Side of a cell, metres.
    width
        How far the strip reaches to either side, and beyond the ends, metres. Cells whose centre lies
        within it of the line, drawn to half a cell, belong to the strip.

    Returns
    -------
    Grid
        Its corner lies on a multiple of the cell.

    Raises
    ------
    geo.errors.GeographyError
        If cell or width are not positive, or the whole grid would have more than 60 million cells.
    """
    if not (cell > 0.0 and width > 0.0):
        msg = f"`cell` {cell!r} and `width` {width!r} must be metres above 0"
        raise errors.GeographyError(msg)
    west, south, east, north = shapely.bounds(line.geometry)
    name = projection((south, north), (west + east) / 2.0)
    transformer = pyproj.Transformer.from_crs(crs.GEOGRAPHIC, name, always_xy=True)
    flat = shapely.LineString(np.column_stack(transformer.transform(line.xy[:, 0], line.xy[:, 1])))
    around = shapely.buffer(shapely.simplify(flat, cell * _SIMPLER), width, quad_segs=16)
    left, bottom, right, top = (np.asarray(shapely.bounds(around)) / cell).tolist()
    first, last, lower, upper = np.floor(left), np.ceil(right), np.floor(bottom), np.ceil(top)
    shape = (int(upper - lower), int(last - first))
    if shape[0] * shape[1] > LARGEST_CELLS:
        msg = f"a grid of {shape[0]:,} × {shape[1]:,} cells is too large; use a `cell` above {cell:g} m"
        raise errors.GeographyError(msg)
    transform = rasterio.Affine(cell, 0.0, first * cell, 0.0, -cell, upper * cell)
    marked = rasterio.features.rasterize([around], out_shape=shape, transform=transform, dtype=np.uint8)
    return Grid(name, transform, shape, np.flatnonzero(marked.ravel()))
