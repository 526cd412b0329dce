"""The files of a folder, each opened and read once, and those whose name is only nearly right.

Whoever parses a file and whoever hashes it ask the same :class:`File`, so that both have the very same bytes,
also when the file is replaced in between. Only regular files are read: a pipe would wait for ever, and a device
may never end.
"""

from __future__ import annotations

import difflib
import errno
import hashlib
import math
import os
import re
import stat
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from roadmap.errors import Fault

MAX_STRAYS: Final = 20
"""Files that are named at most for one that may be meant."""

_CHUNK: Final = 1 << 20
_OPEN: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)
_LONGEST_NAME: Final = 120
_CLOSE: Final = 0.8
_TABLES: Final = ("csv", "txt", "toml", "tsv", "tab", "dat", "xls", "xlsx", "xlsm", "xlsb", "ods", "numbers", "gsheet")
"""What a table or a file of settings may be saved as by mistake."""
_KEPT_ASIDE: Final = ("~", ".bak", ".orig", ".old", ".swp", ".swo", ".tmp", ".part", ".lock", "#")
"""Ends of names that editors and people give to what is not in use."""
_COPY: Final = re.compile(
    r"^(?:copy|copia|kopie|copie)(?:\(\d+\))?(?:of|de|von)"
    r"|(?:[-_]?\(?(?:another)?(?:copy|copia|kopie|copie)\)?\d{0,3}|\(\d{1,3}\))+(?=\.|$)"
)
_NUMBERED: Final = re.compile(r"[-_.]?v?\d{1,3}$")


class _Content(NamedTuple):
    """What became of a file: its bytes, or the kind of fault; neither where there is no file."""

    raw: bytes | None
    key: str = ""
    values: dict[str, object] = {}  # noqa: RUF012 - never changed


@dataclass(eq=False)
class Folder:
    """A folder of files.

    Parameters
    ----------
    path
        Where it is.
    known
        Names of files that are read, which are never taken for one another.
    """

    path: Path
    known: frozenset[str] = frozenset()
    _files: dict[str, File] = field(default_factory=dict, init=False, repr=False)

    @property
    def name(self) -> str:
        """Name of the folder itself."""
        return self.path.name

    def __truediv__(self, name: str) -> File:
        """Return one of its files, the same each time; it need not be there."""
        return self._files.setdefault(name, File(self, name))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of everything in it that is no folder, sorted; empty where there is no such folder.

        Raises
        ------
        OSError
            If it cannot be listed.
        """
        try:
            with os.scandir(self.path) as entries:
                return tuple(sorted(entry.name for entry in entries if not is_folder(entry)))
        except (FileNotFoundError, NotADirectoryError):
            return ()


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is a folder, or a link to one, that can be reached."""
    try:
        return entry.is_dir()
    except OSError:
        return False


@dataclass(eq=False)
class File:
    """A file of a folder, whether it is there or not.

    Parameters
    ----------
    folder
        Where it is.
    name
        Its name there.
    """

    folder: Folder
    name: str
    _content: _Content | None = field(default=None, init=False, repr=False)
    _limit: int = field(default=0, init=False, repr=False)

    def read(self, faults: list[Fault], *, limit: int, optional: bool = False) -> bytes | None:
        """Return the bytes, or None with faults that say why not.

        Parameters
        ----------
        faults
            Collects what is wrong, and the files that may be meant by this one.
        limit
            Largest size in bytes.
        optional
            Whether it need not be there.
        """
        faults += [Fault(stray, None, None, None, "unknown_file", {"suggestion": self.name}) for stray in self.strays]
        content = self._read(limit)
        if content.raw is not None:
            return content.raw
        if content.key:
            faults.append(Fault(self.name, None, None, None, content.key, content.values))
        elif not optional:
            faults.append(Fault(self.name, None, None, None, "file_missing"))
        return None

    def digest(self, *, limit: int) -> bytes:
        """Return what a hash needs to know of it: of the bytes that are read, of what is wrong, or nothing without it.

        Parameters
        ----------
        limit
            Largest size in bytes, if it was not read before.
        """
        content = self._read(limit) if self._content is None else self._content
        strays = b"".join(_shown(name).encode() + b"\0" for name in self.strays)
        if content.raw is None and not content.key:
            return strays
        known = content.key.encode() if content.raw is None else content.raw
        return strays + self.name.encode() + b"\0" + hashlib.sha256(known).digest()

    @cached_property
    def strays(self) -> tuple[str, ...]:
        """Files of the folder that may be meant by this one, or by a copy of it.

        A name that differs in case, blanks, a second extension or the mark of a copy always counts. One with another
        extension, or but like it, counts only where this file is not there: else it stands for something else.
        """
        try:
            names = self.folder.names
        except OSError:
            return ()
        alike = is_copy if self.name in names else may_mean
        others = (name for name in names if name != self.name and name not in self.folder.known)
        return tuple(_shown(name) for name in others if alike(name, self.name))[:MAX_STRAYS]

    def _read(self, limit: int) -> _Content:
        if self._content is None or (self._content.key == "file_too_large" and limit > self._limit):
            self._content, self._limit = _read(self.folder.path / self.name, limit), limit
        raw = self._content.raw
        return self._content if raw is None or len(raw) <= limit else _too_large(len(raw), limit)


