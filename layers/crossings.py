"""Border crossings: observed, with the traffic of their ports, and what the plan would add to them.

Shape says what a crossing is built for (rail only, trucks, cars, on foot). Area says the port's
yearly entries into the country across in that mode; the sources count by port, so each figure
stands once, on the port's main crossing for the mode. A crossing without a figure is drawn small
and hollow: that is "no figure here", never zero.

A ring marks an upgrade in service in the month, a hollow plus a crossing that the plan would open.
Both are invented, and so are their figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import keeping
from layers import base, marks, placed
from roadmap import moments
from roadmap.border import upgrades
from roadmap.words import text
from roadmap.words.text import mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from roadmap import atlas as atlases

KINDS = ("truck", "car", "pedestrian", "rail")
"""Kinds of crossing, by the heaviest mode on the road; rail only where there is nothing else."""

NEW = "new"
"""Kind of a crossing that the plan would open: what it would be built for is not said."""

OBSERVED, INVENTED = "observed", "invented"
"""Where a row comes from."""

_TRAFFIC = {
    "truck": "trucks_per_year",
    "car": "cars_per_year",
    "pedestrian": "pedestrians_per_year",
}
SYMBOLS = {"truck": "square", "car": "circle", "pedestrian": "triangle", "rail": "diamond", NEW: "plus"}
"""Shape of each kind, one of :data:`layers.placed.SHAPES`."""
NEW_RADIUS = 8.0
_COLUMNS = [
    "id",
    "name_us",
    "name_mx",
    "border",
    "neighbour_state",
    "mx_state",
    "cvegeo",
    "port_code",
    "modes",
    "trucks_per_year",
    "cars_per_year",
    "pedestrians_per_year",
    "year",
    "source",
    "geometry",
]
_COMPUTED = ["kind", "km", "sector"]
_PLANNED = ["added_lanes", "inspected", "upgrades", "since"]


def kind(modes: str) -> str:
    """Return the kind of a crossing from its modes (``"pedestrian;car;bus"`` → ``"car"``)."""
    present = set(modes.split(";"))
    if "truck" in present:
        return "truck"
    if present & {"car", "bus"}:
        return "car"
    return "pedestrian" if "pedestrian" in present else "rail"


def _figure(value: object) -> int | None:
    return None if value is None or value is pd.NA or pd.isna(value) else int(str(value))


class Crossings(base.Layer):
    """Points sized by the traffic of their port, with rings and pluses for what the plan adds."""

    id = "crossings"
    order = 40
    is_of_a_month = True
    shapes = ("Point",)

    def title(self, words: text.Words) -> str:
        """Return the layer's name."""
        return words.t("Border crossings")

    def frame(self, seen: moments.Comparison) -> gpd.GeoDataFrame:
        """Return one row a crossing, points in EPSG:4326: observed ones, then those opened by the month.

        Traffic columns are northbound entries a year for the whole port; empty is not zero. `km` is
        chainage along the line that is watched, `added_lanes`, `inspected` (share of
        southbound vehicles, in [0, 1]), `upgrades` (kinds in service, separated by semicolons) and
        `since` (month of the first of them) are invented, and empty on the other borders. `origin`
        says whether the crossing itself is observed or invented.
        """
        now = upgrades.state(seen.atlas.frontier.upgrades, seen.atlas.frontier.placed, seen.month)
        observed: gpd.GeoDataFrame = seen.atlas.observations.crossings[_COLUMNS].copy()
        # Text also where there is none: a country may have no crossings but those of the plan.
        observed.insert(9, "kind", pd.array([kind(modes) for modes in observed["modes"]], dtype="str"))
        observed.insert(len(observed.columns) - 1, "origin", pd.array([OBSERVED] * len(observed), dtype="str"))
        frame = observed
        opened = _opened(seen.now)
        if opened:
            added = _rows(seen.atlas, opened).astype(observed.drop(columns="geometry").dtypes.to_dict())
            frame = gpd.GeoDataFrame(pd.concat([observed, added], ignore_index=True), crs=observed.crs)
        since = _first_months(seen.now)
        at = len(frame.columns) - 2
        frame.insert(at, "km", now["km"].reindex(frame["id"]).round(3).to_numpy())
        frame.insert(at + 1, "sector", now["sector"].reindex(frame["id"]).fillna("").to_numpy())
        frame.insert(at + 2, "added_lanes", now["lanes"].reindex(frame["id"]).astype("Int64").array)
        frame.insert(at + 3, "inspected", now["inspected"].reindex(frame["id"]).round(4).to_numpy())
        frame.insert(at + 4, "upgrades", now["kinds"].reindex(frame["id"]).fillna("").to_numpy())
        frame.insert(at + 5, "since", pd.array([since.get(name, pd.NA) for name in frame["id"]], dtype="Int64"))
        return frame

    def drawing(self, atlas: atlases.Atlas, words: text.Words) -> tuple[marks.Mark, ...]:
        """Return a symbol a crossing: the observed ones, those with most traffic first, then the planned ones."""
        return (placed.Symbols((*self._observed(atlas, words), *self._new(atlas, words))),)

    def state(self, seen: moments.Comparison) -> list[object]:
        """Return ``[position, stage]`` of each crossing with something in service, in the order of the symbols."""
        return [_reached(seen)]

    def _observed(self, atlas: atlases.Atlas, words: text.Words) -> list[placed.Point]:
        stages, served = _stages(atlas), atlas.frontier.upgrades.upgrades
        names = {neighbour.id: neighbour.name for neighbour in atlas.territory.country.neighbours}
        return [
            placed.Point(
                row.id,
                ((round(row.geometry.x, 4), round(row.geometry.y, 4)),),
                row.name_us,
                row.name_mx,
                self._rows(row, names, words),
                SYMBOLS[row.kind],
                round(placed.radius(None if pd.isna(row.share) else row.share), 2),
                is_hollow=pd.isna(row.share),
                stages=[
                    _told([each for each in served if each.crossing == row.id and each.serves(month)], words)
                    for month in stages.get(row.id, ())
                ],
            )
            for row in _by_traffic(atlas)
        ]

    @staticmethod
    def _new(atlas: atlases.Atlas, words: text.Words) -> list[placed.Point]:
        """Return every crossing that the plan would open."""
        return [
            placed.Point(
                each.id,
                ((round(each.lon, 4), round(each.lat, 4)),),
                words.of(each.name),
                words.t("New crossing (invented)"),
                [
                    [words.t("On the line"), words.t("km {km} (invented)", km=words.decimal(each.km, 1))],
                    *_told([each], words),
                    [words.t("Traffic"), words.t("no figure: the crossing is invented")],
                ],
                SYMBOLS[NEW],
                NEW_RADIUS,
                is_hollow=True,
                is_planned=True,
            )
            for each in _planned(atlas)
        ]

    @staticmethod
    def _rows(row: object, borders: Mapping[str, str], words: text.Words) -> list[list[str]]:
        modes = str(getattr(row, "modes", "")).split(";")
        border = str(getattr(row, "border", ""))
        rows = [
            [words.t("Border"), words.name(borders.get(border, border))],
            [words.t("Built for"), words.listed(words.named(text.MODES, mode) for mode in modes)],
        ]
        names = {
            "trucks_per_year": words.t("Trucks, port total"),
            "cars_per_year": words.t("Cars, port total"),
            "pedestrians_per_year": words.t("On foot, port total"),
        }
        traffic = []
        for column, label in names.items():
            figure = _figure(getattr(row, column))
            if figure is not None:
                year = _figure(getattr(row, "year", None))
                traffic.append([label, f"{words.integer(figure)} ({year})"])
        return rows + (traffic or [[words.t("Traffic"), words.t("no figure for this crossing")]])

    def legend(self, seen: moments.Comparison, words: text.Words) -> base.Legend:
        """Return the shapes with the number of crossings of each, and what the plan has added by the month."""
        reached = [position for position, _ in _reached(seen)]
        opened = sum(position >= len(seen.atlas.observations.crossings) for position in reached)
        kinds = [kind(modes) for modes in seen.atlas.observations.crossings["modes"]]
        labels = {
            "truck": words.t("open to trucks"),
            "car": words.t("cars and buses"),
            "pedestrian": words.t("on foot only"),
            "rail": words.t("rail only"),
        }
        rows = tuple(
            base.LegendRow(
                each, labels[each], symbol=SYMBOLS[each], note=words.integer(kinds.count(each))
            )
            for each in KINDS
        )
        planned = (
            base.LegendRow(
                "upgraded",
                words.t("upgraded (invented)"),
                symbol="ring",
                note=words.integer(len(reached) - opened),
            ),
            base.LegendRow(
                NEW, words.t("new crossing (invented)"), symbol=SYMBOLS[NEW], note=words.integer(opened)
            ),
        )
        note = words.t(
            "Area: yearly entries into {country} of the whole port in that mode, 2023; "
            "hollow: no figure here (not zero).",
            country=words.name(seen.atlas.territory.country.across),
        )
        return base.Legend(self.title(words), (*rows, *planned), note)

    def columns(self, words: text.Words) -> Mapping[str, str]:
        """Return the table's headings."""
        return {
            "name_us": words.t("Crossing"),
            "name_mx": words.t("Name in {country}"),
            "mx_state": words.t("State"),
            "neighbour_state": words.t("Neighbour"),
            "modes": words.t("Modes"),
            "port_code": words.t("Port code"),
            "trucks_per_year": words.t("Trucks a year, port total"),
            "cars_per_year": words.t("Cars a year, port total"),
            "pedestrians_per_year": words.t("On foot a year, port total"),
            "year": words.t("Year"),
            "km": words.t("Kilometre from the {start}"),
            "added_lanes": words.t("Lanes added (invented)"),
            "inspected": words.t("Southbound inspection, share (invented)"),
            "upgrades": words.t("Upgrades (invented)"),
            "since": words.t("Upgraded since month (invented)"),
            "origin": words.t("Crossing is"),
        }

    def sources(self, atlas: atlases.Atlas) -> tuple[str, ...]:
        """Return the files behind the frame."""
        observed = ("observations/crossings.csv", "geography/border.parquet", "geography/border_sectors.csv")
        places = ("geography/border_stretches.parquet", "geography/states.parquet", "geography/neighbours.parquet")
        planned = atlas.of(upgrades.FILE)
        return (*observed, *places, *planned) if planned else observed

    def metadata(self, seen: moments.Comparison) -> dict[str, Any]:
        """Return which columns are observed, computed and invented."""
        return {
            "columns": {
                OBSERVED: {
                    "columns": [name for name in _COLUMNS if name != "geometry"],
                    "source": "observations/crossings.csv",
                },
                "computed": {"columns": _COMPUTED, "source": "geography/border.parquet"},
                INVENTED: {"columns": _PLANNED, "source": "".join(seen.atlas.of(upgrades.FILE))},
            },
            "rows": {
                OBSERVED: len(seen.atlas.observations.crossings),
                INVENTED: len(_opened(seen.now)),
                "rule": "`origin` says by row whether the crossing is observed or invented; "
                "an invented one has no traffic figures, and its name and place are invented as well.",
            },
        }


