"""Reading a table of settings strictly: every wrong entry becomes a fault, none an exception.

``model.toml`` and ``rules.toml`` are edited by hand. A :class:`Reader` takes one table of such a file, checks
type and range of every entry that is asked for, and at the end reports the entries nobody asked for. A wrong
entry yields its default, so that reading goes on and every fault of a file is found in one pass.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from roadmap import errors

_MOST_UNKNOWN: Final = 200
"""Unknown entries of one table that are listed one by one."""

_TYPE_NAMES: Final[tuple[tuple[type, str], ...]] = (
    (bool, "boolean"),
    (int, "whole_number"),
    (float, "number"),
    (str, "text"),
    (list, "list"),
    (Mapping, "table"),
)


@dataclass
class Reader:
    """One table of settings, its place in the file, and the faults found so far.

    Attributes
    ----------
    table
        The parsed table.
    file
        Name of the file, for the faults.
    path
        Dotted path of the table within the file, empty for the whole file.
    faults
        Shared by all readers of a file; grows as entries are read.
    """

    table: Mapping[str, object]
    file: str
    path: str = ""
    faults: list[errors.Fault] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def fault(self, entry: str, key: str, value: object = None, **values: object) -> None:
        """Record a fault at an entry of this table; ``key`` is one of :data:`roadmap.errors.FAULTS`."""
        place = f"{self.path}.{entry}" if self.path else entry
        self.faults.append(errors.Fault(file=self.file, row=None, column=place, value=value, key=key, values=values))

    def has(self, entry: str) -> bool:
        """Whether the table holds the entry."""
        return entry in self.table

    def number(self, entry: str, default: float, *, low: float = -math.inf, high: float = math.inf) -> float:
        """A finite number in [low, high]; booleans are no numbers."""
        value = self._take(entry)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self._wrong_type(entry, value, "number")
        elif not _is_finite(value):
            self.fault(entry, "not_finite", value)
        elif not low <= value <= high:
            self.fault(entry, "out_of_range", value, low=low, high=high)
        else:
            return float(value)
        return default

    def integer(self, entry: str, default: int, *, low: int, high: int) -> int:
        """A whole number in [low, high]."""
        value = self._take(entry)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self._wrong_type(entry, value, "whole_number")
        elif not low <= value <= high:
            self.fault(entry, "out_of_range", value, low=low, high=high)
        else:
            return value
        return default

    def flag(self, entry: str, *, default: bool) -> bool:
        """A boolean."""
        value = self._take(entry)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        self._wrong_type(entry, value, "boolean")
        return default

    def text(self, entry: str, default: str, *, allowed: tuple[str, ...] = ()) -> str:
        """A text that is not blank and, if a choice is given, one of it."""
        value = self._take(entry)
        if value is None:
            return default
        if not isinstance(value, str):
            self._wrong_type(entry, value, "text")
        elif not value.strip():
            self.fault(entry, "empty", value)
        elif allowed and value not in allowed:
            self.fault(entry, "unknown_choice", value, allowed=allowed)
        else:
            return value
        return default

    def sub(self, entry: str) -> Reader:
        """A reader of a table within this one; an absent or wrong one is one fault and reads as empty."""
        value = self._take(entry)
        place = f"{self.path}.{entry}" if self.path else entry
        if value is None:
            return Reader({}, self.file, place, [])
        if not isinstance(value, Mapping):
            self._wrong_type(entry, value, "table")
            return Reader({}, self.file, place, [])
        return Reader(value, self.file, place, self.faults)

    def finish(self) -> None:
        """Report the entries that nobody asked for."""
        unknown = [entry for entry in self.table if entry not in self.asked]
        allowed = tuple(sorted(self.asked))
        for entry in unknown[:_MOST_UNKNOWN]:
            self.fault(str(entry), "unknown_key", entry, allowed=allowed)
        if len(unknown) > _MOST_UNKNOWN:
            self.fault(str(unknown[_MOST_UNKNOWN]), "more_rows", None, count=len(unknown) - _MOST_UNKNOWN)

    def _wrong_type(self, entry: str, value: object, expected: str) -> None:
        self.fault(entry, "wrong_type", value, expected=expected, found=_type_name(value))

    def _take(self, entry: str) -> object | None:
        """The entry, or ``None`` after recording that it is missing."""
        self.asked.add(entry)
        if entry not in self.table:
            self.fault(entry, "missing_key")
            return None
        return self.table[entry]


def _is_finite(value: float) -> bool:
    """Whether a number is finite as a float; a whole number of TOML can be too large for one."""
    return abs(value) <= sys.float_info.max


def _type_name(value: object) -> str:
    """Name of a TOML value's type, in the words of the fault ``wrong_type``."""
    for kind, name in _TYPE_NAMES:
        if isinstance(value, kind):
            return name
    return type(value).__name__
