"""Levels of release: the public sees shares, and no site of a device in anything drawn or written."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo import border, sensing
from layers import __main__ as command
from layers import base, release, sites
from layers.files import assets, export
from roadmap import atlas, moments
from roadmap.border import sensors
from roadmap.words import text
from tests.geo import toys

MONTH = 48
PUBLIC_LAYERS = ("coverage", "crossings", "detection")


@pytest.fixture(autouse=True)
def _public(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin at the level that holds when nothing is set, and go back to what was set before."""
    monkeypatch.setenv(release.VARIABLE, "")


@pytest.fixture
def internal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work inside the group."""
    monkeypatch.setenv(release.VARIABLE, release.INTERNAL)


@pytest.fixture(scope="module")
def between(plan: atlas.Atlas) -> np.ndarray:
    """Longitude and latitude of every device that does not stand at a crossing, whose place is public anyway."""
    line = plan.frontier.borders.watched
    found = [
        shapely.get_coordinates(sites.geometry(line, each))
        for each in plan.frontier.sensors.deployments
        if not each.crossing and each.sensor.units
    ]
    return np.vstack(found)


def pairs(coordinates: np.ndarray, digits: int) -> set[tuple[float, float]]:
    """Places rounded to some decimals."""
    return {(round(x, digits), round(y, digits)) for x, y in coordinates.tolist()}


def places_in(document: bytes) -> np.ndarray:
    """Every pair of coordinates in a GeoJSON file."""
    features = json.loads(document)["features"]
    return np.vstack([shapely.get_coordinates(shapely.from_geojson(json.dumps(each["geometry"]))) for each in features])


# --- levels -----------------------------------------------------------------------------------


def test_public_is_what_holds_unless_something_else_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert release.level() == "public"
    monkeypatch.delenv(release.VARIABLE)
    assert release.level() == "public"
    for level in release.LEVELS:
        monkeypatch.setenv(release.VARIABLE, level)
        assert release.level() == level
    assert release.LEVELS == ("public", "internal")


@pytest.mark.parametrize("wrong", ["secret", "Internal", "internal ", "public,internal", "1"])
def test_an_unknown_level_is_refused_with_those_there_are(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(release.VARIABLE, wrong)
    with pytest.raises(release.ReleaseError, match="public, internal") as caught:
        release.level()
    assert repr(wrong) in str(caught.value)
    assert release.VARIABLE in str(caught.value)
    with pytest.raises(release.ReleaseError):
        base.registry()


def test_a_level_is_chosen_for_the_process() -> None:
    release.choose("internal")
    assert os.environ[release.VARIABLE] == "internal"
    assert release.level() == "internal"
    with pytest.raises(release.ReleaseError):
        release.choose("secret")


def test_the_sites_are_a_layer_inside_the_group_only(monkeypatch: pytest.MonkeyPatch) -> None:
    public = list(base.registry())
    assert "sites" not in public
    assert set(PUBLIC_LAYERS) <= set(public)
    with pytest.raises(base.LayerError, match=r"`layer` 'sites' is unknown"):
        base.find("sites")
    monkeypatch.setenv(release.VARIABLE, release.INTERNAL)
    inside = list(base.registry())
    assert [name for name in inside if name not in public] == ["sites"]
    assert [name for name in inside if name in public] == public
    assert base.find("sites") is sites.LAYER
    monkeypatch.setenv(release.VARIABLE, release.PUBLIC)
    assert list(base.registry()) == public


def test_every_layer_kept_inside_is_kept_from_the_public(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not [layer.id for layer in base.registry().values() if layer.internal]
    monkeypatch.setenv(release.VARIABLE, release.INTERNAL)
    assert [layer.id for layer in base.registry().values() if layer.internal] == ["sites"]


# --- what the public can read -----------------------------------------------------------------


def test_there_are_devices_to_hide(plan: atlas.Atlas, between: np.ndarray) -> None:
    assert len(between) > 50
    assert len(pairs(between, 4)) == len(between)
    serving = plan.frontier.sensors.in_service(MONTH)
    assert {each.technology for each in serving} == set(sensors.TECHNOLOGIES)


@pytest.mark.usefixtures("internal")
def test_the_sites_file_would_give_them_away(plan: atlas.Atlas) -> None:
    # What the tests below look for is found where it may be.
    document = export.geojson(sites.LAYER, moments.of(plan, MONTH))
    serving = [
        each for each in plan.frontier.sensors.in_service(MONTH) if not each.crossing and each.sensor.units is not None
    ]
    line = plan.frontier.borders.watched
    devices = np.vstack([shapely.get_coordinates(sites.geometry(line, each)) for each in serving])
    assert pairs(devices, 4) <= pairs(places_in(document), 4)
    assert all(f'"{each.id}"'.encode() in document for each in serving)


@pytest.mark.parametrize("layer", PUBLIC_LAYERS)
def test_no_public_file_holds_the_place_of_a_device(layer: str, plan: atlas.Atlas, between: np.ndarray) -> None:
    shown = places_in(export.geojson(base.find(layer), moments.of(plan, MONTH)))
    assert len(shown) > 50
    # The line itself is public, and one of its thousands of vertices may lie a few metres from a device by chance.
    digits = 5 if layer == "coverage" else 4
    assert not pairs(between, digits) & pairs(shown, digits)


@pytest.mark.parametrize("suffix", ["geojson", "csv"])
def test_no_public_file_names_a_deployment(suffix: str, plan: atlas.Atlas, tmp_path: Path) -> None:
    for layer in base.registry().values():
        content = export.save(tmp_path, layer, moments.of(plan, MONTH), suffix=suffix).read_text(encoding="utf-8")
        assert not [each.id for each in plan.frontier.sensors.deployments if each.id in content], layer.id


@pytest.mark.parametrize("month", [0, 36, 60])
def test_public_files_are_the_same_without_the_table_of_sensors(
    month: int, plan: atlas.Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    # They are made from coverage alone: nothing else that a row says can be read from them.
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    without = replace(plan, frontier=replace(plan.frontier, sensors=sensors.NONE))
    for layer in (base.find(name) for name in PUBLIC_LAYERS):
        files = [json.loads(export.geojson(layer, moments.of(each, month))) for each in (without, plan)]
        for file in files:
            # Whether there is a table at all is said among the sources.
            for name in ("sources", "licence"):
                del file["metadata"][name]
        assert files[0] == files[1]


def test_public_lines_and_points_do_not_move_with_what_is_deployed(plan: atlas.Atlas) -> None:
    for name in ("coverage", "detection"):
        layer = base.find(name)
        before, after = layer.frame(moments.of(plan, 0)), layer.frame(moments.of(plan, MONTH))
        assert before.geometry.geom_equals_exact(after.geometry, 0).all()
        assert not before["detection"].equals(after["detection"])


def test_the_manifest_has_no_sites_for_the_public(plan: atlas.Atlas, words: text.Words) -> None:
    manifest = assets.manifest(plan, words, "outlines.json")
    constants = manifest["layers"]
    assert isinstance(constants, dict)
    assert set(constants) == set(base.registry())
    assert "sites" not in constants
    packed = json.dumps(manifest)
    assert not [each.id for each in plan.frontier.sensors.deployments if each.id in packed]
    assert "integrated towers" not in packed


@pytest.mark.usefixtures("internal")
def test_the_manifest_has_the_sites_inside_the_group(plan: atlas.Atlas, words: text.Words) -> None:
    constants = assets.manifest(plan, words, "outlines.json")["layers"]
    assert isinstance(constants, dict)
    cables, devices = constants["sites"]["marks"]
    assert len(cables["lines"]) + len(devices["points"]) == len(plan.frontier.sensors.deployments)


# --- the layer of sites -----------------------------------------------------------------------


@pytest.mark.parametrize("month", [0, 12, 30, 31, 60])
def test_one_row_a_deployment_in_service(month: int, plan: atlas.Atlas) -> None:
    frame = sites.LAYER.frame(moments.of(plan, month))
    assert list(frame.columns) == [*sites.COLUMNS, "geometry"]
    assert frame.crs == "EPSG:4326"
    expected = [
        each
        for each in plan.frontier.sensors.deployments
        if each.sensor.first_month <= month < (each.sensor.failure_month or 61)
    ]
    assert list(frame["id"]) == [each.id for each in expected]
    for each, shape, units in zip(expected, frame.geometry, frame["units"], strict=True):
        if each.sensor.units is None:
            assert shape.geom_type == "LineString"
        else:
            assert len(shape.geoms) == each.sensor.units == units
    assert (len(frame) > 0) == (month > 0)


def test_state_and_legend_count_the_same_rows(plan: atlas.Atlas, words: text.Words) -> None:
    for month in (0, 20, 30, 31, 60):
        frame = sites.LAYER.frame(moments.of(plan, month))
        cables, devices = sites.LAYER.state(moments.of(plan, month))
        deployed = plan.frontier.sensors.deployments
        stand, lie = ([each.id for each in deployed if sites.is_cable(each) is along] for along in (False, True))
        shown = {stand[position] for position, _ in devices} | {
            name for name, said in zip(lie, cables, strict=True) if said is not None
        }
        assert shown == set(frame["id"])
        legend = sites.LAYER.legend(moments.of(plan, month), words)
        counts = {row.key: int(row.note) for row in legend.rows}
        assert counts == {name: (frame["technology"] == name).sum() for name in sensors.TECHNOLOGIES}
        assert "not for release" in legend.note


def test_what_the_browser_draws_is_where_the_rows_are(plan: atlas.Atlas, words: text.Words) -> None:
    cables, devices = sites.LAYER.drawing(plan, words)
    line, deployed = plan.frontier.borders.watched, plan.frontier.sensors.deployments
    assert [each.geometry for each in cables.lines] == [
        sites.geometry(line, each) for each in deployed if each.sensor.units is None
    ]
    stand = [each for each in deployed if each.sensor.units is not None]
    for each, point in zip(stand, devices.points, strict=True):
        expected = shapely.get_coordinates(sites.geometry(line, each))
        assert np.array(point.sent()["places"]) == pytest.approx(expected, abs=5.1e-5)


@pytest.mark.parametrize(
    ("start", "end", "units", "expected"),
    [
        (0.0, 8.0, 4, [1.0, 3.0, 5.0, 7.0]),
        (2.0, 4.0, 1, [3.0]),
        (6.0, 6.0, 1, [6.0]),
        (6.0, 6.0, None, [6.0]),
    ],
)
def test_devices_stand_evenly_by_hand(start: float, end: float, units: int | None, expected: list[float]) -> None:
    # Ten kilometres from west to east.
    line = toys.straight_border((0.0, 0.0), (10_000.0, 0.0)).watched
    sensor = sensing.Sensor("s", start, end, 1, 1.0, 0.9, 0.1, units=units)
    shape = sites.geometry(line, sensors.Deployment("a", "integrated_tower", "", "invented", sensor, 2))
    assert shape.geom_type == "MultiPoint"
    points = shapely.get_coordinates(shape)
    km, distance = border.locate(line, points[:, 0], points[:, 1])
    assert km == pytest.approx(expected, abs=1e-3)
    assert distance == pytest.approx(np.zeros(len(expected)), abs=1e-3)


def test_a_cable_is_its_stretch_by_hand() -> None:
    line = toys.straight_border((0.0, 0.0), (10_000.0, 0.0)).watched
    sensor = sensing.Sensor("s", 2.0, 4.0, 1, 1.0, 0.9, 0.1)
    shape = sites.geometry(line, sensors.Deployment("a", "fibre_acoustic", "", "invented", sensor, 2))
    assert shape.geom_type == "LineString"
    ends = shapely.get_coordinates(shape)[[0, -1]]
    assert border.locate(line, ends[:, 0], ends[:, 1])[0] == pytest.approx([2.0, 4.0], abs=1e-3)


# --- command ----------------------------------------------------------------------------------


@pytest.fixture
def at_hand(plan: atlas.Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command find the loaded atlas; the level that it chooses is set back by `_public`."""
    monkeypatch.setattr(atlas, "load", lambda _folder, **_: plan)


