"""A picture of a scenario of which parts are left out says so on itself, whole."""

from __future__ import annotations

import io
from dataclasses import replace

import PIL.Image
import pytest

from briefing import figure
from geo import terrain
from roadmap import atlas, errors, moments, omissions
from roadmap.border import sensors, upgrades
from roadmap.words import complaints
from tests.briefing.conftest import Looked


@pytest.fixture(scope="module")
def incomplete(plan: atlas.Atlas) -> atlas.Atlas:
    """The shipped atlas with something wrong in every part."""
    fault = errors.Fault(sensors.FILE, 7, "range_km", "-5", "out_of_range", {"low": 1, "high": 25})
    line = plan.frontier
    return replace(
        plan,
        books=replace(plan.books, faults=(fault,)),
        frontier=replace(
            line,
            sensors=replace(line.sensors, faults=(fault,), left_out=(7,)),
            upgrades=replace(line.upgrades, faults=(replace(fault, file=upgrades.FILE),), left_out=(7,)),
            terrain_fault=terrain.TerrainError("tiles", "terrain_missing"),
        ),
    )


def test_every_part_that_is_left_out_stands_on_the_picture(incomplete: atlas.Atlas) -> None:
    looked = Looked(incomplete, 60, "control", "zones", "crossings")
    lines = [each.get_text() for each in looked.texts if str(each.get_gid()).startswith("warning-")]
    said = " ".join(lines)
    assert said.startswith("INCOMPLETE: ")
    for meaning in complaints.CONSEQUENCES.values():
        assert meaning in said
    for name in (f"warning-{index}" for index in range(len(lines))):
        box = looked.box(name)
        assert 48 < box.x0 < box.x1 < 48 + 430
        assert looked.picture.figure.bbox.height - 132 > box.y1  # inside the map
    assert not [pair for pair in looked.overlaps() if any("INCOMPLETE" in each for each in pair)]


def test_the_file_says_it_too(incomplete: atlas.Atlas) -> None:
    info = PIL.Image.open(io.BytesIO(figure.png(moments.of(incomplete, 60)))).info
    assert complaints.CONSEQUENCES[omissions.LEDGER] in info["Warning"]
    assert f"edition {incomplete.edition}" in info["Comment"]


def test_a_column_that_is_not_read_makes_no_picture_incomplete(plan: atlas.Atlas) -> None:
    fault = errors.Fault(sensors.FILE, 1, "owner", None, "unknown_column", {"allowed": (), "suggestion": ""})
    line = plan.frontier
    further = replace(plan, frontier=replace(line, sensors=replace(line.sensors, faults=(fault,))))
    assert not [each for each in Looked(further, 60, "control").texts if "INCOMPLETE" in each.get_text()]
    assert "Warning" not in PIL.Image.open(io.BytesIO(figure.png(moments.of(further, 60)))).info


def test_a_whole_scenario_has_no_such_line(plan: atlas.Atlas) -> None:
    assert not [each for each in Looked(plan, 60, "control").texts if "INCOMPLETE" in each.get_text()]
    assert "Warning" not in PIL.Image.open(io.BytesIO(figure.png(moments.of(plan, 60)))).info
