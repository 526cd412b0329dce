"""What more money would do: one run for every pair, equal to a run each; and how far it depends on the parameters."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from geo import territory
from roadmap.ledger import bookkeeping, destinations, investment, reading
from roadmap.model import baseline, dynamics, effects, ensemble, forces, marginal, monthly
from roadmap.plan import parameters, zones
from roadmap.record import rules
from tests.roadmap import investment_by_hand, synthetic

N = 6
ZONES = (
    zones.Zone("north", "North", "", 2, None, 2, (), (("01001", 2, None), ("01002", 6, 30))),
    zones.Zone("south", "South", "", 5, 40, 3, (), (("01004", 5, None), ("01005", 5, None), ("01006", 9, 20))),
)
LINES = (
    {"place": "north", "effect": "effort", "sharing": "need", "month": 6},
    {"place": "north", "effect": "effort", "sharing": "need", "month": 20},
    {"programme": "courts", "effect": "integrity", "place": "south", "sharing": "area", "month": 12},
    {"programme": "radar", "effect": "none", "place": "south", "month": 12},
)
AMOUNTS = {"planned": "30000000", "committed": "30000000", "disbursed": "20000000", "delivered": "10000000"}
PEOPLE = [2_000_000, 500_000, 300_000, 1_000_000, 700_000, 90_000]


@dataclasses.dataclass(frozen=True)
class Country:
    """A row of six places with two zones and a small ledger."""

    place: territory.Territory
    books: bookkeeping.Books
    courses: tuple[ensemble.World, ...]
    settings: parameters.Model

    def project(self, **more: np.ndarray) -> dynamics.Projection:
        """The stated course with more money than the ledger has."""
        given = effects.inputs(self.books, float(sum(PEOPLE)), self.settings)
        inputs = forces.Inputs(**{name: array + more.get(name, 0.0) for name, array in given.items()})
        return dynamics.project(self.place, synthetic.Plan(ZONES), FIGURES, self.settings, inputs)


FIGURES = synthetic.figures(rates={"01": 25.0}, listed=["01001"])


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Country:
    place = synthetic.land(synthetic.chain(N), population=PEOPLE, area=[5.0, 9.0, 2.0, 7.0, 30.0, 1.0])
    place = dataclasses.replace(place, states=place.states.assign(name="State 01"))
    settings = synthetic.frozen_model()
    start = baseline.solve(place, FIGURES, settings)
    where = destinations.Places.of(place, ZONES, start.score, last_month=synthetic.LAST_MONTH)
    path = tmp_path_factory.mktemp("ledger") / investment.FILE
    path.write_text(investment_by_hand.text(*({**AMOUNTS, **line} for line in LINES)), encoding="utf-8")
    found = reading.examine(path, investment_by_hand.ENTRIES, where)
    assert found.ledger is not None, found.faults
    books = bookkeeping.Books(found.ledger, where)
    courses = ensemble.worlds(
        place,
        synthetic.Plan(ZONES),
        FIGURES,
        [settings, *ensemble.draws(settings, 3)],
        lambda each: forces.Inputs(**effects.inputs(books, float(sum(PEOPLE)), each)),
    )
    return Country(place, books, courses, settings)


def test_pairs_follow_the_ledger_and_the_zones(country: Country) -> None:
    assert marginal.pairs(country.books) == (
        marginal.Pair("courts", "north", "integrity", "area", 12, 12),
        marginal.Pair("courts", "south", "integrity", "area", 12, 12),
        marginal.Pair("patrols", "north", "effort", "need", 6, 20),
        marginal.Pair("patrols", "south", "effort", "need", 6, 20),
        marginal.Pair("radar", "north", "none", "population", 12, 12),
        marginal.Pair("radar", "south", "none", "population", 12, 12),
    )


def test_nothing_is_spent_before_the_month_of_asking(country: Country) -> None:
    later = {(pair.programme, pair.zone): pair for pair in marginal.pairs(country.books, since=15)}
    assert (later["patrols", "north"].first_month, later["patrols", "north"].acts) == (15, True)
    assert not later["courts", "north"].acts


def found(table: pd.DataFrame, programme: str, zone: str) -> pd.Series:
    return table.set_index(["programme", "zone"]).loc[programme, zone]


def extra_money(country: Country, zone: str, extra: float) -> np.ndarray:
    """A further sum from month 6 to 20 by need, placed by hand, ``(61, n)``."""
    need = country.books.places.weights["need"]
    spent = np.zeros((61, N))
    for month in range(6, 21):
        members = [key for each in ZONES if each.id == zone for key in each.members_in(month)]
        rows = [int(key[2:]) - 1 for key in members]
        spent[month, rows] = extra / 15 * need[rows] / need[rows].sum()
    return spent


@pytest.mark.parametrize("zone", ["north", "south"])
@pytest.mark.parametrize("extra", [1.0, 100.0])
def test_one_run_for_all_equals_a_run_of_its_own(country: Country, zone: str, extra: float) -> None:
    table = marginal.table(country.books, country.courses, country.place, extra=extra)
    before = country.project().score[60]
    after = country.project(money=extra_money(country, zone, extra)).score[60]
    row = found(table, "patrols", zone)
    area = country.place.municipalities["area_km2"].to_numpy()
    assert row["expected_people"] == pytest.approx((after - before) @ np.array(PEOPLE) / extra, rel=1e-9)
    assert row["expected_km2"] == pytest.approx((after - before) @ area / extra, rel=1e-9)
    held = (after >= 0.6).astype(float) - (before >= 0.6)
    assert row["held_people"] == pytest.approx(held @ np.array(PEOPLE) / extra)
    best = (after >= 0.8).astype(float) - (before >= 0.8)
    assert row["control_km2"] == pytest.approx(best @ area / extra)


def test_integrity_money_acts_on_the_whole_country(country: Country) -> None:
    table = marginal.table(country.books, country.courses, country.place)
    spent = effects.integrity_money(country.books)
    more = spent + 100.0 * (np.arange(61) == 12)
    people = float(sum(PEOPLE))
    judicial = effects.judicial(more, people, country.settings) - effects.judicial(spent, people, country.settings)
    change = country.project(judicial=judicial).score[60] - country.project().score[60]
    assert (change > 0).all()
    for zone in ("north", "south"):
        row = found(table, "courts", zone)
        assert row["expected_people"] == pytest.approx(change @ np.array(PEOPLE) / 100, rel=1e-9)


def test_money_that_another_input_carries_changes_nothing(country: Country) -> None:
    table = marginal.table(country.books, country.courses, country.place)
    for zone in ("north", "south"):
        row = found(table, "radar", zone)
        assert [row[name] for name in marginal.MEASURES] == [0.0] * len(marginal.MEASURES)


def test_the_table_is_sorted_and_its_ranges_hold_the_stated_course(country: Country) -> None:
    table = marginal.table(country.books, country.courses, country.place)
    assert len(table) == 6
    assert table["expected_people"].is_monotonic_decreasing
    assert (table["expected_people"] >= 0).all()
    for name in marginal.MEASURES:
        assert (table[f"{name}_low"] <= table[name]).all()
        assert (table[name] <= table[f"{name}_high"]).all()
    patrols = found(table, "patrols", "north")
    assert patrols["expected_people_low"] < patrols["expected_people_high"]


def test_every_pair_is_in_one_run(country: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = []
    moved = monthly.moved
    monkeypatch.setattr(monthly, "moved", lambda *given: shapes.append(moved(*given).shape) or moved(*given))
    marginal.table(country.books, country.courses, country.place)
    # Without a further sum, two zones by effort, and integrity once: its zones have the same months.
    assert shapes == [(N, 4)] * 60 * len(country.courses)


def test_places_whose_class_is_not_shown_count_in_no_class(country: Country) -> None:
    nowhere = np.zeros(N, dtype=bool)
    table = marginal.table(country.books, country.courses, country.place, known=nowhere)
    classes = [name for name in marginal.MEASURES if not name.startswith("expected")]
    assert (table[classes].to_numpy() == 0).all()
    assert table["expected_people"].max() > 0


def test_a_ledger_without_lines_has_no_pairs(country: Country) -> None:
    nothing = bookkeeping.Books(investment.empty(country.books.places), country.books.places)
    assert marginal.pairs(nothing) == ()
    assert len(marginal.table(nothing, country.courses, country.place)) == 0


# Ranges


def test_draws_lie_in_their_ranges_use_each_part_once_and_repeat() -> None:
    settings = synthetic.frozen_model()
    drawn = ensemble.draws(settings, 8)
    assert drawn == ensemble.draws(settings, 8)
    assert drawn != ensemble.draws(settings, 8, seed=1)
    for number, record in enumerate(settings.records()):
        values = sorted(each.records()[number].value for each in drawn)
        assert record.low <= values[0] <= values[-1] <= record.high
        if record.low < record.high:
            parts = [int(8 * (value - record.low) / (record.high - record.low)) for value in values]
            assert parts == list(range(8))
        else:
            assert values == [record.value] * 8


def test_what_has_no_range_is_not_drawn() -> None:
    fixed = dataclasses.replace(synthetic.frozen_model(), ranges={})
    assert ensemble.draws(fixed, 2) == (fixed, fixed)


def test_reclaimed_people_and_land_with_their_range(country: Country) -> None:
    rule = rules.Rules()
    found_in = ensemble.reclaimed(country.courses, country.place, 60, rule=rule)
    assert found_in.index.to_list() == ["01"]
    gained = []
    for course in country.courses:
        codes = dynamics.control.classify(course.projection.score)
        gained.append(float(np.array(PEOPLE)[rules.change(codes, 60, rules=rule) == rules.RECLAIMED].sum()))
    row = found_in.loc["01"]
    assert (row["people"], row["people_low"], row["people_high"]) == (gained[0], min(gained), max(gained))
    hidden = ensemble.reclaimed(country.courses, country.place, 60, rule=rule, known=np.zeros(N, dtype=bool))
    assert hidden.to_numpy().sum() == 0


def test_cost_is_lowest_where_most_is_won_and_unknown_where_nothing_is() -> None:
    index = pd.Index(["01", "02"], name="state")
    won = pd.DataFrame({"people": [100.0, 0.0], "people_low": [50.0, 0.0], "people_high": [200.0, 10.0]}, index=index)
    cost = ensemble.cost(pd.Series([1_000_000, 5_000], index=index), won)
    assert cost.loc["01"].tolist() == [100.0, 50.0, 200.0]
    assert cost.loc["02"].isna().tolist() == [True, False, True]
    assert cost.loc["02", "cost_low"] == 5.0


