"""Nothing that a picture says is cut: whoever made what it stands on is named, and every title stands in full."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest

from briefing import attribution, captions, lettering, sheet
from briefing import view as views
from layers.files import sources
from roadmap import atlas as atlases
from roadmap import moments
from roadmap.words import text
from tests.briefing.conftest import Looked

LAYERS = ("control", "change", "detection", "zones", "investment", "coverage", "sites", "crossings")
SHOWN = tuple(each for each in LAYERS if each != "sites")
LONG = (
    "A long and careful title that two ministries would give to a plan for shared security, borders, institutions and "
    "lasting stability in both countries over five years"
)
WIDTH = 1824.0


def viewed(plan: atlases.Atlas, *layers: str, month: int = 30) -> views.View:
    return views.of(moments.of(plan, month), layers=layers, words=text.words(), place="")


def with_files(plan: atlases.Atlas, *paths: str) -> atlases.Atlas:
    """The same atlas made from further files."""
    changed = replace(plan)
    changed.__dict__["files"] = (*plan.files, *paths)
    return changed


def producers(record: sources.Source) -> set[str]:
    """Who made a source, read from its record by other means than the picture's."""
    named = {part.split("(")[0].strip() for part in record.producer.split(";")}
    others = {name for name in named if not re.search(r"python -m|Roadmap Atlas", name)}
    return {name.split(" from ")[-1] for name in others}


def record(**given: str) -> sources.Source:
    blank = dict.fromkeys(("path", "title", "producer", "citation", "link", "licence", "edition", "date"), "")
    return sources.Source(**blank | given, illustrative=False)


def foot_of(looked: Looked) -> str:
    lines = [each for each in looked.texts if re.fullmatch(r"foot-\d+", str(each.get_gid()))]
    lines.sort(key=lambda each: int(str(each.get_gid()).split("-")[1]))
    return " ".join(each.get_text() for each in lines)


def check_whole(looked: Looked) -> None:
    assert not [each.get_text() for each in looked.texts if "\N{HORIZONTAL ELLIPSIS}" in each.get_text()]
    assert not looked.overlaps()
    assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= 1920 and box.y1 <= 1080 for box in looked.boxes)
    assert min(each.get_fontsize() for each in looked.texts) >= 10


# --- credits ------------------------------------------------------------------------------------


def test_every_producer_is_named_whichever_layers_are_shown(plan: atlases.Atlas) -> None:
    asked = {}
    for count in range(len(SHOWN) + 1):
        for layers in itertools.combinations(SHOWN, count):
            view = viewed(plan, *layers)
            asked[tuple(source.path for source in captions.used(view))] = view
    with lettering.setting():
        on = sheet.Sheet()
        for view in asked.values():
            said = " ".join(captions.foot(on, WIDTH, view).lines)
            for source in captions.used(view):
                assert all(name in said for name in producers(source)), source.path
                assert not source.illustrative or Path(source.path).name in said


@pytest.mark.parametrize("path", sorted(sources.records()))
def test_any_file_of_ours_is_credited(path: str) -> None:
    source = sources.records()[path]
    said = attribution.invented([source]) if source.illustrative else attribution.observed([source])
    assert said
    assert all(name in said for name in producers(source))
    named = re.findall(r"CC BY[\w .-]*?(?=;|$)", source.licence)
    assert all(licence in said for licence in named)


def test_a_producer_is_named_once_with_all_it_made() -> None:
    found = attribution.observed(
        [
            record(title="Land: outlines", producer="Office of Maps; drawn by python -m geo.build"),
            record(title="Rivers", producer="Office of Maps (national); Bureau of Water"),
            record(title="Land: outlines", producer="Office of Maps"),
            record(title="Towns", producer="Names; figures from Counters", licence="Names: CC BY 4.0; package: MIT"),
            record(title="Dams", producer="Builders", licence="CC BY-SA 3.0"),
            record(title="Roads", producer="Roadmap Atlas, compiled by hand", citation="Ministry, roads; others"),
            record(title="Bridges", producer="Roadmap Atlas", citation="As cited in each row"),
        ]
    )
    assert found == (
        "Office of Maps: Land, Rivers; Bureau of Water: Rivers; Names (CC BY 4.0): Towns; Counters: figures; "
        "Builders (CC BY-SA 3.0): Dams; Ministry: Roads; Bridges"
    )


def test_what_is_invented_is_named_with_its_licence(plan: atlases.Atlas) -> None:
    said = attribution.invented(captions.used(viewed(with_files(plan, "scenarios/mine/own.csv"))))
    assert re.fullmatch(r"roadmap\.toml, .*upgrades\.csv \(Roadmap Atlas, CC BY 4\.0\); own\.csv", said)


# --- room ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "layers"), [(0, ()), (60, SHOWN), (60, LAYERS), *((30, (layer,)) for layer in SHOWN), (36, SHOWN[:3])]
)
def test_no_text_of_a_picture_is_cut(
    month: int, layers: tuple[str, ...], plan: atlases.Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATLAS_RELEASE", "internal")
    looked = Looked(plan, month, *layers)
    check_whole(looked)
    said = " ".join(each.get_text() for each in looked.texts if str(each.get_gid()).startswith("title"))
    for layer in viewed(plan, *layers).layers:
        assert layer.legend(moments.of(plan, month), text.words()).title in said
    assert "GeoNames (CC BY 4.0)" in foot_of(looked)


def test_long_titles_of_a_scenario_and_its_phases_stand_in_full(plan: atlases.Atlas) -> None:
    phases = tuple(replace(phase, title=LONG) for phase in plan.scenario.phases)
    looked = Looked(replace(plan, scenario=replace(plan.scenario, title=LONG, phases=phases)), 36, *SHOWN)
    check_whole(looked)
    for name in ("scenario", "when", "notice-scenario"):
        lines = [each.get_text() for each in looked.texts if str(each.get_gid()).startswith(name)]
        assert LONG in " ".join(lines)


def test_many_files_of_ones_own_take_room_from_the_map(plan: atlases.Atlas) -> None:
    names = [f"scenarios/mine/a_table_that_somebody_added_{number:03d}.csv" for number in range(120)]
    few, many = Looked(plan, 36, *SHOWN), Looked(with_files(plan, *names), 36, *SHOWN)
    check_whole(many)
    said = foot_of(many)
    assert all(Path(name).name in said for name in names)
    assert many.box("foot-0").y1 > few.box("foot-0").y1 + 40
    frames = [looked.picture.metres.transform([(2.5e6, 1e6)])[0][1] for looked in (few, many)]
    assert frames[1] > frames[0]


def test_a_name_wider_than_the_sheet_is_broken_and_whole(plan: atlases.Atlas) -> None:
    name = "x" * 400 + ".csv"
    looked = Looked(with_files(plan, f"scenarios/mine/{name}"), 36, "control")
    check_whole(looked)
    assert name in foot_of(looked).replace(" ", "")


def test_lines_hold_every_word_and_no_more_than_they_may() -> None:
    words = "one two threefour five"
    with lettering.setting():
        on = sheet.Sheet()
        for width in (3.0, 20.0, 40.0, 60.0, 100.0, 1_000.0):
            lines = on.flow(words, width, size=12)
            assert "".join(lines).replace(" ", "") == words.replace(" ", "")
            assert all(on.width(line, 12) <= width or len(line) == 1 for line in lines)
        assert on.flow("", 10, size=12) == []
        assert on.flow(words, 1_000, size=12) == [words]
