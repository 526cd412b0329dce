"""Population by municipality: published shares, folded to the outlines' edition, scaled to the census."""

from __future__ import annotations

import importlib.resources
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo import errors

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray


def read_published() -> pd.DataFrame:
    """Read the municipal figures of the `graphari` package.

    Returns
    -------
    pandas.DataFrame
        Columns cvegeo (five digits, zero restored), name, lon, lat (centroid, WGS 84), population.

    Raises
    ------
    geo.errors.GeographyError
        If a key is repeated.
    """
    table = importlib.resources.files("graphari") / "data" / "edges.csv"
    with table.open(encoding="utf-8") as stream:
        raw = pd.read_csv(stream, dtype=str, keep_default_na=False)
    published = pd.DataFrame(
        {
            "cvegeo": raw["CVEGEO"].str.zfill(5),
            "name": raw["NOMMUN"].str.strip(),
            "lon": raw["centroid_lon"].astype(float),
            "lat": raw["centroid_lat"].astype(float),
            "population": raw["Population"].astype("int64"),
        }
    )
    repeated = published["cvegeo"][published["cvegeo"].duplicated()]
    if len(repeated):
        msg = f"the population table repeats the keys {', '.join(repeated)}"
        raise errors.GeographyError(msg)
    return published


def read_crosswalk(path: Path) -> pd.DataFrame:
    """Read which key of the population table belongs to which outline.

    Parameters
    ----------
    path
        A CSV with the columns cvegeo, name, parent, share, kind, rule, source; `share` is the part of
        the row's people that goes to `parent`, and the shares of one cvegeo sum to 1.

    Returns
    -------
    pandas.DataFrame
        The rows as written, `share` as float.

    Raises
    ------
    geo.errors.GeographyError
        If the shares of a key do not sum to 1.
    """
    crosswalk = pd.read_csv(path, dtype=str, keep_default_na=False)
    crosswalk["share"] = crosswalk["share"].astype(float)
    sums = crosswalk.groupby("cvegeo")["share"].sum()
    wrong = sums.index[~np.isclose(sums, 1.0, atol=1e-9)]
    if len(wrong):
        msg = f"{path.name}: the shares of {', '.join(wrong)} do not sum to 1"
        raise errors.GeographyError(msg)
    return crosswalk


def read_census(path: Path) -> pd.DataFrame:
    """Read the states: key, name, census population, capital.

    Parameters
    ----------
    path
        A CSV with the columns cve_ent, name, also (other names, parted by ";"), population_2020,
        capital, capital_cvegeo, source.

    Returns
    -------
    pandas.DataFrame
        Sorted by cve_ent, population_2020 as int64.
    """
    census = pd.read_csv(path, dtype=str, keep_default_na=False)
    census["population_2020"] = census["population_2020"].astype("int64")
    return census.sort_values("cve_ent", ignore_index=True)


def fold(population: pd.Series, crosswalk: pd.DataFrame) -> pd.Series:
    """Move the people of keys without an outline to the outlines that contain them.

    Parameters
    ----------
    population
        People by cvegeo.
    crosswalk
        As `read_crosswalk` gives it.

    Returns
    -------
    pandas.Series
        People by cvegeo, the crosswalk's keys gone, same sum; sorted by key.

    Raises
    ------
    geo.errors.GeographyError
        If the crosswalk names a key that the population does not have, or the totals before and
        after differ.
    """
    missing = sorted(set(crosswalk["cvegeo"]) - set(population.index))
    if missing:
        msg = f"the crosswalk names keys that have no population: {', '.join(missing)}"
        raise errors.GeographyError(msg)
    moved = crosswalk["cvegeo"].map(population).astype(float) * crosswalk["share"]
    arriving = moved.groupby(crosswalk["parent"]).sum()
    staying = population.drop(index=crosswalk["cvegeo"].unique()).astype(float)
    folded = staying.add(arriving, fill_value=0.0).sort_index()
    if not np.isclose(folded.sum(), population.sum(), rtol=1e-12):
        msg = f"folding changed the total from {population.sum():,} to {folded.sum():,.1f}; do the shares sum to 1?"
        raise errors.GeographyError(msg)
    return folded


def scale(shares: pd.Series, totals: pd.Series) -> pd.Series:
    """Scale municipal figures to whole people that sum to each state's total.

    Parameters
    ----------
    shares
        Non-negative figures by cvegeo.
    totals
        Whole people by cve_ent.

    Returns
    -------
    pandas.Series
        int64 people by cvegeo, in the order of `shares`; within each state they sum to its total.

    Raises
    ------
    geo.errors.GeographyError
        If the states of the two differ.
    """
    state = shares.index.str[:2]
    if set(state) != set(totals.index):
        msg = f"states without both shares and a total: {sorted(set(state) ^ set(totals.index))}"
        raise errors.GeographyError(msg)
    scaled = pd.Series(0, index=shares.index, dtype="int64")
    for key, part in shares.groupby(state):
        scaled.loc[part.index] = largest_remainder(part.to_numpy(), int(totals[key]))
    return scaled


def largest_remainder(shares: ArrayLike, total: int) -> NDArray[np.int64]:
    """Share out a whole number in proportion (Hamilton's method).

    Parameters
    ----------
    shares
        (n,) non-negative weights, not all zero.
    total
        Whole number to share out.

    Returns
    -------
    numpy.ndarray
        (n,) int64 that sums to `total`; equal remainders go to the earlier entry.

    Raises
    ------
    geo.errors.GeographyError
        If the weights are negative, not finite or all zero.

    Examples
    --------
    >>> largest_remainder([1, 1, 1], 10).tolist()
    [4, 3, 3]
    """
    weights = np.asarray(shares, dtype=np.float64)
    if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() <= 0:
        msg = "`shares` must be finite, not negative, and not all zero"
        raise errors.GeographyError(msg)
    exact = weights / weights.sum() * total
    whole: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole
