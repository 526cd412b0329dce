"""The published shipped atlas, one small enough to count by hand, and one whose names are traps."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from layers.files import assets
from roadmap import atlas
from roadmap.plan import scenario
from roadmap.words import text
from tests.layers import by_hand, traps


@pytest.fixture(scope="session")
def published(plan: atlas.Atlas, words: text.Words) -> assets.Assets:
    """The static files of the shipped scenario."""
    return assets.publish(plan, words)


@pytest.fixture(scope="session")
def small(plan: atlas.Atlas) -> atlas.Atlas:
    """Four squares with 10, 20, 30 and 40 people on 1, 2, 3 and 4 km²; see `by_hand`."""
    return by_hand.atlas(plan)


@pytest.fixture(scope="session")
def mirrored(small: atlas.Atlas) -> atlas.Atlas:
    """The small one with held and not held exchanged in every month."""
    other_side = np.array([4, 4, 3, 2, 1, -2, -1], dtype=np.int8)  # by class number; -2 and -1 stay
    return replace(small, plan=replace(small.plan, codes=other_side[small.plan.codes]))


@pytest.fixture(scope="session")
def hostile(small: atlas.Atlas) -> atlas.Atlas:
    """The small one with markup, script, formulas and braces in the place of every name."""
    return traps.set_in(small)


@pytest.fixture(scope="session")
def own_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenarios folder with a copy of the shipped one in which two municipalities carry no class."""
    root = tmp_path_factory.mktemp("scenarios")
    shutil.copytree(scenario.DEFAULT_ROOT / "ssa", root / "copy")
    (root / "copy" / "status.csv").write_text(
        "cvegeo,first_month,last_month,status,note\n"
        "08037,0,,withheld,asked for by the municipality\n"
        "02004,10,20,not_assessed,no visit\n",
        encoding="utf-8",
    )
    return root


@pytest.fixture(scope="session")
def own(own_root: Path) -> atlas.Atlas:
    """That copy, loaded from its files."""
    return atlas.load("copy", scenarios_root=own_root)
