"""What one sensor reaches beside a line, and with which probability it notices what passes there.

See :mod:`geo.coverage` for what several do together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo import border, grid, terrain, viewshed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TARGET_METRES = 1.5
"""Height above the ground of what is to be seen."""

_SURFACE_CELLS = 4_000_000
_MILLIMETRE_KM = 1e-6


@dataclass(frozen=True)
class Sensor:
    """Sensors of one kind on one stretch of the line.

    Attributes
    ----------
    id
        Name, unique.
    from_km, to_km
        The stretch; a point where both are the same.
    first_month
        In service from this month on.
    range_km
        How far it reaches, above 0.
    p_zero, p_range
        Probability of detection at distance 0 and at full range, 1 >= p_zero >= p_range >= 0.
    failure_month
        Out of service from this month on; None while it lasts.
    units
        Masts or devices, evenly spaced along the stretch; None where the whole stretch senses.
    mast_m
        Height of the masts in metres, which takes `units`; None where neither horizon nor terrain matter.
    """

    id: str
    from_km: float
    to_km: float
    first_month: int
    range_km: float
    p_zero: float
    p_range: float
    failure_month: int | None = None
    units: int | None = None
    mast_m: float | None = None

    def serves(self, month: int) -> bool:
        """Whether it is in service in a month."""
        return self.first_month <= month and (self.failure_month is None or month < self.failure_month)

    def sites(self) -> Array:
        """Kilometres of its masts or devices, (units,); empty where the whole stretch senses."""
        if self.units is None:
            return np.empty(0)
        return self.from_km + (np.arange(self.units) + 0.5) * (self.to_km - self.from_km) / self.units


@dataclass(frozen=True, eq=False)
class Reach:
    """The cells a sensor reaches.

    Attributes
    ----------
    cells
        (k,) positions in the strip, rising.
    missed
        (k,) probability in [0, 1] that it does not notice what passes there.
    voids
        Number of masts that found no terrain, and were given the horizon of a smooth earth.
    """

    cells: NDArray[np.int64]
    missed: Array
    voids: int = 0


def probability(distance: Array, sensor: Sensor) -> Array:
    """Detection by one sensor at a distance, in the open.

    Parameters
    ----------
    distance
        Metres, any shape.
    sensor
        The sensor.

    Returns
    -------
    numpy.ndarray
        In [0, 1], 0 beyond the range.

    Examples
    --------
    >>> tower = Sensor("t", 0.0, 0.0, 1, range_km=10.0, p_zero=0.9, p_range=0.1)
    >>> probability(np.array([0.0, 5000.0, 10000.0, 10001.0]), tower).round(3).tolist()
    [0.9, 0.7, 0.1, 0.0]
    """
    share = distance / (sensor.range_km * 1000.0)
    inside = sensor.p_range + (sensor.p_zero - sensor.p_range) * (1.0 - share**2)
    return np.where(share <= 1.0, inside, 0.0)


@dataclass(frozen=True, eq=False)
class Track:
    """The line in the projection of a grid.

    Attributes
    ----------
    km
        (m,) kilometre of each vertex.
    x, y
        (m,) metres.
    """

    km: Array
    x: Array
    y: Array

    def places(self, km: Array) -> Array:
        """Points by their kilometre, (k, 2)."""
        return np.column_stack([np.interp(km, self.km, self.x), np.interp(km, self.km, self.y)])

    def between(self, from_km: float, to_km: float) -> shapely.Geometry:
        """A stretch as a line, or as a point where both ends are the same to the millimetre."""
        ends = self.places(np.array([from_km, to_km]))
        if to_km - from_km < _MILLIMETRE_KM:
            return shapely.Point(ends[0])
        inner = (self.km > from_km) & (self.km < to_km)
        return shapely.LineString(np.vstack([ends[:1], np.column_stack([self.x[inner], self.y[inner]]), ends[1:]]))


def reach(sensor: Sensor, track: Track, cells: grid.Grid, *, heights: terrain.Terrain | None = None) -> Reach:
    """Cells that a sensor reaches, and with which probability it misses what passes there.

    Parameters
    ----------
    sensor
        The sensor.
    track
        The line in the grid's projection.
    cells
        The grid.
    heights
        Terrain, which matters to masts only.

    Returns
    -------
    Reach
        Cells whose centre lies within range and, for masts, above the horizon or in sight of one.

    Raises
    ------
    geo.terrain.TerrainError
        If the terrain cannot be read.
    """
    if sensor.units is None:
        shape = track.between(sensor.from_km, sensor.to_km)
        return _cut(*cells.within(shape, sensor.range_km * 1000.0), sensor)
    places = track.places(sensor.sites())
    found, missed, voids = [], [], 0
    for batch in _batches(places, sensor, heights):
        surface = _surface(batch, sensor, cells, heights)
        for x, y in batch.tolist():
            known = surface if surface is not None and surface.knows(x, y) else None
            own = _from_mast((x, y), sensor, cells, known)
            found.append(own.cells)
            missed.append(own.missed)
            voids += known is None and heights is not None and sensor.mast_m is not None
    positions, owner = np.unique(np.concatenate(found), return_inverse=True)
    product = np.ones(len(positions))
    np.multiply.at(product, owner, np.concatenate(missed))
    return Reach(positions, product, voids)


def track(line: border.Line, cells: grid.Grid) -> Track:
    """The line in the projection of a grid."""
    x, y = cells.project(line.xy[:, 0], line.xy[:, 1])
    return Track(line.km, x, y)


def _cut(positions: NDArray[np.int64], distance: Array, sensor: Sensor) -> Reach:
    """Reach of what has no mast: by distance alone."""
    return Reach(positions, 1.0 - probability(distance, sensor))


def _from_mast(place: tuple[float, float], sensor: Sensor, cells: grid.Grid, surface: viewshed.Surface | None) -> Reach:
    """Reach of one mast or device."""
    limit = sensor.range_km * 1000.0
    if sensor.mast_m is not None and surface is None:
        limit = min(limit, viewshed.horizon(sensor.mast_m, target=TARGET_METRES))
    positions, distance = cells.within(shapely.Point(place), limit)
    if sensor.mast_m is not None and surface is not None:
        seen = viewshed.visible(
            surface, place, cells.centres(positions), height=sensor.mast_m, target_height=TARGET_METRES
        )
        positions, distance = positions[seen], distance[seen]
    return _cut(positions, distance, sensor)


def _batches(places: Array, sensor: Sensor, heights: terrain.Terrain | None) -> Iterator[Array]:
    """Masts in groups whose surroundings are read from the terrain at once."""
    if heights is None or sensor.mast_m is None:
        yield places
        return
    margin = sensor.range_km * 1000.0
    start = 0
    for end in range(1, len(places) + 1):
        whole = end == len(places)
        if not whole:
            extent = np.ptp(places[start : end + 1], axis=0) + 2.0 * margin
            if float(np.prod(extent / heights.size)) <= _SURFACE_CELLS:
                continue
        yield places[start:end]
        start = end


def _surface(
    places: Array, sensor: Sensor, cells: grid.Grid, heights: terrain.Terrain | None
) -> viewshed.Surface | None:
    """Terrain around some masts; None where none is needed or known."""
    if heights is None or sensor.mast_m is None:
        return None
    margin = sensor.range_km * 1000.0 + 2.0 * heights.size
    left, bottom = places.min(axis=0) - margin
    right, top = places.max(axis=0) + margin
    return heights.surface((float(left), float(bottom), float(right), float(top)), cells.crs)
