"""The month step, what drives it, and the projection as a whole."""

from __future__ import annotations

import dataclasses
import math
import re
import tomllib

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from geo import territory
from roadmap import atlas
from roadmap.model import accumulators, baseline, dynamics, engagement, forces, formulae, loop, monthly
from roadmap.plan import entries, parameters, scenario
from roadmap.record import control, observations, rules
from tests.roadmap import synthetic

RATES = parameters.Rates(gain=0.05, loss=0.04, local_share=0.3)
EVEN = parameters.Rates(gain=0.05, loss=0.05, local_share=0.0)
SEEDS = st.integers(0, 2**32 - 1)


def by_hand(
    score: np.ndarray, effort: np.ndarray, pressure: np.ndarray, adjacency: np.ndarray, rates: parameters.Rates
) -> list[float]:
    """The month step, one municipality after the other."""
    after = []
    for i, c in enumerate(score):
        beside = [score[j] for j in range(len(score)) if adjacency[i][j]]
        around = sum(beside) / len(beside) if beside else c
        gain = rates.gain * effort[i] * (1 - c) * (rates.local_share + (1 - rates.local_share) * around)
        loss = rates.loss * pressure[i] * c * (1 - around)
        after.append(min(1.0, max(0.0, c + gain - loss)))
    return after


def world(seed: int, n: int = 8) -> tuple[np.ndarray, np.ndarray, np.ndarray, scipy.sparse.csr_array]:
    """Random scores, effort, pressure and neighbours; some municipalities may stand alone."""
    rng = np.random.default_rng(seed)
    pairs = [(a, b) for a in range(n) for b in range(a) if rng.random() < 0.25]
    return rng.random(n), 4 * rng.random(n), 4 * rng.random(n), synthetic.links(n, *pairs)


def run(
    score: np.ndarray,
    effort: np.ndarray,
    pressure: np.ndarray,
    weights: scipy.sparse.csr_array,
    rates: parameters.Rates,
    months: int,
) -> np.ndarray:
    """Scores of months in all of which the same acts, ``(months + 1, n)``."""
    nothing = np.zeros((len(score), 1))
    acting = forces.Acting(
        {"standing": effort[:, None]}, pressure[:, None], nothing, {"phase": np.ones(1)}, nothing, np.zeros(())
    )
    kept = accumulators.Kept(lambda month: month.score)
    where = forces.Setting(weights, np.ones(len(score)), score[:, None])
    loop.run(where, [acting] * (months + 1), rates, kept)
    return kept.result()[..., 0]


# The month step


def test_one_step_counted_by_hand() -> None:
    adjacency = synthetic.chain(2)
    weights = baseline.neighbour_weights(adjacency)
    rates = parameters.Rates(gain=0.1, loss=0.2, local_share=0.5)
    after = monthly.step(np.array([0.5, 1.0]), np.array([2.0, 1.0]), np.array([1.0, 1.0]), weights, rates)
    # The first gains 0.1 of its neighbour's example and loses nothing; the second loses half of its 0.2.
    assert after.tolist() == pytest.approx([0.6, 0.9])


@given(SEEDS)
def test_the_step_equals_a_loop(seed: int) -> None:
    score, effort, pressure, adjacency = world(seed)
    weights = baseline.neighbour_weights(adjacency)
    after = monthly.step(score, effort, pressure, weights, RATES)
    assert after == pytest.approx(by_hand(score, effort, pressure, adjacency.toarray(), RATES), abs=1e-15)


@given(SEEDS)
def test_draws_side_by_side_equal_draws_one_by_one(seed: int) -> None:
    score, effort, pressure, adjacency = world(seed)
    weights = baseline.neighbour_weights(adjacency)
    gains = np.array([0.01, 0.05, 0.2])
    noise = np.array([0.0, 0.01, -0.02])
    rates = parameters.Rates(gains, 0.04, np.array([0.0, 0.5, 1.0]))
    wide = monthly.step(
        np.repeat(score[:, None], 3, axis=1), effort[:, None], pressure[:, None], weights, rates, noise=noise
    )
    assert wide.shape == (len(score), 3)
    for draw, gain in enumerate(gains):
        one = parameters.Rates(gain, 0.04, rates.local_share[draw])
        alone = monthly.step(score, effort, pressure, weights, one, noise=noise[draw])
        assert wide[:, draw] == pytest.approx(alone, abs=1e-15)


