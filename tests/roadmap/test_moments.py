"""Runs, moments and comparisons: what is looked at carries what it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geo import errors
from layers import base, change, control, figures
from layers.files import export
from roadmap import atlas, moments, runs
from roadmap.record import rules
from roadmap.words import text
from tests import classes

WORDS = text.words()


def of_codes(
    plan: atlas.Atlas, *months: str, name: str = "assessed", origin: runs.Origin = runs.Origin.ACTUAL
) -> runs.Run:
    """A run whose first municipalities have the codes given, a string a month; the last one stays to the end."""
    codes = plan.plan.codes.copy()
    rows = [*months, *[months[-1]] * (len(codes) - len(months))]
    codes[:, : len(rows[0])] = np.array([classes.numbers(row) for row in rows])
    codes.setflags(write=False)
    return runs.Run(name, origin, codes)


def test_the_plan_is_the_run_of_a_scenario(plan: atlas.Atlas) -> None:
    seen = moments.of(plan, 30, 6)
    assert (seen.now.run, seen.before.run) == (plan.plan, plan.plan)
    assert (seen.month, seen.since, seen.atlas) == (30, 6, plan)
    assert (plan.plan.id, plan.plan.origin, plan.plan.track) == ("plan", runs.Origin.PLAN, "plan")
    assert (seen.now.codes == plan.plan.codes[30]).all()
    assert seen.now.phase == plan.scenario.phases[2]
    assert moments.of(plan, 0).now.phase is None
    assert moments.of(plan, 30, 6) == seen


@pytest.mark.parametrize(
    ("month", "vs", "said"), [(61, 0, "`month` 61"), (-1, 0, "`month` -1"), (6, 7, "`vs` 7"), (6, -1, "`vs` -1")]
)
def test_a_month_that_is_not_there_is_refused(month: int, vs: int, said: str, plan: atlas.Atlas) -> None:
    with pytest.raises(moments.MomentError, match=said):
        moments.of(plan, month, vs)
    assert issubclass(moments.MomentError, errors.AtlasError)


def test_a_comparison_in_one_run_is_the_rule_on_its_months(plan: atlas.Atlas) -> None:
    for month, since in ((36, 0), (36, 18), (60, 59)):
        expected = rules.change(plan.plan.codes, month, since, rules=plan.scenario.rules)
        assert (moments.of(plan, month, since).changes == expected).all()
    assert moments.of(plan, 36, 18).changes is moments.of(plan, 36, 18).changes  # kept on the run


def test_two_runs_are_compared_by_what_each_says_of_its_month(plan: atlas.Atlas) -> None:
    """Of five municipalities: won, lost, the same, held for too short, and not assessed."""
    planned = of_codes(plan, "14322", name="other", origin=runs.Origin.DRAW)
    actual = of_codes(plan, "11322", "41322", "4132n", "4134n")
    seen = moments.Comparison(moments.Moment(plan, actual, 3), moments.Moment(plan, planned, 3))
    expected = [rules.RECLAIMED, rules.LOST, rules.UNCHANGED, rules.UNCHANGED, rules.UNKNOWN]
    assert seen.changes[:5].tolist() == expected
    # The later moment of another run may be the one that is compared with.
    assert moments.Comparison(moments.Moment(plan, actual, 3), moments.Moment(plan, planned, 60)).since == 60


def test_where_it_comes_from_is_told_by_every_file(plan: atlas.Atlas) -> None:
    assessed = moments.of(plan, 12, run=of_codes(plan, "4"))
    about = export.metadata(base.find("control"), assessed)
    assert about["track"] == "actual"
    assert export.metadata(base.find("control"), moments.of(plan, 12))["track"] == "plan"


def test_a_run_that_knows_classes_only_has_no_scores_and_no_figures_of_the_model(plan: atlas.Atlas) -> None:
    seen = moments.of(plan, 12, run=of_codes(plan, "4"))
    assert np.isnan(seen.now.score).all()
    frame = control.LAYER.frame(seen)
    assert frame["control"].isna().all()
    assert frame["class"].iloc[0] == "state_control"
    assert [figure.key for figure in figures.headline(seen, WORDS)] == ["not_held", "reclaimed", "lost"]
    assert len(figures.headline(moments.of(plan, 12), WORDS)) == 5
    assert change.LAYER.legend(seen, WORDS).rows
    with pytest.raises(runs.RunError, match="run 'assessed' \\(actual\\) knows classes only"):
        _ = seen.now.run.projected


def test_a_run_is_told_from_another_by_its_content(plan: atlas.Atlas) -> None:
    same = runs.Run("copy", plan.plan.origin, plan.plan.codes.copy(), plan.plan.projection)
    assert same.hash == plan.plan.hash
    codes = plan.plan.codes.copy()
    codes[30, 7] = (codes[30, 7] + 1) % 5
    assert replace(same, codes=codes).hash != plan.plan.hash
    assert replace(same, origin=runs.Origin.DRAW).hash != plan.plan.hash
    assert replace(same, projection=None).hash != plan.plan.hash


@pytest.mark.parametrize("part", ["codes", "score"])
def test_a_run_of_the_wrong_length_is_refused_with_its_name(part: str, plan: atlas.Atlas) -> None:
    run = plan.plan
    short = (
        replace(run, codes=run.codes[:-1])
        if part == "codes"
        else replace(run, projection=replace(run.projected, score=run.projected.score[:, :-1]))
    )
    with pytest.raises(
        runs.RunError, match=f"run 'plan': `{part}` has shape .* the plan has 61 months and the territory 2465"
    ):
        replace(plan, plan=short)


def test_moments_of_two_territories_are_not_compared(plan: atlas.Atlas) -> None:
    other = replace(plan, territory=replace(plan.territory, hash="0" * 12))
    with pytest.raises(moments.MomentError, match="lie on different territories"):
        moments.Comparison(moments.of(plan, 6).now, moments.of(other, 6).now)
