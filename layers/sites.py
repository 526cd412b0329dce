"""Sensor sites: where the scenario's invented devices would stand. Kept inside the group.

No site is real, and none is chosen by anybody: devices stand evenly along the stretches of an invented table. The
layer exists at the internal level of release only; the public sees shares by sector.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo import border, crs
from layers import base
from roadmap.border import sensors
from roadmap.words import text
from roadmap.words.text import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from roadmap import atlas as atlases
    from roadmap import moments

TECHNOLOGIES = {
    "tunnel_detection": mark("tunnel detection"),
    "ground_radar": mark("ground-penetrating radar"),
    "fibre_acoustic": mark("fibre-optic acoustic sensing"),
    "integrated_tower": mark("integrated towers"),
    "port_scanner": mark("vehicle and rail scanners"),
    "forensic_tracing": mark("forensic tracing"),
}
COLUMNS = (
    "id",
    "sector",
    "technology",
    "from_km",
    "to_km",
    "crossing",
    "units",
    "first_month",
    "failure_month",
    "range_km",
)
_DIGITS = 4
_TOLERANCE = 0.004


def geometry(line: border.Line, each: sensors.Deployment) -> shapely.Geometry:
    """Return the devices of a deployment as points, or its stretch where the whole of it senses; WGS 84."""
    sites = each.sensor.sites()
    if len(sites):
        return shapely.MultiPoint(border.point(line, sites))
    if each.sensor.from_km == each.sensor.to_km:
        return shapely.MultiPoint(border.point(line, each.sensor.from_km))
    return border.between(line, each.sensor.from_km, each.sensor.to_km)


class Sites(base.Layer):
    """Devices of the deployments in service."""

    id = "sites"
    order = 38
    default = False
    internal = True
    shapes = ("MultiPoint", "MultiLineString")

    def title(self, words: text.Words) -> str:
        """Return the layer's name."""
        return words.t("Sensor sites")

    def frame(self, seen: moments.Comparison) -> gpd.GeoDataFrame:
        """Return one row a deployment in service, its devices or its stretch, in EPSG:4326; all invented."""
        frontier = seen.atlas.frontier
        serving = [each.sensor.serves(seen.month) for each in frontier.sensors.deployments]
        table = frontier.sensors.table.loc[serving, list(COLUMNS)].reset_index(drop=True)
        shapes = [
            geometry(frontier.borders.north, each)
            for each, serves in zip(frontier.sensors.deployments, serving, strict=True)
            if serves
        ]
        return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=crs.GEOGRAPHIC))

    def state(self, seen: moments.Comparison) -> object:
        """Return the positions of the deployments in service."""
        return [
            index
            for index, deployment in enumerate(seen.atlas.frontier.sensors.deployments)
            if deployment.sensor.serves(seen.month)
        ]

    def constants(self, atlas: atlases.Atlas, words: text.Words) -> Mapping[str, object]:
        """Return places and words of every deployment."""
        line = atlas.frontier.borders.north
        deployments = []
        for each in atlas.frontier.sensors.deployments:
            shape = shapely.simplify(geometry(line, each), _TOLERANCE)
            deployments.append(
                {
                    "title": words.named(TECHNOLOGIES, each.technology),
                    "line": shape.geom_type == "LineString",
                    "points": np.round(shapely.get_coordinates(shape), _DIGITS).tolist(),
                    "rows": [
                        [words.t("In service"), self._months(each, words)],
                        [words.t("Range"), words.t("{km} km", km=words.decimal(each.sensor.range_km))],
                    ],
                }
            )
        return {"deployments": deployments, "subtitle": words.t("invented, internal")}

    @staticmethod
    def _months(each: sensors.Deployment, words: text.Words) -> str:
        end = each.sensor.failure_month
        return words.months(each.sensor.first_month, None if end is None else end - 1)

    def legend(self, seen: moments.Comparison, words: text.Words) -> base.Legend:
        """Return the technologies with the number of deployments in service."""
        serving = [each.technology for each in seen.atlas.frontier.sensors.in_service(seen.month)]
        rows = tuple(
            base.LegendRow(key, words.t(label), symbol="site", note=words.integer(serving.count(key)))
            for key, label in TECHNOLOGIES.items()
        )
        note = words.t("Invented, evenly spaced; not for release. Deployments in service.")
        return base.Legend(self.title(words), rows, note)

    def columns(self, words: text.Words) -> Mapping[str, str]:
        """Return the table's headings."""
        return {
            "id": words.t("Deployment"),
            "sector": words.t("Sector"),
            "technology": words.t("Technology"),
            "from_km": words.t("From km"),
            "to_km": words.t("To km"),
            "crossing": words.t("Crossing"),
            "units": words.t("Units"),
            "first_month": words.t("First month"),
            "failure_month": words.t("Out of service from"),
            "range_km": words.t("Range (km)"),
        }

    def sources(self, atlas: atlases.Atlas) -> tuple[str, ...]:
        """Return the files behind the frame."""
        return (
            "geography/border.parquet",
            "geography/border_stretches.parquet",
            "geography/border_sectors.csv",
            "observations/crossings.csv",  # scanners stand at them
            *atlas.of(sensors.FILE),
        )


LAYER = Sites()
