"""Elevation from whatever there is: a GeoTIFF, a VRT, a folder of tiles, or one of these behind HTTP.

Nothing is loaded as a whole. A window of the source is read where heights are wanted, voids are taken out, and the
rest is projected to a metric grid, so memory depends on the window and not on the source. Folders are read as one
surface, each tile by its own scale, unit and voids: Copernicus GLO-30 and GLO-90 as published (only the files
``..._DEM.tif`` of a folder that also holds their masks) and SRTM (``N31W110.hgt`` and the like). What a raster says
about its numbers is understood in :mod:`geo.elevation`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import rasterio
import rasterio.warp
import rasterio.windows
import scipy.ndimage

from geo import elevation, refusals, viewshed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bounds = tuple[float, float, float, float]
    Grid = tuple[NDArray[np.float32], rasterio.Affine]

FAULTS = refusals.FAULTS
TerrainError = refusals.TerrainError

SUFFIXES = (".tif", ".tiff", ".hgt")
LIMIT_MEGABYTES = 512
FINEST_METRES = 20.0
FILL_METRES = 1_000.0

_SEARCHED_CELLS = 64_000_000
_COPERNICUS = re.compile(r"_DEM\.tiff?$", re.IGNORECASE)
_WEB = re.compile(r"https?://", re.IGNORECASE)
# Part of a cell by which tiles of one grid may lie beside it.
_SAME_GRID = 1e-3


@dataclass(frozen=True)
class Terrain:
    """An elevation source that has been looked at and can be read.

    Attributes
    ----------
    source
        As it was given.
    rasters
        Its files, all in one projection; where they overlap the last one counts.
    limit_megabytes
        Most memory that one read may take.
    """

    source: str
    rasters: tuple[elevation.Raster, ...]
    limit_megabytes: int = LIMIT_MEGABYTES

    @property
    def crs(self) -> str:
        """Its projection, as WKT."""
        return self.rasters[0].crs

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north in that projection."""
        west, south, east, north = zip(*(raster.bounds for raster in self.rasters), strict=True)
        return min(west), min(south), max(east), max(north)

    @property
    def size(self) -> float:
        """Side of a cell in metres, at least 20: finer sources are read at 20 m."""
        return max(round(min(raster.size for raster in self.rasters), 1), FINEST_METRES)

    @property
    def tiles(self) -> int:
        """Number of files."""
        return len(self.rasters)

    def surface(self, bounds: Bounds, projection: str, *, size: float | None = None) -> viewshed.Surface | None:
        """Heights on a metric grid.

        Voids are filled with the nearest height; farther than a kilometre from any height they count as
        unknown.

        Parameters
        ----------
        bounds
            West, south, east, north in `projection`, metres.
        projection
            A metric CRS.
        size
            Side of a cell in metres; the source's own when None.

        Returns
        -------
        geo.viewshed.Surface or None
            Reaching over the bounds; None where the source has no height there.

        Raises
        ------
        TerrainError
            If the source cannot be read, is no longer what it was, or the read would take more memory than allowed.
        """
        cell = self.size if size is None else size
        left, bottom, right, top = bounds
        shape = (math.ceil((top - bottom) / cell), math.ceil((right - left) / cell))
        with refusals.told(self.source):
            self._require_memory(shape)
            heights = np.full(shape, np.nan, dtype=np.float32)
            for values, transform in self._grids(bounds, projection, cell):
                layer = np.full(shape, np.nan, dtype=np.float32)
                rasterio.warp.reproject(
                    values,
                    layer,
                    src_transform=transform,
                    src_crs=self.crs,
                    src_nodata=np.nan,
                    dst_transform=rasterio.Affine(cell, 0.0, left, 0.0, -cell, top),
                    dst_crs=projection,
                    dst_nodata=np.nan,
                    resampling=rasterio.warp.Resampling.bilinear,
                )
                np.copyto(heights, layer, where=np.isfinite(layer))
        filled = _filled(heights, cell)
        return None if filled is None else viewshed.Surface(filled[0], left, top, cell, filled[1])

    def _grids(self, bounds: Bounds, projection: str, cell: float) -> Iterator[Grid]:
        """Heights around bounds with their transforms: of all files at once where they lie on one grid, else of each.

        Finer sources are read coarser, which leaves them no grid in common.
        """
        wanted = rasterio.warp.transform_bounds(projection, self.crs, *bounds)
        if not all(map(math.isfinite, wanted)):
            # The source's projection does not reach there.
            return
        pieces = [piece for raster in self.rasters if (piece := _piece(raster, wanted, cell)) is not None]
        corners = [piece.corner_on(pieces[0]) for piece in pieces]
        on_one_grid = [corner for corner in corners if corner is not None]
        if len(on_one_grid) == len(pieces) > 1:
            yield self._pasted(pieces, on_one_grid)
            return
        for piece in pieces:
            yield self._read(piece)

    def _pasted(self, pieces: Sequence[_Piece], corners: Sequence[tuple[int, int]]) -> Grid:
        """Windows of tiles on one grid, side by side as if they were one file."""
        top, left = np.min(corners, axis=0).tolist()
        sizes = [(piece.window.height, piece.window.width) for piece in pieces]
        bottom, right = np.max(np.add(corners, sizes), axis=0).tolist()
        self._require_memory((bottom - top, right - left))
        whole = np.full((bottom - top, right - left), np.nan, dtype=np.float32)
        for piece, (row, column), (rows, columns) in zip(pieces, corners, sizes, strict=True):
            values, _ = self._read(piece)
            place = whole[row - top : row - top + rows, column - left : column - left + columns]
            np.copyto(place, values, where=np.isfinite(values))
        return whole, pieces[0].transform @ rasterio.Affine.translation(left, top)

    def _read(self, piece: _Piece) -> Grid:
        window = piece.window
        shape = (math.ceil(window.height / piece.factor), math.ceil(window.width / piece.factor))
        self._require_memory(shape)
        with piece.raster.opened(self.limit_megabytes) as dataset:
            heights = piece.raster.heights(dataset, window, shape, self.limit_megabytes)
        moved = piece.transform @ rasterio.Affine.translation(window.col_off, window.row_off)
        return heights, moved @ rasterio.Affine.scale(window.width / shape[1], window.height / shape[0])

    def _require_memory(self, shape: tuple[int, int]) -> None:
        megabytes = math.ceil(shape[0] * shape[1] * elevation.BYTES_PER_CELL / 1e6)
        if megabytes > self.limit_megabytes:
            raise TerrainError(self.source, "terrain_too_large", megabytes=megabytes, limit=self.limit_megabytes)


