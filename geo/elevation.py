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
import urllib.parse
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyproj
import rasterio
import rasterio.errors
import rasterio.windows
from rasterio.enums import ColorInterp

from geo import errors, gdal

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from rasterio.io import DatasetReader

FAULTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "terrain_missing": (),  # no such file or folder
        "terrain_no_tiles": ("allowed",),  # a folder without rasters
        "terrain_not_raster": (),
        "terrain_truncated": (),  # the file ends too early or is damaged
        "terrain_unreachable": ("reason",),  # HTTP
        "terrain_no_ranges": (),  # the server sends whole files only
        "terrain_unreadable": ("reason",),  # anything else that the libraries stumble over
        "terrain_changed": (),  # another file since it was looked at
        "terrain_type": ("found",),  # complex numbers
        "terrain_bands": ("found",),  # several bands, which mean colours
        "terrain_colours": (),  # a palette
        "terrain_mask_apart": (),  # beside the file on a server
        "terrain_scale": ("scale", "offset"),  # a scale of 0, or no number
        "terrain_unit": ("found",),  # heights in a unit that is not known
        "terrain_unit_unsaid": ("found",),  # positions in feet, and heights in nobody knows what
        "terrain_units_differ": ("first", "second"),  # of the band, and of the vertical reference system
        "terrain_no_crs": (),
        "terrain_crs": ("found",),  # a site's own grid, heights alone, geocentric, another planet
        "terrain_no_position": (),  # no georeference, or not north up
        "terrain_bounds": ("west", "south", "east", "north"),  # in degrees, and beyond the globe
        "terrain_mixed": ("first", "second"),  # tiles in different projections
        "terrain_empty": (),  # nothing but nodata
        "terrain_elsewhere": (),  # no height near any mast
        "terrain_too_large": ("megabytes", "limit"),  # one read would take more memory than allowed
    }
)
"""Every key of a :class:`TerrainError` with the names of its values."""

VOIDS = (-32768.0, -32767.0, -9999.0)
"""Numbers that mean nothing even where the file declares no nodata; 0 is the sea, and a height."""

REMOTE: Final = "/vsicurl/"
"""Begins the name of what is read over HTTP."""

DEGREE_METRES: Final = 111_320.0

BYTES_PER_CELL: Final = 24
"""Memory that a height takes on its way from the file to metres."""

_INTERNATIONAL, _SURVEY = 0.3048, 1200 / 3937
_UNITS: Mapping[str, float] = MappingProxyType(
    {
        **dict.fromkeys(("m", "metre", "metres", "meter", "meters", "metro", "metros"), 1.0),
        **dict.fromkeys(("km", "kilometre", "kilometres", "kilometer", "kilometers"), 1_000.0),
        **dict.fromkeys(("dm", "decimetre", "decimetres", "decimeter", "decimeters"), 0.1),
        **dict.fromkeys(("cm", "centimetre", "centimetres", "centimeter", "centimeters"), 0.01),
        **dict.fromkeys(("mm", "millimetre", "millimetres", "millimeter", "millimeters"), 0.001),
        **dict.fromkeys(("ft", "foot", "feet", "ft intl", "foot international", "international foot"), _INTERNATIONAL),
        **dict.fromkeys(("international feet", "intl foot", "intl feet"), _INTERNATIONAL),
        **dict.fromkeys(("us survey foot", "us survey feet", "survey foot", "survey feet", "sft"), _SURVEY),
        **dict.fromkeys(("us ft", "ft us", "ftus", "usft", "us foot", "us feet", "foot us"), _SURVEY),
    }
)
_LETTERS = r"[^\W\d_]+"
# Any other sign, and a hyphen that joins no two words, is a part of what the unit means.
_WORDS = re.compile(rf"(?:{_LETTERS}|(?<=\w)-(?=\w)|[\s_,()\[\]])+")
_STATES, _DOTS = re.compile(r"\bu\.\s?s\b\.?"), re.compile(r"(?<=\w)\.(?=\s|[)\]]|$)")
# The two kinds of foot differ by 2 millionths, which files confuse and no height shows.
_SAME_UNIT = 1e-5
_DEFINED_LOWEST, _DEFINED_HIGHEST = -12_000.0, 9_000.0
# The shore of the Dead Sea is the lowest land.
_LOWEST_LAND = -450.0
_EARTH = (6_300_000.0, 6_400_000.0)
_FARTHEST = 1e9
_EDGE = 1e-6
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_LONGEST_REASON = 200
_NAMING = re.compile(r"\w")
# Between quotes a path may hold spaces; the version of a protocol is none.
_PATHS = re.compile(r"'[^']*[/\\][^']*'|\"[^\"]*[/\\][^\"]*\"|`[^`']*[/\\][^`']*['`]|(?<!\S)(?!HTTP/\d)\S*[/\\]\S*")
_EMPTIED = re.compile(r"''|\"\"|``|`'|\(\)")
_PART_CELLS = 2_000_000

