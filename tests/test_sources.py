"""Every data file has a record of where it comes from, and is the file that the record means."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from pathlib import Path
from typing import Any

import pytest

FIELDS = ("path", "title", "producer", "citation", "licence", "edition", "date", "sha256")
# Texts of the page and notes for people are no data.
NOT_DATA = {"sources.toml", "requirements-build.txt"}


@pytest.fixture(scope="module")
def records(root: Path) -> list[dict[str, Any]]:
    """The records of data/sources.toml."""
    files: list[dict[str, Any]] = tomllib.loads((root / "data" / "sources.toml").read_text(encoding="utf-8"))["file"]
    return files


def data_files(root: Path) -> set[str]:
    """Paths below data/ of all files that need a record."""
    folder = root / "data"
    names = (file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return {
        name.as_posix()
        for name in names
        if name.parts[0] != "locale" and name.as_posix() not in NOT_DATA and not name.name.startswith((".", "README"))
    }


def test_every_file_has_one_record(root: Path, records: list[dict[str, Any]]) -> None:
    paths = [record["path"] for record in records]
    assert len(paths) == len(set(paths))
    assert data_files(root) == set(paths)


def test_every_file_is_the_one_recorded(root: Path, records: list[dict[str, Any]]) -> None:
    changed = [
        record["path"]
        for record in records
        if hashlib.sha256((root / "data" / record["path"]).read_bytes()).hexdigest() != record["sha256"]
    ]
    assert changed == [], "run `python -m geo.build --sources` after changing a data file"


def test_every_record_is_complete(records: list[dict[str, Any]]) -> None:
    for record in records:
        missing = [field for field in FIELDS if not str(record.get(field, "")).strip()]
        assert missing == [], record["path"]
        assert isinstance(record["illustrative"], bool), record["path"]


def test_every_record_has_a_link_or_each_row_its_source(root: Path, records: list[dict[str, Any]]) -> None:
    for record in records:
        if not record["link"] and not record["illustrative"]:
            with (root / "data" / record["path"]).open(encoding="utf-8-sig", newline="") as stream:
                assert all(row["source"].strip() for row in csv.DictReader(stream)), record["path"]


def test_invented_data_say_so_and_the_rest_do_not(records: list[dict[str, Any]]) -> None:
    for record in records:
        assert record["illustrative"] == record["path"].startswith("scenarios/"), record["path"]
