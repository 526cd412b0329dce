"""Priority zones: sets of municipalities with the months, forces and programmes assigned to them."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import pandas as pd

from roadmap import errors
from roadmap.plan import entries, phases
from roadmap.tables import declared, delimited, documents, files, municipal, relations

FILE = "zones.csv"
MAX_UNITS = 10_000
FIRST_MONTH = phases.BASELINE_MONTH + 1

Member = tuple[str, int, int | None]
"""A municipality's key with its first month in a zone and its last one, None while it stays."""


@dataclass(frozen=True, eq=False)
class Where:
    """What the table of members looks names up in.

    Parameters
    ----------
    keys : Keys
        Of the geography.
    zones : mapping of str to Zone, optional
        None when they could not be read: names and months are then not checked against them.
    """

    keys: municipal.Keys
    zones: Mapping[str, Zone] | None


@dataclass(frozen=True)
class Zone:
    """One priority zone.

    Parameters
    ----------
    id, name, text : str
    first_month : int
    last_month : int, optional
        None while it stays.
    guard_units : int
        Units assigned; invented.
    programmes : tuple of str
        Entries of kind programme that run in the zone.
    members : tuple of Member
        In the order of the table; no member stays longer than its zone.
    """

    id: str
    name: str
    text: str
    first_month: int
    last_month: int | None
    guard_units: int
    programmes: tuple[str, ...]
    members: tuple[Member, ...] = ()

    def active(self, month: int) -> bool:
        """Return whether the zone is active in a month of the plan."""
        return _holds(self.first_month, self.last_month, month)

    def members_in(self, month: int) -> tuple[str, ...]:
        """Return the keys of the municipalities that belong to the zone in a month."""
        return tuple(key for key, first, last in self.members if _holds(first, last, month))


def read(
    records: Sequence[documents.Record], roadmap: Sequence[entries.Entry], last_month: int
) -> tuple[Zone, ...]:
    """Return the zones of a document, without members; what is wrong is noted in it.

    Parameters
    ----------
    records : sequence of Record
        The ``[[zone]]`` tables.
    roadmap : sequence of Entry
        Where the zones' programmes are looked up.
    last_month : int
        Of the plan.
    """
    kinds = {entry.id: entry.kind for entry in reversed(roadmap)}
    zones = [_read(record, kinds, last_month) for record in records]
    documents.note_duplicates(((r, zone.id) for r, zone in zip(records, zones, strict=True)), "id")
    return tuple(zones)


def read_members(
    path: Path | files.File,
    known: municipal.Keys,
    zones: Sequence[Zone] | None,
    faults: list[errors.Fault],
    *,
    last_month: int = phases.MAX_MONTH,
) -> tuple[pd.DataFrame, frozenset[str]]:
    """Return the municipalities of all zones.

    A municipality belongs to one zone at a time. It stays as long as its zone where no last month is given.

    Parameters
    ----------
    path : Path or File
        Table with the columns of :data:`COLUMNS`.
    known : Keys
        Of the geography.
    zones : sequence of Zone, optional
        None when they could not be read: names and months are then not checked against them.
    faults : list of Fault
        Collects what is wrong.
    last_month : int
        Of the plan.

    Returns
    -------
    members : DataFrame
        The columns of :data:`COLUMNS`, rows without fault only; ``first_month`` int64, ``last_month``
        Int64 with the end of the zone filled in.
    named : frozenset of str
        Zones that any row names, faulty rows included.
    """
    by_id = None if zones is None else {zone.id: zone for zone in zones}
    members, rows = TABLE.until(last_month).read_sound(path, faults, Where(known, by_id))
    return declared.frame(members, TABLE), frozenset(row.cells["zone"].strip() for row in rows)


