"""Circles of money: amounts by region and measure counted by hand, scales, keys, and what the browser adds up."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from layers import circles, investment, palette
from roadmap import atlas, moments
from roadmap.ledger import bookkeeping, regions
from roadmap.ledger import investment as ledger
from roadmap.record import control
from roadmap.words import text
from tests.layers import test_palette

NAN = math.nan
# Codes: zones north, south, late; then the states One (Alpha, Beta), Two (Gamma), Fourteen (Delta). Alpha has 10 people
# on 1 km² and is reclaimed from month 12, Beta 20 on 2, Gamma 30 on 3, Delta 40 on 4.
BY_HAND = [
    ("total", "state", 7, 0, [NAN, NAN, NAN, 0, 0, 0]),
    ("total", "state", 12, 0, [NAN, NAN, NAN, 100, 0, 7.77]),
    ("total", "zone", 12, 0, [100, 7.77, NAN, NAN, 0, NAN]),
    ("total", "zone", 25, 0, [33.33, 7.77, NAN, 66.67, 0, NAN]),
    ("total", "zone", 60, 0, [33.33, NAN, 0, 66.67, NAN, 7.77]),
    ("total", "municipality", 12, 0, [33.33, 66.67, 0, 7.77]),
    ("person", "state", 12, 0, [NAN, NAN, NAN, 100 / 30, 0, 7.77 / 40]),
    ("person", "zone", 25, 0, [3.333, 7.77 / 40, NAN, 66.67 / 20, 0, NAN]),
    ("person", "municipality", 12, 0, [3.333, 66.67 / 20, 0, 7.77 / 40]),
    ("km2", "state", 11, 0, [NAN] * 6),
    ("km2", "state", 12, 0, [NAN, NAN, NAN, 100, NAN, NAN]),
    ("km2", "zone", 25, 0, [33.33, NAN, NAN, NAN, NAN, NAN]),
    ("km2", "municipality", 12, 0, [33.33, NAN, NAN, NAN]),
    ("km2", "municipality", 12, 8, [0, NAN, NAN, NAN]),  # all of Alpha's money came by month 8
]


@pytest.mark.parametrize(("measure", "level", "month", "vs", "amounts"), BY_HAND)
def test_amounts_by_hand(
    measure: str, level: str, month: int, vs: int, amounts: list[float], small: atlas.Atlas
) -> None:
    found = circles.worth(moments.of(small, month, vs), measure, level)
    assert found.tolist() == pytest.approx(amounts, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("month", [0, 6, 18, 36, 60])
def test_every_level_shows_the_same_sum(month: int, plan: atlas.Atlas) -> None:
    placed = plan.books.reconcile(bookkeeping.Filter(last_month=month)).table.loc["delivered", "placed"]
    for level in regions.LEVELS:
        assert round(np.nansum(circles.worth(moments.of(plan, month), "total", level)) * 100) == placed


@pytest.mark.parametrize("level", regions.LEVELS)
def test_sums_have_one_scale_that_no_month_exceeds(level: str, plan: atlas.Atlas) -> None:
    scale = circles.scale(plan, "total", level)
    months = range(plan.plan.last_month + 1)
    most = [np.nanmax(circles.worth(moments.of(plan, month), "total", level)) for month in months]
    assert scale == circles.Scale(max(most), beyond=False)
    assert scale.radius(scale.most) == circles.LARGEST
    assert scale.radius(scale.most / 4) == pytest.approx(circles.LARGEST / 2)


@pytest.mark.parametrize("level", regions.LEVELS)
def test_amounts_for_each_person_end_at_a_round_one_that_few_exceed(level: str, plan: atlas.Atlas) -> None:
    scale = circles.scale(plan, "person", level)
    found = circles.worth(moments.of(plan, 60), "person", level)
    found = found[found > 0]
    assert circles.rounded(scale.most) == scale.most
    assert (found > scale.most).sum() <= max(1, 0.02 * len(found))
    # The next lower round amount would be too low.
    assert np.quantile(found, 0.98) > circles.rounded(scale.most * 0.75)
    assert scale.beyond == (found.max() > scale.most)
    assert scale.radius(found.max()) <= circles.LARGEST


@pytest.mark.parametrize("level", regions.LEVELS)
def test_amounts_for_each_km2_fit_every_month_and_comparison(level: str, plan: atlas.Atlas) -> None:
    scale = circles.scale(plan, "km2", level)
    months = [(month, since) for since in (0, 6, 18, 36) for month in range(since + 6, 61, 6)]
    found = np.concatenate([circles.worth(moments.of(plan, *each), "km2", level) for each in months])
    found = found[found > 0]
    assert circles.rounded(scale.most) == scale.most
    assert (found > scale.most).mean() <= 0.021
    assert scale.beyond
    assert np.quantile(found, 0.98) > circles.rounded(scale.most * 0.75)


def test_a_key_steps_down_over_every_other_round_amount(plan: atlas.Atlas, words: text.Words) -> None:
    assert circles.Scale(1_348.0, beyond=False).steps == (1000, 200, 50)
    assert circles.Scale(200_000.0, beyond=True).steps == (200_000, 50_000, 10_000)
    assert circles.Scale(500.0, beyond=True).steps == (500, 100, 20)
    assert circles.Scale(0.0, beyond=False).steps == ()
    assert circles.key(plan, "total", "state", words)[0][1] == "US$ 1 billion"
    for measure in circles.MEASURES:
        for level in regions.LEVELS:
            scale = circles.scale(plan, measure, level)
            rows = circles.key(plan, measure, level, words)
            assert [radius for radius, _ in rows] == [round(scale.radius(each), 1) for each in scale.steps]
            assert rows[0][1].endswith(" and more") == scale.beyond
            assert len(rows) == 3


def test_without_money_there_is_no_circle(small: atlas.Atlas, words: text.Words) -> None:
    where = small.books.places
    without = replace(small, books=bookkeeping.Books(ledger.empty(where), where))
    for measure in circles.MEASURES:
        for level in regions.LEVELS:
            scale = circles.scale(without, measure, level)
            assert scale == circles.Scale(0.0, beyond=False)
            assert scale.radius(5.0) == 0
            assert circles.key(without, measure, level, words) == []
    assert circles.worth(moments.of(small, 0), "total", "state")[3:].tolist() == [0, 0, 0]


def test_rings_leave_every_class_its_colour() -> None:
    # Under a circle a class must look more like itself than like any other.
    for theme in ("light", "dark"):
        fill = palette.MAP[theme]["money"]
        share = int(fill[7:], 16) / 255
        scaled = (each.key for each in control.CLASSES if each.lower is not None)
        looks = {key: getattr(palette.CONTROL[key], theme) for key in scaled}
        for key, colour in looks.items():
            pairs = [(int(colour[at : at + 2], 16), int(fill[at : at + 2], 16)) for at in (1, 3, 5)]
            both = [round((1 - share) * below + share * above) for below, above in pairs]
            under = "#" + "".join(f"{each:02x}" for each in both)
            own = test_palette.difference(under, colour)
            others = [test_palette.difference(under, other) for name, other in looks.items() if name != key]
            assert own < min(others) / 1.5, (theme, key, own, min(others))


def added_up(sent: dict[str, Any], level: str, month: int) -> dict[int, int]:
    """Cents by region, as the browser adds them up."""
    if level == "municipality":
        return dict(enumerate(np.array(sent["cents"])[: month + 1].sum(axis=0).tolist()))
    arrangement = sent[level][sent["arrangement"][month] if level == "zone" else 0]
    there = zip(arrangement["spots"], sent["sums"][level][month], strict=True)
    return {code: cents for code, (spot, cents) in enumerate(there) if spot is not None}


@pytest.mark.parametrize("level", regions.LEVELS)
@pytest.mark.parametrize("month", [0, 5, 6, 18, 19, 36, 37, 48, 49, 60])
def test_the_browser_has_what_it_needs_for_every_month(level: str, month: int, plan: atlas.Atlas) -> None:
    sent = circles.data(plan)
    exact = circles.worth(moments.of(plan, month), "total", level)
    found = added_up(sent, level, month)
    assert sorted(found) == np.flatnonzero(~np.isnan(exact)).tolist()
    assert {code: cents / 100 for code, cents in found.items()} == {
        code: round(dollars, 2) for code, dollars in enumerate(exact.tolist()) if not math.isnan(dollars)
    }


def test_names_and_places_are_sent_by_code(small: atlas.Atlas, words: text.Words) -> None:
    sent: Any = circles.data(small)
    (mark,) = investment.LAYER.drawing(small, words)
    assert mark.sent()["names"] == ["North", "South", "Late", "One", "Two", "Fourteen"]
    assert sent["zones"] == 3
    assert sent["people"] == [10, 20, 30, 40]
    assert sent["km2"] == [1, 2, 3, 4]
    # Beta is the larger half of One, and so nearer to its middle.
    assert sent["state"][0]["spots"][3:] == [[1.5, 1.5], [0.5, 0.5], [1.5, 0.5]]
    at_12 = sent["zone"][sent["arrangement"][12]]
    assert (at_12["people"], at_12["cut"]) == ([30, 40, 0, 0, 30, 0], [3, 5])
    assert sent["state"][0] == {**sent["state"][0], "people": [0, 0, 0, 30, 30, 40], "cut": []}
    assert sent["arrangement"][12] == sent["arrangement"][20] != sent["arrangement"][21]
