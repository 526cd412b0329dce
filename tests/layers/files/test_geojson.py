"""Exported GeoJSON: RFC 7946, readable by GDAL, and the same rows as everywhere else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from layers import base
from layers.files import export
from roadmap import atlas, moments
from tests.layers import by_hand
from tests.layers.files import rfc7946

LAYERS = tuple(base.registry())
REQUIRED = {
    "title",
    "hypothetical",
    "notice",
    "scenario",
    "month",
    "phase",
    "track",
    "licence",
    "sources",
    "made_at",
}
CONTROL_COLUMNS = [
    "cvegeo",
    "name",
    "state",
    "population",
    "area_km2",
    "control",
    "class",
    "baseline_class",
    "reclaimed",
    "lost",
    "confidence",
    "month",
    "compared_with_month",
    "scenario",
    "edition",
    "hypothetical",
]

SQUARE = "[[0,0],[1,0],[1,1],[0,1],[0,0]]"
HOLE = "[[0.2,0.2],[0.2,0.4],[0.4,0.4],[0.4,0.2],[0.2,0.2]]"


def collection(coordinates: str, kind: str = "Polygon", more: str = "") -> str:
    """A collection with one feature."""
    geometry = f'{{"type":"{kind}","coordinates":{coordinates}}}'
    feature = f'{{"type":"Feature","properties":{{}},"geometry":{geometry}}}'
    return f'{{"type":"FeatureCollection"{more},"features":[{feature}]}}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (collection(f"[{SQUARE}]"), []),
        (collection(f"[{SQUARE},{HOLE}]"), []),
        (collection("[0.123456,-90]", "Point"), []),
        (collection("[[[0,0],[0,1],[1,1],[0,0]]]"), ["feature 0: an outer ring that runs clockwise"]),
        (collection(f"[{SQUARE},{SQUARE}]"), ["feature 0: a hole that runs counterclockwise"]),
        (collection("[[[0,0],[1,0],[1,1],[0,1]]]"), ["feature 0: a ring that is not closed"]),
        (collection("[[[0,0],[1,1],[0,0]]]"), ["feature 0: 3 positions in a ring", "feature 0: an outer ring that ru"]),
        (collection("[0.1234567,1]", "Point"), ["feature 0: too many decimals: 0.1234567"]),
        (collection("[181,1]", "Point"), ["feature 0: outside the ranges: 181 1"]),
        (collection("[20,-100]", "Point"), ["feature 0: outside the ranges: 20 -100"]),
        (collection("[1,1,5]", "Point"), ["feature 0: 3 numbers in a position"]),
        (collection("[NaN,1]", "Point"), ["no JSON: NaN is no JSON number"]),
        (collection("[1,1]", "Point", ',"crs":{"type":"name"}'), ["a crs member (section 4)"]),
        (collection("[1,1]", "Point", ',"properties":{}'), ["reserved members: ['properties']"]),
        (collection("[1,1]", "Circle"), ["feature 0: unknown geometry 'Circle'"]),
        ('{"type":"Feature"}', ["no FeatureCollection"]),
        ("\ufeff{}", ["a byte order mark"]),
    ],
)
def test_the_check_sees_what_it_looks_for(text: str, expected: list[str]) -> None:
    found = rfc7946.problems(text)
    assert len(found) == len(expected)
    assert all(problem.startswith(start) for problem, start in zip(found, expected, strict=True))


@pytest.fixture(scope="module", params=LAYERS)
def layer(request: pytest.FixtureRequest) -> base.Layer:
    return base.find(request.param)


@pytest.fixture(scope="module")
def path(layer: base.Layer, plan: atlas.Atlas, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layer of month 30, exported."""
    return export.save(tmp_path_factory.mktemp("geojson"), layer, moments.of(plan, 30))


