"""The roadmap and the method page: everything is there, is found and is read."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from roadmap.model import formulae
from tests.browser import driver, reader
from tests.browser.conftest import OpenPage
from views import explain


def rows(page: Page) -> Locator:
    """The entries on the timeline."""
    return page.locator(".a-time details")


def search(page: Page, typed: str) -> None:
    """Search the roadmap."""
    field = page.get_by_role("textbox", name="Search the roadmap")
    field.fill(typed)
    field.press("Enter")
    driver.idle(page)


def test_every_entry_of_the_roadmap_is_on_the_timeline(open_page: OpenPage) -> None:
    page = open_page("roadmap")
    entries = reader.atlas().scenario.entries
    expect(rows(page)).to_have_count(len(entries))
    shown = page.locator(".a-time summary").all_text_contents()
    assert all(any(entry.title in text for text in shown) for entry in entries)
    headings = page.locator(".a-time h2").all_text_contents()
    for phase in reader.atlas().scenario.phases:
        assert any(phase.title in heading for heading in headings)


def test_a_row_opens_and_tells_when_who_and_where_it_is_shown(open_page: OpenPage) -> None:
    page = open_page("roadmap")
    entry = next(each for each in reader.atlas().scenario.entries if each.kind == "milestone")
    row = rows(page).filter(has=page.get_by_text(entry.title, exact=True)).first
    expect(row.locator("dl")).to_be_hidden()
    row.locator("summary").press("Enter")
    expect(row.locator("dl")).to_be_visible()
    expect(row).to_contain_text(entry.text)
    expect(row).to_contain_text(entry.shown_text)
    row.locator("summary").press("Enter")
    expect(row.locator("dl")).to_be_hidden()


def test_search_and_filters_find_entries(open_page: OpenPage) -> None:
    page = open_page("roadmap")
    entries = reader.atlas().scenario.entries
    search(page, "FENTANYL")
    fentanyl = [each for each in entries if "fentanyl" in f"{each.title} {each.text} {each.id}".lower()]
    assert 0 < len(fentanyl) < len(entries)
    expect(rows(page)).to_have_count(len(fentanyl))
    search(page, "")
    expect(rows(page)).to_have_count(len(entries))
    page.get_by_role("button", name="Milestone").click()
    expect(rows(page)).to_have_count(sum(each.kind == "milestone" for each in entries))
    page.get_by_role("radio", name="2", exact=True).click()
    second = [each for each in entries if each.kind == "milestone" and each.phase in {0, 2}]
    expect(rows(page)).to_have_count(len(second))
    page.get_by_role("button", name="Mexico", exact=True).click()
    led = [each for each in second if each.lead == "MX"]
    assert len(led) < len(second)
    expect(rows(page)).to_have_count(len(led))
    expect(page.get_by_text(f"{len(led)} of {len(entries)} entries")).to_be_visible()
    search(page, "qwxyz")
    expect(rows(page)).to_have_count(0)
    expect(page.get_by_text("Nothing in the roadmap passes")).to_be_visible()


def test_the_roadmap_is_also_a_table(open_page: OpenPage) -> None:
    page = open_page("roadmap")
    page.get_by_text("Show as table").click()
    grid = page.locator('[data-testid="stDataFrame"] canvas table')
    expect(grid).to_be_attached()
    expect(grid).to_have_attribute("aria-rowcount", str(len(reader.atlas().scenario.entries) + 1))


def test_the_method_sets_every_equation(open_page: OpenPage) -> None:
    page = open_page("method")
    shown = page.locator(".st-key-equations .katex-display")
    equations = [*formulae.EQUATIONS, *explain.BORDER, *explain.LEDGER]
    expect(shown).to_have_count(len(equations))
    assert page.locator(".katex-error").count() == 0
    for box in (each.bounding_box() for each in shown.all()):
        assert box is not None
        assert box["width"] > 50
        assert box["height"] > 10


def test_the_method_states_the_residual_the_rule_and_every_parameter(open_page: OpenPage) -> None:
    page = open_page("method")
    start = reader.atlas().plan.projected.baseline
    text = page.get_by_role("main").inner_text()
    assert f"{start.share_area * 100:.3f} %" in text
    assert f"{abs(start.residual) * 100:.4f} percentage points" in text
    assert f"Rule {reader.atlas().scenario.rules.version}" in text
    parameters = page.get_by_role("region", name="Part").locator("tbody tr")
    expect(parameters).to_have_count(len(list(reader.atlas().scenario.model.records())))


def test_the_method_names_every_data_file_with_its_source(open_page: OpenPage, root: Path) -> None:
    page = open_page("method")
    records = tomllib.loads((root / "data" / "sources.toml").read_text(encoding="utf-8"))["file"]
    region = page.get_by_role("region", name="File")
    expect(region.locator("tbody tr")).to_have_count(len(records))
    text = region.inner_text()
    assert [record["path"] for record in records if record["path"] not in text] == []
    assert len(re.findall(r"\binvented\b", text)) >= sum(record["illustrative"] for record in records) > 0


def test_the_method_shows_the_observed_indicators_when_asked(open_page: OpenPage) -> None:
    page = open_page("method")
    region = page.get_by_role("region", name="Indicator")
    assert region.count() == 0
    page.get_by_text("All observed indicators", exact=True).click()
    expect(region.locator("tbody tr")).to_have_count(len(reader.atlas().observations.indicators))


def test_every_page_says_that_it_is_hypothetical(page: Page) -> None:
    for name in ("Map", "Border", "Investment", "Roadmap", "Method and sources"):
        reader.go(page, name)
        tag = page.locator(".a-head .a-tag")
        expect(tag).to_have_text("HYPOTHETICAL")
        expect(tag).to_be_in_viewport()
