"""The committed geography, read once."""

from __future__ import annotations

import pytest

from geo import territory


@pytest.fixture(scope="session")
def mexico() -> territory.Territory:
    """The territory as the application loads it."""
    return territory.load()
