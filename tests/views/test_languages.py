"""A scenario in two languages: every page shows the reader's, and nothing of the other."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from google.protobuf import text_format
from matplotlib import text as mtext
from streamlit.testing.v1 import AppTest

from briefing import figure, view
from layers import base
from layers.files import assets, export
from roadmap import atlas as atlases
from roadmap import moments
from roadmap.plan import scenario
from roadmap.words import text
from tests.views import reading
from tests.views.conftest import Open

MARK = "\N{INVERTED EXCLAMATION MARK}es "
"""Begins every text of the made-up translation."""

PAGES = ("", "border_page", "investment_page", "roadmap_page", "method_page")


def doubled(content: str) -> str:
    """A plan in which every text has a translation, which is the same behind a mark."""
    keys = "title|text|name|summary|author_note|shown_text"
    return re.sub(
        rf'^({keys}) = "(.*)"$', rf'\1 = {{en = "\2", es = "{MARK}\2"}}', content, flags=re.MULTILINE
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped scenario in two languages."""
    made = tmp_path_factory.mktemp("scenarios") / "ssa"
    shutil.copytree(scenario.DEFAULT_ROOT / "ssa", made)
    plan = made / "roadmap.toml"
    plan.write_text(doubled(plan.read_text(encoding="utf-8")), encoding="utf-8")
    for name, column in (("conditions.csv", "title"), ("upgrades.csv", "name")):
        rows = pd.read_csv(made / name, dtype=str, keep_default_na=False)
        rows[f"{column}.es"] = [MARK + each if each else "" for each in rows[column]]
        rows.to_csv(made / name, index=False)
    return made


@pytest.fixture(scope="module")
def both(folder: Path) -> atlases.Atlas:
    return atlases.load("ssa", scenarios_root=folder.parent)


@pytest.fixture
def spanish(both: atlases.Atlas, monkeypatch: pytest.MonkeyPatch, fresh_caches: None) -> Iterator[text.Words]:
    """Spanish as a language of the pages, though its catalogue is empty."""
    del fresh_caches
    monkeypatch.setattr(atlases, "load", lambda *_names, **_given: both)
    monkeypatch.setattr(text, "LANGUAGES", ("en", "es"))
    text.words.cache_clear()
    yield text.words("es")
    text.words.cache_clear()


def own(atlas: atlases.Atlas) -> list[str]:
    """The scenario's texts, but for short ones, those of which another is a part, and words of public figures."""
    plan = atlas.scenario
    conditions = [each.title for each in atlas.books.conditions]
    others = "\n".join([atlas.observations.indicators.to_csv(), *conditions])
    said = [plan.title, *(each for phase in plan.phases for each in (phase.title, phase.text))]
    said += [each for entry in plan.entries for each in (entry.title, entry.text, entry.shown_text)]
    said += [*(zone.name for zone in plan.zones), *(each.name for each in atlas.frontier.upgrades.upgrades)]
    kept = {str(each) for each in said if len(each) > 12 and each not in others} | set(map(str, conditions))
    return sorted(kept, key=len, reverse=True)


def untranslated(shown: str, atlas: atlases.Atlas) -> list[str]:
    """Texts of the scenario that stand in what is shown without the mark of the translation."""
    for each in own(atlas):
        shown = shown.replace(MARK + each, "")
    return [each for each in own(atlas) if each in shown]


def shown_on(app: AppTest) -> str:
    """Everything that a page shows."""
    parts = [reading.html(app).text, *(value for _, _, value in reading.html(app).attributes)]
    parts += [str(each.value) for kind in (app.markdown, app.caption, app.warning, app.info) for each in kind]
    parts += [frame.value.to_csv() for frame in app.dataframe]
    labels = [each.proto for kind in ("radio", "button", "multiselect") for each in app.get(kind)]
    parts += [reading.unescaped(text_format.MessageToString(each, as_utf8=True)) for each in labels]
    for chart in reading.charts(app):
        parts += [chart.said, json.dumps(chart.spec, ensure_ascii=False)]
        parts += [rows.to_csv() for rows in chart.rows.values()]
    return "\n".join(parts)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_the_readers_language(page: str, visit: Open, both: atlases.Atlas, spanish: text.Words) -> None:
    place = both.scenario.zones[0].members[0][0]
    app = visit(page, lang="es", phase="3", month="30", place=place, layers="control,zones,investment")
    assert not app.exception
    assert app.session_state["view"].lang == spanish.language == "es"
    said = shown_on(app)
    assert MARK + both.scenario.title in said
    assert untranslated(said, both) == []


def test_a_table_of_zones_is_in_the_readers_language(visit: Open, both: atlases.Atlas, spanish: text.Words) -> None:
    del spanish
    app = visit(lang="es", month="30", layers="zones")
    app.toggle(key="table").set_value(True).run()
    (table,) = app.dataframe
    assert len(table.value) > 5
    assert set(table.value["Zone"]) <= {MARK + zone.name for zone in both.scenario.zones}


def test_the_map_is_told_the_readers_language(both: atlases.Atlas, spanish: text.Words) -> None:
    said = json.dumps(assets.manifest(both, spanish, ""), ensure_ascii=False)
    assert MARK + both.scenario.title in said
    for zone in both.scenario.zones:
        assert MARK + zone.name in said
    for phase in both.scenario.phases:
        assert MARK + phase.title in said
    assert untranslated(said, both) == []


def test_a_search_finds_zones_by_their_names_in_the_readers_language(
    visit: Open, both: atlases.Atlas, spanish: text.Words
) -> None:
    del spanish
    app = visit(lang="es")
    app.text_input(key="search").set_value(both.scenario.zones[0].name).run()
    assert any(MARK + both.scenario.zones[0].name in each.label for each in app.button)


def test_a_picture_is_in_the_readers_language(both: atlases.Atlas, spanish: text.Words) -> None:
    seen = moments.of(both, 30)
    drawn = figure.draw(view.of(seen, layers=("control", "zones"), words=spanish, place=""))
    said = [*(each.get_text() for each in drawn.figure.findobj(mtext.Text)), *drawn.about.values()]
    flat = " ".join(" ".join(said).split())
    assert MARK + both.scenario.title in flat
    assert MARK + both.scenario.phases[2].title in flat
    assert untranslated(flat, both) == []


def test_files_keep_the_scenarios_own_language(both: atlases.Atlas, spanish: text.Words) -> None:
    del spanish
    seen = moments.of(both, 30)
    written = export.geojson(base.find("zones"), seen).decode()
    assert MARK not in written
    assert json.loads(written)["metadata"]["scenario"]["title"] == str(both.scenario.title)
