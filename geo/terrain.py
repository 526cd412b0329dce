"""Elevation from whatever there is: a GeoTIFF, a VRT, a folder of tiles, or one of these behind HTTP.

Nothing is loaded as a whole. A window of the source is read where heights are wanted, voids are taken out, and the
rest is projected to a metric grid, so memory depends on the window and not on the source. Folders are read as one
mosaic: Copernicus GLO-30 and GLO-90 as published (only the files ``..._DEM.tif`` of a folder that also holds their
masks) and SRTM (``N31W110.hgt`` and the like).
"""

from __future__ import annotations

import contextlib
import math
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from xml.sax import saxutils

import numpy as np
import rasterio
import rasterio.errors
import rasterio.warp
import rasterio.windows
import scipy.ndimage

from geo import errors, viewshed

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from rasterio.io import DatasetReader

    Bounds = tuple[float, float, float, float]

FAULTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "terrain_missing": (),  # no such file or folder
        "terrain_no_tiles": ("allowed",),  # a folder without rasters
        "terrain_not_raster": (),
        "terrain_truncated": (),  # the file ends too early or is damaged
        "terrain_unreachable": ("reason",),  # HTTP
        "terrain_no_ranges": (),  # the server sends whole files only
        "terrain_type": ("found",),  # complex numbers, colours
        "terrain_no_crs": (),
        "terrain_no_position": (),  # no georeference, or a rotated one
        "terrain_bounds": ("west", "south", "east", "north"),  # in degrees, and beyond the globe
        "terrain_mixed": ("first", "second"),  # tiles in different projections
        "terrain_empty": (),  # nothing but nodata
        "terrain_elsewhere": (),  # no height near any mast
        "terrain_too_large": ("megabytes", "limit"),  # one read would take more memory than allowed
    }
)
"""Every key of a :class:`TerrainError` with the names of its values."""

SUFFIXES = (".tif", ".tiff", ".hgt")
LIMIT_MEGABYTES = 512
FINEST_METRES = 20.0
FILL_METRES = 1_000.0
VOIDS = (-32768.0, -32767.0, -9999.0)
"""Heights that mean nothing even where the file declares no nodata; 0 is the sea, and a height."""

_LOWEST, _HIGHEST = -12_000.0, 9_000.0
_TILE_VOID = -32768
_BYTES_PER_CELL = 24
_SEARCHED_CELLS = 64_000_000
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_COPERNICUS = re.compile(r"_DEM\.tiff?$", re.IGNORECASE)
_REMOTE = re.compile(r"https?://", re.IGNORECASE)
_DEGREE_METRES = 111_320.0
_EDGE = 1e-6

_OPTIONS = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_CACHEMAX": 64,
    "GDAL_HTTP_CONNECTTIMEOUT": "5",
    "GDAL_HTTP_TIMEOUT": "30",
    "GDAL_HTTP_MAX_RETRY": "2",
    "GDAL_HTTP_RETRY_DELAY": "1",
}


