"""Charts answer to the pointer, have the page's type, say what they show and weigh on no other page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from layers import investment, money_words
from roadmap.words import text
from tests.browser import driver, reader
from tests.browser.conftest import OpenPage

# Scripts that draw charts.
VEGA = ("vega", "embed")
INVESTMENT, BORDER = 8, 3
MONTH = 34


def charts(page: Page, count: int) -> Locator:
    """The charts of a page, once all are drawn."""
    found = page.locator(".stVegaLiteChart svg")
    expect(found).to_have_count(count)
    return found


def point(page: Page, chart: Locator, across: float, down: float) -> Locator:
    """Rest the pointer on a chart, at parts of its width and height, and return what it is told."""
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    x, y = box["x"] + across * box["width"], box["y"] + down * box["height"]
    page.mouse.move(x - 2, y)
    page.mouse.move(x, y)
    told = page.locator("#vg-tooltip-element.visible")
    expect(told).to_be_visible()
    return told


def test_the_pointer_is_told_the_sums_of_a_month_as_the_page_writes_them(open_page: OpenPage) -> None:
    page = open_page(f"investment?month={MONTH}")
    told = point(page, charts(page, INVESTMENT).nth(1), 0.5, 0.5)
    month = int(told.locator("td.value").first.inner_text())
    course = reader.atlas().books.by_month(investment.SHOWN, "funder").cumsum().loc[month]
    words = text.words()
    for key, cents in course.items():
        row = told.locator("tr").filter(has_text=money_words.FUNDERS[str(key)])
        expect(row.locator("td.value")).to_have_text(money_words.millions(int(cents), words))


def test_the_pointer_is_told_programme_and_sums(open_page: OpenPage) -> None:
    page = open_page(f"investment?month={MONTH}")
    panel = charts(page, INVESTMENT).nth(2)
    told = point(page, panel, 0.5, 0.1)
    plan, words = reader.atlas(), text.words()
    largest = plan.books.table("programme")["delivered"].idxmax()
    (title,) = [entry.title for entry in plan.scenario.entries if entry.id == largest]
    expect(told.locator("h2")).to_have_text(title)
    month = int(told.locator("td.value").first.inner_text())
    for stage in ("planned", "delivered"):
        cents = int(plan.books.by_month(stage, "programme")[largest].cumsum()[month])
        row = told.locator("tr").filter(has_text=money_words.STAGES[stage])
        expect(row.locator("td.value")).to_have_text(money_words.millions(cents, words))


def test_the_pointer_is_told_an_amount_to_the_cent(open_page: OpenPage) -> None:
    page = open_page(f"investment?month={MONTH}")
    told = point(page, charts(page, INVESTMENT).first, 0.15, 0.1)
    planned = reader.atlas().books.funnel(investment.until(MONTH))["planned"]
    expect(told).to_contain_text(money_words.exact(int(planned), text.words()))


@pytest.mark.parametrize("name", ["investment", "border"])
def test_charts_have_the_type_of_the_page_and_say_their_figures(open_page: OpenPage, name: str) -> None:
    page = open_page(name)
    drawn = charts(page, {"investment": INVESTMENT, "border": BORDER}[name])
    fonts = drawn.locator("text").evaluate_all("all => all.map(each => getComputedStyle(each).fontFamily)")
    assert {font.replace('"', "").split(",")[0] for font in fonts} == {"Noto Sans"}
    assert page.evaluate("() => document.fonts.check('12px \"Noto Sans\"')")
    for chart in page.locator(".stVegaLiteChart").all():
        assert chart.get_attribute("role") == "graphics-document"
        said = chart.get_attribute("aria-label") or ""
        assert any(sign.isdigit() for sign in said)
        assert "HYPOTHETICAL, invented" in chart.inner_text()
    # No menu of Vega's own, and no toolbar in which files would not say where they come from.
    assert page.locator(".vega-actions").count() == 0
    drawn.first.hover()
    shown = page.locator("[data-testid=stElementContainer]:has(.stVegaLiteChart) [data-testid=stElementToolbar]")
    assert not any(each.is_visible() for each in shown.all())


def test_labels_of_the_panels_are_round_sums_of_one_scale(open_page: OpenPage) -> None:
    page = open_page("border")
    texts = charts(page, BORDER).first.locator(".role-axis-label text").all_text_contents()
    assert [each for each in texts if "%" in each] == ["100 %", "50 %", "0 %"] * 3
    page = open_page("investment")
    texts = charts(page, INVESTMENT).nth(2).locator(".role-axis-label text").all_text_contents()
    assert {each for each in texts if each not in {"0", "60"}} == {"1,250", "2,500"}


def test_in_a_hand_charts_stand_under_one_another_and_nothing_scrolls_sideways(open_page: OpenPage) -> None:
    page = open_page("investment", size=driver.PHONE)
    for chart in charts(page, INVESTMENT).all():
        box = chart.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert 300 < box["width"] <= driver.PHONE[0] - box["x"]
    assert page.locator("[data-testid=stMain]").evaluate("main => main.scrollWidth <= main.clientWidth")


def test_a_step_moves_the_marks_of_the_same_chart(open_page: OpenPage) -> None:
    page = open_page("investment?phase=2")
    chart = charts(page, INVESTMENT).nth(1)
    chart.evaluate("chart => { chart.dataset.kept = 'yes'; }")
    page.get_by_role("radio", name="Phase 3").check()
    expect(chart.locator("text").filter(has_text="month 36")).to_have_count(1)
    assert chart.get_attribute("data-kept") == "yes"


def test_other_pages_load_nothing_that_draws_charts(open_page: OpenPage) -> None:
    # A visitor whose browser has fetched nothing yet.
    page = open_page("", locale="en-ZA")
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.reload()
    driver.settled(page)
    for name in ("Roadmap", "Method and sources"):
        reader.go(page, name)
    assert [each for each in asked if any(part in each.lower() for part in VEGA)] == []
    reader.go(page, "Border")
    charts(page, BORDER)
    assert [each for each in asked if any(part in each.lower() for part in VEGA)]
