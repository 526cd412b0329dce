"""A process publishes where nobody else does, and nothing that it published outlives it."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from layers import release, static
from layers.files import shelf

HOLD = """
import sys
from layers.files import shelf
with shelf.own() as folder:
    (folder / "secret").write_text("sites")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for temporary files of this test alone."""
    found = tmp_path / "temporary"
    found.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(found))
    monkeypatch.setenv("TMPDIR", str(found))
    return found


@pytest.fixture
def public(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A static folder beside an app of its own, to which a new process publishes."""
    folder = tmp_path / "static"
    monkeypatch.setattr(static, "FOLDER", folder)
    monkeypatch.delenv(static.VARIABLE)
    shelf.settle.cache_clear()
    yield folder
    shelf.settle.cache_clear()


def start(root: Path) -> tuple[subprocess.Popen[str], Path]:
    """Another process with a folder of its own, and that folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def end(process: subprocess.Popen[str]) -> None:
    """Let another process end."""
    process.communicate(timeout=30)


# --- a server's own ---------------------------------------------------------------------------


def test_a_server_publishes_to_a_folder_that_is_gone_afterwards(place: Path) -> None:
    before = os.environ[static.VARIABLE]
    with shelf.own() as folder:
        assert folder.parent == place
        assert static.folder() == folder
        assert folder.stat().st_mode & 0o077 == 0
        static.write(folder, "atlas/a.json", b"{}")
    assert list(place.iterdir()) == []
    assert os.environ[static.VARIABLE] == before


@pytest.mark.parametrize("level", release.LEVELS)
def test_its_name_says_the_level(place: Path, level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(release.VARIABLE, level)
    with shelf.own() as folder:
        assert folder.is_relative_to(place)
        assert f"-{level}-" in folder.name


def test_two_processes_have_one_each(place: Path, root: Path) -> None:
    process, theirs = start(root)
    with shelf.own() as folder:
        assert {path.name for path in place.iterdir()} == {folder.name, theirs.name}
        assert (theirs / "secret").is_file()
    end(process)
    assert not theirs.exists()


def test_what_a_killed_server_left_is_cleared_away_by_the_next(place: Path, root: Path) -> None:
    process, theirs = start(root)
    process.send_signal(signal.SIGKILL)
    end(process)
    assert (theirs / "secret").is_file()
    with shelf.own() as folder:
        assert list(place.iterdir()) == [folder]


def test_what_is_not_a_servers_stays(place: Path) -> None:
    kept = [place / "roadmap-atlas.txt", place / "another"]
    for path in kept:
        path.mkdir()
    target = place / "target"
    target.mkdir()
    (place / "roadmap-atlas-link").symlink_to(target)
    (place / "roadmap-atlas-file").write_text("", encoding="utf-8")
    assert shelf.prune(place) == []
    assert all(path.is_dir() for path in (*kept, target))


def test_no_place_for_temporary_files_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(shelf.ShelfError, match="TMPDIR"), shelf.own():
        pass


# --- beside the app ---------------------------------------------------------------------------


def test_what_others_left_beside_the_app_goes_but_the_fonts(public: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("atlas/ssa-en-0123456789ab.json", "leaflet-1.0/leaflet.js", "fonts/NotoSans-Regular.woff", "stray"):
        (public / name).parent.mkdir(parents=True, exist_ok=True)
        (public / name).write_text("sites", encoding="utf-8")
    with caplog.at_level(logging.WARNING, logger="atlas"):
        shelf.settle()
        (public / "atlas").mkdir()
        shelf.settle()
    assert sorted(path.name for path in public.iterdir()) == ["atlas", "fonts"]
    assert (public / "fonts" / "NotoSans-Regular.woff").is_file()
    (told,) = [record.getMessage() for record in caplog.records]
    assert told.startswith("Started without `serve.py`: ")
    assert "\n" not in told


def test_what_somebody_serves_stays(public: Path) -> None:
    public.mkdir()
    descriptor = os.open(public, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    (public / "atlas").mkdir()
    shelf.settle()
    os.close(descriptor)
    assert (public / "atlas").is_dir()


def test_more_than_is_public_is_not_published_beside_the_app(public: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(release.VARIABLE, release.INTERNAL)
    with pytest.raises(shelf.ShelfError, match=r"serve\.py --release internal"):
        shelf.settle()
    assert not public.exists()


def test_a_folder_that_cannot_be_cleared_is_a_sentence(public: Path) -> None:
    public.write_text("no folder", encoding="utf-8")
    with pytest.raises(static.StaticError, match="cannot be written to"):
        shelf.settle()


def test_a_folder_that_is_named_is_left_alone(public: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(static.VARIABLE, str(public))
    (public / "atlas").mkdir(parents=True)
    shelf.settle()
    assert (public / "atlas").is_dir()


def test_a_place_that_knows_no_locks_is_emptied_all_the_same(public: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    public.mkdir()
    (public / "of-another-level.json").write_text("sites")

    def none_here(_descriptor: int, _how: int) -> None:
        raise OSError(38, os.strerror(38))

    monkeypatch.setattr(fcntl, "flock", none_here)
    shelf.settle()
    assert not (public / "of-another-level.json").exists()
