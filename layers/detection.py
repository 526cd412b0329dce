"""Detection along the border: a raster over the strip beside the line, and means by municipality.

What is drawn and written depends on the level of release, see :mod:`layers.release`: the public sees the means of
blocks of 10 km instead of cells of 500 m. Means by municipality are sums over many cells, and the same at both levels.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
from PIL import Image

from geo import coverage, crs, grid, keeping, raster, zonal
from layers import base, marks, palette, placed, release, static
from roadmap import omissions
from roadmap.border import sensors
from roadmap.words import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import scipy.sparse
    from numpy.typing import NDArray

    from geo import territory
    from roadmap import atlas as atlases
    from roadmap import moments

    Array = NDArray[np.float64]

BLOCK_METRES = 10_000.0
"""Side of the blocks whose means the public sees."""
EDGES = (0.1, 0.25, 0.5, 0.75)
"""Where one class of detection ends and the next begins; 0 itself is in none."""
THEMES = ("light", "dark")

# Exact means of neighbouring blocks would give the place of a mast away to whoever knows its range.
_PUBLIC_DIGITS = 1
_PUBLIC_PIXEL = 2
_DIGITS = 4
_KEPT = 61
# More than the strip is wide.
_MARGIN_DEGREES = 0.5


def classify(values: Array) -> NDArray[np.int8]:
    """Return the class of each detection: 0 for none, 1 to 5 from weak to strong.

    Examples
    --------
    >>> classify(np.array([0.0, 0.001, 0.1, 0.5, 0.74, 0.75, 1.0])).tolist()
    [0, 1, 2, 4, 4, 5, 5]
    """
    return np.where(values > 0.0, np.digitize(values, EDGES) + 1, 0).astype(np.int8)


# --- what may be released ---------------------------------------------------------------------


@keeping.kept(most=1)
def _blocks(cells: grid.Grid) -> grid.Blocks:
    return grid.blocks(cells, BLOCK_METRES)


def released(found: coverage.Coverage, month: int, level: str) -> Array:
    """Return detection in every cell of the strip as far as a level may see it, (c,) in [0, 1].

    Internally it is the cell's own, for the public the mean of the block that the cell lies in.
    """
    values = found.detection(month)
    if level == release.INTERNAL:
        return values
    blocks = _blocks(found.grid)
    return blocks.means(values)[blocks.member]


# --- picture ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Layout:
    """Which cell each pixel of the picture shows.

    Attributes
    ----------
    cells
        (rows, columns) positions in the strip, -1 outside; Web Mercator, north up.
    bounds
        South-west and north-east corner: latitude and longitude in degrees, WGS 84.
    """

    cells: NDArray[np.int32]
    bounds: list[list[float]]


@keeping.kept(most=len(release.LEVELS))
def _layout(cells: grid.Grid, level: str) -> Layout:
    """Project the numbers of the cells, once: a month's values are then looked up."""
    numbers = np.arange(len(cells.cells), dtype=np.float64)
    size = None if level == release.INTERNAL else _PUBLIC_PIXEL * cells.size
    pixels, (west, south, east, north) = raster.web_mercator(numbers, cells, size=size)
    shown = np.where(np.isfinite(pixels), pixels, -1.0).astype(np.int32)
    return Layout(shown, [[round(south, 7), round(west, 7)], [round(north, 7), round(east, 7)]])


def _colours(theme: str) -> bytes:
    """Return the colours of the classes as red, green, blue and opacity; none is transparent."""
    inks = [getattr(swatch, theme).removeprefix("#") for swatch in palette.DETECTION]
    return bytes(4) + b"".join(bytes.fromhex(ink) + b"\xff" for ink in inks)


@keeping.kept(most=_KEPT)
def pictures(found: coverage.Coverage, month: int, level: str) -> dict[str, bytes]:
    """Return the month as a level may see it, as PNG in the colours of each theme."""
    # One more class at the end, for -1: what lies outside the strip.
    classes = np.append(classify(released(found, month, level)), np.int8(0)).astype(np.uint8)
    image = Image.fromarray(classes[_layout(found.grid, level).cells])
    written = {}
    for theme in THEMES:
        image.putpalette(_colours(theme), rawmode="RGBA")
        made = io.BytesIO()
        image.save(made, format="PNG")
        written[theme] = made.getvalue()
    return written


def publish(found: coverage.Coverage, month: int) -> dict[str, str]:
    """Put a month's pictures into the static folder and return their names beside the manifest, by theme."""
    names = {}
    for theme, content in pictures(found, month, release.level()).items():
        names[theme] = f"detection-{static.digest(content)}.png"
        static.write(static.folder(), f"atlas/{names[theme]}", content)
    return names


