"""Whatever is done to a scenario's files, each is read as it is written, or the fault says where it is."""

from __future__ import annotations

import contextlib
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from roadmap import errors
from roadmap.border import sensors
from roadmap.ledger import money
from roadmap.plan import scenario
from roadmap.tables import delimited, documents, ranged
from tests import amounts
from tests.fuzz import batches, checking, mutants


@pytest.fixture(scope="module")
def world() -> checking.World:
    """What mutants are read against."""
    return checking.World.made()


@contextlib.contextmanager
def written(world: checking.World, changed: mutants.Mutant) -> Iterator[Path]:
    """A mutant in a folder of its own."""
    root = Path(tempfile.mkdtemp())
    folder = root / "small"
    folder.mkdir()
    try:
        changed.write(folder, world.sound)
        yield folder
    finally:
        shutil.rmtree(root)


def checked(world: checking.World, changed: mutants.Mutant) -> str:
    with written(world, changed) as folder:
        return checking.check(world, folder, changed)


def test_the_sound_scenario_is_read_as_it_is_written(world: checking.World) -> None:
    untouched = mutants.Mutant(dict(world.sound))
    assert checked(world, untouched) == "same"
    assert set(world.sound) == {*scenario.FILES, *scenario.BESIDE}


@hypothesis.given(chance=st.randoms(use_true_random=False))
@hypothesis.settings(max_examples=amounts.examples(300))
def test_a_mutant_is_read_as_it_is_written_or_says_where_it_is_wrong(
    world: checking.World, chance: random.Random
) -> None:
    changed = mutants.mutant(chance, world.sound)
    hypothesis.note("; ".join(changed.done))
    checked(world, changed)


@pytest.mark.parametrize("kind", mutants.KINDS)
@pytest.mark.parametrize("name", [*scenario.FILES, *scenario.BESIDE])
def test_every_kind_of_file_in_place_of_each(name: str, kind: str, world: checking.World) -> None:
    optional = name in (scenario.STATUS, scenario.BASELINE, *scenario.BESIDE)
    assert checked(world, mutants.Mutant({name: kind})) == ("same" if kind == "absent" and optional else "faults")


def halved(number: float | None) -> float | None:
    return None if number is None else number / 2.0


def defaults(read: Callable[..., object]) -> Callable[..., object]:
    return lambda reader, entry, default, **k: (read(reader, entry, default, **k), default)[1]


def forgotten(read: Callable[..., object]) -> Callable[..., object]:
    return lambda row, column, **k: (read(row, column, **k), None)[column == "last_month"]


SPOILT: dict[str, tuple[object, str, str, Callable[..., Callable[..., object]]]] = {
    "half of every number": (delimited.Row, "number", sensors.FILE, lambda read: lambda *a, **k: halved(read(*a, **k))),
    "a last month forgotten": (delimited.Row, "month", "zones.csv", forgotten),
    "a cent more": (money, "read", "investment.csv", lambda read: lambda texts: (read(texts)[0] + 1, read(texts)[1])),
    "a row passed over": (delimited, "read", "upgrades.csv", lambda read: lambda *a, **k: read(*a, **k)[1:]),
    "a default for what is given": (ranged.Reader, "number", "model.toml", defaults),
    "the first of a list": (documents.Record, "strings", "roadmap.toml", lambda read: lambda *a: read(*a)[:0]),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_reader_that_changes_values_is_found_out(
    what: str, world: checking.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name, file, spoil = SPOILT[what]
    changed = mutants.Mutant({file: world.sound[file]})
    assert checked(world, changed) == "same"
    monkeypatch.setattr(owner, name, spoil(getattr(owner, name)))
    with pytest.raises((checking.WrongError, ValueError)):
        checked(world, changed)


@pytest.mark.parametrize(
    "fault",
    [
        errors.Fault("zones.csv", 2, "cvegeo", "02004", "empty"),  # row 2 holds 01001
        errors.Fault("zones.csv", None, "cvegeo", "01001", "empty"),
        errors.Fault("zones.csv", 2, "cvegeo", "01001", "empty", {"x": 1}),
        errors.Fault("zone.csv", 2, "cvegeo", "01001", "empty"),
        errors.Fault("rules.toml", 9_999, "change.months_held", 3, "empty"),
        errors.Fault("rules.toml", 1, None, 3, "empty"),
    ],
    ids=str,
)
def test_a_fault_that_does_not_say_where_is_found_out(fault: errors.Fault, world: checking.World) -> None:
    checking.require_fault(errors.Fault("zones.csv", 2, "cvegeo", "01001", "empty"), world.sound)
    with pytest.raises(checking.WrongError):
        checking.require_fault(fault, world.sound)


def test_what_goes_unsaid_is_found_out() -> None:
    for changed in (mutants.Mutant({"status.csv": "pipe"}), mutants.Mutant({"Status.csv": b"x"})):
        with pytest.raises(checking.WrongError):
            checking.require_told(changed, {"zones.csv"})


# --- batches ------------------------------------------------------------------------------------


def test_a_batch_tells_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert batches.run(20, first=7) == 0
    said = capsys.readouterr().out
    assert re.search(r"20 mutants from seed 7 in \d+ s: 0 crashes, 0 changed values, 0 hangs, \d+ faults", said)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("raise KeyError('x')", "crashes"),
        ("from tests.fuzz import checking; raise checking.WrongError('x')", "changed values"),
        ("import faulthandler; faulthandler.dump_traceback_later(0.1, exit=True)\nwhile True: pass", "hangs"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "crashes"),
    ],
)
def test_how_a_batch_ended(code: str, kind: str) -> None:
    told = 'import json; print(json.dumps({"seed": 5}), flush=True)\n'
    found = batches.child([sys.executable, "-c", told + code])
    assert (found.kind, found.last_seed) == (kind, 5)