@given(SEEDS, st.floats(0, 1), st.floats(0, 1), st.floats(-2, 2))
def test_scores_stay_in_their_scale(seed: int, gain: float, loss: float, noise: float) -> None:
    score, effort, pressure, adjacency = world(seed)
    weights = baseline.neighbour_weights(adjacency)
    after = monthly.step(score, effort, pressure, weights, parameters.Rates(gain, loss, 0.5), noise=noise)
    assert ((after >= 0) & (after <= 1)).all()


@given(SEEDS)
def test_the_order_of_municipalities_does_not_matter(seed: int) -> None:
    score, effort, pressure, adjacency = world(seed)
    order = np.random.default_rng(seed).permutation(len(score))
    after = monthly.step(score, effort, pressure, baseline.neighbour_weights(adjacency), RATES)
    mixed = monthly.step(
        score[order], effort[order], pressure[order], baseline.neighbour_weights(adjacency[order][:, order]), RATES
    )
    assert mixed == pytest.approx(after[order], abs=1e-15)


@given(SEEDS, st.integers(0, 7), st.floats(0, 3))
def test_more_effort_lowers_control_nowhere(seed: int, place: int, extra: float) -> None:
    score, effort, pressure, adjacency = world(seed)
    weights = baseline.neighbour_weights(adjacency)
    raised = effort.copy()
    raised[place] += extra
    low = run(score, effort, pressure, weights, RATES, 12)
    high = run(score, raised, pressure, weights, RATES, 12)
    assert (high - low >= -1e-15).all()


@given(SEEDS, st.integers(0, 7), st.floats(0, 3))
def test_more_pressure_raises_control_nowhere(seed: int, place: int, extra: float) -> None:
    score, effort, pressure, adjacency = world(seed)
    weights = baseline.neighbour_weights(adjacency)
    raised = pressure.copy()
    raised[place] += extra
    low = run(score, effort, raised, weights, RATES, 12)
    high = run(score, effort, pressure, weights, RATES, 12)
    assert (high - low >= -1e-15).all()


@given(SEEDS)
def test_no_effort_never_gains_and_no_pressure_never_loses(seed: int) -> None:
    score, effort, pressure, adjacency = world(seed)
    weights = baseline.neighbour_weights(adjacency)
    nothing = np.zeros_like(score)
    assert (monthly.step(score, nothing, pressure, weights, RATES) <= score).all()
    assert (monthly.step(score, effort, nothing, weights, RATES) >= score).all()


@given(SEEDS)
def test_a_mirrored_country_mirrors_the_result(seed: int) -> None:
    score, effort, pressure, adjacency = world(seed)
    weights = baseline.neighbour_weights(adjacency)
    there = run(score, effort, pressure, weights, EVEN, 24)
    back = run(1 - score, pressure, effort, weights, EVEN, 24)
    assert back == pytest.approx(1 - there, abs=1e-12)


def test_a_municipality_alone_depends_on_nobody() -> None:
    alone = baseline.neighbour_weights(synthetic.links(1))
    among = baseline.neighbour_weights(synthetic.links(3, (1, 2)))
    one = monthly.step(np.array([0.4]), np.array([2.0]), np.array([1.0]), alone, RATES)
    three = monthly.step(np.array([0.4, 0.9, 0.1]), np.full(3, 2.0), np.ones(3), among, RATES)
    assert one[0] == three[0] == pytest.approx(0.4 + 0.1 * 0.6 * (0.3 + 0.7 * 0.4) - 0.04 * 0.4 * 0.6)


# The standstill before the plan


@given(SEEDS)
def test_standing_pressure_holds_every_score_in_place(seed: int) -> None:
    score, _, _, adjacency = world(seed)
    settings = synthetic.frozen_model(pressure_limit=1e9)
    weights = baseline.neighbour_weights(adjacency)
    pressure = forces.standing_pressure(score, weights, settings)
    after = monthly.step(score, np.ones(8), pressure, weights, settings.rates)
    assert after == pytest.approx(score, abs=1e-12)


