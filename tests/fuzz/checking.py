"""Reads a mutant with the project's readers and compares what they say with the readings of the standard library.

What is read without a fault must be what :mod:`reading` reads; a fault must say where it is, and the cell or line must
hold what it says. Anything else is :class:`WrongError`, and any other exception passes through.
"""

from __future__ import annotations

import dataclasses
import math
import pickle
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from geo import border, territory
from roadmap import errors
from roadmap.border import crossings, sensors, upgrades
from roadmap.ledger import bookkeeping, conditions, investment, money
from roadmap.plan import parameters, scenario
from roadmap.record import observations, rules
from roadmap.tables import texts
from roadmap.words import complaints, text
from tests.fuzz import mutants, reading
from tests.roadmap import conftest, investment_by_hand, synthetic

WORDS = text.words()
SHIPPED = scenario.DEFAULT_ROOT / scenario.DEFAULT
OF_A_FILE = {
    *("folder_unreadable", "unknown_file", "file_missing", "broken_link", "not_a_file", "file_unreadable"),
    *("file_empty", "file_too_large", "workbook", "utf16", "no_rows", "too_many_rows", "nul_byte"),
    *("not_utf8", "toml_syntax", "baseline_incomplete"),
}
"""Faults of a file as a whole, which name a line at most."""
OF_A_ROW = {"cell_count", "quotes", "cell_too_long", "wrong_separator", "more_rows"}
"""Faults that name no column, or not always."""
LONGEST_LINE = 1200


class WrongError(AssertionError):
    """What the project read differs from what is there."""


@dataclasses.dataclass(frozen=True, eq=False)
class World:
    """What every mutant is read against, and the sound scenario."""

    place: territory.Territory
    borders: border.Border
    placed: pd.DataFrame
    sound: Mapping[str, bytes]

    @classmethod
    def made(cls) -> World:
        """The four squares with the shipped border."""
        borders = border.load()
        return cls(conftest.four_squares(), borders, crossings.place(observations.load().crossings, borders), _sound())


def _sound() -> dict[str, bytes]:
    """A small scenario in which every kind of file has some rows of every kind."""
    texts = {
        "roadmap.toml": conftest.ROADMAP,
        "zones.csv": conftest.ZONES,
        "baseline.csv": "cvegeo,score\n01001,0.5\n01002,0.25\n02004,1\n14039,0\n",
        "status.csv": "cvegeo,first_month,last_month,status,note\n"
        "01002,0,12,withheld,not yet\n14039,5,,not_assessed,\n",
        "conditions.csv": ",".join(conditions.COLUMNS)
        + "\nreports,transparency,Reports are out,patrols;courts,US,25,1,8,unmet,late\n"
        + "reports,transparency,Reports are out,patrols;courts,US,25,9,,met,\n"
        + "rights,human_rights,No abuse,*,*,50,3,,not_assessed,\n",
        "investment.csv": investment_by_hand.text(
            {},
            {"funder": "MX", "place_kind": "municipalities", "place": "01001;02004", "sharing": "area"},
            {"place_kind": "national", "place": "", "sharing": "whole", "precision": "6", "component": "guard"},
            {"programme": "courts", "place_kind": "state", "place": "01", "precision": "4", "delivered": "0.01"},
            {"programme": "radar", "place_kind": "sector", "place": "west", "precision": "5", "month": "20"},
        ),
    }
    border_tables = (sensors.FILE, upgrades.FILE)
    return {
        **{name: content.encode() for name, content in texts.items()},
        **{name: (SHIPPED / name).read_bytes() for name in ("model.toml", "rules.toml")},
        **{name: b"".join((SHIPPED / name).read_bytes().splitlines(keepends=True)[:9]) for name in border_tables},
    }


def check(world: World, folder: Path, changed: mutants.Mutant) -> str:
    """Read a mutant that was written to a folder.

    Returns
    -------
    str
        ``"faults"`` or ``"same"``.

    Raises
    ------
    WrongError
        If something was read that is not there, or a fault does not say where.
    """
    touched = {_known(name) for name in changed.files}
    content = dict(world.sound) | changed.files
    faults: list[errors.Fault] = []
    for names, read in _READERS:
        if touched & set(names):
            faults += read(world, folder, content)
    for fault in faults:
        require_fault(fault, content)
    require_told(changed, {fault.file for fault in faults})
    return "faults" if faults else "same"


def _known(name: str) -> str:
    """Name of the file that a changed one is a copy of."""
    plain = name.lower().replace(" ", "").replace("(1)", "").removesuffix(".txt").removeprefix("copyof")
    return plain if plain in (*scenario.FILES, *scenario.BESIDE) else name


