"""How the style sheet comes to the pages."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import MutableMapping
from concurrent import futures
from pathlib import Path
from typing import Any

import pytest
import streamlit
from starlette.responses import FileResponse, HTMLResponse
from starlette.types import ASGIApp, Message
from streamlit.testing.v1 import AppTest

from layers import static
from layers.files import assets
from roadmap import atlas
from roadmap.words import text
from tests.views.conftest import Open
from views import style

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
NAVIGATION = {"accept": "text/html,*/*;q=0.8", "accept-encoding": "gzip", "if-none-match": '"streamlit"'}


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run Streamlit plainly until a test says otherwise."""
    monkeypatch.setattr(style, "_linked", threading.Event())


def asked(
    app: ASGIApp, headers: dict[str, str], *, method: str = "GET", path: str = "/border"
) -> tuple[int, dict[str, str], str]:
    """Ask an app for a page: status, headers and text of its answer."""
    scope: MutableMapping[str, Any] = {
        "type": "http",
        "method": method,
        "path": path,
        "extensions": {"http.response.pathsend": {}},
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    # In a thread of its own: tests in a browser keep a loop running in theirs.
    with futures.ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, app(scope, receive, send)).result()
    start, *bodies = sent
    found = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], found, b"".join(each.get("body", b"") for each in bodies).decode()


def test_the_page_with_the_map_asks_for_its_files_at_once(
    plan: atlas.Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = assets.publish(plan, text.words())
    monkeypatch.setattr(style, "_expected", {})
    style.expect(published)
    app = style.Linked(FileResponse(INDEX))
    _, _, page = asked(app, NAVIGATION, path="/")
    head = page[: page.index("</head>")]
    assert head.count('<link rel="modulepreload" href="./app/static/atlas/') > 10
    assert head.count('<link rel="preload" as="fetch" crossorigin="anonymous" href="./app/static/atlas/') == 2
    assert f'href="./app/static/{published.outlines}"' in head
    for elsewhere in ("/border", "/investment/"):
        assert published.outlines not in asked(app, NAVIGATION, path=elsewhere)[2]
    monkeypatch.setattr(style, "_expected", {"atlas/gone.js": "modulepreload"})
    assert "gone" not in asked(app, NAVIGATION, path="/")[2]


def test_streamlits_page_gets_the_link_as_its_last_element() -> None:
    status, headers, text = asked(style.Linked(FileResponse(INDEX)), NAVIGATION)
    name = assets.page_style()
    link = f'<link rel="stylesheet" href="./app/static/{name}">'
    assert status == 200
    assert text.replace(link, "") == INDEX.read_text(encoding="utf-8")
    assert re.search(rf"{re.escape(link)}\s*</body>\s*</html>\s*$", text)
    assert int(headers["content-length"]) == len(text.encode())
    assert {"etag", "last-modified"}.isdisjoint(headers)
    assert (static.folder() / name).is_file()


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_what_is_no_page_passes_as_it_is(encoding: str) -> None:
    frame = HTMLResponse("<head></head><body></body>", headers={"ETag": '"frame"'})
    script = {"accept": "*/*", "accept-encoding": encoding}
    for app, headers, method in ((frame, NAVIGATION, "GET"), (FileResponse(INDEX), script, "GET")):
        expected = asked(app, headers, method=method)
        assert asked(style.Linked(app), headers, method=method) == expected
    _, headers, text = asked(style.Linked(FileResponse(INDEX)), NAVIGATION, method="HEAD")
    assert not text
    assert "etag" in headers


def styles(app: AppTest) -> list[Any]:
    """Components of a page that bring a style sheet."""
    return [each for each in app.get("bidi_component") if each.proto.component_name.endswith("atlas_style")]


def test_run_plainly_a_component_is_told_the_address_relative_to_the_app(visit: Open) -> None:
    for page in ("", "method_page"):
        app = visit(page)
        (component,) = styles(app)
        assert json.loads(component.proto.json) == f"app/static/{assets.page_style()}"
        hiding = app.get("html")[0].proto.body
        assert "visibility:hidden" in hiding
        assert "to{visibility:visible}" in hiding
        assert "@import" not in hiding


def test_served_with_the_link_a_page_brings_nothing(visit: Open) -> None:
    style.Linked(FileResponse(INDEX))
    app = visit()
    assert styles(app) == []
    assert app.get("html")[0].proto.body == "<i class='a-theme a-light' hidden></i>"
