"""Read the text and tables of a folder strictly, and gather every fault on the way.

Cells stay text until they are asked for as something else, so that a key keeps its leading zero
and an empty cell never becomes a number. Rows are counted as a spreadsheet shows them: the header
is row 1.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from geo import territory
from roadmap.errors import Fault

MAX_BYTES = 20_000_000
MAX_CELL = 20_000

_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_FIVE_DIGITS = re.compile(r"[0-9]{5}")
_SHORT_KEY = re.compile(r"[0-9]{4}")
_KEY_AS_NUMBER = re.compile(r"([0-9]{4,5})\.0*")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


N = TypeVar("N", int, float)


def read_bytes(path: Path, faults: list[Fault]) -> bytes | None:
    """Return the bytes of a file, or None with a fault that says why not.

    Parameters
    ----------
    path : Path
    faults : list of Fault
        Collects what is wrong.
    """
    try:
        if path.is_dir() or (path.exists() and not path.is_file()):
            faults.append(Fault(path.name, None, None, None, "not_a_file"))
            return None
        size = path.stat().st_size
        if size > MAX_BYTES:
            limits = {"megabytes": math.ceil(size / 1e6), "limit": MAX_BYTES // 1_000_000}
            faults.append(Fault(path.name, None, None, None, "file_too_large", limits))
            return None
        return path.read_bytes()
    except FileNotFoundError:
        faults.append(Fault(path.name, None, None, None, "file_missing"))
    except OSError as error:
        values = {"reason": error.strerror or type(error).__name__}
        faults.append(Fault(path.name, None, None, None, "file_unreadable", values))
    return None


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
class Keys:
    """Keys of the municipalities there are, and what somebody may have meant by another one.

    Parameters
    ----------
    municipalities : frozenset of str
    suggestions : mapping
        A younger municipality's key, or a name in lower case, to a key there is.
    """

    municipalities: frozenset[str]
    suggestions: Mapping[str, str]

    @classmethod
    def of(cls, place: territory.Territory) -> Keys:
        """Return the keys of a geography, with its crosswalk and the names that occur once."""
        rows = place.municipalities
        names = rows["name"].str.casefold()
        once = ~names.duplicated(keep=False)
        suggestions = dict(zip(names[once], rows["cvegeo"][once], strict=True))
        cut = place.crosswalk.sort_values("share", kind="stable")
        suggestions |= dict(zip(cut["cvegeo"], cut["parent"], strict=True))
        return cls(frozenset(rows["cvegeo"]), suggestions)


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
    faults : list of Fault
        Collects what is wrong, shared by the rows of the table.
    """

    file: str
    row: int
    cells: Mapping[str, str]
    faults: list[Fault] = field(repr=False)

    def fault(self, column: str | None, key: str, **values: object) -> None:
        """Note a fault in this row."""
        value = None if column is None else self.cells.get(column)
        self.faults.append(Fault(self.file, self.row, column, value, key, values))

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

    def cvegeo(self, column: str, known: Keys | None) -> str:
        """Return the cell as a municipality's key; ``""`` after a fault.

        Parameters
        ----------
        column : str
        known : Keys, optional
            Without them only the form is checked.
        """
        value = self.text(column).strip()
        fault = cvegeo_fault(value, known) if value else None
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


def cvegeo_fault(value: str, known: Keys | None) -> tuple[str, dict[str, object]] | None:
    """Return the fault key and values of a municipality's key, or None when it is good.

    Parameters
    ----------
    value : str
        Five digits, the leading zero included.
    known : Keys, optional
        Without them only the form is checked.

    Examples
    --------
    >>> cvegeo_fault("2004", None)
    ('lost_leading_zero', {'expected': '02004'})
    >>> cvegeo_fault("02004", None) is None
    True
    """
    if _FIVE_DIGITS.fullmatch(value) and (known is None or value in known.municipalities):
        return None
    padded = value.zfill(5)
    if _SHORT_KEY.fullmatch(value) and (known is None or padded in known.municipalities):
        return "lost_leading_zero", {"expected": padded}
    number = _KEY_AS_NUMBER.fullmatch(value)
    if number is not None:
        padded = number[1].zfill(5)
        if known is None or padded in known.municipalities:
            return "key_as_number", {"expected": padded}
    suggestion = "" if known is None else known.suggestions.get(value.casefold(), "")
    return "unknown_cvegeo", {"suggestion": suggestion}


def read(path: Path, faults: list[Fault], *, required: Sequence[str], optional: Sequence[str] = ()) -> list[Row]:
    """Read a comma separated table as text.

    Parameters
    ----------
    path : Path
    faults : list of Fault
        Collects what is wrong, now and later when the cells are read.
    required, optional : sequence of str
        Columns that must and may be there, in any order; any other column is a fault.

    Returns
    -------
    list of Row
        Rows that have as many cells as the header; blank rows are passed over. Empty when the
        header cannot be used.
    """
    raw = read_bytes(path, faults)
    text = None if raw is None else decode(raw, path.name, faults)
    if text is None:
        return []
    records = list(_records(text, path.name, faults))
    if not records:
        return []
    header = [name.strip() for name in records[0][1]]
    if not _is_readable(header, path.name, required, optional, faults):
        return []
    rows = []
    for number, cells in records[1:]:
        if len(cells) != len(header):
            values = {"expected": len(header), "found": len(cells)}
            faults.append(Fault(path.name, number, None, None, "cell_count", values))
        else:
            rows.append(Row(path.name, number, dict(zip(header, cells, strict=True)), faults))
    return rows


def _records(text: str, file: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Yield row number and cells of every row that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            key, values = _quoting(error)
            faults.append(Fault(file, number, None, None, key, values))
            return
        if any(cell.strip() for cell in cells):
            yield number, cells


def _quoting(error: csv.Error) -> tuple[str, dict[str, object]]:
    """Return the fault key and values of what the reader of quoted cells refused."""
    reason = str(error)
    if "limit" in reason:
        return "cell_too_long", {"limit": csv.field_size_limit()}
    return "quotes", {"reason": reason}


def _is_readable(
    header: Sequence[str],
    file: str,
    required: Sequence[str],
    optional: Sequence[str],
    faults: list[Fault],
) -> bool:
    """Return whether rows can be read under a header, noting everything that is wrong with it."""
    allowed = (*required, *optional)
    if len(header) == 1 and header[0] not in allowed:
        separator = next((each for each in ";\t|" if each in header[0]), None)
        if separator is not None:
            faults.append(Fault(file, 1, None, header[0], "wrong_separator", {"found": separator}))
            return False
    unknown = [name for name in header if name not in allowed]
    faults += [Fault(file, 1, name, None, "unknown_column", {"allowed": allowed}) for name in unknown]
    twice = sorted({name for name in header if header.count(name) > 1})
    faults += [Fault(file, 1, name, None, "duplicate_column") for name in twice]
    missing = [name for name in required if name not in header]
    found = {"found": tuple(header)}
    faults += [Fault(file, 1, name, None, "missing_column", found) for name in missing]
    return not twice and not missing


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
