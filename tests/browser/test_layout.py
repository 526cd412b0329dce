"""What is where: on a desk everything at once, in a hand the map first and the stepper in reach."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser import driver, reader
from tests.browser.conftest import OpenPage

SIZES = (driver.DESKTOP, (1280, 720), (1024, 768), driver.PHONE, (360, 740))

# Everything that reaches out of the window to the right and is not inside something that scrolls by itself.
_OUTSIDE = """() => {
    const scrolls = node => node && node !== document.body
        && (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(node).overflowX)
            && node.getBoundingClientRect().right <= innerWidth + 1 || scrolls(node.parentElement));
    const wide = [...document.querySelectorAll('body *')].filter(node => {
        const box = node.getBoundingClientRect();
        return box.width > 1 && box.height > 1 && box.right > innerWidth + 1 && !scrolls(node.parentElement);
    });
    const bars = [...document.querySelectorAll('html, body, [data-testid="stApp"], [data-testid="stMain"]')]
        .filter(node => node.scrollWidth > node.clientWidth);
    return [...wide, ...bars].map(node => `${node.tagName} ${node.className}`.slice(0, 120));
}"""
# The boxes of what is written: a rectangle for each line of each text node, as far as it is not clipped.
_TEXTS = """selector => {
    const found = [];
    for (const root of document.querySelectorAll(selector)) {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            if (!node.textContent.trim() || !node.parentElement.checkVisibility({opacityProperty: true})) continue;
            const range = document.createRange();
            range.selectNodeContents(node);
            const clips = [];
            for (let each = node.parentElement; each; each = each.parentElement) {
                if (getComputedStyle(each).overflowX !== 'visible') clips.push(each.getBoundingClientRect());
            }
            for (const line of range.getClientRects()) {
                const [x, y] = [line.x, line.y];
                const width = Math.min(line.right, ...clips.map(each => each.right)) - x;
                const height = Math.min(line.bottom, ...clips.map(each => each.bottom)) - y;
                if (width > 1 && height > 1) found.push({text: node.textContent.trim(), x, y, width, height});
            }
        }
    }
    return found;
}"""
# Text that is cut off inside its own box.
_CUT = """selector => [...document.querySelectorAll(selector)]
    .filter(node => node.checkVisibility() && getComputedStyle(node).overflowX !== 'visible'
        && node.scrollWidth > node.clientWidth + 1)
    .map(node => node.textContent.trim())"""
HEADER = ".st-key-pages, .a-head, .st-key-stepper, .a-figures"


def box(locator: Locator) -> FloatRect:
    """Where something is in the window."""
    found = locator.bounding_box()
    assert found is not None, f"{locator} is not to be seen"
    return found


def map_box(page: Page) -> FloatRect:
    """Where the map is in the window."""
    return box(page.locator(driver.MAP))


def intersects(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two boxes have more than a hair in common."""
    wide = min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"])
    high = min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"])
    return wide > 1 and high > 2


def overlaps(page: Page, selector: str) -> list[str]:
    """Pairs of texts that lie over one another."""
    texts = page.evaluate(_TEXTS, selector)
    assert len(texts) > 10
    return [f"{one['text']!r} and {other['text']!r}" for one, other in combinations(texts, 2) if intersects(one, other)]


def test_on_a_desk_map_stepper_and_legend_are_seen_at_once(page: Page) -> None:
    for part in (
        page.get_by_role("radiogroup", name="Phase"),
        page.get_by_role("button", name="Next", exact=True),
        reader.time(page),
        page.locator(driver.MAP),
        page.locator(".a-legends"),
        page.locator("dl.a-figures"),
        page.locator(".a-tag"),
    ):
        seen = box(part)
        assert seen["y"] >= 0
        assert seen["y"] + seen["height"] <= driver.DESKTOP[1]
        assert seen["x"] >= 0
        assert seen["x"] + seen["width"] <= driver.DESKTOP[0]
    assert map_box(page)["width"] > 900
    assert map_box(page)["height"] > 500


