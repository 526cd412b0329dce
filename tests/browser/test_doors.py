"""The server's doors, tried by hand: names, methods, uploads, figures, and what every answer says."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page
from websockets.sync import client

from tests.browser import driver, wire
from views import doors

EVIL = "evil.example"
EVERYWHERE = ("/", "/border", "/_stcore/health", "/app/static/fonts/NotoSans-Regular.woff", "/media/0.png", "/nowhere")
UNUSED = ("/_stcore/agent/openapi.json", "/_stcore/agent/mcp", "/auth/login", "/oauth2callback")
FILE = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n%b\r\n--x--\r\n' % bytes(100)


@pytest.fixture(scope="session")
def port(app_url: str) -> int:
    """The port that the app listens on."""
    return wire.place(app_url)[1]


@pytest.fixture(scope="session")
def font() -> str:
    """A file of the static folder that is always there."""
    return "/app/static/fonts/NotoSans-Regular.woff"


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", EVERYWHERE)
def test_a_page_that_goes_by_another_name_is_not_served(app_url: str, port: int, path: str) -> None:
    for host in (EVIL, f"{EVIL}:{port}", f"localhost.{EVIL}:{port}", f"localhost:{port}@{EVIL}"):
        answer = wire.ask(app_url, path, headers=[("Host", host), ("Origin", f"http://{host}")])
        assert answer.status == 400
        assert b"--host" in answer.body


def test_a_request_without_a_name_or_with_two_is_not_served(app_url: str, port: int) -> None:
    assert wire.ask(app_url, headers=[("Host", "")]).status == 400
    assert wire.ask(app_url, headers=[("Host", f"localhost:{port}"), ("Host", EVIL)]).status == 400


def test_this_machine_is_served_by_every_name_it_has(app_url: str, port: int) -> None:
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}", "localhost", "LocalHost."):
        assert wire.ask(app_url, headers=[("Host", host)]).status == 200


def test_a_websocket_opens_for_the_servers_own_pages(app_url: str, port: int) -> None:
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}"):
        assert wire.upgrade(app_url, ("Host", host), ("Origin", f"http://{host}")) == 101
    assert wire.upgrade(app_url, ("Host", f"localhost:{port}")) == 101


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (EVIL, f"http://{EVIL}"),
        (f"{EVIL}:{{port}}", f"http://{EVIL}:{{port}}"),
        ("localhost:{port}", f"http://{EVIL}"),
        ("localhost:{port}", "null"),
        # Another server on this machine is a stranger too.
        ("localhost:{port}", "http://localhost:3000"),
        ("127.0.0.1:{port}", "http://localhost:{port}"),
    ],
)
def test_a_websocket_does_not_open_for_strangers(app_url: str, port: int, host: str, origin: str) -> None:
    headers = (("Host", host.format(port=port)), ("Origin", origin.format(port=port)))
    assert wire.upgrade(app_url, *headers) == 403


# --- what nothing takes -----------------------------------------------------------------------


def test_nobody_uploads_anything(app_url: str) -> None:
    stream = app_url.replace("http", "ws") + "/_stcore/stream"
    with client.connect(stream, origin=app_url, subprotocols=["streamlit"], max_size=None) as connection:
        session = wire.session(connection)
        token = re.search("_streamlit_xsrf=([^;]*)", wire.ask(app_url, "/_stcore/health").headers["set-cookie"])
        assert token is not None
        headers = [
            ("Cookie", f"_streamlit_xsrf={token[1]}"),
            ("X-Xsrftoken", token[1]),
            ("Content-Type", "multipart/form-data; boundary=x"),
        ]
        path = f"/_stcore/upload_file/{session}/0"
        for method in ("PUT", "POST", "DELETE", "OPTIONS", "GET"):
            assert wire.ask(app_url, path, method=method, headers=headers, body=FILE).status == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT"])
def test_pages_and_files_are_only_read(app_url: str, font: str, method: str) -> None:
    for path in ("/", font, "/media/0.png"):
        answer = wire.ask(app_url, path, method=method, body=b"x")
        assert answer.status in {400, 405}
    assert wire.ask(app_url, font, method="HEAD").status == 200


@pytest.mark.parametrize("path", UNUSED)
def test_what_the_app_does_not_use_is_shut(app_url: str, path: str) -> None:
    assert wire.ask(app_url, path).status == 403


def test_figures_about_the_server_are_not_public(app_url: str) -> None:
    for path in ("/_stcore/metrics", "/_stcore/metrics?families=cache_memory_bytes", "/_stcore/metrics/"):
        assert wire.ask(app_url, path).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/app/static",
        "/app/static/fonts",
        "/app/static/../serve.py",
        "/app/static/%2e%2e/serve.py",
        "/app/static//etc/passwd",
        "/app/static/fonts/%00",
        "/app/static/nowhere.js",
    ],
)
def test_nothing_but_files_comes_from_the_static_folder(app_url: str, path: str) -> None:
    assert wire.ask(app_url, path).status in {400, 404}


# --- what is said -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*EVERYWHERE, "/border/", "/_stcore/metrics", "/_stcore/upload_file/a/b"])
def test_every_answer_carries_the_headers(app_url: str, path: str) -> None:
    for host in (urlsplit(app_url).netloc, EVIL):
        answer = wire.ask(app_url, path, headers=[("Host", host), ("Origin", f"http://{EVIL}")])
        told = {name: answer.headers.get(name.lower()) for name in doors.HEADERS}
        assert told == doors.HEADERS
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; ")
        assert "access-control-allow-origin" not in answer.headers


def test_files_are_what_they_are(app_url: str, page: Page) -> None:
    loaded = page.evaluate("() => performance.getEntriesByType('resource').map(entry => entry.name)")
    names = {urlsplit(url).path for url in loaded if "/app/static/" in url}
    types = {name.rsplit(".", 1)[-1]: wire.ask(app_url, name).headers["content-type"] for name in names}
    types["woff"] = wire.ask(app_url, "/app/static/fonts/NotoSans-Regular.woff").headers["content-type"]
    assert types == {
        "css": "text/css; charset=utf-8",
        "gz": "application/gzip",
        "js": "text/javascript; charset=utf-8",
        "json": "application/json",
        "woff": "font/woff",
    }


def test_a_page_of_another_site_cannot_show_this_one_in_a_frame(browser: Browser, app_url: str) -> None:
    context = browser.new_context()
    guard = driver.Guard(context)
    page = context.new_page()
    with context.expect_event("console", lambda message: "frame-ancestors" in message.text):
        page.set_content(f"<iframe src='{app_url}'></iframe>")
    assert page.frames[1].locator("#root").count() == 0
    assert [problem.split(":")[0] for problem in guard.problems()] == ["forbidden"]
    context.close()
