"""Exact parts of cells: counted by hand, always adding up, and equal to exactextract."""

from __future__ import annotations

import exactextract
import geopandas as gpd
import hypothesis
import numpy as np
import pytest
import shapely
from exactextract.raster import NumPyRasterSource
from hypothesis import strategies as st
from shapely import ops

from geo import border, crs, errors, grid, territory, zonal
from tests.conftest import Tell
from tests.geo import toys


def parts_of(*shapes: shapely.Geometry, rows: int = 3, columns: int = 3) -> np.ndarray:
    """Parts of unit cells that shapes cover; x runs right, y up from the lower left corner."""
    cells = toys.all_cells(rows, columns, size=1.0)
    areas = gpd.GeoSeries(list(shapes), crs=cells.crs)
    return zonal.parts(areas, cells).toarray().reshape(len(shapes), rows, columns)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (shapely.box(0, 0, 3, 3), [[1, 1, 1], [1, 1, 1], [1, 1, 1]]),
        (shapely.box(1, 1, 2, 2), [[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        (shapely.box(0.5, 0.5, 2.5, 2.5), [[0.25, 0.5, 0.25], [0.5, 1, 0.5], [0.25, 0.5, 0.25]]),
        (shapely.box(1.25, 1.25, 1.75, 1.75), [[0, 0, 0], [0, 0.25, 0], [0, 0, 0]]),
        (shapely.Polygon([(0, 0), (3, 0), (3, 3)]), [[0, 0, 0.5], [0, 0.5, 1], [0.5, 1, 1]]),
        (shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 2, 2), [[1, 1, 1], [1, 0, 1], [1, 1, 1]]),
        (shapely.union_all([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)]), [[0, 0, 1], [0, 0, 0], [1, 0, 0]]),
        # What reaches beyond the grid is cut off.
        (shapely.box(-5, -5, 0.5, 9), [[0.5, 0, 0], [0.5, 0, 0], [0.5, 0, 0]]),
        (shapely.box(5, 5, 6, 6), [[0, 0, 0], [0, 0, 0], [0, 0, 0]]),
        (shapely.Polygon(), [[0, 0, 0], [0, 0, 0], [0, 0, 0]]),
    ],
)
@pytest.mark.parametrize("turned", [False, True], ids=["as-is", "reversed"])
def test_parts_counted_by_hand(shape: shapely.Geometry, expected: list[list[float]], turned: bool) -> None:  # noqa: FBT001
    own = shapely.reverse(shape) if turned else shape
    assert parts_of(own)[0] == pytest.approx(np.array(expected, dtype=float), abs=1e-12)


def test_means_weigh_edge_cells_by_their_part() -> None:
    cells = toys.all_cells(1, 3, size=1.0)
    areas = gpd.GeoSeries([shapely.box(0.5, 0, 2, 1), shapely.box(9, 9, 10, 10)], crs=cells.crs)
    weights = zonal.parts(areas, cells)
    # Half of the first cell and all of the second: (0.5 * 1 + 1 * 4) / 1.5.
    values = np.array([1.0, 4.0, 100.0])
    assert zonal.means(weights, values)[0] == pytest.approx(3.0)
    assert np.isnan(zonal.means(weights, values)[1])
    both = zonal.means(weights, np.column_stack([values, 2.0 * values]))
    assert both[0] == pytest.approx([3.0, 6.0])
    assert np.isnan(both[1]).all()


corners = st.floats(-1.0, 7.0, allow_nan=False).map(lambda value: round(value, 3))


@hypothesis.given(st.lists(st.tuples(corners, corners), min_size=3, max_size=9, unique=True))
def test_parts_are_shares_and_add_up_to_the_area(points: list[tuple[float, float]]) -> None:
    shape = shapely.convex_hull(shapely.MultiPoint(points))
    hypothesis.assume(shape.geom_type == "Polygon")
    found = parts_of(shape, rows=6, columns=6)[0]
    assert found.min() >= 0.0
    assert found.max() <= 1.0
    assert found.sum() == pytest.approx(shapely.intersection(shape, shapely.box(0, 0, 6, 6)).area, abs=1e-6)


