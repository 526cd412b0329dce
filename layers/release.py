"""What may be shown: shares by sector for everybody, invented device sites only inside the group.

The level is set where the app or a command is started, by ``ATLAS_RELEASE`` or ``--release``. Every layer and every
export obeys it. At the public level no site of a device can be read from what is drawn or written.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from geo import errors
from roadmap.border import sensors, upgrades
from roadmap.words import complaints

if TYPE_CHECKING:
    from roadmap import atlas as atlases
    from roadmap import errors as faulty
    from roadmap.words import text

VARIABLE: Final = "ATLAS_RELEASE"
PUBLIC: Final = "public"
INTERNAL: Final = "internal"
LEVELS: Final = (PUBLIC, INTERNAL)

_WITH_SITES: Final = (sensors.FILE, upgrades.FILE)
_NEAR_A_VALUE: Final = frozenset({"suggestion"})
_TOLD = 25


class ReleaseError(errors.AtlasError, ValueError):
    """A level of release that does not exist."""


def level() -> str:
    """Return the level of this process: ``"public"`` unless ``ATLAS_RELEASE`` says otherwise.

    Raises
    ------
    ReleaseError
        If the variable names no level.
    """
    given = os.environ.get(VARIABLE, "") or PUBLIC
    if given not in LEVELS:
        message = f"`{VARIABLE}` {given!r} is no level of release; choose from {', '.join(LEVELS)}, or unset it."
        raise ReleaseError(message)
    return given


def choose(wanted: str) -> None:
    """Set the level of this process, as a command's option does."""
    os.environ[VARIABLE] = wanted
    level()


def released(fault: faulty.Fault) -> faulty.Fault:
    """Return a fault as far as it may be shown: along the border a value, or what it was taken for, may be a place."""
    if level() == INTERNAL or fault.file not in _WITH_SITES:
        return fault
    values = {name: "" if name in _NEAR_A_VALUE else value for name, value in fault.values.items()}
    return dataclasses.replace(fault, value=None, values=values)


def sentences(faults: Sequence[faulty.Fault], words: text.Words) -> list[str]:
    """Return every fault in a line, as far as may be said."""
    return [complaints.line(released(fault), words) for fault in faults]


def left_out(atlas: atlases.Atlas, words: text.Words) -> list[dict[str, object]]:
    """Return what of a scenario is not used and why, for what a file says of itself; of many faults the first."""
    return [
        {
            "part": omitted.part,
            "file": omitted.file,
            "meaning": complaints.omission(omitted, words),
            "faults": len(omitted.faults),
            "first": sentences(omitted.faults[:_TOLD], words),
        }
        for omitted in atlas.left_out
    ]