def test_standing_pressure_is_limited_and_finite_at_both_ends() -> None:
    settings = synthetic.frozen_model(pressure_limit=10.0)
    weights = baseline.neighbour_weights(synthetic.links(3))
    assert forces.standing_pressure(np.array([0.0, 0.5, 1.0]), weights, settings).tolist() == pytest.approx(
        [10.0, 0.05 * 0.5 * 0.75 / (0.05 * 0.25), 10.0]
    )


def country(n: int = 6) -> tuple[territory.Territory, observations.Observations]:
    """A row of places from a violent state into a calm one."""
    states = ["01"] * (n // 2) + ["02"] * (n - n // 2)
    place = synthetic.land(synthetic.chain(n), states=states, population=[1000 * (i + 1) for i in range(n)])
    return place, synthetic.figures(rates={"01": 40.0, "02": 5.0}, listed=["01001"], crossings=[(0, 0, 10**6, 0)])


def test_without_a_plan_nothing_moves() -> None:
    place, figures = country()
    still = dynamics.project(place, synthetic.Plan(), figures, synthetic.without_phases())
    assert still.score == pytest.approx(np.tile(still.score[0], (61, 1)), abs=1e-12)
    assert still.integrity.tolist() == [still.integrity[0]] * 61
    assert still.homicide_rate == pytest.approx(np.tile([40.0, 5.0], (61, 1)))
    assert (still.activity == 0).all()


def test_without_any_effort_nothing_is_gained() -> None:
    place, figures = country()
    settings = synthetic.without_phases(standing_effort=0.0)
    falling = dynamics.project(place, synthetic.Plan(), figures, settings)
    assert (np.diff(falling.score, axis=0) <= 0).all()


# Zones


def test_presence_rises_over_the_ramp_and_fades_after_the_end() -> None:
    months = np.arange(61)
    found = engagement.presence(months, 3, 6, 4.0)
    assert found[:12].tolist() == [0, 0, 0, 0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25, 0, 0]
    assert engagement.presence(months, 3, 61, 4.0)[6:].tolist() == [1.0] * 55
    assert engagement.presence(months, 3, 4, 4.0)[:8].tolist() == [0, 0, 0, 0.25, 0.5, 0.25, 0, 0]


def activity(place: territory.Territory, plan: synthetic.Plan, settings: parameters.Model) -> np.ndarray:
    """How active zones are, ``(61, n)``."""
    zones = engagement.of(plan, list(place.municipalities["cvegeo"]), synthetic.MONTHS)
    shape = (len(place.municipalities), 1)
    return np.stack([engagement.activity(zones, month, settings, shape)[:, 0] for month in range(61)])


def test_activity_counted_by_hand() -> None:
    place = synthetic.land(synthetic.chain(3))
    settings = synthetic.without_phases(ramp=1.0, guard_half=1.0, programme_bonus=0.1)
    programme = entries.Entry("p", 1, "programme", 4, None, "MX", "", "", "proposal", "zones", "")
    zone = synthetic.zone(("01001", 2, None), ("01003", 3, 5), first=1, units=2, runs=("p",))
    active = activity(place, synthetic.Plan([zone], [programme]), settings)
    # Month 2: two units for one place, 2/3. Months 3 to 5: one for each, 1/2; from month 4 a programme more.
    assert active[:7, 0].tolist() == pytest.approx([0, 0, 2 / 3, 0.5, 0.55, 0.55, 2 / 3 * 1.1])
    assert (active[:, 1] == 0).all()
    assert active[:7, 2].tolist() == pytest.approx([0, 0, 0, 0.5, 0.55, 0.55, 0.0])


def test_a_member_is_active_no_longer_than_its_zone_and_the_strongest_zone_counts() -> None:
    place = synthetic.land(synthetic.chain(1))
    settings = synthetic.without_phases(ramp=1.0, guard_half=1.0, programme_bonus=0.0)
    weak = synthetic.zone(("01001", 1, None), first=3, last=4, units=1)
    strong = synthetic.zone(("01001", 4, None), units=3)
    active = activity(place, synthetic.Plan([weak, strong]), settings)
    assert active[:6, 0].tolist() == [0, 0, 0, 0.5, 0.75, 0.75]


def test_a_zone_of_an_unknown_municipality_is_refused() -> None:
    place = synthetic.land(synthetic.chain(1))
    with pytest.raises(ValueError, match="'99999'"):
        activity(place, synthetic.Plan([synthetic.zone(("99999", 1, None))]), synthetic.frozen_model())


def phase(**changes: float) -> parameters.PhaseSettings:
    """A phase that adds nothing but what is named."""
    return dataclasses.replace(synthetic.NO_PHASE, **changes)


def test_an_active_zone_wins_ground_and_its_neighbour_loses_some() -> None:
    place, figures = country()
    plan = synthetic.Plan([synthetic.zone(("01002", 1, None), units=5)])
    settings = synthetic.frozen_model(phases=(phase(zone_effort=2.0),) * 4)
    pushing = synthetic.frozen_model(phases=(phase(zone_effort=2.0, displacement=0.8),) * 4)
    calm = dynamics.project(place, plan, figures, settings)
    moved = dynamics.project(place, plan, figures, pushing)
    assert calm.score[12, 1] > calm.score[0, 1]
    assert (calm.score[12] >= calm.score[0] - 1e-12).all()
    assert moved.score[12, 1] > calm.score[12, 1]
    assert moved.score[2, 0] < moved.score[0, 0]
    assert moved.pressure[2, [0, 2]] == pytest.approx(
        moved.pressure[0, [0, 2]] + (moved.pressure[0, 1] - moved.pressure[2, 1]) / 2
    )


@given(SEEDS, st.floats(0, 1))
def test_displacement_moves_pressure_and_makes_none(seed: int, share: float) -> None:
    score, _, standing, adjacency = world(seed)
    weights = baseline.neighbour_weights(adjacency)
    moved = forces.displaced(standing, weights, 1.5 * score, share)
    assert moved.sum() == pytest.approx(0.0, abs=1e-12)
    assert (standing + moved >= -1e-12).all()


@given(SEEDS)
def test_displacement_switched_off_leaves_every_bit_in_place(seed: int) -> None:
    score, _, standing, adjacency = world(seed)
    weights = baseline.neighbour_weights(adjacency)
    assert (standing + forces.displaced(standing, weights, score, 0.0) == standing).all()


# Money, border, courts: the inputs


@pytest.fixture(scope="module")
def plain() -> tuple[territory.Territory, observations.Observations, synthetic.Plan, parameters.Model]:
    """A small country with one zone and the frozen parameters."""
    place, figures = country()
    return place, figures, synthetic.Plan([synthetic.zone(("01002", 3, None), units=2)]), synthetic.frozen_model()


Case = tuple[territory.Territory, observations.Observations, synthetic.Plan, parameters.Model]


def projected(case: Case, inputs: forces.Inputs | None = None) -> dynamics.Projection:
    place, figures, plan, settings = case
    return dynamics.project(place, plan, figures, settings, inputs)


def neutral(n: int = 6) -> forces.Inputs:
    """Arrays of inputs that change nothing."""
    return forces.Inputs(**forces.Inputs().filled(synthetic.MONTHS, n))


def test_neutral_inputs_are_the_same_as_none_bit_for_bit(plain: Case) -> None:
    absent, empty, explicit = (projected(plain, each) for each in (None, forces.Inputs(), neutral()))
    for name in ("score", "effort", "pressure", "activity", "integrity", "homicide_rate"):
        assert getattr(absent, name).tobytes() == getattr(empty, name).tobytes(), name
        assert getattr(absent, name).tobytes() == getattr(explicit, name).tobytes(), name


def some(name: str, value: float, n: int = 6) -> forces.Inputs:
    """Neutral inputs but one, which has a value from month 10 on."""
    given = neutral(n)
    getattr(given, name)[10:] = value
    return given


@pytest.mark.parametrize("name", ["coverage", "inspection", "capacity", "finance", "judicial"])
def test_each_of_these_inputs_lowers_pressure_and_raises_control(plain: Case, name: str) -> None:
    without, given_some = projected(plain), projected(plain, some(name, 0.5))
    assert (given_some.pressure[:10] == without.pressure[:10]).all()
    assert (given_some.pressure[11:] < without.pressure[11:]).all()
    assert (given_some.effort == without.effort).all()
    assert (given_some.score[10:] >= without.score[10:]).all()
    assert (given_some.score[60] > without.score[60]).all()


def test_judicial_programmes_raise_integrity(plain: Case) -> None:
    without, with_courts = projected(plain), projected(plain, some("judicial", 0.5))
    assert (with_courts.integrity[10:] > without.integrity[10:]).all()
    assert ((with_courts.integrity >= 0) & (with_courts.integrity <= 1)).all()


def test_money_raises_effort_later_and_with_less_and_less_effect(plain: Case) -> None:
    base, little, more, most = (projected(plain, some("money", value)) for value in (0.0, 0.001, 0.002, 0.004))
    first, second, third = (b.effort[60] - a.effort[60] for a, b in ((base, little), (little, more), (more, most)))
    assert (little.effort[:11] == base.effort[:11]).all()
    assert (little.effort[11:] > base.effort[11:]).all()
    assert ((first > second) & (2 * second > third)).all()
    assert (most.effort[60] - base.effort[60] < plain[3].money_effort).all()
    assert (more.score >= little.score).all()
    assert (more.pressure == base.pressure).all()


@profile(max_examples=25)
@given(st.integers(0, 5), st.integers(1, 50), st.floats(0, 5))
def test_more_money_anywhere_lowers_control_nowhere(plain: Case, place: int, month: int, millions: float) -> None:
    money = np.zeros((61, 6))
    money[month, place] = millions
    assert (projected(plain, forces.Inputs(money=money)).score >= projected(plain).score - 1e-12).all()


def test_money_held_back_by_conditions_has_no_effect(plain: Case) -> None:
    paid = some("money", 1.0)
    held = dataclasses.replace(paid, conditions=np.zeros(61))
    half = dataclasses.replace(paid, conditions=np.full(61, 0.5))
    assert (projected(plain, held).score == projected(plain).score).all()
    assert (projected(plain, half).score == projected(plain, some("money", 0.5)).score).all()


def test_money_counted_by_hand() -> None:
    weights = baseline.neighbour_weights(synthetic.chain(2))
    settings = synthetic.frozen_model(money_effort=2.0, money_half=12.0, money_lag=2.0, money_spread=0.25)
    money = np.zeros((4, 2, 1))
    money[0, 0] = 0.8
    people = np.array([[100_000.0], [0.0]])
    effort = np.stack(list(forces.money_effort(money, people, weights, settings)))[..., 0]
    # 0.6 and 0.2 million arrive, half of it a month later: 36 USD a person and year on 12.
    assert effort[0].tolist() == [0.0, 0.0]
    assert effort[1, 0] == pytest.approx(2 * 36 / (36 + 12))
    assert effort[2, 0] == pytest.approx(2 * 18 / (18 + 12))
    assert effort[1, 1] == pytest.approx(2.0, abs=1e-4)  # nobody lives there; one person is assumed


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (forces.Inputs(money=np.zeros((60, 6))), "`money` has shape"),
        (forces.Inputs(money=np.full((61, 6), -1.0)), "`money` must be finite"),
        (forces.Inputs(money=np.full((61, 6), np.inf)), "`money` must be finite"),
        (forces.Inputs(coverage=np.full((61, 6), 1.1)), r"`coverage` must be finite and in \[0, 1\]"),
        (forces.Inputs(finance=np.full(61, np.nan)), "`finance` must be finite"),
        (forces.Inputs(judicial=np.zeros((61, 6))), "`judicial` has shape"),
        (forces.Inputs(judicial=[np.zeros(6)] * 60), "`judicial` has 60 months; it must have 61"),
    ],
)
def test_inputs_of_a_wrong_shape_or_range_are_refused(plain: Case, inputs: forces.Inputs, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        projected(plain, inputs)


def test_integrity_rises_with_programmes_and_decays_towards_its_start() -> None:
    settings = synthetic.frozen_model(integrity_start=0.5, integrity_rise=0.1, integrity_decay=0.2)
    months = [phase(), phase(judicial=1.0), phase(judicial=0.5), phase(), phase()]
    found = forces.integrity_series(months, np.zeros(5), settings)
    assert found.tolist() == pytest.approx([0.5, 0.55, 0.5625, 0.55, 0.54])


def test_judicial_programmes_are_of_full_strength_at_most() -> None:
    settings = synthetic.frozen_model()
    months = [phase(judicial=0.8)] * 3
    full, over = (forces.integrity_series(months, np.full(3, value), settings) for value in (0.2, 1.0))
    assert over.tolist() == full.tolist()


def test_violence_is_worst_where_control_is_contested() -> None:
    settings = synthetic.frozen_model(
        violence_held=1.0, violence_unheld=2.0, violence_contested=3.0, contest_width=0.1
    )
    found = dynamics.violence(np.array([1.0, 0.5, 0.0]), settings)
    assert found.tolist() == pytest.approx([1.0, 5.0, 3.0], abs=1e-8)


def test_homicide_rates_follow_the_people_who_live_with_it() -> None:
    place = synthetic.land(synthetic.chain(3), states=["01", "01", "02"], population=[300, 100, 50])
    settings = synthetic.frozen_model(violence_held=1.0, violence_unheld=1.0, violence_contested=0.0)
    score = np.array([[0.0, 1.0, 0.5], [1.0, 1.0, 0.5]])
    figures = synthetic.figures(rates={"01": 3000.0})
    found = dynamics.homicide_series(place, figures, score, settings)
    # Exposure of state 01: 300 * 2 + 100 * 1, then 400.
    assert found[:, 0].tolist() == pytest.approx([3000.0, 3000.0 * 400 / 700])
    assert np.isnan(found[:, 1]).all()


# The projection as a whole


def test_a_projection_in_another_order_is_the_same(plain: Case) -> None:
    place, figures, plan, settings = plain
    order = [3, 1, 5, 0, 2, 4]
    there = dynamics.project(place, plan, figures, settings)
    mixed = dynamics.project(synthetic.permuted(place, order), plan, figures, settings)
    assert mixed.score == pytest.approx(there.score[:, order], abs=1e-12)
    assert mixed.homicide_rate == pytest.approx(there.homicide_rate, abs=1e-9)


def test_the_projection_runs_the_step_month_by_month(plain: Case) -> None:
    found = projected(plain)
    adjacency = plain[0].adjacency.toarray()
    score = found.score[0]
    for month in range(1, 61):
        score = np.array(by_hand(score, found.effort[month], found.pressure[month], adjacency, plain[3].rates))
        assert found.score[month] == pytest.approx(score, abs=1e-12)


def test_phases_set_in_with_their_first_month(plain: Case) -> None:
    place, figures, _, _ = plain
    steps = tuple(phase(national_effort=float(number), pressure_factor=1.0 + number) for number in range(4))
    settings = synthetic.frozen_model(phases=steps, integrity_effect=0.0)
    found = dynamics.project(place, synthetic.Plan(), figures, settings)
    assert found.effort[[0, 1, 6, 7, 18, 19, 36, 37, 60], 0].tolist() == [1, 1, 1, 2, 2, 3, 3, 4, 4]
    factor = found.pressure[:, 0] / found.pressure[0, 0]
    assert factor[[0, 6, 7, 18, 19, 36, 37, 60]].tolist() == pytest.approx([1, 1, 2, 2, 3, 3, 4, 4])


@pytest.fixture(scope="module")
def shipped_run(plan: atlas.Atlas) -> dynamics.Projection:
    """The shipped scenario, projected with its border and its ledger."""
    return plan.plan.projection


def test_the_same_scenario_gives_the_same_bytes(
    mexico: territory.Territory,
    observed: observations.Observations,
    shipped: scenario.Scenario,
) -> None:
    once, again = (dynamics.project(mexico, shipped, observed, shipped.model) for _ in range(2))
    for name in ("score", "effort", "pressure", "activity", "integrity", "homicide_rate"):
        assert getattr(again, name).tobytes() == getattr(once, name).tobytes(), name


def test_the_shipped_step_is_never_cut_off(shipped: scenario.Scenario, shipped_run: dynamics.Projection) -> None:
    largest = shipped.model.gain * shipped_run.effort + shipped.model.loss * shipped_run.pressure
    assert largest.max() <= 1.0
    assert (shipped_run.pressure >= 0).all()
    assert shipped_run.pressure[0].max() < shipped.model.pressure_limit


def share(classes: np.ndarray, area: np.ndarray, month: int) -> float:
    """Share of the area at contested or worse."""
    return float(area[classes[month] <= control.CONTESTED].sum() / area.sum())


def test_the_plan_wins_slowly_at_first_and_never_everything(
    mexico: territory.Territory, shipped_run: dynamics.Projection
) -> None:
    area = mexico.municipalities["area_km2"].to_numpy()
    classes = control.classify(shipped_run.score)
    start, *ends = (share(classes, area, month) for month in (0, 6, 18, 36, 60))
    assert start == pytest.approx(1 / 3, abs=0.01)
    assert 0.31 < ends[0] < 0.34
    assert 0.27 < ends[1] < 0.31
    assert 0.17 < ends[2] < 0.23
    assert 0.10 < ends[3] < 0.15
    assert (classes[60] <= control.CRIMINAL_INFLUENCE).any()


@pytest.mark.parametrize("month", [18, 36, 60])
def test_the_plan_loses_ground_beside_what_it_wins(
    mexico: territory.Territory, shipped: scenario.Scenario, shipped_run: dynamics.Projection, month: int
) -> None:
    rows = mexico.municipalities
    changes = rules.change(control.classify(shipped_run.score), month, rules=shipped.rules)
    counted = rules.tally(changes, rows["population"], rows["area_km2"])
    assert counted.loc["reclaimed", "municipalities"] > counted.loc["lost", "municipalities"] > 0
    outside = (shipped_run.activity[: month + 1] == 0).all(axis=0)
    assert outside[changes == rules.LOST].any()


def test_without_displacement_the_plan_loses_less(
    mexico: territory.Territory,
    observed: observations.Observations,
    shipped: scenario.Scenario,
) -> None:
    calm = dataclasses.replace(
        shipped.model, phases=tuple(dataclasses.replace(each, displacement=0.0) for each in shipped.model.phases)
    )
    runs = [dynamics.project(mexico, shipped, observed, settings) for settings in (calm, shipped.model)]
    lost = [
        (rules.change(control.classify(each.score), 18, rules=shipped.rules) == rules.LOST).sum() for each in runs
    ]
    assert lost[0] < lost[1]


def test_integrity_and_violence_improve_over_the_shipped_plan(shipped_run: dynamics.Projection) -> None:
    assert (np.diff(shipped_run.integrity) > 0).all()
    assert shipped_run.integrity[60] < 1
    assert np.isfinite(shipped_run.homicide_rate).all()
    assert shipped_run.homicide_rate[60].mean() < shipped_run.homicide_rate[0].mean()


# Confidence


@pytest.mark.parametrize(
    ("score", "month", "expected"),
    [
        (0.7, 12, "medium"),
        (0.7, 36, "medium"),
        (0.7, 37, "low"),
        (0.62, 12, "low"),
        (0.56, 12, "low"),
        (0.5, 12, "medium"),
        (0.99, 12, "medium"),
        (0.01, 12, "medium"),
        (math.nan, 12, "low"),
    ],
)
def test_confidence_is_low_at_a_boundary_and_far_ahead(score: float, month: int, expected: str) -> None:
    assert dynamics.confidence(np.array([score]), month, rules=rules.Rules()).tolist() == [expected]


@given(st.lists(st.floats(0, 1), min_size=1), st.integers(0, 60))
def test_no_projection_is_of_high_confidence(scores: list[float], month: int) -> None:
    assert set(dynamics.confidence(np.array(scores), month, rules=rules.Rules())) <= {"low", "medium"}


# Parameters and equations as data


def frozen_file() -> dict[str, object]:
    return tomllib.loads((synthetic.FROZEN / "model.toml").read_text(encoding="utf-8"))


def test_every_parameter_has_a_value_within_its_range() -> None:
    records = synthetic.frozen_model().records()
    assert len({each.key for each in records}) == len(records)
    assert all(each.low <= each.value <= each.high for each in records)
    assert {each.key for each in records if each.section == "phase"} == {
        f"phase.{number}.{each.name}"
        for number in range(1, len(synthetic.PHASES) + 1)
        for each in dataclasses.fields(parameters.PhaseSettings)
    }
    assert next(each for each in records if each.key == "border_distance") == parameters.Parameter(
        "border_distance", "baseline", "D", 120.0, 80.0, 160.0, "km"
    )


def test_equations_use_known_symbols_and_every_parameter_appears() -> None:
    parameters = {each.key.rsplit(".", 1)[-1]: each.symbol for each in synthetic.frozen_model().records()}
    used = {key for equation in formulae.EQUATIONS for _, key in equation.symbols}
    assert used <= set(parameters) | set(formulae.QUANTITIES)
    assert set(parameters) - used <= {"target_share", "neighbour_priority", "border_distance"}
    assert set(formulae.QUANTITIES) <= used
    for equation in formulae.EQUATIONS:
        for symbol, key in equation.symbols:
            assert parameters.get(key, symbol) == symbol, (equation.key, key)
            first = re.split(r"[_(^{]", symbol)[0]
            assert first in equation.latex or equation.key == "activity", (equation.key, symbol)


def edited(path: str, value: object) -> dict[str, object]:
    """The frozen file with one entry set, or left out if the value is `...`."""
    data = frozen_file()
    *tables, entry = path.split("/")
    table = data
    for each in tables:
        table = table[each]
    if value is ...:
        del table[entry]
    else:
        table[entry] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "column", "key"),
    [
        ("illustrative", "yes", "illustrative", "wrong_type"),
        ("illustrative", ..., "illustrative", "missing_key"),
        ("step", ..., "step", "missing_key"),
        ("step", [], "step", "wrong_type"),
        ("stepp", {}, "stepp", "unknown_key"),
        ("step/gain", ..., "step.gain", "missing_key"),
        ("step/gain", 0.05, "step.gain", "wrong_type"),
        ("step/gain", {}, "step.gain.value", "missing_key"),
        ("step/gain", {"value": 1.5}, "step.gain.value", "out_of_range"),
        ("step/gain", {"value": True, "low": 0.0, "high": 1.0}, "step.gain.value", "wrong_type"),
        ("step/gain", {"value": math.nan}, "step.gain.value", "not_finite"),
        ("step/gain", {"value": 0.5, "low": 0.6}, "step.gain.low", "not_in_order"),
        ("step/gain", {"value": 0.5, "high": 0.4}, "step.gain.high", "not_in_order"),
        ("step/gain", {"value": 0.5, "high": 1.4}, "step.gain.high", "out_of_range"),
        ("step/gain", {"value": 0.5, "unit": "x"}, "step.gain.unit", "unknown_key"),
        ("step/gains", {"value": 0.5}, "step.gains", "unknown_key"),
        ("phase/5", {}, "phase.5", "unknown_key"),
        ("phase/2", ..., "phase.2", "missing_key"),
        ("phase/2/judicial", {"value": -1}, "phase.2.judicial.value", "out_of_range"),
    ],
)
def test_a_wrong_parameter_is_one_fault_at_its_place(path: str, value: object, column: str, key: str) -> None:
    _, faults = parameters.Model.of_phases(4)(edited(path, value), "")
    assert synthetic.places(faults) == [("model.toml", column, key)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["step", "phase", "money", "x", "illustrative"]), JSON, max_size=5))
def test_whatever_stands_in_the_file_is_read_without_raising(data: dict[str, object]) -> None:
    found, faults = parameters.Model.from_mapping(data)
    assert isinstance(found, parameters.Model)
    assert len(synthetic.places(faults)) >= 1
