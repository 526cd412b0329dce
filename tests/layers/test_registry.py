"""A new layer is one new file: nothing else is edited."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from layers import base
from layers import map as map_layer
from layers.files import assets, export
from roadmap import atlas, moments
from roadmap.words import text
from tests.layers import planting

FIRST = ("control", "change", "zones", "crossings")

@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Further files beside the layers: see `planting`."""
    (tmp_path / "_draft.py").write_text("raise AssertionError('a private file was read')", encoding="utf-8")
    (tmp_path / "no_layer.py").write_text("VALUE = 1", encoding="utf-8")
    with planting.planted(tmp_path, monkeypatch):
        yield


def test_the_shipped_layers_in_drawing_order() -> None:
    orders = [layer.order for layer in base.registry().values()]
    assert orders == sorted(set(orders))
    assert [name for name in base.registry() if name in FIRST] == list(FIRST)


@pytest.mark.usefixtures("planted")
def test_a_new_file_is_found_in_its_place() -> None:
    names = [name for name in base.registry() if name in {*FIRST, *planting.FILES}]
    assert names == ["control", "rates", "change", "zones", "crossings", "shares", "roads", "offices"]
    assert base.find("rates").title(text.words()) == "Homicide rate by state"


@pytest.mark.usefixtures("planted")
def test_a_new_file_is_sent_to_the_browser_with_every_step(plan: atlas.Atlas, words: text.Words) -> None:
    sent: Any = assets.manifest(plan, words, "outlines.json")["layers"]
    kinds = {name: [mark["kind"] for mark in sent[name]["marks"]] for name in planting.FILES}
    assert kinds == {"rates": ["fill", "values"], "offices": ["symbols"], "roads": ["flows"], "shares": ["pixels"]}
    state: Any = map_layer.step([moments.of(plan, 12)], show=["rates", "offices"], extra={})
    states = json.loads(json.dumps(state))["maps"][0]["states"]
    codes, rates = states["rates"]
    assert len(codes) == len(rates) == 32
    assert states["offices"] == [[[0, 1]]]


@pytest.mark.usefixtures("planted")
def test_a_new_layer_by_state_has_a_legend_in_three_denominators(plan: atlas.Atlas, words: text.Words) -> None:
    legend = base.find("rates").legend(moments.of(plan, 12), words)
    rows = plan.territory.municipalities
    assert [row.label for row in legend.rows] == ["no figure", "under 20", "20 and more"]
    assert sum(row.municipalities or 0 for row in legend.rows) == len(rows)
    assert sum(row.population or 0 for row in legend.rows) == rows["population"].sum()
    assert sum(row.area_km2 or 0 for row in legend.rows) == pytest.approx(rows["area_km2"].sum())
    rates = plan.plan.projected.homicide_rate[12]
    high = plan.territory.states["cve_ent"][rates >= 20]
    assert legend.rows[2].municipalities == rows["cve_ent"].isin(high).sum()


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize(("name", "rows"), [("rates", 32), ("offices", 2)])
def test_a_new_layer_is_written_to_files(name: str, rows: int, plan: atlas.Atlas, tmp_path: Path) -> None:
    path = export.save(tmp_path / "out", base.find(name), moments.of(plan, 12))
    assert path.name == f"{name}_month-12_ssa.geojson"
    document = json.loads(path.read_text(encoding="utf-8"))
    assert len(document["features"]) == rows
    assert document["metadata"]["hypothetical"] is True


@pytest.mark.usefixtures("planted")
def test_an_unknown_level_or_shape_names_file_and_layer(plan: atlas.Atlas, words: text.Words) -> None:
    """Bad declarations are told at start, when the manifest is made, with the file, the layer and what is allowed."""
    for name, said in planting.FAULTS.items():
        layer = base.find("rates")
        broken = type(layer).__new__(type(layer))
        vars(broken).update(planting.broken(name))
        with pytest.raises(base.LayerError, match=said):
            base.drawn(broken, plan, words)


def test_an_unknown_layer_is_named_with_those_there_are() -> None:
    with pytest.raises(base.LayerError, match=r"`layer` 'nope' is unknown; choose from control, change, .*zones"):
        base.find("nope")
