"""What the server lets in, what it hands out of the static folder, and what it says with every answer.

Streamlit checks hosts at its websocket only, takes uploads for anyone with a page, sends no security headers and
publishes figures about itself. These classes stand before it, as ASGI middleware of :mod:`serve`, in this order:
:class:`Telling` says the headers, :class:`Known` refuses strangers, :class:`Shut` what nothing here needs,
:class:`Static` answers for the static folder. Each reads Streamlit's settings when the server starts.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from layers import static

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

METRICS: Final = "ATLAS_METRICS"
"""Environment variable that opens Streamlit's figures about itself when it is ``1``."""

_METHODS = ("GET", "HEAD", "OPTIONS")
# Uploads, an interface for programs, and signing in: nothing here takes any of them.
_CLOSED = ("/_stcore/upload_file", "/_stcore/agent", "/auth", "/oauth2callback")
_FIGURES = "/_stcore/metrics"
_STATIC = f"/{static.URL}"
_FILES = (f"{_STATIC}/", "/media/")

# Of machines and their addresses, of both versions.
_NAME = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".gz": "application/gzip",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".woff": "font/woff",
}


def base() -> str:
    """Return the path that the app is served under: ``/atlas``, or nothing."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def below(path: str, root: str) -> str | None:
    """Return the part of a path below the app's own, or None where it lies outside.

    Examples
    --------
    >>> below("/atlas/border", "/atlas"), below("/atlas", "/atlas"), below("/atlases", "/atlas")
    ('/border', '', None)
    """
    inside = path == root or path.startswith(f"{root}/")
    return path[len(root) :] if inside else None


def within(path: str, parts: tuple[str, ...]) -> bool:
    """Return whether a path is one of `parts` or lies in one."""
    return any(path == part or path.startswith(f"{part}/") for part in parts)


async def _refuse(status: int, why: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer that no; a websocket is not opened, which its browser sees as 403."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": why})
        return
    await PlainTextResponse(f"{why}\n", status_code=status)(scope, receive, send)


# --- who may ask ------------------------------------------------------------------------------


def hostname(host: str) -> str | None:
    """Return the name in a ``Host`` header without its port, or None if it is none.

    Examples
    --------
    >>> hostname("Atlas.example.org.:8501"), hostname("[::1]:80"), hostname("me@here"), hostname("here:http")
    ('atlas.example.org', '::1', None, None)
    """
    if "@" in host:
        return None
    try:
        parts = urlsplit(f"//{host}")
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError:
        return None
    name = (parts.hostname or "").rstrip(".")
    return name if parts.netloc == host and _NAME.fullmatch(name) else None


def _netloc(origin: str) -> str | None:
    """Return name and port of an ``Origin`` header, or None if it is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def admitted(host: str, hosts: list[str]) -> bool:
    """Return whether a ``Host`` header names one of `hosts`; ``*.example.org`` stands for every name below it.

    Examples
    --------
    >>> [admitted(host, ["localhost", "*.example.org"]) for host in ("localhost:80", "a.example.org", "example.org")]
    [True, True, False]
    """
    name = hostname(host)
    if name is None:
        return False
    wanted = [each.strip().lower().strip("[]").rstrip(".") for each in hosts]
    return any(name.endswith(each[1:]) if each.startswith("*.") else each in {name, "*"} for each in wanted)


class Known:
    """Refuses whoever calls the server by a name that is not its own, and websockets from pages of others.

    A page of a stranger can make its own name point to this machine; the name is all that tells it apart then. Nothing
    else is asked about a websocket's origin: Streamlit would ask a machine outside which address this one has.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.hosts = list(st.get_option("server.allowedHosts"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is addressed to this server."""
        if scope["type"] in {"http", "websocket"}:
            headers = Headers(scope=scope)
            called = headers.getlist("host")
            if len(called) != 1 or not admitted(called[0], self.hosts):
                why = "This server does not go by that name; `--host` or `server.allowedHosts` gives it one."
                await _refuse(400, why, scope, receive, send)
                return
            origins = headers.getlist("origin")
            if scope["type"] == "websocket" and any(_netloc(origin) != called[0] for origin in origins):
                await _refuse(403, "Only pages of this server may open a websocket to it.", scope, receive, send)
                return
        await self.app(scope, receive, send)


# --- what may be asked ------------------------------------------------------------------------


