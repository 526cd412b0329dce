"""Detection as a raster: where it lies, what the public sees of it, and what a file holds."""

from __future__ import annotations

import io
import itertools
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import rasterio
import rasterio._err
import shapely
from PIL import Image
from rio_cogeo import cogeo

from geo import grid, raster
from layers import __main__ as command
from layers import base, detection, palette, release, static
from layers.files import export
from roadmap import atlas, moments
from roadmap.words import text

MONTH = 48
LAYER = detection.LAYER
EVERY_LEVEL = pytest.mark.parametrize("level", release.LEVELS)


def choose(monkeypatch: pytest.MonkeyPatch, level: str) -> None:
    """Set the level of release until the end of the test."""
    monkeypatch.setenv(release.VARIABLE, level)


def cells_of(plan: atlas.Atlas) -> grid.Grid:
    """The strip's grid."""
    return plan.frontier.coverage.grid


def opened(plan: atlas.Atlas, month: int, theme: str = "light") -> np.ndarray:
    """The published picture of a month, (rows, columns, 4)."""
    pictures = LAYER.state(moments.of(plan, month))[0]
    assert isinstance(pictures, dict)
    content = (static.folder() / "atlas" / pictures[theme]).read_bytes()
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGBA"))


def blocks_by_hand(cells: grid.Grid) -> list[tuple[int, int]]:
    """The 10 km square that holds the centre of each cell, counted from the origin of the projection."""
    return [(int(x // 10_000), int(y // 10_000)) for x, y in cells.centres()]


def means_by_hand(plan: atlas.Atlas, month: int) -> np.ndarray:
    """Mean over the cells of the strip in the same square, for every cell."""
    values = plan.frontier.coverage.detection(month)
    squares: dict[tuple[int, int], list[int]] = {}
    for position, square in enumerate(blocks_by_hand(cells_of(plan))):
        squares.setdefault(square, []).append(position)
    means = np.empty_like(values)
    for members in squares.values():
        means[members] = values[members].mean()
    return means


# --- table ------------------------------------------------------------------------------------


def test_the_rows_are_the_municipalities_that_the_strip_touches(plan: atlas.Atlas) -> None:
    frame = LAYER.frame(moments.of(plan, MONTH, 30))
    assert list(frame.columns) == ["cvegeo", "name", "state", "detection", "detection_before", "geometry"]
    assert frame.crs == "EPSG:4326"
    for column, month in (("detection", MONTH), ("detection_before", 30)):
        everywhere = plan.frontier.municipal_detection(plan.territory, month)
        inside = np.isfinite(everywhere)
        assert list(frame["cvegeo"]) == list(plan.territory.municipalities["cvegeo"][inside])
        assert frame[column].to_numpy() == pytest.approx(everywhere[inside], abs=5.1e-5)
    on_the_line = plan.frontier.borders.stretches.query("border == 'us'")["cvegeo"]
    assert set(on_the_line) <= set(frame["cvegeo"])


def test_the_mean_of_a_municipality_is_that_of_its_cells_cut_out(plan: atlas.Atlas) -> None:
    cells, values = cells_of(plan), plan.frontier.coverage.detection(MONTH)
    frame = LAYER.frame(moments.of(plan, MONTH)).set_index("cvegeo")
    key = "02003"
    shape = gpd.GeoSeries([frame.geometry[key]], crs=frame.crs).to_crs(cells.crs).iloc[0]
    half = cells.size / 2
    x, y = cells.centres().T
    squares = shapely.box(x - half, y - half, x + half, y + half)
    near = np.flatnonzero(shapely.intersects(squares, shape))
    part = shapely.area(shapely.intersection(squares[near], shape))
    assert len(near) > 1000
    expected = (part * values[near]).sum() / part.sum()
    assert expected > 0.05
    assert frame.at[key, "detection"] == pytest.approx(expected, abs=6e-5)


@EVERY_LEVEL
def test_means_by_municipality_are_the_same_at_every_level(
    level: str, plan: atlas.Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = LAYER.frame(moments.of(plan, MONTH))
    choose(monkeypatch, level)
    assert LAYER.frame(moments.of(plan, MONTH)).drop(columns="geometry").equals(before.drop(columns="geometry"))


def test_the_browser_is_told_the_means_of_the_rows(plan: atlas.Atlas, words: text.Words) -> None:
    state, (_, values) = LAYER.state(moments.of(plan, MONTH)), LAYER.drawing(plan, words)
    frame = LAYER.frame(moments.of(plan, MONTH))
    assert list(values.keys) == list(frame["cvegeo"])
    assert state[1] == pytest.approx(list(frame["detection"] * 100), abs=0.056)
    assert len(json.dumps(state)) < 600


def test_places_that_no_strip_touches_make_an_empty_table(small: atlas.Atlas, words: text.Words) -> None:
    assert len(LAYER.frame(moments.of(small, MONTH))) == 0
    assert LAYER.drawing(small, words)[1].keys == ()
    assert LAYER.state(moments.of(small, MONTH))[1] == []


# --- picture ----------------------------------------------------------------------------------


@EVERY_LEVEL
@pytest.mark.parametrize("theme", detection.THEMES)
def test_each_cell_has_the_colour_of_its_class_where_it_lies(
    level: str, theme: str, plan: atlas.Atlas, words: text.Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, level)
    cells = cells_of(plan)
    shown = opened(plan, MONTH, theme)
    (south, west), (north, east) = LAYER.drawing(plan, words)[0].bounds
    there = pyproj.Transformer.from_crs("EPSG:4326", raster.WEB_MERCATOR, always_xy=True)
    (left, right), (low, top) = there.transform([west, east], [south, north])
    # From the middle of each pixel back to the cell.
    pixel = np.random.default_rng(3).integers(0, shown.shape[0] * shown.shape[1], 60_000)
    row, column = np.divmod(pixel, shown.shape[1])
    x = left + (column + 0.5) * (right - left) / shown.shape[1]
    y = top - (row + 0.5) * (top - low) / shown.shape[0]
    back = pyproj.Transformer.from_crs(raster.WEB_MERCATOR, cells.crs, always_xy=True)
    position = cells.at(*back.transform(x, y))
    values = plan.frontier.coverage.detection(MONTH) if level == release.INTERNAL else means_by_hand(plan, MONTH)
    inks = [getattr(swatch, theme) for swatch in palette.DETECTION]
    expected = np.zeros((len(pixel), 4), dtype=np.uint8)
    for number, (at, value) in enumerate(zip(position, values[position], strict=True)):
        if at >= 0 and value > 0:
            ink = inks[sum(value >= edge for edge in (0.1, 0.25, 0.5, 0.75))]
            expected[number] = [*bytes.fromhex(ink[1:]), 255]
    inside = position >= 0
    assert inside.sum() > 3000
    assert (expected[inside, 3] == 255).sum() > 300
    same = (shown[row, column] == expected).all(axis=1)
    # A pixel's middle on the very edge of a cell may fall to either side.
    assert same.mean() > 0.9995


def test_nothing_is_drawn_before_anything_is_in_service(plan: atlas.Atlas) -> None:
    assert not plan.frontier.coverage.detection(0).any()
    assert not opened(plan, 0)[:, :, 3].any()
    assert opened(plan, MONTH)[:, :, 3].any()


def test_a_picture_is_made_once_and_put_back_where_it_was_lost(plan: atlas.Atlas) -> None:
    state = LAYER.state(moments.of(plan, 36))
    assert isinstance(state[0], dict)
    path = static.folder() / "atlas" / state[0]["light"]
    content, moment = path.read_bytes(), path.stat().st_mtime_ns
    assert LAYER.state(moments.of(plan, 36)) == state
    assert path.stat().st_mtime_ns == moment
    assert path.stem.endswith(static.digest(content))
    path.unlink()
    assert LAYER.state(moments.of(plan, 36)) == state
    assert path.read_bytes() == content


# --- release ----------------------------------------------------------------------------------


def test_the_public_sees_one_value_in_every_block(plan: atlas.Atlas) -> None:
    found = plan.frontier.coverage
    fine, coarse = (detection.released(found, MONTH, level) for level in (release.INTERNAL, release.PUBLIC))
    assert np.array_equal(fine, found.detection(MONTH))
    seen: dict[tuple[int, int], set[float]] = {}
    for square, value in zip(blocks_by_hand(found.grid), coarse, strict=True):
        seen.setdefault(square, set()).add(float(value))
    assert {len(values) for values in seen.values()} == {1}
    assert coarse == pytest.approx(means_by_hand(plan, MONTH))
    assert coarse.sum() == pytest.approx(fine.sum())
    assert coarse.max() < fine.max()


def test_two_plans_that_differ_only_within_blocks_look_the_same_to_the_public(plan: atlas.Atlas) -> None:
    cells = cells_of(plan)
    found = grid.blocks(cells, detection.BLOCK_METRES)
    values = plan.frontier.coverage.detection(MONTH)
    order = np.lexsort((np.random.default_rng(5).random(len(values)), found.member))
    home = np.lexsort((np.arange(len(values)), found.member))
    shuffled = np.empty_like(values)
    shuffled[home] = values[order]
    assert not np.array_equal(shuffled, values)
    assert found.means(shuffled) == pytest.approx(found.means(values))


def test_a_block_of_few_cells_gives_nothing_away(plan: atlas.Atlas) -> None:
    # At the edge of the strip a block may hold a single cell; no sensor reaches that far.
    found = grid.blocks(cells_of(plan), detection.BLOCK_METRES)
    few = np.bincount(found.member) < 40
    assert few.any()
    for month in (12, 36, 60):
        assert not found.means(plan.frontier.coverage.detection(month))[few].any()


@EVERY_LEVEL
def test_the_legend_counts_what_is_drawn_and_says_how(
    level: str, plan: atlas.Atlas, words: text.Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, level)
    legend = LAYER.legend(moments.of(plan, MONTH), words)
    drawn = plan.frontier.coverage.detection(MONTH) if level == release.INTERNAL else means_by_hand(plan, MONTH)
    # Four cells make a square kilometre.
    nowhere = (drawn == 0.0).sum() / 4
    above = [(drawn >= edge).sum() / 4 for edge in (1e-12, 0.1, 0.25, 0.5, 0.75, 1.1)]
    areas = [nowhere, *(low - high for low, high in itertools.pairwise(above))]
    assert sum(areas) == len(drawn) / 4
    assert [row.note for row in legend.rows] == [f"{words.integer(area)} km²" for area in areas]
    assert [row.swatch for row in legend.rows] == [None, *palette.DETECTION]
    assert "Invented sensors." in legend.note
    assert "Without terrain" in legend.note
    assert ("blocks of 10 km" in legend.note) == (level == release.PUBLIC)
    assert ("cells of 500 m" in legend.note) == (level == release.INTERNAL)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.0, 0), (1e-9, 1), (0.0999, 1), (0.1, 2), (0.25, 3), (0.5, 4), (0.75, 5), (1.0, 5)],
)
def test_classes_by_hand(value: float, expected: int) -> None:
    assert detection.classify(np.array([value])).tolist() == [expected]


def test_classes_grow_darker_by_day_and_lighter_by_night() -> None:
    def light(colour: str) -> float:
        red, green, blue = bytes.fromhex(colour[1:])
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    day = [light(swatch.light) for swatch in palette.DETECTION]
    night = [light(swatch.dark) for swatch in palette.DETECTION]
    assert (np.diff(day) < -20).all()
    assert (np.diff(night) > 15).all()


# --- GeoTIFF ----------------------------------------------------------------------------------


@EVERY_LEVEL
def test_the_file_is_cloud_optimised_and_holds_the_months_values(
    level: str, plan: atlas.Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, level)
    path = export.save(tmp_path, LAYER, moments.of(plan, MONTH), suffix="tif")
    name = f"detection_month-{MONTH}_ssa" + ("_internal" if level == release.INTERNAL else "")
    assert [each.name for each in tmp_path.iterdir()] == [f"{name}.tif"]
    assert cogeo.cog_validate(str(path), strict=True) == (True, [], [])
    cells = cells_of(plan)
    values = plan.frontier.coverage.detection(MONTH) if level == release.INTERNAL else means_by_hand(plan, MONTH)
    chosen = np.random.default_rng(4).integers(0, len(values), 5000)
    with rasterio.open(path) as dataset:
        assert dataset.crs == rasterio.CRS.from_string(cells.crs)
        assert dataset.res == ((500.0, 500.0) if level == release.INTERNAL else (10_000.0, 10_000.0))
        assert dataset.block_shapes == [(512, 512)]
        assert bool(dataset.overviews(1)) == (level == release.INTERNAL)
        found = np.array([each[0] for each in dataset.sample(cells.centres(chosen))])
        wanted = values[chosen] if level == release.INTERNAL else values[chosen].round(1)
        assert found == pytest.approx(wanted, abs=1e-6)
        band = dataset.read(1)
        assert np.isnan(dataset.nodata)
        assert np.isfinite(band).sum() == (len(values) if level == release.INTERNAL else 1579)
        assert "probability of detection" in dataset.descriptions[0]
        tags = dataset.tags()
    assert tags["title"] == "Detection, month 48"
    assert tags["hypothetical"] == "true"
    assert "Hypothetical" in tags["notice"]
    assert json.loads(tags["scenario"])["hash"] == plan.scenario.hash
    assert (tags["month"], tags["release"]) == ("48", level)
    assert "probability" in tags["unit"]
    assert {each["path"] for each in json.loads(tags["sources"])} == set(LAYER.sources(plan))
    assert (tags["coarsening"] == "none") == (level == release.INTERNAL)
    assert float(tags["computed_cell_metres"]) == 500.0


def test_a_layer_without_a_raster_is_told_which_have_one(plan: atlas.Atlas, tmp_path: Path) -> None:
    with pytest.raises(export.ExportError, match=r"`layer` 'zones' has no raster .*; choose from .*detection"):
        export.save(tmp_path / "out", base.find("zones"), moments.of(plan, MONTH), suffix="tif")
    assert list(tmp_path.iterdir()) == []
    assert "detection" in export.with_raster(moments.of(plan, MONTH))
    assert "control" not in export.with_raster(moments.of(plan, MONTH))


def test_a_raster_that_cannot_be_written_leaves_nothing(
    plan: atlas.Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left")

    monkeypatch.setattr(raster.rasterio.shutil, "copy", full)
    with pytest.raises(export.ExportError, match=r"`out` .* cannot be written"):
        export.save(tmp_path, LAYER, moments.of(plan, MONTH), suffix="tif")
    assert list(tmp_path.iterdir()) == []


# --- command ----------------------------------------------------------------------------------


@pytest.fixture
def at_hand(plan: atlas.Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command find the loaded atlas, and set the level back afterwards."""
    monkeypatch.setenv(release.VARIABLE, "")
    monkeypatch.setattr(atlas, "load", lambda _folder, **_: plan)


@pytest.mark.usefixtures("at_hand")
def test_the_command_writes_every_raster_there_is(plan: atlas.Atlas, tmp_path: Path) -> None:
    assert command.main(["--out", str(tmp_path), "--month", "48", "--format", "tif"]) == 0
    names = {f"{layer}_month-48_ssa.tif" for layer in export.with_raster(moments.of(plan, MONTH))}
    assert {each.name for each in tmp_path.iterdir()} == names


@pytest.mark.usefixtures("at_hand")
@pytest.mark.parametrize(
    "error",
    [
        rasterio._err.CPLE_AppDefinedError(3, 1, "TIFFAppendToStrip:Write error"),  # noqa: SLF001
        SystemError("Unknown GDAL Error. To debug: CPLE_None"),
    ],
)
def test_a_full_disk_is_one_line_and_code_1(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(raster.rasterio.shutil, "copy", full)
    assert command.main(["--out", str(tmp_path), "--layer", "detection", "--month", "48", "--format", "tif"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "cannot be written" in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("at_hand")
def test_the_command_takes_the_level_of_release(tmp_path: Path) -> None:
    for level, side in (("internal", 500.0), ("public", 10_000.0)):
        out = tmp_path / level
        asked = ["--out", str(out), "--month", "48", "--layer", "detection", "--format", "tif", "--release", level]
        assert command.main(asked) == 0
        (path,) = out.iterdir()
        assert ("_internal" in path.name) == (level == "internal")
        with rasterio.open(path) as dataset:
            assert dataset.res == (side, side)


@pytest.mark.usefixtures("at_hand")
def test_a_layer_without_a_raster_is_one_line_and_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--out", str(tmp_path / "out"), "--layer", "control", "--format", "tif"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("python -m layers: `layer` 'control' has no raster")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("at_hand")
@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (("--release", "secret"), 2, "'secret'"),
        (("--layer", "nope"), 2, "invalid choice: 'nope'"),
    ],
)
def test_wrong_arguments_are_one_line(
    arguments: tuple[str, ...], code: int, named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--out", str(tmp_path / "out"), *arguments])
    assert ended.value.code == code
    (line,) = capsys.readouterr().err.splitlines()
    assert named in line


def test_a_level_of_the_environment_that_does_not_exist_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    choose(monkeypatch, "secret")
    assert command.main(["--out", str(tmp_path / "out")]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "`ATLAS_RELEASE` 'secret' is no level of release" in line


def test_every_file_names_its_level(plan: atlas.Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    assert export.metadata(LAYER, moments.of(plan, MONTH))["release"] == "public"
    assert export.file_name("control", 30, "ssa", "csv") == "control_month-30_ssa.csv"
    choose(monkeypatch, release.INTERNAL)
    assert export.metadata(LAYER, moments.of(plan, MONTH))["release"] == "internal"
    assert export.file_name("control", 30, "ssa", "csv") == "control_month-30_ssa_internal.csv"
