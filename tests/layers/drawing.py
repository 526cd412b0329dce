"""A picture as SVG, taken apart."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> ET.Element:
    """The drawing, taken apart; it must be well formed."""
    return ET.fromstring(svg)  # noqa: S314 - our own


def said(svg: str) -> list[str]:
    """All texts."""
    return ["".join(each.itertext()) for each in drawn(svg).iter(f"{SVG}text")]


def stops(path: str) -> list[tuple[float, float]]:
    """The points of a path of straight lines, in absolute coordinates; a closed one is left open."""
    points: list[tuple[float, float]] = []
    for sign, arguments in re.findall(r"([MLHVh])([-\d. ]+)", path):
        values = [float(each) for each in arguments.split()]
        x, y = points[-1] if points else (0.0, 0.0)
        ends = {"H": (values[0], y), "h": (x + values[0], y), "V": (x, values[0])}
        points.append(ends.get(sign) or (values[0], values[1]))
    return points
