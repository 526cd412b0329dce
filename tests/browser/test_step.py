"""Stepping through the plan: what changes, and what must stay as it is."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from layers import control, palette
from roadmap.record import control as classes
from tests.browser import driver, reader
from tests.browser.conftest import OpenPage

ODD = (25.3, -101.7, 6.25)
LETTERS = {palette.CONTROL[each.key].letter: each for each in classes.CLASSES}

_WATCH_MAP = """() => {
    window.watchedMap = {samples: 0, blank: 0};
    const {data, land} = atlas.surfaces;
    const alpha = ({context, _bounds, ratio}) => {
        const at = atlas.map.latLngToLayerPoint([24, -102]).subtract(_bounds.min).multiplyBy(ratio);
        return context.getImageData(at.x, at.y, 1, 1).data[3];
    };
    const look = () => {
        window.watchedMap.samples += 1;
        window.watchedMap.blank += alpha(data) < 255 || alpha(land) < 255;
        window.requestAnimationFrame(look);
    };
    look();
}"""
_WATCH_PAGE = """() => {
    const first = document.querySelector('.atlas-host');
    window.watched = {samples: 0, replaced: 0, faded: 0, sizes: []};
    const look = () => {
        const {watched} = window;
        const now = document.querySelector('.atlas-host');
        watched.samples += 1;
        watched.replaced += now !== first;
        let opacity = 1;
        for (let each = now; each; each = each.parentElement) opacity *= getComputedStyle(each).opacity;
        watched.faded += opacity < 1;
        const {x, y, width, height} = now.getBoundingClientRect();
        const size = [x, y, width, height].map(Math.round).join(' ');
        if (watched.sizes.at(-1) !== size) watched.sizes.push(size);
        window.requestAnimationFrame(look);
    };
    look();
}"""


def changed(before: int, after: int, count: int) -> list[tuple[str, str, str]]:
    """The largest municipalities whose class differs between two months, with both class keys."""
    atlas = reader.atlas()
    then, now = (control.class_keys(atlas.plan.codes[month]) for month in (before, after))
    rows = atlas.territory.municipalities
    order = np.argsort(-rows["area_km2"].to_numpy())
    return [(rows["cvegeo"].iloc[i], then[i], now[i]) for i in order if then[i] != now[i]][:count]


def colours(page: Page, keys: list[str]) -> dict[str, str]:
    """The colours that municipalities have on the map, where they are large enough to tell."""
    found = {key: reader.fill(page, key) for key in keys}
    return {key: colour for key, colour in found.items() if colour is not None}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_municipalities_take_the_colour_of_their_class(open_page: OpenPage, scheme: str) -> None:
    page = open_page("?phase=1&layers=control", color_scheme=scheme)
    moved = changed(6, 36, 12)
    seen_before = colours(page, [key for key, _, _ in moved])
    assert len(seen_before) >= 6
    reader.step_to(page, 3)
    seen_after = colours(page, [key for key, _, _ in moved])
    swatches = {key: getattr(swatch, scheme) + "ff" for key, swatch in palette.CONTROL.items()}
    assert seen_before == {key: swatches[then] for key, then, _ in moved if key in seen_before}
    assert seen_after == {key: swatches[now] for key, _, now in moved if key in seen_after}
    assert all(seen_before[key] != seen_after[key] for key in seen_before)


def test_the_radio_goes_to_the_end_of_each_phase(page: Page) -> None:
    for phase in (2, 4, 3, 1):
        reader.step_to(page, phase)
        title = reader.atlas().scenario.phases[phase - 1].title
        expect(reader.as_of(page)).to_have_text(f"As of month {reader.MONTHS[phase]}, phase {phase}: {title}")
        expect(page.get_by_role("radio", name=f"Phase {phase}")).to_be_checked()


def test_previous_and_next_walk_from_the_baseline_to_the_end(page: Page) -> None:
    reader.press(page, "Previous", 0)
    expect(reader.as_of(page)).to_have_text("As of baseline (month 0)")
    expect(page.get_by_role("button", name="Previous", exact=True)).to_be_disabled()
    for month in (6, 18, 36, 60):
        reader.press(page, "Next", month)
    expect(page.get_by_role("button", name="Next", exact=True)).to_be_disabled()
    for month in (36, 18, 6, 0):
        reader.press(page, "Previous", month)


def test_arrow_keys_choose_the_phase(page: Page) -> None:
    page.get_by_role("radio", name="Phase 1").focus()
    for phase in (2, 3):
        page.keyboard.press("ArrowRight")
        driver.painted(page, reader.MONTHS[phase])
    expect(page.get_by_role("radio", name="Phase 3")).to_be_focused()


def check_counts(page: Page, month: int) -> None:
    """The legend's counts are those of the month's classes, counted here one by one."""
    codes = reader.atlas().plan.codes[month]
    rows = reader.atlas().territory.municipalities
    legend = reader.legends(page)[reader.title("control")]
    assert [letter for _, letter, *_ in legend] == list(LETTERS)
    for _, letter, _, municipalities, people, area in legend:
        mine = rows[codes == LETTERS[letter].number]
        assert reader.whole(municipalities) == len(mine)
        assert reader.whole(area) == round(mine["area_km2"].sum())
        if people.endswith("million"):
            number = people.split()[0]
            decimals = len(number.partition(".")[2])
            assert number == f"{mine['population'].sum() / 1e6:.{decimals}f}"
        else:
            assert reader.whole(people) == mine["population"].sum()
    assert sum(reader.whole(row[3]) for row in legend) == len(rows) == 2465


def test_the_legend_counts_what_the_month_holds(page: Page) -> None:
    check_counts(page, 6)
    reader.step_to(page, 3)
    check_counts(page, 36)
    reader.press(page, "Next", 60)
    check_counts(page, 60)


def test_the_figures_follow_the_month(page: Page) -> None:
    seen = set()
    for phase in (1, 2, 3, 4):
        reader.step_to(page, phase)
        codes = reader.atlas().plan.codes[reader.MONTHS[phase]]
        area = reader.atlas().territory.municipalities["area_km2"]
        share = area[(codes >= 0) & (codes <= classes.CONTESTED)].sum() / area.sum()
        figure = page.locator(".a-figure", has_text="Contested or worse")
        expect(figure.locator(".a-value")).to_have_text(f"{share * 100:.1f} % of area")
        seen.add(figure.inner_text())
    assert len(seen) == 4


def test_zoom_and_centre_survive_every_control(page: Page) -> None:
    reader.look(page, *ODD)
    kept = reader.camera(page)
    assert kept == pytest.approx(ODD, abs=0.02)
    reader.step_to(page, 3)
    reader.press(page, "Next", 60)
    reader.press(page, "Previous", 36)
    reader.time(page).press("ArrowLeft")
    driver.painted(page, 35)
    reader.switch(page, "change")
    reader.switch(page, "zones")
    page.get_by_text("Show as table").click()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    assert reader.camera(page) == kept


def test_the_frame_is_never_replaced(page: Page) -> None:
    page.evaluate("() => { window.mark = 'the same'; }")
    for phase in (2, 3, 4, 1):
        reader.step_to(page, phase)
    reader.press(page, "Next", 18)
    reader.switch(page, "change")
    reader.click(page, *reader.place("08037"))
    reader.wait_for_map(page, "Pick", "08037")
    expect(reader.card(page)).to_be_visible()
    assert page.evaluate("() => window.mark") == "the same"


def test_a_step_taken_before_the_map_is_there_is_shown_when_it_is(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/mount.js", hold)
    with page.expect_request("**/mount.js"):
        page.reload()
    page.get_by_role("radio", name="Phase 3").check()
    expect(reader.as_of(page)).to_contain_text("month 36")
    driver.idle(page)
    assert len(held) == 1
    held[0].continue_()
    driver.painted(page, 36)


def test_nothing_blinks_and_each_step_is_painted_once(page: Page) -> None:
    paints = "() => Number(document.querySelector('.atlas-host').dataset.atlasPaints)"
    before = page.evaluate(paints)
    page.evaluate(_WATCH_MAP)
    page.evaluate(_WATCH_PAGE)
    for phase in (2, 3, 4, 1):
        reader.step_to(page, phase)
    inside, outside = page.evaluate("() => [window.watchedMap, window.watched]")
    assert page.evaluate(paints) == before + 4
    assert inside["samples"] > 8
    assert inside["blank"] == 0
    assert outside["samples"] > 8
    assert outside["replaced"] == outside["faded"] == 0
    assert len(outside["sizes"]) == 1, f"the map moved or changed its size: {outside['sizes']}"


_REDRAWS = """() => {
    window.redrawn = [];
    for (const [name, surface] of Object.entries(atlas.surfaces)) {
        for (const kind of ['redraw', 'touchUp']) {
            const paint = surface[kind].bind(surface);
            surface[kind] = (...given) => { window.redrawn.push(`${name} ${kind}`); return paint(...given); };
        }
    }
}"""


def test_a_step_paints_only_what_it_changes_and_leaves_the_same_picture(open_page: OpenPage) -> None:
    page = open_page("?phase=1&layers=control,zones,crossings")
    page.evaluate(_REDRAWS)
    reader.step_to(page, 3)
    page.wait_for_function("() => !atlas.surfaces.data.tidying")
    assert page.evaluate("window.redrawn") == ["data touchUp", "overlay redraw", "marks redraw", "data redraw"]
    stepped = [reader.picture(page, name) for name in ("land", "data", "overlay", "marks", "names")]
    page = open_page("?phase=3&layers=control,zones,crossings")
    assert [reader.picture(page, name) for name in ("land", "data", "overlay", "marks", "names")] == stepped
