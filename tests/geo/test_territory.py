"""The committed geography is complete, adds up, and answers by place and by key."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import shapely

from geo import crs, errors, territory
from geo.build import mexico as built

MUNICIPALITIES = 2465
STATES = 32
CENSUS_2020 = 126_014_024


@pytest.fixture(scope="module")
def census(root: Path) -> pd.DataFrame:
    """The states' figures of the census, by cve_ent."""
    return pd.read_csv(root / "data" / "observations" / "states.csv", dtype={"cve_ent": str}).set_index("cve_ent")


def test_every_municipality_is_there_once_and_in_order(mexico: territory.Territory) -> None:
    keys = mexico.municipalities["cvegeo"]
    assert len(keys) == MUNICIPALITIES
    assert keys.is_unique
    assert keys.is_monotonic_increasing
    assert keys.str.fullmatch(r"\d{5}").all()
    assert (mexico.municipalities["cve_ent"] == keys.str[:2]).all()
    assert mexico.municipalities.index.equals(pd.RangeIndex(MUNICIPALITIES))


def test_columns_and_kinds(mexico: territory.Territory) -> None:
    kinds = mexico.municipalities.dtypes
    assert kinds["population"] == np.int64
    assert kinds["area_km2"] == np.float64
    assert list(mexico.states.columns)[:2] == ["cve_ent", "name"]
    assert set(mexico.neighbours["kind"]) == {"country", "region", "district"}
    assert set(mexico.cities["country"]) == {"MX", "US", "GT", "BZ"}
    for frame in (mexico.municipalities, mexico.states, mexico.neighbours, mexico.cities):
        crs.require(frame)
        assert not frame.isna().any().any()


def test_outlines_are_a_valid_coverage(mexico: territory.Territory) -> None:
    outlines = mexico.municipalities.geometry
    assert shapely.coverage_is_valid(outlines.to_numpy())
    assert shapely.coverage_is_valid(outlines.to_crs(built.NATIONAL).to_numpy())
    assert shapely.is_valid(outlines.to_numpy()).all()
    assert not shapely.is_empty(outlines.to_numpy()).any()


def test_coordinates_have_five_decimals(mexico: territory.Territory) -> None:
    for frame in (mexico.municipalities, mexico.states, mexico.neighbours, mexico.cities):
        xy = shapely.get_coordinates(frame.geometry.to_numpy())
        assert np.array_equal(xy, xy.round(5))


def test_states_are_their_municipalities(mexico: territory.Territory) -> None:
    states = mexico.states.set_index("cve_ent")
    assert len(states) == STATES
    assert (mexico.municipalities["state"] == mexico.municipalities["cve_ent"].map(states["name"])).all()
    assert shapely.coverage_is_valid(states.geometry.to_numpy())
    areas = pd.Series(crs.area_km2(mexico.municipalities.geometry)).groupby(mexico.municipalities["cve_ent"]).sum()
    assert crs.area_km2(states.geometry) == pytest.approx(areas.to_numpy(), rel=1e-9)


def test_people_add_up_to_the_census_by_state_and_nation(mexico: territory.Territory, census: pd.DataFrame) -> None:
    by_state = mexico.municipalities.groupby("cve_ent")["population"].sum()
    assert by_state.to_dict() == census["population_2020"].to_dict()
    assert mexico.states.set_index("cve_ent")["population"].to_dict() == census["population_2020"].to_dict()
    assert mexico.municipalities["population"].sum() == CENSUS_2020
    assert mexico.municipalities["population"].min() > 0


def test_the_census_table_of_the_build_is_the_published_one(mexico: territory.Territory, census: pd.DataFrame) -> None:
    own = pd.read_csv(mexico.folder / "census_states.csv", dtype={"cve_ent": str}).set_index("cve_ent")
    assert own["population_2020"].to_dict() == census["population_2020"].to_dict()
    assert own["name"].to_dict() == census["name"].to_dict()
    assert own["capital_cvegeo"].isin(mexico.municipalities["cvegeo"].astype(int)).all()


def test_simplifying_kept_the_area(mexico: territory.Territory) -> None:
    simplified = crs.area_km2(mexico.municipalities.geometry)
    assert simplified.sum() == pytest.approx(mexico.municipalities["area_km2"].sum(), rel=1e-3)


def test_areas_are_those_measured_elsewhere(mexico: territory.Territory, census: pd.DataFrame) -> None:
    """The states' areas were measured a second time, apart from the build, and rounded to 1 km²."""
    areas = mexico.states.set_index("cve_ent")["area_km2"]
    assert (areas - census["area_km2_polygons"]).abs().max() <= 0.5
    by_state = mexico.municipalities.groupby("cve_ent")["area_km2"].sum()
    assert areas.to_numpy() == pytest.approx(by_state.to_numpy(), abs=1e-3)