def require_told(changed: mutants.Mutant, told: set[str]) -> None:
    """What is no file, or has a wrong name, must not go unsaid."""
    for name, content in changed.files.items():
        untrue = isinstance(content, str) and content != "absent"
        if (untrue or _known(name) != name) and name not in told:
            raise WrongError(f"nothing is said of {name!r} ({changed.files[name]!r:.40})")


def require_fault(fault: errors.Fault, content: Mapping[str, mutants.Content]) -> None:
    """Require that a fault can be told, and that what it says stands where it says."""
    if set(fault.values) != set(errors.FAULTS[fault.key]):
        raise WrongError(f"values of {fault!r}")
    said = (str(fault), *complaints.sentences(fault, WORDS))
    if not all(said) or len(said[0]) > LONGEST_LINE or len(said[0].splitlines()) > 1:
        raise WrongError(f"words of {fault!r}")
    for each in said:
        each.encode()
    pickle.dumps(fault)
    raw = content.get(fault.file)
    if raw is None:
        raise WrongError(f"no such file: {fault!r}")
    if fault.key in OF_A_FILE:
        return
    if not isinstance(raw, bytes):
        raise WrongError(f"a fault in what cannot be read: {fault!r}")
    (_require_cell if fault.file.endswith(".csv") else _require_line)(fault, raw)


def _require_cell(fault: errors.Fault, raw: bytes) -> None:
    """The cell that a fault names holds what it says."""
    if fault.row is None or (fault.column is None and fault.key not in OF_A_ROW):
        raise WrongError(f"no place: {fault!r}")
    if fault.row < 2 or fault.column is None or fault.key == "more_rows":
        return
    rows = _table(raw)
    if rows is None:
        return  # a quote is open further down
    cells = rows.get(fault.row, {})
    if str(fault.value or "") not in cells.get(fault.column, ""):
        raise WrongError(f"the cell holds {cells.get(fault.column)!r}: {fault!r}")


@lru_cache(maxsize=4)
def _table(raw: bytes) -> Mapping[int, reading.Cells] | None:
    """Rows of a table, None where they are in doubt; kept, since many faults may be found in one."""
    try:
        return reading.table(raw)
    except reading.DoubtfulError:
        return None


def _require_line(fault: errors.Fault, raw: bytes) -> None:
    lines = reading.text(raw).replace("\r\n", "\n").split("\n")
    if fault.column is None:
        raise WrongError(f"no place: {fault!r}")
    if fault.row is not None and not 1 <= fault.row <= len(lines):
        raise WrongError(f"no such line: {fault!r}")


def _same(what: str, found: object, expected: object) -> None:
    """Require two values of one kind to be equal; a float is no int, and a bool is neither."""
    alike = type(found) is type(expected) and found == expected
    if isinstance(expected, tuple) and isinstance(found, tuple):
        alike = len(found) == len(expected)
        for number, (one, other) in enumerate(zip(found, expected, strict=False)):
            _same(f"{what}[{number}]", one, other)
    if not alike:
        raise WrongError(f"{what} was read as {found!r:.200} and is {expected!r:.200}")


def _bytes(content: Mapping[str, mutants.Content], name: str) -> bytes | None:
    found = content.get(name, "absent")
    return found if isinstance(found, bytes) else None


def _rows(content: Mapping[str, mutants.Content], name: str) -> dict[int, reading.Cells]:
    """Rows of a table; none without the file."""
    raw = _bytes(content, name)
    return {} if raw is None else reading.table(raw)


# --- the scenario -------------------------------------------------------------------------------


def _scenario(world: World, folder: Path, content: Mapping[str, mutants.Content]) -> Iterable[errors.Fault]:
    try:
        plan = scenario.load(folder, world.place, indicators={"guns"})
    except errors.ScenarioError as error:
        return error.faults
    data = {name: reading.settings(_bytes(content, name) or b"") for name in scenario.FILES if name.endswith(".toml")}
    _compare_roadmap(plan, data["roadmap.toml"])
    _compare_model(plan.model, data["model.toml"])
    _compare_rules(plan.rules, data["rules.toml"])
    ends = {zone["id"]: zone.get("last_month") for zone in reading.tables_of(data["roadmap.toml"], "zone")}
    members = [
        (
            reading.word(cells, "zone"),
            reading.word(cells, "cvegeo"),
            reading.whole(cells, "first_month"),
            reading.whole(cells, "last_month") or ends[reading.word(cells, "zone")],
            cells["basis"],
        )
        for cells in _rows(content, "zones.csv").values()
    ]
    _same("zones.csv", _plain(plan.zone_members), tuple(members))
    status = [
        (
            reading.word(cells, "cvegeo"),
            reading.whole(cells, "first_month"),
            reading.whole(cells, "last_month"),
            reading.word(cells, "status"),
            cells.get("note", "") if reading.word(cells, "note") else "",
        )
        for cells in _rows(content, "status.csv").values()
    ]
    _same("status.csv", _plain(plan.status), tuple(status))
    scores = {
        reading.word(cells, "cvegeo"): reading.number(cells, "score")
        for cells in _rows(content, "baseline.csv").values()
    }
    _same("baseline.csv", {} if plan.baseline is None else plan.baseline.to_dict(), scores)
    return ()


