"""Upgrades of legal crossings: lanes, new crossings, southbound inspection, scanners. All invented.

``upgrades.csv`` has one upgrade a row; a scenario without the file has none:

=========== ==========================================================================================
id          unique, lower case letters, digits, ``_``, ``-``
crossing    id of a crossing; blank for a new one
kind        :data:`KINDS`
at_km       kilometre of a new crossing, from the Pacific; blank otherwise
name        name of a new crossing; blank otherwise
first_month in service from this month on
lanes       lanes added, for :data:`WITH_LANES`; blank otherwise
inspected   share of southbound vehicles inspected in addition, for :data:`WITH_INSPECTION`; blank otherwise
basis       why: "invented" and what else there is to say
=========== ==========================================================================================

A row that is faulty is left out and listed, as in :mod:`roadmap.border.sensors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import border, territory
from roadmap.border import crossings, sensors
from roadmap.model import formulae
from roadmap.plan import phases
from roadmap.tables import delimited, files, sifted

FILE: Final = "upgrades.csv"

KINDS: Final = ("expanded_lanes", "new_crossing", "southbound_inspection", "scanners")
NEW: Final = "new_crossing"
WITH_LANES: Final = ("expanded_lanes", NEW)
WITH_INSPECTION: Final = ("southbound_inspection", "scanners")

COLUMNS: Final = ("id", "crossing", "kind", "at_km", "name", "first_month", "lanes", "inspected", "basis")

MOST_LANES: Final = 60
LANES_HALF: Final = 10.0
"""Added lanes in reach at which legal capacity has half of its effect. Invented."""

MONTHS: Final = phases.LAST_MONTH + 1

INSPECTION_EQUATION: Final = formulae.Equation(
    "inspection_input",
    r"S_i(t) = \max_k e_{ik} \; \frac{\sum_k T_k \, e_{ik} \, s_k(t)}{\sum_k T_k \, e_{ik}}, \qquad "
    r"e_{ik} = e^{-d_{ik} / D}",
    (
        ("S_i", "inspection"),
        ("T_k", "crossing_traffic"),
        ("s_k", "inspected_share"),
        ("d_{ik}", "crossing_distance"),
        ("D", "border_distance"),
    ),
)
"""How inspected shares at crossings become the inspection of a municipality."""

CAPACITY_EQUATION: Final = formulae.Equation(
    "capacity_input",
    r"L_i(t) = \frac{A_i(t)}{A_i(t) + A_{1/2}}, \qquad A_i(t) = \sum_k e_{ik} \, a_k(t)",
    (
        ("L_i", "capacity"),
        ("a_k", "added_lanes"),
        ("A_i", "lanes_in_reach"),
        ("A_{1/2}", "lanes_half"),
    ),
)
"""How added lanes become the legal capacity in reach of a municipality."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Upgrade:
    """One row of the table.

    Attributes
    ----------
    id, kind
        Its name, and one of :data:`KINDS`.
    crossing
        Id of the crossing; of a new one the upgrade's own.
    name
        Name of a new crossing, else ``""``.
    km, lon, lat
        Place on the line, and in degrees.
    sector
        Sector of the line.
    first_month
        In service from this month on.
    lanes
        Lanes added, 0 where the kind adds none.
    inspected
        Share of southbound vehicles inspected in addition, 0 where the kind inspects none.
    basis
        Why.
    row
        Row of the table.
    """

    id: str
    kind: str
    crossing: str
    name: str
    km: float
    lon: float
    lat: float
    sector: str
    first_month: int
    lanes: int
    inspected: float
    basis: str
    row: int

    def serves(self, month: int) -> bool:
        """Whether it is in service in a month."""
        return month >= self.first_month


