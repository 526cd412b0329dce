"""Declared tables and settings as sections of the documentation, in Markdown: a line a column or entry."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from roadmap.tables import declared, relations, settings

_KINDS: Final[Mapping[declared.Kind, str]] = {
    "text": "text",
    "name": "name",
    "names": "names",
    "id": "id",
    "word": "one of",
    "code": "one of",
    "whole": "whole number",
    "number": "number",
    "month": "month",
    "municipality": "key",
    "money": "amount",
}
_LONG: Final = 10_000

_ENTRIES: Final[Mapping[settings.Kind, str]] = {
    "parameter": "number",
    "number": "number",
    "whole": "whole number",
    "text": "text",
    "flag": "true or false",
}


def of_table(table: declared.Table[Any]) -> str:
    """Return the section on a table."""
    lines = [
        f"## {table.file}",
        "",
        table.says + ("" if table.may_be_absent else " Every scenario has it."),
        "",
        "| column | what it holds | values | blank |",
        "| --- | --- | --- | --- |",
        *(_column(column) for column in table.every_column),
        "",
    ]
    rules = [f"- {sentence}" for sentence in _sentences(table)]
    return "\n".join([*lines, *rules, *([""] if rules else [])])


def of_settings(file: str, says: str, sections: Mapping[str, Sequence[settings.Entry]]) -> str:
    """Return the section on a file of settings; tables that hold the same are told once.

    Parameters
    ----------
    file, says
        Its name, and what it holds.
    sections
        What each table of the file may hold, by its dotted name; ``""`` is the top of the file.
    """
    lines = [f"## {file}", "", says, "", "| table | entry | what it means | values |", "| --- | --- | --- | --- |"]
    for entries, group in groupby(sections, key=lambda section: tuple(sections[section])):
        tables = ", ".join(f"`[{section}]`" for section in group if section)
        lines += [f"| {tables} | `{one.name}` | {one.says} | {_entry_values(one)} |" for one in entries]
    return "\n".join([*lines, ""])


def _column(column: declared.Column[Any]) -> str:
    return f"| `{column.name}` | {column.says} | {_values(column)} | {_blank(column)} |"


def _blank(column: declared.Column[Any]) -> str:
    if column.blank is None:
        return "no"
    return f"{column.blank}{'; the column may be absent' if column.may_be_absent else ''}"


def _values(column: declared.Column[Any]) -> str:
    if column.kind == "id":
        return f"`{column.pattern}`"
    listed = ", ".join(f"`{word}`" for word in column.allowed)
    return _joined(_KINDS[column.kind], listed, _range(column.low, column.high), unit=column.unit)


def _entry_values(entry: settings.Entry) -> str:
    listed = ", ".join(f"`{word}`" for word in entry.allowed)
    kind = "one of" if listed else _ENTRIES[entry.kind]
    return _joined(kind, listed, _range(entry.low, entry.high), unit=entry.unit.replace("_", " "))


def _joined(*parts: str, unit: str) -> str:
    said = " ".join(part for part in parts if part)
    return f"{said}, {unit}" if unit else said


def _range(low: float | None, high: float | None) -> str:
    """Return a range as it is read, such as ``"1 to 60"`` or ``"from 0"``."""
    least, most = (
        "" if limit is None or not math.isfinite(limit) else _number(limit) for limit in (low, high)
    )
    if least and most:
        return f"{least} to {most}"
    return f"from {least}" if least else f"up to {most}" if most else ""


def _number(value: float) -> str:
    """Return a number with separators where it is long, a year without."""
    if not float(value).is_integer():
        return f"{value:g}"
    return f"{int(value):,}" if value >= _LONG else f"{int(value)}"


def _sentences(table: declared.Table[Any]) -> list[str]:
    """Return what must hold between columns, rows and files."""
    rules = [step for step in table.steps if isinstance(step, relations.Rule)]
    sentences = [sentence for rule in rules for sentence in rule.sentences]
    if table.key:
        sentences.append(f"No two rows have the same `{table.key}`.")
    if table.apart is not None:
        place, first, last = table.apart
        sentences.append(f"No two rows with the same `{place}` share a month from `{first}` to `{last}`.")
    return [*sentences, *table.further]
