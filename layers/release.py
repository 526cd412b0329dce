"""What may be shown: shares by sector for everybody, invented device sites only inside the group.

The level is set where the app or a command is started, by ``ATLAS_RELEASE`` or ``--release``. Every layer and every
export obeys it. At the public level no site of a device can be read from what is drawn or written.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from geo import errors

if TYPE_CHECKING:
    from roadmap import errors as faulty

VARIABLE: Final = "ATLAS_RELEASE"
PUBLIC: Final = "public"
INTERNAL: Final = "internal"
LEVELS: Final = (PUBLIC, INTERNAL)


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


def faults(found: Sequence[faulty.Fault]) -> list[str]:
    """Return what was left out as far as may be said: what is written in a faulty cell may be a device's place."""
    if level() == INTERNAL:
        return [str(fault) for fault in found]
    return [f"{fault.file}, row {fault.row}, {fault.column}: {fault.key}" for fault in found]
