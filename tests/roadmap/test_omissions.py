"""What of a scenario is left out is one list, and what its figures stand on is in one hash."""

from __future__ import annotations

import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from geo import terrain, territory
from roadmap import atlas, errors, omissions
from roadmap.border import frontier, sensors, upgrades
from roadmap.ledger import investment
from roadmap.plan import scenario
from roadmap.record import observations
from roadmap.words import complaints, text

WORDS = text.words()
FAULT = errors.Fault(investment.FILE, 2, "planned", "$37462000", "currency_sign", {"expected": "37462000"})
SITE = errors.Fault(sensors.FILE, 7, "range_km", "-5", "out_of_range", {"low": 0.4, "high": 25.0})


def lacking(plan: atlas.Atlas, part: str) -> atlas.Atlas:
    """The shipped atlas as it would be without a part."""
    line = plan.frontier
    if part == omissions.LEDGER:
        return replace(plan, books=replace(plan.books, faults=(FAULT,)))
    if part == omissions.SENSORS:
        return replace(plan, frontier=replace(line, sensors=replace(line.sensors, faults=(SITE,), left_out=(7,))))
    if part == omissions.UPGRADES:
        fault = replace(SITE, file=upgrades.FILE, row=None)
        return replace(plan, frontier=replace(line, upgrades=replace(line.upgrades, faults=(fault,), unused=True)))
    return replace(plan, frontier=replace(line, terrain_fault=terrain.TerrainError("secret/dem", "terrain_missing")))


def test_the_shipped_scenario_leaves_nothing_out(plan: atlas.Atlas) -> None:
    assert plan.left_out == ()


@pytest.mark.parametrize("part", omissions.PARTS)
def test_each_part_that_is_left_out_is_told_with_its_reason(part: str, plan: atlas.Atlas) -> None:
    (omitted,) = lacking(plan, part).left_out
    assert omitted.part == part
    assert omitted.faults
    said = complaints.omission(omitted, WORDS)
    assert said.startswith(complaints.CONSEQUENCES[part])
    assert ("1 row of sensors.csv is not used." in said) == (part == omissions.SENSORS)


COLUMN = errors.Fault(sensors.FILE, 1, "owner", None, "unknown_column", {"allowed": (), "suggestion": ""})


def with_further_column(plan: atlas.Atlas, part: str) -> atlas.Atlas:
    """The shipped atlas with a column in a table of the border that nobody reads."""
    line = plan.frontier
    table = replace(getattr(line, part), faults=(replace(COLUMN, file=f"{part}.csv"),))
    return replace(plan, frontier=replace(line, **{part: table}))


@pytest.mark.parametrize("part", [omissions.SENSORS, omissions.UPGRADES])
def test_a_column_that_is_not_read_is_told_and_nothing_is_said_to_lack(part: str, plan: atlas.Atlas) -> None:
    found = with_further_column(plan, part)
    (omitted,) = found.left_out
    assert (omitted.part, omitted.rows, omitted.unused, omitted.lacks) == (part, (), False, False)
    assert complaints.omission(omitted, WORDS) == f"A column of {part}.csv is not read; every row is used."
    assert found.edition == plan.edition


@pytest.mark.parametrize("name", [sensors.FILE, upgrades.FILE])
def test_a_column_too_many_in_a_file_leaves_every_row_in_use(
    name: str, plan: atlas.Atlas, mexico: territory.Territory, observed: observations.Observations, tmp_path: Path
) -> None:
    lines = (plan.scenario.folder / name).read_text(encoding="utf-8").splitlines()
    (tmp_path / name).write_text("".join(f"{line},x\n" for line in lines), encoding="utf-8")
    line = frontier.load(tmp_path, mexico, observed, last_month=plan.scenario.last_month)
    (omitted,) = omissions.of(line, plan.books)
    assert not omitted.lacks
    (tmp_path / name).write_text("\n".join([*lines, "a,b"]), encoding="utf-8")
    line = frontier.load(tmp_path, mexico, observed, last_month=plan.scenario.last_month)
    (omitted,) = omissions.of(line, plan.books)
    assert (omitted.rows, omitted.unused, omitted.lacks) == ((len(lines) + 1,), False, True)
    (tmp_path / name).write_text("\n".join(lines).replace("id,", "name,", 1), encoding="utf-8")
    line = frontier.load(tmp_path, mexico, observed, last_month=plan.scenario.last_month)
    (omitted,) = omissions.of(line, plan.books)
    assert (omitted.rows, omitted.unused, omitted.lacks) == ((), True, True)


def test_every_part_has_a_sentence_and_no_sentence_is_idle() -> None:
    assert tuple(complaints.CONSEQUENCES) == omissions.PARTS


def test_terrain_is_told_without_its_source(plan: atlas.Atlas) -> None:
    (omitted,) = lacking(plan, omissions.TERRAIN).left_out
    (line,) = (complaints.line(fault, WORDS) for fault in omitted.faults)
    assert "There is no such file or folder of elevations." in line
    assert "secret" not in line


def test_an_incomplete_scenario_as_an_error_holds_every_fault(plan: atlas.Atlas) -> None:
    error = omissions.IncompleteError([*lacking(plan, "ledger").left_out, *lacking(plan, "sensors").left_out])
    assert error.faults == (FAULT, SITE)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (type(again), again.omissions, again.faults) == (omissions.IncompleteError, error.omissions, error.faults)


