r"""What sensors along a border detect, month by month, on a grid over the strip beside it.

A sensor watches a stretch of the line (a cable, a row of ground sensors) or stands on it (masts evenly spaced along
the stretch, one on a point). It notices what passes at distance d with the probability

    p(d) = p_R + (p_0 - p_R) (1 - (d / R)^2)    up to its range R, and 0 beyond,

flat near the sensor and steep towards the end of its range. A mast sees no farther than the radar horizon over a
smooth earth or, where there is terrain, what lies in its line of sight; cables and scanners have no mast and no
horizon. Sensors act independently: a cell's detection is ``p = 1 - prod(1 - p_i)``.

The product is taken over the sensors in the order of their ids, so the order they are given in changes nothing, and
a further factor of at most 1 can only lower it, so a further sensor lowers no cell. When sensors come into service or
fail, the cells they reach are multiplied afresh from the sensors then in service, and all others stay: no cell ever
gathers rounding from what was taken away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo import border, errors, grid, sensing, stretches, terrain, zonal

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

COVERED_FROM = 0.5
"""A place is covered where detection is at least this."""

SAMPLE_KM = 0.25
_LEAST_KM = 1e-12
_SEEN_STEPS = 10_000
_HASH_DIGITS = 12

Progress = Callable[[int, int], None]
"""Called with the number of sensors done and their number."""


@dataclass(frozen=True, eq=False)
class Change:
    """What changes in one month.

    Attributes
    ----------
    month
        The month.
    cells
        (k,) positions in the strip, rising.
    missed
        (k,) probability that no sensor notices what passes, from this month on.
    sensors
        (k,) number of sensors in service that reach the cell.
    """

    month: int
    cells: NDArray[np.int64]
    missed: Array
    sensors: NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Coverage:
    """Detection over the strip and along the line for every month.

    Attributes
    ----------
    grid
        Cells, c in the strip.
    samples
        Pieces of the line, m.
    changes
        What changes, month by month.
    line_detection
        (months, m) detection at the cells that hold the samples.
    line_sensors
        (months, m) number of sensors in service that reach them.
    on_terrain
        Whether lines of sight were followed over terrain.
    voids
        Number of masts without terrain beneath them, by sensor.
    """

    grid: grid.Grid
    samples: stretches.Samples
    changes: tuple[Change, ...]
    line_detection: Array
    line_sensors: NDArray[np.int16]
    on_terrain: bool = False
    voids: dict[str, int] = field(default_factory=dict)

    @property
    def months(self) -> int:
        """Number of months, month 0 included."""
        return len(self.line_detection)

    @cached_property
    def seen(self) -> str:
        """Twelve hexadecimal digits over all that is detected, for telling two terrains apart by what they do.

        Elevations may be too large to read as a whole, and only what sensors see of them enters any figure.
        """
        digest = hashlib.sha256()
        for change in self.changes:
            digest.update(change.month.to_bytes(2, "big"))
            digest.update(change.cells.astype("<i8").tobytes())
            digest.update(np.round(change.missed * _SEEN_STEPS).astype("<i8").tobytes())
        return digest.hexdigest()[:_HASH_DIGITS]

    def detection(self, month: int) -> Array:
        """Detection in every cell of the strip, (c,) in [0, 1].

        Raises
        ------
        geo.errors.GeographyError
            If there is no such month.
        """
        missed = np.ones(len(self.grid.cells))
        for change in self._until(month):
            missed[change.cells] = change.missed
        return 1.0 - missed

    def sensors(self, month: int) -> NDArray[np.int16]:
        """Number of sensors in service that reach every cell of the strip, (c,)."""
        count = np.zeros(len(self.grid.cells), dtype=np.int16)
        for change in self._until(month):
            count[change.cells] = change.sensors
        return count

    def _until(self, month: int) -> Iterator[Change]:
        if not 0 <= month < self.months:
            msg = f"`month` is {month!r}; it must be from 0 to {self.months - 1}"
            raise errors.GeographyError(msg)
        return (change for change in self.changes if change.month <= month)


def compute(
    sensors: Sequence[sensing.Sensor],
    borders: border.Border,
    cells: grid.Grid,
    *,
    months: int,
    heights: terrain.Terrain | None = None,
    progress: Progress | None = None,
) -> Coverage:
    """Compute detection for every month.

    Parameters
    ----------
    sensors
        In any order.
    borders
        The borders; sensors stand on the line that is watched, and see nothing where there is none.
    cells
        Grid over the strip beside it.
    heights
        Terrain; without it masts see as far as the horizon of a smooth earth.
    months
        Months 0 to this number less one.
    progress
        Told after each sensor.

    Returns
    -------
    Coverage
        The same for any order of the sensors.

    Raises
    ------
    geo.errors.GeographyError
        If two sensors share an id, or one lies beyond the line or has values out of range.
    geo.terrain.TerrainError
        If the terrain cannot be read, or has no height anywhere near any mast.
    """
    if not borders.code:
        nothing = np.zeros((months, 0))
        return Coverage(cells, stretches.sample(borders), (), nothing, nothing.astype(np.int16))
    ordered = sorted(sensors, key=lambda sensor: sensor.id)
    _require_sound(ordered, borders.watched)
    track = sensing.track(borders.watched, cells)
    reaches = []
    for done, sensor in enumerate(ordered, start=1):
        reaches.append(sensing.reach(sensor, track, cells, heights=heights))
        if progress is not None:
            progress(done, len(ordered))
    voids = {sensor.id: each.voids for sensor, each in zip(ordered, reaches, strict=True) if each.voids}
    _require_terrain(ordered, voids, heights)
    changes = tuple(timeline(ordered, reaches, len(cells.cells), months=months))
    samples = stretches.sample(borders, step_km=SAMPLE_KM)
    detection, count = _along(changes, samples, cells, months)
    return Coverage(cells, samples, changes, detection, count, heights is not None, voids)


def timeline(
    sensors: Sequence[sensing.Sensor], reaches: Sequence[sensing.Reach], size: int, *, months: int
) -> Iterator[Change]:
    """What changes from month to month; a month in which nothing does is passed over.

    Parameters
    ----------
    sensors
        In the order in which probabilities are multiplied.
    reaches
        Of each sensor.
    size
        Number of cells in the strip.
    months
        Months 0 to this number less one.

    Yields
    ------
    Change
        Of the cells reached by the sensors that came or failed, and of no others.
    """
    place = np.full(size, -1, dtype=np.int64)
    for month in range(months):
        turned = [
            each.cells
            for sensor, each in zip(sensors, reaches, strict=True)
            if sensor.serves(month) != (month > 0 and sensor.serves(month - 1))
        ]
        if not turned:
            continue
        cells = np.unique(np.concatenate(turned))
        place[cells] = np.arange(len(cells))
        missed, count = np.ones(len(cells)), np.zeros(len(cells), dtype=np.int16)
        for sensor, each in zip(sensors, reaches, strict=True):
            if sensor.serves(month):
                local = place[each.cells]
                touched = local >= 0
                missed[local[touched]] *= each.missed[touched]
                count[local[touched]] += 1
        place[cells] = -1
        yield Change(month, cells, missed, count)


def shares(found: Coverage, borders: border.Border, by: str) -> pd.DataFrame:
    """Share of the line that is covered, by part and month.

    Parameters
    ----------
    found
        The coverage.
    borders
        The borders it was computed for.
    by
        One of :data:`geo.stretches.PARTS`.

    Returns
    -------
    pandas.DataFrame
        One row a part and month, parts in the order of the line: key, month, length_km, covered_km
        (detection at least one half), share (of the length), detection (mean along the line).
    """
    keys = stretches.keys_of(borders.stretches, by).to_numpy()[found.samples.stretch]
    order = list(dict.fromkeys(keys))
    codes = pd.Index(order).get_indexer(keys)
    length = np.bincount(codes, weights=found.samples.length_km)
    rows = []
    for month, detection in enumerate(found.line_detection):
        weights = found.samples.length_km
        covered = np.bincount(codes, weights=weights * (detection >= COVERED_FROM))
        noticed = np.bincount(codes, weights=weights * detection)
        rows.append(
            pd.DataFrame(
                {
                    "key": order,
                    "month": month,
                    "length_km": length,
                    "covered_km": covered,
                    "share": covered / length,
                    "detection": noticed / length,
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def totals(found: Coverage) -> pd.DataFrame:
    """Overlap and gaps along the whole line, by month.

    Parameters
    ----------
    found
        The coverage.

    Returns
    -------
    pandas.DataFrame
        Index month: length_km, covered_km (detection at least one half), share, detection (mean),
        gap_km (no sensor reaches), single_km (one does), overlap_km (two or more do). Gap, single and
        overlap add up to the length.
    """
    weights = found.samples.length_km
    length = float(weights.sum())
    count = found.line_sensors
    covered = (found.line_detection >= COVERED_FROM) @ weights
    return pd.DataFrame(
        {
            "length_km": length,
            "covered_km": covered,
            "share": covered / max(length, _LEAST_KM),
            "detection": found.line_detection @ weights / max(length, _LEAST_KM),
            "gap_km": (count == 0) @ weights,
            "single_km": (count == 1) @ weights,
            "overlap_km": (count > 1) @ weights,
        },
        index=pd.RangeIndex(found.months, name="month"),
    )


def means(found: Coverage, areas: gpd.GeoSeries, months: Sequence[int]) -> pd.DataFrame:
    """Mean detection over areas, cells on their edges by the exact part that lies inside.

    Parameters
    ----------
    found
        The coverage.
    areas
        Polygons, any CRS.
    months
        Which months.

    Returns
    -------
    pandas.DataFrame
        On the index of the areas, a column a month: the mean over that part of the area that lies in the
        strip, NaN where none does; and `strip_km2`, how large that part is.

    Raises
    ------
    geo.errors.GeographyError
        If the CRS is missing, something is no polygon, or there is no such month.
    """
    weights = zonal.parts(areas, found.grid)
    inside = np.asarray(weights.sum(axis=1), dtype=np.float64).ravel() * (found.grid.size / 1000.0) ** 2
    columns: dict[object, Array] = {"strip_km2": inside}
    columns |= {month: zonal.means(weights, found.detection(month)) for month in months}
    return pd.DataFrame(columns, index=areas.index)


def _along(
    changes: Sequence[Change], samples: stretches.Samples, cells: grid.Grid, months: int
) -> tuple[Array, NDArray[np.int16]]:
    """Detection and number of sensors at the samples of the line, (months, m)."""
    own = cells.at(*cells.project(samples.lon, samples.lat))
    if (own < 0).any():
        msg = "part of the line lies outside the grid; make the grid for the same line"
        raise errors.GeographyError(msg)
    missed, count = np.ones(len(cells.cells)), np.zeros(len(cells.cells), dtype=np.int16)
    detection, sensors = np.zeros((months, len(own))), np.zeros((months, len(own)), dtype=np.int16)
    by_month = {change.month: change for change in changes}
    for month in range(months):
        if month in by_month:
            change = by_month[month]
            missed[change.cells], count[change.cells] = change.missed, change.sensors
        detection[month], sensors[month] = 1.0 - missed[own], count[own]
    return detection, sensors


def _require_sound(sensors: Sequence[sensing.Sensor], line: border.Line) -> None:
    """Check what a table of sensors is checked for row by row; a fault here is the caller's."""
    for before, sensor in zip([None, *sensors], sensors, strict=False):
        if before is not None and sensor.id == before.id:
            msg = f"two sensors are called {sensor.id!r}; give each its own id"
            raise errors.GeographyError(msg)
        if not 0.0 <= sensor.from_km <= sensor.to_km <= line.length_km:
            msg = f"sensor {sensor.id!r} does not lie on the line of {line.length_km:,.1f} km"
            raise errors.GeographyError(msg)
        lasts = sensor.failure_month is None or sensor.failure_month > sensor.first_month
        positive = sensor.range_km > 0.0 and (sensor.units is None or sensor.units > 0)
        standing = sensor.mast_m is None or (sensor.mast_m >= 0.0 and sensor.units is not None)
        if not (0.0 <= sensor.p_range <= sensor.p_zero <= 1.0 and positive and lasts and standing):
            msg = f"sensor {sensor.id!r} has a probability, range, number, height or month out of its range"
            raise errors.GeographyError(msg)


def _require_terrain(sensors: Sequence[sensing.Sensor], voids: dict[str, int], heights: terrain.Terrain | None) -> None:
    """Check that at least one mast stands on known terrain, where there are masts and terrain."""
    masts = sum(sensor.units or 0 for sensor in sensors if sensor.mast_m is not None)
    if heights is not None and masts and sum(voids.values()) == masts:
        raise terrain.TerrainError(heights.source, "terrain_elsewhere")
