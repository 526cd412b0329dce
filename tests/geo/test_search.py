"""People find municipalities, states and zones by what they would type, mistakes included."""

from __future__ import annotations

import random
import string

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st

from geo import matching, search, territory
from tests.conftest import Tell

COAST = search.Zone("coast", "The *quiet* coast", (0, 5, 7))


def keys(mexico: territory.Territory, text: object, limit: int = 10) -> list[str]:
    """Keys of municipalities found, best first."""
    return [place.key for place in search.find(mexico, text, limit) if place.kind == "municipality"]


def first(mexico: territory.Territory, text: object, *zones: search.Zone) -> tuple[str, str]:
    """Kind and key of the best answer."""
    place = search.find(mexico, text, 1, zones=zones)[0]
    return place.kind, place.key


@pytest.mark.parametrize(
    ("text", "wanted"),
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
def test_the_first_answer(mexico: territory.Territory, text: object, wanted: str) -> None:
    assert first(mexico, text) == ("municipality", wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Chihuahua", "08"),
        ("chihuah", "08"),
        ("Nuevo León", "19"),
        ("Edomex", "15"),
        ("Michoacán de Ocampo", "16"),
        ("Distrito Federal", "09"),  # its former name
        ("distrito fed", "09"),
        ("DF", "09"),
        ("23", "23"),
        ("08", "08"),
        ("8", "08"),
        ("०८", "08"),
        ("chihuahia", "08"),
        ("guerero", "12"),
        ("quinatna roo", "23"),
        ("distirto federal", "09"),
    ],
)
def test_a_state_is_found_by_its_names_and_its_key(mexico: territory.Territory, text: str, wanted: str) -> None:
    assert first(mexico, text) == ("state", wanted)


@pytest.mark.parametrize("text", ["the quiet coast", "The QUIET", "quiet", "coast the", "queit coast", "thequietcoast"])
def test_a_zone_is_found_by_its_name(mexico: territory.Territory, text: str) -> None:
    assert first(mexico, text, COAST) == ("zone", "coast")
    assert "zone" not in {place.kind for place in search.find(mexico, text)}


def test_a_municipality_with_its_state_comes_before_a_zone_of_the_same_words(mexico: territory.Territory) -> None:
    zone = search.Zone("north", "Juárez and the Chihuahua desert", (1, 2))
    for text in ("Juárez, Chihuahua", "juarez chih", "juares, chihuahua"):
        assert first(mexico, text, zone) == ("municipality", "08037")
    assert first(mexico, "juarez chihuahua desert", zone) == ("zone", "north")


def test_a_zone_without_municipalities_or_without_letters_is_nowhere(mexico: territory.Territory) -> None:
    nowhere = [search.Zone("empty", "Nowhere at all", ()), search.Zone("mute", "\N{SNOWMAN}", (1,))]
    assert search.find(mexico, "nowhere", zones=nowhere) == []
    assert first(mexico, "tijuana", *nowhere) == ("municipality", "02004")


def test_zones_of_one_plan_are_not_found_in_another(mexico: territory.Territory) -> None:
    assert first(mexico, "quiet", COAST) == ("zone", "coast")
    other = search.Zone("other", "The quiet hills", (3,))
    assert [place.key for place in search.find(mexico, "quiet", zones=[other])] == ["other"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("chilpansingo", "12029"),  # a wrong letter
        ("chilpacingo", "12029"),  # one missing
        ("chilppancingo", "12029"),  # one too many
        ("chilapncingo", "12029"),  # two that changed places
        ("chilpanzi", "12029"),  # as one types
        ("chilpansingo guerero", "12029"),
        ("guerrero, chilpansingo", "12029"),
        ("chil pan cingo", "12029"),
        ("ciudadjuarez", "08037"),
        ("Ciuad Juáres", "08037"),
        ("tiuana", "02004"),
        ("Guadalahara", "14039"),
        ("sihuatanejo", "12038"),
        ("canckun", "23005"),
        ("San Kintin", "02001"),  # younger than the outlines
        ("El Dorado", "25006"),
    ],
)
def test_a_typo_finds_the_place(mexico: territory.Territory, text: str, wanted: str) -> None:
    assert first(mexico, text) == ("municipality", wanted)


def test_one_typo_in_any_name_leaves_it_among_six(mexico: territory.Territory, tell: Tell) -> None:
    dice = random.Random(7)  # noqa: S311 - no secret
    names = [name for name in mexico.municipalities["name"] if min(map(len, name.split())) > 3][::10]
    lost = []
    for name in names:
        at, letter = dice.randrange(1, len(name) - 1), dice.choice(string.ascii_lowercase)
        typed = dice.choice(
            [
                name[:at] + letter + name[at + 1 :],
                name[:at] + letter + name[at:],
                name[:at] + name[at + 1 :],
                name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :],
            ]
        )
        if name not in [place.name for place in search.find(mexico, typed, 6)]:
            lost.append((name, typed))
    tell(f"search: of {len(names)} names with a typo, {len(lost)} are not among the first six: {lost[:3]}")
    assert len(lost) <= len(names) // 50


