"""GeoPackage, GeoParquet and CSV: the same rows with their origin inside, written whole or not at all."""

from __future__ import annotations

import csv
import decimal
import io
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from pyarrow import parquet

from layers import base
from layers.files import export
from roadmap import atlas, moments
from tests.layers import by_hand, traps

LAYERS = tuple(base.registry())


def cells(frame: pd.DataFrame) -> pd.DataFrame:
    """A table of plain objects in which everything empty is None."""
    plain = pd.DataFrame(frame.drop(columns="geometry", errors="ignore")).astype(object)
    return plain.where(plain.notna(), None)


def as_one_of(shape: shapely.Geometry, layer: base.Layer) -> shapely.Geometry:
    """A geometry as the type that a layer's rows are stored as: by itself, or the only one of many."""
    (kind,) = layer.shapes
    made = {"MultiPolygon": shapely.MultiPolygon, "MultiLineString": shapely.MultiLineString}
    return shape if shape.geom_type == kind else made[kind]([shape])


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("month", [0, 7, 30])
def test_geopackage_there_and_back(layer: str, month: int, small: atlas.Atlas, tmp_path: Path) -> None:
    one = base.find(layer)
    path = export.save(tmp_path, one, moments.of(small, month), suffix="gpkg")
    read, frame = gpd.read_file(path, layer=layer), one.frame(moments.of(small, month))
    assert read.crs == "EPSG:4326"
    assert_frame_equal(cells(read), cells(by_hand.told(frame, layer, small, month)))
    assert set(read.geom_type) <= set(one.shapes)
    assert read.geometry.geom_equals_identical(frame.geometry.map(lambda shape: as_one_of(shape, one))).all()
    described = pyogrio.read_info(path, layer=layer)["layer_metadata"]
    expected = export.metadata(one, moments.of(small, month))
    assert described["title"] == expected["title"]
    assert described["hypothetical"] == json.dumps(one.illustrative)
    assert json.loads(described["scenario"]) == {"id": "small", "title": "A small plan", "hash": "0123456789ab"}
    assert json.loads(described["sources"]) == expected["sources"]


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("month", [0, 7, 30])
def test_geoparquet_there_and_back(layer: str, month: int, small: atlas.Atlas, tmp_path: Path) -> None:
    one = base.find(layer)
    path = export.save(tmp_path, one, moments.of(small, month), suffix="parquet")
    read, frame = gpd.read_parquet(path), one.frame(moments.of(small, month))
    assert read.crs == "EPSG:4326"
    assert_frame_equal(cells(read), cells(by_hand.told(frame, layer, small, month)))
    assert read.geometry.geom_equals_exact(frame.geometry, 0).all()
    kept = parquet.read_schema(path).metadata
    assert json.loads(kept[b"geo"])["primary_column"] == "geometry"
    about = json.loads(kept[b"roadmap_atlas"])
    assert about["scenario"]["hash"] == "0123456789ab"
    assert (about["month"], about["hypothetical"]) == (month, one.illustrative)


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("month", [0, 7, 30])
def test_csv_there_and_back(layer: str, month: int, small: atlas.Atlas, tmp_path: Path) -> None:
    one = base.find(layer)
    path = export.save(tmp_path, one, moments.of(small, month), suffix="csv")
    frame = one.frame(moments.of(small, month)).drop(columns="geometry")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(frame)
    for row, expected in zip(rows, cells(frame).to_dict("records"), strict=True):
        assert {name: row[name] for name in expected} == {
            name: "" if value is None else str(value) for name, value in expected.items()
        }
        origin = [row[name] for name in ("month", "scenario", "edition", "hypothetical")]
        assert origin == [str(month), "small", small.edition, str(one.illustrative)]


