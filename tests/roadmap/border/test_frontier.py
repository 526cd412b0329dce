"""The border of a scenario as one: sensors, upgrades, coverage, terrain, and what the model takes from them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import pytest
import rasterio
from numpy.typing import NDArray

from geo import border, coverage, crs, territory
from roadmap import atlas
from roadmap.border import crossings, frontier, sensors, upgrades
from roadmap.model import dynamics, effects, forces
from roadmap.plan import scenario
from roadmap.record import control, observations
from tests.roadmap import synthetic

HEAD = ",".join(sensors.COLUMNS) + "\n"
CABLE = "c1,tucson,fibre_acoustic,450,550,,,14,40,1.2,0.8,0.4,,invented\n"
TOWER = "t1,tucson,integrated_tower,600,600,,1,8,,10,0.9,0.3,30,invented\n"
UPGRADES = ",".join(upgrades.COLUMNS) + "\n"
LANES = "u1,us-otay-mesa,expanded_lanes,,,16,4,,invented\n"

FAR = ("07", "09", "12", "20", "23", "31")
"""States in the south and the middle of the country: Chiapas, Mexico City, Guerrero, Oaxaca, Quintana Roo, Yucatán."""

Load = Callable[..., frontier.Frontier]
Heights = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]


@pytest.fixture(scope="module")
def ours(plan: atlas.Atlas) -> atlas.Atlas:
    """The shipped scenario."""
    return plan


@pytest.fixture(scope="module")
def tried(ours: atlas.Atlas) -> pd.DataFrame:
    """The shipped plan with parts of the border switched off."""
    plan, line, place = ours.scenario, ours.frontier, ours.territory
    acting = atlas.inputs(line, ours.books, place, plan.model)
    return frontier.trials(line, place, plan, ours.observations, plan.model, beside=acting)


@pytest.fixture
def load(tmp_path: Path, mexico: territory.Territory, observed: observations.Observations) -> Load:
    """Load a folder of nothing but these rows of sensors, and these of upgrades."""

    def loaded(rows: str = "", improved: str = "", **given: object) -> frontier.Frontier:
        folder = tmp_path / "plan"
        folder.mkdir(exist_ok=True)
        (folder / sensors.FILE).write_text(HEAD + rows, encoding="utf-8")
        (folder / upgrades.FILE).write_text(UPGRADES + (improved or LANES), encoding="utf-8")
        return frontier.load(folder, mexico, observed, last_month=synthetic.LAST_MONTH, **given)  # type: ignore[arg-type]

    return loaded


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped scenario."""
    return Path(shutil.copytree(scenario.DEFAULT_ROOT / "ssa", tmp_path / "ssa"))


def assert_same(one: coverage.Coverage, other: coverage.Coverage) -> None:
    """Assert that two coverages agree along the line and in every cell of some months."""
    assert np.array_equal(one.line_detection, other.line_detection)
    assert np.array_equal(one.line_sensors, other.line_sensors)
    for month in (0, 14, 40, 60):
        assert np.array_equal(one.detection(month), other.detection(month))


