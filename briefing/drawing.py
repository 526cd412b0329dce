"""How each layer is drawn in the picture, from its own frame, legend and constants.

A layer that looks like no other has a function here; the numbers and colours all come from the layer. Any other one is
drawn by the shapes of its rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import shapely
from matplotlib import patches
from matplotlib import path as mpath

from briefing import outlines, patterns, plate
from briefing import view as views
from layers import base, circles, coverage, crossings, detection, palette

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

Draw = Callable[[plate.Plate, base.Layer, views.View], None]

ZONE_SPACING = 11.0
_HAIR = 0.5
_HAIR_ALPHA = 0.24
_GRATICULE = 5
PRINT = 1.15
"""Symbols grow with the type of a slide."""
_SITE = 3.0
_POINT = 4.0
MONEY_SCALE = 1.3
"""Circles of money grow with the type of a slide; one sum has one size, here and in the legend."""
_SMALLEST = 0.35


def ground(on: plate.Plate) -> None:
    """Draw the graticule, the land around and the country."""
    _graticule(on)
    around = on.outlines.around
    on.area(around, plate.COLOURS["land"], order=plate.LAND)
    on.stroke(around, plate.COLOURS["landLine"], 0.9, order=plate.LAND)
    on.area(on.outlines.rings, plate.COLOURS["country"], order=plate.LAND + 0.1)


def _graticule(on: plate.Plate) -> None:
    """Draw every fifth meridian and parallel, under the land."""
    frame = on.frame
    x = np.linspace(frame.x, frame.right, 9)
    y = np.linspace(frame.y, frame.bottom, 9)
    degrees = on.lon_lat(np.column_stack([each.ravel() for each in np.meshgrid(x, y)]))
    low, high = (
        np.array([np.floor(degrees.min(axis=0)), np.ceil(degrees.max(axis=0))]) / _GRATICULE
    ).round()
    lines = []
    for meridian in np.arange(low[0] - 1, high[0] + 2) * _GRATICULE:
        lat = np.linspace(low[1] - 1, high[1] + 1, 60) * _GRATICULE
        lines.append(np.column_stack([np.full(len(lat), meridian), lat]))
    for parallel in np.arange(low[1] - 1, high[1] + 2) * _GRATICULE:
        lon = np.linspace(low[0] - 1, high[0] + 1, 120) * _GRATICULE
        lines.append(np.column_stack([lon, np.full(len(lon), parallel)]))
    for line in lines:
        path = mpath.Path(outlines.project(line[:, 0], line[:, 1]))
        on.stroke(path, "#dfe6ea", 1.0, order=1.5)


def boundaries(on: plate.Plate) -> None:
    """Draw the boundaries by rank: municipalities a hair, the border strongest."""
    mesh, colours = on.outlines.mesh, plate.COLOURS
    on.stroke(on.outlines.rings, colours["municipal"], _HAIR, order=plate.MESH, alpha=_HAIR_ALPHA)
    on.stroke(mesh.state, colours["halo"], 2.8, order=plate.MESH, alpha=0.55)
    on.stroke(mesh.state, colours["state"], 1.2, order=plate.MESH)
    on.stroke(mesh.coast, colours["coast"], 1.0, order=plate.MESH)
    on.stroke(mesh.border, colours["halo"], 5.0, order=plate.BORDER, alpha=0.8)
    on.stroke(mesh.border, colours["border"], 2.6, order=plate.BORDER)


# --- layers -----------------------------------------------------------------------------------


def _fills(column: str, *, over: Mapping[str, Collection[str]] | None = None) -> Draw:
    """Return a function that fills municipalities by a column of the layer's frame.

    Parameters
    ----------
    column
        Holds the keys of the legend's rows.
    over
        By the id of another layer: the only keys that are drawn where that one lies underneath.
    """

    def draw(on: plate.Plate, layer: base.Layer, view: views.View) -> None:
        frame = layer.frame(view.seen)
        values = frame[column].to_numpy()
        limits = [keys for below, keys in (over or {}).items() if view.shows(below)]
        for row in layer.legend(view.seen, view.words).rows:
            chosen = values == row.key
            if row.swatch is None or not chosen.any() or any(row.key not in keys for keys in limits):
                continue
            path = on.outlines.of(chosen)
            order = plate.FILL + layer.order / 1000
            if limits:
                _mark(on, path, frame.geometry.to_numpy()[chosen], row.swatch, order=order)
                continue
            on.area(path, row.swatch.light, order=order, name=f"{layer.id}-{row.key}")
            if row.swatch.pattern:
                on.pattern(path, row.swatch.pattern, row.swatch.ink, order=order)

    return draw


def _mark(
    on: plate.Plate, path: mpath.Path, shapes: NDArray[np.object_], swatch: palette.Swatch, *, order: float
) -> None:
    """Draw a hatch, and one outline around all, over another fill, so that both can be read."""
    on.pattern(path, swatch.pattern, swatch.over, order=order)
    around, _ = outlines.path_of(np.array([shapely.coverage_union_all(shapes)]))
    on.stroke(around, palette.HALO, 3.6, order=plate.FILL + 0.6)
    on.stroke(around, swatch.edge, 1.8, order=plate.FILL + 0.61)


def _zones(on: plate.Plate, layer: base.Layer, view: views.View) -> None:
    """Draw an outline and a light hatch; dashed in the last month of a zone."""
    frame = layer.frame(view.seen)
    if frame.empty:
        return
    everything, owner = outlines.path_of(frame.geometry.to_numpy())
    vertices, codes = np.asarray(everything.vertices), np.asarray(everything.codes)
    on.pattern(
        everything, palette.ZONE_PATTERN, plate.COLOURS["zoneHatch"], order=plate.FILL + 0.5, spacing=ZONE_SPACING
    )
    ending = frame["last_month"].eq(view.seen.month).fillna(value=False).to_numpy(dtype=bool)
    for index, last in enumerate(ending):
        path = mpath.Path(vertices[owner == index], codes[owner == index])
        on.stroke(path, plate.COLOURS["halo"], 4.4, order=plate.OVERLAY, alpha=0.75)
        dashes = (3.0, 2.0) if last else None
        on.stroke(path, plate.COLOURS["zone"], 2.1, order=plate.OVERLAY, dashes=dashes)


def _crossings(on: plate.Plate, layer: base.Layer, view: views.View) -> None:
    """Draw a shape a crossing, largest first, ringed where it is upgraded; then the new ones."""
    rows = layer.legend(view.seen, view.words).rows
    symbols = {row.key: row.symbol for row in rows}
    constants = cast("dict[str, list[dict[str, Any]]]", layer.constants(view.seen.atlas, view.words))
    state = cast("dict[str, list[Any]]", layer.state(view.seen))
    upgraded = {position for position, _ in state["upgraded"]}
    points = constants["points"] + [constants["new"][position] for position in state["new"]]
    places = on.at([each["lon"] for each in points], [each["lat"] for each in points])
    scale = crossings.scale(on.zoom) * PRINT
    for point, (x, y) in zip(points, places.tolist(), strict=True):
        kind, share = point.get("kind", crossings.NEW), point.get("share")
        reach = size = point.get("radius", crossings.SIZES["new"]) * scale
        if point.get("position") in upgraded:
            reach = crossings.ring(kind, size)
            for each in ring(patterns.symbol(symbols["upgraded"], x, y, reach)):
                on.add(each)
        on.add(crossing(patterns.symbol(symbols[kind], x, y, size), hollow=share is None))
        on.taken.append(plate.Box(x - reach, y - reach, 2 * reach, 2 * reach))


def ring(path: mpath.Path) -> tuple[patches.PathPatch, ...]:
    """Return the ring around an upgraded crossing: an outline on a light one."""
    return tuple(
        patches.PathPatch(path, fill=False, edgecolor=plate.COLOURS[colour], linewidth=width, zorder=plate.SYMBOLS)
        for colour, width in (("halo", 4.4), ("crossingLine", 1.8))
    )


def crossing(path: mpath.Path, *, hollow: bool = False) -> patches.PathPatch:
    """Return a crossing's symbol: hollow where there is no figure."""
    colours = plate.COLOURS
    return patches.PathPatch(
        path,
        facecolor=colours["crossingEmpty"] if hollow else colours["crossing"],
        edgecolor=colours["crossingLine"] if hollow else colours["halo"],
        linewidth=1.4,
        zorder=plate.SYMBOLS,
        joinstyle="miter",
    )


