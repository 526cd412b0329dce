"""The map as one file asks nobody for anything, shows every month, and takes names for text."""

from __future__ import annotations

import base64
import gzip
import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import folium
import pytest

from layers import __main__ as command
from layers import base, legends
from layers import map as map_layer
from layers.files import alone, assets, export
from roadmap import atlas, moments
from roadmap.words import text
from tests.layers import traps

MOST_BYTES = 2_000_000
SHOWN = ("control", "zones", "crossings")


@dataclass
class Document(HTMLParser):
    """A page taken apart: its tags, what it would fetch, and the content of each script."""

    html: str
    tags: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.asked += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] == ["script"] and self.cdata_elem == "script":
            self.scripts[-1] += data
        else:
            self.said.append(data)


def content(address: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """What an address holds."""
    kind, _, coded = address.partition(";base64,")
    found = base64.b64decode(coded)
    if kind == "data:application/gzip":
        found = gzip.decompress(found)
    return found.decode() if kind in {"data:text/javascript", "data:text/css"} else json.loads(found)


def made(seen: moments.Comparison, show: tuple[str, ...] = SHOWN) -> Document:
    """The page of a moment."""
    return Document(alone.page(seen, show, text.words()).decode())


def given(page: Document) -> dict[str, Any]:
    """What the page's script opens the map with."""
    found = re.search(r'getElementById\("key"\), (\{.*\})\);$', page.scripts[-1], re.MULTILINE)
    assert found is not None
    read: dict[str, Any] = json.loads(found[1])
    return read


@pytest.fixture(scope="module")
def page(plan: atlas.Atlas) -> Document:
    """The shipped plan at the end of phase 3."""
    return made(moments.of(plan, 36))


def test_everything_is_in_it(page: Document) -> None:
    assert len(page.html.encode()) <= MOST_BYTES
    assert page.asked
    assert all(address.startswith("data:") for address in page.asked)
    policy = re.search(r"Content-Security-Policy' content='([^']*)'", page.html)
    assert policy is not None
    assert policy[1].startswith("default-src &#39;none&#39;; ")
    assert not re.search(r"https?:|\*|&#39;self&#39;", policy[1])


def test_its_modules_ask_for_modules_that_are_there(page: Document) -> None:
    modules = json.loads(page.scripts[0])["imports"]
    sources = {name: content(address) for name, address in modules.items()}
    importing = re.compile(r'^import (?:.* from )?"(.*)";$', re.MULTILINE)
    asked = {name: importing.findall(source) for name, source in sources.items()}
    assert {each for names in asked.values() for each in names} <= set(modules)
    assert "atlas/board.js" in asked["atlas/alone.js"]
    assert not any("import.meta" in source for source in sources.values())
    assert map_layer.script() == sources["atlas/base.js"]


def test_it_draws_what_the_live_map_draws(page: Document, plan: atlas.Atlas, words: text.Words) -> None:
    read = given(page)
    manifest = content(read["manifest"])
    shipped = json.loads(assets.encoded(assets.manifest(plan, words, "")))
    assert {**manifest, "outlines": "", "data": None} == {**shipped, "data": None}
    assert set(manifest["data"]) == set(SHOWN) & set(assets.data(plan))
    assert content(manifest["data"]["control"]) == json.loads(assets.encoded(base.months(plan, "control")))
    assert read["state"] == json.loads(
        assets.encoded(map_layer.step([moments.of(plan, 36)], show=SHOWN, extra={"pick": ""}))
    )


def test_legends_are_those_of_every_month(page: Document, plan: atlas.Atlas, words: text.Words) -> None:
    found = re.findall(r"<template>(.*?)</template>", page.html, re.DOTALL)
    assert len(found) == 61
    for month in (0, 7, 36, 60):
        assert found[month] == legends.together(moments.of(plan, month), SHOWN, words, options={}, dark=False)


def test_a_legend_names_no_layer_that_the_map_does_not_show_then(plan: atlas.Atlas, words: text.Words) -> None:
    show = ("control", "change", "detection", "investment")
    page = made(moments.of(plan, 36, 6), show)
    found = re.findall(r"<template>(.*?)</template>", page.html, re.DOTALL)
    titles = [re.findall(r"<h2>(.*?)</h2>", each) for each in found]
    seen = moments.of(plan, 36, 6)
    gone = {base.find(name).legend(seen, words).title for name in ("change", "detection")}
    assert gone <= set(titles[36])
    assert all(len(each) == len(titles[36]) - len(gone) for month, each in enumerate(titles) if month != 36)
    assert all(base.find("control").title(words) in each for each in titles)


def test_it_says_what_it_is_and_stands_on(page: Document, plan: atlas.Atlas, words: text.Words) -> None:
    said = "\n".join(page.said)
    assert words.t("HYPOTHETICAL") in said
    assert words.t(text.notice(plan.territory.country)) in said
    assert plan.edition in said
    assert export.made_at()[:10] in said
    assert "INEGI" in said
    assert page.html.startswith('<!DOCTYPE html>\n<html lang="en">')


def test_names_are_text(hostile: atlas.Atlas) -> None:
    found = made(moments.of(hostile, 20), tuple(base.registry()))
    assert found.tags.count("script") == 2
    assert "img" not in found.tags
    assert traps.SCRIPT + traps.IMAGE in "".join(found.said)


def test_pictures_are_in_it(plan: atlas.Atlas) -> None:
    found = given(made(moments.of(plan, 60), ("detection",)))
    assert re.search(r'"light": ?"data:image/png;base64,iVBOR', json.dumps(found["state"]))
    assert ".png" not in json.dumps(found["state"])


def test_the_same_is_the_same(small: atlas.Atlas) -> None:
    first, second = (alone.page(moments.of(small, 7), SHOWN, text.words()) for _ in range(2))
    assert first == second


def test_what_is_chosen_about_a_layer_is_kept(plan: atlas.Atlas) -> None:
    option = base.find("investment").option
    assert option is not None
    other = next(choice for choice in option.choices if choice != option.default)
    page = alone.page(moments.of(plan, 36), ("investment",), text.words(), options={option.key: other})
    assert given(Document(page.decode()))["state"]["options"] == {"investment": other}


def test_folium_writes_the_document() -> None:
    written = map_layer.document("en", "Title", "<meta name='a'>", "<p>{{ 7 * 7 }}</p>", "void 0;")
    figure = folium.Figure(title="Title")
    figure.header.add_child(folium.Element("<meta name='a'>"))
    figure.html.add_child(folium.Element("<p>{% raw %}{{ 7 * 7 }}{% endraw %}</p>"))
    figure.script.add_child(folium.Element("void 0;"))
    assert written == figure.render().replace("<html>", '<html lang="en">')


def test_the_command_writes_it(small: atlas.Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "load", lambda *_: small)
    assert command.main(["--out", str(tmp_path), "--format", "html", "--phase", "2"]) == 0
    written = tmp_path / f"map_month-18_{small.scenario.id}.html"
    assert written.read_bytes() == alone.page(moments.of(small, 18), base.opened(), text.words())


def test_a_folder_that_cannot_be_written_is_one_line(
    small: atlas.Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "load", lambda *_: small)
    taken = tmp_path / "taken"
    taken.write_text("a file")
    assert command.main(["--out", str(taken), "--format", "html"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "cannot be written" in line
    assert taken.read_text() == "a file"
