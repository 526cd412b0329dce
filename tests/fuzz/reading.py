"""What a scenario's files say, read by csv, tomllib and decimal of the standard library and not by the project.

Nothing here is lenient: what cannot be read without doubt is :class:`DoubtfulError`. Where the project finds no fault,
it must have read what is read here.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal

Cells = Mapping[str, str]
MARK = b"\xef\xbb\xbf"


class DoubtfulError(ValueError):
    """What has no one meaning."""


def text(raw: bytes) -> str:
    """UTF-8, with or without its mark."""
    try:
        found = raw.removeprefix(MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        raise DoubtfulError(str(error)) from error
    if "\0" in found or not found.strip():
        raise DoubtfulError("NUL, or nothing at all")
    return found


def table(raw: bytes) -> dict[int, Cells]:
    """Rows that are not blank, by their number in a spreadsheet."""
    try:
        rows = list(csv.reader(io.StringIO(text(raw), newline=""), strict=True))
    except csv.Error as error:
        raise DoubtfulError(str(error)) from error
    filled = {number: row for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)}
    if not filled:
        raise DoubtfulError("no heading")
    first = min(filled)
    heading = [name.strip() for name in filled.pop(first)]
    if len(set(heading)) < len(heading):
        raise DoubtfulError("a heading stands twice")
    return {number: dict(zip(heading, row, strict=False)) for number, row in filled.items() if len(row) == len(heading)}


def settings(raw: bytes) -> dict[str, object]:
    """A TOML file."""
    try:
        return tomllib.loads(text(raw).replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        raise DoubtfulError(str(error)) from error


def word(cells: Cells, name: str) -> str:
    """A cell without the blanks around it."""
    return cells.get(name, "").strip()


def whole(cells: Cells, name: str) -> int | None:
    """A whole number in ASCII digits; None for a blank."""
    written = word(cells, name)
    if not written:
        return None
    if not re.fullmatch(r"[+-]?[0-9]+", written):
        raise DoubtfulError(f"{name}: {written!r}")
    return int(Decimal(written))


def number(cells: Cells, name: str) -> float | None:
    """A number with a decimal point, in ASCII; None for a blank."""
    written = word(cells, name)
    if not written:
        return None
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", written):
        raise DoubtfulError(f"{name}: {written!r}")
    return float(Decimal(written))


def cents(cells: Cells, name: str) -> int:
    """An amount of dollars in whole cents."""
    written = word(cells, name)
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", written):
        raise DoubtfulError(f"{name}: {written!r}")
    amount = Decimal(written) * 100
    if amount != int(amount):
        raise DoubtfulError(f"{name}: {written!r}")
    return int(amount)


def listed(cells: Cells, name: str) -> tuple[str, ...] | None:
    """Words parted by semicolons; None for the star that stands for all."""
    written = word(cells, name)
    return None if written == "*" else tuple(each.strip() for each in written.split(";") if each.strip())


def tables_of(data: Mapping[str, object], name: str) -> Sequence[Mapping[str, object]]:
    """An array of tables."""
    found = data.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise DoubtfulError(name)
    return found
