"""Places are called what their country calls them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from briefing import figure, panel
from geo import pack
from layers import base, figures, legends, levels
from roadmap import atlas, moments
from roadmap.words import text
from tests import marchland

PARISHES = replace(
    pack.Pack(), levels={"municipality": pack.Level("parish", "parishes"), "state": pack.Level("province", "provinces")}
)


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> atlas.Atlas:
    """The made-up country, which has parishes and provinces."""
    return atlas.load(marchland.write(tmp_path_factory.mktemp("data")))


@pytest.mark.parametrize(("count", "said"), [(0, "0 parishes"), (1, "1 parish"), (1200, "1,200 parishes")])
def test_other_names_are_counted(count: int, said: str) -> None:
    assert levels.counted(PARISHES, count, text.words()) == said


@pytest.mark.parametrize(("count", "said"), [(0, "0 municipalities"), (1, "1 municipality")])
def test_usual_names_stand_in_whole_sentences(count: int, said: str) -> None:
    assert levels.counted(pack.Pack(), count, text.words()) == said
    assert levels.short(pack.Pack(), text.words()) == "Municip."
    assert levels.sought(pack.Pack(), text.words())[1] == "Municipality, state or zone"


def test_one_other_name_is_enough() -> None:
    odd = replace(pack.Pack(), levels={**pack.Pack().levels, "state": pack.Level("region", "regions")})
    assert levels.sought(odd, text.words()) == ("Find a place", "Municipality, Region, zone")
    assert levels.is_usual(odd)
    assert not levels.is_usual(odd, levels.STATE)


def test_figures_legends_and_tables_have_the_names(country: atlas.Atlas) -> None:
    seen, words = moments.of(country, 10), text.words()
    said = str([vars(each) for each in figures.headline(seen, words)])
    assert "parish" in said
    shown = (*base.opened(), "change")
    drawn = str(legends.together(seen, shown, words, options={}, dark=False))
    assert "<th scope='col'>Parishes</th>" in drawn
    headings = base.headings(base.find("control"), country, words)
    assert (headings["name"], headings["state"]) == ("Parish", "Province")
    assert base.headings(base.find("zones"), country, words)["municipalities"] == "Parishes"
    assert "unicip" not in said + drawn + str(headings)


def test_the_picture_has_the_names(country: atlas.Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[list[str]] = []
    words_of = panel._head_words  # noqa: SLF001 - what stands over the numbers

    def heard(view: object) -> list[str]:
        said.append(words_of(view))  # type: ignore[arg-type]
        return said[-1]

    monkeypatch.setattr(panel, "_head_words", heard)
    figure.png(moments.of(country, 10))
    assert said[0][0] == "Parishes"


def test_names_are_text(country: atlas.Atlas) -> None:
    hostile = pack.Level("<b>{x}</b>", "</script>{0}")
    levels_of = {"municipality": hostile, "state": hostile}
    place = replace(country.territory, country=replace(country.territory.country, levels=levels_of))
    seen = moments.of(replace(country, territory=place), 10)
    drawn = str(legends.together(seen, base.opened(), text.words(), options={}, dark=False))
    assert "</script>" not in drawn
    assert "{0}" in drawn
    assert base.headings(base.find("control"), seen.atlas, text.words())["name"] == "<b>{x}</b>"
