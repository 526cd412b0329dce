"""Sensor sites: where the scenario's invented devices would stand. Kept inside the group.

No site is real, and none is chosen by anybody: devices stand evenly along the stretches of an invented table. The
layer exists at the internal level of release only; the public sees shares by sector.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

from geo import border, crs
from layers import base, marks, palette, placed
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


def geometry(line: border.Line, each: sensors.Deployment) -> shapely.Geometry:
    """Return the devices of a deployment as points, or its stretch where the whole of it senses; WGS 84."""
    sensor = each.sensor
    if is_cable(each):
        return border.between(line, sensor.from_km, sensor.to_km)
    sites = sensor.sites()
    return shapely.MultiPoint(border.point(line, sites if len(sites) else sensor.from_km))


def is_cable(each: sensors.Deployment) -> bool:
    """Return whether a deployment senses along the whole of its stretch."""
    return not len(each.sensor.sites()) and each.sensor.from_km != each.sensor.to_km


class Sites(base.Layer):
    """Devices of the deployments in service."""

    id = "sites"
    order = 38
    is_of_a_month = True
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
        deployed = [each for each, serves in zip(frontier.sensors.deployments, serving, strict=True) if serves]
        shapes = [geometry(frontier.borders.watched, each) for each in deployed]
        return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=crs.GEOGRAPHIC))

    def is_empty(self, atlas: atlases.Atlas) -> bool:
        """Return whether there is no border that is watched."""
        return not atlas.frontier.borders.code

    def drawing(self, atlas: atlases.Atlas, words: text.Words) -> tuple[marks.Mark, ...]:
        """Return cables as dashed lines, and devices as points."""
        if self.is_empty(atlas):
            return ()
        line, said = atlas.frontier.borders.watched, words.t("invented, internal")
        cables, devices = [], []
        for number, deployment in enumerate(atlas.frontier.sensors.deployments):
            shape, title = geometry(line, deployment), words.named(TECHNOLOGIES, deployment.technology)
            reach = words.t("{km} km", km=words.decimal(deployment.sensor.range_km))
            rows = [[words.t("In service"), self._months(deployment, words)], [words.t("Range"), reach]]
            if not is_cable(deployment):
                places = tuple(map(tuple, shapely.get_coordinates(shape)))
                devices.append(
                    placed.Point(str(number), places, title, said, rows, is_hollow=True, is_planned=True)
                )
            else:
                cables.append(placed.Line(title, said, shape, rows))
        look = palette.Swatch(palette.MAP["light"]["halo"], palette.MAP["dark"]["halo"], "")
        return (
            placed.Lines(tuple(cables), (look,), widths=(1.4, 1.4), dashes=(3.0, 3.0)),
            placed.Symbols(tuple(devices)),
        )

    def state(self, seen: moments.Comparison) -> list[object]:
        """Return which cables, and which devices, are in service."""
        if self.is_empty(seen.atlas):
            return []
        deployed = seen.atlas.frontier.sensors.deployments
        cables, devices = (
            [each.sensor.serves(seen.month) for each in deployed if is_cable(each) is of_cables]
            for of_cables in (True, False)
        )
        return [
            [[0] if serves else None for serves in cables],
            [[number, 1] for number, serves in enumerate(devices) if serves],
        ]

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
