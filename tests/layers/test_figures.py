"""Counts in three denominators that always add up, and losses as plain as gains."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from layers import base, change, control, figures, palette
from roadmap import atlas, moments
from roadmap.words import text
from tests.layers import by_hand

COUNTED = ("control", "change")
SWAPPED = {"reclaimed": "lost", "lost": "reclaimed", "unchanged": "unchanged", "unknown": "unknown"}


def by_column(frame: pd.DataFrame, column: str) -> dict[str, tuple[int, int, float]]:
    """Counts straight from a layer's rows, by the values of a column."""
    return {
        str(key): (len(part), int(part["population"].sum()), math.fsum(part["area_km2"]))
        for key, part in frame.groupby(column)
    }


@pytest.mark.parametrize("layer", COUNTED)
def test_the_legend_counts_everything_in_every_month(layer: str, plan: atlas.Atlas, words: text.Words) -> None:
    frame = plan.territory.municipalities
    assert len(frame) == 2465
    people, area = int(frame["population"].sum()), float(frame["area_km2"].sum())
    assert people == 126_014_024
    for month in range(61):
        rows = base.find(layer).legend(moments.of(plan, month), words).rows
        assert sum(row.municipalities or 0 for row in rows) == 2465
        assert sum(row.population or 0 for row in rows) == people
        assert sum(row.area_km2 or 0.0 for row in rows) == pytest.approx(area, rel=1e-12)


@pytest.mark.parametrize(("layer", "column"), [("control", "class"), ("change", "change")])
@pytest.mark.parametrize("month", [0, 17, 60])
def test_the_legend_counts_the_rows(layer: str, column: str, month: int, plan: atlas.Atlas, words: text.Words) -> None:
    one = base.find(layer)
    counted = by_column(one.frame(moments.of(plan, month)), column)
    for row in one.legend(moments.of(plan, month), words).rows:
        municipalities, people, area = counted.get(row.key, (0, 0, 0.0))
        assert (row.municipalities, row.population) == (municipalities, people)
        assert row.area_km2 == pytest.approx(area, abs=1e-9)


def test_the_legend_of_control_by_hand(small: atlas.Atlas, words: text.Words) -> None:
    rows = control.LAYER.legend(moments.of(small, 7), words).rows
    assert [(row.key, row.municipalities, row.population, row.area_km2) for row in rows] == [
        ("state_control", 1, 30, 3.0),
        ("state_influence", 1, 20, 2.0),
        ("contested", 1, 10, 1.0),
        ("criminal_influence", 0, 0, 0.0),
        ("criminal_control", 0, 0, 0.0),
        ("not_assessed", 0, 0, 0.0),
        ("withheld", 1, 40, 4.0),
    ]


def test_the_legend_of_zones_counts_a_municipality_once(small: atlas.Atlas, words: text.Words) -> None:
    (row,) = base.find("zones").legend(moments.of(small, 20), words).rows
    assert (row.label, row.municipalities, row.population, row.area_km2) == ("2 zones at work", 3, 70, 7.0)
    twice = replace(small.scenario, zones=(*by_hand.ZONES, replace(by_hand.ZONES[0], id="again")))
    (row,) = base.find("zones").legend(moments.of(replace(small, scenario=twice), 20), words).rows
    assert (row.label, row.municipalities, row.population, row.area_km2) == ("3 zones at work", 3, 70, 7.0)
    (none,) = base.find("zones").legend(moments.of(small, 0), words).rows
    assert (none.label, none.municipalities) == ("0 zones at work", 0)


def test_the_headline_by_hand(small: atlas.Atlas, words: text.Words) -> None:
    row = {each.key: each for each in figures.headline(moments.of(small, 22), words)}
    # Contested or worse at month 22: Beta and Delta; at month 0: Alpha and Delta.
    assert (row["not_held"].value, row["not_held"].change) == ("60.0 % of area", "+10.0 points")
    assert row["not_held"].details == ("60.0 % of people", "2 municipalities")
    assert row["not_held"].good == -1
    assert row["reclaimed"].value == row["lost"].value == "1 municipality"
    assert row["reclaimed"].details == ("10 people", "1 km²")
    assert row["lost"].details == ("20 people", "2 km²")
    assert (row["reclaimed"].good, row["lost"].good) == (1, -1)
    # (10 * 30 + 20 * 30 + 40 * 40) / 100 people
    assert (row["homicides"].value, row["homicides"].change) == ("25.0", "±0.0")
    assert (row["integrity"].value, row["integrity"].change) == ("0.62", "+0.22")
    later = {each.key: each for each in figures.headline(moments.of(small, 30, 22), words)}
    assert (later["homicides"].value, later["homicides"].change) == ("21.0", "−4.0")
    assert (later["homicides"].good, later["homicides"].against) == (1, "since month 22")


