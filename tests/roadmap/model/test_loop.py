"""The month loop: draws side by side are draws one by one, and what is gathered on the way adds up."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from roadmap import atlas
from roadmap.model import accumulators, baseline, ensemble, forces, loop
from roadmap.plan import parameters
from roadmap.record import control
from tests.roadmap import synthetic

N = 6
DRAWS = 5
SEEDS = st.integers(0, 2**32 - 1)
PLAN = synthetic.Plan([synthetic.zone(("01002", 3, None), ("02005", 5, 30), units=2)])
PLACE = synthetic.land(
    synthetic.chain(N), states=["01"] * 3 + ["02"] * 3, population=[1000 * (row + 1) for row in range(N)]
)
KEYS = list(PLACE.municipalities["cvegeo"])
MODELS = ensemble.draws(synthetic.frozen_model(), DRAWS)


def inputs(seed: int) -> forces.Inputs:
    """Every input, at random; the last months are closed to pressure altogether."""
    rng = np.random.default_rng(seed)
    wide = {name: rng.random((synthetic.MONTHS, N)) for name in ("money", "coverage", "inspection", "capacity")}
    return forces.Inputs(**wide, finance=rng.random(synthetic.MONTHS), judicial=rng.random(synthetic.MONTHS))


def starts(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random((N, DRAWS))


def run(
    settings: parameters.Model, start: np.ndarray, given: forces.Inputs, *told: loop.Accumulator, **options: object
) -> np.ndarray:
    where = forces.Setting.of(PLACE, start)
    return loop.run(where, forces.course(where, PLAN, KEYS, settings, given), settings.rates, *told, **options)


def scores() -> accumulators.Kept:
    return accumulators.Kept(lambda month: month.score)


# Draws


@profile(max_examples=20)
@given(SEEDS)
def test_draws_side_by_side_are_draws_one_by_one(seed: int) -> None:
    together, start = scores(), starts(seed)
    run(ensemble.stacked(MODELS), start, inputs(seed), together)
    assert together.result().shape == (synthetic.MONTHS, N, DRAWS)
    for draw, settings in enumerate(MODELS):
        alone = scores()
        run(settings, start[:, draw], inputs(seed), alone)
        assert together.result()[..., draw] == pytest.approx(alone.result()[..., 0], abs=1e-12)


def test_inputs_may_differ_from_draw_to_draw() -> None:
    wide = np.random.default_rng(1).random((synthetic.MONTHS, N, DRAWS))
    series = np.random.default_rng(2).random((synthetic.MONTHS, DRAWS))
    settings, start = synthetic.frozen_model(), starts(3)
    together = run(settings, start, forces.Inputs(coverage=wide, judicial=series))
    for draw in range(DRAWS):
        alone = run(settings, start[:, draw], forces.Inputs(coverage=wide[..., draw], judicial=series[:, draw]))
        assert together[:, draw] == pytest.approx(alone[:, 0], abs=1e-12)


def test_inputs_may_be_made_as_the_months_pass() -> None:
    money = np.random.default_rng(1).random((synthetic.MONTHS, N))
    settings, start = synthetic.frozen_model(), starts(3)
    whole = run(settings, start, forces.Inputs(money=money))
    assert (run(settings, start, forces.Inputs(money=list(money))) == whole).all()


def test_a_run_ends_with_the_month_asked_for() -> None:
    kept, settings = scores(), synthetic.frozen_model()
    last = run(settings, starts(0), inputs(0), kept, until=7)
    assert len(kept.result()) == 8
    assert (kept.result()[-1] == last).all()


def test_noise_is_added_from_the_first_month_on() -> None:
    settings, start = synthetic.without_phases(pressure_limit=1e9), np.full((N, DRAWS), 0.5)
    asked = []

    def noise(month: int) -> np.ndarray:
        asked.append(month)
        return np.full((N, DRAWS), 0.01 if month == 1 else 0.0)

    kept = scores()
    run(settings, start, forces.Inputs(), kept, noise=noise, until=2)
    assert asked == [1, 2]
    assert kept.result()[0] == pytest.approx(start)
    assert kept.result()[1] == pytest.approx(start + 0.01)


# What each term has added


@profile(max_examples=20)
@given(SEEDS)
def test_contributions_add_up_to_the_change(seed: int) -> None:
    settings, start = ensemble.stacked(MODELS), starts(seed)
    kept, parts = scores(), accumulators.Contributions(range(synthetic.MONTHS))
    rng = np.random.default_rng(seed)
    # Strong enough for scores to leave the scale, and a month without any pressure at all.
    shut = dataclasses.replace(inputs(seed), finance=np.ones(synthetic.MONTHS))
    loud = dataclasses.replace(settings, finance_effect=np.ones(DRAWS))
    run(loud, start, shut, kept, parts, noise=lambda month: rng.normal(0, 0.1, (N, DRAWS)) * (month % 2))
    for month, terms in parts.result().items():
        assert tuple(terms) == accumulators.TERMS
        change = kept.result()[month] - kept.result()[0]
        assert np.abs(sum(terms.values()) - change).max() < 1e-9


def test_contributions_of_the_shipped_plan_add_up_and_have_their_sign(plan: atlas.Atlas) -> None:
    settings, place = plan.scenario.model, plan.territory
    where = forces.Setting.of(place, plan.plan.projected.baseline.score)
    given = atlas.inputs(plan.frontier, plan.books, place, settings)
    course = forces.course(where, plan.scenario, list(place.municipalities["cvegeo"]), settings, given)
    parts = accumulators.Contributions([18, 60])
    loop.run(where, course, settings.rates, parts)
    for month, terms in parts.result().items():
        change = plan.plan.projected.score[month] - plan.plan.projected.score[0]
        assert np.abs(sum(terms.values())[:, 0] - change).max() < 1e-9
        for term in ("national", "zones", "money", "coverage", "inspection", "capacity"):
            assert (terms[term] >= 0).all(), term
        # Nothing of the shipped plan leaves the scale, so the other terms account for everything.
        assert np.abs(terms["limit"]).max() < 1e-9
        assert terms["displacement"].min() < 0 < terms["displacement"].max()
        assert not terms["noise"].any()


@pytest.mark.parametrize(
    ("term", "without"),
    [
        ("money", {"money": None}),
        ("coverage", {"coverage": None}),
        ("inspection", {"inspection": None}),
        ("capacity", {"capacity": None}),
        ("finance", {"finance": None}),
    ],
)
def test_what_is_switched_off_adds_nothing(term: str, without: dict[str, None]) -> None:
    settings = synthetic.frozen_model()
    on, off = (accumulators.Contributions([60]) for _ in range(2))
    run(settings, starts(1), inputs(1), on)
    run(settings, starts(1), dataclasses.replace(inputs(1), **without), off)
    assert (on.result()[60][term] > 0).all()
    assert not off.result()[60][term].any()


def test_factors_share_what_they_take_off_whatever_their_order() -> None:
    nothing, one = np.zeros((1, 1)), np.ones((1, 1))
    relief = {name: np.full((1, 1), 0.5 if name in {"coverage", "finance"} else 1.0) for name in forces.RELIEFS}
    acting = forces.Acting(dict.fromkeys(forces.EFFORTS, nothing), one, nothing, relief, nothing, one)
    where = forces.Setting(baseline.neighbour_weights(synthetic.links(1)), np.ones(1), np.full((1, 1), 0.5))
    parts = accumulators.Contributions([1])
    loop.run(where, [acting, acting], parameters.Rates(0.0, 0.4, 1.0), parts)
    terms = {term: float(values[0, 0]) for term, values in parts.result()[1].items()}
    # Pressure 1 would lose 0.4 * 0.5 * 0.5 = 0.1; a quarter is left of it, and two equal factors share the rest.
    assert terms["standing"] == pytest.approx(-0.1)
    assert terms["coverage"] == terms["finance"] == pytest.approx(0.0375)
    assert sum(terms.values()) == pytest.approx(-0.025)


def test_the_limit_takes_what_is_cut_off_and_nothing_else() -> None:
    settings, start = synthetic.frozen_model(), np.full((N, DRAWS), 0.9)
    calm, loud = (accumulators.Contributions([60]) for _ in range(2))
    run(settings, start, inputs(1), calm)
    run(settings, start, inputs(1), loud, noise=lambda _: np.full((N, DRAWS), 0.5))
    assert np.abs(calm.result()[60]["limit"]).max() < 1e-9
    assert (loud.result()[60]["limit"] < -1.0).all()


# Summaries of draws


@pytest.fixture(scope="module")
def gathered() -> tuple[np.ndarray, dict[str, object]]:
    """Scores of all draws, and what is gathered of them in two blocks."""
    measures = {"places": np.ones(N), "people": PLACE.municipalities["population"].to_numpy(dtype=np.float64)}
    told = {
        "counts": accumulators.ClassCounts(synthetic.MONTHS, N),
        "sums": accumulators.ClassSums(measures),
        "quantiles": accumulators.Quantiles([0, 36, 60], N),
    }
    blocks = []
    for block in (slice(0, 2), slice(2, DRAWS)):
        kept = scores()
        run(ensemble.stacked(MODELS[block]), starts(4)[:, block], inputs(4), kept, *told.values())
        blocks.append(kept.result())
    return np.concatenate(blocks, axis=-1), dict(told)


def test_classes_are_counted_over_all_blocks(gathered: tuple[np.ndarray, dict[str, object]]) -> None:
    score, told = gathered
    counts, classes = told["counts"].result(), control.classify(score)
    assert (counts.sum(axis=2) == DRAWS).all()
    for number in range(5):
        assert (counts[:, :, number] == (classes == number).sum(axis=2)).all()


def test_people_by_class_are_summed_draw_by_draw(gathered: tuple[np.ndarray, dict[str, object]]) -> None:
    score, told = gathered
    sums, classes = told["sums"].result(), control.classify(score)
    people = PLACE.municipalities["population"].to_numpy()
    for number in range(5):
        assert sums["people"][:, number] == pytest.approx(np.einsum("tnd,n->td", classes == number, people))
        assert (sums["places"][:, number] == (classes == number).sum(axis=1)).all()


def test_quantiles_are_those_of_the_draws_to_half_a_per_cent(gathered: tuple[np.ndarray, dict[str, object]]) -> None:
    score, told = gathered
    levels = (0.0, 0.05, 0.5, 0.95, 1.0)
    for month, found in told["quantiles"].result(*levels).items():
        wanted = np.quantile(score[month], levels, axis=1, method="inverted_cdf").T
        assert found.shape == (N, len(levels))
        assert np.abs(found - wanted).max() <= 0.5 / accumulators.Quantiles.BINS + 1e-12
