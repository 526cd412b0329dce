"""The pages' style sheet is there before anything is seen, whatever the app is started with, and travels once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import driver, reader, relay, server

STEP_BYTES = 18_000
WIRE_BYTES = 12_000
# Run plainly, the app loads everything when its first visitor comes.
COLD_MS = 180_000
SHEET = "**/atlas/page-*.css"
ELSEWHERE = ("", "method")

# How many frames show words of the page, and how many of those without its style?
_WATCH = """if (window === window.top) {
    window.watched = {seen: 0, bare: 0};
    const look = () => {
        const main = document.querySelector('.stMain');
        if (main && main.innerText.trim()) {
            window.watched.seen += 1;
            const style = getComputedStyle(document.querySelector('.stApp'));
            window.watched.bare += style.getPropertyValue('--a-ground') === '';
        }
        window.requestAnimationFrame(look);
    };
    look();
}"""


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    """A page of a browser with an empty cache, not yet anywhere."""
    context = browser.new_context(viewport={"width": driver.DESKTOP[0], "height": driver.DESKTOP[1]})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def plain_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app, started by Streamlit's own command."""
    with server.script("app.py", log=tmp_path_factory.mktemp("plain") / "log.txt", folder=server.ROOT) as app:
        yield app.url


def visit(page: Page, address: str) -> None:
    """Go to a page of an app that may have to load everything first."""
    page.goto(address)
    expect(page.locator(".a-head")).to_be_attached(timeout=COLD_MS)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_nothing_is_ever_seen_without_its_style(blank: Page, app_url: str, name: str) -> None:
    blank.add_init_script(_WATCH)
    blank.goto(f"{app_url}/{name}")
    driver.settled(blank)
    watched = blank.evaluate("() => window.watched")
    assert watched["seen"] > 0
    assert watched["bare"] == 0
    assert driver.styled(blank)


def test_a_step_is_small_and_brings_no_style_sheet(page: Page) -> None:
    traffic = driver.Traffic(page.context.new_cdp_session(page))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for phase in (2, 3, 4, 1):
        before = traffic.received
        reader.step_to(page, phase)
        assert 0 < traffic.received - before < STEP_BYTES
    assert [url for url in asked if url.endswith(".css")] == []


def test_messages_travel_packed(blank: Page, app_url: str) -> None:
    with relay.to(app_url) as way:
        blank.goto(way.url)
        driver.settled(blank)
        for phase in (2, 3, 4, 1):
            before = way.sent
            reader.step_to(blank, phase)
            driver.idle(blank)
            assert 0 < way.sent - before < WIRE_BYTES


def test_all_pages_share_one_link(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in ("Border", "Investment", "Roadmap", "Method and sources", "Map"):
        reader.go(page, name)
        assert driver.styled(page)
    assert [url for url in asked if "/page-" in url] == []


@pytest.mark.parametrize("name", ELSEWHERE)
def test_streamlits_own_command_shows_the_page_in_its_style(blank: Page, plain_url: str, name: str) -> None:
    visit(blank, f"{plain_url}/{name}")
    driver.settled(blank)
    blank.wait_for_function(driver.STYLED)
    expect(blank.get_by_role("heading", level=1)).to_be_visible()
    assert blank.locator("link[data-atlas]").count() == 1
    reader.go(blank, "Roadmap")
    assert driver.styled(blank)
    assert blank.locator("link[data-atlas]").count() == 1


def test_a_sheet_that_never_comes_leaves_the_page_to_be_read(blank: Page, plain_url: str, app_url: str) -> None:
    blank.route(SHEET, lambda route: route.abort())
    for url in (plain_url, app_url):
        visit(blank, url)
        expect(blank.get_by_role("heading", level=1)).to_be_visible()
        assert not driver.styled(blank)


def test_a_newer_sheet_takes_the_place_of_the_former(blank: Page, plain_url: str) -> None:
    visit(blank, plain_url)
    driver.settled(blank)
    blank.wait_for_function(driver.STYLED)
    blank.evaluate("() => { document.querySelector('link[data-atlas]').href = './app/static/atlas/page-of-old.css'; }")
    blank.wait_for_function(f"() => !({driver.STYLED})()")
    reader.go(blank, "Border")
    blank.wait_for_function(driver.STYLED)
    expect(blank.locator("link[data-atlas]")).to_have_count(1)
    assert Path(str(blank.locator("link[data-atlas]").get_attribute("href"))).name != "page-of-old.css"