def test_a_figure_has_three_denominators(plan: atlas.Atlas, words: text.Words) -> None:
    for month in (0, 6, 60):
        row = {each.key: each for each in figures.headline(moments.of(plan, month), words)}
        said = [row["not_held"].value, *row["not_held"].details]
        assert [any(word in text_ for text_ in said) for word in ("area", "people", "municipalit")] == [True] * 3
        for key in ("reclaimed", "lost"):
            said = [row[key].value, *row[key].details]
            assert [any(word in text_ for text_ in said) for word in ("km²", "people", "municipalit")] == [True] * 3


@pytest.mark.parametrize("change_", [0.004, 0.04, 0.4])
def test_what_rounds_to_nothing_is_neither_good_nor_bad(change_: float, small: atlas.Atlas, words: text.Words) -> None:
    rates = small.plan.projected.homicide_rate.copy()
    rates[1] += change_
    integrity = small.plan.projected.integrity.copy()
    integrity[1] = integrity[0] + change_
    projection = replace(small.plan.projected, homicide_rate=rates, integrity=integrity)
    moved = replace(small, plan=replace(small.plan, projection=projection))
    for each in figures.headline(moments.of(moved, 1), words):
        if each.change:
            assert (each.good == 0) == each.change.startswith("±")


def test_exchanging_gains_and_losses_exchanges_every_total(
    small: atlas.Atlas, mirrored: atlas.Atlas, plan: atlas.Atlas
) -> None:
    other_side = np.array([4, 4, 3, 2, 1, -2, -1], dtype=np.int8)
    pairs = [(small, mirrored), (plan, replace(plan, plan=replace(plan.plan, codes=other_side[plan.plan.codes])))]
    seen = 0
    for one, other in pairs:
        for month, vs in ((12, 0), (22, 0), (36, 6), (60, 0), (60, 18)):
            before, after = (
                figures.change_tally(moments.of(one, month, vs)),
                figures.change_tally(moments.of(other, month, vs)),
            )
            pd.testing.assert_frame_equal(before.rename(index=SWAPPED).loc[before.index], after)
            seen += int(before.loc[["reclaimed", "lost"], "municipalities"].sum())
    assert seen > 20


def test_exchanging_gains_and_losses_exchanges_figures_rows_and_colours(
    small: atlas.Atlas, mirrored: atlas.Atlas, words: text.Words
) -> None:
    one = {each.key: each for each in figures.headline(moments.of(small, 22), words)}
    other = {each.key: each for each in figures.headline(moments.of(mirrored, 22), words)}
    assert (one["reclaimed"].value, one["reclaimed"].details) == (other["lost"].value, other["lost"].details)
    assert (one["lost"].value, one["lost"].details) == (other["reclaimed"].value, other["reclaimed"].details)
    assert one["reclaimed"].good == -other["lost"].good == 1
    assert change.LAYER.state(moments.of(small, 22)) == ["+-.."]
    assert change.LAYER.state(moments.of(mirrored, 22)) == ["-+.."]
    frame, exchanged = control.LAYER.frame(moments.of(small, 22)), control.LAYER.frame(moments.of(mirrored, 22))
    assert list(frame["reclaimed"]) == list(exchanged["lost"])
    assert list(frame["lost"]) == list(exchanged["reclaimed"])


def test_gain_and_loss_are_painted_with_equal_weight() -> None:
    gain, loss = palette.CHANGE["reclaimed"], palette.CHANGE["lost"]
    assert gain.light == palette.CONTROL["state_control"].light
    assert loss.light == palette.CONTROL["criminal_control"].light
    assert {gain.pattern, loss.pattern} == {"rising", "falling"}
    assert {gain.letter, loss.letter} == {"▲", "▼"}


def test_the_share_contested_or_worse_falls_over_the_phases(plan: atlas.Atlas) -> None:
    ends = [figures.share_not_held(moments.of(plan, phase.last_month).now) for phase in plan.scenario.phases]
    start = figures.share_not_held(moments.of(plan, 0).now)
    assert start["area_km2"] == pytest.approx(1 / 3, abs=0.01)
    for part in figures.PARTS:
        assert ends[0][part] <= start[part] * (1 + 1e-12)  # the phase of trust moves nothing yet
        assert all(later[part] < earlier[part] for earlier, later in itertools.pairwise(ends))
