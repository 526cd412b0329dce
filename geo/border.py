"""The borders on land: lines with kilometres along them, sectors, and places on the line.

Kilometres run from the first end of a line. They were measured on the full-resolution outline (`geo.build.border`)
and are stored with every vertex, so that lengths do not depend on how far the drawn line is simplified.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyproj
import shapely

from geo import crs, errors, pack, territory

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LINES_TABLE = "border_lines.csv"
SECTORS_TABLE = "border_sectors.csv"

_LINES = "border.parquet"
_STRETCHES = "border_stretches.parquet"
_LINE_COLUMNS = ("border", "name", "length_km", "published_km", "km", "geometry")
_STRETCH_COLUMNS = ("border", "from_km", "to_km", "cvegeo", "county", "sector")
_SECTOR_COLUMNS = {"sector": str, "name": str, "county": str, "county_name": str, "source": str, "note": str}
_OF_A_SECTOR = ("name", "from_km", "to_km", "length_km", "published_km", "source", "note")
_HASH_DIGITS = 12
_SLACK_KM = 1e-6
_GLOBE = (180.0, 90.0)  # degrees of longitude and latitude
_KM_PER_MILE = 1.609344


@dataclass(frozen=True, eq=False)
class Line:
    """One border on land.

    Attributes
    ----------
    border
        Two-letter code of the neighbour.
    name
        Name of the line.
    xy
        (m, 2) longitude and latitude of the vertices, WGS 84.
    km
        (m,) kilometre of each vertex, 0 first, rising.
    published_km
        Published length, None where there is none.
    plane
        Conformal reference system in metres, in which the place on the line that is nearest is looked for.
    """

    border: str
    name: str
    xy: NDArray[np.float64]
    km: NDArray[np.float64]
    published_km: float | None
    plane: str = crs.WORLD

    @property
    def length_km(self) -> float:
        """Geodesic length at full resolution."""
        return float(self.km[-1])

    @cached_property
    def geometry(self) -> shapely.LineString:
        """The line in WGS 84."""
        return shapely.LineString(self.xy)

    @cached_property
    def _flat(self) -> NDArray[np.float64]:
        transformer = pyproj.Transformer.from_crs(crs.GEOGRAPHIC, self.plane, always_xy=True)
        return np.column_stack(transformer.transform(self.xy[:, 0], self.xy[:, 1]))

    @cached_property
    def _along(self) -> NDArray[np.float64]:
        """Planar length at each vertex, in metres."""
        steps = np.hypot(*np.diff(self._flat, axis=0).T)
        return np.concatenate([[0.0], np.cumsum(steps)])


@dataclass(frozen=True, eq=False)
class Border:
    """Every border on land, as read from one folder.

    Attributes
    ----------
    folder
        Where it was read from.
    hash
        Twelve hexadecimal digits over the bytes of its files.
    lines
        The lines by their neighbour's code, in the order of the file; none for a country without.
    stretches
        Parts of the lines over which nothing changes, in order: border, from_km, to_km, cvegeo, county (of the
        neighbour), sector ("" on lines without sectors), state. Each line is covered without gap or overlap.
    sectors
        Index sector, in the order of the line: name, from_km, to_km, length_km, published_km (NaN where
        none is published), source, note.
    code
        Of the line that sectors, sensors and upgrades lie along; empty where there is none.
    """

    folder: Path
    hash: str
    lines: Mapping[str, Line]
    stretches: pd.DataFrame
    sectors: pd.DataFrame
    code: str

    @property
    def watched(self) -> Line:
        """The line that sectors, sensors and upgrades lie along.

        Raises
        ------
        geo.errors.GeographyError
            If there is none.
        """
        if not self.code:
            msg = f"no border is watched; say which in {pack.FILE}, `watched` of one [[border]]"
            raise errors.GeographyError(msg)
        return self.lines[self.code]

    @property
    def km(self) -> float:
        """Length of that line, 0 where there is none."""
        return self.watched.length_km if self.code else 0.0


def load(folder: Path = territory.DEFAULT_FOLDER) -> Border:
    """Read the borders from a geography folder.

    Parameters
    ----------
    folder
        Its tables as `python -m geo.build` writes them, and what :mod:`geo.pack` reads.

    Returns
    -------
    Border
        Without lines where the country has no border on land.

    Raises
    ------
    geo.errors.GeographyError
        If a file is missing, unreadable or inconsistent.
    """
    folder = Path(folder)
    country = pack.read(folder)
    if not country.neighbours:
        return _nowhere(folder)
    frame = _read_lines(folder / _LINES, country)
    parents = territory.parents(folder)
    stretches = _read_stretches(folder / _STRETCHES, parents)
    published = frame["published_km"].astype(object).where(frame["published_km"].notna(), None)
    lines = {
        str(border): _line(str(border), str(name), geometry, np.asarray(km, dtype=np.float64), length, country.working)
        for border, name, geometry, km, length in zip(
            frame["border"], frame["name"], frame.geometry, frame["km"], published, strict=True
        )
    }
    _require_tiling(stretches, lines)
    if country.watched is None:
        return Border(folder, _hash(folder, _LINES, _STRETCHES), lines, stretches, _no_sectors(), "")
    sectors = _sectors(stretches, read_sectors(folder / SECTORS_TABLE))
    return Border(
        folder, _hash(folder, _LINES, _STRETCHES, SECTORS_TABLE), lines, stretches, sectors, country.watched.id
    )


def read_sectors(path: Path) -> pd.DataFrame:
    """Read the table that says which county belongs to which sector.

    Parameters
    ----------
    path
        CSV with the columns sector, name, county, county_name, first_km, published_miles, source, note.

    Returns
    -------
    pandas.DataFrame
        Texts as text, first_km and published_miles as float64.

    Raises
    ------
    geo.errors.GeographyError
        If it cannot be read or lacks a column.
    """
    numbers = {"first_km": float, "published_miles": float}
    dtypes = _SECTOR_COLUMNS | numbers
    try:
        table = pd.read_csv(path, dtype=dtypes, keep_default_na=False, na_values=dict.fromkeys(numbers, ""))
    except (OSError, ValueError) as error:
        msg = f"cannot read {errors.named(path)}; it takes the columns {', '.join(dtypes)}"
        raise errors.GeographyError(msg) from error
    missing = [column for column in dtypes if column not in table.columns]
    if missing:
        msg = f"{errors.named(path)} lacks the columns {', '.join(missing)}"
        raise errors.GeographyError(msg)
    return table


def locate(line: Line, lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Find the places on a line that are nearest to points.

    Parameters
    ----------
    line
        The line.
    lon, lat
        (k,) WGS 84 degrees, finite.

    Returns
    -------
    km, distance_km : numpy.ndarray
        (k,) kilometre along the line, and geodesic distance from it.
    """
    lon, lat = np.atleast_1d(np.asarray(lon, dtype=np.float64)), np.atleast_1d(np.asarray(lat, dtype=np.float64))
    transformer = pyproj.Transformer.from_crs(crs.GEOGRAPHIC, line.plane, always_xy=True)
    points = shapely.points(*transformer.transform(lon, lat))
    along = shapely.line_locate_point(shapely.LineString(line._flat), points)  # noqa: SLF001 - this module's own
    km = np.interp(along, line._along, line.km)  # noqa: SLF001 - this module's own class
    xy = point(line, km)
    return km, crs.distance_km(lon, lat, xy[:, 0], xy[:, 1])


