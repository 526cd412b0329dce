"""Whatever value a range allows can be loaded and projected, at both of its ends."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo import border, coverage, grid, territory
from roadmap.border import crossings, sensors, upgrades
from roadmap.model import baseline, dynamics, forces
from roadmap.plan import parameters, scenario
from roadmap.record import observations, rules
from tests.roadmap import synthetic

LAST = synthetic.LAST_MONTH

SHIPPED = scenario.DEFAULT_ROOT / scenario.DEFAULT
ENDS = ("low", "high")
SINGLE = {each.name: each.metadata for each in dataclasses.fields(parameters.Model) if "section" in each.metadata}
BY_PHASE = {each.name: each.metadata for each in dataclasses.fields(parameters.PhaseSettings)}
Arrays = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def borders() -> border.Border:
    """The shipped borders."""
    return border.load()


@pytest.fixture(scope="module")
def placed(observed: observations.Observations, borders: border.Border) -> pd.DataFrame:
    """The observed crossings on their lines."""
    return crossings.place(observed.crossings, borders)


@pytest.fixture(scope="module")
def strip(borders: border.Border) -> grid.Grid:
    """The shipped strip."""
    return grid.strip(borders.watched)


@pytest.fixture(scope="module")
def country() -> tuple[territory.Territory, observations.Observations, synthetic.Plan, forces.Inputs]:
    """Six places in two states, one in a zone, with money and all other inputs."""
    place = synthetic.land(synthetic.chain(6), population=[1, 10, 100, 1000, 0, 5], states=["01"] * 3 + ["02"] * 3)
    figures = synthetic.figures(rates={"01": 10.0, "02": 80.0}, listed=["01002"], crossings=[(0.5, 1.0, 10, None)])
    everywhere = np.ones((LAST + 1, 6))
    full = forces.Inputs(money=everywhere, coverage=everywhere)
    return place, figures, synthetic.Plan([synthetic.zone(("01002", 3, None), units=2)]), full


Country = tuple[territory.Territory, observations.Observations, synthetic.Plan, forces.Inputs]


def require_finite(found: dynamics.Projection) -> None:
    assert ((found.score >= 0.0) & (found.score <= 1.0)).all()
    for name, array in vars(found).items():
        if isinstance(array, np.ndarray):
            assert np.isfinite(array).all(), name


def settings() -> Iterator[tuple[str, parameters.Model]]:
    """The frozen parameters with one, or all, at an end of its range."""
    frozen = synthetic.frozen_model()
    for end in ENDS:
        for name, each in SINGLE.items():
            yield f"{name}-{end}", dataclasses.replace(frozen, **{name: each[end]})
        for name, each in BY_PHASE.items():
            phased = tuple(dataclasses.replace(phase, **{name: each[end]}) for phase in frozen.phases)
            yield f"phase.{name}-{end}", dataclasses.replace(frozen, phases=phased)
        phase = parameters.PhaseSettings(**{name: each[end] for name, each in BY_PHASE.items()})
        single = {name: each[end] for name, each in SINGLE.items()}
        yield f"all-{end}", dataclasses.replace(frozen, phases=(phase,) * len(synthetic.PHASES), **single)


SETTINGS = dict(settings())


@pytest.mark.parametrize("name", SETTINGS)
def test_each_parameter_of_the_model(name: str, country: Country) -> None:
    place, figures, plan, full = country
    for inputs in (None, full):
        require_finite(dynamics.project(place, plan, figures, SETTINGS[name], inputs))


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("name", [name for name, each in SINGLE.items() if each["section"] == "baseline"])
def test_each_parameter_of_the_baseline_on_the_whole_territory(
    name: str, end: str, mexico: territory.Territory, observed: observations.Observations
) -> None:
    changed = dataclasses.replace(synthetic.frozen_model(), **{name: SINGLE[name][end]})
    score = baseline.solve(mexico, observed, changed).score
    assert ((score >= 0.0) & (score <= 1.0)).all()


@pytest.mark.parametrize("end", ENDS)
def test_what_the_border_hands_to_the_model(
    end: str,
    mexico: territory.Territory,
    borders: border.Border,
    placed: pd.DataFrame,
    strip: grid.Grid,
) -> None:
    distance = SINGLE["border_distance"][end]
    found = sensors.read(SHIPPED / sensors.FILE, borders, placed).require().sensors[:1]
    improved = upgrades.read(SHIPPED / upgrades.FILE, borders, placed, last_month=LAST).require()
    covered = coverage.compute(found, borders, strip, months=LAST + 1)
    inputs = {
        "coverage": sensors.coverage_input(covered, borders, mexico, distance),
        "inspection": upgrades.inspection_input(improved, placed, mexico, distance),
        "capacity": upgrades.capacity_input(improved, mexico, distance),
    }
    for name, array in inputs.items():
        assert ((array >= 0.0) & (array <= 1.0)).all(), name
        assert array.max() > 0.0, name
    assert forces.Inputs(**inputs).filled(LAST + 1, len(mexico.municipalities)).keys() >= inputs.keys()


def test_a_faded_mean_where_every_place_is_too_far_for_a_number() -> None:
    near = np.array([[1.0, 0.5], [0.0, 0.0]])
    found = crossings.faded_mean(near, np.array([1.0, 1.0]), np.array([[1.0, 0.5]]))
    assert found == pytest.approx(np.array([[1.25 / 1.5, 0.0]]))


RULES = [
    ("change", "months_held", "1"),
    ("change", "months_held", "60"),
    ("confidence", "boundary_margin", "0.0"),
    ("confidence", "boundary_margin", "0.1"),
    ("confidence", "firm_months", "0"),
    ("confidence", "firm_months", "60"),
]


@pytest.mark.parametrize(("table", "name", "value"), RULES)
def test_each_number_of_the_rule(
    table: str, name: str, value: str, small_folder: Path, small_territory: territory.Territory
) -> None:
    path = small_folder / "rules.toml"
    text, count = re.subn(rf"(?m)^{name} = .*$", f"{name} = {value}", path.read_text(encoding="utf-8"))
    assert (count, table in text) == (1, True)
    path.write_text(text, encoding="utf-8")
    found = scenario.load(small_folder, small_territory).rules
    assert str(getattr(found, name)) == value
    classes = np.arange(61 * 4, dtype=np.int8).reshape(61, 4) % 5
    for month in (0, 1, 60):
        assert set(rules.change(classes, month, rules=found)) <= set(rules.CHANGES.values())


SENSOR = {
    "id": "a",
    "sector": "tucson",
    "technology": "integrated_tower",
    "from_km": "500",
    "to_km": "500.5",
    "crossing": "",
    "units": "8",
    "first_month": "0",
    "failure_month": "",
    "range_km": "10",
    "p_zero": "0.9",
    "p_range": "0.3",
    "mast_m": "30",
    "basis": "invented",
}
SENSOR_ENDS: list[dict[str, str]] = [
    {"units": "1"},
    {"units": str(sensors.MOST_UNITS)},
    {"first_month": "60"},
    {"failure_month": "1"},
    {"failure_month": "60"},
    {"range_km": str(sensors.LEAST_RANGE_KM)},
    {"range_km": str(sensors.MOST_RANGE_KM)},
    {"p_zero": "0", "p_range": "0"},
    {"p_zero": "1", "p_range": "0"},
    {"p_zero": "1", "p_range": "1"},
    {"mast_m": "0"},
    {"mast_m": str(sensors.MOST_MAST_M)},
    {"to_km": "500"},
    {"from_km": "0", "to_km": "0", "sector": "san-diego"},
]


@pytest.mark.parametrize("cells", SENSOR_ENDS, ids=str)
def test_each_number_of_a_sensor(
    cells: dict[str, str],
    tmp_path: Path,
    borders: border.Border,
    placed: pd.DataFrame,
    strip: grid.Grid,
) -> None:
    path = tmp_path / sensors.FILE
    path.write_text(",".join(SENSOR) + "\n" + ",".join((SENSOR | cells).values()) + "\n")
    found = coverage.compute(sensors.read(path, borders, placed).require().sensors, borders, strip, months=LAST + 1)
    for name in ("sector", "state"):
        assert np.isfinite(coverage.shares(found, borders, name).select_dtypes("number").to_numpy()).all()
    assert np.isfinite(coverage.totals(found).to_numpy()).all()
    assert ((found.line_detection >= 0.0) & (found.line_detection <= 1.0)).all()


UPGRADES = [
    "u,us-otay-mesa,expanded_lanes,,,0,1,,invented",
    f"u,us-otay-mesa,expanded_lanes,,,60,{upgrades.MOST_LANES},,invented",
    "u,us-otay-mesa,southbound_inspection,,,0,,0,invented",
    "u,us-otay-mesa,southbound_inspection,,,0,,1,invented",
    "u,,new_crossing,0,A bridge,0,1,,invented",
]


@pytest.mark.parametrize("row", UPGRADES)
def test_each_number_of_an_upgrade(
    row: str, tmp_path: Path, borders: border.Border, placed: pd.DataFrame, mexico: territory.Territory
) -> None:
    path = tmp_path / upgrades.FILE
    path.write_text(",".join(upgrades.COLUMNS) + "\n" + row + "\n")
    found = upgrades.read(path, borders, placed, last_month=LAST).require()
    inspection = upgrades.inspection_input(found, placed, mexico, 100.0)
    capacity = upgrades.capacity_input(found, mexico, 100.0)
    for array in (inspection, capacity, upgrades.totals(found, placed).to_numpy(dtype=np.float64)):
        assert np.isfinite(array).all()
