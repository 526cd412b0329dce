"""What every command does in one way: find a scenario, say what is wrong with it, and how it ends."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from geo import terminal
from roadmap import atlas, errors, omissions
from roadmap.plan import scenario
from roadmap.words import complaints, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from geo.errors import AtlasError

    Tell = Callable[[Sequence[errors.Fault], text.Words], list[str]]

FAILED: Final = 1
BAD_ARGUMENTS: Final = 2


class Parser(argparse.ArgumentParser):
    """A parser that reports a wrong argument in one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Print the line and leave with the code for wrong arguments."""
        self.exit(BAD_ARGUMENTS, f"{self.prog}: {' '.join(message.split())}\n")


def add_scenario(parser: Parser) -> None:
    """Add the arguments that name a scenario and say what may be wrong with it."""
    parser.add_argument("--scenario", default=scenario.DEFAULT, help="folder below data/scenarios, or the path of one")
    add_terrain(parser)
    parser.add_argument(
        "--allow-faults",
        action="store_true",
        help="leave out what is faulty and go on; what is made says so, inside",
    )


def add_terrain(parser: Parser) -> None:
    """Add the argument that names elevations."""
    parser.add_argument("--terrain", help="elevation for lines of sight: a file, a folder of tiles or an address")


def lines(faults: Sequence[errors.Fault], words: text.Words) -> list[str]:
    """Return every fault in a line, with the value found."""
    return [complaints.line(fault, words) for fault in faults]


def load(parser: Parser, given: argparse.Namespace, *, tell: Tell = lines) -> atlas.Atlas:
    """Return the scenario that the arguments name; an unknown one ends the program with code 2.

    Parameters
    ----------
    parser, given
        The arguments of :func:`add_scenario`.
    tell
        Puts faults into lines.

    Raises
    ------
    roadmap.omissions.IncompleteError
        If parts of it are left out and that is not allowed. Where it is allowed, they are told on stderr.
    roadmap.errors.ScenarioError
        If it cannot be used at all.
    geo.errors.GeographyError
        If the geography cannot be read.
    """
    words = text.words()
    try:
        folder = scenario.locate(given.scenario)
    except errors.ScenarioError as error:
        parser.error(f"--scenario {given.scenario!r}: {' '.join(complaints.sentences(error.faults[0], words))}")
    found = atlas.load(folder, elevation=given.terrain)
    if found.left_out and not given.allow_faults:
        raise omissions.IncompleteError(found.left_out)
    _say(parser.prog, _omitted(found.left_out, words, tell))
    return found


def failed(parser: Parser, error: AtlasError, *, tell: Tell = lines, makes: bool = True) -> int:
    """Tell on stderr, in sentences, everything that is wrong, and return the exit code of work that failed.

    Parameters
    ----------
    parser, error
        The command and what ended it.
    tell
        Puts faults into lines.
    makes
        Whether it makes files, and so could go on without what is faulty.
    """
    words = text.words()
    if isinstance(error, omissions.IncompleteError):
        told = _omitted(error.omissions, words, tell)
        without = words.t("Nothing was made. Mend the faults, or give --allow-faults to go on without these parts.")
        told += [without] if makes else []
    elif isinstance(error, errors.ScenarioError):
        told = tell(error.faults, words)
    else:
        told = str(error).splitlines()
    _say(parser.prog, told)
    return FAILED


def _omitted(omitted: Iterable[omissions.Omission], words: text.Words, tell: Tell) -> list[str]:
    return [line for each in omitted for line in (complaints.omission(each, words), *tell(each.faults, words))]


def _say(name: str, told: Iterable[str]) -> None:
    for line in told:
        terminal.complain(name, line)
