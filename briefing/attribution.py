"""Who made what a picture stands on: every producer once, with what it made and the licence that asks to be named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layers.files import sources

_OURSELVES = "Roadmap Atlas"
_OUR_WORK = re.compile(rf"\bby (python -m [\w.]+|{_OURSELVES})$")
_ROW_BY_ROW = re.compile(r"^(as cited in|each row)\b", re.IGNORECASE)
_ATTRIBUTION = re.compile(r"(?:([^;:]+):\s*)?((?:CC BY|ODbL|OGL)\b[^;,]*)")
"""Licences that ask to be named, with whose they are where a record says."""


def observed(used: Iterable[sources.Source]) -> str:
    """Return the credits of what is not invented: ``"INEGI: Municipalities, States; GeoNames (CC BY 4.0): Cities"``.

    Nothing is left out: whoever is named as a producer stands here, and what nobody is named for stands by itself.
    """
    subjects: dict[str, dict[str, None]] = {}
    for source in used:
        if not source.illustrative:
            for maker, subject in made(source):
                subjects.setdefault(maker, {})[subject] = None
    groups = [f"{maker}: {', '.join(named)}" if maker else "; ".join(named) for maker, named in subjects.items()]
    return "; ".join(groups)


def invented(used: Iterable[sources.Source]) -> str:
    """Return the names of the files that are invented, with whose they are and the licence that asks for it."""
    files: dict[str, dict[str, None]] = {}
    for source in used:
        if source.illustrative:
            who = ", ".join(part for part in (source.producer, _licence(source, source.producer)) if part)
            files.setdefault(who, {})[Path(source.path).name] = None
    return "; ".join(f"{', '.join(named)} ({who})" if who else ", ".join(named) for who, named in files.items())


def made(source: sources.Source) -> list[tuple[str, str]]:
    """Return who made a source, with the licence that asks to be named, and what; ``""`` for nobody in particular."""
    title = _plain(source.title)
    found = []
    for part in source.producer.split(";"):
        name = _plain(part)
        if _OUR_WORK.search(part.strip()) or name == _OURSELVES or name.startswith(f"{_OURSELVES},"):
            continue
        # A producer's part in words, such as "figures of people from X".
        what, joined, maker = name.rpartition(" from ")
        found.append((maker, what) if joined and name[:1].islower() else (name, title))
    if not found:
        # Put together by us: name what it was taken from.
        origin = _plain(source.citation.split(";")[0])
        found = [("" if _ROW_BY_ROW.match(origin) else origin.split(",")[0], title)]
    return [(_with(maker, _licence(source, maker)), what) for maker, what in found]


def _with(maker: str, licence: str) -> str:
    return f"{maker} ({licence})" if maker and licence else maker


def _licence(source: sources.Source, maker: str) -> str:
    """Return the licence of a maker's part that asks to be named, or ``""``."""
    terms = _ATTRIBUTION.findall(source.licence)
    return next((licence.strip() for whose, licence in terms if not whose or whose.strip() == maker), "")


def _plain(name: str) -> str:
    """Return a title or a name without what explains it."""
    return re.sub(r"\s*\([^)]*\)", "", name.split(":", maxsplit=1)[0]).strip()
