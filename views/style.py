"""What stands in the page from the start: the pages' style sheet, and what the map will ask for.

The style sheet is a link at the end of the document, which all pages keep.

Streamlit puts every element in by script, and Firefox fetches no ``@import`` of a style that comes that way. A link it
does fetch, but Streamlit lets none through as HTML. So :mod:`serve` writes one into the page that Streamlit sends, and
nothing is ever seen without its style; where Streamlit is run plainly, a component puts it in. At the end, because
Streamlit adds to its own styles in the head as it goes, and of equal rules the last one holds.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders

from layers import static, templates
from layers.files import assets
from views import doors

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOG = logging.getLogger("atlas")
KEY = "style"
"""Key of the component, which takes no room."""

_PAGE = Path(st.__file__).parent / "static" / "index.html"
# Is the link in every page that is sent?
_linked = threading.Event()

# The address is relative, as those of Streamlit's own files are: only the browser knows the whole path behind a proxy.
# A sheet that gives way to a newer one stays until that is there; the next page asks again for one that failed.
_LINK = """
export default function ({ data }) {
  const href = new URL(data, document.baseURI).href;
  const former = [...document.querySelectorAll("link[data-atlas]")];
  if (former.some((link) => link.href === href)) return;
  const link = document.createElement("link");
  Object.assign(link, { rel: "stylesheet", href });
  link.dataset.atlas = "page";
  link.addEventListener("load", () => former.forEach((each) => each.remove()));
  link.addEventListener("error", () => link.remove());
  document.body.append(link);
}
"""
_mount = st.components.v2.component("atlas_style", js=_LINK, isolate_styles=False)

# What the map of the default scenario is made of, and what the browser is to do with each.
_expected: dict[str, str] = {}


def bring(address: str, *, dark: bool) -> None:
    """Bring the style sheet to the page where it is not there from the start, and say which theme is on.

    Until a sheet that comes late is there, the page is hidden.

    Parameters
    ----------
    address
        Where the sheet is, relative to the app's own address.
    dark
        Whether the reader uses the dark theme.
    """
    theme = templates.piece("theme", dark=dark)
    if _linked.is_set():
        st.html(theme)
        return
    st.html(templates.piece("until_styled") + theme)
    _mount(key=KEY, data=address)


def expect(published: assets.Assets) -> None:
    """Have browsers fetch a map's files while Streamlit starts, on the page that shows the map.

    Parameters
    ----------
    published
        Of the scenario that a link without one opens.
    """
    modules = (published.module, *(each for each in published.others if each.endswith(".js")))
    _expected.clear()
    _expected.update(dict.fromkeys(modules, "modulepreload"))
    fetched = (published.manifest, published.outlines)
    _expected.update(dict.fromkeys(fetched, "preload"))


class Linked:
    """ASGI middleware that writes the links into Streamlit's page.

    It stands within whatever packs the answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.page = _PAGE.read_bytes()
        _linked.set()

    def linked(self, path: str) -> bytes:
        """Return Streamlit's page with the links in it; without, where the sheet cannot be published."""
        try:
            address = f"./{static.URL}/{assets.page_style()}"
        except static.StaticError:
            _LOG.exception("The pages' style sheet cannot be published.")
            return self.page
        ahead = _expected if path.rstrip("/") == doors.base() else {}
        place = static.folder()
        there = {f"./{static.URL}/{name}": what for name, what in ahead.items() if (place / name).exists()}
        head, end, body = self.page.partition(b"</head>")
        inside, last, after = body.partition(b"</body>")
        links, sheet = templates.piece("ahead", links=there), templates.piece("sheet", address=address)
        return b"".join([head, links.encode(), end, inside, sheet.encode(), last, after])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the link in the page; what is no page passes as it is."""
        if not _wants_page(scope):
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()

        async def held(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body", False):
                return
            if body == self.page:
                body[:] = self.linked(scope["path"])
                headers = MutableHeaders(scope=start)
                headers["Content-Length"] = str(len(body))
                # They are those of Streamlit's file, which stays when the sheet changes.
                del headers["ETag"], headers["Last-Modified"]
            await send(start)
            await send({"type": "http.response.body", "body": bytes(body)})

        await self.app(_plain(scope), receive, held)


def _wants_page(scope: Scope) -> bool:
    """Return whether a browser goes to an address."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


def _plain(scope: Scope) -> Scope:
    """Return a request for the same, whole and unpacked."""
    refused = {b"accept-encoding", b"if-modified-since", b"if-none-match", b"range"}
    headers = [(name, value) for name, value in scope["headers"] if name not in refused]
    return {**scope, "headers": headers, "extensions": {}}