@dataclass(frozen=True)
class Upgrades(sifted.Sifted):
    """The upgrades of a scenario.

    Attributes
    ----------
    upgrades
        Rows without fault, in the order of the table.
    faults
        Everything that is wrong with the others, or with the table.
    """

    upgrades: tuple[Upgrade, ...] = ()

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row an upgrade: the fields of :class:`Upgrade`."""
        columns = [field for field in Upgrade.__dataclass_fields__ if field != "row"]
        return pd.DataFrame([vars(each) for each in self.upgrades], columns=columns)

    def in_service(self, month: int) -> tuple[Upgrade, ...]:
        """Upgrades in service in a month."""
        return tuple(each for each in self.upgrades if each.serves(month))


NONE: Final = Upgrades()
"""A scenario without upgrades."""


def read(path: Path | files.File, borders: border.Border, placed: pd.DataFrame) -> Upgrades:
    """Read the upgrades of a scenario.

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
    Upgrades
        Every row without fault, and every fault.
    """
    def read_row(row: delimited.Row) -> Upgrade | None:
        each = _read(row, borders, placed)
        if each is not None and each.kind == NEW and each.crossing in placed.index:
            row.fault("id", "taken_id")
            return None
        return each

    kept, rest = sifted.read(path, COLUMNS, read_row)
    return Upgrades(kept, faults=rest.faults, left_out=rest.left_out, unused=rest.unused)


def state(found: Upgrades, placed: pd.DataFrame, month: int) -> pd.DataFrame:
    """Crossings of the northern line as they are in a month.

    Parameters
    ----------
    found
        The upgrades.
    placed
        The crossings on their lines.
    month
        A month of the plan.

    Returns
    -------
    DataFrame
        Index ``id``, along the line, new crossings in service among the others: ``km``, ``sector``, ``lon``,
        ``lat``, ``vehicles``, ``name`` (of new ones, else ""), ``lanes`` (added), ``inspected`` (share of
        southbound vehicles, at most 1), ``kinds`` (of the upgrades in service, joined by ";").
    """
    frame = placed.loc[placed["border"] == border.NORTH, ["km", "sector", "lon", "lat", "vehicles"]].assign(name="")
    serving = found.in_service(month)
    added = [
        {"id": each.crossing, "vehicles": 0.0}
        | {key: getattr(each, key) for key in ("km", "sector", "lon", "lat", "name")}
        for each in serving
        if each.kind == NEW
    ]
    if added:
        frame = pd.concat([frame, pd.DataFrame(added).set_index("id")]).sort_values("km", kind="stable")
    lanes, shares = dict.fromkeys(frame.index, 0), dict.fromkeys(frame.index, 0.0)
    kinds: dict[str, list[str]] = {name: [] for name in frame.index}
    for each in serving:
        lanes[each.crossing] += each.lanes
        shares[each.crossing] += each.inspected
        kinds[each.crossing].append(each.kind)
    words = [";".join(kind for kind in KINDS if kind in kinds[name]) for name in frame.index]
    return frame.assign(lanes=list(lanes.values()), inspected=np.minimum(list(shares.values()), 1.0), kinds=words)


def totals(found: Upgrades, placed: pd.DataFrame) -> pd.DataFrame:
    """What upgrades add up to on the northern line, by month.

    Returns
    -------
    DataFrame
        Index ``month`` 0 to 60: ``lanes`` added, ``new_crossings``, ``equipped`` (crossings with an
        inspection or scanner in service), ``inspected`` (share of southbound vehicles, each crossing
        by its northbound traffic, since southbound traffic is not counted).
    """
    turns = {0, *(each.first_month for each in found.upgrades)}
    rows = [_total(state(found, placed, month)) if month in turns else {} for month in range(MONTHS)]
    # Between upgrades nothing changes.
    frame = pd.DataFrame(rows, index=pd.RangeIndex(MONTHS, name="month")).ffill()
    return frame.astype({"lanes": "int64", "new_crossings": "int64", "equipped": "int64", "inspected": "float64"})


def _total(frame: pd.DataFrame) -> dict[str, float]:
    """What the crossings of one month add up to."""
    weights = frame["vehicles"].to_numpy()
    return {
        "lanes": float(frame["lanes"].sum()),
        "new_crossings": float((frame["name"] != "").sum()),
        "equipped": float((frame["inspected"] > 0.0).sum()),
        "inspected": float(frame["inspected"].to_numpy() @ weights / max(float(weights.sum()), 1.0)),
    }


def inspection_input(
    found: Upgrades, placed: pd.DataFrame, place_data: territory.Territory, distance_km: float
) -> Array:
    """Southbound inspection by municipality for ``Inputs.inspection``; see :data:`INSPECTION_EQUATION`.

    Parameters
    ----------
    found
        The upgrades.
    placed
        The crossings on their lines; those with counted vehicles matter.
    place_data
        The territory, ``n`` municipalities.
    distance_km
        ``border_distance`` of the model.

    Returns
    -------
    numpy.ndarray
        ``(61, n)`` in [0, 1]; 0 without upgrades.
    """
    own = placed[placed["border"] == border.NORTH]
    column = {name: place for place, name in enumerate(own.index)}
    shares = np.zeros((MONTHS, len(own)))
    for each in found.upgrades:
        if each.crossing in column:
            shares[each.first_month :, column[each.crossing]] += each.inspected
    near = crossings.nearness(place_data, own["lon"].to_numpy(), own["lat"].to_numpy(), distance_km)
    return crossings.faded_mean(near, own["vehicles"].to_numpy(), np.minimum(shares, 1.0))


def capacity_input(
    found: Upgrades, place_data: territory.Territory, distance_km: float, *, lanes_half: float = LANES_HALF
) -> Array:
    """Added legal capacity by municipality for ``Inputs.capacity``; see :data:`CAPACITY_EQUATION`.

    Parameters
    ----------
    found
        The upgrades.
    place_data
        The territory, ``n`` municipalities.
    distance_km
        ``border_distance`` of the model.
    lanes_half
        Lanes in reach at half of the effect.

    Returns
    -------
    numpy.ndarray
        ``(61, n)`` in [0, 1); 0 without upgrades.
    """
    adding = [each for each in found.upgrades if each.lanes > 0]
    if not adding:
        return np.zeros((MONTHS, len(place_data.municipalities)))
    lon, lat = np.array([each.lon for each in adding]), np.array([each.lat for each in adding])
    near = crossings.nearness(place_data, lon, lat, distance_km)
    months = np.arange(MONTHS)[:, None]
    lanes = np.where(months >= [each.first_month for each in adding], [float(each.lanes) for each in adding], 0.0)
    reached = lanes @ near.T
    return np.asarray(reached / (reached + lanes_half), dtype=np.float64)


def _read(row: delimited.Row, borders: border.Border, placed: pd.DataFrame) -> Upgrade | None:
    """Return a row as an upgrade, or None after a fault."""
    name = sensors.identifier(row)
    kind = row.choice("kind", KINDS)
    km = _place(row, kind, borders, placed)
    first = row.month("first_month", low=phases.BASELINE_MONTH, high=phases.LAST_MONTH)
    lanes = _figure(row, "lanes", kind, WITH_LANES)
    inspected = _figure(row, "inspected", kind, WITH_INSPECTION)
    basis = row.text("basis")
    if row.faulty or km is None or first is None:
        return None
    lon, lat = border.point(borders.north, km)[0].tolist()
    new = kind == NEW
    return Upgrade(
        id=name,
        kind=kind,
        crossing=name if new else row.cells["crossing"].strip(),
        name=row.cells["name"].strip() if new else "",
        km=km,
        lon=lon,
        lat=lat,
        sector=crossings.sector_at(borders, km),
        first_month=first,
        lanes=int(lanes),
        inspected=inspected,
        basis=basis,
        row=row.row,
    )


def _place(row: delimited.Row, kind: str, borders: border.Border, placed: pd.DataFrame) -> float | None:
    """Return the kilometre of the upgrade, or None after a fault."""
    if kind == NEW:
        _require_blank(row, "crossing", kind)
        row.text("name")
        return sensors.on_line(row, "at_km", borders.north)
    if kind:
        _require_blank(row, "at_km", kind)
        _require_blank(row, "name", kind)
    km = sensors.at_crossing(row, placed)
    if km is not None and kind:
        modes = str(placed.loc[row.cells["crossing"].strip(), "modes"])
        needed = crossings.VEHICLE_MODES if kind in WITH_LANES else (*crossings.VEHICLE_MODES, "rail")
        if not set(needed) & set(modes.split(";")):
            row.fault("crossing", "crossing_mode", modes=tuple(modes.split(";")), needed=needed)
    return km


def _figure(row: delimited.Row, column: str, kind: str, kinds: tuple[str, ...]) -> float:
    """Return a figure that some kinds take; 0 for the others and after a fault."""
    if kind and kind not in kinds:
        _require_blank(row, column, kind)
        return 0.0
    optional = not kind
    if column == "lanes":
        return float(row.integer(column, low=1, high=MOST_LANES, optional=optional) or 0)
    return row.number(column, low=0.0, high=1.0, optional=optional) or 0.0


def _require_blank(row: delimited.Row, column: str, kind: str) -> None:
    if not row.is_empty(column):
        row.fault(column, "figure_not_used", kind=kind)
