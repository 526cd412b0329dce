"""Read a large table strictly, column by column, and gather its faults without growing with them.

:mod:`roadmap.tables.delimited` reads row by row, which is right for hundreds of rows. A ledger may have hundreds of
thousands: here a check runs once over a whole column, or once over each distinct value of it, and only the
cells that fail are looked at one by one. Rows are counted as a spreadsheet shows them.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv

from roadmap.errors import Fault
from roadmap.tables import delimited, files, noted

MAX_BYTES: Final = 64_000_000
MAX_NOTED: Final = noted.MAX_LISTED
MAX_PLAIN: Final = 1_000
"""Columns of a table that is read fast; the fast reader takes minutes for millions of them."""


class Problem(NamedTuple):
    """What is wrong with a text.

    Attributes
    ----------
    key
        Of :data:`roadmap.errors.FAULTS`.
    values
        What a sentence about it needs.
    part
        The part of the cell that is wrong; None for all of it.
    """

    key: str
    values: Mapping[str, object] = MappingProxyType({})
    part: str | None = None


EMPTY: Final = Problem("empty")


@dataclass(frozen=True, eq=False)
class Column:
    """The texts of a column, without blanks around them, each distinct one once.

    Attributes
    ----------
    codes
        Which of `names` stands in each row, ``(rows,)``.
    names
        Distinct texts, in the order in which they first occur.
    """

    codes: NDArray[np.int64]
    names: tuple[str, ...]

    @cached_property
    def texts(self) -> NDArray[np.object_]:
        """The text of each row."""
        return np.array(self.names, dtype=object)[self.codes]

    def among(self, wanted: Collection[str]) -> NDArray[np.bool_]:
        """Marks the rows that hold one of some texts; a text that no row holds finds none."""
        return self.mapped([name in wanted for name in self.names], bool)

    def mapped(self, values: Sequence[object], dtype: type) -> NDArray[Any]:
        """One value for each distinct text, put in every row."""
        return np.array(values, dtype=dtype)[self.codes]


@dataclass(frozen=True, eq=False)
class Table:
    """A table as text.

    Attributes
    ----------
    file
        Name of the file, for the faults.
    rows
        Row of each record as a spreadsheet shows it, ``(rows,)``.
    columns
        By name.
    faults
        Collects what is wrong.
    """

    file: str
    rows: NDArray[np.int64]
    columns: Mapping[str, Column]
    faults: list[Fault] = field(repr=False)

    def __len__(self) -> int:
        """Number of records."""
        return len(self.rows)

    def match(self, name: str, pattern: str, problem: Problem) -> NDArray[np.bool_]:
        """Check each distinct text of a column against a pattern.

        Parameters
        ----------
        name
            The column.
        pattern
            Regular expression for the whole text.
        problem
            What is wrong with a text that does not match; a blank one is ``empty``.

        Returns
        -------
        numpy.ndarray
            Whether each row is good, ``(rows,)``.
        """
        column = self.columns[name]
        good = matches(column.names, pattern)
        problems = [None if fine else problem if text else EMPTY for fine, text in zip(good, column.names, strict=True)]
        return self.note(name, column.codes, problems)

    def check(self, name: str, problem: Callable[[str], Problem | None]) -> NDArray[np.bool_]:
        """Check each distinct text of a column once.

        Parameters
        ----------
        name
            The column.
        problem
            What is wrong with a text, None where it is good.

        Returns
        -------
        numpy.ndarray
            Whether each row is good, ``(rows,)``.
        """
        column = self.columns[name]
        return self.note(name, column.codes, [problem(value) for value in column.names])

    def note(
        self, name: str, which: NDArray[np.int64], problems: Sequence[Problem | Sequence[Problem] | None]
    ) -> NDArray[np.bool_]:
        """Note what is wrong with each row, the first rows in full.

        Parameters
        ----------
        name
            The column that the faults name.
        which
            Which of `problems` each row has, ``(rows,)``.
        problems
            One, several, or none.

        Returns
        -------
        numpy.ndarray
            Whether each row is good, ``(rows,)``.
        """
        good = np.array([not wrong for wrong in problems], dtype=bool)[which]
        bad = np.flatnonzero(~good)
        column = self.columns[name]
        for row in bad[:MAX_NOTED]:
            wrong = problems[which[row]]
            for problem in [wrong] if isinstance(wrong, Problem) else wrong or ():
                value = column.names[column.codes[row]] if problem.part is None else problem.part
                fault = Fault(self.file, int(self.rows[row]), name, value, problem.key, dict(problem.values))
                self.faults.append(fault)
        if len(bad) > MAX_NOTED:
            self.faults.append(_more(self.file, int(self.rows[bad[MAX_NOTED]]), name, len(bad)))
        return good


def read(
    path: Path | files.File,
    faults: list[Fault],
    *,
    required: Sequence[str],
    optional: Sequence[str] = (),
    limit: int = MAX_BYTES,
    may_be_absent: bool = False,
) -> Table | None:
    """Read a comma separated table as text.

    Parameters
    ----------
    path
        The file; UTF-8.
    faults
        Collects what is wrong, now and later when columns are checked.
    required, optional
        Columns that must and may be there, in any order; any other column is a fault. An optional column
        that is not there reads as blank.
    limit
        Largest size in bytes.
    may_be_absent
        Whether the file need not be there.

    Returns
    -------
    Table or None
        Records that have as many cells as the header; blank ones are passed over. None when the file or
        its header cannot be used, and without a fault when there is no file and none is needed.
    """
    file = files.of(path)
    raw = delimited.read_bytes(file, faults, optional=may_be_absent, limit=limit)
    text = None if raw is None else delimited.decode(raw, file.name, faults)
    if text is None:
        return None
    plain = _plain(text)
    records = _records(text, file.name, faults) if plain is None else [[str(cells[0]) for cells in plain]]
    header = [name.strip() for name in records[0]] if records else []
    if not delimited.is_readable(header, file.name, faults, required=required, optional=optional):
        return None
    asked = {*required, *optional}
    places = {name: place for place, name in enumerate(header) if name in asked}
    if plain is None:
        body, numbers = _even(records[1:], len(header), file.name, faults)
        flat = list(itertools.chain.from_iterable(body))
        cells = {name: pa.array(flat[place :: len(header)], type=pa.string()) for name, place in places.items()}
    else:
        numbers = np.arange(2, len(plain[0]) + 1)
        cells = {name: plain[place].slice(1) for name, place in places.items()}
    blank = pa.array([""] * len(numbers), type=pa.string())
    return Table(file.name, numbers, {name: _column(cells.get(name, blank)) for name in (*required, *optional)}, faults)


def _plain(text: str) -> list[pa.Array] | None:
    """Return the columns of a table in which every line is a record, header included, and None for any other.

    Such a table has no quotes, as many commas in every line, not very many, and no line that begins blank; nearly
    every long one is so, and it is read many times faster.
    """
    if '"' in text or text.count("\r") != text.count("\r\n"):
        return None
    raw = text.rstrip("\r\n").encode() + b"\n"
    signs = np.frombuffer(raw, dtype=np.uint8)
    starts = np.append(0, np.flatnonzero(signs == ord("\n"))[:-1] + 1)
    commas = np.add.reduceat(signs == ord(","), starts, dtype=np.int64)
    if commas[0] >= MAX_PLAIN or (commas != commas[0]).any():
        return None
    names = [str(place) for place in range(int(commas[0]) + 1)]
    table = arrow_csv.read_csv(
        io.BytesIO(raw),
        read_options=arrow_csv.ReadOptions(column_names=names, block_size=len(raw) + 1),
        parse_options=arrow_csv.ParseOptions(quote_char=False, ignore_empty_lines=False),
        convert_options=arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    )
    columns = [column.combine_chunks() for column in table.columns]
    begins_blank = pc.any(pc.equal(pc.utf8_trim_whitespace(columns[0]), "")).as_py()
    return None if begins_blank or len(columns[0]) != len(starts) else columns


def _even(
    records: list[list[str]], count: int, file: str, faults: list[Fault]
) -> tuple[list[list[str]], NDArray[np.int64]]:
    """Return the records that have so many cells, and their rows; blank ones are passed over, others noted."""
    numbers = np.arange(2, len(records) + 2)
    lengths = np.fromiter(map(len, records), dtype=np.int64, count=len(records))
    starts_blank = [not cells or not cells[0].strip() for cells in records]
    blank = np.zeros(len(records), dtype=bool)
    for row in np.flatnonzero(starts_blank):
        blank[row] = not any(map(str.strip, records[row]))
    ragged = np.flatnonzero(~blank & (lengths != count))
    for row in ragged[:MAX_NOTED]:
        values = {"expected": count, "found": int(lengths[row])}
        faults.append(Fault(file, int(numbers[row]), None, None, "cell_count", values))
    if len(ragged) > MAX_NOTED:
        faults.append(_more(file, int(numbers[ragged[MAX_NOTED]]), None, len(ragged)))
    kept = np.flatnonzero(~blank & (lengths == count))
    return records if len(kept) == len(records) else [records[row] for row in kept], numbers[kept]


def _more(file: str, row: int, column: str | None, count: int) -> Fault:
    """The fault that stands for those which are not listed one by one."""
    return Fault(file, row, column, None, "more_rows", {"count": count - MAX_NOTED})


def _column(cells: pa.Array) -> Column:
    """Distinct texts without the blanks around them, and which of them each cell is."""
    encoded = cells.dictionary_encode()
    again = pc.utf8_trim_whitespace(encoded.dictionary).dictionary_encode()
    codes = again.indices.take(encoded.indices).to_numpy(zero_copy_only=False)
    return Column(codes.astype(np.int64), tuple(again.dictionary.to_pylist()))


def matches(texts: Sequence[str], pattern: str) -> NDArray[np.bool_]:
    """Whether each text as a whole matches a regular expression (RE2)."""
    matched = pc.match_substring_regex(pa.array(texts, type=pa.string()), f"^(?:{pattern})$")
    return np.array(matched.to_numpy(zero_copy_only=False), dtype=bool)


def _records(text: str, file: str, faults: list[Fault]) -> list[list[str]]:
    """Return every record; where a quote is broken, those before it, with a fault."""
    records: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        # what was read before an error stays
        records.extend(reader)
    except csv.Error as error:
        key, values = delimited.quoting(error)
        faults.append(Fault(file, len(records) + 1, None, None, key, values))
    return records
