"""Layers as files: GeoJSON, GeoPackage, GeoParquet, CSV and, of a raster, GeoTIFF, each with its origin inside.

Every file is made from the frame or the raster that is drawn, at the level of release, and written whole or not at all
(:mod:`geo.atomic`).
"""

from __future__ import annotations

import contextlib
import itertools
import json
import math
import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from pyarrow import parquet

from geo import atomic, errors, raster
from layers import base, release
from layers.files import rows, sources
from roadmap.words import text
from roadmap.words.text import mark

if TYPE_CHECKING:
    import geopandas as gpd

    from roadmap import moments

FORMATS = ("geojson", "gpkg", "parquet", "csv")
"""Formats of every layer."""
RASTER_FORMATS = ("tif",)
"""Formats of the layers that have a raster."""
BESIDE_CSV = "-metadata.json"
"""What the name of the file ends with that says of a CSV what other formats hold themselves."""
FIXED_TIME = "SOURCE_DATE_EPOCH"
"""Variable that fixes the time of making; see https://reproducible-builds.org/specs/source-date-epoch/."""
DECIMALS = 6
_LONG_NUMBER = re.compile(rf"-?\d+(?:\.\d{{{DECIMALS + 1},}}(?:e-?\d+)?|(?:\.\d+)?e-\d+)")
# Spreadsheets pass over blanks and signs without width, and some take full-width signs for the common ones.
_FORMULA = re.compile(
    r"[\t\r\n]|[\s\x00-\x1f\u200b-\u200f\u2060\ufeff]*[-=+@\uff1d\uff0b\uff0d\uff20]"
)


class ExportError(base.LayerError):
    """A format that does not exist, or a place that cannot be written."""


def file_name(layer: str, month: int, scenario: str, suffix: str, *, vs: int | None = None) -> str:
    """Return the name of an exported file, such as ``control_month-30_ssa.geojson``.

    With a month of comparison, `vs`, it tells both: ``change_18-36_ssa.csv``. What is not for the public says so:
    ``control_month-30_ssa_internal.geojson``.
    """
    level = "" if release.level() == release.PUBLIC else f"_{release.level()}"
    when = f"month-{month}" if vs is None else f"{vs}-{month}"
    return f"{layer}_{when}_{scenario}{level}.{suffix}"


def name_of(layer: base.Layer, seen: moments.Comparison, suffix: str) -> str:
    """Return the name of a layer's file, with both months where its content depends on both; see `layer.compares`."""
    both = layer.compares is base.Compares.ALL or (layer.compares is base.Compares.SOME and seen.since != 0)
    return file_name(layer.id, seen.month, seen.atlas.scenario.id, suffix, vs=seen.since if both else None)


def fixed_time() -> datetime | None:
    """Return the time in UTC that ``SOURCE_DATE_EPOCH`` fixes for repeatable files, or ``None``.

    Raises
    ------
    ExportError
        If the variable holds no time: whole seconds since 1970, up to the year 9999.
    """
    given = os.environ.get(FIXED_TIME, "")
    if not given:
        return None
    try:
        # `int` takes signs, blanks and other scripts' digits as well.
        return datetime.fromtimestamp(int(given if given.isascii() and given.isdigit() else "none"), UTC)
    except (ValueError, OverflowError, OSError) as error:
        message = f"`{FIXED_TIME}` {given[:40]!r} is no time; give whole seconds since 1970 or unset it."
        raise ExportError(message) from error


def made_at() -> str:
    """Return the date that files carry, in UTC: ``SOURCE_DATE_EPOCH``, or the newest date of the data.

    Never the time of day: equal input gives equal bytes.
    """
    when = fixed_time() or datetime.combine(sources.newest(), time(), UTC)
    return when.isoformat(timespec="seconds")


def metadata(layer: base.Layer, seen: moments.Comparison) -> dict[str, Any]:
    """Return what a file says about itself.

    Title, scenario and its hash, the edition of all that it stands on, what of it is left out, month, phase, track,
    level of release, sources with licences, whether it is hypothetical, the date of its data, and what the layer adds
    (rule, tallies).
    """
    words = text.words()
    phase, plan = seen.now.phase, seen.atlas.scenario
    used = sources.of(layer.sources(seen.atlas), seen.atlas)
    return {
        "title": words.at(
            seen.month, mark("{layer}, baseline (month 0)"), mark("{layer}, month {month}"), layer=layer.title(words)
        ),
        "hypothetical": layer.illustrative,
        "notice": words.t("Hypothetical scenario, invented for illustration; assesses no place.")
        if layer.illustrative
        else words.t("Observed data; see the sources."),
        "scenario": {"id": plan.id, "title": plan.title, "hash": plan.hash},
        "edition": seen.atlas.edition,
        "left_out": release.left_out(seen.atlas, words),
        "month": seen.month,
        "phase": None if phase is None else phase.number,
        "track": seen.now.run.track,
        "release": release.level(),
        "licence": "; ".join(sorted({each.licence for each in used if each.licence})),
        "sources": [
            {"path": each.path, "citation": each.citation, "licence": each.licence, "illustrative": each.illustrative}
            for each in used
        ],
        "made_at": made_at(),
        **layer.metadata(seen),
    }


