"""The bar of months under the map: dragging repaints, resting asks."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from layers import palette
from layers.control import class_keys
from tests.browser import driver, reader
from tests.browser.conftest import OpenPage

JUAREZ = "08037"
_TOLD = """news => new Promise(done => {
    const app = document.querySelector('[data-testid="stApp"]');
    const watch = new MutationObserver(() => {
        if (app.getAttribute('data-test-script-state') === 'notRunning') return;
        watch.disconnect();
        done();
    });
    watch.observe(app, {attributes: true});
    setTimeout(done, 3000);  // a run may be over before the page has said that it began
    atlas.board.tell(eval(news));
})"""


def bar(page: Page) -> Locator:
    """What the map and the bar stand in."""
    return page.locator(driver.MAP)


def along(slider: Locator, month: int) -> tuple[float, float]:
    """Where a month is in the window; the thumb's middle reaches from end to end less its own width."""
    box = slider.bounding_box()
    assert box is not None
    return box["x"] + 8 + (box["width"] - 16) * month / 60, box["y"] + box["height"] / 2


def colour_of(month: int, cvegeo: str) -> str:
    """The colour of a municipality's class in a month."""
    plan = reader.atlas()
    position = int((plan.territory.municipalities["cvegeo"] == cvegeo).argmax())
    return palette.CONTROL[str(class_keys(plan.plan.codes[month])[position])].light


def test_dragging_repaints_every_month_and_asks_at_rest_only(open_page: OpenPage) -> None:
    page = open_page("?month=30")
    slider = reader.time(page)
    link = page.url
    runs = reader.Runs(page)
    page.mouse.move(*along(slider, 30))
    page.mouse.down()
    for month in (31, 40, 60, 12, 0):
        page.mouse.move(*along(slider, month))
        driver.wait_for_map(page, "atlasMonth", str(month))
        expect(bar(page).locator(".atlas-stamp")).to_contain_text(f"month {month}" if month else "baseline")
        fill = reader.fill(page, JUAREZ)
        assert fill is not None
        assert fill.startswith(colour_of(month, JUAREZ))
        assert page.url == link
        expect(reader.as_of(page)).to_contain_text("month 30,")
    page.mouse.move(*along(slider, 20))
    assert runs.count == 0
    page.mouse.up()
    reader.wait_for_link(page, phase="3", month="20")
    expect(reader.as_of(page)).to_contain_text("month 20,")
    expect(page.get_by_role("radio", name="Phase 3")).to_be_checked()


_SHOWN = "() => [...new Set(atlas.drawings.filter(each => atlas.isShown(each)).map(({id}) => id))].filter(Boolean)"


def test_nothing_of_another_month_stays_on_the_map_while_it_is_dragged(open_page: OpenPage) -> None:
    """What only the page knows of a month is away until the bar rests, on the map and in its key."""
    page = open_page("?month=36&vs=6&layers=control,change,detection,investment,crossings&money=km2")
    slider = reader.time(page)
    every = ["control", "change", "detection", "investment", "crossings"]
    assert page.evaluate(_SHOWN) == every
    overlay = reader.picture(page, "overlay")
    page.mouse.move(*along(slider, 36))
    page.mouse.down()
    page.mouse.move(*along(slider, 50))
    driver.wait_for_map(page, "atlasMonth", "50")
    assert page.evaluate(_SHOWN) == ["control", "crossings"]
    assert reader.picture(page, "overlay") != overlay
    expect(bar(page).locator(".atlas-key")).to_be_hidden()
    page.mouse.up()
    reader.wait_for_link(page, month="50")
    driver.idle(page)
    assert page.evaluate(_SHOWN) == every
    expect(bar(page).locator(".atlas-key")).to_be_visible()


