"""What is particular to a country: reference systems, keys, names of levels, opening view, borders, attribution.

A geography folder says it in ``territory.toml``, beside its tables; nothing of it stands in code. Every fault of the
file is gathered and told at once, each with its entry and what is allowed there.
"""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pyproj

from geo import crs, errors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FILE: Final = "territory.toml"

PARTS: Final = ("neighbours", "cities", "crosswalk")
"""Tables that a geography may do without; those that a pack names must be there."""

OBSERVED: Final = (
    "states",
    "crossings",
    "state_homicides",
    "state_homicides_inegi",
    "priority_municipalities",
    "indicators",
)
"""Tables of public figures that there may be of a country; none is needed."""

LEVELS: Final = ("municipality", "state")
"""The two levels of a territory, as code calls them: the one that is assessed, and the one above it."""

_CODE: Final = re.compile(r"[a-z]{2}")
_EPSG: Final = re.compile(r"EPSG:[0-9]{4,6}")
_LATITUDES, _LONGITUDES = (-90.0, 90.0), (-180.0, 180.0)

Bounds = tuple[float, float, float, float]
"""South, west, north and east in degrees, WGS 84."""


@dataclass(frozen=True)
class Level:
    """What places of a level are called, one and many."""

    one: str
    many: str


@dataclass(frozen=True)
class Neighbour:
    """A neighbour that the country has a border with on land.

    Attributes
    ----------
    id
        Two letters, as in the tables of the border.
    name, called
        What it is called, by itself and in a sentence.
    is_watched
        Whether sectors, sensors and upgrades lie along this border; of one at most.
    start, end
        What the line begins and ends at, in words; empty where nobody says.
    """

    id: str
    name: str
    is_watched: bool = False
    start: str = ""
    end: str = ""
    called: str = ""


@dataclass(frozen=True)
class Pack:
    """What is particular to a country.

    Attributes
    ----------
    name, attribution
        Of the country, and of whoever made its outlines.
    working
        Conformal reference system in metres, for drawing and distances.
    projection
        What people call it.
    equal_area
        Reference system in which areas are measured.
    pattern
        Regular expression for the whole of a municipality's key.
    key_column, parent_column
        Columns of ``municipalities.parquet`` that hold it and the key of the state.
    total, unspecified
        What follows the key of a state in a key that stands for all of it, and for a municipality that is not known;
        empty where there are none.
    levels
        By :data:`LEVELS`.
    view
        What the map opens with; None for all outlines.
    neighbours
        Borders on land, in the order in which they are told; none is allowed.
    regions, districts
        What ``neighbours.parquet`` calls the first and the second level of the land around.
    parts, observed
        Which of :data:`PARTS` there are, and which of :data:`OBSERVED`.
    is_invented
        Whether the country itself is made up.
    """

    name: str = ""
    attribution: str = ""
    working: str = crs.WORLD
    projection: str = ""
    equal_area: str = crs.EQUAL_AREA
    pattern: str = ".+"
    key_column: str = "cvegeo"
    parent_column: str = "cve_ent"
    total: str = ""
    unspecified: str = ""
    levels: Mapping[str, Level] = field(
        default_factory=lambda: {
            "municipality": Level("municipality", "municipalities"),
            "state": Level("state", "states"),
        }
    )
    view: Bounds | None = None
    neighbours: tuple[Neighbour, ...] = ()
    regions: str = "region"
    districts: str = "district"
    parts: tuple[str, ...] = PARTS
    observed: tuple[str, ...] = OBSERVED
    is_invented: bool = False

    @property
    def watched(self) -> Neighbour | None:
        """The border that sectors, sensors and upgrades lie along; None where there is none."""
        return next((neighbour for neighbour in self.neighbours if neighbour.is_watched), None)

    @property
    def across(self) -> str:
        """The neighbour across that border as a sentence calls it, empty where there is none."""
        return (self.watched.called or self.watched.name) if self.watched else ""


PLAIN: Final = Pack()
"""A country of which nothing is said."""


def read(folder: Path) -> Pack:
    """Read what a geography folder says of its country.

    Parameters
    ----------
    folder
        Holds :data:`FILE`.

    Raises
    ------
    geo.errors.GeographyError
        If it cannot be read, or with everything that is wrong in it, a line each.
    """
    path = folder / FILE
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        msg = f"cannot read {errors.named(path)}: {error.strerror if isinstance(error, OSError) else error}"
        raise errors.GeographyError(msg) from error
    faults: list[str] = []
    found = _pack(_Table(content, "", faults))
    if faults:
        raise errors.GeographyError("\n".join(f"{errors.named(path)}, {fault}" for fault in faults))
    return found


