"""Delivered money enters the model by the way its line states, once, and what is withheld does not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geo import territory
from roadmap.ledger import bookkeeping, conditions, investment
from roadmap.ledger.conditions import Condition, Period
from roadmap.model import dynamics, effects, forces, formulae
from tests.roadmap import investment_by_hand, synthetic

UNPLACED = {"place_kind": "unplaced", "place": "", "precision": 9, "sharing": "whole"}


def test_effort_money_is_what_is_delivered_where_and_when(tmp_path: Path, small_territory: territory.Territory) -> None:
    million = {"planned": 4e6, "committed": 4e6, "disbursed": 4e6, "delivered": "4000000.00"}
    books = investment_by_hand.books(
        tmp_path,
        small_territory,
        million,
        {**million, "month": 9},
        {**million, "effect": "integrity"},
        {**million, "effect": "none"},
        {**million, **UNPLACED},
    )
    money = effects.effort_money(books)
    assert money.shape == (61, 4)
    # Alpha one part, Gamma three, in months 8 and 9; the unplaced line acts nowhere.
    assert money[[7, 8, 9, 10]].tolist() == [[0, 0, 0, 0], [1, 0, 3, 0], [1, 0, 3, 0], [0, 0, 0, 0]]


def test_integrity_money_counts_wherever_it_goes(tmp_path: Path, small_territory: territory.Territory) -> None:
    line = {"effect": "integrity", "planned": 3e6, "committed": 3e6, "disbursed": 3e6, "delivered": 2e6}
    books = investment_by_hand.books(tmp_path, small_territory, line, {**line, **UNPLACED}, {"delivered": "1.00"})
    assert effects.integrity_money(books)[[7, 8, 9]].tolist() == [0, 4, 0]


def test_what_is_withheld_does_not_enter(tmp_path: Path, small_territory: territory.Territory) -> None:
    before = investment_by_hand.books(tmp_path, small_territory, {}, {"effect": "integrity"})
    unmet = Condition("a", "transparency", "a", None, None, 40, (Period(1, None, "unmet"),))
    books = bookkeeping.Books(conditions.apply(before.ledger, [unmet]), before.places, (unmet,))
    assert effects.effort_money(books).sum() == pytest.approx(0.6 * effects.effort_money(before).sum())
    assert effects.integrity_money(books).sum() == pytest.approx(0.6 * effects.integrity_money(before).sum())


def test_judicial_input_counted_by_hand() -> None:
    settings = synthetic.frozen_model(money_lag=2.0, money_half=12.0)
    delivered = np.array([0.0, 1.0, 1.0, 0.0])
    # Stock a month later: half of what was missing. A million a month for a million people is 12 dollars a year.
    stock = [0.0, 0.0, 0.5, 0.75]
    expected = [12 * each / (12 * each + 12) for each in stock]
    assert effects.judicial(delivered, 1e6, settings).tolist() == pytest.approx(expected)


def test_judicial_input_of_several_cases_side_by_side() -> None:
    settings = synthetic.frozen_model()
    rng = np.random.default_rng(1)
    cases = 1e4 * rng.random((61, 3))
    side_by_side = effects.judicial(cases, 5e5, settings)
    assert ((side_by_side >= 0) & (side_by_side < 1)).all()
    for case in range(3):
        assert side_by_side[:, case].tolist() == effects.judicial(cases[:, case], 5e5, settings).tolist()


def test_an_empty_ledger_is_neutral(small_territory: territory.Territory) -> None:
    where = investment_by_hand.where(small_territory)
    books = bookkeeping.Books(investment.empty(where), where)
    given = effects.inputs(books, 100.0, synthetic.frozen_model())
    neutral = forces.Inputs().filled(synthetic.MONTHS, 4)
    assert given["money"].tolist() == neutral["money"].tolist()
    assert given["judicial"].tolist() == neutral["judicial"].tolist()


def test_the_inputs_are_taken_by_the_model_and_raise_control(
    tmp_path: Path, small_territory: territory.Territory
) -> None:
    million = {"planned": 500, "committed": 500, "disbursed": 500, "delivered": 500}
    books = investment_by_hand.books(tmp_path, small_territory, million, {**million, "effect": "integrity"})
    place = synthetic.land(synthetic.chain(4), population=[10, 20, 30, 40])
    settings = synthetic.frozen_model()
    figures = synthetic.figures(rates={"01": 20.0})
    without = dynamics.project(place, synthetic.Plan(), figures, settings)
    given = effects.inputs(books, 100.0, settings)
    with_money = dynamics.project(place, synthetic.Plan(), figures, settings, forces.Inputs(**given))
    assert (with_money.score >= without.score - 1e-15).all()
    assert with_money.score[60].sum() > without.score[60].sum()
    assert with_money.integrity[60] > without.integrity[60]


def test_the_equation_names_its_symbols() -> None:
    known = set(formulae.QUANTITIES) | {each.key for each in synthetic.frozen_model().records()} | {"integrity_money"}
    assert {key for _, key in effects.EQUATION.symbols} <= known
    assert all(symbol.strip("'") in effects.EQUATION.latex for symbol, _ in effects.EQUATION.symbols)
