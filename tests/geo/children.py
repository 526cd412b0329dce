"""Processes that stop in the middle of a write, to be ended there."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_BEGIN = """
import signal
import sys
from pathlib import Path
# Tests that are run by `nohup` hand on that this signal is ignored.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from geo import atomic, terminal

out = Path(sys.argv[1])

def wait():
    print("here", flush=True)
    sys.stdin.read()
"""
IN_THE_MIDDLE = """
def main():
    with atomic.making(out) as made:
        (made / "a.txt").write_text("half")
        wait()
        (made / "b.txt").write_text("half")
    return 0
"""
BETWEEN_TWO_MOVES = """
replace = Path.replace

def stopping(self, target):
    replace(self, target)
    if self.name == "a.txt":
        wait()

def main():
    Path.replace = stopping
    with atomic.making(out) as made:
        (made / "a.txt").write_text("new")
        (made / "b.txt").write_text("new")
    return 0
"""
_END = """
terminal.run(main)
"""


@contextlib.contextmanager
def stopped(program: str, out: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that runs `program` and has come to where it waits."""
    pipe = subprocess.PIPE
    typed = [sys.executable, "-c", _BEGIN + program + _END, str(out)]
    with subprocess.Popen(typed, cwd=ROOT, text=True, stdin=pipe, stdout=pipe, stderr=pipe) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "here\n"
            yield child
        finally:
            child.kill()


def ended(program: str, out: Path, number: signal.Signals) -> tuple[int, str]:
    """Exit code and errors of such a process when a signal ends it."""
    with stopped(program, out) as child:
        child.send_signal(number)
        assert child.stderr is not None
        return child.wait(30), child.stderr.read()
