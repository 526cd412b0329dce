"""A scenario of which a part cannot be used: refused, or made with the lack said inside every file."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from geo import errors as refused
from layers import __main__ as command
from layers import base, release
from layers.files import export
from roadmap import atlas, errors, moments, omissions
from roadmap.border import sensors
from roadmap.ledger import investment
from roadmap.words import complaints

MEANING = complaints.CONSEQUENCES[omissions.LEDGER]
WRONG_SITE = "2718.281"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped scenario with a dollar sign in the ledger and one impossible place among the sensors."""
    folder = tmp_path_factory.mktemp("scenarios") / "mine"
    shutil.copytree(atlas.scenario.DEFAULT_ROOT / "ssa", folder)
    spoil(folder / investment.FILE, "planned", "$37462000")
    spoil(folder / sensors.FILE, "range_km", WRONG_SITE)
    return folder


def spoil(path: Path, column: str, value: str) -> None:
    """Put a value into a cell of the second row of a table."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    rows[1][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


@pytest.fixture(scope="module")
def incomplete(faulty: Path) -> atlas.Atlas:
    return atlas.load(faulty)


@pytest.mark.parametrize("program", ["layers", "briefing"])
def test_a_faulty_part_is_refused_with_every_fault_in_a_sentence(
    program: str, faulty: Path, root: Path, tmp_path: Path
) -> None:
    """As it is typed: exit 1, every fault told, nothing made."""
    typed = [sys.executable, "-W", "error", "-m", program, "--month", "60", "--scenario", faulty]
    typed += ["--out", tmp_path / "o"]
    done = subprocess.run(typed, cwd=root, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (1, "")
    name = f"python -m {program}: "
    assert done.stderr.splitlines() == [
        f"{name}{MEANING}",
        f"{name}investment.csv, row 2, column `planned`, '$37462000': The amount has a currency sign. Write 37462000.",
        f"{name}{complaints.CONSEQUENCES[omissions.SENSORS]} 1 row of sensors.csv is not used.",
        f"{name}sensors.csv, row 2, column `range_km`: The value lies outside its range. Use a value from 0.4 to 25.",
        f"{name}Nothing was made. Mend the faults, or give --allow-faults to go on without these parts.",
    ]
    assert not (tmp_path / "o").exists()


def test_allowed_it_is_made_and_says_so_inside_every_file(
    faulty: Path, incomplete: atlas.Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(atlas, "load", lambda _folder, **_: incomplete)
    arguments = ["--scenario", str(faulty), "--month", "60", "--allow-faults", "--layer", "control"]
    arguments += ["--out", str(tmp_path)]
    assert command.main(arguments) == 0
    assert command.main([*arguments, "--format", "csv"]) == 0
    assert f"python -m layers: {MEANING}" in capsys.readouterr().err.splitlines()
    document = json.loads((tmp_path / "control_month-60_mine.geojson").read_text(encoding="utf-8"))
    told = document["metadata"]["left_out"]
    assert [part["part"] for part in told] == ["ledger", "sensors"]
    assert told[0]["meaning"] == MEANING
    assert told[0]["first"][0].startswith("investment.csv, row 2, column `planned`, '$37462000': ")
    with (tmp_path / "control_month-60_mine.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert {row["left_out"] for row in csv.DictReader(stream)} == {"ledger;sensors"}


def test_what_is_left_out_is_no_source(incomplete: atlas.Atlas) -> None:
    assert not incomplete.of(investment.FILE, "conditions.csv")
    assert incomplete.of(sensors.FILE) == ("mine/sensors.csv",)  # its other rows are used


def test_a_whole_scenario_has_no_word_of_it(plan: atlas.Atlas) -> None:
    assert export.metadata(base.find("control"), moments.of(plan, 60))["left_out"] == []
    assert b"left_out" not in export.csv(
        base.find("control").frame(moments.of(plan, 60))[["cvegeo"]], moments.of(plan, 60)
    )


def test_a_column_that_is_not_read_is_told_but_no_row_lacks_anything(plan: atlas.Atlas) -> None:
    fault = errors.Fault(sensors.FILE, 1, "owner", None, "unknown_column", {"allowed": (), "suggestion": ""})
    line = plan.frontier
    further = replace(plan, frontier=replace(line, sensors=replace(line.sensors, faults=(fault,))))
    (told,) = export.metadata(base.find("control"), moments.of(further, 60))["left_out"]
    assert told["meaning"] == "A column of sensors.csv is not read; every row is used."
    assert b"left_out" not in export.csv(
        base.find("control").frame(moments.of(further, 60))[["cvegeo"]], moments.of(further, 60)
    )


def test_the_place_of_a_device_is_told_inside_the_group_only(
    incomplete: atlas.Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = json.dumps(export.metadata(base.find("control"), moments.of(incomplete, 60)))
    assert "range_km" in about
    assert WRONG_SITE not in about
    monkeypatch.setenv(release.VARIABLE, release.INTERNAL)
    assert WRONG_SITE in json.dumps(export.metadata(base.find("control"), moments.of(incomplete, 60)))


@pytest.mark.parametrize("program", ["layers", "briefing"])
def test_terrain_that_is_not_there_is_a_fault_like_any_other(
    program: str, root: Path, tmp_path: Path
) -> None:
    typed = [sys.executable, "-m", program, "--month", "36", "--terrain", "no/such/dem.tif", "--out", tmp_path / "o"]
    done = subprocess.run(typed, cwd=root, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (1, "")
    assert complaints.CONSEQUENCES[omissions.TERRAIN] in done.stderr
    assert "There is no such file or folder of elevations." in done.stderr
    assert not (tmp_path / "o").exists()


# --- what numbers depend on ---------------------------------------------------------------------


@pytest.mark.parametrize("absent", [investment.FILE, "conditions.csv", sensors.FILE, "upgrades.csv"])
def test_a_layer_names_every_optional_file_that_its_rows_depend_on(
    absent: str, plan: atlas.Atlas, tmp_path: Path
) -> None:
    """Without the file the rows of some layers differ: these must name it."""
    copy = tmp_path / "ssa"
    shutil.copytree(plan.scenario.folder, copy, ignore=shutil.ignore_patterns(absent))
    without = atlas.load(copy)
    for layer in base.registry().values():
        rows, others = (layer.frame(moments.of(each, 60)).drop(columns="geometry") for each in (plan, without))
        if not rows.equals(others):
            assert f"scenarios/ssa/{absent}" in layer.sources(plan), layer.id


def test_the_date_of_files_is_that_of_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    dates = [each.date for each in export.sources.records().values()]
    newest = max(date for date in dates if date[:1].isdigit())
    assert export.made_at().startswith(newest)
    assert export.made_at() == export.made_at()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert export.made_at() == "1970-01-01T00:00:00+00:00"


@pytest.mark.parametrize("wrong", ["x", "-1", "9" * 12, "1e3", " 1", "\N{ARABIC-INDIC DIGIT TWO}"])
def test_a_time_that_is_none_is_told(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", wrong)
    with pytest.raises(refused.AtlasError, match="whole seconds since 1970"):
        export.made_at()


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("state_homicides.csv", "rate_per_100k", "7.5"),
        ("state_homicides_inegi.csv", "rate_per_100k", "7.5"),
        ("priority_municipalities.csv", "rank", "1"),
        ("crossings.csv", "trucks_per_year", "1"),
        ("indicators.csv", "value", "1"),
    ],
)
def test_no_public_table_changes_a_class_that_the_layer_does_not_name(
    table: str, column: str, value: str, plan: atlas.Atlas, tmp_path: Path
) -> None:
    observed = tmp_path / "observations"
    shutil.copytree(plan.observations.folder, observed)
    with (observed / table).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with (observed / table).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows({**row, column: value if row[column] else ""} for row in rows)
    other = atlas.load(observed=observed)
    assert other.edition != plan.edition
    named = f"observations/{table}" in base.find("control").sources(plan)
    assert named or (other.plan.codes == plan.plan.codes).all()


def test_the_public_is_not_told_a_place_by_another_cell_or_by_what_a_value_was_taken_for(
    plan: atlas.Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stretch that ends before it begins, and a crossing that is nearly one."""
    copy = tmp_path / "mine"
    shutil.copytree(plan.scenario.folder, copy)
    with (copy / sensors.FILE).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    stretch = next(row for row in rows if row["from_km"] and row["to_km"])
    site = next(row for row in rows if row["crossing"])
    known = site["crossing"]
    stretch["from_km"], stretch["to_km"], site["crossing"] = "345.678", "300", f"{known}x"
    with (copy / sensors.FILE).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    broken = atlas.load(copy)
    assert len(broken.frontier.sensors.faults) == 2
    told = json.dumps(export.metadata(base.find("control"), moments.of(broken, 60)))
    assert "`to_km`" in told
    assert not [place for place in ("345.678", "300.0", known) if place in told]
    monkeypatch.setenv(release.VARIABLE, release.INTERNAL)
    assert f"Did you mean {known}?" in json.dumps(export.metadata(base.find("control"), moments.of(broken, 60)))


def test_what_stands_at_crossings_names_them(plan: atlas.Atlas) -> None:
    for layer in ("coverage", "detection", "crossings"):
        assert "observations/crossings.csv" in base.find(layer).sources(plan)
