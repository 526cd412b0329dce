"""Accounts of the ledger: what is asked of it, added up to the cent, and reconciled.

Every answer is a sum over the same shares of the same lines, so a filter or a grouping cannot lose or double a cent:
what is placed and what cannot be placed add up to the lines chosen, for each amount by itself.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import keeping
from roadmap.ledger import conditions, destinations, investment, money, placing, reading
from roadmap.plan import phases
from roadmap.tables import files

if TYPE_CHECKING:
    from roadmap.errors import Fault
    from roadmap.plan import entries

OUTSIDE: Final = ""
"""Name of what lies in no priority zone."""

_KEPT = 64

Rows = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Filter:
    """Which lines are asked for; None means all.

    Attributes
    ----------
    programme, component, funder, support, effect, place_kind, sharing, place
        Words that the column may hold.
    precision
        Codes.
    first_month, last_month
        Months, both included.
    """

    programme: tuple[str, ...] | None = None
    component: tuple[str, ...] | None = None
    funder: tuple[str, ...] | None = None
    support: tuple[str, ...] | None = None
    effect: tuple[str, ...] | None = None
    place_kind: tuple[str, ...] | None = None
    sharing: tuple[str, ...] | None = None
    place: tuple[str, ...] | None = None
    precision: tuple[int, ...] | None = None
    first_month: int = 0
    last_month: int = phases.MAX_MONTH

    def rows(self, ledger: investment.Ledger) -> Rows:
        """Marks the lines asked for, ``(lines,)``."""
        chosen = (ledger.month >= self.first_month) & (ledger.month <= self.last_month)
        for name in (*investment.KEYS, "place"):
            wanted = getattr(self, name)
            if wanted is not None:
                chosen &= ledger.words[name].among(wanted)
        if self.precision is not None:
            chosen &= np.isin(ledger.precision, self.precision)
        return chosen

    @property
    def text(self) -> str:
        """What is asked for, for a file, such as ``funder=US,MX; last_month=36``; ``""`` for everything.

        Examples
        --------
        >>> Filter(funder=("US", "MX"), last_month=36).text
        'funder=US,MX; last_month=36'
        >>> Filter().text
        ''
        """
        asked = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        return "; ".join(
            f"{name}={','.join(map(str, value)) if isinstance(value, tuple) else value}"
            for name, value in asked.items()
            if value != getattr(Filter, name)
        )


ALL: Final = Filter()


@dataclass(frozen=True, eq=False)
class Reconciliation:
    """That nothing is lost: for each amount, ledger = placed + cannot be placed.

    Attributes
    ----------
    table
        Index the amounts of :data:`roadmap.ledger.money.AMOUNTS`; columns ``ledger``, ``placed`` (the sum over
        municipalities), ``not_placed`` and ``difference``, in cents.
    """

    table: pd.DataFrame

    @property
    def balanced(self) -> bool:
        """Whether every difference is zero."""
        return bool((self.table["difference"] == 0).all())

    def lines(self) -> list[str]:
        """The table as text, one amount a line, in dollars."""
        head = f"{'amount':<10} {'ledger':>20} {'placed':>20} {'not placed':>20} {'difference':>12}"
        cells = [
            f"{stage:<10} {money.dollars(row.ledger):>20} {money.dollars(row.placed):>20} "
            f"{money.dollars(row.not_placed):>20} {money.dollars(row.difference):>12}"
            for stage, row in zip(self.table.index, self.table.itertuples(), strict=True)
        ]
        return [head, *cells]

    def metadata(self) -> dict[str, dict[str, str]]:
        """The table as text in dollars, for files that are exported."""
        return {
            str(stage): {str(name): money.dollars(int(cents)) for name, cents in row.items()}
            for stage, row in self.table.to_dict("index").items()
        }


@dataclass(frozen=True, eq=False)
class Books:
    """A ledger with its places and conditions, ready to be asked.

    Attributes
    ----------
    ledger
        With what the conditions withhold.
    places
        Where it lies.
    conditions
        What guards it.
    faults
        Everything that is wrong with the files; where there is anything, the ledger is empty.
    totals
        What the file of the ledger adds up to and what of it is loaded, as in
        :class:`roadmap.ledger.reading.Examination`; None where nothing was read.
    only
        Lines that every question is about, whatever else it asks for.
    """

    ledger: investment.Ledger
    places: destinations.Places
    conditions: tuple[conditions.Condition, ...] = ()
    faults: tuple[Fault, ...] = ()
    totals: pd.DataFrame | None = None
    only: Filter = ALL

    def rows(self, chosen: Filter = ALL) -> Rows:
        """Marks the lines that a question is about, ``(lines,)``."""
        found = chosen.rows(self.ledger)
        return found if self.only is ALL else found & self.only.rows(self.ledger)

    def total(self, stage: str, chosen: Filter = ALL) -> int:
        """Sum in cents of one amount."""
        return self.ledger.amounts[stage][self.rows(chosen)].total

    def table(self, by: str | Sequence[str], chosen: Filter = ALL) -> pd.DataFrame:
        """Sums of every amount by group.

        Parameters
        ----------
        by
            Columns of :data:`roadmap.ledger.investment.KEYS`, ``place``, ``precision`` or ``month``.
        chosen
            Which lines.

        Returns
        -------
        pandas.DataFrame
            One row a group that has lines, sorted; int64 columns ``lines`` and, in cents, each of
            :data:`roadmap.ledger.money.AMOUNTS`. These are the same dollars at different moments: never add one column
            to another.
        """
        names = [by] if isinstance(by, str) else list(by)
        return self._summed(self.rows(chosen), names)

    def funnel(self, chosen: Filter = ALL) -> pd.Series:
        """Each amount in cents, in the order in which money passes through them, and what is withheld."""
        rows = self.rows(chosen)
        sums = {stage: amount[rows].total for stage, amount in self._amounts()}
        return pd.Series(sums, dtype=np.int64, name="cents")

    def by_month(self, stage: str, by: str, chosen: Filter = ALL) -> pd.DataFrame:
        """One amount by month and group, in cents; ``cumsum()`` gives it cumulatively.

        Returns
        -------
        pandas.DataFrame
            Index the months of the plan, a column for each group of the ledger.
        """
        rows = self.rows(chosen)
        column = self.ledger.words[by]
        count, months = len(column.names), self.places.months
        cells = self.ledger.month[rows] * count + column.codes[rows]
        sums = self.ledger.amounts[stage][rows].by(cells, months * count).cents.reshape(months, count)
        index = pd.RangeIndex(months, name="month")
        return pd.DataFrame(sums, index=index, columns=pd.Index(column.names, name=by))

    @keeping.kept(most=_KEPT)
    def by_municipality(self, stage: str, chosen: Filter = ALL) -> money.Money:
        """One amount on the map, ``(n,)`` in the order of the territory; kept for the next question, so read-only."""
        found = self.ledger.placed[stage].total(self.rows(chosen))
        found.cents.setflags(write=False)
        return found

    def course(self, stage: str, chosen: Filter = ALL) -> money.Money:
        """One amount on the map month by month, ``(months, n)``; their running sum is what lies there so far."""
        rows = self.rows(chosen)
        return self.ledger.placed[stage].grouped(rows, self.ledger.month, self.places.months)

    def here(self, stage: str, municipality: int, by: str, chosen: Filter = ALL) -> pd.Series:
        """One amount in one municipality by group of lines.

        Parameters
        ----------
        stage
            One of :data:`roadmap.ledger.money.AMOUNTS`.
        municipality
            Its row in the territory.
        by
            A column, as in :meth:`table`.
        chosen
            Which lines.

        Returns
        -------
        pandas.Series
            Cents above 0, the most first, index the groups.
        """
        groups, labels = self._groups([by])
        sums = self.ledger.placed[stage].grouped(self.rows(chosen), groups, len(labels)).cents[:, municipality]
        index = pd.Index([label[0] for label in labels], name=by)
        found = pd.Series(sums, index=index, name=stage).sort_values(ascending=False, kind="stable")
        return found[found > 0]

    def by_state(self, stage: str, chosen: Filter = ALL) -> pd.Series:
        """One amount by state in cents, index the keys of all states."""
        here = self.by_municipality(stage, chosen)
        sums = here.by(self.places.state_of, len(self.places.states)).cents
        return pd.Series(sums, index=pd.Index(self.places.states, name="state"), name=stage)

    def by_zone(self, stage: str, month: int, chosen: Filter = ALL) -> pd.Series:
        """One amount by the priority zone that its municipalities belong to in a month.

        Returns
        -------
        pandas.Series
            Cents, index the ids of all zones and last :data:`OUTSIDE`.
        """
        here = self.by_municipality(stage, chosen)
        ids = [zone.id for zone in self.places.zones]
        zone = self.places.zone_of[month]
        sums = here.by(np.where(zone < 0, len(ids), zone), len(ids) + 1).cents
        return pd.Series(sums, index=pd.Index([*ids, OUTSIDE], name="zone"), name=stage)

    def tray(self, chosen: Filter = ALL) -> pd.DataFrame:
        """What cannot be placed.

        Returns
        -------
        pandas.DataFrame
            Index ``place_kind`` and ``precision`` of what there is; columns as in :meth:`table`.
        """
        return self._summed(self.rows(chosen) & ~self.ledger.is_placed, ["place_kind", "precision"])

    def flows(self, stage: str, month: int, *, to: str = "state", chosen: Filter = ALL) -> pd.DataFrame:
        """From funder through programme to where it goes, for one amount.

        Parameters
        ----------
        stage
            One of :data:`roadmap.ledger.money.AMOUNTS`.
        month
            Month whose priority zones count, where `to` is ``"zone"``.
        to
            ``"state"`` or ``"zone"``.
        chosen
            Which lines.

        Returns
        -------
        pandas.DataFrame
            Columns ``funder``, ``programme``, ``target`` (a state's key, a zone's id or :data:`OUTSIDE`; missing
            where the money cannot be placed) and ``cents`` above 0; they add up to the lines chosen.
        """
        rows = self.rows(chosen)
        groups, labels = self._groups(["funder", "programme"])
        regions, names = self._regions(to, month)
        sums = self.ledger.placed[stage].grouped(rows, groups, len(labels)).cents
        cells = np.zeros((len(names), len(labels)), dtype=np.int64)
        np.add.at(cells, regions, sums.T)
        out = rows & ~self.ledger.is_placed
        left = self.ledger.amounts[stage][out].by(groups[out], len(labels)).cents
        records = [
            (*label, None if target == len(names) else names[target], int(cents))
            for label, row in zip(labels, np.column_stack([cells.T, left]), strict=True)
            for target, cents in enumerate(row)
            if cents
        ]
        return pd.DataFrame(records, columns=["funder", "programme", "target", "cents"])

    def reconcile(self, chosen: Filter = ALL) -> Reconciliation:
        """Add up what is placed and what cannot be placed, and compare with the lines chosen."""
        rows = self.rows(chosen)
        out = rows & ~self.ledger.is_placed
        records = {}
        for stage, amount in self._amounts():
            ledger, left = amount[rows].total, amount[out].total
            placed = self.by_municipality(stage, chosen).total
            records[stage] = (ledger, placed, left, ledger - placed - left)
        names = ["ledger", "placed", "not_placed", "difference"]
        frame = pd.DataFrame.from_dict(records, orient="index", columns=names).astype(np.int64)
        return Reconciliation(frame.rename_axis("amount"))

    @cached_property
    def balance(self) -> Reconciliation:
        """The reconciliation of the whole ledger."""
        return self.reconcile()

    def _amounts(self) -> list[tuple[str, money.Money]]:
        return [(stage, self.ledger.amounts[stage]) for stage in money.AMOUNTS]

    def _summed(self, rows: Rows, names: Sequence[str]) -> pd.DataFrame:
        """Lines and sums of every amount by group, of some lines."""
        group, labels = self._groups(names)
        lines = np.bincount(group[rows], minlength=len(labels))
        sums = {stage: amount[rows].by(group[rows], len(labels)).cents for stage, amount in self._amounts()}
        keys = pd.DataFrame(labels, columns=list(names))
        frame = pd.concat([keys, pd.DataFrame({"lines": lines, **sums}, dtype=np.int64)], axis=1)
        return frame[lines > 0].set_index(list(names)).sort_index()

    def _groups(self, names: Sequence[str]) -> tuple[Ints, list[tuple[object, ...]]]:
        """Group of each line by some columns, and the labels of the groups."""
        columns = [self._codes(name) for name in names]
        found, group = placing.distinct(*(codes for codes, _ in columns))
        labels: list[tuple[object, ...]] = [
            tuple(code if words is None else words[code] for code, (_, words) in zip(each, columns, strict=True))
            for each in found
        ]
        return group, labels

    def _codes(self, name: str) -> tuple[Ints, tuple[str, ...] | None]:
        if name in ("month", "precision"):
            return getattr(self.ledger, name), None
        column = self.ledger.words[name]
        return column.codes, column.names

    def _regions(self, to: str, month: int) -> tuple[Ints, tuple[str, ...]]:
        """Region of each municipality and the names of the regions."""
        if to == "state":
            return self.places.state_of, self.places.states
        if to != "zone":
            raise ValueError(f"`to` {to!r} is unknown; choose 'state' or 'zone'.")
        ids = (*(zone.id for zone in self.places.zones), OUTSIDE)
        zone = self.places.zone_of[month]
        return np.where(zone < 0, len(ids) - 1, zone), ids


def examine(folder: Path | files.Folder, roadmap: Sequence[entries.Entry], where: destinations.Places) -> Books:
    """Read the ledger and the conditions of a scenario, whole or not at all, and reconcile them.

    Parameters
    ----------
    folder
        Of the scenario; both files may be absent.
    roadmap
        Its entries.
    where
        Places that lines may name.

    Returns
    -------
    Books
        Without a line and without conditions where either file has a fault; the faults and the totals of the file are
        in it.

    Raises
    ------
    ArithmeticError
        If placed and not placed money do not add up to the ledger: an error of this program, never of a file.
    """
    folder = files.folder(folder)
    faults: list[Fault] = []
    found = reading.examine(folder / investment.FILE, roadmap, where)
    guards = conditions.read(
        folder / conditions.FILE, roadmap, faults, last_month=where.last_month, funders=where.funders
    )
    faults = [*found.faults, *faults]
    totals = found.totals.copy()
    if faults or found.ledger is None:
        totals.loc["loaded"] = 0
        return Books(investment.empty(where), where, (), tuple(faults), totals)
    books = Books(conditions.apply(found.ledger, guards), where, guards, (), totals)
    if not books.balance.balanced:
        raise ArithmeticError("\n".join(["The ledger does not reconcile.", *books.balance.lines()]))
    return books
