"""Files that are written whole or not at all, whatever ends the program.

What is written is made in a folder of its own beside its place, and moved there when it is whole. As long as its maker
lives, such a folder is locked (``flock``, which the system lets go of whatever ends a process), so that whoever writes
into the same place next knows what is left over from the dead, and clears it away. No process number is asked for: it
may belong to another by now, or to another machine that shares the place.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl

PREFIX = ".roadmap-atlas-making-"
_NAME = re.compile(rf"{re.escape(PREFIX)}[0-9a-f]{{16}}")
_WHOLE = ".whole"
"""Name of the mark in a folder whose files are being moved, all of them or none."""

_MAKING: set[Path] = set()
"""Folders of this process that must not outlive it, for :func:`abandon`."""


@contextlib.contextmanager
def making(folder: Path) -> Iterator[Path]:
    r"""Give a folder to make files in; when the block ends well, they are moved into `folder`.

    Several files are moved as one: a process that is killed between them has the rest moved by whoever writes into
    `folder` next. They are on the disk before they are moved, so that no name leads to an empty file when the power
    fails. Files of the same name are replaced.

    Parameters
    ----------
    folder
        Made if it is not there; what dead processes left there is cleared away.

    Yields
    ------
    Path
        An empty folder inside it, gone afterwards.

    Raises
    ------
    OSError
        If a file cannot be written or moved; none is moved then, unless the disk fails between two.

    Examples
    --------
    >>> with atomic.making(out) as made:  # doctest: +SKIP
    ...     (made / "table.csv").write_text("a,b\n")
    """
    folder.mkdir(parents=True, exist_ok=True)
    clear(folder)
    made, lock = _make(folder)
    try:
        yield made
        _move(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
        _MAKING.discard(made)
        drop_lock(lock)


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder among the system's temporary ones; it is gone afterwards, also where a signal ends the process."""
    with tempfile.TemporaryDirectory() as name:
        _MAKING.add(Path(name))
        try:
            yield Path(name)
        finally:
            _MAKING.discard(Path(name))


def write(path: Path, content: bytes) -> None:
    """Write one file whole or not at all; its folder is made if it is not there.

    Raises
    ------
    OSError
        If it cannot be written; what was there stays.
    """
    with making(path.parent) as made:
        (made / path.name).write_bytes(content)


def clear(folder: Path) -> None:
    """Clear away what dead processes have left in a folder; where files were being moved, move the rest."""
    with contextlib.suppress(OSError):  # none there, or not ours to look into
        for left in [Path(entry) for entry in os.scandir(folder) if _ours(entry)]:
            lock = take_lock(left, wait=False)
            if lock is not None:
                _settle(left)
                drop_lock(lock)


def abandon() -> None:
    """Clear away what this process is making, for a process that is about to end; files being moved are moved."""
    for made in list(_MAKING):
        _settle(made)


def _ours(entry: os.DirEntry[str]) -> bool:
    """Return whether a folder was made here, by somebody whose files we may move: nothing foreign is touched."""
    return (
        _NAME.fullmatch(entry.name) is not None
        and entry.is_dir(follow_symlinks=False)
        and (sys.platform == "win32" or entry.stat(follow_symlinks=False).st_uid == os.geteuid())
    )


def _make(folder: Path) -> tuple[Path, int | None]:
    """Return a new folder and the lock on it."""
    while True:
        made = folder / f"{PREFIX}{secrets.token_hex(8)}"
        _MAKING.add(made)
        made.mkdir(mode=0o700)
        lock = take_lock(made, wait=True)
        if made.exists():
            return made, lock
        # Whoever clears up came between the two lines above.
        _MAKING.discard(made)
        drop_lock(lock)


def _move(made: Path, folder: Path) -> None:
    """Move all files out of a folder into the one that holds it."""
    names = sorted(path.name for path in made.iterdir())
    for name in names:
        _keep(made / name)
        if (folder / name).is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(folder / name))
    if len(names) > 1:
        (made / _WHOLE).touch()
    for name in names:
        (made / name).replace(folder / name)


def _keep(path: Path) -> None:
    """Have a file's content on the disk before its name is."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _settle(made: Path) -> None:
    """Move the files of a folder that was killed while it moved them, and remove it.

    What somebody has put in the place of one since then stays; a file that cannot be moved waits for the next time.
    """
    whole = made / _WHOLE
    if whole.exists():
        try:
            mark = whole.stat().st_mtime_ns
            for path in sorted(made.iterdir()):
                if path != whole and not _touched(made.parent / path.name, mark):
                    path.replace(made.parent / path.name)
        except OSError:
            return
    shutil.rmtree(made, ignore_errors=True)


def _touched(path: Path, since: int) -> bool:
    """Return whether a file was written or moved to its place after a time in nanoseconds."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return False
    return max(found.st_mtime_ns, found.st_ctime_ns) > since


def take_lock(folder: Path, *, wait: bool, shared: bool = False) -> int | None:
    """Return a lock on a folder, or None where another has it or the place knows no locks.

    It ends with :func:`drop_lock` or with the process. Many may have a `shared` one at once,
    and nobody another beside it.
    """
    if sys.platform == "win32":
        return None
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def is_held(folder: Path) -> bool:
    """Return whether another has a lock on a folder; where a place knows no locks, nobody has."""
    if sys.platform == "win32":
        return False
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def drop_lock(lock: int | None) -> None:
    """Let a lock go."""
    if lock is not None:
        os.close(lock)
