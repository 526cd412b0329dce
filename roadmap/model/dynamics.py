"""The plan month by month: effort against pressure on a map of neighbours.

Transparent, small and not a forecast: it makes a scenario's assumptions explicit and consistent. The state
at month 0 is taken to be a standstill: each municipality's standing pressure is what holds its baseline
score in place against the standing effort. Without a plan nothing moves, so every change on the map
comes from something the scenario states. How fast the shipped plan wins is such a statement too: its phases
were given figures that make it so, and the course they give is an assumption, no finding.

In each month the plan adds effort (everywhere, more in active zones, more where money was delivered) and
changes the pressure (by phase, border coverage, inspections, crossing capacity, financial disruption
and institutional integrity). Part of the pressure in active zones moves to the municipalities around
them: the plan loses ground too. The equations are listed in :data:`roadmap.model.formulae.EQUATIONS`.

Later layers plug in through :class:`roadmap.model.forces.Inputs`; each is neutral when absent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo import territory
from roadmap.model import accumulators, baseline, forces, loop
from roadmap.model.forces import Array, Inputs, Plan
from roadmap.plan.parameters import Model
from roadmap.record import control, observations
from roadmap.record import rules as rule_data


@dataclass(frozen=True, eq=False)
class Projection:
    """What the scenario projects for the months of its plan, month 0 first.

    Attributes
    ----------
    score
        Control scores, ``(months, n)``; row 0 is the baseline.
    effort, pressure
        What acted in the month that led to the row, ``(months, n)``; row 0 is the standstill.
    activity
        How active priority zones are, ``(months, n)``; 0 outside zones.
    integrity
        Institutional integrity, ``(months,)`` in [0, 1].
    homicide_rate
        Per 100,000 people and year, ``(months, n_states)`` in the order of ``territory.states``; row 0 is
        the observed rate, NaN where there is none.
    baseline
        The start.
    """

    score: Array
    effort: Array
    pressure: Array
    activity: Array
    integrity: Array
    homicide_rate: Array
    baseline: baseline.Baseline


def project(
    place: territory.Territory,
    plan: Plan,
    observed: observations.Observations,
    settings: Model,
    inputs: Inputs | None = None,
) -> Projection:
    """Run a scenario from its baseline to the last month of its plan.

    Parameters
    ----------
    place
        The territory, ``n`` municipalities.
    plan
        Phases, entries and zones of a scenario.
    observed
        Public figures, for the baseline and the homicide rates.
    settings
        The scenario's parameters.
    inputs
        What other layers contribute; absent ones are neutral.

    Returns
    -------
    Projection
        The same bytes for the same arguments.

    Raises
    ------
    ValueError
        If an input has a wrong shape or range, or a zone names an unknown municipality.
    """
    start = baseline.of(place, plan, observed, settings)
    where = forces.Setting.of(place, start.score)
    kept = {name: accumulators.Kept(what) for name, what in _SERIES.items()}
    courts = accumulators.Kept(lambda month: month.acting.integrity)
    course = forces.course(where, plan, list(place.municipalities["cvegeo"]), settings, inputs)
    loop.run(where, course, settings.rates, *kept.values(), courts)
    score, effort, pressure, activity = (np.ascontiguousarray(kept[name].result()[..., 0]) for name in _SERIES)
    integrity = courts.result()
    rates = homicide_series(place, observed, score, settings)
    return Projection(score, effort, pressure, activity, integrity, rates, start)


_SERIES: dict[str, Callable[[loop.Month], Array]] = {
    "score": lambda month: month.score,
    "effort": lambda month: month.acting.total_effort,
    "pressure": lambda month: month.acting.pressure,
    "activity": lambda month: month.acting.activity,
}


def violence(score: Array, settings: Model) -> Array:
    """Relative violence at a control score: more where the state holds less, most where it is contested."""
    contest = np.exp(-(((score - 0.5) / settings.contest_width) ** 2))
    return np.asarray(
        settings.violence_held + settings.violence_unheld * (1.0 - score) + settings.violence_contested * contest
    )


def homicide_series(
    place: territory.Territory, observed: observations.Observations, score: Array, settings: Model
) -> Array:
    """Homicides per 100,000 people by state: the observed rate, moved by the people's exposure.

    Returns
    -------
    numpy.ndarray
        Shape ``(T, n_states)``; row 0 is the observed rate, NaN where there is none.
    """
    keys = list(place.states["cve_ent"])
    member = place.municipalities["cve_ent"].to_numpy()[:, None] == np.array(keys)[None, :]
    people = np.maximum(place.municipalities["population"].to_numpy(dtype=np.float64), 1.0)
    exposure = (violence(score, settings) * people) @ member.astype(np.float64)
    rates = baseline.homicide_rates(place, observed).to_numpy()
    return np.asarray(rates * exposure / exposure[0], dtype=np.float64)


def confidence(score: Array, month: int, *, rules: rule_data.Rules) -> NDArray[np.str_]:
    """How sure a projected class is: ``"low"`` or the best a plan may claim.

    Parameters
    ----------
    score
        Control scores, any shape.
    month
        Month of the projection.
    rules
        Margin at class boundaries, last firm month and ceiling.

    Returns
    -------
    numpy.ndarray
        Text of the same shape: low next to a class boundary, beyond the firm months, and where nothing
        is known; never high.
    """
    values = np.asarray(score, dtype=np.float64)
    gaps = np.abs(values[..., None] - np.asarray(control.BOUNDARIES))
    near = ~(gaps.min(axis=-1) > rules.boundary_margin)
    return np.where(near | (month > rules.firm_months), "low", rules.plan_ceiling)
