"""Border crossings: observed, with the traffic of their ports.

Shape says what a crossing is built for (rail only, trucks, cars, on foot). Area says the port's
yearly entries into the United States in that mode; the sources count by port, so each figure
stands once, on the port's main crossing for the mode. A crossing without a figure is drawn small
and hollow: that is "no figure here", never zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from layers import base, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from roadmap import atlas as model

KINDS = ("truck", "car", "pedestrian", "rail")
"""Kinds of crossing, by the heaviest mode on the road; rail only where there is nothing else."""

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
    """Points sized by the traffic of their port."""

    id = "crossings"
    order = 40
    illustrative = False

    def title(self, words: text.Words) -> str:
        """Return the layer's name."""
        return words.t("Border crossings")

    def frame(self, atlas: model.Atlas, month: int, vs: int = 0) -> gpd.GeoDataFrame:
        """Return one row a crossing, points in EPSG:4326.

        Traffic columns are northbound entries a year for the whole port; empty is not zero.
        """
        del month, vs
        frame: gpd.GeoDataFrame = atlas.observations.crossings[_COLUMNS].copy()
        frame.insert(9, "kind", [kind(modes) for modes in frame["modes"]])
        return frame

    def state(self, atlas: model.Atlas, month: int, vs: int = 0) -> object:
        """Return nothing: the crossings are the same in every month."""
        del atlas, month, vs
        return None

    def constants(self, atlas: model.Atlas, words: text.Words) -> Mapping[str, object]:
        """Return place, shape, size and tooltip of every crossing."""
        frame = self.frame(atlas, 0)
        largest = {each: frame[column].max() for each, column in _TRAFFIC.items()}
        points = []
        for row in frame.itertuples():
            figure = _figure(getattr(row, _TRAFFIC[row.kind])) if row.kind in _TRAFFIC else None
            points.append(
                {
                    "id": row.id,
                    "lon": round(row.geometry.x, 4),
                    "lat": round(row.geometry.y, 4),
                    "kind": row.kind,
                    "share": None if figure is None else round(figure / int(largest[row.kind]), 4),
                    "title": row.name_us,
                    "subtitle": row.name_mx,
                    "rows": self._rows(row, words),
                }
            )
        points.sort(key=lambda point: -(point["share"] or 0))
        return {"points": points}

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

    def legend(
        self, atlas: model.Atlas, month: int, words: text.Words, vs: int = 0
    ) -> base.Legend:
        """Return the shapes with the number of crossings of each."""
        del vs
        del month
        kinds = [kind(modes) for modes in atlas.observations.crossings["modes"]]
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
        note = words.t(
            "Area: yearly entries into the United States of the whole port in that mode, 2023; "
            "hollow: no figure here (not zero)."
        )
        return base.Legend(self.title(words), rows, note)

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
        }

    def sources(self, atlas: model.Atlas) -> tuple[str, ...]:
        """Return the files behind the frame."""
        del atlas
        return ("observations/crossings.csv",)


LAYER = Crossings()
