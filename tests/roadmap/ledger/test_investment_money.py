"""Cents that know what they are, and text that is or is not an amount."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmap.ledger import money


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("0", 0),
        ("0.5", 50),
        ("1250", 125_000),
        ("1250.05", 125_005),
        ("007.10", 710),
        ("100000000000", 10**13),
        ("0.1", 10),
    ],
)
def test_amounts_that_are_read(text: str, cents: int) -> None:
    found, good = money.read([text])
    assert (found.tolist(), good.tolist()) == ([cents], [True])


@given(st.lists(st.integers(0, 10**13), max_size=20))
def test_every_cent_survives_being_written_and_read(cents: list[int]) -> None:
    found, good = money.read([money.dollars(each) for each in cents])
    assert found.tolist() == cents
    assert good.all()


@pytest.mark.parametrize(
    ("text", "key", "values"),
    [
        ("", "empty", {}),
        ("seven", "number", {}),
        ("1e6", "number", {}),
        ("+5", "number", {}),
        (".5", "number", {}),
        ("5.", "number", {}),
        ("1..5", "number", {}),
        ("12,34,56", "number", {}),
        ("NaN", "not_finite", {}),
        ("-Infinity", "not_finite", {}),
        ("-5", "negative_money", {}),
        ("−5.00", "negative_money", {}),
        ("(500.00)", "negative_money", {}),
        ("-$12", "negative_money", {}),
        ("$12", "currency_sign", {"expected": "12"}),
        ("US$ 1,250.00", "currency_sign", {"expected": "1250.00"}),
        ("1250 USD", "currency_sign", {"expected": "1250"}),
        ("€12,50", "currency_sign", {"expected": "12.50"}),
        ("$twelve", "number", {}),
        ("1,250", "thousands_separator", {"expected": "1250"}),
        ("1,250,000.5", "thousands_separator", {"expected": "1250000.5"}),
        ("1.250.000", "thousands_separator", {"expected": "1250000"}),
        ("1 250 000", "thousands_separator", {"expected": "1250000"}),
        ("1'250.00", "thousands_separator", {"expected": "1250.00"}),
        ("1\u00a0250", "thousands_separator", {"expected": "1250"}),
        ("1.250,50", "decimal_comma", {"expected": "1250.50"}),
        ("12,5", "decimal_comma", {"expected": "12.5"}),
        ("12,50", "decimal_comma", {"expected": "12.50"}),
        ("1234,567", "decimal_comma", {"expected": ""}),
        ("1.250", "too_many_decimals", {"limit": 2}),
        ("0.001", "too_many_decimals", {"limit": 2}),
        ("100000000000.01", "out_of_range", {"low": 0, "high": 10**11}),
        ("9" * 30, "out_of_range", {"low": 0, "high": 10**11}),
    ],
)
def test_what_is_wrong_with_an_amount(text: str, key: str, values: dict[str, object]) -> None:
    found, good = money.read([text])
    assert (found.tolist(), good.tolist()) == ([0], [False])
    problem = money.problem(text)
    assert (problem.key, dict(problem.values)) == (key, values)


@given(st.text(max_size=12))
def test_any_text_is_read_or_explained(text: str) -> None:
    _, good = money.read([text])
    assert bool(good[0]) or money.problem(text).key


@given(st.text(alphabet="0123456789.,' $-", max_size=12))
def test_what_should_be_written_can_be_read(text: str) -> None:
    expected = money.problem(text).values.get("expected")
    if expected:
        assert money.read([str(expected)])[1].all()


def amounts(stage: str) -> money.Money:
    return money.Money(stage, np.array([1, 2, 3]))


def test_one_stage_adds_up() -> None:
    assert (amounts("planned") + amounts("planned")).cents.tolist() == [2, 4, 6]
    assert (amounts("planned") - amounts("planned")).total == 0
    assert amounts("planned")[np.array([True, False, True])].total == 4
    assert amounts("planned").by(np.array([1, 0, 1]), 3).cents.tolist() == [2, 4, 0]


@pytest.mark.parametrize("one", money.AMOUNTS)
@pytest.mark.parametrize("other", money.AMOUNTS)
def test_two_stages_are_never_added(one: str, other: str) -> None:
    if one != other:
        with pytest.raises(TypeError, match="same dollars"):
            amounts(one) + amounts(other)
        with pytest.raises(TypeError, match="same dollars"):
            amounts(one) - amounts(other)


def test_money_is_not_added_to_numbers_nor_summed_up_by_chance() -> None:
    with pytest.raises(TypeError):
        amounts("planned") + 1  # type: ignore[operator]
    with pytest.raises(TypeError):
        np.array([1, 2, 3]) + amounts("planned")
    with pytest.raises(TypeError):
        sum([amounts("planned"), amounts("delivered")])  # type: ignore[list-item]


def test_sums_beyond_the_reach_of_floating_point_are_exact() -> None:
    cents = np.array([2**53, 1, 2**53, 1])
    assert money.sums(cents, np.zeros(4, dtype=np.int64), 1).tolist() == [2**54 + 2]


def test_dollars_and_millions() -> None:
    assert [money.dollars(each) for each in (0, 5, -5, 123_456)] == ["0.00", "0.05", "-0.05", "1234.56"]
    assert money.millions(np.array([10**8, 5 * 10**7])).tolist() == [1.0, 0.5]
