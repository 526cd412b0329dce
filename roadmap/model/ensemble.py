"""The same plan under other parameters: how far results move within the ranges of ``model.toml``.

Each draw takes every varied parameter anew from its range. The draws are stratified (a Latin hypercube): a range is
cut into as many equal parts as there are draws, and each part is used once. The same seed gives the same draws.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from roadmap.ledger import money
from roadmap.model import dynamics
from roadmap.record import control, rules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo import territory
    from roadmap.model import forces
    from roadmap.plan import parameters
    from roadmap.record import observations

DRAWS: Final = 12
SEED: Final = 20_260_101

_PHASE: Final = "phase"


@dataclass(frozen=True, eq=False)
class World:
    """One course of the plan.

    Attributes
    ----------
    settings
        Parameters.
    inputs
        What other layers contribute under these parameters.
    projection
        What the model projects.
    plan
        Phases, entries and zones.
    """

    settings: parameters.Model
    inputs: forces.Inputs
    projection: dynamics.Projection
    plan: forces.Plan


def draws(settings: parameters.Model, count: int = DRAWS, *, seed: int = SEED) -> tuple[parameters.Model, ...]:
    """Models whose parameters are drawn from their ranges.

    Parameters
    ----------
    settings
        The stated model with its ranges; what has none keeps its value.
    count
        How many.
    seed
        Of the random numbers.
    """
    rng = np.random.default_rng(seed)
    varied = [each for each in settings.records() if each.low < each.high]
    parts = np.stack([rng.permutation(count) for _ in varied], axis=1) if varied else np.zeros((count, 0))
    position = (parts + rng.random(parts.shape)) / count
    low = np.array([each.low for each in varied])
    high = np.array([each.high for each in varied])
    keys = [each.key for each in varied]
    return tuple(_changed(settings, dict(zip(keys, row, strict=True))) for row in low + position * (high - low))


def stacked(models: Sequence[parameters.Model]) -> parameters.Model:
    """One model for many draws: each of its numbers is an array ``(draws,)``, for :mod:`roadmap.model.loop`."""
    numbers = [name for name, value in vars(models[0]).items() if isinstance(value, float)]
    together = {name: np.array([getattr(each, name) for each in models]) for name in numbers}
    by_phase = []
    for same in zip(*(each.phases for each in models), strict=True):
        columns = {name: np.array([getattr(each, name) for each in same]) for name in vars(same[0])}
        by_phase.append(dataclasses.replace(same[0], **columns))
    return dataclasses.replace(models[0], **together, phases=tuple(by_phase))  # type: ignore[arg-type]


def worlds(
    place: territory.Territory,
    plan: forces.Plan,
    observed: observations.Observations,
    models: Sequence[parameters.Model],
    inputs: Callable[[parameters.Model], forces.Inputs],
) -> tuple[World, ...]:
    """Run the plan under each model.

    Parameters
    ----------
    place, plan, observed
        As for :func:`roadmap.model.dynamics.project`.
    models
        The stated one first, then those drawn.
    inputs
        What other layers contribute, given a model: money enters integrity by parameters of the model.

    Returns
    -------
    tuple of World
        In the order of `models`.
    """
    found = []
    for each in models:
        given = inputs(each)
        found.append(World(each, given, dynamics.project(place, plan, observed, each, given), plan))
    return tuple(found)


def reclaimed(
    courses: Sequence[World],
    place: territory.Territory,
    month: int,
    vs: int = 0,
    *,
    rule: rules.Rules,
    known: NDArray[np.bool_] | None = None,
) -> pd.DataFrame:
    """People and km² reclaimed by state, with their range.

    Parameters
    ----------
    courses
        The stated one first, then those drawn.
    place
        The territory, ``n`` municipalities.
    month, vs
        Month asked for and the one it is compared with.
    rule
        What counts as reclaimed.
    known
        Municipalities whose class may be shown; the others are left out, ``(n,)``.

    Returns
    -------
    pandas.DataFrame
        Index ``state`` (keys, all states); columns ``people``, ``people_low``, ``people_high``, ``km2``,
        ``km2_low``, ``km2_high``: the stated course, and the lowest and highest of all courses.
    """
    rows = place.municipalities
    states = list(place.states["cve_ent"])
    member = rows["cve_ent"].to_numpy()[:, None] == np.array(states)[None, :]
    columns_of = {"people": "population", "km2": "area_km2"}
    weight = {name: rows[column].to_numpy(dtype=np.float64) for name, column in columns_of.items()}
    gained = np.stack(
        [
            rules.change(control.classify(each.projection.score), month, vs, rules=rule) == rules.RECLAIMED
            for each in courses
        ]
    )
    gained = gained if known is None else gained & known
    columns: dict[str, forces.Array] = {}
    for name, values in weight.items():
        sums = (gained * values) @ member
        columns |= {name: sums[0], f"{name}_low": sums.min(axis=0), f"{name}_high": sums.max(axis=0)}
    return pd.DataFrame(columns, index=pd.Index(states, name="state"))


def cost(spent: pd.Series, won: pd.DataFrame, *, per: str = "people") -> pd.DataFrame:
    """US dollars for each person, or km², reclaimed, as a range.

    Money that was spent is not the reason that ground was reclaimed, and much of it serves other ends: the figure
    compares two columns and proves nothing.

    Parameters
    ----------
    spent
        Cents by state, of one amount.
    won
        As returned by :func:`reclaimed`.
    per
        ``"people"`` or ``"km2"``.

    Returns
    -------
    pandas.DataFrame
        Index of `won`; columns ``cost``, ``cost_low``, ``cost_high``; NaN where nothing was reclaimed. The cost is
        lowest where most was reclaimed.
    """
    dollars = pd.Series(money.millions(spent.to_numpy()) * 1e6, index=spent.index).reindex(won.index)
    columns = {"cost": per, "cost_low": f"{per}_high", "cost_high": f"{per}_low"}
    return pd.DataFrame({name: dollars / won[column].where(won[column] > 0) for name, column in columns.items()})


def _changed(settings: parameters.Model, values: dict[str, float]) -> parameters.Model:
    """The model with some parameters changed, given by the keys of its records."""
    single = {key: value for key, value in values.items() if not key.startswith(f"{_PHASE}.")}
    by_phase = list(settings.phases)
    for key, value in values.items():
        if key not in single:
            _, number, name = key.split(".")
            place = int(number) - 1
            by_phase[place] = dataclasses.replace(by_phase[place], **{name: value})
    return dataclasses.replace(settings, **single, phases=tuple(by_phase))  # type: ignore[arg-type]
