"""Texts of a scenario in several languages: the reader's, else the scenario's own."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from geo import territory
from roadmap import atlas, errors
from roadmap.border import upgrades
from roadmap.ledger import conditions
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


# --- tables -----------------------------------------------------------------------------------

HEADER = ",".join(conditions.COLUMNS)
ROW = "reports,transparency,Reports are out,*,US,25,1,8,unmet,late"


def conditions_of(path: Path, *lines: str) -> tuple[tuple[conditions.Condition, ...], list[errors.Fault]]:
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    faults: list[errors.Fault] = []
    return conditions.read(path, (), faults), faults


def test_a_table_may_have_a_column_for_each_further_language(tmp_path: Path) -> None:
    lines = [f"{HEADER},title.es,title.hi", f"{ROW},Los informes están listos,"]
    (found,), faults = conditions_of(tmp_path / conditions.FILE, *lines)
    assert faults == []
    assert [words.of(found.title) for words in (ENGLISH, SPANISH, HINDI)] == [
        "Reports are out",
        "Los informes están listos",
        "Reports are out",
    ]
    (plain,), _ = conditions_of(tmp_path / conditions.FILE, HEADER, ROW)
    assert (plain.title, SPANISH.of(plain.title)) == ("Reports are out", "Reports are out")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([f"{HEADER},title.xx", f"{ROW},x"], (1, "title.xx", "unknown_column")),
        ([f"{HEADER},title.es", f"{ROW.replace('Reports are out', '')},x"], (2, "title", "empty")),
        ([f"{HEADER},title.es", f"{ROW.replace('Reports are out', '')},x"], (2, "title.es", "nothing_to_translate")),
        (
            [f"{HEADER},title.es", f"{ROW},uno", f"{ROW.replace(',1,8,', ',9,,')},dos"],
            (3, "title.es", "differs_from_row"),
        ),
    ],
)
def test_what_is_wrong_with_such_a_column_is_told(
    lines: list[str], expected: tuple[int, str, str], tmp_path: Path
) -> None:
    _, faults = conditions_of(tmp_path / conditions.FILE, *lines)
    assert expected in [(each.row, each.column, each.key) for each in faults]


def test_new_crossings_have_names_in_several_languages(tmp_path: Path, plan: atlas.Atlas) -> None:
    line = plan.frontier
    rows = [f"{','.join(upgrades.COLUMNS)},name.es", "new-1,,new_crossing,18.5,New crossing,28,8,,invented,Cruce nuevo"]
    path = tmp_path / upgrades.FILE
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    (found,) = upgrades.read(path, line.borders, line.placed).require().upgrades
    assert (found.name, SPANISH.of(found.name)) == ("New crossing", "Cruce nuevo")
    rows.append("scan,us-laredo-world-trade,scanners,,,8,,0.1,invented,Cruce nuevo")
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    (fault,) = upgrades.read(path, line.borders, line.placed).faults
    assert (fault.row, fault.column, fault.key) == (3, "name.es", "nothing_to_translate")
