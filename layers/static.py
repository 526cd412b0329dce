"""The static folder, which holds what the browser fetches, each file under a name that carries a hash of its content.

It is made anew when something is missing, so it is not kept under version control. It lies beside ``app.py``, or where
``ATLAS_STATIC`` says: processes that must not see one another's files have one each.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from geo import atomic, errors

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE = "ATLAS_STATIC"
FOLDER = Path(__file__).resolve().parents[1] / "static"
URL = "app/static"


class StaticError(errors.AtlasError, OSError):
    """The static folder cannot be written to."""


def folder() -> Path:
    """Return the folder that is published to: the one that ``ATLAS_STATIC`` names, else `FOLDER`."""
    named = os.environ.get(VARIABLE)
    return Path(named).absolute() if named else FOLDER


def digest(content: bytes) -> str:
    """Return the short hash that stands in a file's name."""
    return hashlib.sha256(content).hexdigest()[:12]


def write(folder: Path, name: str, content: bytes) -> str:
    """Write a file whole or not at all and return its name; one that is there stays.

    The name must change with the content, so an existing file is never rewritten.

    Raises
    ------
    StaticError
        If it cannot be written.
    """
    target = folder / name
    atomic.clear(target.parent)
    if not target.exists():
        with writing():
            atomic.write(target, content)
    return name


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Turn what the system says against a change of the static folder into an :class:`StaticError`."""
    try:
        yield
    except OSError as error:
        raise StaticError(f"The static folder cannot be written to: {error}") from error


def versioned(folder: Path, stem: str, suffix: str, content: bytes) -> str:
    """Write a file under its stem and the hash of its content, and return its name."""
    return write(folder, f"atlas/{stem}-{digest(content)}{suffix}", content)
