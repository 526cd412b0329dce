"""Texts of a scenario in several languages: the reader's, else the scenario's own."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from geo import territory
from roadmap.plan import scenario
from roadmap.tables import texts
from roadmap.words import text

Faults = Callable[[Callable[[], object]], list[tuple[object, ...]]]

ENGLISH, SPANISH, HINDI = (text.Words(language) for language in texts.LANGUAGES)


def written(folder: Path, **changes: str) -> Path:
    """Write other lines into the plan of a folder; ``title_One`` names the line ``title = "One"``."""
    path = folder / "roadmap.toml"
    content = path.read_text(encoding="utf-8")
    for named, line in changes.items():
        key, _, value = named.partition("_")
        old = f'{key} = "{value.replace("_", " ")}"'
        assert content.count(old) == 1, old
        content = content.replace(old, line)
    path.write_text(content, encoding="utf-8")
    return folder


def test_each_reader_gets_the_language_that_there_is(small_folder: Path, small_territory: territory.Territory) -> None:
    folder = written(
        small_folder,
        title_A_small_plan='title = {en = "A small plan", es = "Un plan pequeño", hi = "एक छोटी योजना"}',
        title_One='title.en = "One"\ntitle.es = "Uno"',
        title_Patrols='title = {es = "Patrullas", en = "Patrols"}',
        name_North='name = {en = "North", hi = "उत्तर"}',
    )
    found = scenario.load(folder, small_territory)
    assert [words.of(found.title) for words in (ENGLISH, SPANISH, HINDI)] == [
        "A small plan",
        "Un plan pequeño",
        "एक छोटी योजना",
    ]
    assert [words.of(found.phases[0].title) for words in (ENGLISH, SPANISH, HINDI)] == ["One", "Uno", "One"]
    assert SPANISH.of(found.entries[0].title) == "Patrullas"
    assert [words.of(found.zones[0].name) for words in (SPANISH, HINDI)] == ["North", "उत्तर"]
    # What is not translated stands as it is, and files keep the scenario's own language.
    assert SPANISH.of(found.phases[1].title) == "Two"
    assert (str(found.title), found.entries[0].title, found.zones[0].name) == ("A small plan", "Patrols", "North")
    assert SPANISH.of("no text of a scenario") == "no text of a scenario"


def test_a_scenario_may_have_another_language_of_its_own(
    small_folder: Path, small_territory: territory.Territory
) -> None:
    folder = written(
        small_folder,
        title_A_small_plan='language = "es"\ntitle = "Un plan pequeño"',
        title_One='title = {es = "Uno", en = "One"}',
    )
    found = scenario.load(folder, small_territory)
    assert [words.of(found.title) for words in (ENGLISH, SPANISH)] == ["Un plan pequeño"] * 2
    assert [words.of(found.phases[0].title) for words in (ENGLISH, SPANISH, HINDI)] == ["One", "Uno", "Uno"]


BOOLEAN = {"expected": "text", "found": "boolean"}
CODES = {"allowed": texts.LANGUAGES}


@pytest.mark.parametrize(
    ("line", "column", "value", "key", "values"),
    [
        ('title = {en = "One", xx = "?"}', "phase.title.xx", "xx", "unknown_language", CODES),
        ('title = {en = "One", ES = "Uno"}', "phase.title.ES", "ES", "unknown_language", CODES),
        ('title = {en = "One", es = " "}', "phase.title.es", " ", "empty", {}),
        ('title = {en = "", es = "Uno"}', "phase.title.en", "", "empty", {}),
        ('title = {en = "One", es = true}', "phase.title.es", True, "wrong_type", BOOLEAN),
        ('title = {en = "One", es = "U\\u0007"}', "phase.title.es", "U\x07", "control_character", {"code": "U+0007"}),
        ('title = {es = "Uno"}', "phase.title", None, "own_language_missing", {"language": "en"}),
        ("title = {}", "phase.title", None, "own_language_missing", {"language": "en"}),
    ],
)
def test_what_is_wrong_with_a_language_is_told_with_its_place(
    line: str,
    column: str,
    value: object,
    key: str,
    values: dict[str, object],
    small_folder: Path,
    small_territory: territory.Territory,
    faults_of: Faults,
) -> None:
    folder = written(small_folder, title_One=line)
    row = (folder / "roadmap.toml").read_text(encoding="utf-8").splitlines().index(line) + 1
    found = faults_of(lambda: scenario.load(folder, small_territory))
    assert found == [("roadmap.toml", row, column, value, key, values)]


def test_the_scenarios_own_language_is_one_of_those_known(
    small_folder: Path, small_territory: territory.Territory, faults_of: Faults
) -> None:
    folder = written(small_folder, title_A_small_plan='language = "xx"\ntitle = "A small plan"')
    found = faults_of(lambda: scenario.load(folder, small_territory))
    assert found == [("roadmap.toml", 2, "scenario.language", "xx", "unknown_choice", CODES)]


def test_a_text_keeps_its_languages_when_it_is_copied() -> None:
    @dataclasses.dataclass(frozen=True)
    class Zone:
        name: str

    zone = texts.Text("Border", {"es": "Frontera"})
    for each in (pickle.loads(pickle.dumps(zone)), copy.deepcopy(zone), dataclasses.replace(Zone(zone)).name):  # noqa: S301
        assert each == "Border"
        assert SPANISH.of(each) == "Frontera"
    assert (zone, hash(zone)) == ("Border", hash("Border"))


def test_pages_are_in_languages_that_scenarios_know() -> None:
    assert set(text.LANGUAGES) <= set(texts.LANGUAGES)
