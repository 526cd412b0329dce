"""Conditions on money: what must hold before lines are paid out, and what is withheld while it does not.

A condition guards the lines of some programmes and funders. In a month in which it is not met, a stated share of what
those lines would deliver is withheld; of several conditions the strictest counts, once. What was withheld is not
paid out later by itself: a later payment would be a line of its own. A condition that has no status in a month is not
in force; one that was not assessed withholds nothing, and is shown as not assessed.

``conditions.csv`` has one row a period of a condition:

============ =======================================================================================
condition     identifier; rows of one condition agree in the next five columns
kind          :data:`KINDS`
title         what must hold
programmes    programmes guarded, parted by ";", or ``*`` for all
funders       funders guarded, parted by ";", or ``*``
share         percent of the guarded lines that is withheld while it is unmet
first_month   of the period
last_month    of the period; blank: to the end
status        :data:`STATUSES`
note          why
============ =======================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from roadmap.errors import Fault
from roadmap.ledger import investment, money
from roadmap.plan import entries, phases
from roadmap.tables import delimited, documents, files

FILE: Final = "conditions.csv"
KINDS: Final = ("human_rights", "transparency")
STATUSES: Final = ("met", "unmet", "not_assessed")
NOT_IN_FORCE: Final = "not_in_force"
COLUMNS: Final = (
    "condition",
    "kind",
    "title",
    "programmes",
    "funders",
    "share",
    "first_month",
    "last_month",
    "status",
    "note",
)

_SAME: Final = ("kind", "title", "programmes", "funders", "share")
_ALL: Final = "*"
_PERCENT: Final = 100
_NONE: Final = -1


@dataclass(frozen=True)
class Period:
    """Months in which a condition has one status.

    Parameters
    ----------
    first_month : int
    last_month : int, optional
        None to the end.
    status : str
        One of :data:`STATUSES`.
    note : str
    """

    first_month: int
    last_month: int | None
    status: str
    note: str = ""

    def holds(self, month: int) -> bool:
        """Return whether the period contains a month."""
        return self.first_month <= month and (self.last_month is None or month <= self.last_month)


@dataclass(frozen=True)
class Condition:
    """One condition.

    Parameters
    ----------
    id, kind, title : str
    programmes, funders : tuple of str, optional
        What it guards; None for all.
    share : int
        Percent withheld while it is unmet.
    periods : tuple of Period
    """

    id: str
    kind: str
    title: str
    programmes: tuple[str, ...] | None
    funders: tuple[str, ...] | None
    share: int
    periods: tuple[Period, ...] = ()

    def status(self, month: int) -> str:
        """Return the status in a month, :data:`NOT_IN_FORCE` without one."""
        return next((each.status for each in self.periods if each.holds(month)), NOT_IN_FORCE)

    def guards(self, ledger: investment.Ledger) -> NDArray[np.bool_]:
        """Return the lines that it guards, in force or not, ``(lines,)``."""
        rows = ledger.everything
        if self.programmes is not None:
            rows &= ledger.words["programme"].among(self.programmes)
        if self.funders is not None:
            rows &= ledger.words["funder"].among(self.funders)
        return rows


def read(path: Path | files.File, roadmap: Sequence[entries.Entry], faults: list[Fault]) -> tuple[Condition, ...]:
    """Read the conditions; an absent file holds none.

    Parameters
    ----------
    path : Path or File
    roadmap : sequence of Entry
        Where programmes are looked up.
    faults : list of Fault
        Collects what is wrong.

    Returns
    -------
    tuple of Condition
        In the order of the file; to be used only if no fault was noted.
    """
    rows = delimited.read(path, faults, required=COLUMNS[:-1], optional=COLUMNS[-1:], may_be_absent=True)
    kinds = {entry.id: entry.kind for entry in roadmap}
    found: dict[str, tuple[delimited.Row, Condition, list[tuple[delimited.Row, Period]]]] = {}
    for row in rows:
        condition, period = _condition(row, kinds), _period(row)
        first, _, periods = found.setdefault(condition.id, (row, condition, []))
        for name in _SAME:
            if row.cells[name].strip() != first.cells[name].strip():
                row.fault(name, "differs_from_row", expected=first.cells[name], first_row=first.row)
        if period is not None and not row.faulty:
            periods.append((row, period))
    for _, _, periods in found.values():
        _note_overlaps(periods)
    return tuple(_with(condition, (period for _, period in periods)) for _, condition, periods in found.values())


def apply(ledger: investment.Ledger, conditions: Sequence[Condition]) -> investment.Ledger:
    """Withhold what the conditions say.

    Returns
    -------
    Ledger
        Its ``delivered`` is what is paid out, its ``withheld`` what is not: the share of the strictest unmet
        condition, rounded to the cent, half a cent up.
    """
    percent, _ = _strictest(ledger, conditions)
    due = _due(ledger)
    return ledger.with_withheld((due * percent + _PERCENT // 2) // _PERCENT)


def table(ledger: investment.Ledger, conditions: Sequence[Condition], month: int) -> pd.DataFrame:
    """What each condition is about in a month, and what it withheld up to then.

    Parameters
    ----------
    ledger : Ledger
        As returned by :func:`apply`.
    conditions : sequence of Condition
    month : int

    Returns
    -------
    DataFrame
        Index ``condition``; columns ``kind``, ``title``, ``share`` (percent), ``status``, ``guarded`` (cents that the
        lines it guards would deliver up to the month; a line may be guarded more than once) and ``withheld`` (cents;
        each counted at the strictest condition, so that the column adds up to what is withheld).
    """
    _, strictest = _strictest(ledger, conditions)
    so_far = ledger.month <= month
    due = _due(ledger)
    records = []
    for number, each in enumerate(conditions):
        guarded = int(due[each.guards(ledger) & so_far].sum())
        withheld = ledger.amounts[money.WITHHELD][(strictest == number) & so_far].total
        records.append((each.id, each.kind, each.title, each.share, each.status(month), guarded, withheld))
    names = ["condition", "kind", "title", "share", "status", "guarded", "withheld"]
    frame = pd.DataFrame(records, columns=names).astype({"share": "int64", "guarded": "int64", "withheld": "int64"})
    return frame.set_index("condition")


def _due(ledger: investment.Ledger) -> NDArray[np.int64]:
    """Cents that lines would deliver without conditions: the two parts of one amount."""
    return ledger.amounts["delivered"].cents + ledger.amounts[money.WITHHELD].cents


def _strictest(
    ledger: investment.Ledger, conditions: Sequence[Condition]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Percent withheld of each line, and the number of the condition that withholds it, -1 for none."""
    percent = np.zeros(len(ledger), dtype=np.int64)
    strictest = np.full(len(ledger), _NONE, dtype=np.int64)
    for number, each in enumerate(conditions):
        unmet = np.array([each.status(month) == "unmet" for month in range(phases.LAST_MONTH + 1)])
        stricter = each.guards(ledger) & unmet[ledger.month] & (percent < each.share)
        percent[stricter] = each.share
        strictest[stricter] = number
    return percent, strictest