def test_neighbourhood_is_symmetric_and_plain(mexico: territory.Territory) -> None:
    matrix = mexico.adjacency
    assert isinstance(matrix, scipy.sparse.csr_array)
    assert matrix.shape == (MUNICIPALITIES, MUNICIPALITIES)
    assert matrix.dtype == np.float64
    assert (matrix != matrix.T).nnz == 0
    assert set(matrix.data) == {1.0}
    assert not matrix.diagonal().any()


def test_neighbourhood_is_what_touching_finds(mexico: territory.Territory) -> None:
    """A second way: the spatial predicate on the simplified outlines, which keep every shared corner."""
    shapes = mexico.municipalities.geometry.to_numpy()
    pairs = shapely.STRtree(shapes).query(shapes, predicate="touches")
    touching = scipy.sparse.coo_array((np.ones(pairs.shape[1]), pairs), shape=mexico.adjacency.shape)
    assert (touching.tocsr() != mexico.adjacency).nnz == 0


def test_the_neighbours_of_tijuana(mexico: territory.Territory) -> None:
    tijuana = territory.index_of(mexico, "02004")
    found = mexico.municipalities["name"].iloc[mexico.adjacency[[tijuana]].indices]
    assert set(found) == {"Ensenada", "Tecate", "Playas de Rosarito"}


def test_every_label_point_lies_in_its_municipality(mexico: territory.Territory) -> None:
    rows = mexico.municipalities
    found = [territory.locate(mexico, lon, lat) for lon, lat in zip(rows["lon"], rows["lat"], strict=True)]
    assert found == rows["cvegeo"].tolist()


def test_label_points_lie_on_the_largest_part(mexico: territory.Territory) -> None:
    rows = mexico.municipalities[mexico.municipalities.geometry.count_geometries() > 1]
    parts = rows.geometry.apply(lambda shape: max(shape.geoms, key=lambda part: part.area))
    points = gpd.GeoSeries(gpd.points_from_xy(rows["lon"], rows["lat"]), index=rows.index, crs=rows.crs)
    inside = parts.set_crs(rows.crs).contains(points)
    # Equal-area and plane degrees may differ on which of two like parts is larger.
    assert inside.mean() > 0.98


@pytest.mark.parametrize(
    ("lon", "lat", "cvegeo"),
    [
        (-106.45, 31.68, "08037"),  # Ciudad Juárez
        (-99.133, 19.433, "09015"),  # the Zócalo of Mexico City, Cuauhtémoc
        (-86.85, 21.16, "23005"),  # Cancún
        (-106.45, 31.85, None),  # El Paso, Texas
        (-95.0, 22.0, None),  # the Gulf
        (float("nan"), 20.0, None),
        (-100.0, float("inf"), None),
        (1e300, -1e300, None),
    ],
)
def test_locate(mexico: territory.Territory, lon: float, lat: float, cvegeo: str | None) -> None:
    assert territory.locate(mexico, lon, lat) == cvegeo


def test_index_of_is_the_row(mexico: territory.Territory) -> None:
    assert [territory.index_of(mexico, key) for key in mexico.municipalities["cvegeo"]] == list(range(MUNICIPALITIES))


@pytest.mark.parametrize("key", ["99999", "1001", "", 1001, None, "02006", "<script>", []])
def test_an_unknown_key_is_named(mexico: territory.Territory, key: object) -> None:
    with pytest.raises(errors.GeographyError, match="like '01001'"):
        territory.index_of(mexico, key)  # type: ignore[arg-type]


def test_the_crosswalk_leads_to_municipalities(mexico: territory.Territory) -> None:
    moved = mexico.crosswalk
    known = set(mexico.municipalities["cvegeo"])
    assert set(moved["parent"]) <= known
    assert not set(moved["cvegeo"]) & known
    assert (moved["cvegeo"].str[:2] == moved["parent"].str[:2]).all()
    assert moved.groupby("cvegeo")["share"].sum().tolist() == pytest.approx([1.0] * 15)
    assert moved.loc[moved["kind"] == "younger", "cvegeo"].nunique() == 13
    assert (moved["source"].str.len() > 20).all()


def test_cities_lie_in_their_municipality(mexico: territory.Territory) -> None:
    home = mexico.cities[mexico.cities["country"] == "MX"]
    outlines = mexico.municipalities.set_index("cvegeo").geometry.loc[home["cvegeo"]].to_crs(built.NATIONAL)
    points = home.geometry.to_crs(built.NATIONAL)
    # Harbours may fall into the sea where the coast was simplified.
    assert shapely.distance(points.to_numpy(), outlines.to_numpy()).max() < 2_000
    assert (mexico.cities.loc[mexico.cities["country"] != "MX", "cvegeo"] == "").all()


