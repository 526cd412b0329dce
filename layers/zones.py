"""Priority zones: where the plan works first, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

from geo import crs, keeping, search, territory
from layers import base, marks
from roadmap import moments
from roadmap.tables import texts
from roadmap.words import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from roadmap import atlas as atlases
    from roadmap.plan import zones as plan

_TYPES = {
    "zone": "str",
    "name": "str",
    "first_month": "int64",
    "last_month": "Int64",
    "guard_units": "int64",
    "programmes": "str",
    "municipalities": "int64",
    "population": "int64",
    "area_km2": "float64",
    "members": "str",
    "text": "str",
}
"""Type of each column, also in a month in which no zone is at work."""
COLUMNS = list(_TYPES)


def members(at: moments.Moment, zone: plan.Zone) -> list[int]:
    """Return positions of the municipalities that a zone holds in a month, ascending."""
    return sorted(
        territory.index_of(at.atlas.territory, cvegeo)
        for cvegeo, first, last in zone.members
        if first <= at.month and (last is None or at.month <= last)
    )


def active(at: moments.Moment) -> list[tuple[plan.Zone, list[int]]]:
    """Return the zones at work in a month with their municipalities; empty ones are left out."""
    at_work = [
        (zone, members(at, zone))
        for zone in at.atlas.scenario.zones
        if zone.first_month <= at.month and (zone.last_month is None or at.month <= zone.last_month)
    ]
    return [(zone, positions) for zone, positions in at_work if positions]


@keeping.kept(most=len(texts.LANGUAGES))
def searched(atlas: atlases.Atlas, words: text.Words) -> tuple[search.Zone, ...]:
    """Return the zones to search for, each with all municipalities that it holds in one month or another."""
    return tuple(
        search.Zone(
            zone.id,
            words.of(zone.name),
            tuple(sorted({territory.index_of(atlas.territory, cvegeo) for cvegeo, _, _ in zone.members})),
        )
        for zone in atlas.scenario.zones
    )


@keeping.kept(most=1)
def arrangements(atlas: atlases.Atlas) -> tuple[list[list[dict[str, object]]], list[int]]:
    """Return what different arrangements of zones there are, and which of them each month has.

    An arrangement is a list of the zones at work: ``id``, ``members`` (positions), and ``ending`` in a zone's last
    month.
    """
    found: list[list[dict[str, object]]] = []
    of_month = []
    for month in range(atlas.plan.last_month + 1):
        now: list[dict[str, object]] = [
            {"id": zone.id, "members": positions, "ending": zone.last_month == month}
            for zone, positions in active(moments.Moment(atlas, atlas.plan, month))
        ]
        if now not in found:
            found.append(now)
        of_month.append(found.index(now))
    return found, of_month


class Zones(base.Layer):
    """Outline and hatch of the priority zones at work."""

    id = "zones"
    order = 30
    is_of_a_month = True
    shapes = ("MultiPolygon",)

    def title(self, words: text.Words) -> str:
        """Return the layer's name."""
        return words.t("Priority zones")

    def frame(self, seen: moments.Comparison) -> gpd.GeoDataFrame:
        """Return one row a zone at work, its municipalities dissolved, in EPSG:4326.

        `guard_units` is invented; `members` lists the keys, separated by semicolons.
        """
        everything = seen.atlas.territory.municipalities
        rows = []
        for zone, positions in active(seen.now):
            part = everything.iloc[positions]
            rows.append(
                {
                    "zone": zone.id,
                    "name": zone.name,
                    "first_month": zone.first_month,
                    "last_month": zone.last_month,
                    "guard_units": zone.guard_units,
                    "programmes": ";".join(zone.programmes),
                    "municipalities": len(part),
                    "population": int(part["population"].sum()),
                    "area_km2": float(part["area_km2"].sum()),
                    "members": ";".join(part["cvegeo"]),
                    "text": zone.text,
                    "geometry": shapely.coverage_union_all(part.geometry.to_numpy()),
                }
            )
        frame = gpd.GeoDataFrame(
            rows, columns=[*COLUMNS, "geometry"], geometry="geometry", crs=crs.GEOGRAPHIC
        )
        return frame.astype(_TYPES)

    def drawing(self, atlas: atlases.Atlas, words: text.Words) -> tuple[marks.Mark, ...]:
        """Return an outline around each zone of every arrangement that there is."""
        names = {
            zone.id: words.t(
                "{name} ({months})", name=words.of(zone.name), months=words.months(zone.first_month, zone.last_month)
            )
            for zone in atlas.scenario.zones
        }
        return (marks.Outline(words.t("Zone"), names, arrangements(atlas)[0]),)

    def state(self, seen: moments.Comparison) -> list[object]:
        """Return the number of the month's arrangement."""
        return [arrangements(seen.atlas)[1][seen.month]]

    def legend(self, seen: moments.Comparison, words: text.Words) -> base.Legend:
        """Return one row with the counts of all zones at work together."""
        at_work = active(seen.now)
        positions = sorted({position for _, held in at_work for position in held})
        part = seen.atlas.territory.municipalities.iloc[positions]
        row = base.LegendRow(
            "zones",
            words.n("{count} zone at work", "{count} zones at work", len(at_work)),
            symbol="zone",
            municipalities=len(part),
            population=int(part["population"].sum()),
            area_km2=float(part["area_km2"].sum()),
        )
        return base.Legend(self.title(words), (row,))

    def columns(self, words: text.Words) -> Mapping[str, str]:
        """Return the table's headings."""
        return {
            "name": words.t("Zone"),
            "first_month": words.t("First month"),
            "last_month": words.t("Last month"),
            "guard_units": words.t("National Guard units (invented)"),
            "municipalities": words.t("Municipalities"),
            "population": words.t("Population (estimate)"),
            "area_km2": words.t("Area (km²)"),
            "members": words.t("Keys"),
        }

    def sources(self, atlas: atlases.Atlas) -> tuple[str, ...]:
        """Return the files behind the frame."""
        return (
            "geography/municipalities.parquet",
            "observations/priority_municipalities.csv",
            *atlas.of("zones.csv", "roadmap.toml"),
        )


LAYER = Zones()
