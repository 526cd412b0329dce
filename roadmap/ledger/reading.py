"""Read ``investment.csv``: a whole ledger, or none and everything that is wrong with it.

Checks run over whole columns, or once over each distinct value or combination of values, so that a ledger of
hundreds of thousands of lines takes seconds. The columns are explained in :mod:`roadmap.ledger.investment`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from roadmap.errors import Fault
from roadmap.ledger import destinations, investment, money, placing
from roadmap.ledger.investment import Codes, Ledger, Rows
from roadmap.plan import entries, parties
from roadmap.tables import columnar, columnwise, files
from roadmap.tables.columnar import EMPTY, Column, Problem

_PROGRAMMES: Final = ("programme", "component")
_COMPONENTS: Final = ("programme", "component", "institution")
_WRONG: Final = columnwise.WRONG
_COLUMNS: Final = {column.name: column for column in investment.TABLE.columns}


@dataclass(frozen=True, eq=False)
class Examination:
    """What became of a file.

    Attributes
    ----------
    ledger
        None when anything is wrong: nothing is half-loaded.
    faults
        Everything that is wrong.
    totals
        Rows ``in_file`` (every amount that could be read as money), ``faulty`` (of these, in lines with a fault) and
        ``loaded``; columns ``lines`` and, in cents, each of :data:`roadmap.ledger.money.STAGES`.
    """

    ledger: Ledger | None
    faults: tuple[Fault, ...]
    totals: pd.DataFrame


def examine(path: Path | files.File, roadmap: Sequence[entries.Entry], where: destinations.Places) -> Examination:
    """Read a ledger and say what it adds up to, whether it can be loaded or not.

    Parameters
    ----------
    path
        The file; absent, it is an empty ledger.
    roadmap
        Entries of the scenario.
    where
        Places that lines may name.
    """
    nothing = investment.empty(where)
    faults: list[Fault] = []
    table = columnar.read(path, faults, required=investment.TABLE.required, may_be_absent=True)
    if table is None:
        totals = _totals(nothing.amounts, nothing.everything, loaded=not faults)
        return Examination(None if faults else nothing, tuple(faults), totals)
    amounts, good = _amounts(table)
    good &= _check_words(table, roadmap, where.funders)
    columns = {column.name: column for column in investment.TABLE.until(where.last_month).columns}
    month, precision = (columnwise.numbers(table, columns[name]) for name in ("month", "precision"))
    good &= (month != _WRONG) & (precision != _WRONG)
    good &= _check_places(table, where, month)
    good &= _check_fit(table, precision)
    good &= _check_year(table)
    good &= _check_order(table, month, amounts, good)
    ledger = None if faults else _ledger(table, where, month, precision, amounts)
    ordered = tuple(sorted(faults, key=lambda fault: fault.row or 0))
    return Examination(ledger, ordered, _totals(amounts, good, loaded=ledger is not None))


def _amounts(table: columnar.Table) -> tuple[dict[str, money.Money], Rows]:
    """The four amounts, 0 where they cannot be read, and the lines in which all can."""
    amounts = {}
    good = np.ones(len(table), dtype=bool)
    for stage in money.STAGES:
        column = table.columns[stage]
        cents, fine = money.read(column.names)
        problems: list[Problem | None] = [None if readable else Problem("number") for readable in fine]
        # Further ones are counted, not listed.
        for place in np.flatnonzero(~fine)[: columnar.MAX_NOTED]:
            problems[place] = money.problem(column.names[place])
        good &= table.note(stage, column.codes, problems)
        amounts[stage] = money.Money(stage, cents[column.codes])
    return amounts, good


def _check_words(table: columnar.Table, roadmap: Sequence[entries.Entry], funders: tuple[str, ...]) -> Rows:
    """Check ids and columns of words; returns the lines in which all are good."""
    kinds = {entry.id: entry.kind for entry in roadmap}
    good = columnwise.check(table, _COLUMNS["id"])
    good &= _check_unique(table)
    good &= table.check("funder", partial(_funder_problem, funders=funders))
    for name in ("programme", "component"):
        # To look for what was meant takes long where nothing is right.
        known = kinds if len(table.columns[name].names) <= columnar.MAX_NOTED else ()
        good &= table.check(name, partial(_PROBLEMS[name], kinds=kinds, near=known))
    for column in investment.TABLE.columns:
        if column.kind == "word":
            good &= columnwise.check(table, column)
    return good


def _check_unique(table: columnar.Table) -> Rows:
    """Note a fault for every line whose id an earlier one has already."""
    column = table.columns["id"]
    first = np.zeros(len(column.names), dtype=np.int64)
    first[column.codes[::-1]] = np.arange(len(table))[::-1]
    again = np.flatnonzero((first[column.codes] != np.arange(len(table))) & (column.texts != ""))
    which = np.zeros(len(table), dtype=np.int64)
    which[again] = np.arange(1, len(again) + 1)
    earlier = table.rows[first[column.codes[again]]].tolist()
    return table.note("id", which, [None, *(Problem("duplicate_id", {"first_row": row}) for row in earlier)])


def _funder_problem(text: str, *, funders: tuple[str, ...]) -> Problem | None:
    if not text:
        return EMPTY
    if not funders:
        return None if parties.ID.fullmatch(text) else Problem("bad_id", {"allowed": parties.ID.pattern})
    return None if text in funders else Problem("unknown_choice", {"allowed": funders})


def _programme_problem(text: str, *, kinds: Mapping[str, str], near: Collection[str]) -> Problem | None:
    if not text:
        return EMPTY
    if text not in kinds:
        return Problem("unknown_programme", {"suggestion": entries.nearest(text, near)})
    return None if kinds[text] in _PROGRAMMES else Problem("not_a_programme", {"found": kinds[text]})


def _component_problem(text: str, *, kinds: Mapping[str, str], near: Collection[str]) -> Problem | None:
    if not text:
        return None
    if text not in kinds:
        return Problem("unknown_component", {"suggestion": entries.nearest(text, near)})
    return None if kinds[text] in _COMPONENTS else Problem("not_a_component", {"found": kinds[text]})


_PROBLEMS: Final = {"programme": _programme_problem, "component": _component_problem}


def _check_places(table: columnar.Table, where: destinations.Places, month: Codes) -> Rows:
    """Check the places against their kind, and zones against the month of the line."""
    kind, place = table.columns["place_kind"], table.columns["place"]
    pairs, which = placing.distinct(kind.codes, place.codes)
    named = [(kind.names[k], place.names[p]) for k, p in pairs]
    problems = [where.problems(kind, name) if kind in destinations.KINDS else () for kind, name in named]
    good = table.note("place", which, problems)
    in_zone = np.array([kind == "zone" for kind, _ in named], dtype=bool)[which] & good & (month != _WRONG)
    pairs, which = placing.distinct(np.where(in_zone, place.codes, _WRONG), month)
    idle = [() if p == _WRONG else where.zone_problems(place.names[p], when) for p, when in pairs]
    return good & table.note("month", which, idle)


def _check_fit(table: columnar.Table, precision: Codes) -> Rows:
    """Check that rule of division and code of precision fit the kind of place."""
    kind, place, sharing = (table.columns[name] for name in ("place_kind", "place", "sharing"))
    plural = place.mapped([";" in text.strip("; ") for text in place.names], np.int64)
    pairs, which = placing.distinct(kind.codes, plural, sharing.codes)
    rules = [(_rules(kind.names[k], several=bool(several)), sharing.names[s]) for k, several, s in pairs]
    good = table.note("sharing", which, [_misfit(rule, rule in destinations.SHARINGS, fits) for fits, rule in rules])
    pairs, which = placing.distinct(kind.codes, precision)
    codes = [(destinations.PRECISIONS_OF.get(kind.names[k]), code) for k, code in pairs]
    return good & table.note("precision", which, [_misfit(code, code != _WRONG, fits) for fits, code in codes])


def _rules(kind: str, *, several: bool) -> tuple[str, ...] | None:
    """Rules of division that fit a kind of place, None where the kind is unknown."""
    return destinations.SHARINGS[1:] if kind == "municipalities" and several else destinations.SHARINGS_OF.get(kind)


def _misfit(value: object, known: bool, fits: Sequence[object] | None) -> Problem | None:  # noqa: FBT001
    if not known or fits is None or value in fits:
        return None
    return Problem("does_not_fit", {"other": "place_kind", "allowed": tuple(fits)})


def _check_year(table: columnar.Table) -> Rows:
    """Check that all lines are in dollars of one year."""
    good = columnwise.check(table, _COLUMNS["usd_year"])
    column = table.columns["usd_year"]
    sound = np.flatnonzero(good)
    if not len(sound):
        return good
    first = int(sound[0])
    expected = {"expected": column.names[column.codes[first]], "first_row": int(table.rows[first])}
    other = good & (column.codes != column.codes[first])
    return good & table.note("usd_year", other.astype(np.int64), [None, Problem("differs_from_row", expected)])


def _check_order(table: columnar.Table, month: Codes, amounts: money.Amounts, good: Rows) -> Rows:
    """Note a fault where, summed up to a month, a stage exceeds the one before.

    Lines of one :data:`roadmap.ledger.investment.GROUP` are added up month by month. Groups with another fault are
    passed over.
    """
    group = placing.numbered(*(table.columns[name].codes for name in investment.GROUP))
    sound = np.ones(int(group.max(initial=_WRONG)) + 1, dtype=bool)
    sound[group[~good]] = False
    lines = np.flatnonzero(sound[group])
    lines = lines[np.lexsort((month[lines], group[lines]))]
    cell = group[lines] * (int(month.max(initial=0)) + 1) + month[lines]
    ends = np.flatnonzero(np.append(np.diff(cell) != 0, np.ones(min(len(lines), 1), dtype=bool)))
    begins = np.append(0, ends + 1)[:-1]
    running = {stage: _running(amounts[stage].cents[lines], group[lines])[ends] for stage in money.STAGES[1:]}
    fine = np.ones(len(table), dtype=bool)
    for before, stage in zip(money.STAGES[1:], money.STAGES[2:], strict=False):
        over = np.flatnonzero(running[stage] > running[before])
        over = over[np.unique(group[lines[begins[over]]], return_index=True)[1]]
        rows = lines[begins[over]]
        which = np.zeros(len(table), dtype=np.int64)
        which[rows] = np.arange(1, len(rows) + 1)
        problems = [
            Problem(
                "more_than_before",
                {
                    "month": int(month[row]),
                    "total": money.dollars(int(running[stage][at])),
                    "before": before,
                    "limit": money.dollars(int(running[before][at])),
                },
            )
            for row, at in zip(rows, over, strict=True)
        ]
        fine &= table.note(stage, which, [None, *problems])
    return fine


def _running(cents: Codes, group: Codes) -> Codes:
    """Running sums that begin anew with each group; lines of a group stand together."""
    total = np.cumsum(cents)
    begins = np.flatnonzero(np.diff(group, prepend=_WRONG) != 0)
    before = np.append(0, total)[begins]
    return np.asarray(total - np.repeat(before, np.diff(np.append(begins, len(group)))))


def _ledger(
    table: columnar.Table,
    where: destinations.Places,
    month: Codes,
    precision: Codes,
    amounts: Mapping[str, money.Money],
) -> Ledger:
    words = {name: table.columns[name] for name in (*investment.KEYS, "place")}
    words["component"] = _filled(words["component"], words["programme"])
    years = table.columns["usd_year"].names
    return Ledger(
        ids=table.columns["id"].texts,
        words=words,
        precision=precision,
        month=month,
        usd_year=int(years[0]) if years else None,
        amounts={**amounts, money.WITHHELD: money.empty(money.WITHHELD, len(table))},
        sites=placing.Sites.of(
            where,
            words["place"].names,
            kind=_ranked(words["place_kind"], destinations.KINDS),
            name=words["place"].codes,
            sharing=_ranked(words["sharing"], destinations.SHARINGS),
            month=month,
        ),
        file=table.file,
    )


def _ranked(words: Column, order: tuple[str, ...]) -> Codes:
    """Numbers of words in a fixed order."""
    return words.mapped([order.index(name) for name in words.names], np.int64)


def _filled(words: Column, other: Column) -> Column:
    """A column whose blanks are taken from another one."""
    names = tuple(dict.fromkeys((*(name for name in words.names if name), *other.names)))
    own = words.mapped([names.index(name) if name else _WRONG for name in words.names], np.int64)
    theirs = other.mapped([names.index(name) for name in other.names], np.int64)
    return Column(np.where(own == _WRONG, theirs, own), names)


def _totals(amounts: money.Amounts, good: Rows, *, loaded: bool) -> pd.DataFrame:
    """What a file adds up to, what of it stands in faulty lines, and what is loaded."""
    chosen = {"in_file": np.ones_like(good), "faulty": ~good, "loaded": np.full_like(good, loaded)}
    records = {
        name: [int(rows.sum()), *(amounts[stage][rows].total for stage in money.STAGES)]
        for name, rows in chosen.items()
    }
    return pd.DataFrame.from_dict(records, orient="index", columns=["lines", *money.STAGES]).astype(np.int64)
