"""Pointing at the map: what hangs at the pointer, what a click opens, and that names are only ever text."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from roadmap.words import text
from tests.browser import driver, reader
from tests.browser.conftest import OpenPage

JUAREZ = "08037"
PACIFIC = (-112.0, 20.0)
IMAGE = "<img src=x onerror=window.pwned=1>"

_PLANT = """name => {
    const {manifest, topology} = atlas;
    topology.areas.find(area => area.id === '08037').properties.n = name;
    topology.states.find(area => area.id === '08').properties.n = name;
    const [control, zones, crossings] = ['control', 'zones', 'crossings'].map(id => manifest.layers[id].marks[0]);
    for (const entry of control.classes) entry.label = name;
    for (const id of Object.keys(zones.names)) zones.names[id] = name;
    for (const point of crossings.points) {
        Object.assign(point, {title: name, subtitle: name, rows: [[name, name]]});
    }
    for (const label of manifest.ground.labels) label.t = name;
    manifest.title = name;
    atlas.board.apply({...atlas.state});
}"""


def class_label(month: int, cvegeo: str) -> str:
    """Letter and words for a municipality's class, from its number in the model."""
    atlas = reader.atlas()
    rows = atlas.territory.municipalities
    number = atlas.plan.codes[month][int((rows["cvegeo"] == cvegeo).argmax())]
    key = {4: "state_control", 3: "state_influence", 2: "contested", 1: "criminal_influence", 0: "criminal_control"}
    return f"{'EDCBA'[number]} · {text.words().named(text.CLASSES, key[number])}"


def test_the_tooltip_tells_name_state_and_class(page: Page) -> None:
    reader.look(page, 20.67, -103.35, 8)
    reader.hover(page, *reader.place("14039"))
    tip = reader.tooltip(page)
    expect(tip.locator(".atlas-tip-title")).to_have_text("Guadalajara")
    expect(tip.locator(".atlas-tip-subtitle")).to_have_text("Jalisco")
    expect(tip).to_contain_text(class_label(6, "14039"))


def test_the_tooltip_under_a_resting_pointer_follows_a_step(open_page: OpenPage) -> None:
    page = open_page("?layers=control")
    assert class_label(6, JUAREZ) != class_label(36, JUAREZ)
    reader.hover(page, *reader.place(JUAREZ))
    expect(reader.tooltip(page)).to_contain_text(class_label(6, JUAREZ))
    page.get_by_role("radio", name="Phase 3").focus()
    page.keyboard.press("Space")
    driver.painted(page, 36)
    expect(reader.tooltip(page)).to_contain_text(class_label(36, JUAREZ))


def test_the_tooltip_goes_where_there_is_no_municipality(page: Page) -> None:
    reader.look(page, 21.0, -105.0, 6)
    reader.hover(page, *reader.place("14039"))
    expect(reader.tooltip(page)).to_be_visible()
    reader.hover(page, *PACIFIC)
    expect(reader.tooltip(page)).to_have_count(0)


def test_a_crossing_tells_the_total_of_its_port_and_says_so(page: Page) -> None:
    crossings = reader.atlas().observations.crossings
    busiest = crossings.loc[crossings["trucks_per_year"].idxmax()]
    reader.look(page, busiest.geometry.y, busiest.geometry.x, 11)
    reader.hover(page, busiest.geometry.x, busiest.geometry.y)
    tip = reader.tooltip(page)
    expect(tip.locator(".atlas-tip-title")).to_have_text(busiest["name_us"])
    expect(tip).to_contain_text("Trucks, port total")
    expect(tip).to_contain_text(f"{int(busiest['trucks_per_year']):,} ({busiest['year']})")


