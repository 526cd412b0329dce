"""Control: every municipality in one of seven classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from layers import base, figures, palette
from roadmap.model import dynamics
from roadmap.record import control, rules
from roadmap.words import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from roadmap import atlas as atlases

_STEPS = 10_000
"""Scores are shown to four decimals, cut and not rounded, so that none looks like the class above."""

KEYS = np.array([each.key for each in sorted(control.CLASSES, key=lambda each: each.number)])
"""Class keys by number, from the lowest (withheld) up."""


def class_keys(numbers: NDArray[np.int8]) -> NDArray[np.str_]:
    """Return the class keys of class numbers, shape ``(n,)``."""
    return KEYS[np.asarray(numbers, dtype=np.int64) - control.WITHHELD]


def municipal_frame(atlas: atlases.Atlas) -> gpd.GeoDataFrame:
    """Return the municipalities with the columns that every municipal layer begins with."""
    return atlas.territory.municipalities[
        ["cvegeo", "name", "state", "population", "area_km2", "geometry"]
    ].copy()


class Control(base.Layer):
    """Choropleth of the control class."""

    id = "control"
    order = 10
    compares = base.Compares.SOME
    shapes = ("MultiPolygon",)

    def title(self, words: text.Words) -> str:
        """Return the layer's name."""
        return words.t("Territorial control")

    def frame(self, atlas: atlases.Atlas, month: int, vs: int = 0) -> gpd.GeoDataFrame:
        """Return one row a municipality.

        Columns ``cvegeo name state population area_km2 control class baseline_class reclaimed lost
        confidence geometry`` in EPSG:4326. `control` is the score in [0, 1], empty where the class
        is not assessed or withheld.
        """
        frame = municipal_frame(atlas)
        codes = atlas.codes[month]
        change = rules.change(atlas.codes, month, vs, rules=atlas.scenario.rules)
        score = np.where(codes >= 0, atlas.projection.score[month], np.nan)
        frame.insert(5, "control", np.floor(score * _STEPS) / _STEPS)
        frame.insert(6, "class", class_keys(codes))
        frame.insert(7, "baseline_class", class_keys(atlas.codes[0]))
        frame.insert(8, "reclaimed", change == rules.RECLAIMED)
        frame.insert(9, "lost", change == rules.LOST)
        frame.insert(10, "confidence", self.confidence(atlas, month))
        return frame

    @staticmethod
    def confidence(atlas: atlases.Atlas, month: int) -> NDArray[np.object_]:
        """Return the confidence word of each municipality, ``None`` where there is no class."""
        levels = dynamics.confidence(
            atlas.projection.score[month], month, rules=atlas.scenario.rules
        ).astype(object)
        levels[atlas.codes[month] < 0] = None
        return levels

    def state(self, atlas: atlases.Atlas, month: int, vs: int = 0) -> object:
        """Return one character a municipality, in the order of the outlines."""
        del vs
        return control.to_codes(atlas.codes[month])

    def constants(self, atlas: atlases.Atlas, words: text.Words) -> Mapping[str, object]:
        """Return code, colours, letter and words of every class."""
        del atlas
        classes = [
            {
                "code": each.code,
                "label": words.named(text.CLASSES, each.key),
                **palette.paint(palette.CONTROL[each.key]),
            }
            for each in control.CLASSES
        ]
        return {"title": words.t("Control"), "classes": classes}

    def legend(
        self, atlas: atlases.Atlas, month: int, words: text.Words, vs: int = 0
    ) -> base.Legend:
        """Return the seven classes with their counts."""
        del vs
        counts = figures.tally(atlas, month)
        rows = tuple(
            base.LegendRow(
                each.key,
                words.named(text.CLASSES, each.key),
                palette.CONTROL[each.key],
                municipalities=int(counts.at[each.key, "municipalities"]),
                population=int(counts.at[each.key, "population"]),
                area_km2=float(counts.at[each.key, "area_km2"]),
            )
            for each in control.CLASSES
        )
        return base.Legend(self.title(words), rows)

    def columns(self, words: text.Words) -> Mapping[str, str]:
        """Return the table's headings."""
        return {
            "cvegeo": words.t("Key"),
            "name": words.t("Municipality"),
            "state": words.t("State"),
            "population": words.t("Population (estimate)"),
            "area_km2": words.t("Area (km²)"),
            "control": words.t("Control score"),
            "class": words.t("Class"),
            "baseline_class": words.t("Class at baseline"),
            "reclaimed": words.t("Reclaimed"),
            "lost": words.t("Lost"),
            "confidence": words.t("Confidence"),
        }

    def sources(self, atlas: atlases.Atlas) -> tuple[str, ...]:
        """Return the files behind the frame: all that the projection is made from."""
        return atlas.files

    def metadata(self, atlas: atlases.Atlas, month: int, vs: int = 0) -> dict[str, Any]:
        """Return the rule and the tallies behind the rows."""
        return {
            "rule_version": atlas.scenario.rules.version,
            "compared_with_month": vs,
            "tally": figures.tally(atlas, month).round(3).to_dict("index"),
        }


LAYER = Control()
