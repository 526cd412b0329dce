"""Checksums of the data files in data/sources.toml."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from geo import atomic, errors

DEFAULT_FILE = Path(__file__).parents[2] / "data" / "sources.toml"

_PATH = re.compile(r'^path\s*=\s*"([^"]+)"\s*$')
_SHA = re.compile(r'^sha256\s*=\s*"([0-9a-f]*)"\s*$')


def checksum(path: Path) -> str:
    """SHA-256 of a file's bytes.

    Parameters
    ----------
    path
        A file.

    Returns
    -------
    str
        64 lower-case hexadecimal digits.
    """
    return hashlib.sha256(path.read_bytes()).hexdigest()


def refresh(sources: Path) -> list[str]:
    """Write the current checksum into every record, leaving all else as it stands.

    Parameters
    ----------
    sources
        The TOML file; each record has a line `path = "..."`, relative to the file's folder,
        before its line `sha256 = "..."`.

    Returns
    -------
    list of str
        The paths whose checksum changed.

    Raises
    ------
    geo.errors.GeographyError
        If a recorded file does not exist.
    """
    lines = sources.read_text(encoding="utf-8").splitlines()
    changed: list[str] = []
    current = ""
    for number, line in enumerate(lines):
        if found := _PATH.match(line):
            current = found[1]
        elif found := _SHA.match(line):
            digest = _checksum_of(sources, current)
            if digest != found[1]:
                lines[number] = f'sha256 = "{digest}"'
                changed.append(current)
    if changed:
        atomic.write(sources, ("\n".join(lines) + "\n").encode())
    return changed


def _checksum_of(sources: Path, path: str) -> str:
    try:
        return checksum(sources.parent / path)
    except OSError as error:
        msg = f"{sources.name}: cannot read {path!r}; add the file or remove its record"
        raise errors.GeographyError(msg) from error