def test_a_crossing_without_a_figure_does_not_say_zero(page: Page) -> None:
    crossings = reader.atlas().observations.crossings
    columns = ["trucks_per_year", "cars_per_year", "pedestrians_per_year"]
    silent = crossings[crossings[columns].isna().all(axis=1)].iloc[0]
    reader.look(page, silent.geometry.y, silent.geometry.x, 12)
    reader.hover(page, silent.geometry.x, silent.geometry.y)
    expect(reader.tooltip(page)).to_contain_text("no figure for this crossing")
    expect(reader.tooltip(page)).not_to_contain_text("0")


def test_a_click_opens_the_card_of_the_municipality(page: Page) -> None:
    reader.click(page, *reader.place(JUAREZ))
    card = reader.card(page)
    expect(card.get_by_role("heading")).to_have_text("Juárez")
    expect(card).to_contain_text("Chihuahua · 08037")
    expect(card).to_contain_text(class_label(6, JUAREZ))
    row = reader.atlas().territory.municipalities.set_index("cvegeo").loc[JUAREZ]
    expect(card).to_contain_text(f"{row['population']:,} (estimate)")
    expect(card).to_contain_text(f"{row['area_km2']:,.0f} km²")
    expect(card.get_by_role("img")).to_have_attribute("alt", re.compile(r"months? 0"))


def test_the_card_follows_a_step(page: Page) -> None:
    reader.click(page, *reader.place(JUAREZ))
    expect(reader.card(page)).to_contain_text(class_label(6, JUAREZ))
    reader.step_to(page, 3)
    expect(reader.card(page)).to_contain_text(class_label(36, JUAREZ))


def test_another_click_opens_another_card_and_one_on_the_sea_closes_it(page: Page) -> None:
    reader.click(page, *reader.place(JUAREZ))
    expect(reader.card(page)).to_contain_text("08037")
    reader.look(page, 21.0, -105.0, 6)
    reader.click(page, *reader.place("14039"))
    expect(reader.card(page)).to_contain_text("14039")
    reader.wait_for_map(page, "Pick", "14039")
    reader.click(page, *PACIFIC)
    expect(reader.card(page)).to_have_count(0)
    reader.wait_for_map(page, "Pick", "")


def test_a_closed_card_opens_again_at_the_same_spot(page: Page) -> None:
    reader.click(page, *reader.place(JUAREZ))
    page.get_by_role("button", name="Close").click()
    expect(reader.card(page)).to_have_count(0)
    reader.click(page, *reader.place(JUAREZ))
    expect(reader.card(page)).to_contain_text("08037")


def test_the_picked_municipality_is_outlined(page: Page) -> None:
    before = reader.picture(page, "marks")
    reader.click(page, *reader.place(JUAREZ))
    reader.wait_for_map(page, "Pick", JUAREZ)
    assert reader.picture(page, "marks") != before


def test_names_in_tooltips_and_stamp_are_text(open_page: OpenPage) -> None:
    page = open_page("?phase=3&month=30")
    page.evaluate(_PLANT, IMAGE)
    expect(page.locator(".atlas-stamp")).to_contain_text(IMAGE)
    reader.look(page, 31.3, -106.5, 9)
    reader.hover(page, *reader.place(JUAREZ))
    tip = reader.tooltip(page)
    expect(tip.locator(".atlas-tip-title")).to_have_text(IMAGE)
    expect(tip.locator(".atlas-tip-subtitle")).to_have_text(IMAGE)
    assert tip.get_by_text(IMAGE).count() >= 4
    crossings = reader.atlas().observations.crossings
    near = crossings[crossings["cvegeo"] == JUAREZ].iloc[0]
    reader.look(page, near.geometry.y, near.geometry.x, 12)
    reader.hover(page, near.geometry.x, near.geometry.y)
    expect(tip.get_by_text(IMAGE)).to_have_count(4)
    expect(page.locator(driver.MAP).locator(".atlas-stamp")).to_contain_text(IMAGE)
    assert page.locator(driver.MAP).locator("img").count() == 0
    assert page.evaluate("() => window.pwned") is None
