"""The map is constant for a scenario; a step sends a few kilobytes, and nothing comes from outside."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import folium
import pytest
import streamlit_folium
from folium import elements

from layers import base, static
from layers import map as map_layer
from layers.files import assets
from roadmap import atlas, moments
from roadmap.words import text

LAYERS = tuple(base.registry())
MOST_BYTES = 8 * 1024


def script(published: assets.Assets) -> str:
    """The script of the base map, as the component would send it."""
    chart = map_layer.build(published)
    chart.get_root().render()
    return str(streamlit_folium._get_map_string(chart))  # noqa: SLF001 - what the browser is sent


def parts(element: object) -> Iterator[object]:
    """An element and everything in it."""
    yield element
    for child in getattr(element, "_children", {}).values():
        yield from parts(child)


def links(published: assets.Assets) -> list[str]:
    """Every address that the map asks the browser to load."""
    found = []
    for element in parts(map_layer.build(published)):
        if isinstance(element, elements.JSCSSMixin):
            found += [url for _, url in [*element.default_js, *element.default_css]]
    return found


def sent(plan: atlas.Atlas, month: int, vs: int = 0, show: tuple[str, ...] = LAYERS) -> str:
    """The script that a step sends."""
    extra = {"pick": "08037", "focus": 3}
    group = map_layer.step(moments.of(plan, month, vs), show=show, extra=extra)
    chart = folium.Map(tiles=None)
    return str(streamlit_folium._get_feature_group_string(group, map=chart))  # noqa: SLF001


def test_the_map_loads_local_files_only(published: assets.Assets) -> None:
    found = links(published)
    assert len(found) == 4
    assert all(re.fullmatch(r"\.\./\.\./app/static/[a-z0-9./-]+\.(js|css)", url) for url in found)
    assert all((static.folder() / url.removeprefix(f"{map_layer.STATIC}/")).is_file() for url in found)
    assert not re.search("jquery|bootstrap|awesome|glyphicon|cdn", " ".join(found), re.IGNORECASE)


def test_no_other_map_in_the_process_is_changed(published: assets.Assets) -> None:
    before = list(folium.Map.default_js), list(folium.Map.default_css)
    map_layer.build(published)
    assert (list(folium.Map.default_js), list(folium.Map.default_css)) == before
    assert any("jquery" in url for _, url in folium.Map().default_js)


def test_the_base_map_asks_for_no_tiles(published: assets.Assets) -> None:
    base_map = script(published)
    assert "tileLayer" not in base_map
    assert not re.search(r"https?:|//\w", base_map)


def test_the_base_map_is_the_same_in_every_run(published: assets.Assets) -> None:
    first = script(published)
    assert script(published) == first
    assert f'Atlas.attach(map_div, "{map_layer.STATIC}/{published.manifest}");' in first
    key = streamlit_folium.generate_js_hash(first, "map")
    assert streamlit_folium.generate_js_hash(script(published), "map") == key


def test_another_scenario_is_another_map(
    published: assets.Assets, own: atlas.Atlas, hostile: atlas.Atlas, words: text.Words
) -> None:
    others = [assets.publish(each, words) for each in (own, hostile)]
    scripts = [script(each) for each in (published, *others)]
    assert len({streamlit_folium.generate_js_hash(each, "map") for each in scripts}) == 3


def test_scenarios_that_differ_after_an_underscore_are_told_apart_where_they_differ(
    small: atlas.Atlas, hostile: atlas.Atlas, words: text.Words
) -> None:
    # The component leaves out what follows an underscore when it tells two maps apart.
    names = []
    for each, scenario_id in ((small, "plan_a"), (hostile, "plan_b")):
        renamed = replace(each, scenario=replace(each.scenario, id=scenario_id))
        base_map = script(assets.publish(renamed, words))
        names.append(streamlit_folium.generate_js_hash(base_map, "map"))
    assert names[0] != names[1]


def test_a_step_with_every_layer_stays_small_in_every_month(plan: atlas.Atlas) -> None:
    sizes = [len(sent(plan, month).encode()) for month in range(61)]
    assert max(sizes) <= MOST_BYTES
    assert min(sizes) > 2465  # what has changed since is in it


@pytest.mark.parametrize("month", [0, 12, 22])
def test_a_step_holds_what_depends_on_more_than_the_month(month: int, small: atlas.Atlas) -> None:
    seen = moments.of(small, month, month // 2)
    group = map_layer.step(seen, show=("zones", "control", "change"), extra={"pick": "01001"})
    (state,) = group._children.values()  # noqa: SLF001 - the only way to it
    assert json.loads(state.payload) == {
        "month": month,
        "show": ["zones", "control", "change"],
        "pick": "01001",
        "change": base.find("change").state(seen),
    }
