"""The public figures the atlas cites: crossings, states, homicides, priority lists, indicators.

All of them were measured or published by somebody else, and every row says by whom. An empty cell
means that no figure was found; it never means zero.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from geo import crs, pack
from roadmap import errors
from roadmap.tables import delimited, files, municipal

if TYPE_CHECKING:
    from geo import territory

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "data" / "observations"

MODES = ("pedestrian", "car", "bus", "truck", "rail")
COUNTS = ("trucks_per_year", "cars_per_year", "pedestrians_per_year")
FIRST_YEAR, LAST_YEAR = 1900, 2100
NEAR_KM = 1.0
"""How far outside its municipality a crossing may lie: bridges end on the outline."""

_POLE = 90.0  # degrees of latitude

_PORT_CODE = re.compile(r"[0-9]{4}")
_COUNTRY = re.compile(r"[a-z]{2}")
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")

Record = dict[str, object]


class ObservationsError(errors.ScenarioError):
    """Observation tables that cannot be used, and with them no scenario."""


@dataclass(frozen=True, eq=False)
class Observations:
    """Public figures, each with its source.

    Parameters
    ----------
    folder : Path
    hash : str
        Twelve hexadecimal digits over the bytes of all tables.
    crossings : GeoDataFrame
        Legal land crossings as points in WGS 84, in the order of the file. Columns ``id``,
        ``name_us``, ``name_mx``, ``border`` (the neighbour's
        two-letter code), ``neighbour_state``, ``mx_state``,
        ``cvegeo``, ``port_code`` (text), ``modes`` (words joined by ``;``), ``trucks_per_year``,
        ``cars_per_year``, ``pedestrians_per_year`` (Int64, northbound entries of the whole port,
        missing is not zero), ``year`` (Int64), ``source``, ``geometry``.
    states : DataFrame
        One row a state: ``cve_ent``, ``name``, ``name_official``, ``iso_3166_2``,
        ``population_2020``, ``area_km2``, ``area_km2_polygons``, ``year``, ``source``.
    state_homicides, state_homicides_inegi : DataFrame
        ``cve_ent``, ``year``, ``homicides`` (Int64), ``rate_per_100k`` (Float64), ``series``,
        ``status``, ``source``. The second one is partial: some states and years are not there.
    priority : DataFrame
        Federal lists of priority municipalities: ``list``, ``rank`` (Int64), ``cvegeo``, ``name``,
        ``state``, ``year``, ``source``, ``note``.
    indicators : DataFrame
        ``indicator_id``, ``label``, ``unit``, ``year`` (Int64), ``value``, ``period``, ``note``,
        ``source``.
    """

    folder: Path
    hash: str
    crossings: gpd.GeoDataFrame
    states: pd.DataFrame
    state_homicides: pd.DataFrame
    state_homicides_inegi: pd.DataFrame
    priority: pd.DataFrame
    indicators: pd.DataFrame


@dataclass(frozen=True)
class _Known:
    """Keys that the rows are checked against; None where nothing is known."""

    municipalities: municipal.Keys | None = None

    def state_of(self, cvegeo: object) -> str:
        """Return the key of the state of a municipality, ``""`` where that is not known."""
        return "" if self.municipalities is None else self.municipalities.place.parents.get(str(cvegeo), "")


@dataclass(frozen=True)
class _Table:
    """Shape of one table.

    Columns with their types, how a row is read, the columns that together make two rows the same,
    and the column that holds the name of the state its municipality key belongs to.
    """

    file: str
    dtypes: Mapping[str, str]
    read: Callable[[delimited.Row, _Known], Record]
    identity: tuple[str, ...]
    state_name: str | None = None


def load(folder: Path | files.Folder = DEFAULT_FOLDER, *, place: territory.Territory | None = None) -> Observations:
    """Load and check all observation tables of a folder.

    Parameters
    ----------
    folder : Path or Folder
        Holds ``crossings.csv``, ``states.csv``, ``state_homicides.csv``,
        ``state_homicides_inegi.csv``, ``priority_municipalities.csv`` and ``indicators.csv``.
    place : Territory, optional
        With it the tables that its country tells of are read and the others are empty, every key must exist there
        and every crossing must lie on or next to its municipality; without it keys are not checked.

    Returns
    -------
    Observations

    Raises
    ------
    ObservationsError
        With every fault of every table.
    """
    known = _known(place)
    folder = files.folder(folder, known=frozenset(table.file for table in _TABLES))
    faults: list[errors.Fault] = []
    rows: dict[str, list[tuple[delimited.Row, Record]]] = {}
    told = set(pack.OBSERVED if place is None else place.country.observed)
    for table in _TABLES:
        there = table.file.removesuffix(".csv") in told
        rows[table.file] = _read(folder / table.file, table, known, faults) if there else []
        _check_states(rows[table.file], table, _state_names(rows["states.csv"]), known)
    if faults:
        raise ObservationsError(faults)
    frames = {table.file: _frame(rows[table.file], table) for table in _TABLES}
    crossings = _points(frames["crossings.csv"])
    if place is not None:
        faults = _misplaced(crossings, rows["crossings.csv"], place)
    if faults:
        raise ObservationsError(faults)
    return Observations(
        folder=folder.path,
        hash=_hash(folder, told),
        crossings=crossings,
        states=frames["states.csv"],
        state_homicides=frames["state_homicides.csv"],
        state_homicides_inegi=frames["state_homicides_inegi.csv"],
        priority=frames["priority_municipalities.csv"],
        indicators=frames["indicators.csv"],
    )


def _known(place: territory.Territory | None) -> _Known:
    if place is None:
        return _Known()
    return _Known(municipal.Keys.of(place))


def _hash(folder: files.Folder, told: Collection[str]) -> str:
    digest = hashlib.sha256()
    for table in (table for table in _TABLES if table.file.removesuffix(".csv") in told):
        digest.update((folder / table.file).digest(limit=delimited.MAX_BYTES))
    return digest.hexdigest()[:12]


def _read(
    path: files.File, table: _Table, known: _Known, faults: list[errors.Fault]
) -> list[tuple[delimited.Row, Record]]:
    """Return the rows of a table beside what they say."""
    before = len(faults)
    rows = delimited.read(path, faults, required=tuple(table.dtypes))
    if not rows and len(faults) == before:
        faults.append(errors.Fault(table.file, None, None, None, "no_rows"))
    read = [(row, table.read(row, known)) for row in rows]
    identities = ((row, tuple(record[name] for name in table.identity)) for row, record in read)
    delimited.note_duplicates(identities, table.identity[-1])
    return read


def _frame(rows: Sequence[tuple[delimited.Row, Record]], table: _Table) -> pd.DataFrame:
    return pd.DataFrame(
        {name: pd.array([record[name] for _, record in rows], dtype=dtype) for name, dtype in table.dtypes.items()}
    )


def _state_names(rows: Iterable[tuple[delimited.Row, Record]]) -> dict[str, tuple[str, ...]]:
    """Return the names a state goes by, for each key."""
    return {str(record["cve_ent"]): (str(record["name"]), str(record["name_official"])) for _, record in rows}


def _check_states(
    rows: Iterable[tuple[delimited.Row, Record]], table: _Table, names: Mapping[str, tuple[str, ...]], places: _Known
) -> None:
    """Note a fault where a municipality's key and the name of its state do not agree."""
    if table.state_name is None:
        return
    for row, record in rows:
        known = names.get(places.state_of(record["cvegeo"]))
        name = record[table.state_name]
        if known and name and name not in known:
            row.fault(table.state_name, "state_differs", expected=known[0])