def _coverage(on: plate.Plate, layer: base.Layer, view: views.View) -> None:
    """Draw the line in the colours of its sectors."""
    frame = layer.frame(view.seen)
    for line, share in zip(frame.geometry, frame["share"], strict=True):
        path = outlines.lines_of(np.array([line]))
        on.stroke(path, plate.COLOURS["border"], 9.0, order=plate.BORDER + 0.1)
        on.stroke(path, palette.COVERAGE[coverage.bin_of(share)].light, 6.4, order=plate.BORDER + 0.2)


def _detection(on: plate.Plate, layer: base.Layer, view: views.View) -> None:
    """Fill the blocks of the strip that a sensor reaches."""
    classes, corners = detection.squares(view.seen.now)
    for index in np.unique(classes):
        path, _ = outlines.path_of(shapely.polygons(corners[classes == index]))
        colour = palette.DETECTION[index - 1].light
        on.area(path, colour, order=plate.FILL + layer.order / 1000, name=f"detection-{index}")


def _sites(on: plate.Plate, layer: base.Layer, view: views.View) -> None:
    """Draw devices as points and cables as dashed stretches; inside the group only."""
    shapes = layer.frame(view.seen).geometry
    cables = shapes[shapes.geom_type == "LineString"].to_numpy()
    on.stroke(outlines.lines_of(cables), plate.COLOURS["halo"], 2.0, order=plate.BORDER + 0.3, dashes=(3.0, 3.0))
    points = shapely.get_coordinates(shapes[shapes.geom_type == "MultiPoint"].to_numpy())
    for x, y in on.at(points[:, 0], points[:, 1]).tolist():
        on.add(crossing(patterns.symbol("circle", x, y, _SITE), hollow=True))


