"""The folium map: constant for a scenario and a language, with one tiny group for a step.

The base map never changes while the reader steps, so the frame in the page is never remounted and
the view survives. What varies travels in a feature group whose script hands the new state to the
drawing scripts.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import folium
from folium import elements, template

from layers import base, static
from layers.files import assets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from roadmap import moments

CENTRE = (23.6, -102.0)
STATIC = f"../../{static.URL}"
"""Where the map's frame, ``component/NAME/index.html``, finds the static folder.

Relative, because a server does not know what a proxy before it puts in front of its paths or strips of them.
"""


class _Chart(folium.Map):
    """A map whose header holds nothing: the component would send it with every step, and ``map.css`` says it all."""

    def render(self, **kwargs: object) -> str:
        """Render, and take the header's part out again."""
        rendered: str = super().render(**kwargs)  # type: ignore[no-untyped-call]
        figure = self.get_root()
        if isinstance(figure, folium.Figure):
            figure.header._children.pop(self.get_name(), None)  # noqa: SLF001 - there is no other way
        return rendered


class _Engine(elements.JSCSSMixin, folium.MacroElement):
    """Starts the drawing scripts on the map."""

    _template = template.Template(
        "{% macro script(this, kwargs) %}"
        "Atlas.attach({{ this._parent.get_name() }}, {{ this.url|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, published: assets.Assets) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Engine"
        self.url = f"{STATIC}/{published.manifest}"
        self.default_js = [("atlas", f"{STATIC}/{published.scripts[1]}")]
        self.default_css = [("atlas", f"{STATIC}/{published.styles[1]}")]


class _State(folium.MacroElement):
    """Hands the state of a step to the drawing scripts."""

    _template = template.Template(
        "{% macro script(this, kwargs) %}window.atlas.apply({{ this.payload }});{% endmacro %}"
    )

    def __init__(self, payload: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "State"
        self.payload = payload


def build(published: assets.Assets) -> folium.Map:
    """Return the base map.

    Parameters
    ----------
    published
        The static files.

    Returns
    -------
    folium.Map
        Without tiles. Build it afresh for every run: the component changes what it is given.
    """
    chart = _Chart(
        location=CENTRE,
        zoom_start=5,
        tiles=None,
        zoom_snap=0.25,
        zoom_delta=0.75,
        wheel_px_per_zoom_level=90,
        max_bounds_viscosity=0.8,
        prefer_canvas=True,
    )
    chart.default_js = [("leaflet", f"{STATIC}/{published.scripts[0]}")]
    chart.default_css = [("leaflet", f"{STATIC}/{published.styles[0]}")]
    chart.add_child(_Engine(published))
    return chart


def safe_json(value: object) -> str:
    """Return JSON that may stand inside a script element: ``<``, ``>`` and ``&`` are escaped."""
    packed = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return packed.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def step(seen: moments.Comparison, *, show: Sequence[str], extra: Mapping[str, object]) -> folium.FeatureGroup:
    """Return the group that repaints the map for a month.

    Parameters
    ----------
    seen
        The month, and the one it is compared with.
    show
        Layers to draw.
    extra
        More of the state: ``pick``, ``focus``, ``bounds`` or ``at`` to go to with the focus instead of the pick, and
        ``options`` of layers by id.
    """
    state: dict[str, object] = {"month": seen.month, "show": list(show), **extra}
    for layer in map(base.find, show):
        if not layer.is_of_a_month:  # the browser has all months of the others
            state[layer.id] = layer.state(seen)
    group = folium.FeatureGroup(name="state")
    group.add_child(_State(safe_json(state)))
    return group
