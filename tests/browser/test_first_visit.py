"""What a first visit brings to a browser that has nothing of the app yet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import driver

FIRST_VISIT_BYTES = 3_000_000


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    """A page of a browser with an empty cache, not yet anywhere."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_a_first_visit_is_under_three_megabytes(blank: Page, app_url: str) -> None:
    traffic = driver.Traffic(blank.context.new_cdp_session(blank))
    blank.goto(app_url)
    driver.settled(blank)
    assert 0 < traffic.received < FIRST_VISIT_BYTES


def test_scripts_travel_packed(blank: Page, app_url: str) -> None:
    with blank.expect_response("**/static/js/index.*.js") as response:
        blank.goto(app_url)
    assert response.value.headers["content-encoding"] == "gzip"


def test_the_page_is_set_in_its_own_face(page: Page) -> None:
    page.evaluate("() => document.fonts.ready.then(() => null)")
    faces = page.evaluate("() => [...document.fonts].map(face => [face.family, face.status])")
    assert "loaded" in {status for family, status in faces if family.strip('"') == "Noto Sans"}
