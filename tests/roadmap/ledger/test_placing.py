"""Exact shares: money is divided by rule, to the cent, and nothing is lost."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import territory
from roadmap.ledger import destinations, money, placing
from tests.roadmap import investment_by_hand

CENTS = st.integers(0, 10**13)
WEIGHTS = st.lists(st.integers(0, 10**8), min_size=1, max_size=20)


def by_hand(cents: int, weights: list[int]) -> list[int]:
    """Largest remainder in exact fractions, one share after the other."""
    parts = weights if any(weights) else [1] * len(weights)
    exact = [Fraction(cents * part, sum(parts)) for part in parts]
    given_out = [int(each) for each in exact]
    largest_first = sorted(range(len(parts)), key=lambda i: (given_out[i] - exact[i], i))
    for i in largest_first[: cents - sum(given_out)]:
        given_out[i] += 1
    return given_out


@pytest.mark.parametrize(
    ("cents", "weights", "expected"),
    [
        (100, [1, 1, 1], [34, 33, 33]),  # the cent left over goes to the first of equals
        (100, [1, 2, 3], [17, 33, 50]),  # 16.67, 33.33, 50: the largest remainder is the first
        (5, [0, 1, 1], [0, 3, 2]),
        (7, [0, 0], [4, 3]),  # nothing weighs anything: equal parts
        (0, [3, 4], [0, 0]),
        (1, [1, 10**8], [0, 1]),
        (12345, [7], [12345]),
    ],
)
def test_shares_counted_by_hand(cents: int, weights: list[int], expected: list[int]) -> None:
    assert placing.shares(np.array([cents]), np.array(weights)).tolist() == [expected]


@given(CENTS, WEIGHTS)
def test_shares_equal_exact_fractions(cents: int, weights: list[int]) -> None:
    assert placing.shares(np.array([cents]), np.array(weights)).tolist() == [by_hand(cents, weights)]


@given(st.lists(CENTS, max_size=20), WEIGHTS)
def test_shares_add_up_and_stay_within_a_cent(amounts: list[int], weights: list[int]) -> None:
    cents = np.array(amounts, dtype=np.int64)
    found = placing.shares(cents, np.array(weights))
    assert found.sum(axis=1).tolist() == amounts
    assert (found >= 0).all()
    if any(weights):
        exact = [[Fraction(each * part, sum(weights)) for part in weights] for each in amounts]
        assert all(
            abs(a - b) < 1
            for row, line in zip(found.tolist(), exact, strict=True)
            for a, b in zip(row, line, strict=True)
        )


def test_weights_that_are_too_large_are_refused() -> None:
    with pytest.raises(ValueError, match="2\\*\\*31"):
        placing.shares(np.array([1]), np.array([2**31, 1]))


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 3)), max_size=30))
def test_distinct_rows_in_the_order_in_which_they_occur(rows: list[tuple[int, int]]) -> None:
    columns = [np.array([row[place] for row in rows], dtype=np.int64) for place in range(2)]
    found, which = placing.distinct(*columns)
    assert found == list(dict.fromkeys(rows))
    assert [found[each] for each in which] == rows


@pytest.fixture
def where(small_territory: territory.Territory) -> destinations.Places:
    return investment_by_hand.where(small_territory)


@pytest.mark.parametrize(
    ("kind", "text", "month", "expected"),
    [
        ("municipalities", "14039; 01001", 1, [0, 3]),
        ("state", "01", 1, [0, 1]),
        ("state", "14;02", 1, [2, 3]),
        ("sector", "west", 1, [0, 2]),
        ("zone", "north", 7, [0]),
        ("zone", "north", 8, [0, 2]),
        ("zone", "north", 21, [0]),
        ("zone", "north;south", 10, [0, 2, 3]),
        ("zone", "south", 49, []),
        ("national", "", 1, [0, 1, 2, 3]),
        ("unplaced", "", 1, []),
    ],
)
def test_members_of_a_place(where: destinations.Places, kind: str, text: str, month: int, expected: list[int]) -> None:
    assert where.members(kind, text, month).tolist() == expected


def test_weights_are_people_hectares_and_tenths_of_people_beyond_control(where: destinations.Places) -> None:
    assert {name: weight.tolist() for name, weight in where.weights.items()} == {
        "population": [10, 20, 30, 40],
        "area": [100, 200, 300, 400],
        "need": [50, 100, 300, 0],
    }


def test_weights_of_a_huge_country_are_coarser_but_fit(small_territory: territory.Territory) -> None:
    rows = small_territory.municipalities.assign(population=np.array([10**9, 4 * 10**8, 0, 1], dtype=np.int64))
    weights = investment_by_hand.where(dataclasses.replace(small_territory, municipalities=rows)).weights
    assert weights["population"].tolist() == [10**9, 4 * 10**8, 0, 1]
    assert weights["need"].tolist() == [5 * 10**8, 2 * 10**8, 0, 0]
    assert weights["need"].sum() < 2**31


def test_zone_of_every_month(where: destinations.Places) -> None:
    assert where.zone_of[[0, 3, 8, 10, 21, 49]].tolist() == [
        [-1, -1, -1, -1],
        [0, -1, -1, -1],
        [0, -1, 0, -1],
        [0, -1, 0, 1],
        [0, -1, -1, 1],
        [0, -1, -1, -1],
    ]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("municipalities", "1001;02004", [("1001", "lost_leading_zero", {"expected": "01001"})]),
        ("municipalities", "99999", [("99999", "unknown_cvegeo", {"suggestion": ""})]),
        ("municipalities", "01001;01001", [("01001", "duplicate_item", {})]),
        ("zone", "nort", [("nort", "unknown_zone", {"allowed": ("north", "south")})]),
        ("sector", "middle", [("middle", "unknown_sector", {"allowed": ("west", "east")})]),
        ("state", "1", [("1", "lost_leading_zero", {"expected": "01"})]),
        ("state", "Fourteen", [("Fourteen", "unknown_state", {"suggestion": "14"})]),
        ("state", "77;02", [("77", "unknown_state", {"suggestion": ""})]),
        ("zone", " ; ", [(None, "empty", {})]),
        ("national", "01", [(None, "must_be_empty", {"other": "national"})]),
        ("unplaced", "x", [(None, "must_be_empty", {"other": "unplaced"})]),
        ("national", "", []),
        ("municipalities", "01001; 02004", []),
    ],
)
def test_what_is_wrong_with_a_place(
    where: destinations.Places, kind: str, text: str, expected: list[tuple[object, ...]]
) -> None:
    assert [(each.part, each.key, dict(each.values)) for each in where.problems(kind, text)] == expected


@pytest.mark.parametrize(
    ("text", "month", "expected"),
    [
        ("north", 2, [("before_zone", {"zone": "north", "first": 3})]),
        ("north;south", 5, [("before_zone", {"zone": "south", "first": 10})]),
        ("south", 49, [("after_zone", {"zone": "south", "last": 48})]),
        ("north;south", 10, []),
    ],
)
def test_a_zone_that_is_not_at_work(
    where: destinations.Places, text: str, month: int, expected: list[tuple[object, ...]]
) -> None:
    assert [(each.key, dict(each.values)) for each in where.zone_problems(text, month)] == expected


def test_sectors_come_from_stretches_of_the_line() -> None:
    rows = [("west", "01001"), ("west", "02004"), ("", "03003"), (None, "04004"), ("east", "02004"), ("west", "01001")]
    frame = pd.DataFrame(rows, columns=["sector", "cvegeo"])
    assert destinations.sectors(frame) == {"east": ("02004",), "west": ("01001", "02004")}


def test_a_sector_of_another_country_is_refused(small_territory: territory.Territory) -> None:
    with pytest.raises(ValueError, match="'99999', which the territory does not have"):
        destinations.Places.of(
            small_territory,
            (),
            investment_by_hand.CONTROL,
            last_month=60,
            sectors={"west": ("01001",), "gulf": ("99999",)},
        )


def test_shares_are_the_same_whether_they_are_kept_or_worked_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    sites = placing.Sites(
        site=np.array([0, 1, placing.NOT_PLACED, 1, 0]),
        start=np.array([0, 3, 4]),
        member=np.array([0, 2, 3, 1]),
        weight=np.array([1, 5, 2, 9]),
        size=5,
    )
    amounts = money.Money("delivered", rng.integers(0, 1000, 5))
    rows, groups = np.array([True, True, True, False, True]), np.array([0, 1, 0, 0, 1])
    kept = placing.Placed(sites, amounts).grouped(rows, groups, 2).cents
    monkeypatch.setattr(placing, "MOST_KEPT", 0)
    again = placing.Placed(sites, amounts).grouped(rows, groups, 2).cents
    assert kept.tolist() == again.tolist()
    assert kept.sum() == amounts.cents[[0, 1, 4]].sum()
    assert kept[0].tolist() == [*by_hand_row(int(amounts.cents[0])), 0]
    assert kept[1, 1] == amounts.cents[1]


def by_hand_row(cents: int) -> list[int]:
    """The first line's shares in the order of the territory."""
    first, second, third = by_hand(cents, [1, 5, 2])
    return [first, 0, second, third]