class TestShipped:
    def test_it_loads_without_a_fault(self, ours: atlas.Atlas) -> None:
        line = ours.frontier
        assert line.faults == ()
        assert line.terrain_fault is None
        assert not line.coverage.on_terrain
        assert len(line.sensors.deployments) == _rows(sensors.FILE)
        assert len(line.upgrades.upgrades) == _rows(upgrades.FILE)

    @pytest.mark.parametrize("by", ["by_sector", "by_state"])
    def test_parts_add_up_to_the_line_in_every_month(self, by: str, ours: atlas.Atlas) -> None:
        parts, totals = getattr(ours.frontier, by), ours.frontier.totals
        assert list(totals.index) == list(range(61))
        for month in range(61):
            own, whole = parts[parts["month"] == month], totals.loc[month]
            for column in ("length_km", "covered_km"):
                assert sum(own[column]) == pytest.approx(whole[column], abs=1e-6)
            noticed = sum(own["detection"] * own["length_km"])
            assert noticed == pytest.approx(whole["detection"] * whole["length_km"], abs=1e-6)
        assert totals["length_km"].to_numpy() == pytest.approx(ours.frontier.borders.watched.length_km)
        assert totals["covered_km"][60] > 1000.0

    def test_the_parts_are_nine_sectors_and_six_states(self, ours: atlas.Atlas) -> None:
        line = ours.frontier
        now = line.by_sector.query("month == 0")
        assert list(now["key"]) == list(line.borders.sectors.index)
        assert now["length_km"].to_numpy() == pytest.approx(line.borders.sectors["length_km"].to_numpy())
        # Baja California, Sonora, Chihuahua, Coahuila, Nuevo León, Tamaulipas.
        assert list(line.by_state.query("month == 0")["key"]) == ["02", "26", "08", "05", "19", "28"]

    def test_gap_single_and_overlap_add_up(self, ours: atlas.Atlas) -> None:
        found = ours.frontier.totals
        assert (found["gap_km"] + found["single_km"] + found["overlap_km"]).to_numpy() == pytest.approx(
            found["length_km"].to_numpy()
        )
        assert (found["covered_km"] <= found["single_km"] + found["overlap_km"] + 1e-9).all()

    def test_detection_by_municipality_is_none_away_from_the_strip(self, ours: atlas.Atlas) -> None:
        found = ours.frontier.municipal_detection(ours.territory, 60)
        rows = ours.territory.municipalities
        on_the_line = rows["cvegeo"].isin(ours.frontier.borders.stretches.query("border == 'us'")["cvegeo"])
        assert np.isfinite(found[on_the_line]).all()
        assert np.isnan(found[rows["cve_ent"].isin(FAR)]).all()
        assert ((found[np.isfinite(found)] >= 0) & (found[np.isfinite(found)] <= 1)).all()


def _rows(name: str) -> int:
    return len((scenario.DEFAULT_ROOT / "ssa" / name).read_text(encoding="utf-8").splitlines()) - 1


class TestByHand:
    def test_a_cable_along_a_straight_stretch(self, load: Load) -> None:
        # 0.4 + 0.4 (1 - x^2) >= 0.5 up to x = 0.866, which is 1.04 km beyond either end of the 100.
        covered = load(CABLE).totals["covered_km"]
        assert covered[14] == pytest.approx(102.1, abs=0.8)
        assert covered.loc[:13].tolist() == [0.0] * 14
        assert set(covered.loc[14:39]) == {covered[14]}
        assert covered.loc[40:].tolist() == [0.0] * 21

    def test_it_lies_in_its_sector_and_state_alone(self, load: Load) -> None:
        line = load(CABLE)
        for found, key in ((line.by_sector, "tucson"), (line.by_state, "26")):
            now = found.query("month == 14").set_index("key")["covered_km"]
            assert now[key] == pytest.approx(line.totals["covered_km"][14])
            assert now.drop(key).sum() == 0.0

    def test_upgrades_are_counted_beside(self, load: Load) -> None:
        assert load(CABLE).passage["lanes"].iloc[[15, 16, 60]].tolist() == [0, 4, 4]

    def test_progress_is_told_up_to_the_number_of_sensors(self, load: Load) -> None:
        told: list[tuple[int, int]] = []
        load(CABLE + TOWER, progress=lambda done, total: told.append((done, total)))
        assert told == [(1, 2), (2, 2)]


