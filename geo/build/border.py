"""The borders on land: cut from the full-resolution outline, measured on it, and divided along the way.

Kilometres run along the line from its first end. They are measured on every vertex of the published outline;
the line that is stored keeps far fewer vertices, each with its kilometre, so that a place on the line keeps its
number whatever is drawn.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geo import border, crs, errors
from geo.build import mexico

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TOLERANCE_METRES = 10.0
CLOSEST_KM = 0.005
STEP_METRES = 100.0
NEAR_COUNTY_METRES = 5_000.0
NEAR_END_KM = 1.0
LENGTH_TOLERANCE = 0.02
DECIMALS = 6
_PUBLISHED = {"border": str, "name": str, "source": str}


def assemble(
    cleaned: gpd.GeoDataFrame, counties: gpd.GeoDataFrame, folder: Path
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Build the lines and what lies along them.

    Parameters
    ----------
    cleaned
        Municipalities as a valid coverage at full resolution, EPSG:6372, with `cvegeo`.
    counties
        Counties on the other side of the northern line as published, WGS 84, with `code`.
    folder
        Holds `border_lines.csv` and `border_sectors.csv`, which are kept by hand.

    Returns
    -------
    lines : geopandas.GeoDataFrame
        One row a neighbour: border, name, length_km, published_km, km (kilometre of each vertex),
        geometry (line in WGS 84).
    stretches : pandas.DataFrame
        Parts of the lines in order, none missing and none twice: border, from_km, to_km, cvegeo,
        county and sector ("" where the table of sectors has none).

    Raises
    ------
    geo.errors.GeographyError
        If an end does not lie on the outline, a length is not near the published one, or a county
        of the table does not meet the line in one piece.
    """
    table = pd.read_csv(folder / border.LINES_TABLE, dtype=_PUBLISHED, keep_default_na=False, na_values=[""])
    sectors = border.read_sectors(folder / border.SECTORS_TABLE)
    ring = outline(cleaned)
    rows, parts = [], []
    for row in table.itertuples():
        flat = cut(ring, (row.from_lon, row.from_lat), (row.to_lon, row.to_lat))
        xy = to_degrees(flat)
        km = chainage(xy)
        _require_length(row.border, km[-1], row.published_km)
        kept = thin(flat, km)
        places = (owners(cleaned, flat), county_breaks(flat, km, counties) if row.border == mexico.NORTH else [])
        parts.append(divide(row.border, km, *places, sectors))
        line = shapely.LineString(np.round(xy[kept], DECIMALS))
        rows.append((row.border, row.name, round(km[-1], 3), row.published_km, np.round(km[kept], 3), line))
    columns = ["border", "name", "length_km", "published_km", "km", "geometry"]
    lines = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), crs=crs.GEOGRAPHIC)
    return lines, pd.concat(parts, ignore_index=True)


def outline(cleaned: gpd.GeoDataFrame) -> Array:
    """Outer ring of the largest piece of land.

    Parameters
    ----------
    cleaned
        A valid coverage.

    Returns
    -------
    numpy.ndarray
        (m, 2) in the CRS of the frame, first and last vertex the same.
    """
    parts = shapely.get_parts(shapely.coverage_union_all(cleaned.geometry.to_numpy()))
    largest = parts[int(np.argmax(shapely.area(parts)))]
    return np.asarray(shapely.get_coordinates(largest.exterior), dtype=np.float64)


def cut(ring: Array, start: tuple[float, float], end: tuple[float, float]) -> Array:
    """Part of a ring between the vertices nearest to two places, the shorter way round.

    Parameters
    ----------
    ring
        (m, 2), EPSG:6372, closed.
    start, end
        Longitude and latitude in degrees.

    Returns
    -------
    numpy.ndarray
        (k, 2), EPSG:6372, from start to end.

    Raises
    ------
    geo.errors.GeographyError
        If no vertex lies within a kilometre of an end.
    """
    first, last = (_nearest_vertex(ring, place) for place in (start, end))
    opened = np.roll(ring[:-1], -first, axis=0)
    steps = (last - first) % len(opened)
    forward = opened[: steps + 1]
    backward = np.vstack([opened[:1], opened[steps:][::-1]])
    return min(forward, backward, key=_planar_length)


def to_degrees(xy: Array) -> Array:
    """Coordinates in EPSG:6372 as longitude and latitude, (m, 2)."""
    transformer = pyproj.Transformer.from_crs(mexico.NATIONAL, crs.GEOGRAPHIC, always_xy=True)
    return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))