def _reached(seen: moments.Comparison) -> list[list[int]]:
    """Return position and stage of each crossing with something in service, observed ones first.

    The stage counts the months in which something came into service there.
    """
    stages, planned = _stages(seen.atlas), _planned(seen.atlas)
    reached = [sum(first <= seen.month for first in stages.get(row.id, ())) for row in _by_traffic(seen.atlas)]
    reached += [int(crossing.serves(seen.month)) for crossing in planned]
    return [[position, stage] for position, stage in enumerate(reached) if stage]


@keeping.kept(most=1)
def _by_traffic(atlas: atlases.Atlas) -> list[Any]:
    """Return the observed crossings, with the traffic of each in its mode as a share of the largest, the most first."""
    rows = atlas.observations.crossings[_COLUMNS]
    kinds = rows["modes"].map(kind)
    shares = pd.Series(np.nan, index=rows.index)
    for name, column in _TRAFFIC.items():
        figures = rows[column].where(kinds == name).astype("Float64")
        shares = shares.fillna((figures / rows[column].max()).round(4).astype(float))
    rows = rows.assign(kind=kinds, share=shares)
    return list(rows.iloc[np.argsort(-shares.fillna(0.0), kind="stable")].itertuples())


def _planned(atlas: atlases.Atlas) -> list[upgrades.Upgrade]:
    """Return every crossing that the plan would open, along the line."""
    found = [each for each in atlas.frontier.upgrades.upgrades if each.kind == upgrades.NEW]
    return sorted(found, key=lambda each: each.km)


