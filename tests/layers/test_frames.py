"""One frame feeds everything: what is sent, listed and described is what the rows say."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from layers import base, change, control, crossings, placed, zones
from roadmap import atlas, moments
from roadmap.record import control as control_classes
from roadmap.words import text
from tests.layers import by_hand

LAYERS = tuple(base.registry())
MUNICIPAL = ("control", "change")
MONTHS = range(61)
CODES = {each.key: each.code for each in control_classes.CLASSES}


@pytest.mark.parametrize("month", [0, 7, 12, 22, 55])
def test_control_by_hand(month: int, small: atlas.Atlas) -> None:
    frame = control.LAYER.frame(moments.of(small, month))
    expected = {
        0: ("2340", [0.5, 0.7, 0.9, 0.1]),
        7: ("234w", [0.5, 0.7, 0.9, None]),
        12: ("3340", [0.7, 0.7, 0.9, 0.1]),
        22: ("3140", [0.7, 0.3, 0.9, 0.1]),
        55: ("314n", [0.7, 0.3, 0.9, None]),
    }[month]
    assert control.LAYER.state(moments.of(small, month)) == [expected[0]]
    assert [CODES[key] for key in frame["class"]] == list(expected[0])
    assert [CODES[key] for key in frame["baseline_class"]] == list("2340")
    assert [None if pd.isna(score) else score for score in frame["control"]] == expected[1]
    assert list(frame["cvegeo"]) == list(by_hand.KEYS)
    assert list(frame["reclaimed"]) == [month >= 12, False, False, False]
    assert list(frame["lost"]) == [False, month >= 22, False, False]


@pytest.mark.parametrize(
    ("month", "vs", "expected"),
    [
        (11, 0, "...."),  # Alpha is held for two months only
        (12, 0, "+..."),
        (12, 9, "+..."),
        (12, 10, "...."),  # it was held already
        (21, 0, "+..."),
        (22, 0, "+-.."),
        (22, 21, "...."),
        (7, 0, "...?"),
        (12, 7, "+..?"),
        (55, 0, "+-.?"),
    ],
)
def test_change_by_hand(month: int, vs: int, expected: str, small: atlas.Atlas) -> None:
    frame = change.LAYER.frame(moments.of(small, month, vs))
    assert change.LAYER.state(moments.of(small, month, vs)) == [expected]
    assert [change.CODES[key] for key in frame["change"]] == list(expected)
    assert [CODES[key] for key in frame["class_now"]] == list(control.LAYER.state(moments.of(small, month))[0])
    assert [CODES[key] for key in frame["class_before"]] == list(control.LAYER.state(moments.of(small, vs))[0])


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        (0, []),
        (2, []),
        (3, [("north", ["01001"], 10, 1.0)]),
        (8, [("north", ["01001", "01002"], 30, 3.0)]),
        (20, [("north", ["01001", "01002"], 30, 3.0), ("south", ["14039"], 40, 4.0)]),
        (21, [("north", ["01001"], 10, 1.0), ("south", ["14039"], 40, 4.0)]),
        (49, [("north", ["01001"], 10, 1.0), ("late", ["02004"], 30, 3.0)]),
    ],
)
def test_zones_by_hand(month: int, expected: list[tuple[object, ...]], small: atlas.Atlas) -> None:
    frame = zones.LAYER.frame(moments.of(small, month))
    found = zip(frame["zone"], frame["members"].str.split(";"), frame["population"], frame["area_km2"], strict=True)
    assert [tuple(row) for row in found] == expected
    assert [shape.area for shape in frame.geometry] == [len(row[1]) for row in expected]  # type: ignore[arg-type]


def test_the_browser_paints_the_class_of_every_row_in_every_month(plan: atlas.Atlas) -> None:
    for month in MONTHS:
        frame = control.LAYER.frame(moments.of(plan, month))
        assert control.LAYER.state(moments.of(plan, month)) == ["".join(CODES[key] for key in frame["class"])]


@pytest.mark.parametrize("vs", [0, 6, 18])
def test_the_browser_paints_the_change_of_every_row_in_every_month(plan: atlas.Atlas, vs: int) -> None:
    for month in range(vs, 61):
        frame = change.LAYER.frame(moments.of(plan, month, vs))
        codes = "".join(change.CODES[key] for key in frame["change"])
        assert change.LAYER.state(moments.of(plan, month, vs)) == [codes]


def test_the_browser_outlines_the_members_of_every_zone_in_every_month(plan: atlas.Atlas) -> None:
    keys = plan.territory.municipalities["cvegeo"].to_numpy()
    ending = set()
    (outline,) = zones.LAYER.drawing(plan, text.words())
    arrangements: Any = outline.arrangements
    for month in MONTHS:
        frame = zones.LAYER.frame(moments.of(plan, month))
        state = arrangements[zones.LAYER.state(moments.of(plan, month))[0]]
        assert [each["id"] for each in state] == list(frame["zone"])
        assert [";".join(keys[each["members"]]) for each in state] == list(frame["members"])
        assert [each["ending"] for each in state] == list((frame["last_month"] == month).fillna(value=False))
        ending |= {each["id"] for each in state if each["ending"]}
    assert ending == {zone.id for zone in plan.scenario.zones if zone.last_month is not None}


@pytest.mark.parametrize("layer", MUNICIPAL)
@pytest.mark.parametrize("month", [0, 30, 60])
def test_rows_stand_in_the_order_of_the_outlines(layer: str, month: int, plan: atlas.Atlas) -> None:
    frame = base.find(layer).frame(moments.of(plan, month))
    everything = plan.territory.municipalities
    for column in ("cvegeo", "name", "state", "population", "area_km2"):
        assert (frame[column] == everything[column]).all()
    assert frame.geometry.geom_equals_exact(everything.geometry, 0).all()


def test_a_frame_is_the_readers_own(plan: atlas.Atlas) -> None:
    for layer in base.registry().values():
        frame = layer.frame(moments.of(plan, 30))
        before = layer.frame(moments.of(plan, 30))
        frame.iloc[:, :-1] = frame.iloc[::-1, :-1].to_numpy()
        pd.testing.assert_frame_equal(pd.DataFrame(layer.frame(moments.of(plan, 30))), pd.DataFrame(before))


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("month", [0, 1, 30, 60])
def test_the_tables_columns_are_the_frames_own(layer: str, month: int, plan: atlas.Atlas, words: text.Words) -> None:
    frame = base.find(layer).frame(moments.of(plan, month))
    headings = base.find(layer).columns(words)
    assert headings
    assert set(headings) <= set(frame.columns)
    assert len(set(headings.values())) == len(headings)
    assert frame.crs == "EPSG:4326"
    assert frame.columns[-1] == "geometry"


@pytest.mark.parametrize("layer", LAYERS)
def test_what_the_browser_is_sent_is_plain_json(
    layer: str, plan: atlas.Atlas, hostile: atlas.Atlas, words: text.Words
) -> None:
    one = base.find(layer)
    for each in (plan, hostile):
        sent = [
            [mark.sent() for mark in base.drawn(one, each, words)],
            one.data(each),
            *(one.state(moments.of(each, month)) for month in (0, 7, 30, 60)),
        ]
        # Twice there and back: what is read is what is written, tuples and lists being one.
        written = json.dumps(sent, allow_nan=False)
        assert json.dumps(json.loads(written), allow_nan=False) == written


def test_a_withheld_or_unassessed_place_shows_neither_score_nor_confidence(own: atlas.Atlas) -> None:
    hidden = {"08037": (range(61), "withheld"), "02004": (range(10, 21), "not_assessed")}
    for key, (months, status) in hidden.items():
        for month in (0, 9, 10, 20, 21, 60):
            row = control.LAYER.frame(moments.of(own, month)).set_index("cvegeo").loc[key]
            if month in months:
                assert row["class"] == status
                assert np.isnan(row["control"])
                assert pd.isna(row["confidence"])
            else:
                assert row["class"] not in {"withheld", "not_assessed"}
                assert row["control"] > 0
                assert row["confidence"] in {"low", "medium"}


def test_a_score_read_from_the_rows_gives_the_class_beside_it(plan: atlas.Atlas) -> None:
    for month in MONTHS:
        frame = control.LAYER.frame(moments.of(plan, month))
        cut = plan.plan.projected.score[month] - frame["control"].to_numpy()
        assert cut.min() >= 0
        assert cut.max() < 1e-4
        assert (control_classes.classify(frame["control"]) == plan.plan.codes[month]).all()


def test_a_plan_is_never_of_high_confidence(plan: atlas.Atlas) -> None:
    seen = {level for month in MONTHS for level in control.LAYER.confidence(moments.of(plan, month).now)}
    assert seen == {"low", "medium"}
    assert set(control.LAYER.confidence(moments.of(plan, 37).now)) == {"low"}


def test_no_figure_of_a_crossing_is_not_zero(small: atlas.Atlas, words: text.Words) -> None:
    layer = base.find("crossings")
    assert list(layer.frame(moments.of(small, 0))["kind"]) == ["truck", "car", "rail"]
    (symbols,) = layer.drawing(small, words)
    truck, car, rail = (
        next(point for point in symbols.points if point.shape == shape) for shape in ("square", "circle", "diamond")
    )
    assert (truck.is_hollow, truck.radius) == (False, placed.radius(1.0))
    assert (rail.is_hollow, rail.radius) == (True, placed.radius(None))
    assert ["Traffic", "no figure for this crossing"] in rail.rows
    assert not any("0 (" in value for _, value in rail.rows)
    on_foot = next(value for label, value in car.rows if label.startswith("On foot"))
    assert on_foot.startswith("0 (")  # a zero that was counted stays a zero


@pytest.mark.parametrize(
    ("modes", "expected"),
    [
        ("truck;car;pedestrian", "truck"),
        ("pedestrian;car;bus", "car"),
        ("bus", "car"),
        ("pedestrian", "pedestrian"),
        ("pedestrian;rail", "pedestrian"),
        ("rail", "rail"),
        ("truck;rail", "truck"),
    ],
)
def test_the_kind_of_a_crossing(modes: str, expected: str) -> None:
    assert crossings.kind(modes) == expected