def test_where_something_answers_nothing_else_is_guessed(mexico: territory.Territory) -> None:
    # San Juan Cancuc is a letter away.
    assert keys(mexico, "Cancún") == ["23005"]
    assert keys(mexico, "Cancuc") == ["07112"]


def test_fewer_typos_come_first_then_the_likest_name(mexico: territory.Territory) -> None:
    names = [place.name for place in search.find(mexico, "merda", 40)]
    assert names[0] == "Mérida"
    assert {"Aquiles Serdán"} < set(names)


def test_a_whole_name_comes_before_a_beginning_before_a_word_before_a_part(mexico: territory.Territory) -> None:
    names = [matching.fold(place.name) for place in search.find(mexico, "juarez", 100)]
    kinds = [matching.name_score(name, "juarez") for name in names if "juarez" in name]
    assert kinds == sorted(kinds)
    assert {0, 1, 2} <= set(kinds)


def test_among_equals_more_people_come_first(mexico: territory.Territory) -> None:
    own = mexico.municipalities.set_index("cvegeo")
    people = own.loc[keys(mexico, "benito juarez", 100)].query("name == 'Benito Juárez'")["population"]
    assert len(people) == 7
    assert people.is_monotonic_decreasing


def test_the_digits_of_a_state_list_it_and_its_municipalities(mexico: territory.Territory) -> None:
    places = search.find(mexico, "23", 12)
    assert [place.kind for place in places] == ["state", *["municipality"] * 11]
    assert {place.key[:2] for place in places} == {"23"}
    people = mexico.municipalities.set_index("cvegeo").loc[[place.key for place in places[1:]], "population"]
    assert people.is_monotonic_decreasing


def test_a_state_lists_its_municipalities(mexico: territory.Territory) -> None:
    places = search.find(mexico, "Baja California Sur", 100)
    assert (places[0].kind, places[0].key) == ("state", "03")
    assert {place.key for place in places[1:]} == {"03001", "03002", "03003", "03008", "03009"}


def test_a_younger_municipality_of_two_parents_finds_both(mexico: territory.Territory) -> None:
    assert set(keys(mexico, "Juan José Ríos")) == {"25001", "25011"}


def test_a_place_says_what_it_is_and_where(mexico: territory.Territory) -> None:
    city, state, zone = (
        search.find(mexico, text, 1, zones=[COAST])[0] for text in ("08037", "Chihuahua", "quiet coast")
    )
    rows = mexico.municipalities
    assert (city.kind, city.name, city.state) == ("municipality", "Juárez", "Chihuahua")
    assert city.bounds == tuple(rows[rows["cvegeo"] == "08037"].total_bounds)
    assert (state.kind, state.key, state.name, state.state) == ("state", "08", "Chihuahua", "")
    assert state.bounds == pytest.approx(rows[rows["cve_ent"] == "08"].total_bounds, abs=0.01)
    assert (zone.kind, zone.key, zone.name, zone.state) == ("zone", "coast", "The *quiet* coast", "")
    assert zone.bounds == tuple(rows.iloc[[0, 5, 7]].total_bounds)
    west, south, east, north = np.transpose([place.bounds for place in (city, state, zone)])
    assert (west < east).all()
    assert (south < north).all()


@pytest.mark.parametrize("limit", [0, -1, -100])
def test_no_limit_no_rows(mexico: territory.Territory, limit: int) -> None:
    assert search.find(mexico, "juarez", limit) == []


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
        "qwxyz",
        "qwxyz juarez",
        "zzzzzzzz",
        "asdfgh",
        "hjkl hjkl",
        "keyboard",
        "wednesday afternoon",
        "juarez chihuahua zzzz",
        "99999",
        "123456789012345678901234567890",
        "x" * 1_000_000,
    ],
)
def test_odd_input_finds_nothing_and_raises_nothing(mexico: territory.Territory, text: object) -> None:
    assert search.find(mexico, text) == []


def test_signs_that_mean_something_elsewhere_mean_nothing_here(mexico: territory.Territory) -> None:
    assert keys(mexico, ".*juarez[") == keys(mexico, "juarez")
    assert keys(mexico, "%juarez%") == keys(mexico, "juarez")


@hypothesis.settings(max_examples=60)
@hypothesis.given(st.text(max_size=40))
def test_any_text_is_answered(mexico: territory.Territory, text: str) -> None:
    assert len(search.find(mexico, text, 3, zones=[COAST])) <= 3


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
