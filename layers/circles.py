"""Circles of money: what they measure, how large they are, where they stand, by region and zoom.

Seen from far there is one circle a state, closer in one a priority zone and one for the rest of each state, and from
near one a municipality. At each of these levels one amount has one size in every month, so that circles can be
compared; the key on the map gives the scale of the level shown. Only where the country is small do all of them
shrink with it, key and all.
"""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geo import keeping
from layers import money_words
from roadmap import moments
from roadmap.ledger import money, regions
from roadmap.record import rules
from roadmap.words.text import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from roadmap import atlas as atlases
    from roadmap.ledger import bookkeeping
    from roadmap.words import text

LARGEST: Final = 30.0
"""Radius in pixels of the largest circle of a level."""

FAR: Final = "state"
"""The level that is seen from far, and on paper."""

COARSE: Final = ("state", "zone")
"""Levels of regions of several municipalities."""

SHOWN: Final = "delivered"
"""The amount that circles show."""

UNTIL: Final[Mapping[str, float]] = {"state": 6.0, "zone": 7.5, "municipality": 99.0}
"""Zoom below which each level of :data:`roadmap.ledger.regions.LEVELS` is drawn."""

MEASURES: Final = {
    "total": mark("US$"),
    "person": mark("US$ per person"),
    "km2": mark("US$ per km² reclaimed"),
}
"""What a circle's area stands for."""

RECLAIMED: Final = "km2"
"""The measure that is of what came since the month compared with."""

TITLES: Final = {
    ("total", "state"): mark("US$ delivered so far, by state (invented)"),
    ("total", "zone"): mark("US$ delivered so far, by priority zone and rest of state (invented)"),
    ("total", "municipality"): mark("US$ delivered so far, by municipality (invented)"),
    ("person", "state"): mark("US$ per person delivered so far, by state (invented)"),
    ("person", "zone"): mark("US$ per person delivered so far, by priority zone and rest of state (invented)"),
    ("person", "municipality"): mark("US$ per person delivered so far, by municipality (invented)"),
    ("km2", "state"): mark("US$ delivered per km² reclaimed, both since month {month}, by state (invented)"),
    ("km2", "zone"): mark(
        "US$ delivered per km² reclaimed, both since month {month}, by priority zone and rest of state (invented)"
    ),
    ("km2", "municipality"): mark(
        "US$ delivered per km² reclaimed, both since month {month}, by municipality reclaimed (invented)"
    ),
}
"""What the key says; only what is told per km² reclaimed begins at the month of comparison."""

TITLES_OF_ALL: Final = {
    **TITLES,
    ("km2", "state"): mark("US$ delivered per km² reclaimed, both since baseline (month 0), by state (invented)"),
    ("km2", "zone"): mark(
        "US$ delivered per km² reclaimed, both since baseline (month 0), by priority zone and rest of state (invented)"
    ),
    ("km2", "municipality"): mark(
        "US$ delivered per km² reclaimed, both since baseline (month 0), by municipality reclaimed (invented)"
    ),
}
"""The same where the month of comparison is the baseline."""

DOT: Final = 1.6
"""Radius in pixels of the smallest circle: less money than it stands for is drawn as large, as a dot."""

_CENTS = 100
_KEPT = 24
_USUAL = 0.98
_EVERY = 6
_IN_KEY = 3


@keeping.kept(most=_KEPT)
def so_far(books: bookkeeping.Books, stage: str) -> NDArray[np.int64]:
    """Return one amount on the map up to each month, cents, ``(months, n)``; shared and read-only."""
    found = np.asarray(books.course(stage).cents.cumsum(axis=0))
    found.setflags(write=False)
    return found


def reclaimed(seen: moments.Comparison) -> NDArray[np.bool_]:
    """Return which municipalities count as reclaimed between two months, as on the map, ``(n,)``."""
    return np.asarray(seen.changes == rules.RECLAIMED)


def worth(seen: moments.Comparison, measure: str, level: str) -> NDArray[np.float64]:
    """Return the amount of each region's circle, in US dollars, or those per person or km².

    Parameters
    ----------
    seen
        The month, and the one it is compared with.
    measure
        One of :data:`MEASURES`: delivered up to the month; that per person; or delivered since the month compared
        with for each km² reclaimed since then in the region.
    level
        One of :data:`roadmap.ledger.regions.LEVELS`.

    Returns
    -------
    numpy.ndarray
        By code of :func:`roadmap.ledger.regions.codes`; NaN where there are no municipalities, people or km² reclaimed.
    """
    sums = added(seen, level)
    if measure == "total":
        return np.where(sums.people > 0, sums.cents / _CENTS, np.nan)
    if measure == RECLAIMED:
        return _each(sums.since / _CENTS, sums.km2)
    return _each(sums.cents / _CENTS, sums.people)


