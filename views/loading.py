"""Scenarios as their files are now: loaded once, shared by all readers, and let go when something takes their place."""

from __future__ import annotations

import logging
import os
import weakref
from dataclasses import dataclass
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

_LOG = logging.getLogger("atlas")
_LOGGED = 25

Stamp = tuple[object, ...]


@dataclass(frozen=True, eq=False)
class _Ground:
    """What all scenarios stand on, with the stamp of its files from before they were read."""

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


def ground() -> atlases.Ground:
    """Return what all scenarios stand on, as its files are now.

    Raises
    ------
    roadmap.record.observations.ObservationsError
        With every fault of the public figures.
    geo.errors.AtlasError
        If the geography or the list of sources cannot be read.
    """
    return _ground().found


def ground_stamp() -> Stamp:
    """Return the stamp of what all scenarios stand on."""
    return stamps.of_folder(territory.DEFAULT_FOLDER), stamps.of_folder(observations.DEFAULT_FOLDER)


def stamp(scenario_id: str) -> Stamp:
    """Return the stamp of everything that is loaded for a scenario, settings of the process included."""
    try:
        own: Stamp = stamps.of_folder(scenario.find(scenario_id))
    except errors.ScenarioError:
        own = ()
    elevation = os.environ.get(frontier.TERRAIN, "")
    heights = stamps.of_folder(Path(elevation), deep=True) if elevation else ()
    return own, ground_stamp(), elevation, heights, os.environ.get(release.VARIABLE, "")


@st.cache_resource(show_spinner=False, max_entries=1, validate=lambda kept: kept.stamp == ground_stamp())
def _ground() -> _Ground:
    _scenario.clear()  # none of them stands on anything any more
    seen = ground_stamp()
    return _Ground(seen, atlases.load_ground(geography=territory.DEFAULT_FOLDER, observed=observations.DEFAULT_FOLDER))


# One entry a scenario, so that an edit takes the place of what was there before and does not come beside it.
@st.cache_resource(show_spinner=False, max_entries=SCENARIOS_KEPT, validate=lambda kept: kept.stamp == stamp(kept.id))
def _scenario(scenario_id: str) -> _Scenario:
    seen = stamp(scenario_id)
    return _Scenario(scenario_id, seen, atlases.load(scenario_id, ground=ground(), progress=_told))


def _told(done: int, total: int) -> None:
    """Log how far coverage is, which takes its time over terrain."""
    if done == total or done % _LOGGED == 0:
        _LOG.info("Border coverage: %d of %d sensors", done, total)
