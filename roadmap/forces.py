"""What acts on control in a month: effort and pressure, and where they come from.

Effort stands at 1 before the plan. The plan adds to it everywhere, in active zones, and where money was
delivered. Pressure is what holds the baseline in place against that effort; phases, border coverage,
inspections, crossing capacity, financial disruption and institutional integrity change it, and part of it
moves from active zones to their surroundings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from geo import territory
from roadmap import entries, phases, zones
from roadmap.model import Model, PhaseSettings

Array = NDArray[np.float64]

MONTHS: Final = phases.LAST_MONTH + 1
"""Rows of every series: month 0 to the last one shown."""

_STANDING: Final = PhaseSettings(
    national_effort=0.0, zone_effort=0.0, pressure_factor=1.0, displacement=0.0, judicial=0.0
)
_MONTHS_PER_YEAR: Final = 12.0
_USD_PER_MILLION: Final = 1e6


class Plan(Protocol):
    """What the model reads of a scenario."""

    @property
    def phases(self) -> Sequence[phases.Phase]:
        """Phases in order."""
        ...

    @property
    def entries(self) -> Sequence[entries.Entry]:
        """Entries; those a zone names as programmes matter."""
        ...

    @property
    def zones(self) -> Sequence[zones.Zone]:
        """Priority zones."""
        ...


@dataclass(frozen=True, eq=False)
class Inputs:
    """What other layers feed into the model; ``None`` means neutral.

    Series run over the months 0 to 60 (``T = 61`` rows), maps over the ``n`` municipalities.

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

    money: Array | None = None
    conditions: Array | None = None
    coverage: Array | None = None
    inspection: Array | None = None
    capacity: Array | None = None
    finance: Array | None = None
    judicial: Array | None = None

    @classmethod
    def neutral(cls, n: int) -> Inputs:
        """Explicit neutral arrays for ``n`` municipalities: the same as ``Inputs()``."""
        return cls(
            **{name: np.full((MONTHS, n) if wide else (MONTHS,), value) for name, (value, wide, _) in _INPUTS.items()}
        )

    def filled(self, n: int) -> dict[str, Array]:
        """Every input as a checked array, neutral where absent.

        Raises
        ------
        ValueError
            If an array has another shape, holds a value that is not finite or out of its range.
        """
        return {name: self._checked(name, n) for name in _INPUTS}

    def _checked(self, name: str, n: int) -> Array:
        neutral, wide, most = _INPUTS[name]
        shape = (MONTHS, n) if wide else (MONTHS,)
        given = getattr(self, name)
        if given is None:
            return np.full(shape, neutral)
        array = np.asarray(given, dtype=np.float64)
        if array.shape != shape:
            raise ValueError(f"`{name}` has shape {array.shape}; it must have {shape}, months first.")
        if not (np.isfinite(array).all() and (array >= 0.0).all() and (array <= most).all()):
            raise ValueError(f"`{name}` must be finite and in [0, {most:g}].")
        return array


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


def settings_at(schedule: Sequence[phases.Phase], settings: Model, month: int) -> PhaseSettings:
    """What the phase of a month adds; nothing at the baseline or outside every phase."""
    phase = phases.phase_of(schedule, month)
    return _STANDING if phase is None else settings.phases[phase.number - 1]


def activity(place: territory.Territory, plan: Plan, settings: Model) -> Array:
    """How active priority zones are, month by month.

    A zone's strength is its units for each municipality it works in that month, saturating at
    ``guard_half``, and rises by ``programme_bonus`` with each programme under way. A municipality takes part
    linearly over ``ramp`` months from its first one and fades likewise after its last. In several
    zones the strongest counts.

    Returns
    -------
    numpy.ndarray
        Shape ``(61, n)``, at least 0.

    Raises
    ------
    ValueError
        If a zone names a municipality that the territory does not have.
    """
    keys = place.municipalities["cvegeo"]
    position = {key: row for row, key in enumerate(keys)}
    active = np.zeros((MONTHS, len(keys)))
    for zone in plan.zones:
        terms = _terms(zone)
        unknown = [cvegeo for cvegeo in terms if cvegeo not in position]
        if unknown:
            raise ValueError(f"Zone {zone.id!r} names {unknown[0]!r}, which the territory does not have.")
        strength = zone_strength(zone, plan.entries, settings)
        for cvegeo, (first, last) in terms.items():
            column = position[cvegeo]
            share = presence(first, last, settings.ramp)
            active[:, column] = np.maximum(active[:, column], share * strength)
    return active


def zone_strength(zone: zones.Zone, roadmap: Sequence[entries.Entry], settings: Model) -> Array:
    """Strength of a zone by month, ``(61,)``: units for each municipality it works in, and programmes."""
    months = np.arange(MONTHS)
    at_work = np.zeros(MONTHS)
    for first, last in _terms(zone).values():
        at_work += (months >= first) & (months <= last)
    units = zone.guard_units / np.maximum(at_work, 1.0)
    running = [entry for entry in roadmap if entry.id in zone.programmes]
    programmes = np.array([sum(entry.active(month) for entry in running) for month in range(MONTHS)])
    share = units / (units + settings.guard_half)
    return np.asarray(share * (1.0 + settings.programme_bonus * programmes), dtype=np.float64)