# --- municipalities ---------------------------------------------------------------------------


@keeping.kept(most=1)
def _parts(cells: grid.Grid, place: territory.Territory) -> tuple[NDArray[np.int64], scipy.sparse.csr_array]:
    """Return the municipalities that the strip touches, by position, and their exact part of every cell."""
    if not len(cells.cells):
        return np.empty(0, dtype=np.int64), zonal.parts(place.municipalities.geometry.iloc[:0], cells)
    (south, west), (north, east) = _layout(cells, release.PUBLIC).bounds
    bounds = place.municipalities.geometry.bounds
    near = np.flatnonzero(
        (bounds["minx"] < east + _MARGIN_DEGREES)
        & (bounds["maxx"] > west - _MARGIN_DEGREES)
        & (bounds["miny"] < north + _MARGIN_DEGREES)
        & (bounds["maxy"] > south - _MARGIN_DEGREES)
    )
    weights = zonal.parts(place.municipalities.geometry.iloc[near], cells)
    touched = np.flatnonzero(np.diff(weights.indptr))
    return near[touched], weights[touched]


def means(at: moments.Moment) -> Array:
    """Return the mean detection over each touched municipality's part of the strip, in their order.

    The same as :meth:`roadmap.border.frontier.Frontier.municipal_detection`, where that is a number.
    """
    found = at.atlas.frontier.coverage
    return zonal.means(_parts(found.grid, at.atlas.territory)[1], found.detection(at.month))


def touched(atlas: atlases.Atlas) -> NDArray[np.int64]:
    """Return the positions of the municipalities that the strip touches, rising."""
    return _parts(atlas.frontier.coverage.grid, atlas.territory)[0]


# --- layer ------------------------------------------------------------------------------------


