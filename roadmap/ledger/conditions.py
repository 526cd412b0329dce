"""Conditions on money: what must hold before lines are paid out, and what is withheld while it does not.

A condition guards the lines of some programmes and funders. In a month in which it is not met, a stated share of what
those lines would deliver is withheld; of several conditions the strictest counts, once. What was withheld is not
paid out later by itself: a later payment would be a line of its own. A condition that has no status in a month is not
in force; one that was not assessed withholds nothing, and is shown as not assessed.

``conditions.csv`` has one row a period of a condition (:data:`TABLE`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from roadmap.tables import declared, delimited, documents, files

FILE: Final = "conditions.csv"
KINDS: Final = ("human_rights", "transparency")
STATUSES: Final = ("met", "unmet", "not_assessed")
NOT_IN_FORCE: Final = "not_in_force"
_SAME: Final = ("kind", "title", "programmes", "funders", "share")
_ALL: Final = "*"
_PERCENT: Final = 100
_NONE: Final = -1


@dataclass(frozen=True)
class Named:
    """What the roadmap names.

    Parameters
    ----------
    kinds : mapping of str to str
        Kind of each entry by its id.
    funders : tuple of str
        Who may pay; anybody if none is given.
    """

    kinds: Mapping[str, str]
    funders: tuple[str, ...] = ()


def _programmes(row: delimited.Row, column: str, known: Named) -> tuple[str, ...] | None:
    named, kinds = _listed(row, column), known.kinds
    for name in named or ():
        if name not in kinds:
            row.fault(column, "unknown_programme", suggestion=partial(entries.nearest, name, kinds))
        elif kinds[name] not in ("programme", "component"):
            row.fault(column, "not_a_programme", found=kinds[name])
    return named


def _funders(row: delimited.Row, column: str, known: Named) -> tuple[str, ...] | None:
    named = _listed(row, column)
    if known.funders and any(name not in known.funders for name in named or ()):
        row.fault(column, "unknown_choice", allowed=known.funders)
    return named


def _listed(row: delimited.Row, column: str) -> tuple[str, ...] | None:
    """The names in a cell, None where it says all."""
    text = row.text(column).strip()
    return None if text == _ALL else declared.listed(text)


TABLE: Final = declared.Table[Named](
    FILE,
    "What must hold before money is paid out, one period of a condition a row.",
    (
        declared.Column("condition", "id", "Name of the condition.", pattern=documents.ID.pattern),
        declared.Column("kind", "word", "What it is about.", allowed=KINDS),
        declared.Column("title", "text", "What must hold."),
        declared.Column(
            "programmes", "names", f"Programmes guarded, parted by `;`, or `{_ALL}` for all.", reads=_programmes
        ),
        declared.Column(
            "funders",
            "names",
            f"Funders of `roadmap.toml` guarded, parted by `;`, or `{_ALL}` for all.",
            reads=_funders,
        ),
        declared.Column(
            "share",
            "whole",
            "How much of the guarded lines is withheld while it is unmet.",
            unit="%",
            low=0,
            high=_PERCENT,
        ),
        *phases.stay(low=phases.BASELINE_MONTH + 1),
        declared.Column("status", "word", "Whether it is met in these months.", allowed=STATUSES),
        declared.Column("note", "text", "Why.", blank="nothing is said of it", may_be_absent=True),
    ),
    further=(
        f"Rows of one condition agree in {', '.join(f'`{name}`' for name in _SAME)}, and share no month.",
        "Each of `programmes` is an entry of `roadmap.toml` of kind programme or component.",
    ),
    translated=("title",),
)
"""What ``conditions.csv`` holds."""

COLUMNS: Final = TABLE.names


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
        return next((period.status for period in self.periods if period.holds(month)), NOT_IN_FORCE)

    def guards(self, ledger: investment.Ledger) -> NDArray[np.bool_]:
        """Return the lines that it guards, in force or not, ``(lines,)``."""
        rows = ledger.everything
        if self.programmes is not None:
            rows &= ledger.words["programme"].among(self.programmes)
        if self.funders is not None:
            rows &= ledger.words["funder"].among(self.funders)
        return rows


def read(
    path: Path | files.File,
    roadmap: Sequence[entries.Entry],
    faults: list[Fault],
    *,
    last_month: int = phases.MAX_MONTH,
    funders: tuple[str, ...] = (),
) -> tuple[Condition, ...]:
    """Read the conditions; an absent file holds none.

    Parameters
    ----------
    path : Path or File
    roadmap : sequence of Entry
        Where programmes are looked up.
    faults : list of Fault
        Collects what is wrong.
    last_month : int
        Of the plan.
    funders : tuple of str
        Who may pay; anybody if none is given.

    Returns
    -------
    tuple of Condition
        In the order of the file; to be used only if no fault was noted.
    """
    known = Named({entry.id: entry.kind for entry in roadmap}, funders)
    groups: dict[str, list[tuple[delimited.Row, declared.Values]]] = {}
    for row, values in TABLE.until(last_month).read(path, faults, known):
        group = groups.setdefault(row.cells["condition"].strip(), [])
        group.append((row, values))
        first = group[0][0]
        for name in (*_SAME, *(column.name for column in TABLE.translations["title"].values())):
            expected = first.cells.get(name, "")
            if row.cells.get(name, "").strip() != expected.strip():
                row.fault(name, "differs_from_row", expected=expected, first_row=first.row)
    sound = {name: [pair for pair in group if not pair[0].faulty] for name, group in groups.items()}
    periods = {name: [(row, _period(values)) for row, values in group] for name, group in sound.items()}
    for period in periods.values():
        _note_overlaps(period)
    return tuple(_condition(group[0][1], periods[name]) for name, group in groups.items())


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
    for number, condition in enumerate(conditions):
        guarded = int(due[condition.guards(ledger) & so_far].sum())
        withheld = ledger.amounts[money.WITHHELD][(strictest == number) & so_far].total
        status = condition.status(month)
        records.append((condition.id, condition.kind, condition.title, condition.share, status, guarded, withheld))
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
    for number, condition in enumerate(conditions):
        unmet = np.array([condition.status(month) == "unmet" for month in range(int(ledger.month.max(initial=0)) + 1)])
        stricter = condition.guards(ledger) & unmet[ledger.month] & (percent < condition.share)
        percent[stricter] = condition.share
        strictest[stricter] = number
    return percent, strictest


def _condition(values: declared.Values, periods: Iterable[tuple[delimited.Row, Period]]) -> Condition:
    ordered = sorted((period for _, period in periods), key=lambda period: period.first_month)
    same = {name: values[name] for name in _SAME}
    return Condition(values["condition"], **same, periods=tuple(ordered))


def _period(values: declared.Values) -> Period:
    return Period(**{name: values[name] for name in ("first_month", "last_month", "status", "note")})


def _note_overlaps(periods: Sequence[tuple[delimited.Row, Period]]) -> None:
    """Note a fault for every period that shares a month with an earlier one of its condition."""
    taken: dict[int, delimited.Row] = {}
    for row, period in periods:
        months = [month for month in range(phases.MAX_MONTH + 1) if period.holds(month)]
        met = next((taken[month] for month in months if month in taken), None)
        if met is not None:
            row.fault("first_month", "overlap", first_row=met.row)
        taken.update(dict.fromkeys(months, row))
