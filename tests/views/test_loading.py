"""Scenarios are loaded once, again after an edit of anything that they stand on, and let go when they are replaced."""

from __future__ import annotations

import gc
import os
import shutil
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from briefing import outlines
from geo import territory
from layers import base, circles, figures, release
from layers.files import sources
from roadmap import atlas as atlases
from roadmap import moments
from roadmap.border import frontier
from roadmap.plan import scenario
from roadmap.record import observations
from roadmap.words import text
from tests.views import reading
from tests.views.conftest import Open
from views import loading


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_caches: None) -> Path:
    """A copy of all data, which the app reads in place of the shipped ones."""
    del fresh_caches
    folder = tmp_path / "data"
    shutil.copytree(sources.FILE.parent, folder)
    monkeypatch.setattr(territory, "DEFAULT_FOLDER", folder / "geography")
    monkeypatch.setattr(observations, "DEFAULT_FOLDER", folder / "observations")
    monkeypatch.setattr(sources, "FILE", folder / "sources.toml")
    for function in (scenario.discover, scenario.find):
        monkeypatch.setattr(function, "__defaults__", (folder / "scenarios",))
    load = atlases.load
    monkeypatch.setattr(atlases, "load", lambda name, **given: load(name, scenarios_root=folder / "scenarios", **given))
    return folder


class Empty:
    """Stands for an atlas, or for what it stands on, which takes a second to load."""


@dataclass
class Loads:
    """What was loaded, as far as it is still alive."""

    scenarios: list[weakref.ref[Empty]]
    grounds: list[weakref.ref[Empty]]

    def alive(self) -> tuple[int, int]:
        """Return how many scenarios and grounds are held by anybody."""
        gc.collect()
        return sum(each() is not None for each in self.scenarios), sum(each() is not None for each in self.grounds)


@pytest.fixture
def loads(data: Path, monkeypatch: pytest.MonkeyPatch) -> Loads:
    """Nothing is read in earnest, and what would be is noted."""
    assert data.is_dir()
    noted = Loads([], [])

    def load(where: list[weakref.ref[Empty]]) -> Empty:
        made = Empty()
        where.append(weakref.ref(made))
        return made

    monkeypatch.setattr(atlases, "load", lambda _name, **_given: load(noted.scenarios))
    monkeypatch.setattr(atlases, "load_ground", lambda **_given: load(noted.grounds))
    return noted


def edit(path: Path) -> None:
    """Save a file with one more line."""
    path.write_bytes(path.read_bytes() + b"\n")


def test_a_scenario_is_loaded_once(loads: Loads) -> None:
    assert loading.atlas("ssa") is loading.atlas("ssa")
    assert (len(loads.scenarios), len(loads.grounds)) == (1, 1)


EDITED = {
    "the scenario": "scenarios/ssa/rules.toml",
    "what lies beside it": "scenarios/ssa/investment.csv",
    "public figures": "observations/crossings.csv",
    "geography": "geography/municipalities.parquet",
    "outlines": "geography/outlines.topo.json.gz",
}


@pytest.mark.parametrize("name", EDITED.values(), ids=EDITED)
def test_after_an_edit_it_is_loaded_again_and_what_was_replaced_is_let_go(name: str, data: Path, loads: Loads) -> None:
    loading.atlas("ssa")
    for count in range(2, 5):
        edit(data / name)
        assert loading.atlas("ssa") is loading.atlas("ssa")
        assert len(loads.scenarios) == count
        assert len(loads.grounds) == (1 if name.startswith("scenarios") else count)
        assert loads.alive() == (1, 1)


