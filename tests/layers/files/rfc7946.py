"""RFC 7946 read by hand: what a GeoJSON text must and must not hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

MOST_DECIMALS = 6
DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
Json = Any
"""Whatever a JSON text may hold."""

RESERVED = {"coordinates", "geometries", "geometry", "properties"}  # section 7.1


def problems(text: str) -> list[str]:
    """What is wrong with a text that should be a FeatureCollection; empty if nothing is."""
    if text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}"):
        return ["a byte order mark"]
    try:
        document = json.loads(text, parse_float=Decimal, parse_constant=_reject)
    except ValueError as error:
        return [f"no JSON: {error}"]
    return list(_collection(document))


def _reject(name: str) -> None:
    message = f"{name} is no JSON number"
    raise ValueError(message)


def _collection(document: Json) -> Iterator[str]:
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        yield "no FeatureCollection"
        return
    if "crs" in document:
        yield "a crs member (section 4)"
    if RESERVED & set(document):
        yield f"reserved members: {sorted(RESERVED & set(document))}"
    for number, feature in enumerate(document["features"]):
        yield from (f"feature {number}: {problem}" for problem in _feature(feature))


def _feature(feature: Json) -> Iterator[str]:
    if feature.get("type") != "Feature":
        yield "no Feature"
    if not {"geometry", "properties"} <= set(feature):
        yield "geometry or properties is missing"
    if "crs" in feature or {"coordinates", "features"} & set(feature):
        yield "a member that does not belong here"
    if not isinstance(feature.get("properties"), dict | None):
        yield "properties are no object"
    geometry = feature.get("geometry")
    if geometry is not None:
        yield from _geometry(geometry)


def _geometry(geometry: Json) -> Iterator[str]:
    kind = geometry.get("type")
    if kind not in DEPTHS:
        yield f"unknown geometry {kind!r}"
        return
    for position in _flat(geometry["coordinates"], DEPTHS[kind]):
        yield from _position(position)
    polygons = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}.get(kind, [])
    for rings in polygons:
        for number, ring in enumerate(rings):
            yield from _ring(ring, exterior=number == 0)


def _flat(coordinates: Json, depth: int) -> Iterator[Json]:
    if depth == 0:
        yield coordinates
        return
    for part in coordinates:
        yield from _flat(part, depth - 1)


def _position(position: Json) -> Iterator[str]:
    if len(position) != 2:
        yield f"{len(position)} numbers in a position"
        return
    longitude, latitude = position
    if not -180 <= longitude <= 180 or not -90 <= latitude <= 90:
        yield f"outside the ranges: {longitude} {latitude}"
    for number in position:
        if isinstance(number, Decimal) and -int(number.as_tuple().exponent) > MOST_DECIMALS:
            yield f"too many decimals: {number}"


def _ring(ring: Json, *, exterior: bool) -> Iterator[str]:
    if len(ring) < 4:
        yield f"{len(ring)} positions in a ring"
    if ring[0] != ring[-1]:
        yield "a ring that is not closed"
    twice = sum(float(a[0]) * float(b[1]) - float(b[0]) * float(a[1]) for a, b in pairwise(ring))
    if (twice > 0) != exterior:
        yield "an outer ring that runs clockwise" if exterior else "a hole that runs counterclockwise"
