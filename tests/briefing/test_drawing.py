"""Shapes, type and outlines that can be counted by hand."""

from __future__ import annotations

import math
import stat
import unicodedata
from pathlib import Path

import hypothesis
import matplotlib as mpl
import numpy as np
import pytest
import shapely
from hypothesis import strategies as st
from matplotlib import font_manager, ft2font
from matplotlib import path as mpath

from briefing import lettering, outlines, patterns, sheet
from geo import crs
from layers.files import fonts
from roadmap import atlas as atlases
from tests.layers.files.test_fonts import TEXTS

SETTINGS = hypothesis.settings(max_examples=60)


# --- outlines ---------------------------------------------------------------------------------


def test_a_path_keeps_rings_holes_and_owners() -> None:
    hole = shapely.Polygon(shapely.box(0, 0, 4, 4).exterior, [shapely.box(1, 1, 2, 2).exterior])
    two = shapely.MultiPolygon([shapely.box(5, 0, 6, 1), shapely.box(7, 0, 8, 1)])
    path, owner = outlines.path_of(np.array([hole, two]), crs.WORLD)
    codes = list(np.asarray(path.codes))
    ring = [mpath.Path.MOVETO, *[mpath.Path.LINETO] * 3, mpath.Path.CLOSEPOLY]
    assert codes == ring * 4
    assert owner.tolist() == [0] * 10 + [1] * 10


def test_shells_and_holes_turn_opposite_ways() -> None:
    hole = shapely.Polygon(shapely.box(0, 0, 4, 4).exterior, [shapely.box(1, 1, 2, 2).exterior])
    path, _ = outlines.path_of(np.array([hole.normalize()]), crs.WORLD)
    shell, inner = np.asarray(path.vertices).reshape(2, 5, 2)
    turns = [math.copysign(1, shapely.LinearRing(ring).is_ccw - 0.5) for ring in (shell, inner)]
    assert turns == [1, -1]


def test_two_squares_share_one_piece() -> None:
    pieces, uses = outlines.segments(np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]))
    assert sorted(uses.tolist()) == [1] * 6 + [2]
    assert sorted(map(tuple, pieces[uses == 2][0].tolist())) == [(1, 0), (1, 1)]


def test_there_and_back_through_the_projection(plan: atlases.Atlas) -> None:
    rows = plan.territory.municipalities
    metres = outlines.project(rows["lon"], rows["lat"], plan.territory.country.working)
    back = outlines.unproject(metres[:, 0], metres[:, 1], plan.territory.country.working)
    np.testing.assert_allclose(back, rows[["lon", "lat"]].to_numpy(), atol=1e-9)


def test_boundaries_have_the_lengths_of_the_country(plan: atlases.Atlas) -> None:
    drawn = outlines.of(plan.territory)
    lengths = {}
    for rank in ("state", "coast", "border"):
        path = getattr(drawn.mesh, rank)
        steps = np.hypot(*np.diff(np.asarray(path.vertices), axis=0).T)
        lengths[rank] = steps[np.asarray(path.codes)[1:] == mpath.Path.LINETO].sum() / 1000
    # The simplified outlines: 2,966 km with the United States, and about 1,150 with Guatemala and Belize.
    assert 3_600 < lengths["border"] < 4_600
    assert lengths["coast"] > 8_000
    whole = shapely.coverage_union_all(plan.territory.states.to_crs("EPSG:6372").geometry.to_numpy())
    assert lengths["coast"] + lengths["border"] == pytest.approx(whole.length / 1000, rel=1e-6)


def test_outlines_are_kept_for_their_territory(plan: atlases.Atlas) -> None:
    assert outlines.of(plan.territory) is outlines.of(plan.territory)


