"""The folium map, which the browser builds as often as it is asked to, and the state that a step hands to it.

Folium writes the script of the base map; it becomes a module for the drawing scripts of ``layers/web``, which paint on
what it makes. A map never changes while the reader steps: what varies travels as the state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import folium
import jinja2

from layers import base

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from roadmap import moments

CENTRE = (23.6, -102.0)
_NAME = "atlas"


def build() -> folium.Map:
    """Return the base map, without tiles and asking for no file."""
    chart = folium.Map(
        location=CENTRE,
        zoom_start=5,
        tiles=None,
        zoom_snap=0.25,
        zoom_delta=0.75,
        wheel_px_per_zoom_level=90,
        max_bounds_viscosity=0.8,
        prefer_canvas=True,
    )
    chart._id = _NAME  # noqa: SLF001 - else another one in every run
    chart.default_js, chart.default_css = [], []
    return chart


def script() -> str:
    """Return the module that makes a base map of an element: ``build(element)``."""
    chart = build()
    figure = folium.Figure()
    figure.add_child(chart)
    figure.render()
    made = figure.script.render()
    name = chart.get_name()
    return (
        "// Leaflet finds the element by its name, which the next map needs as well.\n"
        "export function build(element) {\n"
        f'element.id = "{name}";\n'
        f"{made}\n"
        'element.removeAttribute("id");\n'
        f"return {name};\n"
        "}\n"
    )


class _Text(folium.Element):
    """A part of a document as it is, which no template engine reads once more."""

    _template = jinja2.Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


def document(language: str, title: str, head: str, body: str, script: str) -> str:
    """Return an HTML document that folium writes, of parts in which every text is escaped.

    Parameters
    ----------
    language
        Of its texts, as BCP 47 writes it.
    title, head, body, script
        Its parts.
    """
    figure = folium.Figure(title=title)
    for part, content in ((figure.header, head), (figure.html, body), (figure.script, script)):
        part.add_child(_Text(content))
    return figure.render().replace("<html>", f'<html lang="{language}">', 1)


def moment(seen: moments.Comparison, show: Sequence[str]) -> dict[str, object]:
    """Return what one map shows: its month, and the state of layers of which the browser has not all months.

    Parameters
    ----------
    seen
        The month, and the one it is compared with.
    show
        Layers to draw.
    """
    states = {layer.id: layer.state(seen) for layer in map(base.find, show) if not layer.is_of_a_month}
    return {"month": seen.month, "states": states}


def options(show: Sequence[str], chosen: Mapping[str, str]) -> dict[str, object]:
    """Return what is chosen about layers that are shown, by id, as the drawing scripts read it.

    Parameters
    ----------
    show
        Layers to draw.
    chosen
        By key.
    """
    found = {each.id: each.option.key for each in map(base.find, show) if each.option}
    drawn = {layer: chosen[key] for layer, key in found.items() if key in chosen}
    return {"options": drawn} if drawn else {}


def step(
    seen: Sequence[moments.Comparison], *, show: Sequence[str], extra: Mapping[str, object]
) -> dict[str, object]:
    """Return the state that repaints the maps.

    Parameters
    ----------
    seen
        What each map shows, the one that the page is about first.
    show
        Layers to draw.
    extra
        More of the state: ``pick``, ``focus``, ``bounds`` or ``at`` to go to with the focus instead of the pick,
        ``steps`` with the months that the stepper leads to, and ``options`` of layers by id.
    """
    return {"show": list(show), "maps": [moment(each, show) for each in seen], **extra}
