"""Small borders, grids and surfaces that a reader can count on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import rasterio
from numpy.typing import NDArray

from geo import border, crs, grid
from geo.build import mexico

LINE = mexico.NORTH
PROJECTION = grid.projection((30.0, 32.0), -106.0)


def all_cells(rows: int, columns: int, size: float = 1000.0) -> grid.Grid:
    """A grid whose every cell belongs to the strip, its lower left corner at the origin of the projection."""
    transform = rasterio.Affine(size, 0.0, 0.0, 0.0, -size, rows * size)
    return grid.Grid(PROJECTION, transform, (rows, columns), np.arange(rows * columns))


def straight_border(start: tuple[float, float], end: tuple[float, float], *, parts: int = 1) -> border.Border:
    """A straight northern line between two points in metres of `PROJECTION`, in equal stretches.

    Kilometres are those of the projection. The stretches belong in turn to municipality 01001 in sector "a",
    02001 in sector "b", and so on.
    """
    back = pyproj.Transformer.from_crs(PROJECTION, crs.GEOGRAPHIC, always_xy=True)
    steps = np.linspace(0.0, 1.0, parts * 10 + 1)[:, None]
    flat = np.asarray(start) + steps * (np.asarray(end) - np.asarray(start))
    xy = np.column_stack(back.transform(flat[:, 0], flat[:, 1]))
    km = np.hypot(*(flat - flat[0]).T) / 1000.0
    line = border.Line(LINE, "straight", xy, km, None, mexico.NATIONAL)
    limits = np.linspace(0.0, km[-1], parts + 1)
    letters = "abcdefghi"[:parts]
    stretches = pd.DataFrame(
        {
            "border": LINE,
            "from_km": limits[:-1],
            "to_km": limits[1:],
            "cvegeo": [f"{number:02d}001" for number in range(1, parts + 1)],
            "county": "",
            "state": [f"{number:02d}" for number in range(1, parts + 1)],
            "sector": list(letters),
        }
    )
    sectors = pd.DataFrame(
        {
            "name": [letter.upper() for letter in letters],
            "from_km": limits[:-1],
            "to_km": limits[1:],
            "length_km": np.diff(limits),
            "published_km": np.nan,
            "source": "",
            "note": "",
        },
        index=pd.Index(list(letters), name="sector"),
    )
    return border.Border(Path(), "0" * 12, {LINE: line}, stretches, sectors, LINE)


def rough(size: int, *, seed: int, smoothness: float, height: float) -> NDArray[np.float32]:
    """Terrain of random waves whose power falls with their frequency, from 0 to a height in metres."""
    waves = np.random.default_rng(seed).standard_normal((size, size))
    frequency = np.fft.fftfreq(size)
    power = np.hypot(*np.meshgrid(frequency, frequency))
    power[0, 0] = 1.0
    heights = np.fft.ifft2(np.fft.fft2(waves) * power**-smoothness).real
    heights -= heights.min()
    return np.asarray(heights / heights.max() * height, dtype=np.float32)
