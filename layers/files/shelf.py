"""Where a process publishes: a static folder that nobody else writes to, and that does not outlive it.

What may be shown depends on the level of release, and file names do not tell it. So a server has a folder of its own,
made when it starts and gone when it ends; of a server that was killed, the next one clears it away. A process that
lives holds a lock on its folder, which the system takes back whatever becomes of it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import stat
import sys
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from geo import atomic
from layers import release, static

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOG = logging.getLogger("atlas")
_STEM = "roadmap-atlas-"
_FONTS = "fonts"


class ShelfError(static.StaticError):
    """No folder to publish to."""


def _made() -> tuple[Path, int | None]:
    """Make and lock a folder; between the two, another server may have taken it for a leftover."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f"{_STEM}{release.level()}-"))
        lock = atomic.take_lock(folder, wait=True)
        if folder.exists():
            return folder, lock
        atomic.drop_lock(lock)


def _is_ours(folder: Path) -> bool:
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and (sys.platform == "win32" or found.st_uid == os.geteuid())


def prune(place: Path) -> list[Path]:
    """Remove the folders in `place` whose processes are no more, and return them."""
    removed = []
    for folder in sorted(place.glob(f"{_STEM}*")):
        with contextlib.suppress(FileNotFoundError):  # another server is clearing away as well
            if not _is_ours(folder):
                continue
            lock = atomic.take_lock(folder, wait=False)
            if lock is not None:
                shutil.rmtree(folder, ignore_errors=True)
                atomic.drop_lock(lock)
                removed.append(folder)
    return removed


@contextlib.contextmanager
def own() -> Iterator[Path]:
    """Publish to a folder of this process alone while the context lasts.

    Yields
    ------
    Path
        The folder, which ``ATLAS_STATIC`` names meanwhile.

    Raises
    ------
    ShelfError
        If this machine has no place for temporary files.
    """
    try:
        prune(Path(tempfile.gettempdir()))
        folder, lock = _made()
    except OSError as error:
        message = f"The files of the map find no place ({error}); name a folder to write to in `TMPDIR`."
        raise ShelfError(message) from error
    before = os.environ.get(static.VARIABLE)
    os.environ[static.VARIABLE] = str(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        atomic.drop_lock(lock)
        if before is None:
            os.environ.pop(static.VARIABLE, None)
        else:
            os.environ[static.VARIABLE] = before


@lru_cache(maxsize=1)
def settle() -> None:
    """Make the folder beside ``app.py`` fit for what everybody may see, where a process publishes to that.

    Streamlit serves it to everybody. What another version or another level left there goes, unless somebody else
    serves from it now: they did the same. The lock is held until the process ends.

    Raises
    ------
    ShelfError
        If more than what is public would be published there.
    layers.static.StaticError
        If it cannot be cleared.
    """
    if os.environ.get(static.VARIABLE):
        return
    if release.level() != release.PUBLIC:
        message = (
            f"At the level {release.level()!r} nothing is published to `{static.FOLDER.name}`, which Streamlit serves "
            f"to everybody; start `python serve.py --release {release.level()}`."
        )
        raise ShelfError(message)
    with static.writing():
        _cleared(static.FOLDER)
    _LOG.warning(
        "Started without `serve.py`: no security headers, hosts checked at the websocket only, nothing packed or "
        "warmed up; see docs/serving.md."
    )


def _cleared(folder: Path) -> None:
    """Empty a folder but for the fonts, which are nobody's secret and take seconds to cut, and hold it."""
    folder.mkdir(parents=True, exist_ok=True)
    if not atomic.is_held(folder):
        lock = atomic.take_lock(folder, wait=False)  # none where the place knows no locks
        for each in folder.iterdir():
            if each.name != _FONTS:
                _remove(each)
        atomic.drop_lock(lock)
    # Nobody clears what somebody serves; this lock ends with the process.
    atomic.take_lock(folder, wait=True, shared=True)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
