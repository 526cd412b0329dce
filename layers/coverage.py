"""Border coverage: the northern line, coloured by the share that sensors cover.

Shares by Border Patrol sector are what is released. Where devices stand is not: see
:mod:`layers.release`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo import stretches
from layers import base, detection, marks, palette, placed
from roadmap import moments, omissions
from roadmap.border import sensors
from roadmap.words import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from roadmap import atlas as atlases

BINS = (0.0, 0.25, 0.5, 0.75)
"""Lower ends of the classes of the share covered, above "none"; a share belongs to the last one below it."""

_DIGITS = 4


def bin_of(share: float) -> int:
    """Return the class of a share: 0 for none, 1 to 4 for the quarters.

    Examples
    --------
    >>> [bin_of(share) for share in (0.0, 0.1, 0.25, 0.8, 1.0)]
    [0, 1, 2, 4, 4]
    """
    return 0 if share <= 0 else sum(share >= edge for edge in BINS)


class Coverage(base.Layer):
    """The line in nine sectors, by the share of its length covered."""

    id = "coverage"
    order = 36
    is_of_a_month = True
    default = False
    compares = base.Compares.SOME
    shapes = ("MultiLineString",)

    def title(self, words: text.Words) -> str:
        """Return the layer's name."""
        return words.t("Border coverage")

    def frame(self, seen: moments.Comparison) -> gpd.GeoDataFrame:
        """Return one row a sector, in the order of the line, lines in EPSG:4326.

        Columns ``sector name from_km to_km length_km covered_km share detection share_before
        geometry``; kilometres are chainage, shares lie in [0, 1], `detection` is the
        mean along the line, `share_before` that of month `vs`.
        """
        frontier = seen.atlas.frontier
        frame = stretches.split(frontier.borders, "sector").rename(columns={"key": "sector"})
        found = frontier.by_sector
        now = found[found["month"] == seen.month].set_index("key")
        earlier = seen.before.atlas.frontier.by_sector
        before = earlier[earlier["month"] == seen.since].set_index("key")
        frame.insert(1, "name", frontier.borders.sectors["name"].reindex(frame["sector"]).to_numpy())
        for position, column in enumerate(("covered_km", "share", "detection"), start=5):
            frame.insert(position, column, now[column].reindex(frame["sector"]).round(_DIGITS).to_numpy())
        frame.insert(8, "share_before", before["share"].reindex(frame["sector"]).round(_DIGITS).to_numpy())
        return frame

    def drawing(self, atlas: atlases.Atlas, words: text.Words) -> tuple[marks.Mark, ...]:
        """Return a line a sector."""
        frame = self.frame(moments.of(atlas, 0))
        title = words.t("Border sector")
        lines = (placed.Line(name, title, line) for name, line in zip(frame["name"], frame.geometry, strict=True))
        return (placed.Lines(tuple(lines), palette.COVERAGE, words.t("Covered"), "{} %"),)

    def state(self, seen: moments.Comparison) -> list[object]:
        """Return the class and the share in per cent of every sector, in the order of the line."""
        sectors = seen.atlas.frontier.by_sector
        shares = sectors.loc[sectors["month"] == seen.month, "share"].round(_DIGITS)
        return [[[bin_of(share), round(float(share) * 100)] for share in shares]]

    def legend(self, seen: moments.Comparison, words: text.Words) -> base.Legend:
        """Return the classes of the share with the kilometres of sectors in each."""
        frame = self.frame(seen)
        classes = frame["share"].map(bin_of)
        rows = tuple(
            base.LegendRow(
                f"coverage-{index}",
                label,
                palette.COVERAGE[index],
                note=words.t("{km} km", km=words.integer(frame.loc[classes == index, "length_km"].sum())),
            )
            for index, label in enumerate(self.labels(words))
        )
        total = seen.atlas.frontier.totals.loc[seen.month]
        note = words.t(
            "{share} of {length} km covered (detection of one half or more), invented.",
            share=words.percent(float(total["share"])),
            length=words.integer(total["length_km"]),
        )
        return base.Legend(words.t("Border coverage by sector"), rows, note)

    @staticmethod
    def labels(words: text.Words) -> tuple[str, ...]:
        """Return the words for the classes of the share."""
        return (
            words.t("none covered"),
            words.t("under 25 %"),
            words.t("25 to 50 %"),
            words.t("50 to 75 %"),
            words.t("75 % and more"),
        )

    def is_empty(self, atlas: atlases.Atlas) -> bool:
        """Return whether there is no border that is watched."""
        return not atlas.frontier.borders.code

    def raster(self, at: moments.Moment) -> base.Raster | None:
        """Return detection over the strip beside the line, as far as it may be released."""
        return detection.strip(at)

    def columns(self, words: text.Words) -> Mapping[str, str]:
        """Return the table's headings."""
        return {
            "name": words.t("Sector"),
            "from_km": words.t("From km"),
            "to_km": words.t("To km"),
            "length_km": words.t("Length (km)"),
            "covered_km": words.t("Covered (km)"),
            "share": words.t("Share covered"),
            "detection": words.t("Mean detection"),
            "share_before": words.t("Share before"),
        }

    def sources(self, atlas: atlases.Atlas) -> tuple[str, ...]:
        """Return the files behind the frame."""
        return (
            "geography/border.parquet",
            "geography/border_stretches.parquet",
            "geography/border_sectors.csv",
            "observations/crossings.csv",  # scanners stand at them
            *atlas.of(sensors.FILE, omissions.TERRAIN),
        )

    def metadata(self, seen: moments.Comparison) -> dict[str, Any]:
        """Return the totals of the line, and whether there was terrain."""
        return {
            "compared_with_month": seen.since,
            "line": {key: round(float(value), 3) for key, value in seen.atlas.frontier.totals.loc[seen.month].items()},
            "on_terrain": seen.atlas.frontier.coverage.on_terrain,
        }


LAYER = Coverage()