@pytest.mark.parametrize("layer", LAYERS)
def test_beside_a_csv_stands_what_other_formats_say_of_themselves(
    layer: str, small: atlas.Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    one = base.find(layer)
    path = export.save(tmp_path, one, moments.of(small, 30, 6), suffix="csv")
    beside = tmp_path / f"{path.name}-metadata.json"
    assert sorted(each.name for each in tmp_path.iterdir()) == [path.name, beside.name]
    about = json.loads(beside.read_text(encoding="utf-8"))
    assert (about["@context"], about["url"]) == ("http://www.w3.org/ns/csvw", path.name)
    assert about["notes"] == [json.loads(export.geojson(one, moments.of(small, 30, 6)))["metadata"]]


def test_keys_keep_their_leading_zero_in_a_csv(small: atlas.Atlas, tmp_path: Path) -> None:
    path = export.save(tmp_path, base.find("control"), moments.of(small, 0), suffix="csv")
    assert [line.split(",")[0] for line in path.read_text(encoding="utf-8").splitlines()[1:]] == [
        "01001",
        "01002",
        "02004",
        "14039",
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+52 656", "'+52 656"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        (" =1", "' =1"),
        ("\N{NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}@cmd", "'\N{NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}@cmd"),
        ("\N{FULLWIDTH EQUALS SIGN}1+1", "'\N{FULLWIDTH EQUALS SIGN}1+1"),
        ("\N{FULLWIDTH PLUS SIGN}1", "'\N{FULLWIDTH PLUS SIGN}1"),
        ("\N{FULLWIDTH HYPHEN-MINUS}1", "'\N{FULLWIDTH HYPHEN-MINUS}1"),
        ("\N{FULLWIDTH COMMERCIAL AT}cmd", "'\N{FULLWIDTH COMMERCIAL AT}cmd"),
        ("a=1", "a=1"),
        (" a", " a"),
        ("\N{EN DASH}", "\N{EN DASH}"),
        ("", ""),
        (-1, -1),
        (None, None),
    ],
)
def test_a_cell_never_becomes_a_formula(value: object, expected: object) -> None:
    assert export.neutral(value) == expected


@given(st.text())
def test_a_cell_is_changed_only_by_a_leading_quote(value: str) -> None:
    found = export.neutral(value)
    assert found in {value, f"'{value}"}
    assert not str(found).startswith(("\t", "\r", "\n"))
    assert not str(found).strip().startswith(("=", "+", "-", "@", *"\uff1d\uff0b\uff0d\uff20"))


def test_columns_of_one_name_stay_apart() -> None:
    rows = pd.DataFrame([[1, "a", 3, "=b"]], columns=["Month", "Same", "Same", "Same"])
    found = export.harmless(rows)
    assert list(found.columns) == ["Month", "Same", "Same (2)", "Same (3)"]
    assert found.iloc[0].tolist() == [1, "a", 3, "'=b"]
    assert found.select_dtypes("number").columns.tolist() == ["Month", "Same (2)"]


def test_a_table_as_csv_says_its_origin_and_keeps_its_numbers(small: atlas.Atlas) -> None:
    texts = ["=1+1", "@cmd", "-2+3", "\t=1", " =1", 'plain, "quoted"', None]
    numbers = [-1.5, 0.1 + 0.2, 1e-7, 2.0**60, -0.0, 7.0, float("nan")]
    exact = [decimal.Decimal(cents).scaleb(-2) for cents in (-1250, 5, 0, 10, 2**60, 100, 1)]
    rows = pd.DataFrame({"=name": texts, "figure": numbers, "usd": exact})
    written = export.csv(rows, moments.of(small, 30))
    assert rows["=name"].tolist()[:-1] == texts[:-1]  # what was handed over stays as it is
    first, *found = csv.reader(io.StringIO(written.decode(), newline=""))
    assert first == ["'=name", "figure", "usd", "month", "scenario", "edition", "hypothetical"]
    assert [row[0] for row in found] == [*(f"'{each}" for each in texts[:5]), texts[5], ""]
    assert [row[2] for row in found] == ["-12.50", "0.05", "0.00", "0.10", "11529215046068469.76", "1.00", "0.01"]
    assert {tuple(row[3:]) for row in found} == {("30", "small", small.edition, "True")}
    read = pd.read_csv(io.BytesIO(written))
    assert read["figure"].dtype == np.float64
    np.testing.assert_array_equal(read["figure"], numbers)


