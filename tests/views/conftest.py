"""The app, opened by a link."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from layers import assets
from roadmap import atlas
from roadmap.words import text
from views import frame

PATIENCE_SECONDS = 30

Open = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def _own_caches() -> Iterator[None]:
    """Begin and end without what other tests have left in Streamlit's caches."""
    streamlit.cache_data.clear()
    streamlit.cache_resource.clear()
    yield
    streamlit.cache_data.clear()
    streamlit.cache_resource.clear()


@pytest.fixture(scope="session", autouse=True)
def _own_static_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Publish what the tests make up elsewhere, with the fonts that are there already."""
    assets.publish_shared()
    folder = tmp_path_factory.mktemp("static")
    shutil.copytree(assets.FOLDER / "fonts", folder / "fonts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assets.publish, "__kwdefaults__", {"folder": folder})
        yield


@pytest.fixture(scope="session")
def plan() -> atlas.Atlas:
    """The shipped scenario, as the app holds it."""
    return frame.load("ssa")


@pytest.fixture(scope="session")
def words() -> text.Words:
    """The default language."""
    return text.words()


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
