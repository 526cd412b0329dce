"""What a server publishes is its own: nobody else serves it, it is there while the server runs, and gone afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from layers import static
from tests.browser import driver, reader, server, wire
from tests.browser.conftest import OpenPage

HOST = "atlas.example.org"
EVERY_LAYER = "?month=30&phase=3&layers=control,coverage,detection,crossings"


def published(place: Path) -> dict[str, Path]:
    """Every file in the folders of servers at a place, by the address that it is served at."""
    files = [(folder, path) for folder in place.glob("roadmap-atlas-*") for path in folder.rglob("*") if path.is_file()]
    return {f"/{static.URL}/{path.relative_to(folder).as_posix()}": path for folder, path in files}


@pytest.fixture(scope="module")
def internal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    """A server of the internal level, with the figures about itself open and another name."""
    place = tmp_path_factory.mktemp("internal")
    options = ("--release", "internal", "--host", HOST, "--metrics")
    with server.atlas(place / "log.txt", *options, TMPDIR=str(place)) as app:
        yield app


def place_of(app: server.Server) -> Path:
    """Where a server keeps its temporary files in these tests: beside its log."""
    return app.log.parent


def test_a_public_server_serves_nothing_of_an_internal_one(
    internal: server.Server, open_page: OpenPage, tmp_path: Path
) -> None:
    open_page(f"{internal.url}/{EVERY_LAYER}")
    theirs = {name: path.read_bytes() for name, path in published(place_of(internal)).items()}
    with server.atlas(tmp_path / "log.txt", TMPDIR=str(tmp_path)) as app:
        open_page(f"{app.url}/{EVERY_LAYER}")
        ours = published(tmp_path)
        secret = theirs.keys() - ours.keys()
        # The picture of detection in both themes, and the constants with the devices' places.
        assert {name.rsplit("/", 1)[-1].split("-")[0] for name in secret} == {"detection", "ssa"}
        assert {wire.ask(internal.url, name).status for name in secret} == {200}
        assert {wire.ask(app.url, name).status for name in secret} == {404}
        assert {wire.ask(app.url, name).status for name in ours} == {200}


def test_nothing_is_published_to_or_served_from_the_project(internal: server.Server) -> None:
    static.FOLDER.mkdir(exist_ok=True)
    planted = static.FOLDER / f"planted-{internal.process.pid}.txt"
    planted.write_text("planted", encoding="utf-8")
    try:
        assert wire.ask(internal.url, f"/{static.URL}/{planted.name}").status == 404
    finally:
        planted.unlink()
    beside = {path.read_bytes() for path in (static.FOLDER / "atlas").glob("ssa-*.json")}
    assert not beside & {path.read_bytes() for name, path in published(place_of(internal)).items() if "/ssa-" in name}


def test_a_folder_deleted_under_a_server_is_published_again(internal: server.Server, open_page: OpenPage) -> None:
    page = open_page(f"{internal.url}/{EVERY_LAYER}")
    (folder,) = place_of(internal).glob("roadmap-atlas-internal-*")
    for path in folder.iterdir():
        shutil.rmtree(path)
    reader.step_to(page, 4)
    again = open_page(f"{internal.url}/{EVERY_LAYER}", locale="en-US")
    expect(again.locator(".a-head")).to_have_css("display", "flex")
    driver.painted(again, 30)
    assert len(published(place_of(internal))) > 10


def test_the_name_and_the_figures_that_were_asked_for_are_open(internal: server.Server) -> None:
    port = wire.place(internal.url)[1]
    for host in (HOST, f"{HOST}:{port}", f"127.0.0.1:{port}"):
        assert wire.ask(internal.url, headers=[("Host", host)]).status == 200
        assert wire.upgrade(internal.url, ("Host", host), ("Origin", f"https://{host}")) == 101
    assert wire.ask(internal.url, headers=[("Host", f"www.{HOST}")]).status == 400
    assert b"# EOF" in wire.ask(internal.url, "/_stcore/metrics").body


def start_and_kill(log: Path) -> None:
    """Start an internal server beside `log` and kill it."""
    with server.atlas(log, "--release", "internal", TMPDIR=str(log.parent)) as app:
        app.process.kill()
        app.process.wait()


def test_a_server_that_is_killed_is_cleared_away_by_the_next_which_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(server.ServerError):
        start_and_kill(tmp_path / "first.txt")
    assert any("/ssa-" in name for name in published(tmp_path))
    with server.atlas(tmp_path / "second.txt", TMPDIR=str(tmp_path)):
        assert not list(tmp_path.glob("roadmap-atlas-internal-*"))
        assert published(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.txt", "second.txt"]
