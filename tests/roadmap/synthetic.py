"""Small invented territories, figures and plans that a reader can count by hand."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse
import shapely

from geo import territory
from roadmap import errors
from roadmap.plan import entries, parameters, phases, zones
from roadmap.record import observations

FROZEN = Path(__file__).parent / "frozen"
"""Parameters and rule of the tests' own small scenarios."""

PHASES = (
    phases.Phase(1, "1", "One", 1, 6, ""),
    phases.Phase(2, "2", "Two", 7, 18, ""),
    phases.Phase(3, "3", "Three", 19, 36, ""),
    phases.Phase(4, "4", "Four", 37, 60, ""),
)
LAST_MONTH = phases.last_month(PHASES)
MONTHS = LAST_MONTH + 1
NO_PHASE = parameters.PhaseSettings(
    national_effort=0.0, zone_effort=0.0, pressure_factor=1.0, displacement=0.0, judicial=0.0
)


@dataclass(frozen=True)
class Plan:
    """Phases, entries and zones, and nothing else of a scenario."""

    zones: Sequence[zones.Zone] = ()
    entries: Sequence[entries.Entry] = ()
    phases: Sequence[phases.Phase] = PHASES
    baseline: None = None


def zone(
    *members: zones.Member, first: int = 1, last: int | None = None, units: int = 1, runs: tuple[str, ...] = ()
) -> zones.Zone:
    """A zone of the given members."""
    return zones.Zone("z", "Zone", "", first, last, units, runs, members)


def frozen_model(**changes: object) -> parameters.Model:
    """Parameters of the tests' own, some of them changed; those of the shipped scenario are fitted now and then."""
    data = tomllib.loads((FROZEN / "model.toml").read_text(encoding="utf-8"))
    found, faults = parameters.Model.from_mapping(data)
    assert faults == ()
    return dataclasses.replace(found, **changes)


def without_phases(**changes: object) -> parameters.Model:
    """The same parameters with phases that add nothing."""
    return frozen_model(phases=(NO_PHASE,) * len(PHASES), **changes)


def links(n: int, *pairs: tuple[int, int]) -> scipy.sparse.csr_array:
    """Symmetric adjacency of ``n`` places from pairs of neighbours."""
    matrix = np.zeros((n, n))
    for a, b in pairs:
        matrix[a, b] = matrix[b, a] = 1.0
    return scipy.sparse.csr_array(matrix)


def chain(n: int) -> scipy.sparse.csr_array:
    """Places in a row, each beside the next."""
    return links(n, *((place, place + 1) for place in range(n - 1)))


def land(
    adjacency: scipy.sparse.csr_array,
    *,
    population: Sequence[int] | None = None,
    area: Sequence[float] | None = None,
    states: Sequence[str] | None = None,
) -> territory.Territory:
    """Unit squares in a row from (0, 0) eastward; state "01" unless given."""
    n = adjacency.shape[0]
    keys = list(states or ["01"] * n)
    rows = gpd.GeoDataFrame(
        {
            "cvegeo": [f"{key}{number:03}" for number, key in enumerate(keys, start=1)],
            "name": [f"Place {number}" for number in range(1, n + 1)],
            "cve_ent": keys,
            "state": [f"State {key}" for key in keys],
            "population": np.array(population or [100] * n, dtype=np.int64),
            "area_km2": np.array(area or [1.0] * n, dtype=np.float64),
            "lon": np.arange(n) + 0.5,
            "lat": np.full(n, 0.5),
        },
        geometry=[shapely.box(x, 0, x + 1, 1) for x in range(n)],
        crs="EPSG:4326",
    )
    return _territory(rows, adjacency)


def permuted(place: territory.Territory, order: Sequence[int]) -> territory.Territory:
    """The same territory with its municipalities in another order."""
    rows = place.municipalities.iloc[list(order)].reset_index(drop=True)
    return _territory(rows, place.adjacency[list(order)][:, list(order)])


def _territory(rows: gpd.GeoDataFrame, adjacency: scipy.sparse.csr_array) -> territory.Territory:
    by_state = rows.groupby("cve_ent", as_index=False).agg({"population": "sum", "area_km2": "sum"})
    states = gpd.GeoDataFrame(by_state, geometry=[shapely.Point(0, 0)] * len(by_state), crs="EPSG:4326")
    nothing = gpd.GeoDataFrame({"name": []}, geometry=[], crs="EPSG:4326")
    return territory.Territory(
        folder=Path(),
        hash="0" * 12,
        municipalities=rows,
        states=states,
        neighbours=nothing,
        cities=nothing,
        adjacency=adjacency,
        crosswalk=pd.DataFrame({"cvegeo": [], "parent": [], "share": []}),
    )


def figures(
    *,
    rates: dict[str, float] | None = None,
    listed: Sequence[str] = (),
    crossings: Sequence[tuple[float, float, int | None, int | None]] = (),
) -> observations.Observations:
    """Public figures: homicide rates by state, listed keys, and crossings as (lon, lat, trucks, cars)."""
    known = {"01": 10.0} if rates is None else rates
    homicides = pd.DataFrame(
        {
            "cve_ent": [*known, *known],
            "year": [2024] * len(known) + [2023] * len(known),
            "rate_per_100k": pd.array([*known.values(), *(99.0 for _ in known)], dtype="Float64"),
        }
    )
    points = gpd.GeoDataFrame(
        {
            "trucks_per_year": pd.array([each[2] for each in crossings], dtype="Int64"),
            "cars_per_year": pd.array([each[3] for each in crossings], dtype="Int64"),
        },
        geometry=[shapely.Point(each[0], each[1]) for each in crossings],
        crs="EPSG:4326",
    )
    nothing = pd.DataFrame()
    priority = pd.DataFrame({"cvegeo": pd.Series(list(listed), dtype="str")})
    return observations.Observations(Path(), "0" * 12, points, nothing, homicides, nothing, priority, nothing)


def places(faults: Sequence[errors.Fault]) -> list[tuple[str, str | None, str]]:
    """File, entry and key of faults, once each is a listed one with the values that its sentence needs."""
    for fault in faults:
        assert set(fault.values) == set(errors.FAULTS[fault.key]), fault
    return [(fault.file, fault.column, fault.key) for fault in faults]
