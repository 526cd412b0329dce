"""The browser's outlines decode to the same polygons, and neighbours share their lines."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from geo import crs, territory

LARGEST_BYTES = 520_000


def decode(topology: dict[str, Any], geometry: dict[str, Any]) -> list[list[NDArray[np.int64]]]:
    """Rings of a TopoJSON geometry on its integer grid, polygon by polygon, first and last alike."""

    def ring(numbers: list[int]) -> NDArray[np.int64]:
        points: list[list[int]] = []
        for number in numbers:
            arc = np.cumsum(topology["arcs"][number if number >= 0 else ~number], axis=0).tolist()
            line = arc if number >= 0 else arc[::-1]
            assert not points or points[-1] == line[0], "arcs of a ring must join"
            points += line if not points else line[1:]
        assert points[0] == points[-1], "a ring must close"
        return np.array(points, dtype=np.int64)

    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    return [[ring(numbers) for numbers in polygon] for polygon in polygons]


def corners(ring: NDArray[np.int64]) -> tuple[tuple[int, int], ...]:
    """A closed ring's corners in one canonical turn and start."""
    turns = [[tuple(point) for point in way[:-1].tolist()] for way in (ring, ring[::-1])]
    return min(tuple(turn[turn.index(min(turn)) :] + turn[: turn.index(min(turn))]) for turn in turns)


def on_grid(ring: shapely.LinearRing, topology: dict[str, Any]) -> tuple[tuple[int, int], ...] | None:
    """A frame's ring on the grid, corners that fall together taken once; None if it collapses."""
    scale, origin = (np.array(topology["transform"][name]) for name in ("scale", "translate"))
    grid = np.round((shapely.get_coordinates(ring)[:-1] - origin) / scale).astype(np.int64)
    grid = grid[(grid != np.roll(grid, 1, axis=0)).any(axis=1)]
    return corners(np.vstack([grid, grid[:1]])) if len(np.unique(grid, axis=0)) > 2 else None


@pytest.fixture(scope="module")
def topology(mexico: territory.Territory) -> dict[str, Any]:
    """The committed document."""
    document: dict[str, Any] = json.loads(gzip.decompress(mexico.outlines.read_bytes()))
    return document


def test_the_document_is_small_and_plain(mexico: territory.Territory, topology: dict[str, Any]) -> None:
    compressed = mexico.outlines.read_bytes()
    assert len(compressed) <= LARGEST_BYTES
    # Bytes 4 to 7 of a gzip header hold the time; none is kept, so that the bytes repeat.
    assert compressed[4:8] == b"\0\0\0\0"
    assert topology["type"] == "Topology"
    assert set(topology["objects"]) == {"municipalities", "states", "context"}
    assert topology["transform"]["scale"] == [1e-4, 1e-4]


def test_geometries_stand_in_the_order_of_the_frames(mexico: territory.Territory, topology: dict[str, Any]) -> None:
    municipalities = topology["objects"]["municipalities"]["geometries"]
    assert [geometry["id"] for geometry in municipalities] == mexico.municipalities["cvegeo"].tolist()
    assert [geometry["properties"] for geometry in municipalities] == [
        {"n": name} for name in mexico.municipalities["name"]
    ]
    states = topology["objects"]["states"]["geometries"]
    assert [(geometry["id"], geometry["properties"]["n"]) for geometry in states] == list(
        zip(mexico.states["cve_ent"], mexico.states["name"], strict=True)
    )


@pytest.mark.parametrize("layer", ["municipalities", "states"])
def test_outlines_decode_to_the_frames_polygons(
    mexico: territory.Territory, topology: dict[str, Any], layer: str
) -> None:
    frame = mexico.municipalities if layer == "municipalities" else mexico.states
    for shape, geometry in zip(frame.geometry, topology["objects"][layer]["geometries"], strict=True):
        decoded = [[corners(ring) for ring in polygon] for polygon in decode(topology, geometry)]
        expected = [
            [on_grid(ring, topology) for ring in (part.exterior, *part.interiors)] for part in shapely.get_parts(shape)
        ]
        assert decoded == [[ring for ring in part if ring] for part in expected if part[0]]