class TerrainError(errors.GeographyError):
    """An elevation source that cannot be used.

    Parameters
    ----------
    source
        The file, folder or address.
    key
        Kind of fault, one of :data:`FAULTS`.
    values
        What a sentence about it needs.
    """

    def __init__(self, source: str, key: str, **values: object) -> None:
        self.source = source
        self.key = key
        self.values: Mapping[str, object] = values
        listed = ", ".join(f"{name}={value}" for name, value in values.items())
        super().__init__(f"{source}: {key}" + (f" ({listed})" if listed else ""))

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild from the parts, so that the error survives pickling."""
        return _rebuilt, (self.source, self.key, dict(self.values))


def _rebuilt(source: str, key: str, values: Mapping[str, object]) -> TerrainError:
    return TerrainError(source, key, **values)


@dataclass(frozen=True)
class Terrain:
    """An elevation source that has been looked at and can be read.

    Attributes
    ----------
    source
        As it was given.
    name
        What is opened to read it: a path, an address, or a mosaic of tiles as VRT.
    crs
        Its projection, as WKT.
    bounds
        West, south, east, north in that projection.
    size
        Side of a cell in metres, at least 20: finer sources are read at 20 m.
    tiles
        Number of files.
    limit_megabytes
        Most memory that one read may take.
    """

    source: str
    name: str
    crs: str
    bounds: tuple[float, float, float, float]
    size: float
    tiles: int
    limit_megabytes: int = LIMIT_MEGABYTES

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
            If the source cannot be read, or the read would take more memory than allowed.
        """
        cell = self.size if size is None else size
        left, bottom, right, top = bounds
        shape = (math.ceil((top - bottom) / cell), math.ceil((right - left) / cell))
        self._require_memory(shape[0] * shape[1])
        heights = np.full(shape, np.nan, dtype=np.float32)
        with _opened(self.name, self.source) as dataset:
            read = self._read(dataset, rasterio.warp.transform_bounds(projection, dataset.crs, *bounds), cell)
            if read is None:
                return None
            rasterio.warp.reproject(
                read[0],
                heights,
                src_transform=read[1],
                src_crs=dataset.crs,
                src_nodata=np.nan,
                dst_transform=rasterio.Affine(cell, 0.0, left, 0.0, -cell, top),
                dst_crs=projection,
                dst_nodata=np.nan,
                resampling=rasterio.warp.Resampling.bilinear,
            )
        filled = _filled(heights, cell)
        return None if filled is None else viewshed.Surface(filled[0], left, top, cell, filled[1])

    def _read(
        self, dataset: DatasetReader, bounds: Bounds, cell: float
    ) -> tuple[NDArray[np.float32], rasterio.Affine] | None:
        """Heights of a window, voids as NaN, with their transform; None outside the source."""
        # Finer sources are read coarser: averaged where voids are declared, else picked, since voids would mix in.
        factor = max(int(cell / (-dataset.transform.e * _metres(dataset))), 1)
        window = _window(dataset, bounds, margin=2 * factor)
        if window is None:
            return None
        shape = (math.ceil(window.height / factor), math.ceil(window.width / factor))
        self._require_memory(shape[0] * shape[1])
        method = rasterio.warp.Resampling.nearest if dataset.nodata is None else rasterio.warp.Resampling.average
        heights = _heights(dataset, self.source, window, shape=shape, resampling=method)
        moved = dataset.transform @ rasterio.Affine.translation(window.col_off, window.row_off)
        return heights, moved @ rasterio.Affine.scale(window.width / shape[1], window.height / shape[0])

    def _require_memory(self, cells: int) -> None:
        megabytes = math.ceil(cells * _BYTES_PER_CELL / 1e6)
        if megabytes > self.limit_megabytes:
            raise TerrainError(self.source, "terrain_too_large", megabytes=megabytes, limit=self.limit_megabytes)


def load(source: str | Path, *, limit_megabytes: int = LIMIT_MEGABYTES) -> Terrain:
    """Look at an elevation source and check that it can be read.

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
        wrong position, without any height, or laid out so that the least read takes too much memory.
    """
    given = str(source)
    if _REMOTE.match(given):
        return _look(given, f"/vsicurl/{given}", tiles=1, limit=limit_megabytes)
    path = Path(source)
    if not path.exists():
        raise TerrainError(given, "terrain_missing")
    if path.is_dir():
        files = tiles_in(path)
        if not files:
            raise TerrainError(given, "terrain_no_tiles", allowed=SUFFIXES)
        if len(files) > 1:
            return _look(given, mosaic(files, limit_megabytes=limit_megabytes), tiles=len(files), limit=limit_megabytes)
        path = files[0]
    return _look(given, str(path), tiles=1, limit=limit_megabytes)


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


def mosaic(files: list[Path], *, limit_megabytes: int = LIMIT_MEGABYTES) -> str:
    """Several tiles as one raster.

    Parameters
    ----------
    files
        Tiles in one projection, of any resolution; where they overlap the last one counts.
    limit_megabytes
        As for :func:`load`, for each tile.

    Returns
    -------
    str
        A VRT document, which can be opened in place of a file's name.

    Raises
    ------
    TerrainError
        If a tile cannot be used, or tiles are in different projections.
    """
    found = [_tile(path, limit_megabytes) for path in files]
    for tile in found[1:]:
        if tile.crs != found[0].crs:
            raise TerrainError(str(files[0].parent), "terrain_mixed", first=found[0].path.name, second=tile.path.name)
    size_x, size_y = min(tile.transform.a for tile in found), min(-tile.transform.e for tile in found)
    west, north = min(tile.transform.c for tile in found), max(tile.transform.f for tile in found)
    east = max(tile.transform.c + tile.width * tile.transform.a for tile in found)
    south = min(tile.transform.f + tile.height * tile.transform.e for tile in found)
    columns, rows = round((east - west) / size_x), round((north - south) / size_y)
    sources = "".join(tile.as_source(west, north, size_x, size_y) for tile in found)
    return (
        f'<VRTDataset rasterXSize="{columns}" rasterYSize="{rows}"><SRS>{saxutils.escape(found[0].crs)}</SRS>'
        f"<GeoTransform>{west!r}, {size_x!r}, 0.0, {north!r}, 0.0, {-size_y!r}</GeoTransform>"
        f'<VRTRasterBand dataType="Float32" band="1"><NoDataValue>{_TILE_VOID}</NoDataValue>'
        f"{sources}</VRTRasterBand></VRTDataset>"
    )


