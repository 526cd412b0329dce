"""Static files: named by their content, written whole, rewritten never, and nothing from outside."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools import ttLib

from layers import base, palette, places, static
from layers.files import assets, fonts
from roadmap import atlas
from roadmap.words import text

# Addresses that name something and are never fetched.
NAMES_ONLY = re.compile(rb"https?://(?:www\.w3\.org/2000/svg|leafletjs\.com|bugzilla\.mozilla\.org/show_bug)")


def files(published: assets.Assets) -> list[Path]:
    """Every file that is published for a scenario."""
    web = [each for each in published.others if each.endswith((".js", ".css"))]
    names = [published.module, published.manifest, published.page_style, *web]
    return [static.folder() / name for name in names]


@pytest.fixture(scope="module")
def content(published: assets.Assets) -> dict[str, bytes]:
    """Content of every published text file by name."""
    return {path.name: path.read_bytes() for path in files(published)}


def test_names_carry_a_hash_of_the_content(published: assets.Assets) -> None:
    own = [path for path in files(published) if path.parent.name == "atlas"]
    assert len(own) == 2
    for path in own:
        stem = re.fullmatch(r"[a-z0-9_-]+-([0-9a-f]{12})\.(?:css|json)", path.name)
        assert stem is not None
        assert stem[1] == hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def test_modules_lie_together_in_a_folder_with_a_hash_of_them_all(
    published: assets.Assets, monkeypatch: pytest.MonkeyPatch, plan: atlas.Atlas, words: text.Words
) -> None:
    (folder,) = {path.parent for path in files(published) if path.suffix == ".js"}
    assert re.fullmatch(r"web-[0-9a-f]{12}", folder.name)
    assert {"mount.js", "base.js", "leaflet.js", "map.css", "leaflet.css"} <= {path.name for path in folder.iterdir()}
    changed = {**assets.web(), "map.js": b"// another"}
    monkeypatch.setattr(assets, "web", lambda: changed)
    assert assets.publish(plan, words).module != published.module


def test_modules_ask_for_modules_that_are_there(published: assets.Assets) -> None:
    for path in files(published):
        if path.suffix == ".js":
            content = path.read_text(encoding="utf-8")
            asked = re.findall(r'^import (?:.* from )?"\./([a-z]+\.js)";$', content, re.MULTILINE)
            assert all((path.parent / name).is_file() for name in asked)


def test_the_environment_names_the_folder(
    tmp_path: Path, plan: atlas.Atlas, words: text.Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(static.VARIABLE, str(tmp_path / "of our own"))
    assert static.folder() == tmp_path / "of our own"
    found = assets.publish(plan, words)
    assert all((tmp_path / "of our own" / name).is_file() for name in (found.module, found.manifest))
    for nothing in ("", None):
        if nothing is None:
            monkeypatch.delenv(static.VARIABLE)
        else:
            monkeypatch.setenv(static.VARIABLE, nothing)
        assert static.folder() == static.FOLDER


def test_tests_publish_where_nothing_is_served_from(published: assets.Assets) -> None:
    assert static.folder() != static.FOLDER
    assert not static.folder().is_relative_to(static.FOLDER.parent)
    assert (static.folder() / published.manifest).is_file()


def test_another_content_is_another_name(tmp_path: Path) -> None:
    first = static.versioned(tmp_path, "map", ".js", b"1")
    second = static.versioned(tmp_path, "map", ".js", b"2")
    assert first != second
    assert [(tmp_path / name).read_bytes() for name in (first, second)] == [b"1", b"2"]


def test_a_file_that_is_there_is_never_rewritten(tmp_path: Path) -> None:
    static.write(tmp_path, "a/b.js", b"first")
    before = (tmp_path / "a/b.js").stat()
    assert static.write(tmp_path, "a/b.js", b"second") == "a/b.js"
    after = (tmp_path / "a/b.js").stat()
    assert (tmp_path / "a/b.js").read_bytes() == b"first"
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_file_is_whole_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    replace = Path.replace

    def watched(self: Path, target: Path) -> Path:
        seen.append((self.read_bytes(), target.exists()))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    static.write(tmp_path, "a.js", b"all of it")
    assert seen == [(b"all of it", False)]
    assert [each.name for each in tmp_path.iterdir()] == ["a.js"]
    assert (tmp_path / "a.js").stat().st_mode & 0o777 == 0o644


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, content: bytes) -> int:
        with self.open("wb") as stream:
            stream.write(content[:1])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        static.write(tmp_path, "a.js", b"all of it")
    assert list(tmp_path.iterdir()) == []


def test_publishing_again_makes_the_same_names(
    plan: atlas.Atlas, words: text.Words, published: assets.Assets, content: dict[str, bytes]
) -> None:
    times = [path.stat().st_mtime_ns for path in files(published)]
    assert assets.publish(plan, words) == published
    assert [path.stat().st_mtime_ns for path in files(published)] == times
    assert {path.name: path.read_bytes() for path in files(published)} == content


def test_scenarios_have_constants_of_their_own(
    published: assets.Assets, hostile: atlas.Atlas, own: atlas.Atlas, words: text.Words
) -> None:
    others = [assets.publish(each, words) for each in (hostile, own)]
    assert len({published.manifest, *(each.manifest for each in others)}) == 3
    assert {each.module for each in others} == {published.module}


def test_no_file_names_another_machine(content: dict[str, bytes]) -> None:
    for name, body in content.items():
        left = NAMES_ONLY.sub(b"", body) if name.startswith("leaflet") else body
        assert not re.search(rb"(?:https?|wss?):/", left), name
        assert not re.search(rb"url\(\s*['\"]?(?:[a-z]+:)?//", left), name
        assert b"@import" not in left, name


def test_styles_ask_for_files_that_are_there(published: assets.Assets) -> None:
    styles = [each for each in published.others if each.endswith(".css")]
    assert len(styles) == 2
    for name in (*styles, published.page_style):
        style = (static.folder() / name).read_text(encoding="utf-8")
        # Leaflet's markers and its control of layers are never used.
        unused = {f"images/{each}.png" for each in ("marker-icon", "layers", "layers-2x")}
        asked = set(re.findall(r"url\(['\"]?([^'\")]+)['\"]?\)", style)) - unused
        missing = [
            each
            for each in asked
            if not each.startswith(("data:", "#")) and not (static.folder() / name).parent.joinpath(each).is_file()
        ]
        assert missing == []


def test_the_manifest_is_complete(plan: atlas.Atlas, words: text.Words, published: assets.Assets) -> None:
    manifest = json.loads((static.folder() / published.manifest).read_text(encoding="utf-8"))
    outlines = static.folder() / "atlas" / manifest["outlines"]
    assert outlines.read_bytes() == plan.territory.outlines.read_bytes()
    topology = json.loads(gzip.decompress(outlines.read_bytes()))
    drawn = [each["id"] for each in topology["objects"]["municipalities"]["geometries"]]
    assert drawn == list(plan.territory.municipalities["cvegeo"])
    assert set(manifest["layers"]) == set(base.registry())
    assert manifest["palette"] == palette.MAP
    assert manifest["words"]["hypothetical"] == "HYPOTHETICAL"
    assert all(manifest["words"].values())
    assert words.t("HYPOTHETICAL") == "HYPOTHETICAL"


def test_every_state_code_has_a_colour_a_letter_and_a_word(plan: atlas.Atlas, words: text.Words) -> None:
    layers = assets.manifest(plan, words, "x")["layers"]
    assert isinstance(layers, dict)
    for name, codes in (("control", "43210nw"), ("change", "+-.?")):
        classes = {each["code"]: each for each in layers[name]["marks"][0]["classes"]}
        assert "".join(classes) == codes
        assert all(each["letter"] and each["label"] and each["colour"]["light"] for each in classes.values())
        assert len({each["letter"] for each in classes.values()}) == len(codes)


def test_the_opening_view_is_not_shrunk_by_islands_far_off(plan: atlas.Atlas) -> None:
    (south, west), (north, east) = places.view(plan.territory)
    assert -117.5 < west < -117
    assert -87 < east < -86.5
    assert 14.4 < south < 14.7
    assert 32.6 < north < 32.8
    bounds = plan.territory.municipalities.total_bounds
    assert bounds[0] < -118  # Guadalupe lies outside the view and inside every total
    assert places.limits(plan.territory)[0][0] < south < north < places.limits(plan.territory)[1][0]


def test_every_label_has_its_place_and_zoom(plan: atlas.Atlas) -> None:
    labels = places.labels(plan.territory)
    assert {each["k"] for each in labels} == {"country", "abroad", "state", "city"}
    assert len([each for each in labels if each["k"] == "state"]) == 32
    for each in labels:
        assert each["t"]
        assert -180 <= float(str(each["x"])) <= 180
        assert -90 <= float(str(each["y"])) <= 90
        assert float(str(each["from"])) < float(str(each["until"]))


@pytest.fixture(scope="module")
def shapes(published: assets.Assets) -> dict[str, set[int]]:
    """The characters that each published font can draw."""
    assert published.module
    found = {}
    for weight in fonts.WEIGHTS:
        with ttLib.TTFont(static.folder() / "fonts" / f"NotoSans-{weight}.woff") as font:
            found[weight] = set(font.getBestCmap())
    return found


def test_the_fonts_draw_every_character_that_is_shown(
    shapes: dict[str, set[int]], plan: atlas.Atlas, words: text.Words
) -> None:
    frame, scenario = plan.territory.municipalities, plan.scenario
    shown = [*frame["name"], *frame["state"], json.dumps(assets.manifest(plan, words, ""), ensure_ascii=False)]
    shown += [each.letter for each in (*palette.CONTROL.values(), *palette.CHANGE.values())]
    shown += [scenario.title, scenario.summary, scenario.author_note]
    shown += [f"{each.title}{each.text}{each.shown_text}" for each in scenario.entries]
    shown += [f"{each.name}{each.text}" for each in scenario.zones]
    shown += [f"{each.title}{each.text}" for each in scenario.phases]
    shown += list(plan.observations.crossings["name_us"]) + list(plan.observations.crossings["name_mx"])
    template = (text.LOCALE_FOLDER / "atlas.pot").read_text(encoding="utf-8")
    shown += [line for line in template.splitlines() if not line.startswith("#")]
    wanted = {ord(sign) for sign in "".join(shown)} - {0x0A}
    for weight, drawn in shapes.items():
        # Noto Sans has no triangles; the browser takes them from a font of symbols.
        assert {chr(code) for code in wanted - drawn} == {"▲", "▼"}, weight


ALL = [script for script, _ in fonts.FACES.values()]


@pytest.fixture
def cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The scripts that were cut, by a cutter that takes no time, for a project of its own."""
    made = []

    def cutter(script: str, weight: fonts.Weight) -> bytes:
        made.append(script)
        return f"{script} {weight} {len(made)}".encode()

    monkeypatch.setattr(fonts, "cut", cutter)
    monkeypatch.setattr(static, "FOLDER", tmp_path / "kept")
    assets._cut.cache_clear()  # noqa: SLF001 - as in a new process
    yield made
    assets._cut.cache_clear()  # noqa: SLF001