@dataclass(frozen=True, eq=False)
class Sums:
    """What lies in each region of a level, by code of :func:`roadmap.ledger.regions.codes`.

    Attributes
    ----------
    cents, since
        Delivered up to the month, and since the month compared with.
    people
        Who live there; 0 where there is no municipality.
    km2
        Reclaimed since the month compared with.
    """

    cents: NDArray[np.int64]
    since: NDArray[np.int64]
    people: NDArray[np.float64]
    km2: NDArray[np.float64]


def added(seen: moments.Comparison, level: str) -> Sums:
    """Return what lies in each region of a level: the one place where circles are added up."""
    where, rows = seen.atlas.books.places, seen.atlas.territory.municipalities
    codes, size = regions.codes(where, level, seen.month), regions.count(where, level)
    cents = so_far(seen.atlas.books, SHOWN)[seen.month]
    since = cents - so_far(seen.before.atlas.books, SHOWN)[seen.since]
    area = rows["area_km2"].to_numpy(dtype=np.float64) * reclaimed(seen)
    return Sums(
        money.sums(cents, codes, size),
        money.sums(since, codes, size),
        regions.added(rows["population"].to_numpy(dtype=np.float64), codes, size),
        regions.added(area, codes, size),
    )


def _each(dollars: NDArray[np.float64], over: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.divide(dollars, over, out=np.full(len(over), np.nan), where=over > 0))


@dataclass(frozen=True)
class Scale:
    """Amount of the largest circle of a level.

    Attributes
    ----------
    most
        US dollars, or those per person or km²; 0 where there is no money.
    beyond
        Whether there are larger amounts, all drawn as large.
    """

    most: float
    beyond: bool

    def radius(self, amount: float) -> float:
        """Return the radius in pixels: area in proportion, up to the largest.

        Examples
        --------
        >>> [Scale(100.0, beyond=True).radius(each) for each in (25.0, 100.0, 400.0)]
        [15.0, 30.0, 30.0]
        """
        return LARGEST * math.sqrt(min(amount / self.most, 1.0)) if self.most > 0 else 0.0

    @property
    def steps(self) -> tuple[float, ...]:
        """Amounts for a key, the largest first: every other round one, from the largest that a circle can show."""
        found = [rounded(self.most)]
        while found[-1] > 0 and len(found) < _IN_KEY:
            found.append(_lower(_lower(found[-1])))
        return tuple(each for each in found if each > 0)


@keeping.kept(most=_KEPT)
def scale(atlas: atlases.Atlas, measure: str, level: str) -> Scale:
    """Return the scale of a level, one for all months.

    Sums of money reach to the largest of all months. Amounts per person and km² have a few that dwarf the rest, so the
    scale ends at a round amount that nearly all regions with money keep below: of persons in the last month, in which
    it is most; of km² in all months, since the baseline and since the end of each phase.
    """
    found = np.concatenate([worth(moments.of(atlas, *when), measure, level) for when in _moments(atlas, measure)])
    found = found[found > 0]
    if not len(found):
        return Scale(0.0, beyond=False)
    most = float(found.max())
    if measure == "total":
        return Scale(most, beyond=False)
    usual = -rounded(-float(np.quantile(found, _USUAL)))
    return Scale(usual, beyond=most > usual)


def _moments(atlas: atlases.Atlas, measure: str) -> list[tuple[int, int]]:
    """Return the months, each with the month of comparison, that a scale is made for."""
    last = atlas.plan.last_month
    if measure == "total":
        return [(month, 0) for month in range(last + 1)]
    if measure == "person":
        return [(last, 0)]
    starts = [0, *(phase.last_month for phase in atlas.scenario.phases if phase.last_month < last)]
    return [(month, since) for since in starts for month in range(since + _EVERY, last + 1, _EVERY)]


def rounded(amount: float) -> float:
    """Return the next round amount below, 1, 2 or 5 with noughts; of a negative one, so that its opposite lies above.

    Examples
    --------
    >>> [rounded(each) for each in (134.0, 99.0, 20.0, 0.3, 0.0, -134.0)]
    [100.0, 50.0, 20.0, 0.2, 0.0, -200.0]
    """
    if amount == 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(abs(amount)))
    # A hair of room, since 0.3 / 0.1 is a little less than 3.
    if amount < 0:
        return -next(step * power for step in (1, 2, 5, 10) if step * power >= -amount * (1 - 1e-9))
    return float(max(step * power for step in (1, 2, 5) if step * power <= amount * (1 + 1e-9)))


