"""A ledger on four squares that a reader can count by hand, and the parts to make others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from geo import territory
from roadmap.ledger import bookkeeping, destinations, investment, money, reading
from roadmap.plan import entries, zones
from tests.roadmap import synthetic

CONTROL = np.array([0.5, 0.5, 0.0, 1.0])
"""Of Alpha (10 people, 1 km², state 01), Beta (20, 2, 01), Gamma (30, 3, 02) and Delta (40, 4, 14)."""

FUNDERS = ("US", "MX", "joint", "private")

SECTORS = {"west": ("01001", "02004"), "east": ("01002", "14039")}

ZONES = (
    zones.Zone("north", "North", "", 3, None, 2, (), (("01001", 3, None), ("02004", 8, 20))),
    zones.Zone("south", "South", "", 10, 48, 1, (), (("14039", 10, None),)),
)

ENTRIES = tuple(
    entries.Entry(name, 0, kind, 1, None, "MX", name, name, "proposal", "investment", name)
    for name, kind in (
        ("patrols", "programme"),
        ("courts", "programme"),
        ("radar", "component"),
        ("guard", "institution"),
        ("opening", "milestone"),
    )
)

LINE = {
    "id": "L1",
    "programme": "patrols",
    "component": "",
    "funder": "US",
    "support": "tactical",
    "effect": "effort",
    "place_kind": "zone",
    "place": "north",
    "precision": "3",
    "sharing": "population",
    "month": "8",
    "usd_year": "2025",
    "planned": "400.00",
    "committed": "300.00",
    "disbursed": "200.00",
    "delivered": "100.00",
}
"""To Alpha with 10 people and Gamma with 30: one part to three."""


def where(place: territory.Territory) -> destinations.Places:
    """The places of the four squares."""
    last = synthetic.LAST_MONTH
    return destinations.Places.of(place, ZONES, CONTROL, last_month=last, funders=FUNDERS, sectors=SECTORS)


def text(*lines: Mapping[str, object], columns: Iterable[str] = investment.COLUMNS) -> str:
    """A file of lines that differ from :data:`LINE` as given, numbered where they have no id."""
    columns = tuple(columns)
    rows = [{**LINE, "id": f"L{number}", **line} for number, line in enumerate(lines, start=1)]
    return "\n".join([",".join(columns), *(",".join(str(row[name]) for name in columns) for row in rows)]) + "\n"


def examine(folder: Path, place: territory.Territory, *lines: Mapping[str, object]) -> reading.Examination:
    """Write lines and read them."""
    path = folder / investment.FILE
    path.write_text(text(*lines), encoding="utf-8")
    return reading.examine(path, ENTRIES, where(place))


def books(folder: Path, place: territory.Territory, *lines: Mapping[str, object]) -> bookkeeping.Books:
    """The books of lines without a fault."""
    found = examine(folder, place, *lines)
    assert found.ledger is not None, found.faults
    return bookkeeping.Books(found.ledger, where(place))


def _line(draw: st.DrawFn) -> dict[str, object]:
    month = draw(st.integers(10, 20))
    kind = draw(st.sampled_from(destinations.KINDS))
    keys = st.lists(st.sampled_from(["01001", "01002", "02004", "14039"]), min_size=1, max_size=4, unique=True)
    named = {
        "municipalities": keys.map(";".join),
        "zone": st.sampled_from(["north", "south", "north;south"]),
        "state": st.sampled_from(["01", "02", "14", "01;14"]),
        "sector": st.sampled_from(["west", "east", "west;east"]),
    }
    place = draw(named.get(kind, st.just("")))
    divided = st.sampled_from(destinations.SHARINGS[1:])
    free = kind == "national" or (kind == "municipalities" and ";" not in place)
    sharing = st.sampled_from(destinations.SHARINGS) if free else st.just("whole") if kind == "unplaced" else divided
    cents = sorted(draw(st.lists(st.integers(0, 10**12), min_size=4, max_size=4)), reverse=True)
    return {
        "programme": draw(st.sampled_from(["patrols", "courts", "radar"])),
        "component": draw(st.sampled_from(["", "guard"])),
        "funder": draw(st.sampled_from(FUNDERS)),
        "support": draw(st.sampled_from(investment.SUPPORTS)),
        "effect": draw(st.sampled_from(investment.EFFECTS)),
        "place_kind": kind,
        "place": place,
        "precision": draw(st.sampled_from(destinations.PRECISIONS_OF[kind])),
        "sharing": draw(sharing),
        "month": month,
        **dict(zip(money.STAGES, map(money.dollars, cents), strict=True)),
    }


LINES = st.lists(st.composite(_line)(), min_size=1, max_size=12)
"""Lines without a fault."""

FILTERS = st.builds(
    bookkeeping.Filter,
    programme=st.none() | st.lists(st.sampled_from(["patrols", "courts", "none such"]), max_size=2).map(tuple),
    funder=st.none() | st.lists(st.sampled_from(FUNDERS), max_size=3).map(tuple),
    place_kind=st.none() | st.lists(st.sampled_from(destinations.KINDS), max_size=4).map(tuple),
    sharing=st.none() | st.lists(st.sampled_from(destinations.SHARINGS), max_size=3).map(tuple),
    precision=st.none() | st.lists(st.sampled_from(tuple(destinations.PRECISIONS)), max_size=5).map(tuple),
    first_month=st.integers(0, 18),
    last_month=st.integers(8, 60),
)
"""Filters, some of which find nothing."""