def chainage(xy: Array) -> Array:
    """Geodesic kilometres from the first vertex.

    Parameters
    ----------
    xy
        (m, 2) longitude and latitude.

    Returns
    -------
    numpy.ndarray
        (m,), 0 first, rising.
    """
    steps = crs.distance_km(xy[:-1, 0], xy[:-1, 1], xy[1:, 0], xy[1:, 1])
    return np.concatenate([[0.0], np.cumsum(steps)])


def thin(flat: Array, km: Array) -> NDArray[np.int64]:
    """Which vertices to keep: those of a simplified line, no two within 5 m along it.

    Parameters
    ----------
    flat
        (m, 2) metres.
    km
        (m,) kilometre of each vertex.

    Returns
    -------
    numpy.ndarray
        Positions, rising, with the first and the last.
    """
    simple = shapely.get_coordinates(shapely.simplify(shapely.LineString(flat), TOLERANCE_METRES))
    kept = [0]
    walked = 0
    for vertex in simple[1:]:
        walked += 1
        while not np.array_equal(flat[walked], vertex):
            walked += 1
        if km[walked] - km[kept[-1]] >= CLOSEST_KM:
            kept.append(walked)
    kept[-1] = len(flat) - 1
    return np.array(kept)


def owners(cleaned: gpd.GeoDataFrame, flat: Array) -> list[str]:
    """Municipality on whose boundary each step of the line runs.

    Parameters
    ----------
    cleaned
        The coverage that the line was cut from, whose edges are the line's.
    flat
        (m, 2) vertices of the line, in the CRS of the frame.

    Returns
    -------
    list of str
        (m - 1) keys.

    Raises
    ------
    geo.errors.GeographyError
        If a step is no edge of any municipality.
    """
    near = cleaned.iloc[_touching(cleaned, flat)]
    edges: dict[tuple[float, float, float, float], str] = {}
    for key, shape in zip(near["cvegeo"], near.geometry, strict=True):
        for each in shapely.get_rings(shapely.get_parts(shape)):
            xy = shapely.get_coordinates(each)
            edges.update(dict.fromkeys(map(tuple, np.hstack([xy[:-1], xy[1:]]).tolist()), key))
    steps = np.hstack([flat[:-1], flat[1:]]).tolist()
    found = [edges.get((a, b, c, d)) or edges.get((c, d, a, b)) for a, b, c, d in steps]
    if None in found:
        msg = f"step {found.index(None)} of the line is no edge of a municipality"
        raise errors.GeographyError(msg)
    return [str(key) for key in found]


def county_breaks(flat: Array, km: Array, counties: gpd.GeoDataFrame) -> list[tuple[str, float, float]]:
    """Nearest county along the line.

    The two sides' outlines differ by up to some kilometres, so the nearest county is taken every 100 m.

    Parameters
    ----------
    flat
        (m, 2) vertices, EPSG:6372.
    km
        (m,) their kilometres.
    counties
        WGS 84, with `code`.

    Returns
    -------
    list of (code, from_km, to_km)
        In order, from 0 to the end.

    Raises
    ------
    geo.errors.GeographyError
        If a county is more than 5 km away, or comes up twice.
    """
    pieces = max(int(np.ceil(km[-1] * 1000.0 / STEP_METRES)), 1)
    ends = np.linspace(0.0, km[-1], pieces + 1)
    middle = (ends[:-1] + ends[1:]) / 2
    points = shapely.points(np.interp(middle, km, flat[:, 0]), np.interp(middle, km, flat[:, 1]))
    shapes = counties.geometry.to_crs(mexico.NATIONAL).to_numpy()
    (asked, found), away = shapely.STRtree(shapes).query_nearest(points, return_distance=True, all_matches=False)
    if away.max() > NEAR_COUNTY_METRES:
        msg = f"the line lies up to {away.max() / 1000.0:.1f} km from the nearest county"
        raise errors.GeographyError(msg)
    nearest = np.empty(pieces, dtype=np.int64)
    nearest[asked] = found
    changes = np.flatnonzero(np.diff(nearest)) + 1
    limits = [0, *changes.tolist(), pieces]
    codes = counties["code"].to_numpy()[nearest]
    runs = [(str(codes[a]), float(ends[a]), float(ends[b])) for a, b in pairwise(limits)]
    repeated = pd.Series([code for code, _, _ in runs]).duplicated()
    if repeated.any():
        msg = f"county {runs[int(repeated.argmax())][0]} meets the line in more than one piece"
        raise errors.GeographyError(msg)
    return runs