def test_fonts_are_cut_anew_when_their_recipe_changes(
    cut: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        assets._web_fonts(tmp_path / "own")  # noqa: SLF001
        assets._cut.cache_clear()  # noqa: SLF001 - as in a new process
    assert cut == ALL
    recipe = tmp_path / "fonts.py"
    recipe.write_text("another", encoding="utf-8")
    monkeypatch.setattr(fonts, "__file__", str(recipe))
    assets._web_fonts(tmp_path / "own")  # noqa: SLF001
    assert cut == ALL * 2
    first = (tmp_path / "own" / "fonts" / "NotoSans-Regular.woff").read_bytes()
    assert first == f"Latin 400 {len(ALL) + 1}".encode()


def test_another_folder_gets_the_fonts_that_were_cut_before(cut: list[str], tmp_path: Path) -> None:
    for name in ("own", "another"):
        assets._web_fonts(tmp_path / name)  # noqa: SLF001
        assets._cut.cache_clear()  # noqa: SLF001 - as in a new process
    assert cut == ALL
    assert (tmp_path / "another" / "fonts" / "NotoSans-SemiBold.woff").read_bytes() == b"Latin 600 2"


def test_where_nothing_can_be_kept_fonts_are_cut_once_a_process(cut: list[str], tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("no folder", encoding="utf-8")
    for _ in range(2):
        shutil.rmtree(tmp_path / "own", ignore_errors=True)
        names = assets._web_fonts(tmp_path / "own")  # noqa: SLF001
        assert all((tmp_path / "own" / name).is_file() for name in names)
    assert cut == ALL


def test_every_file_is_missed_that_is_gone(
    plan: atlas.Atlas, words: text.Words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(static.VARIABLE, str(tmp_path))
    found = assets.publish(plan, words)
    assert assets.missing(found) == []
    published = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    for name in published:
        (tmp_path / name).unlink()
    assert sorted(assets.missing(found)) == sorted(published)
    assert assets.publish(plan, words) == found
    assert assets.missing(found) == []


def test_a_folder_that_cannot_be_is_a_sentence(
    plan: atlas.Atlas, words: text.Words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv(static.VARIABLE, str(tmp_path / "file" / "static"))
    with pytest.raises(static.StaticError, match=r"^The static folder cannot be written to: .*Not a directory"):
        assets.publish(plan, words)
