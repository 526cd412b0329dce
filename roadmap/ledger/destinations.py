"""Places that money can go to, and what weighs in each of them.

A ledger names municipalities, priority zones, states, sectors of the border, the whole country, or no place that is
known. Codes of precision say how well a place is known; they follow a published list.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import matching
from roadmap.plan import zones
from roadmap.tables import columnar, delimited, municipal

if TYPE_CHECKING:
    from geo import territory

KINDS: Final = ("municipalities", "zone", "state", "sector", "national", "unplaced")
"""What a ledger's place may be; several places of a kind are parted by ";"."""

NAMELESS: Final = ("national", "unplaced")
"""Kinds that name no place."""

SHARINGS: Final = ("whole", "population", "area", "need")
"""Rules of division: not divided; by people; by km²; by people times what the state did not control at month 0."""

SHARINGS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "municipalities": SHARINGS,
    "zone": SHARINGS[1:],
    "state": SHARINGS[1:],
    "sector": SHARINGS[1:],
    "national": SHARINGS,
    "unplaced": SHARINGS[:1],
}
"""Rules that fit each kind of place; several municipalities are always divided."""

PRECISIONS: Final[Mapping[int, str]] = {
    1: "exact",
    2: "near_exact",
    3: "municipality",
    4: "state",
    5: "estimated",
    6: "country",
    7: "unclear_capital",
    8: "capital",
    9: "unclear_country",
}
"""How precisely a place is known: the codes of the IATI code list GeographicalPrecision, after the UCDP/AidData
codebook on georeferencing aid (Strandow, Findley, Nielson and Powell 2011): 1 exact location, 2 within 25 km,
3 second-order division (municipality), 4 first-order division (state), 5 along a line or in a part of the country
larger than a state, 6 country, 7 unclear, perhaps the capital, 8 seat of government, where the money is
administered and not where it acts, 9 unclear, somewhere in the country."""

PRECISIONS_OF: Final[Mapping[str, tuple[int, ...]]] = {
    "municipalities": (1, 2, 3),
    "zone": (3, 5),
    "state": (4,),
    "sector": (5,),
    "national": (6,),
    "unplaced": (6, 7, 8, 9),
}
"""Codes that fit each kind of place; another country is an unplaced 6."""

Zones = tuple[zones.Zone, ...]
Zone = zones.Zone

_SEPARATOR: Final = ";"
_MOST: Final = 2**31 - 1
_LONGEST: Final = 200
"""Signs of a name that are looked at."""
_MOST_LISTED: Final = 50
"""Problems of one cell that are listed at most."""
_HECTARES: Final = 100.0
_TENTHS: Final = 10.0


