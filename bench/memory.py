"""Measure what a server holds after edits of a scenario, and after readers who have come and gone.

Run as ``python -m bench.memory``; the table goes to standard output as Markdown. It works on a copy of the project, and
waits for as long as the server keeps a reader who has left.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import itertools
import json
import os
import platform
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from bench import step, talk
from tests.browser import server
from views import upkeep

FOLDERS = ("views", "layers", "roadmap", "geo", "briefing", "bench", "tests", "data", ".streamlit")
EDITS, COPIES, LOADS, READERS, FIRST = 50, 6, 36, 100, 20
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Watched:
    """A running app over a copy of the project, and the file that it writes its counts into."""

    app: server.Server
    folder: Path
    counts: Path

    def held(self) -> dict[str, int]:
        """Ask the process how many sessions and atlases are alive in it."""
        self.counts.unlink(missing_ok=True)
        self.app.process.send_signal(signal.SIGUSR1)
        limit = time.monotonic() + PATIENCE_SECONDS
        while not self.counts.exists():
            if time.monotonic() > limit:
                message = f"the app does not answer:\n{self.app.text()}"
                raise server.ServerError(message)
            time.sleep(0.05)
        return dict(json.loads(self.counts.read_text(encoding="ascii")))

    def memory_mb(self) -> float:
        """Memory that the process holds."""
        found = step.memory_mb(self.app.process.pid)
        if found is None:
            message = "this system does not tell how much memory a process holds"
            raise server.ServerError(message)
        return found


    def rested_mb(self) -> float:
        """Memory that the process holds when it has had the time to give some back."""
        time.sleep(1.5 * upkeep.FORGET_EVERY_SECONDS)
        return self.memory_mb()


def copy(folder: Path) -> None:
    """Copy what the app is made of."""
    for name in FOLDERS:
        shutil.copytree(server.ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for script in server.ROOT.glob("*.py"):
        shutil.copy(script, folder)


@contextlib.contextmanager
def watched() -> Iterator[Watched]:
    """Run the app over a fresh copy, beside counts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy(folder)
        counts = folder / "counts.json"
        command = ("-m", "bench.watched", str(counts), "serve.py", "--port", "{port}", "--headless")
        with server.running(*command, log=folder / "log.txt", folder=folder) as app:
            yield Watched(app, folder, counts)


def another(folder: Path, name: str) -> None:
    """Copy the shipped scenario under another name."""
    scenarios = folder / "data" / "scenarios"
    shutil.copytree(scenarios / "ssa", scenarios / name)
    roadmap = scenarios / name / "roadmap.toml"
    roadmap.write_text(roadmap.read_text(encoding="utf-8").replace('id = "ssa"', f'id = "{name}"', 1), encoding="utf-8")


def edits(count: int) -> str:
    """Save a file of the scenario and step, again and again, in one session."""
    with watched() as under, talk.reader(under.app.url) as reader:
        reader.open()
        for phase in step.PHASES:
            reader.choose("phase", f"Phase {phase}")
        rules = under.folder / "data" / "scenarios" / "ssa" / "rules.toml"
        text = rules.read_text(encoding="utf-8")
        before = under.rested_mb()
        for number, phase in enumerate(itertools.islice(itertools.cycle(step.PHASES), count), start=1):
            rules.write_text(f"{text}\n# edit {number}\n", encoding="utf-8")
            reader.choose("phase", f"Phase {phase}")
            step.say(f"edit {number} of {count}: {under.memory_mb():.0f} MB")
        after = under.rested_mb()
        return row(f"{count} edits, each followed by a step", before, after, under.held(), "≤ 50 MB more")


def turns(copies: int, loads: int) -> str:
    """Visit several copies of the scenario in turn, more than are kept."""
    with watched() as under:
        names = [f"copy-{number}" for number in range(copies)]
        for name in names:
            another(under.folder, name)
        before = under.rested_mb()
        for number, name in enumerate(itertools.islice(itertools.cycle(names), loads), start=1):
            with talk.reader(under.app.url) as reader:
                reader.open(f"scenario={name}")
            step.say(f"load {number} of {loads}: {under.memory_mb():.0f} MB")
        after = under.rested_mb()
        return row(f"{copies} scenarios in turn, {loads} loads", before, after, under.held(), "no more with every turn")


def crowd(readers: int, first: int) -> str:
    """Let readers come, step and leave, and wait for the time that they are kept."""
    with watched() as under:
        for number in range(1, readers + 1):
            with talk.reader(under.app.url) as reader:
                reader.open()
                reader.choose("phase", f"Phase {step.PHASES[number % len(step.PHASES)]}")
            if number == first:
                before = under.rested_mb()
        step.say(f"{readers} readers have left: {under.memory_mb():.0f} MB")
        time.sleep(float(st.get_option("server.disconnectedSessionTTL")))
        after = under.rested_mb()
        what = f"{readers} sessions opened and closed, after the wait; before: after the first {first}"
        return row(what, before, after, under.held(), "no session left, within 10 MB")


def row(what: str, before: float, after: float, held: dict[str, int], budget: str) -> str:
    """One line of the table."""
    return (
        f"| {what} | {before:.0f} MB | {after:.0f} MB | {after - before:+.0f} MB | {held['sessions']} | "
        f"{held['atlases']} | {budget} |"
    )


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=EDITS, help=f"edits ({EDITS})")
    parser.add_argument("--loads", type=int, default=LOADS, help=f"loads of {COPIES} copies in turn ({LOADS})")
    parser.add_argument("--readers", type=int, default=READERS, help=f"sessions, at least {FIRST} ({READERS})")
    chosen = parser.parse_args()
    if chosen.readers < FIRST or min(chosen.edits, chosen.loads) < 1:
        parser.error(f"at least one edit and one load, and {FIRST} sessions")
    print(f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("| what | before | after | more | sessions alive | atlases alive | budget |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    print(edits(chosen.edits), flush=True)
    print(turns(COPIES, chosen.loads), flush=True)
    print(crowd(chosen.readers, FIRST), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