_OPTIONS = {
    "GDAL_CACHEMAX": 64,
    "GDAL_HTTP_CONNECTTIMEOUT": "5",
    "GDAL_HTTP_TIMEOUT": "30",
    "GDAL_HTTP_MAX_RETRY": "2",
    "GDAL_HTTP_RETRY_DELAY": "1",
}

_STUMBLES: tuple[type[Exception], ...] = (
    *gdal.ERRORS,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)


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


@contextlib.contextmanager
def told(source: str) -> Iterator[None]:
    """Let nothing out but a :class:`TerrainError`, whatever the libraries stumble over in a raster.

    Parameters
    ----------
    source
        The file, folder or address to name.
    """
    try:
        yield
    except TerrainError:
        raise
    except _STUMBLES as error:
        raise TerrainError(source, "terrain_unreadable", reason=_reason(error, source)) from error


def _reason(error: BaseException, source: str) -> str:
    """First line of what a library says, without the names of files: it goes where the source is nobody's business."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    said = (str(error).splitlines() or [""])[0].replace(REMOTE, "")
    path = Path(source)
    names = {source, str(path.absolute()), path.name, path.stem, urllib.parse.urlsplit(source).hostname or ""}
    for name in sorted(filter(_NAMING.search, names), key=len, reverse=True):
        said = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "", said)
    bare = _EMPTIED.sub("", _PATHS.sub("", said))
    return " ".join(bare.split()).strip(" :,;")[:_LONGEST_REASON] or type(error).__name__


# --- what a raster says about itself ------------------------------------------------------------


@dataclass(frozen=True)
class Raster:
    """One raster that has been looked at and can be read.

    Attributes
    ----------
    name
        What is opened: a path, or an address behind :data:`REMOTE`.
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
            remote = self.name.startswith(REMOTE)
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
        A path, or an address behind :data:`REMOTE`.
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
    crs = _Crs.of(dataset, source)
    _require_position(dataset, source, crs)
    _require_blocks(dataset, source, limit)
    scale, offset = _scale(dataset, source, crs)
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


def _require_position(dataset: DatasetReader, source: str, crs: _Crs) -> None:
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
    if name.startswith(REMOTE) and "?" not in name and _opens(f"{name}.msk", source):
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


