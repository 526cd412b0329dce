"""A sample is tried where nothing is said, and otherwise as much as is asked for."""

from __future__ import annotations

import pytest

from tests import amounts


@pytest.mark.parametrize(("said", "expected"), [(None, 30), ("", 30), (" ", 30), ("1", 1), ("20000", 20_000)])
def test_the_environment_may_ask_for_another_amount(
    said: str | None, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(amounts.VARIABLE, raising=False)
    if said is not None:
        monkeypatch.setenv(amounts.VARIABLE, said)
    assert amounts.examples(30) == expected


@pytest.mark.parametrize("said", ["0", "-1", "many", "1.5", "1e3", "²"])
def test_what_is_no_amount_is_said(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(amounts.VARIABLE, said)
    with pytest.raises(ValueError, match="ATLAS_EXAMPLES"):
        amounts.examples(30)
