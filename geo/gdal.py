"""What GDAL raises through rasterio when it fails."""

from __future__ import annotations

from typing import Final

import rasterio._err
import rasterio.errors

# GDAL's own errors have no public name and stand outside of rasterio's; one of an unknown number is a SystemError.
ERRORS: Final[tuple[type[Exception], ...]] = (
    rasterio.errors.RasterioError,
    rasterio._err.CPLE_BaseError,  # noqa: SLF001
    OSError,
    SystemError,
)
"""For an ``except`` around whatever may fail inside the library."""
