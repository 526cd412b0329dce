"""Rules between the columns of a declared table: each notes its fault, says itself in a sentence and as JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Literal

from roadmap.tables import delimited
from roadmap.tables.declared import Column, Values, Where

Fragment = Mapping[str, Any]
"""A part of a JSON Schema that a row must satisfy."""

Unsure = Literal["required", "optional", "unread"]

_FILLED: Final[Fragment] = {"not": {"type": "null"}}
_BLANK: Final[Fragment] = {"type": "null"}


class Rule(Generic[Where]):
    """A rule between columns that were read before, or that it reads itself."""

    @property
    def columns(self) -> tuple[Column[Where], ...]:
        """Columns that it reads."""
        return ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """The rule in words."""
        raise NotImplementedError

    def until(self, last_month: int) -> Rule[Where]:  # noqa: ARG002 - as every step
        """Return the rule for a plan that ends with a month; no rule reads months itself."""
        return self

    @property
    def fragments(self) -> tuple[Fragment, ...]:
        """The rule as JSON Schema; none where that cannot say it, as of two numbers which is larger."""
        return ()

    def read(self, row: delimited.Row, values: Values, where: Where) -> None:
        """Put what its cells say to the values of the row and note what is wrong."""
        raise NotImplementedError


@dataclass(frozen=True)
class Ordered(Rule[Where]):
    """Of two columns one is never larger than the other.

    Attributes
    ----------
    lower, upper
        The columns, which were read before.
    at
        The one of them whose cell is at fault.
    key
        The fault: ``not_in_order`` names the other column, any other the lower value as ``first``.
    strict
        Whether they must not be equal either.
    """

    lower: str
    upper: str
    at: str
    key: str = "not_in_order"
    strict: bool = False

    @property
    def sentences(self) -> tuple[str, ...]:
        """The rule in words."""
        return (f"`{self.upper}` is {'more than' if self.strict else 'at least'} `{self.lower}`.",)

    def read(self, row: delimited.Row, values: Values, where: Where) -> None:  # noqa: ARG002 - as every step
        """Note a fault where both are known and not in order."""
        lower, upper = values[self.lower], values[self.upper]
        if lower is None or upper is None or lower < upper or (lower == upper and not self.strict):
            return
        if self.key == "not_in_order":
            row.fault(self.at, self.key, other=self.lower if self.at == self.upper else self.upper)
        else:
            row.fault(self.at, self.key, first=lower)


@dataclass(frozen=True)
class Either(Rule[Where]):
    """The cells of one group of columns are filled, and those of the other are blank.

    Attributes
    ----------
    ones, others
        The groups; a group counts as filled where any cell of it is.
    key
        The fault, at the first column of `ones` where both are blank, of `others` where both are filled.
    """

    ones: tuple[Column[Where], ...]
    others: tuple[Column[Where], ...]
    key: str

    @property
    def columns(self) -> tuple[Column[Where], ...]:
        """Both groups."""
        return (*self.ones, *self.others)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The rule in words."""
        groups = (" and ".join(f"`{column.name}`" for column in group) for group in (self.ones, self.others))
        return (f"Either {' or '.join(groups)} is given, and the other left blank.",)

    @property
    def fragments(self) -> tuple[Fragment, ...]:
        """The rule as JSON Schema."""
        pairs = ((self.ones, self.others), (self.others, self.ones))
        return ({"oneOf": [_row(filled=_names(filled), blank=_names(blank)) for filled, blank in pairs]},)

    def read(self, row: delimited.Row, values: Values, where: Where) -> None:
        """Read the group that is filled, each cell of which must be."""
        values |= {column.name: None for column in self.columns}
        first, second = (not all(row.is_empty(name) for name in _names(group)) for group in (self.ones, self.others))
        if first == second:
            row.fault((self.others if first else self.ones)[0].name, self.key)
            return
        for column in self.ones if first else self.others:
            values[column.name] = column.value(row, where, optional=False)


@dataclass(frozen=True)
class Needed(Rule[Where]):
    """A cell that may be blank is filled where another column holds certain words, or anything.

    Attributes
    ----------
    name
        The column, which was read before.
    by, words
        The column of words, and the words that need it.
    beside
        A column whose value needs it, whatever it is.
    """

    name: str
    by: str
    words: tuple[str, ...]
    beside: str = ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """The rule in words."""
        other = f", or `{self.beside}` is given" if self.beside else ""
        return (f"`{self.name}` is filled where `{self.by}` is {_either(self.words)}{other}.",)

    @property
    def fragments(self) -> tuple[Fragment, ...]:
        """The rule as JSON Schema."""
        cases = [_row(words={self.by: self.words})] + ([_row(filled=[self.beside])] if self.beside else [])
        return tuple({"if": case, "then": _row(filled=[self.name])} for case in cases)

    def read(self, row: delimited.Row, values: Values, where: Where) -> None:  # noqa: ARG002 - as every step
        """Note a fault where the cell is blank and needed."""
        needed = values[self.by] in self.words or (bool(self.beside) and values[self.beside] is not None)
        if needed and row.is_empty(self.name):
            row.fault(self.name, "empty")


