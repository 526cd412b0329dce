"""What a first visit brings to a browser that has nothing of the app yet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import driver
from tests.layers.files.test_fonts import TEXTS

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


_LOADED = """() => document.fonts.ready.then(() => [...document.fonts]
  .filter((face) => face.family.replaceAll('"', "") === "Noto Sans" && face.status === "loaded")
  .map((face) => face.unicodeRange))"""

_WRITE = """([text, family]) => {
  const line = document.createElement("p");
  line.textContent = text;
  line.style.fontFamily = family;
  document.body.append(line);
}"""


def test_a_page_fetches_the_faces_of_the_scripts_that_it_has_text_in(blank: Page, app_url: str) -> None:
    asked: list[str] = []
    blank.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[1]))
    blank.goto(app_url)
    driver.settled(blank)
    fetched = {name for name in asked if name.endswith(".woff")}
    assert fetched == {"NotoSans-Regular.woff", "NotoSans-SemiBold.woff"}
    assert len(set(blank.evaluate(_LOADED))) == 1
    for script in ("Greek", "Cyrillic", "Extended", "Devanagari"):
        with blank.expect_response(f"**/NotoSans-{script}.woff") as response:
            blank.evaluate(_WRITE, [TEXTS[script], "Noto Sans, sans-serif"])
        assert response.value.ok
    blank.evaluate(_LOADED)
    assert {name for name in asked if name.endswith(".woff")} == fetched | {
        f"NotoSans-{script}.woff" for script in ("Greek", "Cyrillic", "Extended", "Devanagari")
    }
    assert len(set(blank.evaluate(_LOADED))) == 5
