"""What every test may rely on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
import streamlit

from geo import territory
from layers import release, static
from roadmap import atlas
from roadmap.border import frontier
from roadmap.words import text

ROOT = Path(__file__).resolve().parents[1]

# The same examples in every run, and no test that fails because a machine is slow.
hypothesis.settings.register_profile("atlas", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("atlas")

# Pictures are drawn without a screen, whatever the machine offers.
os.environ["MPLBACKEND"] = "Agg"


TOLD = "told"

Tell = Callable[[str], None]

# Folders and files of tests in the order in which workers take them; what is not named comes last.
LONGEST_FIRST = ("browser", "test_lint.py", "views", "briefing", "layers", "geo")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that all workers are done at about the same time."""
    ranks = {name: rank for rank, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: ranks.get(item.path.relative_to(ROOT / "tests").parts[0], len(ranks)))


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Have lines said at the end of the run: what a worker prints is not to be seen."""
    return lambda text: request.node.user_properties.append((TOLD, text))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what tests have to tell, in the order of their names."""
    passed = sorted(terminalreporter.getreports("passed"), key=lambda report: report.nodeid)
    told = [dict(report.user_properties).get(TOLD) for report in passed if report.when == "call"]
    for lines in filter(None, told):
        terminalreporter.write_line(str(lines))


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the project."""
    return ROOT


@pytest.fixture(scope="session", autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Publish where no other run or worker does, and do without what is set where the tests are run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(static.VARIABLE, str(tmp_path_factory.mktemp("static")))
        for variable in (frontier.TERRAIN, release.VARIABLE):
            patch.delenv(variable, raising=False)
        yield


@pytest.fixture(scope="session")
def mexico() -> territory.Territory:
    """The shipped geography."""
    return territory.load()


@pytest.fixture(scope="session")
def plan(_own_settings: None) -> atlas.Atlas:
    """The shipped scenario on the shipped geography; nobody changes it."""
    return atlas.load()


@pytest.fixture(scope="session")
def words() -> text.Words:
    """The default language."""
    return text.words()


@pytest.fixture
def fresh_caches() -> Iterator[None]:
    """Empty Streamlit caches before and after, since they outlive one `AppTest`."""
    streamlit.cache_data.clear()
    streamlit.cache_resource.clear()
    yield
    streamlit.cache_data.clear()
    streamlit.cache_resource.clear()
