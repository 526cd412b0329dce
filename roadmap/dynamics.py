"""The plan month by month: effort against pressure on a map of neighbours.

Transparent, small and not a forecast: it makes a scenario's assumptions explicit and consistent. The state
at month 0 is taken to be a standstill: each municipality's standing pressure is what holds its baseline
score in place against the standing effort. Without a plan nothing moves, so every change on the map
comes from something the scenario states. How fast the shipped plan wins is such a statement too: its phases
were given figures that make it so, and the course they give is an assumption, no finding.

In each month the plan adds effort (everywhere, more in active zones, more where money was delivered) and
changes the pressure (by phase, border coverage, inspections, crossing capacity, financial disruption
and institutional integrity). Part of the pressure in active zones moves to the municipalities around
them: the plan loses ground too. The equations are listed in :data:`roadmap.model.EQUATIONS`.

Later layers plug in through :class:`roadmap.forces.Inputs`; each is neutral when absent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from geo import territory
from roadmap import baseline, control, forces, observations
from roadmap import rules as rule_data
from roadmap.forces import MONTHS, Array, Inputs, Plan
from roadmap.model import EQUATIONS, QUANTITIES, Equation, Model, Parameter, PhaseSettings, Rates

__all__ = [
    "EQUATIONS",
    "MONTHS",
    "QUANTITIES",
    "Equation",
    "Inputs",
    "Model",
    "Parameter",
    "PhaseSettings",
    "Plan",
    "Projection",
    "Rates",
    "confidence",
    "project",
    "run",
    "step",
]


@dataclass(frozen=True, eq=False)
class Projection:
    """What the scenario projects for the months 0 to 60.

    Attributes
    ----------
    score
        Control scores, ``(61, n)``; row 0 is the baseline.
    effort, pressure
        What acted in the month that led to the row, ``(61, n)``; row 0 is the standstill.
    activity
        How active priority zones are, ``(61, n)``; 0 outside zones.
    integrity
        Institutional integrity, ``(61,)`` in [0, 1].
    homicide_rate
        Per 100,000 people and year, ``(61, n_states)`` in the order of ``territory.states``; row 0 is
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
    """Run a scenario from its baseline to month 60.

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
    start = baseline.solve(place, observed, settings)
    weights = baseline.neighbour_weights(place.adjacency)
    given = (inputs or Inputs()).filled(len(start.score))
    by_month = [forces.settings_at(plan.phases, settings, month) for month in range(MONTHS)]
    active = forces.activity(place, plan, settings)
    integrity = forces.integrity_series(by_month, given["judicial"], settings)
    people = place.municipalities["population"].to_numpy(dtype=np.float64)
    money = forces.money_effort(given["money"] * given["conditions"][:, None], people, weights, settings)
    effort = forces.effort_series(by_month, active, money, settings)
    standing = forces.standing_pressure(start.score, weights, settings)
    pressure = forces.pressure_series(standing, weights, by_month, active)
    pressure *= forces.relief(given, integrity, settings)
    score = run(start.score, effort, pressure, weights, settings.rates)
    rates = homicide_series(place, observed, score, settings)
    return Projection(score, effort, pressure, active, integrity, rates, start)


def run(start: Array, effort: Array, pressure: Array, weights: scipy.sparse.csr_array, rates: Rates) -> Array:
    """Scores of all months from a start; effort and pressure have a row a month, row 0 unused."""
    score = np.empty((len(effort), *start.shape))
    score[0] = start
    for month in range(1, len(effort)):
        score[month] = step(score[month - 1], effort[month], pressure[month], weights, rates)
    return score


def step(
    score: Array,
    effort: Array,
    pressure: Array,
    weights: scipy.sparse.csr_array,
    rates: Rates,
    *,
    noise: Array | float = 0.0,
) -> Array:
    """One month for all municipalities, and for all draws of an ensemble, at once.

    ``gain = g * effort * (1 - c) * (lambda + (1 - lambda) * Wc)`` and
    ``loss = l * pressure * c * (1 - Wc)``; then ``c + gain - loss + noise``, kept in [0, 1].
    As long as ``g * effort + l * pressure <= 1`` everywhere, nothing is cut off and a municipality that
    is better held leaves no other worse.

    Parameters
    ----------
    score
        Control scores, ``(n,)`` or ``(n, draws)``.
    effort, pressure
        At least 0, broadcastable to `score`.
    weights
        Row-normalised adjacency, ``(n, n)``, from :func:`roadmap.baseline.neighbour_weights`.
    rates
        Gain, loss and local share: numbers, or arrays ``(draws,)``.
    noise
        Added to every score.

    Returns
    -------
    numpy.ndarray
        Scores a month later, shape of `score`.
    """
    around = weights @ score
    support = rates.local_share + (1.0 - rates.local_share) * around
    gain = rates.gain * effort * (1.0 - score) * support
    loss = rates.loss * pressure * score * (1.0 - around)
    return np.asarray(np.clip(score + gain - loss + noise, 0.0, 1.0), dtype=np.float64)


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