def point(line: Line, km: ArrayLike) -> NDArray[np.float64]:
    """Points on a line by their kilometre.

    Parameters
    ----------
    line
        The line.
    km
        (k,) kilometres; what lies beyond an end is taken to it.

    Returns
    -------
    numpy.ndarray
        (k, 2) longitude and latitude.
    """
    places = np.atleast_1d(np.asarray(km, dtype=np.float64))
    return np.column_stack([np.interp(places, line.km, line.xy[:, 0]), np.interp(places, line.km, line.xy[:, 1])])


def between(line: Line, from_km: float, to_km: float) -> shapely.LineString:
    """Part of a line.

    Parameters
    ----------
    line
        The line.
    from_km, to_km
        Kilometres, `from_km` at most `to_km`, both on the line.

    Returns
    -------
    shapely.LineString
        WGS 84; of two equal points where both kilometres are the same.

    Raises
    ------
    geo.errors.GeographyError
        If the kilometres are not in order or not on the line.
    """
    if not -_SLACK_KM <= from_km <= to_km <= line.length_km + _SLACK_KM:
        msg = f"from {from_km!r} to {to_km!r} km is no part of a line of {line.length_km:,.1f} km"
        raise errors.GeographyError(msg)
    inner = (line.km > from_km) & (line.km < to_km)
    ends = point(line, [from_km, to_km])
    return shapely.LineString(np.vstack([ends[:1], line.xy[inner], ends[1:]]))


def snap(line: Line, points: gpd.GeoSeries) -> pd.DataFrame:
    """Put points on a line.

    Parameters
    ----------
    line
        The line.
    points
        Points in WGS 84.

    Returns
    -------
    pandas.DataFrame
        On the same index: km, distance_km (from the line).

    Raises
    ------
    geo.errors.GeographyError
        If the points are not in WGS 84.
    """
    crs.require(points, name="points")
    km, distance = locate(line, points.x.to_numpy(), points.y.to_numpy())
    return pd.DataFrame({"km": km, "distance_km": distance}, index=points.index)


