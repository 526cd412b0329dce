"""Border crossings: observed, with the traffic of their ports, and what the plan would add to them.

Shape says what a crossing is built for (rail only, trucks, cars, on foot). Area says the port's
yearly entries into the United States in that mode; the sources count by port, so each figure
stands once, on the port's main crossing for the mode. A crossing without a figure is drawn small
and hollow: that is "no figure here", never zero.

A ring marks an upgrade in service in the month, a hollow plus a crossing that the plan would open.
Both are invented, and so are their figures.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import border
from layers import base
from roadmap import moments
from roadmap.border import upgrades
from roadmap.words import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from roadmap import atlas as atlases

KINDS = ("truck", "car", "pedestrian", "rail")
"""Kinds of crossing, by the heaviest mode on the road; rail only where there is nothing else."""

SIZES = {"least": 3.0, "more": 10.0, "ring": 3.2, "new": 8.0, "from": 2.0, "over": 4.5, "small": 0.45, "large": 1.5}
"""How large symbols are, for map and picture: :func:`radius`, :func:`ring` and :func:`scale` are the rule."""

REACHES = {"truck": 1.25, "car": 1.0, "pedestrian": 1.25, "rail": 1.25}
"""How far the corners of a kind's symbol reach, in radii."""

NEW = "new"
"""Kind of a crossing that the plan would open: what it would be built for is not said."""

OBSERVED, INVENTED = "observed", "invented"
"""Where a row comes from."""

_TRAFFIC = {
    "truck": "trucks_per_year",
    "car": "cars_per_year",
    "pedestrian": "pedestrians_per_year",
}
_SYMBOLS = {"truck": "square", "car": "circle", "pedestrian": "triangle", "rail": "diamond"}
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


def radius(share: float | None) -> float:
    """Return the radius of a crossing's symbol in pixels, at scale 1.

    Parameters
    ----------
    share
        Its traffic as a share of the largest in the mode; its area beyond the least grows with it. ``None`` without a
        figure.
    """
    return SIZES["least"] + SIZES["more"] * math.sqrt(share or 0.0)


def ring(kind: str, size: float) -> float:
    """Return the radius of the ring around a symbol of a kind and a radius, in pixels."""
    return size * REACHES[kind] + SIZES["ring"]


def scale(zoom: float) -> float:
    """Return by how much symbols grow at a zoom of the map."""
    return max(SIZES["small"], min(SIZES["large"], (zoom - SIZES["from"]) / SIZES["over"]))