def _investment(on: plate.Plate, layer: base.Layer, view: views.View) -> None:
    """Draw a circle a state, as the map opens, its area the money delivered there; the largest first."""
    amounts = np.nan_to_num(circles.worth(view.seen, view.option(layer), "state"))
    scale = circles.scale(view.seen.atlas, view.option(layer), "state")
    spots = circles.spots(view.seen.now, "state")
    drawn = [number for number in np.argsort(-amounts, kind="stable") if amounts[number] > 0]
    places = on.at(spots[drawn, 0], spots[drawn, 1])
    for amount, (x, y) in zip(amounts[drawn], places.tolist(), strict=True):
        size = scale.radius(amount) * MONEY_SCALE
        if size < _SMALLEST:
            break
        for part in circle_of_money(x, y, size):
            on.add(part)


def circle_of_money(x: float, y: float, size: float) -> tuple[patches.PathPatch, patches.PathPatch]:
    """Return the circle of a sum: a ring after its halo, so that the class beneath keeps its colour."""
    path = patterns.symbol("circle", x, y, size)
    order = plate.SYMBOLS - 0.1
    halo = patches.PathPatch(
        path, facecolor="none", edgecolor=plate.COLOURS["moneyHalo"], linewidth=min(4.2, size), zorder=order
    )
    ring = patches.PathPatch(
        path,
        facecolor=plate.COLOURS["money"],
        edgecolor=plate.COLOURS["moneyLine"],
        linewidth=min(1.8, size / 3),
        zorder=order,
    )
    return halo, ring


def _shapes(on: plate.Plate, layer: base.Layer, view: views.View) -> None:
    """Draw the rows of a layer that says no more of how it looks: areas in outline and hatch, lines, points."""
    shapes = layer.frame(view.seen).geometry
    shapes = shapes[~(shapes.is_empty | shapes.isna())]
    kinds = shapes.geom_type.str.removeprefix("Multi")
    areas, lines, points = (shapes[kinds == kind].to_numpy() for kind in ("Polygon", "LineString", "Point"))
    if len(areas):
        path, _ = outlines.path_of(areas)
        on.pattern(path, palette.ZONE_PATTERN, plate.COLOURS["zoneHatch"], order=plate.FILL + 0.5, spacing=ZONE_SPACING)
        _outlined(on, path)
    if len(lines):
        _outlined(on, outlines.lines_of(lines))
    places = shapely.get_coordinates(points)
    for x, y in on.at(places[:, 0], places[:, 1]).tolist():
        on.add(crossing(patterns.symbol("circle", x, y, _POINT)))
        on.taken.append(plate.Box(x - _POINT, y - _POINT, 2 * _POINT, 2 * _POINT))


def _outlined(on: plate.Plate, path: mpath.Path) -> None:
    on.stroke(path, plate.COLOURS["halo"], 4.4, order=plate.OVERLAY, alpha=0.75)
    on.stroke(path, plate.COLOURS["zone"], 2.1, order=plate.OVERLAY)


LOOKS: dict[str, Draw] = {
    "control": _fills("class"),
    "change": _fills("change", over={"control": ("reclaimed", "lost")}),
    "detection": _detection,
    "zones": _zones,
    "investment": _investment,
    "coverage": _coverage,
    "sites": _sites,
    "crossings": _crossings,
}
"""How layers are drawn that do not look like their shapes alone, by id."""


def draw(on: plate.Plate, layer: base.Layer, view: views.View) -> None:
    """Draw a layer."""
    LOOKS.get(layer.id, _shapes)(on, layer, view)