def _nowhere(folder: Path) -> Border:
    """The borders of a country without any on land."""
    columns = {name: pd.Series(dtype="float64" if name.endswith("km") else "str") for name in _STRETCH_COLUMNS}
    stretches = pd.DataFrame({**columns, "state": pd.Series(dtype="str")})
    return Border(folder, _hash(folder), {}, stretches, _no_sectors(), "")


def _no_sectors() -> pd.DataFrame:
    columns = {name: pd.Series(dtype="float64" if name.endswith("km") else "str") for name in _OF_A_SECTOR}
    return pd.DataFrame(columns, index=pd.Index([], name="sector", dtype="str"))


def _sectors(stretches: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """The sectors along the line that is watched, with their lengths and published ones."""
    own = stretches[stretches["sector"] != ""]
    lengths = (own["to_km"] - own["from_km"]).groupby(own["sector"]).sum()
    found = own.groupby("sector", sort=False).agg(from_km=("from_km", "min"), to_km=("to_km", "max"))
    first = table.drop_duplicates("sector").set_index("sector").reindex(found.index)
    notes = table[table["note"] != ""].groupby("sector")["note"].agg("; ".join)
    return found.assign(
        name=first["name"],
        length_km=lengths.reindex(found.index),
        published_km=first["published_miles"] * _KM_PER_MILE,
        source=first["source"],
        note=notes.reindex(found.index).fillna(""),
    )[list(_OF_A_SECTOR)]


def _read_lines(path: Path, country: pack.Pack) -> gpd.GeoDataFrame:
    try:
        frame = gpd.read_parquet(path)
    except (OSError, ValueError, pa.ArrowException, shapely.errors.ShapelyError) as error:
        raise errors.GeographyError(_unreadable(path)) from error
    _require_columns(path, frame, _LINE_COLUMNS)
    crs.require(frame, name=path.name)
    told, there = [neighbour.id for neighbour in country.neighbours], list(frame["border"])
    if sorted(told) != sorted(there):
        msg = (
            f"{path.name} holds the lines {', '.join(map(repr, there))}; {pack.FILE} tells of "
            f"{', '.join(map(repr, told))} under [[border]], and both take the same"
        )
        raise errors.GeographyError(msg)
    return frame


def _read_stretches(path: Path, parents: Mapping[str, str]) -> pd.DataFrame:
    try:
        frame = pd.read_parquet(path)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise errors.GeographyError(_unreadable(path)) from error
    _require_columns(path, frame, _STRETCH_COLUMNS)
    strange = frame["cvegeo"][~frame["cvegeo"].isin(list(parents))]
    if len(strange):
        msg = f"{errors.named(path)}: column `cvegeo` holds {strange.iloc[0]!r}; it takes keys of municipalities"
        raise errors.GeographyError(msg)
    return frame[list(_STRETCH_COLUMNS)].assign(state=frame["cvegeo"].map(parents))


def _unreadable(path: Path) -> str:
    return f"cannot read {errors.named(path)}; run `python -m geo.build`"


def _require_columns(path: Path, frame: pd.DataFrame, columns: tuple[str, ...]) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        msg = f"{errors.named(path)} lacks the columns {', '.join(missing)}; run `python -m geo.build`"
        raise errors.GeographyError(msg)


def _line(
    border: str, name: str, geometry: shapely.LineString, km: NDArray[np.float64], published: object, plane: str
) -> Line:
    xy = np.asarray(shapely.get_coordinates(geometry), dtype=np.float64)
    if (np.abs(xy) > _GLOBE).any() or not np.isfinite(xy).all():
        msg = f"{_LINES}: line {border!r} leaves the globe; run `python -m geo.build`"
        raise errors.GeographyError(msg)
    if len(xy) != len(km) or km[0] != 0.0 or (np.diff(km) <= 0.0).any():
        msg = f"{_LINES}: the kilometres of line {border!r} do not rise from 0 with its vertices"
        raise errors.GeographyError(msg)
    return Line(border, name, xy, km, None if published is None else float(str(published)), plane)


def _require_tiling(stretches: pd.DataFrame, lines: Mapping[str, Line]) -> None:
    """Check that the stretches cover each line without gap or overlap."""
    for name, line in lines.items():
        own = stretches[stretches["border"] == name]
        limits = np.concatenate([[0.0], own["to_km"].to_numpy()])
        whole = len(own) > 0 and abs(limits[-1] - line.length_km) <= _SLACK_KM
        if not whole or np.abs(own["from_km"].to_numpy() - limits[:-1]).max() > _SLACK_KM:
            msg = f"{_STRETCHES} does not cover line {name!r} once; run `python -m geo.build`"
            raise errors.GeographyError(msg)


def _hash(folder: Path, *names: str) -> str:
    digest = hashlib.sha256()
    for name in names:
        content = (folder / name).read_bytes()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:_HASH_DIGITS]