def _terms(zone: zones.Zone) -> dict[str, tuple[int, int]]:
    """First and last month of each member, within the zone's own; what stays ends after the last month."""
    zone_end = MONTHS if zone.last_month is None else zone.last_month
    return {
        cvegeo: (max(first, zone.first_month), min(MONTHS if last is None else last, zone_end))
        for cvegeo, first, last in zone.members
    }


def presence(first: int, last: int, ramp: float) -> Array:
    """Share in [0, 1] to which a zone works in a municipality, ``(61,)``: up over the ramp, down after."""
    months = np.arange(MONTHS)
    rising = np.clip((months - first + 1) / ramp, 0.0, 1.0)
    at_end = min(max((last - first + 1) / ramp, 0.0), 1.0)
    falling = np.clip(at_end - (months - last) / ramp, 0.0, 1.0)
    return np.where(months <= last, rising, falling)


def money_effort(money: Array, people: Array, weights: scipy.sparse.csr_array, settings: Model) -> Array:
    """Effort from money delivered here and next door: late, smoothed and saturating.

    Parameters
    ----------
    money
        Million USD a month, ``(T, n)``. Money of a month begins to act in the next one.
    people
        Population, ``(n,)``.
    weights
        Row-normalised adjacency; a share ``money_spread`` goes in equal parts to the neighbours.
    settings
        Lag, spread, the dollars per person and year at half effect, and the most it can add.

    Returns
    -------
    numpy.ndarray
        Effort, ``(T, n)``.
    """
    spread = settings.money_spread
    near = (1.0 - spread) * money + spread * (weights.T @ money.T).T
    stock = np.zeros_like(money)
    for month in range(1, len(money)):
        stock[month] = stock[month - 1] + (near[month - 1] - stock[month - 1]) / settings.money_lag
    yearly = _MONTHS_PER_YEAR * _USD_PER_MILLION * stock / np.maximum(people, 1.0)
    return np.asarray(settings.money_effort * yearly / (yearly + settings.money_half))


def effort_series(by_month: Sequence[PhaseSettings], active: Array, money: Array, settings: Model) -> Array:
    """Effort of every month, ``(T, n)``: standing, national, in zones, and from money."""
    national = np.array([each.national_effort for each in by_month])[:, None]
    in_zones = np.array([each.zone_effort for each in by_month])[:, None]
    effort = settings.standing_effort + national + in_zones * active + money
    return np.asarray(effort, dtype=np.float64)


def standing_pressure(score: Array, weights: scipy.sparse.csr_array, settings: Model) -> Array:
    """Pressure that holds a score in place against the standing effort, at most ``pressure_limit``.

    Where the limit cuts it, the municipality recovers slowly by itself.

    Returns
    -------
    numpy.ndarray
        Shape ``(n,)``.
    """
    around = weights @ score
    support = settings.local_share + (1.0 - settings.local_share) * around
    gain = settings.gain * settings.standing_effort * (1.0 - score) * support
    exposed = settings.loss * score * (1.0 - around)
    limit = settings.pressure_limit
    return np.asarray(np.where(gain < limit * exposed, gain / np.maximum(exposed, 1e-300), limit))


def pressure_series(
    standing: Array, weights: scipy.sparse.csr_array, by_month: Sequence[PhaseSettings], active: Array
) -> Array:
    """Pressure of every month before relief, ``(T, n)``: standing, displaced, times the phase's factor.

    Displacement moves a share of an active municipality's pressure in equal parts towards its neighbours,
    and they take it in as far as they are not active themselves. It adds and removes nothing: the sum
    over all municipalities stays.
    """
    share = np.array([each.displacement for each in by_month])[:, None]
    engaged = np.minimum(active, 1.0)
    pushed = share * engaged * standing
    away = pushed * (weights @ (1.0 - engaged).T).T
    arriving = (1.0 - engaged) * (weights.T @ pushed.T).T
    factor = np.array([each.pressure_factor for each in by_month])[:, None]
    return np.asarray(factor * (standing - away + arriving), dtype=np.float64)


def relief(given: dict[str, Array], integrity: Array, settings: Model) -> Array:
    """Factor on the pressure by coverage, inspection, capacity, finance and integrity, ``(T, n)``."""
    finance = 1.0 - settings.finance_effect * given["finance"]
    courts = 1.0 - settings.integrity_effect * (integrity - settings.integrity_start)
    factor = (finance * courts)[:, None]
    factor = factor * (1.0 - settings.coverage_effect * given["coverage"])
    factor = factor * (1.0 - settings.inspection_effect * given["inspection"])
    return factor * (1.0 - settings.capacity_effect * given["capacity"])


def integrity_series(by_month: Sequence[PhaseSettings], judicial: Array, settings: Model) -> Array:
    """Institutional integrity, ``(T,)`` in [0, 1].

    It rises with judicial programmes towards 1 and decays towards where it started.
    """
    level = np.full(len(by_month), settings.integrity_start)
    for month in range(1, len(by_month)):
        before = level[month - 1]
        strength = min(1.0, by_month[month].judicial + float(judicial[month]))
        gained = settings.integrity_rise * strength * (1.0 - before)
        worn = settings.integrity_decay * (before - settings.integrity_start)
        level[month] = min(max(before + gained - worn, 0.0), 1.0)
    return level
