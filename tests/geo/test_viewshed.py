"""Lines of sight: counted by hand on plain surfaces, and judged by GDAL on rough ones."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from geo import viewshed
from tests.conftest import Tell
from tests.geo import gdal, toys

FLAT_EARTH = 0.0
RADAR, LIGHT = 0.75, 0.85714


def plain(rows: int, columns: int, size: float = 100.0) -> viewshed.Surface:
    """Sea level, its lower left corner at the origin."""
    return viewshed.Surface(np.zeros((rows, columns), dtype=np.float32), 0.0, rows * size, size)


def row_of(*heights: float) -> viewshed.Surface:
    """Three equal rows of cells of 100 m with the given heights from west to east."""
    return viewshed.Surface(np.tile(np.array(heights, dtype=np.float32), (3, 1)), 0.0, 300.0, 100.0)


def seen_in_row(surface: viewshed.Surface, *, height: float, target_height: float = 0.0) -> str:
    """Which cells of the middle row are seen from its first one, "x" where they are."""
    columns = surface.heights.shape[1]
    targets = np.column_stack([np.arange(columns) * 100.0 + 50.0, np.full(columns, 150.0)])
    found = viewshed.visible(
        surface, (50.0, 150.0), targets, height=height, target_height=target_height, curvature=FLAT_EARTH
    )
    return "".join("x" if each else "." for each in found)


class TestByHand:
    @pytest.mark.parametrize(
        ("heights", "height", "target", "expected"),
        [
            # A plain hides nothing.
            ((0, 0, 0, 0, 0), 10, 0, "xxxxx"),
            # A wall of 20 m hides all behind it from a mast of 10 m, and itself is seen.
            ((0, 0, 20, 0, 0, 0), 10, 0, "xxx..."),
            # From 30 m the ray over a wall of 20 m, 200 m away, falls 5 m in 100 m and meets the ground at 600 m.
            ((0, 0, 20, 0, 0, 0, 0, 0), 30, 0, "xxx...xx"),
            # What stands 6 m high is seen 100 m earlier: the ray is at 5 m there, at 10 m before.
            ((0, 0, 20, 0, 0, 0, 0, 0), 30, 6, "xxx..xxx"),
            # A higher wall behind shows above the first one.
            ((0, 0, 20, 0, 60, 0), 10, 0, "xxx.x."),
            # Uphill all is seen, beyond the top nothing.
            ((0, 10, 20, 30, 20, 10), 5, 0, "xxxx.."),
        ],
    )
    def test_a_row_of_cells(self, heights: tuple[float, ...], height: float, target: float, expected: str) -> None:
        assert seen_in_row(row_of(*heights), height=height, target_height=target) == expected

    def test_heights_between_centres_are_interpolated(self) -> None:
        surface = viewshed.Surface(np.array([[0.0, 10.0], [20.0, 30.0]], dtype=np.float32), 0.0, 2.0, 1.0)
        x, y = np.array([0.5, 1.0, 1.5, 1.0, -5.0]), np.array([1.5, 1.0, 0.5, 1.5, 9.0])
        assert surface.at(x, y).tolist() == [0.0, 15.0, 30.0, 5.0, 0.0]

    def test_a_surface_of_one_cell_has_one_height(self) -> None:
        surface = viewshed.Surface(np.array([[7.0]], dtype=np.float32), 0.0, 1.0, 1.0)
        assert surface.at(np.array([0.2, 9.0]), np.array([0.9, -3.0])).tolist() == [7.0, 7.0]

    def test_the_horizon_of_a_smooth_earth(self) -> None:
        # 4.12 km times the square root of the height in metres: the engineer's rule for radar.
        assert viewshed.horizon(30.0) == pytest.approx(4.12e3 * 30.0**0.5, rel=1e-3)
        assert viewshed.horizon(30.0, target=2.0) == pytest.approx(4.12e3 * (30.0**0.5 + 2.0**0.5), rel=1e-3)
        assert viewshed.horizon(0.0) == 0.0

    def test_the_sea_curves_away_at_the_horizon(self) -> None:
        surface = plain(3, 400)
        x = np.arange(10.0, 400.0) * 100.0 + 50.0
        targets = np.column_stack([x, np.full(len(x), 150.0)])
        found = viewshed.visible(surface, (50.0, 150.0), targets, height=30.0, target_height=2.0)
        last = targets[found, 0].max() - 50.0
        assert last == pytest.approx(viewshed.horizon(30.0, target=2.0), abs=150.0)
        assert found[: int(found.sum())].all()

    def test_what_is_filled_in_is_not_known(self) -> None:
        unknown = np.array([[False, True], [False, False]])
        surface = viewshed.Surface(np.zeros((2, 2), dtype=np.float32), 0.0, 2.0, 1.0, unknown)
        assert surface.knows(0.5, 1.5)
        assert not surface.knows(1.5, 1.5)
        assert not surface.knows(9.0, 9.0)
        assert plain(2, 2).knows(0.0, 0.0)


class TestAlways:
    terrain = hnp.arrays(np.float32, (9, 9), elements=st.floats(0.0, 500.0, width=32))

    @hypothesis.given(terrain, st.floats(1.0, 100.0), st.floats(1.0, 100.0))
    @hypothesis.settings(max_examples=40)
    def test_a_higher_mast_sees_no_less(self, heights: np.ndarray, height: float, more: float) -> None:
        surface = viewshed.Surface(heights, 0.0, 900.0, 100.0)
        low = viewshed.viewshed(surface, (450.0, 450.0), height=height, reach=700.0)
        high = viewshed.viewshed(surface, (450.0, 450.0), height=height + more, reach=700.0)
        assert not (low & ~high).any()

    @hypothesis.given(terrain, st.floats(1.0, 100.0))
    @hypothesis.settings(max_examples=40)
    def test_neighbours_are_always_seen_and_the_far_never(self, heights: np.ndarray, height: float) -> None:
        surface = viewshed.Surface(heights, 0.0, 900.0, 100.0)
        found = viewshed.viewshed(surface, (450.0, 450.0), height=height, reach=300.0)
        assert found[4, 3:6].all()
        assert found[3:6, 4].all()
        assert not found[[0, 0, 8, 8], [0, 8, 0, 8]].any()

    def test_many_targets_are_as_few_at_a_time(self) -> None:
        surface = viewshed.Surface(toys.rough(101, seed=4, smoothness=2.0, height=400.0), 0.0, 10_100.0, 100.0)
        whole = viewshed.viewshed(surface, (5050.0, 5050.0), height=20.0, reach=5000.0)
        row = np.column_stack([np.arange(101) * 100.0 + 50.0, np.full(101, 2050.0)])
        one = [viewshed.visible(surface, (5050.0, 5050.0), each[None, :], height=20.0)[0] for each in row]
        near = np.hypot(row[:, 0] - 5050.0, row[:, 1] - 5050.0) <= 5000.0
        assert (whole[80] == (np.array(one) & near)).all()


# Seed, smoothness and height of the terrain, and the height of the mast: from nearly all hidden to nearly all seen.
LANDSCAPES = [
    (0, 1.5, 300.0, 20.0),
    (1, 2.0, 500.0, 20.0),
    (2, 1.8, 800.0, 40.0),
    (3, 2.2, 1000.0, 30.0),
    (4, 2.5, 200.0, 40.0),
    (5, 2.0, 100.0, 60.0),
]


@pytest.mark.parametrize("curvature", [LIGHT, RADAR], ids=["light", "radar"])
def test_it_agrees_with_gdal_on_rough_terrain(curvature: float, tmp_path: Path, tell: Tell) -> None:
    size, cells = 30.0, 241
    left, top, reach = 2_000_000.0, 1_000_000.0, 3_500.0
    observer = (left + 120.5 * size, top - 120.5 * size)
    rows, columns = np.indices((cells, cells))
    near = np.hypot(rows - 120, columns - 120) * size <= reach
    lines = []
    shares = []
    for seed, smoothness, height, mast in LANDSCAPES:
        heights = toys.rough(cells, seed=seed, smoothness=smoothness, height=height)
        surface = viewshed.Surface(heights, left, top, size)
        ours = viewshed.viewshed(surface, observer, height=mast, target_height=2.0, curvature=curvature, reach=reach)
        theirs = gdal.seen(
            surface, observer, tmp_path, height=mast, target_height=2.0, curvature=curvature, reach=reach
        )
        shares.append((ours == theirs)[near].mean())
        lines.append(
            f"{height:5.0f} m relief, {mast:2.0f} m mast: GDAL sees {theirs[near].mean():6.1%}, "
            f"we see {ours[near].mean():6.1%}, the same in {shares[-1]:.2%} of {near.sum():,} cells"
        )
    tell("\n  ".join([f"viewshed against GDAL {gdal.version()}, curvature {curvature}:", *lines]))
    assert min(shares) >= 0.97