@hypothesis.given(st.integers(0, 2**32 - 1))
@hypothesis.settings(max_examples=30)
def test_parts_are_the_areas_of_intersections(seed: int) -> None:
    random = np.random.default_rng(seed)
    angles = np.sort(random.uniform(0.0, 2.0 * np.pi, 12))
    radius = random.uniform(0.3, 3.0, 12)
    star = shapely.Polygon(np.column_stack([3.0 + radius * np.cos(angles), 3.0 + radius * np.sin(angles)]))
    hypothesis.assume(star.is_valid)
    boxes = [[shapely.box(column, 5 - row, column + 1, 6 - row) for column in range(6)] for row in range(6)]
    expected = shapely.area(shapely.intersection(star, np.array(boxes)))
    assert parts_of(star, rows=6, columns=6)[0] == pytest.approx(expected, abs=1e-9)


def test_neighbours_share_their_edge_cells_without_rest() -> None:
    cells = toys.all_cells(5, 5, size=1.0)
    cut = shapely.LineString([(0, 0.3), (1.7, 2.2), (5, 4.1)])
    halves = gpd.GeoSeries(list(ops.split(shapely.box(0, 0, 5, 5), cut).geoms), crs=cells.crs)
    assert zonal.parts(halves, cells).sum(axis=0) == pytest.approx(np.ones(25))


def test_border_municipalities_are_as_exactextract_has_them(mexico: territory.Territory, tell: Tell) -> None:
    borders = border.load()
    cells = grid.strip(borders.watched)
    keys = borders.stretches["cvegeo"][borders.stretches["border"] == borders.code].unique()
    areas = mexico.municipalities.geometry[mexico.municipalities["cvegeo"].isin(keys)].reset_index(drop=True)
    values = np.random.default_rng(0).random(len(cells.cells))
    weights = zonal.parts(areas, cells)
    left, bottom, right, top = cells.bounds
    raster = NumPyRasterSource(
        cells.spread(values, dtype="float64"), xmin=left, ymin=bottom, xmax=right, ymax=top, nodata=np.nan
    )
    frame = gpd.GeoDataFrame(geometry=areas.to_crs(cells.crs))
    theirs = exactextract.exact_extract(raster, frame, ["mean", "count"], output="pandas")
    apart = np.abs(zonal.means(weights, values) - theirs["mean"].to_numpy())
    tell(f"{len(areas)} municipalities: means differ from exactextract by {apart.max():.1e} at most")
    assert apart.max() < 1e-8
    assert weights.sum(axis=1) == pytest.approx(theirs["count"].to_numpy(), rel=1e-6)


@pytest.mark.parametrize("cvegeo", ["05025", "08053", "28015"])
def test_cells_add_up_to_the_area_on_the_ellipsoid(mexico: territory.Territory, cvegeo: str) -> None:
    # Three municipalities that lie in the strip as a whole; edges are straight in two projections.
    cells = grid.strip(border.load().watched)
    area = mexico.municipalities[mexico.municipalities["cvegeo"] == cvegeo].geometry
    measured = zonal.parts(area, cells).sum() * cells.size**2 / 1e6
    assert measured == pytest.approx(crs.area_km2(area)[0], rel=2e-4)


def test_what_is_no_area_is_refused() -> None:
    cells = toys.all_cells(2, 2)
    with pytest.raises(errors.GeographyError, match="no CRS"):
        zonal.parts(gpd.GeoSeries([shapely.box(0, 0, 1, 1)]), cells)
    with pytest.raises(errors.GeographyError, match="polygons only"):
        zonal.parts(gpd.GeoSeries([shapely.Point(0, 0)], crs=crs.GEOGRAPHIC), cells)
    assert zonal.parts(gpd.GeoSeries([], crs=crs.GEOGRAPHIC), cells).shape == (0, 4)