@dataclass(frozen=True)
class _Tile:
    """What a mosaic needs of one file."""

    path: Path
    crs: str
    transform: rasterio.Affine
    width: int
    height: int
    dtype: str
    block: tuple[int, int]
    nodata: float | None

    def as_source(self, west: float, north: float, size_x: float, size_y: float) -> str:
        """The tile's place in the mosaic, as an element of a VRT."""
        x, y = (self.transform.c - west) / size_x, (north - self.transform.f) / size_y
        width, height = self.width * self.transform.a / size_x, -self.height * self.transform.e / size_y
        void = "" if self.nodata is None else f"<NODATA>{self.nodata:g}</NODATA>"
        return (
            f'<ComplexSource resampling="bilinear"><SourceFilename relativeToVRT="0">'
            f"{saxutils.escape(str(self.path.absolute()))}</SourceFilename><SourceBand>1</SourceBand>"
            f'<SourceProperties RasterXSize="{self.width}" RasterYSize="{self.height}" DataType="{self.dtype}" '
            f'BlockXSize="{self.block[1]}" BlockYSize="{self.block[0]}"/>'
            f'<SrcRect xOff="0" yOff="0" xSize="{self.width}" ySize="{self.height}"/>'
            f'<DstRect xOff="{x!r}" yOff="{y!r}" xSize="{width!r}" ySize="{height!r}"/>{void}</ComplexSource>'
        )


_VRT_TYPES = {
    "uint8": "Byte",
    "int8": "Int8",
    "uint16": "UInt16",
    "int16": "Int16",
    "uint32": "UInt32",
    "int32": "Int32",
    "float32": "Float32",
    "float64": "Float64",
}


def _tile(path: Path, limit: int) -> _Tile:
    with _opened(str(path), str(path)) as dataset:
        _require_usable(dataset, str(path), limit)
        return _Tile(
            path,
            dataset.crs.to_wkt(),
            dataset.transform,
            dataset.width,
            dataset.height,
            _VRT_TYPES[dataset.dtypes[0]],
            dataset.block_shapes[0],
            dataset.nodata,
        )


def _look(source: str, name: str, *, tiles: int, limit: int) -> Terrain:
    """Open a source once, check it, and note what reading needs."""
    with _opened(name, source) as dataset:
        _require_usable(dataset, source, limit)
        remote = name.startswith("/vsicurl/")
        if not _has_heights(dataset, source, most=0 if remote else _SEARCHED_CELLS):
            raise TerrainError(source, "terrain_empty")
        own = math.sqrt(dataset.transform.a * -dataset.transform.e) * _metres(dataset)
        west, south, east, north = dataset.bounds
        size = max(round(own, 1), FINEST_METRES)
        return Terrain(source, name, dataset.crs.to_wkt(), (west, south, east, north), size, tiles, limit)


@contextlib.contextmanager
def _opened(name: str, source: str) -> Iterator[DatasetReader]:
    """Open a raster, or say why not."""
    with rasterio.Env(**_OPTIONS), warnings.catch_warnings():
        # A raster without a position is refused below, with a sentence.
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        try:
            dataset = rasterio.open(name)
        except rasterio.errors.RasterioIOError as error:
            raise _refusal(name, source, str(error)) from error
        with dataset:
            yield dataset


def _refusal(name: str, source: str, reason: str) -> TerrainError:
    """Why a raster could not be opened."""
    if name.startswith("/vsicurl/"):
        if "range" in reason.lower():
            return TerrainError(source, "terrain_no_ranges")
        not_raster = "not recognized" in reason
        return TerrainError(source, "terrain_not_raster") if not_raster else _unreachable(source, reason)
    path = Path(name)
    begins_well = False
    if path.is_file():
        with path.open("rb") as stream:
            begins_well = stream.read(4) in _TIFF
    cut = begins_well or path.suffix.lower() == ".hgt"
    return TerrainError(source, "terrain_truncated" if cut else "terrain_not_raster")


