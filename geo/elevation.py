"""One raster of heights: what it says about itself, checked, and its cells in metres.

A file says in its own way what its numbers mean: by scale and offset, a unit, a vertical reference system, and by
nodata, a mask inside or beside it, or an alpha band where it knows nothing. All of it is applied here and nowhere
else, so that the same heights come out of every such way; what cannot be understood is refused with a reason.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import rasterio
import rasterio.errors
import rasterio.windows
from rasterio.enums import ColorInterp

from geo import refusals, vertical
from geo.refusals import TerrainError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from rasterio.io import DatasetReader

VOIDS = (-32768.0, -32767.0, -9999.0)
"""Numbers that mean nothing even where the file declares no nodata; 0 is the sea, and a height."""

BYTES_PER_CELL: Final = 24
"""Memory that a height takes on its way from the file to metres."""

_DEFINED_LOWEST, _DEFINED_HIGHEST = -12_000.0, 9_000.0
# The shore of the Dead Sea is the lowest land.
_LOWEST_LAND = -450.0
_FARTHEST = 1e9
_EDGE = 1e-6
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_PART_CELLS = 2_000_000

_OPTIONS = {
    "GDAL_CACHEMAX": 64,
    "GDAL_HTTP_CONNECTTIMEOUT": "5",
    "GDAL_HTTP_TIMEOUT": "30",
    "GDAL_HTTP_MAX_RETRY": "2",
    "GDAL_HTTP_RETRY_DELAY": "1",
}

# --- what a raster says about itself ------------------------------------------------------------


@dataclass(frozen=True)
class Raster:
    """One raster that has been looked at and can be read.

    Attributes
    ----------
    name
        What is opened: a path, or an address behind :data:`geo.refusals.REMOTE`.
    source
        What to call it in an error.
    crs
        Its horizontal reference system, as WKT.
    transform
        From column and row to that system, north up.
    shape
        Rows and columns.
    unit
        Metres of one unit of that system, north–south.
    turn
        A whole turn of the globe in its unit where it has longitudes, else None.
    scale, offset
        Metres are the numbers in the file times the one plus the other.
    nodata
        The number that is declared to mean nothing.
    alpha
        Number of the band that is 0 where nothing is known.
    edition
        Size, time and inode of a file, which tell whether it is still the same one.
    """

    name: str
    source: str
    crs: str
    transform: rasterio.Affine
    shape: tuple[int, int]
    unit: float
    turn: float | None
    scale: float
    offset: float
    nodata: float | None
    alpha: int | None
    edition: tuple[int, int, int] | None

    @property
    def size(self) -> float:
        """Side of a cell in metres."""
        return math.sqrt(self.transform.a * -self.transform.e) * self.unit

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in its reference system."""
        rows, columns = self.shape
        west, north = self.transform.c, self.transform.f
        return west, north + rows * self.transform.e, west + columns * self.transform.a, north

    @contextlib.contextmanager
    def opened(self, limit: int) -> Iterator[DatasetReader]:
        """Open it again.

        Parameters
        ----------
        limit
            As for :func:`look`.

        Raises
        ------
        TerrainError
            If it has become another raster since it was looked at, or becomes one meanwhile.
        """
        with _opened(self.name, self.source) as dataset:
            if _described(dataset, self.name, self.source, limit) != self:
                raise TerrainError(self.source, "terrain_changed")
            yield dataset
        if _edition(self.name) != self.edition:
            raise TerrainError(self.source, "terrain_changed")

    def heights(
        self, dataset: DatasetReader, window: rasterio.windows.Window, shape: tuple[int, int], limit: int
    ) -> NDArray[np.float32]:
        """Heights of a window.

        Parameters
        ----------
        dataset
            It, opened.
        window
            Whole cells.
        shape
            Rows and columns of what is wanted. Fewer than the window has get the mean of the heights that lie in them;
            the file's own overviews are made of its numbers, voids among them, and are not used.
        limit
            As for :func:`look`.

        Returns
        -------
        numpy.ndarray
            In metres, in that shape, NaN where nothing is known.
        """
        if shape == (window.height, window.width):
            return self._cells(dataset, window)
        # As even as whole cells allow, none in two means.
        row = np.arange(window.height) * shape[0] // window.height
        column = np.arange(window.width) * shape[1] // window.width
        total, count = np.zeros(shape), np.zeros(shape, dtype=np.int64)
        for part in _parts(window, dataset.block_shapes[0], min(_PART_CELLS, int(limit * 1e6) // BYTES_PER_CELL)):
            heights = self._cells(dataset, part)
            rows = row[part.row_off - window.row_off :][: part.height]
            columns = column[part.col_off - window.col_off :][: part.width]
            known = np.isfinite(heights)
            place = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
            total[place] += _summed(np.where(known, heights, 0.0), rows, columns)
            count[place] += _summed(known.astype(np.int64), rows, columns)
        means = np.full(shape, np.nan, dtype=np.float32)
        np.divide(total, count, out=means, where=count > 0, casting="same_kind")
        return means

    def _cells(self, dataset: DatasetReader, window: rasterio.windows.Window) -> NDArray[np.float32]:
        """Heights of a window, cell by cell."""
        try:
            numbers, known = dataset.read(1, window=window), dataset.read_masks(1, window=window) > 0
            if self.alpha is not None:
                known &= dataset.read(self.alpha, window=window) > 0
        except rasterio.errors.RasterioIOError as error:
            remote = self.name.startswith(refusals.REMOTE)
            raise (
                _unreachable(self.source, error) if remote else TerrainError(self.source, "terrain_truncated")
            ) from error
        if self.nodata is not None:
            known &= numbers != self.nodata
        with np.errstate(over="ignore", invalid="ignore"):
            metres = np.asarray(numbers * np.float64(self.scale) + self.offset, dtype=np.float32)
        void = np.isin(numbers, VOIDS) & (metres < _LOWEST_LAND)
        metres[void | ~(known & (metres > _DEFINED_LOWEST) & (metres < _DEFINED_HIGHEST))] = np.nan
        return metres


def _parts(window: rasterio.windows.Window, block: tuple[int, int], cells: int) -> Iterator[rasterio.windows.Window]:
    """Parts of a window of about so many cells, in whole blocks of the file, so that none is fetched twice."""
    width = max(min(cells // block[0], window.width) // block[1], 1) * block[1]
    height = max(cells // min(width, window.width) // block[0], 1) * block[0]
    for top, bottom in _cuts(window.row_off, window.height, height):
        for left, right in _cuts(window.col_off, window.width, width):
            yield rasterio.windows.Window(left, top, right - left, bottom - top)


def _cuts(start: int, length: int, step: int) -> Iterator[tuple[int, int]]:
    """Both ends of the parts of a range that is cut at the multiples of a step."""
    inner = range((start // step + 1) * step, start + length, step)
    return itertools.pairwise((start, *inner, start + length))


def _summed(values: NDArray[Any], rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[Any]:
    """Sums of cells that go to the same row and column, both ascending without a gap."""
    by_row = np.add.reduceat(values, np.flatnonzero(np.diff(rows, prepend=-1)), axis=0)
    return np.asarray(np.add.reduceat(by_row, np.flatnonzero(np.diff(columns, prepend=-1)), axis=1))


def look(name: str, source: str, limit: int) -> Raster:
    """Open a raster once and check that its heights can be read.

    Parameters
    ----------
    name
        A path, or an address behind :data:`geo.refusals.REMOTE`.
    source
        What to call it in an error.
    limit
        Most megabytes that reading one of its blocks may take.

    Raises
    ------
    TerrainError
        If it cannot be used.
    """
    with _opened(name, source) as dataset:
        found = _described(dataset, name, source, limit)
    _require_no_mask_apart(name, source)
    return found


def _described(dataset: DatasetReader, name: str, source: str, limit: int) -> Raster:
    alpha = _require_heights(dataset, source)
    crs = vertical.Crs.of(dataset, source)
    _require_position(dataset, source, crs)
    _require_blocks(dataset, source, limit)
    scale, offset = vertical.scale(dataset, source, crs)
    return Raster(
        name,
        source,
        crs.flat,
        dataset.transform,
        dataset.shape,
        crs.unit,
        crs.turn,
        scale,
        offset,
        # A NaN equals nothing, not even itself, and is a void anyhow.
        None if dataset.nodata is None or math.isnan(dataset.nodata) else dataset.nodata,
        alpha,
        _edition(name),
    )


def _require_heights(dataset: DatasetReader, source: str) -> int | None:
    """Check that there is one band of real numbers, and return the number of its alpha band, if any."""
    meaning = list(dataset.colorinterp)
    bands = [each for each in meaning if each != ColorInterp.alpha]
    if len(bands) != 1 or meaning[0] == ColorInterp.alpha:
        raise TerrainError(source, "terrain_bands", found=len(bands))
    if meaning[0] == ColorInterp.palette:
        raise TerrainError(source, "terrain_colours")
    found = dataset.dtypes[0]
    if not re.fullmatch(r"u?int\d+|float\d+", found):
        raise TerrainError(source, "terrain_type", found=found)
    return meaning.index(ColorInterp.alpha) + 1 if ColorInterp.alpha in meaning else None


def _require_position(dataset: DatasetReader, source: str, crs: vertical.Crs) -> None:
    transform, (rows, columns) = dataset.transform, dataset.shape
    west, north = transform.c, transform.f
    east, south = west + columns * transform.a, north + rows * transform.e
    # Comparisons with what is no number fail, and so do cells too small to tell one from the next.
    upright = west < east and south < north and not (transform.b or transform.d or transform.is_identity)
    if not upright or not all(map(math.isfinite, (west, south, east, north))):
        raise TerrainError(source, "terrain_no_position")
    if crs.turn is None:
        if max(-west, -south, east, north) * crs.unit > _FARTHEST:
            raise TerrainError(source, "terrain_no_position")
        return
    # Tiles of SRTM reach half a cell beyond their degrees. Longitudes may run to 180 or to 360.
    slack, half = 2.0 * transform.a + _EDGE, crs.turn / 4.0
    if min(west + crs.turn, crs.turn - east, crs.turn - (east - west), south + half, half - north) < -slack:
        degrees = 360.0 / crs.turn
        reach = {"west": west, "south": south, "east": east, "north": north}
        raise TerrainError(source, "terrain_bounds", **{side: value * degrees for side, value in reach.items()})


def _require_no_mask_apart(name: str, source: str) -> None:
    """Check that no mask stands beside a raster on its server, where GDAL does not look for one."""
    # Where an address ends in a query, no other name can be made of it.
    if name.startswith(refusals.REMOTE) and "?" not in name and _opens(f"{name}.msk", source):
        raise TerrainError(source, "terrain_mask_apart")


def _opens(name: str, source: str) -> bool:
    try:
        with _opened(name, source):
            return True
    except TerrainError:
        return False


def _require_blocks(dataset: DatasetReader, source: str, limit: int) -> None:
    rows, columns = dataset.block_shapes[0]
    megabytes = math.ceil(rows * columns * np.dtype(dataset.dtypes[0]).itemsize / 1e6)
    if megabytes > limit:
        raise TerrainError(source, "terrain_too_large", megabytes=megabytes, limit=limit)


# --- opening ------------------------------------------------------------------------------------


@contextlib.contextmanager
def _opened(name: str, source: str) -> Iterator[DatasetReader]:
    """Open a raster, or say why not."""
    # On disk a mask, a unit or a position may stand beside the raster. A server has no folder to list.
    beside = "EMPTY_DIR" if name.startswith(refusals.REMOTE) else "FALSE"
    with rasterio.Env(**_OPTIONS, GDAL_DISABLE_READDIR_ON_OPEN=beside), warnings.catch_warnings():
        # A raster without a position is refused, with a sentence.
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        try:
            dataset = rasterio.open(name)
        except rasterio.errors.RasterioIOError as error:
            raise _refusal(name, source, error) from error
        with dataset:
            yield dataset


def _refusal(name: str, source: str, error: rasterio.errors.RasterioIOError) -> TerrainError:
    """Why a raster could not be opened."""
    if name.startswith(refusals.REMOTE):
        reason = str(error)
        if "range" in reason.lower():
            return TerrainError(source, "terrain_no_ranges")
        not_raster = "not recognized" in reason
        return TerrainError(source, "terrain_not_raster") if not_raster else _unreachable(source, error)
    path = Path(name)
    if not path.exists():
        return TerrainError(source, "terrain_missing")
    with path.open("rb") as stream:
        begins_well = stream.read(4) in _TIFF
    cut = begins_well or path.suffix.lower() == ".hgt"
    return TerrainError(source, "terrain_truncated" if cut else "terrain_not_raster")


def _unreachable(source: str, error: BaseException) -> TerrainError:
    return TerrainError(source, "terrain_unreachable", reason=refusals.reason(error, source))


def _edition(name: str) -> tuple[int, int, int] | None:
    if name.startswith(refusals.REMOTE):
        return None
    found = Path(name).stat()
    return found.st_size, found.st_mtime_ns, found.st_ino