@dataclass(frozen=True, eq=False)
class Places:
    """What places there are for money, and what weighs in each.

    Attributes
    ----------
    keys
        Of the municipalities.
    position
        Row of each municipality by its key.
    state_of
        Row of the state of each municipality, ``(n,)``.
    states
        Keys of the states, in the order of the territory.
    state_names
        Folded names of states, common short ones as well, to their keys.
    zones
        Priority zones with their members.
    sectors
        Border sectors and the keys of their municipalities.
    weights
        By rule of :data:`SHARINGS` (without ``whole``), ``(n,)`` int64: people, hectares, and tenths of a person
        beyond the state's control at month 0; coarser where a country is so large that they would not fit.
    last_month
        Of the plan.
    funders
        Who may pay for what goes there; anybody if none is named.
    """

    keys: municipal.Keys
    position: Mapping[str, int]
    state_of: NDArray[np.int64]
    states: tuple[str, ...]
    state_names: Mapping[str, str]
    zones: Zones
    sectors: Mapping[str, tuple[str, ...]]
    weights: Mapping[str, NDArray[np.int64]]
    last_month: int
    funders: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        place: territory.Territory,
        active: Sequence[Zone],
        control: NDArray[np.float64],
        *,
        last_month: int,
        funders: Sequence[str] = (),
        sectors: Mapping[str, Sequence[str]] | None = None,
    ) -> Places:
        """The places of a territory under a plan.

        Parameters
        ----------
        place
            The territory, ``n`` municipalities.
        active
            Priority zones.
        control
            Control scores of month 0, ``(n,)``; need is people times one minus the score.
        last_month
            Of the plan.
        funders
            Who may pay; anybody if none is given.
        sectors
            Border sectors and the keys of the municipalities along each.

        Raises
        ------
        ValueError
            If a sector names a municipality that the territory does not have.
        """
        rows = place.municipalities
        people = rows["population"].to_numpy(dtype=np.float64)
        states = tuple(place.states["cve_ent"])
        order = {key: number for number, key in enumerate(states)}
        position = {key: number for number, key in enumerate(rows["cvegeo"])}
        for name, keys in (sectors or {}).items():
            unknown = [key for key in keys if key not in position]
            if unknown:
                raise ValueError(f"Sector {name!r} names {unknown[0]!r}, which the territory does not have.")
        return cls(
            keys=municipal.Keys.of(place),
            position=position,
            state_of=np.array([order[key] for key in rows["cve_ent"]], dtype=np.int64),
            states=states,
            state_names=_state_names(place.states),
            zones=tuple(active),
            sectors={name: tuple(keys) for name, keys in (sectors or {}).items()},
            weights={
                "population": _whole(people, 1.0),
                "area": _whole(rows["area_km2"].to_numpy(dtype=np.float64), _HECTARES),
                "need": _whole(people * (1.0 - control), _TENTHS),
            },
            last_month=last_month,
            funders=tuple(funders),
        )

    def __len__(self) -> int:
        """Number of municipalities."""
        return len(self.state_of)

    @property
    def months(self) -> int:
        """Months of the plan, the baseline included."""
        return self.last_month + 1

    @cached_property
    def zone_of(self) -> NDArray[np.int64]:
        """Row of the zone that each municipality belongs to in each month, -1 for none; ``(months, n)``."""
        found = np.full((self.months, len(self)), -1, dtype=np.int64)
        for number, zone in enumerate(self.zones):
            for month in range(len(found)):
                members = zone.members_in(month) if zone.active(month) else ()
                found[month, [self.position[key] for key in members]] = number
        return found

    @cached_property
    def at_work(self) -> Mapping[str, tuple[int, ...]]:
        """Months in which each zone has municipalities, rising."""
        found = {zone.id: (self.zone_of == number).any(axis=1) for number, zone in enumerate(self.zones)}
        return {name: tuple(np.flatnonzero(months).tolist()) for name, months in found.items()}

    def problems(self, kind: str, text: str) -> list[columnar.Problem]:
        """What is wrong with the places that a line names.

        Parameters
        ----------
        kind
            One of :data:`KINDS`.
        text
            Places, parted by ";".
        """
        if kind in NAMELESS:
            return [columnar.Problem("must_be_empty", {"other": kind})] if text else []
        if len(text) > delimited.MAX_CELL:
            return [columnar.Problem("too_long", {"limit": delimited.MAX_CELL})]
        listed = names(text)
        if kind == "municipalities" and self._are_keys(listed):
            return []
        found = (self._problem(kind, name) for name in listed)
        twice = (columnar.Problem("duplicate_item", part=name) for name, times in Counter(listed).items() if times > 1)
        wrong = (each for each in itertools.chain(found, twice) if each is not None)
        return list(itertools.islice(wrong, _MOST_LISTED)) if listed else [columnar.Problem("empty")]

    def _are_keys(self, listed: Sequence[str]) -> bool:
        """Return whether all are different keys there are; said first, since most lines of a long ledger are so."""
        once = set(listed)
        return len(once) == len(listed) > 0 and self.position.keys() >= once

    def _problem(self, kind: str, name: str) -> columnar.Problem | None:
        if kind == "municipalities":
            fault = municipal.fault(name, self.keys)
            return None if fault is None else columnar.Problem(*fault, part=name)
        if kind == "zone":
            known = tuple(zone.id for zone in self.zones)
            return None if name in known else columnar.Problem("unknown_zone", {"allowed": known}, name)
        if kind == "sector":
            known = tuple(self.sectors)
            return None if name in known else columnar.Problem("unknown_sector", {"allowed": known}, name)
        if name in self.states:
            return None
        whole = name.zfill(self.keys.place.state_digits)
        if name.isdecimal() and whole in self.states:
            return columnar.Problem("lost_leading_zero", {"expected": whole}, name)
        meant = self.state_names.get(matching.fold(name[:_LONGEST]), "")
        return columnar.Problem("unknown_state", {"suggestion": meant}, name)

    def zone_problems(self, text: str, month: int) -> list[columnar.Problem]:
        """Zones of a list that have no municipality at work in a month; unknown ones are passed over."""
        known = [zone for zone in self.zones if zone.id in names(text)]
        found = [self._idle(zone, month) for zone in known]
        return [each for each in found if each is not None]

    def _idle(self, zone: Zone, month: int) -> columnar.Problem | None:
        at_work = self.at_work[zone.id]
        if month in at_work:
            return None
        if at_work and month > at_work[-1]:
            return columnar.Problem("after_zone", {"zone": zone.id, "last": at_work[-1]})
        first = next((each for each in at_work if each > month), zone.first_month)
        return columnar.Problem("before_zone", {"zone": zone.id, "first": first})

    def members(self, kind: str, text: str, month: int) -> NDArray[np.int64]:
        """Rows of the municipalities of a place, rising.

        Parameters
        ----------
        kind, text
            A place without :meth:`problems`.
        month
            Month of the plan; it matters to zones only.
        """
        if kind == "national":
            return np.arange(len(self))
        if kind == "unplaced":
            return np.empty(0, dtype=np.int64)
        listed = names(text)
        if kind == "state":
            wanted = [self.states.index(name) for name in listed]
            return np.flatnonzero(np.isin(self.state_of, wanted))
        if kind == "zone":
            wanted = [number for number, zone in enumerate(self.zones) if zone.id in listed]
            return np.flatnonzero(np.isin(self.zone_of[month], wanted))
        keys = listed if kind == "municipalities" else [key for name in listed for key in self.sectors[name]]
        return np.array(sorted({self.position[key] for key in keys}), dtype=np.int64)


