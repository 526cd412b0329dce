"""Names, scale and notice on the map: placed one by one, none over another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely
from matplotlib import patheffects

from briefing import keys, lettering, patterns, plate, sheet
from layers import control, palette, places
from roadmap.words import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from briefing import view as views

_HALO = 3.2
_ASCENT, _DESCENT = 0.76, 0.24
_LEADING = 1.12
_SHIFTS = np.array([(x, y) for x in np.arange(-3, 3.1, 0.6) for y in np.arange(-3, 3.1, 0.6)])
"""How far a name may move from its place, in multiples of its size."""

_BESIDE = ((1, 0.0), (-1, 0.0), (1, -0.75), (-1, -0.75), (1, 0.75), (-1, 0.75), (0, -1.1), (0, 1.1))
"""Sides of a dot for its name, best first."""

_SAMPLES = 9
_SMALL_KM2 = 30_000
_LEAST = 0.4
"""Share of a name that must lie in its area."""

_LENGTHS = (1, 2, 5)
_SCALE_WIDTH = 210


@dataclass(frozen=True)
class Style:
    """How a kind of name is set."""

    size: float
    weight: str
    colour: str
    dot: bool = False


_COLOURS = plate.COLOURS
_STYLES = {
    "country": Style(15, lettering.REGULAR, _COLOURS["labelQuiet"]),
    "abroad": Style(13, lettering.REGULAR, _COLOURS["labelQuiet"]),
    "state": Style(14, lettering.SEMIBOLD, _COLOURS["labelState"]),
    "small": Style(12, lettering.SEMIBOLD, _COLOURS["labelState"]),
    "city": Style(12.5, lettering.REGULAR, _COLOURS["label"], dot=True),
}


def draw(on: plate.Plate, view: views.View) -> None:
    """Write notice, scale, keys, callout and names, in the order of their rank."""
    _notice(on, view)
    _scale(on, view)
    keys.draw(on, view)
    if view.place is not None:
        _callout(on, view, view.place)
    _names(on, view)


# --- notice and scale -------------------------------------------------------------------------


def _notice(on: plate.Plate, view: views.View) -> None:
    """Say inside the map that it is hypothetical, as near to its middle as the sea allows."""
    words, to = view.words, on.sheet
    scenario, size = to.block(words.of(view.seen.atlas.scenario.title), 330, size=15, smallest=12, lines=4)
    lines = (
        (words.t("HYPOTHETICAL"), 26.0, lettering.SEMIBOLD, "hypothetical-map"),
        *((line, size, lettering.REGULAR, f"notice-scenario-{index}") for index, line in enumerate(scenario)),
        (words.month(view.seen.month), 15.0, lettering.REGULAR, "notice-month"),
    )
    width = max(to.width(line, size, weight) for line, size, weight, _ in lines)
    box = on.quiet(width + 4, 30 + 20 * (len(lines) - 1), on.frame.centre)
    on.taken.append(box.grown(8))
    for index, (line, size, weight, name) in enumerate(lines):
        baseline = 26 + 20 * index if index else 25
        _set(on, box.x + 2, box.y + baseline, line, Style(size, weight, sheet.QUIET), name=name)


def _scale(on: plate.Plate, view: views.View) -> None:
    """Draw a scale bar, true along the parallel in the middle of the map, and name the projection."""
    words, to, frame = view.words, on.sheet, on.frame
    kilometres, pixels, latitude = _bar(on)
    country = view.seen.atlas.territory.country
    where = words.t(
        "Scale at {latitude}. {projection} ({code})",
        latitude=_degrees(latitude, words),
        projection=country.projection,
        code=country.working,
    )
    lines = to.wrap(where, 330, size=12.5, lines=3)
    width = max(pixels + 60, *(to.width(line, 12.5) for line in lines))
    height = 26 + 17 * len(lines)
    box = on.quiet(width, height, (frame.x, frame.bottom))
    on.taken.append(box.grown(8))
    y = box.y + 22
    for part, filled in ((0, True), (1, False)):
        to.box(
            box.x + part * pixels / 2,
            y - 5,
            pixels / 2,
            5,
            fill=sheet.QUIET if filled else "white",
            edge=sheet.QUIET,
            order=plate.NAMES,
        )
    style = Style(12.5, lettering.REGULAR, sheet.QUIET)
    for at, label in ((0.0, "0"), (0.5, words.integer(kilometres / 2)), (1.0, words.integer(kilometres))):
        align = "left" if at == 0 else "center"
        _set(on, box.x + at * pixels, y - 9, label, style, align=align)
    after = box.x + pixels + to.width(words.integer(kilometres), 12.5) / 2 + 5
    _set(on, after, y - 9, words.t("km"), style)
    for index, line in enumerate(lines):
        _set(on, box.x, y + 19 + 17 * index, line, style)


def _degrees(latitude: float, words: text.Words) -> str:
    """Return a latitude with its hemisphere."""
    degrees = words.decimal(abs(latitude), 0)
    return words.t("{degrees}° S", degrees=degrees) if latitude < 0 else words.t("{degrees}° N", degrees=degrees)


def _bar(on: plate.Plate) -> tuple[float, float, float]:
    """Return kilometres and pixels of the scale bar, and the latitude that it holds for."""
    x, y = on.frame.centre
    (west, south), (east, north) = on.lon_lat([(x - 50, y), (x + 50, y)])
    metres = pyproj.Geod(ellps="WGS84").inv(west, south, east, north)[2] / 100
    most = _SCALE_WIDTH * metres / 1000
    power = 10 ** math.floor(math.log10(most))
    kilometres = max(step * power for step in _LENGTHS if step * power <= most)
    return float(kilometres), kilometres * 1000 / metres, round((south + north) / 2)


# --- names ------------------------------------------------------------------------------------


def _set(
    on: plate.Plate, x: float, y: float, line: str, style: Style, *, align: str = "left", name: str | None = None
) -> None:
    """Set one line with a halo."""
    drawn = on.sheet.text(
        x, y, line, size=style.size, weight=style.weight, colour=style.colour, align=align, name=name
    )
    drawn.set_zorder(plate.NAMES)
    halo = patheffects.withStroke(linewidth=_HALO, foreground=_COLOURS["halo"], alpha=0.85)
    drawn.set_path_effects([halo])


def _names(on: plate.Plate, view: views.View) -> None:
    """Write the names of states first, the largest foremost, then those of cities and of land around.

    The first city comes before all: a picture of a country names its capital.
    """
    areas = _areas(on, view)
    states = view.seen.atlas.territory.states
    small = set(states["name"][states["area_km2"] < _SMALL_KM2])
    labels = [each for each in places.labels(view.seen.atlas.territory) if _wanted(each, on.zoom)]
    points = on.at([float(str(each["x"])) for each in labels], [float(str(each["y"])) for each in labels])
    first = next((each for each in labels if each["k"] == "city"), None)
    order = sorted(range(len(labels)), key=lambda index: _rank(labels[index], first))
    for index in order:
        kind, name = str(labels[index]["k"]), str(labels[index]["t"])
        style = _STYLES["small" if kind == "state" and name in small else kind]
        area = areas.get((kind, name))
        if style.dot:
            _city(on, name, style, points[index])
        elif area is not None:
            _area(on, name, style, points[index], area)


def _wanted(label: dict[str, object], zoom: float) -> bool:
    since, until = float(str(label["from"])), float(str(label["until"]))
    return label["k"] == "state" or since <= zoom < until


def _rank(label: dict[str, object], first: dict[str, object] | None) -> int:
    if label is first:
        return 0
    return {"state": 1, "city": 2, "country": 3, "abroad": 4}[str(label["k"])]


def _areas(on: plate.Plate, view: views.View) -> dict[tuple[str, str], shapely.Geometry]:
    """Return what names of areas must lie in: the part inside the frame, by kind and name."""
    frame = on.frame
    around = np.array(
        [(x, y) for x in (frame.x, frame.right) for y in np.linspace(frame.y, frame.bottom, 9)]
        + [(x, y) for y in (frame.y, frame.bottom) for x in np.linspace(frame.x, frame.right, 9)]
    )
    window = shapely.convex_hull(shapely.multipoints(on.lon_lat(around)))
    place = view.seen.atlas.territory
    found = {
        ("state", row.name): row.geometry for row in place.states.itertuples(index=False)
    }
    for kind, asked in (("country", "country"), ("region", "abroad")):
        for row in place.neighbours[place.neighbours["kind"] == kind].itertuples(index=False):
            seen = shapely.intersection(row.geometry, window)
            if not shapely.is_empty(seen):
                name = row.name.upper() if asked == "country" else row.name
                found[asked, name] = seen
    return found


def _area(
    on: plate.Plate, label: str, style: Style, point: NDArray[np.float64], area: shapely.Geometry
) -> None:
    """Write the name of an area where most of it lies inside, if there is room."""
    if not on.frame.grown(-20).touches(plate.Box(point[0], point[1], 0.1, 0.1)):
        inner = shapely.point_on_surface(area)
        point = on.at(shapely.get_x(inner), shapely.get_y(inner))[0]
    shapely.prepare(area)
    best: tuple[float, list[str], tuple[float, float], plate.Box] | None = None
    for lines in _broken(lettering.clean(label)):
        width = max(on.sheet.width(line, style.size, style.weight) for line in lines)
        centres = point + _SHIFTS * style.size
        shares = _inside(on, area, centres, width)
        costs = 1 - shares + 0.04 * np.hypot(*_SHIFTS.T) + 0.06 * (len(lines) - 1)
        for index in np.argsort(costs, kind="stable").tolist():
            if best is not None and costs[index] >= best[0]:
                break
            centre = (float(centres[index, 0]), float(centres[index, 1]))
            box = _box(centre, width, style, len(lines))
            if shares[index] > _LEAST and on.free(box, margin=2):
                best = (float(costs[index]), lines, centre, box)
                break
    if best is not None:
        on.taken.append(best[3])
        _write(on, best[1], best[2], style)


def _inside(
    on: plate.Plate, area: shapely.Geometry, centres: NDArray[np.float64], width: float
) -> NDArray[np.float64]:
    """Return how much of a name of some width lies in an area, for each middle, in [0, 1]."""
    along = np.column_stack([np.linspace(-0.5, 0.5, _SAMPLES) * width, np.zeros(_SAMPLES)])
    points = (centres[:, None, :] + along[None, :, :]).reshape(-1, 2)
    degrees = on.lon_lat(points)
    hits = shapely.contains_xy(area, degrees[:, 0], degrees[:, 1]).reshape(len(centres), _SAMPLES)
    return np.asarray(hits.mean(axis=1), dtype=np.float64)


def _broken(label: str) -> Iterator[list[str]]:
    """Return a name in one line, then in two of like length."""
    yield [label]
    parts = label.split(" ")
    if len(parts) > 1:
        breaks = range(1, len(parts))
        at = min(breaks, key=lambda n: abs(len(" ".join(parts[:n])) - len(" ".join(parts[n:]))))
        yield [" ".join(parts[:at]), " ".join(parts[at:])]


def _city(on: plate.Plate, label: str, style: Style, point: NDArray[np.float64]) -> None:
    """Write the name of a city beside its dot, if there is room."""
    x, y = float(point[0]), float(point[1])
    dot = plate.Box(x - 4, y - 4, 8, 8)
    if not on.free(dot):
        return
    line = lettering.clean(label)
    width = on.sheet.width(line, style.size, style.weight)
    for across, down in _BESIDE:
        centre = (x + across * (width / 2 + 8), y + down * style.size)
        box = _box(centre, width, style, 1)
        if on.free(box, margin=2):
            on.taken += [box, dot]
            _write(on, [line], centre, style)
            drawn = plate.mark(patterns.symbol("circle", x, y, 3.0), "dots", style.colour, order=plate.NAMES)
            drawn.set_edgecolor(_COLOURS["halo"])
            drawn.set_linewidth(1.2)
            on.add(drawn)
            return


def _box(centre: tuple[float, float], width: float, style: Style, lines: int) -> plate.Box:
    height = style.size * (_ASCENT + _DESCENT + _LEADING * (lines - 1))
    return plate.Box(centre[0] - width / 2, centre[1] - height / 2, width, height)


def _write(on: plate.Plate, lines: list[str], centre: tuple[float, float], style: Style) -> None:
    top = _box(centre, 0, style, len(lines)).y
    for index, line in enumerate(lines):
        baseline = top + style.size * (_ASCENT + index * _LEADING)
        _set(on, centre[0], baseline, line, style, align="center")


# --- the picked municipality ------------------------------------------------------------------


def _callout(on: plate.Plate, view: views.View, position: int) -> None:
    """Outline the picked municipality and say what it is."""
    row = view.seen.atlas.territory.municipalities.iloc[position]
    chosen = np.arange(len(view.seen.atlas.territory.municipalities)) == position
    path = on.outlines.of(chosen)
    on.stroke(path, _COLOURS["halo"], 6.0, order=plate.OVERLAY + 0.5)
    on.stroke(path, _COLOURS["border"], 2.6, order=plate.OVERLAY + 0.5)
    key = str(control.class_keys(view.seen.now.codes)[position])
    letter, klass = palette.CONTROL[key].letter, view.words.named(text.CLASSES, key)
    lettered = view.words.t("{letter} \N{MIDDLE DOT} {name}", letter=letter, name=klass)
    to = on.sheet
    name, size = to.fit(row["name"], 260, size=16, smallest=12, weight=lettering.SEMIBOLD)
    lines = [
        (name, size, lettering.SEMIBOLD),
        (to.fit(f"{row['state']} \N{MIDDLE DOT} {row['cvegeo']}", 260, size=13)[0], 13.0, lettering.REGULAR),
        (to.fit(lettered, 260, size=13, smallest=10)[0], 13.0, lettering.REGULAR),
    ]
    width = max(to.width(*line) for line in lines) + 20
    x, y = on.at(row["lon"], row["lat"])[0].tolist()
    box = _beside(on, x, y, width, 66)
    on.taken += [box, plate.Box(x - 8, y - 8, 16, 16)]
    near = (min(max(x, box.x), box.right), min(max(y, box.y), box.bottom))
    to.rule(x, y, *near, colour=sheet.INK, line=1.4, order=plate.NAMES)
    to.box(box.x, box.y, box.width, box.height, fill="white", edge=sheet.INK, line=1.2, order=plate.NAMES)
    for (line, size, weight), baseline in zip(lines, (22, 40, 57), strict=True):
        drawn = to.text(box.x + 10, box.y + baseline, line, size=size, weight=weight)
        drawn.set_zorder(plate.NAMES + 0.1)


def _beside(on: plate.Plate, x: float, y: float, width: float, height: float) -> plate.Box:
    """Return a free place for a box near a point, on whichever side there is one."""
    for distance in (40, 70, 110, 160, 220):
        for angle in np.arange(0, 360, 30).tolist():
            across, down = math.cos(math.radians(angle)), -math.sin(math.radians(angle))
            centre = (x + across * (distance + width / 2), y + down * (distance + height / 2))
            box = plate.Box(centre[0] - width / 2, centre[1] - height / 2, width, height)
            if on.free(box, margin=4):
                return box
    return on.quiet(width, height, (x, y))