def _texts(row: delimited.Row, names: Iterable[str], *, optional: bool = False) -> Record:
    return {name: row.text(name, optional=optional) for name in names}


def _year(row: delimited.Row, *, optional: bool = False) -> int | None:
    return row.integer("year", low=FIRST_YEAR, high=LAST_YEAR, optional=optional)


def _state_key(row: delimited.Row, column: str, known: _Known) -> str:
    """Return a state's key; ``""`` after a fault."""
    value = row.text(column).strip()
    if not value or known.municipalities is None or value in known.municipalities.states:
        return value
    padded = value.zfill(known.municipalities.place.state_digits)
    if value.isdecimal() and padded in known.municipalities.states:
        row.fault(column, "lost_leading_zero", expected=padded)
    else:
        row.fault(column, "unknown_state", suggestion="")
    return ""


def _crossing(row: delimited.Row, known: _Known) -> Record:
    port_code = row.text("port_code", optional=True).strip()
    if port_code and not _PORT_CODE.fullmatch(port_code):
        row.fault("port_code", "port_code")
    counts = {name: row.integer(name, low=0, optional=True) for name in COUNTS}
    year = _year(row, optional=True)
    if year is None and row.is_empty("year") and any(n is not None for n in counts.values()):
        row.fault("year", "empty")
    return {
        "id": _matching(row, "id", _ID),
        **_texts(row, ("name_us", "name_mx", "neighbour_state", "mx_state", "source")),
        "border": _matching(row, "border", _COUNTRY),
        "cvegeo": row.cvegeo("cvegeo", known.municipalities),
        **_coordinates(row),
        "port_code": port_code,
        "modes": _modes(row),
        **counts,
        "year": year,
    }


def _matching(row: delimited.Row, column: str, pattern: re.Pattern[str]) -> str:
    """Return a word of a given form; ``""`` after a fault."""
    value = row.text(column).strip()
    if value and not pattern.fullmatch(value):
        row.fault(column, "bad_id", allowed=pattern.pattern)
        return ""
    return value


def _coordinates(row: delimited.Row) -> Record:
    """Return latitude and longitude in degrees; says so when they were swapped."""
    latitude = row.number("lat", low=-180, high=180)
    longitude = row.number("lon", low=-180, high=180)
    if latitude is not None and longitude is not None and abs(latitude) > _POLE:
        if abs(longitude) <= _POLE:
            row.fault("lat", "coordinates_swapped", latitude=longitude, longitude=latitude)
        else:
            row.fault("lat", "out_of_range", low=-_POLE, high=_POLE)
    return {"lat": latitude, "lon": longitude}


