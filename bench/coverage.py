"""Measure coverage: all months of the shipped scenario, a month's step, terrain of 30 m, and two second opinions.

Run as ``python -m bench.coverage``; the table goes to standard output as Markdown. Each row is measured in a process of
its own, so that times are cold and memory is its own.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import exactextract
import geopandas as gpd
import numpy as np
import rasterio
from exactextract.raster import NumPyRasterSource

from geo import border, coverage, crs, grid, raster, sensing, terrain, territory, viewshed, zonal
from layers import detection, release
from roadmap.border import crossings, sensors
from roadmap.plan import scenario
from roadmap.record import observations
from tests.geo import gdal, toys

STRETCH_KM = (440.0, 540.0)
TILE = 3600
MONTHS = 61
"""Of the shipped plan, the baseline included."""
_UNIT = 1 if sys.platform == "darwin" else 1024


def shipped() -> tuple[sensors.Sensors, border.Border, grid.Grid]:
    """Sensors of the shipped scenario, the borders and the strip."""
    borders = border.load()
    placed = crossings.place(observations.load().crossings, borders)
    table = scenario.find(scenario.DEFAULT) / sensors.FILE
    return sensors.read(table, borders, placed).require(), borders, grid.strip(borders.watched)


def timed(work: Callable[[], object], *, times: int = 1) -> float:
    """Median of the seconds that some work takes."""
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def all_months(_: Path) -> dict[str, float]:
    """Everything from the files on disk to 61 months, and the same with every month computed anew."""
    started = time.perf_counter()
    table, borders, strip = shipped()
    coverage.compute(table.sensors, borders, strip, months=MONTHS)
    ours = time.perf_counter() - started

    def anew() -> None:
        for month in range(MONTHS):
            serving = [each for each in table.sensors if each.serves(month)]
            coverage.compute(serving, borders, strip, months=month + 1)

    return {"ours": ours, "peer": timed(anew)}


def step(_: Path) -> dict[str, float]:
    """A month's cells and the shares by sector, once all months are there; and a month computed anew."""
    table, borders, strip = shipped()
    found = coverage.compute(table.sensors, borders, strip, months=MONTHS)
    serving = [each for each in table.sensors if each.serves(36)]
    return {
        "ours": timed(lambda: found.detection(36), times=9),
        "peer": timed(lambda: coverage.compute(serving, borders, strip, months=37), times=3),
    }


def overlay(_: Path) -> dict[str, float]:
    """A month's picture of 500 m cells in both themes, its pixels laid out before; and one month projected anew."""
    table, borders, strip = shipped()
    found = coverage.compute(table.sensors, borders, strip, months=MONTHS)
    detection.pictures(found, 0, release.INTERNAL)
    months = itertools.count(30)
    return {
        "ours": timed(lambda: detection.pictures(found, next(months), release.INTERNAL), times=9),
        "peer": timed(lambda: raster.web_mercator(found.detection(36), strip), times=3),
    }


def over_terrain(folder: Path) -> dict[str, float]:
    """A hundred kilometres of towers over terrain of 30 m, its tiles on disk."""
    borders = border.load()
    strip = grid.strip(borders.watched)
    towers = [
        sensing.Sensor(f"t{number:02d}", km, km + 10.0, 1, 12.0, 0.85, 0.2, units=2, mast_m=30.0)
        for number, km in enumerate(np.arange(STRETCH_KM[0], STRETCH_KM[1], 10.0).tolist())
    ]
    source = terrain.load(folder)

    def told(done: int, total: int) -> None:
        sys.stderr.write(f"\r  {done} of {total} rows of towers")
        sys.stderr.flush()

    seconds = timed(lambda: coverage.compute(towers, borders, strip, months=MONTHS, heights=source, progress=told))
    sys.stderr.write("\n")
    return {"ours": seconds}


def against_gdal(folder: Path) -> dict[str, float]:
    """One viewshed of 401 by 401 cells, ours and GDAL's."""
    surface = viewshed.Surface(toys.rough(401, seed=1, smoothness=2.0, height=500.0), 0.0, 12_030.0, 30.0)
    centre = (6015.0, 6015.0)
    settings = {"height": 20.0, "target_height": 2.0, "curvature": 0.75, "reach": 6000.0}
    return {
        "ours": timed(lambda: viewshed.viewshed(surface, centre, **settings), times=3),
        "peer": timed(lambda: gdal.seen(surface, centre, folder, **settings), times=3),
    }


