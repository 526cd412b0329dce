"""Crossings in a month: what is counted stays as it is, what the plan adds is said to be invented."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pandas as pd
import pytest

from layers import base, crossings, placed
from layers.files import export
from roadmap import atlas, moments
from roadmap.border import upgrades
from roadmap.words import text
from tests.layers import traps

OBSERVED = ["us-san-ysidro", "us-san-ysidro-rail"]
"""The car crossing and the rail crossing of the small atlas, its second and third row."""
TRAFFIC = ["trucks_per_year", "cars_per_year", "pedestrians_per_year", "year"]


def upgrade(
    name: str, crossing: str, kind: str, month: int, *, lanes: int = 0, inspected: float = 0.0
) -> upgrades.Upgrade:
    """One upgrade, a new crossing at kilometre 300 by the sea."""
    new = kind == upgrades.NEW
    return upgrades.Upgrade(
        id=name,
        kind=kind,
        crossing=name if new else crossing,
        name=f"New {name}" if new else "",
        km=300.0,
        lon=-114.8,
        lat=32.5,
        sector="yuma",
        first_month=month,
        lanes=lanes,
        inspected=inspected,
        basis="invented",
        row=2,
    )


@pytest.fixture
def planned(small: atlas.Atlas) -> atlas.Atlas:
    """Three crossings; one is upgraded in months 5 and 20, another opened in month 10."""
    rows = small.observations.crossings.assign(id=["us-otay-mesa", *OBSERVED])
    improved = upgrades.Upgrades(
        (
            upgrade("a", "us-otay-mesa", "expanded_lanes", 5, lanes=3),
            upgrade("b", "us-otay-mesa", "southbound_inspection", 5, inspected=0.25),
            upgrade("c", "us-otay-mesa", "scanners", 20, inspected=0.5),
            upgrade("d", "", upgrades.NEW, 10, lanes=2),
        )
    )
    return replace(
        small,
        observations=replace(small.observations, crossings=rows),
        frontier=replace(small.frontier, upgrades=improved),
    )


def points_of(plan: atlas.Atlas, words: text.Words) -> tuple[placed.Point, ...]:
    """The symbols of the layer."""
    (symbols,) = crossings.LAYER.drawing(plan, words)
    assert isinstance(symbols, placed.Symbols)
    return symbols.points


@pytest.mark.parametrize(
    ("month", "reached"),
    [(0, []), (4, []), (5, [[0, 1]]), (10, [[0, 1], [3, 1]]), (19, [[0, 1], [3, 1]]), (20, [[0, 2], [3, 1]])],
)
def test_the_state_counts_what_is_in_service(month: int, reached: list[list[int]], planned: atlas.Atlas) -> None:
    assert crossings.LAYER.state(moments.of(planned, month)) == [reached]


@pytest.mark.parametrize(
    ("month", "lanes", "inspected", "kinds", "since"),
    [
        (4, 0, 0.0, "", pd.NA),
        (5, 3, 0.25, "expanded_lanes;southbound_inspection", 5),
        (20, 3, 0.75, "expanded_lanes;southbound_inspection;scanners", 5),
    ],
)
def test_a_crossing_carries_its_upgrades(
    month: int, lanes: int, inspected: float, kinds: str, since: object, planned: atlas.Atlas
) -> None:
    row = crossings.LAYER.frame(moments.of(planned, month)).iloc[0]
    assert (row["added_lanes"], row["inspected"], row["upgrades"]) == (lanes, inspected, kinds)
    assert (pd.isna(row["since"]) and pd.isna(since)) or row["since"] == since
    assert (row["origin"], row["trucks_per_year"]) == ("observed", 500)
    assert row["km"] == pytest.approx(planned.frontier.placed.loc["us-otay-mesa", "km"], abs=1e-3)


def test_a_new_crossing_is_invented_and_has_no_traffic(planned: atlas.Atlas) -> None:
    assert len(crossings.LAYER.frame(moments.of(planned, 9))) == 3
    frame = crossings.LAYER.frame(moments.of(planned, 10))
    assert list(frame["origin"]) == ["observed"] * 3 + ["invented"]
    new = frame.iloc[3]
    assert (new["id"], new["name_us"], new["kind"], new["km"]) == ("d", "New d", "new", 300.0)
    assert (new["added_lanes"], new["since"], new["source"]) == (2, 10, "invented by the scenario")
    assert new[TRAFFIC].isna().all()
    assert (new.geometry.x, new.geometry.y) == (-114.8, 32.5)
    assert (new["border"], new["sector"]) == ("us", "yuma")


def test_what_the_tooltip_adds_at_each_stage(planned: atlas.Atlas, words: text.Words) -> None:
    first, *others, new = points_of(planned, words)
    lanes = ["Lanes added", "3 (invented, since month 5)"]
    assert first.stages == [
        [lanes, ["Inspected", "25 % of southbound vehicles (invented, since month 5)"]],
        [
            lanes,
            ["Inspected", "75 % of southbound vehicles (invented, since month 20)"],
            ["Scanners", "in service (invented, since month 20)"],
        ],
    ]
    assert [point.stages for point in others] == [[], []]
    assert (new.title, new.subtitle) == ("New d", "New crossing (invented)")
    assert (new.is_planned, new.is_hollow, new.shape) == (True, True, "plus")
    assert ["Lanes added", "2 (invented, since month 10)"] in new.rows
    assert ["Traffic", "no figure: the crossing is invented"] in new.rows


def test_the_legend_counts_them_apart_from_what_is_observed(planned: atlas.Atlas, words: text.Words) -> None:
    notes = {
        month: {row.key: row.note for row in crossings.LAYER.legend(moments.of(planned, month), words).rows}
        for month in (0, 20)
    }
    observed = {"truck": "1", "car": "1", "pedestrian": "0", "rail": "1"}
    assert notes[0] == {**observed, "upgraded": "0", "new": "0"}
    assert notes[20] == {**observed, "upgraded": "1", "new": "1"}
    invented = [row for row in crossings.LAYER.legend(moments.of(planned, 20), words).rows if "invented" in row.label]
    assert [row.symbol for row in invented] == ["ring", "plus"]


def test_the_metadata_says_what_is_observed_and_what_is_invented(plan: atlas.Atlas) -> None:
    assert crossings.LAYER.illustrative
    about = crossings.LAYER.metadata(moments.of(plan, 60))
    said = [name for each in about["columns"].values() for name in each["columns"]]
    columns = set(crossings.LAYER.frame(moments.of(plan, 60)).columns) - {"geometry", "origin"}
    assert sorted(said) == sorted(columns)
    assert {name: each["source"] for name, each in about["columns"].items()} == {
        "observed": "observations/crossings.csv",
        "computed": "geography/border.parquet",
        "invented": "scenarios/ssa/upgrades.csv",
    }
    counted = {name: about["rows"][name] for name in ("observed", "invented")}
    assert counted == {"observed": 68, "invented": 3}
    assert crossings.LAYER.frame(moments.of(plan, 60))["origin"].value_counts().to_dict() == counted


def test_rows_state_and_legend_agree_in_every_month(plan: atlas.Atlas, words: text.Words) -> None:
    points = points_of(plan, words)
    assert sorted(point.id for point in points if not point.is_planned) == sorted(plan.observations.crossings["id"])
    for month in range(plan.plan.last_month + 1):
        frame = crossings.LAYER.frame(moments.of(plan, month))
        (state,) = crossings.LAYER.state(moments.of(plan, month))
        reached = [(points[position], stage) for position, stage in state]
        old, new = frame[frame["origin"] == "observed"].set_index("id"), frame[frame["origin"] == "invented"]
        assert list(old.index) == list(plan.observations.crossings["id"])
        upgraded = [(point, stage) for point, stage in reached if not point.is_planned]
        assert {point.id for point, _ in upgraded} == set(old.index[old["upgrades"] != ""])
        assert [point.id for point, _ in reached if point.is_planned] == list(new["id"])
        for point, stage in upgraded:
            told, row = dict(point.stages[stage - 1]), old.loc[point.id]
            assert told.get("Lanes added", "0 (").startswith(f"{row['added_lanes']} (")
            assert told.get("Inspected", "0 %").startswith(f"{row['inspected']:.0%}".replace("%", " %"))
            assert ("Scanners" in told) == ("scanners" in row["upgrades"])
        notes = {row.key: row.note for row in crossings.LAYER.legend(moments.of(plan, month), words).rows}
        assert (notes["upgraded"], notes["new"]) == (str(len(upgraded)), str(len(new)))


def test_the_busiest_crossings_are_drawn_first(plan: atlas.Atlas, words: text.Words) -> None:
    radii = [point.radius for point in points_of(plan, words) if not point.is_planned]
    assert radii == sorted(radii, reverse=True)
    assert radii[0] == placed.radius(1.0)


def test_only_the_northern_border_has_figures_of_the_plan(plan: atlas.Atlas) -> None:
    frame = crossings.LAYER.frame(moments.of(plan, 60))
    others = frame[frame["border"] != "us"]
    assert len(others) > 10
    assert others[["km", "added_lanes", "inspected", "since"]].isna().all(axis=None)
    assert set(others["upgrades"]) == {""}
    north = frame[frame["border"] == "us"]
    assert north["km"].between(0, plan.frontier.borders.watched.km[-1]).all()
    assert north["inspected"].between(0, 1).all()


def test_a_scenario_without_upgrades_names_no_file_of_them(plan: atlas.Atlas, words: text.Words) -> None:
    bare = replace(plan, frontier=replace(plan.frontier, upgrades=upgrades.NONE))
    assert crossings.LAYER.state(moments.of(bare, 60)) == [[]]
    assert len(crossings.LAYER.frame(moments.of(bare, 60))) == 68
    assert not any("upgrades" in path for path in crossings.LAYER.sources(bare))
    assert not any(point.is_planned for point in points_of(bare, words))
    assert "scenarios/ssa/upgrades.csv" in base.find("crossings").sources(plan)


@pytest.mark.parametrize("name", traps.NAMES)
def test_the_name_of_a_new_crossing_is_only_ever_a_name(name: str, planned: atlas.Atlas, words: text.Words) -> None:
    table = planned.frontier.upgrades.upgrades
    named = upgrades.Upgrades(tuple(replace(each, name=name) if each.name else each for each in table))
    hostile = replace(planned, frontier=replace(planned.frontier, upgrades=named))
    document = json.loads(export.geojson(crossings.LAYER, moments.of(hostile, 20)))
    assert document["features"][-1]["properties"]["name_us"] == name
    assert [point.title for point in points_of(hostile, words) if point.is_planned] == [name]


# How large symbols are: one rule for the map and the picture


def test_symbols_grow_with_their_share_by_area() -> None:
    none, quarter, whole = (placed.radius(share) for share in (None, 0.25, 1.0))
    assert (quarter - none) * 2 == pytest.approx(whole - none)
    assert placed.radius(0.0) == none == 3.0
    assert whole == 13.0


@pytest.mark.parametrize(("zoom", "scale"), [(2.0, 0.45), (4.0, 0.45), (5.0, 2 / 3), (6.5, 1.0), (12.0, 1.5)])
def test_symbols_grow_with_the_zoom_between_two_ends(zoom: float, scale: float) -> None:
    assert placed.scale(zoom) == pytest.approx(scale)


@pytest.mark.parametrize("shape", placed.SHAPES)
def test_a_ring_stands_clear_of_the_corners_of_its_symbol(shape: str) -> None:
    farthest = max((math.hypot(*corner) for corner in placed.SHAPES[shape]), default=1.0)
    assert placed.ring(shape, 10.0) > 10 * farthest + 1.9


def test_the_browser_is_sent_the_rule_each_radius_and_every_shape(plan: atlas.Atlas, words: text.Words) -> None:
    (symbols,) = crossings.LAYER.drawing(plan, words)
    sent = symbols.sent()
    assert sent["sizes"] == placed.SIZES
    assert sent["shapes"] == placed.SHAPES
    assert sent["reaches"] == {shape: placed.reach(shape) for shape in placed.SHAPES}
    assert [each["radius"] for each in sent["points"]] == [point.radius for point in symbols.points]
    hollow = {each["radius"] for each in sent["points"] if each.get("is_hollow") and not each.get("is_planned")}
    assert hollow == {placed.radius(None)}
