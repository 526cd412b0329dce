"""Conditions withhold the lines they guard, visibly and to the cent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import territory
from roadmap import errors
from roadmap.ledger import bookkeeping, conditions, money
from roadmap.ledger.conditions import Condition, Period
from roadmap.plan import scenario
from tests.roadmap import conftest, investment_by_hand

HEADER = ",".join(conditions.COLUMNS)
ROW = "reports,transparency,Reports are out,patrols,US,25,1,8,unmet,late"


@pytest.fixture
def three_lines(tmp_path: Path, small_territory: territory.Territory) -> bookkeeping.Books:
    """Lines of month 8 (100.00), month 9 (0.02) by the United States, and of month 8 by Mexico."""
    cent = {"month": 9, "delivered": "0.02"}
    return investment_by_hand.books(tmp_path, small_territory, {}, cent, {"funder": "MX"})


def condition(share: int, *periods: Period, name: str = "a", **guards: tuple[str, ...]) -> Condition:
    """A condition that guards everything but what is given."""
    guarded = {"programmes": None, "funders": None, **guards}
    return Condition(name, "human_rights", name, guarded["programmes"], guarded["funders"], share, periods)


def test_an_unmet_condition_withholds_its_share(three_lines: bookkeeping.Books) -> None:
    unmet = condition(25, Period(1, 9, "unmet"), funders=("US",))
    ledger = conditions.apply(three_lines.ledger, [unmet])
    # A quarter of 0.02 is half a cent, which is rounded up.
    assert ledger.amounts["withheld"].cents.tolist() == [2_500, 1, 0]
    assert ledger.amounts["delivered"].cents.tolist() == [7_500, 1, 10_000]
    assert ledger.amounts["disbursed"].cents.tolist() == three_lines.ledger.amounts["disbursed"].cents.tolist()


@pytest.mark.parametrize(
    ("status", "months", "withheld"),
    [
        ("unmet", (8, 8), 10_000),
        ("unmet", (9, None), 0),
        ("met", (1, None), 0),
        ("not_assessed", (1, None), 0),
    ],
)
def test_only_unmet_months_withhold(
    three_lines: bookkeeping.Books, status: str, months: tuple[int, int | None], withheld: int
) -> None:
    ledger = conditions.apply(three_lines.ledger, [condition(100, Period(*months, status))])
    assert ledger.amounts["withheld"].cents[0] == withheld


def test_the_strictest_condition_counts_once(three_lines: bookkeeping.Books) -> None:
    mild, strict, equal = (
        condition(share, Period(8, None, "unmet"), name=name) for share, name in ((10, "a"), (40, "b"), (40, "c"))
    )
    ledger = conditions.apply(three_lines.ledger, [mild, strict, equal])
    assert ledger.amounts["withheld"].cents.tolist() == [4_000, 1, 4_000]
    shown = conditions.table(ledger, [mild, strict, equal], 60)
    assert shown["withheld"].to_dict() == {"a": 0, "b": 8_001, "c": 0}
    assert shown["guarded"].to_dict() == dict.fromkeys("abc", 20_002)
    assert shown["withheld"].sum() == ledger.amounts["withheld"].total


def test_the_table_tells_the_status_of_the_month(three_lines: bookkeeping.Books) -> None:
    changing = condition(50, Period(3, 8, "unmet"), Period(9, 10, "not_assessed"), Period(11, None, "met"))
    ledger = conditions.apply(three_lines.ledger, [changing])
    rows = [conditions.table(ledger, [changing], month).iloc[0] for month in (2, 8, 9, 11)]
    assert [row["status"] for row in rows] == ["not_in_force", "unmet", "not_assessed", "met"]
    assert [row["withheld"] for row in rows] == [0, 10_000, 10_000, 10_000]


def test_applying_conditions_again_changes_nothing(three_lines: bookkeeping.Books) -> None:
    unmet = [condition(30, Period(1, None, "unmet"))]
    once = conditions.apply(three_lines.ledger, unmet)
    assert conditions.apply(once, unmet).amounts["withheld"].cents.tolist() == once.amounts["withheld"].cents.tolist()
    assert conditions.apply(once, []).amounts["delivered"].cents.tolist() == [10_000, 2, 10_000]


@settings(max_examples=40)
@given(
    lines=investment_by_hand.LINES,
    found=st.lists(
        st.tuples(st.integers(0, 100), st.integers(1, 20), st.sampled_from(conditions.STATUSES)), max_size=4
    ),
)
def test_delivered_and_withheld_are_what_was_due_in_every_place(
    small_territory: territory.Territory,
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[dict[str, object]],
    found: list[tuple[int, int, str]],
) -> None:
    before = investment_by_hand.books(tmp_path_factory.mktemp("ledger"), small_territory, *lines)
    guards = tuple(condition(share, Period(first, None, status)) for share, first, status in found)
    books = bookkeeping.Books(conditions.apply(before.ledger, guards), before.places, guards)
    paid, held, due = books.total("delivered"), books.total("withheld"), before.total("delivered")
    assert paid + held == due
    assert paid >= 0
    assert held >= 0
    assert books.balance.balanced
    assert books.table("programme")["withheld"].sum() == held


def test_withheld_cannot_exceed_what_is_due(three_lines: bookkeeping.Books) -> None:
    for cents in (10_001, -1):
        with pytest.raises(ValueError, match="`withheld`"):
            three_lines.ledger.with_withheld(np.array([cents, 0, 0]))


# The file


def read(path: Path, *rows: str) -> tuple[tuple[Condition, ...], list[tuple[object, ...]]]:
    """Write rows and read them."""
    path = path / conditions.FILE
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    faults: list[errors.Fault] = []
    found = conditions.read(path, investment_by_hand.ENTRIES, faults, funders=investment_by_hand.FUNDERS)
    return found, [each[1:] for each in conftest.checked(tuple(faults))]


def test_periods_of_a_condition_are_gathered(tmp_path: Path) -> None:
    found, faults = read(
        tmp_path,
        "reports,transparency,Reports are out,patrols;courts,US,25,9,,met,",
        "all,human_rights,Everything,*,*,0,1,,met,",
        "reports,transparency,Reports are out,patrols;courts,US,25,1,8,unmet,late",
    )
    assert faults == []
    assert found[0] == Condition(
        "reports",
        "transparency",
        "Reports are out",
        ("patrols", "courts"),
        ("US",),
        25,
        (Period(1, 8, "unmet", "late"), Period(9, None, "met", "")),
    )
    assert (found[1].programmes, found[1].funders) == (None, None)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (ROW.replace("reports,", "my reports,"), ("condition", "my reports", "bad_id")),
        (ROW.replace("transparency", "virtue"), ("kind", "virtue", "unknown_choice")),
        (ROW.replace("Reports are out", ""), ("title", "", "empty")),
        (ROW.replace("patrols", "patrols;patrol"), ("programmes", "patrols;patrol", "unknown_programme")),
        (ROW.replace("patrols", "opening"), ("programmes", "opening", "not_a_programme")),
        (ROW.replace("US", "US;UK"), ("funders", "US;UK", "unknown_choice")),
        (ROW.replace(",25,", ",101,"), ("share", "101", "out_of_range")),
        (ROW.replace(",25,", ",25%,"), ("share", "25%", "whole_number")),
        (ROW.replace(",1,8,", ",0,8,"), ("first_month", "0", "month_out_of_range")),
        (ROW.replace(",1,8,", ",9,8,"), ("last_month", "8", "end_before_start")),
        (ROW.replace("unmet", "broken"), ("status", "broken", "unknown_choice")),
    ],
)
def test_every_fault_of_a_row(tmp_path: Path, row: str, expected: tuple[str, str, str]) -> None:
    _, faults = read(tmp_path, row)
    assert [each[:4] for each in faults] == [(2, *expected)]


def test_rows_of_one_condition_agree_and_do_not_overlap(tmp_path: Path) -> None:
    _, faults = read(tmp_path, ROW, ROW.replace(",25,1,8,", ",30,8,9,"), ROW.replace(",1,8,", ",5,,"))
    assert faults == [
        (3, "share", "30", "differs_from_row", {"expected": "25", "first_row": 2}),
        (4, "first_month", "5", "overlap", {"first_row": 2}),
    ]


def test_an_absent_file_holds_no_condition(tmp_path: Path) -> None:
    assert conditions.read(tmp_path / conditions.FILE, investment_by_hand.ENTRIES, []) == ()


def test_the_shipped_conditions_are_unmet_at_times_and_guard_money(shipped: scenario.Scenario) -> None:
    faults: list[errors.Fault] = []
    found = conditions.read(shipped.folder / conditions.FILE, shipped.entries, faults)
    assert faults == []
    assert {each.kind for each in found} == set(conditions.KINDS)
    assert all("unmet" in {period.status for period in each.periods} for each in found)
    assert all(each.status(60) == "met" for each in found)
    assert money.WITHHELD not in money.STAGES