def load(source: str | Path, *, limit_megabytes: int = LIMIT_MEGABYTES) -> Terrain:
    """Look at an elevation source and check that it can be read.

    Heights are metres unless the file says otherwise: by scale and offset, by a unit that is known, or by a vertical
    reference system.

    Parameters
    ----------
    source
        A raster file that GDAL reads, a folder of tiles (``.tif``, ``.tiff``, ``.hgt``; sub-folders too), or an
        address beginning with ``http://`` or ``https://`` whose server answers requests for ranges.
    limit_megabytes
        Most memory that one read may take.

    Returns
    -------
    Terrain

    Raises
    ------
    TerrainError
        With one of :data:`FAULTS`: the source is missing, no raster, truncated, without or with a
        wrong position, in a unit that is not known, of several bands, without any height, or laid out so that the
        least read takes too much memory. Nothing else is raised for any raster.
    """
    given = str(source)
    with refusals.told(given):
        if _WEB.match(given):
            raster = elevation.look(f"{refusals.REMOTE}{given}", given, limit_megabytes)
            return Terrain(given, (raster,), limit_megabytes)
        found = Terrain(given, _rasters(Path(source), given, limit_megabytes), limit_megabytes)
        if not _has_heights(found):
            raise TerrainError(given, "terrain_empty")
        return found


def tiles_in(folder: Path) -> list[Path]:
    """Elevation tiles in a folder and its sub-folders, sorted by name.

    Where any is called ``..._DEM.tif``, as Copernicus publishes them, only these count: the others
    are its masks.

    Parameters
    ----------
    folder
        A folder.
    """
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    return [path for path in found if _COPERNICUS.search(path.name)] or found


