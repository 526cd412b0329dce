"""The app, opened by a link."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from roadmap import atlas
from views import frame

# Not how long a page may take, but when a run that hangs is given up; the first loads everything.
PATIENCE_SECONDS = 180

Open = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def _own_caches() -> Iterator[None]:
    """Begin and end without what other tests have left in Streamlit's caches."""
    streamlit.cache_data.clear()
    streamlit.cache_resource.clear()
    yield
    streamlit.cache_data.clear()
    streamlit.cache_resource.clear()


@pytest.fixture(scope="session")
def plan() -> atlas.Atlas:
    """The shipped scenario, as the app holds it."""
    return frame.load("ssa")


@pytest.fixture(scope="session")
def visit(root: Path) -> Open:
    """Open the app by a link: ``visit("roadmap_page", month="30")``."""

    def opened(page: str = "", **params: str) -> AppTest:
        app = AppTest.from_file(str(root / "app.py"), default_timeout=PATIENCE_SECONDS)
        if page:
            app.run().switch_page(f"views/{page}.py")  # pages are known after a first run
        for name, value in params.items():
            app.query_params[name] = value
        return app.run()

    return opened
