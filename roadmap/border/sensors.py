"""Smart-border sensors: what a scenario would place along the line, when, and how far it reaches. All invented.

``sensors.csv`` has one deployment a row; a scenario without the file has no sensors:

============= ========================================================================================
id            unique, lower case letters, digits, ``_``, ``-``
sector        a sector of the line
technology    :data:`TECHNOLOGIES`
from_km       kilometre where the stretch begins, from the Pacific; blank at a crossing
to_km         kilometre where it ends; blank at a crossing
crossing      id of a crossing; blank for a stretch
units         masts or devices, evenly spaced; blank where the whole stretch senses, as a cable does
first_month   in service from this month on
failure_month out of service from this month on; blank while it lasts
range_km      how far it reaches
p_zero        probability of detection at distance 0
p_range       probability of detection at full range
mast_m        height of the masts; blank where neither horizon nor terrain matter
basis         why it stands here: "invented" and what else there is to say
============= ========================================================================================

Rows are aggregates on purpose: masts stand evenly along a stretch, and no row is a real device. A row that is
faulty is left out and listed; the others can be computed without it, and coverage is then too low rather than too
high. Where the table as a whole cannot be read, none of it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import border, coverage, sensing, territory
from roadmap.border import crossings
from roadmap.model import formulae
from roadmap.plan import phases
from roadmap.tables import delimited, documents, files, sifted

FILE: Final = "sensors.csv"

TECHNOLOGIES: Final = (
    "tunnel_detection",
    "ground_radar",
    "fibre_acoustic",
    "integrated_tower",
    "port_scanner",
    "forensic_tracing",
)
"""Detection of tunnels, ground-penetrating radar, fibre-optic acoustic sensing, towers with radar and cameras, scanners
for vehicles and trains at ports, and forensic tracing at checkpoints."""

WITH_MASTS: Final = ("integrated_tower",)
"""Technologies that need masts."""

COLUMNS: Final = (
    "id",
    "sector",
    "technology",
    "from_km",
    "to_km",
    "crossing",
    "units",
    "first_month",
    "failure_month",
    "range_km",
    "p_zero",
    "p_range",
    "mast_m",
    "basis",
)

LEAST_RANGE_KM: Final = 0.4
"""A shorter reach could fall between the centres of 500 m cells."""
MOST_RANGE_KM: Final = 25.0
"""The strip reaches no farther."""
MOST_UNITS: Final = 500
MOST_MAST_M: Final = 200.0
SLACK_KM: Final = 0.5
"""How far a stretch may reach beyond its sector: limits between counties are not sharper."""

BIN_KM: Final = 10.0
"""Length of the pieces of the line whose mean detection enters the model."""

EQUATION: Final = formulae.Equation(
    "coverage_input",
    r"V_i(t) = \max_j e_{ij} \; \frac{\sum_j \ell_j \, e_{ij} \, \bar p_j(t)}{\sum_j \ell_j \, e_{ij}}, \qquad "
    r"e_{ij} = e^{-d_{ij} / D}",
    (
        ("V_i", "coverage"),
        (r"\ell_j", "line_length"),
        (r"\bar p_j", "line_detection"),
        ("d_{ij}", "line_distance"),
        ("D", "border_distance"),
    ),
)
"""How detection along the line becomes the coverage of a municipality."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Deployment:
    """One row of the table.

    Attributes
    ----------
    sector, technology
        Where and what.
    crossing
        Id of the crossing it stands at, ``""`` for a stretch.
    basis
        Why.
    sensor
        What coverage is computed from.
    row
        Row of the table.
    """

    sector: str
    technology: str
    crossing: str
    basis: str
    sensor: sensing.Sensor
    row: int

    @property
    def id(self) -> str:
        """Its name."""
        return self.sensor.id


