"""Sensors and upgrades: what is wrong is listed, the rest is used, and the model gets what it takes."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import ClassVar

import geopandas as gpd
import hypothesis
import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st

from geo import border, coverage, grid, territory
from roadmap import errors
from roadmap.border import crossings, sensors, upgrades
from roadmap.model import dynamics, forces
from roadmap.plan import scenario
from roadmap.record import observations
from tests.roadmap import synthetic

LAST = synthetic.LAST_MONTH

SHIPPED = scenario.DEFAULT_ROOT / scenario.DEFAULT
SENSORS = ",".join(sensors.COLUMNS) + "\n"
UPGRADES = ",".join(upgrades.COLUMNS) + "\n"
TOWER = "t1,tucson,integrated_tower,450,550,,8,12,,10,0.9,0.3,30,invented\n"
CABLE = "c1,laredo,fibre_acoustic,2500,2560,,,14,40,1.2,0.8,0.4,,invented\n"
SCANNER = "s1,san-diego,port_scanner,,,us-otay-mesa,1,9,,0.6,0.9,0.5,,invented\n"
LANES = "u1,us-otay-mesa,expanded_lanes,,,16,4,,invented\n"
NEW = "u2,,new_crossing,1185,A new bridge,44,6,,invented\n"
SOUTH = "u3,us-pharr,southbound_inspection,,,10,,0.05,invented\n"


@pytest.fixture(scope="session")
def borders() -> border.Border:
    """The shipped borders."""
    return border.load()


@pytest.fixture(scope="session")
def placed(observed: observations.Observations, borders: border.Border) -> pd.DataFrame:
    """The observed crossings on their lines."""
    return crossings.place(observed.crossings, borders)


@pytest.fixture(scope="session")
def strip(borders: border.Border) -> grid.Grid:
    """The shipped strip."""
    return grid.strip(borders.watched)


@pytest.fixture(scope="session")
def ours(borders: border.Border, placed: pd.DataFrame) -> sensors.Sensors:
    """The shipped sensors."""
    return sensors.read(SHIPPED / sensors.FILE, borders, placed, last_month=LAST).require()


@pytest.fixture(scope="session")
def bettered(borders: border.Border, placed: pd.DataFrame) -> upgrades.Upgrades:
    """The shipped upgrades."""
    return upgrades.read(SHIPPED / upgrades.FILE, borders, placed, last_month=LAST).require()


@pytest.fixture(scope="session")
def covered(ours: sensors.Sensors, borders: border.Border, strip: grid.Grid) -> coverage.Coverage:
    """Coverage of the shipped sensors."""
    return coverage.compute(ours.sensors, borders, strip, months=LAST + 1)


@pytest.fixture(scope="session")
def arrays(
    covered: coverage.Coverage,
    bettered: upgrades.Upgrades,
    borders: border.Border,
    placed: pd.DataFrame,
    mexico: territory.Territory,
    shipped: scenario.Scenario,
) -> dict[str, np.ndarray]:
    """What sensors and upgrades put into the model."""
    distance = shipped.model.border_distance
    return {
        "coverage": sensors.coverage_input(covered, borders, mexico, distance),
        "inspection": upgrades.inspection_input(bettered, placed, mexico, distance),
        "capacity": upgrades.capacity_input(bettered, mexico, distance),
    }


class TestCrossings:
    def test_they_stand_on_their_lines_in_order(
        self, placed: pd.DataFrame, observed: observations.Observations
    ) -> None:
        assert sorted(placed.index) == sorted(observed.crossings["id"])
        for name in ("us", "gt", "bz"):
            own = placed[placed["border"] == name]
            assert own["km"].is_monotonic_increasing
            assert own["distance_km"].max() < 3.0
        assert (placed["sector"] != "").tolist() == (placed["border"] == "us").tolist()

    @pytest.mark.parametrize(
        ("name", "sector"),
        [
            ("us-otay-mesa", "san-diego"),
            ("us-calexico-east", "el-centro"),
            ("us-andrade", "yuma"),
            ("us-san-luis-1", "yuma"),
            ("us-nogales-mariposa", "tucson"),
            ("us-antelope-wells", "el-paso"),
            ("us-tornillo", "el-paso"),
            ("us-presidio", "big-bend"),
            ("us-eagle-pass-1", "del-rio"),
            ("us-laredo-colombia", "laredo"),
            ("us-falcon-dam", "rio-grande-valley"),
            ("us-brownsville-veterans", "rio-grande-valley"),
        ],
    )
    def test_each_lies_in_its_sector(self, placed: pd.DataFrame, name: str, sector: str) -> None:
        assert placed.loc[name, "sector"] == sector

    def test_the_traffic_of_a_port_is_shared_and_kept(
        self, placed: pd.DataFrame, observed: observations.Observations
    ) -> None:
        counted = observed.crossings[["trucks_per_year", "cars_per_year"]].sum(axis=1).sum()
        assert placed["vehicles"].sum() == pytest.approx(float(counted))
        eagle_pass = placed.loc[["us-eagle-pass-1", "us-eagle-pass-2", "us-eagle-pass-rail"], "vehicles"]
        assert eagle_pass.iloc[0] == eagle_pass.iloc[1] > 0.0
        assert eagle_pass.iloc[2] == 0.0

    def test_nearness_is_one_at_a_place_and_fades(self, small_territory: territory.Territory) -> None:
        # Alpha's point is at 0.5, 1.5; the other place a degree of latitude, 111.19 km, south of it.
        near = crossings.nearness(small_territory, np.array([0.5, 0.5]), np.array([1.5, 0.5]), 111.195)
        assert near[0] == pytest.approx([1.0, np.exp(-1.0)], rel=1e-3)

    def test_a_faded_mean_counted_by_hand(self) -> None:
        near = np.array([[1.0, 0.5], [0.25, 0.5]])
        values = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
        # Weights 1 and 2: shares 1:1 and 0.25:1 of the mean; nearest 1 and 0.5.
        expected = [[0.0, 0.0], [0.5, 0.5 * 0.25 / 1.25], [1.0, 0.5]]
        assert crossings.faded_mean(near, np.array([1.0, 2.0]), values) == pytest.approx(np.array(expected))
        assert crossings.faded_mean(near, np.array([0.0, 2.0]), values)[1].tolist() == [0.0, 0.0]
        assert crossings.faded_mean(near, np.zeros(2), values).tolist() == [[0.0, 0.0]] * 3


class TestShippedSensors:
    def test_they_are_as_many_and_as_varied_as_planned(self, ours: sensors.Sensors, borders: border.Border) -> None:
        assert 40 <= len(ours.deployments) <= 80
        assert {each.sector for each in ours.deployments} == set(borders.sectors.index)
        assert {each.technology for each in ours.deployments} == set(sensors.TECHNOLOGIES)

    def test_most_come_in_phases_two_and_three_some_in_four_and_some_fail(self, ours: sensors.Sensors) -> None:
        first = [each.sensor.first_month for each in ours.deployments]
        assert min(first) >= 7
        assert sum(7 <= month <= 36 for month in first) > 0.8 * len(first)
        assert sum(month > 36 for month in first) >= 3
        assert sum(each.sensor.failure_month is not None for each in ours.deployments) >= 5

    def test_all_are_marked_as_invented_and_stretches_are_aggregates(self, ours: sensors.Sensors) -> None:
        assert all(each.basis.startswith("invented") for each in ours.deployments)
        stretches = [each.sensor for each in ours.deployments if not each.crossing]
        assert min(sensor.to_km - sensor.from_km for sensor in stretches) >= 10.0

    def test_none_comes_before_its_kind_in_the_roadmap(self, ours: sensors.Sensors, shipped: scenario.Scenario) -> None:
        entry_of = {
            "tunnel_detection": "tunnel-detection",
            "ground_radar": "ground-radar",
            "fibre_acoustic": "sensor-networks",
            "integrated_tower": "sensor-networks",
            "port_scanner": "modern-scanners",
            "forensic_tracing": "forensic-tracing",
        }
        months = {entry.id: entry.first_month for entry in shipped.entries}
        for each in ours.deployments:
            assert each.sensor.first_month >= months[entry_of[each.technology]], each.id

    def test_the_table_holds_every_deployment(self, ours: sensors.Sensors) -> None:
        assert list(ours.table.columns) == list(sensors.COLUMNS)
        assert ours.table["id"].tolist() == [each.id for each in ours.deployments]
        at_crossing = ours.table["crossing"] != ""
        assert (ours.table["from_km"] == ours.table["to_km"]).tolist() == at_crossing.tolist()

    def test_coverage_grows_from_nothing_and_falls_where_sensors_fail(self, covered: coverage.Coverage) -> None:
        share = coverage.totals(covered)["share"]
        assert share[0] == 0.0
        assert 0.1 < share[18] < share[36] < 0.7
        assert (share.diff() < 0.0).any()

    def test_the_line_is_covered_where_masts_stand_and_not_elsewhere(
        self, ours: sensors.Sensors, covered: coverage.Coverage
    ) -> None:
        km = covered.samples.km
        tower = next(each.sensor for each in ours.deployments if each.id == "tucson-tower-1")
        within = (km > tower.from_km) & (km < tower.to_km)
        assert (covered.line_detection[tower.first_month, within] > 0.5).mean() > 0.95
        assert (covered.line_detection[tower.first_month - 1, within] == 0.0).all()
        assert covered.line_detection[60, (km > 1800) & (km < 1950)].max() == 0.0


LINE = {"length_km": 3154.8}
YUMA = {"sector": "yuma", "low": 208.7, "high": 407.6}
RANGE = {"low": 0.4, "high": 25.0}
SHARE = {"low": 0.0, "high": 1.0}
MONTHS = {"low": 0, "high": 60}
AT_CROSSING = {"from_km": "", "to_km": "", "technology": "port_scanner"}
MAST = {"technology": "integrated_tower", "units": "4", "mast_m": "30"}
EXPANDED, SCANNERS = {"kind": "expanded_lanes"}, {"kind": "scanners", "lanes": "", "inspected": "0.1"}
BRIDGE = {"kind": "new_crossing", "crossing": "", "at_km": "2900", "name": "Bridge"}
VEHICLES = ("car", "bus", "truck")


def row_of(columns: tuple[str, ...], good: dict[str, str], changes: dict[str, str]) -> str:
    """A row as text: a good one with some cells changed."""
    text = io.StringIO()
    csv.DictWriter(text, columns, restval="", lineterminator="\n").writerow(good | changes)
    return text.getvalue()


def assert_one_fault(
    faults: tuple[errors.Fault, ...], place: tuple[str, str, str], key: str, values: dict[str, object] | None
) -> None:
    """Check file, column and value, key and values of the only fault, in row 3; None for long lists."""
    (fault,) = faults
    assert (fault.file, fault.row, fault.column, fault.value, fault.key) == (place[0], 3, *place[1:], key)
    assert set(fault.values) == set(errors.FAULTS[key])
    assert values is None or dict(fault.values) == values


class TestFaultyRows:
    """One faulty row between two good ones: the fault is listed, and only the good rows are used."""

    SENSOR: ClassVar = {
        "id": "x",
        "sector": "tucson",
        "technology": "fibre_acoustic",
        "from_km": "450",
        "to_km": "500",
        "first_month": "9",
        "range_km": "1",
        "p_zero": "0.8",
        "p_range": "0.4",
        "basis": "b",
    }
    UPGRADE: ClassVar = {
        "id": "x",
        "crossing": "us-pharr",
        "kind": "expanded_lanes",
        "first_month": "9",
        "lanes": "4",
        "basis": "b",
    }

    @pytest.mark.parametrize(
        ("changes", "column", "key", "values"),
        [
            ({"from_km": "-1"}, "from_km", "off_the_line", LINE),
            ({"to_km": "3155"}, "to_km", "off_the_line", LINE),
            ({"from_km": "520"}, "to_km", "not_in_order", {"other": "from_km"}),
            ({"from_km": "nan"}, "from_km", "not_finite", {}),
            ({"from_km": "km 450"}, "from_km", "number", {}),
            ({"to_km": ""}, "to_km", "empty", {}),
            # neither a stretch nor a crossing, or both
            ({"from_km": "", "to_km": ""}, "from_km", "place_needed", {}),
            ({"crossing": "us-naco"}, "crossing", "place_needed", {}),
            # sectors and crossings
            ({"sector": "texas"}, "sector", "unknown_choice", None),
            ({"sector": "yuma", "from_km": "300"}, "to_km", "outside_sector", YUMA),
            (AT_CROSSING | {"sector": "yuma", "crossing": "us-naco"}, "crossing", "outside_sector", YUMA),
            (AT_CROSSING | {"crossing": "us-nacos"}, "crossing", "unknown_crossing", {"suggestion": "us-naco"}),
            (AT_CROSSING | {"crossing": "zzz"}, "crossing", "unknown_crossing", {"suggestion": ""}),
            (AT_CROSSING | {"crossing": "gt-el-ceibo"}, "crossing", "crossing_elsewhere", {"border": "gt"}),
            # ranges and probabilities
            ({"range_km": "-2"}, "range_km", "out_of_range", RANGE),
            ({"range_km": "0"}, "range_km", "out_of_range", RANGE),
            ({"p_zero": "1.2"}, "p_zero", "out_of_range", SHARE),
            ({"p_range": "-0.1"}, "p_range", "out_of_range", SHARE),
            ({"p_zero": "0.3"}, "p_range", "not_in_order", {"other": "p_zero"}),
            ({"p_zero": "0,8"}, "p_zero", "number", {}),
            # months
            ({"first_month": "20", "failure_month": "12"}, "failure_month", "fails_before_service", {"first": 20}),
            ({"first_month": "20", "failure_month": "20"}, "failure_month", "fails_before_service", {"first": 20}),
            ({"first_month": "61"}, "first_month", "month_out_of_range", MONTHS),
            ({"failure_month": "-3"}, "failure_month", "month_out_of_range", MONTHS),
            ({"first_month": "9.0"}, "first_month", "whole_number", {}),
            # masts
            (MAST | {"mast_m": ""}, "mast_m", "empty", {}),
            (MAST | {"units": ""}, "units", "empty", {}),
            ({"mast_m": "8"}, "units", "empty", {}),
            (MAST | {"units": "0"}, "units", "out_of_range", {"low": 1, "high": 500}),
            (MAST | {"mast_m": "-9"}, "mast_m", "out_of_range", {"low": 0.0, "high": 200.0}),
            # the rest
            ({"technology": "laser"}, "technology", "unknown_choice", None),
            ({"id": "X Y"}, "id", "bad_id", None),
            ({"id": ""}, "id", "empty", {}),
            ({"id": "t1"}, "id", "duplicate_id", {"first_row": 2}),
            ({"basis": ""}, "basis", "empty", {}),
        ],
    )
    def test_of_sensors(
        self,
        changes: dict[str, str],
        column: str,
        key: str,
        values: dict[str, object] | None,
        *,
        tmp_path: Path,
        borders: border.Border,
        placed: pd.DataFrame,
    ) -> None:
        path = tmp_path / sensors.FILE
        path.write_text(SENSORS + TOWER + row_of(sensors.COLUMNS, self.SENSOR, changes) + CABLE, encoding="utf-8")
        found = sensors.read(path, borders, placed, last_month=LAST)
        written = (self.SENSOR | changes).get(column, "")
        assert_one_fault(found.faults, (sensors.FILE, column, written), key, values)
        assert [each.id for each in found.deployments] == ["t1", "c1"]
        assert found.left_out == (3,)
        with pytest.raises(errors.ScenarioError):
            found.require()

    @pytest.mark.parametrize(
        ("changes", "column", "key", "values"),
        [
            ({"crossing": "us-pharrr"}, "crossing", "unknown_crossing", {"suggestion": "us-pharr"}),
            ({"crossing": ""}, "crossing", "empty", {}),
            ({"crossing": "bz-blue-creek"}, "crossing", "crossing_elsewhere", {"border": "bz"}),
            (
                {"crossing": "us-laredo-rail"},
                "crossing",
                "crossing_mode",
                {"modes": ("rail",), "needed": VEHICLES},
            ),
            (
                SCANNERS | {"crossing": "us-boquillas"},
                "crossing",
                "crossing_mode",
                {"modes": ("pedestrian",), "needed": (*VEHICLES, "rail")},
            ),
            ({"kind": "bridge"}, "kind", "unknown_choice", None),
            ({"lanes": ""}, "lanes", "empty", {}),
            ({"lanes": "-4"}, "lanes", "out_of_range", {"low": 1, "high": 60}),
            ({"inspected": "0.1"}, "inspected", "figure_not_used", EXPANDED),
            ({"at_km": "2900"}, "at_km", "figure_not_used", EXPANDED),
            ({"name": "Bridge"}, "name", "figure_not_used", EXPANDED),
            (SCANNERS | {"lanes": "4"}, "lanes", "figure_not_used", {"kind": "scanners"}),
            (SCANNERS | {"inspected": "1.1"}, "inspected", "out_of_range", SHARE),
            (SCANNERS | {"inspected": ""}, "inspected", "empty", {}),
            (BRIDGE | {"crossing": "us-pharr"}, "crossing", "figure_not_used", {"kind": "new_crossing"}),
            (BRIDGE | {"at_km": "9999"}, "at_km", "off_the_line", LINE),
            (BRIDGE | {"at_km": ""}, "at_km", "empty", {}),
            (BRIDGE | {"name": ""}, "name", "empty", {}),
            ({"first_month": "99"}, "first_month", "month_out_of_range", MONTHS),
            ({"id": "u1"}, "id", "duplicate_id", {"first_row": 2}),
        ],
    )
    def test_of_upgrades(
        self,
        changes: dict[str, str],
        column: str,
        key: str,
        values: dict[str, object] | None,
        *,
        tmp_path: Path,
        borders: border.Border,
        placed: pd.DataFrame,
    ) -> None:
        path = tmp_path / upgrades.FILE
        path.write_text(UPGRADES + LANES + row_of(upgrades.COLUMNS, self.UPGRADE, changes) + NEW, encoding="utf-8")
        found = upgrades.read(path, borders, placed, last_month=LAST)
        written = (self.UPGRADE | changes).get(column, "")
        assert_one_fault(found.faults, (upgrades.FILE, column, written), key, values)
        assert [each.id for each in found.upgrades] == ["u1", "u2"]
        assert found.left_out == (3,)
        with pytest.raises(errors.ScenarioError):
            found.require()

    def test_a_row_of_another_length_is_left_out(
        self, tmp_path: Path, borders: border.Border, placed: pd.DataFrame
    ) -> None:
        path = tmp_path / sensors.FILE
        path.write_text(SENSORS + TOWER + "x,tucson\n" + CABLE, encoding="utf-8")
        found = sensors.read(path, borders, placed, last_month=LAST)
        assert [(fault.row, fault.key) for fault in found.faults] == [(3, "cell_count")]
        assert [each.id for each in found.deployments] == ["t1", "c1"]

    def test_many_faults_are_listed_by_row(self, tmp_path: Path, borders: border.Border, placed: pd.DataFrame) -> None:
        path = tmp_path / sensors.FILE
        bad = "{},texas,laser,9999,,,0,99,-1,-1,2,3,-1,\n"
        path.write_text(SENSORS + TOWER + bad.format("x") + CABLE + bad.format("y"), encoding="utf-8")
        found = sensors.read(path, borders, placed, last_month=LAST)
        assert found.left_out == (3, 5)
        columns = [fault.column for fault in found.faults if fault.row == 3]
        assert sorted(map(str, columns)) == sorted(set(sensors.COLUMNS) - {"id", "crossing"})
        assert [fault.row for fault in found.faults] == [3] * len(columns) + [5] * len(columns)


class TestWholeTables:
    @pytest.mark.parametrize(
        ("content", "key"),
        [
            (b"", "file_empty"),
            (SENSORS.replace(",", ";").encode() + TOWER.replace(",", ";").encode(), "wrong_separator"),
            ((SENSORS.replace("p_zero", "p0") + TOWER).encode(), "missing_column"),
            ((SENSORS + TOWER).encode("utf-16"), "utf16"),
            ((SENSORS + TOWER.replace("invented", "inventé")).encode("latin-1"), "not_utf8"),
            ((SENSORS + TOWER + 'x,"tucson\n' + CABLE).encode(), "quotes"),
        ],
    )
    def test_what_cannot_be_read_is_not_used_at_all(
        self, content: bytes, key: str, tmp_path: Path, borders: border.Border, placed: pd.DataFrame
    ) -> None:
        path = tmp_path / sensors.FILE
        path.write_bytes(content)
        found = sensors.read(path, borders, placed, last_month=LAST)
        assert key in {fault.key for fault in found.faults}
        assert found.deployments == ()
        assert upgrades.read(path, borders, placed, last_month=LAST).upgrades == ()

    def test_a_further_column_is_named_and_the_rows_are_used(
        self, tmp_path: Path, borders: border.Border, placed: pd.DataFrame
    ) -> None:
        path = tmp_path / sensors.FILE
        path.write_text(SENSORS.replace("\n", ",owner\n") + TOWER.replace("\n", ",me\n"), encoding="utf-8")
        found = sensors.read(path, borders, placed, last_month=LAST)
        assert [(fault.column, fault.key) for fault in found.faults] == [("owner", "unknown_column")]
        assert [each.id for each in found.deployments] == ["t1"]
        assert found.left_out == ()

    def test_without_the_files_nothing_is_there_and_nothing_is_wrong(
        self,
        tmp_path: Path,
        borders: border.Border,
        placed: pd.DataFrame,
        strip: grid.Grid,
        mexico: territory.Territory,
    ) -> None:
        none = sensors.read(tmp_path / sensors.FILE, borders, placed, last_month=LAST).require()
        no_upgrades = upgrades.read(tmp_path / upgrades.FILE, borders, placed, last_month=LAST).require()
        assert none.deployments == ()
        assert none.table.empty
        assert upgrades.totals(no_upgrades, placed).to_numpy().sum() == 0.0
        found = coverage.compute(none.sensors, borders, strip, months=LAST + 1)
        for array in (
            sensors.coverage_input(found, borders, mexico, 120.0),
            upgrades.inspection_input(no_upgrades, placed, mexico, 120.0),
            upgrades.capacity_input(no_upgrades, mexico, 120.0),
        ):
            assert array.shape == (LAST + 1, len(mexico.municipalities))
            assert not array.any()

    def test_the_order_of_rows_changes_no_coverage(
        self, tmp_path: Path, borders: border.Border, placed: pd.DataFrame, strip: grid.Grid
    ) -> None:
        found = []
        for number, rows in enumerate((TOWER + CABLE + SCANNER, SCANNER + TOWER + CABLE)):
            path = tmp_path / f"{number}.csv"
            path.write_text(SENSORS + rows, encoding="utf-8")
            placed_there = sensors.read(path, borders, placed, last_month=LAST).require().sensors
            found.append(coverage.compute(placed_there, borders, strip, months=LAST + 1))
        assert np.array_equal(found[0].line_detection, found[1].line_detection)

    def test_a_scanner_stands_at_its_crossing(
        self, tmp_path: Path, borders: border.Border, placed: pd.DataFrame
    ) -> None:
        path = tmp_path / sensors.FILE
        path.write_text(SENSORS + SCANNER, encoding="utf-8")
        (each,) = sensors.read(path, borders, placed, last_month=LAST).require().deployments
        assert each.sensor.from_km == each.sensor.to_km == placed.loc["us-otay-mesa", "km"]

    @hypothesis.given(text=st.text(max_size=200))
    @hypothesis.settings(max_examples=60, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
    def test_no_text_breaks_the_reader(
        self, text: str, tmp_path: Path, borders: border.Border, placed: pd.DataFrame
    ) -> None:
        path = tmp_path / "any.csv"
        path.write_text(SENSORS + TOWER + text, encoding="utf-8", errors="replace")
        for fault in sensors.read(path, borders, placed, last_month=LAST).faults:
            assert set(fault.values) == set(errors.FAULTS[fault.key])
        path.write_text(UPGRADES + LANES + text, encoding="utf-8", errors="replace")
        for fault in upgrades.read(path, borders, placed, last_month=LAST).faults:
            assert set(fault.values) == set(errors.FAULTS[fault.key])


class TestUpgrades:
    @pytest.fixture
    def three(self, tmp_path: Path, borders: border.Border, placed: pd.DataFrame) -> upgrades.Upgrades:
        path = tmp_path / upgrades.FILE
        path.write_text(UPGRADES + LANES + NEW + SOUTH, encoding="utf-8")
        return upgrades.read(path, borders, placed, last_month=LAST).require()

    def test_the_shipped_ones_are_as_many_and_as_varied_as_planned(
        self, bettered: upgrades.Upgrades, shipped: scenario.Scenario
    ) -> None:
        assert 25 <= len(bettered.upgrades) <= 40
        assert {each.kind for each in bettered.upgrades} == set(upgrades.KINDS)
        assert all(each.basis.startswith("invented") for each in bettered.upgrades)
        first = [each.first_month for each in bettered.upgrades]
        assert min(first) >= 7
        assert max(first) > 36
        months = {entry.id: entry.first_month for entry in shipped.entries}
        for each in bettered.upgrades:
            entry = "more-crossings" if each.lanes else "southbound-inspections"
            assert each.first_month >= months[entry], each.id

    def test_the_state_of_crossings_in_a_month(self, three: upgrades.Upgrades, placed: pd.DataFrame) -> None:
        before, after = upgrades.state(three, placed, 9), upgrades.state(three, placed, 44)
        assert before["lanes"].sum() == 0
        assert before["inspected"].sum() == 0.0
        assert list(before.index) == list(placed.index[placed["border"] == "us"])
        assert after.loc["us-otay-mesa", ["lanes", "kinds"]].tolist() == [4, "expanded_lanes"]
        assert after.loc["us-pharr", "inspected"] == 0.05
        assert after.loc["u2", ["name", "km", "sector", "lanes"]].tolist() == ["A new bridge", 1185.0, "el-paso", 6]
        assert after["km"].is_monotonic_increasing

    def test_totals_by_month(self, three: upgrades.Upgrades, placed: pd.DataFrame) -> None:
        totals = upgrades.totals(three, placed)
        assert totals.index.tolist() == list(range(61))
        assert totals["lanes"].iloc[[0, 15, 16, 43, 44, 60]].tolist() == [0, 0, 4, 4, 10, 10]
        assert totals["new_crossings"].iloc[[43, 44]].tolist() == [0, 1]
        assert totals["equipped"].iloc[[9, 10]].tolist() == [0, 1]
        share = placed.loc["us-pharr", "vehicles"] / placed.loc[placed["border"] == "us", "vehicles"].sum()
        assert totals["inspected"][10] == pytest.approx(0.05 * share)

    def test_inspected_shares_add_up_to_one_at_most(
        self, tmp_path: Path, borders: border.Border, placed: pd.DataFrame
    ) -> None:
        path = tmp_path / upgrades.FILE
        rows = "".join(f"i{n},us-pharr,scanners,,,{n},,0.4,invented\n" for n in (1, 2, 3))
        path.write_text(UPGRADES + rows, encoding="utf-8")
        found = upgrades.read(path, borders, placed, last_month=LAST).require()
        at_pharr = [upgrades.state(found, placed, month).loc["us-pharr", "inspected"] for month in range(5)]
        assert at_pharr == pytest.approx([0.0, 0.4, 0.8, 1.0, 1.0])


class TestIntoTheModel:
    def test_they_are_what_the_model_takes(self, arrays: dict[str, np.ndarray], mexico: territory.Territory) -> None:
        n = len(mexico.municipalities)
        filled = forces.Inputs(**arrays).filled(LAST + 1, n)
        for name, array in arrays.items():
            assert array.shape == (61, n)
            assert np.array_equal(filled[name], array)
            assert not array[0].any()
            assert array[60].max() > 0.05

    def test_they_fade_with_the_distance_from_the_border(
        self, arrays: dict[str, np.ndarray], mexico: territory.Territory
    ) -> None:
        nogales, chetumal = (territory.index_of(mexico, key) for key in ("26043", "23004"))
        for array in arrays.values():
            assert array[60, chetumal] < 1e-4 < array[60, nogales]

    def test_inspection_and_capacity_never_fall(self, arrays: dict[str, np.ndarray]) -> None:
        for name in ("inspection", "capacity"):
            assert (np.diff(arrays[name], axis=0) >= -1e-12).all()

    def test_each_helps_and_none_harms(
        self,
        arrays: dict[str, np.ndarray],
        mexico: territory.Territory,
        observed: observations.Observations,
        shipped: scenario.Scenario,
    ) -> None:
        without = dynamics.project(mexico, shipped, observed, shipped.model).score
        for name, array in arrays.items():
            given = forces.Inputs(**{name: array})
            with_it = dynamics.project(mexico, shipped, observed, shipped.model, given).score
            assert (with_it >= without - 1e-12).all()
            assert (with_it[60] > without[60]).any()

    def test_capacity_counted_by_hand(self, small_territory: territory.Territory) -> None:
        # At Alpha's own point, of ten lanes all are in reach: ten of twenty.
        bridge = upgrades.Upgrade("b", upgrades.NEW, "b", "B", 0.0, 0.5, 1.5, "s", 5, 10, 0.0, "x", 2)
        found = upgrades.capacity_input(upgrades.Upgrades((bridge,), LAST), small_territory, 111.195, lanes_half=10.0)
        assert found[:, 0] == pytest.approx([0.0] * 5 + [0.5] * 56, rel=1e-5)
        # Gamma lies a degree south.
        assert found[60, 2] == pytest.approx(10 * np.exp(-1) / (10 * np.exp(-1) + 10), rel=1e-3)

    def test_inspection_counted_by_hand(self, small_territory: territory.Territory) -> None:
        places = pd.DataFrame(
            {"border": "us", "sector": "s", "lon": [0.5, 0.5], "lat": [1.5, 0.5], "vehicles": [100.0, 300.0]},
            index=pd.Index(["a", "g"], name="id"),
        )
        check = upgrades.Upgrade("c", "scanners", "a", "", 0.0, 0.5, 1.5, "s", 3, 0, 0.6, "x", 2)
        found = upgrades.inspection_input(upgrades.Upgrades((check,), LAST), places, small_territory, 111.195)
        far = np.exp(-1.0)
        assert found[2].tolist() == [0.0] * 4
        assert found[3, 0] == pytest.approx(0.6 * 100 / (100 + 300 * far), rel=1e-3)
        assert found[3, 2] == pytest.approx(0.6 * 100 * far / (100 * far + 300), rel=1e-3)


def test_symbols_of_the_equations_are_named() -> None:
    for equation in (sensors.EQUATION, upgrades.INSPECTION_EQUATION, upgrades.CAPACITY_EQUATION):
        for symbol, _ in equation.symbols:
            bare = symbol.replace(r"\bar ", "").split("_")[0]
            assert bare in equation.latex


def test_observed_crossings_may_be_few(observed: observations.Observations, borders: border.Border) -> None:
    one = gpd.GeoDataFrame(observed.crossings.iloc[:1])
    placed = crossings.place(one, borders)
    assert placed.index.tolist() == [one["id"].iloc[0]]
