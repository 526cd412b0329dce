"""What more money would do in the model: every programme in every zone, all at once.

For each programme of the ledger and each priority zone, a further sum is delivered in equal parts over the months in
which the programme has money and the zone is at work, divided among the zone's municipalities by the rule that the
programme mostly uses. The model is run once for all pairs side by side, a column each, and every column is compared
with the one without the sum.

**What the table can and cannot say.** Money enters the model by two ways only (:mod:`roadmap.effects`). Programmes
that raise effort differ by *where* and *when* they spend and by how they divide money, not by what they do: the model
knows no better or worse programme. Programmes that raise integrity act on the whole country, so their zones differ by
months only. Programmes of the third kind change nothing here, because border coverage, inspections, units or financial
disruption carry them, or nothing does. The table ranks the assumptions of the model and is no recommendation.

Classes are steps: a sum may move no municipality over a boundary, or a large one all at once. People and km² by class
are therefore joined by *expected* ones, the control score times people or km², which move with every dollar.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from roadmap import accounts, baseline, control, dynamics, effects, forces, phases, places, ranges

if TYPE_CHECKING:
    import scipy.sparse
    from numpy.typing import NDArray

    from geo import territory
    from roadmap.forces import Array

EXTRA: Final = 100.0
"""Million USD that each pair is given."""

MEASURES: Final = (
    "control_people",
    "control_km2",
    "held_people",
    "held_km2",
    "expected_people",
    "expected_km2",
)
"""Change in people and km² under state control; at state influence or better; and score times people and km²."""

SORTED_BY: Final = "expected_people"

_MONTHS_PER_YEAR: Final = 12.0
_USD_PER_MILLION: Final = 1e6


@dataclass(frozen=True)
class Pair:
    """A programme in a zone.

    Attributes
    ----------
    programme, zone
        Identifiers.
    effect
        Of :data:`roadmap.investment.EFFECTS`: the one that carries most of the programme's planned money.
    sharing
        Rule of division that carries most of it.
    first_month, last_month
        Months in which the sum is delivered; none where the first lies after the last.
    """

    programme: str
    zone: str
    effect: str
    sharing: str
    first_month: int
    last_month: int

    @property
    def acts(self) -> bool:
        """Whether the sum can change anything in the model."""
        return self.effect != "none" and self.first_month <= self.last_month


def pairs(books: accounts.Books, *, since: int = 1) -> tuple[Pair, ...]:
    """Every programme of the ledger in every zone.

    Parameters
    ----------
    books
        Ledger and places.
    since
        Nothing further is delivered before this month.
    """
    planned = books.table(["programme", "effect"])["planned"]
    divided = books.table(["programme", "sharing"], accounts.Filter(sharing=places.SHARINGS[1:]))["planned"]
    months = books.table(["programme", "month"])["planned"].reset_index()
    months = months[months["planned"] > 0].groupby("programme")["month"].agg(["min", "max"])
    found = []
    for programme, (first, last) in zip(months.index, months.to_numpy().tolist(), strict=True):
        effect = str(planned[programme].idxmax())
        known = programme in divided.index.get_level_values(0)
        sharing = str(divided[programme].idxmax()) if known else "population"
        for zone, at_work in books.places.at_work.items():
            open_months = [month for month in at_work if max(first, since) <= month <= last]
            begin, end = (open_months[0], open_months[-1]) if open_months else (1, 0)
            found.append(Pair(programme, zone, effect, sharing, begin, end))
    return tuple(found)


def table(
    books: accounts.Books,
    courses: Sequence[ranges.World],
    place: territory.Territory,
    *,
    since: int = 1,
    extra: float = EXTRA,
    month: int = phases.LAST_MONTH,
    known: NDArray[np.bool_] | None = None,
) -> pd.DataFrame:
    """Change by a further million for every programme and zone, with its range.

    Parameters
    ----------
    books
        Ledger and places.
    courses
        From :func:`roadmap.ranges.worlds`, the stated one first. Their inputs hold the money of `books`.
    place
        The territory, ``n`` municipalities.
    since
        Nothing further is delivered before this month.
    extra
        Million USD that each pair is given; changes are divided by it. The first dollars do more than the last
        ones, and classes move in steps, so another sum gives other figures.
    month
        Month at which the change is read.
    known
        Municipalities whose class may be shown; the others are left out of classes, ``(n,)``.

    Returns
    -------
    pandas.DataFrame
        A row a pair, the largest :data:`SORTED_BY` first: ``programme``, ``zone``, ``effect``, ``sharing``,
        ``first_month``, ``last_month``, and for each of :data:`MEASURES` the change by a million in the stated course
        and, with ``_low`` and ``_high``, the lowest and highest of all courses. Not a recommendation.
    """
    every = pairs(books, since=since)
    cases = _Cases.of(books, every, extra)
    weights = baseline.neighbour_weights(place.adjacency)
    people = place.municipalities["population"].to_numpy(dtype=np.float64)
    area = place.municipalities["area_km2"].to_numpy(dtype=np.float64)
    shown = np.ones(len(people), dtype=bool) if known is None else known
    changes = np.stack(
        [_measure(_scores(each, cases, people, weights, month), people, area, shown) / extra for each in courses]
    )
    columns = np.array([cases.column[_case(pair)] if pair.acts else 0 for pair in every], dtype=np.int64)
    frame = pd.DataFrame(every, columns=[field.name for field in dataclasses.fields(Pair)])
    for number, name in enumerate(MEASURES):
        found = changes[:, number, columns]
        frame[f"{name}_low"], frame[name], frame[f"{name}_high"] = found.min(axis=0), found[0], found.max(axis=0)
    ordered = frame.sort_values([SORTED_BY, "programme", "zone"], ascending=[False, True, True], kind="stable")
    return ordered.reset_index(drop=True)


Case = tuple[str, str, str, int, int]
"""What distinguishes pairs in the model: effect, zone, rule of division, months."""


def _case(pair: Pair) -> Case:
    """Pairs of one case have one result; where money acts on the whole country, zone and rule do not matter."""
    national = pair.effect == "integrity"
    zone, sharing = ("", "") if national else (pair.zone, pair.sharing)
    return pair.effect, zone, sharing, pair.first_month, pair.last_month


@dataclass(frozen=True, eq=False)
class _Cases:
    """Columns of the run: column 0 without a further sum, then one for each case.

    Attributes
    ----------
    column
        Column of each case.
    pattern
        Shares of a month's sum by zone and rule, ``(patterns, 61, n)``.
    pattern_of
        Pattern of each column; -1 where nothing is spent on the map, ``(columns,)``.
    rate
        Million USD in each month, ``(61, columns)``.
    integrity
        Whether a column acts on integrity, ``(columns,)``.
    judicial
        Integrity money of the ledger, million USD a month, ``(61,)``.
    """

    column: dict[Case, int]
    pattern: Array
    pattern_of: NDArray[np.int64]
    rate: Array
    integrity: NDArray[np.bool_]
    judicial: Array

    @classmethod
    def of(cls, books: accounts.Books, every: Sequence[Pair], extra: float) -> _Cases:
        found = list(dict.fromkeys(_case(pair) for pair in every if pair.acts))
        where = sorted({(zone, sharing) for effect, zone, sharing, *_ in found if effect == "effort"})
        rate = np.zeros((forces.MONTHS, len(found) + 1))
        for number, (_, zone, _, first, last) in enumerate(found, start=1):
            months = [month for month in range(first, last + 1) if not zone or month in books.places.at_work[zone]]
            rate[months, number] = extra / len(months)
        size = len(books.places)
        return cls(
            column={case: number for number, case in enumerate(found, start=1)},
            pattern=np.stack([_pattern(books.places, *each) for each in where] or [np.zeros((forces.MONTHS, size))]),
            pattern_of=np.array([-1, *(where.index(case[1:3]) if case[0] == "effort" else -1 for case in found)]),
            rate=rate,
            integrity=np.array([False, *(case[0] == "integrity" for case in found)]),
            judicial=effects.integrity_money(books),
        )

    def near(self, month: int, outgoing: scipy.sparse.csr_array, spread: float) -> Array:
        """Million USD that take effect in each municipality, part of them spent next door, ``(n, columns)``."""
        shares = np.ascontiguousarray(self.pattern[:, month].T)
        shares = (1.0 - spread) * shares + spread * (outgoing @ shares)
        return np.asarray(shares[:, self.pattern_of] * np.where(self.pattern_of >= 0, self.rate[month], 0.0))


def _pattern(where: places.Places, zone: str, sharing: str) -> Array:
    """Shares of a sum for a zone in each month, ``(61, n)``; rows add up to 1 while it is at work."""
    number = [each.id for each in where.zones].index(zone)
    members = where.zone_of == number
    weight = members * np.maximum(where.weights[sharing], 1)
    return np.asarray(weight / np.maximum(weight.sum(axis=1, keepdims=True), 1), dtype=np.float64)


def _scores(course: ranges.World, cases: _Cases, people: Array, weights: scipy.sparse.csr_array, month: int) -> Array:
    """Scores of a month with each further sum, ``(n, columns)``: one run for all."""
    settings, projection = course.settings, course.projection
    given = course.inputs.filled(len(people))
    delivered = given["money"] * given["conditions"][:, None]
    without = projection.effort - forces.money_effort(delivered, people, weights, settings)
    courts = _courts(course, cases, float(people.sum()))
    outgoing, spread = weights.T.tocsr(), settings.money_spread
    before = (1.0 - spread) * delivered + spread * (outgoing @ delivered.T).T
    yearly = _MONTHS_PER_YEAR * _USD_PER_MILLION / np.maximum(people, 1.0)[:, None]
    score = np.repeat(projection.baseline.score[:, None], len(cases.pattern_of), axis=1)
    stock = np.zeros_like(score)
    for now in range(1, month + 1):
        # As in `forces.money_effort`, for all columns at once.
        stock += (before[now - 1][:, None] + cases.near(now - 1, outgoing, spread) - stock) / settings.money_lag
        money = yearly * stock
        effort = without[now][:, None] + settings.money_effort * money / (money + settings.money_half)
        pressure = projection.pressure[now][:, None] * courts[now]
        score = dynamics.step(score, effort, pressure, weights, settings.rates)
    return score


def _courts(course: ranges.World, cases: _Cases, people: float) -> Array:
    """Factor on the pressure by the further integrity of each column, ``(61, columns)``."""
    settings, before = course.settings, course.projection.integrity
    given = course.inputs.judicial
    judicial = np.zeros(forces.MONTHS) if given is None else given
    by_month = [forces.settings_at(course.phases, settings, month) for month in range(forces.MONTHS)]
    base = effects.judicial(cases.judicial, people, settings)
    factor = np.ones_like(cases.rate)
    for column in np.flatnonzero(cases.integrity):
        more = effects.judicial(cases.judicial + cases.rate[:, column], people, settings) - base
        after = forces.integrity_series(by_month, np.minimum(judicial + more, 1.0), settings)
        eased, stood = (1.0 - settings.integrity_effect * (each - settings.integrity_start) for each in (after, before))
        factor[:, column] = eased / stood
    return factor


def _measure(score: Array, people: Array, area: Array, shown: NDArray[np.bool_]) -> Array:
    """Each of :data:`MEASURES` as a change against column 0, ``(measures, columns)``."""
    classes = control.classify(score)
    best = (classes == control.STATE_CONTROL) & shown[:, None]
    held = (classes >= control.STATE_INFLUENCE) & shown[:, None]
    sums = np.stack([weight @ what for what in (best, held, score) for weight in (people, area)])
    return np.asarray(sums - sums[:, :1])
