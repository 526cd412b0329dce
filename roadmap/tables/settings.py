"""What a file of settings may hold, declared once at the fields of a dataclass.

The reader with its faults, the JSON Schema and the page of the documentation come of the same :class:`Entry`, as those
of a table do of its columns in :mod:`roadmap.tables.declared`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, Self

from roadmap import errors
from roadmap.tables import ranged

Kind = Literal["parameter", "number", "whole", "text", "flag"]
"""What an entry is: a table ``{ value, low, high }`` of numbers, a number, a whole number, a text, true or false."""

NAMES: Final[Mapping[Kind, str]] = {"number": "number", "whole": "integer", "text": "string", "flag": "boolean"}
"""Kinds but parameters, and how JSON Schema calls them."""

NUMBER: Final = "<number>"
"""Stands in the dotted name of a table for a number from 1 on: one such table for each phase of the plan."""


class Range(NamedTuple):
    """The value of a parameter, and the range an ensemble may draw it from."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Entry:
    """An entry of a file of settings.

    Attributes
    ----------
    name
        Its key.
    section
        Table of the file it stands in, ``""`` at the top.
    kind
        What it is.
    says
        What it means, in a line.
    unit, symbol
        Key of its unit, and its symbol in LaTeX.
    low, high
        Least and largest number allowed.
    allowed
        Words allowed.
    default
        What a faulty one reads as; of a parameter the least value.
    """

    name: str
    section: str
    kind: Kind
    says: str
    unit: str = ""
    symbol: str = ""
    low: float = -math.inf
    high: float = math.inf
    allowed: tuple[str, ...] = ()
    default: Any = None

    def read(self, table: ranged.Reader) -> Any:  # noqa: ANN401 - of the type of its field
        """Return the entry of a table that is no parameter, its default after a fault."""
        return _READ[self.kind](table, self)

    def read_range(self, table: ranged.Reader) -> Range:
        """Return a parameter, NaN where its value is wrong.

        Parameters
        ----------
        table
            The table it stands in.
        """
        reader = table.sub(self.name)
        # NaN, where the value is wrong, compares as in order with anything: one fault, not three.
        value = reader.number("value", math.nan, low=self.low, high=self.high)
        low, high = (
            reader.number(end, value, low=self.low, high=self.high) if reader.has(end) else value
            for end in ("low", "high")
        )
        reader.finish()
        if low > value:
            reader.fault("low", "not_in_order", low, other=value)
        if high < value:
            reader.fault("high", "not_in_order", high, other=value)
        return Range(value, low, high)


def entry(section: str, kind: Kind, says: str, **further: Any) -> dict[str, Any]:  # noqa: ANN401 - as in Entry
    """Return the metadata by which a field declares an :class:`Entry` of its name and default.

    Parameters
    ----------
    section, kind, says, further
        As in :class:`Entry`.
    """
    return {"section": section, "kind": kind, "says": says, **further}


def entries(owner: type) -> tuple[Entry, ...]:
    """Return what the fields of a dataclass declare, in their order."""
    return tuple(
        Entry(field.name, default=None if field.default is dataclasses.MISSING else field.default, **field.metadata)
        for field in dataclasses.fields(owner)
        if "section" in field.metadata
    )


def by_section(owner: type) -> dict[str, list[Entry]]:
    """Return what the fields of a dataclass declare by the table of the file, in the order of declaration."""
    sections: dict[str, list[Entry]] = {}
    for declared in entries(owner):
        sections.setdefault(declared.section, []).append(declared)
    return sections


class Settings:
    """What a file of settings says."""

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object], file: str = "") -> tuple[Self, tuple[errors.Fault, ...]]:
        """Read the settings of a scenario.

        Parameters
        ----------
        mapping
            The parsed file.
        file
            Its name, for the faults; the usual one if not given.

        Returns
        -------
        tuple
            The settings, and every fault of the file. Wrong entries read as their defaults; settings with faults
            are for further checks only. Nothing is raised.
        """
        reader = ranged.Reader(mapping, file or cls.file_name())
        return cls.read(reader), tuple(reader.faults)

    @classmethod
    def file_name(cls) -> str:
        """Return the usual name of the file."""
        raise NotImplementedError

    @classmethod
    def says(cls) -> str:
        """Return what the file holds, in a sentence or two."""
        raise NotImplementedError

    @classmethod
    def sections(cls) -> Mapping[str, Sequence[Entry]]:
        """Return what each table of the file may hold, by its dotted name; ``""`` is the top of the file."""
        return by_section(cls)

    @classmethod
    def read(cls, reader: ranged.Reader) -> Self:
        """Return what a file says, having noted its faults in the reader."""
        raise NotImplementedError


_READ: Final[Mapping[Kind, Callable[[ranged.Reader, Entry], object]]] = {
    "number": lambda table, entry: table.number(entry.name, entry.default, low=entry.low, high=entry.high),
    "whole": lambda table, entry: table.integer(entry.name, entry.default, low=int(entry.low), high=int(entry.high)),
    "text": lambda table, entry: table.text(entry.name, entry.default, allowed=entry.allowed),
    "flag": lambda table, entry: table.flag(entry.name, default=entry.default),
}