def test_only_specks_collapse_on_the_grid(mexico: territory.Territory, topology: dict[str, Any]) -> None:
    geometries = topology["objects"]["municipalities"]["geometries"]
    kept = sum(1 if geometry["type"] == "Polygon" else len(geometry["arcs"]) for geometry in geometries)
    assert mexico.municipalities.geometry.count_geometries().sum() - kept <= 5


def test_areas_survive_the_grid(mexico: territory.Territory, topology: dict[str, Any]) -> None:
    scale = topology["transform"]["scale"][0]
    geometries = topology["objects"]["municipalities"]["geometries"]
    shapes = [
        shapely.MultiPolygon([(rings[0] * scale, [hole * scale for hole in rings[1:]]) for rings in decoded])
        for decoded in (decode(topology, geometry) for geometry in geometries)
    ]
    # Small municipalities lose at most a few metres along their edge.
    plain = shapely.area(mexico.municipalities.geometry.to_numpy())
    assert shapely.area(shapes) == pytest.approx(plain, rel=0.02)
    assert shapely.area(shapes).sum() == pytest.approx(plain.sum(), rel=1e-5)


def used(arcs: Any) -> list[int]:  # noqa: ANN401 - nested lists of arc numbers
    """All arc numbers in a geometry, whichever way they are walked."""
    return [arcs if arcs >= 0 else ~arcs] if isinstance(arcs, int) else [one for part in arcs for one in used(part)]


def test_every_inner_line_is_one_arc_of_two_municipalities(topology: dict[str, Any]) -> None:
    uses = Counter(
        arc for geometry in topology["objects"]["municipalities"]["geometries"] for arc in used(geometry["arcs"])
    )
    assert set(uses.values()) == {1, 2}


def test_neighbours_are_those_who_share_arcs_or_corners(mexico: territory.Territory, topology: dict[str, Any]) -> None:
    owners: dict[int, set[int]] = {}
    for place, geometry in enumerate(topology["objects"]["municipalities"]["geometries"]):
        for arc in used(geometry["arcs"]):
            owners.setdefault(arc, set()).add(place)
    pairs = {tuple(sorted(both)) for both in owners.values() if len(both) == 2}
    assert all(mexico.adjacency[a, b] == 1 for a, b in pairs)
    # The rest meet in a corner only.
    assert len(pairs) > 0.95 * mexico.adjacency.nnz / 2


def test_states_are_drawn_with_the_municipalities_arcs(topology: dict[str, Any]) -> None:
    municipal = {arc for one in topology["objects"]["municipalities"]["geometries"] for arc in used(one["arcs"])}
    state = Counter(arc for one in topology["objects"]["states"]["geometries"] for arc in used(one["arcs"]))
    assert set(state) <= municipal
    assert set(state.values()) == {1, 2}


def test_the_land_around_reaches_below_mexico(mexico: territory.Territory, topology: dict[str, Any]) -> None:
    """Drawn first and covered by Mexico, it leaves no seam of sea along the border."""
    geometries = topology["objects"]["context"]["geometries"]
    assert {"04", "06", "35", "48", "GTM", "BLZ"} <= {geometry["id"] for geometry in geometries}
    assert {geometry["properties"]["k"] for geometry in geometries} == {"country", "us_state"}
    scale = topology["transform"]["scale"][0]
    land = shapely.union_all(
        [
            shapely.make_valid(shapely.Polygon(polygon[0] * scale))
            for geometry in geometries
            for polygon in decode(topology, geometry)
        ]
    )
    home = shapely.union_all(mexico.states.geometry.to_numpy())
    overlap = shapely.intersection(land, home)
    length = crs.length_km(shapely.intersection(home.boundary, shapely.buffer(land, 1e-3)))
    assert length > 3_500  # both land borders, simplified
    assert shapely.area(overlap) > 0.5
    assert shapely.area(overlap) < 0.02 * shapely.area(home)
