"""Rasters of the strip as files and as pictures: cloud-optimised GeoTIFF, and Web Mercator for a map."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import rasterio
import rasterio.shutil
import rasterio.warp

from geo import atomic, crs, errors, gdal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo import grid

WEB_MERCATOR = "EPSG:3857"


def write_cog(
    path: Path, values: NDArray[np.float64], cells: grid.Grid, *, tags: Mapping[str, str], description: str = ""
) -> None:
    """Write values of the strip as a cloud-optimised GeoTIFF.

    One float32 band in the grid's own equal-area projection, NaN outside the strip, tiled, compressed
    and with overviews. Written whole or not at all.

    Parameters
    ----------
    path
        File to write.
    values
        (c,) in the order of the strip.
    cells
        The grid.
    tags
        What the file says of itself: title, month, sources, that it is hypothetical.
    description
        Name of the band.

    Raises
    ------
    geo.errors.GeographyError
        If the file cannot be written.
    """
    profile = {
        "driver": "GTiff",
        "height": cells.shape[0],
        "width": cells.shape[1],
        "count": 1,
        "dtype": "float32",
        "crs": cells.crs,
        "transform": cells.transform,
        "nodata": np.nan,
    }
    options = {"COMPRESS": "DEFLATE", "PREDICTOR": "YES", "OVERVIEW_RESAMPLING": "AVERAGE"}
    try:
        with atomic.making(path.parent) as made, rasterio.MemoryFile() as memory:
            with memory.open(**profile) as dataset:
                dataset.write(cells.spread(values), 1)
                dataset.update_tags(**tags)
                dataset.set_band_description(1, description)
            # Made in memory: GDAL passes over some of the errors of a full disk, and leaves a part of a file.
            with rasterio.MemoryFile(ext=".tif") as whole:
                rasterio.shutil.copy(memory.name, whole.name, driver="COG", **options)
                (made / path.name).write_bytes(whole.read())
    except gdal.ERRORS as error:
        msg = f"cannot write {path.name} in {path.parent}"
        raise errors.GeographyError(msg) from error


def web_mercator(
    values: NDArray[np.float64], cells: grid.Grid, *, size: float | None = None
) -> tuple[NDArray[np.float32], tuple[float, float, float, float]]:
    """Values of the strip on a Web Mercator grid, for laying over a map.

    Parameters
    ----------
    values
        (c,) in the order of the strip.
    cells
        The grid.
    size
        Side of a pixel in Mercator metres; about that of a cell when None.

    Returns
    -------
    pixels : numpy.ndarray
        (rows, columns) float32, north up, each the value of the cell at its centre, NaN outside the strip.
    bounds : tuple
        West, south, east, north in degrees, WGS 84: the outer corners of the picture.
    """
    west, south, east, north = rasterio.warp.transform_bounds(cells.crs, WEB_MERCATOR, *cells.bounds)
    if size is None:
        # A map in Mercator swells with the latitude: as many pixels as the grid has columns, about.
        size = (east - west) / cells.shape[1]
    transform = rasterio.Affine(size, 0.0, west, 0.0, -size, north)
    pixels = np.full((math.ceil((north - south) / size), math.ceil((east - west) / size)), np.nan, dtype=np.float32)
    rasterio.warp.reproject(
        cells.spread(values),
        pixels,
        src_transform=cells.transform,
        src_crs=cells.crs,
        src_nodata=np.nan,
        dst_transform=transform,
        dst_crs=WEB_MERCATOR,
        dst_nodata=np.nan,
        resampling=rasterio.warp.Resampling.nearest,
    )
    known = np.isfinite(pixels)
    inner_rows, inner_columns = np.flatnonzero(known.any(axis=1)), np.flatnonzero(known.any(axis=0))
    if not len(inner_rows):
        msg = "the strip has no cell with a value"
        raise errors.GeographyError(msg)
    upper, low = int(inner_rows[0]), int(inner_rows[-1]) + 1
    before, after = int(inner_columns[0]), int(inner_columns[-1]) + 1
    west, north = transform.c + before * transform.a, transform.f + upper * transform.e
    east, south = transform.c + after * transform.a, transform.f + low * transform.e
    bounds = rasterio.warp.transform_bounds(WEB_MERCATOR, crs.GEOGRAPHIC, west, south, east, north, densify_pts=2)
    return pixels[upper:low, before:after], bounds