@dataclass(frozen=True)
class Sensors(sifted.Sifted):
    """The sensors of a scenario.

    Attributes
    ----------
    deployments
        Rows without fault, in the order of the table.
    faults
        Everything that is wrong with the others, or with the table.
    """

    deployments: tuple[Deployment, ...] = ()

    @property
    def sensors(self) -> tuple[sensing.Sensor, ...]:
        """What coverage is computed from."""
        return tuple(each.sensor for each in self.deployments)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a deployment, with its places on the line: ``id``, ``sector``, ``technology``, ``crossing``,
        ``from_km``, ``to_km``, ``units`` (Int64), ``first_month``, ``failure_month`` (Int64), ``range_km``,
        ``p_zero``, ``p_range``, ``mast_m``, ``basis``.
        """  # noqa: D205 - the columns are the description
        rows = [
            {**vars(each.sensor), "sector": each.sector, "technology": each.technology, "crossing": each.crossing}
            | {"basis": each.basis}
            for each in self.deployments
        ]
        frame = pd.DataFrame(rows, columns=list(COLUMNS))
        numbers = dict.fromkeys(("from_km", "to_km", "range_km", "p_zero", "p_range", "mast_m"), "float64")
        whole = {"units": "Int64", "first_month": "int64", "failure_month": "Int64"}
        return frame.astype(numbers | whole)

    def in_service(self, month: int) -> tuple[Deployment, ...]:
        """Deployments in service in a month."""
        return tuple(each for each in self.deployments if each.sensor.serves(month))


NONE: Final = Sensors()
"""A scenario without sensors."""


def read(path: Path | files.File, borders: border.Border, placed: pd.DataFrame) -> Sensors:
    """Read the sensors of a scenario.

    Parameters
    ----------
    path
        The table; a scenario need not have one.
    borders
        The borders.
    placed
        The crossings on their lines, from :func:`roadmap.border.crossings.place`.

    Returns
    -------
    Sensors
        Every row without fault, and every fault.
    """
    kept, rest = sifted.read(path, COLUMNS, lambda row: _read(row, borders, placed))
    return Sensors(kept, faults=rest.faults, left_out=rest.left_out, unused=rest.unused)


def coverage_input(
    found: coverage.Coverage, borders: border.Border, place_data: territory.Territory, distance_km: float
) -> Array:
    """Coverage by municipality for ``Inputs.coverage``.

    See :data:`EQUATION`: the mean detection along the line, nearer pieces counting more, times the
    nearness of the nearest one.

    Parameters
    ----------
    found
        The coverage.
    borders
        The borders it was computed for.
    place_data
        The territory, ``n`` municipalities.
    distance_km
        ``border_distance`` of the model.

    Returns
    -------
    numpy.ndarray
        ``(61, n)`` in [0, 1]; 0 without sensors.
    """
    line = borders.north
    count = max(int(np.ceil(line.length_km / BIN_KM)), 1)
    limits = np.linspace(0.0, line.length_km, count + 1)
    piece = np.clip(np.searchsorted(limits, found.samples.km, side="right") - 1, 0, count - 1)
    length: Array = np.bincount(piece, weights=found.samples.length_km, minlength=count).astype(np.float64)
    noticed = np.stack(
        [np.bincount(piece, weights=found.samples.length_km * row, minlength=count) for row in found.line_detection]
    )
    xy = border.point(line, (limits[:-1] + limits[1:]) / 2.0)
    near = crossings.nearness(place_data, xy[:, 0], xy[:, 1], distance_km)
    return crossings.faded_mean(near, length, noticed / np.maximum(length, 1e-12))


def _read(row: delimited.Row, borders: border.Border, placed: pd.DataFrame) -> Deployment | None:
    """Return a row as a deployment, or None after a fault."""
    name = identifier(row)
    sector = row.choice("sector", tuple(borders.sectors.index))
    technology = row.choice("technology", TECHNOLOGIES)
    where = _place(row, borders, placed, sector)
    units = row.integer("units", low=1, high=MOST_UNITS, optional=True)
    first = row.month("first_month", low=phases.BASELINE_MONTH, high=phases.LAST_MONTH)
    failure = row.month("failure_month", low=phases.BASELINE_MONTH, high=phases.LAST_MONTH, optional=True)
    if first is not None and failure is not None and failure <= first:
        row.fault("failure_month", "fails_before_service", first=first)
    reach, p_zero, p_range = _detection(row)
    mast = row.number("mast_m", low=0.0, high=MOST_MAST_M, optional=True)
    if technology in WITH_MASTS and row.is_empty("mast_m"):
        row.fault("mast_m", "empty")
    if row.is_empty("units") and (technology in WITH_MASTS or mast is not None):
        row.fault("units", "empty")
    basis = row.text("basis")
    if row.faulty or where is None or first is None:
        return None
    sensor = sensing.Sensor(
        name, where[0], where[1], first, reach, p_zero, p_range, failure_month=failure, units=units, mast_m=mast
    )
    return Deployment(sector, technology, row.cells["crossing"].strip(), basis, sensor, row.row)


def identifier(row: delimited.Row) -> str:
    """Return the id of a row; ``""`` after a fault."""
    name = row.text("id").strip()
    if name and not documents.ID.fullmatch(name):
        row.fault("id", "bad_id", allowed=documents.ID.pattern)
        return ""
    return name


def at_crossing(row: delimited.Row, placed: pd.DataFrame) -> float | None:
    """Return the kilometre of the crossing a row names, or None after a fault."""
    name = row.text("crossing").strip()
    if name not in placed.index:
        if name:
            row.fault("crossing", "unknown_crossing", suggestion=lambda: crossings.nearest(name, placed.index))
        return None
    if placed.loc[name, "border"] != border.NORTH:
        row.fault("crossing", "crossing_elsewhere", border=str(placed.loc[name, "border"]))
        return None
    return float(placed.loc[name, "km"])


def on_line(row: delimited.Row, column: str, line: border.Line) -> float | None:
    """Return a kilometre on a line, or None after a fault."""
    km = row.number(column)
    if km is not None and not 0.0 <= km <= line.length_km:
        row.fault(column, "off_the_line", length_km=round(line.length_km, 1))
        return None
    return km


def _place(row: delimited.Row, borders: border.Border, placed: pd.DataFrame, sector: str) -> tuple[float, float] | None:
    """Return first and last kilometre, the same at a crossing, or None after a fault."""
    stretch = not (row.is_empty("from_km") and row.is_empty("to_km"))
    if stretch == (not row.is_empty("crossing")):
        row.fault("crossing" if stretch else "from_km", "place_needed")
        return None
    if not stretch:
        km = at_crossing(row, placed)
        columns: Mapping[str, float | None] = MappingProxyType({"crossing": km})
    else:
        columns = {column: on_line(row, column, borders.north) for column in ("from_km", "to_km")}
    found = [km for km in columns.values() if km is not None]
    if len(found) < len(columns):
        return None
    if found[0] > found[-1]:
        row.fault("to_km", "not_in_order", other="from_km")
        return None
    for column, km in zip(columns, found, strict=True):
        _require_in_sector(row, column, km, borders, sector)
    return found[0], found[-1]


def _require_in_sector(row: delimited.Row, column: str, km: float, borders: border.Border, sector: str) -> None:
    if not sector:
        return
    low, high = (float(borders.sectors.loc[sector, limit]) for limit in ("from_km", "to_km"))
    if not low - SLACK_KM <= km <= high + SLACK_KM:
        row.fault(column, "outside_sector", sector=sector, low=round(low, 1), high=round(high, 1))


def _detection(row: delimited.Row) -> tuple[float, float, float]:
    """Return range and probabilities; 0 for what is faulty."""
    reach = row.number("range_km", low=LEAST_RANGE_KM, high=MOST_RANGE_KM)
    p_zero = row.number("p_zero", low=0.0, high=1.0)
    p_range = row.number("p_range", low=0.0, high=1.0)
    if p_zero is not None and p_range is not None and p_range > p_zero:
        row.fault("p_range", "not_in_order", other="p_zero")
    return reach or 0.0, p_zero or 0.0, p_range or 0.0
