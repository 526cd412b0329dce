"""Provenance: who made each data file, and what in it is invented."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo import errors, stamps
from roadmap import omissions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo import pack
    from roadmap import atlas as atlases

FILE = Path(__file__).resolve().parents[2] / "data" / "sources.toml"

_DATE = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?)?(?![0-9])")
_FIRST = "0000-01-01"


class SourcesError(errors.AtlasError, ValueError):
    """The list of sources cannot be used."""


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


def records(file: Path | None = None) -> Mapping[str, Source]:
    """Return every record by path, as the file is now.

    Raises
    ------
    SourcesError
        If it cannot be read.
    """
    where = FILE if file is None else file
    return _records(where, stamps.of_file(where))


@lru_cache(maxsize=1)
def _records(file: Path, stamp: tuple[int, ...]) -> Mapping[str, Source]:
    del stamp  # part of the cache's key
    try:
        with file.open("rb") as stream:
            found = tomllib.load(stream)
        return {record["path"]: _read(record) for record in found["file"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"cannot read {errors.named(file)}, which says where each data file comes from; put it back"
        raise SourcesError(message) from error


def of(paths: tuple[str, ...], atlas: atlases.Atlas) -> list[Source]:
    """Return the records of some files that an atlas stands on; what a user brought is named as such.

    Of a territory of the user's own only those files are named that there are.
    """
    known, found = records(), []
    for path in paths:
        cited = atlas.cited(path)
        if cited == path:
            found.append(known.get(path) or _own(path))
        elif (atlas.territory.folder.parent / path).is_file():
            found.append(_of_a_territory(cited, atlas.territory.country))
    return found


def newest() -> date:
    """Return the newest date that a record gives; of a month or a year, its first day."""
    return max(day for day in map(_day, (each.date for each in records().values())) if day is not None)


def _day(written: str) -> date | None:
    found = _DATE.match(written)
    if found is None:
        return None
    try:
        return date.fromisoformat(f"{found[0]}{_FIRST[len(found[0]):]}")
    except ValueError:  # the 31st of February
        return None


def _of_a_territory(path: str, country: pack.Pack) -> Source:
    """Return the record of a file of a territory of the user's own: who made it, the territory says."""
    said = country.attribution
    return Source(path, path, "", said, "", "", "", "", illustrative=country.is_invented)


def _own(path: str) -> Source:
    if path == omissions.TERRAIN:
        return Source(path, "Elevation", "", "elevation that the user named", "", "", "", "", illustrative=False)
    return Source(path, path, "", "a scenario of the user's own", "", "", "", "", illustrative=True)