class TestFaults:
    ROW = "x1,tucson,integrated_tower,{start},{end},{crossing},2,{first},{failure},{reach},{zero},{full},30,invented\n"

    @pytest.mark.parametrize(
        ("changes", "column", "value", "key"),
        [
            ({"reach": "-5"}, "range_km", "-5", "out_of_range"),
            ({"zero": "1.2"}, "p_zero", "1.2", "out_of_range"),
            ({"full": "-0.1"}, "p_range", "-0.1", "out_of_range"),
            ({"first": "20", "failure": "12"}, "failure_month", "12", "fails_before_service"),
            ({"first": "20", "failure": "20"}, "failure_month", "20", "fails_before_service"),
            ({"end": "9999"}, "to_km", "9999", "off_the_line"),
            ({"start": "-1"}, "from_km", "-1", "off_the_line"),
            ({"start": "", "end": "", "crossing": "us-nowhere"}, "crossing", "us-nowhere", "unknown_crossing"),
        ],
    )
    def test_a_faulty_row_is_listed_and_the_rest_computed(
        self, changes: dict[str, str], column: str, value: str, key: str, *, load: Load
    ) -> None:
        row = {"start": "460", "end": "480", "crossing": "", "first": "1", "failure": ""}
        row |= {"reach": "10", "zero": "0.9", "full": "0.3"}
        sound = load(CABLE + self.ROW.format(**row) + TOWER)
        assert sound.faults == ()
        found = load(CABLE + self.ROW.format(**(row | changes)) + TOWER)
        without = load(CABLE + TOWER)
        assert [(each.file, each.row, each.column, each.value, each.key) for each in found.faults] == [
            (sensors.FILE, 3, column, value, key)
        ]
        assert [each.id for each in found.sensors.deployments] == ["c1", "t1"]
        assert_same(found.coverage, without.coverage)
        pd.testing.assert_frame_equal(found.totals, without.totals)
        # The row would have mattered.
        assert sound.totals["covered_km"][60] > without.totals["covered_km"][60]

    def test_faults_of_both_tables_stand_in_their_order(self, load: Load) -> None:
        found = load(CABLE.replace("0.8", "8"), LANES + LANES.replace("u1", "u2").replace("us-otay-mesa", "us-nowhere"))
        assert [(each.file, each.row, each.column) for each in found.faults] == [
            (sensors.FILE, 2, "p_zero"),
            (upgrades.FILE, 3, "crossing"),
        ]
        assert [each.id for each in found.upgrades.upgrades] == ["u1"]
        assert not found.coverage.line_detection.any()

    def test_a_scenario_with_a_faulty_row_is_still_shown(self, copy: Path) -> None:
        path = copy / sensors.FILE
        first, second, *others = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([first, second.replace("tunnel_detection", "laser"), *others]) + "\n", "utf-8")
        found = atlas.load("ssa", scenarios_root=copy.parent)
        assert [(each.row, each.column, each.value) for each in found.frontier.faults] == [(2, "technology", "laser")]
        assert len(found.frontier.sensors.deployments) == _rows(sensors.FILE) - 1


class TestHash:
    @pytest.mark.parametrize("name", scenario.BESIDE)
    def test_an_edit_changes_it_and_taking_it_back_restores_it(
        self, name: str, copy: Path, mexico: territory.Territory
    ) -> None:
        def printed() -> str:
            return scenario.load(copy, mexico).hash

        path = copy / name
        before, content = printed(), path.read_bytes()
        path.write_bytes(content.rstrip(b"\n") + b" again\n")
        edited = printed()
        path.unlink()
        removed = printed()
        path.write_bytes(content)
        assert len({before, edited, removed}) == 3
        assert printed() == before


class TestIntoTheModel:
    def test_without_the_files_the_model_runs_as_if_there_were_no_border(
        self, copy: Path, mexico: territory.Territory, observed: observations.Observations
    ) -> None:
        for name in scenario.BESIDE:
            (copy / name).unlink()
        plan = scenario.load(copy, mexico)
        line = frontier.load(copy, mexico, observed, last_month=synthetic.LAST_MONTH)
        assert line.faults == ()
        given = frontier.inputs(line, mexico, plan.model)
        neutral = forces.Inputs().filled(synthetic.MONTHS, len(mexico.municipalities))
        for name, array in given.filled(synthetic.MONTHS, len(mexico.municipalities)).items():
            assert np.array_equal(array, neutral[name]), name
        with_it = dynamics.project(mexico, plan, observed, plan.model, given)
        without = dynamics.project(mexico, plan, observed, plan.model, forces.Inputs())
        assert np.array_equal(with_it.score, without.score)
        assert np.array_equal(with_it.homicide_rate, without.homicide_rate)

    @pytest.mark.parametrize("name", frontier.SWITCHES)
    def test_inputs_by_month_and_municipality_fade_inland(self, name: str, ours: atlas.Atlas) -> None:
        given = getattr(frontier.inputs(ours.frontier, ours.territory, ours.scenario.model), name)
        rows = ours.territory.municipalities
        assert given.shape == (61, len(rows))
        assert ((given >= 0.0) & (given <= 1.0)).all()
        assert not given[0].any()
        on_the_line = rows["cvegeo"].isin(ours.frontier.borders.stretches.query("border == 'us'")["cvegeo"])
        inland = rows["cve_ent"].isin(FAR)
        assert on_the_line.sum() > 30
        assert inland.sum() > 300
        assert given[60, on_the_line].min() > 10 * given[60, inland].max()
        assert given[60, on_the_line].max() > 0.05

    def test_with_everything_is_what_is_shown(self, tried: pd.DataFrame, ours: atlas.Atlas) -> None:
        area = ours.territory.municipalities["area_km2"].to_numpy()
        assert not ours.scenario.status.size
        for month in range(61):
            below = [code in (0, 1, 2) for code in ours.plan.codes[month]]
            assert tried.loc[month, "all"] == pytest.approx(area[below].sum() / area.sum())
        assert control.CRIMINAL_CONTROL == 0
        assert control.CONTESTED == 2

    def test_before_anything_serves_nothing_can_be_switched_off(self, tried: pd.DataFrame) -> None:
        assert list(tried.columns) == ["all", *frontier.SWITCHES, "none"]
        assert list(tried.index) == list(range(61))
        assert set(tried.loc[0]) == {tried.loc[0, "all"]}

    def test_without_any_is_the_plan_without_a_border(self, tried: pd.DataFrame, ours: atlas.Atlas) -> None:
        plan = ours.scenario
        # Money stays: it is no part of the border.
        people = float(ours.territory.municipalities["population"].sum())
        money = forces.Inputs(**effects.inputs(ours.books, people, plan.model))
        found = dynamics.project(ours.territory, plan, ours.observations, plan.model, money)
        area = ours.territory.municipalities["area_km2"].to_numpy()
        # Contested ends where the score of state influence begins.
        expected = (found.score < 0.6) @ area / area.sum()
        assert tried["none"].to_numpy() == pytest.approx(expected)

    @pytest.mark.parametrize("month", [36, 60])
    def test_switching_a_part_off_never_helps(self, month: int, tried: pd.DataFrame) -> None:
        row = tried.loc[month]
        for name in (*frontier.SWITCHES, "none"):
            assert row[name] >= row["all"] - 1e-12, name
            assert row["none"] >= row[name] - 1e-12, name
        assert row["none"] > row["all"]
        assert row["coverage"] > row["all"]


