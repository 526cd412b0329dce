"""What more money would do in the model: every programme in every zone, all at once.

For each programme of the ledger and each priority zone, a further sum is delivered in equal parts over the months in
which the programme has money and the zone is at work, divided among the zone's municipalities by the rule that the
programme mostly uses. The model is run once for all pairs side by side, a column each, and every column is compared
with the one without the sum.

**What the table can and cannot say.** Money enters the model by two ways only (:mod:`roadmap.model.effects`).
Programmes that raise effort differ by *where* and *when* they spend and by how they divide money, not by what they do:
the model knows no better or worse programme. Programmes that raise integrity act on the whole country, so their zones
differ by months only. Programmes of the third kind change nothing here, because border coverage, inspections, units or
financial disruption carry them, or nothing does. The table ranks the assumptions of the model and is no recommendation.

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

from roadmap.ledger import bookkeeping, destinations
from roadmap.model import effects, ensemble, forces, loop
from roadmap.record import control

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo import territory
    from roadmap.model.forces import Array
    from roadmap.plan import parameters

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


@dataclass(frozen=True)
class Pair:
    """A programme in a zone.

    Attributes
    ----------
    programme, zone
        Identifiers.
    effect
        Of :data:`roadmap.ledger.investment.EFFECTS`: the one that carries most of the programme's planned money.
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