# --- where its cells lie ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Crs:
    """What a raster's reference system says.

    `flat` is its horizontal part as WKT, `unit` the metres of one of its units, `turn` a whole turn in that unit where
    it has longitudes, `across` the name of that unit, `up` the metres of one unit of height, below 0 where that counts
    depths, and `upward` the name of that unit; None where heights have none.
    """

    flat: str
    unit: float
    turn: float | None
    across: str
    up: float | None
    upward: str

    @classmethod
    def of(cls, dataset: DatasetReader, source: str) -> _Crs:
        if not dataset.crs:
            raise TerrainError(source, "terrain_no_crs")
        whole = pyproj.CRS.from_wkt(dataset.crs.to_wkt())
        parts = whole.sub_crs_list if whole.is_compound else [whole]
        base = _unbound(parts[0])
        ellipsoid = base.ellipsoid
        on_earth = ellipsoid is not None and _EARTH[0] < ellipsoid.semi_major_metre < _EARTH[1]
        if not on_earth or not (base.is_geographic or base.is_projected):
            raise TerrainError(source, "terrain_crs", found=whole.name)
        axes = [*base.axis_info, *(axis for part in parts[1:] for axis in _unbound(part).axis_info)]
        factor, height = axes[0].unit_conversion_factor, axes[2] if len(axes) > 2 else None  # noqa: PLR2004
        # Heights are converted here, so what projects the cells must know nothing of them.
        plain = whole is parts[0] and height is None
        return cls(
            dataset.crs.to_wkt() if plain else parts[0].to_2d().to_wkt(),
            math.degrees(factor) * DEGREE_METRES if base.is_geographic else factor,
            2.0 * math.pi / factor if base.is_geographic else None,
            axes[0].unit_name,
            None if height is None else height.unit_conversion_factor * (-1.0 if height.direction == "down" else 1.0),
            "" if height is None else height.unit_name,
        )


def _unbound(crs: pyproj.CRS) -> pyproj.CRS:
    """Return a system without the shift that it may carry to another one."""
    return crs.source_crs if crs.is_bound and crs.source_crs is not None else crs


# --- what its numbers mean ----------------------------------------------------------------------


def _scale(dataset: DatasetReader, source: str, crs: _Crs) -> tuple[float, float]:
    """Scale and offset that make metres of the numbers in the file."""
    scale, offset = dataset.scales[0], dataset.offsets[0]
    if not (math.isfinite(scale) and math.isfinite(offset) and scale):
        raise TerrainError(source, "terrain_scale", scale=scale, offset=offset)
    metres = _height_unit(dataset, source, crs)
    return scale * metres, offset * metres


def _height_unit(dataset: DatasetReader, source: str, crs: _Crs) -> float:
    """Metres of one unit of height, as the band or the vertical reference system says; metres where neither does."""
    said = (dataset.units[0] or "").strip()
    if not said:
        if crs.up is None and crs.turn is None and not math.log10(crs.unit).is_integer():
            # Surveys in feet mostly have heights in feet: nothing to guess at.
            raise TerrainError(source, "terrain_unit_unsaid", found=crs.across)
        return 1.0 if crs.up is None else crs.up
    if crs.up is not None and said.casefold() == crs.upward.casefold():
        return crs.up
    known = _UNITS.get(_spelt(said))
    if known is None:
        raise TerrainError(source, "terrain_unit", found=said)
    if crs.up is None:
        return known
    if not math.isclose(known, abs(crs.up), rel_tol=_SAME_UNIT):
        raise TerrainError(source, "terrain_units_differ", first=said, second=crs.upward)
    return crs.up


def _spelt(unit: str) -> str:
    """Words of a unit as :data:`_UNITS` has them; nothing where there is more to it, as in 0.1 m, 1/m, m2 or -m."""
    bare = _DOTS.sub("", _STATES.sub("us ", unit.casefold()))
    return " ".join(re.findall(_LETTERS, bare)) if _WORDS.fullmatch(bare) else ""


# --- opening ------------------------------------------------------------------------------------


@contextlib.contextmanager
def _opened(name: str, source: str) -> Iterator[DatasetReader]:
    """Open a raster, or say why not."""
    # On disk a mask, a unit or a position may stand beside the raster. A server has no folder to list.
    beside = "EMPTY_DIR" if name.startswith(REMOTE) else "FALSE"
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
    if name.startswith(REMOTE):
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
    return TerrainError(source, "terrain_unreachable", reason=_reason(error, source))


def _edition(name: str) -> tuple[int, int, int] | None:
    if name.startswith(REMOTE):
        return None
    found = Path(name).stat()
    return found.st_size, found.st_mtime_ns, found.st_ino
