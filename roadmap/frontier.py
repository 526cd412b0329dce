"""The border of a scenario: what watches it, what passes through it, and what the model takes from that."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from geo import border, coverage, grid, zonal
from roadmap import crossings, dynamics, errors, sensors, upgrades

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse
    import pandas as pd
    from numpy.typing import NDArray

    from geo import territory
    from roadmap import model, observations


@dataclass(frozen=True, eq=False)
class Frontier:
    """The northern border as a scenario would equip it.

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
    """

    borders: border.Border
    placed: pd.DataFrame
    sensors: sensors.Sensors
    upgrades: upgrades.Upgrades
    coverage: coverage.Coverage

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
        """Share of the line covered by Mexican state and month."""
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


def load(folder: Path, place: territory.Territory, observed: observations.Observations) -> Frontier:
    """Read what a scenario deploys along the border and compute what it detects.

    Parameters
    ----------
    folder
        Of the scenario; files that are absent deploy nothing.
    place, observed
        Geography and public figures.

    Raises
    ------
    geo.errors.GeographyError
        If the border's files cannot be read.
    """
    borders = border.load(place.folder)
    placed = crossings.place(observed.crossings, borders)
    deployed = sensors.read(folder / sensors.FILE, borders, placed)
    improved = upgrades.read(folder / upgrades.FILE, borders, placed)
    found = coverage.compute(
        [each.sensor for each in deployed.deployments], borders, grid.strip(borders.north)
    )
    return Frontier(borders, placed, deployed, improved, found)


def inputs(
    frontier: Frontier, place: territory.Territory, settings: model.Model
) -> dynamics.Inputs:
    """What the border hands to the model: coverage, southbound inspection, legal capacity.

    Each fades with the distance from the border that the model states for border traffic.
    """
    distance = settings.border_distance
    return dynamics.Inputs(
        coverage=sensors.coverage_input(frontier.coverage, frontier.borders, place, distance),
        inspection=upgrades.inspection_input(frontier.upgrades, frontier.placed, place, distance),
        capacity=upgrades.capacity_input(frontier.upgrades, place, distance),
    )