def note_empty(zones: Sequence[Zone], records: Sequence[documents.Record], named: Collection[str]) -> None:
    """Note a fault for every zone without municipalities, unless the table could not be read at all.

    Parameters
    ----------
    zones : sequence of Zone
    records : sequence of Record
        The tables they were read from, in the same order.
    named : collection of str
        Zones that have a row, as returned by :func:`read_members`.
    """
    for zone, record in zip(zones, records, strict=True):
        if named and zone.id and zone.id not in named:
            record.fault("id", "zone_without_members", zone.id)


def with_members(zones: Sequence[Zone], members: pd.DataFrame) -> tuple[Zone, ...]:
    """Return the zones with their municipalities.

    Parameters
    ----------
    zones : sequence of Zone
    members : DataFrame
        As returned by :func:`read_members`.
    """
    by_zone: dict[str, list[Member]] = {}
    for zone, cvegeo, first, last in zip(*(members[name] for name in COLUMNS[:4]), strict=True):
        end = None if pd.isna(last) else int(last)
        by_zone.setdefault(zone, []).append((cvegeo, int(first), end))
    return tuple(dataclasses.replace(zone, members=tuple(by_zone.get(zone.id, ()))) for zone in zones)


def _holds(first: int, last: int | None, month: int) -> bool:
    return first <= month and (last is None or month <= last)


def _read(record: documents.Record, kinds: Mapping[str, str], high: int) -> Zone:
    first = record.month("first_month", low=FIRST_MONTH, high=high)
    last = record.month("last_month", low=FIRST_MONTH, high=high, optional=True)
    if first is not None and last is not None and last < first:
        record.fault("last_month", "end_before_start", last, first=first)
    zone = Zone(
        id=record.identifier("id"),
        name=record.words("name"),
        text=record.words("text"),
        first_month=FIRST_MONTH if first is None else first,
        last_month=last,
        guard_units=record.whole("guard_units", low=0, high=MAX_UNITS) or 0,
        programmes=record.strings("programmes"),
    )
    for programme in zone.programmes:
        if kinds and programme not in kinds:
            near = partial(entries.nearest, programme, kinds)
            record.fault("programmes", "unknown_programme", programme, suggestion=near)
        elif kinds.get(programme, "") not in ("programme", ""):
            record.fault("programmes", "not_a_programme", programme, found=kinds[programme])
    record.finish()
    return zone


def _require_zone(row: delimited.Row, values: declared.Values, where: Where) -> None:
    """Note a fault where there is no such zone."""
    name = values["zone"]
    if name and where.zones is not None and name not in where.zones:
        row.fault("zone", "unknown_zone", allowed=tuple(where.zones))


def _keep_within_zone(row: delimited.Row, values: declared.Values, where: Where) -> None:
    """Note months outside those of the zone; a last month that is not given is that of the zone."""
    zone = None if where.zones is None else where.zones.get(values["zone"])
    first, last = values["first_month"], values["last_month"]
    if zone is None or first is None:
        return
    if first < zone.first_month:
        row.fault("first_month", "before_zone", zone=zone.id, first=zone.first_month)
    if zone.last_month is None:
        return
    if first > zone.last_month or (last is not None and last > zone.last_month):
        column = "first_month" if first > zone.last_month else "last_month"
        row.fault(column, "after_zone", zone=zone.id, last=zone.last_month)
    values["last_month"] = zone.last_month if last is None else last


TABLE: Final = declared.Table[Where](
    FILE,
    "Municipalities of the priority zones, one stay in a zone a row.",
    (
        declared.Column("zone", "name", "A zone of `roadmap.toml`."),
        declared.cvegeo(lambda where: where.keys),
        *phases.stay(low=FIRST_MONTH),
        declared.Column("basis", "text", "Why it belongs to the zone."),
        relations.Checked("`zone` is the id of a zone.", _require_zone),
        relations.Checked(
            "The months lie within those of the zone; a blank `last_month` is that of the zone.", _keep_within_zone
        ),
    ),
    apart=("cvegeo", "first_month", "last_month"),
    may_be_absent=False,
)
"""What ``zones.csv`` holds."""

COLUMNS: Final = TABLE.names
