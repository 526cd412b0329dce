"""axe-core finds nothing serious on any page, in either theme, on a desk or in a hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import driver, reader
from tests.browser.conftest import OpenPage


def findings(page: Page, state: str) -> list[str]:
    """What axe finds, with the state of the page in front."""
    driver.idle(page)
    return [f"{state}: {finding}" for finding in driver.axe(page)]


# Contrast is a matter of the theme, and order and size of the window: two visits see all four.
@pytest.mark.parametrize(("size", "scheme"), [(driver.DESKTOP, "dark"), (driver.PHONE, "light")], ids=["desk", "phone"])
def test_axe_finds_nothing_serious(open_page: OpenPage, size: tuple[int, int], scheme: str) -> None:
    page = open_page("?phase=3&month=30", size=size, color_scheme=scheme)
    found = findings(page, "map")
    page.get_by_role("textbox", name="Find a municipality").fill("juarez")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="08037")).to_be_visible()
    found += findings(page, "map, found")
    page.get_by_role("button", name="08037").click()
    expect(reader.card(page)).to_be_visible()
    page.get_by_text("Show as table").scroll_into_view_if_needed()
    page.get_by_role("switch", name="Show as table").press("Space")
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    found += findings(page, "map, card and table")
    page.get_by_role("button", name="Download", exact=True).press("Enter")
    expect(page.get_by_role("button", name="as GeoJSON").first).to_be_visible()
    found += findings(page, "map, downloads")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Close").press("Enter")
    reader.go(page, "Border")
    expect(page.locator(".stVegaLiteChart svg")).to_have_count(3)
    found += findings(page, "border")
    reader.go(page, "Investment")
    expect(page.locator(".stVegaLiteChart svg")).to_have_count(8)
    found += findings(page, "investment")
    reader.go(page, "Roadmap")
    page.locator("details summary").first.click()
    found += findings(page, "roadmap")
    reader.go(page, "Method and sources")
    expect(page.locator(".katex").first).to_be_visible()
    found += findings(page, "method")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_messages(open_page: OpenPage, scheme: str) -> None:
    page = open_page("?phase=9", color_scheme=scheme)
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    found = findings(page, "a wrong link")
    assert not found, "\n".join(found)
