"""Behind a proxy, set up as the guide on serving says, everything works as it does without one."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, WebSocket, expect

from tests.browser import driver, nginx, reader, server
from tests.browser.conftest import OpenPage

Visit = Callable[..., Page]

PREFIX = "/atlas/"


@dataclass(frozen=True)
class Proxied:
    """Where a visitor finds the app, and the app behind it."""

    url: str
    app: server.Server


@pytest.fixture(scope="module", params=["whole", "stripped"])
def proxied(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    """The app behind an nginx that passes paths on as they are, and behind one that strips its own."""
    whole, stripped, both = nginx.guide()
    location, base = (whole, PREFIX.rstrip("/")) if request.param == "whole" else (stripped, "")
    folder = tmp_path_factory.mktemp("proxied")
    with (
        server.atlas(folder / "log.txt", base=base) as app,
        nginx.before(app, location, both, folder) as url,
    ):
        yield Proxied(f"{url}{PREFIX}", app)
        text = app.text()
    assert "Traceback (most recent call last)" not in text, f"the app's log shows an error:\n{text}"


@pytest.fixture
def visit(open_page: OpenPage, proxied: Proxied) -> Visit:
    """Open a page of the app through the proxy; at the end nothing may have been refused or forbidden."""

    def opened(address: str = "", **options: object) -> Page:
        return open_page(f"{proxied.url}{address}", **options)

    return opened


def styled(page: Page) -> None:
    """The pages' own style sheet acts, and the face that the settings name has come."""
    expect(page.locator(".a-head")).to_have_css("display", "flex")
    page.evaluate("() => document.fonts.ready.then(() => null)")
    faces = page.evaluate("() => [...document.fonts].map(face => [face.family, face.status])")
    assert "loaded" in {status for family, status in faces if family.strip('"') == "Noto Sans"}


def test_the_map_is_drawn_styled_and_stepped_and_asks_for_nothing_elsewhere(visit: Visit, proxied: Proxied) -> None:
    page = visit()
    asked: list[str] = []

    def note(sent: Request | WebSocket) -> None:
        asked.append(sent.url)

    page.on("request", note)
    page.on("websocket", note)
    page.reload()
    driver.settled(page)
    styled(page)
    reader.step_to(page, 3)
    reader.switch(page, "detection")
    assert reader.fill(page, "08037") is not None
    reader.hover(page, *reader.place("08037"))
    expect(reader.tooltip(page)).to_be_visible()
    reader.click(page, *reader.place("08037"))
    expect(reader.card(page)).to_be_visible()
    reader.wait_for_link(page, phase="3", month="36", place="08037")
    found = [urlsplit(url) for url in asked if not url.startswith(("blob:", "data:"))]
    assert {each.scheme for each in found} == {"http", "ws"}
    assert {each.netloc for each in found} == {urlsplit(proxied.url).netloc}
    assert [each.path for each in found if not each.path.startswith(PREFIX)] == []


# To a proxy all pages are alike; without one, each is opened by its address in tests/browser/test_smoke.py.
@pytest.mark.parametrize("name", ["border", "method"])
def test_a_page_opens_by_its_own_address(visit: Visit, proxied: Proxied, name: str) -> None:
    page = visit(f"{name}?month=30&phase=3")
    styled(page)
    assert page.url.startswith(f"{proxied.url}{name}?")
    assert reader.link(page)["month"] == "30"


def test_links_between_pages_and_the_way_back_stay_below_the_prefix(visit: Visit, proxied: Proxied) -> None:
    page = visit("?month=30&phase=3")
    for name, address in (("Border", "border"), ("Method and sources", "method"), ("Map", "")):
        reader.go(page, name)
        styled(page)
        assert page.url.startswith(f"{proxied.url}{address}?")
    driver.painted(page, 30)
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="Method and sources")).to_be_visible()
    assert page.url.startswith(f"{proxied.url}method?")


def test_files_are_downloaded(visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download(timeout=driver.PATIENCE_MS) as started:
        page.get_by_role("button", name="as GeoJSON").first.click()
    file = json.loads(Path(started.value.path()).read_text(encoding="utf-8"))
    assert file["type"] == "FeatureCollection"


@pytest.mark.parametrize(
    ("asked", "found"), [("", "/"), ("/border/", "/border"), ("/border/?month=30", "/border?month=30")]
)
def test_a_slash_too_many_or_too_few_leads_to_the_page(proxied: Proxied, asked: str, found: str) -> None:
    under = proxied.url.rstrip("/")
    with urllib.request.urlopen(f"{under}{asked}", timeout=driver.PATIENCE_MS / 1000) as answer:  # noqa: S310 (our own)
        assert answer.url == f"{under}{found}"
        assert b"<title>Streamlit</title>" in answer.read()
