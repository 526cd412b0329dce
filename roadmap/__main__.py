"""``python -m roadmap``: check a scenario without drawing anything of it, or write down what one may hold."""

from __future__ import annotations

from geo import terminal

if __name__ == "__main__":
    terminal.listen()  # libraries take seconds to import

from pathlib import Path
from typing import TYPE_CHECKING

from geo import errors
from roadmap import atlas, command, handbook
from roadmap.words import text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence


def _parser() -> command.Parser:
    parser = command.Parser(prog="python -m roadmap", description="Work on scenarios.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="check|tables", parser_class=command.Parser)
    check = verbs.add_parser("check", help="say everything that the app would say of a scenario")
    check.add_argument("scenario", metavar="FOLDER", help="path of the folder, or its name below data/scenarios")
    command.add_terrain(check)
    check.set_defaults(run=_check, parser=check, allow_faults=False)
    tables = verbs.add_parser("tables", help="write the page and the JSON Schema of what a scenario's files may hold")
    tables.add_argument("--out", type=Path, default=handbook.FOLDER, metavar="FOLDER", help="where to (docs)")
    tables.set_defaults(run=_tables, parser=tables)
    return parser


def _check(given: argparse.Namespace) -> int:
    """Load a scenario as the app does; 0 where nothing is wrong, 1 where something is."""
    try:
        found = command.load(given.parser, given)
    except errors.AtlasError as error:
        return command.failed(given.parser, error, makes=False)
    output = terminal.Output(given.parser.prog)
    output.tell(_summary(found))
    return output.code()


def _tables(given: argparse.Namespace) -> int:
    """Write what has changed of the page and the schema; 1 where that cannot be done."""
    words, output = text.words(), terminal.Output(given.parser.prog)
    try:
        changed = handbook.refresh(given.out)
    except OSError as error:
        output.warn(words.t("{folder} cannot be written ({reason}).", folder=given.out, reason=error.strerror))
        return output.code()
    for name in changed:
        output.tell(words.t("{file} written anew.", file=name))
    return output.code()


def _summary(found: atlas.Atlas) -> str:
    words, plan = text.words(), found.scenario
    return words.t(
        "{scenario}: no fault. Entries {entries}, zones {zones}, ledger lines {lines}, sensor deployments {sensors}, "
        "upgrades {upgrades}. Edition {edition}.",
        scenario=Path(plan.folder).name,
        entries=words.integer(len(plan.entries)),
        zones=words.integer(len(plan.zones)),
        lines=words.integer(len(found.books.ledger)),
        sensors=words.integer(len(found.frontier.sensors.deployments)),
        upgrades=words.integer(len(found.frontier.upgrades.upgrades)),
        edition=found.edition,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, 1 (something is wrong) or 2 (bad arguments)."""
    given = _parser().parse_args(arguments)
    return int(given.run(given))


if __name__ == "__main__":
    terminal.run(main)
