"""The border of a scenario: what watches it, what passes through it, and what the model takes from that."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo import border, coverage, grid, keeping, terrain, zonal
from roadmap import errors
from roadmap.border import crossings, sensors, upgrades
from roadmap.model import dynamics, forces
from roadmap.record import control
from roadmap.tables import files

if TYPE_CHECKING:
    import scipy.sparse
    from numpy.typing import NDArray

    from geo import territory
    from roadmap.plan import parameters
    from roadmap.record import observations

TERRAIN: Final = "ATLAS_TERRAIN"
"""Names an elevation file, a folder of tiles, or an address; without it range ends at the radar horizon only."""

SWITCHES: Final = ("coverage", "inspection", "capacity")
"""What the border hands to the model, each of which can be switched off."""


@dataclass(frozen=True, eq=False)
class Frontier:
    """The border as a scenario would equip it.

    Attributes
    ----------
    borders
        Lines, sectors and stretches.
    placed
        Observed crossings with sector and chainage.
    sensors, upgrades
        What the scenario deploys; rows with faults are left out and listed there.
    coverage
        Detection over the strip and along the line for every month.
    terrain_fault
        Why the terrain that was asked for is not used; None where it is, or where none was asked for.
    """

    borders: border.Border
    placed: pd.DataFrame
    sensors: sensors.Sensors
    upgrades: upgrades.Upgrades
    coverage: coverage.Coverage
    terrain_fault: terrain.TerrainError | None = None

    @property
    def faults(self) -> tuple[errors.Fault, ...]:
        """Everything that was left out, in the order of the files."""
        return (*self.sensors.faults, *self.upgrades.faults)

    @cached_property
    def by_sector(self) -> pd.DataFrame:
        """Share of the line covered by sector and month: see :func:`geo.coverage.shares`."""
        return coverage.shares(self.coverage, self.borders, "sector")

    @cached_property
    def by_state(self) -> pd.DataFrame:
        """Share of the line covered by state and month."""
        return coverage.shares(self.coverage, self.borders, "state")

    @cached_property
    def totals(self) -> pd.DataFrame:
        """Length covered, gaps and overlap of the whole line by month."""
        return coverage.totals(self.coverage)

    @cached_property
    def passage(self) -> pd.DataFrame:
        """Lanes, new crossings and southbound inspection by month."""
        return upgrades.totals(self.upgrades, self.placed)

    def municipal_detection(self, place: territory.Territory, month: int) -> NDArray[np.float64]:
        """Mean detection over each municipality's part of the strip, ``(n,)``; NaN outside the strip."""
        return zonal.means(self._parts(place), self.coverage.detection(month))

    def _parts(self, place: territory.Territory) -> scipy.sparse.csr_array:
        return zonal.parts(place.municipalities.geometry, self.coverage.grid)


def load(
    folder: Path | files.Folder,
    place: territory.Territory,
    observed: observations.Observations,
    *,
    last_month: int,
    elevation: str | None = None,
    progress: coverage.Progress | None = None,
) -> Frontier:
    """Read what a scenario deploys along the border and compute what it detects.

    Parameters
    ----------
    folder
        Of the scenario; files that are absent deploy nothing.
    place, observed
        Geography and public figures.
    last_month
        Of the plan.
    elevation
        Terrain: a file, a folder of tiles or an address. What :data:`TERRAIN` names if not given; an empty text is
        none. Terrain that cannot be used is left out, and the reason kept.
    progress
        Told after each sensor.

    Raises
    ------
    geo.errors.GeographyError
        If the border's files cannot be read.
    """
    folder = files.folder(folder)
    borders, cells = _line(place)
    placed = _placed(observed, borders)
    deployed = sensors.read(folder / sensors.FILE, borders, placed, last_month=last_month)
    improved = upgrades.read(folder / upgrades.FILE, borders, placed, last_month=last_month)
    seeing = partial(coverage.compute, deployed.sensors, borders, cells, months=last_month + 1, progress=progress)
    source = os.environ.get(TERRAIN, "") if elevation is None else elevation
    fault = None
    try:
        heights = terrain.load(source) if source else None
        found = seeing(heights=heights)
    except terrain.TerrainError as error:
        fault = error
        found = seeing()
    return Frontier(borders, placed, deployed, improved, found, fault)


@keeping.kept(most=1)
def _line(place: territory.Territory) -> tuple[border.Border, grid.Grid]:
    """Return the borders of a territory and the strip along the one that is watched, which no scenario changes."""
    borders = border.load(place.folder)
    return borders, grid.strip(borders.watched) if borders.code else grid.NOWHERE


@keeping.kept(most=1)
def _placed(observed: observations.Observations, borders: border.Border) -> pd.DataFrame:
    """Return the observed crossings with sector and chainage, which no scenario changes."""
    return crossings.place(observed.crossings, borders)


def inputs(
    frontier: Frontier, place: territory.Territory, settings: parameters.Model
) -> forces.Inputs:
    """What the border hands to the model: coverage, southbound inspection, legal capacity.

    Each fades with the distance from the border that the model states for border traffic.
    """
    distance = settings.border_distance
    return forces.Inputs(
        coverage=sensors.coverage_input(frontier.coverage, frontier.borders, place, distance),
        inspection=upgrades.inspection_input(frontier.upgrades, frontier.placed, place, distance),
        capacity=upgrades.capacity_input(frontier.upgrades, place, distance),
    )


def trials(
    line: Frontier,
    place: territory.Territory,
    plan: forces.Plan,
    observed: observations.Observations,
    settings: parameters.Model,
    *,
    beside: forces.Inputs | None = None,
) -> pd.DataFrame:
    """What the border does in the model: the plan run with each of its inputs switched off, and with all.

    Parameters
    ----------
    line, place, plan, observed, settings
        The border, and what the plan is run with.
    beside
        What other parts of the scenario contribute, such as money; it acts in every run.

    Returns
    -------
    pandas.DataFrame
        A row a month of the plan; the share of the area at contested or worse, in [0, 1], with everything (``all``),
        without each of :data:`SWITCHES`, and without any (``none``). Status is not applied: it withholds, and
        changes no score.
    """
    own, others = inputs(line, place, settings), beside or forces.Inputs()
    whole = replace(others, **{each: getattr(own, each) for each in SWITCHES})
    without = {each: replace(whole, **{each: None}) for each in SWITCHES}
    runs = {"all": whole, **without, "none": replace(whole, **dict.fromkeys(SWITCHES))}
    area = place.municipalities["area_km2"].to_numpy()
    shares = {}
    for name, given in runs.items():
        codes = control.classify(dynamics.project(place, plan, observed, settings, given).score)
        below = (codes >= control.CRIMINAL_CONTROL) & (codes <= control.CONTESTED)
        shares[name] = below @ area / area.sum()
    frame = pd.DataFrame(shares)
    frame.index.name = "month"
    return frame