def test_a_class_takes_its_municipalities_only(plan: atlases.Atlas) -> None:
    drawn = outlines.of(plan.territory)
    chosen = np.zeros(len(plan.territory.municipalities), dtype=bool)
    assert len(np.asarray(drawn.of(chosen).vertices)) == 0
    chosen[:2] = True
    expected = shapely.get_num_coordinates(plan.territory.municipalities.geometry.iloc[:2].to_numpy()).sum()
    assert len(np.asarray(drawn.of(chosen).vertices)) == expected


# --- patterns ---------------------------------------------------------------------------------


def test_dots_lie_on_every_second_crossing() -> None:
    path = patterns.marks("dots", (0, 0, 16, 16), spacing=8)
    # A grid of 5 × 5 crossings, 4 pixels apart, of which 13 are even.
    assert np.count_nonzero(np.asarray(path.codes) == mpath.Path.MOVETO) == 13
    assert patterns.is_filled("dots")


@pytest.mark.parametrize(("pattern", "slopes"), [("rising", {-1}), ("falling", {1}), ("cross", {-1, 1}), ("bars", {0})])
def test_lines_have_their_slope_and_distance(pattern: str, slopes: set[int]) -> None:
    ends = np.asarray(patterns.marks(pattern, (10, 20, 40, 40), spacing=8).vertices).reshape(-1, 2, 2)
    run = ends[:, 1] - ends[:, 0]
    found = np.round(run[:, 1] / run[:, 0]).astype(int)
    assert set(found.tolist()) == slopes
    for slope in slopes:
        heights = np.sort((ends[:, 0, 1] - slope * ends[:, 0, 0])[found == slope])
        assert np.diff(heights) == pytest.approx(8 if slope else 5)
    assert not patterns.is_filled(pattern)


def test_neighbouring_boxes_share_their_lines() -> None:
    left = np.asarray(patterns.marks("rising", (0, 0, 10, 10)).vertices)
    right = np.asarray(patterns.marks("rising", (10, 0, 10, 10)).vertices)
    assert {round(v, 6) % 8 for v in left.sum(axis=1)} == {round(v, 6) % 8 for v in right.sum(axis=1)} == {0}


def test_an_unknown_pattern_is_refused() -> None:
    with pytest.raises(KeyError):
        patterns.marks("tartan", (0, 0, 1, 1))


@pytest.mark.parametrize("name", ["circle", "square", "diamond", "triangle", "plus", "ring"])
def test_symbols_of_one_radius_have_like_areas(name: str) -> None:
    points = np.asarray(patterns.symbol(name, 5, 7, 10).vertices)
    area = shapely.Polygon(points).area
    assert area == pytest.approx(math.pi * 100, rel=0.26)
    assert shapely.Polygon(points).contains(shapely.Point(5, 7))


# --- type -------------------------------------------------------------------------------------


@SETTINGS
@hypothesis.given(st.text(max_size=80))
def test_clean_text_can_be_set_in_one_line(text: str) -> None:
    cleaned = lettering.clean(text)
    assert cleaned == lettering.clean(cleaned)
    assert not any(ord(each) < 32 or each in "\u202e\u2066\x7f\x85\u2028" for each in cleaned)
    assert not cleaned.startswith(" ")
    assert "  " not in cleaned


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a\n b\t\tc", "a b c"),
        ("$x$ <i>_^{}\\", "$x$ <i>_^{}\\"),
        ("\u202eabc", "abc"),
        ("Coyuca de Beni\u0301tez", "Coyuca de Benítez"),
        ("\U0001f5fa", "\N{REPLACEMENT CHARACTER}"),
        ("▲ ▼ × – ≥", "▲ ▼ × – ≥"),
        (7, "7"),
    ],
)
def test_text_is_cleaned(given: object, expected: str) -> None:
    assert lettering.clean(given) == expected


