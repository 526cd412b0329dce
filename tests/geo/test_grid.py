"""The strip's grid: equal areas, true distances, and cells that are found where they are."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import rasterio
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import border, errors, grid
from tests.geo import toys


@pytest.fixture(scope="module")
def strip() -> grid.Grid:
    """The strip along the shipped line."""
    return grid.strip(border.load().watched)


def test_the_projection_is_equal_area_and_nearly_true_to_scale(strip: grid.Grid) -> None:
    line = border.load().watched
    factors = pyproj.Proj(strip.crs).get_factors(line.xy[:, 0], line.xy[:, 1])
    assert factors.areal_scale == pytest.approx(1.0, abs=1e-6)
    for scale in (factors.meridional_scale, factors.parallel_scale):
        assert scale == pytest.approx(1.0, abs=0.0015)


def test_parallels_lie_a_sixth_of_the_way_in() -> None:
    assert "+lat_1=27 +lat_2=31 +lat_0=29 +lon_0=-107 " in grid.projection((26.0, 32.0), -107.1)


def test_the_strip_holds_what_is_within_its_width_and_no_more(strip: grid.Grid) -> None:
    line = border.load().watched
    flat = shapely.LineString(np.column_stack(strip.project(line.xy[:, 0], line.xy[:, 1])))
    centres = shapely.points(strip.centres())
    away = np.asarray(shapely.distance(shapely.simplify(flat, 20.0), centres[::97]))
    assert away.max() < grid.WIDTH_METRES + grid.CELL_METRES
    # A band of 50 km along some 2,500 km as the crow flies.
    assert len(strip.cells) * strip.size**2 / 1e6 == pytest.approx(128_500, rel=0.005)
    assert (np.diff(strip.cells) > 0).all()


def test_cells_are_found_by_place() -> None:
    cells = toys.all_cells(3, 4)
    x, y = np.array([500.0, 3999.0, 4001.0, -1.0, 2500.0]), np.array([2500.0, 1.0, 1.0, 500.0, 3001.0])
    assert cells.at(x, y).tolist() == [0, 11, -1, -1, -1]
    assert cells.centres(np.array([0, 11])).tolist() == [[500.0, 2500.0], [3500.0, 500.0]]
    assert cells.bounds == (0.0, 0.0, 4000.0, 3000.0)


def test_cells_outside_the_strip_have_no_position() -> None:
    whole = toys.all_cells(3, 3)
    part = grid.Grid(whole.crs, whole.transform, whole.shape, np.array([1, 4, 7]))
    assert part.positions(np.array([0, 0, 1, 2, 3]), np.array([0, 1, 1, 1, 1])).tolist() == [-1, 0, 1, 2, -1]
    assert part.spread(np.array([1.0, 2.0, 3.0]))[:, 1].tolist() == [1.0, 2.0, 3.0]
    assert np.isnan(part.spread(np.ones(3))[:, [0, 2]]).all()


@pytest.mark.parametrize(
    ("shape", "reach", "expected"),
    [
        (shapely.Point(1500, 1500), 0.0, {4: 0.0}),
        (shapely.Point(1500, 1500), 1000.0, {1: 1000.0, 3: 1000.0, 4: 0.0, 5: 1000.0, 7: 1000.0}),
        (shapely.LineString([(0, 1500), (3000, 1500)]), 400.0, {3: 0.0, 4: 0.0, 5: 0.0}),
        (shapely.Point(-600, 2500), 1200.0, {0: 1100.0}),
        (shapely.Point(9000, 9000), 100.0, {}),
    ],
)
def test_cells_within_reach_of_a_shape(shape: shapely.Geometry, reach: float, expected: dict[int, float]) -> None:
    positions, distance = toys.all_cells(3, 3).within(shape, reach)
    assert dict(zip(positions.tolist(), distance.tolist(), strict=True)) == expected


def test_a_circle_misses_no_cell_on_its_rim() -> None:
    cells = toys.all_cells(41, 41)
    centre = shapely.Point(20_500, 20_500)
    offsets = np.hypot(*(cells.centres() - [20_500, 20_500]).T)
    for reach in (1000.0, 5000.0, 13_000.0, 17_345.0):
        assert cells.within(centre, reach)[0].tolist() == np.flatnonzero(offsets <= reach).tolist()


@pytest.mark.parametrize(("cell", "width"), [(0.0, 1.0), (-5.0, 1.0), (500.0, 0.0), (float("nan"), 1.0)])
def test_a_grid_without_size_is_refused(cell: float, width: float) -> None:
    with pytest.raises(errors.GeographyError, match="above 0"):
        grid.strip(border.load().watched, cell=cell, width=width)


def test_a_grid_too_large_for_memory_is_refused() -> None:
    with pytest.raises(errors.GeographyError, match="too large"):
        grid.strip(border.load().watched, cell=30.0)


def test_blocks_by_hand() -> None:
    # Cells of 1 km from (1, -1): blocks of 2 km begin at (0, 0), so the first row and column stand alone.
    transform = rasterio.Affine(1000.0, 0.0, 1000.0, 0.0, -1000.0, 3000.0)
    cells = grid.Grid(toys.PROJECTION, transform, (3, 3), np.arange(9))
    found = grid.blocks(cells, 2000.0)
    assert found.grid.bounds == (0.0, 0.0, 4000.0, 4000.0)
    assert found.grid.shape == (2, 2)
    assert found.grid.crs == cells.crs
    assert found.member.tolist() == [0, 1, 1, 2, 3, 3, 2, 3, 3]
    values = np.array([1.0, 2.0, 4.0, 3.0, 0.0, 0.0, 5.0, 1.0, np.nan])
    assert found.means(values) == pytest.approx([1.0, 3.0, 4.0, 1.0 / 3.0])


def test_what_lies_outside_the_strip_or_has_no_value_weighs_nothing() -> None:
    whole = toys.all_cells(4, 4)
    part = grid.Grid(whole.crs, whole.transform, whole.shape, np.array([0, 2, 3, 6]))
    found = grid.blocks(part, 2000.0)
    assert found.grid.cells.tolist() == [0, 1]  # no block of the lower half holds a cell of the strip
    assert found.means(np.array([0.25, 0.5, 1.0, 0.0])) == pytest.approx([0.25, 0.5])
    assert found.means(np.array([np.nan, 0.5, np.nan, 0.0]))[1] == pytest.approx(0.25)
    assert np.isnan(found.means(np.array([np.nan, 0.5, np.nan, 0.0]))[0])


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 4), st.data())
def test_means_keep_the_total_of_whole_blocks(rows: int, columns: int, many: int, data: st.DataObject) -> None:
    cells = toys.all_cells(rows * many, columns * many)
    values = np.array(data.draw(st.lists(st.floats(0, 1), min_size=len(cells.cells), max_size=len(cells.cells))))
    found = grid.blocks(cells, many * 1000.0)
    by_hand = values.reshape(rows, many, columns, many).mean(axis=(1, 3)).ravel()
    assert found.means(values) == pytest.approx(by_hand)
    assert found.means(values)[found.member].sum() == pytest.approx(values.sum())
    assert found.grid.bounds == cells.bounds


def test_every_cell_of_the_shipped_strip_lies_in_its_block(strip: grid.Grid) -> None:
    found = grid.blocks(strip, 10_000.0)
    away = strip.centres() - found.grid.centres()[found.member]
    assert np.abs(away).max() == 4750.0
    assert found.grid.transform.c % 10_000.0 == found.grid.transform.f % 10_000.0 == 0.0
    assert np.bincount(found.member).max() == 400
    assert found.means(np.ones(len(strip.cells))) == pytest.approx(1.0)


@pytest.mark.parametrize("size", [0.0, -1000.0, 1500.0, 999.0, float("nan"), float("inf")])
def test_blocks_are_whole_multiples_of_cells(size: float) -> None:
    with pytest.raises(errors.GeographyError, match="whole multiple"):
        grid.blocks(toys.all_cells(2, 2), size)