def against_exactextract(_: Path) -> dict[str, float]:
    """Means over the municipalities on the border, ours and exactextract's."""
    borders = border.load()
    strip = grid.strip(borders.watched)
    rows = territory.load().municipalities
    keys = borders.stretches["cvegeo"][borders.stretches["border"] == borders.code]
    areas = rows.geometry[rows["cvegeo"].isin(keys)].reset_index(drop=True)
    values = np.random.default_rng(0).random(len(strip.cells))
    left, bottom, right, top = strip.bounds
    raster = NumPyRasterSource(
        strip.spread(values, dtype="float64"), xmin=left, ymin=bottom, xmax=right, ymax=top, nodata=np.nan
    )
    frame = gpd.GeoDataFrame(geometry=areas.to_crs(strip.crs))
    return {
        "ours": timed(lambda: zonal.means(zonal.parts(areas, strip), values), times=3),
        "peer": timed(lambda: exactextract.exact_extract(raster, frame, ["mean"], output="pandas"), times=3),
    }


# What is measured, what it is called, the peer, and the budget.
PARTS: dict[str, tuple[Callable[[Path], dict[str, float]], str, str, str]] = {
    "months": (all_months, "all 61 months of the shipped scenario, cold", "every month anew", "≤ 20 s"),
    "step": (step, "cells of another month", "the month anew", "within the step"),
    "overlay": (overlay, "a month's picture for the map, cells of 500 m", "projecting it anew", "within the step"),
    "terrain": (over_terrain, "100 km of towers over terrain of 30 m", "", "≤ 1 GB"),
    "gdal": (against_gdal, "viewshed, 401 × 401 cells", "GDAL's viewshed", ""),
    "zonal": (against_exactextract, "exact means over 38 municipalities", "exactextract", ""),
}


def write_tiles(folder: Path) -> dict[str, float]:
    """Six tiles of rough terrain named and laid out as Copernicus GLO-30 has them, around the stretch."""
    west = int(np.floor(border.point(border.load().watched, STRETCH_KM[0])[0, 0]))
    for number, (lon, lat) in enumerate((west + i, 31 + j) for i in (-1, 0, 1) for j in (0, 1)):
        name = f"Copernicus_DSM_COG_10_N{lat}_00_W{-lon:03d}_00_DEM.tif"
        transform = rasterio.Affine(1.0 / TILE, 0.0, lon, 0.0, -1.0 / TILE, lat + 1.0)
        layout = {"tiled": True, "blockxsize": 1024, "blockysize": 1024, "compress": "deflate"}
        profile = {"driver": "GTiff", "height": TILE, "width": TILE, "count": 1, "dtype": "float32"} | layout
        heights = toys.rough(TILE, seed=number, smoothness=2.0, height=900.0)
        with rasterio.open(folder / name, "w", crs=crs.GEOGRAPHIC, transform=transform, **profile) as dataset:
            dataset.write(heights, 1)
    return {}


def measured(part: str, folder: Path) -> dict[str, float]:
    """Measure one part in a process of its own.

    This process stays small: Linux counts what a parent held towards the most that its children ever held.
    """
    sys.stderr.write(f"{part} ...\n")
    command = [sys.executable, "-m", "bench.coverage", "--part", part, "--folder", str(folder)]
    finished = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(finished.stdout)
    return found


def row(part: str, found: dict[str, float]) -> str:
    """One row of the table."""
    _, what, peer, budget = PARTS[part]
    theirs = f"{found['peer']:.2f} s ({peer})" if "peer" in found else ""
    ratio = f"{found['peer'] / found['ours']:.2g} ×" if "peer" in found else ""
    return f"| {what} | {found['ours']:.3g} s | {found['gigabytes']:.2f} GB | {theirs} | {ratio} | {budget} |"


def main() -> int:
    """Measure everything and print the table; or one part, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=["tiles", *PARTS], help="do only this, in this process")
    parser.add_argument("--folder", type=Path, help="where the tiles of terrain are")
    chosen = parser.parse_args()
    if chosen.part:
        work = write_tiles if chosen.part == "tiles" else PARTS[chosen.part][0]
        found = work(chosen.folder)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT / 1e9
        print(json.dumps(found | {"gigabytes": most}))
        return 0
    with tempfile.TemporaryDirectory() as name:
        measured("tiles", Path(name))
        rows = [row(part, measured(part, Path(name))) for part in PARTS]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print("| what | time | memory at most | peer | ratio | budget |\n| --- | --- | --- | --- | --- | --- |")
    print("\n".join(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
