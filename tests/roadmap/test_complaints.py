"""Every fault that can be found is told in words, with a remedy."""

from __future__ import annotations

import string

import pytest

from geo import terrain
from roadmap import errors
from roadmap.words import complaints, text

WORDS = text.words()


def names_in(message: str) -> set[str]:
    """The names in braces of a sentence."""
    return {name.split("!")[0] for _, name, _, _ in string.Formatter().parse(message) if name is not None}


def test_every_kind_of_fault_has_sentences_and_no_sentence_is_idle() -> None:
    assert set(complaints.SENTENCES) == set(errors.FAULTS)


@pytest.mark.parametrize("key", sorted(errors.FAULTS))
def test_sentences_use_only_what_the_fault_brings(key: str) -> None:
    wrong, remedy = complaints.SENTENCES[key]
    assert names_in(wrong) | names_in(remedy) <= set(errors.FAULTS[key])
    assert wrong.endswith((".", "}", "?"))
    assert remedy


@pytest.mark.parametrize("key", sorted(errors.FAULTS))
def test_every_fault_reads_as_two_sentences(key: str) -> None:
    values = {name: f"<{name}>" for name in errors.FAULTS[key]}
    wrong, remedy = complaints.sentences(errors.Fault("zones.csv", 3, "cvegeo", "x", key, values), WORDS)
    for sentence in (wrong, remedy):
        assert sentence
        assert not {"{", "}"} & set(sentence)
        assert sentence == sentence.strip()
    assert len(f"{wrong} {remedy}") < 300


def test_lists_are_written_out() -> None:
    fault = errors.Fault("zones.csv", 3, "zone", "x", "unknown_zone", {"allowed": ("north", "south")})
    assert complaints.sentences(fault, WORDS) == ("There is no such zone.", "Use one of north, south.")


def test_braces_in_a_value_are_text() -> None:
    fault = errors.Fault("a.toml", 1, "x", "x", "toml_syntax", {"reason": "{oops} {0} %s"})
    assert complaints.sentences(fault, WORDS)[0] == "The TOML cannot be read: {oops} {0} %s."


def test_a_kind_that_is_not_known_is_shown_as_it_is() -> None:
    fault = errors.Fault("zones.csv", 3, "zone", "x", "brand_new", {"why": 1})
    wrong, remedy = complaints.sentences(fault, WORDS)
    assert all(part in wrong for part in ("zones.csv", "row 3", "zone", "brand_new", "why=1"))
    assert remedy == ""


@pytest.mark.parametrize(
    ("suggestion", "expected"),
    [("02004", "No municipality has this key. Did you mean 02004?"), ("", "No municipality has this key.")],
)
def test_a_suggestion_is_a_question(suggestion: str, expected: str) -> None:
    fault = errors.Fault("zones.csv", 3, "cvegeo", "02O04", "unknown_cvegeo", {"suggestion": suggestion})
    assert complaints.sentences(fault, WORDS)[0] == expected


# --- terrain ------------------------------------------------------------------------------------


def test_every_kind_of_unusable_terrain_has_sentences_and_no_sentence_is_idle() -> None:
    assert set(complaints.TERRAIN) == set(terrain.FAULTS)


@pytest.mark.parametrize("key", sorted(terrain.FAULTS))
def test_sentences_on_terrain_use_what_the_fault_brings(key: str) -> None:
    wrong, remedy = complaints.TERRAIN[key]
    assert names_in(wrong) | names_in(remedy) == set(terrain.FAULTS[key])
    values = {name: f"<{name}>" for name in terrain.FAULTS[key]}
    told = complaints.terrain(terrain.TerrainError("/a/b.tif", key, **values), WORDS)
    for sentence in told:
        assert sentence.endswith(".")
        assert not {"{", "}"} & set(sentence)
        assert "/a/b.tif" not in sentence
    assert all(value in " ".join(told) for value in values.values())


@pytest.mark.parametrize(
    ("key", "values", "wrong", "remedy"),
    [
        (
            "terrain_no_tiles",
            {"allowed": (".tif", ".hgt")},
            "The folder holds no elevation tiles.",
            "Put tiles that end in .tif, .hgt into it.",
        ),
        (
            "terrain_bounds",
            {"west": -200.00000001, "south": 3.0, "east": 900.5, "north": 10.0},
            "In degrees the raster would reach from -200, 3 to 900.5, 10, beyond the globe.",
            "Give it the projection that its coordinates are in.",
        ),
        (
            "terrain_unreachable",
            {"reason": "HTTP {404}"},
            "The address cannot be read (HTTP {404}).",
            "Check address and connection, or keep a copy on disk.",
        ),
    ],
)
def test_terrain_in_words(key: str, values: dict[str, object], wrong: str, remedy: str) -> None:
    assert complaints.terrain(terrain.TerrainError("x", key, **values), WORDS) == (wrong, remedy)


def test_a_kind_of_terrain_fault_that_is_not_known_is_shown_as_it_is() -> None:
    new = terrain.TerrainError("x", "brand_new", why=1)
    assert complaints.terrain(new, WORDS) == ("terrain: brand_new (why=1)", "")
    assert complaints.terrain(terrain.TerrainError("x", "brand_new"), WORDS) == ("terrain: brand_new", "")
