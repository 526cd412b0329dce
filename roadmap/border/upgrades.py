"""Upgrades of legal crossings: lanes, new crossings, southbound inspection, scanners. All invented.

``upgrades.csv`` has one upgrade a row (:data:`TABLE`); a scenario without the file has none.
A row that is faulty is left out and listed, as in :mod:`roadmap.border.sensors`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import border, territory
from roadmap.border import cells, crossings
from roadmap.model import formulae
from roadmap.plan import phases
from roadmap.tables import declared, delimited, files, relations, sifted

FILE: Final = "upgrades.csv"

KINDS: Final = ("expanded_lanes", "new_crossing", "southbound_inspection", "scanners")
NEW: Final = "new_crossing"
WITH_LANES: Final = ("expanded_lanes", NEW)
WITH_INSPECTION: Final = ("southbound_inspection", "scanners")

MOST_LANES: Final = 60
LANES_HALF: Final = 10.0
"""Added lanes in reach at which legal capacity has half of its effect. Invented."""

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


def _require_mode(row: delimited.Row, values: declared.Values, line: cells.Line) -> None:
    """Note a fault where nothing passes a crossing that its upgrade is for."""
    kind = values["kind"]
    if not kind or values["crossing"] is None:
        return
    modes = tuple(str(line.placed.loc[row.cells["crossing"].strip(), "modes"]).split(";"))
    needed = crossings.VEHICLE_MODES if kind in WITH_LANES else (*crossings.VEHICLE_MODES, "rail")
    if not set(needed) & set(modes):
        row.fault("crossing", "crossing_mode", modes=modes, needed=needed)


def _require_own_id(row: delimited.Row, values: declared.Values, line: cells.Line) -> None:
    """Note a fault where a new crossing has the id of one that exists."""
    if not row.faulty and values["kind"] == NEW and values["id"] in line.placed.index:
        row.fault("id", "taken_id")


TABLE: Final = declared.Table[cells.Line](
    FILE,
    "Upgrades of legal crossings, one a row. All invented. A row with a fault is left out.",
    (
        cells.ID,
        declared.Column("kind", "word", "What is built or done.", allowed=KINDS),
        relations.Only(
            "kind",
            (
                relations.Allotted(
                    replace(cells.CROSSING, blank="a new crossing"),
                    tuple(kind for kind in KINDS if kind != NEW),
                    unsure="required",
                ),
                relations.Allotted(
                    cells.kilometre(
                        "at_km", says="Where a new crossing lies.", blank="a crossing that exists"
                    ),
                    (NEW,),
                    unsure="unread",
                ),
                relations.Allotted(
                    declared.Column("name", "name", "Name of a new crossing.", blank="a crossing that exists"),
                    (NEW,),
                    unsure="unread",
                ),
            ),
            order=("name", "at_km", "crossing"),
        ),
        relations.Checked(
            "Vehicles pass the crossing; one that is inspected or scanned may serve trains alone.", _require_mode
        ),
        cells.FIRST_MONTH,
        relations.Only(
            "kind",
            (
                relations.Allotted(
                    declared.Column("lanes", "whole", "Lanes added.", low=1, high=MOST_LANES, blank="none"),
                    WITH_LANES,
                    unsure="optional",
                ),
            ),
        ),
        relations.Only(
            "kind",
            (
                relations.Allotted(
                    declared.Column(
                        "inspected",
                        "number",
                        "Share of southbound vehicles inspected in addition.",
                        low=0.0,
                        high=1.0,
                        blank="none",
                    ),
                    WITH_INSPECTION,
                    unsure="optional",
                ),
            ),
        ),
        cells.BASIS,
        relations.Checked("A new crossing has an id that no crossing has.", _require_own_id),
    ),
    order=("id", "crossing", "kind", "at_km", "name", "first_month", "lanes", "inspected", "basis"),
    key="id",
    translated=("name",),
)
"""What ``upgrades.csv`` holds."""

COLUMNS: Final = TABLE.names


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
    last_month
        Of the plan.
    """

    upgrades: tuple[Upgrade, ...] = ()
    last_month: int = phases.MAX_MONTH

    @property
    def months(self) -> int:
        """Months of the plan, the baseline included."""
        return self.last_month + 1

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row an upgrade: the fields of :class:`Upgrade`."""
        columns = [field for field in Upgrade.__dataclass_fields__ if field != "row"]
        return pd.DataFrame([vars(upgrade) for upgrade in self.upgrades], columns=columns)

    def in_service(self, month: int) -> tuple[Upgrade, ...]:
        """Upgrades in service in a month."""
        return tuple(upgrade for upgrade in self.upgrades if upgrade.serves(month))


NONE: Final = Upgrades()
"""A scenario without upgrades."""


def read(
    path: Path | files.File,
    borders: border.Border,
    placed: pd.DataFrame,
    *,
    last_month: int = phases.MAX_MONTH,
) -> Upgrades:
    """Read the upgrades of a scenario: every row without fault, and every fault.

    It takes what :func:`roadmap.border.sensors.read` takes.
    """
    line = cells.Line(borders, placed)
    table = TABLE.until(last_month)
    kept, rest = sifted.read(path, table, line, lambda row, values: _upgrade(row, values, borders))
    return Upgrades(upgrades=kept, last_month=last_month, **vars(rest))


def state(improved: Upgrades, placed: pd.DataFrame, month: int) -> pd.DataFrame:
    """Crossings of the line that is watched as they are in a month.

    Parameters
    ----------
    improved
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
    frame = crossings.along(placed)[["km", "sector", "lon", "lat", "vehicles"]].assign(name="")
    serving = improved.in_service(month)
    added = [
        {"id": upgrade.crossing, "vehicles": 0.0}
        | {key: getattr(upgrade, key) for key in ("km", "sector", "lon", "lat", "name")}
        for upgrade in serving
        if upgrade.kind == NEW
    ]
    if added:
        frame = pd.concat([frame, pd.DataFrame(added).set_index("id")]).sort_values("km", kind="stable")
    lanes, shares = dict.fromkeys(frame.index, 0), dict.fromkeys(frame.index, 0.0)
    kinds: dict[str, list[str]] = {name: [] for name in frame.index}
    for upgrade in serving:
        lanes[upgrade.crossing] += upgrade.lanes
        shares[upgrade.crossing] += upgrade.inspected
        kinds[upgrade.crossing].append(upgrade.kind)
    words = [";".join(kind for kind in KINDS if kind in kinds[name]) for name in frame.index]
    return frame.assign(lanes=list(lanes.values()), inspected=np.minimum(list(shares.values()), 1.0), kinds=words)


