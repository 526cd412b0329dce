"""What every test may rely on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import streamlit

ROOT = Path(__file__).resolve().parents[1]

# The same examples in every run, and no test that fails because a machine is slow.
hypothesis.settings.register_profile("atlas", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("atlas")

# Pictures are drawn without a screen, whatever the machine offers.
os.environ["MPLBACKEND"] = "Agg"


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the project."""
    return ROOT


@pytest.fixture
def fresh_caches() -> Iterator[None]:
    """Empty Streamlit caches before and after, since they outlive one `AppTest`."""
    streamlit.cache_data.clear()
    streamlit.cache_resource.clear()
    yield
    streamlit.cache_data.clear()
    streamlit.cache_resource.clear()
