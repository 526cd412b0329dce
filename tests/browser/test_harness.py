"""The watchers of the browser tests see what they are there to see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser import chromium, driver, server


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context()
    yield opened
    opened.close()


def test_a_request_to_another_machine_is_seen_and_goes_nowhere(context: BrowserContext) -> None:
    guard = driver.Guard(context)
    page = context.new_page()
    with page.expect_event("requestfailed") as failed:
        page.set_content('<iframe srcdoc="<img src=http://example.org/pixel.png>"></iframe>')
    assert failed.value.failure == "net::ERR_NAME_NOT_RESOLVED"
    assert guard.problems() == ["asked another machine: http://example.org/pixel.png"]


def test_a_socket_to_another_machine_is_seen(context: BrowserContext) -> None:
    guard = driver.Guard(context)
    page = context.new_page()
    with page.expect_event("websocket"):
        page.evaluate("() => { new WebSocket('ws://example.org/stream'); }")
    assert guard.problems() == ["asked another machine: ws://example.org/stream"]


def test_an_uncaught_error_is_seen(context: BrowserContext) -> None:
    guard = driver.Guard(context)
    page = context.new_page()
    with context.expect_event("weberror"):
        page.set_content("<script>throw new Error('planted')</script>")
    assert len(guard.problems()) == 1
    assert "planted" in guard.problems()[0]


def test_what_a_policy_forbids_is_seen(context: BrowserContext) -> None:
    guard = driver.Guard(context)
    page = context.new_page()
    policy = "<meta http-equiv='Content-Security-Policy' content=\"script-src 'none'\">"
    with context.expect_event("console"):
        page.set_content(f"{policy}<script>document.title = 'planted'</script>")
    assert page.title() == ""
    assert len(guard.problems()) == 1
    assert guard.problems()[0].startswith("forbidden: ")


def test_a_local_page_leaves_nothing_to_report(context: BrowserContext) -> None:
    guard = driver.Guard(context)
    context.new_page().set_content("<h1>Quiet</h1><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>")
    assert guard.problems() == []


def test_axe_looks_into_frames(context: BrowserContext) -> None:
    inner = "<html lang=en><title>Inner</title><main><button></button></main>"
    outer = "<html lang=en><title>Outer</title><main><h1>Frame</h1><iframe title=inner src=/inner></iframe></main>"
    context.route("**/outer", lambda route: route.fulfill(body=outer, content_type="text/html"))
    context.route("**/inner", lambda route: route.fulfill(body=inner, content_type="text/html"))
    page = context.new_page()
    page.goto("http://127.0.0.1/outer")
    findings = driver.axe(page)
    assert len(findings) == 1
    assert findings[0].startswith("critical: button-name")


def test_a_named_browser_that_is_none_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    with pytest.raises(chromium.ChromiumMissingError, match="no-such-browser"):
        chromium.find()


def test_without_a_browser_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "NAMES", ())
    monkeypatch.setattr(chromium, "own", lambda: None)
    with pytest.raises(chromium.ChromiumMissingError, match="apt-get install chromium"):
        chromium.find()


def test_an_app_that_ends_at_once_shows_its_log(tmp_path: Path) -> None:
    with (
        pytest.raises(server.ServerError, match="no_such_app"),
        server.running("no_such_app.py", log=tmp_path / "log.txt"),
    ):
        pass


def test_an_app_answers_while_it_runs_and_not_after(tmp_path: Path) -> None:
    (tmp_path / "small.py").write_text("import streamlit as st\n\nst.title('Small')\n", encoding="utf-8")
    with server.script("small.py", folder=tmp_path, log=tmp_path / "log.txt") as app:
        assert app.healthy()
    assert not app.healthy()
    assert app.ended(within=0)
