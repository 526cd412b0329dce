"""What acts on control in a month: effort and pressure, and where they come from.

Effort stands at 1 before the plan. The plan adds to it everywhere, in active zones, and where money was
delivered. Pressure is what holds the baseline in place against that effort; phases, border coverage,
inspections, crossing capacity, financial disruption and institutional integrity change it, and part of it
moves from active zones to their surroundings.

All of it is told a month at a time and term by term (:func:`course`), for one course of the plan or for many side by
side: arrays are ``(n, draws)``, and a parameter is a number or an array ``(draws,)``.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from geo import territory
from roadmap.model import baseline, engagement, monthly
from roadmap.plan import phases
from roadmap.plan.parameters import Model, PhaseSettings

Array = NDArray[np.float64]

_STANDING: Final = PhaseSettings(
    national_effort=0.0, zone_effort=0.0, pressure_factor=1.0, displacement=0.0, judicial=0.0
)
_MONTHS_PER_YEAR: Final = 12.0
_USD_PER_MILLION: Final = 1e6


class Plan(engagement.Plan, baseline.Plan, Protocol):
    """What the model reads of a scenario."""

    @property
    def phases(self) -> Sequence[phases.Phase]:
        """Phases in order."""
        ...


@dataclass(frozen=True, eq=False)
class Inputs:
    """What other layers feed into the model; ``None`` means neutral.

    Series run over the ``T`` months of the plan, the baseline included, maps over the ``n`` municipalities; both may
    have a further axis of draws. In place of an array stands any sequence of ``T`` arrays, ``(n,)`` or ``(n, draws)``,
    which may be made as they are asked for: they are taken as they are.

    Attributes
    ----------
    money
        Million USD delivered, ``(T, n)``, at least 0. Raises effort, later and saturating. Neutral: 0.
    conditions
        Share of the money that is released, ``(T,)`` in [0, 1]. Neutral: 1.
    coverage
        Border coverage by sensors, ``(T, n)`` in [0, 1]. Lowers pressure. Neutral: 0.
    inspection
        Southbound inspection, ``(T, n)`` in [0, 1]. Lowers pressure. Neutral: 0.
    capacity
        Added legal crossing capacity in reach, ``(T, n)`` in [0, 1]. Lowers pressure. Neutral: 0.
    finance
        Financial disruption, ``(T,)`` in [0, 1]. Lowers pressure. Neutral: 0.
    judicial
        Strength of integrity programmes beyond the phase's, ``(T,)`` in [0, 1]. Raises integrity, which
        lowers pressure. Neutral: 0.
    """

    money: Sequence[Array] | Array | None = None
    conditions: Sequence[Array] | Array | None = None
    coverage: Sequence[Array] | Array | None = None
    inspection: Sequence[Array] | Array | None = None
    capacity: Sequence[Array] | Array | None = None
    finance: Sequence[Array] | Array | None = None
    judicial: Sequence[Array] | Array | None = None

    def filled(self, months: int, n: int, draws: int = 1) -> dict[str, Sequence[Array]]:
        """Every input month by month, checked where it is an array, neutral where absent.

        Parameters
        ----------
        months, n, draws
            Months of the plan, the baseline included; municipalities; courses side by side.

        Raises
        ------
        ValueError
            If an input has another shape, holds a value that is not finite or out of its range.
        """
        return {name: self._checked(name, months, n, draws) for name in _INPUTS}

    def _checked(self, name: str, months: int, n: int, draws: int) -> Sequence[Array]:
        neutral, wide, most = _INPUTS[name]
        shape = (months, n) if wide else (months,)
        given: Sequence[Array] | Array | None = getattr(self, name)
        if given is None:
            return np.full(shape, neutral)  # type: ignore[return-value]
        if not isinstance(given, np.ndarray):
            if len(given) != months:
                raise ValueError(f"`{name}` has {len(given)} months; it must have {months}.")
            return given
        array = np.asarray(given, dtype=np.float64)
        if array.shape not in {shape, (*shape, draws)}:
            raise ValueError(f"`{name}` has shape {array.shape}; it must have {shape}, months first.")
        if not (np.isfinite(array).all() and (array >= 0.0).all() and (array <= most).all()):
            raise ValueError(f"`{name}` must be finite and in [0, {most:g}].")
        return array  # type: ignore[return-value]


_INPUTS: Final[dict[str, tuple[float, bool, float]]] = {
    "money": (0.0, True, np.inf),
    "conditions": (1.0, False, 1.0),
    "coverage": (0.0, True, 1.0),
    "inspection": (0.0, True, 1.0),
    "capacity": (0.0, True, 1.0),
    "finance": (0.0, False, 1.0),
    "judicial": (0.0, False, 1.0),
}
"""Neutral value, whether it varies by municipality, and the largest value, by name."""


_EASING: Final = ("coverage", "inspection", "capacity", "finance")
"""Inputs that lower pressure as they are."""


def settings_at(schedule: Sequence[phases.Phase], settings: Model, month: int) -> PhaseSettings:
    """What the phase of a month adds; nothing at the baseline or outside every phase."""
    phase = phases.phase_of(schedule, month)
    return _STANDING if phase is None else settings.phases[phase.number - 1]


@dataclass(frozen=True, eq=False)
class Acting:
    """What acts on control in one month, term by term; arrays broadcast against ``(n, draws)``.

    Attributes
    ----------
    effort
        Terms that add up to the effort, by name: of :data:`EFFORTS`.
    standing
        Pressure that holds the baseline in place against the standing effort.
    displaced
        What active zones have moved here less what they have moved away. Adds up to 0 over all municipalities.
    relief
        Factors on all pressure, by what they come from: of :data:`RELIEFS`.
    activity
        How active priority zones are, at least 0.
    integrity
        Institutional integrity in [0, 1], ``()`` or ``(draws,)``.
    """

    effort: Mapping[str, Array]
    standing: Array
    displaced: Array
    relief: Mapping[str, Array]
    activity: Array
    integrity: Array

    @functools.cached_property
    def total_effort(self) -> Array:
        """The effort, all terms together."""
        return _all(np.add, self.effort.values())

    @functools.cached_property
    def factor(self) -> Array:
        """What is left of the pressure, all factors together."""
        return _all(np.multiply, self.relief.values())

    @functools.cached_property
    def pressure(self) -> Array:
        """The pressure after displacement and relief."""
        return np.asarray(self.factor * (self.standing + self.displaced))


EFFORTS: Final = ("standing", "national", "zones", "money")
"""Terms of the effort, in the order in which they are added."""

RELIEFS: Final = ("phase", "finance", "coverage", "inspection", "capacity", "integrity")
"""Factors on the pressure, in the order in which they are multiplied: what differs between draws alone comes last."""


@dataclass(frozen=True, eq=False)
class Setting:
    """Where a plan acts and what it finds there.

    Attributes
    ----------
    weights
        Row-normalised adjacency, ``(n, n)``, from :func:`roadmap.model.baseline.neighbour_weights`.
    people
        Population, ``(n,)``.
    start
        Control scores of the baseline, ``(n, draws)``.
    """

    weights: scipy.sparse.csr_array
    people: Array
    start: Array

    @classmethod
    def of(cls, place: territory.Territory, start: Array) -> Setting:
        """The municipalities of a territory with a baseline, ``(n,)`` or ``(n, draws)``."""
        people = place.municipalities["population"].to_numpy(dtype=np.float64)
        return cls(baseline.neighbour_weights(place.adjacency), people, _column(start))

    @property
    def draws(self) -> int:
        """How many courses are run side by side."""
        return int(self.start.shape[1])


def _all(operation: np.ufunc, terms: Iterable[Array]) -> Array:
    """Return all terms together, in one array as soon as it is large enough: many draws are many megabytes."""
    total: Array | None = None
    for number, term in enumerate(terms):
        if total is None:
            total = np.asarray(term)
            continue
        # The first term is not ours to change.
        fits = number > 1 and np.broadcast_shapes(total.shape, np.shape(term)) == total.shape != ()
        total = np.asarray(operation(total, term, out=total if fits else None))
    return np.asarray(total)


def course(
    where: Setting, plan: Plan, keys: Sequence[str], settings: Model, inputs: Inputs | None = None
) -> Iterator[Acting]:
    """What acts in each month of the plan, one month at a time; month 0 is the standstill.

    Parameters
    ----------
    where
        Neighbours, people and baseline of ``n`` municipalities.
    plan
        Phases, entries and zones.
    keys
        Keys of the municipalities, in their order.
    settings
        The parameters; each a number, or an array ``(draws,)``.
    inputs
        What other layers contribute; absent ones are neutral.

    Raises
    ------
    ValueError
        If an input has a wrong shape or range, or a zone names an unknown municipality: before the first month.
    """
    months = phases.last_month(plan.phases) + 1
    given = (inputs or Inputs()).filled(months, len(where.people), where.draws)
    engaged = engagement.of(plan, keys, months)
    return _months(where, plan.phases, engaged, settings, given)


def _months(
    where: Setting,
    schedule: Sequence[phases.Phase],
    engaged: Sequence[engagement.Engagement],
    settings: Model,
    given: Mapping[str, Sequence[Array]],
) -> Iterator[Acting]:
    by_month = [settings_at(schedule, settings, month) for month in range(len(given["money"]))]
    integrity = integrity_series(by_month, given["judicial"], settings)
    standing = standing_pressure(where.start, where.weights, settings)
    paid = (_column(money) * share for money, share in zip(given["money"], given["conditions"], strict=True))
    money = money_effort(paid, where.people[:, None], where.weights, settings)
    for month, (phase, bought) in enumerate(zip(by_month, money, strict=True)):
        active = engagement.activity(engaged, month, settings, where.start.shape)
        effort = {
            "standing": np.asarray(settings.standing_effort),
            "national": np.asarray(phase.national_effort),
            "zones": phase.zone_effort * active,
            "money": bought,
        }
        moved = displaced(standing, where.weights, active, phase.displacement)
        now = {name: _column(np.asarray(given[name][month])) for name in _EASING}
        eased = relief(now, phase, integrity[month], settings)
        yield Acting(effort, standing, moved, eased, active, integrity[month])


def _column(values: Array) -> Array:
    """Values of municipalities as a column, so that they meet draws in the last axis."""
    return values[:, None] if values.ndim == 1 else values


def lagged(flow: Iterable[Array], lag: float | Array) -> Iterator[Array]:
    """Stock of each month of what flowed in the months before, late and smoothed; nothing in the first.

    Parameters
    ----------
    flow
        Amount of each month.
    lag
        Months of the smoothing; by then 63 % of an amount or more have arrived.
    """
    stock: Array | None = None
    for amount in flow:
        stock = np.zeros_like(amount) if stock is None else stock
        yield stock
        stock = stock + (amount - stock) / lag


def saturated(stock: Array, people: Array | float, half: float | Array) -> Array:
    """Effect in [0, 1) of a stock of money, million USD a month: half of it at `half` USD a person and year."""
    yearly = stock * (_MONTHS_PER_YEAR * _USD_PER_MILLION / np.maximum(people, 1.0))
    return np.asarray(yearly / (yearly + half))


def money_effort(
    money: Iterable[Array], people: Array, weights: scipy.sparse.csr_array, settings: Model
) -> Iterator[Array]:
    """Effort of each month from money delivered here and next door: late, smoothed and saturating.

    Parameters
    ----------
    money
        Million USD of each month, ``(n, draws)``. Money of a month begins to act in the next one.
    people
        Population, ``(n, 1)``.
    weights
        Row-normalised adjacency; a share ``money_spread`` goes in equal parts to the neighbours.
    settings
        Lag, spread, the dollars per person and year at half effect, and the most it can add.
    """
    outgoing, spread = weights.T.tocsr(), settings.money_spread
    near = ((1.0 - spread) * amount + spread * (outgoing @ amount) for amount in money)
    for stock in lagged(near, settings.money_lag):
        yield settings.money_effort * saturated(stock, people, settings.money_half)


def standing_pressure(score: Array, weights: scipy.sparse.csr_array, settings: Model) -> Array:
    """Pressure that holds a score in place against the standing effort, at most ``pressure_limit``.

    Where the limit cuts it, the municipality recovers slowly by itself.

    Returns
    -------
    numpy.ndarray
        Shape of `score`.
    """
    gaining, exposed = monthly.openings(score, weights, settings.rates)
    gain, limit = gaining * settings.standing_effort, settings.pressure_limit
    return np.asarray(np.where(gain < limit * exposed, gain / np.maximum(exposed, 1e-300), limit))


def displaced(
    standing: Array, weights: scipy.sparse.csr_array, active: Array, share: float | Array
) -> Array:
    """Pressure that active zones move to a municipality, less what they move away from it.

    A share of an active municipality's pressure moves in equal parts towards its neighbours, and they take it in as
    far as they are not active themselves. It adds and removes nothing: the sum over all municipalities is 0.

    Parameters
    ----------
    standing, active
        Pressure and activity of municipalities, ``(n,)`` or ``(n, draws)``.
    weights
        Row-normalised adjacency, ``(n, n)``.
    share
        Share of the pressure that moves at full activity.
    """
    idle = 1.0 - np.minimum(active, 1.0)
    # Few municipalities are active; what they push away is all that moves.
    rows = np.flatnonzero((idle < 1.0).any(axis=-1) if idle.ndim > 1 else idle < 1.0)
    pushed = share * (1.0 - idle[rows]) * standing[rows]
    moved = idle * (weights[rows].T @ pushed)
    moved[rows] -= pushed * (weights[rows] @ idle)
    return np.asarray(moved)


def relief(
    given: Mapping[str, Array], phase: PhaseSettings, integrity: Array, settings: Model
) -> dict[str, Array]:
    """Factors on the pressure in a month, by :data:`RELIEFS`."""
    return {
        "phase": np.asarray(phase.pressure_factor),
        "finance": 1.0 - settings.finance_effect * given["finance"],
        "coverage": 1.0 - settings.coverage_effect * given["coverage"],
        "inspection": 1.0 - settings.inspection_effect * given["inspection"],
        "capacity": 1.0 - settings.capacity_effect * given["capacity"],
        "integrity": 1.0 - settings.integrity_effect * (integrity - settings.integrity_start),
    }


def integrity_series(by_month: Sequence[PhaseSettings], judicial: Sequence[Array], settings: Model) -> Array:
    """Institutional integrity in [0, 1], a row a month, of one course or of draws side by side.

    It rises with judicial programmes towards 1 and decays towards where it started.
    """
    level = np.asarray(settings.integrity_start, dtype=np.float64)
    levels = [level]
    for phase, extra in zip(by_month[1:], judicial[1:], strict=True):
        strength = np.minimum(1.0, phase.judicial + extra)
        gained = settings.integrity_rise * strength * (1.0 - level)
        worn = settings.integrity_decay * (level - settings.integrity_start)
        level = np.clip(level + gained - worn, 0.0, 1.0)
        levels.append(level)
    return np.stack(np.broadcast_arrays(*levels))
