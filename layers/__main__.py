"""``python -m layers``: layers of a month as files."""

from __future__ import annotations

from geo import terminal

if __name__ == "__main__":
    terminal.listen()  # libraries take seconds to import

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from geo import errors
from layers import base, release
from layers.files import alone, export
from roadmap import command, moments
from roadmap.plan import phases
from roadmap.words import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from roadmap import atlas as atlases


def add_view(parser: command.Parser) -> None:
    """Add the arguments that name a scenario, a month and a level of release."""
    command.add_scenario(parser)
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--phase", type=int, help="number of a phase: its last month")
    when.add_argument("--month", type=int, help="0 (baseline) to the last one of the plan")
    parser.add_argument("--vs", type=int, default=0, help="month to compare with (0)")
    parser.add_argument(
        "--release", choices=release.LEVELS, help=f"how much detail to show (what {release.VARIABLE} says, or public)"
    )


def month_of(parser: command.Parser, given: argparse.Namespace, plan: Sequence[phases.Phase]) -> int:
    """Return the month that the arguments name; wrong ones end the program with code 2."""
    if given.phase is not None and not 1 <= given.phase <= len(plan):
        parser.error(f"--phase {given.phase} is not one of 1 to {len(plan)}")
    last = phases.last_month(plan)
    named = given.month if given.month is not None else plan[(given.phase or 1) - 1].last_month
    month = int(named)
    if not 0 <= month <= last:
        parser.error(f"--month {month} is not within 0 to {last}")
    if not 0 <= given.vs <= month:
        parser.error(f"--vs {given.vs} is not within 0 to the month, {month}")
    return month


def seen(parser: command.Parser, given: argparse.Namespace, atlas: atlases.Atlas) -> moments.Comparison:
    """Return what the arguments ask to see of a scenario; wrong ones end the program with code 2."""
    return moments.of(atlas, month_of(parser, given, atlas.scenario.phases), given.vs)


def choose(given: argparse.Namespace) -> None:
    """Set the level of release that the arguments name, if they do."""
    if given.release:
        release.choose(given.release)


def load(parser: command.Parser, given: argparse.Namespace) -> atlases.Atlas:
    """Return the scenario that the arguments name: see :func:`roadmap.command.load`."""
    return command.load(parser, given, tell=release.sentences)


def failed(parser: command.Parser, error: errors.AtlasError) -> int:
    """Tell everything that is wrong, as far as the level of release allows, and return the exit code."""
    return command.failed(parser, error, tell=release.sentences)


def _parser() -> command.Parser:
    parser = command.Parser(prog="python -m layers", description="Write layers of a month as files.")
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    add_view(parser)
    parser.add_argument("--layer", nargs="+", help="layers to write (all that have the format)")
    formats = (*export.FORMATS, *export.RASTER_FORMATS, alone.SUFFIX)
    parser.add_argument(
        "--format", choices=formats, default="geojson", help="of each layer; html is a map of them all and all months"
    )
    return parser


def _check_layers(parser: command.Parser, names: Sequence[str]) -> None:
    """End the program with code 2 if a layer does not exist at the level of release."""
    known = base.registry()
    for name in names:
        if name not in known:
            parser.error(f"argument --layer: invalid choice: {name!r} (choose from {', '.join(known)})")


def fix_time(output: terminal.Output) -> None:
    """Warn of a fixed time that is none, and go on as if none were fixed."""
    try:
        export.fixed_time()
    except export.ExportError as error:
        output.warn(str(error))
        os.environ.pop(export.FIXED_TIME)


def _write(given: argparse.Namespace, asked: moments.Comparison, output: terminal.Output) -> None:
    names = given.layer or list(base.registry())
    if not given.layer and given.format in export.RASTER_FORMATS:
        names = list(export.with_raster(asked.now))
    if given.format == alone.SUFFIX:
        output.tell(str(alone.save(given.out, asked, given.layer or base.opened(), text.words())))
        return
    for count, name in enumerate(names, start=1):
        path = export.save(given.out, base.find(name), asked, suffix=given.format)
        output.tell(f"{count}/{len(names)} {path}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, 1 (the work failed) or 2 (bad arguments)."""
    parser = _parser()
    given = parser.parse_args(arguments)
    output = terminal.Output(parser.prog)
    fix_time(output)
    try:
        choose(given)
        _check_layers(parser, given.layer or ())
        atlas = load(parser, given)
        _write(given, seen(parser, given, atlas), output)
    except errors.AtlasError as error:
        return failed(parser, error)
    return output.code()


if __name__ == "__main__":
    terminal.run(main)