def test_sums_of_money_follow_the_bar_and_what_only_the_page_knows_does_not(open_page: OpenPage) -> None:
    page = open_page("?month=36&layers=investment")
    key = bar(page).locator(".atlas-key")
    expect(key).to_contain_text("Cannot be placed")
    slider = reader.time(page)
    page.mouse.move(*along(slider, 36))
    page.mouse.down()
    page.mouse.move(*along(slider, 60))
    driver.wait_for_map(page, "atlasMonth", "60")
    expect(key).to_contain_text("Dots: less than")
    expect(key).not_to_contain_text("Cannot be placed")
    page.mouse.up()
    reader.wait_for_link(page, month="60")
    expect(key).to_contain_text("Cannot be placed")


def test_on_a_phone_the_bands_have_numbers(open_page: OpenPage) -> None:
    page = open_page("", size=driver.PHONE)
    for band in bar(page).locator(".atlas-bands span").all():
        assert band.evaluate("node => node.scrollWidth <= node.clientWidth")
        number = band.evaluate("node => getComputedStyle(node, '::before').content")
        assert number == f'"{band.get_attribute("data-number")}"'


def test_keys_move_over_the_whole_plan(open_page: OpenPage) -> None:
    page = open_page("?phase=3&month=36")
    slider = reader.time(page)
    slider.focus()
    for key, month, phase in (("ArrowRight", 37, 4), ("ArrowLeft", 36, 3), ("Home", 0, 1), ("End", 60, 4)):
        page.keyboard.press(key)
        driver.painted(page, month)
        reader.wait_for_link(page, month=str(month), phase=str(phase))
        expect(slider).to_have_value(str(month))
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^month 60, Phase 4: "))


def test_a_step_at_a_time_and_back_and_forward(page: Page) -> None:
    for name, month in (("Next month", 7), ("Next month", 8), ("Previous month", 7)):
        bar(page).get_by_role("button", name=name).click()
        reader.wait_for_link(page, month=str(month))
    page.go_back()
    reader.wait_for_link(page, month="8")
    expect(reader.time(page)).to_have_value("8")
    page.go_forward()
    reader.wait_for_link(page, month="7")
    expect(reader.time(page)).to_have_value("7")


def test_the_bar_follows_the_phases(page: Page) -> None:
    bands = bar(page).locator(".atlas-bands span")
    expect(bands).to_have_text(["Phase 1", "Phase 2", "Phase 3", "Phase 4"])
    for phase in (2, 4):
        reader.step_to(page, phase)
        expect(reader.time(page)).to_have_value(str(reader.MONTHS[phase]))


def test_nothing_plays_unless_asked(page: Page) -> None:
    play = bar(page).get_by_role("button", name="Play the months")
    expect(play).to_have_attribute("aria-pressed", "false")
    expect(reader.time(page)).to_have_value("6")
    play.click()
    expect(reader.time(page)).to_have_value(re.compile("^(8|9|10)$"))
    bar(page).get_by_role("button", name="Pause").click()
    month = reader.time(page).input_value()
    reader.wait_for_link(page, month=month)


def test_there_is_no_play_for_people_who_want_less_motion(open_page: OpenPage) -> None:
    page = open_page("", reduced_motion="reduce")
    expect(reader.time(page)).to_be_visible()
    assert bar(page).get_by_role("button", name="Play the months").count() == 0


@pytest.mark.parametrize("month", ["99", "-1", "'30'", "null", "1.5", "true"])
def test_a_month_that_is_none_changes_nothing(page: Page, month: str) -> None:
    # Resolved by the run that it brings about.
    page.evaluate(_TOLD, f"({{month: {month}}})")
    driver.idle(page)
    reader.step_to(page, 2)
    assert reader.link(page) == reader.OPENING | {"phase": "2", "month": "18"}
    assert page.get_by_test_id("stException").count() == 0


def test_a_click_still_picks_after_the_bar_has_rested(page: Page) -> None:
    reader.time(page).press("ArrowRight")
    reader.wait_for_link(page, month="7")
    reader.click(page, *reader.place(JUAREZ))
    reader.wait_for_link(page, month="7", place=JUAREZ)
