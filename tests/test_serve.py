"""Starting the server: its command line, and that a broken scenario does not keep it from starting."""

from __future__ import annotations

import os

import pytest

import serve
from geo import errors
from layers import release
from roadmap import frontier
from views import frame

VARIABLES = (release.VARIABLE, frontier.TERRAIN)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set what the command line may set, so that it is set back afterwards."""
    for variable in VARIABLES:
        monkeypatch.setenv(variable, "before")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], {}),
        (["--port", "9000"], {"server.port": 9000}),
        (["--headless", "--address", "0.0.0.0"], {"server.headless": True, "server.address": "0.0.0.0"}),  # noqa: S104
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


def test_a_wrong_argument_ends_with_status_two(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        serve.settings(["--port", "many"])
    assert ended.value.code == 2
    assert "--port" in capsys.readouterr().err


def test_a_broken_scenario_is_left_to_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def broken(scenario_id: str) -> None:
        asked.append(scenario_id)
        raise errors.AtlasError

    monkeypatch.setattr(frame, "load", broken)
    serve.warm()
    assert len(asked) == 1