def squares(at: moments.Moment) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Return the blocks that a sensor reaches: class (k,) and corners (k, 4, 2) in WGS 84, for a drawing on paper."""
    blocks = _blocks(at.atlas.frontier.coverage.grid)
    classes = classify(blocks.means(at.atlas.frontier.coverage.detection(at.month)))
    reached = np.flatnonzero(classes)
    half = blocks.grid.size / 2
    around = np.array([[-half, -half], [half, -half], [half, half], [-half, half]])
    corners = blocks.grid.centres(reached)[:, None, :] + around
    back = pyproj.Transformer.from_crs(blocks.grid.crs, crs.GEOGRAPHIC, always_xy=True)
    lon, lat = back.transform(corners[..., 0], corners[..., 1])
    return classes[reached], np.stack([lon, lat], axis=-1)


class Detection(base.Layer):
    """A picture of the strip, and the mean of each municipality in it."""

    id = "detection"
    order = 25
    default = False
    compares = base.Compares.SOME
    shapes = ("MultiPolygon",)

    def title(self, words: text.Words) -> str:
        """Return the layer's name."""
        return words.t("Detection")

    def frame(self, seen: moments.Comparison) -> gpd.GeoDataFrame:
        """Return one row a municipality that the strip touches, in EPSG:4326.

        Columns ``cvegeo name state detection detection_before geometry``: the mean detection over its
        part of the strip in [0, 1], cells on the edge by their part, in the month and in month `vs`.
        """
        rows = seen.atlas.territory.municipalities.iloc[touched(seen.atlas)]
        frame: gpd.GeoDataFrame = rows[["cvegeo", "name", "state", "geometry"]].reset_index(drop=True)
        frame.insert(3, "detection", means(seen.now).round(_DIGITS))
        frame.insert(4, "detection_before", means(seen.before).round(_DIGITS))
        return frame

    def is_empty(self, atlas: atlases.Atlas) -> bool:
        """Return whether there is no border that is watched, and so no strip beside it."""
        return not atlas.frontier.borders.code

    def drawing(self, atlas: atlases.Atlas, words: text.Words) -> tuple[marks.Mark, ...]:
        """Return the picture of the strip, and the mean of each municipality that it touches."""
        if self.is_empty(atlas):
            return ()
        keys = atlas.territory.municipalities["cvegeo"].iloc[touched(atlas)]
        bounds = _layout(atlas.frontier.coverage.grid, release.level()).bounds
        return (
            placed.Raster(bounds, palette.DETECTION, squares),
            marks.Values(words.t("Mean detection"), tuple(keys), "{} %", digits=1),
        )

    def state(self, seen: moments.Comparison) -> list[object]:
        """Return the names of the month's pictures beside the manifest, and the means in per cent.

        The pictures are made when they are first asked for.
        """
        if self.is_empty(seen.atlas):
            return []
        pictures = publish(seen.atlas.frontier.coverage, seen.month)
        return [pictures, [round(float(mean) * 100, 1) for mean in means(seen.now)]]

    def legend(self, seen: moments.Comparison, words: text.Words) -> base.Legend:
        """Return the classes of what is drawn with their part of the strip in km²."""
        found = seen.atlas.frontier.coverage
        classes = classify(released(found, seen.month, release.level()))
        areas = np.bincount(classes, minlength=len(palette.DETECTION) + 1) * found.grid.size**2 / 1e6
        rows = tuple(
            base.LegendRow(
                f"detection-{index}",
                label,
                palette.DETECTION[index - 1] if index else None,
                note=words.t("{area} km²", area=words.integer(areas[index])),
            )
            for index, label in enumerate(self.labels(words))
        )
        return base.Legend(words.t("Probability of detection"), rows, self.note(seen.atlas, words))

    @staticmethod
    def labels(words: text.Words) -> tuple[str, ...]:
        """Return the words for the classes of detection."""
        return (
            words.t("none"),
            words.t("under 10 %"),
            words.t("10 to 25 %"),
            words.t("25 to 50 %"),
            words.t("50 to 75 %"),
            words.t("75 % and more"),
        )

    @staticmethod
    def note(atlas: atlases.Atlas, words: text.Words) -> str:
        """Return what is drawn at this level of release, what is invented, and what terrain there is."""
        found = atlas.frontier.coverage
        width = words.integer(grid.WIDTH_METRES / 1000)
        if release.level() == release.INTERNAL:
            drawn = words.t(
                "Strip of {width} km either side of the line, in cells of {cell} m. Internal: not for release.",
                width=width,
                cell=words.integer(found.grid.size),
            )
        else:
            drawn = words.t(
                "Strip of {width} km either side of the line, as means of blocks of {block} km so that no "
                "site of a device is shown.",
                width=width,
                block=words.integer(BLOCK_METRES / 1000),
            )
        ground = (
            words.t("Lines of sight follow the terrain.")
            if found.on_terrain
            else words.t("Without terrain: masts see to the horizon of a smooth earth.")
        )
        return words.paragraph(drawn, words.t("Invented sensors."), ground)

    def columns(self, words: text.Words) -> Mapping[str, str]:
        """Return the table's headings."""
        return {
            "cvegeo": words.t("Key"),
            "name": words.t("Municipality"),
            "state": words.t("State"),
            "detection": words.t("Mean detection"),
            "detection_before": words.t("Detection before"),
        }

    def sources(self, atlas: atlases.Atlas) -> tuple[str, ...]:
        """Return the files behind the frame and the raster."""
        return (
            "geography/border.parquet",
            "geography/municipalities.parquet",
            "geography/border_stretches.parquet",
            "geography/border_sectors.csv",
            "observations/crossings.csv",  # scanners stand at them
            *atlas.of(sensors.FILE, omissions.TERRAIN),
        )

    def metadata(self, seen: moments.Comparison) -> dict[str, Any]:
        """Return whether there was terrain."""
        return {
            "compared_with_month": seen.since,
            "on_terrain": seen.atlas.frontier.coverage.on_terrain,
        }

    def raster(self, at: moments.Moment) -> base.Raster | None:
        """Return detection over the strip as far as it may be released."""
        return strip(at)


def strip(at: moments.Moment) -> base.Raster | None:
    """Return detection over the strip, for the public on a grid of blocks.

    Returns
    -------
    layers.base.Raster or None
        In the strip's own equal-area projection; None where there is no border that is watched.
    """
    if not at.atlas.frontier.borders.code:
        return None
    found = at.atlas.frontier.coverage
    values, size = found.detection(at.month), found.grid.size
    if release.level() == release.INTERNAL:
        about = {"computed_cell_metres": size, "coarsening": "none"}
        return base.Raster(values, found.grid, "probability of detection (0 to 1)", about)
    blocks = _blocks(found.grid)
    about = {
        "computed_cell_metres": size,
        "coarsening": f"mean of the cells of the strip in each block, rounded to {_PUBLIC_DIGITS} decimal",
    }
    means_ = blocks.means(values).round(_PUBLIC_DIGITS)
    return base.Raster(means_, blocks.grid, "mean probability of detection (0 to 1)", about)


LAYER = Detection()
