"""Provenance: who made each data file, and what in it is invented."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "data" / "sources.toml"


@dataclass(frozen=True)
class Source:
    """The record of one data file.

    Attributes
    ----------
    path
        Below ``data``.
    title, producer, citation, link, licence, edition, date
        As in ``data/sources.toml``.
    illustrative
        Whether the content is invented.
    """

    path: str
    title: str
    producer: str
    citation: str
    link: str
    licence: str
    edition: str
    date: str
    illustrative: bool


def _read(record: dict[str, Any]) -> Source:
    return Source(
        **{name: str(record.get(name, "")) for name in Source.__annotations__ if name != "illustrative"},
        illustrative=bool(record.get("illustrative", False)),
    )


@lru_cache(maxsize=2)
def records(file: Path = FILE) -> dict[str, Source]:
    """Return every record by path."""
    with file.open("rb") as stream:
        found = tomllib.load(stream)
    return {record["path"]: _read(record) for record in found.get("file", [])}


def of(paths: tuple[str, ...]) -> list[Source]:
    """Return the records of some files; a file of a user's own scenario is named as such."""
    known = records()
    return [known.get(path) or _own(path) for path in paths]


def _own(path: str) -> Source:
    return Source(path, path, "", "a scenario of the user's own", "", "", "", "", illustrative=True)
