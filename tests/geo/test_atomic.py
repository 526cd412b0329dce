"""Files written whole or not at all, and what the dead leave behind."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
from pathlib import Path

import pytest

from geo import atomic
from tests.geo import children

OURS = f"{atomic.PREFIX}0123456789abcdef"


def content(folder: Path) -> dict[str, str]:
    """Texts of all files of a folder, hidden or not, by name."""
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def half(folder: Path) -> None:
    """Break off in the middle of a write."""
    with atomic.making(folder) as made:
        (made / "a.txt").write_text("new")
        raise ZeroDivisionError


def two(folder: Path) -> None:
    """Write two files together."""
    with atomic.making(folder) as made:
        (made / "a.txt").write_text("a")
        (made / "b.txt").write_text("b")


def test_files_come_when_the_block_ends(tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    with atomic.making(out) as made:
        (made / "a.txt").write_text("a")
        (made / "b.txt").write_text("b")
        assert made.parent == out
        assert not (out / "a.txt").exists()
    assert content(tmp_path) == {"new/folder/a.txt": "a", "new/folder/b.txt": "b"}
    assert len(list(out.iterdir())) == 2


def test_a_file_is_readable_as_any_other(tmp_path: Path) -> None:
    atomic.write(tmp_path / "a.txt", b"a")
    (tmp_path / "b.txt").write_bytes(b"b")
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "b.txt").stat().st_mode


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(ZeroDivisionError):
        half(tmp_path)
    assert content(tmp_path) == {"a.txt": "old"}
    assert len(list(tmp_path.iterdir())) == 1


def test_of_two_files_none_comes_where_one_cannot(tmp_path: Path) -> None:
    (tmp_path / "b.txt").mkdir()
    with pytest.raises(IsADirectoryError, match=r"b\.txt"):
        two(tmp_path)
    assert content(tmp_path) == {}
    assert [path.name for path in tmp_path.iterdir()] == ["b.txt"]


def test_content_is_on_the_disk_before_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def kept(descriptor: int) -> None:
        told.append(f"kept {Path(f'/proc/self/fd/{descriptor}').resolve().name}")
        fsync(descriptor)

    def moved(self: Path, target: Path) -> Path:
        told.append(f"moved {self.name}")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", kept)
    monkeypatch.setattr(Path, "replace", moved)
    atomic.write(tmp_path / "a.txt", b"a")
    assert told == ["kept a.txt", "moved a.txt"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_write_that_is_killed_leaves_the_old_file_and_at_the_next_nothing_else(
    number: signal.Signals, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("old")
    children.ended(children.IN_THE_MIDDLE, tmp_path, number)
    assert (tmp_path / "a.txt").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == (2 if number == signal.SIGKILL else 1)
    atomic.write(tmp_path / "c.txt", b"c")
    assert content(tmp_path) == {"a.txt": "old", "c.txt": "c"}
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_two_files_come_together_even_where_a_kill_falls_between_them(number: signal.Signals, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("old")
    children.ended(children.BETWEEN_TWO_MOVES, tmp_path, number)
    if number == signal.SIGKILL:
        assert (tmp_path / "b.txt").read_text() == "old"
        atomic.clear(tmp_path)
    assert content(tmp_path) == {"a.txt": "new", "b.txt": "new"}
    assert len(list(tmp_path.iterdir())) == 2


def test_what_a_living_process_makes_is_left_alone(tmp_path: Path) -> None:
    with children.stopped(children.IN_THE_MIDDLE, tmp_path) as child:
        atomic.write(tmp_path / "c.txt", b"c")
        atomic.clear(tmp_path)
        child.communicate("", timeout=30)
    assert child.returncode == 0
    assert content(tmp_path) == {"a.txt": "half", "b.txt": "half", "c.txt": "c"}


def test_what_this_process_makes_elsewhere_is_left_alone(tmp_path: Path) -> None:
    with atomic.making(tmp_path) as made:
        (made / "a.txt").write_text("a")
        atomic.write(tmp_path / "c.txt", b"c")
    assert content(tmp_path) == {"a.txt": "a", "c.txt": "c"}


def test_nothing_foreign_is_cleared_away(tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    for name in (".making-0123abcd", f"{OURS}0", OURS[:-1], OURS.upper(), OURS[1:], ".roadmap-atlas-making-notes"):
        (out / name).mkdir(parents=True)
        (out / name / "a.txt").write_text("mine")
    elsewhere.mkdir()
    (elsewhere / "a.txt").write_text("mine")
    (out / f"{atomic.PREFIX}{'0' * 16}").symlink_to(elsewhere)
    (out / f"{atomic.PREFIX}{'1' * 16}").write_text("mine")
    before = content(tmp_path), sorted(out.iterdir())
    atomic.clear(out)
    assert (content(tmp_path), sorted(out.iterdir())) == before


def test_what_somebody_else_left_is_not_moved_to_our_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / OURS).mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: (tmp_path / OURS).stat().st_uid + 1)
    atomic.clear(tmp_path)
    assert (tmp_path / OURS).exists()


def test_where_the_place_knows_no_locks_nothing_is_cleared_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(descriptor: int, operation: int) -> None:
        raise OSError(95, "Operation not supported", str((descriptor, operation)))

    monkeypatch.setattr(fcntl, "flock", refused)
    (tmp_path / OURS).mkdir()
    atomic.write(tmp_path / "a.txt", b"a")
    assert sorted(path.name for path in tmp_path.iterdir()) == [OURS, "a.txt"]


def test_clearing_up_between_making_and_locking_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = atomic.take_lock
    removed: list[Path] = []

    def late(folder: Path, *, wait: bool) -> int | None:
        if not removed:
            removed.append(folder)
            shutil.rmtree(folder)
        return lock(folder, wait=wait)

    monkeypatch.setattr(atomic, "take_lock", late)  # where another process comes between
    atomic.write(tmp_path / "a.txt", b"a")
    assert len(removed) == 1
    assert content(tmp_path) == {"a.txt": "a"}


def test_a_folder_that_is_not_there_has_nothing_to_clear(tmp_path: Path) -> None:
    atomic.clear(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_a_scratch_folder_goes() -> None:
    with atomic.scratch() as folder:
        (folder / "a.txt").write_text("a")
    assert not folder.exists()
    with atomic.scratch() as folder:
        atomic.abandon()
        assert not folder.exists()
        folder.mkdir()


def _left(folder: Path) -> Path:
    """What somebody leaves who is killed after moving the first of two files."""
    left = folder / OURS
    left.mkdir()
    (left / "b.txt").write_text("of the dead")
    (left / ".whole").touch()
    return left


def test_what_was_put_in_its_place_since_then_is_not_overwritten_by_the_dead(tmp_path: Path) -> None:
    left = _left(tmp_path)
    mark = (left / ".whole").stat().st_mtime_ns
    newer = tmp_path.parent / "newer.txt"
    newer.write_text("newer")
    os.utime(left / ".whole", ns=(mark - 10**9, mark - 10**9))
    newer.replace(tmp_path / "b.txt")
    atomic.clear(tmp_path)
    assert content(tmp_path) == {"b.txt": "newer"}


def test_a_file_that_cannot_be_moved_yet_is_not_lost(tmp_path: Path) -> None:
    _left(tmp_path)
    (tmp_path / "b.txt").mkdir()  # in its way
    mark = (tmp_path / OURS / ".whole").stat().st_mtime_ns
    os.utime(tmp_path / OURS / ".whole", ns=(mark + 10**12, mark + 10**12))
    atomic.clear(tmp_path)
    assert content(tmp_path)[f"{OURS}/b.txt"] == "of the dead"
    (tmp_path / "b.txt").rmdir()
    atomic.clear(tmp_path)
    assert content(tmp_path) == {"b.txt": "of the dead"}
