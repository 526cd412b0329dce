"""What the browser needs is there at every run of a page, or the page says that it is not."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from layers import release, static
from layers.files import assets, shelf
from roadmap import atlas
from roadmap.words import text
from tests.views.conftest import Open
from views import frame


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The static folder of an app that is started without a server of its own."""
    kept = static.FOLDER / "fonts"
    folder = tmp_path / "static"
    if kept.is_dir():
        shutil.copytree(kept, folder / "fonts")
    monkeypatch.setattr(static, "FOLDER", folder)
    monkeypatch.delenv(static.VARIABLE)
    shelf.settle.cache_clear()
    yield folder
    shelf.settle.cache_clear()


def published(plan: atlas.Atlas) -> assets.Assets:
    """The static files of the shipped scenario, as a page asks for them."""
    return frame.publish(plan, text.DEFAULT)


def test_what_is_deleted_under_a_server_is_published_again(plan: atlas.Atlas, beside: Path) -> None:
    before = published(plan)
    shutil.rmtree(beside)
    assert published(plan) == before
    assert assets.missing(before) == []
    for name in (before.manifest, before.page_style, *before.others):
        (beside / name).unlink()
        published(plan)
        assert assets.missing(before) == []


def test_another_folder_is_published_to_as_well(
    plan: atlas.Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = published(plan)
    monkeypatch.setenv(static.VARIABLE, str(tmp_path))
    assert published(plan) == before
    assert (tmp_path / before.manifest).is_file()


def test_a_folder_that_cannot_be_written_to_is_a_sentence(
    visit: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv(static.VARIABLE, str(tmp_path / "file" / "static"))
    app = visit()
    (told,) = [each.value for each in app.error]
    assert told.startswith("The files that the page is drawn from cannot be published.")
    assert str(tmp_path) not in told
    assert not app.exception
    assert "cannot be written to" in caplog.text


def test_a_disk_that_fills_while_a_page_is_drawn_is_a_sentence(visit: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit(layers="detection", month="30")
    assert not app.error

    def full(folder: Path, name: str, content: bytes) -> str:
        raise static.StaticError(f"{folder / name}: {content[:0]!r}")

    monkeypatch.setattr(static, "write", full)
    app.radio(key="phase").set_value(2).run()
    assert [each.value[:9] for each in app.error] == ["The files"]
    assert not app.exception


def test_internal_files_are_not_published_where_streamlit_serves_them(
    visit: Open, beside: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(release.VARIABLE, release.INTERNAL)
    app = visit()
    assert len(app.error) == 1
    assert not app.exception
    assert "serve.py --release internal" in caplog.text
    assert not (beside / "atlas").exists()


def test_an_app_without_a_server_of_its_own_says_so_once(
    visit: Open, beside: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="atlas"):
        visit().run()
        visit("border_page")
    assert [record.getMessage()[:26] for record in caplog.records if "serve.py" in record.getMessage()] == [
        "Started without `serve.py`"
    ]
    assert (beside / "atlas").is_dir()