def test_every_capital_and_every_big_city_has_a_label(mexico: territory.Territory) -> None:
    capitals = pd.read_csv(mexico.folder / "census_states.csv", dtype=str)["capital"]
    assert set(capitals) <= set(mexico.cities["name"])
    assert mexico.cities["rank"].tolist() == list(range(1, len(mexico.cities) + 1))
    first = mexico.cities["name"].head(12).tolist()
    assert {"Ciudad de México", "Guadalajara", "Monterrey", "Tijuana", "Mérida", "Ciudad Juárez"} <= set(first)


def test_neighbours_end_where_mexico_begins(mexico: territory.Territory) -> None:
    home = shapely.coverage_union_all(mexico.municipalities.geometry.to_numpy())
    for kind in ("region", "district", "country"):
        shapes = mexico.neighbours.loc[mexico.neighbours["kind"] == kind].geometry
        overlap = gpd.GeoSeries(shapely.intersection(shapes.to_numpy(), home), crs=shapes.crs)
        assert crs.area_km2(overlap).sum() < 1.0


def test_no_gap_along_the_land_borders(mexico: territory.Territory) -> None:
    """Outline vertices near a neighbour touch it; only the two ends of each border, at the sea, may not."""
    home = shapely.coverage_union_all(mexico.municipalities.geometry.to_numpy())
    vertices = shapely.points(shapely.get_coordinates(home.boundary))
    for kind, ends in (("region", 2), ("country", 2)):
        around = shapely.union_all(mexico.neighbours.loc[mexico.neighbours["kind"] == kind].geometry.to_numpy())
        away = shapely.distance(vertices, around)
        loose = vertices[(away > 2e-5) & (away < 0.03)]
        clusters = gpd.GeoSeries(loose).buffer(0.15).union_all()
        assert len(shapely.get_parts(clusters)) <= ends, [point.wkt for point in loose]


@pytest.mark.parametrize(
    "name", ["municipalities.parquet", "adjacency.parquet", "cities.parquet", "outlines.topo.json.gz", "crosswalk.csv"]
)
def test_a_missing_or_broken_file_is_named(mexico: territory.Territory, tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(mexico.folder, tmp_path / "geography")
    assert territory.load(folder).hash == mexico.hash
    (folder / name).unlink()
    with pytest.raises(errors.GeographyError, match=name):
        territory.load(folder)
    if name.endswith((".parquet", ".csv")):
        (folder / name).write_bytes(b"this is no table")
        with pytest.raises(errors.GeographyError, match=name):
            territory.load(folder)


def test_rows_out_of_order_are_refused(mexico: territory.Territory, tmp_path: Path) -> None:
    folder = shutil.copytree(mexico.folder, tmp_path / "geography")
    mexico.municipalities.iloc[::-1].to_parquet(folder / "municipalities.parquet")
    with pytest.raises(errors.GeographyError, match="sorted"):
        territory.load(folder)


def test_a_lost_leading_zero_is_refused(mexico: territory.Territory, tmp_path: Path) -> None:
    folder = shutil.copytree(mexico.folder, tmp_path / "geography")
    spoilt = mexico.municipalities.assign(cvegeo=mexico.municipalities["cvegeo"].str.lstrip("0"))
    spoilt.to_parquet(folder / "municipalities.parquet")
    with pytest.raises(errors.GeographyError, match=r"\[0-9\]\{5\}"):
        territory.load(folder)


def test_a_frame_without_a_column_is_refused(mexico: territory.Territory, tmp_path: Path) -> None:
    folder = shutil.copytree(mexico.folder, tmp_path / "geography")
    mexico.states.drop(columns="population").to_parquet(folder / "states.parquet")
    with pytest.raises(errors.GeographyError, match="population"):
        territory.load(folder)


def test_a_frame_in_another_crs_is_refused(mexico: territory.Territory, tmp_path: Path) -> None:
    folder = shutil.copytree(mexico.folder, tmp_path / "geography")
    mexico.states.to_crs(built.NATIONAL).to_parquet(folder / "states.parquet")
    with pytest.raises(errors.GeographyError, match="to_crs"):
        territory.load(folder)


def test_any_changed_file_changes_the_hash(mexico: territory.Territory, tmp_path: Path) -> None:
    folder = shutil.copytree(mexico.folder, tmp_path / "geography")
    mexico.cities.head(5).to_parquet(folder / "cities.parquet")
    assert territory.load(folder).hash != mexico.hash