def resize(page: Page, size: tuple[int, int]) -> None:
    """Give the window another size, and wait until the page has taken it."""
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("width => window.innerWidth === width", arg=width)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_no_page_is_wider_than_the_window(open_page: OpenPage) -> None:
    page = open_page("?phase=3&month=30&place=08037&layers=control,change,zones,crossings")
    for name in ("Map", "Roadmap", "Method and sources"):
        reader.go(page, name)
        page.locator(".a-legend, .a-time summary, .katex").first.wait_for()
        for size in SIZES:
            resize(page, size)
            assert page.evaluate(_OUTSIDE) == [], f"{name} at {size}"


def test_no_text_lies_over_another_and_none_is_cut(open_page: OpenPage) -> None:
    page = open_page("?phase=2&month=12")
    for size in SIZES:
        resize(page, size)
        assert overlaps(page, HEADER) == [], f"at {size}"
        assert page.evaluate(_CUT, ".a-head *, .st-key-stepper p, .a-figures *, .a-legend *") == [], f"at {size}"


def test_no_text_of_the_timeline_lies_over_another_and_none_is_cut(open_page: OpenPage) -> None:
    page = open_page("roadmap")
    page.locator("details summary").nth(1).click()
    parts = ".st-key-pages, .a-head, .st-key-filters, .a-scale, .a-time details:nth-of-type(-n+8)"
    for size in SIZES:
        resize(page, size)
        assert overlaps(page, parts) == [], f"at {size}"
        assert page.evaluate(_CUT, ".a-scale *, .a-time summary *, .st-key-filters p") == [], f"at {size}"


@pytest.mark.parametrize("name", ["border", "investment"])
def test_no_text_of_the_figures_lies_over_another_and_none_is_cut(name: str, open_page: OpenPage) -> None:
    page = open_page(f"{name}?phase=3")
    # In a hand the stepper lies over what is under it, on purpose.
    parts = ".st-key-pages, .a-head, .a-figures, .a-drawing, .stVegaLiteChart, .a-funders, .a-key-line, .a-table"
    for size in SIZES:
        resize(page, size)
        assert overlaps(page, parts) == [], f"at {size}"
        assert page.evaluate(_CUT, ".a-head *, .a-figures *, .a-key-line *") == [], f"at {size}"


@pytest.mark.parametrize("name", ["border", "investment"])
def test_four_figures_fill_a_row_on_a_desk_and_stand_two_by_two_in_a_hand(name: str, open_page: OpenPage) -> None:
    page = open_page(f"{name}?phase=3")
    for size, columns in ((driver.DESKTOP, 4), (driver.PHONE, 2)):
        resize(page, size)
        seen = [box(figure) for figure in page.locator(".a-figures .a-figure").all()]
        assert len(seen) == 4
        assert len({round(figure["x"]) for figure in seen}) == columns, f"at {size}"
        assert max(figure["x"] + figure["width"] for figure in seen) > 0.9 * size[0], f"at {size}"


def test_on_a_desk_the_card_stays_on_the_map(open_page: OpenPage) -> None:
    page = open_page("?place=08037&layers=control,change,zones,crossings")
    page.get_by_role("textbox", name="Find a municipality").fill("san juan")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="San Juan").first).to_be_visible()
    card, under = box(page.locator(".st-key-card")), map_box(page)
    assert card["x"] >= under["x"]
    assert card["x"] + card["width"] <= under["x"] + under["width"]
    assert card["y"] >= under["y"]
    assert card["y"] + card["height"] <= under["y"] + under["height"]