def test_rows_with_a_month_of_their_own_keep_it(small: atlas.Atlas) -> None:
    read = pd.read_csv(io.BytesIO(export.csv(pd.DataFrame({"month": [0, 1], "sum": [5, 6]}), moments.of(small, 60))))
    assert read["month"].tolist() == [0, 1]
    assert read["sum"].tolist() == [5, 6]


@pytest.mark.parametrize("layer", LAYERS)
def test_no_cell_of_a_hostile_table_starts_a_formula(layer: str, hostile: atlas.Atlas, tmp_path: Path) -> None:
    path = export.save(tmp_path, base.find(layer), moments.of(hostile, 20), suffix="csv")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    texts = [cell for row in rows[1:] for cell in row]
    assert not [cell for cell in texts if cell.startswith(("=", "+", "@"))]
    assert not [cell for cell in texts if cell.startswith("-") and not cell[1:].replace(".", "").isdigit()]
    assert any(cell == f"'{traps.FORMULA}" for cell in texts) or layer in {"zones", "detection"}


@pytest.mark.parametrize("suffix", export.FORMATS)
def test_a_new_export_replaces_the_old_one_whole(suffix: str, small: atlas.Atlas, tmp_path: Path) -> None:
    first = export.save(tmp_path, base.find("control"), moments.of(small, 0), suffix=suffix)
    first.write_bytes(b"old")
    kept = tmp_path.parent / f"{tmp_path.name}-kept"
    kept.hardlink_to(first)  # as somebody who reads the old one sees it
    again = export.save(tmp_path, base.find("control"), moments.of(small, 0), suffix=suffix)
    assert again == first == tmp_path / f"control_month-0_small.{suffix}"
    assert len(first.read_bytes()) > 100
    assert kept.read_bytes() == b"old"
    assert sorted(each.name for each in tmp_path.iterdir()) == list(export.files(first.name))


class Killed(BaseException):
    """What ends a program in the middle of its work."""


@pytest.mark.parametrize("suffix", export.FORMATS)
@pytest.mark.parametrize("blow", [Killed, OSError])
def test_nothing_half_written_is_left(
    suffix: str, blow: type[BaseException], small: atlas.Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export.save(tmp_path, base.find("control"), moments.of(small, 0), suffix=suffix)
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    write = export._WRITERS[suffix]  # noqa: SLF001 - to be broken off half way

    def broken_off(path: Path, *arguments: object) -> None:
        write(path, *arguments)  # type: ignore[arg-type]
        path.write_bytes(path.read_bytes()[:50])
        raise blow

    monkeypatch.setitem(export._WRITERS, suffix, broken_off)  # noqa: SLF001
    for month in (0, 12):
        with pytest.raises(export.ExportError if blow is OSError else Killed):
            export.save(tmp_path, base.find("control"), moments.of(small, month), suffix=suffix)
    assert sorted(before) == list(export.files(f"control_month-0_small.{suffix}"))
    assert {each.name: each.read_bytes() for each in tmp_path.rglob("*")} == before


def test_an_unknown_format_is_named_with_those_there_are(small: atlas.Atlas, tmp_path: Path) -> None:
    with pytest.raises(export.ExportError, match=r"`format` 'shp' is unknown; choose from geojson, gpkg, parquet, csv"):
        export.save(tmp_path, base.find("control"), moments.of(small, 0), suffix="shp")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(small: atlas.Atlas, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(export.ExportError, match=r"`out` '.*taken' cannot be written \(.+\); choose another folder"):
        export.save(tmp_path / "taken", base.find("control"), moments.of(small, 0))
    (tmp_path / "control_month-0_small.geojson").mkdir()
    with pytest.raises(export.ExportError, match="cannot be written"):
        export.save(tmp_path, base.find("control"), moments.of(small, 0))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["control_month-0_small.geojson", "taken"]


def test_file_names() -> None:
    assert export.file_name("control", 30, "ssa", "geojson") == "control_month-30_ssa.geojson"
