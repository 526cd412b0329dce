"""A picture as SVG, taken apart."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> ET.Element:
    """The drawing, taken apart, without the notice that must stand last in each; it must be well formed."""
    whole = ET.fromstring(svg)  # noqa: S314 - our own
    notice = whole[-1]
    assert notice.text == "HYPOTHETICAL, invented"
    whole.remove(notice)
    return whole


def said(svg: str) -> list[str]:
    """All texts."""
    return ["".join(each.itertext()) for each in drawn(svg).iter(f"{SVG}text")]


def stops(path: str) -> list[tuple[float, float]]:
    """The points of a path of straight lines, in absolute coordinates; a closed one is left open."""
    x = y = 0.0
    points = []
    for sign, arguments in re.findall(r"([MHVhvl])([-\d. ]+)", path):
        values = [float(each) for each in arguments.split()]
        across, down = values[0], values[-1]
        x = across if sign in "MH" else x + across if sign in "hl" else x
        y = down if sign in "MV" else y + down if sign in "vl" else y
        points.append((x, y))
    return points
