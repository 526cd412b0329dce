"""The app as it is really started, and a real browser in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser import chromium, driver, server

OpenPage = Callable[..., Page]
Visitor = Callable[..., tuple[BrowserContext, driver.Guard]]


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
    expect.set_options(timeout=driver.PATIENCE_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=chromium.ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def visitor(browser: Browser) -> Iterator[Visitor]:
    """A visitor with certain settings and the guard at their side, the same for the same settings.

    What a visitor's browser has fetched once it need not fetch again; who they are to the app begins anew with
    each page.
    """
    known: dict[frozenset[tuple[str, object]], tuple[BrowserContext, driver.Guard]] = {}

    def found(**options: object) -> tuple[BrowserContext, driver.Guard]:
        key = frozenset(options.items())
        if key not in known:
            context = browser.new_context(**options)
            known[key] = context, driver.Guard(context)
        return known[key]

    yield found
    for context, _ in known.values():
        context.close()


@pytest.fixture
def open_page(visitor: Visitor, app_url: str) -> Iterator[OpenPage]:
    """Open a page of the app: ``open_page("?phase=3", size=driver.PHONE)``; a whole address is another app's.

    Other keywords go to Playwright's `new_context` (`color_scheme`, `locale`, …). At the end the test fails
    if any of its pages asked another machine for anything, was refused a file or left an error uncaught.
    """
    guards = []
    pages = []

    def opened(address: str = "", *, size: tuple[int, int] = driver.DESKTOP, **options: object) -> Page:
        context, guard = visitor(**options)
        page = context.new_page()
        pages.append(page)
        guards.append(guard)
        width, height = size
        page.set_viewport_size({"width": width, "height": height})
        page.goto(urljoin(f"{app_url}/", address))
        driver.settled(page)
        return page

    yield opened
    for page in pages:
        page.close()
    problems = {problem for guard in guards for problem in guard.problems()}
    for guard in guards:
        guard.forget()
    assert not problems, "\n".join(sorted(problems))


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The app's first page in a window of 1440 × 900."""
    return open_page()


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """The app's first page on a screen of 390 × 844."""
    return open_page(size=driver.PHONE)