@dataclass(frozen=True)
class Allotted(Generic[Where]):
    """A column whose cell is filled for some words of another column, and blank for the others.

    Attributes
    ----------
    column
        The column.
    words
        Words that need it.
    unsure
        How its cell is read where the word itself is faulty.
    """

    column: Column[Where]
    words: tuple[str, ...]
    unsure: Unsure


@dataclass(frozen=True)
class Only(Rule[Where]):
    """Cells that are filled for some words of another column, and blank for the others.

    Attributes
    ----------
    by
        The column of words, which was read before.
    allotted
        The columns.
    order
        Their names in the order of reading, where it is another one.
    """

    by: str
    allotted: tuple[Allotted[Where], ...]
    order: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[Column[Where], ...]:
        """The columns."""
        return tuple(one.column for one in self.allotted)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The rules in words."""
        return tuple(
            f"`{one.column.name}` is filled where `{self.by}` is {_either(one.words)}, and blank otherwise."
            for one in self.allotted
        )

    @property
    def fragments(self) -> tuple[Fragment, ...]:
        """The rules as JSON Schema."""
        return tuple(
            {
                "if": _row(words={self.by: one.words}),
                "then": _row(filled=[one.column.name]),
                "else": _row(blank=[one.column.name]),
            }
            for one in self.allotted
        )

    def read(self, row: delimited.Row, values: Values, where: Where) -> None:
        """Note the cells that ought to be blank, then read those that ought to be filled."""
        word = values[self.by]
        ways: dict[str, tuple[Column[Where], Unsure]] = {}
        for one in self.allotted:
            name = one.column.name
            way = one.unsure if not word else "required" if word in one.words else "unread"
            if word and way == "unread" and not row.is_empty(name):
                row.fault(name, "figure_not_used", kind=word)
            values[name] = None
            ways[name] = one.column, way
        for name in self.order or ways:
            column, way = ways[name]
            if way != "unread":
                values[name] = column.value(row, where, optional=way == "optional")


@dataclass(frozen=True)
class Fits(Rule[Where]):
    """What a column may hold depends on a word of another one; only tables that are read column by column have it.

    Attributes
    ----------
    name
        The column.
    by
        The column of words.
    allowed
        What fits each word.
    """

    name: str
    by: str
    allowed: Mapping[str, tuple[str | int, ...]]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The rule in words."""
        cases = "; ".join(f"`{word}`: {', '.join(map(str, fits))}" for word, fits in self.allowed.items())
        return (f"`{self.name}` fits `{self.by}` ({cases}).",)

    @property
    def fragments(self) -> tuple[Fragment, ...]:
        """The rule as JSON Schema."""
        return tuple(
            {"if": _row(words={self.by: [word]}), "then": _row(words={self.name: fits})}
            for word, fits in self.allowed.items()
        )


@dataclass(frozen=True)
class Checked(Rule[Where]):
    """What only a table's own function can check.

    Attributes
    ----------
    says
        What must hold, in a sentence.
    check
        Notes what is wrong with a row; it may fill in what its blank cells mean.
    """

    says: str
    check: Callable[[delimited.Row, Values, Where], None]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The rule in words."""
        return (self.says,)

    def read(self, row: delimited.Row, values: Values, where: Where) -> None:
        """Have the row checked."""
        self.check(row, values, where)


def _names(columns: Sequence[Column[Any]]) -> tuple[str, ...]:
    return tuple(column.name for column in columns)


def _either(words: Sequence[str]) -> str:
    return " or ".join(f"`{word}`" for word in words)


def _row(
    *, filled: Sequence[str] = (), blank: Sequence[str] = (), words: Mapping[str, Sequence[str | int]] | None = None
) -> Fragment:
    """A schema of the rows in which some cells are filled, some blank, and some hold one of some words."""
    cells = {**dict.fromkeys(filled, _FILLED), **dict.fromkeys(blank, _BLANK)}
    cells |= {name: {"enum": list(allowed)} for name, allowed in (words or {}).items()}
    return {"properties": cells, "required": list(cells)}