def _rasters(path: Path, given: str, limit: int) -> tuple[elevation.Raster, ...]:
    """Look at a file, or at every tile of a folder."""
    if not path.exists():
        raise TerrainError(given, "terrain_missing")
    if path.is_file():
        return (elevation.look(str(path), given, limit),)
    if not path.is_dir():
        # A pipe or a device would be waited for, or never end.
        raise TerrainError(given, "terrain_not_raster")
    files = tiles_in(path)
    if not files:
        raise TerrainError(given, "terrain_no_tiles", allowed=SUFFIXES)
    rasters = []
    for file in files:
        with refusals.told(str(file)):
            rasters.append(elevation.look(str(file), str(file), limit))
    for raster, file in zip(rasters, files, strict=True):
        if raster.crs != rasters[0].crs and pyproj.CRS(raster.crs) != pyproj.CRS(rasters[0].crs):
            raise TerrainError(given, "terrain_mixed", first=files[0].name, second=file.name)
    return tuple(rasters)


def _has_heights(found: Terrain) -> bool:
    """Whether any block holds a height; given up as yes after so many cells."""
    searched = 0
    for raster in found.rasters:
        with refusals.told(raster.source), raster.opened(found.limit_megabytes) as dataset:
            for _, window in dataset.block_windows(1):
                shape = window.height, window.width
                heights = raster.heights(dataset, window, shape, found.limit_megabytes)
                searched += heights.size
                if np.isfinite(heights).any() or searched >= _SEARCHED_CELLS:
                    return True
    return False


# --- windows ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Piece:
    """What is to be read of one raster.

    `transform` is the raster's, moved by a turn of the globe where its longitudes run on from the ones wanted;
    `factor` the number of cells that are read as one.
    """

    raster: elevation.Raster
    transform: rasterio.Affine
    window: rasterio.windows.Window
    factor: int

    def corner_on(self, other: _Piece) -> tuple[int, int] | None:
        """Row and column of the window's corner on the grid of another raster; None where they share no grid."""
        own, its = self.transform, other.transform
        columns, rows = (own.c - its.c) / its.a, (own.f - its.f) / its.e
        size = max(*self.raster.shape, *other.raster.shape, abs(columns), abs(rows))
        apart = (
            abs(own.a / its.a - 1.0) * size,
            abs(own.e / its.e - 1.0) * size,
            abs(columns - round(columns)),
            abs(rows - round(rows)),
        )
        if max(apart) > _SAME_GRID or max(self.factor, other.factor) > 1:
            return None
        return round(rows) + self.window.row_off, round(columns) + self.window.col_off


def _piece(raster: elevation.Raster, wanted: Bounds, cell: float) -> _Piece | None:
    """What of a raster lies around bounds in its projection; None where nothing does."""
    left, bottom, right, top = wanted
    if left > right and raster.turn is not None:
        # The bounds lie across the 180th meridian.
        right += raster.turn
    factor = max(int(cell / (-raster.transform.e * raster.unit)), 1)
    for turn in (0.0,) if raster.turn is None else (0.0, -raster.turn, raster.turn):
        transform = rasterio.Affine.translation(turn, 0.0) @ raster.transform
        window = _window(transform, raster.shape, (left, bottom, right, top), margin=2 * factor)
        if window is not None:
            return _Piece(raster, transform, window, factor)
    return None


def _window(
    transform: rasterio.Affine, shape: tuple[int, int], bounds: Bounds, *, margin: int
) -> rasterio.windows.Window | None:
    """Whole cells around bounds in the raster's projection, as far as the raster has them."""
    wanted = rasterio.windows.from_bounds(*bounds, transform=transform)
    left, top = math.floor(wanted.col_off) - margin, math.floor(wanted.row_off) - margin
    right = math.ceil(wanted.col_off + wanted.width) + margin
    low = math.ceil(wanted.row_off + wanted.height) + margin
    left, top, right, low = max(left, 0), max(top, 0), min(right, shape[1]), min(low, shape[0])
    return None if left >= right or top >= low else rasterio.windows.Window(left, top, right - left, low - top)


def _filled(heights: NDArray[np.float32], cell: float) -> tuple[NDArray[np.float32], NDArray[np.bool_] | None] | None:
    """Heights with voids replaced by the nearest height, and where that is far; None where there is no height."""
    void = np.isnan(heights)
    if void.all():
        return None
    if not void.any():
        return heights, None
    away, nearest = scipy.ndimage.distance_transform_edt(void, return_indices=True)
    return heights[tuple(nearest)], np.asarray(away * cell > FILL_METRES)
