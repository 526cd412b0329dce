"""An atlas of four squares and three zones in which every number can be counted by hand."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse
import shapely

from geo import territory as geography
from roadmap import atlas as atlases
from roadmap.ledger import bookkeeping, destinations, investment, reading
from roadmap.plan import zones
from tests import classes
from tests.roadmap import investment_by_hand, synthetic

KEYS = ("01001", "01002", "02004", "14039")
NAMES = ("Alpha", "Beta", "Gamma", "Delta")
PEOPLE = (10, 20, 30, 40)
AREAS = (1.0, 2.0, 3.0, 4.0)

# Classes from month 0 to 60, one line a municipality: (code, months).
SERIES = (
    (("2", 10), ("3", 51)),  # Alpha: held from month 10, so reclaimed from month 12
    (("3", 20), ("1", 41)),  # Beta: not held from month 20, so lost from month 22
    (("4", 61),),  # Gamma: never moves
    (("0", 5), ("w", 4), ("0", 41), ("n", 11)),  # Delta: withheld 5 to 8, not assessed from 50
)
SCORES = {"4": 0.9, "3": 0.7, "2": 0.5, "1": 0.3, "0": 0.1, "w": 0.95, "n": 0.05}
"""Scores a month: those that must not be seen differ from all others."""

ZONES = (
    zones.Zone("north", "North", "Upper row.", 3, None, 2, ("patrols",), (("01001", 3, None), ("01002", 8, 20))),
    zones.Zone("south", "South", "Lower row.", 10, 48, 1, (), (("14039", 10, 48),)),
    zones.Zone("late", "Late", "Never joined.", 5, None, 1, (), (("02004", 30, None),)),
)


UNPLACED = {"place": "", "sharing": "whole", "precision": 6, "place_kind": "national"}
LEDGER: tuple[Mapping[str, object], ...] = (
    # Alpha 10 and Beta 20 people: 33.33 and 66.67 of what is delivered.
    {"place": "north", "month": 8},
    {**UNPLACED, "month": 10, "delivered": "50.00"},
    {"place_kind": "municipalities", "place": "14039", "sharing": "whole", "month": 12, "delivered": "7.77"},
    {**UNPLACED, "place_kind": "unplaced", "precision": 9, "month": 20, "funder": "MX", "delivered": "30.05"},
)
"""Money of the small plan; each line plans 400, commits 300 and releases 200 dollars."""


def books(
    place: geography.Territory, plan: Sequence[zones.Zone] = ZONES, lines: Sequence[Mapping[str, object]] = LEDGER
) -> bookkeeping.Books:
    """The ledger of some lines that differ from `investment_by_hand.LINE` as given."""
    half = np.full(len(place.municipalities), 0.5)
    where = destinations.Places.of(place, plan, half, last_month=synthetic.LAST_MONTH)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / investment.FILE
        path.write_text(investment_by_hand.text(*lines), encoding="utf-8")
        found = reading.examine(path, investment_by_hand.ENTRIES, where)
    assert found.ledger is not None, found.faults
    return bookkeeping.Books(found.ledger, where)


def codes() -> np.ndarray:
    """Class numbers, (61, 4)."""
    columns = [classes.numbers("".join(code * months for code, months in series)) for series in SERIES]
    return np.stack(columns, axis=1)


def scores() -> np.ndarray:
    """Scores, (61, 4), also where the class is off the scale."""
    columns = ["".join(code * months for code, months in series) for series in SERIES]
    return np.array([[SCORES[column[month]] for column in columns] for month in range(61)])


def municipalities() -> gpd.GeoDataFrame:
    """Four unit squares in two rows."""
    corners = ((0, 1), (1, 1), (0, 0), (1, 0))
    return gpd.GeoDataFrame(
        {
            "cvegeo": KEYS,
            "name": NAMES,
            "cve_ent": ["01", "01", "02", "14"],
            "state": ["One", "One", "Two", "Fourteen"],
            "population": PEOPLE,
            "area_km2": AREAS,
            "lon": [x + 0.5 for x, _ in corners],
            "lat": [y + 0.5 for _, y in corners],
        },
        geometry=[shapely.box(x, y, x + 1, y + 1) for x, y in corners],
        crs="EPSG:4326",
    )


COMPARING = {"change", "control", "coverage", "detection", "investment"}
"""Layers whose numbers depend on the month compared with."""


def told(frame: gpd.GeoDataFrame, layer: str, of: atlases.Atlas, month: int, vs: int = 0) -> gpd.GeoDataFrame:
    """A layer's frame with the columns in which a file says on each row where it comes from."""
    since = {"compared_with_month": vs} if layer in COMPARING else {}
    added = {"month": month, **since, "scenario": of.scenario.id, "edition": of.edition, "hypothetical": True}
    rows = pd.DataFrame([added] * len(frame), index=frame.index, columns=list(added))
    shapes = frame.geometry
    return gpd.GeoDataFrame(frame.drop(columns="geometry").join(rows), geometry=shapes)


def atlas(shipped: atlases.Atlas) -> atlases.Atlas:
    """The shipped atlas with its places, zones, classes and scores exchanged for those above."""
    squares = municipalities()
    states = squares.dissolve("cve_ent", as_index=False, aggfunc={"population": "sum", "area_km2": "sum"})
    states = states.assign(name=["One", "Two", "Fourteen"], also="", lon=0.5, lat=0.5)
    territory = replace(
        shipped.territory,
        municipalities=squares,
        states=states,
        adjacency=scipy.sparse.csr_array((4, 4)),
        crosswalk=shipped.territory.crosswalk.iloc[:0],
    )
    plan = replace(shipped.scenario, id="small", title="A small plan", hash="0123456789ab", zones=ZONES)
    rates = np.tile([10.0, 20.0, 40.0], (61, 1))
    rates[30:] = [10.0, 20.0, 30.0]
    integrity = np.linspace(0.4, 1.0, 61)
    projection = replace(shipped.plan.projected, score=scores(), homicide_rate=rates, integrity=integrity)
    crossings = shipped.observations.crossings.head(3).copy()
    crossings["modes"] = ["truck;car", "pedestrian;car;bus", "rail"]
    crossings["trucks_per_year"] = [500, None, None]
    crossings["cars_per_year"] = [7, 1000, None]
    crossings["pedestrians_per_year"] = [None, 0, None]
    crossings = crossings.astype(dict.fromkeys(("trucks_per_year", "cars_per_year", "pedestrians_per_year"), "Int64"))
    return replace(
        shipped,
        territory=territory,
        observations=replace(shipped.observations, crossings=crossings),
        scenario=plan,
        books=books(territory),
        plan=replace(shipped.plan, projection=projection, codes=codes()),
    )
