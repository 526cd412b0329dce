"""Read the text and tables of a folder strictly, and gather every fault on the way.

Cells stay text until they are asked for as something else, so that a key keeps its leading zero
and an empty cell never becomes a number. Rows are counted as a spreadsheet shows them: the header
is row 1.
"""

from __future__ import annotations

import csv
import difflib
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from geo import matching
from roadmap import errors
from roadmap.errors import Fault
from roadmap.tables import files, municipal, noted

MAX_BYTES = 20_000_000
MAX_ROWS = 20_000
"""Rows of a table that is read row by row; every municipality in eight periods is fewer."""
MAX_CELL = 20_000
MAX_NAME = 200
"""Signs of a text that are looked at to find what may be meant by it."""

_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_CLOSE = 0.8
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


_FOREIGN = {
    b"PK\x03\x04": "workbook",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "workbook",
    b"\xff\xfe": "utf16",
    b"\xfe\xff": "utf16",
}
"""First bytes of files that hold no plain text in UTF-8: workbooks, new and old, and UTF-16 or 32 with its mark."""

N = TypeVar("N", int, float)


def read_bytes(
    path: Path | files.File, faults: list[Fault], *, optional: bool = False, limit: int = MAX_BYTES
) -> bytes | None:
    """Return the bytes of a file, or None with faults that say why not.

    Parameters
    ----------
    path : Path or File
    faults : list of Fault
        Collects what is wrong, and files beside it that may be meant by its name.
    optional : bool
        Whether the file need not be there; then that is no fault.
    limit : int
        Largest size in bytes.
    """
    return files.of(path).read(faults, limit=limit, optional=optional)


def decode(raw: bytes, file: str, faults: list[Fault]) -> str | None:
    """Return bytes as text, or None with a fault that names the line.

    UTF-8 with or without a byte order mark; nothing else is guessed at.

    Parameters
    ----------
    raw : bytes
    file : str
        Name for the faults.
    faults : list of Fault
        Collects what is wrong.
    """
    if not raw.strip():
        faults.append(Fault(file, None, None, None, "file_empty"))
        return None
    foreign = next((key for start, key in _FOREIGN.items() if raw.startswith(start)), None)
    if foreign is not None:
        faults.append(Fault(file, None, None, None, foreign))
        return None
    nul = raw.find(b"\0")
    if nul >= 0:
        faults.append(Fault(file, raw.count(b"\n", 0, nul) + 1, None, None, "nul_byte"))
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # positions count from behind a byte order mark
        start = error.start + (3 if raw.startswith(b"\xef\xbb\xbf") else 0)
        values = {"byte": f"0x{raw[start]:02x}"}
        faults.append(Fault(file, raw.count(b"\n", 0, start) + 1, None, None, "not_utf8", values))
        return None
    if not text.strip():
        faults.append(Fault(file, None, None, None, "file_empty"))
        return None
    return text


def control_character(value: str) -> str | None:
    """Return the code of the first control character in a text, such as ``"U+0007"``, or None.

    Tab and line ends are allowed; the others can be written in no XML, so no slide, document or
    vector picture could carry them.
    """
    match = _CONTROL.search(value)
    return None if match is None else f"U+{ord(match.group()):04X}"


