"""``python -m layers``: files with promised names, one-line errors, exit codes 0, 1 and 2."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from layers import __main__ as command
from layers import base
from layers.files import export
from roadmap import atlas
from roadmap.plan import scenario

LAYERS = tuple(base.registry())


@pytest.fixture
def at_hand(small: atlas.Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command find the small atlas under the name of the shipped one."""
    monkeypatch.setattr(atlas, "load", lambda _folder, **_: small)


def run(*arguments: object) -> int:
    """Run the command in this process and return its exit code."""
    try:
        return command.main([str(argument) for argument in arguments])
    except SystemExit as ended:
        return int(str(ended.code))


def made(folder: Path) -> list[str]:
    """Names of everything in a folder, hidden or not."""
    return sorted(each.name for each in folder.iterdir()) if folder.exists() else []


@pytest.mark.usefixtures("at_hand")
@pytest.mark.parametrize("suffix", export.FORMATS)
def test_every_format_of_every_layer(suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--out", tmp_path / "new" / "folder", "--month", 12, "--format", suffix) == 0
    names = [f"{layer}_{'0' if layer == 'change' else 'month'}-12_small.{suffix}" for layer in LAYERS]
    assert made(tmp_path / "new" / "folder") == sorted(each for name in names for each in export.files(name))
    out, err = capsys.readouterr()
    assert err == ""
    count = len(LAYERS)
    assert [line.split(" ")[0] for line in out.splitlines()] == [f"{number}/{count}" for number in range(1, count + 1)]
    assert [Path(line.split(" ", 1)[1]).name for line in out.splitlines()] == names


@pytest.mark.usefixtures("at_hand")
@pytest.mark.parametrize(
    ("arguments", "month"),
    [
        ((), 6),
        (("--phase", 1), 6),
        (("--phase", 3), 36),
        (("--phase", 4), 60),
        (("--month", 0), 0),
    ],
)
def test_a_phase_is_its_last_month(arguments: tuple[object, ...], month: int, tmp_path: Path) -> None:
    assert run("--out", tmp_path, "--layer", "control", *arguments) == 0
    assert made(tmp_path) == [f"control_month-{month}_small.geojson"]


@pytest.mark.usefixtures("at_hand")
def test_layers_and_the_month_of_comparison(tmp_path: Path) -> None:
    assert run("--out", tmp_path, "--layer", "change", "zones", "--month", 22, "--vs", 21) == 0
    assert made(tmp_path) == ["change_21-22_small.geojson", "zones_month-22_small.geojson"]
    document = json.loads((tmp_path / "change_21-22_small.geojson").read_text(encoding="utf-8"))
    assert document["metadata"]["compared_with_month"] == 21
    assert [feature["properties"]["change"] for feature in document["features"]] == ["unchanged"] * 4


@pytest.mark.usefixtures("at_hand")
def test_two_comparisons_of_a_month_stand_side_by_side(tmp_path: Path) -> None:
    for vs in (0, 21, 60):
        assert run("--out", tmp_path, "--layer", "change", "control", "--month", 60, "--vs", vs) == 0
    names = ["change_0-60", "change_21-60", "change_60-60", "control_21-60", "control_60-60", "control_month-60"]
    assert made(tmp_path) == [f"{name}_small.geojson" for name in names]


@pytest.mark.usefixtures("at_hand")
@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--phase", 0), "--phase 0 is not one of 1 to 4"),
        (("--phase", 5), "--phase 5 is not one of 1 to 4"),
        (("--month", 61), "--month 61 is not within 0 to 60"),
        (("--month", -1), "--month -1 is not within 0 to 60"),
        (("--month", 3, "--vs", 4), "--vs 4 is not within 0 to the month, 3"),
        (("--vs", -1), "--vs -1 is not within 0 to the month, 6"),
        (("--month", "six"), "'six'"),
        (("--month", "6.5"), "'6.5'"),
        (("--month", 6, "--phase", 1), "not allowed with"),
        (("--layer", "nope"), "'nope'"),
        (("--format", "shp"), "'shp'"),
        (("--scenario", "nope"), "'nope': There is no such scenario. Choose one of ssa, the path of a folder."),
        (("--scenario", "../ssa"), "--scenario '../ssa': There is no such scenario."),
        (("--scenario", "a\nb"), "--scenario 'a\\nb': There is no such scenario."),
        (("--scenario", "a\0b"), "--scenario 'a\\x00b': There is no such scenario."),
        (("--release", "secret"), "'secret'"),
        (("--unknown",), "--unknown"),
        (("two\nlines",), "unrecognized arguments: two lines"),
    ],
)
def test_a_wrong_argument_is_one_line_and_code_2(
    arguments: tuple[object, ...], named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--out", tmp_path, *arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert err.startswith("python -m layers: ")
    assert named in err
    assert made(tmp_path) == []


def test_a_folder_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--month", 3) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.usefixtures("at_hand")
@pytest.mark.parametrize("suffix", export.FORMATS)
def test_a_folder_that_cannot_be_written_is_one_line_and_code_1(
    suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    assert run("--out", tmp_path / "taken", "--format", suffix) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("python -m layers: `out` ")
    assert line.endswith("choose another folder.")
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "a file"
    assert made(tmp_path) == ["taken"]


@pytest.mark.usefixtures("at_hand")
@pytest.mark.parametrize("error", [OSError(28, "No space left"), export.pyogrio.errors.DataSourceError("full")])
def test_work_that_fails_half_way_is_one_line_and_code_1(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(path: Path, *_arguments: object) -> None:
        path.write_bytes(b"half")
        raise error

    monkeypatch.setitem(export._WRITERS, "gpkg", full)  # noqa: SLF001 - to be broken off half way
    assert run("--out", tmp_path, "--format", "gpkg") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "cannot be written" in line
    assert made(tmp_path) == []


def test_every_fault_of_a_broken_scenario_is_a_sentence_and_code_1(
    own_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = own_root / "broken"
    shutil.copytree(scenario.DEFAULT_ROOT / "ssa", broken)
    rows = (broken / "zones.csv").read_text(encoding="utf-8").splitlines()
    head, wrong = rows[0], [",".join(["nowhere", *row.split(",")[1:]]) for row in rows[1:6]]
    (broken / "zones.csv").write_text("\n".join([head, *wrong, *rows[6:]]) + "\n", encoding="utf-8")
    assert run("--out", tmp_path / "out", "--scenario", broken, "--allow-faults") == 1
    no_members, *told = capsys.readouterr().err.splitlines()
    assert "The zone has no municipality." in no_members
    assert len(told) == 5
    for number, line in enumerate(told, start=2):
        assert line.startswith(f"python -m layers: zones.csv, row {number}, column `zone`, 'nowhere': There is no such")
        assert "Use one of " in line
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("at_hand")
def test_a_reader_who_goes_away_costs_no_layer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        assert run("--out", tmp_path, "--month", 12) == 0
    assert len(made(tmp_path)) == len(LAYERS)
    (line,) = capsys.readouterr().err.splitlines()
    assert line == "python -m layers: standard output cannot be written (Broken pipe); all else is done."


@pytest.mark.usefixtures("at_hand")
def test_a_full_output_costs_no_layer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert run("--out", tmp_path, "--month", 12) == 1
    assert len(made(tmp_path)) == len(LAYERS)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("python -m layers: standard output cannot be written (No space left")


@pytest.mark.usefixtures("at_hand")
def test_a_folder_that_the_output_cannot_spell_is_escaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, "ascii"))
    assert run("--out", tmp_path / "año", "--month", 12, "--layer", "zones") == 0
    assert written.getvalue() == f"1/1 {tmp_path}/a\\xf1o/zones_month-12_small.geojson\n".encode("ascii")
    assert made(tmp_path / "año") == ["zones_month-12_small.geojson"]


@pytest.mark.usefixtures("at_hand")
@pytest.mark.parametrize("given", ["x", "-5", "1.5", "+1", " 1", "\u0663", "9" * 14, "9" * 5000])
def test_a_fixed_time_that_is_none_is_told_and_costs_no_layer(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    assert run("--out", tmp_path, "--month", 12, "--layer", "control", "zones") == 1
    assert made(tmp_path) == ["control_month-12_small.geojson", "zones_month-12_small.geojson"]
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("python -m layers: `SOURCE_DATE_EPOCH` '")
    assert line.endswith("is no time; give whole seconds since 1970 or unset it.")
    assert len(line) < 200


def test_the_command_as_it_is_typed(root: Path, tmp_path: Path) -> None:
    typed = [sys.executable, "-W", "error", "-m", "layers", "--phase", "3", "--layer", "crossings", "--out", tmp_path]
    done = subprocess.run(typed, cwd=root, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    path = tmp_path / "crossings_month-36_ssa.geojson"
    assert done.stdout == f"1/1 {path}\n"
    assert json.loads(path.read_text(encoding="utf-8"))["metadata"]["phase"] == 3
