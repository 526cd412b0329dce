"""The phases of the roadmap and the months they cover.

Month 0 is the baseline and belongs to no phase; phases follow one another without a gap, and the plan ends with the
last of them. How many there are and how long each is, the roadmap says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from roadmap.tables import declared, documents, relations

BASELINE_MONTH = 0
MAX_COUNT = 12
"""Phases that a plan may have: more are no stepper."""
MAX_MONTH = 240
"""Month by which a plan ends. What reads a table before the roadmap is known allows months up to it."""


@dataclass(frozen=True)
class Phase:
    """One phase.

    Parameters
    ----------
    number : int
        1 for the first.
    id : str
        The number as text, for links.
    title, text : str
        Name and a short description.
    first_month, last_month : int
        Months of the plan, both included.
    """

    number: int
    id: str
    title: str
    first_month: int
    last_month: int
    text: str


def phase_of(phases: Sequence[Phase], month: int) -> Phase | None:
    """Return the phase that holds a month.

    Parameters
    ----------
    phases : sequence of Phase
    month : int
        Month of the plan.

    Returns
    -------
    Phase or None
        None for the baseline and for months beyond the last phase.

    Examples
    --------
    >>> phases = (Phase(1, "1", "Trust", 1, 6, ""), Phase(2, "2", "Data", 7, 18, ""))
    >>> phase_of(phases, 7).id
    '2'
    >>> phase_of(phases, 0) is None
    True
    """
    for phase in phases:
        if phase.first_month <= month <= phase.last_month:
            return phase
    return None


def last_month(schedule: Sequence[Phase]) -> int:
    """Return the last month of a plan, :data:`MAX_MONTH` where its phases could not be read.

    Parameters
    ----------
    schedule : sequence of Phase
    """
    return schedule[-1].last_month if schedule else MAX_MONTH


def stay(*, low: int) -> tuple[declared.Step[Any], ...]:
    """Return the columns of a first and a last month, and their order.

    Parameters
    ----------
    low : int
        Earliest month allowed.
    """
    month = partial(declared.Column[Any], kind="month", low=low, high=MAX_MONTH)
    return (
        month("first_month", says="From this month on."),
        month("last_month", says="Until this month, which counts.", blank="to the end"),
        relations.Ordered("first_month", "last_month", at="last_month", key="end_before_start"),
    )


def read(root: documents.Record) -> tuple[Phase, ...]:
    """Return the phases of a document; what is wrong is noted in it.

    Parameters
    ----------
    root : Record
        The whole file, with its ``[[phase]]`` tables.

    Returns
    -------
    tuple of Phase
        In their order; none where one could not be read, since nobody knows then how the plan runs.
    """
    records = root.records("phase")
    if root.has("phase") and not 1 <= len(records) <= MAX_COUNT:
        root.fault("phase", "phase_count", most=MAX_COUNT, found=len(records))
    schedule: list[Phase] = []
    expected = BASELINE_MONTH + 1
    for number, record in enumerate(records, start=1):
        phase = _read(record, number, expected)
        if phase is not None:
            schedule.append(phase)
            expected = phase.last_month + 1
    return tuple(schedule) if len(schedule) == len(records) else ()


def _read(record: documents.Record, expected_number: int, expected_first: int) -> Phase | None:
    number = record.whole("number")
    if number is not None and number != expected_number:
        record.fault("number", "phase_number", number, expected=expected_number)
    first = record.month("first_month", low=BASELINE_MONTH, high=MAX_MONTH)
    last = record.month("last_month", low=BASELINE_MONTH, high=MAX_MONTH)
    title, text = record.words("title"), record.words("text")
    record.finish()
    if first is None or last is None:
        return None
    if last < first:
        record.fault("last_month", "end_before_start", last, first=first)
    if first != expected_first:
        record.fault("first_month", "phase_start", first, expected=expected_first)
    return Phase(expected_number, str(expected_number), title, first, last, text)
