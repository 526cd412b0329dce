"""The app behind a server that packs what it sends, is warm before its first visitor and watches its doors.

`make run` starts this file. `streamlit run app.py` shows the same pages; what that lacks is said in docs/serving.md.
"""

from __future__ import annotations

import argparse
import contextlib
import ipaddress
import logging
import os
import re
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from geo import errors
from layers import base, release, static
from layers.files import shelf
from roadmap.border import frontier
from roadmap.words import text
from views import doors, frame, link, style, upkeep

OPEN_AFTER_SECONDS = 0.5
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - what it is called, not a wish
_PART = re.compile(r"[A-Za-z0-9._~-]+")


def warm() -> None:
    """Load the default scenario and publish its files; what is wrong with them is for the page to tell.

    Raises
    ------
    layers.base.LayerError
        If a layer declares something that there is not: that is for whoever starts the server.
    """
    try:
        atlas = frame.load(link.DEFAULT_SCENARIO)
        style.expect(frame.publish(atlas, text.DEFAULT))
    except base.LayerError:
        raise
    except errors.AtlasError:
        return


def address() -> str:
    """Return where the reader's browser finds the app, if it runs on this machine."""
    host = str(st.get_option("server.address"))
    name = "localhost" if host in EVERYWHERE else host
    return f"http://{f'[{name}]' if ':' in name else name}:{st.get_option('server.port')}{doors.base()}/"


# What is held until the server ends.
_HELD = contextlib.ExitStack()


@contextlib.asynccontextmanager
async def opened(_app: st.App) -> AsyncIterator[None]:
    """Show the app in the reader's browser, where there is a screen; forget readers who leave; leave nothing behind.

    The end is here: the server passes the signal that ends it on as soon as it has closed, and nothing runs after that.
    """
    with _HELD:
        if not os.environ.get(static.VARIABLE):  # started by another program than this
            _HELD.enter_context(shelf.own())
        if not st.get_option("server.headless"):
            threading.Timer(OPEN_AFTER_SECONDS, webbrowser.open, [address()]).start()
        upkeep.prompt()
        async with upkeep.forgetting():
            yield


app = st.App(
    "app.py",
    lifespan=opened,
    middleware=[
        Middleware(doors.Telling),
        Middleware(doors.Known),
        Middleware(doors.Shut),
        # Streamlit sends its own scripts unpacked, and they are most of a first visit.
        Middleware(GZipMiddleware, minimum_size=1000, compresslevel=7),
        Middleware(doors.Static),
        Middleware(style.Linked),
    ],
)


def base_path(given: str) -> str:
    """Return a base path without the slashes around it.

    Examples
    --------
    >>> base_path("/atlas/"), base_path("maps/atlas"), base_path("/")
    ('atlas', 'maps/atlas', '')
    """
    parts = given.strip("/").split("/") if given.strip("/") else []
    if not all(_PART.fullmatch(part) and part.strip(".") for part in parts):
        raise argparse.ArgumentTypeError(
            f"{given!r} is no path to serve under; use letters, digits and any of - . _ ~ between slashes, "
            "as in `/atlas/`."
        )
    return "/".join(parts)


def host(given: str) -> str:
    """Return a name that the server may be called by; ``*.example.org`` stands for every name below that.

    Examples
    --------
    >>> host("atlas.example.org"), host("*.example.org"), host("::1")
    ('atlas.example.org', '*.example.org', '::1')
    """
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(given))
    name = given.removeprefix("*.")
    if given != "*" and doors.hostname(name) != name.lower():
        raise argparse.ArgumentTypeError(
            f"{given!r} is no name of a host; give it without scheme, port and path, as in `atlas.example.org`."
        )
    return given.lower()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="serve.py", description="Start Roadmap Atlas and open it in the browser.")
    parser.add_argument("--port", type=int, help="port to listen on (default: 8501, or the next free one)")
    parser.add_argument("--address", help="address to listen on (default: this machine only)")
    parser.add_argument("--headless", action="store_true", default=None, help="open no browser")
    parser.add_argument(
        "--base-path", dest="baseUrlPath", type=base_path, metavar="PATH", help="serve under this path, such as /atlas/"
    )
    parser.add_argument(
        "--host",
        dest="hosts",
        action="append",
        type=host,
        default=[],
        metavar="NAME",
        help="a name that the server may be called by, beside this machine's own; may be given again",
    )
    parser.add_argument("--metrics", action="store_const", const="1", help="open Streamlit's figures about itself")
    parser.add_argument("--release", choices=release.LEVELS, help="what may be shown (default: public)")
    parser.add_argument("--terrain", help="elevation for lines of sight: a file, a folder of tiles or an address")
    return parser


def settings(arguments: list[str] | None = None) -> dict[str, object]:
    """Server settings from the command line; what is not given stays as in ``.streamlit/config.toml``."""
    chosen = vars(_parser().parse_args(arguments))
    for variable, name in ((release.VARIABLE, "release"), (frontier.TERRAIN, "terrain"), (doors.METRICS, "metrics")):
        value = chosen.pop(name)
        if value is not None:
            os.environ[variable] = value
    found = named(chosen.pop("hosts"), chosen["address"])
    return found | {f"server.{name}": value for name, value in chosen.items() if value is not None}


def named(hosts: list[str], listening: str | None) -> dict[str, object]:
    """Settings that follow from the names and the address of the server; none where neither is given."""
    everywhere = listening in EVERYWHERE
    names = hosts if listening is None or everywhere else [*hosts, listening]
    found: dict[str, object] = {}
    if names:
        found["server.allowedHosts"] = list(dict.fromkeys([*st.get_option("server.allowedHosts"), *names]))
    if everywhere:
        # Else Streamlit asks a machine outside for the address to print.
        found["browser.serverAddress"] = next((name for name in hosts if "*" not in name), "localhost")
    return found


def main() -> int:
    """Start the server and return 0 when it has ended, 1 if it cannot start."""
    upkeep.thrifty()
    chosen = settings()
    logging.getLogger("atlas").addHandler(logging.StreamHandler())
    logging.getLogger("atlas").setLevel(logging.INFO)
    with _HELD:
        try:
            _HELD.enter_context(shelf.own())
            warm()
        except errors.AtlasError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        app.run(config={"server.enableStaticServing": False, **chosen})
    return 0


if __name__ == "__main__":
    sys.exit(main())