def of(path: Path | File) -> File:
    """Return the file at a path."""
    return path if isinstance(path, File) else Folder(path.parent) / path.name


def folder(path: Path | Folder, *, known: frozenset[str] = frozenset()) -> Folder:
    """Return the folder at a path; names that are `known` are never taken for one another."""
    return path if isinstance(path, Folder) else Folder(path, known)


def is_copy(name: str, known: str) -> bool:
    """Return whether a name is a known one but for case, blanks, a second extension, or the mark of a copy.

    Examples
    --------
    >>> [is_copy(name, "zones.csv") for name in ("Zones .csv", "zones (1).csv", "zones.csv.txt", "zones.csv~")]
    [True, True, True, False]
    """
    if _is_aside(name):
        return False
    plain = _COPY.sub("", _plain(name))
    rest = plain.removeprefix(known)
    return plain == known or (rest != plain and all(part in ("", *_TABLES) for part in rest.split(".")))


def may_mean(name: str, known: str) -> bool:
    """Return whether a name may stand for a known one that is not there.

    Examples
    --------
    >>> [may_mean(name, "status.csv") for name in ("status.xlsx", "statuses.csv", "notes.csv", "README.md")]
    [True, True, False, False]
    """
    if is_copy(name, known):
        return True
    if _is_aside(name) or len(name) > _LONGEST_NAME:
        return False
    stem, _, extension = _COPY.sub("", _plain(name)).partition(".")
    known_stem, _, known_extension = known.partition(".")
    if stem == known_stem:
        return extension in ("", *_TABLES)
    if extension != known_extension:
        return False
    return _NUMBERED.sub("", stem) == known_stem or (
        difflib.SequenceMatcher(None, stem, known_stem).ratio() >= _CLOSE
    )


def _is_aside(name: str) -> bool:
    return name.startswith((".", "~", "#")) or name.casefold().endswith(_KEPT_ASIDE)


def _plain(name: str) -> str:
    """Return a name in lower case without blanks, signs that cannot be seen, and doubled dots."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    seen = "".join(sign for sign in folded if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc"))
    return re.sub(r"\.{2,}", ".", seen).strip(".")


def _shown(name: str) -> str:
    """Return a name that can be written, also where it is no UTF-8."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _read(path: Path, limit: int) -> _Content:
    """Read a regular file up to a limit."""
    try:
        descriptor = os.open(path, _OPEN)
    except FileNotFoundError:
        return _Content(None, "broken_link") if path.is_symlink() else _Content(None)
    except OSError as error:
        # a socket, or a device that nothing answers for
        return _Content(None, "not_a_file") if error.errno == errno.ENXIO else _unreadable(error)
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            return _Content(None, "not_a_file")
        if state.st_size > limit:
            return _too_large(state.st_size, limit)
        return _contents(descriptor, limit)
    except OSError as error:
        return _unreadable(error)
    finally:
        os.close(descriptor)


def _contents(descriptor: int, limit: int) -> _Content:
    """Read to the end, or one byte beyond the limit: a file may grow while it is read."""
    parts, size = [], 0
    while part := os.read(descriptor, min(_CHUNK, limit + 1 - size)):
        parts.append(part)
        size += len(part)
        if size > limit:
            return _too_large(size, limit)
    return _Content(b"".join(parts))


def _too_large(size: int, limit: int) -> _Content:
    return _Content(None, "file_too_large", {"megabytes": math.ceil(size / 1e6), "limit": limit // 1_000_000})


def _unreadable(error: OSError) -> _Content:
    return _Content(None, "file_unreadable", {"reason": error.strerror or type(error).__name__})
