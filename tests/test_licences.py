"""Code, invented data and sources each have their terms, and files that leave the house name them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from briefing import captions, view
from geo.build import __main__ as command
from geo.build import notice, provenance
from layers import base
from layers.files import export, sources
from roadmap import atlas, moments
from roadmap.words import text

INVENTED = "CC BY 4.0"
HOLDER = "The Roadmap Atlas authors"


def test_the_code_is_under_the_mit_licence(root: Path) -> None:
    title, held, *granted = (root / "LICENSE").read_text(encoding="utf-8").split("\n\n")
    assert title == "MIT License"
    assert re.fullmatch(rf"Copyright \(c\) 20\d\d {HOLDER}", held)
    assert len(granted) == 3
    assert granted[0].startswith("Permission is hereby granted, free of charge,")
    assert granted[2].startswith('THE SOFTWARE IS PROVIDED "AS IS"')


def test_what_is_invented_is_under_a_licence_that_has_a_name() -> None:
    invented = [each for each in sources.records().values() if each.illustrative]
    assert invented
    assert {each.licence for each in invented} == {INVENTED}


def test_no_file_is_under_terms_that_are_nowhere() -> None:
    # Such as "as the project's" while the project has none.
    assert [each.path for each in sources.records().values() if "project" in each.licence.lower()] == []


def test_the_notice_says_what_the_records_say(root: Path) -> None:
    said = (root / "NOTICE.md").read_text(encoding="utf-8")
    assert said == notice.text(root / "data" / "sources.toml"), "run `python -m geo.build --sources`"
    flat = " ".join(said.split())
    for each in sources.records().values():
        assert f"`{each.path}`: {each.title}." in flat
        assert all(part in flat for part in (each.producer, each.citation, each.link))
        assert f"### {each.licence}\n" in said
    assert all(part in said for part in ("SPDX: `MIT`", "SPDX: `CC-BY-4.0`", HOLDER))
    assert "https://creativecommons.org/licenses/by/4.0/" in said


def test_a_changed_record_changes_the_notice(root: Path, tmp_path: Path) -> None:
    records, target = tmp_path / "sources.toml", tmp_path / "NOTICE.md"
    given = (root / "data" / "sources.toml").read_text(encoding="utf-8")
    records.write_text(given, encoding="utf-8")
    assert notice.refresh(records, target)
    assert not notice.refresh(records, target)
    records.write_text(given.replace('"no rights reserved"', '"terms of another kind"'), encoding="utf-8")
    assert notice.refresh(records, target)
    assert "### terms of another kind\n\n- `geography/city_names.csv`" in target.read_text(encoding="utf-8")


def test_the_command_that_refreshes_checksums_writes_the_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    records = tmp_path / "sources.toml"
    records.write_text("", encoding="utf-8")
    monkeypatch.setattr(provenance, "DEFAULT_FILE", records)
    monkeypatch.setattr(notice, "DEFAULT_FILE", tmp_path / "NOTICE.md")
    assert command.main(["--sources"]) == 0
    assert "NOTICE.md written anew" in capsys.readouterr().out
    assert command.main(["--sources"]) == 0
    assert "NOTICE.md" not in capsys.readouterr().out
    assert (tmp_path / "NOTICE.md").is_file()


def test_what_the_app_hands_on_is_named(root: Path) -> None:
    said = (root / "NOTICE.md").read_text(encoding="utf-8")
    for name, terms in (("Leaflet", "BSD-2-Clause"), ("Noto Sans", "OFL-1.1"), ("Streamlit", "Apache-2.0")):
        assert f"{name} (`{terms}`)" in said


@pytest.mark.parametrize("layer", [each.id for each in base.registry().values() if each.illustrative])
def test_exports_name_the_licence_of_what_is_invented(layer: str, plan: atlas.Atlas) -> None:
    about = export.metadata(base.find(layer), moments.of(plan, 30))
    assert INVENTED in about["licence"].split("; ")
    invented = [each for each in about["sources"] if each["illustrative"]]
    assert invented
    assert {each["licence"] for each in invented} == {INVENTED}


def test_the_picture_names_the_licence_of_what_is_invented(plan: atlas.Atlas, words: text.Words) -> None:
    shown = view.of(moments.of(plan, 30), layers=("control",), words=words, place="")
    assert INVENTED in captions.about(shown)["Copyright"].split("; ")