def _plain(frame: pd.DataFrame) -> tuple[tuple[object, ...], ...]:
    """Rows of a frame in Python's own types."""
    return tuple(
        tuple(None if pd.isna(cell) else cell if isinstance(cell, str) else int(cell) for cell in row)
        for row in frame.itertuples(index=False)
    )


def _told(found: object, given: object, language: str) -> object:
    """What was read in the shape in which it was written: a text in one language, or in several."""
    if not isinstance(found, texts.Text):
        return found
    return {language: str(found), **found.others} if isinstance(given, Mapping) or found.others else str(found)


def _compare_roadmap(plan: scenario.Scenario, data: Mapping[str, object]) -> None:
    head: Mapping[str, Any] = data["scenario"]  # type: ignore[assignment]
    language = str(head.get("language", texts.DEFAULT))
    for name, default in (("title", None), ("summary", None), ("author_note", ""), ("hypothetical", None)):
        given = head.get(name, default)
        _same(name, _told(getattr(plan, name), given, language), given)
    for name, found in (("phase", plan.phases), ("entry", plan.entries), ("zone", plan.zones)):
        for made, given in zip(found, reading.tables_of(data, name), strict=True):
            for entry, value in given.items():
                own = _told(getattr(made, entry), value, language)
                _same(f"{name}.{entry}", own, tuple(value) if isinstance(value, list) else value)
            absent = {each.name for each in dataclasses.fields(made)} - set(given) - {"id", "members", "last_month"}
            for entry in absent:
                _same(f"{name}.{entry}, which is not given", getattr(made, entry) or None, None)


def _compare_model(found: parameters.Model, data: Mapping[str, object]) -> None:
    sections = [each for each in data.values() if isinstance(each, dict)]
    given = {name: each for section in sections for name, each in section.items() if not name.isdigit()}
    for each in dataclasses.fields(found):
        if each.name not in ("phases", "ranges"):
            _compare_parameter(each.name, getattr(found, each.name), found.ranges[each.name], given[each.name])
    for number, phase in enumerate(found.phases, start=1):
        for name, each in data["phase"][str(number)].items():  # type: ignore[index]
            _compare_parameter(name, getattr(phase, name), found.ranges[f"phase.{number}.{name}"], each)


def _compare_parameter(name: str, value: float, bounds: tuple[float, float], given: Mapping[str, float]) -> None:
    expected = float(given["value"])
    _same(name, value, expected)
    _same(f"range of {name}", bounds, (float(given.get("low", expected)), float(given.get("high", expected))))
    if not math.isfinite(value):
        raise WrongError(f"{name} is {value!r}")


def _compare_rules(found: rules.Rules, data: Mapping[str, object]) -> None:
    given = {"version": data["version"], **data["change"], **data["confidence"]}  # type: ignore[dict-item]
    for each in dataclasses.fields(found):
        value = given[each.name]
        _same(each.name, getattr(found, each.name), float(value) if each.name == "boundary_margin" else value)  # type: ignore[arg-type]


# --- the border ---------------------------------------------------------------------------------


def _sensors(world: World, folder: Path, content: Mapping[str, mutants.Content]) -> Iterable[errors.Fault]:
    found = sensors.read(folder / sensors.FILE, world.borders, world.placed, last_month=synthetic.LAST_MONTH)
    rows = _kept(found, [each.row for each in found.deployments], content, sensors.FILE)
    for each, cells in zip(found.deployments, rows, strict=True):
        for name in ("sector", "technology", "crossing"):
            _same(name, getattr(each, name), reading.word(cells, name))
        _same("basis", each.basis, cells["basis"])
        _same("id", each.id, reading.word(cells, "id"))
        for name in ("units", "first_month", "failure_month"):
            _same(name, getattr(each.sensor, name), reading.whole(cells, name))
        for name in ("range_km", "p_zero", "p_range", "mast_m"):
            _same(name, getattr(each.sensor, name), reading.number(cells, name))
        km = [float(world.placed.loc[each.crossing, "km"])] * 2 if each.crossing else None
        given = [reading.number(cells, name) for name in ("from_km", "to_km")]
        _same("kilometres", (each.sensor.from_km, each.sensor.to_km), tuple(km or given))
    return found.faults


