"""The outlines of a territory in its working projection, ready to be drawn.

Everything is projected once for a territory, since pictures are wanted for many months of it. One
compound path a class leaves no seams between its municipalities.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely
from matplotlib import path as mpath

from geo import crs, keeping
from layers import places

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import ArrayLike, NDArray

    from geo import territory

_DECIMALS = 5
_NEAR = 0.02
"""How near neighbouring land must be for an outer line to be a border, in degrees: about a pixel."""

_LAND = ("country", "region")


@dataclass(frozen=True)
class Mesh:
    """Boundaries by rank, each part of a line in the strongest role it has.

    Attributes
    ----------
    state
        Between two states.
    coast
        Where the country meets the sea.
    border
        Where it meets a neighbour.
    """

    state: mpath.Path
    coast: mpath.Path
    border: mpath.Path


@dataclass(frozen=True, eq=False)
class Outlines:
    """A territory in metres of its working projection.

    Attributes
    ----------
    rings
        All rings of all municipalities, in the order of the territory.
    owner
        Position of the municipality that each vertex of `rings` belongs to, shape ``(k,)``.
    around
        Land of the neighbours.
    mesh
        Boundaries by rank.
    bounds
        West, south, east and north of what the picture must show.
    plane
        The projection.
    """

    rings: mpath.Path
    owner: NDArray[np.int64]
    around: mpath.Path
    mesh: Mesh
    bounds: tuple[float, float, float, float]
    plane: str

    def of(self, chosen: NDArray[np.bool_]) -> mpath.Path:
        """Return one path over some municipalities.

        Parameters
        ----------
        chosen
            Which ones, shape ``(n,)``.

        Returns
        -------
        matplotlib.path.Path
            In metres; empty if none is chosen.
        """
        kept = chosen[self.owner]
        codes = np.asarray(self.rings.codes)
        return mpath.Path(np.asarray(self.rings.vertices)[kept], codes[kept])


@keeping.kept(most=1)
def of(place: territory.Territory) -> Outlines:
    """Return the outlines of a territory, kept for as long as the territory is.

    Parameters
    ----------
    place
        A territory.
    """
    return _read(place)


@cache
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def project(lon: ArrayLike, lat: ArrayLike, plane: str) -> NDArray[np.float64]:
    """Return points in metres of a projection, shape ``(n, 2)``.

    Parameters
    ----------
    lon, lat
        WGS 84 degrees, shape ``(n,)``.
    plane
        The projection.
    """
    there = _transformer(crs.GEOGRAPHIC, plane)
    return np.column_stack(there.transform(lon, lat)).astype(np.float64)


def unproject(x: ArrayLike, y: ArrayLike, plane: str) -> NDArray[np.float64]:
    """Return WGS 84 longitudes and latitudes, ``(n, 2)``, of points in metres of a projection.

    Parameters
    ----------
    x, y
        Metres, shape ``(n,)``.
    plane
        The projection.
    """
    back = _transformer(plane, crs.GEOGRAPHIC)
    return np.column_stack(back.transform(x, y)).astype(np.float64)


def path_of(shapes: NDArray[np.object_], plane: str) -> tuple[mpath.Path, NDArray[np.int64]]:
    """Return polygons in WGS 84 as one path in metres, and the polygon each vertex belongs to.

    Shells turn one way and holes the other, so the path fills by the non-zero rule.

    Parameters
    ----------
    shapes
        Polygons and multipolygons, shape ``(n,)``.
    plane
        The projection.
    """
    parts, owner = shapely.get_parts(shapely.orient_polygons(shapes), return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    starts = np.flatnonzero(np.diff(of_ring, prepend=-1))
    codes = np.full(len(points), mpath.Path.LINETO, dtype=mpath.Path.code_type)
    codes[starts] = mpath.Path.MOVETO
    codes[np.append(starts[1:], len(points))[: len(starts)] - 1] = mpath.Path.CLOSEPOLY
    return mpath.Path(project(points[:, 0], points[:, 1], plane), codes), owner[of_part][of_ring]


def lines_of(lines: NDArray[np.object_], plane: str) -> mpath.Path:
    """Return lines in WGS 84 as one open path in metres."""
    points, of_line = shapely.get_coordinates(lines, return_index=True)
    codes = np.full(len(points), mpath.Path.LINETO, dtype=mpath.Path.code_type)
    codes[np.flatnonzero(np.diff(of_line, prepend=-1))] = mpath.Path.MOVETO
    return mpath.Path(project(points[:, 0], points[:, 1], plane), codes)


def _read(place: territory.Territory) -> Outlines:
    plane = place.country.working
    rings, owner = path_of(place.municipalities.geometry.to_numpy(), plane)
    near = place.neighbours[place.neighbours["kind"].isin(_LAND)]
    around, _ = path_of(near.geometry.to_numpy(), plane)
    return Outlines(rings, owner, around, _mesh(place.states, near, plane), _bounds(place), plane)


def _bounds(place: territory.Territory) -> tuple[float, float, float, float]:
    """Return the extent of the outlines inside the opening view, so without islands far off."""
    (south, west), (north, east) = places.view(place)
    points = shapely.get_coordinates(place.municipalities.geometry.to_numpy())
    inside = ((points >= (west, south)) & (points <= (east, north))).all(axis=1)
    metres = project(points[inside, 0], points[inside, 1], place.country.working)
    (left, low), (right, high) = metres.min(axis=0), metres.max(axis=0)
    return float(left), float(low), float(right), float(high)


def _mesh(states: gpd.GeoDataFrame, near: gpd.GeoDataFrame, plane: str) -> Mesh:
    pieces, uses = segments(states.geometry.to_numpy())
    outer = pieces[uses == 1]
    # Neighbouring land reaches a little under the country, so an outer line on it is a border.
    middles = shapely.points(outer.mean(axis=1))
    on_land = np.zeros(len(outer), dtype=bool)
    tree = shapely.STRtree(near.geometry.to_numpy())
    found = tree.query(middles, predicate="dwithin", distance=_NEAR)[0]
    on_land[found] = True
    return Mesh(*(_merged(each, plane) for each in (pieces[uses > 1], outer[~on_land], outer[on_land])))


def segments(shapes: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return each straight piece of some boundaries once, and how often it is used.

    Parameters
    ----------
    shapes
        Polygons in WGS 84 that meet in the same vertices, shape ``(n,)``.

    Returns
    -------
    tuple
        Pieces ``(k, 2, 2)`` in no particular direction, and counts ``(k,)``: 1 on the outside, 2 between two.
    """
    points, of_ring = shapely.get_coordinates(
        shapely.get_rings(shapely.get_parts(shapes)), return_index=True
    )
    same_ring = of_ring[:-1] == of_ring[1:]
    grid = np.round(points * 10**_DECIMALS).astype(np.int64)
    _, vertex = np.unique(grid[:, 0] * 2**32 + grid[:, 1], return_inverse=True)
    ends = np.sort(np.column_stack([vertex[:-1], vertex[1:]])[same_ring], axis=1)
    _, first, uses = np.unique(
        ends[:, 0] * (len(points) + 1) + ends[:, 1], return_index=True, return_counts=True
    )
    pairs = np.stack([points[:-1], points[1:]], axis=1)[same_ring]
    return pairs[first], uses


def _merged(pieces: NDArray[np.float64], plane: str) -> mpath.Path:
    if not len(pieces):
        return mpath.Path(np.empty((0, 2)))
    merged = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(pieces)))
    return lines_of(shapely.get_parts(merged), plane)
