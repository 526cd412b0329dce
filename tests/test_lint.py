"""The checkers find nothing; what they find is the failure's text. `make lint` runs them alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("checker", [("ruff", "check", "--output-format=concise"), ("mypy",)], ids=["ruff", "mypy"])
def test_the_checker_finds_nothing(root: Path, checker: tuple[str, ...]) -> None:
    found = subprocess.run([sys.executable, "-m", *checker], cwd=root, check=False, capture_output=True, text=True)
    assert found.returncode == 0, f"{found.stdout}{found.stderr}"
