"""What the files of a scenario may hold: a page of the documentation and a JSON Schema, both of the declarations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from geo import atomic
from roadmap.border import sensors, upgrades
from roadmap.ledger import conditions, investment
from roadmap.plan import parameters, scenario, zones
from roadmap.record import rules
from roadmap.tables import declared, documented, schema, settings

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs"
PAGE: Final = "tables.md"
SCHEMA: Final = "scenario.schema.json"

TABLES: Final[tuple[declared.Table[Any], ...]] = (
    zones.TABLE,
    scenario.STATUS_TABLE,
    scenario.BASELINE_TABLE,
    sensors.TABLE,
    upgrades.TABLE,
    investment.TABLE,
    conditions.TABLE,
)
"""Every table that a scenario may have."""

SETTINGS: Final[tuple[type[settings.Settings], ...]] = (parameters.Model, rules.Rules)
"""Every file of settings that a scenario has."""

_HEAD: Final = """\
# The files of a scenario

What each table and each file of settings may hold. This page and `scenario.schema.json` (JSON Schema, draft 2020-12)
are written by `python -m roadmap tables` from the declarations that the readers themselves use; a test holds them.

Tables are CSV in UTF-8 with a header, their columns in any order. For the schema a table is a list of rows, a blank
cell is null, and all files together are one object by their names. `python -m roadmap check FOLDER` checks what a
schema cannot: order, other rows, other files, and that no month comes after the last phase. `roadmap.toml` (phases,
entries, zones) is explained in itself.
"""


def page() -> str:
    """Return the page of the documentation, as Markdown."""
    tables = [documented.of_table(table) for table in TABLES]
    files = [documented.of_settings(owner.file_name(), owner.says(), owner.sections()) for owner in SETTINGS]
    return "\n".join([_HEAD, *tables, *files])


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario: one object, the content of each file by its name."""
    files = {table.file: schema.of_table(table) for table in TABLES}
    files |= {owner.file_name(): schema.of_settings(owner.sections()) for owner in SETTINGS}
    needed = [table.file for table in TABLES if not table.may_be_absent] + [owner.file_name() for owner in SETTINGS]
    return {
        "$schema": schema.DRAFT,
        "title": "Files of a scenario",
        "type": "object",
        "properties": files,
        "required": needed,
    }


def texts() -> Mapping[str, str]:
    """Return both files by their names."""
    return {PAGE: page(), SCHEMA: json.dumps(scenario_schema(), indent=1, ensure_ascii=False) + "\n"}


def refresh(folder: Path = FOLDER) -> tuple[str, ...]:
    """Write both files anew and return the names of those that have changed.

    Raises
    ------
    OSError
        If they cannot be written.
    """
    wanted = texts()
    changed = [name for name, text in wanted.items() if not _holds(folder / name, text)]
    for name in changed:
        atomic.write(folder / name, wanted[name].encode())
    return tuple(changed)


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()
