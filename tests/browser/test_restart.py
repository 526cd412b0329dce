"""A server that is started anew under an open page takes the reader's first click for what it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import driver, reader, server


class Restarted:
    """The app, which can be started anew at the same address."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, server.free_port()
        self._running = ExitStack()
        self.url = self._start().url

    def _start(self) -> server.Server:
        return self._running.enter_context(server.atlas(self._folder / "log.txt", port=self._port))

    def stop(self) -> None:
        self._running.close()

    def again(self) -> None:
        self.stop()
        self._start()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restarted]:
    found = Restarted(tmp_path_factory.mktemp("restarted"))
    yield found
    found.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose lost connections are no fault."""
    context = browser.new_context(viewport={"width": driver.DESKTOP[0], "height": driver.DESKTOP[1]})
    yield context.new_page()
    context.close()


def test_the_first_click_after_a_restart_acts(app: Restarted, page: Page) -> None:
    page.goto(f"{app.url}/?phase=2&month=12&layers=control,zones")
    driver.settled(page)
    app.again()
    driver.idle(page)
    reader.step_to(page, 4)
    reader.wait_for_link(page, phase="4", month="60", layers="control,zones")
    expect(page.get_by_role("radio", name="Phase 4")).to_be_checked()
    app.again()
    driver.idle(page)
    reader.press(page, "Previous", reader.MONTHS[3])
    app.again()
    driver.idle(page)
    reader.switch(page, "change")
    reader.wait_for_link(page, phase="3", month="36", layers="control,change,zones")