@dataclass(frozen=True)
class Row:
    """One row of a table, its cells as text, which reads them and notes what is wrong.

    Parameters
    ----------
    file : str
    row : int
        Row as a spreadsheet shows it.
    cells : mapping
        Column name to the text of the cell; a column that is not in the file is absent.
    notes : noted.Notes
        Collects what is wrong, shared by the rows of the table.
    """

    file: str
    row: int
    cells: Mapping[str, str]
    notes: noted.Notes = field(repr=False)

    @property
    def faulty(self) -> bool:
        """Whether anything is wrong with it, as far as it was read."""
        return self.row in self.notes.rows

    def fault(self, column: str | None, key: str, **values: object) -> None:
        """Note a fault in this row; a value that takes time to find is given as a function."""
        value = None if column is None else self.cells.get(column)
        self.notes.add(self.row, column, value, key, values)

    def is_empty(self, column: str) -> bool:
        """Return whether the cell is blank or the column absent."""
        return not self.cells.get(column, "").strip()

    def text(self, column: str, *, optional: bool = False) -> str:
        """Return the cell as it is written; blank is a fault unless it is optional."""
        value = self.cells.get(column, "")
        if not value.strip():
            if not optional:
                self.fault(column, "empty")
            return ""
        code = control_character(value)
        if code is not None:
            self.fault(column, "control_character", code=code)
        elif len(value) > MAX_CELL:
            self.fault(column, "too_long", limit=MAX_CELL)
        return value

    def choice(self, column: str, allowed: Sequence[str], *, optional: bool = False) -> str:
        """Return the cell, one of the words allowed; ``""`` after a fault."""
        value = self.text(column, optional=optional).strip()
        if value and value not in allowed:
            self.fault(column, "unknown_choice", allowed=tuple(allowed))
            return ""
        return value

    def integer(
        self,
        column: str,
        *,
        low: int | None = None,
        high: int | None = None,
        optional: bool = False,
    ) -> int | None:
        """Return the cell as a whole number, or None when it is blank or faulty."""
        value = self._stripped(column, optional=optional)
        if not value:
            return None
        if not _WHOLE.fullmatch(value):
            self.fault(column, "not_finite" if _NOT_FINITE.fullmatch(value) else "whole_number")
            return None
        return self._within(column, int(value), low, high)

    def number(
        self,
        column: str,
        *,
        low: float | None = None,
        high: float | None = None,
        optional: bool = False,
    ) -> float | None:
        """Return the cell as a finite number, or None when it is blank or faulty."""
        value = self._stripped(column, optional=optional)
        if not value:
            return None
        if not _NUMBER.fullmatch(value):
            self.fault(column, "not_finite" if _NOT_FINITE.fullmatch(value) else "number")
            return None
        number = float(value)
        if not math.isfinite(number):
            self.fault(column, "not_finite")
            return None
        return self._within(column, number, low, high)

    def month(self, column: str, *, low: int, high: int, optional: bool = False) -> int | None:
        """Return the cell as a month of the plan, or None when it is blank or faulty."""
        month = self.integer(column, optional=optional)
        if month is not None and not low <= month <= high:
            self.fault(column, "month_out_of_range", low=low, high=high)
            return None
        return month

    def cvegeo(self, column: str, known: municipal.Keys | None) -> str:
        """Return the cell as a municipality's key; ``""`` after a fault.

        Parameters
        ----------
        column : str
        known : Keys, optional
            Without them only the form is checked.
        """
        value = self.text(column).strip()
        fault = municipal.fault(value, known) if value else None
        if fault is not None:
            self.fault(column, fault[0], **fault[1])
            return ""
        return value

    def _stripped(self, column: str, *, optional: bool) -> str:
        value = self.cells.get(column, "").strip()
        if not value and not optional:
            self.fault(column, "empty")
        return value

    def _within(self, column: str, number: N, low: N | None, high: N | None) -> N | None:
        if (low is not None and number < low) or (high is not None and number > high):
            self.fault(column, "out_of_range", low=low, high=high)
            return None
        return number


def read(
    path: Path | files.File,
    faults: list[Fault],
    *,
    required: Sequence[str],
    optional: Sequence[str] = (),
    may_be_absent: bool = False,
    notes: noted.Notes | None = None,
) -> list[Row]:
    """Read a comma separated table as text.

    Parameters
    ----------
    path : Path or File
    faults : list of Fault
        Collects what is wrong, now and later when the cells are read.
    required, optional : sequence of str
        Columns that must and may be there, in any order; any other column is a fault.
    may_be_absent : bool
        Whether the file need not be there.
    notes : noted.Notes, optional
        In place of notes of the table's own: afterwards it knows every faulty row, also where none could be read.

    Returns
    -------
    list of Row
        Rows that have as many cells as the header; blank rows are passed over. Empty when the
        header cannot be used, or there are more than :data:`MAX_ROWS`.
    """
    file = files.of(path)
    raw = read_bytes(file, faults, optional=may_be_absent)
    text = None if raw is None else decode(raw, file.name, faults)
    if text is None:
        return []
    notes = noted.Notes(file.name, faults) if notes is None else notes
    records = list(_records(text, notes))
    if len(records) > MAX_ROWS + 1:
        faults.append(Fault(file.name, None, None, None, "too_many_rows", {"limit": MAX_ROWS}))
        return []
    header = [name.strip() for name in records[0][1]] if records else []
    if not records or not is_readable(header, file.name, faults, required=required, optional=optional):
        return []
    rows = []
    for number, cells in records[1:]:
        if len(cells) != len(header):
            notes.add(number, None, None, "cell_count", {"expected": len(header), "found": len(cells)})
        else:
            rows.append(Row(file.name, number, dict(zip(header, cells, strict=True)), notes))
    return rows


