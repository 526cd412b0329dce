"""The page and the schema of what a scenario's files may hold say what the readers do."""

from __future__ import annotations

import copy
import csv
import json
import math
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from roadmap import __main__ as command
from roadmap import atlas, errors, handbook
from roadmap.border import cells, sensors, upgrades
from roadmap.ledger import conditions, investment, reading
from roadmap.plan import parameters, parties, phases, scenario, zones
from roadmap.record import rules
from roadmap.tables import declared, delimited, municipal, noted, schema, settings

SHIPPED = scenario.DEFAULT_ROOT / scenario.DEFAULT
STATUS_ROW = {"cvegeo": "02004", "first_month": "0", "last_month": "12", "status": "withheld", "note": ""}
BASELINE_ROW = {"cvegeo": "02004", "score": "0.4"}
TABLES = {table.file: table for table in handbook.TABLES}
SETTINGS = {owner.file_name(): owner for owner in handbook.SETTINGS}

Cells = dict[str, str]
Faults = set[tuple[str | None, str]]


def rows(name: str) -> list[Cells]:
    """Rows of a shipped table, as the standard library reads them."""
    for file, row in ((scenario.STATUS, STATUS_ROW), (scenario.BASELINE, BASELINE_ROW)):
        if name == file:
            return [row]
    with (SHIPPED / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def validator(part: Mapping[str, Any]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(part)


# --- the files that are kept --------------------------------------------------------------------


@pytest.mark.parametrize("name", [handbook.PAGE, handbook.SCHEMA])
def test_what_is_kept_is_what_the_declarations_give(name: str, root: Path) -> None:
    kept = (root / "docs" / name).read_text(encoding="utf-8")
    assert kept == handbook.texts()[name], "run `python -m roadmap tables`"


def test_every_column_and_entry_has_a_line_of_its_own() -> None:
    page = handbook.page()
    sections = {part.split("\n", 1)[0]: part for part in page.split("\n## ")[1:]}
    assert set(sections) == {*TABLES, *SETTINGS}
    for name, table in TABLES.items():
        lines = [line for line in sections[name].splitlines() if line.startswith("| `")]
        assert [line.split("`")[1] for line in lines] == [column.name for column in table.every_column]
    for name, owner in SETTINGS.items():
        for entries in owner.sections().values():
            for entry in entries:
                assert sections[name].count(f"| `{entry.name}` | {entry.says} |") == 1


def test_every_table_of_a_scenario_is_declared() -> None:
    files = {name for name in (*scenario.FILES, *scenario.BESIDE) if name != "roadmap.toml"}
    assert files == {*TABLES, *SETTINGS}


def test_the_command_writes_what_has_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["tables", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() == [f"{name} written anew." for name in handbook.texts()]
    (tmp_path / handbook.PAGE).write_text("old", encoding="utf-8")
    assert command.main(["tables", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() == [f"{handbook.PAGE} written anew."]
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == dict(handbook.texts())
    assert command.main(["tables", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "docs").write_text("", encoding="utf-8")
    assert command.main(["tables", "--out", str(tmp_path / "docs")]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert line.startswith("python -m roadmap tables: ")
    assert "cannot be written" in line


# --- the schema ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept(root: Path) -> dict[str, Any]:
    """The schema that is kept."""
    found: dict[str, Any] = json.loads((root / "docs" / handbook.SCHEMA).read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def shipped_files() -> dict[str, Any]:
    """The shipped scenario as the schema sees it."""
    tables = {name: [schema.row(table, row) for row in rows(name)] for name, table in TABLES.items()}
    return tables | {name: tomllib.loads((SHIPPED / name).read_text(encoding="utf-8")) for name in SETTINGS}


def test_it_is_a_schema_of_draft_2020_12(kept: dict[str, Any]) -> None:
    assert kept["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(kept)


def test_the_shipped_scenario_is_valid(kept: dict[str, Any], shipped_files: dict[str, Any]) -> None:
    assert all(shipped_files.values())
    assert [error.message for error in validator(kept).iter_errors(shipped_files)] == []


@pytest.mark.parametrize("name", [*TABLES, *SETTINGS])
def test_what_is_not_known_or_lacks_is_not(name: str, kept: dict[str, Any], shipped_files: dict[str, Any]) -> None:
    part = validator(kept["properties"][name])
    found = copy.deepcopy(shipped_files[name])
    one = found[0] if isinstance(found, list) else found
    first = next(iter(one))
    assert part.is_valid(found)
    assert not part.is_valid([{**one, "x": "y"}] if isinstance(found, list) else {**one, "x": "y"})
    del one[first]
    assert not part.is_valid(found)


# --- the schema and the readers -----------------------------------------------------------------


SAID = {
    *("empty", "whole_number", "number", "not_finite", "out_of_range", "month_out_of_range", "unknown_choice"),
    *("bad_id", "place_needed", "figure_not_used", "does_not_fit", "must_be_empty", "date_not_month"),
    *("lost_leading_zero", "key_as_number", "negative_money", "currency_sign", "too_many_decimals"),
}
"""Faults that the schema finds too, but those :data:`OF_NAMES` where names are looked up."""

OF_NAMES = {"unknown_choice", "lost_leading_zero", "key_as_number"}

CELLS = ("", "x", "X Y", "-1", "0", "1", "1.5", "1.555", "7", "61", "1e9", "999999999", "nan", "02004", "2004", "$5")


@pytest.fixture(scope="module")
def readers(plan: atlas.Atlas, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Callable[[Cells], Faults]]:
    """Column and kind of every fault that the reader of a table finds in a row."""
    line = cells.Line(plan.frontier.borders, plan.frontier.placed)
    keys = municipal.Keys.of(plan.territory)
    by_id = {zone.id: zone for zone in plan.scenario.zones}
    where: dict[str, object] = {
        zones.FILE: zones.Where(keys, by_id),
        scenario.STATUS: keys,
        scenario.BASELINE: keys,
        sensors.FILE: line,
        upgrades.FILE: line,
        conditions.FILE: conditions.Named(
            {entry.id: entry.kind for entry in plan.scenario.entries}, parties.ids(plan.scenario.funders)
        ),
    }

    def by_row(table: declared.Table[Any]) -> Callable[[Cells], Faults]:
        def found(row: Cells) -> Faults:
            faults: list[errors.Fault] = []
            table.values(delimited.Row(table.file, 2, row, noted.Notes(table.file, faults)), where[table.file])
            return {(fault.column, fault.key) for fault in faults}

        return found

    def ledger(row: Cells) -> Faults:
        path = tmp_path_factory.getbasetemp() / investment.FILE
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(row))
            writer.writeheader()
            writer.writerow(row)
        # A schema does not know where the plan ends.
        where = replace(plan.books.places, last_month=phases.MAX_MONTH)
        examined = reading.examine(path, plan.scenario.entries, where)
        return {(fault.column, fault.key) for fault in examined.faults}

    return {name: by_row(table) for name, table in TABLES.items() if name in where} | {investment.FILE: ledger}


def changed_rows(table: declared.Table[Any]) -> Iterator[tuple[str, Cells]]:
    """Shipped rows of every kind with one cell changed, and the column of the cell."""
    words = [str(word) for column in table.columns for word in column.allowed]
    of_words = [column.name for column in table.columns if column.kind == "word"]
    kinds = {tuple(row[name] for name in of_words): row for row in rows(table.file)}
    for row in list(kinds.values())[: 30 // len(table.columns)]:
        for column in table.columns:
            for cell in (*CELLS, *words):
                yield column.name, {**row, column.name: cell}


@pytest.mark.parametrize("name", TABLES)
def test_schema_and_reader_refuse_the_same_cells(
    name: str, kept: dict[str, Any], readers: dict[str, Callable[[Cells], Faults]]
) -> None:
    table, part = TABLES[name], validator(kept["properties"][name]["items"])
    looked_up = {column.name for column in table.columns if column.kind in ("name", "names", "municipality")}
    refused = 0
    for column, row in changed_rows(table):
        faults = readers[name](row)
        valid = part.is_valid(schema.row(table, row))
        assert valid or faults, (column, row)
        ought = {(at, key) for at, key in faults if key in SAID and not (key in OF_NAMES and at in looked_up)}
        assert not (valid and ought), (column, row, ought)
        refused += not valid
    assert refused > 10


def numbers(entry: settings.Entry) -> list[float]:
    """Numbers at the ends of the range of an entry, beyond them and between."""
    ends = [entry.low, entry.high, entry.low - 1, entry.high + 1, (entry.low + entry.high) / 3]
    finite = [end for end in ends if math.isfinite(end)]
    return [int(end) for end in finite] if entry.kind == "whole" else finite


def changed_settings(name: str) -> Iterator[dict[str, Any]]:
    """The shipped settings with one entry taken away, or another in its place."""
    whole = tomllib.loads((SHIPPED / name).read_text(encoding="utf-8"))
    for section, entries in SETTINGS[name].sections().items():
        for entry in entries:
            others: list[Any] = [..., "", "x", True, {}, [], *numbers(entry)]
            if entry.kind == "parameter":
                others += [{"value": other} for other in others if other is not ...]
                others += [{"value": entry.low, "unit": "x"}, {"value": entry.low, "high": entry.high + 1}]
            for other in (*others, *entry.allowed):
                changed = copy.deepcopy(whole)
                table = changed
                for part in filter(None, section.replace(settings.NUMBER, "1").split(".")):
                    table = table[part]
                if other is ...:
                    del table[entry.name]
                else:
                    table[entry.name] = other
                yield changed


@pytest.mark.parametrize("name", SETTINGS)
def test_schema_and_reader_refuse_the_same_entries(name: str, kept: dict[str, Any]) -> None:
    part = validator(kept["properties"][name])
    outcomes = set()
    for changed in changed_settings(name):
        _, faults = SETTINGS[name].from_mapping(changed)
        within = [fault for fault in faults if fault.key != "not_in_order"]
        assert part.is_valid(changed) == (not within), faults
        outcomes.add(not within)
    assert outcomes == {True, False}


def test_settings_are_declared_at_the_fields_they_are_read_into() -> None:
    named = {entry.name for entries in rules.Rules.sections().values() for entry in entries}
    assert named == set(rules.Rules.__dataclass_fields__)
    own = {entry.name for entry in parameters.Model.sections()[f"phase.{settings.NUMBER}"]}
    assert own == set(parameters.PhaseSettings.__dataclass_fields__)
