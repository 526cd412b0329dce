"""Folium writes the base map; a step sends a few kilobytes, and nothing comes from outside."""

from __future__ import annotations

import json
import re

import folium
import pytest

from layers import base
from layers import map as map_layer
from roadmap import atlas, moments

LAYERS = tuple(base.registry())
MOST_BYTES = 8 * 1024


def sent(plan: atlas.Atlas, month: int, vs: int = 0, show: tuple[str, ...] = LAYERS) -> str:
    """What a step sends."""
    extra = {"pick": "08037", "focus": 3}
    return json.dumps(map_layer.step([moments.of(plan, month, vs)], show=show, extra=extra))


def test_folium_writes_the_script_of_the_base_map() -> None:
    script = map_layer.script()
    chart = folium.Figure()
    chart.add_child(map_layer.build())
    chart.render()
    assert chart.script.render() in script
    assert re.search(r'^export function build\(element\) \{\nelement\.id = "map_atlas";$', script, re.MULTILINE)
    assert 'L.map(\n                "map_atlas"' in script
    assert "return map_atlas;" in script


def test_the_base_map_asks_for_no_file() -> None:
    script = map_layer.script()
    assert "tileLayer" not in script
    assert not re.search(r"https?:|[^/]//\w", script)
    assert map_layer.build().default_js == map_layer.build().default_css == []


def test_no_other_map_in_the_process_is_changed() -> None:
    before = list(folium.Map.default_js), list(folium.Map.default_css)
    map_layer.build()
    assert (list(folium.Map.default_js), list(folium.Map.default_css)) == before
    assert any("jquery" in url for _, url in folium.Map().default_js)


def test_the_base_map_is_the_same_in_every_run() -> None:
    assert map_layer.script() == map_layer.script()


def test_a_step_with_every_layer_stays_small_in_every_month(plan: atlas.Atlas) -> None:
    sizes = [len(sent(plan, month).encode()) for month in range(61)]
    assert max(sizes) <= MOST_BYTES
    assert min(sizes) > 2465  # what has changed since is in it


@pytest.mark.parametrize("month", [0, 12, 22])
def test_a_step_holds_what_depends_on_more_than_the_month(month: int, small: atlas.Atlas) -> None:
    both = [moments.of(small, month, month // 2), moments.of(small, 0, 0)]
    state = map_layer.step(both, show=("zones", "control", "change"), extra={"pick": "01001"})
    assert state == {
        "show": ["zones", "control", "change"],
        "pick": "01001",
        "maps": [{"month": seen.month, "states": {"change": base.find("change").state(seen)}} for seen in both],
    }
