"""Regions that money is added up by on a map: states, priority zones with the rest of each state, municipalities.

At every level each municipality lies in exactly one region, so what is placed adds up to the same sum at each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from roadmap.ledger import destinations

LEVELS: Final = ("state", "zone", "municipality")
"""From far to near."""

Ints = NDArray[np.int64]
Numbers = NDArray[np.float64]


def codes(where: destinations.Places, level: str, month: int) -> Ints:
    """Region of each municipality in a month, ``(n,)``.

    Parameters
    ----------
    where
        Places of the ledger.
    level
        One of :data:`LEVELS`.
    month
        Month of the plan; it matters to zones only.

    Returns
    -------
    numpy.ndarray
        For ``"state"`` and ``"zone"`` one numbering: priority zones first, in their order, then states, which at the
        level of zones stand for what of them lies in no zone. For ``"municipality"`` its row.

    Raises
    ------
    ValueError
        If the level is unknown.
    """
    state = len(where.zones) + where.state_of
    if level == "state":
        return state
    if level == "zone":
        zone = where.zone_of[month]
        return np.where(zone < 0, state, zone)
    if level == "municipality":
        return np.arange(len(where), dtype=np.int64)
    raise ValueError(f"`level` {level!r} is unknown; choose from {', '.join(LEVELS)}.")


def count(where: destinations.Places, level: str) -> int:
    """How many codes there are at a level."""
    return len(where) if level == "municipality" else len(where.zones) + len(where.states)


def added(values: Numbers, found: Ints, size: int) -> Numbers:
    """Sums of numbers by region, ``(size,)``; for money in cents see :func:`roadmap.ledger.money.sums`."""
    return np.asarray(np.bincount(found, weights=values, minlength=size), dtype=np.float64)


def spots(found: Ints, size: int, lon: Numbers, lat: Numbers, weight: Numbers) -> Numbers:
    """Where a region's circle stands: the point of that municipality which is nearest to the region's middle.

    Parameters
    ----------
    found, size
        Region of each municipality, ``(n,)``, and how many there are.
    lon, lat
        A point inside each municipality, degrees in EPSG:4326, ``(n,)``.
    weight
        What a municipality counts in the middle, such as its area, ``(n,)``.

    Returns
    -------
    numpy.ndarray
        Longitude and latitude, ``(size, 2)``; NaN for a region without municipalities.
    """
    total = added(weight, found, size)
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = np.stack([added(weight * each, found, size) / total for each in (lon, lat)], axis=1)
    away = (lon - middle[found, 0]) ** 2 * np.cos(np.radians(lat)) ** 2 + (lat - middle[found, 1]) ** 2
    result = np.full((size, 2), np.nan)
    # The nearest last, so that it is what stays; of equally near ones the first.
    order = np.lexsort((-np.arange(len(found)), -away))
    result[found[order]] = np.stack([lon, lat], axis=1)[order]
    return result
