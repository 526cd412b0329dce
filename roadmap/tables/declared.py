"""What a table of a scenario may hold, declared once.

The reader with its faults, the JSON Schema (:mod:`roadmap.tables.schema`) and the page of the documentation
(:mod:`roadmap.tables.documented`) all come of one :class:`Table`: columns, and the rules between them, in the order in
which a row is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Generic, Literal, Protocol, TypeVar

import pandas as pd

from roadmap import errors
from roadmap.tables import delimited, files, municipal, texts

Kind = Literal["text", "name", "names", "id", "word", "code", "whole", "number", "month", "municipality", "money"]
"""What a cell is: a text as it is written; a name or several, parted by ";", without the blanks around them; an id; one
of some words or numbered codes; a whole or real number; a month of the plan; key of a municipality; US dollars."""

NUMBERS: Final[Mapping[Kind, str]] = {
    "code": "integer",
    "whole": "integer",
    "month": "integer",
    "number": "number",
    "money": "number",
}
"""Kinds that are numbers, and how JSON Schema calls them."""

Values = dict[str, Any]
"""What the cells of a row say, by column; None, or an empty text, where a cell is blank or faulty."""

Where = TypeVar("Where")
"""What a reader must know to look names up."""


@dataclass(frozen=True)
class Column(Generic[Where]):
    """A column.

    Attributes
    ----------
    name, kind
        Its heading and what its cells are.
    says
        What it holds, in a line.
    unit
        Of its numbers.
    low, high
        Least and largest number allowed.
    allowed
        Words or codes allowed.
    pattern
        Regular expression for the whole of an id.
    blank
        What a blank cell means; None where it must be filled.
    may_be_absent
        Whether a table may do without the column; its cells then count as blank.
    reads
        Reads a cell in place of what the kind does, where names must be looked up.
    """

    name: str
    kind: Kind
    says: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    allowed: tuple[str | int, ...] = ()
    pattern: str = ""
    blank: str | None = None
    may_be_absent: bool = False
    reads: Callable[[delimited.Row, str, Where], object] | None = None

    @property
    def columns(self) -> tuple[Column[Where], ...]:
        """The column itself."""
        return (self,)

    def until(self, last_month: int) -> Column[Where]:
        """Return the column of a plan that ends with a month: of months, none lies after it."""
        return replace(self, high=last_month) if self.kind == "month" else self

    def value(self, row: delimited.Row, where: Where, *, optional: bool) -> object:
        """Return what the cell of a row says; what is wrong is noted in it."""
        if self.reads is not None:
            return self.reads(row, self.name, where)
        return _VALUE[self.kind](row, self, optional)

    def read(self, row: delimited.Row, values: Values, where: Where) -> None:
        """Put what the cell says to the values of the row."""
        values[self.name] = self.value(row, where, optional=self.blank is not None)


class Step(Protocol[Where]):
    """A column, or a rule between columns, in its place in the reading of a row."""

    @property
    def columns(self) -> tuple[Column[Where], ...]:
        """Columns that it reads."""

    def until(self, last_month: int) -> Step[Where]:
        """Return the step for a plan that ends with a month."""

    def read(self, row: delimited.Row, values: Values, where: Where) -> None:
        """Put what its cells say to the values of the row and note what is wrong."""


@dataclass(frozen=True)
class Table(Generic[Where]):
    """A table.

    Attributes
    ----------
    file
        Name of its file.
    says
        What it holds, and what a row of it is.
    steps
        Columns and rules, in the order of reading.
    order
        Names of the columns in the order of the file, where that is another one.
    key
        Column that holds the identity of a row.
    apart
        Columns of a place and of its first and last month: no two rows name one place in the same month.
    further
        What else must hold, in sentences: what a reader checks over all rows.
    translated
        Columns whose texts may stand in further languages, each in a column of its own (``title.es``).
    may_be_absent
        Whether a scenario may do without it.
    """

    file: str
    says: str
    steps: tuple[Step[Where], ...]
    order: tuple[str, ...] = ()
    key: str = ""
    apart: tuple[str, str, str] | None = None
    further: tuple[str, ...] = ()
    translated: tuple[str, ...] = ()
    may_be_absent: bool = True

    @cached_property
    def columns(self) -> tuple[Column[Where], ...]:
        """Every column, in the order of the file."""
        named = {column.name: column for step in self.steps for column in step.columns}
        return tuple(named[name] for name in self.order or named)

    @cached_property
    def translations(self) -> Mapping[str, Mapping[str, Column[Where]]]:
        """The columns of further languages, by the column that they translate and by language."""
        kinds = {column.name: column.kind for column in self.columns}
        return {
            name: {
                language: Column(
                    f"{name}.{language}",
                    kinds[name],
                    f"`{name}` for readers of `{language}`.",
                    blank=f"as `{name}` says",
                    may_be_absent=True,
                )
                for language in texts.LANGUAGES
            }
            for name in self.translated
        }

    @cached_property
    def every_column(self) -> tuple[Column[Where], ...]:
        """Every column, with those of further languages last."""
        return (*self.columns, *(column for each in self.translations.values() for column in each.values()))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in the order of the file."""
        return tuple(column.name for column in self.columns)

    @property
    def dtypes(self) -> Mapping[str, str]:
        """Type of each column in a frame: int64, Int64 where it may be blank, float64; all else is text."""
        return {column.name: _DTYPES.get((column.kind, column.blank is not None), "str") for column in self.columns}

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that must be there."""
        return tuple(column.name for column in self.columns if not column.may_be_absent)

    @property
    def optional(self) -> tuple[str, ...]:
        """Names of the columns that may be there."""
        return tuple(column.name for column in self.every_column if column.may_be_absent)

    def until(self, last_month: int) -> Table[Where]:
        """Return the table for a plan that ends with a month: no month of it lies after that one."""
        return replace(self, steps=tuple(step.until(last_month) for step in self.steps))

    def read(
        self, path: Path | files.File, faults: list[errors.Fault], where: Where
    ) -> Iterator[tuple[delimited.Row, Values]]:
        """Yield every row that has as many cells as the header, with what its cells say; each is read as it comes.

        Parameters
        ----------
        path
            The file.
        faults
            Collects what is wrong.
        where
            What columns and rules look names up in.
        """
        rows = delimited.read(
            path, faults, required=self.required, optional=self.optional, may_be_absent=self.may_be_absent
        )
        for row in rows:
            yield row, self.values(row, where)

    def read_sound(
        self, path: Path | files.File, faults: list[errors.Fault], where: Where
    ) -> tuple[list[Values], list[delimited.Row]]:
        """Return what the rows without fault say, and every row; rows that are not :attr:`apart` are noted as well.

        Parameters
        ----------
        path, faults, where
            As in :meth:`read`.
        """
        pairs = list(self.read(path, faults, where))
        sound = [(row, values) for row, values in pairs if not row.faulty]
        if self.apart is not None:
            place, first, last = self.apart
            delimited.note_overlaps((row, values[place], values[first], values[last]) for row, values in sound)
        return [values for _, values in sound], [row for row, _ in pairs]

    def values(self, row: delimited.Row, where: Where) -> Values:
        """Return what the cells of a row say; what is wrong is noted in it."""
        values: Values = {}
        for step in self.steps:
            step.read(row, values, where)
        for name, columns in self.translations.items():
            said = {language: str(column.value(row, where, optional=True)) for language, column in columns.items()}
            others = {language: text for language, text in said.items() if text}
            if others and values[name]:
                values[name] = texts.Text(values[name], others)
            elif others and not row.cells[name].strip():
                row.fault(columns[next(iter(others))].name, "nothing_to_translate", other=name)
        return values


def cvegeo(keys: Callable[[Where], municipal.Keys]) -> Column[Where]:
    """Return the column of a municipality's key.

    Parameters
    ----------
    keys
        Returns the keys there are, of what a reader knows.
    """
    return Column(
        "cvegeo",
        "municipality",
        "Key of a municipality, as the geography writes it.",
        reads=lambda row, name, where: row.cvegeo(name, keys(where)),
    )


def frame(rows: Sequence[Values], table: Table[Any]) -> pd.DataFrame:
    """Return what rows without fault say, with the columns and :attr:`Table.dtypes` of their table."""
    records = [[values[name] for name in table.names] for values in rows]
    return pd.DataFrame(records, columns=list(table.names)).astype(dict(table.dtypes))


def listed(text: str) -> tuple[str, ...]:
    """Return the names in a cell, parted by ";"."""
    return tuple(name.strip() for name in text.split(";") if name.strip())


_DTYPES: Final[Mapping[tuple[Kind, bool], str]] = {
    **dict.fromkeys((("whole", False), ("month", False)), "int64"),
    **dict.fromkeys((("whole", True), ("month", True)), "Int64"),
    **dict.fromkeys((("number", False), ("number", True)), "float64"),
}


def _identifier(row: delimited.Row, column: Column[Any], optional: bool) -> str:  # noqa: FBT001 - as all of _VALUE
    name = row.text(column.name, optional=optional).strip()
    if name and not re.fullmatch(column.pattern, name):
        row.fault(column.name, "bad_id", allowed=column.pattern)
        return ""
    return name


def _month(row: delimited.Row, column: Column[Any], optional: bool) -> int | None:  # noqa: FBT001
    low, high = _whole(column.low), _whole(column.high)
    if low is None or high is None:
        raise ValueError(f"`{column.name}` holds months and needs `low` and `high`.")
    return row.month(column.name, low=low, high=high, optional=optional)


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _words(allowed: Sequence[str | int]) -> tuple[str, ...]:
    return tuple(map(str, allowed))


_VALUE: Final[Mapping[Kind, Callable[[delimited.Row, Column[Any], bool], object]]] = {
    "text": lambda row, column, optional: row.text(column.name, optional=optional),
    "name": lambda row, column, optional: row.text(column.name, optional=optional).strip(),
    "id": _identifier,
    "word": lambda row, column, optional: row.choice(column.name, _words(column.allowed), optional=optional),
    "whole": lambda row, column, optional: row.integer(
        column.name, low=_whole(column.low), high=_whole(column.high), optional=optional
    ),
    "number": lambda row, column, optional: row.number(
        column.name, low=column.low, high=column.high, optional=optional
    ),
    "month": _month,
}
"""How a cell of each kind is read where a table is read row by row and nothing must be looked up."""
