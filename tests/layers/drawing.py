"""A picture as SVG, taken apart."""

from __future__ import annotations

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