def _unreachable(source: str, reason: str) -> TerrainError:
    return TerrainError(source, "terrain_unreachable", reason=reason.replace("/vsicurl/", "").splitlines()[0])


def _require_usable(dataset: DatasetReader, source: str, limit: int) -> None:
    """Check type, position and layout of a raster."""
    if dataset.count == 0 or dataset.dtypes[0] not in _VRT_TYPES:
        raise TerrainError(source, "terrain_type", found=dataset.dtypes[0] if dataset.count else "none")
    if dataset.crs is None:
        raise TerrainError(source, "terrain_no_crs")
    transform = dataset.transform
    if transform.is_identity or transform.b or transform.d or transform.a <= 0.0 or transform.e >= 0.0:
        raise TerrainError(source, "terrain_no_position")
    west, south, east, north = dataset.bounds
    # Tiles of SRTM reach half a cell beyond their degrees.
    slack = 2.0 * transform.a + _EDGE
    if dataset.crs.is_geographic and (
        west < -180.0 - slack or east > 180.0 + slack or south < -90.0 - slack or north > 90.0 + slack
    ):
        raise TerrainError(source, "terrain_bounds", west=west, south=south, east=east, north=north)
    rows, columns = dataset.block_shapes[0]
    megabytes = math.ceil(rows * columns * np.dtype(dataset.dtypes[0]).itemsize / 1e6)
    if megabytes > limit:
        raise TerrainError(source, "terrain_too_large", megabytes=megabytes, limit=limit)


def _window(dataset: DatasetReader, bounds: Bounds, *, margin: int) -> rasterio.windows.Window | None:
    """Whole cells around bounds in the raster's projection, as far as the raster has them."""
    wanted = rasterio.windows.from_bounds(*bounds, transform=dataset.transform)
    left, top = math.floor(wanted.col_off) - margin, math.floor(wanted.row_off) - margin
    right = math.ceil(wanted.col_off + wanted.width) + margin
    low = math.ceil(wanted.row_off + wanted.height) + margin
    left, top, right, low = max(left, 0), max(top, 0), min(right, dataset.width), min(low, dataset.height)
    return None if left >= right or top >= low else rasterio.windows.Window(left, top, right - left, low - top)


def _metres(dataset: DatasetReader) -> float:
    """Metres of one unit of the projection, north–south."""
    if dataset.crs.is_geographic:
        return _DEGREE_METRES
    return float(dataset.crs.linear_units_factor[1])


def _has_heights(dataset: DatasetReader, source: str, *, most: int) -> bool:
    """Whether any block holds a height; given up as yes after so many cells."""
    searched = 0
    for _, window in dataset.block_windows(1):
        if searched >= most:
            return True
        heights = _heights(dataset, source, window, shape=(window.height, window.width))
        if np.isfinite(heights).any():
            return True
        searched += heights.size
    return False


def _heights(
    dataset: DatasetReader,
    source: str,
    window: rasterio.windows.Window,
    *,
    shape: tuple[int, int],
    resampling: rasterio.warp.Resampling = rasterio.warp.Resampling.nearest,
) -> NDArray[np.float32]:
    """Read a window as float32 with every kind of void as NaN."""
    try:
        read = dataset.read(1, window=window, out_shape=shape, masked=True, resampling=resampling)
    except rasterio.errors.RasterioIOError as error:
        remote = dataset.name.startswith("/vsicurl/")
        refusal = _unreachable(source, str(error)) if remote else TerrainError(source, "terrain_truncated")
        raise refusal from error
    heights = read.astype(np.float32).filled(np.nan)
    heights[np.isin(heights, VOIDS) | ~((heights > _LOWEST) & (heights < _HIGHEST))] = np.nan
    return np.asarray(heights * np.float32(dataset.scales[0]) + np.float32(dataset.offsets[0]), dtype=np.float32)


def _filled(heights: NDArray[np.float32], cell: float) -> tuple[NDArray[np.float32], NDArray[np.bool_] | None] | None:
    """Heights with voids replaced by the nearest height, and where that is far; None where there is no height."""
    void = np.isnan(heights)
    if void.all():
        return None
    if not void.any():
        return heights, None
    away, nearest = scipy.ndimage.distance_transform_edt(void, return_indices=True)
    return heights[tuple(nearest)], np.asarray(away * cell > FILL_METRES)
