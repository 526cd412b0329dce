"""Every Python from 3.11 on reads the code alike; which ones are here is found out, and said."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import babel
import pytest

from tests import pythons, texts
from tests.conftest import Tell


def planted(folder: Path, name: str, says: str, status: int = 0) -> Path:
    """An executable that answers every question with one line."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\necho {says}\nexit {status}\n", encoding="utf-8")
    file.chmod(0o755)
    return file


def test_every_python_found_reads_the_code_alike(root: Path, tmp_path: Path, tell: Tell) -> None:
    # Babel is all that they are lent: other packages were made for the Python that runs this.
    (tmp_path / "babel").symlink_to(Path(babel.__file__).parent, target_is_directory=True)
    found = pythons.find()
    expected = sorted(
        " | ".join(each) if isinstance(each, tuple) else each for each in texts.extracted(texts.sources(root))
    )
    assert len(expected) > 300
    for python in found.values():
        told = subprocess.run(
            [python.executable, "-P", root / "tests" / "texts.py", root],
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        )
        assert told.returncode == 0, f"{python}: {told.stderr}"
        said = json.loads(told.stdout)
        assert said["version"] == python.version
        assert said["files"] > 150
        assert said["complaints"] == [], python
        assert said["texts"] == expected, python
    versions = ", ".join(each.version for each in found.values())
    tell(f"The code is read alike by Python {versions}; {pythons.missing(found)}")


def test_what_a_python_cannot_read_or_warns_of_is_a_complaint(tmp_path: Path) -> None:
    good, escaped, broken = (tmp_path / f"{name}.py" for name in ("good", "escaped", "broken"))
    good.write_text("x = 1\n", encoding="utf-8")
    escaped.write_text('x = "\\d"\n', encoding="utf-8")
    broken.write_text("x = (\n", encoding="utf-8")
    said = texts.complaints([good, escaped, broken])
    assert [each.split(":")[0] for each in said] == [str(escaped), str(broken)]


def test_the_python_that_runs_this_is_found_first() -> None:
    found = pythons.find()
    series = ".".join(platform.python_version_tuple()[:2])
    assert found[series] == pythons.Python(Path(sys.executable), platform.python_version())


def test_any_folder_of_the_path_is_looked_in_and_the_first_that_answers_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHON", raising=False)
    monkeypatch.setattr(pythons.sys, "executable", str(planted(tmp_path / "own", "python", "3.11.2")))
    # A switch of a version manager, without a version behind it, hides none that comes later.
    planted(tmp_path / "a", "python3.12", "no such version", status=127)
    planted(tmp_path / "a", "python3.11", "3.11.9")
    later = planted(tmp_path / "b", "python3.12", "3.12.4")
    planted(tmp_path / "b", "python3", "3.10.1")
    unnamed = planted(tmp_path / "c", "python", "3.13.0")
    planted(tmp_path / "c", "python3.12", "3.12.9")
    (tmp_path / "c" / "python3.14").write_text("not to be run", encoding="utf-8")
    monkeypatch.setenv("PATH", os.pathsep.join(str(tmp_path / name) for name in ("a", "nowhere", "b", "c")))
    found = pythons.find()
    assert list(found) == ["3.11", "3.12", "3.13"]
    assert [each.version for each in found.values()] == ["3.11.2", "3.12.4", "3.13.0"]
    assert [found[series].executable for series in ("3.12", "3.13")] == [later, unnamed]
    assert pythons.missing(found) == "not found: 3.14"


def test_pythons_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = planted(tmp_path / "versions", "python", "3.14.1")
    other = planted(tmp_path / "bin", "python-of-ours", "3.13.7")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYTHON", f"{one} python-of-ours")
    found = pythons.find()
    assert [found[series].executable for series in ("3.13", "3.14")] == [other, one]


@pytest.mark.parametrize(("failing", "status"), [("", 0), ("3.12.4", 1)])
def test_all_are_tried_and_each_is_named_at_the_end(
    failing: str, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pythons.sys, "executable", str(planted(tmp_path, "python3.12", "3.12.4")))
    planted(tmp_path, "python3.13", "3.13.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("PYTHON", raising=False)
    tried = []

    def passed(python: pythons.Python, arguments: Sequence[str]) -> bool:
        tried.append((python.version, arguments))
        return python.version != failing

    assert pythons.main(["-x"], passed) == status
    assert tried == [("3.12.4", ["-x"]), ("3.13.0", ["-x"])]
    first = "FAILED" if failing else "passed"
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"Python 3.12.4 {first}, 3.13.0 passed; not found: 3.11, 3.14"


def test_the_readme_names_the_versions(root: Path) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert f"Python {pythons.VERSIONS[0]} or newer" in readme
    assert "`make test-pythons`" in readme
