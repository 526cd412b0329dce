"""The rule of change and its file."""

from __future__ import annotations

import math
import tomllib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmap.plan import scenario
from roadmap.record import control, rules
from tests import classes
from tests.roadmap import synthetic

V1 = rules.Rules()
SHIPPED = scenario.DEFAULT_ROOT / "ssa" / "rules.toml"
OTHER_SIDE = np.array([4, 4, 3, 2, 1])
"""By class number, a class on the other side of the line between contested and state influence."""


def outcome(codes: str, month: int | None = None, vs: int = 0, rule: rules.Rules = V1) -> int:
    """Change of one municipality whose classes are written month by month."""
    series = classes.numbers(codes)[:, None]
    last = len(codes) - 1 if month is None else month
    return int(rules.change(series, last, vs, rules=rule)[0])


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ("2333", rules.RECLAIMED),
        ("0444", rules.RECLAIMED),
        ("1343", rules.RECLAIMED),
        ("2233", rules.UNCHANGED),  # two months only
        ("2323", rules.UNCHANGED),  # not in a row
        ("2332", rules.UNCHANGED),  # given up again
        ("2222", rules.UNCHANGED),
        ("0222", rules.UNCHANGED),  # better, and still not held
        ("3222", rules.LOST),
        ("4000", rules.LOST),
        ("3121", rules.LOST),
        ("3322", rules.UNCHANGED),
        ("3232", rules.UNCHANGED),
        ("3223", rules.UNCHANGED),
        ("4333", rules.UNCHANGED),  # worse, and still held
        ("n333", rules.UNKNOWN),
        ("w222", rules.UNKNOWN),
        ("233n", rules.UNKNOWN),
        ("322w", rules.UNKNOWN),
        ("23n3", rules.UNKNOWN),  # only the gap stands between it and the rule
        ("3w22", rules.UNKNOWN),
        ("22n3", rules.UNCHANGED),  # a known month says no, whatever the gap was
        ("3n22", rules.UNKNOWN),
        ("33n2", rules.UNCHANGED),
    ],
)
def test_the_rule_on_one_municipality(codes: str, expected: int) -> None:
    assert outcome(codes) == expected


def test_only_months_after_the_comparison_count_as_held() -> None:
    assert outcome("33332333", month=7, vs=4) == rules.RECLAIMED
    assert outcome("23333", month=2, vs=0) == rules.UNCHANGED
    assert outcome("2333", month=0, vs=0) == rules.UNCHANGED
    assert outcome("2333", month=3, vs=3) == rules.UNCHANGED


def test_other_thresholds_are_obeyed() -> None:
    strict = rules.Rules(months_held=1, reclaimed_from="criminal_influence", reclaimed_to="state_control")
    assert outcome("14", rule=strict) == rules.RECLAIMED
    assert outcome("13", rule=strict) == rules.UNCHANGED
    assert outcome("24", rule=strict) == rules.UNCHANGED
    assert outcome("41", rule=strict) == rules.LOST
    assert outcome("42", rule=strict) == rules.UNCHANGED


@pytest.mark.parametrize(("month", "vs"), [(4, 0), (-1, 0), (1, 2), (2, -1)])
def test_months_that_do_not_exist_or_run_backwards_are_refused(month: int, vs: int) -> None:
    with pytest.raises(ValueError, match="`month`"):
        outcome("2333", month=month, vs=vs)


SERIES = st.integers(1, 12).flatmap(
    lambda n: st.lists(st.lists(st.integers(-2, 4), min_size=n, max_size=n), min_size=2, max_size=8)
)


@given(SERIES, st.integers(1, 4))
def test_swapping_gains_and_losses_swaps_every_total(rows: list[list[int]], held: int) -> None:
    classes = np.array(rows)
    swapped = np.where(classes < 0, classes, OTHER_SIDE[np.maximum(classes, 0)])
    rule = rules.Rules(months_held=held)
    people = np.arange(1, classes.shape[1] + 1) ** 3
    there = rules.tally(rules.change(classes, len(rows) - 1, rules=rule), people, people / 7)
    back = rules.tally(rules.change(swapped, len(rows) - 1, rules=rule), people, people / 7)
    exchanged = back.rename(index={"reclaimed": "lost", "lost": "reclaimed"}).loc[there.index]
    assert there.equals(exchanged)


