"""On paper, where nothing scrolls, nothing is cut."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import driver, reader
from tests.browser.conftest import OpenPage

# A4 upright, 96 dots to the inch, within margins of 1 cm.
PAPER = {"width": 718, "height": 1047}
# What reaches beyond the paper, or has more in it than it shows.
_PARTS = ".atlas-host, .a-figures, .a-drawing, .a-table, .a-drawing img, table, .stVegaLiteChart svg"
_CUT = f"""() => [...document.querySelectorAll({_PARTS!r})]
    .filter((each) => each.getBoundingClientRect().right > window.innerWidth + 1
        || (!each.matches('.atlas-host') && each.scrollWidth > each.clientWidth + 1))
    .map((each) => `${{each.tagName}} ${{each.className}}`)"""


def put_on_paper(page: Page) -> None:
    """Lay the page out as for paper."""
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)


@pytest.mark.parametrize("name", ["", "border", "investment", "roadmap", "method"])
def test_nothing_reaches_beyond_the_paper(open_page: OpenPage, name: str) -> None:
    page = open_page(f"{name}?phase=3")
    charts = page.locator(".stVegaLiteChart svg")
    expect(charts).to_have_count({"border": 3, "investment": 8}.get(name, 0))
    put_on_paper(page)
    page.wait_for_function("() => window.innerWidth === 718")
    page.wait_for_function(f"() => ({_CUT})().length === 0")
    for chart in charts.all():
        box = chart.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) > 100


def test_on_paper_the_map_is_what_it_was_on_the_screen(open_page: OpenPage) -> None:
    page = open_page("?phase=3&place=08037")
    size = "() => [board.clientWidth, board.clientHeight, atlas.map.getSize().x, atlas.map.getSize().y]"
    page.evaluate("() => { window.board = atlas.board.host; }")
    seen, camera, drawn = page.evaluate(size), reader.camera(page), reader.picture(page, "data")
    put_on_paper(page)
    assert page.evaluate(size) == seen
    assert reader.time(page).is_visible()  # with the month among the phases
    assert reader.camera(page) == camera
    assert reader.picture(page, "data") == drawn
    box = page.locator(driver.MAP).bounding_box()
    assert box is not None
    assert box["width"] / box["height"] == pytest.approx(seen[0] / seen[1], rel=0.02)


def test_what_stays_in_reach_on_a_screen_stands_in_the_text_on_paper(open_page: OpenPage) -> None:
    page = open_page("?phase=3&place=08037")
    reader.wait_for_map(page, "Pick", "08037")
    put_on_paper(page)
    for key in ("stepper", "card"):
        assert page.locator(f".st-key-{key}").evaluate("node => getComputedStyle(node).position") == "static"
