"""Means over areas on a grid, with the cells on the edge counted by the exact part that lies inside.

The parts are computed the way scalable fonts are drawn: every edge of a polygon is cut at the lines of the grid, each
piece adds the signed area between itself and the right side of its cell, and a running sum along each row carries
what lies wholly to the right (Levien, font-rs, 2015). Nothing is sampled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse
import shapely

from geo import errors

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from geo import grid

    Array = NDArray[np.float64]

_LEAST = 1e-9


def parts(areas: gpd.GeoSeries, cells: grid.Grid) -> scipy.sparse.csr_array:
    """Exact part of every cell of the strip that each area covers.

    Parameters
    ----------
    areas
        (n,) polygons or multipolygons, any CRS; vertices are projected, edges drawn straight.
    cells
        The grid, c cells in the strip.

    Returns
    -------
    scipy.sparse.csr_array
        (n, c) float64 in (0, 1], columns in the order of the strip. Times the area of a cell it is the
        area that lies in the cell.

    Raises
    ------
    geo.errors.GeographyError
        If the CRS is missing, or something is no polygon.
    """
    if areas.crs is None:
        msg = "`areas` has no CRS; set the one it is in with `.set_crs(...)`"
        raise errors.GeographyError(msg)
    if not areas.geom_type.isin(["Polygon", "MultiPolygon"]).all():
        msg = "`areas` must hold polygons only"
        raise errors.GeographyError(msg)
    rows, columns, values = [], [], []
    for number, shape in enumerate(areas.to_crs(cells.crs)):
        found, share = _parts(shape, cells)
        rows.append(np.full(len(found), number))
        columns.append(found)
        values.append(share)
    place = (np.concatenate(rows), np.concatenate(columns)) if rows else (np.empty(0, int), np.empty(0, int))
    content = np.concatenate(values) if values else np.empty(0)
    return scipy.sparse.csr_array((content, place), shape=(len(areas), len(cells.cells)))


def means(weights: scipy.sparse.csr_array, values: Array) -> Array:
    """Mean of a raster over each area, edge cells by their part.

    Parameters
    ----------
    weights
        (n, c) as :func:`parts` gives them.
    values
        (c,) or (c, k) values of the strip.

    Returns
    -------
    numpy.ndarray
        (n,) or (n, k); NaN where an area has no cell in the strip.
    """
    total = np.asarray(weights.sum(axis=1), dtype=np.float64).ravel()
    known = np.where(total > 0.0, total, np.nan)
    sums = np.asarray(weights @ values, dtype=np.float64)
    return sums / (known if sums.ndim == 1 else known[:, None])


def _parts(shape: shapely.Geometry, cells: grid.Grid) -> tuple[NDArray[np.int64], Array]:
    """Positions in the strip of the cells that a polygon covers, and which part of each."""
    edges = _edges(shape, cells)
    if not len(edges):
        return np.empty(0, dtype=np.int64), np.empty(0)
    left, top = (int(value) for value in np.floor(edges.reshape(-1, 2).min(axis=0)))
    right, low = (int(value) for value in np.ceil(edges.reshape(-1, 2).max(axis=0)))
    share = accumulate(edges - np.array([left, top, left, top]), (max(low - top, 1), max(right - left, 1)))
    rows, columns = np.nonzero(share > _LEAST)
    found = cells.positions(rows + top, columns + left)
    inside = found >= 0
    return found[inside], np.minimum(share[rows[inside], columns[inside]], 1.0)


def _edges(shape: shapely.Geometry, cells: grid.Grid) -> Array:
    """Edges of a polygon in columns and rows: (k, 4), outer rings one way round and holes the other."""
    parted = shapely.get_parts(shapely.orient_polygons(shape, exterior_cw=False))
    steps = []
    for ring in shapely.get_rings(parted):
        xy = shapely.get_coordinates(ring)
        places = np.column_stack(
            [(xy[:, 0] - cells.transform.c) / cells.size, (cells.transform.f - xy[:, 1]) / cells.size]
        )
        steps.append(np.hstack([places[:-1], places[1:]]))
    return np.vstack(steps) if steps else np.empty((0, 4))


def accumulate(edges: Array, shape: tuple[int, int]) -> Array:
    """Part of each unit cell that lies inside closed rings.

    Parameters
    ----------
    edges
        (k, 4) column and row of both ends, all within the shape; rows count downwards. Outer rings run
        counter-clockwise on the map (clockwise in rows and columns), holes the other way.
    shape
        Rows and columns.

    Returns
    -------
    numpy.ndarray
        Rows by columns, in [0, 1] up to rounding.

    Examples
    --------
    >>> right_triangle = np.array([[0, 2, 2, 2], [2, 2, 0, 0], [0, 0, 0, 2]], dtype=float)
    >>> accumulate(right_triangle, (2, 2)).tolist()
    [[0.5, 0.0], [1.0, 0.5]]
    """
    pieces = _cut(edges)
    x0, y0, x1, y1 = pieces.T
    column = np.clip(np.floor((x0 + x1) / 2.0).astype(np.int64), 0, shape[1] - 1)
    row = np.clip(np.floor((y0 + y1) / 2.0).astype(np.int64), 0, shape[0] - 1)
    rise = y1 - y0
    to_the_right = (x0 + x1) / 2.0 - column
    # One column more takes what spills over the right side.
    total = np.zeros(shape[0] * (shape[1] + 1))
    first = row * (shape[1] + 1) + column
    total += np.bincount(first, weights=rise * (1.0 - to_the_right), minlength=len(total))
    total += np.bincount(first + 1, weights=rise * to_the_right, minlength=len(total))
    return np.asarray(np.cumsum(total.reshape(shape[0], shape[1] + 1), axis=1)[:, :-1], dtype=np.float64)


def _cut(edges: Array) -> Array:
    """Cut edges wherever they cross a line of the grid, so that each piece lies in one cell."""
    x0, y0, x1, y1 = edges.T
    owners, places = [np.arange(len(edges)).repeat(2)], [np.tile([0.0, 1.0], len(edges))]
    for start, end in ((x0, x1), (y0, y1)):
        low, high = np.minimum(start, end), np.maximum(start, end)
        first = np.floor(low) + 1.0
        count = np.maximum(np.ceil(high) - first, 0.0).astype(np.int64)
        owner = np.arange(len(edges)).repeat(count)
        line = first[owner] + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        owners.append(owner)
        places.append((line - start[owner]) / (end - start)[owner])
    owner, place = np.concatenate(owners), np.clip(np.concatenate(places), 0.0, 1.0)
    order = np.lexsort((place, owner))
    owner, place = owner[order], place[order]
    same = owner[1:] == owner[:-1]
    owner, begin, finish = owner[1:][same], place[:-1][same], place[1:][same]
    dx, dy = (x1 - x0)[owner], (y1 - y0)[owner]
    return np.column_stack(
        [x0[owner] + begin * dx, y0[owner] + begin * dy, x0[owner] + finish * dx, y0[owner] + finish * dy]
    )
