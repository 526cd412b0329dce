"""Everything the atlas shows of one scenario, loaded, checked and projected once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo import coverage, territory
from roadmap import (
    accounts,
    baseline,
    control,
    dynamics,
    effects,
    files,
    frontier,
    model,
    observations,
    places,
    scenario,
)

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
    projection
        What the model projects. Its scores know nothing of `codes`: where a class is withheld or not
        assessed, the score must not be shown either.
    codes
        Class numbers, ``int8``, ``(61, n)``, the scenario's status table applied.
    """

    territory: territory.Territory
    observations: observations.Observations
    scenario: scenario.Scenario
    frontier: frontier.Frontier
    books: accounts.Books
    projection: dynamics.Projection
    codes: NDArray[np.int8]


def load(
    scenario_id: str = scenario.DEFAULT,
    *,
    scenarios_root: Path = scenario.DEFAULT_ROOT,
    geography: Path = territory.DEFAULT_FOLDER,
    observed: Path = observations.DEFAULT_FOLDER,
    progress: coverage.Progress | None = None,
) -> Atlas:
    """Load a scenario with all it stands on and project it.

    Parameters
    ----------
    scenario_id
        Name of a folder in `scenarios_root`.
    scenarios_root, geography, observed
        Where scenarios, geography and public figures are read from.
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
    folder = files.Folder(scenario.find(scenario_id, scenarios_root))
    place = territory.load(geography)
    figures = observations.load(observed, place=place)
    plan = scenario.load(folder, place, indicators=frozenset(figures.indicators["indicator_id"]))
    line = frontier.load(folder, place, figures, progress=progress)
    start = baseline.solve(place, figures, plan.model)
    where = places.Places.of(place, plan.zones, start.score, sectors=places.sectors(line.borders.stretches))
    books = accounts.examine(folder, plan.entries, where)
    projection = dynamics.project(place, plan, figures, plan.model, inputs(line, books, place, plan.model))
    codes = with_status(control.classify(projection.score), place, plan)
    return Atlas(place, figures, plan, line, books, _read_only(projection), codes)


def inputs(
    line: frontier.Frontier, books: accounts.Books, place: territory.Territory, settings: model.Model
) -> dynamics.Inputs:
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
        Class numbers, ``(61, n)``.
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
