"""The app behind a server that packs what it sends and is warm before its first visitor.

`make run` starts this file. `streamlit run app.py` shows the same pages; only a first visit is heavier.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import threading
import webbrowser
from collections.abc import AsyncIterator

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from geo import errors
from layers import release
from roadmap import frontier
from roadmap.words import text
from views import frame, state, style, upkeep

OPEN_AFTER_SECONDS = 0.5


def warm() -> None:
    """Load the default scenario and publish its files; what is wrong with them is for the page to tell."""
    with contextlib.suppress(errors.AtlasError):
        atlas = frame.load(state.DEFAULT_SCENARIO)
        frame.publish(atlas.scenario.id, atlas.edition, text.DEFAULT)


@contextlib.asynccontextmanager
async def opened(_app: st.App) -> AsyncIterator[None]:
    """Show the app in the reader's browser, where there is a screen, and forget readers who have left."""
    if not st.get_option("server.headless"):
        url = f"http://{st.get_option('server.address')}:{st.get_option('server.port')}"
        threading.Timer(OPEN_AFTER_SECONDS, webbrowser.open, [url]).start()
    async with upkeep.forgetting():
        yield


# Streamlit sends its own scripts unpacked, and they are most of a first visit.
_PACKED = Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
app = st.App("app.py", lifespan=opened, middleware=[_PACKED, Middleware(style.Linked)])


def settings(arguments: list[str] | None = None) -> dict[str, object]:
    """Server settings from the command line; what is not given stays as in ``.streamlit/config.toml``."""
    parser = argparse.ArgumentParser(prog="serve.py", description="Start Roadmap Atlas and open it in the browser.")
    parser.add_argument("--port", type=int, help="port to listen on (default: 8501, or the next free one)")
    parser.add_argument("--address", help="address to listen on (default: this machine only)")
    parser.add_argument("--headless", action="store_true", default=None, help="open no browser")
    parser.add_argument("--release", choices=release.LEVELS, help="what may be shown (default: public)")
    parser.add_argument("--terrain", help="elevation for lines of sight: a file, a folder of tiles or an address")
    chosen = vars(parser.parse_args(arguments))
    for variable, value in ((release.VARIABLE, chosen.pop("release")), (frontier.TERRAIN, chosen.pop("terrain"))):
        if value is not None:
            os.environ[variable] = value
    return {f"server.{name}": value for name, value in chosen.items() if value is not None}


if __name__ == "__main__":
    upkeep.thrifty()
    chosen = settings()
    logging.getLogger("atlas").addHandler(logging.StreamHandler())
    logging.getLogger("atlas").setLevel(logging.INFO)
    warm()
    app.run(config=chosen)
