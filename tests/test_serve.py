"""Starting the server: its command line, and that a broken scenario does not keep it from starting."""

from __future__ import annotations

import pytest

import serve
from geo import errors
from views import frame


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
