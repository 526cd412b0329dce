"""Coverage: counted by hand on nine cells, always within bounds, and unchanged where nothing changes."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

import geopandas as gpd
import hypothesis
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from hypothesis import strategies as st

from geo import border, coverage, errors, grid, sensing, terrain, viewshed
from tests.geo import toys

# Nine cells of a kilometre; the line runs through the middle row from west to east, 3 km long:
#   0 1 2
#   3 4 5   <- the line, at y = 1500 m
#   6 7 8
CELLS = toys.all_cells(3, 3)
BORDER = toys.straight_border((0.0, 1500.0), (3000.0, 1500.0), parts=3)
# A device in the middle cell, and a cable from the middle of cell 3 to that of cell 4.
DEVICE = sensing.Sensor("device", 1.5, 1.5, 2, range_km=1.2, p_zero=0.8, p_range=0.2, units=1)
CABLE = sensing.Sensor("cable", 0.5, 1.5, 4, range_km=1.1, p_zero=0.5, p_range=0.5, failure_month=6)
# A kilometre is 5/6 of its range: 0.2 + 0.6 * (1 - 25/36).
NEXT = 0.2 + 0.6 * (1.0 - 25.0 / 36.0)


def computed(*sensors: sensing.Sensor, months: int = 8) -> coverage.Coverage:
    return coverage.compute(sensors, BORDER, CELLS, months=months)


class TestByHand:
    def test_one_device(self) -> None:
        found = computed(DEVICE).detection(2).reshape(3, 3)
        assert found == pytest.approx(np.array([[0, NEXT, 0], [NEXT, 0.8, NEXT], [0, NEXT, 0]]))

    def test_a_cable_reaches_to_both_sides_and_beyond_its_ends(self) -> None:
        found = computed(CABLE).detection(4).reshape(3, 3)
        assert found == pytest.approx(np.array([[0.5, 0.5, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0]]))

    def test_two_sensors_miss_together_what_both_miss(self) -> None:
        found = computed(DEVICE, CABLE).detection(4).reshape(3, 3)
        both = 1.0 - (1.0 - NEXT) * 0.5
        assert found == pytest.approx(np.array([[0.5, both, 0], [both, 0.9, both], [0.5, both, 0]]))
        assert computed(DEVICE, CABLE).sensors(4).reshape(3, 3).tolist() == [[1, 2, 0], [2, 2, 2], [1, 2, 0]]

    def test_months_before_during_and_after(self) -> None:
        found = computed(DEVICE, CABLE)
        middle = [found.detection(month)[4] for month in range(8)]
        assert middle == pytest.approx([0, 0, 0.8, 0.8, 0.9, 0.9, 0.8, 0.8])
        assert [change.month for change in found.changes] == [2, 4, 6]
        # Only the cells of the cable change when it comes and when it fails.
        assert found.changes[1].cells.tolist() == found.changes[2].cells.tolist() == [0, 1, 3, 4, 5, 6, 7]

    def test_the_share_of_the_line_by_sector(self) -> None:
        shares = coverage.shares(computed(DEVICE, CABLE), BORDER, "sector").set_index(["month", "key"])
        assert shares.loc[(2, "a"), "detection"] == pytest.approx(NEXT)
        by_month = [shares.loc[month, "share"].tolist() for month in (1, 2, 4)]
        assert by_month == [[0, 0, 0], [0, 1, 0], [1, 1, 1]]
        assert shares["length_km"].unique() == pytest.approx([1.0])

    def test_shares_by_state_are_those_of_their_municipalities(self) -> None:
        found = computed(DEVICE, CABLE)
        states = coverage.shares(found, BORDER, "state")
        assert states["key"].unique().tolist() == ["01", "02", "03"]
        by_municipality = coverage.shares(found, BORDER, "municipality")
        assert states["covered_km"].tolist() == by_municipality["covered_km"].tolist()

    def test_gaps_and_overlaps_add_up_to_the_line(self) -> None:
        totals = coverage.totals(computed(DEVICE, CABLE))
        assert totals.index.tolist() == list(range(8))
        assert totals[["gap_km", "single_km", "overlap_km"]].iloc[[0, 2, 4, 6]].to_numpy() == pytest.approx(
            np.array([[3, 0, 0], [0, 3, 0], [0, 0, 3], [0, 3, 0]])
        )
        assert totals["covered_km"].iloc[[0, 2, 4, 6]].to_numpy() == pytest.approx([0, 1, 3, 1])
        assert totals["detection"].iloc[2] == pytest.approx((0.8 + 2 * NEXT) / 3)

    def test_masts_stand_evenly(self) -> None:
        assert dataclasses.replace(DEVICE, from_km=0.0, to_km=3.0, units=3).sites().tolist() == [0.5, 1.5, 2.5]
        assert CABLE.sites().size == 0

    def test_masts_of_one_sensor_act_independently(self) -> None:
        three = dataclasses.replace(DEVICE, from_km=0.0, to_km=3.0, units=3)
        found = computed(three).detection(2).reshape(3, 3)
        assert found[1] == pytest.approx([1 - 0.2 * (1 - NEXT), 1 - 0.2 * (1 - NEXT) ** 2, 1 - 0.2 * (1 - NEXT)])
        assert computed(three).sensors(2).tolist() == [1] * 9

    def test_a_certain_sensor_leaves_nothing_to_miss_and_may_fail(self) -> None:
        sure = dataclasses.replace(CABLE, p_zero=1.0, p_range=1.0)
        found = computed(sure, DEVICE)
        assert found.detection(5)[4] == 1.0
        assert found.detection(6)[4] == computed(DEVICE).detection(6)[4]

    def test_without_sensors_nothing_is_detected(self) -> None:
        found = computed()
        assert found.detection(7).tolist() == [0.0] * 9
        assert coverage.totals(found)["gap_km"].tolist() == pytest.approx([3.0] * 8)

    def test_a_low_mast_sees_to_its_horizon_only(self) -> None:
        wide = toys.all_cells(1, 60)
        along = toys.straight_border((0.0, 500.0), (60_000.0, 500.0))
        mast = sensing.Sensor("mast", 0.5, 0.5, 0, range_km=50.0, p_zero=0.5, p_range=0.5, units=1, mast_m=4.0)
        reached = coverage.compute([mast], along, wide, months=1).detection(0) > 0.0
        horizon = viewshed.horizon(4.0, target=sensing.TARGET_METRES)
        assert reached.sum() == 1 + int(horizon // 1000.0) == 14


def test_means_over_areas_weigh_the_parts_of_cells() -> None:
    # All of the middle cell and half of the one east of it; and an area elsewhere.
    areas = gpd.GeoSeries([shapely.box(1000, 1000, 2500, 2000), shapely.box(9000, 9000, 9500, 9500)], index=["m", "x"])
    found = coverage.means(computed(DEVICE), areas.set_crs(CELLS.crs), [0, 2])
    assert found.columns.tolist() == ["strip_km2", 0, 2]
    assert found.loc["m"].tolist() == pytest.approx([1.5, 0.0, (0.8 + 0.5 * NEXT) / 1.5])
    assert found.loc["x", "strip_km2"] == 0.0
    assert found.loc["x", [0, 2]].isna().all()


@pytest.mark.parametrize("month", [-1, 8, 61])
def test_a_month_that_is_not_there_is_refused(month: int) -> None:
    with pytest.raises(errors.GeographyError, match="from 0 to 7"):
        computed(DEVICE).detection(month)


@pytest.mark.parametrize(
    "changes",
    [
        {"from_km": -0.1},
        {"to_km": 3.1},
        {"from_km": 1.6},
        {"range_km": 0.0},
        {"range_km": -1.0},
        {"p_zero": 1.1},
        {"p_range": -0.1},
        {"p_range": 0.9},
        {"units": 0},
        {"units": None, "mast_m": 5.0},
        {"mast_m": -1.0},
        {"failure_month": 2},
        {"p_zero": float("nan")},
    ],
)
def test_a_sensor_out_of_range_is_refused(changes: dict[str, float]) -> None:
    with pytest.raises(errors.GeographyError, match="device"):
        computed(dataclasses.replace(DEVICE, **changes))


def test_two_sensors_of_one_name_are_refused() -> None:
    with pytest.raises(errors.GeographyError, match="own id"):
        computed(DEVICE, dataclasses.replace(CABLE, id="device"))


@st.composite
def sensors(draw: st.DrawFn, name: str = "s") -> sensing.Sensor:
    """Any sound sensor on the 3 km line."""
    start, end = sorted((draw(st.floats(0.0, 3.0)), draw(st.floats(0.0, 3.0))))
    low, high = sorted((draw(st.floats(0.0, 1.0)), draw(st.floats(0.0, 1.0))))
    first = draw(st.integers(0, 6))
    units = draw(st.none() | st.integers(1, 4))
    return sensing.Sensor(
        name,
        start,
        end,
        first,
        range_km=draw(st.floats(0.1, 3.0)),
        p_zero=high,
        p_range=low,
        failure_month=draw(st.none() | st.integers(first + 1, 8)),
        units=units,
        mast_m=None if units is None else draw(st.none() | st.floats(0.0, 50.0)),
    )


@st.composite
def several(draw: st.DrawFn) -> list[sensing.Sensor]:
    """Up to five sensors with different names."""
    return [draw(sensors(f"s{number}")) for number in range(draw(st.integers(0, 5)))]


class TestAlways:
    @hypothesis.given(several())
    @hypothesis.settings(max_examples=25)
    def test_detection_is_a_probability_and_the_line_reads_its_cells(self, given: list[sensing.Sensor]) -> None:
        found = computed(*given)
        for month in range(8):
            detection = found.detection(month)
            assert detection.min() >= 0.0
            assert detection.max() <= 1.0
            assert set(found.line_detection[month]) <= set(detection)
        totals = coverage.totals(found)
        assert totals[["gap_km", "single_km", "overlap_km"]].sum(axis=1).to_numpy() == pytest.approx([3.0] * 8)

    @hypothesis.given(several(), sensors("a-new-one"))
    @hypothesis.settings(max_examples=25)
    def test_a_further_sensor_lowers_no_cell(self, given: list[sensing.Sensor], new: sensing.Sensor) -> None:
        without, with_it = computed(*given), computed(*given, new)
        for month in range(8):
            assert (with_it.detection(month) >= without.detection(month)).all()

    @hypothesis.given(several(), st.randoms())
    @hypothesis.settings(max_examples=20)
    def test_the_order_of_sensors_changes_nothing(self, given: list[sensing.Sensor], random: st.DataObject) -> None:
        turned = list(given)
        random.shuffle(turned)
        one, other = computed(*given), computed(*turned)
        for month in range(8):
            assert (one.detection(month) == other.detection(month)).all()

    @hypothesis.given(several())
    @hypothesis.settings(max_examples=20)
    def test_months_computed_in_turn_are_months_computed_alone(self, given: list[sensing.Sensor]) -> None:
        found = computed(*given)
        for month in range(8):
            serving = [dataclasses.replace(s, first_month=0, failure_month=None) for s in given if s.serves(month)]
            alone = computed(*serving, months=1)
            assert (found.detection(month) == alone.detection(0)).all()
            assert (found.sensors(month) == alone.sensors(0)).all()

    @hypothesis.given(several())
    @hypothesis.settings(max_examples=20)
    def test_only_cells_of_sensors_that_turn_are_computed(self, given: list[sensing.Sensor]) -> None:
        found = computed(*given)
        for before, change in itertools.pairwise([None, *found.changes]):
            turned = [s for s in given if change.month in (s.first_month, s.failure_month)]
            reached = [computed(dataclasses.replace(s, first_month=0, failure_month=None)).sensors(0) for s in turned]
            assert change.cells.tolist() == np.flatnonzero(np.sum(reached, axis=0)).tolist()
            assert before is None or before.month < change.month


class TestTerrain:
    @pytest.fixture
    def walled(self, tmp_path: Path) -> Path:
        """A plain at 100 m with a wall of 400 m along x = 10 km, in cells of 100 m."""
        heights = np.full((210, 210), 100.0, dtype=np.float32)
        heights[:, 104:107] = 400.0
        transform = rasterio.Affine(100.0, 0.0, -500.0, 0.0, -100.0, 20_500.0)
        profile = {"driver": "GTiff", "height": 210, "width": 210, "count": 1, "dtype": "float32"}
        path = tmp_path / "walled.tif"
        with rasterio.open(path, "w", crs=toys.PROJECTION, transform=transform, **profile) as dataset:
            dataset.write(heights, 1)
        return path

    @pytest.fixture
    def strip(self) -> tuple[border.Border, grid.Grid]:
        """A line of 20 km through 20 by 20 cells of a kilometre."""
        return toys.straight_border((0.0, 10_000.0), (20_000.0, 10_000.0)), toys.all_cells(20, 20)

    MAST = sensing.Sensor("mast", 5.5, 5.5, 0, range_km=12.0, p_zero=0.9, p_range=0.3, units=1, mast_m=30.0)

    def test_a_wall_hides_what_is_behind_it(self, walled: Path, strip: tuple[border.Border, grid.Grid]) -> None:
        seen = coverage.compute([self.MAST], *strip, heights=terrain.load(walled), months=1)
        open_ground = coverage.compute([self.MAST], *strip, months=1)
        hidden = seen.detection(0).reshape(20, 20)
        free = open_ground.detection(0).reshape(20, 20)
        assert seen.on_terrain
        assert not open_ground.on_terrain
        assert (hidden[:, :10] == free[:, :10]).all()
        assert (free[9, 11:17] > 0.0).all()
        assert (hidden[:, 11:] == 0.0).all()

    def test_a_cable_does_not_mind_the_wall(self, walled: Path, strip: tuple[border.Border, grid.Grid]) -> None:
        cable = sensing.Sensor("cable", 5.0, 15.0, 0, range_km=2.0, p_zero=0.6, p_range=0.6)
        over = coverage.compute([cable], *strip, heights=terrain.load(walled), months=1)
        assert (over.detection(0) == coverage.compute([cable], *strip, months=1).detection(0)).all()

    def test_a_mast_beyond_the_terrain_gets_the_horizon_and_is_counted(
        self, walled: Path, strip: tuple[border.Border, grid.Grid]
    ) -> None:
        shifted = walled.with_name("west.tif")
        with rasterio.open(walled) as source:
            profile = source.profile | {"width": 90}
            with rasterio.open(shifted, "w", **profile) as dataset:
                dataset.write(source.read(1)[:, :90], 1)
        heights = terrain.load(shifted)
        far = dataclasses.replace(self.MAST, id="far", from_km=15.5, to_km=15.5)
        found = coverage.compute([self.MAST, far], *strip, heights=heights, months=1)
        assert found.voids == {"far": 1}
        alone = coverage.compute([far], *strip, months=1).detection(0)
        assert (found.detection(0) >= alone).all()
        with pytest.raises(terrain.TerrainError, match="terrain_elsewhere"):
            coverage.compute([far], *strip, heights=heights, months=1)

    def test_many_masts_are_read_in_parts(
        self, walled: Path, strip: tuple[border.Border, grid.Grid], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row = dataclasses.replace(self.MAST, from_km=0.0, to_km=20.0, units=5, range_km=4.0)
        whole = coverage.compute([row], *strip, heights=terrain.load(walled), months=1).detection(0)
        monkeypatch.setattr(sensing, "_SURFACE_CELLS", 1000)
        parted = coverage.compute([row], *strip, heights=terrain.load(walled), months=1).detection(0)
        assert (whole == parted).mean() > 0.99

    def test_progress_is_told(self, strip: tuple[border.Border, grid.Grid]) -> None:
        told: list[tuple[int, int]] = []
        coverage.compute(
            [self.MAST, dataclasses.replace(self.MAST, id="other")],
            *strip,
            months=1,
            progress=lambda done, total: told.append((done, total)),
        )
        assert told == [(1, 2), (2, 2)]


def test_a_grid_for_another_line_is_refused() -> None:
    elsewhere = toys.straight_border((0.0, 99_500.0), (3000.0, 99_500.0))
    with pytest.raises(errors.GeographyError, match="outside the grid"):
        coverage.compute([], elsewhere, CELLS, months=1)


def test_shares_are_on_one_row_a_part_and_month() -> None:
    found = computed(DEVICE)
    frame = coverage.shares(found, BORDER, "sector")
    assert not frame.duplicated(["key", "month"]).any()
    assert len(frame) == 3 * 8
    whole = frame.groupby("month")[["length_km", "covered_km"]].sum()
    totals = coverage.totals(found)
    pd.testing.assert_series_equal(whole["covered_km"], totals["covered_km"], check_index_type=False)
