"""Faces by script: every sign of the installed fonts is in one of them, and each is fetched for its own text only."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path

import pytest
from fontTools import ttLib

from layers.files import fonts

TEXTS = {
    "Latin": "México, Łódź – 12 km² ‹›",
    "Extended": "Việt Nam: Hòa Bình, ₱ № \u02bbOkina",
    "Greek": "Ασφάλεια και σύνορα, ἀρχή",
    "Cyrillic": "Безопасность границы, Ґ",
    "Phonetic": "\u02c8s\u026aŋ\u0261 ⁴ ⅓ \ufb01",
    "Devanagari": "संप्रभु सुरक्षा गठबंधन, क\u094d\u200cष",
}
"""A text in each script, with its signs."""

CONTROLS = frozenset(range(0x20))


def drawn(content: bytes) -> set[int]:
    """The characters that a font has glyphs for."""
    with ttLib.TTFont(io.BytesIO(content)) as font:
        glyphs = font.getBestCmap()
        return {code for code, name in glyphs.items() if name != ".notdef"}


@pytest.fixture(scope="module")
def faces() -> dict[str, set[int]]:
    """The characters of each file for the browser."""
    return {face: drawn(fonts.cut(*made)) for face, made in fonts.FACES.items()}


def test_no_character_is_in_two_scripts() -> None:
    codes = [code for script in fonts.SCRIPTS.values() for first, last in script.ranges for code in (first, last)]
    assert len(codes) == len(set(codes)) + sum(
        first == last for script in fonts.SCRIPTS.values() for first, last in script.ranges
    )
    assert sum(len(script.codes) for script in fonts.SCRIPTS.values()) == len(
        frozenset().union(*(script.codes for script in fonts.SCRIPTS.values()))
    )


def test_every_character_of_the_installed_fonts_is_in_the_face_of_its_script(faces: dict[str, set[int]]) -> None:
    whole = {script: drawn(script.source.read_bytes()) for script in fonts.SCRIPTS.values()}
    by_script = {fonts.SCRIPTS[script]: faces[face] for face, (script, _) in fonts.FACES.items()}
    for script, codes in by_script.items():
        assert codes >= script.codes & whole[script]
    reached = set().union(*by_script.values())
    assert set().union(*whole.values()) - CONTROLS - reached == set()


@pytest.mark.parametrize("script", list(fonts.SCRIPTS))
def test_a_text_in_each_script_has_its_glyphs_in_the_faces(script: str, faces: dict[str, set[int]]) -> None:
    used = {fonts.LATIN, *fonts.needed(TEXTS[script])}
    assert used == {fonts.LATIN, script} | ({"Extended"} if script == "Phonetic" else set())
    for code in map(ord, TEXTS[script]):
        # Each letter is claimed once, by faces that have it.
        (owner,) = (name for name, each in fonts.SCRIPTS.items() if code in each.codes)
        assert owner in used
        assert all(code in faces[face] for face, (name, _) in fonts.FACES.items() if name == owner), hex(code)


@pytest.mark.parametrize(("face", "made"), fonts.FACES.items())
def test_a_face_has_the_weights_that_it_is_asked_for(face: str, made: tuple[str, fonts.Weight]) -> None:
    with ttLib.TTFont(io.BytesIO(fonts.cut(*made))) as font:
        spans = {axis.axisTag: (axis.minValue, axis.maxValue) for axis in font["fvar"].axes} if "fvar" in font else {}
    assert spans == ({} if isinstance(made[1], int) else {"wght": made[1]}), face


def expected() -> list[tuple[str, str, str]]:
    """File, weight and range of each face, as style sheets write them."""
    return [
        (face, str(each), fonts.SCRIPTS[script].unicode_range)
        for face, (script, weight) in fonts.FACES.items()
        for each in ((weight,) if isinstance(weight, int) else weight)
    ]


def test_the_settings_name_the_faces(root: Path) -> None:
    settings = tomllib.loads((root / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    told = settings["theme"]["fontFaces"]
    assert {(each["family"], each["style"]) for each in told} == {("Noto Sans", "normal")}
    named = [(each["url"], str(each["weight"]), each["unicodeRange"]) for each in told]
    assert named == [(f"app/static/fonts/{face}", weight, codes) for face, weight, codes in expected()]


def test_the_map_is_set_in_the_faces_of_its_page(root: Path) -> None:
    assert "@font-face" not in (root / "layers" / "web" / "map.css").read_text(encoding="utf-8")


def test_a_latin_page_fetches_two_small_files() -> None:
    sizes = [len(fonts.cut(*fonts.FACES[f"NotoSans-{weight}.woff"])) for weight in fonts.WEIGHTS]
    assert max(sizes) < 18_000
