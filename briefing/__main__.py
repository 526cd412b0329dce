"""``python -m briefing``: the view of a month as documents for a briefing."""

from __future__ import annotations

from geo import terminal

if __name__ == "__main__":
    terminal.listen()  # libraries take seconds to import

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from briefing import figure
from geo import errors
from layers import __main__ as views
from layers import base, circles
from roadmap import command
from roadmap.words import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from roadmap import atlas as atlases

DEFAULT_LAYERS = ("control", "zones", "crossings")


def _parser() -> command.Parser:
    parser = command.Parser(
        prog="python -m briefing", description="Write the view of a month as a picture for a slide."
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    views.add_view(parser)
    parser.add_argument(
        "--layers",
        nargs="+",
        choices=list(base.registry()),
        default=list(DEFAULT_LAYERS),
        help=f"layers to show ({' '.join(DEFAULT_LAYERS)})",
    )
    parser.add_argument("--place", default="", help="key of a municipality to point out")
    parser.add_argument("--money", choices=list(circles.MEASURES), default=circles.DEFAULT, help="what circles measure")
    parser.add_argument("--lang", choices=text.LANGUAGES, default=text.DEFAULT, help="language")
    parser.add_argument("--format", nargs="+", choices=figure.FORMATS, default=["png"])
    return parser


def _write(given: argparse.Namespace, atlas: atlases.Atlas, month: int, output: terminal.Output) -> None:
    content = figure.png(
        atlas,
        month,
        vs=given.vs,
        layers=given.layers,
        words=text.words(given.lang),
        place=given.place,
        money=given.money,
    )
    name = figure.file_name(month, atlas.scenario.id, given.lang, money=given.money, vs=given.vs)
    path = figure.save(given.out, name, content)
    output.tell(str(path))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, 1 (the work failed) or 2 (bad arguments)."""
    parser = _parser()
    given = parser.parse_args(arguments)
    output = terminal.Output(parser.prog)
    views.fix_time(output)
    try:
        views.choose(given)
        atlas = views.load(parser, given)
        _write(given, atlas, views.month_of(parser, given, atlas.scenario.phases), output)
    except errors.AtlasError as error:
        return views.failed(parser, error)
    return output.code()


if __name__ == "__main__":
    terminal.run(main)