def _upgrades(world: World, folder: Path, content: Mapping[str, mutants.Content]) -> Iterable[errors.Fault]:
    found = upgrades.read(folder / upgrades.FILE, world.borders, world.placed, last_month=synthetic.LAST_MONTH)
    rows = _kept(found, [each.row for each in found.upgrades], content, upgrades.FILE)
    for each, cells in zip(found.upgrades, rows, strict=True):
        for name in ("id", "kind", "name"):
            _same(name, getattr(each, name), reading.word(cells, name))
        _same("crossing", each.crossing, reading.word(cells, "id" if each.kind == upgrades.NEW else "crossing"))
        _same("basis", each.basis, cells["basis"])
        _same("first_month", each.first_month, reading.whole(cells, "first_month"))
        _same("lanes", each.lanes, reading.whole(cells, "lanes") or 0)
        _same("inspected", each.inspected, reading.number(cells, "inspected") or 0.0)
        km = reading.number(cells, "at_km")
        _same("at_km", each.km, float(world.placed.loc[each.crossing, "km"]) if km is None else km)
    return found.faults


def _kept(
    found: sensors.Sensors | upgrades.Upgrades, used: list[int], content: Mapping[str, mutants.Content], name: str
) -> list[reading.Cells]:
    """Cells of the rows that are used; those left out must be the others, each with a fault."""
    if not used:
        if not found.faults and _rows(content, name):
            raise WrongError(f"{name}: rows are left out without a word")
        return []
    rows = _rows(content, name)
    if set(rows) - set(used) - set(found.left_out) or set(used) & set(found.left_out):
        raise WrongError(f"{name}: used {used}, left out {found.left_out}, there are {sorted(rows)}")
    return [rows[number] for number in used]


# --- money --------------------------------------------------------------------------------------


def _books(world: World, folder: Path, content: Mapping[str, mutants.Content]) -> Iterable[errors.Fault]:
    where = investment_by_hand.where(world.place)
    books = bookkeeping.examine(folder, investment_by_hand.ENTRIES, where)
    if books.faults:
        if len(books.ledger) or books.conditions:
            raise WrongError("a ledger with faults is used")
        return books.faults
    rows = list(_rows(content, investment.FILE).values())
    _same("lines", len(books.ledger), len(rows))
    for number, cells in enumerate(rows):
        _compare_line(books.ledger, number, cells)
    _compare_conditions(books.conditions, list(_rows(content, conditions.FILE).values()))
    return ()


def _compare_line(ledger: investment.Ledger, number: int, cells: reading.Cells) -> None:
    _same("id", ledger.ids[number], reading.word(cells, "id"))
    for name, column in ledger.words.items():
        given = reading.word(cells, name)
        _same(name, column.texts[number], given or reading.word(cells, "programme") if name == "component" else given)
    _same("precision", int(ledger.precision[number]), reading.whole(cells, "precision"))
    _same("month", int(ledger.month[number]), reading.whole(cells, "month"))
    _same("usd_year", ledger.usd_year, reading.whole(cells, "usd_year"))
    for stage in money.STAGES:
        cents = int(ledger.amounts[stage].cents[number])
        withheld = int(ledger.amounts[money.WITHHELD].cents[number]) if stage == "delivered" else 0
        _same(stage, cents + withheld, reading.cents(cells, stage))


def _compare_conditions(found: tuple[conditions.Condition, ...], rows: list[reading.Cells]) -> None:
    names = list(dict.fromkeys(reading.word(cells, "condition") for cells in rows))
    _same("conditions", tuple(each.id for each in found), tuple(names))
    for each in found:
        own = [cells for cells in rows if reading.word(cells, "condition") == each.id]
        for cells in own:
            _same("kind", each.kind, reading.word(cells, "kind"))
            _same("title", each.title.strip(), reading.word(cells, "title"))
            _same("share", each.share, reading.whole(cells, "share"))
            _same("programmes", each.programmes, reading.listed(cells, "programmes"))
            _same("funders", each.funders, reading.listed(cells, "funders"))
        periods = [
            (
                reading.whole(cells, "first_month") or 0,
                reading.whole(cells, "last_month"),
                reading.word(cells, "status"),
                cells.get("note", "") if reading.word(cells, "note") else "",
            )
            for cells in own
        ]
        made = tuple(dataclasses.astuple(period) for period in each.periods)
        _same("periods", made, tuple(sorted(periods, key=lambda period: period[0])))


_READERS: tuple[tuple[tuple[str, ...], Callable[..., Iterable[errors.Fault]]], ...] = (
    (scenario.FILES, _scenario),
    ((sensors.FILE,), _sensors),
    ((upgrades.FILE,), _upgrades),
    ((investment.FILE, conditions.FILE), _books),
)
"""Files and what reads them."""
