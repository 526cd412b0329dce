"""Why an elevation source cannot be used: one kind of error, whatever the libraries stumble over."""

from __future__ import annotations

import contextlib
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from geo import errors, gdal

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

REMOTE: Final = "/vsicurl/"
"""Begins the name of what is read over HTTP."""

_LONGEST_REASON = 200
_NAMING = re.compile(r"\w")
# Between quotes a path may hold spaces; the version of a protocol is none.
_PATHS = re.compile(r"'[^']*[/\\][^']*'|\"[^\"]*[/\\][^\"]*\"|`[^`']*[/\\][^`']*['`]|(?<!\S)(?!HTTP/\d)\S*[/\\]\S*")
_EMPTIED = re.compile(r"''|\"\"|``|`'|\(\)")

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
        raise TerrainError(source, "terrain_unreadable", reason=reason(error, source)) from error


def reason(error: BaseException, source: str) -> str:
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