@pytest.mark.usefixtures("at_hand")
@pytest.mark.parametrize("arguments", [(), ("--release", "public")])
def test_the_command_refuses_the_sites_to_the_public(
    arguments: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    with pytest.raises(SystemExit) as ended:
        command.main(["--out", str(out), "--month", "48", "--layer", "sites", *arguments])
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "invalid choice: 'sites'" in line
    assert "sites" not in line.split("choose from")[1]
    assert not out.exists()


@pytest.mark.usefixtures("at_hand")
def test_the_command_writes_the_sites_inside_the_group(plan: atlas.Atlas, tmp_path: Path) -> None:
    asked = ["--out", str(tmp_path), "--month", "48", "--layer", "sites", "--release", "internal"]
    assert command.main([*asked, "--format", "geojson"]) == 0
    assert command.main([*asked, "--format", "csv"]) == 0
    names = [f"sites_month-48_ssa_internal.{suffix}" for suffix in ("csv", "csv-metadata.json", "geojson")]
    assert sorted(each.name for each in tmp_path.iterdir()) == names
    document = json.loads((tmp_path / names[2]).read_text(encoding="utf-8"))
    assert document["metadata"]["release"] == "internal"
    assert document["metadata"]["hypothetical"] is True
    ids = [each.id for each in plan.frontier.sensors.in_service(MONTH)]
    assert [feature["properties"]["id"] for feature in document["features"]] == ids
    with (tmp_path / names[0]).open(encoding="utf-8", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == ids


@pytest.mark.usefixtures("at_hand")
def test_all_layers_are_all_that_may_be_released(tmp_path: Path) -> None:
    for level, kept in (("public", False), ("internal", True)):
        assert command.main(["--out", str(tmp_path / level), "--month", "48", "--release", level]) == 0
        names = {each.name.split("_")[0] for each in (tmp_path / level).iterdir()}
        assert ("sites" in names) == kept
        assert set(PUBLIC_LAYERS) <= names
