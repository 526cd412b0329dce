"""Marks at places: symbols, lines, flows, circles to scale, and a picture between two corners."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely

from layers import marks, palette

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from roadmap import moments

SHAPES: Mapping[str, tuple[tuple[float, float], ...]] = {
    "circle": (),
    "square": ((-0.89, -0.89), (0.89, -0.89), (0.89, 0.89), (-0.89, 0.89)),
    "diamond": ((0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)),
    "triangle": ((0.0, -1.35), (1.17, 0.68), (-1.17, 0.68)),
    "plus": (
        (-0.43, -1.2), (0.43, -1.2), (0.43, -0.43), (1.2, -0.43), (1.2, 0.43), (0.43, 0.43),
        (0.43, 1.2), (-0.43, 1.2), (-0.43, 0.43), (-1.2, 0.43), (-1.2, -0.43), (-0.43, -0.43),
    ),
}  # fmt: skip
"""Corners of symbols of radius 1, `y` downwards; a circle has none. Shapes of one radius have like areas."""

SIZES = {"least": 3.0, "more": 10.0, "ring": 3.2, "from": 2.0, "over": 4.5, "small": 0.45, "large": 1.5}
"""How large symbols are, for map and paper: :func:`radius`, :func:`ring` and :func:`scale` are the rule."""

BEND = 0.18
"""How far the middle of a flow's curve lies beside the straight line, as a share of its length."""

_DIGITS = 4


def radius(share: float | None) -> float:
    """Return the radius of a symbol in pixels, at scale 1.

    Parameters
    ----------
    share
        What it stands for as a share of the largest; its area beyond the least grows with it. ``None`` without a
        figure.
    """
    return SIZES["least"] + SIZES["more"] * math.sqrt(share or 0.0)


def reach(shape: str) -> float:
    """Return how far a shape reaches with its corners, in radii."""
    return 1.25 if SHAPES[shape] else 1.0


def ring(shape: str, size: float) -> float:
    """Return the radius of the ring around a symbol of a shape and a radius, in pixels."""
    return size * reach(shape) + SIZES["ring"]


def scale(zoom: float) -> float:
    """Return by how much symbols grow at a zoom of the map."""
    return max(SIZES["small"], min(SIZES["large"], (zoom - SIZES["from"]) / SIZES["over"]))


Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Point:
    """A point that is drawn as a symbol.

    Attributes
    ----------
    id
        Its name.
    places
        Where it is drawn, longitude and latitude in WGS 84 degrees: mostly one place.
    title, subtitle, rows
        Of its tooltip; rows are label and value.
    shape
        One of :data:`SHAPES`.
    radius
        In pixels at scale 1.
    is_hollow
        Whether it is an outline only.
    is_planned
        Whether it is there from its first stage on only; one that is always there gets a ring at that.
    stages
        Rows that the tooltip has more at each stage.
    """

    id: str
    places: Sequence[tuple[float, float]]
    title: str
    subtitle: str = ""
    rows: Rows = ()
    shape: str = "circle"
    radius: float = SIZES["least"]
    is_hollow: bool = False
    is_planned: bool = False
    stages: Sequence[Rows] = ()

    def __post_init__(self) -> None:
        if self.shape not in SHAPES:
            raise marks.MarkError(f"`shape` {self.shape!r} is unknown; choose from {', '.join(SHAPES)}.")

    def sent(self) -> dict[str, object]:
        """Return everything, without what is as usual."""
        usual = {name: member.default for name, member in type(self).__dataclass_fields__.items()}
        said = {name: value for name, value in vars(self).items() if value != usual[name]}
        places = np.round(np.array(self.places), _DIGITS).tolist()
        return {**said, "places": places, "shape": self.shape, "radius": round(self.radius, 2)}


@dataclass(frozen=True)
class Symbols(marks.Mark):
    """Symbols at points. Its state is a list of ``[position, stage]`` of the points that have reached a stage.

    Attributes
    ----------
    points
        In the order in which they are drawn.
    """

    kind = "symbols"
    points: tuple[Point, ...]

    def sent(self) -> dict[str, object]:
        """Return everything, with the rule of sizes."""
        points = [point.sent() for point in self.points]
        reaches = {shape: reach(shape) for shape in SHAPES}
        return {"points": points, "sizes": SIZES, "shapes": SHAPES, "reaches": reaches}


