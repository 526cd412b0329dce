"""Geographies and scenario folders that the tests of `roadmap` share."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import scipy.sparse
import shapely

from geo import pack, territory
from roadmap import errors
from roadmap.plan import scenario
from roadmap.record import observations
from tests.roadmap import synthetic

ROADMAP = """\
[scenario]
title = "A small plan"
hypothetical = true
summary = "Two zones on four squares."

[[phase]]
number = 1
title = "One"
first_month = 1
last_month = 6
text = "First."

[[phase]]
number = 2
title = "Two"
first_month = 7
last_month = 18
text = "Second."

[[phase]]
number = 3
title = "Three"
first_month = 19
last_month = 36
text = "Third."

[[phase]]
number = 4
title = "Four"
first_month = 37
last_month = 60
text = "Fourth."

[[entry]]
id = "patrols"
phase = 1
kind = "programme"
lead = "MX"
status = "proposal"
first_month = 2
title = "Patrols"
text = "Would patrol."
shown_by = "zones"
shown_text = "Outlines."

[[entry]]
id = "opening"
phase = 2
kind = "milestone"
lead = "joint"
status = "proposal"
first_month = 9
title = "Opening"
text = "Would open."
shown_by = "roadmap"
shown_text = "Listed."
parent = "patrols"
indicators = ["guns"]

[[zone]]
id = "north"
name = "North"
text = "Upper squares."
first_month = 3
guard_units = 2
programmes = ["patrols"]

[[zone]]
id = "south"
name = "South"
text = "Lower squares."
first_month = 10
last_month = 48
guard_units = 1
programmes = []

[[lead]]
id = "MX"
title = "Mexico"

[[lead]]
id = "US"
title = "United States"

[[lead]]
id = "joint"
title = "both"
"""

ZONES = """\
zone,cvegeo,first_month,last_month,basis
north,01001,3,,listed
north,02004,8,20,neighbour
south,14039,10,,listed
"""


def squares(*corners: tuple[float, float]) -> list[shapely.Polygon]:
    """Unit squares by their lower left corners."""
    return [shapely.box(x, y, x + 1, y + 1) for x, y in corners]


def four_squares() -> territory.Territory:
    """Four unit squares in two rows; three of the four keys start with a zero."""
    outlines = squares((0, 1), (1, 1), (0, 0), (1, 0))
    municipalities = gpd.GeoDataFrame(
        {
            "cvegeo": ["01001", "01002", "02004", "14039"],
            "name": ["Alpha", "Beta", "Gamma", "Delta"],
            "cve_ent": ["01", "01", "02", "14"],
            "state": ["One", "One", "Two", "Fourteen"],
            "population": [10, 20, 30, 40],
            "area_km2": [1.0, 2.0, 3.0, 4.0],
            "lon": [0.5, 1.5, 0.5, 1.5],
            "lat": [1.5, 1.5, 0.5, 0.5],
        },
        geometry=outlines,
        crs="EPSG:4326",
    )
    states = gpd.GeoDataFrame(
        {"cve_ent": ["01", "02", "14"], "name": ["One", "Two", "Fourteen"], "also": ["", "TW;Zwei", ""]},
        geometry=squares((0, 1), (0, 0), (1, 0)),
        crs="EPSG:4326",
    )
    empty = gpd.GeoDataFrame({"name": pd.array([], dtype="str")}, geometry=[], crs="EPSG:4326")
    links = scipy.sparse.csr_array([[0.0, 1, 1, 1], [1, 0, 1, 1], [1, 1, 0, 1], [1, 1, 1, 0]])
    cities = empty.assign(cvegeo=pd.array([], dtype="str"))
    crosswalk = pd.DataFrame(
        {
            "cvegeo": ["01003", "01003", "02009"],
            "name": ["Epsilon", "Epsilon", "Gamma"],
            "parent": ["01001", "01002", "02004"],
            "share": [0.25, 0.75, 1.0],
            "kind": ["younger", "younger", "key"],
        },
    )
    country = dataclasses.replace(pack.PLAIN, total="000", unspecified="999")
    return territory.Territory(Path(), "0" * 12, municipalities, states, empty, cities, links, crosswalk, country)


@pytest.fixture(scope="session")
def small_territory() -> territory.Territory:
    """Four unit squares in two rows."""
    return four_squares()


@pytest.fixture(scope="session")
def observed(mexico: territory.Territory) -> observations.Observations:
    """The shipped observations, checked against the shipped geography."""
    return observations.load(place=mexico)


@pytest.fixture(scope="session")
def shipped(mexico: territory.Territory, observed: observations.Observations) -> scenario.Scenario:
    """The shipped scenario."""
    return scenario.load(scenario.find("ssa"), mexico, indicators=frozenset(observed.indicators["indicator_id"]))


@pytest.fixture
def small_folder(tmp_path: Path) -> Path:
    """A scenario of two zones on the four squares, without a fault."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "roadmap.toml").write_text(ROADMAP, encoding="utf-8")
    (folder / "zones.csv").write_text(ZONES, encoding="utf-8")
    for name in ("model.toml", "rules.toml"):
        shutil.copy(synthetic.FROZEN / name, folder / name)
    return folder


def checked(faults: tuple[errors.Fault, ...]) -> list[tuple[object, ...]]:
    """Faults as (file, row, column, value, key, values), once every key and value name is a listed one."""
    for fault in faults:
        assert fault.key in errors.FAULTS, fault
        assert set(fault.values) == set(errors.FAULTS[fault.key]), fault
    return [(f.file, f.row, f.column, f.value, f.key, dict(f.values)) for f in faults]


@pytest.fixture(scope="session")
def faults_of() -> Callable[[Callable[[], object]], list[tuple[object, ...]]]:
    """Call something that must raise, and return its faults as plain tuples."""

    def run(load: Callable[[], object]) -> list[tuple[object, ...]]:
        with pytest.raises(errors.ScenarioError) as caught:
            load()
        assert len(str(caught.value).splitlines()) >= 1
        return checked(caught.value.faults)

    return run
