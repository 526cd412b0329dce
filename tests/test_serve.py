"""Starting the server: its command line, and that a broken scenario does not keep it from starting."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import tempfile
from concurrent import futures
from pathlib import Path

import pytest
import streamlit

import serve
from geo import errors
from layers import release
from roadmap.border import frontier
from tests.layers import planting
from views import doors, frame, upkeep

VARIABLES = (release.VARIABLE, frontier.TERRAIN)
LOOPBACK = ["localhost", "127.0.0.1", "::1"]


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set what the command line may set, so that it is set back afterwards."""
    for variable in VARIABLES:
        monkeypatch.setenv(variable, "before")
    monkeypatch.delenv(doors.METRICS, raising=False)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], {}),
        (["--port", "9000"], {"server.port": 9000}),
        (["--headless"], {"server.headless": True}),
        (["--base-path", "/maps/atlas/"], {"server.baseUrlPath": "maps/atlas"}),
        (["--base-path", "/"], {"server.baseUrlPath": ""}),
        (
            ["--host", "Atlas.example.org", "--host", "*.example.org", "--host", "localhost"],
            {"server.allowedHosts": [*LOOPBACK, "atlas.example.org", "*.example.org"]},
        ),
        (
            ["--address", "192.0.2.1"],
            {"server.address": "192.0.2.1", "server.allowedHosts": [*LOOPBACK, "192.0.2.1"]},
        ),
        (["--address", "::"], {"server.address": "::", "browser.serverAddress": "localhost"}),
        (
            ["--address", "0.0.0.0", "--host", "*.example.org", "--host", "here"],  # noqa: S104
            {
                "server.address": "0.0.0.0",  # noqa: S104
                "server.allowedHosts": [*LOOPBACK, "*.example.org", "here"],
                "browser.serverAddress": "here",
            },
        ),
    ],
)
def test_only_what_is_given_overrides_the_settings(arguments: list[str], expected: dict[str, object]) -> None:
    assert serve.settings(arguments) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ["before", "before"]),
        (["--release", "internal"], ["internal", "before"]),
        (["--release", "public"], ["public", "before"]),
        (["--terrain", "tiles of 30 m"], ["before", "tiles of 30 m"]),
        (["--terrain", ""], ["before", ""]),
        (["--terrain", "https://example.org/dem.tif", "--release", "internal"], ["internal", "https://example.org/dem.tif"]),
    ],
)
def test_level_and_terrain_are_for_the_process_and_no_settings(arguments: list[str], expected: list[str]) -> None:
    assert serve.settings([*arguments, "--port", "9000"]) == {"server.port": 9000}
    assert [os.environ[variable] for variable in VARIABLES] == expected


def test_a_level_that_does_not_exist_ends_with_status_two(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        serve.settings(["--terrain", "tiles", "--release", "secret"])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "--release" in told
    assert all(level in told for level in release.LEVELS)
    assert [os.environ[variable] for variable in VARIABLES] == ["before", "before"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "many"],
        ["--base-path", "https://example.org/atlas"],
        ["--base-path", "/../atlas"],
        ["--base-path", "/a b"],
        ["--base-path", "/a//b"],
        ["--host", "https://atlas.example.org"],
        ["--host", "atlas.example.org:8501"],
        ["--host", "atlas.example.org/atlas"],
        ["--host", ""],
        ["--host", "a b"],
    ],
)
def test_a_wrong_argument_ends_with_status_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        serve.settings(arguments)
    assert ended.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_figures_are_open_only_when_asked_for() -> None:
    serve.settings([])
    assert doors.METRICS not in os.environ
    serve.settings(["--metrics"])
    assert os.environ[doors.METRICS] == "1"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "http://127.0.0.1:8501/"),
        ({"server.address": "0.0.0.0", "server.port": 9000}, "http://localhost:9000/"),  # noqa: S104
        ({"server.address": "::1", "server.baseUrlPath": "/atlas/"}, "http://[::1]:8501/atlas/"),
    ],
)
def test_the_browser_is_sent_to_where_the_app_is(
    options: dict[str, object], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = streamlit.get_option

    def answer(name: str) -> object:
        return options.get(name, {"server.port": 8501}.get(name, asked(name)))

    monkeypatch.setattr(streamlit, "get_option", answer)
    assert serve.address() == expected


def test_without_a_level_or_a_place_for_its_files_the_server_does_not_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    monkeypatch.setattr(upkeep, "thrifty", bool)
    for arguments, remedy in (([], "`ATLAS_RELEASE`"), (["--release", "public"], "`TMPDIR`")):
        monkeypatch.setattr(sys, "argv", ["serve.py", *arguments])
        assert serve.main() == 1
        told = capsys.readouterr().err
        assert remedy in told
        assert len(told.splitlines()) == 1


def test_a_layer_that_declares_what_there_is_not_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A level that there is not: one sentence names the file, the layer, and what there is."""
    monkeypatch.setattr(upkeep, "thrifty", bool)
    monkeypatch.setattr(serve.app, "run", lambda **_: pytest.fail("the server has started"))
    monkeypatch.setattr(sys, "argv", ["serve.py", "--release", "public"])
    monkeypatch.setattr(logging.getLogger("atlas"), "handlers", [])  # those of former starts write to what is closed
    source = planting.FILES["rates"].replace("level=marks.STATE", 'level="county"')
    with planting.planted(tmp_path, monkeypatch, {"rates": source}):
        assert serve.main() == 1
    told = capsys.readouterr().err.splitlines()[-1]
    assert planting.FAULTS["level"].split("`level`")[0] in told
    assert "`level` 'county' is unknown; choose from municipality, state." in told


def test_a_broken_scenario_is_left_to_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def broken(scenario_id: str) -> None:
        asked.append(scenario_id)
        raise errors.AtlasError

    monkeypatch.setattr(frame, "load", broken)
    serve.warm()
    assert len(asked) == 1


def test_a_server_that_starts_lets_what_it_writes_leave_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    monkeypatch.setattr(upkeep, "prompt", lambda: told.append(True))
    monkeypatch.setattr(serve.st, "get_option", lambda _: True)  # no browser is opened
    monkeypatch.setattr(serve.shelf, "own", contextlib.nullcontext)

    async def start() -> list[bool]:
        async with serve.opened(serve.app):
            return list(told)

    # In a thread of its own: tests in a browser keep a loop running in theirs.
    with futures.ThreadPoolExecutor(max_workers=1) as thread:
        assert thread.submit(asyncio.run, start()).result() == [True]
