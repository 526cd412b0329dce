"""What must not be in any tracked file."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

LARGEST_BYTES = 3_000_000

# Written in pieces, so that this file does not contain what it looks for.
MACHINE_FOLDERS = ("work", "farm", "root", "home/[^/\\s]+", "Users/[^/\\s]+")
MACHINE_PATH = re.compile(r"(?<![\w.:/])/(?:" + "|".join(MACHINE_FOLDERS) + ")/")
REGISTRY_HOSTS = ("pypi", "pythonhosted", "npmjs", "yarnpkg")
REGISTRY = re.compile(
    r"--(?:extra-)?index" + r"-url|--find" + r"-links|\bregistry\s*=|"
    r"\b(?:" + "|".join(REGISTRY_HOSTS) + r")\.(?:org|com)\b"
)
NETWORKS = ("cdn", "unpkg", "jsdelivr", "cloudflare", "googleapis", "gstatic", "jquery", "fontawesome")
CDN = re.compile(r"//[\w.-]*(?:" + "|".join(NETWORKS) + r")[\w.-]*\.\w+", re.IGNORECASE)
# What a browser may be told to fetch comes from here.
SHOWN_TO_BROWSERS = ("app.py", "views/", "layers/", "briefing/", ".streamlit/")


def tracked(root: Path) -> list[Path]:
    """Files that git keeps and that are still there."""
    git = shutil.which("git")
    assert git is not None
    listed = subprocess.run([git, "ls-files", "-z"], cwd=root, check=True, capture_output=True, text=True).stdout
    return [root / name for name in listed.split("\0") if name and (root / name).is_file()]


def lines_with(root: Path, pattern: re.Pattern[str], starts: tuple[str, ...] = ("",)) -> list[str]:
    """Places in tracked text files, of those whose path so starts, that match `pattern`."""
    found = []
    for file in tracked(root):
        name = file.relative_to(root).as_posix()
        if not name.startswith(starts):
            continue
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{name}:{number}: {match.group()}"
            for number, line in enumerate(text.splitlines(), start=1)
            if (match := pattern.search(line))
        ]
    return found


def test_no_file_names_a_machine(root: Path) -> None:
    assert not (found := lines_with(root, MACHINE_PATH)), "\n".join(found)


def test_no_file_names_a_package_registry(root: Path) -> None:
    assert not (found := lines_with(root, REGISTRY)), "\n".join(found)


def test_nothing_shown_to_browsers_comes_from_a_delivery_network(root: Path) -> None:
    assert not (found := lines_with(root, CDN, SHOWN_TO_BROWSERS)), "\n".join(found)


def test_no_file_is_too_large(root: Path) -> None:
    large = [file.relative_to(root) for file in tracked(root) if file.stat().st_size > LARGEST_BYTES]
    assert not large


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MACHINE_PATH, "open('/" + "home/ana/data.csv')"),
        (MACHINE_PATH, "/" + "root/x"),
        (REGISTRY, "--index" + "-url x"),
        (REGISTRY, "https://files.python" + "hosted.org/x"),
        (CDN, "https://cdn.js" + "delivr.net/npm/leaflet"),
        (CDN, "https://fonts.google" + "apis.com/css"),
    ],
)
def test_a_planted_line_is_caught(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MACHINE_PATH, "https://example.org/home/ana/x"),
        (MACHINE_PATH, "data/work/x"),
        (REGISTRY, "the registry finds every layer"),
        (CDN, "https://www.gob.mx/"),
    ],
)
def test_an_honest_line_passes(pattern: re.Pattern[str], text: str) -> None:
    assert not pattern.search(text)
