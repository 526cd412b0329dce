"""Whatever stands in place of a file is a fault, each file is read once, and a name that is nearly right is noticed."""

from __future__ import annotations

import errno
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from geo import border, territory
from roadmap import errors
from roadmap.border import crossings, sensors, upgrades
from roadmap.ledger import bookkeeping, conditions
from roadmap.plan import scenario
from roadmap.record import observations
from roadmap.tables import delimited, files
from tests.roadmap import conftest, investment_by_hand

Read = Callable[[Path | files.Folder], tuple[errors.Fault, ...]]
Place = Callable[[Path], None]

SHIPPED = scenario.DEFAULT_ROOT / scenario.DEFAULT


@pytest.fixture(scope="session")
def borders() -> border.Border:
    """The shipped borders."""
    return border.load()


@pytest.fixture(scope="session")
def placed(observed: observations.Observations, borders: border.Border) -> pd.DataFrame:
    """The observed crossings on their lines."""
    return crossings.place(observed.crossings, borders)


@pytest.fixture
def read(small_territory: territory.Territory, borders: border.Border, placed: pd.DataFrame) -> Read:
    """Read all files of a scenario and return what is wrong with any of them."""

    def run(folder: Path | files.Folder) -> tuple[errors.Fault, ...]:
        folder = files.folder(folder)
        where = investment_by_hand.where(small_territory)
        beside = (
            *sensors.read(folder / sensors.FILE, borders, placed).faults,
            *upgrades.read(folder / upgrades.FILE, borders, placed).faults,
            *bookkeeping.examine(folder, investment_by_hand.ENTRIES, where).faults,
        )
        try:
            scenario.load(folder, small_territory)
        except errors.ScenarioError as error:
            return (*error.faults, *beside)
        return beside

    return run


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/null")


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def listening(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the path of a socket may have 108 signs only
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(here)


def broken(path: Path) -> None:
    path.symlink_to("nowhere.csv")


def failing(path: Path) -> None:
    path.symlink_to("/proc/self/mem")  # a regular file, whose first byte nobody can read


IN_PLACE: dict[str, tuple[Place, str]] = {
    "directory": (Path.mkdir, "not_a_file"),
    "pipe": (pipe, "not_a_file"),
    "device": (device, "not_a_file"),
    "endless device": (endless, "not_a_file"),
    "socket": (listening, "not_a_file"),
    "broken link": (broken, "broken_link"),
    "failing disk": (failing, "file_unreadable"),
}


@pytest.mark.parametrize("kind", IN_PLACE)
@pytest.mark.parametrize("name", [*scenario.FILES, *scenario.BESIDE])
def test_what_is_no_file_is_one_fault_in_place_of_any(name: str, kind: str, small_folder: Path, read: Read) -> None:
    put, key = IN_PLACE[kind]
    (small_folder / name).unlink(missing_ok=True)
    put(small_folder / name)
    assert [(fault.file, fault.key) for fault in read(small_folder)] == [(name, key)]


@pytest.mark.parametrize("name", [*scenario.FILES, *scenario.BESIDE])
def test_a_file_without_permission_is_one_fault(
    name: str, small_folder: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, small_folder / name)
    reason = {"reason": "Permission denied"}
    assert conftest.checked(read(small_folder)) == [(name, None, None, None, "file_unreadable", reason)]


def refuse(monkeypatch: pytest.MonkeyPatch, *refused: Path) -> None:
    """Deny to open some files or to list folders, which nothing else denies to the superuser."""

    def guarded(call: Callable[..., object]) -> Callable[..., object]:
        def run(path: object, *rest: object, **given: object) -> object:
            if path in refused:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return call(path, *rest, **given)

        return run

    monkeypatch.setattr(os, "open", guarded(os.open))
    monkeypatch.setattr(os, "scandir", guarded(os.scandir))


def test_a_folder_that_cannot_be_listed_is_one_fault(
    small_folder: Path, small_territory: territory.Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, small_folder)
    with pytest.raises(errors.ScenarioError) as caught:
        scenario.load(small_folder, small_territory)
    reason = {"reason": "Permission denied"}
    assert conftest.checked(caught.value.faults) == [("scenario", None, None, "small", "folder_unreadable", reason)]


def test_a_root_that_cannot_be_listed_holds_no_scenarios(
    small_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scenario.discover(small_folder.parent) == ("small",)
    refuse(monkeypatch, small_folder.parent)
    assert scenario.discover(small_folder.parent) == ()


def test_a_file_that_grows_is_read_up_to_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "grows.csv"
    path.write_bytes(b"x" * 10)
    monkeypatch.setattr(os, "read", lambda _descriptor, count: b"y" * count)
    faults: list[errors.Fault] = []
    assert delimited.read_bytes(path, faults, limit=3_000_000) is None
    size = {"megabytes": 4, "limit": 3}
    assert conftest.checked(tuple(faults)) == [("grows.csv", None, None, None, "file_too_large", size)]


def test_nothing_is_left_open(small_folder: Path, read: Read) -> None:
    (small_folder / "status.csv").mkdir()
    before = len(list(Path("/proc/self/fd").iterdir()))
    read(small_folder)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_each_file_is_opened_once(small_folder: Path, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    really = os.open

    def counted(path: str | Path, *rest: int) -> int:
        opened.append(Path(path).name)
        return really(path, *rest)

    for name in scenario.BESIDE:
        shutil.copy(SHIPPED / name, small_folder / name)
    monkeypatch.setattr(os, "open", counted)
    read(files.Folder(small_folder))
    assert sorted(opened) == sorted([*scenario.FILES, *scenario.BESIDE])


@pytest.mark.parametrize("name", [*scenario.FILES[:4], *scenario.BESIDE])
def test_the_hash_is_of_the_bytes_that_were_parsed(
    name: str, small_folder: Path, small_territory: territory.Territory
) -> None:
    for each in scenario.BESIDE:
        shutil.copy(SHIPPED / each, small_folder / each)
    expected = scenario.load(small_folder, small_territory).hash
    folder = files.Folder(small_folder)
    content = (folder / name).read([], limit=delimited.MAX_BYTES)
    (small_folder / name).write_bytes(b"replaced in between")
    assert (folder / name).read([], limit=delimited.MAX_BYTES) == content
    assert scenario.load(folder, small_territory).hash == expected


def test_the_hash_knows_a_file_that_cannot_be_used_from_none(
    small_folder: Path, small_territory: territory.Territory
) -> None:
    without = scenario.load(small_folder, small_territory).hash
    (small_folder / sensors.FILE).mkdir()
    refused = scenario.load(small_folder, small_territory).hash
    (small_folder / sensors.FILE).rmdir()
    (small_folder / "Sensors.csv").write_text("id\n")
    misnamed = scenario.load(small_folder, small_territory).hash
    assert len({without, refused, misnamed}) == 3


# --- names that are nearly right ----------------------------------------------------------------

COPIES = [
    ("Status.csv", "status.csv"),
    ("STATUS.CSV", "status.csv"),
    ("status .csv", "status.csv"),
    (" status.csv", "status.csv"),
    ("status.csv ", "status.csv"),
    ("status\u200b.csv", "status.csv"),
    ("status.csv.txt", "status.csv"),
    ("status.csv.csv", "status.csv"),
    ("status..csv", "status.csv"),
    ("status (1).csv", "status.csv"),
    ("status(2).csv", "status.csv"),
    ("status.csv (1)", "status.csv"),
    ("status - Copy.csv", "status.csv"),
    ("status - Copy (2).csv", "status.csv"),
    ("status copy.csv", "status.csv"),
    ("status copy 3.csv", "status.csv"),
    ("status_copy.csv", "status.csv"),
    ("status (copy).csv", "status.csv"),
    ("status (another copy).csv", "status.csv"),
    ("Copy of status.csv", "status.csv"),
    ("Copia de status.csv", "status.csv"),
    ("status - copia.csv", "status.csv"),
    ("zones .csv", "zones.csv"),
    ("Roadmap.TOML", "roadmap.toml"),
    ("model (1).toml", "model.toml"),
    ("rules.toml.txt", "rules.toml"),
    ("conditions.csv.txt", "conditions.csv"),
    ("investment (1).csv", "investment.csv"),
    ("Sensors.csv", "sensors.csv"),
    ("upgrades.csv.xlsx", "upgrades.csv"),
]
LIKELY = [
    ("status.xlsx", "status.csv"),
    ("status.txt", "status.csv"),
    ("status", "status.csv"),
    ("statuses.csv", "status.csv"),
    ("statsu.csv", "status.csv"),
    ("status_2.csv", "status.csv"),
    ("condition.csv", "conditions.csv"),
    ("sensor.csv", "sensors.csv"),
    ("upgrade.csv", "upgrades.csv"),
    ("investments.csv", "investment.csv"),
]
UNRELATED = [
    "README.md",
    "LICENSE",
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
    ".status.csv",
    ".~lock.zones.csv#",
    "~$zones.csv",
    "zones.csv~",
    "#zones.csv#",
    "zones.csv.bak",
    "zones.csv.orig",
    ".zones.csv.swp",
    "notes.csv",
    "sources.toml",
    "map.geojson",
    "status_of_the_work.csv",
]


@pytest.mark.parametrize(("name", "meant"), COPIES)
def test_a_name_that_is_nearly_right_is_a_fault_beside_the_right_one_too(
    name: str, meant: str, small_folder: Path, read: Read
) -> None:
    known = small_folder / meant
    (small_folder / name).write_bytes(known.read_bytes() if known.exists() else b"x")
    suggestion = {"suggestion": meant}
    assert conftest.checked(read(small_folder)) == [(name, None, None, None, "unknown_file", suggestion)]


@pytest.mark.parametrize(("name", "meant"), LIKELY)
def test_a_likely_name_is_a_fault_where_the_file_is_absent(
    name: str, meant: str, small_folder: Path, read: Read
) -> None:
    (small_folder / name).write_text("x")
    suggestion = {"suggestion": meant}
    assert conftest.checked(read(small_folder)) == [(name, None, None, None, "unknown_file", suggestion)]


def test_a_likely_name_beside_the_file_stands_for_something_else(small_folder: Path, read: Read) -> None:
    for name in ("zones.xlsx", "zones_2.csv", "zone.csv", "rule.toml"):
        (small_folder / name).write_text("x")
    assert read(small_folder) == ()


def test_a_required_file_under_a_wrong_name_is_named_and_missing(small_folder: Path, read: Read) -> None:
    (small_folder / "zones.csv").rename(small_folder / "Zones.csv")
    assert [(fault.file, fault.key) for fault in read(small_folder)] == [
        ("Zones.csv", "unknown_file"),
        ("zones.csv", "file_missing"),
    ]


def test_what_has_nothing_to_do_with_a_scenario_is_let_be(small_folder: Path, read: Read) -> None:
    for name in UNRELATED:
        (small_folder / name).write_text("x")
    for name in ("Status.csv", "pictures", "sensors (1).csv"):
        (small_folder / name).mkdir()
    assert read(small_folder) == ()


def test_a_municipality_that_would_be_withheld_is_not_shown(
    small_folder: Path, small_territory: territory.Territory
) -> None:
    table = "cvegeo,first_month,last_month,status\n01001,0,,withheld\n"
    (small_folder / "Status.csv").write_text(table)
    with pytest.raises(errors.ScenarioError, match=r"Status\.csv: unknown_file"):
        scenario.load(small_folder, small_territory)


@pytest.mark.parametrize("name", ["investment (1).csv", "Conditions.csv"])
def test_a_wrong_name_among_money_costs_the_whole_ledger(
    name: str, tmp_path: Path, small_territory: territory.Territory
) -> None:
    books = investment_by_hand.books(tmp_path, small_territory, {})
    assert len(books.ledger) == 1
    (tmp_path / name).write_text(",".join(conditions.COLUMNS) + "\n")
    where = investment_by_hand.where(small_territory)
    assert len(bookkeeping.examine(tmp_path, investment_by_hand.ENTRIES, where).ledger) == 0


def test_a_wrong_name_along_the_border_costs_that_table(
    tmp_path: Path, borders: border.Border, placed: pd.DataFrame
) -> None:
    shutil.copy(SHIPPED / sensors.FILE, tmp_path / sensors.FILE)
    assert sensors.read(tmp_path / sensors.FILE, borders, placed).deployments
    (tmp_path / "sensors (1).csv").write_text("id\n")
    found = sensors.read(tmp_path / sensors.FILE, borders, placed)
    assert (found.deployments, [fault.key for fault in found.faults]) == ((), ["unknown_file"])


def test_a_name_that_is_no_utf8_can_be_written(small_folder: Path, read: Read) -> None:
    (small_folder / os.fsdecode(b"statu\xff.csv")).write_text("x")
    (fault,) = read(small_folder)
    assert (fault.file, fault.key) == ("statu?.csv", "unknown_file")
    assert str(fault).encode()


def test_no_more_wrong_names_are_listed_than_help(small_folder: Path, read: Read) -> None:
    for number in range(100):
        (small_folder / f"status ({number}).csv").write_text("x")
    assert len(read(small_folder)) == files.MAX_STRAYS


def test_the_shipped_folders_hold_no_wrong_name() -> None:
    for folder, names in ((SHIPPED, (*scenario.FILES, *scenario.BESIDE)), (observations.DEFAULT_FOLDER, ())):
        known = files.Folder(folder)
        assert [(known / name).strays for name in names or known.names] == [()] * len(names or known.names)
