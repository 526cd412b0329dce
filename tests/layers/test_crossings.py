"""Crossings in a month: what is counted stays as it is, what the plan adds is said to be invented."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

from layers import base, crossings, export
from roadmap import atlas, moments
from roadmap.border import upgrades
from roadmap.plan import phases
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


@pytest.mark.parametrize(
    ("month", "upgraded", "opened"),
    [(0, [], []), (4, [], []), (5, [[0, 1]], []), (10, [[0, 1]], [0]), (19, [[0, 1]], [0]), (20, [[0, 2]], [0])],
)
def test_the_state_counts_what_is_in_service(
    month: int, upgraded: list[list[int]], opened: list[int], planned: atlas.Atlas
) -> None:
    assert crossings.LAYER.state(moments.of(planned, month)) == {"upgraded": upgraded, "new": opened}


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
    constants = crossings.LAYER.constants(planned, words)
    lanes = ["Lanes added", "3 (invented, since month 5)"]
    assert constants["upgrades"] == {
        "0": [
            [lanes, ["Inspected", "25 % of southbound vehicles (invented, since month 5)"]],
            [
                lanes,
                ["Inspected", "75 % of southbound vehicles (invented, since month 20)"],
                ["Scanners", "in service (invented, since month 20)"],
            ],
        ]
    }
    (new,) = constants["new"]
    assert (new["title"], new["subtitle"]) == ("New d", "New crossing (invented)")
    assert ["Lanes added", "2 (invented, since month 10)"] in new["rows"]
    assert ["Traffic", "no figure: the crossing is invented"] in new["rows"]


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
    observed = plan.observations.crossings["id"]
    constants = crossings.LAYER.constants(plan, words)
    for month in range(phases.LAST_MONTH + 1):
        frame = crossings.LAYER.frame(moments.of(plan, month))
        state = crossings.LAYER.state(moments.of(plan, month))
        old, new = frame[frame["origin"] == "observed"], frame[frame["origin"] == "invented"]
        assert list(old["id"]) == list(observed)
        assert [position for position, _ in state["upgraded"]] == list(old.index[old["upgrades"] != ""])
        assert [constants["new"][position]["id"] for position in state["new"]] == list(new["id"])
        for position, stage in state["upgraded"]:
            told = dict(constants["upgrades"][str(position)][stage - 1])
            row = old.loc[position]
            assert told.get("Lanes added", "0 (").startswith(f"{row['added_lanes']} (")
            assert told.get("Inspected", "0 %").startswith(f"{row['inspected']:.0%}".replace("%", " %"))
            assert ("Scanners" in told) == ("scanners" in row["upgrades"])
        notes = {row.key: row.note for row in crossings.LAYER.legend(moments.of(plan, month), words).rows}
        assert (notes["upgraded"], notes["new"]) == (str(len(state["upgraded"])), str(len(state["new"])))


def test_positions_of_the_points_are_those_of_the_state(plan: atlas.Atlas, words: text.Words) -> None:
    points = crossings.LAYER.constants(plan, words)["points"]
    assert {point["position"]: point["id"] for point in points} == dict(enumerate(plan.observations.crossings["id"]))


def test_only_the_northern_border_has_figures_of_the_plan(plan: atlas.Atlas) -> None:
    frame = crossings.LAYER.frame(moments.of(plan, 60))
    others = frame[frame["border"] != "us"]
    assert len(others) > 10
    assert others[["km", "added_lanes", "inspected", "since"]].isna().all(axis=None)
    assert set(others["upgrades"]) == {""}
    north = frame[frame["border"] == "us"]
    assert north["km"].between(0, plan.frontier.borders.north.km[-1]).all()
    assert north["inspected"].between(0, 1).all()


def test_a_scenario_without_upgrades_names_no_file_of_them(plan: atlas.Atlas, words: text.Words) -> None:
    bare = replace(plan, frontier=replace(plan.frontier, upgrades=upgrades.NONE))
    assert crossings.LAYER.state(moments.of(bare, 60)) == {"upgraded": [], "new": []}
    assert len(crossings.LAYER.frame(moments.of(bare, 60))) == 68
    assert not any("upgrades" in path for path in crossings.LAYER.sources(bare))
    assert crossings.LAYER.constants(bare, words)["new"] == []
    assert "scenarios/ssa/upgrades.csv" in base.find("crossings").sources(plan)


@pytest.mark.parametrize("name", traps.NAMES)
def test_the_name_of_a_new_crossing_is_only_ever_a_name(name: str, planned: atlas.Atlas, words: text.Words) -> None:
    table = planned.frontier.upgrades.upgrades
    named = upgrades.Upgrades(tuple(replace(each, name=name) if each.name else each for each in table))
    hostile = replace(planned, frontier=replace(planned.frontier, upgrades=named))
    document = json.loads(export.geojson(crossings.LAYER, moments.of(hostile, 20)))
    assert document["features"][-1]["properties"]["name_us"] == name
    assert [each["title"] for each in crossings.LAYER.constants(hostile, words)["new"]] == [name]


# How large symbols are: one rule for the map and the picture


def test_symbols_grow_with_their_share_by_area() -> None:
    none, quarter, whole = (crossings.radius(share) for share in (None, 0.25, 1.0))
    assert (quarter - none) * 2 == pytest.approx(whole - none)
    assert crossings.radius(0.0) == none == 3.0
    assert whole == 13.0


@pytest.mark.parametrize(("zoom", "scale"), [(2.0, 0.45), (4.0, 0.45), (5.0, 2 / 3), (6.5, 1.0), (12.0, 1.5)])
def test_symbols_grow_with_the_zoom_between_two_ends(zoom: float, scale: float) -> None:
    assert crossings.scale(zoom) == pytest.approx(scale)


def test_a_ring_stands_clear_of_the_corners_of_its_symbol() -> None:
    assert [crossings.ring(kind, 10.0) for kind in ("car", "truck")] == [13.2, 15.7]
    # The farthest corners, in radii, of squares and triangles as they are drawn.
    assert crossings.REACHES["truck"] * 10 + crossings.SIZES["ring"] > 10 * 0.89 * 2**0.5 + 2
    assert crossings.REACHES["pedestrian"] * 10 + crossings.SIZES["ring"] > 10 * 1.35 + 2


def test_the_browser_is_sent_the_rule_and_each_radius(plan: atlas.Atlas) -> None:
    sent = crossings.LAYER.constants(plan, text.words())
    assert sent["sizes"] == {**crossings.SIZES, "reaches": crossings.REACHES}
    assert {point["radius"] for point in sent["points"] if point["share"] is None} == {crossings.radius(None)}
    for point in sent["points"]:
        assert point["radius"] == pytest.approx(crossings.radius(point["share"]), abs=0.005)
