"""Where things stand at month 0: an invented start calibrated to one published national figure.

The only observation of territorial control used here is national: the published 2021 estimate that
criminal groups hold or contest 30–35 % of Mexico's territory. Public, cited inputs spread that one
figure over the map: the state's homicide rate, the federal lists of priority municipalities, nearness to
border traffic and low population density. **The result assesses no municipality.** It says where such
a third might lie if these four inputs mattered as weighted; another weighting gives another map.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse
from numpy.typing import NDArray

from geo import crs, territory
from roadmap.plan import parameters
from roadmap.record import control, observations

INPUTS: Final[tuple[str, ...]] = ("homicide", "priority", "border", "density")
"""The four inputs, in the order of their weights; each is larger where control is expected to be less."""

_PER_PERSON: Final = 100_000
_LIST_MEMBER: Final = 1.0


class Plan(Protocol):
    """What is read of a scenario."""

    @property
    def baseline(self) -> pd.Series | None:
        """Control scores of month 0 by key; None where they are computed."""
        ...


@dataclass(frozen=True, eq=False)
class Baseline:
    """The start of a scenario.

    Attributes
    ----------
    score
        Control scores of month 0, shape ``(n,)``. Invented; no assessment of any municipality.
    index
        The smoothed sum of weighted inputs, shape ``(n,)``; higher means less control.
    offset
        Where the logistic was placed by :func:`place`.
    inputs
        The standardised inputs, index and order of the municipalities, columns :data:`INPUTS`.
    share_area
        Share of the area at contested or worse in `score`.
    target
        The share that was asked for.
    residual
        ``share_area - target``: what whole municipalities cannot meet.

    Of scores that a scenario states, `index` is what is missing of them, and there are no inputs.
    """

    score: NDArray[np.float64]
    index: NDArray[np.float64]
    offset: float
    inputs: pd.DataFrame
    share_area: float
    target: float
    residual: float


def of(
    place_data: territory.Territory,
    plan: Plan,
    observed: observations.Observations,
    settings: parameters.Model,
) -> Baseline:
    """The start of a plan: the scores that it states, or else those that :func:`solve` finds.

    Parameters
    ----------
    place_data, observed, settings
        As for :func:`solve`.
    plan
        States scores of month 0, or none.
    """
    if plan.baseline is None:
        return solve(place_data, observed, settings)
    score = plan.baseline.reindex(place_data.municipalities["cvegeo"]).to_numpy(dtype=np.float64, copy=True)
    area = place_data.municipalities["area_km2"].to_numpy(dtype=np.float64)
    share = float(area[score < control.HELD_FROM].sum() / area.sum())
    return Baseline(score, 1.0 - score, 0.0, pd.DataFrame(index=place_data.municipalities.index), share, share, 0.0)


def solve(place_data: territory.Territory, observed: observations.Observations, settings: parameters.Model) -> Baseline:
    """Spread the national figure over the municipalities.

    The inputs are standardised with every municipality weighing the same, cut at
    ``input_limit`` standard deviations, weighted, added, smoothed once over neighbours and put
    through a logistic whose offset makes the area at contested or worse as near to ``target_share`` as
    whole municipalities allow.

    Parameters
    ----------
    place_data
        The territory.
    observed
        The public figures.
    settings
        Weights, target and slope.

    Returns
    -------
    Baseline
        Of all ``n`` municipalities, in the order of the territory.
    """
    inputs = standardise(collect(place_data, observed, settings))
    weights = np.array(
        [
            settings.weight_homicide,
            settings.weight_priority,
            settings.weight_border,
            settings.weight_density,
        ]
    )
    raw = np.clip(inputs.to_numpy(), -settings.input_limit, settings.input_limit) @ weights
    around = neighbour_weights(place_data.adjacency) @ raw
    index = (1.0 - settings.smoothing) * raw + settings.smoothing * around
    area = place_data.municipalities["area_km2"].to_numpy(dtype=np.float64)
    offset = place(index, area, settings.target_share, settings.slope)
    score = logistic(index, offset, settings.slope)
    share = float(area[score < control.HELD_FROM].sum() / area.sum())
    return Baseline(score, index, offset, inputs, share, settings.target_share, share - settings.target_share)


def collect(
    place_data: territory.Territory, observed: observations.Observations, settings: parameters.Model
) -> pd.DataFrame:
    """The four inputs before standardising, one row a municipality.

    Returns
    -------
    pandas.DataFrame
        ``homicide``: log10 of the state's intentional homicides per 100,000 people in the latest year of the
        SESNSP table (none at all reads as half a homicide, since zero has no logarithm). ``priority``: 1 on
        any federal list, ``neighbour_priority`` beside one that is, else 0. ``border``: see
        :func:`border_nearness`. ``density``: minus log10 of people per km².
    """
    rows = place_data.municipalities
    by_state = place_data.states["population"].to_numpy(dtype=np.float64)
    violence = _logarithm(homicide_rates(place_data, observed), by_state)
    people = np.maximum(rows["population"].to_numpy(dtype=np.float64), 1.0)
    area = np.maximum(rows["area_km2"].to_numpy(dtype=np.float64), 1e-6)
    values = {
        "homicide": violence.reindex(rows["cve_ent"]).to_numpy(dtype=np.float64),
        "priority": priority(place_data, observed, settings.neighbour_priority),
        "border": border_nearness(place_data, observed.crossings, settings.border_distance),
        "density": -np.log10(people / area),
    }
    return pd.DataFrame(values, index=rows.index, columns=list(INPUTS))


def homicide_rates(place_data: territory.Territory, observed: observations.Observations) -> pd.Series:
    """Intentional homicides per 100,000 people by state, latest year of the SESNSP table.

    Returns
    -------
    pandas.Series
        Index ``cve_ent``, in the order of ``territory.states``; NaN where the table has no figure.
    """
    table = observed.state_homicides
    keys = pd.Index(place_data.states["cve_ent"])
    latest = table[table["year"] == table["year"].max()].set_index("cve_ent")
    rates = latest["rate_per_100k"].astype("Float64").reindex(keys)
    return pd.Series(rates.to_numpy(dtype=np.float64, na_value=np.nan), index=keys)


def _logarithm(rates: pd.Series, people: NDArray[np.float64]) -> pd.Series:
    """Decimal logarithm of homicide rates; none at all reads as half a homicide, since zero has no logarithm."""
    half = 0.5 * _PER_PERSON / np.maximum(people, 1.0)
    return np.log10(rates.mask(rates <= 0, half))


def priority(
    place_data: territory.Territory, observed: observations.Observations, neighbour_share: float
) -> NDArray[np.float64]:
    """1 for municipalities on any federal priority list, less beside one, 0 elsewhere; shape ``(n,)``."""
    listed = place_data.municipalities["cvegeo"].isin(observed.priority["cvegeo"]).to_numpy()
    beside = (place_data.adjacency @ listed.astype(np.float64)) > 0
    return np.where(listed, _LIST_MEMBER, np.where(beside, neighbour_share, 0.0))


def border_nearness(
    place_data: territory.Territory, crossings: gpd.GeoDataFrame, distance: float
) -> NDArray[np.float64]:
    """Nearness to border traffic: the strongest crossing, fading with distance.

    For each crossing log10 of trucks and cars a year, times ``exp(-d / distance)``; the largest counts.
    Figures are totals of a port and stand on one row each, so none is counted twice. A crossing without
    a figure says nothing: it is left out, not taken as zero.

    Parameters
    ----------
    place_data
        The territory; distances run from the point inside each municipality.
    crossings
        Points in WGS 84 with ``trucks_per_year`` and ``cars_per_year``.
    distance
        Distance at which the influence falls to 1/e, in km.

    Returns
    -------
    numpy.ndarray
        Shape ``(n,)``, at least 0.
    """
    crs.require(crossings, name="crossings")
    traffic = crossings[["trucks_per_year", "cars_per_year"]].astype("Float64").sum(axis=1).to_numpy(dtype=np.float64)
    counted = traffic > 0
    rows = place_data.municipalities
    if not counted.any():
        return np.zeros(len(rows))
    points = crossings.geometry[counted]
    away = crs.distance_km(
        rows["lon"].to_numpy()[:, None],
        rows["lat"].to_numpy()[:, None],
        points.x.to_numpy()[None, :],
        points.y.to_numpy()[None, :],
    )
    strength = np.log10(traffic[counted])
    return np.asarray((strength * np.exp(-away / distance)).max(axis=1), dtype=np.float64)


def standardise(values: pd.DataFrame) -> pd.DataFrame:
    """Mean 0 and standard deviation 1 by column, every municipality weighing the same.

    A column without spread, and a value that is missing, becomes 0: it speaks neither way.

    Returns
    -------
    pandas.DataFrame
        On the same index and columns.
    """
    spread = values.std(ddof=0)
    scaled = (values - values.mean()) / spread.where(spread > 0, np.nan)
    return scaled.fillna(0.0)


def logistic(index: NDArray[np.float64], offset: float, slope: float) -> NDArray[np.float64]:
    """Control score of an index: ``1 / (1 + exp(slope * index - offset))``, falling with the index."""
    return np.asarray(1.0 / (1.0 + np.exp(slope * index - offset)), dtype=np.float64)


def place(index: NDArray[np.float64], area: NDArray[np.float64], target: float, slope: float) -> float:
    """Offset of the logistic that puts a share of the area at contested or worse.

    The share is a step function of the offset, with a step wherever a municipality crosses the line. The
    nearest achievable share is therefore found exactly, among the sums of the area ordered by index;
    the offset is then set half-way between the last municipality below the line and the first one above.

    Parameters
    ----------
    index
        Shape ``(n,)``, higher is worse. Equal values stay on one side together.
    area
        Weights, shape ``(n,)``.
    target
        Share asked for, in [0, 1].
    slope
        Slope of the logistic.

    Returns
    -------
    float
        The offset; of two shares equally near, the smaller one is taken.
    """
    levels, members = np.unique(-index, return_inverse=True)
    shares = np.concatenate([[0.0], np.cumsum(np.bincount(members, weights=area))]) / area.sum()
    below = int(np.argmin(np.abs(shares - target)))
    worst_first = -levels
    inner = worst_first[max(below - 1, 0)]
    outer = worst_first[min(below, len(levels) - 1)]
    margin = 0.0 if 0 < below < len(levels) else 1.0
    line = 0.5 * (inner + outer) + (margin if below == 0 else -margin)
    return float(slope * line + np.log(control.HELD_FROM / (1.0 - control.HELD_FROM)))


def neighbour_weights(adjacency: scipy.sparse.csr_array) -> scipy.sparse.csr_array:
    """Row-normalised adjacency ``W``, so that ``W @ c`` is the mean over neighbours.

    A municipality without neighbours is its own neighbour: its surroundings are as it is itself.

    Parameters
    ----------
    adjacency
        Symmetric 0/1, shape ``(n, n)``, zero diagonal.

    Returns
    -------
    scipy.sparse.csr_array
        Shape ``(n, n)``; every row sums to 1.
    """
    degree = np.asarray(adjacency.sum(axis=1)).ravel()
    alone = (degree == 0).astype(np.float64)
    scale = scipy.sparse.diags_array(1.0 / np.maximum(degree, 1.0))
    weights = scipy.sparse.csr_array(scale @ adjacency + scipy.sparse.diags_array(alone))
    weights.eliminate_zeros()
    weights.sort_indices()
    return weights
