"""The books: whatever is asked of the ledger adds up to the cent; and what the shipped ledger says."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import border, territory
from roadmap.ledger import bookkeeping, destinations, investment, money
from roadmap.model import baseline
from roadmap.plan import phases, scenario
from roadmap.record import observations
from tests.conftest import Tell
from tests.roadmap import investment_by_hand

KEYS = (*investment.KEYS, "place", "precision", "month")


def test_a_zone_line_counted_by_hand(tmp_path: Path, small_territory: territory.Territory) -> None:
    books = investment_by_hand.books(tmp_path, small_territory, {})
    # Alpha has 10 people and Gamma 30: one part to three.
    assert books.by_municipality("delivered").cents.tolist() == [2_500, 0, 7_500, 0]
    assert books.by_municipality("planned").cents.tolist() == [10_000, 0, 30_000, 0]
    assert books.by_state("delivered").to_dict() == {"01": 2_500, "02": 7_500, "14": 0}
    assert books.by_zone("delivered", 8).to_dict() == {"north": 10_000, "south": 0, "": 0}
    # In month 21 Gamma has left the zone.
    assert books.by_zone("delivered", 21).to_dict() == {"north": 2_500, "south": 0, "": 7_500}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"place_kind": "state", "place": "01", "precision": 4, "sharing": "population"}, [3_333, 6_667, 0, 0]),
        ({"place_kind": "state", "place": "01", "precision": 4, "sharing": "area"}, [3_333, 6_667, 0, 0]),
        ({"place_kind": "sector", "place": "west", "precision": 5, "sharing": "area"}, [2_500, 0, 7_500, 0]),
        ({"place_kind": "national", "place": "", "precision": 6, "sharing": "need"}, [1_111, 2_222, 6_667, 0]),
        ({"place_kind": "national", "place": "", "precision": 6, "sharing": "whole"}, [0, 0, 0, 0]),
        ({"place_kind": "unplaced", "place": "", "precision": 9, "sharing": "whole"}, [0, 0, 0, 0]),
        ({"place_kind": "municipalities", "place": "14039", "precision": 1, "sharing": "whole"}, [0, 0, 0, 10_000]),
        # Delta needs nothing by this rule, so alone it takes all and beside another one nothing.
        ({"place_kind": "municipalities", "place": "14039", "precision": 1, "sharing": "need"}, [0, 0, 0, 10_000]),
        ({"place_kind": "municipalities", "place": "14039;01001", "sharing": "need"}, [10_000, 0, 0, 0]),
    ],
)
def test_each_kind_of_place_and_rule(
    tmp_path: Path, small_territory: territory.Territory, line: dict[str, object], expected: list[int]
) -> None:
    books = investment_by_hand.books(tmp_path, small_territory, line)
    assert books.by_municipality("delivered").cents.tolist() == expected
    left = 10_000 - sum(expected)
    assert books.tray()["delivered"].tolist() == ([left] if left else [])


def test_the_tray_says_why_money_cannot_be_placed(tmp_path: Path, small_territory: territory.Territory) -> None:
    books = investment_by_hand.books(
        tmp_path,
        small_territory,
        {"place_kind": "unplaced", "place": "", "precision": 9, "sharing": "whole"},
        {"place_kind": "unplaced", "place": "", "precision": 6, "sharing": "whole"},
        {"place_kind": "national", "place": "", "precision": 6, "sharing": "whole", "delivered": "1.00"},
        {},
    )
    tray = books.tray()
    assert tray.index.to_list() == [("national", 6), ("unplaced", 6), ("unplaced", 9)]
    assert tray["delivered"].tolist() == [100, 10_000, 10_000]
    assert books.reconcile().lines() == [
        "amount                   ledger               placed           not placed   difference",
        "planned                 1600.00               400.00              1200.00         0.00",
        "committed               1200.00               300.00               900.00         0.00",
        "disbursed                800.00               200.00               600.00         0.00",
        "delivered                301.00               100.00               201.00         0.00",
        "withheld                   0.00                 0.00                 0.00         0.00",
    ]
    assert books.reconcile().metadata()["delivered"] == {
        "ledger": "301.00",
        "placed": "100.00",
        "not_placed": "201.00",
        "difference": "0.00",
    }


def test_tables_by_group_counted_by_hand(tmp_path: Path, small_territory: territory.Territory) -> None:
    books = investment_by_hand.books(
        tmp_path,
        small_territory,
        {"funder": "MX", "month": 10},
        {"funder": "US"},
        {"funder": "US", "programme": "courts", "delivered": "50.00"},
    )
    assert books.table("funder")["delivered"].to_dict() == {"MX": 10_000, "US": 15_000}
    assert books.table("funder")["lines"].to_dict() == {"MX": 1, "US": 2}
    assert books.table(["programme", "funder"])["planned"].to_dict() == {
        ("courts", "US"): 40_000,
        ("patrols", "MX"): 40_000,
        ("patrols", "US"): 40_000,
    }
    assert books.table("month").index.to_list() == [8, 10]
    assert books.funnel().to_dict() == {
        "planned": 120_000,
        "committed": 90_000,
        "disbursed": 60_000,
        "delivered": 25_000,
        "withheld": 0,
    }
    by_month = books.by_month("delivered", "funder")
    assert by_month.cumsum().loc[[7, 8, 9, 10, 60], "US"].tolist() == [0, 15_000, 15_000, 15_000, 15_000]
    assert by_month.shape == (61, 2)
    assert books.total("delivered", bookkeeping.Filter(programme=("courts",))) == 5_000


def test_flows_end_where_the_money_does(tmp_path: Path, small_territory: territory.Territory) -> None:
    books = investment_by_hand.books(
        tmp_path, small_territory, {}, {"place_kind": "national", "place": "", "precision": 6, "sharing": "whole"}
    )
    flows = books.flows("delivered", 8)
    assert flows.fillna("nowhere").to_numpy().tolist() == [
        ["US", "patrols", "01", 2_500],
        ["US", "patrols", "02", 7_500],
        ["US", "patrols", "nowhere", 10_000],
    ]
    to_zones = books.flows("delivered", 21, to="zone")
    assert to_zones["target"].fillna("nowhere").tolist() == ["north", "", "nowhere"]
    assert to_zones["cents"].tolist() == [2_500, 7_500, 10_000]
    with pytest.raises(ValueError, match="choose 'state' or 'zone'"):
        books.flows("delivered", 8, to="county")


def test_one_municipality_and_every_month(tmp_path: Path, small_territory: territory.Territory) -> None:
    books = investment_by_hand.books(
        tmp_path, small_territory, {}, {"programme": "courts", "month": 9, "delivered": "200.00"}, {"month": 21}
    )
    assert books.here("delivered", 0, "programme").to_dict() == {"patrols": 12_500, "courts": 5_000}
    assert books.here("delivered", 2, "programme").to_dict() == {"courts": 15_000, "patrols": 7_500}
    assert books.here("delivered", 3, "programme").to_dict() == {}
    assert books.here("delivered", 0, "month").index.to_list() == [21, 9, 8]
    course = books.course("delivered").cents
    assert course.shape == (61, 4)
    assert course[[8, 9, 21]].tolist() == [[2_500, 0, 7_500, 0], [5_000, 0, 15_000, 0], [10_000, 0, 0, 0]]
    assert course.sum(axis=0).tolist() == books.by_municipality("delivered").cents.tolist()


def test_an_empty_ledger_answers_everything(small_territory: territory.Territory, tmp_path: Path) -> None:
    books = bookkeeping.examine(tmp_path, investment_by_hand.ENTRIES, investment_by_hand.where(small_territory))
    assert len(books.ledger) == 0
    assert books.balance.balanced
    assert books.by_municipality("planned").cents.tolist() == [0, 0, 0, 0]
    assert [len(each) for each in (books.table("programme"), books.tray(), books.flows("planned", 1))] == [0, 0, 0]
    assert books.by_month("planned", "funder").shape == (61, 0)
    assert books.here("planned", 0, "funder").to_dict() == {}


@settings(max_examples=60)
@given(lines=investment_by_hand.LINES, chosen=investment_by_hand.FILTERS)
def test_every_filter_grouping_and_rule_adds_up_to_the_cent(
    small_territory: territory.Territory,
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[dict[str, object]],
    chosen: bookkeeping.Filter,
) -> None:
    books = investment_by_hand.books(tmp_path_factory.mktemp("ledger"), small_territory, *lines)
    asked = [line for line in lines if _asked(line, chosen)]
    tray = books.tray(chosen)
    balance = books.reconcile(chosen)
    tables = [books.table(key, chosen) for key in KEYS]
    assert balance.balanced
    for stage in money.STAGES:
        total = sum(int(str(line[stage]).replace(".", "")) for line in asked)
        out = int(tray[stage].sum())
        assert books.total(stage, chosen) == total
        assert books.by_municipality(stage, chosen).total + out == total
        assert int(books.by_state(stage, chosen).sum()) + out == total
        assert int(books.by_zone(stage, 15, chosen).sum()) + out == total
        assert int(books.flows(stage, 15, chosen=chosen)["cents"].sum()) == total
        assert int(books.flows(stage, 15, to="zone", chosen=chosen)["cents"].sum()) == total
        assert [int(table[stage].sum()) for table in tables] == [total] * len(KEYS)
        assert int(books.by_month(stage, "programme", chosen).to_numpy().sum()) == total
        assert balance.table.loc[stage].tolist() == [total, total - out, out, 0]


@settings(max_examples=40)
@given(lines=investment_by_hand.LINES, chosen=investment_by_hand.FILTERS, month=st.integers(0, 60))
def test_books_of_some_lines_answer_as_when_asked_for_these_lines(
    small_territory: territory.Territory,
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[dict[str, object]],
    chosen: bookkeeping.Filter,
    month: int,
) -> None:
    books = investment_by_hand.books(tmp_path_factory.mktemp("ledger"), small_territory, *lines)
    some = dataclasses.replace(books, only=chosen)
    assert some.balance.balanced
    pd.testing.assert_frame_equal(some.balance.table, books.reconcile(chosen).table)
    both = dataclasses.replace(chosen, last_month=min(chosen.last_month, month))
    upto = bookkeeping.Filter(last_month=month)
    for stage in money.STAGES:
        assert some.total(stage, upto) == books.total(stage, both)
        assert (some.by_municipality(stage, upto).cents == books.by_municipality(stage, both).cents).all()
        pd.testing.assert_frame_equal(some.flows(stage, month, chosen=upto), books.flows(stage, month, chosen=both))
        assert (some.course(stage).cents == books.course(stage, chosen).cents).all()
    pd.testing.assert_frame_equal(some.table("funder", upto), books.table("funder", both))
    pd.testing.assert_frame_equal(some.tray(upto), books.tray(both))
    assert (some.funnel(upto) == books.funnel(both)).all()


@settings(max_examples=30)
@given(lines=investment_by_hand.LINES)
def test_parts_of_the_ledger_add_up_to_the_whole_in_every_municipality(
    small_territory: territory.Territory, tmp_path_factory: pytest.TempPathFactory, lines: list[dict[str, object]]
) -> None:
    books = investment_by_hand.books(tmp_path_factory.mktemp("ledger"), small_territory, *lines)
    whole = books.by_municipality("planned")
    for name in ("programme", "funder", "place_kind", "sharing"):
        parts = [
            books.by_municipality("planned", bookkeeping.Filter(**{name: (word,)}))
            for word in books.ledger.words[name].names
        ]
        assert sum(part.cents for part in parts).tolist() == whole.cents.tolist()
    months = [books.by_municipality("planned", bookkeeping.Filter(first_month=m, last_month=m)) for m in range(61)]
    assert sum(part.cents for part in months).tolist() == whole.cents.tolist()


@settings(max_examples=30)
@given(lines=investment_by_hand.LINES)
def test_the_order_of_lines_changes_nothing(
    small_territory: territory.Territory, tmp_path_factory: pytest.TempPathFactory, lines: list[dict[str, object]]
) -> None:
    there = investment_by_hand.books(tmp_path_factory.mktemp("there"), small_territory, *lines)
    back = investment_by_hand.books(tmp_path_factory.mktemp("back"), small_territory, *reversed(lines))
    for stage in money.STAGES:
        assert there.by_municipality(stage).cents.tolist() == back.by_municipality(stage).cents.tolist()
    pd.testing.assert_frame_equal(there.table(["funder", "programme"]), back.table(["funder", "programme"]))


def _asked(line: dict[str, object], chosen: bookkeeping.Filter) -> bool:
    """Whether a line is asked for, read off the text of the file."""
    wanted = {name: getattr(chosen, name) for name in ("programme", "funder", "place_kind", "sharing", "precision")}
    fits = all(words is None or line[name] in words for name, words in wanted.items())
    return fits and chosen.first_month <= int(str(line["month"])) <= chosen.last_month


def test_a_ledger_that_does_not_reconcile_is_never_used(
    tmp_path: Path, small_territory: territory.Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / investment.FILE).write_text(investment_by_hand.text({}), encoding="utf-8")
    where = investment_by_hand.where(small_territory)
    monkeypatch.setattr(bookkeeping.placing, "shares", lambda _, weights: np.zeros_like(weights))
    with pytest.raises(ArithmeticError, match=r"delivered +100\.00 +0\.00 +0\.00 +100\.00"):
        bookkeeping.examine(tmp_path, investment_by_hand.ENTRIES, where)


def test_faults_of_both_files_come_together(tmp_path: Path, small_territory: territory.Territory) -> None:
    (tmp_path / investment.FILE).write_text(investment_by_hand.text({"funder": "UK"}), encoding="utf-8")
    (tmp_path / "conditions.csv").write_text("condition\nx\n", encoding="utf-8")
    books = bookkeeping.examine(tmp_path, investment_by_hand.ENTRIES, investment_by_hand.where(small_territory))
    assert {fault.file for fault in books.faults} == {"investment.csv", "conditions.csv"}
    assert (len(books.ledger), books.conditions) == (0, ())


# The shipped ledger


@pytest.fixture(scope="session")
def books(
    mexico: territory.Territory, observed: observations.Observations, shipped: scenario.Scenario
) -> bookkeeping.Books:
    start = baseline.solve(mexico, observed, shipped.model)
    sectors = destinations.sectors(border.load().stretches)
    where = destinations.Places.of(mexico, shipped.zones, start.score, last_month=shipped.last_month, sectors=sectors)
    return bookkeeping.examine(shipped.folder, shipped.entries, where)


def test_the_shipped_ledger_reconciles_to_the_cent(books: bookkeeping.Books, tell: Tell) -> None:
    # The reconciliation stands in the output of every run.
    tell("\n".join(books.balance.lines()))
    assert books.balance.balanced
    assert 1_500 <= len(books.ledger) <= 4_000
    assert (books.balance.table[["placed", "not_placed"]] > 0).to_numpy().all()


def test_the_united_states_plan_two_billion_dollars_in_every_year(books: bookkeeping.Books) -> None:
    months = books.by_month("planned", "funder")["US"]
    by_year = months[1:].groupby((months.index[1:] - 1) // 12).sum()
    assert by_year.tolist() == [2_000_000_000_00] * 5


def test_amounts_follow_one_another_up_to_every_month(books: bookkeeping.Books) -> None:
    so_far = {stage: books.by_month(stage, "programme").cumsum() for stage in money.AMOUNTS}
    assert (so_far["disbursed"] <= so_far["committed"]).to_numpy().all()
    assert (so_far["committed"] <= so_far["planned"]).to_numpy().all()
    due = money.Money("due", (so_far["delivered"] + so_far["withheld"]).to_numpy())
    assert (due.cents <= so_far["disbursed"].to_numpy()).all()


SUPPORT_LINES = {
    "training": "support-training",
    "surveillance technology": "support-isr",
    "cyber tools": "support-cyber",
    "courts": "court-modernisation",
    "witness protection": "witness-protection",
    "prosecutors": "prosecutor-training",
    "oversight": "oversight-bodies",
    "jobs": "job-training",
    "infrastructure": "infrastructure",
    "education": "education",
    "addiction treatment": "addiction-treatment",
    "arms tracing": "gun-tracing",
    "ports": "southbound-inspections",
    "checkpoints": "modern-scanners",
    "smart border": "sensor-networks",
    "financial intelligence": "map-money",
    "National Guard": "guard-deployment",
    "regional partners": "wider-region",
    "USMCA": "usmca",
}


@pytest.mark.parametrize("component", SUPPORT_LINES.values(), ids=SUPPORT_LINES.keys())
def test_every_support_line_and_component_has_money(books: bookkeeping.Books, component: str) -> None:
    assert books.total("delivered", bookkeeping.Filter(component=(component,))) > 0


def test_no_money_before_programme_component_or_zone(books: bookkeeping.Books, shipped: scenario.Scenario) -> None:
    begins = {entry.id: entry.first_month for entry in shipped.entries}
    for name in ("programme", "component"):
        column = books.ledger.words[name]
        first = column.mapped([begins[word] for word in column.names], int)
        assert (books.ledger.month >= first).all()


def test_phase_4_turns_from_tactical_to_strategic_and_from_public_to_private(
    books: bookkeeping.Books, shipped: scenario.Scenario
) -> None:
    def share(by: str, word: str, phase: phases.Phase) -> float:
        chosen = bookkeeping.Filter(first_month=phase.first_month, last_month=phase.last_month)
        column = books.table(by, chosen)["planned"]
        return column.get(word, 0) / column.sum()

    strategic = [share("support", "strategic", phase) for phase in shipped.phases]
    private = [share("funder", "private", phase) for phase in shipped.phases]
    assert strategic == sorted(strategic)
    assert strategic[0] < 0.35
    assert strategic[3] > 0.75
    assert private[:3] == [0, 0, 0]
    assert private[3] > 0.2


def test_loading_a_scenario_does_not_depend_on_its_ledger(shipped: scenario.Scenario) -> None:
    assert (shipped.folder / investment.FILE).is_file()
    assert investment.FILE not in scenario.FILES
