"""Stamps of files and folders: cheap to take, and other after an edit.

A stamp says nothing about content; it tells when content has to be read again.
"""

from __future__ import annotations

import os
from pathlib import Path

Stamp = tuple[tuple[str, tuple[int, ...]], ...]


def of_file(path: Path) -> tuple[int, ...]:
    """Return times, size and place on disk of what a path leads to, or the number of the system's error.

    The second time is that of the last change of any kind: an edit that puts the first one back, and rights that are
    taken away, change it. Nothing is raised.
    """
    try:
        found = path.stat()
    except OSError as error:
        return (error.errno or -1,)
    except ValueError:  # what can be no path at all
        return (-1,)
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def of_folder(folder: Path, *, deep: bool = False) -> Stamp:
    """Return the stamp of a folder and of everything in it, by name; of a file, its own.

    Parameters
    ----------
    folder
        Need not exist.
    deep
        Whether folders below count as well.
    """
    found = [(".", of_file(folder))]
    for where, below, names in os.walk(folder):
        if not deep:
            below.clear()
        found += [(os.path.join(where, name), of_file(Path(where, name))) for name in names]  # noqa: PTH118 - quicker
    return tuple(sorted(found))
