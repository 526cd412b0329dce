"""Writers killed at any moment: no half-written file, no good file lost, nothing left behind after the next run.

``make kills`` kills some hundreds, ``make test`` thirty.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from geo import atomic
from tests import amounts
from tests.kills import nursery

KILLS = -(-amounts.examples(30) // len(nursery.WRITERS))
"""How often each writer is killed."""
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL, signal.SIGINT, signal.SIGKILL, signal.SIGHUP)


class Writers:
    """The program that forks writers, from this side."""

    def __init__(self, program: subprocess.Popen[str], errors: Path) -> None:
        self.program = program
        self.errors = errors

    def answer(self, order: nursery.Order) -> nursery.Answer:
        """Have an order done."""
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        self.program.stdin.write(f"{json.dumps(asdict(order))}\n")
        self.program.stdin.flush()
        return nursery.Answer(*json.loads(self.program.stdout.readline()))


@pytest.fixture(scope="module")
def writers(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writers]:
    """Writers of this module's tests."""
    errors = tmp_path_factory.mktemp("writers") / "errors.txt"
    pipe = subprocess.PIPE
    typed = [sys.executable, "-W", "error", str(root / "tests" / "kills" / "nursery.py")]
    with (
        errors.open("w", encoding="utf-8") as told,
        subprocess.Popen(typed, cwd=root, text=True, stdin=pipe, stdout=pipe, stderr=told) as program,
    ):
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n", errors.read_text(encoding="utf-8")
        errors.write_text("", encoding="utf-8")
        yield Writers(program, errors)
        assert program.stdin is not None
        program.stdin.close()
        assert program.wait(60) == 0


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path, hidden or not."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def left_over(names: Iterator[str] | dict[str, bytes]) -> set[str]:
    """Paths inside folders in which something was being made."""
    return {name for name in names if atomic.PREFIX in name}


@pytest.mark.parametrize("writer", nursery.WRITERS)
def test_a_kill_at_any_moment_harms_nothing(
    writer: str, writers: Writers, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    whole, seconds = {}, 0.0
    for edition in nursery.EDITIONS:
        done = writers.answer(nursery.Order(writer, edition, str(tmp_path / edition)))
        assert done.code == 0
        whole[edition], seconds = contents(tmp_path / edition), done.seconds
    assert whole["a"] != whole["b"]
    old, new = whole["a"], {**whole["a"], **whole["b"]}

    rng = random.Random(writer)  # noqa: S311 - moments, no secrets
    ends: Counter[str] = Counter()
    for turn in range(KILLS):
        # What is published is never written twice, so that is killed in a new folder.
        out = tmp_path / f"out-{turn if writer == 'publish' else 0}"
        before = contents(out) if out.exists() else {}
        number = SIGNALS[turn % len(SIGNALS)]
        order = nursery.Order(writer, "b", str(out), number, rng.uniform(0.0, seconds))
        ended = writers.answer(order)
        ends[how(ended.code, number)] += 1
        found = contents(out) if out.exists() else {}
        waste = left_over(found)
        told = (order, ended)
        assert ended.code in {0, -number if number == signal.SIGKILL else 128 + number}, told
        # Nothing under a final name but a whole file of before or of now, and no file lost.
        kept = {name: content for name, content in found.items() if name not in waste}
        assert all(content in {before.get(name), new[name]} for name, content in kept.items()), told
        assert set(before) <= set(kept), told
        if ended.code >= 0:
            assert not waste, told
            assert not list(out.rglob(f"{atomic.PREFIX}*")), told
            assert together(found), told
        for folder in (out, *(path for path in out.rglob("*") if path.is_dir())):
            atomic.clear(folder)  # the first that the next run does
        assert together(contents(out)), told

        done = writers.answer(nursery.Order(writer, "a", str(out)))
        assert done.code == 0
        seconds = done.seconds
        found = contents(out)
        assert not list(out.rglob(f"{atomic.PREFIX}*")), told
        assert {name: found[name] for name in old} == old, told
        assert all(new[name] == content for name, content in found.items() if name not in old), told
    assert writers.errors.read_text(encoding="utf-8") == ""
    told = ", ".join(f"{count} {end}" for end, count in sorted(ends.items()))
    tell(f"Writers of {writer} killed within {seconds:.2f} s: {told}.")


def how(code: int, number: int) -> str:
    """How a writer ended, in a word or two."""
    return "finished first" if code == 0 else signal.Signals(number).name


def together(found: dict[str, bytes]) -> bool:
    """Whether each CSV and what stands beside it are of one edition."""
    for name in [name for name in found if name.endswith(".csv")]:
        about = json.loads(found[f"{name}-metadata.json"])
        _, *lines = found[name].splitlines()
        if not all(about["notes"][0]["edition"].encode() in line for line in lines):
            return False
    return True
