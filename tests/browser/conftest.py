"""The app as it is really started, and a real browser in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium, driver, server

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def app_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app, started as `make run` starts it, and stopped at the end."""
    with server.atlas(tmp_path_factory.mktemp("app") / "log.txt") as app:
        yield app.url
        text = app.text()
    assert "Traceback (most recent call last)" not in text, f"the app's log shows an error:\n{text}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; where there is none, they fail and say how to install it."""
    executable = chromium.find()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=chromium.ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser, app_url: str) -> Iterator[OpenPage]:
    """Open a page of the app: ``open_page("?phase=3", size=driver.PHONE)``; a whole address is another app's.

    Other keywords go to Playwright's `new_context` (`color_scheme`, `locale`, …). At the end the test fails
    if any of its pages asked another machine for anything, was refused a file or left an error uncaught.
    """
    guards = []
    contexts = []

    def opened(address: str = "", *, size: tuple[int, int] = driver.DESKTOP, **options: object) -> Page:
        width, height = size
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        guards.append(driver.Guard(context))
        page = context.new_page()
        page.goto(urljoin(f"{app_url}/", address))
        driver.settled(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    problems = [problem for guard in guards for problem in guard.problems()]
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The app's first page in a window of 1440 × 900."""
    return open_page()


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """The app's first page on a screen of 390 × 844."""
    return open_page(size=driver.PHONE)
