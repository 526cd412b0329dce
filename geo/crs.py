"""Coordinate reference systems the project uses, and measures on the ellipsoid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely

from geo import errors

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import ArrayLike, NDArray

GEOGRAPHIC = "EPSG:4326"
"""WGS 84 longitude and latitude in degrees: every frame in the project."""

WORLD = "EPSG:3857"
"""WGS 84 / Pseudo-Mercator in metres. Conformal, and the same everywhere: for a country that names no other."""

EQUAL_AREA = "EPSG:6933"
"""WGS 84 / NSIDC EASE-Grid 2.0 in metres, equal-area, and the same everywhere."""

_ELLIPSOID = "WGS84"


def require(frame: gpd.GeoDataFrame | gpd.GeoSeries, crs: str = GEOGRAPHIC, *, name: str = "frame") -> None:
    """Check that a frame is in the expected CRS.

    Parameters
    ----------
    frame
        A GeoDataFrame or GeoSeries.
    crs
        The CRS it has to be in.
    name
        What to call the frame in the message.

    Raises
    ------
    geo.errors.GeographyError
        If the CRS is missing or another one; the message names the call that fixes it.
    """
    if frame.crs is None:
        msg = f"`{name}` has no CRS; set the one it is in with `.set_crs(...)`, then `.to_crs({crs!r})`"
        raise errors.GeographyError(msg)
    if frame.crs != pyproj.CRS(crs):
        msg = f"`{name}` is in {frame.crs.name!r}, not {crs}; reproject it with `.to_crs({crs!r})`"
        raise errors.GeographyError(msg)


def area_km2(geometry: gpd.GeoSeries, equal_area: str = EQUAL_AREA) -> NDArray[np.float64]:
    """Area of each geometry in km².

    Parameters
    ----------
    geometry
        Geometries (n,) in any CRS that is set.
    equal_area
        The CRS to measure in.

    Returns
    -------
    numpy.ndarray
        (n,) km².

    Raises
    ------
    geo.errors.GeographyError
        If the CRS is missing.
    """
    if geometry.crs is None:
        msg = "`geometry` has no CRS; set the one it is in with `.set_crs(...)`"
        raise errors.GeographyError(msg)
    return np.asarray(shapely.area(geometry.to_crs(equal_area).to_numpy()), dtype=np.float64) / 1e6


def distance_km(lon: ArrayLike, lat: ArrayLike, to_lon: ArrayLike, to_lat: ArrayLike) -> NDArray[np.float64]:
    """Geodesic distance between points on the WGS 84 ellipsoid.

    Parameters
    ----------
    lon, lat, to_lon, to_lat
        Degrees; arrays are broadcast against one another.

    Returns
    -------
    numpy.ndarray
        Kilometres, in the broadcast shape.

    Examples
    --------
    >>> float(distance_km(0, 0, 1, 0).round(3))
    111.319
    """
    points = np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in (lon, lat, to_lon, to_lat)))
    # Geod wants contiguous buffers, which broadcast views are not.
    a, b, c, d = (np.array(point) for point in points)
    _, _, metres = pyproj.Geod(ellps=_ELLIPSOID).inv(a, b, c, d)
    return np.asarray(metres, dtype=np.float64) / 1000.0


def length_km(line: shapely.Geometry) -> float:
    """Geodesic length of a line, or perimeter of a polygon, on the WGS 84 ellipsoid.

    Parameters
    ----------
    line
        A geometry in WGS 84 degrees.

    Returns
    -------
    float
        Kilometres.
    """
    return float(pyproj.Geod(ellps=_ELLIPSOID).geometry_length(line)) / 1000.0