@given(SERIES)
def test_time_run_backwards_turns_gains_into_losses(rows: list[list[int]]) -> None:
    classes = np.array(rows)[[0, -1]]
    rule = rules.Rules(months_held=1)
    forth = rules.change(classes, 1, rules=rule)
    back = rules.change(classes[::-1], 1, rules=rule)
    assert ((forth == rules.UNKNOWN) == (back == rules.UNKNOWN)).all()
    known = forth != rules.UNKNOWN
    assert (forth[known] == -back[known]).all()


@given(SERIES, st.integers(1, 4))
def test_every_municipality_has_one_outcome(rows: list[list[int]], held: int) -> None:
    classes = np.array(rows)
    changes = rules.change(classes, len(rows) - 1, rules=rules.Rules(months_held=held))
    people = np.arange(classes.shape[1])
    counted = rules.tally(changes, people, np.ones(classes.shape[1]))
    assert list(counted.index) == ["reclaimed", "lost", "unchanged", "unknown"]
    assert counted["municipalities"].sum() == classes.shape[1]
    assert counted["population"].sum() == people.sum()


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=20))
def test_the_share_not_held_moves_by_what_was_lost_less_what_was_reclaimed(ends: list[tuple[int, int]]) -> None:
    classes = np.array(ends).T
    changes = rules.change(classes, 1, rules=rules.Rules(months_held=1))
    before, after = (classes <= control.CONTESTED).sum(axis=1)
    assert after - before == (changes == rules.LOST).sum() - (changes == rules.RECLAIMED).sum()


def test_the_shipped_rule_is_v1() -> None:
    rule, faults = rules.Rules.from_mapping(tomllib.loads(SHIPPED.read_text(encoding="utf-8")))
    assert faults == ()
    assert rule == V1


FILE = {
    "version": "v2",
    "change": {"months_held": 2, "reclaimed_from": "contested", "reclaimed_to": "state_control"},
    "confidence": {"boundary_margin": 0.02, "firm_months": 24, "plan_ceiling": "low"},
}


def changed(path: str, value: object) -> dict[str, object]:
    """The file above with one entry set, or left out if the value is `...`."""
    data = {key: dict(value) if isinstance(value, dict) else value for key, value in FILE.items()}
    *tables, entry = path.split(".")
    table = data
    for each in tables:
        table = table[each]
    if value is ...:
        del table[entry]
    else:
        table[entry] = value
    return data


def test_every_entry_of_the_file_is_read() -> None:
    rule, faults = rules.Rules.from_mapping(FILE)
    assert faults == ()
    assert rule == rules.Rules("v2", 2, "contested", "state_control", 0.02, 24, "low")
    assert (rule.not_held, rule.held) == (2, 4)


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("version", 1, "wrong_type"),
        ("version", "  ", "empty"),
        ("version", ..., "missing_key"),
        ("change", ..., "missing_key"),
        ("change", 3, "wrong_type"),
        ("change.months_held", 0, "out_of_range"),
        ("change.months_held", 61, "out_of_range"),
        ("change.months_held", True, "wrong_type"),
        ("change.months_held", 3.0, "wrong_type"),
        ("change.reclaimed_from", "contestd", "unknown_choice"),
        ("change.reclaimed_from", "not_assessed", "unknown_choice"),
        ("change.reclaimed_from", "state_control", "not_in_order"),
        ("change.lost_from", "contested", "unknown_key"),
        ("confidence.boundary_margin", "0.05", "wrong_type"),
        ("confidence.boundary_margin", math.nan, "not_finite"),
        ("confidence.boundary_margin", math.inf, "not_finite"),
        pytest.param("confidence.boundary_margin", 10**400, "not_finite", id="too large a number"),
        ("confidence.boundary_margin", -0.01, "out_of_range"),
        ("confidence.plan_ceiling", "high", "unknown_choice"),
        ("confidence.firm_months", [36], "wrong_type"),
    ],
)
def test_a_wrong_entry_is_one_fault_at_its_place(path: str, value: object, key: str) -> None:
    _, faults = rules.Rules.from_mapping(changed(path, value))
    assert synthetic.places(faults) == [("rules.toml", path, key)]


def test_every_fault_is_found_in_one_pass() -> None:
    rule, faults = rules.Rules.from_mapping({"change": {"months_held": "3", "x": 1}, "y": 2})
    assert {fault.column for fault in faults} == {
        "version",
        "confidence",
        "y",
        "change.x",
        "change.months_held",
        "change.reclaimed_from",
        "change.reclaimed_to",
    }
    assert rule == V1
