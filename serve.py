"""The app behind a server that packs what it sends and is warm before the first visitor.

Started by `make run`. `streamlit run app.py` shows the same pages; only the first visit is heavier.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from geo import errors
from layers import text
from views import frame, state


@contextlib.asynccontextmanager
async def warm(_app: st.App) -> AsyncIterator[None]:
    """Load the default scenario and publish its files; what is wrong with them is for the page to tell."""
    with contextlib.suppress(errors.AtlasError):
        atlas = frame.load(state.DEFAULT_SCENARIO)
        frame.publish(atlas.scenario.id, atlas.scenario.hash, text.DEFAULT)
    yield


# Streamlit sends its own scripts unpacked, and they are most of a first visit.
app = st.App("app.py", lifespan=warm, middleware=[Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)])