def divide(
    name: str,
    km: Array,
    municipalities: list[str],
    counties: list[tuple[str, float, float]],
    sectors: pd.DataFrame,
) -> pd.DataFrame:
    """Parts of a line over which municipality, county and sector stay the same.

    Parameters
    ----------
    name
        Of the border.
    km
        (m,) kilometres of the vertices.
    municipalities
        (m - 1) keys of the steps.
    counties
        As :func:`county_breaks` gives them; empty where there are none.
    sectors
        The table of sectors.

    Returns
    -------
    pandas.DataFrame
        border, from_km, to_km, cvegeo, county, sector; limits are whole metres.
    """
    keys = np.array(municipalities)
    turns = np.flatnonzero(keys[1:] != keys[:-1]) + 1
    districts = split_counties(counties, sectors)
    limits = np.unique(np.round([0.0, km[-1], *km[turns], *(to for _, _, _, to in districts)], 3))
    limits = limits[limits <= round(float(km[-1]), 3)]
    middle = (limits[:-1] + limits[1:]) / 2
    step = np.clip(np.searchsorted(km, middle) - 1, 0, len(keys) - 1)
    starts = np.array([start for _, _, start, _ in districts])
    places = [districts[int(np.searchsorted(starts, each)) - 1] if districts else ("", "", 0.0, 0.0) for each in middle]
    return pd.DataFrame(
        {
            "border": name,
            "from_km": limits[:-1],
            "to_km": limits[1:],
            "cvegeo": keys[step],
            "county": [county for county, _, _, _ in places],
            "sector": [sector for _, sector, _, _ in places],
        }
    )


def split_counties(
    counties: list[tuple[str, float, float]], sectors: pd.DataFrame
) -> list[tuple[str, str, float, float]]:
    """Counties with the sector they belong to; one that two sectors share is divided.

    Parameters
    ----------
    counties
        Code, first and last kilometre, in order.
    sectors
        Rows with sector, county and first_km: the length of the county's line that belongs to the sector
        before the next row of the same county begins; missing for the rest.

    Returns
    -------
    list of (county, sector, from_km, to_km)

    Raises
    ------
    geo.errors.GeographyError
        If a county has no sector.
    """
    divided = []
    for code, start, end in counties:
        rows = sectors[sectors["county"] == code]
        if rows.empty:
            msg = f"county {code} lies on the line and has no row in {border.SECTORS_TABLE}"
            raise errors.GeographyError(msg)
        begin = start
        for sector, length in zip(rows["sector"], rows["first_km"], strict=True):
            finish = end if np.isnan(length) else min(begin + length, end)
            divided.append((code, str(sector), begin, finish))
            begin = finish
    return divided


def _nearest_vertex(ring: Array, place: tuple[float, float]) -> int:
    transformer = pyproj.Transformer.from_crs(crs.GEOGRAPHIC, mexico.NATIONAL, always_xy=True)
    x, y = transformer.transform(*place)
    away = np.hypot(ring[:-1, 0] - x, ring[:-1, 1] - y)
    nearest = int(np.argmin(away))
    if away[nearest] > NEAR_END_KM * 1000.0:
        msg = f"the end {place} lies {away[nearest] / 1000.0:.1f} km from the outline; correct {border.LINES_TABLE}"
        raise errors.GeographyError(msg)
    return nearest


def _touching(cleaned: gpd.GeoDataFrame, flat: Array) -> NDArray[np.int64]:
    """Rows of a coverage that have a vertex of the line; equal numbers, so no geometry test is needed."""
    xy, owner = shapely.get_coordinates(cleaned.geometry.to_numpy(), return_index=True)
    shared = np.isin(xy[:, 0] + 1j * xy[:, 1], flat[:, 0] + 1j * flat[:, 1])
    return np.unique(owner[shared])


def _planar_length(xy: Array) -> float:
    return float(np.hypot(*np.diff(xy, axis=0).T).sum())


def _require_length(name: str, length_km: float, published_km: float) -> None:
    if not np.isnan(published_km) and abs(length_km / published_km - 1.0) > LENGTH_TOLERANCE:
        msg = f"the line {name!r} measures {length_km:,.1f} km; published are {published_km:,.0f} km"
        raise errors.GeographyError(msg)
