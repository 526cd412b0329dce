"""The app as it is really started, and a real browser in front of it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium, driver

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
# Names of other machines are not even looked up; see `driver.Guard` for what is reported.
NO_OTHER_MACHINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"

OpenPage = Callable[..., Page]


def free_port() -> int:
    """A port of the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def healthy(url: str) -> bool:
    """Whether the server at `url` answers that it is well."""
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:  # noqa: S310 (our own server)
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def wait_until_healthy(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Return once the server answers; fail with its log if it ends or stays silent."""
    limit = time.monotonic() + START_SECONDS
    while not healthy(url):
        try:
            process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            ended = False
        else:
            ended = True
        if ended or time.monotonic() > limit:
            state = f"ended with {process.returncode}" if ended else f"was silent for {START_SECONDS} s"
            pytest.fail(f"the app {state}:\n{log.read_text(encoding='utf-8')}", pytrace=False)


@pytest.fixture(scope="session")
def app_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app, started as `make run` starts it, and stopped at the end."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = tmp_path_factory.mktemp("app") / "log.txt"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [*command, "--server.port", str(port), "--server.address", "127.0.0.1"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_healthy(process, url, log)
            yield url
            ended = process.poll()
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    text = log.read_text(encoding="utf-8")
    assert ended is None, f"the app ended with {ended} during the tests:\n{text}"
    assert "Traceback (most recent call last)" not in text, f"the app's log shows an error:\n{text}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; where there is none, they fail and say how to install it."""
    executable = chromium.find()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=executable,
            args=[*chromium.ARGUMENTS, NO_OTHER_MACHINE],
        )
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser, app_url: str) -> Iterator[OpenPage]:
    """Open a page of the app: ``open_page("?phase=3", size=driver.PHONE)``.

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
        page.goto(f"{app_url}/{address}")
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
