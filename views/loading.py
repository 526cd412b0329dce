"""Scenarios as their files are now: loaded once, shared by all readers, and let go when something takes their place."""

from __future__ import annotations

import logging
import os
import weakref
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import streamlit as st

from geo import errors as geo_errors
from geo import stamps, territory
from layers import release
from layers.files import sources
from roadmap import atlas as atlases
from roadmap import errors
from roadmap.border import frontier
from roadmap.plan import scenario
from roadmap.record import observations

SCENARIOS_KEPT = 4
TERRITORIES_KEPT = 2
_TERRITORIES_ASKED = 32

_LOG = logging.getLogger("atlas")
_LOGGED = 25

Stamp = tuple[object, ...]


@dataclass(frozen=True, eq=False)
class _Ground:
    """What all scenarios of a territory stand on, with the stamp of its files from before they were read."""

    of: Path | None
    stamp: Stamp
    found: atlases.Ground


@dataclass(frozen=True, eq=False)
class _Scenario:
    """A scenario, with the stamp of all that it stands on from before it was read."""

    id: str
    stamp: Stamp
    found: atlases.Atlas


class OutdatedError(geo_errors.AtlasError, RuntimeError):
    """What a page shows has been replaced."""


@dataclass(frozen=True)
class Later:
    """A scenario that a file may yet be made of: a page that waits for a click does not keep it from being let go.

    Attributes
    ----------
    id, edition
        Of the scenario as the page has shown it.
    seen
        The scenario itself, while somebody keeps it.
    """

    id: str
    edition: str
    seen: weakref.ref[atlases.Atlas]

    @classmethod
    def of(cls, shown: atlases.Atlas) -> Later:
        """Hold on to a scenario by its name."""
        return cls(shown.scenario.id, shown.edition, weakref.ref(shown))

    def __call__(self) -> atlases.Atlas:
        """Return the scenario as it was shown, read anew where it has been let go.

        Raises
        ------
        OutdatedError
            If its files, or what it stands on, are others by now: a file is of the edition that is shown, or of none.
        geo.errors.AtlasError
            As for :func:`atlas`.
        """
        found = self.seen()
        if found is not None:
            return found
        again = atlas(self.id)
        if again.edition != self.edition:
            raise OutdatedError(
                f"The page shows edition {self.edition} of {self.id!r}, which is edition {again.edition} now; "
                "reload the page."
            )
        return again


def atlas(scenario_id: str) -> atlases.Atlas:
    """Return a scenario as its files are now; it is shared by all readers and never changed.

    Raises
    ------
    roadmap.errors.ScenarioError
        With every fault of the folder, or of the public figures.
    geo.errors.AtlasError
        If the geography or the list of sources cannot be read.
    """
    sources.records()  # which pages and files cite; read again only after an edit
    return _scenario(scenario_id).found


def ground(own: Path | None = None) -> atlases.Ground:
    """Return what all scenarios of a territory stand on, as its files are now; of the shipped one if none is given.

    Raises
    ------
    roadmap.record.observations.ObservationsError
        With every fault of the public figures.
    geo.errors.AtlasError
        If the geography or the list of sources cannot be read.
    """
    return _ground(own).found


def ground_stamp(own: Path | None = None) -> Stamp:
    """Return the stamp of what all scenarios of a territory stand on."""
    if own is not None:
        return stamps.of_folder(own, deep=True)
    return stamps.of_folder(territory.DEFAULT_FOLDER), stamps.of_folder(observations.DEFAULT_FOLDER)


def stamp(scenario_id: str) -> Stamp:
    """Return the stamp of everything that is loaded for a scenario, settings of the process included."""
    own: Stamp = ()
    named: Path | None = None
    try:
        folder = scenario.find(scenario_id)
        own = stamps.of_folder(folder)
        named = _territory_of(folder, own)
    except errors.ScenarioError:
        pass  # loading says it
    elevation = os.environ.get(frontier.TERRAIN, "")
    heights = stamps.of_folder(Path(elevation), deep=True) if elevation else ()
    return own, ground_stamp(named), elevation, heights, os.environ.get(release.VARIABLE, "")


@lru_cache(maxsize=_TERRITORIES_ASKED)
def _territory_of(folder: Path, stamp: Stamp) -> Path | None:
    """Return the territory that a scenario names; its file is read again only after an edit."""
    del stamp  # part of the cache's key
    return scenario.territory_of(folder)


@st.cache_resource(
    show_spinner=False, max_entries=TERRITORIES_KEPT, validate=lambda kept: kept.stamp == ground_stamp(kept.of)
)
def _ground(own: Path | None) -> _Ground:
    _scenario.clear()  # none of them stands on anything any more
    seen = ground_stamp(own)
    if own is not None:
        return _Ground(own, seen, atlases.load_territory(own))
    found = atlases.load_ground(geography=territory.DEFAULT_FOLDER, observed=observations.DEFAULT_FOLDER)
    return _Ground(own, seen, found)


# One entry a scenario, so that an edit takes the place of what was there before and does not come beside it.
@st.cache_resource(show_spinner=False, max_entries=SCENARIOS_KEPT, validate=lambda kept: kept.stamp == stamp(kept.id))
def _scenario(scenario_id: str) -> _Scenario:
    seen = stamp(scenario_id)
    folder = scenario.find(scenario_id)
    own = _territory_of(folder, stamps.of_folder(folder))
    return _Scenario(scenario_id, seen, atlases.load(scenario_id, ground=ground(own), progress=_told))


def _told(done: int, total: int) -> None:
    """Log how far coverage is, which takes its time over terrain."""
    if done == total or done % _LOGGED == 0:
        _LOG.info("Border coverage: %d of %d sensors", done, total)
