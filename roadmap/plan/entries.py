"""Entries of the roadmap: everything it names, one record each.

A principle, an institution, a milestone: each has a phase, its months, who leads, a text in plain
words, and the place on the dashboard that shows it.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from roadmap.plan import parties, phases
from roadmap.tables import documents

KINDS = ("principle", "institution", "component", "programme", "milestone", "metric", "note")
STATUSES = ("claim", "proposal", "framing", "principle", "metric")
PLACES = (
    "map",
    "control",
    "change",
    "zones",
    "crossings",
    "coverage",
    "investment",
    "border",
    "roadmap",
    "method",
    "review",
)
"""Pages and layers of the dashboard that may show an entry."""

ALL_PHASES = 0

_MANY = 2000


@dataclass(frozen=True)
class Entry:
    """One thing that the roadmap names.

    Parameters
    ----------
    id : str
        Lower case letters, digits and hyphens.
    phase : int
        Number of the phase; 0 when it holds through all of them.
    kind : str
        One of :data:`KINDS`.
    first_month : int
        Month in which it starts; 0 for what was so before the plan.
    last_month : int, optional
        Last month; None when it stays open. A milestone ends in the month it starts.
    lead : str
        Who leads: one of the roadmap's leads.
    title, text : str
        Name and a description of one or two sentences.
    status : str
        What sort of statement it is (:data:`STATUSES`).
    shown_by : str
        Page or layer that shows it (:data:`PLACES`).
    shown_text : str
        How it is shown there.
    parent : str, optional
        Entry that it is part of.
    indicators : tuple of str
        Observed indicators to cite beside it.
    """

    id: str
    phase: int
    kind: str
    first_month: int
    last_month: int | None
    lead: str
    title: str
    text: str
    status: str
    shown_by: str
    shown_text: str
    parent: str | None = None
    indicators: tuple[str, ...] = ()

    def active(self, month: int) -> bool:
        """Return whether the entry is under way in a month of the plan."""
        return self.first_month <= month and (self.last_month is None or month <= self.last_month)


def read(
    records: Sequence[documents.Record],
    schedule: Sequence[phases.Phase],
    *,
    leads: Sequence[str] = (),
    indicators: Collection[str] | None = None,
) -> tuple[Entry, ...]:
    """Return the entries of a document; what is wrong is noted in it.

    Parameters
    ----------
    records : sequence of Record
        The ``[[entry]]`` tables.
    schedule : sequence of Phase
    leads : sequence of str
        Who may lead; anybody if none is given.
    indicators : collection of str, optional
        Identifiers of the observed indicators; without it they are not checked.

    Returns
    -------
    tuple of Entry
        In the order of the file; faulty values read as empty.
    """
    found = [_read(record, schedule, tuple(leads)) for record in records]
    pairs = list(zip(records, found, strict=True))
    documents.note_duplicates(((record, entry.id) for record, entry in pairs), "id")
    parents = {entry.id: entry.parent for entry in reversed(found)}
    own_ancestors = _in_circles(parents)
    for record, entry in pairs:
        if entry.parent is not None and entry.parent not in parents:
            near = partial(nearest, entry.parent, parents)
            record.fault("parent", "unknown_parent", entry.parent, suggestion=near)
        elif entry.parent is not None and entry.id in own_ancestors and parents[entry.id] == entry.parent:
            record.fault("parent", "own_ancestor", entry.parent)
        for indicator in entry.indicators:
            if indicators is not None and indicator not in indicators:
                near = partial(nearest, indicator, indicators)
                record.fault("indicators", "unknown_indicator", indicator, suggestion=near)
    return tuple(found)


def nearest(word: str, words: Collection[str]) -> str:
    """Return the word most like another one, or ``""`` when none is near or there are too many.

    Parameters
    ----------
    word : str
    words : collection of str
    """
    if len(words) > _MANY:
        return ""
    return next(iter(difflib.get_close_matches(word, list(words), n=1)), "")


def _read(record: documents.Record, schedule: Sequence[phases.Phase], leads: tuple[str, ...]) -> Entry:
    phase = record.whole("phase")
    kind = record.text("kind", "", allowed=KINDS)
    first, last = _months(record, kind, phases.last_month(schedule))
    entry = Entry(
        id=record.identifier("id"),
        phase=ALL_PHASES if phase is None else phase,
        kind=kind,
        first_month=phases.BASELINE_MONTH if first is None else first,
        last_month=last,
        lead=record.text("lead", "", allowed=leads) if leads else _anybody(record),
        title=record.words("title"),
        text=record.words("text"),
        status=record.text("status", "", allowed=STATUSES),
        shown_by=record.text("shown_by", "", allowed=PLACES),
        shown_text=record.words("shown_text"),
        parent=record.string("parent", optional=True) or None,
        indicators=record.strings("indicators"),
    )
    record.finish()
    if phase is not None:
        _check_phase(record, phase, first, schedule)
    return entry


def _anybody(record: documents.Record) -> str:
    """Return who leads where the roadmap does not say who may."""
    lead = record.string("lead")
    if lead and not parties.ID.fullmatch(lead):
        record.fault("lead", "bad_id", lead, allowed=parties.ID.pattern)
        return ""
    return lead


def _months(record: documents.Record, kind: str, high: int) -> tuple[int | None, int | None]:
    """Return first and last month; a milestone lasts one month whether it says so or not."""
    low = phases.BASELINE_MONTH
    first = record.month("first_month", low=low, high=high)
    last = record.month("last_month", low=low, high=high, optional=True)
    if first is not None and last is not None and last < first:
        record.fault("last_month", "end_before_start", last, first=first)
    if kind == "milestone" and first is not None:
        if last is not None and last > first:
            record.fault("last_month", "out_of_range", last, low=first, high=first)
        last = first
    return first, last


def _check_phase(record: documents.Record, number: int, first: int | None, schedule: Sequence[phases.Phase]) -> None:
    """Note a fault where the phase is unknown or the entry starts outside it."""
    if number == ALL_PHASES:
        return
    phase = next((each for each in schedule if each.number == number), None)
    if phase is None:
        if schedule:
            allowed = (ALL_PHASES, *(each.number for each in schedule))
            record.fault("phase", "unknown_phase", number, allowed=allowed)
    elif first is not None and first < phase.first_month:
        record.fault("first_month", "before_phase", first, phase=number, first=phase.first_month)
    elif first is not None and first > phase.last_month:
        record.fault("first_month", "after_phase", first, phase=number, last=phase.last_month)


def _in_circles(parents: Mapping[str, str | None]) -> set[str]:
    """Return the entries that are part of themselves; each is walked over once."""
    circles: set[str] = set()
    settled: set[str | None] = {None}
    for start in parents:
        path: dict[str, None] = {}
        at: str | None = start
        while at is not None and at not in settled and at not in path:
            path[at] = None
            at = parents.get(at)
        if at in path:
            steps = list(path)
            circles.update(steps[steps.index(at) :])
        settled.update(path)
    return circles
