"""Declared tables and settings as JSON Schema, draft 2020-12.

A table is an array of objects, a row each: a blank cell is null, numbers are numbers, all else is text. :func:`row`
makes such an object of cells. What compares cells with one another, with other rows or with other files is beyond a
schema; the readers check it, and the documentation says it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from roadmap.tables import declared, relations, settings

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,15}")
_NUMBER: Final[Mapping[declared.Kind, re.Pattern[str]]] = {
    **dict.fromkeys(("code", "whole", "month"), _WHOLE),
    "number": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?"),
    "money": re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,2})?"),
}
"""How numbers of each kind are written."""

_ORDINAL: Final = "^[1-9][0-9]?$"


def of_table(table: declared.Table[Any]) -> Schema:
    """Return the schema of a table, as an array of its rows."""
    rules = [step for step in table.steps if isinstance(step, relations.Rule)]
    fragments = [fragment for rule in rules for fragment in rule.fragments]
    one = _object({column.name: _cell(column) for column in table.every_column}, table.required)
    return {"description": table.says, "type": "array", "items": one | ({"allOf": fragments} if fragments else {})}


def of_settings(sections: Mapping[str, Sequence[settings.Entry]]) -> Schema:
    """Return the schema of a file of settings.

    Parameters
    ----------
    sections
        What each table of the file may hold, by its dotted name; ``""`` is the top of the file.
    """
    whole: Schema = {}
    for section, entries in sections.items():
        inner = whole
        for name in filter(None, section.split(".")):
            inner = inner.setdefault(name, {})
        inner |= {declared.name: declared for declared in entries}
    return _file(whole)


def row(table: declared.Table[Any], cells: Mapping[str, str]) -> dict[str, object]:
    """Return cells as the schema of their table sees them; what ought to be a number and is none stays text."""
    kinds = {column.name: column.kind for column in table.every_column}
    return {name: _value(cell, kinds.get(name, "text")) for name, cell in cells.items()}


def _value(cell: str, kind: declared.Kind) -> object:
    text = cell.strip()
    if not text:
        return None
    if kind not in _NUMBER or not _NUMBER[kind].fullmatch(text):
        return text
    return int(text) if _NUMBER[kind] is _WHOLE else float(text)


def _cell(column: declared.Column[Any]) -> Schema:
    kind = declared.NUMBERS.get(column.kind, "string")
    schema: Schema = {"description": _described(column.says, column.unit)}
    blank = column.blank is not None
    schema["type"] = [kind, "null"] if blank else kind
    if column.allowed:
        schema["enum"] = [*column.allowed, *([None] if blank else [])]
    elif column.kind == "id":
        schema["pattern"] = f"^(?:{column.pattern})$"
    elif column.kind == "municipality":
        schema["minLength"] = 1
    return schema | _limits(column.low, column.high)


def _entry(entry: settings.Entry) -> Schema:
    described: Schema = {"description": _described(entry.says, entry.unit)}
    limits = _limits(entry.low, entry.high)
    if entry.kind == "parameter":
        ends = {end: {"type": "number", **limits} for end in settings.Range._fields}
        return described | _object(ends, ("value",))
    schema = described | {"type": settings.NAMES[entry.kind]} | limits
    if entry.allowed:
        schema["enum"] = list(entry.allowed)
    elif entry.kind == "text":
        schema["pattern"] = r"\S"
    return schema


def _described(says: str, unit: str) -> str:
    return f"{says} In {unit.replace('_', ' ')}." if unit else says


def _limits(low: float | None, high: float | None) -> Schema:
    limits = {"minimum": low, "maximum": high}
    return {name: limit for name, limit in limits.items() if limit is not None and math.isfinite(limit)}


def _file(content: Mapping[str, Any]) -> Schema:
    """Return the schema of a table of settings, all entries and tables in which are required."""
    if settings.NUMBER in content:
        return {
            "type": "object",
            "patternProperties": {_ORDINAL: _file(content[settings.NUMBER])},
            "required": ["1"],
            "additionalProperties": False,
        }
    inner = {name: _entry(one) if isinstance(one, settings.Entry) else _file(one) for name, one in content.items()}
    return _object(inner, tuple(inner))


def _object(properties: Schema, required: Sequence[str]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