# --- GeoJSON ----------------------------------------------------------------------------------


def _plain(value: object) -> object:
    """Return a cell as a JSON value; empty, NaN and NA become null."""
    if value is None or value is pd.NA:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _geometries(frame: gpd.GeoDataFrame) -> list[str]:
    """Return every geometry as JSON: right-hand rings, at most six decimals.

    GEOS does not always write the shortest form of a number (``-101.96142999999999`` for
    ``-101.96143``), so what is too long is written again.
    """
    shapes = shapely.orient_polygons(frame.geometry.to_numpy(), exterior_cw=False)
    return [_LONG_NUMBER.sub(_shorter, written) for written in shapely.to_geojson(shapes)]


def _shorter(number: re.Match[str]) -> str:
    return repr(round(float(number.group()), DECIMALS))


def geojson(layer: base.Layer, seen: moments.Comparison) -> bytes:
    """Return a layer as GeoJSON after RFC 7946: WGS 84, right-hand rings, no ``crs`` member.

    The collection carries a ``metadata`` member (a foreign member, section 6.1).
    """
    frame = rows.features(layer, seen)
    columns = [name for name in frame.columns if name != "geometry"]
    cells = zip(*(frame[name].astype(object) for name in columns), strict=True)
    written = []
    for row, shape in zip(cells, _geometries(frame), strict=True):
        properties = {name: _plain(value) for name, value in zip(columns, row, strict=True)}
        packed = json.dumps(properties, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        written.append(f'{{"type":"Feature","properties":{packed},"geometry":{shape}}}')
    about = json.dumps(metadata(layer, seen), ensure_ascii=False, default=_plain)
    body = ",\n".join(written)
    return (
        f'{{"type":"FeatureCollection","metadata":{about},"features":[\n{body}\n]}}\n'.encode()
    )


# --- other formats ----------------------------------------------------------------------------


def files(name: str) -> tuple[str, ...]:
    """Return the names of all that is written under a file's name: beside a CSV stands what is said of it."""
    return (name, name + BESIDE_CSV) if name.endswith(".csv") else (name,)


def _flat(about: Mapping[str, Any]) -> dict[str, str]:
    return {
        key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for key, value in about.items()
    }


def neutral(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula.

    Examples
    --------
    >>> [neutral(each) for each in ("=1+1", " @cmd", "a=1", -1)]
    ["'=1+1", "' @cmd", 'a=1', -1]
    """
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value


def harmless(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts and headings no spreadsheet takes for a formula; numbers stay numbers.

    Of equal headings all but the first get a number, so that no column takes the place of another.
    """
    names: list[str] = []
    for heading in map(str, map(neutral, rows.columns)):
        name = heading
        for number in itertools.count(2):
            if name not in names:
                break
            name = f"{heading} ({number})"
        names.append(name)
    cells = (rows.iloc[:, place] for place in range(rows.shape[1]))
    columns = [each if pd.api.types.is_numeric_dtype(each) else each.map(neutral) for each in cells]
    return pd.DataFrame(dict(zip(names, columns, strict=True)), index=rows.index, columns=names)


def csv(
    table: pd.DataFrame,
    seen: moments.Comparison,
    *,
    hypothetical: bool = True,
    compared: bool = False,
    mark: bool = False,
) -> bytes:
    """Return a table as CSV that says on each row where it comes from.

    Parameters
    ----------
    table
        Written as they are, figures in full; only texts that would be a formula get a quote in front.
    seen
        The moment shown; rows that have a column ``month`` keep their own.
    hypothetical
        Whether the rows are invented.
    compared
        Whether the rows depend on the month compared with.
    mark
        Whether to begin with a byte order mark. Spreadsheets take a file without one for an old encoding; programs
        take the mark for a part of the first heading.

    Returns
    -------
    bytes
        UTF-8, with the further columns of :func:`layers.files.rows.origin`.
    """
    return _encoded(harmless(rows.origin(table, seen, hypothetical=hypothetical, compared=compared)), mark=mark)


def _encoded(table: pd.DataFrame, *, mark: bool = False) -> bytes:
    written: str = table.to_csv(index=False, lineterminator="\n")
    return written.encode("utf-8-sig" if mark else "utf-8")


def _write_geojson(path: Path, layer: base.Layer, seen: moments.Comparison) -> None:
    path.write_bytes(geojson(layer, seen))


def _write_gpkg(path: Path, layer: base.Layer, seen: moments.Comparison) -> None:
    features = rows.features(layer, seen)
    about = metadata(layer, seen)
    with _dated(str(about["made_at"])):
        for name, shape, part in rows.tables(layer, features):
            pyogrio.write_dataframe(
                part,
                path,
                driver="GPKG",
                layer=name,
                layer_metadata=_flat(about),
                promote_to_multi=shape.startswith("Multi"),
                geometry_type=shape,
                append=path.exists(),
            )


@contextlib.contextmanager
def _dated(made: str) -> Iterator[None]:
    """Let GDAL write a time of making into its files in the place of the time of day."""
    moment = datetime.fromisoformat(made).astimezone(UTC)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _write_parquet(path: Path, layer: base.Layer, seen: moments.Comparison) -> None:
    frame = rows.features(layer, seen)
    frame.to_parquet(path, compression="zstd", write_covering_bbox=True)
    table: pa.Table = parquet.read_table(path)
    about = json.dumps(metadata(layer, seen), ensure_ascii=False)
    schema = {**(table.schema.metadata or {}), b"roadmap_atlas": about.encode()}
    parquet.write_table(table.replace_schema_metadata(schema), path, compression="zstd")


def _write_csv(path: Path, layer: base.Layer, seen: moments.Comparison) -> None:
    table = harmless(pd.DataFrame(rows.features(layer, seen).drop(columns="geometry")))
    path.write_bytes(_encoded(table))
    # A CSV has no room for it; the name is that of the W3C's recommendation "CSV on the Web", section 5.3.
    about = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": path.name,
        "tableSchema": rows.schema(table, layer, seen.atlas),
        "notes": [metadata(layer, seen)],
    }
    beside = path.with_name(path.name + BESIDE_CSV)
    beside.write_text(json.dumps(about, ensure_ascii=False, indent=1, default=_plain), encoding="utf-8")


def _write_tif(path: Path, layer: base.Layer, seen: moments.Comparison) -> None:
    found = layer.raster(seen.now)
    if found is None:
        raise _no_raster(layer, seen.now)
    grid = {"unit": found.description, "cell_metres": found.cells.size, **found.about}
    about = {**metadata(layer, seen), **grid}
    try:
        raster.write_cog(path, found.values, found.cells, tags=_flat(about), description=found.description)
    except errors.GeographyError as error:
        raise OSError(str(error.__cause__ or error)) from error


def with_raster(at: moments.Moment) -> tuple[str, ...]:
    """Return the ids of the layers that have a raster, in drawing order."""
    return tuple(each.id for each in base.registry().values() if each.raster(at) is not None)


def _no_raster(layer: base.Layer, at: moments.Moment) -> ExportError:
    able = ", ".join(with_raster(at))
    return ExportError(f"`layer` {layer.id!r} has no raster to write as tif; choose from {able}, or another format.")


_WRITERS: dict[str, Callable[[Path, base.Layer, moments.Comparison], None]] = {
    "geojson": _write_geojson,
    "gpkg": _write_gpkg,
    "parquet": _write_parquet,
    "csv": _write_csv,
    "tif": _write_tif,
}


def save(folder: Path, layer: base.Layer, seen: moments.Comparison, *, suffix: str = "geojson") -> Path:
    """Write a layer into a folder and return the file.

    Parameters
    ----------
    folder
        Made if it is not there.
    layer, seen
        What to write.
    suffix
        One of :data:`FORMATS` or, where the layer has a raster, of :data:`RASTER_FORMATS`.

    Raises
    ------
    ExportError
        If the format is unknown or none of the layer's, or the folder cannot be written.
    """
    if suffix not in _WRITERS:
        message = f"`format` {suffix!r} is unknown; choose from {', '.join(_WRITERS)}."
        raise ExportError(message)
    if suffix in RASTER_FORMATS and layer.raster(seen.now) is None:
        raise _no_raster(layer, seen.now)
    target = folder / name_of(layer, seen, suffix)
    try:
        with atomic.making(folder) as made:
            _WRITERS[suffix](made / target.name, layer, seen)
    except (OSError, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise unwritable(folder, error) from error
    return target


def unwritable(folder: Path, error: Exception) -> ExportError:
    """Return what is said of a folder that cannot be written."""
    reason = getattr(error, "strerror", None) or error
    return ExportError(f"`out` {str(folder)!r} cannot be written ({reason}); choose another folder.")
