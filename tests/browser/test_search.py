"""Finding a municipality, a state or a zone with the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import driver, reader
from tests.browser.conftest import OpenPage


def box(page: Page) -> Locator:
    """The field to type into."""
    return page.get_by_role("textbox", name="Find a municipality")


def found(page: Page) -> Locator:
    """What was found, to choose from."""
    return page.get_by_role("button", name="·")


def tab_to(page: Page, wanted: Locator, *, within: int = 40) -> None:
    """Press Tab until something has the focus."""
    for _ in range(within):
        if wanted.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{within} times Tab did not reach {wanted}")


def type_and_enter(page: Page, typed: str) -> None:
    """Type into the field and press Enter."""
    tab_to(page, box(page))
    page.keyboard.press("Control+A")
    page.keyboard.type(typed)
    page.keyboard.press("Enter")


def test_a_name_without_accents_is_found_and_the_map_goes_there(page: Page) -> None:
    before = reader.camera(page)
    type_and_enter(page, "juarez")
    expect(found(page).first).to_be_visible()
    wanted = page.get_by_role("button", name="Juárez, Chihuahua · 08037")
    tab_to(page, wanted, within=10)
    page.keyboard.press("Enter")
    reader.wait_for_map(page, "Pick", "08037")
    expect(reader.card(page)).to_contain_text("Chihuahua · 08037")
    lat, lon, zoom = reader.camera(page)
    assert (lon, lat) == pytest.approx(reader.place("08037"), abs=0.5)
    assert zoom > before[2]
    expect(box(page)).to_have_value("")
    expect(found(page)).to_have_count(0)


def test_a_municipality_is_found_by_either_key_and_in_any_spelling(page: Page) -> None:
    for typed in ("08037", "tijuana", "8037", "guadalajara", "JUÁREZ, chihuahua", "monterrey", "  juarez,chih "):
        type_and_enter(page, typed)
        sought = typed if typed in {"tijuana", "guadalajara", "monterrey"} else "Juárez, Chihuahua · 08037"
        expect(found(page).first).to_have_text(re.compile(f"^{sought}", re.IGNORECASE))


def test_nonsense_gets_a_message_and_nothing_to_choose(page: Page) -> None:
    type_and_enter(page, "qwxyz <b>{}")
    expect(page.get_by_text("No municipality, state or zone is called that")).to_be_visible()
    expect(found(page)).to_have_count(0)
    type_and_enter(page, "tijuana")
    expect(found(page).first).to_have_text("Tijuana, Baja California · 02004")


def test_a_typo_finds_the_place_as_one_types(page: Page) -> None:
    tab_to(page, box(page))
    driver.idle(page)
    traffic = driver.Traffic(page.context.new_cdp_session(page))
    page.keyboard.type("chilpans")
    expect(found(page).first).to_have_text("Chilpancingo de los Bravo, Guerrero · 12029")
    expect(found(page)).to_have_count(6)  # names nearly like it; one letter more leaves one
    page.keyboard.type("ingo")
    expect(found(page)).to_have_text(["Chilpancingo de los Bravo, Guerrero · 12029"])
    expect(box(page)).to_be_focused()
    driver.idle(page)
    assert 0 < traffic.received < 12_000  # what was found, twice; the whole page would be 36 KB
    found(page).press("Enter")
    reader.wait_for_map(page, "Pick", "12029")
    expect(found(page)).to_have_count(0)
    expect(box(page)).to_have_value("")


def test_the_map_goes_to_a_state_and_to_a_zone_and_picks_none(open_page: OpenPage) -> None:
    page = open_page("?place=08037")
    reader.wait_for_map(page, "Pick", "08037")
    shown = """([lat, lon, low, high]) => {
        const bounds = atlas.map.getBounds();
        return bounds.contains([lat, lon]) && low < atlas.map.getZoom() && atlas.map.getZoom() < high;
    }"""
    for typed, label, lat, lon in (
        ("yucatan", "Yucatán, state · 31", 20.7, -89.0),
        ("tiera caliente", "Tierra Caliente · priority zone", 18.7, -101.5),
    ):
        type_and_enter(page, typed)
        page.get_by_role("button", name=label).press("Enter")
        page.wait_for_function(shown, arg=[lat, lon, 5.5, 9])
        driver.idle(page)
        expect(reader.card(page)).to_contain_text("Chihuahua · 08037")
        assert reader.link(page)["place"] == "08037"


def test_the_same_place_is_gone_to_again(open_page: OpenPage) -> None:
    page = open_page("?place=08037")
    reader.wait_for_map(page, "Pick", "08037")
    reader.look(page, 18.0, -96.0, 7)
    type_and_enter(page, "08037")
    found(page).first.click()
    page.wait_for_function("() => Math.abs(atlas.map.getCenter().lat - 31.4) < 0.5")