# --- one line a fault ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (
            FAULT,
            "investment.csv, row 2, column `planned`, '$37462000': The amount has a currency sign. Write 37462000.",
        ),
        (
            replace(SITE, value=None),
            "sensors.csv, row 7, column `range_km`: The value lies outside its range. Use a value from 0.4 to 25.",
        ),
        (
            errors.Fault("zones.csv", None, None, None, "file_missing"),
            "zones.csv: The file is missing. Copy it from the shipped scenario and edit it.",
        ),
    ],
)
def test_a_fault_is_one_line(fault: errors.Fault, expected: str) -> None:
    assert complaints.line(fault, WORDS) == expected


@pytest.mark.parametrize("value", ["a\nb", "\u2028", "x" * 10_000, 10**30, ["a"] * 500])
def test_whatever_was_found_a_fault_stays_one_short_line(value: object) -> None:
    line = complaints.line(errors.Fault("zones.csv", 3, "zone", value, "empty"), WORDS)
    assert len(line.splitlines()) == 1
    assert len(line) < 300


# --- what figures stand on ----------------------------------------------------------------------


@pytest.mark.parametrize("part", omissions.PARTS)
def test_what_is_left_out_makes_another_edition(part: str, plan: atlas.Atlas) -> None:
    assert lacking(plan, part).edition != plan.edition


def test_every_thing_that_figures_stand_on_makes_another_edition(plan: atlas.Atlas) -> None:
    other = "f" * 12
    line = plan.frontier
    seen = replace(line.coverage, on_terrain=True)
    fewer = replace(seen, changes=seen.changes[:-1])
    changed = [
        plan,
        replace(plan, scenario=replace(plan.scenario, hash=other)),
        replace(plan, observations=replace(plan.observations, hash=other)),
        replace(plan, territory=replace(plan.territory, hash=other)),
        replace(plan, frontier=replace(line, borders=replace(line.borders, hash=other))),
        replace(plan, frontier=replace(line, coverage=seen)),
        replace(plan, frontier=replace(line, coverage=fewer)),
    ]
    assert len({each.edition for each in changed}) == len(changed)
    assert replace(plan, scenario=replace(plan.scenario, hash=plan.scenario.hash)).edition == plan.edition




def test_equal_editions_mean_equal_figures_and_the_other_way_round(plan: atlas.Atlas, tmp_path: Path) -> None:
    """A copy of everything elsewhere is the same edition; other public figures under the same scenario are not."""
    observed = tmp_path / "observations"
    shutil.copytree(plan.observations.folder, observed)
    copy = tmp_path / "ssa"
    shutil.copytree(plan.scenario.folder, copy)
    same = atlas.load(copy, observed=observed)
    assert same.edition == plan.edition
    assert (same.plan.codes == plan.plan.codes).all()
    homicides = observed / "state_homicides.csv"
    rows = homicides.read_text(encoding="utf-8").splitlines()
    homicides.write_text("\n".join(row for row in rows if not row.startswith("16,2024")) + "\n", encoding="utf-8")
    other = atlas.load(copy, observed=observed)
    assert other.scenario.hash == plan.scenario.hash
    assert other.edition != plan.edition
    assert (other.plan.codes != plan.plan.codes).any()


@pytest.mark.parametrize("absent", [investment.FILE, sensors.FILE, upgrades.FILE])
def test_a_file_that_is_not_there_is_no_source(absent: str, plan: atlas.Atlas, tmp_path: Path) -> None:
    copy = tmp_path / "mine"
    shutil.copytree(plan.scenario.folder, copy, ignore=shutil.ignore_patterns(absent))
    found = atlas.load(copy)
    assert (found.plan.codes != plan.plan.codes).any()  # so figures do depend on it
    assert plan.of(absent) == (f"scenarios/ssa/{absent}",)
    assert found.of(absent) == ()
    assert found.left_out == ()


def test_a_scenario_elsewhere_is_not_taken_for_a_shipped_one(plan: atlas.Atlas) -> None:
    elsewhere = replace(plan.scenario, folder=Path("elsewhere/ssa"))
    assert elsewhere.path("zones.csv") == "ssa/zones.csv"
    assert plan.scenario.path("zones.csv") == "scenarios/ssa/zones.csv"


# --- finding a scenario -------------------------------------------------------------------------


def test_a_scenario_is_named_by_its_identifier_or_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scenarios" / "mine").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "scenarios"
    assert scenario.locate("mine", root) == root / "mine"
    assert scenario.locate("other", root) == tmp_path / "other"
    assert scenario.locate("./scenarios/mine/", root) == root / "mine"
    assert scenario.locate(str(tmp_path / "other"), root) == tmp_path / "other"
    (tmp_path / "mine").mkdir()
    assert scenario.locate("mine", root) == root / "mine"  # identifiers come first


@pytest.mark.parametrize("named", ["nowhere", "", "a\0b", "../nowhere", "x" * 5000])
def test_what_is_no_scenario_is_told(named: str, tmp_path: Path) -> None:
    with pytest.raises(errors.ScenarioError) as raised:
        scenario.locate(named, tmp_path)
    assert raised.value.faults[0].key in {"unknown_scenario", "scenario_id"}


def test_a_folder_whose_name_is_no_identifier_is_told(tmp_path: Path) -> None:
    (tmp_path / "My Plan").mkdir()
    with pytest.raises(errors.ScenarioError) as raised:
        scenario.locate(str(tmp_path / "My Plan"), tmp_path)
    assert raised.value.faults[0].key == "scenario_id"