def _records(text: str, notes: noted.Notes) -> Iterator[tuple[int, list[str]]]:
    """Yield row number and cells of every row that is not blank, one more than may be at most."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = filled = 0
    while filled < MAX_ROWS + 2:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            notes.add(number, None, None, *quoting(error))
            return
        if any(cell.strip() for cell in cells):
            filled += 1
            yield number, cells


def quoting(error: csv.Error) -> tuple[str, dict[str, object]]:
    """Return the fault key and values of what the reader of quoted cells refused."""
    reason = str(error)
    if "limit" in reason:
        return "cell_too_long", {"limit": csv.field_size_limit()}
    return "quotes", {"reason": reason}


def is_readable(
    header: Sequence[str],
    file: str,
    faults: list[Fault],
    *,
    required: Sequence[str],
    optional: Sequence[str] = (),
) -> bool:
    """Return whether rows can be read under a header, noting everything that is wrong with it.

    Parameters
    ----------
    header : sequence of str
        Names of the columns as they stand there.
    file : str
        Name for the faults.
    faults : list of Fault
        Collects what is wrong.
    required, optional : sequence of str
        Columns that must and may be there.
    """
    allowed = (*required, *optional)
    if len(header) == 1 and header[0] not in allowed:
        separator = next((sign for sign in ";\t|" if sign in header[0]), None)
        if separator is not None:
            faults.append(Fault(file, 1, None, header[0], "wrong_separator", {"found": separator}))
            return False
    count = Counter(header)
    unknown = [name for name in count if name not in allowed]
    absent = [name for name in allowed if name not in count]
    for name in unknown[:noted.MAX_LISTED]:
        values = {"allowed": allowed, "suggestion": _column_meant(name, absent)}
        faults.append(Fault(file, 1, name, None, "unknown_column", values))
    twice = sorted(name for name, times in count.items() if times > 1)
    faults += [Fault(file, 1, name, None, "duplicate_column") for name in twice[:noted.MAX_LISTED]]
    missing = [name for name in required if name not in count]
    there = {"found": tuple(errors.cut(name) for name in header[:noted.MAX_LISTED])}
    faults += [Fault(file, 1, name, None, "missing_column", there) for name in missing]
    return not twice and not missing


def _column_meant(name: str, missing: Sequence[str]) -> str:
    """Return the column that a heading may mean, ``""`` when none is near."""
    folded = {matching.fold(column.replace("_", " ")): column for column in missing}
    near = difflib.get_close_matches(matching.fold(name.replace("_", " ")[:MAX_NAME]), folded, n=1, cutoff=_CLOSE)
    return folded[near[0]] if near else ""


def note_duplicates(rows: Iterable[tuple[Row, object]], column: str) -> None:
    """Note a fault for every row whose identity an earlier row has already.

    Parameters
    ----------
    rows : iterable of (Row, identity)
        The identity is any hashable value.
    column : str
        Column that the fault names.
    """
    first: dict[object, int] = {}
    for row, identity in rows:
        if identity in first:
            row.fault(column, "duplicate_row", first_row=first[identity])
        else:
            first[identity] = row.row


def note_overlaps(rows: Iterable[tuple[Row, str, int, int | None]]) -> None:
    """Note a fault for every row that covers a place at a time an earlier row covers.

    Parameters
    ----------
    rows : iterable of (Row, key, first, last)
        The place and its months, both included; None for an open end.
    """
    spans: dict[str, list[tuple[Row, int, int | None]]] = {}
    for row, key, first, last in rows:
        others = spans.setdefault(key, [])
        met = next((other for other, start, end in others if _meet(first, last, start, end)), None)
        if met is None:
            others.append((row, first, last))
        else:
            row.fault("cvegeo", "duplicate_row" if row.cells == met.cells else "overlap", first_row=met.row)


def _meet(first: int, last: int | None, start: int, end: int | None) -> bool:
    return (end is None or first <= end) and (last is None or start <= last)
