"""What each written row says of itself, through other tools too; names of files; types of columns and geometries."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.dataset
import pyogrio
import pytest
import shapely
from pandas.testing import assert_frame_equal
from pyarrow import parquet

from layers import base, release
from layers.files import export, rows
from roadmap import atlas, moments
from tests.layers import by_hand
from tests.layers.files import ogr

PUBLIC = tuple(base.registry())
MONTHS = (0, 7, 36, 60)


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside the group, where every layer may be shown."""
    monkeypatch.setenv(release.VARIABLE, release.INTERNAL)


# --- months ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("inside")
def test_a_layer_declares_whether_it_compares(plan: atlas.Atlas) -> None:
    for layer in base.registry().values():
        frames = [[layer.frame(moments.of(plan, month, vs)) for vs in (0, 18)] for month in (20, 36, 60)]
        same = all(first.equals(other) for first, other in frames)
        assert same == (layer.compares is base.Compares.NOTHING), layer.id
        told = ["compared_with_month" in layer.metadata(moments.of(plan, 36, vs)) for vs in (0, 18)]
        assert told == [not same] * 2, layer.id
    assert {each.id for each in base.registry().values() if each.compares is not base.Compares.NOTHING} == (
        by_hand.COMPARING
    )


@pytest.mark.parametrize("layer", PUBLIC)
@pytest.mark.parametrize("suffix", export.FORMATS)
def test_files_that_differ_in_the_month_compared_with_have_names_of_their_own(
    layer: str, suffix: str, small: atlas.Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    one = base.find(layer)
    paths = [export.save(tmp_path, one, moments.of(small, 36, vs), suffix=suffix) for vs in (0, 18, 20)]
    if layer == "change":
        assert [path.name for path in paths] == [f"change_{vs}-36_small.{suffix}" for vs in (0, 18, 20)]
    elif layer in by_hand.COMPARING:
        spans = ("month-36", "18-36", "20-36")
        assert [path.name for path in paths] == [f"{layer}_{span}_small.{suffix}" for span in spans]
    else:
        assert {path.name for path in paths} == {f"{layer}_month-36_small.{suffix}"}
    names = {path.name for path in paths}
    written = {tuple((tmp_path / each).read_bytes() for each in export.files(name)) for name in names}
    assert len(written) == len(names)


@pytest.mark.parametrize(
    ("layer", "vs", "expected"),
    [
        ("change", 0, "change_0-36_small.csv"),
        ("change", 18, "change_18-36_small.csv"),
        ("control", 0, "control_month-36_small.csv"),
        ("control", 18, "control_18-36_small.csv"),
        ("zones", 18, "zones_month-36_small.csv"),
    ],
)
def test_names_of_layers(layer: str, vs: int, expected: str, small: atlas.Atlas) -> None:
    assert export.name_of(base.find(layer), moments.of(small, 36, vs), "csv") == expected


# --- columns --------------------------------------------------------------------------------------


def test_the_frame_that_is_drawn_says_nothing_of_it(small: atlas.Atlas) -> None:
    for layer in base.registry().values():
        assert not {"scenario", "edition", "hypothetical", "compared_with_month"} & set(
            layer.frame(moments.of(small, 30))
        )


def test_rows_of_observed_data_are_not_hypothetical(small: atlas.Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = base.find("crossings")
    monkeypatch.setattr(type(layer), "illustrative", False)
    document = json.loads(export.geojson(layer, moments.of(small, 30)))
    assert {feature["properties"]["hypothetical"] for feature in document["features"]} == {False}
    assert document["metadata"]["hypothetical"] is False


def test_a_layer_with_a_month_of_its_own_keeps_it(small: atlas.Atlas) -> None:
    table = pd.DataFrame({"month": [3, 4]})
    found = rows.origin(table, moments.of(small, 30, 6), compared=True, hypothetical=True)
    assert found["month"].tolist() == [3, 4]
    assert list(found) == ["month", "compared_with_month", "scenario", "edition", "hypothetical"]


CONVERSIONS = {
    "geojson": (("GPKG", "b.gpkg"), ("FlatGeobuf", "c.fgb"), ("ESRI Shapefile", "d.shp"), ("CSV", "e.csv")),
    "gpkg": (("GeoJSON", "b.geojson"), ("FlatGeobuf", "c.fgb"), ("GPKG", "d.gpkg"), ("CSV", "e.csv")),
}
SHAPEFILE = 10
"""Characters of a heading that a Shapefile keeps."""


@pytest.mark.parametrize("layer", PUBLIC)
@pytest.mark.parametrize("suffix", ["geojson", "gpkg"])
@pytest.mark.filterwarnings("ignore:Normalized/laundered field name")  # a Shapefile has ten characters for a heading
@pytest.mark.filterwarnings("ignore:.*truncated to 254 characters")  # and 254 for a text
def test_every_tool_keeps_that_it_is_hypothetical(
    layer: str, suffix: str, plan: atlas.Atlas, small: atlas.Atlas, tmp_path: Path
) -> None:
    chosen = plan if layer == "detection" else small  # of which the small one has no rows
    edition = {"scenario": chosen.scenario.id, "edition": chosen.edition}
    path = export.save(tmp_path, base.find(layer), moments.of(chosen, 30, 6), suffix=suffix)
    since = {"compared_with_month": 6} if layer in by_hand.COMPARING else {}
    expected = {"month": 30, **edition, "hypothetical": 1, **since}
    cut = len(max(expected, key=len))
    for driver, name in CONVERSIONS[suffix]:
        path = ogr.convert(path, tmp_path / name, "-f", driver, "-skipfailures")
        cut = min(cut, SHAPEFILE) if driver == "ESRI Shapefile" else cut
        read = pyogrio.read_dataframe(path, read_geometry=False)
        assert len(read) == len(base.find(layer).frame(moments.of(chosen, 30))) > 0
        for heading, value in expected.items():
            assert set(read[heading[:cut]].map(plain)) == {str(value)}, (name, heading)


def plain(cell: object) -> str:
    """A cell as text, whatever type a format has for yes and no."""
    return {"True": "1", "true": "1"}.get(str(cell), str(cell))


def test_a_parquet_that_is_saved_again_keeps_that_it_is_hypothetical(small: atlas.Atlas, tmp_path: Path) -> None:
    path = export.save(tmp_path, base.find("control"), moments.of(small, 30), suffix="parquet")
    gpd.read_parquet(path).to_parquet(tmp_path / "again.parquet")
    assert gpd.read_parquet(tmp_path / "again.parquet")["hypothetical"].all()


# --- types of geometry ------------------------------------------------------------------------------

TYPES = {
    "control": {"control": "MULTIPOLYGON"},
    "change": {"change": "MULTIPOLYGON"},
    "detection": {"detection": "MULTIPOLYGON"},
    "zones": {"zones": "MULTIPOLYGON"},
    "investment": {"investment": "POINT"},
    "coverage": {"coverage": "MULTILINESTRING"},
    "sites": {"sites_points": "MULTIPOINT", "sites_lines": "MULTILINESTRING"},
    "crossings": {"crossings": "POINT"},
}


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("layer", TYPES)
@pytest.mark.parametrize("month", MONTHS)
def test_a_geopackage_names_the_type_of_its_geometries(
    layer: str, month: int, plan: atlas.Atlas, tmp_path: Path
) -> None:
    one = base.find(layer)
    path = export.save(tmp_path, one, moments.of(plan, month), suffix="gpkg")
    with sqlite3.connect(path) as opened:
        named = dict(opened.execute("SELECT table_name, geometry_type_name FROM gpkg_geometry_columns"))
        dates = {date for (date,) in opened.execute("SELECT last_change FROM gpkg_contents")}
    opened.close()
    assert named == TYPES[layer]
    assert len(dates) == 1
    read = [gpd.read_file(path, layer=table) for table in named]
    assert [set(part.geom_type.str.upper()) - {kind} for part, kind in zip(read, named.values(), strict=True)] == (
        [set()] * len(named)
    )
    assert sum(map(len, read)) == len(one.frame(moments.of(plan, month)))
    about = [pyogrio.read_info(path, layer=table)["layer_metadata"]["hypothetical"] for table in named]
    assert about == ["true"] * len(named)


@pytest.mark.usefixtures("inside")
def test_every_layer_is_among_them() -> None:
    assert list(base.registry()) == list(TYPES)
    assert {layer: len(base.find(layer).shapes) for layer in TYPES} == {layer: len(TYPES[layer]) for layer in TYPES}


def test_a_layer_that_names_no_type_is_written_as_it_is(
    small: atlas.Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = base.find("control")
    monkeypatch.setattr(type(layer), "shapes", ())
    path = export.save(tmp_path, layer, moments.of(small, 30), suffix="gpkg")
    assert pyogrio.read_info(path)["geometry_type"] == "Unknown"
    assert set(gpd.read_file(path).geom_type) == {"Polygon"}


# --- covering ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("layer", TYPES)
@pytest.mark.parametrize("month", [0, 36])
def test_a_geoparquet_can_be_read_by_its_boxes(layer: str, month: int, plan: atlas.Atlas, tmp_path: Path) -> None:
    frame = base.find(layer).frame(moments.of(plan, month))
    path = export.save(tmp_path, base.find(layer), moments.of(plan, month), suffix="parquet")
    described = json.loads(parquet.read_schema(path).metadata[b"geo"])
    covering = {edge: ["bbox", edge] for edge in ("xmin", "ymin", "xmax", "ymax")}
    assert described["version"] == "1.1.0"
    assert described["columns"]["geometry"]["covering"] == {"bbox": covering}
    table = pyarrow.dataset.dataset(path).to_table()
    boxes = np.array([[box[edge] for edge in covering] for box in table["bbox"].to_pylist()]).reshape(-1, 4)
    np.testing.assert_array_equal(boxes, shapely.bounds(frame.geometry.to_numpy()).reshape(-1, 4))
    assert "bbox" not in gpd.read_parquet(path)
    west, south, east, north = near = (-107.0, 31.0, -106.0, 32.0)
    left, low, right, up = boxes.T
    overlapping = (left <= east) & (right >= west) & (low <= north) & (up >= south)
    found = gpd.read_parquet(path, bbox=near)
    assert_frame_equal(found[frame.columns[:1]], frame.loc[overlapping, frame.columns[:1]].reset_index(drop=True))


# --- types of columns -------------------------------------------------------------------------------


def yes_or_no(cell: str, words: str) -> bool:
    yes, no = words.split("|")
    assert cell in {yes, no}
    return cell == yes


def read_by_schema(path: Path) -> pd.DataFrame:
    """A CSV read after "CSV on the Web" with nothing but its metadata: names, datatypes, and what stands for null."""
    described = json.loads(path.with_name(f"{path.name}-metadata.json").read_text(encoding="utf-8"))
    assert described["url"] == path.name
    table = described["tableSchema"]
    with path.open(encoding="utf-8", newline="") as stream:
        headings, *lines = list(csv.reader(stream))
    assert len(headings) == len(table["columns"])
    read: dict[str, list[object]] = {}
    for place, column in enumerate(table["columns"]):
        assert headings[place] in column["titles"].values()
        datatype = column["datatype"]
        readers: dict[str, Callable[[str], object]] = {"string": str, "integer": int, "number": float}
        if isinstance(datatype, dict):
            assert datatype["base"] == "boolean"
            reader: Callable[[str], object] = lambda cell, words=datatype["format"]: yes_or_no(cell, words)  # noqa: E731
        else:
            reader = readers[datatype]
        read[column["name"]] = [None if line[place] == table["null"] else reader(line[place]) for line in lines]
    return pd.DataFrame(read, dtype=object)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("layer", TYPES)
@pytest.mark.parametrize("month", [0, 36])
def test_a_csv_read_by_its_schema_is_the_frame(layer: str, month: int, plan: atlas.Atlas, tmp_path: Path) -> None:
    one = base.find(layer)
    read = read_by_schema(export.save(tmp_path, one, moments.of(plan, month), suffix="csv"))
    frame = by_hand.told(one.frame(moments.of(plan, month)), layer, plan, month).drop(columns="geometry")
    expected = pd.DataFrame(frame).astype(object)
    expected = expected.where(expected.notna() & (expected != ""), None)
    assert_frame_equal(read, expected.reset_index(drop=True))
    types = [(type(cell), type(other)) for name in read for cell, other in zip(read[name], expected[name], strict=True)]
    assert all(issubclass(other, (kind, np.generic)) for kind, other in types)


def test_keys_are_strings_and_figures_are_not(small: atlas.Atlas, tmp_path: Path) -> None:
    path = export.save(tmp_path, base.find("control"), moments.of(small, 30), suffix="csv")
    described = json.loads(path.with_name(f"{path.name}-metadata.json").read_text(encoding="utf-8"))["tableSchema"]
    types = {column["name"]: column["datatype"] for column in described["columns"]}
    boolean = {"base": "boolean", "format": "True|False"}
    assert types == {
        **dict.fromkeys(("cvegeo", "name", "state", "class", "baseline_class", "confidence"), "string"),
        **dict.fromkeys(("population", "month", "compared_with_month"), "integer"),
        **dict.fromkeys(("area_km2", "control"), "number"),
        **dict.fromkeys(("reclaimed", "lost", "hypothetical"), boolean),
        **dict.fromkeys(("scenario", "edition"), "string"),
    }
    assert described["null"] == ""
    (titles,) = (column["titles"] for column in described["columns"] if column["name"] == "area_km2")
    assert (titles["und"], titles["en"]) == ("area_km2", "Area (km²)")
    assert read_by_schema(path)["cvegeo"].tolist() == list(by_hand.KEYS)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("layer", TYPES)
def test_a_column_has_one_type_in_every_month(layer: str, plan: atlas.Atlas) -> None:
    one = base.find(layer)
    types = [rows.features(one, moments.of(plan, month)).dtypes.astype(str).to_dict() for month in MONTHS]
    assert types == types[:1] * len(MONTHS)


def test_the_mark_for_spreadsheets_stands_once_at_the_beginning(small: atlas.Atlas) -> None:
    table = pd.DataFrame({"name": ["Puerta México"]})
    plain_, marked = (export.csv(table, moments.of(small, 30), mark=mark) for mark in (False, True))
    assert marked == b"\xef\xbb\xbf" + plain_
    assert marked.decode("utf-8-sig") == plain_.decode()
    assert plain_.startswith(b"name,month,")