@SETTINGS
@hypothesis.given(st.text(st.characters(codec="latin-1"), max_size=120), st.floats(60, 600))
def test_fitted_and_wrapped_text_is_never_too_wide(text: str, width: float) -> None:
    with lettering.setting():
        on = sheet.Sheet()
        line, size = on.fit(text, width, size=20, smallest=12)
        assert on.width(line, size) <= width
        lines = on.wrap(text, width, size=12, lines=3)
        assert len(lines) <= 3
        assert all(on.width(each, 12) <= width for each in lines)


def test_wrapped_text_keeps_its_words() -> None:
    with lettering.setting():
        on = sheet.Sheet()
        said = "one two three four five six seven eight nine ten"
        lines = on.wrap(said, 150, size=16, lines=9)
    assert len(lines) > 2
    assert " ".join(lines) == said


HINDI = "संप्रभु सुरक्षा गठबंधन: क्षेत्र और सीमा"


def test_hindi_is_set_in_its_own_letters() -> None:
    assert lettering.clean(HINDI) == HINDI
    assert lettering.families("Mexico") == lettering.families("México 2026")
    assert len(lettering.families(HINDI)) == len(lettering.families()) + 1
    with lettering.setting():
        on = sheet.Sheet()
        # Letters that join are one sign: narrower than the two beside one another.
        parts = [on.width(part, 40) for part in ("क\u094dष", "क\u094d\u200cष")]
        assert parts[0] < 0.9 * parts[1]
        # What no font had would be told by a warning, which is an error here.
        on.text(20, 200, HINDI, size=40)
        on.figure.canvas.draw()


@pytest.mark.parametrize("script", list(fonts.SCRIPTS))
def test_a_text_in_each_script_is_set_in_its_own_letters(script: str) -> None:
    said = unicodedata.normalize("NFC", TEXTS[script])
    assert lettering.clean(said) == said
    *own, fallback = lettering.families(said)
    assert own == [lettering.FAMILY, *(f"{lettering.FAMILY} {each}" for each in fonts.needed(said))]
    for weight in fonts.WEIGHTS.values():
        files = [font_manager.findfont(font_manager.FontProperties(family=[each], weight=weight)) for each in own]
        known = {code for file in files for code in ft2font.FT2Font(file).get_charmap()}
        assert set(map(ord, said)) <= known, fallback
    with lettering.setting():
        on = sheet.Sheet()
        # What no font had would be told by a warning, which is an error here.
        on.text(20, 200, said, size=40)
        on.figure.canvas.draw()


def test_fonts_are_cut_once_and_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mpl, "get_cachedir", lambda: str(tmp_path))
    cut: list[str] = []

    def unpacked(weight: str, script: str) -> bytes:
        cut.append(weight)
        return f"{script} {weight}".encode()

    monkeypatch.setattr(lettering, "_unpacked", unpacked)
    first, second = lettering._files(), lettering._files()  # noqa: SLF001 - what is kept, not how it looks
    assert first == second
    assert cut == ["Regular", "SemiBold"]
    assert {file.read_bytes() for file in first.values()} == {b"Latin Regular", b"Latin SemiBold"}
    assert sorted(file.name for file in tmp_path.rglob("*") if file.is_file()) == sorted(f.name for f in first.values())


def test_a_folder_that_takes_no_fonts_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setattr(mpl, "get_cachedir", lambda: str(blocked))
    monkeypatch.setattr(lettering, "_unpacked", lambda weight, _: weight.encode())
    with pytest.raises(lettering.FontError, match="MPLCONFIGDIR"):
        lettering._files()  # noqa: SLF001 - what is kept, not how it looks
    assert stat.S_ISREG(blocked.stat().st_mode)


def test_settings_of_the_reader_do_not_matter() -> None:
    with mpl.rc_context({"text.hinting": "force_autohint", "savefig.bbox": "tight"}):
        with lettering.setting():
            assert mpl.rcParams["text.hinting"] == "none"
            assert mpl.rcParams["savefig.bbox"] is None
        assert mpl.rcParams["text.hinting"] == "force_autohint"