def totals(improved: Upgrades, placed: pd.DataFrame) -> pd.DataFrame:
    """What upgrades add up to on the line that is watched, by month.

    Returns
    -------
    DataFrame
        Index ``month``, 0 to the last one of the plan: ``lanes`` added, ``new_crossings``, ``equipped`` (crossings
        with an inspection or scanner in service), ``inspected`` (share of southbound vehicles, each crossing
        by its northbound traffic, since southbound traffic is not counted).
    """
    turns = {0, *(upgrade.first_month for upgrade in improved.upgrades)}
    months = pd.RangeIndex(improved.months, name="month")
    rows = [_total(state(improved, placed, month)) if month in turns else {} for month in months]
    # Between upgrades nothing changes.
    frame = pd.DataFrame(rows, index=months).ffill()
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
    improved: Upgrades, placed: pd.DataFrame, place_data: territory.Territory, distance_km: float
) -> Array:
    """Southbound inspection by municipality for ``Inputs.inspection``; see :data:`INSPECTION_EQUATION`.

    Parameters
    ----------
    improved
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
        ``(months, n)`` in [0, 1]; 0 without upgrades.
    """
    own = crossings.along(placed)
    column = {name: place for place, name in enumerate(own.index)}
    shares = np.zeros((improved.months, len(own)))
    for upgrade in improved.upgrades:
        if upgrade.crossing in column:
            shares[upgrade.first_month :, column[upgrade.crossing]] += upgrade.inspected
    near = crossings.nearness(place_data, own["lon"].to_numpy(), own["lat"].to_numpy(), distance_km)
    return crossings.faded_mean(near, own["vehicles"].to_numpy(), np.minimum(shares, 1.0))


def capacity_input(
    improved: Upgrades, place_data: territory.Territory, distance_km: float, *, lanes_half: float = LANES_HALF
) -> Array:
    """Added legal capacity by municipality for ``Inputs.capacity``; see :data:`CAPACITY_EQUATION`.

    Parameters
    ----------
    improved
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
        ``(months, n)`` in [0, 1); 0 without upgrades.
    """
    adding = [upgrade for upgrade in improved.upgrades if upgrade.lanes > 0]
    if not adding:
        return np.zeros((improved.months, len(place_data.municipalities)))
    lon, lat = np.array([upgrade.lon for upgrade in adding]), np.array([upgrade.lat for upgrade in adding])
    near = crossings.nearness(place_data, lon, lat, distance_km)
    months = np.arange(improved.months)[:, None]
    added = [float(upgrade.lanes) for upgrade in adding]
    lanes = np.where(months >= [upgrade.first_month for upgrade in adding], added, 0.0)
    reached = lanes @ near.T
    return np.asarray(reached / (reached + lanes_half), dtype=np.float64)


def _upgrade(row: delimited.Row, values: declared.Values, borders: border.Border) -> Upgrade:
    """Return what a row without fault upgrades."""
    new = values["kind"] == NEW
    km = values["at_km" if new else "crossing"]
    lon, lat = border.point(borders.watched, km)[0].tolist()
    return Upgrade(
        **{name: values[name] for name in ("id", "kind", "first_month", "basis")},
        crossing=values["id"] if new else row.cells["crossing"].strip(),
        name=values["name"] or "",
        km=km,
        lon=lon,
        lat=lat,
        sector=crossings.sector_at(borders, km),
        lanes=values["lanes"] or 0,
        inspected=values["inspected"] or 0.0,
        row=row.row,
    )
