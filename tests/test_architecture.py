"""The house of the code: imports point down only, and each library has its floor."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

# From the roof to the ground.
FLOORS = ("serve", "app", "views", "briefing", "layers", "roadmap", "geo")
# Rooms of the roadmap, likewise; modules of one row may know one another.
ROOMS = (
    ("__main__",),
    ("command",),
    ("words",),
    ("moments",),
    ("atlas", "handbook", "omissions"),
    ("runs",),
    ("border",),
    ("model",),
    ("ledger",),
    ("plan",),
    ("record",),
    ("tables",),
    ("errors",),
)
LONGEST = 450
# Who may import a library; every other floor may not.
LIBRARIES = {
    "streamlit": {"serve", "app", "views"},
    "starlette": {"serve", "views"},
    "folium": {"layers"},
    "branca": {"layers"},
    "altair": {"layers"},
}


def imported(source: str) -> Iterator[tuple[int, str]]:
    """Line and top-level name of every absolute import, also those inside functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module is not None:
            yield node.lineno, node.module.split(".")[0]


def violations(floor: str, source: str) -> list[str]:
    """Imports of `source`, a module on `floor`, that go up or take another floor's library."""
    height = FLOORS.index(floor)
    return [
        f"line {line}: {floor} imports {name}"
        for line, name in imported(source)
        if (name in FLOORS and FLOORS.index(name) < height) or floor not in LIBRARIES.get(name, {floor})
    ]


def modules(root: Path) -> Iterator[tuple[str, Path]]:
    """Floor and file of every module of the app."""
    for floor in FLOORS:
        package = root / floor
        files = [package.with_suffix(".py")] if package.with_suffix(".py").is_file() else package.rglob("*.py")
        yield from ((floor, file) for file in sorted(files))


def test_imports_point_down_only(root: Path) -> None:
    found = [
        f"{file.relative_to(root)}: {violation}"
        for floor, file in modules(root)
        for violation in violations(floor, file.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


def rooms(source: str) -> Iterator[tuple[int, str]]:
    """Line and room of every import from the roadmap."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "roadmap":
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("roadmap."):
            yield node.lineno, str(node.module).split(".")[1]


def test_rooms_of_the_roadmap_open_downwards_only(root: Path) -> None:
    height = {room: number for number, row in enumerate(ROOMS) for room in row}
    found, entered = [], set()
    for file in sorted((root / "roadmap").rglob("*.py")):
        room = file.relative_to(root / "roadmap").parts[0].removesuffix(".py")
        for line, other in rooms(file.read_text(encoding="utf-8")):
            entered.add(room)
            if other != room and height[other] < height[room]:
                found.append(f"{file.relative_to(root)}, line {line}: {room} imports {other}")
    assert not found, "\n".join(found)
    assert entered >= set(height) - {"errors"}


def test_the_rooms_of_layers_do_not_ask_back(root: Path) -> None:
    """Files and charts know layers; no layer knows them."""
    for path in sorted((root / "layers").glob("*.py")):
        if path.stem == "__main__":
            continue
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"^from layers(?:\.| import .*\b)(?:files|charts)\b", source, re.MULTILINE), path


def test_no_module_is_longer_than_a_reader_holds_in_mind(root: Path) -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for _, path in modules(root)}
    assert {str(path.relative_to(root)): length for path, length in lengths.items() if length > LONGEST} == {}
    assert max(lengths.values()) > LONGEST / 2


def test_every_floor_is_read(root: Path) -> None:
    assert {floor for floor, _ in modules(root)} == set(FLOORS)


@pytest.mark.parametrize(
    ("floor", "source", "expected"),
    [
        ("geo", "import roadmap.record.control", ["line 1: geo imports roadmap"]),
        ("geo", "def f():\n    from layers import base", ["line 2: geo imports layers"]),
        ("roadmap", "import streamlit as st", ["line 1: roadmap imports streamlit"]),
        ("layers", "from streamlit.runtime import caching", ["line 1: layers imports streamlit"]),
        ("layers", "import app", ["line 1: layers imports app"]),
        ("app", "from serve import app", ["line 1: app imports serve"]),
        ("briefing", "from folium import Map", ["line 1: briefing imports folium"]),
        ("views", "import branca.element", ["line 1: views imports branca"]),
        ("app", "import streamlit\nfrom views import map\nimport geo.crs", []),
        ("views", "import folium", ["line 1: views imports folium"]),
        ("layers", "import folium\nfrom roadmap import control\nfrom . import base", []),
        ("geo", "import geopandas\nfrom geo import crs", []),
    ],
)
def test_a_planted_import_is_caught(floor: str, source: str, expected: list[str]) -> None:
    assert violations(floor, source) == expected
