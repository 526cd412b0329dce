"""Who leads an entry and who pays for a line of the ledger, as the roadmap names them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from roadmap.tables import documents

ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,19}")


@dataclass(frozen=True)
class Party:
    """A lead or a funder.

    Parameters
    ----------
    id : str
        What entries and lines call it.
    title : str
        What people call it.
    private : bool
        Whether it is no government.
    """

    id: str
    title: str
    private: bool = False


def read(root: documents.Record, entry: str) -> tuple[Party, ...]:
    """Return the parties of a document; what is wrong is noted in it.

    Parameters
    ----------
    root : Record
        The whole file.
    entry : str
        Name of their tables: ``lead`` or ``funder``. A roadmap that names none allows any.
    """
    records = root.records(entry) if root.has(entry) else []
    root.asked.add(entry)
    found = [_read(record) for record in records]
    pairs = zip(records, found, strict=True)
    documents.note_duplicates(((record, party.id) for record, party in pairs), "id")
    return tuple(found)


def ids(parties: Sequence[Party]) -> tuple[str, ...]:
    """Return what entries and lines may call them."""
    return tuple(party.id for party in parties)


def _read(record: documents.Record) -> Party:
    name = record.string("id")
    if name and not ID.fullmatch(name):
        record.fault("id", "bad_id", name, allowed=ID.pattern)
        name = ""
    private = record.flag("private", default=False) if record.has("private") else False
    record.asked.add("private")
    party = Party(name, record.words("title"), private)
    record.finish()
    return party
