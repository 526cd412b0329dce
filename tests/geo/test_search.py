"""People find municipalities by what they would type."""

from __future__ import annotations

import hypothesis
import pytest
from hypothesis import strategies as st

from geo import matching, search, territory


def keys(mexico: territory.Territory, text: object, limit: int = 10) -> list[str]:
    """Keys found, best first."""
    return list(search.search(mexico, text, limit)["cvegeo"])


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Juárez", "08037"),
        ("juarez", "08037"),
        ("JUAREZ", "08037"),
        ("  juárez  ", "08037"),
        ("Jua\u0301rez", "08037"),  # the accent as a sign of its own
        ("juar", "08037"),
        ("Ciudad Juárez", "08037"),
        ("Cd. Juarez", "08037"),
        ("juarez, chih", "08037"),
        ("Juárez, Nuevo León", "19031"),
        ("juarez nl", "19031"),
        ("Benito Juárez, Quintana Roo", "23005"),
        ("benito juarez q. roo", "23005"),
        ("benito juarez cdmx", "09014"),
        ("Cancún", "23005"),
        ("nezahualcoyotl", "15058"),
        ("Tijuana", "02004"),
        ("nuevo laredo", "28027"),
        ("laredo", "28027"),
        ("toluca edomex", "15106"),
        ("saltillo coahuila de zaragoza", "05030"),
        ("sta. maria huatulco", "20413"),
        ("23005", "23005"),
        ("08037", "08037"),
        ("8037", "08037"),
        (8037, "08037"),
        ("1001", "01001"),
        ("०८०३७", "08037"),  # Devanagari digits
        ("08037 Juárez", "08037"),
        ("San Quintín", "02001"),  # younger than the outlines: cut from Ensenada
        ("02006", "02001"),
        ("Eldorado", "25006"),
    ],
)
def test_the_first_answer(mexico: territory.Territory, text: object, first: str) -> None:
    assert keys(mexico, text)[:1] == [first]


def test_a_whole_name_comes_before_a_beginning_before_a_word_before_a_part(mexico: territory.Territory) -> None:
    names = [matching.fold(name) for name in search.search(mexico, "juarez", 100)["name"]]
    kinds = [matching.name_score(name, "juarez") for name in names if "juarez" in name]
    assert kinds == sorted(kinds)
    assert {0, 1, 2} <= set(kinds)


def test_among_equals_more_people_come_first(mexico: territory.Territory) -> None:
    found = search.search(mexico, "benito juarez", 100)
    people = found.loc[found["name"] == "Benito Juárez", "population"]
    assert len(people) == 7
    assert people.is_monotonic_decreasing


def test_the_digits_of_a_state_list_its_municipalities(mexico: territory.Territory) -> None:
    found = search.search(mexico, "23", 1000)
    assert (found["cve_ent"].head(11) == "23").all()
    assert found["population"].head(11).is_monotonic_decreasing


def test_a_state_lists_its_municipalities(mexico: territory.Territory) -> None:
    assert set(search.search(mexico, "Baja California Sur", 100)["cve_ent"]) == {"03"}


def test_a_younger_municipality_of_two_parents_finds_both(mexico: territory.Territory) -> None:
    assert set(keys(mexico, "Juan José Ríos")) == {"25001", "25011"}


def test_rows_are_those_of_the_territory(mexico: territory.Territory) -> None:
    found = search.search(mexico, "hidalgo", 7)
    assert len(found) == 7
    assert found.equals(mexico.municipalities.loc[found.index])


@pytest.mark.parametrize("limit", [0, -1, -100])
def test_no_limit_no_rows(mexico: territory.Territory, limit: int) -> None:
    assert keys(mexico, "juarez", limit) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        None,
        "'; DROP TABLE municipalities; --",
        "<script>alert(1)</script>",
        "%_%",
        "(((",
        "*",
        "\\",
        "\x00",
        "\ud800",
        "🗺️",
        "99999",
        "123456789012345678901234567890",
        "x" * 1_000_000,
    ],
)
def test_odd_input_finds_nothing_and_raises_nothing(mexico: territory.Territory, text: object) -> None:
    assert keys(mexico, text) == []


def test_signs_that_mean_something_elsewhere_mean_nothing_here(mexico: territory.Territory) -> None:
    assert keys(mexico, ".*juarez[") == keys(mexico, "juarez")
    assert keys(mexico, "%juarez%") == keys(mexico, "juarez")


@hypothesis.settings(max_examples=60)
@hypothesis.given(st.text(max_size=40))
def test_any_text_is_answered(mexico: territory.Territory, text: str) -> None:
    found = search.search(mexico, text, 3)
    assert len(found) <= 3


def test_every_municipality_is_found_by_its_name_and_state_and_by_its_key(mexico: territory.Territory) -> None:
    rows = mexico.municipalities.iloc[::41]
    for key, name, state in zip(rows["cvegeo"], rows["name"], rows["state"], strict=True):
        assert keys(mexico, key)[0] == key
        assert key in keys(mexico, f"{name}, {state}", 5)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ñuu-Savi", "nuu savi"),
        ("Cd. JUÁREZ", "ciudad juarez"),
        ("  a  b ", "a b"),
        ("Straße", "strasse"),
        ("१२", "12"),
        ("_x_", "x"),
        ("¡!", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert matching.fold(text) == folded


@hypothesis.given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    once = matching.fold(text)
    assert matching.fold(once) == once


@pytest.mark.parametrize(
    ("name", "wanted", "score"),
    [
        ("juarez", "juarez", 0),
        ("juarez hidalgo", "juarez", 1),
        ("benito juarez", "jua", 2),
        ("benito juarez", "uare", 3),
        ("benito juarez", "mexico", matching.NO_MATCH),
    ],
)
def test_name_score(name: str, wanted: str, score: int) -> None:
    assert matching.name_score(name, wanted) == score


@pytest.mark.parametrize(
    ("key", "digits", "score"),
    [
        ("08037", "08037", 0),
        ("08037", "8037", 0),
        ("08037", "080", 1),
        ("08037", "803", 2),
        ("08037", "037", matching.NO_MATCH),
        ("00012", "12", matching.NO_MATCH),
    ],
)
def test_key_score(key: str, digits: str, score: int) -> None:
    assert matching.key_score(key, digits) == score