@dataclass(frozen=True)
class Line:
    """A line.

    Attributes
    ----------
    title, subtitle, rows
        Of its tooltip.
    geometry
        Lines in WGS 84.
    """

    title: str
    subtitle: str
    geometry: shapely.Geometry
    rows: Rows = ()


@dataclass(frozen=True)
class Lines(marks.Mark):
    """Lines in the colours of their classes. Its state is a list: ``[class, value]`` of each, or ``null``.

    Attributes
    ----------
    lines
        All that there are.
    swatches
        A look a class.
    title, form
        What the value is in a tooltip, and the words around it; ``""`` where there is none.
    widths
        In pixels, seen from far and from near.
    dashes
        Lengths of dashes and gaps in pixels, if any. A line without stands on a darker one.
    tolerance
        How much the browser's lines are simplified, in degrees.
    """

    kind = "lines"
    lines: tuple[Line, ...]
    swatches: tuple[palette.Swatch, ...]
    title: str = ""
    form: str = "{}"
    widths: tuple[float, float] = (4.5, 6.5)
    dashes: tuple[float, float] | None = None
    tolerance: float = 0.004

    def sent(self) -> dict[str, object]:
        """Return everything, lines simplified."""
        return {
            "title": self.title,
            "form": self.form,
            "widths": self.widths,
            "dashes": self.dashes or [],
            "swatches": [palette.paint(swatch)["colour"] for swatch in self.swatches],
            "lines": [
                {"title": line.title, "subtitle": line.subtitle, "rows": line.rows, "parts": self._parts(line)}
                for line in self.lines
            ],
        }

    def _parts(self, line: Line) -> list[list[list[float]]]:
        simple = shapely.simplify(line.geometry, self.tolerance)
        return [np.round(shapely.get_coordinates(part), _DIGITS).tolist() for part in shapely.get_parts(simple)]


@dataclass(frozen=True)
class Flow:
    """A curve from one place to another.

    Attributes
    ----------
    start, end
        Longitude and latitude in WGS 84 degrees.
    title, subtitle
        Of its tooltip.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    title: str
    subtitle: str = ""


@dataclass(frozen=True)
class Flows(marks.Mark):
    """Curves as wide as what flows. Its state is a list: ``[width in pixels, words]`` of each, 0 for none.

    Attributes
    ----------
    flows
        All that there are.
    title
        What flows, in a tooltip.
    """

    kind = "flows"
    flows: tuple[Flow, ...]
    title: str

    def sent(self) -> dict[str, object]:
        """Return everything."""
        return {"title": self.title, "bend": BEND, "flows": [vars(flow) for flow in self.flows]}


@dataclass(frozen=True)
class Circles(marks.Mark):
    """Circles to scale, by regions that grow smaller as one comes closer. Its state: see :func:`layers.circles.shown`.

    Attributes
    ----------
    said
        Scales, keys and words for the browser.
    standing
        Returns longitude, latitude and radius in pixels of the circles seen from far, of a moment by a measure, for a
        drawing on paper.
    """

    kind = "circles"
    said: Mapping[str, object]
    standing: Callable[[moments.Comparison, str], list[tuple[float, float, float]]] = field(repr=False)

    def sent(self) -> dict[str, object]:
        """Return scales, keys and words."""
        return dict(self.said)


@dataclass(frozen=True)
class Raster(marks.Mark):
    """A picture between two corners. Its state is the name of the picture beside the manifest, by theme.

    Attributes
    ----------
    bounds
        South-west and north-east corner, latitude and longitude in WGS 84 degrees; the picture is in Web Mercator.
    swatches
        A look a class.
    cells
        Returns the cells of a moment for a drawing on paper: class from 1 on, ``(k,)``, and corners in WGS 84,
        ``(k, 4, 2)``.
    """

    kind = "raster"
    bounds: Sequence[Sequence[float]]
    swatches: tuple[palette.Swatch, ...] = field(repr=False)
    cells: Callable[[moments.Moment], tuple[NDArray[np.int8], NDArray[np.float64]]] = field(repr=False)

    def sent(self) -> dict[str, object]:
        """Return the corners."""
        return {"bounds": self.bounds}
