"""A window of any browser: what a person sees in it and does with mouse and keyboard.

Only what Chromium, Firefox and WebKit can all be told is used: scripts, keys, clicks on a spot, and files saved. What
is tested through it is tested the same way in each.
"""

from __future__ import annotations

import contextlib
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Browser, Page

from tests.browser import driver, others, webdriver

PATIENCE_SECONDS = 90
_PAUSE_SECONDS = 0.05
# Where WebDriver keeps the keys that write nothing: https://www.w3.org/TR/webdriver2/#keyboard-actions
_KEYS = {"ArrowRight": "\ue014", "Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004"}

# The page has no more to say, and its map, if it has one, is drawn.
_SETTLED = """
    const app = document.querySelector('[data-testid="stApp"]');
    const map = document.querySelector('.atlas-host');
    return app !== null
        && app.getAttribute('data-test-script-state') === 'notRunning'
        && app.getAttribute('data-test-connection-state') === 'CONNECTED'
        && document.querySelector('[data-testid="stSkeleton"]') === null
        && document.querySelector('.a-head') !== null
        && (map === null || (map.dataset.atlasMonth ?? '') !== '');
"""
_MARKS_OF = "document.querySelector('.atlas-host')?.dataset ?? {}"
# The last of those that match and can be seen: what opens over the page comes last.
_SPOT = """
    const [selector, text] = arguments;
    const found = [...document.querySelectorAll(selector)].filter(
        (each) => each.textContent.includes(text) && each.getBoundingClientRect().height > 0);
    if (!found.length) return null;
    found.at(-1).scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
    const {x, y, width, height} = found.at(-1).getBoundingClientRect();
    return [Math.round(x + width / 2), Math.round(y + height / 2)];
"""


class Window(ABC):
    """A window of a browser."""

    @abstractmethod
    def go(self, address: str) -> None:
        """Go to an address."""

    @abstractmethod
    def run(self, script: str, *arguments: object) -> Any:  # noqa: ANN401 - whatever the script returns
        """Run the body of a function in the page and return what it returns."""

    @abstractmethod
    def press(self, key: str) -> None:
        """Press a key."""

    @abstractmethod
    def click_at(self, x: int, y: int) -> None:
        """Click on a spot."""

    @abstractmethod
    def saved(self, act: Callable[[], None]) -> bytes:
        """Do what saves a file, and return its content."""

    @abstractmethod
    def outside(self) -> list[str]:
        """What has been asked of other machines."""

    def until(self, script: str, *arguments: object) -> Any:  # noqa: ANN401 - whatever the script returns
        """Wait until a script returns something, and return that."""
        limit = time.monotonic() + PATIENCE_SECONDS
        while not (found := self.run(script, *arguments)):
            assert time.monotonic() < limit, f"in {PATIENCE_SECONDS} s this did not come true: {script} {arguments}"
            time.sleep(_PAUSE_SECONDS)
        return found

    def open(self, address: str) -> None:
        """Go to a page of the app and wait until it is there."""
        self.go(address)
        self.settle()

    def settle(self) -> None:
        """Wait until the page is at rest and its map is drawn."""
        self.until(_SETTLED)

    def click(self, selector: str, text: str = "") -> None:
        """Click on the element with a text, once it is there."""
        self.click_at(*self.until(_SPOT, selector, text))

    def marks(self) -> dict[str, str]:
        """What the map says that it shows."""
        found: dict[str, str] = self.run(f"return {{...{_MARKS_OF}}}")
        return found

    def shown(self, name: str, value: str) -> None:
        """Wait until the map shows something, such as ``Month`` ``"36"``, and the page has followed."""
        self.until(f"return ({_MARKS_OF})['atlas' + arguments[0]] === arguments[1]", name, value)
        self.settle()

    def linked(self, **wanted: str) -> None:
        """Wait until the address says so."""
        limit = time.monotonic() + PATIENCE_SECONDS
        while not wanted.items() <= self.link().items():
            assert time.monotonic() < limit, f"the address says {self.link()}, not {wanted}"
            time.sleep(_PAUSE_SECONDS)

    def link(self) -> dict[str, str]:
        """What the address says."""
        return dict(parse_qsl(urlsplit(self.run("return window.location.href")).query))


class Chromium(Window):
    """A window of Chromium, driven as in all other tests."""

    def __init__(self, page: Page, guard: driver.Guard) -> None:
        self._page = page
        self._guard = guard

    def go(self, address: str) -> None:
        self._page.goto(address)

    def run(self, script: str, *arguments: object) -> Any:  # noqa: ANN401
        return self._page.evaluate(f"given => (function () {{ {script} }}).apply(null, given)", list(arguments))

    def press(self, key: str) -> None:
        self._page.keyboard.press(key)

    def click_at(self, x: int, y: int) -> None:
        self._page.mouse.click(x, y)

    def saved(self, act: Callable[[], None]) -> bytes:
        with self._page.expect_download(timeout=PATIENCE_SECONDS * 1000) as started:
            act()
        return Path(started.value.path()).read_bytes()

    def outside(self) -> list[str]:
        return self._guard.outside


class Other(Window):
    """A window of Firefox or WebKit."""

    def __init__(self, session: webdriver.Session) -> None:
        self._session = session

    def go(self, address: str) -> None:
        self._session.go(address)

    def run(self, script: str, *arguments: object) -> Any:  # noqa: ANN401
        return self._session.run(script, *arguments)

    def press(self, key: str) -> None:
        self._session.act("key", *({"type": kind, "value": _KEYS[key]} for kind in ("keyDown", "keyUp")))

    def click_at(self, x: int, y: int) -> None:
        move = {"type": "pointerMove", "x": x, "y": y, "duration": 0}
        press, release = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        self._session.act("pointer", move, press, release, parameters={"pointerType": "mouse"})

    def saved(self, act: Callable[[], None]) -> bytes:
        before = set(self._session.downloads.iterdir())
        act()
        limit = time.monotonic() + PATIENCE_SECONDS
        while not (found := self._whole(before)):
            assert time.monotonic() < limit, f"nothing was saved in {PATIENCE_SECONDS} s"
            time.sleep(_PAUSE_SECONDS)
        return found[0].read_bytes()

    def _whole(self, before: set[Path]) -> list[Path]:
        """Files that have come, unless one is still on its way."""
        now = set(self._session.downloads.iterdir()) - before
        on_the_way = any(path.suffix in {".part", ".wkdownload"} for path in now)
        return [] if on_the_way else sorted(path for path in now if path.stat().st_size)

    def outside(self) -> list[str]:
        return self._session.outside


@contextlib.contextmanager
def chromium(browser: Browser) -> Iterator[Window]:
    """A window of Chromium."""
    width, height = driver.DESKTOP
    context = browser.new_context(viewport={"width": width, "height": height})
    guard = driver.Guard(context)
    yield Chromium(context.new_page(), guard)
    context.close()


@contextlib.contextmanager
def other(engine: others.Engine, folder: Path) -> Iterator[Window]:
    """A window of another browser, which must be there."""
    start = {others.FIREFOX: webdriver.firefox, others.WEBKIT: webdriver.webkit}[engine]
    with start(*engine.programs_here(), folder) as session:
        session.resize(*driver.DESKTOP)
        yield Other(session)
