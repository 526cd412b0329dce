"""Change: what was reclaimed and what was lost since the month of comparison."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from layers import base, control, figures, marks, palette
from roadmap.record import rules
from roadmap.words import text
from roadmap.words.text import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from roadmap import atlas as atlases
    from roadmap import moments

CODES = {"reclaimed": "+", "lost": "-", "unchanged": ".", "unknown": "?"}
"""One character an outcome, as the browser reads it."""

_BY_NUMBER = {number: key for key, number in rules.CHANGES.items()}


def outcomes(seen: moments.Comparison) -> NDArray[np.str_]:
    """Return the outcome key of every municipality, shape ``(n,)``."""
    return np.array([_BY_NUMBER[int(number)] for number in seen.changes])


class Change(base.Layer):
    """Reclaimed, lost, unchanged, unknown."""

    id = "change"
    order = 20
    default = False
    compares = base.Compares.ALL
    shapes = ("MultiPolygon",)

    def title(self, words: text.Words) -> str:
        """Return the layer's name."""
        return words.t("Reclaimed and lost")

    def frame(self, seen: moments.Comparison) -> gpd.GeoDataFrame:
        """Return one row a municipality.

        Columns ``cvegeo name state population area_km2 change class_before class_now geometry`` in
        EPSG:4326.
        """
        frame = control.municipal_frame(seen.atlas)
        frame.insert(5, "change", outcomes(seen))
        frame.insert(6, "class_before", control.class_keys(seen.before.codes))
        frame.insert(7, "class_now", control.class_keys(seen.now.codes))
        return frame

    def drawing(self, atlas: atlases.Atlas, words: text.Words) -> tuple[marks.Mark, ...]:
        """Return a fill in the four outcomes; over control only what changed, as hatch and outline."""
        del atlas
        classes = (
            marks.Class(key, CODES[key], words.named(text.CHANGES, key), palette.CHANGE[key]) for key in rules.CHANGES
        )
        return (marks.Fill(words.t("Change"), tuple(classes), over=control.LAYER.id),)

    def state(self, seen: moments.Comparison) -> list[object]:
        """Return one character a municipality, in the order of the outlines."""
        return ["".join(CODES[key] for key in outcomes(seen))]

    def legend(self, seen: moments.Comparison, words: text.Words) -> base.Legend:
        """Return the four outcomes with their counts, and the rule in words."""
        rule = seen.atlas.scenario.rules
        note = words.n(
            "Rule {version}: a change counts once it has held for {count} month.",
            "Rule {version}: a change counts once it has held for {count} months in a row.",
            rule.months_held,
            version=rule.version,
        )
        title = words.at(seen.since, mark("Change since baseline (month 0)"), mark("Change since month {month}"))
        return replace(super().legend(seen, words), title=title, note=note)

    def columns(self, words: text.Words) -> Mapping[str, str]:
        """Return the table's headings."""
        return {
            **control.municipal_columns(words),
            "change": words.t("Change"),
            "class_before": words.t("Class before"),
            "class_now": words.t("Class now"),
        }

    def sources(self, atlas: atlases.Atlas) -> tuple[str, ...]:
        """Return the files behind the frame: all that the projection is made from."""
        return atlas.files

    def metadata(self, seen: moments.Comparison) -> dict[str, Any]:
        """Return the rule and the tallies behind the rows."""
        return {
            "rule_version": seen.atlas.scenario.rules.version,
            "compared_with_month": seen.since,
            "tally": figures.change_tally(seen).round(3).to_dict("index"),
        }


LAYER = Change()