class Crossings(base.Layer):
    """Points sized by the traffic of their port, with rings and pluses for what the plan adds."""

    id = "crossings"
    order = 40
    shapes = ("Point",)

    def title(self, words: text.Words) -> str:
        """Return the layer's name."""
        return words.t("Border crossings")

    def frame(self, seen: moments.Comparison) -> gpd.GeoDataFrame:
        """Return one row a crossing, points in EPSG:4326: observed ones, then those opened by the month.

        Traffic columns are northbound entries a year for the whole port; empty is not zero. `km` is
        chainage along the northern line from the Pacific, `added_lanes`, `inspected` (share of
        southbound vehicles, in [0, 1]), `upgrades` (kinds in service, separated by semicolons) and
        `since` (month of the first of them) are invented, and empty on the other borders. `origin`
        says whether the crossing itself is observed or invented.
        """
        now = upgrades.state(seen.atlas.frontier.upgrades, seen.atlas.frontier.placed, seen.month)
        observed: gpd.GeoDataFrame = seen.atlas.observations.crossings[_COLUMNS].copy()
        observed.insert(9, "kind", [kind(modes) for modes in observed["modes"]])
        observed.insert(len(observed.columns) - 1, "origin", OBSERVED)
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

    def state(self, seen: moments.Comparison) -> object:
        """Return positions of the crossings with an upgrade in service, and of new ones.

        ``upgraded`` holds ``[position, stage]`` in the order of the observed crossings, the stage
        counting the months in which something came into service there; ``new`` holds positions in
        the constants' list of new crossings.
        """
        stages = _stages(seen.atlas)
        reached = [
            [position, sum(first <= seen.month for first in stages[name])]
            for position, name in enumerate(seen.atlas.observations.crossings["id"])
            if name in stages
        ]
        planned = _planned(seen.atlas)
        return {
            "upgraded": [each for each in reached if each[1]],
            "new": [position for position, each in enumerate(planned) if each.serves(seen.month)],
        }

    def constants(self, atlas: atlases.Atlas, words: text.Words) -> Mapping[str, object]:
        """Return place, shape, size and tooltip of every crossing, observed and planned.

        ``upgrades`` holds by position of an observed crossing the tooltip's rows for each stage.
        """
        observed = self.frame(moments.of(atlas, 0))
        observed = observed[observed["origin"] == OBSERVED]
        largest = {each: observed[column].max() for each, column in _TRAFFIC.items()}
        points = []
        for position, row in enumerate(observed.itertuples()):
            figure = _figure(getattr(row, _TRAFFIC[row.kind])) if row.kind in _TRAFFIC else None
            share = None if figure is None else round(figure / int(largest[row.kind]), 4)
            points.append(
                {
                    "id": row.id,
                    "position": position,
                    "lon": round(row.geometry.x, 4),
                    "lat": round(row.geometry.y, 4),
                    "kind": row.kind,
                    "share": share,
                    "radius": round(radius(share), 2),
                    "title": row.name_us,
                    "subtitle": row.name_mx,
                    "rows": self._rows(row, words),
                }
            )
        points.sort(key=lambda point: -(point["share"] or 0))
        sizes = {**SIZES, "reaches": REACHES}
        return {
            "points": points,
            "upgrades": self._steps(atlas, words),
            "new": self._new(atlas, words),
            "sizes": sizes,
        }

    @staticmethod
    def _steps(atlas: atlases.Atlas, words: text.Words) -> dict[str, list[list[list[str]]]]:
        """Return what the tooltip adds at each stage of each observed crossing, by its position."""
        stages = _stages(atlas)
        served = atlas.frontier.upgrades.upgrades
        return {
            str(position): [
                _told([each for each in served if each.crossing == name and each.serves(month)], words)
                for month in stages[name]
            ]
            for position, name in enumerate(atlas.observations.crossings["id"])
            if name in stages
        }

    @staticmethod
    def _new(atlas: atlases.Atlas, words: text.Words) -> list[dict[str, object]]:
        """Return place and tooltip of every crossing that the plan would open."""
        return [
            {
                "id": each.id,
                "lon": round(each.lon, 4),
                "lat": round(each.lat, 4),
                "title": each.name,
                "subtitle": words.t("New crossing (invented)"),
                "rows": [
                    [words.t("On the line"), words.t("km {km} (invented)", km=words.decimal(each.km, 1))],
                    *_told([each], words),
                    [words.t("Traffic"), words.t("no figure: the crossing is invented")],
                ],
            }
            for each in _planned(atlas)
        ]

    @staticmethod
    def _rows(row: object, words: text.Words) -> list[list[str]]:
        modes = str(getattr(row, "modes", "")).split(";")
        border = words.named(text.BORDERS, str(getattr(row, "border", "")))
        rows = [
            [words.t("Border"), border],
            [words.t("Built for"), ", ".join(words.named(text.MODES, mode) for mode in modes)],
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
        found = _counts(self.state(seen))
        kinds = [kind(modes) for modes in seen.atlas.observations.crossings["modes"]]
        labels = {
            "truck": words.t("open to trucks"),
            "car": words.t("cars and buses"),
            "pedestrian": words.t("on foot only"),
            "rail": words.t("rail only"),
        }
        rows = tuple(
            base.LegendRow(
                each, labels[each], symbol=_SYMBOLS[each], note=words.integer(kinds.count(each))
            )
            for each in KINDS
        )
        planned = (
            base.LegendRow(
                "upgraded",
                words.t("upgraded (invented)"),
                symbol="ring",
                note=words.integer(found["upgraded"]),
            ),
            base.LegendRow(
                NEW, words.t("new crossing (invented)"), symbol="plus", note=words.integer(found["new"])
            ),
        )
        note = words.t(
            "Area: yearly entries into the United States of the whole port in that mode, 2023; "
            "hollow: no figure here (not zero)."
        )
        return base.Legend(self.title(words), (*rows, *planned), note)

    def columns(self, words: text.Words) -> Mapping[str, str]:
        """Return the table's headings."""
        return {
            "name_us": words.t("Crossing"),
            "name_mx": words.t("Name in Mexico"),
            "mx_state": words.t("State"),
            "neighbour_state": words.t("Neighbour"),
            "modes": words.t("Modes"),
            "port_code": words.t("Port code"),
            "trucks_per_year": words.t("Trucks a year, port total"),
            "cars_per_year": words.t("Cars a year, port total"),
            "pedestrians_per_year": words.t("On foot a year, port total"),
            "year": words.t("Year"),
            "km": words.t("Kilometre from the Pacific"),
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


def _counts(state: object) -> dict[str, int]:
    return {name: len(found) for name, found in state.items()} if isinstance(state, dict) else {}


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
    line = stretches[stretches["border"] == border.NORTH]
    beside = line.iloc[np.searchsorted(line["from_km"], [each.km for each in opened], side="right") - 1]
    states = place.states.set_index("cve_ent")["name"]
    own = place.neighbours[place.neighbours["kind"] == "us_state"].set_index("code")["name"]
    return gpd.GeoDataFrame(
        {
            "id": [each.id for each in opened],
            "name_us": [each.name for each in opened],
            "name_mx": "",
            "border": border.NORTH,
            "neighbour_state": [own.get(county[:2], "") for county in beside["county"]],
            "mx_state": [states.get(cvegeo[:2], "") for cvegeo in beside["cvegeo"]],
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


def _told(served: Sequence[upgrades.Upgrade], words: text.Words) -> list[list[str]]:
    """Return what upgrades in service at one crossing add up to, as rows of a tooltip."""

    def since(found: Sequence[upgrades.Upgrade]) -> str:
        return words.month(max(each.first_month for each in found))

    rows = []
    adding = [each for each in served if each.lanes]
    inspecting = [each for each in served if each.inspected]
    scanning = [each for each in served if each.kind == "scanners"]
    if adding:
        lanes = words.integer(sum(each.lanes for each in adding))
        said = words.t("{count} (invented, since {month})", count=lanes, month=since(adding))
        rows.append([words.t("Lanes added"), said])
    if inspecting:
        share = words.percent(min(sum(each.inspected for each in inspecting), 1.0), 0)
        said = words.t("{share} of southbound vehicles (invented, since {month})", share=share, month=since(inspecting))
        rows.append([words.t("Inspected"), said])
    if scanning:
        rows.append([words.t("Scanners"), words.t("in service (invented, since {month})", month=since(scanning))])
    return rows


LAYER = Crossings()
