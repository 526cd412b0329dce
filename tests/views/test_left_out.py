"""What of a scenario is not used is said at the top of every page, or listed on the page that it belongs to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo import terrain
from roadmap import atlas, errors, omissions
from roadmap.border import sensors, upgrades
from roadmap.ledger import investment
from roadmap.words import complaints
from tests.views.conftest import Open
from views import frame

PAGES = ("", "border_page", "investment_page", "roadmap_page", "method_page")
LISTED_ON = {
    omissions.LEDGER: "investment_page",
    omissions.SENSORS: "border_page",
    omissions.UPGRADES: "border_page",
    omissions.TERRAIN: "border_page",
}


@pytest.fixture
def incomplete(plan: atlas.Atlas, monkeypatch: pytest.MonkeyPatch) -> atlas.Atlas:
    """The shipped atlas with something wrong in every part; what its figures show is not asked here."""
    line, fault = plan.frontier, errors.Fault(sensors.FILE, 7, "range_km", "-5", "out_of_range", {"low": 1, "high": 25})
    broken = replace(
        plan,
        books=replace(plan.books, faults=(replace(fault, file=investment.FILE),)),
        frontier=replace(
            line,
            sensors=replace(line.sensors, faults=(fault,), left_out=(7,)),
            upgrades=replace(line.upgrades, faults=(replace(fault, file=upgrades.FILE),), left_out=(7,)),
            terrain_fault=terrain.TerrainError("tiles", "terrain_missing"),
        ),
    )
    monkeypatch.setattr(frame, "load", lambda _id: broken)
    return broken


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("incomplete", "fresh_caches")
def test_every_page_says_what_is_left_out(page: str, visit: Open) -> None:
    app = visit(page)
    assert not app.exception
    said = [warning.value.replace("\\", "") for warning in app.warning]
    for part, meaning in complaints.CONSEQUENCES.items():
        if LISTED_ON[part] != page:
            where = "Investment" if part == omissions.LEDGER else "Border"
            (told,) = (each for each in said if meaning in each)
            assert told.endswith(f"The page {where} lists the faults.")


@pytest.mark.usefixtures("incomplete", "fresh_caches")
def test_the_page_that_lists_the_faults_of_the_border_says_each(visit: Open) -> None:
    app = visit("border_page")
    rows = app.dataframe[0].value
    assert set(rows["File"]) == {sensors.FILE, upgrades.FILE}
    assert any("There is no such file or folder of elevations" in each.value for each in app.warning)


@pytest.mark.usefixtures("fresh_caches")
def test_a_column_that_is_not_read_is_told_as_no_more_than_that(
    plan: atlas.Atlas, visit: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = errors.Fault(sensors.FILE, 1, "owner", None, "unknown_column", {"allowed": (), "suggestion": ""})
    line = plan.frontier
    # Without a row, since a table that has none is not one of which nothing could be used.
    further = replace(plan, frontier=replace(line, sensors=sensors.Sensors(faults=(fault,))))
    monkeypatch.setattr(frame, "load", lambda _id: further)
    (told,) = visit("").warning
    assert told.value.replace("\\", "").startswith("A column of sensors.csv is not read; every row is used.")
    (told,) = visit("border_page").warning
    assert told.value == "There are faults that leave nothing out."


@pytest.mark.parametrize("page", PAGES)
def test_a_whole_scenario_is_shown_without_a_warning(page: str, visit: Open) -> None:
    assert not visit(page).warning