def _condition(row: delimited.Row, kinds: dict[str, str]) -> Condition:
    name = row.text("condition").strip()
    if name and not documents.ID.fullmatch(name):
        row.fault("condition", "bad_id", allowed=documents.ID.pattern)
    return Condition(
        id=name,
        kind=row.choice("kind", KINDS),
        title=row.text("title"),
        programmes=_programmes(row, kinds),
        funders=_funders(row),
        share=row.integer("share", low=0, high=_PERCENT) or 0,
    )


def _period(row: delimited.Row) -> Period | None:
    first, last = phases.months(row, low=phases.BASELINE_MONTH + 1)
    status, note = row.choice("status", STATUSES), row.text("note", optional=True)
    return None if first is None else Period(first, last, status, note)


def _programmes(row: delimited.Row, kinds: dict[str, str]) -> tuple[str, ...] | None:
    named = _listed(row, "programmes")
    for name in named or ():
        if name not in kinds:
            row.fault("programmes", "unknown_programme", suggestion=partial(entries.nearest, name, kinds))
        elif kinds[name] not in ("programme", "component"):
            row.fault("programmes", "not_a_programme", found=kinds[name])
    return named


def _funders(row: delimited.Row) -> tuple[str, ...] | None:
    named = _listed(row, "funders")
    if any(name not in investment.FUNDERS for name in named or ()):
        row.fault("funders", "unknown_choice", allowed=investment.FUNDERS)
    return named


def _listed(row: delimited.Row, column: str) -> tuple[str, ...] | None:
    """The names in a cell, None where it says all."""
    text = row.text(column).strip()
    return None if text == _ALL else tuple(name.strip() for name in text.split(";") if name.strip())


def _note_overlaps(periods: Sequence[tuple[delimited.Row, Period]]) -> None:
    """Note a fault for every period that shares a month with an earlier one of its condition."""
    taken: dict[int, delimited.Row] = {}
    for row, period in periods:
        months = [month for month in range(phases.LAST_MONTH + 1) if period.holds(month)]
        met = next((taken[month] for month in months if month in taken), None)
        if met is not None:
            row.fault("first_month", "overlap", first_row=met.row)
        taken.update(dict.fromkeys(months, row))


def _with(condition: Condition, periods: Iterable[Period]) -> Condition:
    ordered = tuple(sorted(periods, key=lambda each: each.first_month))
    return Condition(
        condition.id,
        condition.kind,
        condition.title,
        condition.programmes,
        condition.funders,
        condition.share,
        ordered,
    )