def _opened(at: moments.Moment) -> list[upgrades.Upgrade]:
    """Return the new crossings that are open in a month, along the line."""
    return [each for each in _planned(at.atlas) if each.serves(at.month)]


def _stages(atlas: atlases.Atlas) -> dict[str, tuple[int, ...]]:
    """Return by crossing the months in which something comes into service there, ascending."""
    months: dict[str, set[int]] = {}
    for each in atlas.frontier.upgrades.upgrades:
        months.setdefault(each.crossing, set()).add(each.first_month)
    return {name: tuple(sorted(found)) for name, found in months.items()}


def _first_months(at: moments.Moment) -> dict[str, int]:
    """Return by crossing the month of the first upgrade in service."""
    return {name: found[0] for name, found in _stages(at.atlas).items() if found[0] <= at.month}


def _rows(atlas: atlases.Atlas, opened: Sequence[upgrades.Upgrade]) -> gpd.GeoDataFrame:
    """Return new crossings as rows of the frame; what is not known of them is empty."""
    frontier, place = atlas.frontier, atlas.territory
    stretches = frontier.borders.stretches
    line = stretches[stretches["border"] == frontier.borders.code]
    beside = line.iloc[np.searchsorted(line["from_km"], [each.km for each in opened], side="right") - 1]
    states = place.states.set_index("cve_ent")["name"]
    around = place.neighbours[place.neighbours["kind"] == "region"]
    regions = dict(zip(around["code"], around["name"], strict=True))
    return gpd.GeoDataFrame(
        {
            "id": [each.id for each in opened],
            "name_us": [each.name for each in opened],
            "name_mx": "",
            "border": frontier.borders.code,
            "neighbour_state": [_region(county, regions) for county in beside["county"]],
            "mx_state": [states.get(state, "") for state in beside["state"]],
            "cvegeo": beside["cvegeo"].to_numpy(),
            "port_code": "",
            "modes": "",
            "kind": NEW,
            **dict.fromkeys(_TRAFFIC.values(), pd.NA),
            "year": pd.NA,
            "source": "invented by the scenario",
            "origin": INVENTED,
        },
        geometry=gpd.points_from_xy([each.lon for each in opened], [each.lat for each in opened]),
        crs=atlas.observations.crossings.crs,
    )


