"""Tables of which every row without fault is used and the others are left out, each with what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self, TypeVar

from roadmap import errors
from roadmap.tables import declared, delimited, files, noted

Kept = TypeVar("Kept")

UNREADABLE: Final = frozenset({"quotes", "cell_too_long"})
"""Faults in a row behind which the rest of a file cannot be trusted."""


@dataclass(frozen=True)
class Sifted:
    """What is wrong with a table whose rows stand for themselves.

    Attributes
    ----------
    faults
        Everything that is wrong with some rows, or with the table; of many faults in one column the first.
    left_out
        Rows that are not used, as a spreadsheet counts them; empty where the whole table is not.
    unused
        Whether nothing of the table is used, since none of its rows can be trusted.
    """

    faults: tuple[errors.Fault, ...] = field(default=(), kw_only=True)
    left_out: tuple[int, ...] = field(default=(), kw_only=True)
    unused: bool = field(default=False, kw_only=True)

    def require(self) -> Self:
        """Return itself when nothing is wrong.

        Raises
        ------
        ScenarioError
            With every fault.
        """
        if self.faults:
            raise errors.ScenarioError(self.faults)
        return self


def read(
    path: Path | files.File,
    table: declared.Table[declared.Where],
    where: declared.Where,
    make: Callable[[delimited.Row, declared.Values], Kept],
) -> tuple[tuple[Kept, ...], Sifted]:
    """Read a table with a key that a scenario need not have.

    Parameters
    ----------
    path
        The table.
    table
        What it may hold.
    where
        What its columns look names up in.
    make
        Returns what a row without fault says.

    Returns
    -------
    tuple, Sifted
        What every row without fault says; and every fault by row with the rows that have one, listed or not. A key
        that stands already in a row above is a fault. A column that is not known is a fault too, and costs no row.
    """
    faults: list[errors.Fault] = []
    file = files.of(path)
    notes = noted.Notes(file.name, faults)
    rows = delimited.read(
        file, faults, required=table.required, optional=table.optional, may_be_absent=True, notes=notes
    )
    if _is_unreadable(faults):
        return (), Sifted(faults=tuple(faults), unused=True)
    pairs = [(row, table.values(row, where)) for row in rows]
    made = [None if row.faulty else make(row, values) for row, values in pairs]
    first: dict[str, int] = {}
    kept = []
    for row, one in zip(rows, made, strict=True):
        name = row.cells[table.key].strip()
        if name and first.setdefault(name, row.row) != row.row:
            row.fault(table.key, "duplicate_id", first_row=first[name])
        elif one is not None:
            kept.append(one)
    by_row = tuple(sorted(faults, key=lambda fault: fault.row or 0))
    return tuple(kept), Sifted(faults=by_row, left_out=tuple(sorted(notes.rows)))


def _is_unreadable(faults: Sequence[errors.Fault]) -> bool:
    """Whether a table's faults, found before any cell was read, leave no row that can be trusted."""
    return any(
        fault.key in UNREADABLE or (fault.key != "unknown_column" and (fault.row is None or fault.row == 1))
        for fault in faults
    )
