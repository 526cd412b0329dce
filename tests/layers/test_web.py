"""The drawing scripts: linted, checked for their types, and tested apart from any browser.

Node comes with pip, the checkers with npm: `make test` installs both.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "tests" / "web"
NODE = Path(sys.executable).parent / "node"
ESLINT = WEB / "node_modules" / "eslint" / "bin" / "eslint.js"
TYPESCRIPT = WEB / "node_modules" / "typescript" / "bin" / "tsc"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run Node at the top of the project."""
    assert NODE.exists(), "there is no Node beside Python: `make test` installs requirements-test.txt"
    assert ESLINT.exists(), "the checkers of scripts are not there: `make test` installs tests/web/package-lock.json"
    return subprocess.run(
        [NODE, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False
    )


def lint(*files: object) -> subprocess.CompletedProcess[str]:
    """Run eslint on files."""
    return run(ESLINT, "--config", WEB / "eslint.config.js", *files)


def test_eslint_finds_nothing() -> None:
    found = lint("layers/web")
    assert found.returncode == 0, found.stdout + found.stderr


def test_eslint_would_find_markup_made_of_text(tmp_path: Path) -> None:
    wrong = WEB / f"wrong-{tmp_path.name}.js"
    wrong.write_text('document.body.innerHTML = "<b>";\n', encoding="utf-8")
    try:
        found = lint(wrong)
    finally:
        wrong.unlink()
    assert "no-restricted-properties" in found.stdout


def test_types_agree() -> None:
    found = run(TYPESCRIPT, "--project", WEB)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("path", sorted(WEB.glob("*.test.js")), ids=lambda path: path.name)
def test_by_node(path: Path) -> None:
    found = run("--test", path)
    assert found.returncode == 0, found.stdout
    assert "# pass 0" not in found.stdout
