"""Every layer of a made-up country as a file, and its picture."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import PIL.Image
import pytest

from briefing import __main__ as briefing
from layers import __main__ as command
from layers import base, release
from roadmap import atlas, moments
from roadmap.words import text
from tests import marchland

LAYERS = tuple(base.registry())


@pytest.fixture(scope="module", params=["with a border", "without anything"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan of the country, with all that it may have and with nothing."""
    bare = request.param != "with a border"
    root = tmp_path_factory.mktemp("data")
    return marchland.write(root, border=not bare, parts=() if bare else ("neighbours",))


def files(out: Path, suffix: str) -> dict[str, Path]:
    return {path.name.partition("_")[0]: path for path in out.glob(f"*.{suffix}")}


@pytest.mark.parametrize("month", [0, 5, 10])
@pytest.mark.parametrize("level", release.LEVELS)
def test_every_layer_is_exported(month: int, level: str, folder: Path, tmp_path: Path) -> None:
    words = ["--scenario", str(folder), "--month", str(month), "--release", level]
    for suffix in ("geojson", "csv"):
        out = tmp_path / suffix
        assert command.main([*words, "--out", str(out), "--format", suffix]) == 0
        assert set(files(out, suffix)) == {*LAYERS, *(["sites"] if level == release.INTERNAL else [])}
    for name, path in files(tmp_path / "geojson", "geojson").items():
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        assert document["metadata"]["scenario"]["id"] == marchland.ID
        cited = [source["citation"] for source in document["metadata"]["sources"]]
        assert not any("INEGI" in each for each in cited), name
        table = pd.read_csv(tmp_path / "csv" / path.name.replace(".geojson", ".csv"))
        assert len(table) == len(document["features"])


def test_all_parishes_stand_in_the_file(folder: Path, tmp_path: Path) -> None:
    words = ["--scenario", str(folder), "--phase", "2", "--release", "public", "--layer", "control"]
    assert command.main([*words, "--out", str(tmp_path)]) == 0
    rows = gpd.read_file(tmp_path / "control_month-10_marchland.geojson")
    assert rows["cvegeo"].tolist() == marchland.keys()
    assert rows["state"].unique().tolist() == ["Midmark", "Northmark", "Southmark"]
    people = [marchland.PEOPLE * (row + number) for row in range(3) for number in range(1, 5)]
    assert rows["population"].sum() == sum(people)


@pytest.mark.parametrize(("arguments", "said"), [(["--month", "11"], "0 to 10"), (["--phase", "3"], "1 to 2")])
def test_what_lies_after_the_plan_is_refused(
    arguments: list[str], said: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        command.main(["--scenario", str(folder), "--out", str(tmp_path), *arguments])
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "layers", [["control", "zones", "crossings"], ["change", "coverage", "detection"], ["investment"]]
)
def test_its_picture_is_drawn(layers: list[str], folder: Path, tmp_path: Path) -> None:
    words = ["--scenario", str(folder), "--out", str(tmp_path), "--month", "7", "--place", "MI-02", "--layers", *layers]
    assert briefing.main(words) == 0
    (path,) = tmp_path.glob("*.png")
    with PIL.Image.open(path) as picture:
        assert picture.size == (1920, 1080)
        said = picture.text  # type: ignore[attr-defined]
        assert len(picture.convert("RGB").getcolors(maxcolors=2**24) or ()) > 50
    assert "The Marchland Plan" in said["Title"]
    assert "in an invented country" in said["Description"]
    assert "INEGI" not in said["Source"]


def test_what_has_nothing_to_show_is_empty(folder: Path) -> None:
    found = atlas.load(folder)
    bare = not found.frontier.borders.code
    for name in ("coverage", "detection"):
        layer = base.find(name)
        assert layer.is_empty(found) == bare
        assert len(layer.frame(moments.of(found, 7))) == (0 if bare else {"coverage": 2, "detection": 3}[name])


def test_headings_name_the_country(folder: Path) -> None:
    found = atlas.load(folder)
    headings = base.headings(base.find("crossings"), found, text.words())
    assert headings["name_mx"] == "Name in Marchland"
    start = "North Cape" if found.frontier.borders.code else "start"
    assert headings["km"] == f"Kilometre from the {start}"