def touched(path: Path) -> None:
    """Edit without a trace in size or time of the last change of the content."""
    before = path.stat()
    content = path.read_bytes()
    path.write_bytes(content[:-2] + content[-2:][::-1])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES: dict[str, Callable[[Path, pytest.MonkeyPatch], None]] = {
    "a file more": lambda data, _patch: (data / "scenarios/ssa/status.csv").write_text("", encoding="utf-8"),
    "a file less": lambda data, _patch: (data / "scenarios/ssa/sensors.csv").unlink(),
    "time and size put back": lambda data, _patch: touched(data / "scenarios/ssa/rules.toml"),
    "another terrain": lambda _data, patch: patch.setenv(frontier.TERRAIN, "elsewhere"),
    "another level of release": lambda _data, patch: patch.setenv(release.VARIABLE, release.INTERNAL),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_nothing_that_a_scenario_stands_on_changes_unseen(
    change: Callable[[Path, pytest.MonkeyPatch], None], data: Path, loads: Loads, monkeypatch: pytest.MonkeyPatch
) -> None:
    loading.atlas("ssa")
    change(data, monkeypatch)
    loading.atlas("ssa")
    assert len(loads.scenarios) == 2
    assert loads.alive() == (1, 1)


def test_tiles_of_terrain_that_come_later_are_seen(data: Path, loads: Loads, monkeypatch: pytest.MonkeyPatch) -> None:
    tiles = data / "tiles" / "below"
    tiles.mkdir(parents=True)
    monkeypatch.setenv(frontier.TERRAIN, str(tiles.parent))
    loading.atlas("ssa")
    (tiles / "n31w107.hgt").write_bytes(b"heights")
    loading.atlas("ssa")
    assert len(loads.scenarios) == 2


def test_of_many_scenarios_a_few_are_kept(data: Path, loads: Loads) -> None:
    names = [f"copy-{number}" for number in range(loading.SCENARIOS_KEPT + 2)]
    for name in names:
        shutil.copytree(data / "scenarios" / "ssa", data / "scenarios" / name)
    for _ in range(3):
        for name in names:
            loading.atlas(name)
            assert loads.alive() <= (loading.SCENARIOS_KEPT, 1)
    edit(data / "observations" / "states.csv")
    loading.atlas(names[0])
    assert loads.alive() == (1, 1), "the others stand on figures that are gone"


def test_readers_who_come_at_once_share_one_scenario(loads: Loads) -> None:
    together = threading.Barrier(6)
    found: list[object] = []

    def visit() -> None:
        together.wait()
        found.append(loading.atlas("ssa"))

    readers = [threading.Thread(target=visit) for _ in range(together.parties)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(found) == together.parties
    assert len({id(each) for each in found}) == 1
    assert (len(loads.scenarios), len(loads.grounds)) == (1, 1)


def use(found: atlases.Atlas) -> None:
    """Ask an atlas for everything that is kept for the next question."""
    figures.headline(moments.of(found, 30), text.words())
    circles.scale(found, "km2", "zone")
    outlines.of(found.territory)
    for layer in base.registry().values():
        layer.frame(moments.of(found, 30, 6))
        layer.state(moments.of(found, 30, 6))
        layer.legend(moments.of(found, 30, 6), text.words())


def test_everything_that_is_kept_for_an_atlas_goes_with_it_and_the_ground_stays(data: Path) -> None:
    first = loading.atlas("ssa")
    use(first)
    ground = first.territory, first.observations, first.frontier.borders, first.frontier.coverage.grid
    old = [
        weakref.ref(each) for each in (first, first.books, first.frontier.coverage, first.plan, first.plan.projection)
    ]
    del first
    edit(data / "scenarios" / "ssa" / "rules.toml")
    second = loading.atlas("ssa")
    use(second)
    gc.collect()
    assert [each() for each in old] == [None] * len(old)
    now = second.territory, second.observations, second.frontier.borders, second.frontier.coverage.grid
    assert all(one is other for one, other in zip(ground, now, strict=True))


def test_pages_let_go_of_what_an_edit_has_replaced(data: Path, visit: Open) -> None:
    app = visit(month="30", layers="control,zones,crossings,investment,detection")
    old = weakref.ref(loading.atlas("ssa"))
    for page in ("border_page", "investment_page", "method_page", "map_page"):
        app.switch_page(f"views/{page}.py").run()
        assert not app.exception
    edit(data / "scenarios" / "ssa" / "rules.toml")
    app.radio(key="phase").set_value(4).run()
    assert not app.exception
    gc.collect()
    assert old() is None


def test_an_edit_of_the_public_figures_is_shown_to_a_reader_who_is_there(data: Path, visit: Open) -> None:
    app = visit("border_page", month="30")
    crossings = data / "observations" / "crossings.csv"
    content = crossings.read_text(encoding="utf-8")
    name = content.splitlines()[1].split(",")[1]
    assert "renamed by hand" not in shown(app)
    crossings.write_text(content.replace(f",{name},", ",renamed by hand,", 1), encoding="utf-8")
    app.radio(key="phase").set_value(4).run()
    assert not app.exception
    assert "renamed by hand" in shown(app)


def shown(app: reading.AppTest) -> str:
    """Return all tables of a page as text."""
    return "\n".join(table.value.to_string() for table in app.dataframe)


def test_the_link_follows_an_edit_under_an_open_page(data: Path, visit: Open) -> None:
    """What is shared from then on names the edition that is shown; nobody is told what is not so."""
    app = visit(month="30")
    app.radio(key="phase").set_value(2).run()
    before = app.query_params["edition"]
    crossings = data / "observations" / "crossings.csv"
    content = crossings.read_text(encoding="utf-8")
    crossings.write_text(content.replace("San Ysidro", "San Isidro", 1), encoding="utf-8")
    app.run()
    assert not app.exception
    assert app.query_params["edition"] == app.session_state["view"].edition != before
    assert app.query_params["month"] == "18"


def test_what_is_let_go_before_the_click_is_read_anew_if_it_is_the_same(plan: atlases.Atlas) -> None:
    shown = replace(plan)
    later = loading.Later.of(shown)
    assert later() is shown
    del shown
    assert later().scenario.id == plan.scenario.id
    assert later().edition == plan.edition


def test_no_file_is_made_of_another_edition_than_the_page_shows(plan: atlases.Atlas) -> None:
    shown = replace(plan)
    shown.__dict__["edition"] = "0123456789ab"
    later = loading.Later.of(shown)
    assert later() is shown
    del shown
    with pytest.raises(loading.OutdatedError, match=r"0123456789ab.* reload the page"):
        later()
