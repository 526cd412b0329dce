"""The two commands find what they need, and what they install is what was tested."""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.version import Version

PACKAGES = ("views", "briefing", "layers", "roadmap", "geo")
PIN = re.compile(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.+!]+)")
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
COMMAND = re.compile(r"(?:^|`)make ([a-z][a-z-]*)", re.MULTILINE)


def normal(name: str) -> str:
    """Name of a distribution in the one spelling that all others mean."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements(file: Path) -> list[str]:
    """Lines of a requirements file without comments and options."""
    lines = (line.split("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("-")]


def pins(file: Path) -> dict[str, str]:
    """Version by distribution of a requirements file in which all lines are pins."""
    matches = [PIN.fullmatch(line) for line in requirements(file)]
    return {normal(match[1]): match[2] for match in matches if match is not None}


def imported(file: Path) -> Iterator[str]:
    """Top-level name of every absolute import of a module."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module is not None:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt", "constraints.txt"])
def test_every_requirement_is_pinned_exactly(root: Path, name: str) -> None:
    loose = [line for line in requirements(root / name) if not PIN.fullmatch(line)]
    assert not loose


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_the_versions_under_test_are_the_pinned_ones(root: Path, name: str) -> None:
    pinned = pins(root / name)
    installed = {name: Version(metadata.version(name)) for name in pinned}
    assert installed == {name: Version(version) for name, version in pinned.items()}


def test_what_the_requirements_bring_along_is_pinned_too(root: Path) -> None:
    named = pins(root / "requirements.txt") | pins(root / "requirements-test.txt")
    constrained = pins(root / "constraints.txt")
    assert not named.keys() & constrained.keys()
    brought = {
        normal(re.split(r"[^A-Za-z0-9._-]", text)[0])
        for name in named | constrained
        for text in metadata.requires(name) or ()
        if "extra ==" not in text and ";" not in text
    }
    assert brought <= named.keys() | constrained.keys()


def test_every_library_the_app_imports_is_required(root: Path) -> None:
    own = {*PACKAGES, "app", "serve"}
    build = root / "geo" / "build"
    files = [file for package in PACKAGES for file in (root / package).rglob("*.py")]
    files += [root / name for name in ("app.py", "serve.py")]
    used = {name for file in files if build not in file.parents for name in imported(file)}
    distributions = metadata.packages_distributions()
    required = pins(root / "requirements.txt")
    missing = {
        name
        for name in used - own - sys.stdlib_module_names
        if not {normal(each) for each in distributions.get(name, [name])} & required.keys()
    }
    assert not missing


def test_the_commands_of_the_readme_exist(root: Path) -> None:
    targets = set(TARGET.findall((root / "Makefile").read_text(encoding="utf-8")))
    named = set(COMMAND.findall((root / "README.md").read_text(encoding="utf-8")))
    assert {"run", "test"} <= named <= targets


def test_the_check_of_the_project_is_make_test(root: Path) -> None:
    script = root / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").splitlines()[-1] == "exec make --no-print-directory test"


def test_pytest_has_the_last_word_and_runs_on_every_core(root: Path) -> None:
    make = shutil.which("make")
    assert make is not None
    told = subprocess.run(
        [make, "--no-print-directory", "--dry-run", "test"],
        cwd=root,
        env={"PATH": os.environ["PATH"]},  # not what the make that runs these tests was told
        check=True,
        capture_output=True,
        text=True,
    )
    last = shlex.split(told.stdout.splitlines()[-1])
    assert last[1:3] == ["-m", "pytest"]
    assert last[last.index("--numprocesses") + 1] == "auto"
    # What the tests of a file share is made once, by the worker that has the file.
    assert last[last.index("--dist") + 1] == "loadfile"


def test_the_page_stays_on_this_machine_and_reports_to_nobody(root: Path) -> None:
    settings = tomllib.loads((root / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["server"]["enableStaticServing"] is True
    assert settings["server"]["allowedHosts"] == ["localhost", "127.0.0.1", "::1"]
    assert settings["server"]["maxUploadSize"] == 0
    assert settings["browser"]["gatherUsageStats"] is False
    assert all(face["url"].startswith("app/static/") for face in settings["theme"]["fontFaces"])