def pairs(books: bookkeeping.Books, *, since: int = 1) -> tuple[Pair, ...]:
    """Every programme of the ledger in every zone.

    Parameters
    ----------
    books
        Ledger and places.
    since
        Nothing further is delivered before this month.
    """
    planned = books.table(["programme", "effect"])["planned"]
    divided = books.table(["programme", "sharing"], bookkeeping.Filter(sharing=destinations.SHARINGS[1:]))["planned"]
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
    books: bookkeeping.Books,
    courses: Sequence[ensemble.World],
    place: territory.Territory,
    *,
    since: int = 1,
    extra: float = EXTRA,
    month: int | None = None,
    known: NDArray[np.bool_] | None = None,
) -> pd.DataFrame:
    """Change by a further million for every programme and zone, with its range.

    Parameters
    ----------
    books
        Ledger and places.
    courses
        From :func:`roadmap.model.ensemble.worlds`, the stated one first. Their inputs hold the money of `books`.
    place
        The territory, ``n`` municipalities.
    since
        Nothing further is delivered before this month.
    extra
        Million USD that each pair is given; changes are divided by it. The first dollars do more than the last
        ones, and classes move in steps, so another sum gives other figures.
    month
        Month at which the change is read; the last one of the plan if not given.
    known
        Municipalities whose class may be shown; the others are left out of classes, ``(n,)``.

    Returns
    -------
    pandas.DataFrame
        A row a pair, the largest :data:`SORTED_BY` first: ``programme``, ``zone``, ``effect``, ``sharing``,
        ``first_month``, ``last_month``, and for each of :data:`MEASURES` the change by a million in the stated course
        and, with ``_low`` and ``_high``, the lowest and highest of all courses. Not a recommendation.
    """
    every, read_at = pairs(books, since=since), books.places.last_month if month is None else month
    cases = _Cases.of(books, every, extra)
    people = place.municipalities["population"].to_numpy(dtype=np.float64)
    area = place.municipalities["area_km2"].to_numpy(dtype=np.float64)
    shown = np.ones(len(people), dtype=bool) if known is None else known
    changes = np.stack(
        [_measure(_scores(course, cases, place, read_at), people, area, shown) / extra for course in courses]
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
        Shares of a month's sum by zone and rule, ``(months, n, patterns)``.
    pattern_of
        Pattern of each column; -1 where nothing is spent on the map, ``(columns,)``.
    rate
        Million USD in each month, ``(months, columns)``.
    integrity
        Whether a column acts on integrity, ``(columns,)``.
    judicial
        Integrity money of the ledger, million USD a month, ``(months,)``.
    """

    column: dict[Case, int]
    pattern: Array
    pattern_of: NDArray[np.int64]
    rate: Array
    integrity: NDArray[np.bool_]
    judicial: Array

    @classmethod
    def of(cls, books: bookkeeping.Books, every: Sequence[Pair], extra: float) -> _Cases:
        found = list(dict.fromkeys(_case(pair) for pair in every if pair.acts))
        where = sorted({(zone, sharing) for effect, zone, sharing, *_ in found if effect == "effort"})
        rate = np.zeros((books.places.months, len(found) + 1))
        for number, (_, zone, _, first, last) in enumerate(found, start=1):
            months = [month for month in range(first, last + 1) if not zone or month in books.places.at_work[zone]]
            rate[months, number] = extra / len(months)
        nothing = np.zeros((books.places.months, len(books.places)))
        return cls(
            column={case: number for number, case in enumerate(found, start=1)},
            pattern=np.stack(
                [_pattern(books.places, *each) for each in where] or [nothing], axis=-1
            ),
            pattern_of=np.array([-1, *(where.index(case[1:3]) if case[0] == "effort" else -1 for case in found)]),
            rate=rate,
            integrity=np.array([False, *(case[0] == "integrity" for case in found)]),
            judicial=effects.integrity_money(books),
        )

    def further(self, month: int) -> Array:
        """Million USD spent in each municipality in a month by each further sum, ``(n, columns)``."""
        spent = np.where(self.pattern_of >= 0, self.rate[month], 0.0)
        return np.asarray(np.take(self.pattern[month], self.pattern_of, axis=1) * spent)


def _pattern(where: destinations.Places, zone: str, sharing: str) -> Array:
    """Shares of a sum for a zone in each month, ``(months, n)``; rows add up to 1 while it is at work."""
    number = [each.id for each in where.zones].index(zone)
    members = where.zone_of == number
    weight = members * np.maximum(where.weights[sharing], 1)
    return np.asarray(weight / np.maximum(weight.sum(axis=1, keepdims=True), 1), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class _Delivered(Sequence["Array"]):
    """Money of the ledger and each further sum, ``(n, columns)`` as a month is asked for: all at once are too many."""

    ledger: Sequence[Array]
    cases: _Cases

    def __len__(self) -> int:
        return len(self.ledger)

    def __getitem__(self, month: int) -> Array:  # type: ignore[override]  # months are taken one by one
        return self.ledger[month][:, None] + self.cases.further(month)


def _scores(course: ensemble.World, cases: _Cases, place: territory.Territory, month: int) -> Array:
    """Scores of a month with each further sum, ``(n, columns)``: one run for all."""
    where = forces.Setting.of(place, course.projection.baseline.score)
    settings, given = course.settings, course.inputs.filled(len(cases.rate), len(where.people))
    paid = [money * released for money, released in zip(given["money"], given["conditions"], strict=True)]
    inputs = dataclasses.replace(
        course.inputs,
        money=_Delivered(paid, cases),
        conditions=None,
        judicial=list(_judicial(np.asarray(given["judicial"]), cases, float(where.people.sum()), settings)),
    )
    run = forces.course(where, course.plan, list(place.municipalities["cvegeo"]), settings, inputs)
    return loop.run(where, run, settings.rates, until=month)


def _judicial(given: Array, cases: _Cases, people: float, settings: parameters.Model) -> Array:
    """Judicial input with the integrity money of each column, ``(months, columns)``."""
    further = np.where(cases.integrity, cases.rate, 0.0)
    with_it = effects.judicial(cases.judicial[:, None] + further, people, settings)
    without = effects.judicial(cases.judicial, people, settings)[:, None]
    return np.minimum(given[:, None] + with_it - without, 1.0)


def _measure(score: Array, people: Array, area: Array, shown: NDArray[np.bool_]) -> Array:
    """Each of :data:`MEASURES` as a change against column 0, ``(measures, columns)``."""
    classes = control.classify(score)
    best = (classes == control.STATE_CONTROL) & shown[:, None]
    held = (classes >= control.STATE_INFLUENCE) & shown[:, None]
    sums = np.stack([weight @ what for what in (best, held, score) for weight in (people, area)])
    return np.asarray(sums - sums[:, :1])
