"""Everything the atlas shows of one scenario, loaded, checked and projected once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo import coverage, territory
from roadmap import errors, omissions, runs
from roadmap.border import frontier, sensors, upgrades
from roadmap.ledger import bookkeeping, conditions, destinations, investment
from roadmap.model import baseline, dynamics, effects, forces
from roadmap.plan import parameters, parties, scenario
from roadmap.record import control, observations
from roadmap.tables import files

_GEOGRAPHY = (
    "geography/municipalities.parquet",
    "geography/states.parquet",
    "geography/adjacency.parquet",
    "geography/border.parquet",
    "geography/border_stretches.parquet",
    "geography/border_sectors.csv",
)
_OBSERVED = (
    "observations/state_homicides.csv",
    "observations/priority_municipalities.csv",
    "observations/crossings.csv",
)
_NEEDED = "state_homicides"
_DIGITS = 12
_OFF_SCALE = {"withheld": control.WITHHELD, "not_assessed": control.NOT_ASSESSED}


@dataclass(frozen=True, eq=False)
class Atlas:
    """A scenario on its territory. Shared between readers, so its arrays are read-only.

    Attributes
    ----------
    territory
        Geography, ``n`` municipalities.
    observations
        Public figures.
    scenario
        The roadmap, its zones, model and rules.
    frontier
        The border: line, sensors, upgrades and coverage.
    books
        The investment ledger with its conditions; empty, with the reasons, where a file of it has a fault.
    plan
        The months that the scenario projects, its status table applied.

    Raises
    ------
    roadmap.runs.RunError
        If the plan has not the months of the scenario, or not the territory's municipalities.
    """

    territory: territory.Territory
    observations: observations.Observations
    scenario: scenario.Scenario
    frontier: frontier.Frontier
    books: bookkeeping.Books
    plan: runs.Run

    def __post_init__(self) -> None:
        self.plan.check(self.scenario.last_month + 1, len(self.territory.municipalities))

    @cached_property
    def edition(self) -> str:
        """Twelve hexadecimal digits over everything that the figures stand on.

        Scenario with ledger and border, public figures, geography, and what terrain let the sensors see: of two views
        of one edition, month and release level, no figure differs.
        """
        parts = (
            self.scenario.hash,
            self.observations.hash,
            self.territory.hash,
            self.frontier.borders.hash,
            self.frontier.coverage.seen if self.frontier.coverage.on_terrain else "",
            *(f"{omitted.part} left out" for omitted in self.left_out if omitted.lacks),
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_DIGITS]

    @cached_property
    def left_out(self) -> tuple[omissions.Omission, ...]:
        """What of the scenario is not used, and why."""
        return omissions.of(self.frontier, self.books)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Paths below ``data`` of every file that the projection is made from, each once."""
        plan, deployed, improved = self.scenario, self.frontier.sensors.deployments, self.frontier.upgrades.upgrades
        absent = {scenario.STATUS} if plan.status.empty else set()
        absent |= {scenario.BASELINE} if plan.baseline is None else set()
        used = (
            *(name for name in scenario.FILES if name not in absent),
            *((investment.FILE,) if len(self.books.ledger) else ()),
            *((conditions.FILE,) if self.books.conditions else ()),
            *((sensors.FILE,) if deployed else ()),
            *((upgrades.FILE,) if improved else ()),
        )
        terrain = (omissions.TERRAIN,) if self.frontier.coverage.on_terrain else ()
        return (*_GEOGRAPHY, *_OBSERVED, *(plan.path(name) for name in used), *terrain)

    def cited(self, path: str) -> str:
        """Return how a path below ``data`` is named among the sources; of a territory of one's own, below that one."""
        home = self.territory.folder.parent
        own = home.parent.name == scenario.TERRITORIES and path.partition("/")[0] in ("geography", "observations")
        return f"{scenario.TERRITORIES}/{home.name}/{path}" if own else path

    def of(self, *names: str) -> tuple[str, ...]:
        """Which of :attr:`files` have one of some names."""
        return tuple(path for path in self.files if path.rpartition("/")[2] in names)


@dataclass(frozen=True, eq=False)
class Ground:
    """What every scenario stands on. Most of an atlas is here, so that atlases share it.

    Attributes
    ----------
    territory
        Geography, ``n`` municipalities.
    observations
        Public figures.
    """

    territory: territory.Territory
    observations: observations.Observations


def load_ground(
    *, geography: Path = territory.DEFAULT_FOLDER, observed: Path = observations.DEFAULT_FOLDER
) -> Ground:
    """Load what every scenario stands on.

    Parameters
    ----------
    geography, observed
        Where geography and public figures are read from.

    Raises
    ------
    geo.errors.GeographyError
        If the geography cannot be read.
    roadmap.record.observations.ObservationsError
        If the public figures are faulty, with every fault.
    """
    place = territory.load(geography)
    return Ground(place, observations.load(observed, place=place))


