"""Many mutants, each batch in a process of its own that is watched for hangs and memory."""

from __future__ import annotations

import collections
import faulthandler
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.fuzz import checking, mutants

BATCH = 500
HANG_SECONDS = 10.0
MOST_MEGABYTES = 1000
_MEGABYTE = 1024  # of the kilobytes that getrusage counts in
_CHANGED = ("tests.fuzz.checking.WrongError", "tests.fuzz.reading.DoubtfulError")
_TOLD = 12
"""Lines of a traceback that are told."""


class Ending(NamedTuple):
    """How a process ended: the last seed that it began, what was wrong, and its figures if nothing was."""

    last_seed: int
    kind: str = ""
    told: str = ""
    found: dict[str, int] = {}  # noqa: RUF012 - never changed
    slowest: float = 0.0
    megabytes: int = 0


def check(first: int, count: int) -> None:
    """Check mutants by their seeds; ends with a traceback at the first that is wrong, or hangs."""
    world = checking.World.made()
    found: collections.Counter[str] = collections.Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / "small"
        for seed in range(first, first + count):
            _tell(seed=seed)
            faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
            begun = time.perf_counter()
            changed = mutants.mutant(random.Random(seed), world.sound)  # noqa: S311 - no secret
            folder.mkdir()
            changed.write(folder, world.sound)
            found[checking.check(world, folder, changed)] += 1
            shutil.rmtree(folder)
            slowest = max(slowest, time.perf_counter() - begun)
    faulthandler.cancel_dump_traceback_later()
    megabytes = _most_memory()
    _tell(seed=first + count - 1, found=found, slowest=slowest, megabytes=megabytes)


def _most_memory() -> int:
    """Megabytes that this process has held at most; getrusage counts what its parent held before it as well."""
    status = Path("/proc/self/status")
    if status.is_file():
        (held,) = (line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(held) // _MEGABYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _MEGABYTE


def _tell(**values: object) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def child(command: Sequence[str]) -> Ending:
    """Run a process and say how it ended."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    last = lines[-1] if lines else {}
    if done.returncode == 0 and "found" in last:
        return Ending(last["seed"], "", "", last["found"], last["slowest"], last["megabytes"])
    told = "\n".join(done.stderr.splitlines()[-_TOLD:]) or f"ended with {done.returncode}"
    final = told.splitlines()[-1]
    kind = "changed values" if final.startswith(_CHANGED) else "crashes"
    return Ending(last.get("seed", -1), "hangs" if "Timeout (" in done.stderr else kind, told)


def run(count: int, first: int) -> int:
    """Check mutants batch by batch and tell the figures; returns 1 if anything was wrong."""
    total = collections.Counter({"crashes": 0, "changed values": 0, "hangs": 0})
    slowest, megabytes, begun = 0.0, 0, time.perf_counter()
    start, end = first, first + count
    while start < end:
        size = min(BATCH, end - start)
        ending = child([sys.executable, "-m", "tests.fuzz", "--batch", str(start), str(size)])
        if ending.kind:
            total[ending.kind] += 1
            sys.stdout.write(f"seed {ending.last_seed}: {ending.kind}\n{ending.told}\n")
        total.update(ending.found)
        slowest, megabytes = max(slowest, ending.slowest), max(megabytes, ending.megabytes)
        start = max(start, ending.last_seed) + 1
    figures = ", ".join(f"{number} {name}" for name, number in total.items())
    seconds = time.perf_counter() - begun
    sys.stdout.write(
        f"{count} mutants from seed {first} in {seconds:.0f} s: {figures}; "
        f"slowest {slowest:.1f} s, at most {megabytes} MB\n"
    )
    sys.stdout.flush()
    wrong = total["crashes"] + total["changed values"] + total["hangs"]
    return 1 if wrong or megabytes > MOST_MEGABYTES else 0
