"""Control: every municipality in one of seven classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from layers import base, figures, marks, palette
from roadmap.model import dynamics
from roadmap.record import control, rules
from roadmap.words import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from roadmap import atlas as atlases
    from roadmap import moments

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


def municipal_columns(words: text.Words) -> dict[str, str]:
    """Return the headings of the columns of :func:`municipal_frame`."""
    return {
        "cvegeo": words.t("Key"),
        "name": words.t("Municipality"),
        "state": words.t("State"),
        "population": words.t("Population (estimate)"),
        "area_km2": words.t("Area (km²)"),
    }


class Control(base.Layer):
    """Choropleth of the control class."""

    id = "control"
    order = 10
    is_of_a_month = True
    compares = base.Compares.SOME
    shapes = ("MultiPolygon",)

    def title(self, words: text.Words) -> str:
        """Return the layer's name."""
        return words.t("Territorial control")

    def frame(self, seen: moments.Comparison) -> gpd.GeoDataFrame:
        """Return one row a municipality.

        Columns ``cvegeo name state population area_km2 control class baseline_class reclaimed lost
        confidence geometry`` in EPSG:4326. `control` is the score in [0, 1], empty where the class
        is not assessed or withheld.
        """
        frame = municipal_frame(seen.atlas)
        codes, score, change = seen.now.codes, seen.now.score, seen.changes
        frame.insert(5, "control", np.floor(score * _STEPS) / _STEPS)
        frame.insert(6, "class", class_keys(codes))
        frame.insert(7, "baseline_class", class_keys(seen.now.run.codes[0]))
        frame.insert(8, "reclaimed", change == rules.RECLAIMED)
        frame.insert(9, "lost", change == rules.LOST)
        frame.insert(10, "confidence", self.confidence(seen.now))
        return frame

    @staticmethod
    def confidence(at: moments.Moment) -> NDArray[np.object_]:
        """Return the confidence word of each municipality, ``None`` where there is no class."""
        levels = dynamics.confidence(
            at.score, at.month, rules=at.atlas.scenario.rules
        ).astype(object)
        levels[at.codes < 0] = None
        return levels

    def drawing(self, atlas: atlases.Atlas, words: text.Words) -> tuple[marks.Mark, ...]:
        """Return a fill in the seven classes."""
        del atlas
        classes = (
            marks.Class(each.key, each.code, words.named(text.CLASSES, each.key), palette.CONTROL[each.key])
            for each in control.CLASSES
        )
        return (marks.Fill(words.t("Control"), tuple(classes)),)

    def state(self, seen: moments.Comparison) -> list[object]:
        """Return one character a municipality, in the order of the outlines."""
        return [control.to_codes(seen.now.codes)]

    def columns(self, words: text.Words) -> Mapping[str, str]:
        """Return the table's headings."""
        return {
            **municipal_columns(words),
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

    def metadata(self, seen: moments.Comparison) -> dict[str, Any]:
        """Return the rule and the tallies behind the rows."""
        return {
            "rule_version": seen.atlas.scenario.rules.version,
            "compared_with_month": seen.since,
            "tally": figures.tally(seen.now).round(3).to_dict("index"),
        }


LAYER = Control()
