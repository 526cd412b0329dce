"""The borders measure what they should, add up, and hold their crossings."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import hypothesis
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import strategies as st

from geo import border, crs, errors, stretches, territory
from geo.build import border as build
from geo.build import mexico
from tests.geo import toys

PUBLISHED = {"us": 3145.0, "gt": 956.0, "bz": 193.0}
SECTORS = [
    "san-diego",
    "el-centro",
    "yuma",
    "tucson",
    "el-paso",
    "big-bend",
    "del-rio",
    "laredo",
    "rio-grande-valley",
]


@pytest.fixture(scope="module")
def borders() -> border.Border:
    """The borders as the application loads them."""
    return border.load()


@pytest.fixture(scope="module")
def crossings(root: Path) -> gpd.GeoDataFrame:
    """The observed crossings, straight from their table."""
    table = pd.read_csv(root / "data/observations/crossings.csv", dtype={"cvegeo": str, "port_code": str})
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon"], table["lat"], crs=crs.GEOGRAPHIC))


@pytest.fixture(scope="module")
def bent() -> border.Line:
    """Ten kilometres east, then ten north, with kilometres of their own: 0, 12 and 20."""
    return border.Line("us", "bent", np.array([[0.0, 0.0], [0.1, 0.0], [0.1, 0.1]]), np.array([0.0, 12.0, 20.0]), None)


class TestShippedLines:
    @pytest.mark.parametrize("name", list(PUBLISHED))
    def test_a_line_is_as_long_as_published(self, borders: border.Border, name: str) -> None:
        assert borders.lines[name].length_km == pytest.approx(PUBLISHED[name], rel=0.02)
        assert borders.lines[name].published_km == PUBLISHED[name]

    def test_the_northern_line_measures_the_full_outline(self, borders: border.Border) -> None:
        assert borders.watched.length_km == pytest.approx(3154.8, abs=0.1)

    def test_the_drawn_line_is_hardly_shorter(self, borders: border.Border) -> None:
        for line in borders.lines.values():
            drawn = crs.length_km(line.geometry)
            assert 0.998 * line.length_km < drawn <= line.length_km + 1e-3

    def test_kilometres_rise_and_never_less_than_the_ground(self, borders: border.Border) -> None:
        for line in borders.lines.values():
            ground = crs.distance_km(line.xy[:-1, 0], line.xy[:-1, 1], line.xy[1:, 0], line.xy[1:, 1])
            assert (np.diff(line.km) > 0.0).all()
            # Both are rounded: kilometres to a metre, coordinates to a tenth of one.
            assert (np.diff(line.km) > ground - 0.0015).all()

    def test_it_runs_from_the_pacific_to_the_gulf(self, borders: border.Border) -> None:
        assert borders.watched.xy[0] == pytest.approx([-117.122, 32.534], abs=0.01)
        assert borders.watched.xy[-1] == pytest.approx([-97.146, 25.955], abs=0.01)
        assert borders.lines["gt"].xy[-1] == pytest.approx(borders.lines["bz"].xy[0])


class TestShippedParts:
    def test_nine_sectors_follow_one_another(self, borders: border.Border) -> None:
        assert list(borders.sectors.index) == SECTORS
        assert borders.sectors["from_km"].tolist() == [0.0, *borders.sectors["to_km"].tolist()[:-1]]

    def test_sectors_are_as_long_as_published(self, borders: border.Border) -> None:
        known = borders.sectors.dropna(subset="published_km")
        assert len(known) == 7
        assert known["length_km"].to_numpy() == pytest.approx(known["published_km"].to_numpy(), rel=0.02)

    @pytest.mark.parametrize("by", stretches.PARTS)
    def test_parts_add_up_to_the_line(self, borders: border.Border, by: str) -> None:
        parts = stretches.split(borders, by)
        assert round(parts["length_km"].sum(), 6) == borders.watched.length_km
        assert parts["key"].is_unique
        assert crs.length_km(shapely.MultiLineString([line for part in parts.geometry for line in part.geoms])) == (
            pytest.approx(crs.length_km(borders.watched.geometry), abs=0.01)
        )

    @pytest.mark.parametrize("name", ["gt", "bz"])
    def test_parts_of_the_southern_lines_add_up(self, borders: border.Border, name: str) -> None:
        states = stretches.split(borders, "state", line=name)
        assert round(states["length_km"].sum(), 6) == borders.lines[name].length_km

    def test_states_come_in_order(self, borders: border.Border) -> None:
        assert stretches.split(borders, "state")["key"].tolist() == ["02", "26", "08", "05", "19", "28"]
        assert stretches.split(borders, "state", line="gt")["key"].tolist() == ["07", "27", "04"]

    def test_a_municipality_met_twice_is_one_row_with_both_pieces(self, borders: border.Border) -> None:
        parts = stretches.split(borders, "municipality").set_index("key")
        twice = parts.loc["08028"]
        assert len(twice.geometry.geoms) == 2
        assert twice["length_km"] < twice["to_km"] - twice["from_km"]

    def test_stretches_lie_on_their_municipality(self, borders: border.Border, mexico: territory.Territory) -> None:
        outlines = mexico.municipalities.set_index("cvegeo").geometry
        middle = (borders.stretches["from_km"] + borders.stretches["to_km"]) / 2
        for name, line in borders.lines.items():
            own = borders.stretches[borders.stretches["border"] == name]
            points = shapely.points(border.point(line, middle[own.index]))
            ends = shapely.get_coordinates(shapely.shortest_line(points, outlines.loc[own["cvegeo"]].to_numpy()))
            apart = crs.distance_km(*ends.reshape(-1, 4).T)
            # The drawn outlines are simplified to 500 m.
            assert apart.max() < 0.6

    def test_what_is_no_part_is_refused(self, borders: border.Border) -> None:
        with pytest.raises(errors.GeographyError, match="sector, state"):
            stretches.split(borders, "continent")


class TestCrossings:
    def test_every_crossing_lies_on_its_line(self, borders: border.Border, crossings: gpd.GeoDataFrame) -> None:
        for name, line in borders.lines.items():
            snapped = border.snap(line, crossings.geometry[crossings["border"] == name])
            assert snapped["distance_km"].max() < 3.0
            assert snapped["distance_km"].max() < 0.3

    def test_western_crossings_come_in_the_order_of_their_longitude(
        self, borders: border.Border, crossings: gpd.GeoDataFrame
    ) -> None:
        west = crossings[(crossings["border"] == "us") & (crossings["lon"] < -106.53) & (crossings["lat"] < 32.7)]
        # Along the Colorado the line turns back west.
        west = west[~west["id"].isin(["us-san-luis-1", "us-san-luis-2"])]
        along = border.snap(borders.watched, west.geometry)["km"]
        assert along.sort_values().index.tolist() == west["lon"].sort_values().index.tolist()

    def test_ports_come_in_the_order_of_the_river(self, borders: border.Border, crossings: gpd.GeoDataFrame) -> None:
        ports = {
            "us-paso-del-norte": "El Paso",
            "us-ysleta-zaragoza": "Ysleta",
            "us-tornillo": "Tornillo",
            "us-fort-hancock": "Fort Hancock",
            "us-presidio": "Presidio",
            "us-boquillas": "Boquillas",
            "us-amistad-dam": "Amistad",
            "us-del-rio": "Del Rio",
            "us-eagle-pass-1": "Eagle Pass",
            "us-laredo-colombia": "Colombia",
            "us-laredo-world-trade": "Laredo",
            "us-falcon-dam": "Falcon",
            "us-roma": "Roma",
            "us-rio-grande-city": "Rio Grande City",
            "us-los-ebanos": "Los Ebanos",
            "us-anzalduas": "Anzalduas",
            "us-hidalgo": "Hidalgo",
            "us-pharr": "Pharr",
            "us-donna": "Donna",
            "us-progreso": "Progreso",
            "us-los-indios": "Los Indios",
            "us-brownsville-bm": "Brownsville",
        }
        own = crossings.set_index("id").loc[list(ports)]
        assert border.snap(borders.watched, own.geometry)["km"].is_monotonic_increasing

    def test_a_crossing_lies_in_the_municipality_of_its_stretch(
        self, borders: border.Border, crossings: gpd.GeoDataFrame
    ) -> None:
        own = crossings[crossings["border"] == "us"]
        km = border.snap(borders.watched, own.geometry)["km"].to_numpy()
        stretches = borders.stretches[borders.stretches["border"] == "us"]
        found = stretches["cvegeo"].to_numpy()[np.searchsorted(stretches["to_km"], km)]
        other = own["id"][found != own["cvegeo"]].tolist()
        # The dam stands where Mier and Guerrero meet.
        assert set(other) <= {"us-falcon-dam"}

    def test_points_without_a_crs_are_refused(self, borders: border.Border) -> None:
        with pytest.raises(errors.GeographyError, match="set_crs"):
            border.snap(borders.watched, gpd.GeoSeries([shapely.Point(-106.0, 31.0)]))


class TestPlaces:
    def test_a_point_beside_the_line_gets_the_kilometre_of_its_foot(self, bent: border.Line) -> None:
        km, away = border.locate(bent, [0.05, 0.1, 0.2, -0.1], [0.01, 0.05, 0.1, 0.0])
        assert km == pytest.approx([6.0, 16.0, 20.0, 0.0], abs=0.01)
        assert away == pytest.approx([1.106, 0.0, 11.13, 11.13], abs=0.01)

    def test_a_kilometre_gets_its_point(self, bent: border.Line) -> None:
        assert border.point(bent, [0.0, 6.0, 12.0, 16.0, 20.0, 99.0]).tolist() == pytest.approx(
            np.array([[0, 0], [0.05, 0], [0.1, 0], [0.1, 0.05], [0.1, 0.1], [0.1, 0.1]])
        )

    def test_part_of_a_line_keeps_the_bend_between_its_ends(self, bent: border.Line) -> None:
        assert shapely.get_coordinates(border.between(bent, 6.0, 16.0)) == pytest.approx(
            np.array([[0.05, 0.0], [0.1, 0.0], [0.1, 0.05]])
        )
        assert shapely.get_num_coordinates(border.between(bent, 3.0, 3.0)) == 2

    @pytest.mark.parametrize(("start", "end"), [(5.0, 4.0), (-1.0, 4.0), (5.0, 20.1), (float("nan"), 4.0)])
    def test_what_is_no_part_of_the_line_is_refused(self, bent: border.Line, start: float, end: float) -> None:
        with pytest.raises(errors.GeographyError, match="no part"):
            border.between(bent, start, end)

    @hypothesis.given(km=st.floats(0.0, 3154.8))
    @hypothesis.settings(max_examples=50)
    def test_there_and_back(self, km: float, borders: border.Border) -> None:
        line = borders.watched
        found, away = border.locate(line, *border.point(line, km).T)
        # The longest step, of 37 km, is straight in degrees and in metres to within four metres.
        assert away[0] < 4e-3
        # A river may come back to where it was, but only to the same place.
        assert border.point(line, found)[0] == pytest.approx(border.point(line, km)[0], abs=4e-5)

    def test_samples_are_short_and_add_up(self) -> None:
        borders = toys.straight_border((0.0, 0.0), (3000.0, 0.0), parts=2)
        samples = stretches.sample(borders, step_km=0.7)
        # Two stretches of 1.5 km, each in three pieces of half a kilometre.
        assert samples.km == pytest.approx([0.25, 0.75, 1.25, 1.75, 2.25, 2.75])
        assert samples.length_km == pytest.approx([0.5] * 6)
        assert samples.stretch.tolist() == [0, 0, 0, 1, 1, 1]

    def test_the_shipped_line_is_sampled_whole(self, borders: border.Border) -> None:
        samples = stretches.sample(borders)
        assert samples.length_km.sum() == pytest.approx(3154.816, abs=1e-6)
        assert samples.length_km.max() <= 0.25 + 1e-9
        assert (np.diff(samples.km) > 0.0).all()


class TestLoading:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        for name in (
            "border.parquet",
            "border_stretches.parquet",
            "border_sectors.csv",
            "municipalities.parquet",
            "territory.toml",
        ):
            shutil.copy(territory.DEFAULT_FOLDER / name, tmp_path / name)
        return tmp_path

    @pytest.mark.parametrize("name", ["border.parquet", "border_stretches.parquet", "border_sectors.csv"])
    def test_a_missing_or_broken_file_is_named(self, folder: Path, name: str) -> None:
        (folder / name).write_bytes(b"\xff")
        with pytest.raises(errors.GeographyError, match=name):
            border.load(folder)
        (folder / name).unlink()
        with pytest.raises(errors.GeographyError, match=name):
            border.load(folder)

    def test_a_missing_column_is_named(self, folder: Path) -> None:
        pd.read_parquet(folder / "border_stretches.parquet").drop(columns="sector").to_parquet(
            folder / "border_stretches.parquet"
        )
        with pytest.raises(errors.GeographyError, match="sector"):
            border.load(folder)

    def test_a_gap_between_stretches_is_noticed(self, folder: Path) -> None:
        pd.read_parquet(folder / "border_stretches.parquet").drop(index=5).to_parquet(
            folder / "border_stretches.parquet"
        )
        with pytest.raises(errors.GeographyError, match="does not cover"):
            border.load(folder)

    def test_kilometres_that_fall_are_noticed(self, folder: Path) -> None:
        lines = gpd.read_parquet(folder / "border.parquet")
        lines["km"] = [km[::-1] for km in lines["km"]]
        lines.to_parquet(folder / "border.parquet")
        with pytest.raises(errors.GeographyError, match="do not rise"):
            border.load(folder)

    def test_the_hash_follows_the_files(self, folder: Path) -> None:
        before = border.load(folder).hash
        assert before == border.load(territory.DEFAULT_FOLDER).hash
        table = folder / "border_sectors.csv"
        table.write_text(table.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        assert border.load(folder).hash != before


class TestBuild:
    # A square of four kilometres in four municipalities:
    #   c d
    #   a b
    @pytest.fixture
    def squares(self) -> gpd.GeoDataFrame:
        x, y = 2_500_000.0, 1_000_000.0
        corners = [(x, y), (x + 2000, y), (x, y + 2000), (x + 2000, y + 2000)]
        shapes = [shapely.box(left, low, left + 2000, low + 2000) for left, low in corners]
        return gpd.GeoDataFrame({"cvegeo": list("abcd")}, geometry=shapes, crs=mexico.NATIONAL)

    def test_a_line_is_cut_the_shorter_way_round(self, squares: gpd.GeoDataFrame) -> None:
        ring = build.outline(squares)
        x, y = ring[:, 0].min(), ring[:, 1].min()
        flat = gpd.GeoSeries([shapely.Point(x, y), shapely.Point(x + 4000, y + 2000)], crs=mexico.NATIONAL)
        start, end = ((p.x, p.y) for p in flat.to_crs(crs.GEOGRAPHIC))
        line = build.cut(ring, start, end) - [x, y]
        # East along the bottom and up half of the right side: six kilometres and not ten.
        assert line == pytest.approx(np.array([[0, 0], [2000, 0], [4000, 0], [4000, 2000]]))
        assert build.cut(ring, end, start) == pytest.approx(line[::-1] + np.array([x, y]))

    def test_each_step_has_its_owner(self, squares: gpd.GeoDataFrame) -> None:
        ring = build.outline(squares)
        x, y = ring[:, 0].min(), ring[:, 1].min()
        along = np.array([[0, 0], [2000, 0], [4000, 0], [4000, 2000]]) + np.array([x, y])
        assert build.owners(squares, along) == ["a", "b", "b"]
        assert build.owners(squares, along[::-1]) == ["b", "b", "a"]
        with pytest.raises(errors.GeographyError, match="no edge"):
            build.owners(squares, along + 1.0)

    def test_an_end_far_from_the_outline_is_refused(self, squares: gpd.GeoDataFrame) -> None:
        with pytest.raises(errors.GeographyError, match="from the outline"):
            build.cut(build.outline(squares), (-100.0, 20.0), (-101.0, 21.0))

    def test_thinning_keeps_ends_and_bends_and_drops_the_rest(self) -> None:
        flat = np.array([[0, 0], [500, 1], [1000, 0], [1001, 50], [1002, 1000]], dtype=float)
        km = np.array([0.0, 0.5, 1.0, 1.05, 2.0])
        assert build.thin(flat, km).tolist() == [0, 2, 4]

    def test_stretches_end_where_anything_changes(self) -> None:
        sectors = pd.DataFrame(
            {"sector": ["w", "w", "e"], "county": ["1", "2", "2"], "first_km": [np.nan, 1.0, np.nan]}
        )
        km = np.array([0.0, 1.0, 2.0, 4.0])
        table = build.divide("us", km, ["a", "b", "b"], [("1", 0.0, 1.5), ("2", 1.5, 4.0)], sectors)
        assert table[["from_km", "to_km", "cvegeo", "county", "sector"]].to_numpy().tolist() == [
            [0.0, 1.0, "a", "1", "w"],
            [1.0, 1.5, "b", "1", "w"],
            [1.5, 2.5, "b", "2", "w"],
            [2.5, 4.0, "b", "2", "e"],
        ]

    def test_a_county_without_a_sector_is_named(self) -> None:
        sectors = pd.DataFrame({"sector": ["w"], "county": ["1"], "first_km": [np.nan]})
        with pytest.raises(errors.GeographyError, match="county 2"):
            build.split_counties([("2", 0.0, 1.0)], sectors)

    def test_the_nearest_county_is_taken_along_the_line(self) -> None:
        x, y = 2_500_000.0, 2_000_000.0
        flat = np.array([[x, y], [x + 4000, y]])
        shapes = [shapely.box(x - 500, y + 300, x + 1500, y + 9000), shapely.box(x + 1500, y + 10, x + 4500, y + 9000)]
        counties = gpd.GeoDataFrame({"code": ["1", "2"]}, geometry=shapes, crs=mexico.NATIONAL).to_crs(crs.GEOGRAPHIC)
        runs = build.county_breaks(flat, np.array([0.0, 4.0]), counties)
        assert [code for code, _, _ in runs] == ["1", "2"]
        # The first one's edge is 300 m away everywhere; the second one's corner is so from 1.2 km on.
        assert runs[0][2] == runs[1][1] == pytest.approx(1.2, abs=0.11)
        with pytest.raises(errors.GeographyError, match="nearest county"):
            build.county_breaks(flat - [0.0, 20_000.0], np.array([0.0, 4.0]), counties)