def _lower(amount: float) -> float:
    """Return the round amount before a round one."""
    return rounded(amount * 0.75)


def key(atlas: atlases.Atlas, measure: str, level: str, words: text.Words) -> list[tuple[float, str]]:
    """Return the circles of a key: radius in pixels and label, the largest first."""
    found = scale(atlas, measure, level)
    labels = [money_words.round_dollars(each, words) for each in found.steps]
    if found.beyond and labels:
        labels[0] = words.t("{amount} and more", amount=labels[0])
    return [(round(found.radius(each), 1), label) for each, label in zip(found.steps, labels, strict=True)]


def spots(at: moments.Moment, level: str) -> NDArray[np.float64]:
    """Return longitude and latitude of each region's circle, ``(regions, 2)``, by code; NaN where it is none."""
    rows, where = at.atlas.territory.municipalities, at.atlas.books.places
    lon, lat, area = (rows[name].to_numpy(dtype=np.float64) for name in ("lon", "lat", "area_km2"))
    return regions.spots(regions.codes(where, level, at.month), regions.count(where, level), lon, lat, area)


def standing(seen: moments.Comparison, measure: str) -> list[tuple[float, float, float]]:
    """Return longitude, latitude and radius in pixels of the circles seen from far, the largest first."""
    amounts = np.nan_to_num(worth(seen, measure, FAR))
    size, where = scale(seen.atlas, measure, FAR), spots(seen.now, FAR)
    drawn = [number for number in np.argsort(-amounts, kind="stable").tolist() if amounts[number] > 0]
    return [(*where[number].tolist(), size.radius(amounts[number])) for number in drawn]


def shown(seen: moments.Comparison) -> dict[str, object]:
    """Return what circles show of a moment beside what :func:`data` has of all months.

    Which municipalities are reclaimed, a bit each, the first one highest, in base 64; by level of regions, ``won``:
    code, cents since the month compared with and km² reclaimed of each region with any, and ``bare``: dollars since
    then in all others.
    """
    sums = {level: added(seen, level) for level in regions.LEVELS}
    return {
        "month": seen.month,
        "vs": seen.since,
        "reclaimed": base64.b64encode(np.packbits(reclaimed(seen)).tobytes()).decode(),
        "won": {level: _won(sums[level]) for level in COARSE},
        "bare": {level: int(each.since[each.km2 == 0].sum()) / _CENTS for level, each in sums.items()},
    }


def _won(sums: Sums) -> list[list[float]]:
    codes = np.flatnonzero(sums.km2 > 0).tolist()
    return [[code, int(sums.since[code]), round(float(sums.km2[code]), 6)] for code in codes]


def data(atlas: atlases.Atlas) -> dict[str, object]:
    """Return what the browser draws circles from, for all months at once.

    Cents delivered in each month by municipality; people and km²; by level of regions their sums in each month; and for
    the level of states, and for each arrangement of zones that there is, the places of the circles, the people, and the
    states of which a part lies in a zone.
    """
    where, rows = atlas.books.places, atlas.territory.municipalities
    arrangements, of_month = np.unique(where.zone_of, axis=0, return_inverse=True)
    first = [int(np.flatnonzero(of_month.ravel() == number)[0]) for number in range(len(arrangements))]
    every = [moments.of(atlas, month) for month in range(atlas.plan.last_month + 1)]
    return {
        "cents": np.diff(so_far(atlas.books, SHOWN), axis=0, prepend=0).tolist(),
        "people": rows["population"].tolist(),
        "km2": rows["area_km2"].round(3).tolist(),
        "zones": len(where.zones),
        "sums": {level: [added(seen, level).cents.tolist() for seen in every] for level in COARSE},
        "state": [_arrangement(every[0], "state")],
        "zone": [_arrangement(every[month], "zone") for month in first],
        "arrangement": of_month.ravel().tolist(),
    }


def _arrangement(seen: moments.Comparison, level: str) -> dict[str, object]:
    """Return the place and the people of each region, and which states are cut by a zone."""
    where = seen.atlas.books.places
    codes, states = regions.codes(where, level, seen.month), regions.codes(where, "state", seen.month)
    # None where a region holds no municipality.
    places = [None if np.isnan(x) else [round(x, 4), round(y, 4)] for x, y in spots(seen.now, level).tolist()]
    people = added(seen, level).people.astype(np.int64).tolist()
    return {"spots": places, "people": people, "cut": np.unique(states[codes != states]).tolist()}
