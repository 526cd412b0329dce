"""The same municipalities the ordinary way, to measure against.

A `folium.GeoJson` is built for every phase and shown with `st_folium`. To be fair it draws on a canvas, keeps the
scenario in a cache and takes Leaflet from this machine. `bench.step` starts it.
"""

from __future__ import annotations

from typing import Any

import folium
import streamlit as st
import streamlit_folium
from folium import template

from layers import control, palette
from roadmap import atlas as atlases
from roadmap import moments


class _Painted(folium.MacroElement):
    """Says which month is painted, one animation frame after the paths were asked for."""

    _template = template.Template(
        "{% macro script(this, kwargs) %}"
        "requestAnimationFrame(() => { document.documentElement.dataset.atlasMonth = {{ this.month }}; });"
        "{% endmacro %}"
    )

    def __init__(self, month: int) -> None:
        super().__init__()
        self._name = "Painted"
        self.month = month


@st.cache_resource(show_spinner=False)
def _load() -> atlases.Atlas:
    return atlases.load()


def _style(feature: dict[str, Any]) -> dict[str, Any]:
    swatch = palette.CONTROL[feature["properties"]["class"]]
    return {"fillColor": swatch.light, "fillOpacity": 1, "color": "#ffffff", "weight": 0.3}


def page() -> None:
    """Draw the page: a phase to pick, and a map built for it."""
    atlas = _load()
    last_months = {phase.number: phase.last_month for phase in atlas.scenario.phases}
    number = st.radio("Phase", list(last_months), format_func="Phase {}".format, horizontal=True)
    frame = control.LAYER.frame(moments.of(atlas, last_months[number]))[["name", "state", "class", "geometry"]]
    chart = folium.Map(location=(23.6, -102.0), zoom_start=5, tiles=None, prefer_canvas=True)
    chart.default_js = [("leaflet", "/app/static/leaflet.js")]
    chart.default_css = [("leaflet", "/app/static/leaflet.css")]
    tooltip = folium.GeoJsonTooltip(["name", "state", "class"])
    folium.GeoJson(frame, style_function=_style, tooltip=tooltip).add_to(chart)
    chart.add_child(_Painted(last_months[number]))
    streamlit_folium.st_folium(chart, key="map", height=640, width=None, returned_objects=["last_clicked"])
