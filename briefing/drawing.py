"""How marks are drawn in a picture: the second renderer of :mod:`layers.marks`, beside ``layers/web``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from matplotlib import patches
from matplotlib import path as mpath

from briefing import outlines, patterns, plate
from briefing import view as views
from layers import base, marks, palette, placed

if TYPE_CHECKING:
    from numpy.typing import NDArray

Draw = Callable[[plate.Plate, Any, Any, "Drawn"], None]

ZONE_SPACING = 11.0
_HAIR = 0.5
_HAIR_ALPHA = 0.24
_GRATICULE = 5
PRINT = 1.15
"""Symbols grow with the type of a slide."""
_LINES = 6.4 / 4.5
_CASING = 2.6
MONEY_SCALE = 1.3
"""Circles of money grow with the type of a slide; one sum has one size, here and in the legend."""
_SMALLEST = 0.35


@dataclass(frozen=True)
class Drawn:
    """What a mark is drawn for: the layer that declares it, in a view."""

    layer: base.Layer
    view: views.View

    @property
    def order(self) -> float:
        """Its place among the fills."""
        return plate.FILL + self.layer.order / 1000


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
        path = mpath.Path(outlines.project(line[:, 0], line[:, 1], on.outlines.plane))
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


# --- marks ------------------------------------------------------------------------------------


def _areas(on: plate.Plate, level: str, chosen: NDArray[np.bool_], drawn: Drawn) -> mpath.Path:
    """Return one path around the areas of a level that are chosen, ``(n,)``."""
    if level == marks.STATE:
        rows, states = drawn.view.seen.atlas.territory.municipalities, drawn.view.seen.atlas.territory.states
        chosen = rows["cve_ent"].isin(states["cve_ent"][chosen]).to_numpy()
    return on.outlines.of(chosen)


def _fill(on: plate.Plate, mark: marks.Fill, state: str, drawn: Drawn) -> None:
    """Fill areas by class; over another layer that is shown, hatch and outline those of a class with an edge."""
    codes = np.array(list(state))
    is_over = bool(mark.over) and drawn.view.shows(mark.over)
    for member in mark.classes:
        swatch, chosen = member.swatch, codes == member.code
        if not chosen.any() or (is_over and not swatch.edge):
            continue
        path = _areas(on, mark.level, chosen, drawn)
        if is_over:
            place = drawn.view.seen.atlas.territory
            rows = place.states if mark.level == marks.STATE else place.municipalities
            _over(on, path, rows.geometry.to_numpy()[chosen], swatch, order=drawn.order)
            continue
        on.area(path, swatch.light, order=drawn.order, name=f"{drawn.layer.id}-{member.key}")
        if swatch.pattern:
            on.pattern(path, swatch.pattern, swatch.ink, order=drawn.order)


def _over(
    on: plate.Plate, path: mpath.Path, shapes: NDArray[np.object_], swatch: palette.Swatch, *, order: float
) -> None:
    """Draw a hatch, and one outline around all, over another fill, so that both can be read."""
    on.pattern(path, swatch.pattern, swatch.over, order=order)
    around, _ = outlines.path_of(np.array([shapely.coverage_union_all(shapes)]), on.outlines.plane)
    on.stroke(around, palette.HALO, 3.6, order=plate.FILL + 0.6)
    on.stroke(around, swatch.edge, 1.8, order=plate.FILL + 0.61)


def _pixels(on: plate.Plate, mark: marks.Pixels, state: Sequence[str], drawn: Drawn) -> None:
    """Draw the pixels of each class at their places in the tile that repeats over the map."""
    tile = np.array(marks.tile())
    ranks = (tile.ravel() + 0.5) / tile.size
    by_codes: dict[str, list[int]] = {}
    for position, codes in enumerate(state):
        if codes:
            by_codes.setdefault(codes, []).append(position)
    colours = {member.code: member.swatch.light for member in mark.classes}
    for codes, positions in by_codes.items():
        chosen = np.zeros(len(state), dtype=bool)
        chosen[positions] = True
        path = _areas(on, mark.level, chosen, drawn)
        taken = np.array([codes[int(rank * len(codes))] for rank in ranks]).reshape(tile.shape)
        for code in dict.fromkeys(codes):
            on.dither(path, taken == code, colours[code], order=drawn.order, pixel=marks.PIXEL)


def _values(on: plate.Plate, mark: marks.Values, state: object, drawn: Drawn) -> None:
    """Draw nothing: numbers are said where one points, and a picture has no pointer."""
    del on, mark, state, drawn


def _outline(on: plate.Plate, mark: marks.Outline, state: int, drawn: Drawn) -> None:
    """Draw an outline and a light hatch; dashed where a set is in its last month."""
    sets = mark.arrangements[state]
    if not sets:
        return
    shapes = drawn.view.seen.atlas.territory.municipalities.geometry.to_numpy()
    unions = np.array([shapely.coverage_union_all(shapes[each["members"]]) for each in sets])
    everything, owner = outlines.path_of(unions, on.outlines.plane)
    vertices, codes = np.asarray(everything.vertices), np.asarray(everything.codes)
    on.pattern(
        everything, palette.ZONE_PATTERN, plate.COLOURS["zoneHatch"], order=plate.FILL + 0.5, spacing=ZONE_SPACING
    )
    for index, each in enumerate(sets):
        path = mpath.Path(vertices[owner == index], codes[owner == index])
        on.stroke(path, plate.COLOURS["halo"], 4.4, order=plate.OVERLAY, alpha=0.75)
        on.stroke(path, plate.COLOURS["zone"], 2.1, order=plate.OVERLAY, dashes=(3.0, 2.0) if each["ending"] else None)


def _symbols(on: plate.Plate, mark: placed.Symbols, state: Sequence[tuple[int, int]], drawn: Drawn) -> None:
    """Draw a symbol a place, ringed where a point has reached a stage."""
    del drawn
    stages = dict(state)
    scale = placed.scale(on.zoom) * PRINT
    for position, point in enumerate(mark.points):
        stage = stages.get(position, 0)
        if point.is_planned and not stage:
            continue
        size = point.radius * scale
        for x, y in on.at(*np.array(point.places).T).tolist():
            reach = size
            if stage and not point.is_planned:
                reach = placed.ring(point.shape, size)
                for each in ring(patterns.symbol("circle", x, y, reach)):
                    on.add(each)
            on.add(crossing(patterns.symbol(point.shape, x, y, size), hollow=point.is_hollow))
            on.taken.append(plate.Box(x - reach, y - reach, 2 * reach, 2 * reach))


def ring(path: mpath.Path) -> tuple[patches.PathPatch, ...]:
    """Return the ring around a symbol that has reached a stage: an outline on a light one."""
    return tuple(
        patches.PathPatch(path, fill=False, edgecolor=plate.COLOURS[colour], linewidth=width, zorder=plate.SYMBOLS)
        for colour, width in (("halo", 4.4), ("crossingLine", 1.8))
    )


def crossing(path: mpath.Path, *, hollow: bool = False) -> patches.PathPatch:
    """Return a symbol: hollow where there is no figure."""
    colours = plate.COLOURS
    return patches.PathPatch(
        path,
        facecolor=colours["crossingEmpty"] if hollow else colours["crossing"],
        edgecolor=colours["crossingLine"] if hollow else colours["halo"],
        linewidth=1.4,
        zorder=plate.SYMBOLS,
        joinstyle="miter",
    )


def _lines(on: plate.Plate, mark: placed.Lines, state: Sequence[Sequence[int] | None], drawn: Drawn) -> None:
    """Draw lines in the colours of their classes, on a darker one where they are not dashed."""
    del drawn
    width = mark.widths[0] * _LINES
    for line, said in zip(mark.lines, state, strict=True):
        if said is None:
            continue
        path = outlines.lines_of(np.array([line.geometry]), on.outlines.plane)
        if not mark.dashes:
            on.stroke(path, plate.COLOURS["border"], width + _CASING, order=plate.BORDER + 0.1)
        colour = mark.swatches[said[0]].light
        on.stroke(path, colour, width, order=plate.BORDER + 0.2, dashes=mark.dashes)


def _flows(on: plate.Plate, mark: placed.Flows, state: Sequence[tuple[float, str]], drawn: Drawn) -> None:
    """Draw a curve a flow, as wide as what flows."""
    del drawn
    for flow, (width, _) in zip(mark.flows, state, strict=True):
        if not width:
            continue
        (x0, y0), (x1, y1) = on.at(*np.array([flow.start, flow.end]).T)
        corner = ((x0 + x1) / 2 + 2 * placed.BEND * (y1 - y0), (y0 + y1) / 2 - 2 * placed.BEND * (x1 - x0))
        path = mpath.Path([(x0, y0), corner, (x1, y1)], [mpath.Path.MOVETO, mpath.Path.CURVE3, mpath.Path.CURVE3])
        for colour, wide in (("halo", width * PRINT + 2.4), ("zone", width * PRINT)):
            on.add(
                patches.PathPatch(
                    path, fill=False, edgecolor=plate.COLOURS[colour], linewidth=wide, zorder=plate.SYMBOLS - 0.2
                )
            )


def _raster(on: plate.Plate, mark: placed.Raster, state: object, drawn: Drawn) -> None:
    """Fill the cells of each class."""
    del state
    classes, corners = mark.cells(drawn.view.seen.now)
    for index in np.unique(classes):
        path, _ = outlines.path_of(shapely.polygons(corners[classes == index]), on.outlines.plane)
        colour = mark.swatches[index - 1].light
        on.area(path, colour, order=drawn.order, name=f"{drawn.layer.id}-{index}")


def _circles(on: plate.Plate, mark: placed.Circles, state: object, drawn: Drawn) -> None:
    """Draw circles as the map opens, the largest first."""
    del state
    circles = np.array(mark.standing(drawn.view.seen, drawn.view.option(drawn.layer))).reshape(-1, 3)
    places = on.at(circles[:, 0], circles[:, 1])
    for (x, y), size in zip(places.tolist(), (circles[:, 2] * MONEY_SCALE).tolist(), strict=True):
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


_RENDERERS: Mapping[type[marks.Mark], Draw] = {
    marks.Fill: _fill,
    marks.Pixels: _pixels,
    marks.Values: _values,
    marks.Outline: _outline,
    placed.Symbols: _symbols,
    placed.Lines: _lines,
    placed.Flows: _flows,
    placed.Raster: _raster,
    placed.Circles: _circles,
}


def draw(on: plate.Plate, layer: base.Layer, view: views.View) -> None:
    """Draw the marks of a layer."""
    seen, drawn = view.seen, Drawn(layer, view)
    for mark, state in zip(base.drawn(layer, seen.atlas, view.words), layer.state(seen), strict=True):
        _RENDERERS[type(mark)](on, mark, state, drawn)
