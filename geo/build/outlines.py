"""The browser's outlines: quantised TopoJSON in which neighbours share their arcs."""

from __future__ import annotations

import gzip
import itertools
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

Ring = tuple[int, ...]
Feature = tuple[str, "Mapping[str, str]", shapely.Geometry]

STEP_DEGREES = 1e-4
"""Grid the coordinates are stored on: 0.0001°, at most 11 m."""


class Topology:
    """Collects polygons layer by layer and writes them with shared arcs.

    Parameters
    ----------
    step
        Size of the grid in degrees.
    origin
        Longitude and latitude of the grid's zero.
    """

    def __init__(self, *, step: float = STEP_DEGREES, origin: tuple[float, float] = (0.0, 0.0)) -> None:
        self.step = step
        self.origin = origin
        self._vertices: dict[tuple[int, int], int] = {}
        self._layers: dict[str, list[tuple[str, Mapping[str, str], list[list[Ring]]]]] = {}

    def add(self, layer: str, features: Iterable[Feature]) -> None:
        """Add a layer; features keep their order.

        Parameters
        ----------
        layer
            Name of the TopoJSON object.
        features
            Id, properties and polygon or multipolygon (WGS 84) of each feature.
        """
        self._layers[layer] = [
            (key, properties, [self._rings(part) for part in shapely.get_parts(shape)])
            for key, properties, shape in features
        ]

    def document(self) -> dict[str, Any]:
        """Assemble the TopoJSON document.

        Returns
        -------
        dict
            A `Topology` with `transform`, `objects` (a GeometryCollection a layer) and `arcs`
            (delta-encoded integer grid positions).
        """
        layers = self._layers.values()
        rings = [ring for features in layers for _, _, parts in features for part in parts for ring in part if ring]
        arcs = _Arcs(_junctions(rings))
        objects = {
            name: {
                "type": "GeometryCollection",
                "geometries": [_geometry(key, properties, parts, arcs) for key, properties, parts in features],
            }
            for name, features in self._layers.items()
        }
        grid = np.array(list(self._vertices), dtype=np.int64).reshape(-1, 2)
        return {
            "type": "Topology",
            "transform": {"scale": [self.step, self.step], "translate": list(self.origin)},
            "objects": objects,
            "arcs": [_delta(grid[list(arc)]) for arc in arcs.found],
        }

    def _rings(self, polygon: shapely.Polygon) -> list[Ring]:
        rings = [self._ring(ring) for ring in (polygon.exterior, *polygon.interiors)]
        return [ring for ring in rings if ring] if rings[0] else []

    def _ring(self, ring: shapely.LinearRing) -> Ring:
        xy = shapely.get_coordinates(ring)[:-1]
        grid = np.round((xy - np.array(self.origin)) / self.step).astype(np.int64)
        apart = (grid != np.roll(grid, 1, axis=0)).any(axis=1)
        found = self._vertices
        cycle = tuple(found.setdefault((x, y), len(found)) for x, y in grid[apart].tolist())
        return cycle if len(set(cycle)) > 2 else ()  # noqa: PLR2004 - fewer corners than a triangle


class _Arcs:
    """Arcs found so far, each once whichever way it is walked."""

    def __init__(self, junctions: set[int]) -> None:
        self.found: list[Ring] = []
        self._junctions = junctions
        self._index: dict[Ring, int] = {}

    def of_ring(self, ring: Ring) -> list[int]:
        """Arc numbers along a ring, `~number` where an arc is walked backwards."""
        cuts = [place for place, vertex in enumerate(ring) if vertex in self._junctions]
        if not cuts:
            # A ring of its own: start at its smallest vertex so that both walks agree.
            start = ring.index(min(ring))
            return [self._number((*ring[start:], *ring[: start + 1]))]
        turned = (*ring[cuts[0] :], *ring[: cuts[0]], ring[cuts[0]])
        stops = [cut - cuts[0] for cut in cuts] + [len(ring)]
        return [self._number(turned[a : b + 1]) for a, b in itertools.pairwise(stops)]

    def _number(self, arc: Ring) -> int:
        if arc in self._index:
            return self._index[arc]
        reverse = arc[::-1]
        if reverse in self._index:
            return ~self._index[reverse]
        self._index[arc] = len(self.found)
        self.found.append(arc)
        return self._index[arc]


def _junctions(rings: Sequence[Ring]) -> set[int]:
    """Vertices where lines part: those joined to other than two vertices."""
    neighbours: dict[int, set[int]] = {}
    for ring in rings:
        for before, vertex, after in zip((ring[-1], *ring), ring, (*ring[1:], ring[0]), strict=False):
            neighbours.setdefault(vertex, set()).update((before, after))
    return {vertex for vertex, others in neighbours.items() if len(others) != 2}  # noqa: PLR2004


def _geometry(key: str, properties: Mapping[str, str], parts: list[list[Ring]], arcs: _Arcs) -> dict[str, Any]:
    walked = [[arcs.of_ring(ring) for ring in part] for part in parts if part]
    single = len(walked) == 1
    return {
        "type": "Polygon" if single else "MultiPolygon",
        "arcs": walked[0] if single else walked,
        "id": key,
        "properties": dict(properties),
    }


def _delta(positions: NDArray[np.int64]) -> list[list[int]]:
    return np.vstack([positions[:1], np.diff(positions, axis=0)]).tolist()  # type: ignore[no-any-return]


def compress(document: Mapping[str, Any]) -> bytes:
    """Write a document as gzipped JSON, the same bytes every time.

    Parameters
    ----------
    document
        Anything JSON can hold.

    Returns
    -------
    bytes
        UTF-8 JSON without blanks, gzip level 9 without a time stamp.
    """
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)
