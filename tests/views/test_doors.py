"""What the server lets in: names of hosts, paths that are shut, and what browsers are told."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from views import doors

HOSTS = ["localhost", "127.0.0.1", "::1", "atlas.example.org", "*.intern.example.org"]


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8501",
        "localhost.:8501",
        "127.0.0.1:80",
        "[::1]",
        "[::1]:8501",
        "atlas.example.org",
        "a.intern.example.org:443",
        "a.b.intern.example.org",
    ],
)
def test_a_name_of_the_server_is_admitted(host: str) -> None:
    assert doors.admitted(host, HOSTS)


@pytest.mark.parametrize(
    "host",
    [
        "",
        ":8501",
        "evil.example",
        "evil.example:8501",
        "atlas.example.org.evil.example",
        "evilatlas.example.org",
        "intern.example.org",
        "evilintern.example.org",
        "localhost@evil.example",
        "localhost/evil.example",
        "localhost?evil.example",
        "localhost#evil.example",
        "localhost:port",
        "localhost:99999",
        "localhost localhost",
        "127.0.0.1.evil.example",
        "[::1",
        "::1",
        "[::2]",
        "127.0.0.2",
        "2130706433",
    ],
)
def test_any_other_name_is_not(host: str) -> None:
    assert not doors.admitted(host, HOSTS)
    assert not doors.admitted(host, [])


def test_a_star_admits_every_name_but_no_nonsense() -> None:
    assert doors.admitted("evil.example:8501", ["*"])
    assert not doors.admitted("a@b", ["*"])


@pytest.mark.parametrize(
    ("path", "root", "expected"),
    [
        ("/", "", "/"),
        ("/border", "", "/border"),
        ("/atlas", "/atlas", ""),
        ("/atlas/", "/atlas", "/"),
        ("/atlas/border", "/atlas", "/border"),
        ("/atlases/border", "/atlas", None),
        ("/border", "/atlas", None),
    ],
)
def test_the_path_below_the_apps_own(path: str, root: str, expected: str | None) -> None:
    assert doors.below(path, root) == expected


def test_scripts_of_the_page_are_known_by_their_hash() -> None:
    # The hash of an empty script is a known one.
    page = "<script></script><script type='module' src='./a.js'></script>"
    assert doors.inline_scripts(page) == ["'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"]


def test_no_policy_lets_in_other_machines() -> None:
    for policy in (doors.page_policy(""), doors.file_policy()):
        assert policy.startswith("default-src 'none'; ")
        assert not re.search(r"https?:|wss?:|\*|'unsafe-hashes'", policy)
        assert "frame-ancestors 'self'" in policy
    found = re.search("script-src ([^;]*)", doors.page_policy(""))
    assert found is not None
    assert found[1] == "'self' blob:"
    assert "unsafe-eval" not in doors.page_policy("")
    assert "script-src" not in doors.file_policy()


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that lends what it has to everybody."""
    lent = PlainTextResponse("content", headers={"Access-Control-Allow-Origin": "*", "X-Frame-Options": "ALLOWALL"})
    await lent(scope, receive, send)


@pytest.mark.parametrize(
    ("path", "policy"),
    [
        ("/", "page_policy"),
        ("/border", "page_policy"),
        ("/component/anything/index.html", "page_policy"),
        ("/app/static/atlas/map.js", "file_policy"),
        ("/media/0123.geojson", "file_policy"),
    ],
)
def test_every_answer_says_what_may_be_done_with_it(path: str, policy: str) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    telling = doors.Telling(answer)
    asked = telling({"type": "http", "method": "GET", "path": path, "headers": []}, receive, send)
    # In a thread: the browser that other tests of a worker share keeps a loop of its own running in this one.
    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, asked).result()
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    told = {name: headers.get(name.lower()) for name in doors.HEADERS}
    assert told == doors.HEADERS
    assert "access-control-allow-origin" not in headers
    expected = telling.page if policy == "page_policy" else getattr(doors, policy)()
    assert headers["content-security-policy"] == expected


@pytest.mark.parametrize("origin", ["http://[evil", "http://[::1", "null", "", "evil.example"])
def test_an_origin_that_is_none_is_not_the_server(origin: str) -> None:
    assert doors._netloc(origin) in {None, ""}  # noqa: SLF001
