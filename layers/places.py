"""Where the map opens, how far it goes, and the names written on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from geo import territory

_MARGIN = (14.0, 20.0)
"""How far beyond the country the map may be dragged, in degrees of latitude and longitude."""

CLOSEST = 12
"""Closest zoom: beyond it the simplified outlines would pretend to be exact."""

_FAR = 30.0
_CITY_ZOOM = ((14, 5.0), (30, 6.0), (70, 7.0), (130, 7.75))
"""Up to which rank cities are named from which zoom."""

Corners = tuple[tuple[float, float], tuple[float, float]]


def view(territory_: territory.Territory) -> Corners:
    """Return the south-west and north-east corner of the opening view (latitude, longitude).

    It is what the country says. Where it says nothing, only the largest part of each municipality counts, so islands
    far off, which are in every total, do not shrink the view.
    """
    if territory_.country.view is not None:
        south, west, north, east = territory_.country.view
        return ((south, west), (north, east))
    parts = territory_.municipalities[["cvegeo", "geometry"]].explode(ignore_index=True)
    sizes = shapely.area(parts.geometry.to_numpy())
    largest = parts.assign(size=sizes).sort_values("size").drop_duplicates("cvegeo", keep="last")
    west, south, east, north = largest.total_bounds
    return ((round(south, 2), round(west, 2)), (round(north, 2), round(east, 2)))


def limits(territory_: territory.Territory) -> Corners:
    """Return the corners beyond which the map cannot be dragged."""
    (south, west), (north, east) = view(territory_)
    lat, lon = _MARGIN
    return ((south - lat, west - lon), (north + lat, east + lon))


def labels(territory_: territory.Territory) -> list[dict[str, object]]:
    """Return the names on the map, most important first.

    Each has a text `t`, kind `k` (``country``, ``abroad``,
    ``state``, ``city``), place `x` `y` (longitude and
    latitude) and the zooms `from` and `until` between which it may be drawn.
    """
    around = territory_.neighbours
    found = [
        _label(row.name.upper(), "country", *_inside(row.geometry), 5.0, _FAR)
        for row in around[around["kind"] == "country"].itertuples(index=False)
    ]
    found += [
        _label(row.name, "abroad", *_inside(row.geometry), 5.25, 8.5)
        for row in around[around["kind"] == "region"].itertuples(index=False)
    ]
    found += [
        _label(row.name, "state", row.lon, row.lat, _state_zoom(row.area_km2), 9.0)
        for row in territory_.states.rename_axis(None)
        .sort_values("area_km2", ascending=False)
        .itertuples(index=False)
    ]
    found += [
        _label(row.name, "city", row.geometry.x, row.geometry.y, _city_zoom(int(row.rank)), _FAR)
        for row in territory_.cities.sort_values(
            ["rank", "population"], ascending=[True, False]
        ).itertuples(index=False)
    ]
    return found


def _inside(shape: shapely.Geometry) -> tuple[float, float]:
    point = shapely.point_on_surface(shape)
    return float(shapely.get_x(point)), float(shapely.get_y(point))


def _label(
    name: str, kind: str, longitude: float, latitude: float, since: float, until: float
) -> dict[str, object]:
    return {
        "t": name,
        "k": kind,
        "x": round(float(longitude), 4),
        "y": round(float(latitude), 4),
        "from": since,
        "until": until,
    }


def _state_zoom(area_km2: float) -> float:
    for smallest, zoom in ((45_000, 4.75), (20_000, 5.75), (5_000, 6.5)):
        if area_km2 >= smallest:
            return zoom
    return 7.25


def _city_zoom(rank: int) -> float:
    for last, zoom in _CITY_ZOOM:
        if rank <= last:
            return zoom
    return 8.5
