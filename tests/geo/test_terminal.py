"""Outputs that go away, and signals: the work is done or nothing is left, and one line says so."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from geo import terminal
from tests.geo import children

TELLING = """
import sys
from geo import terminal

def main():
    output = terminal.Output("tell")
    with open(sys.argv[1], "w") as done:
        for number in range(3):
            output.tell(f"{number} a\\u00f1o \\udcff")
            done.write(f"{number}")
    return output.code()

terminal.run(main)
"""


def told(tmp_path: Path, stdout: int, **variables: str) -> tuple[int, bytes, bytes]:
    """Exit code, output and errors of a small command that writes three lines, and a file that counts them."""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", TELLING, str(tmp_path / "n")],
        cwd=children.ROOT,
        env={**os.environ, **variables},
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout or b"", done.stderr


def test_a_reader_who_goes_away_stops_nothing(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    code, _, errors = told(tmp_path, writer)
    os.close(writer)
    assert (code, (tmp_path / "n").read_text()) == (0, "012")
    assert errors == b"tell: standard output cannot be written (Broken pipe); all else is done.\n"


def test_a_full_output_stops_nothing_and_is_a_failure(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        code, _, errors = told(tmp_path, full.fileno())
    assert (code, (tmp_path / "n").read_text()) == (1, "012")
    assert errors == b"tell: standard output cannot be written (No space left on device); all else is done.\n"


@pytest.mark.parametrize(
    ("encoding", "first"), [("ascii", rb"0 a\xf1o \udcff"), ("latin-1", b"0 a\xf1o \\udcff"), ("utf-8", None)]
)
def test_what_an_output_cannot_spell_is_escaped(encoding: str, first: bytes | None, tmp_path: Path) -> None:
    code, output, errors = told(tmp_path, subprocess.PIPE, PYTHONIOENCODING=encoding)
    assert (code, errors) == (0, b"")
    assert output.splitlines()[0] == (first or "0 año \\udcff".encode())


def test_no_output_at_all_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    output = terminal.Output("tell")
    output.tell("a")
    assert output.code() == 0
    monkeypatch.setattr(sys, "stderr", None)
    output.warn("b")
    assert output.code() == 1


def test_a_warning_is_a_line_and_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    output = terminal.Output("tell")
    output.warn("This was not as you asked.")
    output.tell("a")
    assert output.code() == 1
    assert tuple(capsys.readouterr()) == ("a\n", "tell: This was not as you asked.\n")


def test_characters_of_a_stream() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), "ascii")
    assert terminal.spelled("año", stream) == r"a\xf1o"
    stream.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_a_command_with_its_number_and_no_traceback(number: signal.Signals, tmp_path: Path) -> None:
    assert children.ended(children.IN_THE_MIDDLE, tmp_path, number) == (128 + number, "")
    assert list(tmp_path.iterdir()) == []


def test_a_signal_that_was_ignored_from_outside_stays_so(tmp_path: Path) -> None:
    program = f"import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n{children.IN_THE_MIDDLE}"
    with children.stopped(program, tmp_path) as child:
        child.send_signal(signal.SIGHUP)
        child.communicate("", timeout=30)
    assert child.returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt"]


@pytest.mark.parametrize(("raised", "code"), [("0", 0), ("2", 2), ("None", 0), ("'words'", 1)])
def test_a_command_may_leave_early(raised: str, code: int) -> None:
    typed = [sys.executable, "-c", f"from geo import terminal\nterminal.run(lambda: exit({raised}))"]
    assert subprocess.run(typed, cwd=children.ROOT, timeout=60, check=False).returncode == code


def test_help_may_be_cut_short() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    program = "import argparse\nfrom geo import terminal\nterminal.run(argparse.ArgumentParser('tell').parse_args)"
    typed = [sys.executable, "-c", program, "--help"]
    done = subprocess.run(typed, cwd=children.ROOT, stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
