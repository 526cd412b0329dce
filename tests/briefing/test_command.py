"""``python -m briefing``: names, exit codes, one line of error, nothing left behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from briefing import __main__ as command
from briefing import figure
from roadmap import atlas as atlases
from roadmap import moments
from tests.briefing.conftest import opened


@pytest.fixture
def loaded(plan: atlases.Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading takes no time: the scenario is there."""
    monkeypatch.setattr(atlases, "load", lambda _folder, **_: plan)


def left(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.mark.usefixtures("loaded", "fixed_time")
def test_the_command_writes_what_the_function_returns(
    plan: atlases.Atlas, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "folder"
    arguments = ["--out", str(out), "--month", "30", "--vs", "6", "--layers", "change", "zones", "--place", "08037"]
    assert command.main(arguments) == 0
    assert left(out) == ["briefing_6-30_ssa_en.png"]
    expected = figure.png(moments.of(plan, 30, 6), layers=["zones", "change"], place="08037")
    assert (out / "briefing_6-30_ssa_en.png").read_bytes() == expected
    assert capsys.readouterr().out == f"{out / 'briefing_6-30_ssa_en.png'}\n"


@pytest.mark.usefixtures("fixed_time")
def test_another_process_writes_the_same_bytes(root: Path, plan: atlases.Atlas, tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-W", "error", "-m", "briefing", "--out", str(tmp_path), "--phase", "3", "--format", "png"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    assert made.stderr == ""
    content = (tmp_path / "briefing_month-36_ssa_en.png").read_bytes()
    assert content == figure.png(moments.of(plan, 36))
    assert opened(content).info["Creation Time"].startswith("2026-01-01")


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    "arguments",
    [
        ["--month", "61"],
        ["--month", "-1"],
        ["--month", "three"],
        ["--phase", "0"],
        ["--phase", "3", "--month", "30"],
        ["--month", "6", "--vs", "7"],
        ["--layers", "weather"],
        ["--layers"],
        ["--lang", "xx"],
        ["--format", "bmp"],
        ["--scenario", "none"],
        ["--speed", "3"],
    ],
)
def test_wrong_arguments_end_with_two_and_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as left_with:
        command.main(["--out", str(tmp_path), *arguments])
    assert left_with.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("python -m briefing: ")
    assert said.err.count("\n") == 1
    assert left(tmp_path) == []


@pytest.mark.usefixtures("loaded")
def test_without_a_folder_the_arguments_are_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left_with:
        command.main([])
    assert left_with.value.code == 2
    assert "--out" in capsys.readouterr().err


@pytest.mark.usefixtures("loaded")
def test_an_unknown_place_ends_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--out", str(tmp_path), "--place", "99999"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert left(tmp_path) == []


@pytest.mark.usefixtures("loaded")
def test_a_file_in_the_place_of_the_folder_ends_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figure, "png", lambda *_, **__: b"picture")
    (tmp_path / "taken").write_text("mine")
    assert command.main(["--out", str(tmp_path / "taken")]) == 1
    said = capsys.readouterr().err
    assert "`out`" in said
    assert said.count("\n") == 1
    assert (tmp_path / "taken").read_text() == "mine"


@pytest.mark.usefixtures("loaded")
def test_an_output_that_cannot_be_written_and_a_time_that_is_none_cost_no_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figure, "png", lambda *_, **__: b"picture")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "x")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert command.main(["--out", str(tmp_path)]) == 1
    assert left(tmp_path) == ["briefing_month-6_ssa_en.png"]
    first, last = capsys.readouterr().err.splitlines()
    assert first.startswith("python -m briefing: `SOURCE_DATE_EPOCH` 'x' is no time")
    assert last.startswith("python -m briefing: standard output cannot be written")


@pytest.mark.usefixtures("loaded")
def test_a_failed_write_leaves_the_former_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figure, "png", lambda *_, **__: b"picture")
    former = tmp_path / "briefing_month-6_ssa_en.png"
    former.write_bytes(b"former")

    def full(self: Path, target: Path) -> None:
        del self, target
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert command.main(["--out", str(tmp_path)]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert left(tmp_path) == [former.name]
    assert former.read_bytes() == b"former"