def _region(county: str, regions: Mapping[str, str]) -> str:
    """Return the name of the region that a county of the neighbour lies in: its code begins with that of the region."""
    return next((name for code, name in regions.items() if code and county.startswith(code)), "")


def _told(served: Sequence[upgrades.Upgrade], words: text.Words) -> list[list[str]]:
    """Return what upgrades in service at one crossing add up to, as rows of a tooltip."""

    def since(found: Sequence[upgrades.Upgrade]) -> int:
        return max(each.first_month for each in found)

    rows = []
    adding = [each for each in served if each.lanes]
    inspecting = [each for each in served if each.inspected]
    scanning = [each for each in served if each.kind == "scanners"]
    if adding:
        lanes = words.integer(sum(each.lanes for each in adding))
        said = words.at(
            since(adding),
            mark("{lanes} (invented, since baseline)"),
            mark("{lanes} (invented, since month {month})"),
            lanes=lanes,
        )
        rows.append([words.t("Lanes added"), said])
    if inspecting:
        said = words.at(
            since(inspecting),
            mark("{share} of southbound vehicles (invented, since baseline)"),
            mark("{share} of southbound vehicles (invented, since month {month})"),
            share=words.percent(min(sum(each.inspected for each in inspecting), 1.0), 0),
        )
        rows.append([words.t("Inspected"), said])
    if scanning:
        said = words.at(
            since(scanning),
            mark("in service (invented, since baseline)"),
            mark("in service (invented, since month {month})"),
        )
        rows.append([words.t("Scanners"), said])
    return rows


LAYER = Crossings()
