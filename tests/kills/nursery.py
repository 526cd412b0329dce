"""A program that has imported everything and forks one writer after another, each to be killed after a while.

It reads orders, one JSON text a line, and answers each in a line: how the writer ended and how long it took. To start
Python with its libraries for each kill would take seconds; a fork takes none, and the signals and files are real.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import select
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from briefing import __main__ as briefing_command
from briefing import figure
from geo import terminal
from layers import __main__ as layers_command
from layers import static
from layers.files import assets, fonts
from roadmap import atlas
from roadmap.words import text
from tests.layers import by_hand

FORMATS = ("geojson", "gpkg", "parquet", "csv", "tif")
"""Formats that ``python -m layers`` writes here."""
WRITERS = (*FORMATS, "picture", "publish")
EDITIONS = ("a", "b")
"""Two editions of one scenario: files of the same names with other content."""
FIXED = {"SOURCE_DATE_EPOCH": "1800000000"}


@dataclass(frozen=True)
class Order:
    """What to write, and when to kill the writer: `after` seconds by signal `number`; never if that is 0."""

    writer: str
    edition: str
    out: str
    number: int = 0
    after: float = 0.0


@dataclass(frozen=True)
class Answer:
    """How a writer ended: its exit code, negative where a signal ended it, and seconds from its beginning."""

    code: int
    seconds: float


def editions(plan: atlas.Atlas) -> dict[str, atlas.Atlas]:
    """The same places under two hashes and titles."""
    return {
        name: replace(plan, scenario=replace(plan.scenario, id="small", title=f"Edition {name}", hash=name * 12))
        for name in EDITIONS
    }


class Nursery:
    """Everything that writers need."""

    def __init__(self) -> None:
        plan = atlas.load()
        self.small = editions(by_hand.atlas(plan))
        self.whole = editions(plan)  # only the shipped plan has a raster
        # A picture takes a second to draw and a millisecond to write; kills are to fall into the writing.
        self.pictures = {name: name.encode() * 3_000_000 for name in EDITIONS}
        fonts.cut = functools.cache(fonts.cut)  # nor do fonts take less to cut

    def work(self, order: Order) -> int:
        """Write what is ordered, through the commands where there is one, and return the exit code."""
        with set_to(order, self):
            common = ["--out", order.out, "--month", "12"]
            if order.writer == "picture":
                return briefing_command.main(common)
            if order.writer == "publish":
                os.environ[static.VARIABLE] = order.out
                assets.publish(self.small[order.edition], text.words())
                return 0
            names = ["detection"] if order.writer == "tif" else ["control", "change", "zones", "investment"]
            return layers_command.main([*common, "--format", order.writer, "--layer", *names])

    def answer(self, order: Order) -> Answer:
        """Have a fork do the work, kill it when its time has come, and say how it ended."""
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            os._exit(self._life(order, writing))
        os.close(writing)
        os.read(reading, 1)  # it has begun
        begun = time.monotonic()
        # The end of the pipe is that of the child; until it is waited for, its number is nobody else's.
        ended, _, _ = select.select([reading], [], [], order.after if order.number else None)
        if not ended:
            os.kill(child, order.number)
        _, status = os.waitpid(child, 0)
        os.close(reading)
        return Answer(os.waitstatus_to_exitcode(status), time.monotonic() - begun)

    def _life(self, order: Order, writing: int) -> int:
        """Return the exit code of a writer that is let live, as a process of its own would have it."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        signal.signal(signal.SIGINT, signal.default_int_handler)  # as where a process begins
        terminal.listen()
        os.write(writing, b".")
        try:
            terminal.run(lambda: self.work(order))
        except SystemExit as ended:
            return int(str(ended.code))


@contextlib.contextmanager
def set_to(order: Order, nursery: Nursery) -> Iterator[None]:
    """Let the commands find an edition without loading it."""
    chosen = (nursery.whole if order.writer == "tif" else nursery.small)[order.edition]
    load: Callable[..., atlas.Atlas] = lambda *_: chosen  # noqa: E731
    picture: Callable[..., bytes] = lambda *_, **__: nursery.pictures[order.edition]  # noqa: E731
    before = layers_command.load, figure.png
    layers_command.load, figure.png = load, picture
    try:
        yield
    finally:
        layers_command.load, figure.png = before


def main() -> None:
    """Answer orders until there are no more."""
    os.environ.update(FIXED)
    nursery = Nursery()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        for writer in WRITERS:  # what is made once a process is made now
            for edition in EDITIONS:
                nursery.work(Order(writer, edition, f"{folder}/{writer}"))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        answer = nursery.answer(Order(**json.loads(line)))
        sys.stdout.write(f"{json.dumps([answer.code, answer.seconds])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
