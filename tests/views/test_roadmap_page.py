"""The roadmap page: everything that the plan names can be found."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from roadmap import atlas
from roadmap.plan import entries
from roadmap.words import text
from tests.views import reading
from tests.views.conftest import Open


def listed(app: AppTest) -> list[str]:
    """Titles on the timeline, in order."""
    page = "".join(reading.bodies(app))
    rows = page.split("<summary>")[1:]
    return [reading.Reader(f"<summary>{row.split('</summary>')[0]}</summary>").texts[1] for row in rows]


@pytest.fixture
def page(visit: Open) -> AppTest:
    app = visit("roadmap_page")
    assert not app.exception
    return app


def test_every_entry_is_there_with_its_text(page: AppTest, plan: atlas.Atlas, words: text.Words) -> None:
    said = reading.html(page)
    assert said.problems == []
    assert len(plan.scenario.entries) > 150
    assert sorted(listed(page)) == sorted(entry.title for entry in plan.scenario.entries)
    for entry in plan.scenario.entries:
        for part in (entry.title, entry.text, entry.shown_text):
            assert part in said.text
        assert words.months(entry.first_month, entry.last_month) in said.text
    total = str(len(plan.scenario.entries))
    assert f"{total} of {total} entries" in said.text


def test_every_phase_has_its_heading(page: AppTest, plan: atlas.Atlas) -> None:
    said = reading.html(page).text
    for phase in plan.scenario.phases:
        assert f"Phase {phase.number}: {phase.title}, months {phase.first_month}–{phase.last_month}" in said
        assert phase.text in said
    assert "Through all phases" in said


def test_every_indicator_that_an_entry_cites_stands_beside_it(page: AppTest, plan: atlas.Atlas) -> None:
    said = reading.html(page).text
    cited = {name for entry in plan.scenario.entries for name in entry.indicators}
    assert cited
    table = plan.observations.indicators.set_index("indicator_id")
    for name in cited:
        row = table.loc[[name]].sort_values("year", na_position="first").iloc[-1]
        assert f"{row['label']}: " in said
        assert row["source"] in said


def expected(plan: atlas.Atlas, **wanted: object) -> list[str]:
    """Titles that pass, counted the long way."""
    found = []
    for entry in plan.scenario.entries:
        if "phase" in wanted and entry.phase not in (0, wanted["phase"]):
            continue
        if "kinds" in wanted and entry.kind not in wanted["kinds"]:  # type: ignore[operator]
            continue
        if "leads" in wanted and entry.lead not in wanted["leads"]:  # type: ignore[operator]
            continue
        found.append(entry.title)
    return sorted(found)


@pytest.mark.parametrize("phase", [1, 2, 3, 4])
def test_filter_by_phase(phase: int, page: AppTest, plan: atlas.Atlas) -> None:
    page.button_group(key="entry-phase").set_value(phase).run()
    assert sorted(listed(page)) == expected(plan, phase=phase)


def test_filters_by_kind_and_lead_add_up(page: AppTest, plan: atlas.Atlas) -> None:
    counted = 0
    for kind in entries.KINDS:
        page.button_group(key="entry-kinds").set_value([kind]).run()
        assert sorted(listed(page)) == expected(plan, kinds=[kind])
        counted += len(listed(page))
    assert counted == len(plan.scenario.entries)
    page.button_group(key="entry-kinds").set_value(["milestone", "programme"]).run()
    page.button_group(key="entry-leads").set_value(["MX"]).run()
    assert sorted(listed(page)) == expected(plan, kinds=["milestone", "programme"], leads=["MX"])


def test_search_ignores_case_and_accents(page: AppTest, plan: atlas.Atlas) -> None:
    page.text_input(key="entry-search").set_value("GUARD").run()
    found = listed(page)
    assert found
    assert sorted(found) == sorted(
        entry.title for entry in plan.scenario.entries if "guard" in f"{entry.title} {entry.text} {entry.id}".casefold()
    )
    page.text_input(key="entry-search").set_value("gúard").run()
    assert listed(page) == found


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "no such thing", "((("])
def test_nothing_found_is_said(typed: str, page: AppTest) -> None:
    page.text_input(key="entry-search").set_value(typed).run()
    assert not page.exception
    assert [each.value for each in page.info] == ["Nothing in the roadmap passes these filters."]
    page.text_input(key="entry-search").set_value("").run()
    assert not page.info


def test_the_table_has_the_same_entries(page: AppTest, plan: atlas.Atlas) -> None:
    assert not page.dataframe
    page.toggle(key="entry-table").set_value(True).run()
    (table,) = page.dataframe
    assert list(table.value["Title"]) == [entry.title for entry in plan.scenario.entries]
    page.button_group(key="entry-leads").set_value(["US"]).run()
    (table,) = page.dataframe
    assert set(table.value["Lead"]) == {"United States"}


def test_the_page_says_that_it_is_hypothetical(page: AppTest) -> None:
    assert "HYPOTHETICAL" in reading.html(page).texts