def test_the_export_follows_rfc_7946(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert rfc7946.problems(text) == []
    assert text.endswith("\n")


def test_the_export_says_where_it_comes_from(path: Path, layer: base.Layer, plan: atlas.Atlas) -> None:
    about = json.loads(path.read_text(encoding="utf-8"))["metadata"]
    assert set(about) >= REQUIRED
    assert about["scenario"] == {"id": "ssa", "title": plan.scenario.title, "hash": plan.scenario.hash}
    assert (about["month"], about["phase"], about["track"]) == (30, 3, "plan")
    assert about["hypothetical"] is layer.illustrative
    assert ("ypothetical" in about["notice"]) is layer.illustrative
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", about["made_at"])
    assert about["sources"]
    assert all(source["citation"] and source["licence"] for source in about["sources"])
    assert about["licence"]
    if layer.id in {"control", "change"}:
        assert (about["rule_version"], about["compared_with_month"]) == ("v1", 0)
        assert sum(row["municipalities"] for row in about["tally"].values()) == 2465


def test_every_source_of_an_export_has_its_record(layer: base.Layer, plan: atlas.Atlas) -> None:
    about = export.metadata(layer, moments.of(plan, 30))
    unknown = [source["path"] for source in about["sources"] if source["citation"] == "a scenario of the user's own"]
    assert unknown == []


def test_gdal_opens_the_export(path: Path, layer: base.Layer, plan: atlas.Atlas) -> None:
    frame = layer.frame(moments.of(plan, 30))
    described = pyogrio.read_info(path, force_feature_count=True, force_total_bounds=True)
    assert described["driver"] == "GeoJSON"
    assert described["features"] == len(frame) > 0
    assert described["crs"] == "EPSG:4326"
    told = by_hand.told(frame, layer.id, plan, 30)
    assert list(described["fields"]) == [name for name in told.columns if name != "geometry"]
    west, south, east, north = described["total_bounds"]
    assert -119 < west < east < -86
    assert 14 < south < north < 33


def same_rows(read: gpd.GeoDataFrame, frame: gpd.GeoDataFrame) -> None:
    """Assert that a file that was read holds a frame's rows, in order, value for value."""
    assert list(read["geometry"].geom_type.unique()) == list(frame.geometry.geom_type.unique())
    assert len(read) == len(frame)
    for name in (column for column in frame.columns if column != "geometry"):
        found, expected = read[name].astype(object), frame[name].astype(object)
        assert list(found.isna()) == list(expected.isna()), name
        assert list(found.dropna()) == list(expected.dropna()), name


def test_geopandas_reads_the_same_rows_order_and_values(path: Path, layer: base.Layer, plan: atlas.Atlas) -> None:
    read, frame = gpd.read_file(path), layer.frame(moments.of(plan, 30))
    same_rows(read, frame)
    distance = shapely.hausdorff_distance(read.geometry.to_numpy(), frame.geometry.to_numpy())
    assert distance.max() < 1e-6
    assert read.geometry.is_valid.all()


def test_control_features_carry_what_was_promised(small: atlas.Atlas) -> None:
    document = json.loads(export.geojson(base.find("control"), moments.of(small, 30)))
    assert {tuple(feature["properties"]) for feature in document["features"]} == {tuple(CONTROL_COLUMNS)}
    assert [feature["properties"]["cvegeo"] for feature in document["features"]] == list(by_hand.KEYS)


@pytest.mark.parametrize("month", [0, 1, 60])
def test_every_month_exports(month: int, small: atlas.Atlas) -> None:
    for each in base.registry().values():
        text = export.geojson(each, moments.of(small, month)).decode()
        assert rfc7946.problems(text) == []
        assert len(json.loads(text)["features"]) == len(each.frame(moments.of(small, month)))
        assert json.loads(text)["metadata"]["phase"] == {0: None, 1: 1, 60: 4}[month]


def test_what_is_not_there_is_null(small: atlas.Atlas) -> None:
    rows = [f["properties"] for f in json.loads(export.geojson(base.find("control"), moments.of(small, 7)))["features"]]
    assert [row["control"] for row in rows] == [0.5, 0.7, 0.9, None]
    assert rows[3]["confidence"] is None
    zone = json.loads(export.geojson(base.find("zones"), moments.of(small, 12)))["features"][0]["properties"]
    assert zone["last_month"] is None
    assert (zone["first_month"], zone["guard_units"]) == (3, 2)
    counts = [
        f["properties"] for f in json.loads(export.geojson(base.find("crossings"), moments.of(small, 7)))["features"]
    ]
    assert [row["trucks_per_year"] for row in counts] == [500, None, None]
    assert [row["pedestrians_per_year"] for row in counts] == [None, 0, None]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64("nan"), None),
        (float("inf"), None),
        (pd.NA, None),
        (None, None),
        (np.int64(7), 7),
        (np.bool_(False), False),  # noqa: FBT003 - a cell
        ("", ""),
        (0, 0),
    ],
)
def test_cells_become_json_values(value: object, expected: object) -> None:
    found = export._plain(value)  # noqa: SLF001 - one table of cells
    assert found == expected
    assert type(found) is type(expected)


def test_withheld_and_unassessed_places_leave_without_score(own: atlas.Atlas) -> None:
    document = json.loads(export.geojson(base.find("control"), moments.of(own, 15)))
    rows = {feature["properties"]["cvegeo"]: feature["properties"] for feature in document["features"]}
    for key, status in (("08037", "withheld"), ("02004", "not_assessed")):
        assert rows[key]["class"] == status
        assert rows[key]["control"] is None
        assert rows[key]["confidence"] is None
        assert not rows[key]["reclaimed"]
        assert not rows[key]["lost"]
    score = own.plan.projected.score[15, list(rows).index("08037")]
    assert f"{score:.4f}" not in json.dumps(rows["08037"])
    assert document["metadata"]["tally"]["withheld"]["municipalities"] == 1
    assert document["metadata"]["tally"]["not_assessed"]["municipalities"] == 1
    changes = [
        each["properties"] for each in json.loads(export.geojson(base.find("change"), moments.of(own, 15)))["features"]
    ]
    assert {each["change"] for each in changes if each["cvegeo"] in {"08037", "02004"}} == {"unknown"}


def test_a_fixed_time_makes_the_same_bytes(small: atlas.Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    first = export.geojson(base.find("control"), moments.of(small, 12))
    assert first == export.geojson(base.find("control"), moments.of(small, 12))
    assert json.loads(first)["metadata"]["made_at"] == "2026-01-01T00:00:00+00:00"
