"""Smart-border sensors: what a scenario would place along the line, when, and how far it reaches. All invented.

``sensors.csv`` has one deployment a row (:data:`TABLE`); a scenario without the file has no sensors.

Rows are aggregates on purpose: masts stand evenly along a stretch, and no row is a real device. A row that is
faulty is left out and listed; the others can be computed without it, and coverage is then too low rather than too
high. Where the table as a whole cannot be read, none of it is used.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import border, coverage, sensing, territory
from roadmap.border import cells, crossings
from roadmap.model import formulae
from roadmap.plan import phases
from roadmap.tables import declared, delimited, files, relations, sifted

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


def _sector(row: delimited.Row, column: str, line: cells.Line) -> str:
    return row.choice(column, tuple(line.borders.sectors.index))


def _require_in_sector(row: delimited.Row, values: declared.Values, line: cells.Line) -> None:
    """Note a fault where an end of the stretch, or the crossing, lies outside its sector."""
    sector = values["sector"]
    columns = ("crossing",) if values["crossing"] is not None else ("from_km", "to_km")
    ends = [values[column] for column in columns]
    if not sector or None in ends or ends[0] > ends[-1]:
        return
    low, high = (float(line.borders.sectors.loc[sector, limit]) for limit in ("from_km", "to_km"))
    for column, km in zip(columns, ends, strict=True):
        if not low - SLACK_KM <= km <= high + SLACK_KM:
            row.fault(column, "outside_sector", sector=sector, low=round(low, 1), high=round(high, 1))


_number = partial(declared.Column[cells.Line], kind="number")

TABLE: Final = declared.Table[cells.Line](
    FILE,
    "Sensors along the border, one deployment a row. All invented. A row with a fault is left out.",
    (
        cells.ID,
        declared.Column("sector", "name", "A sector of the line.", reads=_sector),
        declared.Column("technology", "word", "What senses.", allowed=TECHNOLOGIES),
        relations.Either(
            (
                cells.kilometre(
                    "from_km", says="Where the stretch begins.", blank="it stands at a crossing"
                ),
                cells.kilometre("to_km", says="Where it ends.", blank="it stands at a crossing"),
            ),
            (replace(cells.CROSSING, blank="it stands along a stretch"),),
            "place_needed",
        ),
        relations.Ordered("from_km", "to_km", at="to_km"),
        relations.Checked(
            f"The place lies in its sector, or at most {SLACK_KM} km beyond: limits between counties are not sharper.",
            _require_in_sector,
        ),
        declared.Column(
            "units",
            "whole",
            "Masts or devices, evenly spaced.",
            low=1,
            high=MOST_UNITS,
            blank="the whole stretch senses, as a cable does",
        ),
        cells.FIRST_MONTH,
        cells.month("failure_month", says="Out of service from this month on.", blank="it lasts"),
        relations.Ordered("first_month", "failure_month", at="failure_month", key="fails_before_service", strict=True),
        _number("range_km", says="How far it reaches.", unit="km", low=LEAST_RANGE_KM, high=MOST_RANGE_KM),
        _number("p_zero", says="Probability of detection at distance 0.", low=0.0, high=1.0),
        _number("p_range", says="Probability of detection at full range.", low=0.0, high=1.0),
        relations.Ordered("p_range", "p_zero", at="p_range"),
        _number(
            "mast_m",
            says="Height of the masts.",
            unit="m",
            low=0.0,
            high=MOST_MAST_M,
            blank="neither horizon nor terrain matter",
        ),
        relations.Needed("mast_m", by="technology", words=WITH_MASTS),
        relations.Needed("units", by="technology", words=WITH_MASTS, beside="mast_m"),
        cells.BASIS,
    ),
    key="id",
)
"""What ``sensors.csv`` holds."""

COLUMNS: Final = TABLE.names

_SENSED: Final = ("id", "units", "first_month", "failure_month", "range_km", "p_zero", "p_range", "mast_m")
"""Columns that coverage takes as they are."""

_BESIDE: Final = ("sector", "technology", "crossing", "basis")
"""Columns that coverage does not need."""


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
    """

    deployments: tuple[Deployment, ...] = ()

    @property
    def sensors(self) -> tuple[sensing.Sensor, ...]:
        """What coverage is computed from."""
        return tuple(deployment.sensor for deployment in self.deployments)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a deployment, with its places on the line: ``id``, ``sector``, ``technology``, ``crossing``,
        ``from_km``, ``to_km``, ``units`` (Int64), ``first_month``, ``failure_month`` (Int64), ``range_km``,
        ``p_zero``, ``p_range``, ``mast_m``, ``basis``.
        """  # noqa: D205 - the columns are the description
        rows = [
            {**vars(deployment.sensor), **{name: getattr(deployment, name) for name in _BESIDE}}
            for deployment in self.deployments
        ]
        return declared.frame(rows, TABLE)

    def in_service(self, month: int) -> tuple[Deployment, ...]:
        """Deployments in service in a month."""
        return tuple(deployment for deployment in self.deployments if deployment.sensor.serves(month))


NONE: Final = Sensors()
"""A scenario without sensors."""


def read(
    path: Path | files.File,
    borders: border.Border,
    placed: pd.DataFrame,
    *,
    last_month: int = phases.MAX_MONTH,
) -> Sensors:
    """Read the sensors of a scenario.

    Parameters
    ----------
    path
        The table; a scenario need not have one.
    borders
        The borders.
    placed
        The crossings on their lines, from :func:`roadmap.border.crossings.place`.
    last_month
        Of the plan.

    Returns
    -------
    Sensors
        Every row without fault, and every fault.
    """
    kept, rest = sifted.read(path, TABLE.until(last_month), cells.Line(borders, placed), _deployment)
    return Sensors(kept, **vars(rest))


def coverage_input(
    covered: coverage.Coverage, borders: border.Border, place_data: territory.Territory, distance_km: float
) -> Array:
    """Coverage by municipality for ``Inputs.coverage``.

    See :data:`EQUATION`: the mean detection along the line, nearer pieces counting more, times the
    nearness of the nearest one.

    Parameters
    ----------
    covered
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
        ``(months, n)`` in [0, 1]; 0 without sensors.
    """
    if not borders.code:
        return np.zeros((covered.months, len(place_data.municipalities)))
    line = borders.watched
    count = max(int(np.ceil(line.length_km / BIN_KM)), 1)
    limits = np.linspace(0.0, line.length_km, count + 1)
    piece = np.clip(np.searchsorted(limits, covered.samples.km, side="right") - 1, 0, count - 1)
    length: Array = np.bincount(piece, weights=covered.samples.length_km, minlength=count).astype(np.float64)
    noticed = np.stack(
        [np.bincount(piece, weights=covered.samples.length_km * row, minlength=count) for row in covered.line_detection]
    )
    xy = border.point(line, (limits[:-1] + limits[1:]) / 2.0)
    near = crossings.nearness(place_data, xy[:, 0], xy[:, 1], distance_km)
    return crossings.faded_mean(near, length, noticed / np.maximum(length, 1e-12))


def _deployment(row: delimited.Row, values: declared.Values) -> Deployment:
    """Return what a row without fault deploys."""
    at_crossing = values["crossing"]
    sensor = sensing.Sensor(
        from_km=values["from_km"] if at_crossing is None else at_crossing,
        to_km=values["to_km"] if at_crossing is None else at_crossing,
        **{name: values[name] for name in _SENSED},
    )
    crossing = row.cells["crossing"].strip()
    return Deployment(values["sector"], values["technology"], crossing, values["basis"], sensor, row.row)
