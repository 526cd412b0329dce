"""The faults of one file, gathered without growing with them: the first are listed, the others counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from roadmap.errors import Fault

MAX_LISTED: Final = 200
"""Faults of one column that are listed one by one, and columns that are told apart."""
MOST_LISTED: Final = 4_000
"""Faults of one file that are listed one by one."""


@dataclass(eq=False)
class Notes:
    """What is wrong with a file.

    Parameters
    ----------
    file
        Its name.
    faults
        Where faults are listed.

    Attributes
    ----------
    rows
        Every row with a fault, listed or not.
    """

    file: str
    faults: list[Fault]
    rows: set[int] = field(default_factory=set, init=False)
    _listed: Counter[str | None] = field(default_factory=Counter, init=False)
    _known: dict[str | None, set[int]] = field(default_factory=dict, init=False)
    _further: dict[str | None, _Further] = field(default_factory=dict, init=False)

    def lists(self, column: str | None) -> bool:
        """Return whether the next fault of a column will have a line of its own, or begin the one that counts."""
        place = self._place(column)
        return place not in self._further

    def add(self, row: int | None, column: str | None, value: object, key: str, values: Mapping[str, object]) -> None:
        """Note a fault.

        Parameters
        ----------
        row, column, value, key
            As in :class:`roadmap.errors.Fault`.
        values
            What a sentence needs. What takes time to find is given as a function, called where the fault is listed.
        """
        place = self._place(column)
        told = self._known.setdefault(place, set())
        again = row in told
        if row is not None:
            self.rows.add(row)
            told.add(row)
        further = self._further.get(place)
        if further is not None:
            if not again:
                further.rows += 1
                self.faults[further.index] = further.fault
        elif self._listed[place] < MAX_LISTED and self._listed.total() < MOST_LISTED:
            self._listed[place] += 1
            looked_up = {name: sought() if callable(sought) else sought for name, sought in values.items()}
            self.faults.append(Fault(self.file, row, column, value, key, looked_up))
        elif not again:
            self._further[place] = _Further(self.file, row, place, len(self.faults))
            self.faults.append(self._further[place].fault)

    def _place(self, column: str | None) -> str | None:
        """Return the column that a fault counts for: what has hundreds of columns is told as one."""
        return column if column in self._listed or len(self._listed) < MAX_LISTED else None


@dataclass
class _Further:
    """The first row of a column that is not listed, where it is counted, and how many rows are."""

    file: str
    row: int | None
    column: str | None
    index: int
    rows: int = 1

    @property
    def fault(self) -> Fault:
        """The fault that stands for them."""
        return Fault(self.file, self.row, self.column, None, "more_rows", {"count": self.rows})