def load_territory(folder: Path) -> Ground:
    """Load what scenarios of a territory of one's own stand on: its folders ``geography`` and ``observations``.

    Parameters
    ----------
    folder
        From :func:`roadmap.plan.scenario.territory_of`.

    Raises
    ------
    geo.errors.GeographyError, roadmap.record.observations.ObservationsError
        As for :func:`load_ground`.
    """
    return load_ground(geography=folder / "geography", observed=folder / "observations")


def load(
    scenario_id: str | Path = scenario.DEFAULT,
    *,
    scenarios_root: Path = scenario.DEFAULT_ROOT,
    geography: Path = territory.DEFAULT_FOLDER,
    observed: Path = observations.DEFAULT_FOLDER,
    ground: Ground | None = None,
    elevation: str | None = None,
    progress: coverage.Progress | None = None,
) -> Atlas:
    """Load a scenario with all it stands on and project it.

    Parameters
    ----------
    scenario_id
        Name of a folder in `scenarios_root`, or the path of one anywhere.
    scenarios_root, geography, observed
        Where scenarios, geography and public figures are read from; of a scenario that names a territory, the latter
        two lie in :func:`roadmap.plan.scenario.territory_of`.
    ground
        What :func:`load_ground` has loaded before, in place of `geography` and `observed`.
    elevation
        Terrain, as for :func:`roadmap.border.frontier.load`.
    progress
        Told after each sensor whose reach is computed.

    Returns
    -------
    Atlas
        The same bytes for the same files.

    Raises
    ------
    geo.errors.GeographyError
        If the geography cannot be read.
    roadmap.errors.ScenarioError
        If the scenario or the public figures are faulty, with every fault.
    """
    path = scenario_id if isinstance(scenario_id, Path) else scenario.find(scenario_id, scenarios_root)
    folder = files.Folder(path)
    if ground is None:
        own = scenario.territory_of(folder)
        ground = load_ground(geography=geography, observed=observed) if own is None else load_territory(own)
    place, figures = ground.territory, ground.observations
    plan = scenario.load(folder, place, indicators=frozenset(figures.indicators["indicator_id"]))
    _require_start(plan, place)
    line = frontier.load(folder, place, figures, last_month=plan.last_month, elevation=elevation, progress=progress)
    start = baseline.of(place, plan, figures, plan.model)
    sectors = destinations.sectors(line.borders.stretches)
    funders = parties.ids(plan.funders)
    where = destinations.Places.of(
        place, plan.zones, start.score, last_month=plan.last_month, funders=funders, sectors=sectors
    )
    books = bookkeeping.examine(folder, plan.entries, where)
    projection = dynamics.project(place, plan, figures, plan.model, inputs(line, books, place, plan.model))
    codes = with_status(control.classify(projection.score), place, plan)
    return Atlas(place, figures, plan, line, books, runs.Run("plan", runs.Origin.PLAN, codes, _read_only(projection)))


def _require_start(plan: scenario.Scenario, place: territory.Territory) -> None:
    """Raise if nothing says where a scenario starts: neither a table of its own nor public figures."""
    if plan.baseline is None and _NEEDED not in place.country.observed:
        raise errors.ScenarioError([errors.Fault(scenario.BASELINE, None, None, None, "baseline_needed")])


def inputs(
    line: frontier.Frontier, books: bookkeeping.Books, place: territory.Territory, settings: parameters.Model
) -> forces.Inputs:
    """Everything that border and ledger hand to the model.

    Parameters
    ----------
    line, books
        The border and the ledger.
    place
        The territory.
    settings
        Parameters: some of them form the inputs as well.
    """
    people = float(place.municipalities["population"].sum())
    return replace(frontier.inputs(line, place, settings), **effects.inputs(books, people, settings))


def with_status(classes: NDArray[np.int8], place: territory.Territory, plan: scenario.Scenario) -> NDArray[np.int8]:
    """Classes with those replaced that the scenario withholds or has not assessed.

    Parameters
    ----------
    classes
        Class numbers, ``(months, n)``.
    place
        The territory.
    plan
        A scenario; its status rows run from their first month to their last, or to the end.

    Returns
    -------
    numpy.ndarray
        A read-only copy.
    """
    result = classes.copy()
    ends = plan.status["last_month"].fillna(len(result) - 1)
    for row, last in zip(plan.status.itertuples(), ends, strict=True):
        municipality = territory.index_of(place, row.cvegeo)
        result[row.first_month : last + 1, municipality] = _OFF_SCALE[row.status]
    result.setflags(write=False)
    return result


def _read_only(projection: dynamics.Projection) -> dynamics.Projection:
    for each in vars(projection).values():
        if isinstance(each, np.ndarray):
            each.setflags(write=False)
    projection.baseline.score.setflags(write=False)
    return projection
