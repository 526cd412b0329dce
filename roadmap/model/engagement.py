"""How active priority zones are in each municipality, month by month.

A zone's strength is its units for each municipality that it works in that month, saturating at ``guard_half``, and
rises by ``programme_bonus`` with each programme under way. A municipality takes part linearly over ``ramp`` months from
its first one and fades likewise after its last. In several zones the strongest counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from roadmap.plan import entries, zones

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from roadmap.plan.parameters import Model

    Array = NDArray[np.float64]


class Plan(Protocol):
    """What is read of a scenario."""

    @property
    def entries(self) -> Sequence[entries.Entry]:
        """Entries; those a zone names as programmes matter."""
        ...

    @property
    def zones(self) -> Sequence[zones.Zone]:
        """Priority zones."""
        ...


@dataclass(frozen=True, eq=False)
class Engagement:
    """A zone at work.

    Attributes
    ----------
    rows
        Positions of its municipalities, ``(m,)``.
    first, last
        First and last month in each of them, ``(m, 1)``; one that stays has a last month after the end.
    units
        Units for each municipality that it works in, by month, ``(months,)``.
    programmes
        Programmes under way by month, ``(months,)``.
    """

    rows: NDArray[np.int64]
    first: Array
    last: Array
    units: Array
    programmes: Array


def of(plan: Plan, keys: Sequence[str], months: int) -> tuple[Engagement, ...]:
    """Zones of a plan of so many months, the baseline included, on municipalities given by their keys in order.

    Raises
    ------
    ValueError
        If a zone names a municipality that is not among the keys.
    """
    position = {key: row for row, key in enumerate(keys)}
    return tuple(_engagement(zone, plan.entries, position, months) for zone in plan.zones)


def _engagement(
    zone: zones.Zone, roadmap: Sequence[entries.Entry], position: dict[str, int], months: int
) -> Engagement:
    terms = _terms(zone, months)
    unknown = [cvegeo for cvegeo in terms if cvegeo not in position]
    if unknown:
        raise ValueError(f"Zone {zone.id!r} names {unknown[0]!r}, which the territory does not have.")
    first, last = np.array(list(terms.values()), dtype=np.float64).reshape(-1, 2, 1).swapaxes(0, 1)
    number = np.arange(months)
    at_work = ((number >= first) & (number <= last)).sum(axis=0)
    running = [entry for entry in roadmap if entry.id in zone.programmes]
    programmes = np.array([sum(entry.active(month) for entry in running) for month in range(months)])
    rows = np.array([position[cvegeo] for cvegeo in terms], dtype=np.int64)
    return Engagement(rows, first, last, zone.guard_units / np.maximum(at_work, 1.0), programmes.astype(np.float64))


def _terms(zone: zones.Zone, months: int) -> dict[str, tuple[int, int]]:
    """First and last month of each member, within the zone's own; what stays ends after the last month."""
    zone_end = months if zone.last_month is None else zone.last_month
    return {
        cvegeo: (max(first, zone.first_month), min(months if last is None else last, zone_end))
        for cvegeo, first, last in zone.members
    }


def activity(engagements: Sequence[Engagement], month: int, settings: Model, shape: tuple[int, ...]) -> Array:
    """How active zones are in a month.

    Parameters
    ----------
    engagements
        From :func:`of`.
    month
        Month of the plan.
    settings
        Ramp, half effect and bonus: numbers, or arrays ``(draws,)``.
    shape
        ``(n, draws)``.

    Returns
    -------
    numpy.ndarray
        Of that shape, at least 0.
    """
    active = np.zeros(shape)
    for zone in engagements:
        units = zone.units[month]
        strength = units / (units + settings.guard_half) * (1.0 + settings.programme_bonus * zone.programmes[month])
        share = presence(month, zone.first, zone.last, settings.ramp)
        # A municipality stands once in a zone.
        active[zone.rows] = np.maximum(active[zone.rows], share * strength)
    return active


def presence(month: int | Array, first: float | Array, last: float | Array, ramp: float | Array) -> Array:
    """Share in [0, 1] to which a zone works in a municipality: up over the ramp, down after its last month."""
    rising = np.clip((month - first + 1) / ramp, 0.0, 1.0)
    at_end = np.clip((last - first + 1) / ramp, 0.0, 1.0)
    falling = np.clip(at_end - (month - last) / ramp, 0.0, 1.0)
    return np.where(np.less_equal(month, last), rising, falling)
