"""``python -m roadmap check``: everything that the app would say of a scenario, in sentences, with an exit code."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from roadmap import __main__ as command
from roadmap import atlas, omissions
from roadmap.plan import scenario
from roadmap.words import complaints


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A copy of the shipped scenario elsewhere."""
    return Path(shutil.copytree(scenario.DEFAULT_ROOT / "ssa", tmp_path / "mine"))


def run(*arguments: object) -> int:
    """Run the command in this process and return its exit code."""
    try:
        return command.main([str(argument) for argument in arguments])
    except SystemExit as ended:
        return int(str(ended.code))


def test_the_shipped_scenario_has_no_fault(root: Path, plan: atlas.Atlas) -> None:
    """As it is typed."""
    typed = [sys.executable, "-W", "error", "-m", "roadmap", "check", "ssa"]
    done = subprocess.run(typed, cwd=root, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"ssa: no fault. Entries {len(plan.scenario.entries)}, zones ")
    assert f"ledger lines {len(plan.books.ledger):,}, " in done.stdout
    assert done.stdout.endswith(f"Edition {plan.edition}.\n")


def test_every_fault_is_told_in_the_order_of_the_files(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (mine / "rules.toml").write_text("months_held = 'three'\n", encoding="utf-8")
    (mine / "zones.csv").unlink()
    assert run("check", mine) == 1
    out, err = capsys.readouterr()
    assert out == ""
    told = err.splitlines()
    assert all(line.startswith("python -m roadmap check: ") for line in told)
    files = [line.removeprefix("python -m roadmap check: ").split(",")[0].split(":")[0] for line in told]
    assert files == sorted(files, key=scenario.FILES.index)
    assert "zones.csv: The file is missing. Copy it from the shipped scenario and edit it." in err
    assert "rules.toml" in files


def test_what_the_app_would_leave_out_is_told(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (mine / "upgrades.csv").write_text("id;kind\n", encoding="utf-8")
    assert run("check", mine, "--terrain", mine / "no.tif") == 1
    err = capsys.readouterr().err
    assert complaints.CONSEQUENCES[omissions.UPGRADES] in err
    assert "Columns are separated by ';'. Separate them by commas." in err
    assert complaints.CONSEQUENCES[omissions.TERRAIN] in err
    assert "There is no such file or folder of elevations." in err
    assert "--allow-faults" not in err  # which this command does not take


def test_an_output_that_cannot_be_written_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert run("check", "ssa") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("python -m roadmap check: standard output cannot be written (No space left")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "check"),
        (("mend", "ssa"), "'mend'"),
        (("check",), "FOLDER"),
        (("check", "nowhere"), "'nowhere': There is no such scenario. Choose one of ssa, the path of a folder."),
        (("check", "ssa", "--speed"), "--speed"),
    ],
)
def test_a_wrong_argument_is_one_line_and_code_2(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert line.startswith("python -m roadmap")
    assert said in line