@dataclass
class _Table:
    """A table of the file that is read entry by entry; what is wrong is noted with its place."""

    content: Mapping[str, object]
    path: str
    faults: list[str]
    asked: set[str] = field(default_factory=set)

    def note(self, entry: str, wrong: str) -> None:
        """Note what is wrong with an entry, and what is allowed."""
        self.faults.append(f"`{f'{self.path}.' if self.path else ''}{entry}`: {wrong}")

    def text(self, entry: str, default: str | None = None, *, pattern: re.Pattern[str] | None = None) -> str:
        """Return a text that is not blank, in a form if one is given; it may be absent if it has a default."""
        value = self._take(entry, absent=default is not None)
        if value is None:
            return default or ""
        if not isinstance(value, str) or not value.strip():
            self.note(entry, f"{value!r} is not allowed; it takes a text, one")
        elif pattern is not None and not pattern.fullmatch(value):
            self.note(entry, f"{value!r} is not allowed; it takes the form {pattern.pattern}")
        else:
            return value
        return default or ""

    def number(self, entry: str, low: float, high: float) -> float:
        """Return a number within two limits, not a number after a fault."""
        value = self._take(entry)
        if value is None:
            return math.nan
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.note(entry, f"{value!r} is not allowed; it takes a number from {low:g} to {high:g}")
            return math.nan
        return float(value)

    def flag(self, entry: str) -> bool:
        """Return whether an entry that may be absent says yes."""
        value = self._take(entry, absent=True)
        if value is not None and not isinstance(value, bool):
            self.note(entry, f"{value!r} is not allowed; it takes true or false")
        return value is True

    def words(self, entry: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """Return those of some words that a list names."""
        value = self._take(entry)
        if value is None:
            return ()
        named = value if isinstance(value, list) else [value]
        for word in named:
            if word not in allowed:
                self.note(entry, f"{word!r} is not allowed; it takes a list of {', '.join(allowed)}")
        return tuple(word for word in allowed if word in named)

    def table(self, entry: str, *, absent: bool = False) -> _Table:
        """Return a table; an absent or wrong one reads as empty and says nothing more."""
        value = self._take(entry, absent=absent)
        if isinstance(value, dict):
            return _Table(value, self._below(entry), self.faults)
        if value is not None:
            self.note(entry, f"{value!r} is not allowed; it takes a table")
        return _Table({}, self._below(entry), [])

    def tables(self, entry: str) -> list[_Table]:
        """Return the tables of a list, which may be absent."""
        value = self._take(entry, absent=True)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.note(entry, f"it takes tables, each under [[{entry}]]")
            return []
        return [_Table(one, f"{self._below(entry)}[{place}]", self.faults) for place, one in enumerate(value, start=1)]

    def has(self, entry: str) -> bool:
        """Whether an entry is there."""
        return entry in self.content

    def finish(self) -> None:
        """Note the entries that nobody asked for."""
        for entry in self.content:
            if entry not in self.asked:
                self.note(entry, f"it is not known; there are {', '.join(sorted(self.asked))}")

    def _below(self, entry: str) -> str:
        return f"{self.path}.{entry}" if self.path else entry

    def _take(self, entry: str, *, absent: bool = False) -> object | None:
        self.asked.add(entry)
        if entry not in self.content and not absent:
            self.note(entry, "it is missing")
        return self.content.get(entry)


def _pack(root: _Table) -> Pack:
    head, systems, keys = root.table("territory"), root.table("crs"), root.table("keys")
    around, levels = root.table("around", absent=True), root.table("levels")
    found = Pack(
        name=head.text("name"),
        attribution=head.text("attribution"),
        parts=head.words("parts", PARTS),
        observed=head.words("observed", OBSERVED),
        is_invented=head.flag("illustrative"),
        working=_system(systems, "working", "metre"),
        projection=systems.text("projection"),
        equal_area=_system(systems, "equal_area", "metre"),
        pattern=_pattern(keys),
        key_column=keys.text("municipality"),
        parent_column=keys.text("state"),
        total=keys.text("total", ""),
        unspecified=keys.text("unspecified", ""),
        levels={name: _level(levels, name) for name in LEVELS},
        view=_view(root) if root.has("view") else None,
        neighbours=_neighbours(root),
        regions=around.text("regions", "region"),
        districts=around.text("districts", "district"),
    )
    root.asked.add("view")
    if found.key_column and found.key_column == found.parent_column:
        keys.note("state", f"{found.parent_column!r} is the column of the municipality; it takes another column")
    for table in (head, systems, keys, around, root):
        table.finish()
    return found


def _system(table: _Table, entry: str, unit: str) -> str:
    """Return a reference system by its code, whose axes are of a unit."""
    code = table.text(entry, pattern=_EPSG)
    if not code:
        return ""
    try:
        system = pyproj.CRS(code)
    except pyproj.exceptions.CRSError:
        table.note(entry, f"{code!r} is not known; it takes the EPSG code of a reference system")
        return ""
    if any(axis.unit_name != unit for axis in system.axis_info):
        table.note(entry, f"{code!r} is in {system.axis_info[0].unit_name}s; it takes a projection in {unit}s")
    return code


def _pattern(table: _Table) -> str:
    pattern = table.text("pattern")
    try:
        re.compile(pattern)
    except re.error as error:
        table.note("pattern", f"{pattern!r} is not allowed; it takes a regular expression ({error})")
        return ""
    return pattern


def _level(levels: _Table, name: str) -> Level:
    table = levels.table(name)
    level = Level(table.text("one"), table.text("many"))
    table.finish()
    return level


def _view(root: _Table) -> Bounds:
    table = root.table("view")
    south, north = table.number("south", *_LATITUDES), table.number("north", *_LATITUDES)
    west, east = table.number("west", *_LONGITUDES), table.number("east", *_LONGITUDES)
    if south >= north:
        table.note("south", f"{south!r} is not allowed; it takes a latitude below `north`")
    if west >= east:
        table.note("west", f"{west!r} is not allowed; it takes a longitude below `east`")
    table.finish()
    return south, west, north, east


def _neighbours(root: _Table) -> tuple[Neighbour, ...]:
    found: list[Neighbour] = []
    for table in root.tables("border"):
        neighbour = Neighbour(
            table.text("id", pattern=_CODE),
            table.text("name"),
            table.flag("watched"),
            table.text("start", ""),
            table.text("end", ""),
            table.text("called", ""),
        )
        table.finish()
        if neighbour.id in {earlier.id for earlier in found}:
            table.note("id", f"{neighbour.id!r} stands in a border above; each takes an id of its own")
        if neighbour.is_watched and any(earlier.is_watched for earlier in found):
            table.note("watched", "a border above is watched already; one is at most")
        found.append(neighbour)
    return tuple(found)