def _modes(row: delimited.Row) -> str:
    modes = [word.strip() for word in row.text("modes").split(";")]
    for mode in modes:
        if mode and mode not in MODES:
            row.fault("modes", "unknown_choice", allowed=MODES)
    if len(set(modes)) < len(modes):
        row.fault("modes", "duplicate_item")
    return ";".join(mode for mode in MODES if mode in modes)


def _state(row: delimited.Row, known: _Known) -> Record:
    return {
        "cve_ent": _state_key(row, "cve_ent", known),
        **_texts(row, ("name", "name_official", "iso_3166_2", "source")),
        "population_2020": row.integer("population_2020", low=0),
        "area_km2": row.number("area_km2", low=0),
        "area_km2_polygons": row.number("area_km2_polygons", low=0),
        "year": _year(row),
    }


def _homicides(row: delimited.Row, known: _Known) -> Record:
    return {
        "cve_ent": _state_key(row, "cve_ent", known),
        "year": _year(row),
        "homicides": row.integer("homicides", low=0, optional=True),
        "rate_per_100k": row.number("rate_per_100k", low=0, optional=True),
        **_texts(row, ("series", "status", "source")),
    }


def _listed(row: delimited.Row, known: _Known) -> Record:
    return {
        **_texts(row, ("list", "name", "state", "source")),
        "rank": row.integer("rank", low=1, optional=True),
        "cvegeo": row.cvegeo("cvegeo", known.municipalities),
        "year": _year(row),
        "note": row.text("note", optional=True),
    }


def _indicator(row: delimited.Row, known: _Known) -> Record:
    del known
    return {
        "indicator_id": _matching(row, "indicator_id", _ID),
        **_texts(row, ("label", "unit", "source")),
        **_texts(row, ("period", "note"), optional=True),
        "year": _year(row, optional=True),
        "value": row.number("value"),
    }


def _points(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the crossings as points in WGS 84."""
    geometry = gpd.points_from_xy(frame["lon"], frame["lat"], crs=crs.GEOGRAPHIC)
    return gpd.GeoDataFrame(frame.drop(columns=["lat", "lon"]), geometry=geometry)


def _misplaced(
    crossings: gpd.GeoDataFrame,
    rows: Iterable[tuple[delimited.Row, Record]],
    place: territory.Territory,
) -> list[errors.Fault]:
    """Return a fault for every crossing that is not on or next to its municipality."""
    if crossings.empty:
        return []
    outlines = place.municipalities.set_index("cvegeo").geometry
    lines = shapely.shortest_line(crossings.geometry.to_numpy(), outlines.loc[crossings["cvegeo"]].to_numpy())
    ends = shapely.get_coordinates(lines).reshape(len(crossings), 4)
    distances = crs.distance_km(*ends.T)
    return [
        errors.Fault(
            row.file,
            row.row,
            "cvegeo",
            record["cvegeo"],
            "outside_municipality",
            {"cvegeo": record["cvegeo"], "kilometres": round(float(distance), 1)},
        )
        for (row, record), distance in zip(rows, distances, strict=True)
        if distance > NEAR_KM
    ]


_HOMICIDES = {
    "cve_ent": "str",
    "year": "int64",
    "homicides": "Int64",
    "rate_per_100k": "Float64",
    "series": "str",
    "status": "str",
    "source": "str",
}

_TABLES = (
    _Table(
        "states.csv",
        {
            "cve_ent": "str",
            "name": "str",
            "name_official": "str",
            "iso_3166_2": "str",
            "population_2020": "int64",
            "area_km2": "float64",
            "area_km2_polygons": "float64",
            "year": "int64",
            "source": "str",
        },
        _state,
        ("cve_ent",),
    ),
    _Table(
        "crossings.csv",
        {
            "id": "str",
            "name_us": "str",
            "name_mx": "str",
            "border": "str",
            "neighbour_state": "str",
            "mx_state": "str",
            "cvegeo": "str",
            "lat": "float64",
            "lon": "float64",
            "port_code": "str",
            "modes": "str",
            **dict.fromkeys(COUNTS, "Int64"),
            "year": "Int64",
            "source": "str",
        },
        _crossing,
        ("id",),
        state_name="mx_state",
    ),
    _Table("state_homicides.csv", _HOMICIDES, _homicides, ("cve_ent", "series", "year")),
    _Table("state_homicides_inegi.csv", _HOMICIDES, _homicides, ("cve_ent", "series", "year")),
    _Table(
        "priority_municipalities.csv",
        {
            "list": "str",
            "rank": "Int64",
            "cvegeo": "str",
            "name": "str",
            "state": "str",
            "year": "int64",
            "source": "str",
            "note": "str",
        },
        _listed,
        ("list", "cvegeo"),
        state_name="state",
    ),
    _Table(
        "indicators.csv",
        {
            "indicator_id": "str",
            "label": "str",
            "unit": "str",
            "year": "Int64",
            "value": "float64",
            "period": "str",
            "note": "str",
            "source": "str",
        },
        _indicator,
        ("indicator_id", "period", "source", "year"),
    ),
)