def near(km: float) -> tuple[float, float]:
    """Longitude and latitude of a kilometre."""
    lon, lat = border.point(border.load().watched, km)[0].tolist()
    return lon, lat


def write_heights(path: Path, at: tuple[float, float], heights: Heights, system: str = crs.GEOGRAPHIC) -> Path:
    """Write a tile of a degree around a place, in cells of 1/200 degree; heights by degrees east and north of it."""
    size, step = 200, 1 / 200
    transform = rasterio.Affine(step, 0.0, at[0] - 0.5, 0.0, -step, at[1] + 0.5)
    column, row = np.meshgrid(np.arange(size) + 0.5, np.arange(size) + 0.5)
    settings = {"driver": "GTiff", "dtype": "float32", "crs": system, "transform": transform, "count": 1}
    with rasterio.open(path, "w", height=size, width=size, **settings) as dataset:
        dataset.write(heights(column * step - 0.5, 0.5 - row * step).astype("float32"), 1)
    return path


def plain(east: NDArray[np.float64], _north: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ground at 900 m."""
    return np.full_like(east, 900.0)


def ridge(east: NDArray[np.float64], _north: NDArray[np.float64]) -> NDArray[np.float64]:
    """That ground with a ridge of 600 m, from 2 to 3.5 km east of the place."""
    return np.where((east > 0.02) & (east < 0.035), 1500.0, 900.0)


class TestTerrain:
    def test_on_a_plain_masts_see_as_far_as_without(self, load: Load, tmp_path: Path) -> None:
        path = write_heights(tmp_path / "plain.tif", near(600), plain)
        found, without = load(TOWER, elevation=str(path)), load(TOWER)
        assert found.coverage.on_terrain
        assert found.terrain_fault is None
        assert found.coverage.voids == {}
        # The horizon of a mast of 30 m lies beyond its range of 10 km.
        assert np.array_equal(found.coverage.detection(8), without.coverage.detection(8))
        assert not without.coverage.on_terrain

    def test_a_ridge_hides_what_is_behind_it(self, load: Load, tmp_path: Path) -> None:
        path = write_heights(tmp_path / "ridge.tif", near(600), ridge)
        found, without = load(TOWER, elevation=str(path)), load(TOWER)
        assert found.coverage.on_terrain
        seen, anyway = found.coverage.detection(8), without.coverage.detection(8)
        assert (seen <= anyway).all()
        # Over land the line runs straight there: of 8.16 km to either side, those beyond the ridge's foot are lost.
        assert without.totals["covered_km"][8] == pytest.approx(16.3, abs=0.8)
        assert 9.0 < found.totals["covered_km"][8] < 13.0
        assert found.totals["covered_km"][7] == 0.0

    def test_what_has_no_mast_is_not_hidden(self, load: Load, tmp_path: Path) -> None:
        path = write_heights(tmp_path / "ridge.tif", near(500), ridge)
        found = load(CABLE + TOWER.replace("600", "500"), elevation=str(path))
        assert found.totals["covered_km"][14] == pytest.approx(102.1, abs=0.8)

    def test_the_environment_names_it(self, load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = write_heights(tmp_path / "ridge.tif", near(600), ridge)
        monkeypatch.setenv(frontier.TERRAIN, str(path))
        found = load(TOWER)
        assert found.coverage.on_terrain
        assert_same(found.coverage, load(TOWER, elevation=str(path)).coverage)
        assert not load(TOWER, elevation="").coverage.on_terrain

    def test_an_empty_variable_names_none(self, load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(frontier.TERRAIN, "")
        found = load(TOWER)
        assert found.terrain_fault is None
        assert not found.coverage.on_terrain

    def test_a_path_that_is_not_there_is_told_and_the_rest_computed(self, load: Load, tmp_path: Path) -> None:
        missing = str(tmp_path / "nowhere.tif")
        found = load(CABLE + TOWER, elevation=missing)
        assert found.terrain_fault is not None
        assert (found.terrain_fault.key, found.terrain_fault.source) == ("terrain_missing", missing)
        assert not found.coverage.on_terrain
        assert found.faults == ()
        assert_same(found.coverage, load(CABLE + TOWER).coverage)

    def test_heights_far_from_every_mast_are_told_too(self, load: Load, tmp_path: Path) -> None:
        path = write_heights(tmp_path / "far.tif", near(2500), plain)
        found = load(TOWER, elevation=str(path))
        assert found.terrain_fault is not None
        assert found.terrain_fault.key == "terrain_elsewhere"
        assert not found.coverage.on_terrain
        assert_same(found.coverage, load(TOWER).coverage)

    def test_a_file_that_is_no_raster(self, load: Load, tmp_path: Path) -> None:
        path = tmp_path / "heights.tif"
        path.write_text("no heights here", encoding="utf-8")
        found = load(TOWER, elevation=str(path))
        assert found.terrain_fault is not None
        assert found.terrain_fault.key == "terrain_not_raster"
        assert_same(found.coverage, load(TOWER).coverage)

    @pytest.mark.parametrize(
        ("system", "key"),
        [
            ('LOCAL_CS["site grid",UNIT["metre",1]]', "terrain_crs"),
            ("EPSG:5703", "terrain_crs"),
            ("EPSG:4978", "terrain_crs"),
            ("IAU_2015:30100", "terrain_crs"),
            ("EPSG:32660", "terrain_elsewhere"),
            ("EPSG:4326+5703", None),
        ],
    )
    def test_a_reference_system_of_any_kind_leaves_the_border_standing(
        self, system: str, key: str | None, load: Load, tmp_path: Path
    ) -> None:
        path = write_heights(tmp_path / "heights.tif", near(600), plain, pyproj.CRS(system).to_wkt())
        found = load(TOWER, elevation=str(path))
        assert (found.terrain_fault.key if found.terrain_fault else None) == key
        assert found.coverage.on_terrain == (key is None)
        assert_same(found.coverage, load(TOWER).coverage)

    def test_a_mast_beside_the_heights_keeps_the_smooth_earth(self, load: Load, tmp_path: Path) -> None:
        path = write_heights(tmp_path / "ridge.tif", near(600), ridge)
        other = TOWER.replace("t1,tucson", "t2,laredo").replace("600,600", "2500,2500")
        found = load(TOWER + other, elevation=str(path))
        assert found.coverage.on_terrain
        assert found.coverage.voids == {"t2": 1}
        sectors = load(other).by_sector.query("month == 8 and key == 'laredo'")["covered_km"].tolist()
        assert found.by_sector.query("month == 8 and key == 'laredo'")["covered_km"].tolist() == sectors
        assert sectors[0] > 10.0


def test_crossings_stand_on_the_line_once_loaded(ours: atlas.Atlas) -> None:
    line = ours.frontier
    expected = crossings.place(ours.observations.crossings, line.borders)
    pd.testing.assert_frame_equal(line.placed, expected)
