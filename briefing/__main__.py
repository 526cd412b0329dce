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
from layers import base
from roadmap import command
from roadmap.words import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from roadmap import moments

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
    for key, option in base.options().items():
        said = f"{option.title[0].lower()}{option.title[1:]}"
        parser.add_argument(f"--{key}", choices=list(option.choices), default=option.default, help=said)
    parser.add_argument("--lang", choices=text.LANGUAGES, default=text.DEFAULT, help="language")
    parser.add_argument("--format", nargs="+", choices=figure.FORMATS, default=["png"])
    return parser


def _write(given: argparse.Namespace, seen: moments.Comparison, output: terminal.Output) -> None:
    options = {key: getattr(given, key) for key in base.options()}
    words = text.words(given.lang)
    content = figure.png(seen, layers=given.layers, words=words, place=given.place, options=options)
    name = figure.file_name(seen, given.lang, options=options)
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
        _write(given, views.seen(parser, given, atlas), output)
    except errors.AtlasError as error:
        return views.failed(parser, error)
    return output.code()


if __name__ == "__main__":
    terminal.run(main)
