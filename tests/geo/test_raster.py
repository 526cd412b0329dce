"""Rasters of the strip open elsewhere as what they are, and lie where they belong."""

from __future__ import annotations

import errno
import resource
from pathlib import Path

import numpy as np
import pyproj
import pytest
import rasterio
import rasterio._err
import rasterio.errors
import rasterio.shutil
from rio_cogeo import cogeo

from geo import border, crs, errors, grid, raster
from tests.geo import toys

TAGS = {"title": "Coverage", "month": "30", "hypothetical": "true"}


@pytest.fixture(scope="module")
def strip() -> grid.Grid:
    """The shipped strip, in cells of 2 km."""
    return grid.strip(border.load().watched, cell=2000.0)


@pytest.fixture(scope="module")
def values(strip: grid.Grid) -> np.ndarray:
    """A number in every cell."""
    return np.random.default_rng(1).random(len(strip.cells))


def test_it_is_a_valid_cloud_optimised_geotiff(tmp_path: Path) -> None:
    fine = grid.strip(border.load().watched)
    path = tmp_path / "coverage_month-30_ssa.tif"
    raster.write_cog(path, np.ones(len(fine.cells)), fine, tags=TAGS, description="detection")
    valid, wrong, warnings = cogeo.cog_validate(str(path), strict=True)
    assert (valid, wrong, warnings) == (True, [], [])
    assert list(tmp_path.iterdir()) == [path]


def test_it_holds_the_values_in_their_place_and_says_what_it_is(
    tmp_path: Path, strip: grid.Grid, values: np.ndarray
) -> None:
    path = tmp_path / "coverage.tif"
    raster.write_cog(path, values, strip, tags=TAGS, description="detection")
    with rasterio.open(path) as dataset:
        assert dataset.read(1).ravel()[strip.cells] == pytest.approx(values, abs=1e-6)
        assert np.isnan(dataset.read(1)).sum() == strip.shape[0] * strip.shape[1] - len(strip.cells)
        assert np.isnan(dataset.nodata)
        own = pyproj.Transformer.from_crs(crs.GEOGRAPHIC, dataset.crs.to_wkt(), always_xy=True)
        assert own.transform(-106.0, 31.0) == pytest.approx(
            [float(each) for each in strip.project(-106.0, 31.0)], abs=1e-6
        )
        assert dataset.transform == strip.transform
        assert dataset.descriptions == ("detection",)
        assert dataset.tags().items() >= TAGS.items()


def test_the_same_values_make_the_same_file(tmp_path: Path, strip: grid.Grid, values: np.ndarray) -> None:
    for name in ("a.tif", "b.tif"):
        raster.write_cog(tmp_path / name, values, strip, tags=TAGS)
    assert (tmp_path / "a.tif").read_bytes() == (tmp_path / "b.tif").read_bytes()


def test_nothing_is_left_behind_where_it_cannot_be_written(
    tmp_path: Path, strip: grid.Grid, values: np.ndarray
) -> None:
    (tmp_path / "coverage.tif").mkdir()
    with pytest.raises(errors.GeographyError, match="cannot write coverage"):
        raster.write_cog(tmp_path / "coverage.tif", values, strip, tags={})
    assert [path.name for path in tmp_path.iterdir()] == ["coverage.tif"]
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(errors.GeographyError, match="cannot write"):
        raster.write_cog(tmp_path / "taken" / "coverage.tif", values, strip, tags={})


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        rasterio.errors.RasterioIOError("no space"),
        *(kind(3, 1, "TIFFAppendToStrip:Write error") for kind in rasterio._err.exception_map.values()),  # noqa: SLF001
        SystemError("Unknown GDAL Error. To debug: CPLE_None"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_the_library_raises_is_told_and_leaves_nothing(
    error: Exception, tmp_path: Path, strip: grid.Grid, values: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(rasterio.shutil, "copy", full)
    with pytest.raises(errors.GeographyError, match="cannot write coverage") as caught:
        raster.write_cog(tmp_path / "coverage.tif", values, strip, tags={})
    assert caught.value.__cause__ is error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", [1, 10, 5_000, 50_000])
def test_a_file_for_whose_end_there_is_no_room_is_not_left_in_part(
    missing: int, tmp_path: Path, strip: grid.Grid, values: np.ndarray
) -> None:
    raster.write_cog(tmp_path / "whole.tif", values, strip, tags={})
    whole = (tmp_path / "whole.tif").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (whole - missing, before[1]))
    try:
        with pytest.raises(errors.GeographyError, match="cannot write coverage"):
            raster.write_cog(tmp_path / "coverage.tif", values, strip, tags={})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path.name for path in tmp_path.iterdir()] == ["whole.tif"]


def test_a_picture_shows_each_cell_where_it_lies(strip: grid.Grid, values: np.ndarray) -> None:
    # Pixels much smaller than cells: the one that holds a cell's centre lies wholly in it.
    pixels, (west, south, east, north) = raster.web_mercator(values, strip, size=500.0)
    there = pyproj.Transformer.from_crs(crs.GEOGRAPHIC, raster.WEB_MERCATOR, always_xy=True)
    (left, right), (low, top) = there.transform([west, east], [south, north])
    chosen = np.random.default_rng(2).integers(0, len(strip.cells), 400)
    back = pyproj.Transformer.from_crs(strip.crs, raster.WEB_MERCATOR, always_xy=True)
    x, y = back.transform(*strip.centres(chosen).T)
    column = ((x - left) / (right - left) * pixels.shape[1]).astype(int)
    row = ((top - y) / (top - low) * pixels.shape[0]).astype(int)
    assert np.array_equal(pixels[row, column], values[chosen].astype(np.float32))
    assert np.isfinite(pixels[:, [0, -1]]).any(axis=0).all()
    assert np.isfinite(pixels[[0, -1]]).any(axis=1).all()


def test_pixels_may_be_larger() -> None:
    cells = toys.all_cells(8, 8)
    whole, _ = raster.web_mercator(np.ones(64), cells)
    coarse, _ = raster.web_mercator(np.ones(64), cells, size=4000.0)
    assert coarse.shape[0] < whole.shape[0] / 2


def test_an_empty_picture_is_refused() -> None:
    cells = toys.all_cells(2, 2)
    with pytest.raises(errors.GeographyError, match="no cell"):
        raster.web_mercator(np.full(4, np.nan), cells)
