"""A line cut into parts by what lies along it, and into short pieces to compute on."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo import border, crs, errors

_SLACK_KM = 1e-6

PARTS = ("sector", "state", "municipality", "county")
"""What a line can be split by."""


def split(borders: border.Border, by: str, *, line: str | None = None) -> gpd.GeoDataFrame:
    """Split a line by what lies along it.

    Parameters
    ----------
    borders
        The borders.
    by
        One of :data:`PARTS`.
    line
        Which line; the one that is watched if not given.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a part in the order in which the line meets them: key, from_km (first kilometre), to_km
        (last), length_km, geometry (multi-line, WGS 84). The lengths add up to the line's; a part that the
        line meets twice has both pieces in one row, and its length is theirs.

    Raises
    ------
    geo.errors.GeographyError
        If `by` is not one of :data:`PARTS`.
    """
    named = borders.code if line is None else line
    stretches = borders.stretches[borders.stretches["border"] == named]
    keys = keys_of(stretches, by)
    rows = []
    for key in pd.unique(keys):
        own = stretches[(keys == key).to_numpy()]
        pieces = _merged(own)
        parts = [border.between(borders.lines[named], start, end) for start, end in pieces]
        length = float((own["to_km"] - own["from_km"]).sum())
        rows.append((key, own["from_km"].min(), own["to_km"].max(), length, shapely.MultiLineString(parts)))
    columns = ["key", "from_km", "to_km", "length_km", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), crs=crs.GEOGRAPHIC)


def keys_of(stretches: pd.DataFrame, by: str) -> pd.Series:
    """What each stretch belongs to.

    Parameters
    ----------
    stretches
        Rows of :attr:`geo.border.Border.stretches`.
    by
        One of :data:`PARTS`.

    Returns
    -------
    pandas.Series
        On the same index: sector, key of the state or of the municipality, or code of the county.

    Raises
    ------
    geo.errors.GeographyError
        If `by` is not one of :data:`PARTS`.
    """
    if by == "municipality":
        return stretches["cvegeo"].rename("municipality")
    if by not in PARTS:
        msg = f"`by` is {by!r}; a line can be split by {', '.join(PARTS)}"
        raise errors.GeographyError(msg)
    return stretches[by]


@dataclass(frozen=True, eq=False)
class Samples:
    """Points along a line, each standing for a short piece of it.

    Attributes
    ----------
    km
        (m,) kilometre of the middle of each piece, rising.
    length_km
        (m,) length of each piece; they add up to the line.
    lon, lat
        (m,) WGS 84 degrees.
    stretch
        (m,) row of :attr:`geo.border.Border.stretches` that each piece lies in.
    """

    km: NDArray[np.float64]
    length_km: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    stretch: NDArray[np.int64]


def sample(borders: border.Border, *, step_km: float = 0.25, line: str | None = None) -> Samples:
    """Cut a line into short pieces that lie in one stretch each.

    Parameters
    ----------
    borders
        The borders.
    step_km
        Longest piece.
    line
        Which line; the one that is watched if not given.

    Returns
    -------
    Samples
        In the order of the line.
    """
    named = borders.code if line is None else line
    stretches = borders.stretches[borders.stretches["border"] == named]
    if stretches.empty:
        nothing = np.empty(0)
        return Samples(nothing, nothing, nothing, nothing, np.empty(0, dtype=np.int64))
    start, length = stretches["from_km"].to_numpy(), (stretches["to_km"] - stretches["from_km"]).to_numpy()
    count = np.maximum(np.ceil(length / step_km - _SLACK_KM), 1).astype(np.int64)
    which = np.repeat(np.arange(len(stretches)), count)
    number = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    piece = (length / count)[which]
    km = start[which] + (number + 0.5) * piece
    xy = border.point(borders.lines[named], km)
    return Samples(km, piece, xy[:, 0], xy[:, 1], stretches.index.to_numpy()[which])


def _merged(stretches: pd.DataFrame) -> list[tuple[float, float]]:
    """Stretches in order as pieces: those that follow one another are joined."""
    pieces: list[tuple[float, float]] = []
    for start, end in zip(stretches["from_km"], stretches["to_km"], strict=True):
        if pieces and start - pieces[-1][1] <= _SLACK_KM:
            pieces[-1] = (pieces[-1][0], float(end))
        else:
            pieces.append((float(start), float(end)))
    return pieces