def test_in_a_hand_the_map_comes_before_the_figures_and_the_table(phone: Page) -> None:
    phone.get_by_role("switch", name="Show as table").press("Space")
    expect(phone.get_by_test_id("stDataFrame")).to_be_visible()
    driver.idle(phone)
    phone.wait_for_function("() => document.querySelector('[data-testid=stDataFrame] canvas') !== null")
    phone.locator("h1").scroll_into_view_if_needed()
    seen = map_box(phone)
    assert seen["y"] + seen["height"] <= box(phone.get_by_test_id("stDataFrame"))["y"]
    assert seen["y"] + seen["height"] <= box(phone.locator("dl.a-figures"))["y"]
    assert seen["y"] + seen["height"] <= box(phone.locator(".a-legends"))["y"]
    assert seen["y"] < driver.PHONE[1] / 4
    assert seen["width"] > driver.PHONE[0] * 0.85
    assert seen["height"] >= 300


def test_in_a_hand_the_stepper_stays_at_the_bottom(phone: Page) -> None:
    controls = [
        phone.get_by_role("button", name="Previous", exact=True),
        phone.get_by_role("button", name="Next", exact=True),
        *(phone.locator("label").filter(has_text=f"Phase {number}") for number in (1, 2, 3, 4)),
    ]
    before = [box(each) for each in controls]
    for each in before:
        assert each["x"] >= 0
        assert each["x"] + each["width"] <= driver.PHONE[0]
        assert each["y"] > driver.PHONE[1] * 0.8
        assert each["y"] + each["height"] <= driver.PHONE[1]
    phone.get_by_text("Show as table").scroll_into_view_if_needed()
    assert map_box(phone)["y"] < 0
    assert [box(each) for each in controls] == before
    reader.step_to(phone, 2)
    reader.press(phone, "Next", 36)


def test_in_a_hand_the_end_of_the_page_is_not_under_the_stepper(phone: Page) -> None:
    phone.get_by_text("Show as table").scroll_into_view_if_needed()
    phone.mouse.move(200, 300)
    phone.mouse.wheel(0, 10_000)
    switch = phone.get_by_text("Show as table")
    stepper = phone.locator(".st-key-stepper")
    driver.idle(phone)
    phone.wait_for_function(
        "() => { const main = document.querySelector('[data-testid=stMain]');"
        " return main.scrollTop + main.clientHeight >= main.scrollHeight - 2; }"
    )
    assert box(switch)["y"] + box(switch)["height"] <= box(stepper)["y"]


def test_in_a_hand_the_card_is_a_sheet_that_closes(phone: Page) -> None:
    reader.look(phone, *reversed(reader.place("08037")), 8)
    reader.click(phone, *reader.place("08037"))
    expect(reader.card(phone)).to_be_visible()
    reader.wait_for_map(phone, "Pick", "08037")
    sheet = box(phone.locator(".st-key-card"))
    assert sheet["x"] == 0
    assert sheet["width"] == driver.PHONE[0]
    stepper = box(phone.locator(".st-key-stepper"))
    written = box(reader.card(phone))
    assert written["y"] + written["height"] <= stepper["y"]
    assert sheet["y"] > map_box(phone)["y"] + 100
    expect(phone.get_by_role("button", name="Close")).to_be_in_viewport()
    reader.step_to(phone, 3)
    expect(reader.card(phone)).to_be_visible()
    phone.get_by_role("button", name="Close").click()
    expect(reader.card(phone)).to_have_count(0)


def test_in_a_hand_pages_lead_to_one_another(phone: Page) -> None:
    for name in ("Roadmap", "Method and sources", "Map"):
        expect(phone.get_by_role("link", name=name, exact=True)).to_be_in_viewport()
        reader.go(phone, name)


def test_the_whole_country_is_in_the_opening_view(open_page: OpenPage) -> None:
    ends = {"Tijuana": "02004", "Cozumel": "23001", "Matamoros": "28022", "Tapachula": "07089", "Los Cabos": "03008"}
    for size in (driver.DESKTOP, driver.PHONE):
        page = open_page(size=size)
        frame = map_box(page)
        for name, key in ends.items():
            x, y = reader.spot(page, *reader.place(key))
            assert frame["x"] < x < frame["x"] + frame["width"], name
            assert frame["y"] < y < frame["y"] + frame["height"], name
