"""Legal crossings on the line: their kilometre, their sector and the traffic of their port."""

from __future__ import annotations

import difflib
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import border, territory

VEHICLE_MODES: Final = ("car", "bus", "truck")
_CLOSE = 0.6
_EARTH_RADIUS_KM = 6371.0088

Array = NDArray[np.float64]

_NONE: Final = pd.DataFrame(
    {
        **dict.fromkeys(("id", "border", "sector", "modes", "port_code"), pd.Series(dtype="str")),
        **dict.fromkeys(("km", "distance_km", "lon", "lat", "vehicles"), pd.Series(dtype="float64")),
    }
)
"""Crossings of a country without a border on land."""


def place(observed: gpd.GeoDataFrame, borders: border.Border) -> pd.DataFrame:
    """Put the crossings on their lines.

    Parameters
    ----------
    observed
        Crossings as :class:`roadmap.record.observations.Observations` holds them.
    borders
        The borders.

    Returns
    -------
    DataFrame
        Index ``id``, in the order of the lines and along each: ``border``, ``km``, ``distance_km`` (from the
        line), ``sector`` ("" on lines without sectors), ``modes``, ``port_code``, ``lon``, ``lat``,
        ``vehicles`` (trucks and cars a year: the port's total in equal parts on its crossings for
        vehicles, since counts by crossing are not published; 0 where there is no figure).
    """
    parts = []
    for name, line in borders.lines.items():
        own = observed[observed["border"] == name]
        snapped = border.snap(line, own.geometry)
        parts.append(
            pd.DataFrame(
                {
                    "id": own["id"],
                    "border": name,
                    **{column: snapped[column] for column in ("km", "distance_km")},
                    "sector": [sector_at(borders, km) if name == borders.code else "" for km in snapped["km"]],
                    "modes": own["modes"],
                    "port_code": own["port_code"],
                    "lon": own.geometry.x,
                    "lat": own.geometry.y,
                    "vehicles": _vehicles(own),
                }
            ).sort_values("km", kind="stable")
        )
    return pd.concat(parts or [_NONE]).set_index("id")


def along(placed: pd.DataFrame) -> pd.DataFrame:
    """Crossings of the line that is watched: those with a sector."""
    return placed[placed["sector"] != ""]


def sector_at(borders: border.Border, km: float) -> str:
    """Sector of a kilometre on the line that is watched; the later one where two meet."""
    starts = borders.sectors["from_km"].to_numpy()
    return str(borders.sectors.index[max(int(np.searchsorted(starts, km, side="right")) - 1, 0)])


def nearest(crossing: str, known: pd.Index) -> str:
    """Crossing whose id is most like a wrong one, ``""`` when none is."""
    found = difflib.get_close_matches(crossing, list(known), n=1, cutoff=_CLOSE)
    return found[0] if found else ""


def nearness(place_data: territory.Territory, lon: Array, lat: Array, distance_km: float) -> Array:
    """How near each municipality is to places on the border, ``exp(-d / D)``.

    Distances are great circles on a sphere: within 0.6 % of the ellipsoid's, which nearness does not notice, and
    quick for many places.

    Parameters
    ----------
    place_data
        The territory, ``n`` municipalities; distances run from the point inside each.
    lon, lat
        ``(k,)`` WGS 84 degrees.
    distance_km
        Distance D at which nearness falls to 1/e, as ``border_distance`` in ``model.toml``.

    Returns
    -------
    numpy.ndarray
        ``(n, k)`` in (0, 1].
    """
    rows = place_data.municipalities
    here = _directions(rows["lon"].to_numpy(dtype=np.float64), rows["lat"].to_numpy(dtype=np.float64))
    angle = np.arccos(np.clip(here @ _directions(lon, lat).T, -1.0, 1.0))
    return np.asarray(np.exp(-angle * _EARTH_RADIUS_KM / distance_km), dtype=np.float64)


def faded_mean(near: Array, weights: Array, values: Array) -> Array:
    """Mean of values by weight and nearness, fading with the distance from the nearest place.

    ``max_k e_ik * sum_k w_k e_ik v_k / sum_k w_k e_ik``, over places k of positive weight: next to the
    border the mean of what is around, far inland nothing.

    Parameters
    ----------
    near
        ``(n, k)`` from :func:`nearness`.
    weights
        ``(k,)`` at least 0.
    values
        ``(T, k)`` in [0, 1].

    Returns
    -------
    numpy.ndarray
        ``(T, n)`` in [0, 1]; 0 where no place has a weight.
    """
    counted = weights > 0.0
    if not counted.any():
        return np.zeros((len(values), len(near)))
    share = near[:, counted] * weights[counted]
    total = share.sum(axis=1, keepdims=True)
    # Far from every place nearness is too small for a number, and the product with it below is 0 anyway.
    mean = values[:, counted] @ np.divide(share, total, out=np.zeros_like(share), where=total > 0.0).T
    return np.asarray(np.clip(mean * near[:, counted].max(axis=1), 0.0, 1.0), dtype=np.float64)


def _directions(lon: Array, lat: Array) -> Array:
    """Unit vectors from the centre of the earth, ``(k, 3)``."""
    east, north = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def _vehicles(crossings: gpd.GeoDataFrame) -> Array:
    """Vehicles a year by crossing, the port's total in equal parts on its crossings for vehicles."""
    counted = crossings[["trucks_per_year", "cars_per_year"]].astype("Float64").fillna(0.0).sum(axis=1)
    carries = pd.Series(
        [any(mode in VEHICLE_MODES for mode in modes.split(";")) for modes in crossings["modes"]],
        index=crossings.index,
    )
    port = crossings["port_code"].where(crossings["port_code"] != "", crossings["id"])
    total = counted.astype(np.float64).groupby(port).transform("sum")
    sharers = carries.astype(np.float64).groupby(port).transform("sum")
    return np.where(carries, total / sharers.clip(lower=1.0), 0.0)
