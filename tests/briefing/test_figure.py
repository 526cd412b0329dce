"""The picture says what the layers say, is whole, and says that it is hypothetical."""

from __future__ import annotations

import concurrent.futures
import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib import colors, patches

from briefing import drawing, figure, lettering, outlines, plate
from geo import errors, territory
from layers import base, circles, crossings, figures, investment, palette, placed
from layers.files import sources
from roadmap import atlas as atlases
from roadmap import moments
from roadmap.record import control
from roadmap.words import text
from tests.briefing import squares
from tests.briefing.conftest import Looked, opened
from tests.layers import planting

EVERYTHING = ("control", "change", "zones", "crossings")
ALL = ("control", "change", "detection", "zones", "investment", "coverage", "crossings")
ODD = "Plan $x_1^2$ <b>bold</b> & \\alpha_{i} {y} 100 %d\nnext\tline \u202eback\u202c \x07 \U0001f5fa"


class LongWords(text.Words):
    """A language whose every word is half as long again."""

    def t(self, message: str, **values: object) -> str:
        said = super().t(message, **values)
        return " ".join(word + word[: len(word) // 2] if word.isalpha() else word for word in said.split(" "))


# --- the file ---------------------------------------------------------------------------------


def test_a_picture_is_a_slide(plan: atlases.Atlas) -> None:
    image = opened(figure.png(moments.of(plan, 36)))
    assert image.size == (1920, 1080)
    assert image.format == "PNG"
    assert image.info["dpi"] == pytest.approx((144, 144), abs=0.1)


@pytest.mark.usefixtures("fixed_time")
def test_a_picture_says_what_it_is(plan: atlases.Atlas) -> None:
    info = opened(figure.png(moments.of(plan, 36), layers=["control"])).info
    assert info["Title"] == "Sovereign Security Alliance: Territorial control, month 36"
    assert info["Software"] == "Roadmap Atlas"
    assert info["Description"].startswith("HYPOTHETICAL")
    assert "invented" in info["Disclaimer"]
    assert "INEGI" in info["Source"]
    assert plan.scenario.hash in info["Comment"]
    assert info["Creation Time"] == "2026-01-01T00:00:00+00:00"


@pytest.mark.usefixtures("fixed_time")
def test_the_same_view_gives_the_same_bytes(plan: atlases.Atlas) -> None:
    first = figure.png(moments.of(plan, 60), layers=EVERYTHING, place="08037")
    assert figure.png(moments.of(plan, 60), layers=reversed(EVERYTHING), place="08037") == first


def test_only_the_time_changes_the_bytes(plan: atlases.Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    first = figure.png(moments.of(plan, 0), layers=["control"])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert figure.png(moments.of(plan, 0), layers=["control"]) != first


@pytest.mark.usefixtures("fixed_time")
def test_threads_do_not_disturb_one_another(plan: atlases.Atlas) -> None:
    months = (0, 36, 60)
    alone = [figure.png(moments.of(plan, month), layers=["change"]) for month in months]
    with concurrent.futures.ThreadPoolExecutor(len(months)) as pool:
        together = list(pool.map(lambda month: figure.png(moments.of(plan, month), layers=["change"]), months))
    assert together == alone


# --- colours ----------------------------------------------------------------------------------


def test_large_municipalities_have_the_colour_of_their_class(plan: atlases.Atlas) -> None:
    looked = Looked(plan, 18, "control")
    rows = plan.territory.municipalities.assign(number=plan.plan.codes[18])
    looks = {each.number: palette.CONTROL[each.key] for each in control.CLASSES}
    seen = set()
    for number, swatch in looks.items():
        if swatch.pattern:
            continue
        largest = rows[rows["number"] == number].nlargest(12, "area_km2")
        free = [row for row in largest.itertuples() if not looked.covered(row.lon, row.lat)]
        assert len(free) >= 5
        assert {looked.colour(row.lon, row.lat) for row in free} == {swatch.light}
        seen.add(number)
    assert seen == {control.STATE_CONTROL, control.STATE_INFLUENCE, control.CRIMINAL_INFLUENCE}


@pytest.mark.parametrize("shift", range(4))
def test_every_square_has_the_colour_of_its_class(plan: atlases.Atlas, shift: int) -> None:
    keys = ["state_control", "state_influence", "criminal_influence", "not_assessed"]
    keys = keys[shift:] + keys[:shift]
    codes = {each.key: each.code for each in control.CLASSES}
    looked = Looked(squares.atlas(plan, [codes[key] for key in keys]), 0, "control")
    for key, (lon, lat) in zip(keys, squares.CORNERS, strict=True):
        assert looked.commonest(lon + 0.3, lat + 0.25) == palette.CONTROL[key].light


@pytest.mark.parametrize("key", ["contested", "criminal_control", "not_assessed", "withheld"])
def test_a_pattern_is_drawn_in_its_ink(plan: atlases.Atlas, key: str) -> None:
    (code,) = (each.code for each in control.CLASSES if each.key == key)
    looked = Looked(squares.atlas(plan, [code, "4", "4", "4"]), 0, "control")
    column, row = looked.at(-102.7, 24.25)
    part = looked.pixels[row - 30 : row + 30, column - 30 : column + 30].reshape(-1, 3).astype(int)
    swatch = palette.CONTROL[key]
    ink, ground = (np.array(list(bytes.fromhex(each[1:]))) for each in (swatch.ink, swatch.light))
    # Every pixel lies between ground and ink, and some lie close to the ink.
    share = (part - ground) @ (ink - ground) / ((ink - ground) @ (ink - ground))
    assert share.max() > 0.6
    assert share.min() > -0.02
    assert 0.3 < (share < 0.02).mean() < 0.95


def test_exchanging_gains_and_losses_exchanges_colours_and_counts(plan: atlases.Atlas) -> None:
    held, lost = "3", "2"
    gain, loss = lost + held, held + lost
    there = Looked(squares.atlas(plan, [gain, loss, held, lost]), 12, "change")
    back = Looked(squares.atlas(plan, [loss, gain, held, lost]), 12, "change")
    first, second = ((lon + 0.3, lat + 0.25) for lon, lat in squares.CORNERS[:2])
    assert there.commonest(*first) == back.commonest(*second) == palette.CHANGE["reclaimed"].light
    assert there.commonest(*second) == back.commonest(*first) == palette.CHANGE["lost"].light
    assert there.said("reclaimed-population") == back.said("lost-population") == "1,000"
    assert there.said("lost-population") == back.said("reclaimed-population") == "200,000"


def test_change_lies_over_control_where_it_says_something(plan: atlases.Atlas) -> None:
    alone = Looked(squares.atlas(plan, ["13", "1", "3", "4"]), 12, "control")
    looked = Looked(squares.atlas(plan, ["13", "1", "3", "4"]), 12, "control", "change")
    classes = ("state_influence", "criminal_influence", "state_influence", "state_control")
    hatched = []
    for key, (lon, lat) in zip(classes, squares.CORNERS, strict=True):
        assert looked.commonest(lon + 0.3, lat + 0.25) == palette.CONTROL[key].light
        column, row = looked.at(lon + 0.3, lat + 0.25)
        around = np.s_[row - 40 : row + 40, column - 40 : column + 40]
        hatched.append(bool((looked.pixels[around] != alone.pixels[around]).any()))
    assert hatched == [True, False, False, False]


def test_zones_and_crossings_are_drawn_in_their_own_colour(plan: atlases.Atlas) -> None:
    accent = list(bytes.fromhex(palette.ACCENT[1:]))
    count = {
        layers: int((Looked(plan, 36, *layers).pixels[140:960, 60:1290] == accent).all(axis=2).sum())
        for layers in ((), ("zones",), ("crossings",))
    }
    assert count[()] == 0
    assert count["zones",] > 3000
    assert count["crossings",] > 500


def test_crossings_are_as_large_as_on_the_map_but_for_the_size_of_type(plan: atlases.Atlas) -> None:
    looked = Looked(plan, 0, "crossings")
    scale = placed.scale(looked.picture.zoom) * drawing.PRINT
    colours = [colors.to_rgba(plate.COLOURS[name]) for name in ("crossing", "crossingEmpty")]
    drawn = [
        each.get_path().get_extents().width
        for each in looked.picture.figure.findobj(patches.PathPatch)
        if each.get_facecolor() in colours and len(each.get_path()) > 60 and each.get_clip_box() is not None
    ]
    (symbols,) = crossings.LAYER.drawing(plan, text.words())
    wanted = sorted(2 * point.radius * scale for point in symbols.points if point.shape == "circle")
    assert sorted(drawn) == pytest.approx(wanted, rel=0.01)


# --- numbers ----------------------------------------------------------------------------------


def circle_widths(looked: Looked) -> list[float]:
    """Widths of the circles of money on the picture, legend included."""
    found = [
        each
        for each in looked.picture.figure.findobj(patches.PathPatch)
        if each.get_facecolor() == colors.to_rgba(plate.COLOURS["money"]) and each.get_path().vertices.shape[0] > 50
    ]
    return sorted(np.ptp(np.asarray(each.get_path().vertices)[:, 0]) for each in found)


@pytest.mark.parametrize("measure", circles.MEASURES)
@pytest.mark.parametrize(("month", "vs"), [(0, 0), (6, 0), (60, 18)])
def test_money_is_drawn_as_a_circle_a_state_to_scale(
    measure: str, month: int, vs: int, plan: atlases.Atlas
) -> None:
    looked = Looked(plan, month, "investment", vs=vs, money=measure)
    amounts = circles.worth(moments.of(plan, month, vs), measure, "state")
    scale = circles.scale(plan, measure, "state")
    radii = [scale.radius(each) * drawing.MONEY_SCALE for each in [*amounts[amounts > 0], *scale.steps]]
    widths = circle_widths(looked)
    assert len(widths) == sum(each >= 0.35 for each in radii)
    assert widths == pytest.approx(sorted(2 * each for each in radii if each >= 0.35), rel=0.02, abs=0.2)


def test_the_key_of_money_stands_on_the_map_with_what_is_on_no_circle(plan: atlases.Atlas) -> None:
    looked = Looked(plan, 60, "control", "investment")
    words = text.words()
    labels = [looked.said(f"investment-{number}-label") for number in range(3)]
    assert labels == [label for _, label in circles.key(plan, "total", "state", words)]
    assert looked.said("tray") == investment.LAYER.tray(moments.of(plan, 60), words).title
    # Each label stands beside its own circle or above the next label, the largest on top.
    heights = [looked.box(f"investment-{number}-label").y0 for number in range(3)]
    assert heights == sorted(heights, reverse=True)


def test_where_legends_do_not_fit_classes_without_municipalities_go_first(plan: atlases.Atlas) -> None:
    few, many = Looked(plan, 36, "control"), Looked(plan, 36, *ALL)
    empty = [key for key, row in figures.tally(moments.of(plan, 36).now).iterrows() if row["municipalities"] == 0]
    assert empty
    named = [{each.get_gid() for each in looked.texts} for looked in (few, many)]
    assert all(f"{key}-municipalities" in named[0] for key in empty)
    assert not any(f"{key}-municipalities" in named[1] for key in empty)
    for key, row in figures.tally(moments.of(plan, 36).now).iterrows():
        if key not in empty:
            assert many.said(f"{key}-municipalities") == text.words().integer(row["municipalities"])


def test_the_legend_counts_as_the_tally_does(plan: atlases.Atlas) -> None:
    words = text.words()
    looked = Looked(plan, 36, "control", "change", vs=6)
    for tally in (figures.tally(moments.of(plan, 36).now), figures.change_tally(moments.of(plan, 36, 6))):
        for key, row in tally.iterrows():
            assert looked.said(f"{key}-municipalities") == words.integer(row["municipalities"])
            assert looked.said(f"{key}-population") == words.people(row["population"])
            assert looked.said(f"{key}-area_km2") == words.integer(row["area_km2"])


def test_the_legend_counts_four_squares(plan: atlases.Atlas) -> None:
    looked = Looked(squares.atlas(plan, "4403"), 0, "control")
    names = ("municipalities", "population", "area_km2")
    assert [looked.said(f"state_control-{name}") for name in names] == ["2", "201,000", "210"]
    assert [looked.said(f"state_influence-{name}") for name in names] == ["1", "45", "40,000"]
    assert [looked.said(f"criminal_control-{name}") for name in names] == ["1", "3.00 million", "3,000"]
    assert [looked.said(f"withheld-{name}") for name in names] == ["0", "0", "0"]


def test_the_headline_is_that_of_the_page(plan: atlases.Atlas) -> None:
    looked = Looked(plan, 36, "control")
    said = {each.get_text() for each in looked.texts}
    for each in figures.headline(moments.of(plan, 36), text.words()):
        assert looked.said(f"value-{each.key}") == each.value
        assert each.label in said
        assert all(detail in looked.said(f"details-{each.key}") for detail in each.details)
        assert not each.change or each.change in said


@pytest.mark.usefixtures("fixed_time")
def test_month_phase_scenario_and_edition_are_named(plan: atlases.Atlas) -> None:
    looked = Looked(plan, 30, "control", "zones", vs=6)
    assert looked.said("title") == "Territorial control · Priority zones"
    assert looked.said("scenario") == plan.scenario.title
    assert looked.said("when") == f"month 30, phase 3: {plan.scenario.phases[2].title}"
    made = " ".join(each.get_text() for each in looked.texts if (each.get_gid() or "").startswith("foot"))
    assert plan.edition in made
    assert "Rule v1" in made
    assert f"Data of {sources.newest().isoformat()}." in made
    assert "INEGI" in made
    assert "zones.csv" in made


def test_a_picked_municipality_is_named(plan: atlases.Atlas) -> None:
    said = {each.get_text() for each in Looked(plan, 0, "control", place="08037").texts}
    number = plan.plan.codes[0][territory.index_of(plan.territory, "08037")]
    (key,) = (each.key for each in control.CLASSES if each.number == number)
    assert {"Juárez", "Chihuahua · 08037"} <= said
    assert f"{palette.CONTROL[key].letter} · {text.CLASSES[key]}" in said


# --- hypothetical -----------------------------------------------------------------------------


@pytest.mark.parametrize("layers", [("control",), (), ("crossings",)])
def test_hypothetical_stands_beside_the_title_and_inside_the_map(plan: atlases.Atlas, layers: tuple[str, ...]) -> None:
    looked = Looked(plan, 36, *layers)
    assert looked.said("hypothetical-title") == looked.said("hypothetical-map") == "HYPOTHETICAL"
    title, beside = looked.box("title"), looked.box("hypothetical-title")
    assert 0 < beside.x0 - title.x1 < 60
    assert title.y0 < (beside.y0 + beside.y1) / 2 < title.y1
    west, south, east, north = outlines.of(plan.territory).bounds
    (left, low), (right, high) = looked.picture.metres.transform([(west, south), (east, north)])
    inside = looked.box("hypothetical-map")
    assert left < inside.x0 < inside.x1 < right
    assert low < inside.y0 < inside.y1 < high


# --- layout -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "layers", "place"),
    [
        (0, ("control", "zones", "crossings"), ""),
        (18, EVERYTHING, "20001"),
        (36, ("control", "zones", "crossings"), "08037"),
        (36, ("change",), ""),
        (60, ("control", "investment"), "25006"),
        (60, ("control", "zones", "investment", "coverage", "crossings"), ""),
        (60, ALL, "08037"),
        (60, ("control", "change"), "23005"),
        (60, (), ""),
    ],
)
def test_no_text_lies_over_another_or_leaves_the_sheet(
    plan: atlases.Atlas, month: int, layers: tuple[str, ...], place: str
) -> None:
    check_layout(Looked(plan, month, *layers, place=place))


def test_long_words_find_room(plan: atlases.Atlas) -> None:
    check_layout(Looked(plan, 36, *EVERYTHING, words=LongWords()))


def check_layout(looked: Looked) -> None:
    assert len(looked.texts) > 40
    assert not looked.overlaps()
    outside = [
        each.get_text()
        for each, box in zip(looked.texts, looked.boxes, strict=True)
        if box.x0 < 0 or box.y0 < 0 or box.x1 > 1920 or box.y1 > 1080
    ]
    assert not outside


def test_names_stay_inside_the_map(plan: atlases.Atlas) -> None:
    looked = Looked(plan, 36, "control")
    names = {*plan.territory.states["name"], *plan.territory.cities["name"]}
    inside = [
        (each.get_text(), box)
        for each, box in zip(looked.texts, looked.boxes, strict=True)
        if each.get_text() in names
    ]
    assert len(inside) >= 30
    assert all(box.x0 > 48 and box.x1 < 1304 and box.y0 > 112 and box.y1 < 948 for _, box in inside)


def test_islands_far_off_do_not_shrink_the_map(plan: atlases.Atlas) -> None:
    drawn = outlines.of(plan.territory)
    west, south, east, north = drawn.bounds
    left, low = np.asarray(drawn.rings.vertices).min(axis=0)
    assert left < west - 50_000
    assert low >= south - 1
    ((x0, y0), (x1, y1)) = Looked(plan, 0).picture.metres.transform([(west, south), (east, north)])
    # 24 pixels are left on the tighter sides of a frame of 1256 by 836.
    assert max((x1 - x0) / (1256 - 48), (y1 - y0) / (836 - 48)) == pytest.approx(1)


# --- text from data ---------------------------------------------------------------------------


def test_signs_of_mathematics_and_markup_are_only_text(plan: atlases.Atlas) -> None:
    odd = replace(
        plan,
        scenario=replace(
            plan.scenario,
            title=ODD,
            phases=tuple(replace(phase, title=ODD) for phase in plan.scenario.phases),
        ),
    )
    looked = Looked(odd, 36, "control")
    clean = "Plan $x_1^2$ <b>bold</b> & \\alpha_{i} {y} 100 %d next line back"
    assert lettering.clean(ODD).startswith(clean)
    assert looked.said("scenario").startswith("Plan $x_1^2$ <b>bold</b> & ")
    assert "phase 3: Plan $x_1^2$" in looked.said("when")
    assert not any(each.get_parse_math() for each in looked.texts)
    check_layout(looked)
    assert clean in opened(figure.png(moments.of(odd, 36))).info["Title"]


# --- what cannot be shown ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "asked", "expected"),
    [
        (-1, {}, moments.MomentError),
        (61, {}, moments.MomentError),
        (6, {"vs": 7}, moments.MomentError),
        (6, {"vs": -1}, moments.MomentError),
        (6, {"layers": ["control", "weather"]}, base.LayerError),
        (6, {"place": "99999"}, errors.GeographyError),
        (6, {"options": {"money": "gold"}}, base.LayerError),
        (6, {"options": {"weather": "fine"}}, base.LayerError),
    ],
)
def test_a_view_that_is_not_there_is_refused(
    plan: atlases.Atlas, month: int, asked: dict[str, object], expected: type[Exception]
) -> None:
    with pytest.raises(expected):
        figure.png(moments.of(plan, month, asked.pop("vs", 0)), **asked)  # type: ignore[arg-type]


# --- layers that nobody has drawn before ------------------------------------------------------


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Layers by state, of points, flows and pixels, one file each."""
    with planting.planted(tmp_path, monkeypatch):
        yield


@pytest.mark.usefixtures("planted")
def test_layers_of_one_file_each_stand_in_the_picture(plan: atlases.Atlas) -> None:
    looked = Looked(plan, 12, "rates", "offices", "roads")
    assert looked.said("title") == "Homicide rate by state \N{MIDDLE DOT} Roads \N{MIDDLE DOT} Offices"
    # Two municipalities of Chihuahua, whose rate is high, and one of Yucatán, whose rate is low.
    high, low = (palette.COVERAGE[number].light.lower() for number in (2, 1))
    places = ((-106.0, 28.0), (-107.5, 27.0), (-89.0, 20.5))
    assert [looked.commonest(*at, around=8) for at in places] == [high, high, low]
    assert looked.colour(-99.13, 19.43) == plate.COLOURS["crossing"].lower()
    # The planned office comes in month 18.
    assert looked.commonest(-106.42, 31.4, around=5) == high
    (x0, y0), (x1, y1) = (looked.at(*at) for at in ((-110.0, 24.0), (-100.0, 22.0)))
    column = round((x0 + x1) / 2 + placed.BEND * (y1 - y0))
    row = round((y0 + y1) / 2 - placed.BEND * (x1 - x0))
    assert "#" + bytes(looked.pixels[row, column]).hex() == plate.COLOURS["zone"].lower()


@pytest.mark.usefixtures("planted")
def test_pixels_share_an_area_out_as_they_say(plan: atlases.Atlas) -> None:
    looked = Looked(plan, 12, "shares")
    column, row = looked.at(-106.0, 27.6)
    seen = looked.pixels[row - 9 : row + 9, column - 9 : column + 9].reshape(-1, 3) / 255
    # A hair of the municipalities' outlines lies over some of them.
    looks = [np.array(colors.to_rgb(each.light)) for each in (palette.COVERAGE[4], palette.DETECTION[0])]
    near = [np.linalg.norm(seen - look, axis=1) for look in looks]
    assert 0.68 < (near[0] < near[1]).mean() < 0.82
    assert np.median(np.minimum(*near)) < 0.05


# --- the plate --------------------------------------------------------------------------------


def test_boxes_touch_where_they_share_area() -> None:
    unit = plate.Box(0, 0, 1, 1)
    moves = list(itertools.product((-1, -0.5, 0, 0.5, 1), repeat=2))
    touching = [move for move in moves if unit.touches(plate.Box(*move, 1, 1))]
    assert len(touching) == 9
    assert unit.holds(unit)
    assert unit.grown(1).holds(unit)
    assert not unit.holds(unit.grown(0.1))


def test_a_scenario_may_be_called_in_hindi(plan: atlases.Atlas) -> None:
    named = replace(plan, scenario=replace(plan.scenario, title="संप्रभु सुरक्षा गठबंधन"))
    looked = Looked(named, 36, "control")
    assert looked.said("scenario") == "संप्रभु सुरक्षा गठबंधन"
    assert not looked.overlaps()
    assert looked.pixels.any()  # drawn: a letter without a shape would be an error
