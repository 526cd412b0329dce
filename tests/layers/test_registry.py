"""A new layer is one new file: nothing else is edited."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import layers
from layers import assets, base, export
from layers import map as map_layer
from roadmap import atlas, moments
from roadmap.words import text

FIRST = ("control", "change", "zones", "crossings")

PLANTED = '''
"""A layer that somebody drops into the folder."""

from layers import base, control


class Planted(base.Layer):
    id = "planted"
    order = 15

    def title(self, words):
        return "Planted"

    def frame(self, seen):
        return control.municipal_frame(seen.atlas)

    def state(self, seen):
        return [seen.month, seen.since]

    def constants(self, atlas, words):
        return {"colour": "#1f5c6b"}

    def legend(self, seen, words):
        return base.Legend("Planted", ())

    def columns(self, words):
        return {"name": "Municipality"}


LAYER = Planted()
'''


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One more file beside the layers."""
    (tmp_path / "planted_layer.py").write_text(PLANTED, encoding="utf-8")
    (tmp_path / "_draft.py").write_text("raise AssertionError('a private file was read')", encoding="utf-8")
    (tmp_path / "no_layer.py").write_text("VALUE = 1", encoding="utf-8")
    monkeypatch.setattr(layers, "__path__", [*layers.__path__, str(tmp_path)])
    base._registry.cache_clear()  # noqa: SLF001 - found once a process
    yield
    base._registry.cache_clear()  # noqa: SLF001 - found once a process
    for name in ("planted_layer", "no_layer"):
        sys.modules.pop(f"layers.{name}", None)
        monkeypatch.delattr(layers, name, raising=False)


def test_the_shipped_layers_in_drawing_order() -> None:
    orders = [layer.order for layer in base.registry().values()]
    assert orders == sorted(set(orders))
    assert [name for name in base.registry() if name in FIRST] == list(FIRST)


@pytest.mark.usefixtures("planted")
def test_a_new_file_is_found_in_its_place() -> None:
    found = [name for name in base.registry() if name in {*FIRST, "planted"}]
    assert found == ["control", "planted", "change", "zones", "crossings"]
    assert base.find("planted").title(text.words()) == "Planted"


@pytest.mark.usefixtures("planted")
def test_a_new_file_is_drawn_sent_and_exported(small: atlas.Atlas, published: assets.Assets, tmp_path: Path) -> None:
    constants = assets.manifest(small, text.words(), "outlines.json")["layers"]
    assert isinstance(constants, dict)
    assert constants["planted"] == {"colour": "#1f5c6b"}
    script = map_layer.build(published).get_root().render()
    assert script.index('"control");') < script.index('"planted");') < script.index('"change");')
    group = map_layer.step(moments.of(small, 12, 3), show=["planted"], extra={})
    assert '"planted":[12,3]' in next(iter(group._children.values())).payload  # noqa: SLF001 - what is sent
    path = export.save(tmp_path / "out", base.find("planted"), moments.of(small, 12))
    assert path.name == "planted_month-12_small.geojson"
    assert len(json.loads(path.read_text(encoding="utf-8"))["features"]) == 4


def test_an_unknown_layer_is_named_with_those_there_are() -> None:
    with pytest.raises(base.LayerError, match=r"`layer` 'nope' is unknown; choose from control, change, .*zones"):
        base.find("nope")
