"""The line in sectors by the share covered: table, legend, what the browser is sent, and the strip over months."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
import shapely

from layers import coverage
from layers.charts import strip
from layers.files import export
from roadmap import atlas, moments
from roadmap.words import text
from tests.layers import traps
from tests.layers.drawing import SVG, drawn

LAYER = coverage.LAYER
SECTORS = (
    ("san-diego", "San Diego"),
    ("el-centro", "El Centro"),
    ("yuma", "Yuma"),
    ("tucson", "Tucson"),
    ("el-paso", "El Paso"),
    ("big-bend", "Big Bend"),
    ("del-rio", "Del Rio"),
    ("laredo", "Laredo"),
    ("rio-grande-valley", "Rio Grande Valley"),
)
COLUMNS = "sector name from_km to_km length_km covered_km share detection share_before geometry"
EVERY_THEME = pytest.mark.parametrize("dark", [False, True])


@pytest.fixture(scope="module")
def counted(plan: atlas.Atlas) -> atlas.Atlas:
    """The shipped line with shares that a reader can count.

    San Diego: none to month 9, 30 % to month 29, 80 % from then on. Yuma: exactly a half in every month. Nothing
    elsewhere.
    """
    line = replace(plan.frontier)
    found = plan.frontier.by_sector.copy()
    share = np.zeros(len(found))
    first = (found["key"] == "san-diego").to_numpy()
    share[first] = np.repeat([0.0, 0.3, 0.8], [10, 20, 31])
    share[(found["key"] == "yuma").to_numpy()] = 0.5
    found["share"] = share
    found["covered_km"] = found["length_km"] * share
    vars(line)["by_sector"] = found  # in the place of what would be computed from the sensors
    return replace(plan, frontier=line)


def colours_of(plan: atlas.Atlas, words: text.Words, *, dark: bool) -> list[str]:
    """Colours of the five classes, as the browser is told them."""
    (lines,) = LAYER.drawing(plan, words)
    return [str(colours["dark" if dark else "light"]) for colours in lines.sent()["swatches"]]


def said(root: ET.Element) -> list[str]:
    """All texts of a drawing."""
    return ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]


# --- classes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.0, 0),
        (1e-9, 1),
        (0.2499, 1),
        (0.25, 2),
        (0.4999, 2),
        (0.5, 3),
        (0.7499, 3),
        (0.75, 4),
        (1.0, 4),
    ],
)
def test_classes_at_their_edges(share: float, expected: int) -> None:
    assert coverage.bin_of(share) == expected


def test_every_class_has_its_words_and_its_colours(plan: atlas.Atlas, words: text.Words) -> None:
    assert len(set(LAYER.labels(words))) == 5
    for dark in (False, True):
        assert len(set(colours_of(plan, words, dark=dark))) == 5


# --- table ------------------------------------------------------------------------------------


@pytest.mark.parametrize("month", [0, 18, 36, 60])
def test_the_rows_run_from_the_pacific_to_the_gulf(month: int, plan: atlas.Atlas) -> None:
    frame = LAYER.frame(moments.of(plan, month))
    assert " ".join(frame.columns) == COLUMNS
    assert frame.crs == "EPSG:4326"
    assert list(zip(frame["sector"], frame["name"], strict=True)) == list(SECTORS)
    length = plan.frontier.borders.watched.length_km
    assert frame["from_km"].iloc[0] == 0.0
    assert frame["to_km"].iloc[-1] == pytest.approx(length)
    for end, start in zip(frame["to_km"][:-1], frame["from_km"][1:], strict=True):
        assert end == pytest.approx(start)
    assert (frame["length_km"] > 0).all()
    assert sum(frame["length_km"]) == pytest.approx(length)
    assert frame["length_km"].to_numpy() == pytest.approx((frame["to_km"] - frame["from_km"]).to_numpy())


@pytest.mark.parametrize("month", [0, 18, 36, 60])
def test_shares_are_those_of_the_frontier(month: int, plan: atlas.Atlas) -> None:
    frame = LAYER.frame(moments.of(plan, month))
    total = plan.frontier.totals.loc[month]
    assert frame["covered_km"].sum() == pytest.approx(total["covered_km"], abs=9 * 5e-5)
    assert frame["share"].to_numpy() == pytest.approx((frame["covered_km"] / frame["length_km"]).to_numpy(), abs=1e-4)
    assert frame["share"].between(0, 1).all()
    assert frame["detection"].between(0, 1).all()
    assert (frame["share"] > 0).any() == (month > 0)


def test_each_sector_begins_where_the_one_before_ends(plan: atlas.Atlas) -> None:
    frame = LAYER.frame(moments.of(plan, 36))
    ends = [
        (shapely.get_coordinates(shape)[0].tolist(), shapely.get_coordinates(shape)[-1].tolist())
        for shape in frame.geometry
    ]
    assert all(one[1] == other[0] for one, other in itertools.pairwise(ends))
    # West of Tijuana, and east of Matamoros.
    assert ends[0][0] == pytest.approx([-117.12, 32.53], abs=0.02)
    assert ends[-1][1] == pytest.approx([-97.14, 25.95], abs=0.03)


def test_the_share_before_is_that_of_the_month_of_comparison(plan: atlas.Atlas) -> None:
    frame = LAYER.frame(moments.of(plan, 36, 18))
    assert list(frame["share_before"]) == list(LAYER.frame(moments.of(plan, 18))["share"])
    assert list(frame["share"]) == list(LAYER.frame(moments.of(plan, 36))["share"])
    assert list(frame["share_before"]) != list(frame["share"])


def test_shares_counted_by_hand(counted: atlas.Atlas) -> None:
    frame = LAYER.frame(moments.of(counted, 30, 29))
    assert frame["share"].tolist() == [0.8, 0.0, 0.5] + [0.0] * 6
    assert frame["share_before"].tolist() == [0.3, 0.0, 0.5] + [0.0] * 6
    assert frame["covered_km"].tolist() == pytest.approx(
        [0.8 * frame["length_km"][0], 0.0, 0.5 * frame["length_km"][2]] + [0.0] * 6, abs=1e-4
    )


# --- browser and legend -----------------------------------------------------------------------


def test_the_browser_is_told_class_and_share_of_the_rows(plan: atlas.Atlas) -> None:
    for month in range(61):
        (state,) = LAYER.state(moments.of(plan, month))
        assert isinstance(state, list)
        frame = LAYER.frame(moments.of(plan, month))
        assert [each[0] for each in state] == [coverage.bin_of(share) for share in frame["share"]]
        assert [each[1] for each in state] == pytest.approx(list(frame["share"] * 100), abs=0.51)
        assert len(json.dumps(state)) < 200


def test_the_browser_is_told_of_every_sector_once(plan: atlas.Atlas, words: text.Words) -> None:
    (lines,) = LAYER.drawing(plan, words)
    sectors: Any = lines.sent()["lines"]
    assert [each["title"] for each in sectors] == [name for _, name in SECTORS]
    for each, shape in zip(sectors, LAYER.frame(moments.of(plan, 0)).geometry, strict=True):
        simple = shapely.MultiLineString([shapely.LineString(line) for line in each["parts"]])
        # Simplified by 0.004 degrees, rounded to 0.0001.
        assert shapely.hausdorff_distance(simple, shape) < 0.0042


@pytest.mark.parametrize("month", [0, 18, 36, 60])
def test_the_legend_shares_out_the_whole_line(month: int, plan: atlas.Atlas, words: text.Words) -> None:
    legend = LAYER.legend(moments.of(plan, month), words)
    assert [row.label for row in legend.rows] == list(LAYER.labels(words))
    kilometres = [int(row.note.removesuffix(" km").replace(",", "")) for row in legend.rows]
    total = plan.frontier.totals.loc[month]
    assert sum(kilometres) == pytest.approx(total["length_km"], abs=0.5 * len(kilometres))
    found = re.match(r"([\d.]+) % of ([\d,]+) km covered .*invented", legend.note)
    assert found is not None
    assert float(found[1]) == pytest.approx(total["share"] * 100, abs=0.0501)
    assert int(found[2].replace(",", "")) == round(total["length_km"]) == 3155


def test_the_legend_counted_by_hand(counted: atlas.Atlas, words: text.Words) -> None:
    lengths = dict(zip((key for key, _ in SECTORS), LAYER.frame(moments.of(counted, 0))["length_km"], strict=True))
    elsewhere = sum(lengths.values()) - lengths["san-diego"] - lengths["yuma"]
    expected = [elsewhere, 0.0, 0.0, lengths["yuma"], lengths["san-diego"]]
    notes = [row.note for row in LAYER.legend(moments.of(counted, 30), words).rows]
    assert notes == [f"{round(km):,} km" for km in expected]


def test_what_a_file_says_of_itself(plan: atlas.Atlas) -> None:
    about = LAYER.metadata(moments.of(plan, 36, 18))
    assert (about["compared_with_month"], about["on_terrain"]) == (18, False)
    total = plan.frontier.totals.loc[36]
    assert about["line"] == {key: pytest.approx(total[key], abs=5.1e-4) for key in total.index}
    assert {"length_km", "covered_km", "share", "gap_km", "overlap_km"} <= set(about["line"])
    document = json.loads(export.geojson(LAYER, moments.of(plan, 36, 18)))
    assert document["metadata"]["line"] == about["line"]
    assert document["metadata"]["hypothetical"] is True
    assert [feature["properties"]["sector"] for feature in document["features"]] == [key for key, _ in SECTORS]


# --- strip ------------------------------------------------------------------------------------


@EVERY_THEME
def test_the_strip_has_one_block_for_every_run_of_months(dark: bool, counted: atlas.Atlas, words: text.Words) -> None:  # noqa: FBT001
    root = drawn(strip.strip(moments.of(counted, 30).now, words, dark=dark))
    none, _, quarter, half, most = colours_of(counted, words, dark=dark)
    blocks = [(each.get("fill"), float(str(each.get("height")))) for each in root.iter(f"{SVG}rect")]
    month = blocks[3][1] / 61
    expected = [(none, 10), (quarter, 20), (most, 31), (none, 61), (half, 61), *[(none, 61)] * 6]
    assert blocks == [(colour, pytest.approx(months * month)) for colour, months in expected]


def test_the_strip_shows_the_class_of_every_sector_in_every_month(plan: atlas.Atlas, words: text.Words) -> None:
    root = drawn(strip.strip(moments.of(plan, 30).now, words, dark=False))
    colours = colours_of(plan, words, dark=False)
    columns: dict[float, list[tuple[float, float, int]]] = {}
    for each in root.iter(f"{SVG}rect"):
        x, y, height = (float(str(each.get(name))) for name in ("x", "y", "height"))
        columns.setdefault(x, []).append((y, height, colours.index(str(each.get("fill")))))
    assert len(columns) == len(SECTORS)
    for (key, _), x in zip(SECTORS, sorted(columns), strict=True):
        runs = sorted(columns[x])
        tall = sum(height for _, height, _ in runs) / 61
        shown = [value for _, height, value in runs for _ in range(round(height / tall))]
        found = plan.frontier.by_sector
        assert shown == [coverage.bin_of(share) for share in found.loc[found["key"] == key, "share"]]
        # Neighbouring blocks differ, else they would be one.
        assert all(one[2] != other[2] for one, other in itertools.pairwise(runs))


def test_blocks_are_as_wide_as_their_sectors_are_long(plan: atlas.Atlas, words: text.Words) -> None:
    root = drawn(strip.strip(moments.of(plan, 0).now, words, dark=False))
    wide = {float(str(each.get("x"))): float(str(each.get("width"))) for each in root.iter(f"{SVG}rect")}
    length = LAYER.frame(moments.of(plan, 0))["length_km"].to_numpy()
    found = np.array([wide[x] for x in sorted(wide)])
    assert found / found.sum() == pytest.approx(length / length.sum(), abs=2e-4)


def test_the_strip_marks_crossings_upgrades_phases_and_ends(plan: atlas.Atlas, words: text.Words) -> None:
    root = drawn(strip.strip(moments.of(plan, 30).now, words, dark=False))
    assert len(list(root.iter(f"{SVG}circle"))) == len(plan.frontier.upgrades.upgrades)
    ticks = [each for each in root.iter(f"{SVG}path") if str(each.get("d")).endswith("v5")]
    assert len(ticks) == (plan.frontier.placed["border"] == "us").sum()
    texts = said(root)
    assert {name for _, name in SECTORS} <= set(texts)
    assert {"P1", "P2", "P3", "P4", "Pacific, km 0", "Gulf, km 3,155"} <= set(texts)


def test_an_upgrade_stands_at_its_kilometre_and_month(plan: atlas.Atlas, words: text.Words) -> None:
    root = drawn(strip.strip(moments.of(plan, 30).now, words, dark=False))
    rows = list(root.iter(f"{SVG}rect"))
    left = min(float(str(each.get("x"))) for each in rows)
    right = max(float(str(each.get("x"))) + float(str(each.get("width"))) for each in rows)
    top = min(float(str(each.get("y"))) for each in rows)
    month = sum(float(str(each.get("height"))) for each in rows) / 61 / len(SECTORS)
    length = plan.frontier.borders.watched.length_km
    for each, circle in zip(plan.frontier.upgrades.upgrades, root.iter(f"{SVG}circle"), strict=True):
        km = (float(str(circle.get("cx"))) - left) / (right - left) * length
        assert km == pytest.approx(each.km, abs=1.0)
        assert int((float(str(circle.get("cy"))) - top) // month) == each.first_month


def test_the_thick_line_is_the_month_shown(plan: atlas.Atlas, words: text.Words) -> None:
    def height(month: int) -> float:
        root = drawn(strip.strip(moments.of(plan, month).now, words, dark=False))
        (line,) = [each for each in root.iter(f"{SVG}path") if each.get("stroke-width") == "1.6"]
        found = re.match(r"M[\d.]+ ([\d.]+)H", str(line.get("d")))
        assert found is not None
        return float(found[1])

    assert (height(60) - height(0)) / 60 == pytest.approx(height(31) - height(30))
    assert height(31) > height(30)


@EVERY_THEME
def test_hostile_names_are_text(dark: bool, hostile: atlas.Atlas, words: text.Words) -> None:  # noqa: FBT001
    svg = strip.strip(moments.of(hostile, 30).now, words, dark=dark)
    root = drawn(svg)
    texts = Counter(said(root))
    names = Counter(itertools.islice(itertools.cycle(traps.NAMES), len(SECTORS)))
    assert {name: texts[name] for name in names} == dict(names)
    shapes = ("svg", "rect", "path", "polyline", "circle", "text")
    assert {each.tag for each in root.iter()} <= {f"{SVG}{tag}" for tag in shapes}
    assert not [name for each in root.iter() for name in each.attrib if name.startswith("on")]
    assert "<script" not in svg


def test_dark_and_light_differ_in_colour_alone(plan: atlas.Atlas, words: text.Words) -> None:
    light, dark = (strip.strip(moments.of(plan, 30).now, words, dark=each) for each in (False, True))
    assert light != dark
    assert re.sub(r"#[0-9a-f]{6}", "", light) == re.sub(r"#[0-9a-f]{6}", "", dark)
    ground = {each: drawn(svg).get("fill") for each, svg in (("light", light), ("dark", dark))}
    assert ground["light"] != ground["dark"]


def test_the_shares_over_months_stay_as_they_were(plan: atlas.Atlas, words: text.Words) -> None:
    before = plan.frontier.by_sector.copy()
    strip.strip(moments.of(plan, 30).now, words, dark=False)
    LAYER.frame(moments.of(plan, 30, 12))
    LAYER.legend(moments.of(plan, 30), words)
    pd.testing.assert_frame_equal(plan.frontier.by_sector, before)