def _state_names(states: pd.DataFrame) -> dict[str, str]:
    """Folded names of states to their keys."""
    if "name" not in states:
        return {}
    also = states["also"] if "also" in states else [""] * len(states)
    rows = zip(states["cve_ent"], states["name"], also, strict=True)
    spelt = ((matching.fold(name), key) for key, own, others in rows for name in (own, *others.split(";")))
    return {name: key for name, key in spelt if name}


def sectors(stretches: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Border sectors and the municipalities along each, from a table with ``sector`` and ``cvegeo``.

    Parameters
    ----------
    stretches
        One row a stretch of the border line; rows without a sector are passed over. A municipality that two
        sectors share belongs to both.
    """
    rows = stretches[["sector", "cvegeo"]].astype(str)
    rows = rows[~rows["sector"].str.strip().isin(["", "nan", "None", "<NA>"])]
    return {str(name): tuple(sorted(set(group["cvegeo"]))) for name, group in rows.groupby("sector", sort=True)}


def names(text: str) -> list[str]:
    """The places of a list parted by ";"."""
    listed = text.split(_SEPARATOR)
    return [name.strip() for name in listed if name.strip()] if " " in text else [name for name in listed if name]


def _whole(values: NDArray[np.float64], unit: float) -> NDArray[np.int64]:
    """Weights as whole numbers of a unit, or of a coarser one where their sum would not fit 31 bits."""
    total = float(values.sum())
    room = (_MOST - len(values)) / total if total > 0 else unit
    scale = unit if unit <= room else 10.0 ** math.floor(math.log10(room))
    return np.rint(values * scale).astype(np.int64)