class Shut:
    """Refuses what nothing in the app needs, and mends addresses with a slash too many or too few.

    Streamlit mends those by addresses from the root of the host, which lead out of a prefix that a proxy strips.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.root = base()
        self.hidden = () if os.environ.get(METRICS) == "1" else (_FIGURES,)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may be asked."""
        answer = self.answer(scope) if scope["type"] == "http" else None
        await (answer or self.app)(scope, receive, send)

    def answer(self, scope: Scope) -> Response | None:
        """Return the refusal, or the way to where it is; nothing if the app is to answer."""
        path = below(scope["path"], self.root)
        if path is None:
            return None
        if within(path, _CLOSED):
            return PlainTextResponse("Closed: nothing here takes this.\n", status_code=403)
        if within(path, self.hidden):
            return PlainTextResponse("Not Found", status_code=404)
        if scope["method"] not in _METHODS:
            allowed = {"Allow": ", ".join(_METHODS)}
            return PlainTextResponse("Method Not Allowed", status_code=405, headers=allowed)
        return _mended(scope, path)


def _mended(scope: Scope, path: str) -> Response | None:
    """Return the way from ``/atlas`` to ``/atlas/`` and from ``/border/`` to ``/border``, relative to where it is."""
    name = PurePosixPath(scope["path"]).name
    if path == "":
        relative = f"{name}/"
    elif path.endswith("/") and path.strip("/"):
        relative = f"{'../' * (len(path) - len(path.rstrip('/')))}{name}"
    else:
        return None
    query = scope["query_string"].decode("latin-1")
    return RedirectResponse(f"./{relative}{'?' if query else ''}{query}", headers={"Cache-Control": "no-cache"})


# --- files ------------------------------------------------------------------------------------


class _Folder(StaticFiles):
    """The published files, with their types whatever this machine takes them for."""

    def file_response(
        self, full_path: os.PathLike[str] | str, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Return a file as what it is."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Content-Type"] = _TYPES.get(Path(full_path).suffix, "application/octet-stream")
        return response

    async def check_config(self) -> None:
        """Serve nothing from a folder that is gone; the next run of a page publishes it again."""


class Static:
    """Answers for ``app/static/`` from the folder that this process publishes to, whatever lies in ``./static``."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.root = base()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a file, or pass on what asks for none."""
        path = below(scope["path"], self.root + _STATIC) if scope["type"] == "http" else None
        if path is None:
            await self.app(scope, receive, send)
            return
        inside = {**scope, "path": path or "/", "root_path": ""}
        try:
            await _Folder(directory=static.folder(), check_dir=False)(inside, receive, send)
        except HTTPException as error:
            await PlainTextResponse(error.detail, status_code=error.status_code)(scope, receive, send)


# --- what is said with every answer -----------------------------------------------------------


def inline_scripts(page: str) -> list[str]:
    """Return the sources that let the scripts written into a page run, and no others."""
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    return [f"'sha256-{each}'" for each in hashes]


def _written(policy: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {sources}".strip() for name, sources in policy.items())


_COMMON = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "connect-src": "'self'",
    # Streamlit's formulas bring a small face inside their style.
    "font-src": "'self' data:",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    # Styles are set by script on every element, and the legend's in its text.
    "style-src": "'self' 'unsafe-inline'",
}


def page_policy(page: str) -> str:
    """Return what a page may load and run, given Streamlit's own page as text.

    The few lines that mount the map reach the browser as text, which Streamlit runs as a blob: what the page itself has
    made, and no other can.
    """
    return _written(
        {
            **_COMMON,
            "img-src": "'self' data:",
            "manifest-src": "'self'",
            "script-src": " ".join(["'self'", "blob:", *inline_scripts(page)]),
        }
    )


def file_policy() -> str:
    """Return what a file may do that is opened by itself: be looked at."""
    return _written(
        {"default-src": "'none'", "frame-ancestors": "'self'", "sandbox": "", "style-src": "'unsafe-inline'"}
    )


_DENIED = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)

HEADERS: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _DENIED),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}
"""What every answer carries, beside its content security policy."""


class Telling:
    """Tells the browser with every answer what it may do with it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.root = base()
        page = Path(st.__file__).parent / "static" / "index.html"
        self.page = page_policy(page.read_text(encoding="utf-8"))

    def policy(self, path: str) -> str:
        """Return the content security policy of what lies at a path."""
        inside = below(path, self.root) or ""
        return file_policy() if inside.startswith(_FILES) else self.page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers["Content-Security-Policy"] = self.policy(scope["path"])
                # Streamlit lends some files to pages of anybody.
                del headers["Access-Control-Allow-Origin"]
            await send(message)

        await self.app(scope, receive, telling)
