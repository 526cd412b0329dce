"""A name that holds HTML, script or a template is text in every file and on the map."""

from __future__ import annotations

import json
import re

import folium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import base
from layers import map as map_layer
from layers.files import assets, export
from roadmap import atlas, moments
from roadmap.plan import scenario
from roadmap.words import text
from tests.layers import traps

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


def rendered(group: folium.FeatureGroup) -> str:
    """The script of the state inside a group, as folium writes it."""
    (state,) = group._children.values()  # noqa: SLF001 - the only way to it
    return str(state._template.module.script(state, {}))  # noqa: SLF001


@pytest.mark.parametrize("layer", list(base.registry()))
def test_names_survive_in_geojson(layer: str, hostile: atlas.Atlas) -> None:
    one = base.find(layer)
    document = json.loads(export.geojson(one, moments.of(hostile, 20)))
    frame = one.frame(moments.of(hostile, 20))
    for column in {"name", "state", "name_us", "name_mx", "source", "text"} & set(frame.columns):
        assert [f["properties"][column] for f in document["features"]] == list(frame[column])
        assert set(frame[column]) <= set(traps.NAMES)
    assert document["metadata"]["scenario"]["title"] == traps.SCRIPT + traps.IMAGE


@given(JSON)
def test_json_inside_a_script_cannot_end_it(value: object) -> None:
    packed = map_layer.safe_json(value)
    assert not set(packed) & set("<>&\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}")
    assert packed.isascii()
    assert json.loads(packed) == value


@pytest.mark.parametrize("name", traps.NAMES)
def test_a_name_cannot_leave_the_script_of_a_step(name: str, hostile: atlas.Atlas) -> None:
    extra = {"pick": name, "focus": 0}
    script = rendered(map_layer.step(moments.of(hostile, 20), show=list(base.registry()), extra=extra))
    assert script.startswith("window.atlas.apply({")
    assert script.endswith("});")
    assert not set(script) & set("<>&")
    sent = json.loads(script.removeprefix("window.atlas.apply(").removesuffix(");"))
    assert sent["pick"] == name


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        map_layer.safe_json(float("nan"))


def test_names_reach_the_browser_as_json_values_only(hostile: atlas.Atlas, words: text.Words) -> None:
    manifest = json.loads(json.dumps(assets.manifest(hostile, words, "x.json")))
    names = manifest["layers"]["zones"]["marks"][0]["names"]
    assert [name.rpartition(" (")[0] for name in names.values()] == list(traps.NAMES[:3])
    points = manifest["layers"]["crossings"]["marks"][0]["points"]
    titles = {point["title"] for point in points if not point.get("is_planned")}
    assert titles == set(traps.NAMES[:3])
    labels = {label["t"] for label in manifest["ground"]["labels"] if label["k"] == "state"}
    assert labels == set(traps.NAMES[:3])


MARKUP = re.compile(
    r"(?:inner|outer)HTML\s*\+?=[^=]|insertAdjacentHTML|document\.write"
    r"|\beval\(|new Function|DOMParser|bindPopup|bindTooltip"
)


def test_the_scripts_never_turn_text_into_markup() -> None:
    script = assets.script().decode()
    assert MARKUP.findall(script) == []
    assert script.count("textContent = ") > 5


@pytest.mark.parametrize("line", ["a.innerHTML = x;", "a.outerHTML+=x", "eval(x)", "new Function(x)", "a.bindPopup(x)"])
def test_a_planted_way_to_markup_is_seen(line: str) -> None:
    assert MARKUP.search(line)


def test_a_scenarios_own_markup_is_kept_as_written(own: atlas.Atlas) -> None:
    folder = own.scenario.folder.parent / "marked"
    if not folder.exists():
        folder.mkdir()
        for name in scenario.FILES[:-1]:
            content = (own.scenario.folder / name).read_text(encoding="utf-8")
            zone = f'name = "{own.scenario.zones[0].name}"'
            assert (zone in content) == (name == "roadmap.toml")
            marked = f"name = '''{traps.IMAGE}'''" + '  # "'
            (folder / name).write_text(content.replace(zone, marked), encoding="utf-8")
    loaded = scenario.load(folder, own.territory)
    assert loaded.zones[0].name == traps.IMAGE
