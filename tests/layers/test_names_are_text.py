"""A name that holds HTML, script or a template is text in every file and on the map."""

from __future__ import annotations

import json
import re

import pytest

from layers import base
from layers import map as map_layer
from layers.files import assets, export
from roadmap import atlas, moments
from roadmap.words import text
from tests.layers import traps


@pytest.mark.parametrize("layer", list(base.registry()))
def test_names_survive_in_geojson(layer: str, hostile: atlas.Atlas) -> None:
    one = base.find(layer)
    document = json.loads(export.geojson(one, moments.of(hostile, 20)))
    frame = one.frame(moments.of(hostile, 20))
    for column in {"name", "state", "name_us", "name_mx", "source", "text"} & set(frame.columns):
        assert [f["properties"][column] for f in document["features"]] == list(frame[column])
        assert set(frame[column]) <= set(traps.NAMES)
    assert document["metadata"]["scenario"]["title"] == traps.SCRIPT + traps.IMAGE


@pytest.mark.parametrize("name", traps.NAMES)
def test_a_name_is_a_value_in_the_state_of_a_step(name: str, hostile: atlas.Atlas) -> None:
    extra = {"pick": name, "focus": 0}
    state = map_layer.step([moments.of(hostile, 20)], show=list(base.registry()), extra=extra)
    assert json.loads(json.dumps(state, allow_nan=False))["pick"] == name


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
    scripts = [path.read_text(encoding="utf-8") for path in assets.WEB.glob("*.js")]
    assert len(scripts) > 10
    assert [MARKUP.findall(script) for script in scripts] == [[] for _ in scripts]
    assert sum(script.count("textContent = ") for script in scripts) > 5
