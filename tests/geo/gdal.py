"""GDAL's own viewshed, called in the library that rasterio brings along, so that nothing else need be installed."""

from __future__ import annotations

import ctypes
import ctypes.util
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray

from geo import viewshed

VISIBLE = 255.0
# Constants of gdal_alg.h: GVM_Edge is what the command `gdal_viewshed` uses.
_MODE_EDGE, _VISIBILITY = 2, 1


class GdalMissingError(RuntimeError):
    """No GDAL to compare with: a failure, never a reason to skip."""


def library() -> ctypes.CDLL:
    """The GDAL that rasterio uses: inside its wheel, or the system's where rasterio was built on that one.

    Raises
    ------
    GdalMissingError
        If there is none that computes viewsheds.
    """
    package = Path(rasterio.__file__).parent
    folders = (package.parent / "rasterio.libs", package / ".dylibs")
    names = [str(path) for folder in folders for path in sorted(folder.glob("*gdal*"))]
    system = ctypes.util.find_library("gdal")
    for name in [*names, *([system] if system else [])]:
        loaded = ctypes.CDLL(name)
        if hasattr(loaded, "GDALViewshedGenerate"):
            return loaded
    message = "No GDAL was found beside rasterio or on the system; install rasterio from its wheel, or `libgdal`."
    raise GdalMissingError(message)


def version() -> str:
    """Release of that GDAL."""
    loaded = library()
    loaded.GDALVersionInfo.restype = ctypes.c_char_p
    return str(loaded.GDALVersionInfo(b"RELEASE_NAME").decode())


def seen(
    surface: viewshed.Surface,
    observer: tuple[float, float],
    folder: Path,
    *,
    height: float,
    target_height: float,
    curvature: float,
    reach: float,
) -> NDArray[np.bool_]:
    """Cells that GDAL's viewshed says are visible, in the shape of the surface.

    Parameters
    ----------
    surface, observer, height, target_height, curvature, reach
        As `geo.viewshed.viewshed` takes them.
    folder
        Where to write the two rasters that GDAL works on.
    """
    source, result = folder / "heights.tif", folder / "seen.tif"
    rows, columns = surface.heights.shape
    transform = rasterio.Affine(surface.size, 0.0, surface.left, 0.0, -surface.size, surface.top)
    profile = {"driver": "GTiff", "height": rows, "width": columns, "count": 1, "dtype": "float32", "crs": "EPSG:6372"}
    with rasterio.open(source, "w", transform=transform, **profile) as dataset:
        dataset.write(surface.heights, 1)
    _generate(source, result, observer, (height, target_height, curvature, reach))
    with rasterio.open(result) as dataset:
        pixels, found = dataset.read(1), dataset.transform
    whole = np.zeros(surface.heights.shape, dtype=np.bool_)
    # GDAL writes only the square around the observer.
    row, column = round((surface.top - found.f) / surface.size), round((found.c - surface.left) / surface.size)
    whole[row : row + pixels.shape[0], column : column + pixels.shape[1]] = pixels == VISIBLE
    return whole


def _generate(
    source: Path, result: Path, observer: tuple[float, float], settings: tuple[float, float, float, float]
) -> None:
    loaded = library()
    pointer, text, number, whole = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_double, ctypes.c_int
    for name, returned, arguments in (
        ("GDALAllRegister", None, []),
        ("GDALOpen", pointer, [text, whole]),
        ("GDALGetRasterBand", pointer, [pointer, whole]),
        ("GDALClose", None, [pointer]),
        (
            "GDALViewshedGenerate",
            pointer,
            [pointer, text, text, pointer, *[number] * 9, whole, number, pointer, pointer, whole, pointer],
        ),
    ):
        function = getattr(loaded, name)
        function.restype, function.argtypes = returned, arguments
    loaded.GDALAllRegister()
    dataset = loaded.GDALOpen(str(source).encode(), 0)
    height, target_height, curvature, reach = settings
    made = loaded.GDALViewshedGenerate(
        loaded.GDALGetRasterBand(dataset, 1),
        b"GTiff",
        str(result).encode(),
        None,
        *observer,
        height,
        target_height,
        VISIBLE,
        0.0,
        0.0,
        -1.0,
        curvature,
        _MODE_EDGE,
        reach,
        None,
        None,
        _VISIBILITY,
        None,
    )
    assert made, "GDAL could not compute the viewshed"
    loaded.GDALClose(made)
    loaded.GDALClose(dataset)
