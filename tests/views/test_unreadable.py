"""Data that every page stands on and that cannot be read: each page says which file it is and what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import serve
from geo import territory
from layers.files import sources
from roadmap.record import observations
from tests.views.conftest import Open

PAGES = ("map_page", "border_page", "investment_page", "roadmap_page", "method_page")
GEOGRAPHY = (
    "municipalities.parquet",
    "states.parquet",
    "neighbours.parquet",
    "cities.parquet",
    "adjacency.parquet",
    "crosswalk.csv",
    "outlines.topo.json.gz",
    "border.parquet",
    "border_stretches.parquet",
    "border_sectors.csv",
)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_caches: None) -> Path:
    """A copy of geography, public figures and the list of sources, which the app reads."""
    del fresh_caches
    folder = tmp_path / "data"
    for name in ("geography", "observations"):
        shutil.copytree(sources.FILE.parent / name, folder / name)
    shutil.copy(sources.FILE, folder)
    monkeypatch.setattr(territory, "DEFAULT_FOLDER", folder / "geography")
    monkeypatch.setattr(observations, "DEFAULT_FOLDER", folder / "observations")
    monkeypatch.setattr(sources, "FILE", folder / "sources.toml")
    return folder


def missing(path: Path) -> None:
    """Take a file away."""
    path.unlink()


def cut(path: Path) -> None:
    """Leave the first half of a file, as a copy that was broken off does."""
    content = path.read_bytes()
    half = content[: len(content) // 2]
    path.write_bytes(half[: half.rfind(b"\n") + 10])  # in the middle of a row


def folder(path: Path) -> None:
    """Put a folder in its place."""
    path.unlink()
    path.mkdir()


WAYS = {"missing": missing, "cut": cut, "a folder": folder}
# Half a table of lines is a table.
CASES = [(name, way) for name in GEOGRAPHY for way in WAYS if not (name.endswith(".csv") and way == "cut")]


@pytest.mark.parametrize(("name", "way"), CASES)
def test_geography_is_named_with_the_remedy(name: str, way: str, data: Path, visit: Open) -> None:
    WAYS[way](data / "geography" / name)
    serve.warm()
    app = visit()
    assert not app.exception
    (said,) = [each.value.replace("\\", "") for each in app.error]
    assert said.startswith("No page can be shown: ")
    assert f"{name} in data/geography" in said
    assert str(data) not in said
    assert "python -m geo.build" in said or "it takes the columns" in said


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_so_and_comes_back(page: str, data: Path, visit: Open) -> None:
    path = data / "geography" / "municipalities.parquet"
    content = path.read_bytes()
    cut(path)
    app = visit(page, month="30")
    assert not app.exception
    assert "municipalities" in app.error[0].value
    path.write_bytes(content)
    app.run()
    assert not app.exception
    assert not app.error
    assert app.session_state["view"].month == 30


def test_data_that_go_away_under_a_reader_are_told_at_the_next_step(data: Path, visit: Open) -> None:
    app = visit(month="30")
    missing(data / "geography" / "states.parquet")
    app.radio(key="phase").set_value(4).run()
    assert not app.exception
    assert "states.parquet in data/geography" in app.error[0].value.replace("\\", "")


@pytest.mark.parametrize("way", WAYS)
def test_public_figures_are_told_as_such_fault_by_fault(way: str, data: Path, visit: Open) -> None:
    WAYS[way](data / "observations" / "crossings.csv")
    serve.warm()
    app = visit(scenario="ssa")
    assert not app.exception
    assert app.error[0].value.startswith("The public figures in data/observations have ")
    assert set(app.dataframe[0].value["File"]) == {"crossings.csv"}
    assert all(app.dataframe[0].value["What is wrong"])


BROKEN: dict[str, Callable[[Path], object]] = {
    **WAYS,
    "no TOML": lambda path: path.write_text("[[file]\n", encoding="utf-8"),
    "a record without a path": lambda path: path.write_text('[[file]]\ntitle = "x"\n', encoding="utf-8"),
    "no record": lambda path: path.write_text("", encoding="utf-8"),
    "something else": lambda path: path.write_text("file = 3\n", encoding="utf-8"),
    "not UTF-8": lambda path: path.write_bytes(b'title = "\xe1"\n'),
}


@pytest.mark.parametrize("way", BROKEN)
def test_the_list_of_sources_is_named_with_the_remedy(way: str, data: Path, visit: Open) -> None:
    BROKEN[way](data / "sources.toml")
    serve.warm()
    app = visit("method_page")
    assert not app.exception
    (said,) = [each.value.replace("\\", "") for each in app.error]
    assert "sources.toml in data" in said
    assert "put it back" in said


def test_an_edit_of_the_list_of_sources_is_shown(data: Path, visit: Open) -> None:
    path = data / "sources.toml"
    app = visit("method_page")
    path.write_text(
        path.read_text(encoding="utf-8").replace('title = "', 'title = "Edited by hand: ', 1), encoding="utf-8"
    )
    app.run()
    assert "Edited by hand" in " ".join(each.proto.body for each in app.get("html"))


def test_the_list_of_sources_that_goes_away_under_a_reader_is_named_as_well(data: Path, visit: Open) -> None:
    app = visit("method_page")
    path = data / "sources.toml"
    path.unlink()
    app.run()
    assert not app.exception
    assert "sources.toml in data" in app.error[0].value.replace("\\", "")
