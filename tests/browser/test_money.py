"""Money on the map: circles by state, zone and municipality, what they measure, their key, and what has no place."""

from __future__ import annotations

from urllib.parse import urljoin

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from layers import circles, investment, money_words
from roadmap import moments
from roadmap.ledger import regions
from roadmap.words import text
from tests.browser import driver, reader
from tests.browser.conftest import OpenPage, Visitor

SHOWN = "?phase=4&month=60&layers=control,investment"
SIZE = "?phase=4&month=60&layers=investment"
# What the map says at a place: the mark there, as the tooltip would show it.
_MARK = "([lon, lat]) => { const at = atlas.map.latLngToLayerPoint([lat, lon]); return atlas.markAt(at); }"
# How wide the circle is that stands alone around a place: the way from its middle to where the canvas is empty.
_WIDTH = """([lon, lat]) => {
    const {marks} = atlas.surfaces;
    const at = atlas.map.latLngToLayerPoint([lat, lon]).subtract(marks._bounds.min).multiplyBy(marks.ratio);
    const {data} = marks.context.getImageData(Math.round(at.x), Math.round(at.y), 120, 1);
    let wide = 0;
    for (let x = 0; x < 120; x += 1) if (data[4 * x + 3] > 100) wide = x;
    return wide / marks.ratio;
}"""
ZOOMS = {"state": 5.0, "zone": 6.75}
CIRCLES = {"state": 25, "zone": 30}


def key(page: Page) -> list[str]:
    """The lines of the key on the map."""
    box = page.locator(driver.MAP).locator(".atlas-key")
    expect(box).to_be_visible()
    return [each for each in box.inner_text().splitlines() if each]


@pytest.mark.parametrize(("level", "month"), [("state", 18), ("zone", 60)])
def test_circles_stand_for_the_sums_of_the_ledger_at_each_zoom(open_page: OpenPage, level: str, month: int) -> None:
    page = open_page(f"?month={month}&layers=investment")
    plan, words = reader.atlas(), text.words()
    where = plan.books.places
    titles = [*(zone.name for zone in where.zones), *plan.territory.states["name"]]
    total, each = (circles.worth(moments.of(plan, month), measure, level) for measure in ("total", "person"))
    found = {}
    for code, (lon, lat) in enumerate(circles.spots(moments.of(plan, month).now, level).tolist()):
        if np.isnan(lon):
            continue
        reader.look(page, lat, lon, ZOOMS[level])
        mark = page.evaluate(_MARK, [lon, lat])
        if mark is not None:
            found[mark["title"]] = dict(mark["rows"])
            zone, state = code < len(where.zones), code - len(where.zones)
            cut = (where.zone_of[month][where.state_of == state] >= 0).any()
            if mark["title"] == titles[code]:
                told = f"Priority zone as it is in month {month}" if zone else "State"
                rest = level == "zone" and not zone and cut
                assert mark["subtitle"] == ("Rest of the state, outside priority zones" if rest else told)
    assert len(found) >= CIRCLES[level] - 8 * (month == 18)
    for title, rows in found.items():
        code = titles.index(title)
        assert rows["Delivered so far (invented)"] == money_words.dollars(total[code] * 100, words)
        assert rows["per person"] == money_words.rate(each[code], words)


@pytest.mark.parametrize(("month", "vs"), [(60, 18), (36, 0)])
def test_dollars_for_each_km2_count_money_and_ground_since_the_month_of_comparison(
    open_page: OpenPage, month: int, vs: int
) -> None:
    page = open_page(f"?month={month}&vs={vs}&layers=investment&money=km2")
    plan, words = reader.atlas(), text.words()
    titles = [*(zone.name for zone in plan.books.places.zones), *plan.territory.states["name"]]
    each = circles.worth(moments.of(plan, month, vs), "km2", "state")
    seen = 0
    for code, (lon, lat) in enumerate(circles.spots(moments.of(plan, month).now, "state").tolist()):
        if np.isnan(lon):
            continue
        reader.look(page, lat, lon, 5)
        mark = page.evaluate(_MARK, [lon, lat])
        if mark is not None and mark["title"] == titles[code]:
            assert dict(mark["rows"])["per km² reclaimed"] == words_of(each[code], words)
            seen += 1
    assert seen >= 5
    since = words.month(vs)
    assert key(page)[0] == f"US$ delivered per km² reclaimed, both since {since}, by state (invented)"
    left = money_words.dollars(investment.not_placed(plan.books, month, vs), words)
    said = f"Cannot be placed since {since}: {left}" if vs else f"Cannot be placed: {left}"
    assert key(page)[-1] == said
    assert said in reader.legends(page)


def words_of(amount: float, words: text.Words) -> str:
    """Dollars for each km², or that nothing was reclaimed."""
    return "nothing reclaimed" if np.isnan(amount) else money_words.rate(amount, words)


def test_on_a_phone_the_key_is_folded_and_opens(open_page: OpenPage) -> None:
    page = open_page(SHOWN, size=driver.PHONE)
    frame = page.locator(driver.MAP)
    folded = frame.locator(".atlas-key")
    expect(folded.locator("summary")).to_have_text("US$ delivered so far, by state (invented)")
    expect(folded.locator("ul")).not_to_be_visible()
    folded.locator("summary").click()
    expect(folded.locator("ul")).to_be_visible()
    expect(folded).to_contain_text("Cannot be placed")


def test_from_near_there_is_a_circle_a_municipality_and_the_tooltip_says_its_sum(open_page: OpenPage) -> None:
    page = open_page(SHOWN)
    frame = investment.LAYER.frame(moments.of(reader.atlas(), 60)).set_index("cvegeo")
    words = text.words()
    for cvegeo in ("08037", "02004", "20067"):
        lon, lat = reader.place(cvegeo)
        reader.look(page, lat, lon, 8.5)
        reader.hover(page, lon, lat)
        said = reader.tooltip(page)
        expect(said).to_contain_text(frame.loc[cvegeo, "name"])
        expect(said).to_contain_text(money_words.dollars(frame.loc[cvegeo, "delivered_usd"] * 100, words))
    assert key(page)[0] == "US$ delivered so far, by municipality (invented)"


def test_areas_are_in_proportion(open_page: OpenPage) -> None:
    page = open_page(SIZE)
    plan = reader.atlas()
    amounts = circles.worth(moments.of(plan, 60), "total", "municipality")
    scale = circles.scale(plan, "total", "municipality")
    for position in np.argsort(-amounts)[[0, 3, 8]]:
        cvegeo = plan.territory.municipalities["cvegeo"].iloc[position]
        lon, lat = reader.place(cvegeo)
        reader.look(page, lat, lon, 10.5)
        assert page.evaluate(_WIDTH, [lon, lat]) == pytest.approx(
            scale.radius(amounts[position]) + 1.9, abs=1.5
        )


def test_the_key_follows_zoom_and_measure(open_page: OpenPage) -> None:
    page = open_page(SHOWN)
    plan, words = reader.atlas(), text.words()
    left = f"Cannot be placed: {money_words.dollars(investment.not_placed(plan.books, 60), words)}"
    names = {"total": "US$", "person": "US$ per person", "km2": "US$ per km² reclaimed"}
    for measure, name in names.items():
        page.get_by_role("radiogroup", name="Circles of money").get_by_role("radio", name=name, exact=True).click()
        reader.wait_for_map(page, "Options", "" if measure == "total" else measure)
        for level, zoom in (("state", 5), ("zone", 6.5), ("municipality", 8)):
            reader.look(page, 24, -104, zoom)
            wanted = [label for _, label in circles.key(plan, measure, level, words)]
            title = circles.TITLES_OF_ALL[measure, level]
            lines = key(page)
            assert lines[:4] == [title, *wanted]
            assert lines[4].startswith("Dots: less than US$ ")
            assert lines[-1] == left
            assert len(lines) == (7 if measure == "km2" else 6)
    reader.wait_for_link(page, money="km2")
    page.reload()
    driver.settled(page)
    chosen = page.get_by_role("radiogroup", name="Circles of money").get_by_role("radio", checked=True)
    expect(chosen).to_have_text("US$ per km² reclaimed")


def test_the_measure_changes_the_circles_and_back(open_page: OpenPage) -> None:
    page = open_page(SHOWN)
    group = page.get_by_role("radiogroup", name="Circles of money")
    drawn = {"US$": reader.picture(page, "marks")}
    measures = {"US$ per person": "person", "US$ per km² reclaimed": "km2", "US$": ""}
    for name, measure in measures.items():
        group.get_by_role("radio", name=name, exact=True).click()
        reader.wait_for_map(page, "Options", measure)
        picture = reader.picture(page, "marks")
        assert drawn.setdefault(name, picture) == picture
    assert len(set(drawn.values())) == 3


def test_what_cannot_be_placed_stands_in_a_tray_beside_the_map(open_page: OpenPage) -> None:
    page = open_page("?phase=2&month=18&layers=investment")
    plan, words = reader.atlas(), text.words()
    tray = investment.LAYER.tray(moments.of(plan, 18), words)
    assert tray is not None
    assert reader.legends(page)[tray.title] == [["", "", row.label, row.note] for row in tray.rows]
    reader.step_to(page, 3)
    later = money_words.dollars(investment.not_placed(plan.books, 36), words)
    assert f"Cannot be placed: {later}" in reader.legends(page)
    assert key(page)[-1] == f"Cannot be placed: {later}"


def test_a_link_with_an_unknown_measure_is_told_and_shows_the_usual(open_page: OpenPage) -> None:
    page = open_page(f"{SHOWN}&money=gold")
    expect(page.get_by_text("The link's 'money' is")).to_contain_text("'gold'; choose one of")
    assert key(page)[0] == circles.TITLES["total", "state"]


def test_without_its_amounts_the_rest_of_the_map_is_drawn_and_it_is_said(visitor: Visitor, app_url: str) -> None:
    context, guard = visitor(locale="en-IE")
    page = context.new_page()

    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/ssa-investment-*.json.gz", refuse)
    page.goto(urljoin(f"{app_url}/", SHOWN))
    driver.settled(page)
    note = page.locator(driver.MAP).locator(".atlas-failure")
    expect(note).to_contain_text("could not be loaded")
    driver.wait_for_map(page, "atlasMonth", "60")
    assert reader.fill(page, "08037") not in {None, "#00000000"}
    page.unroute("**/ssa-investment-*.json.gz", refuse)
    reader.look(page, 24, -104, 5)
    reader.step_to(page, 3)
    expect(note).to_have_count(0)
    assert key(page)[0] == circles.TITLES["total", "state"]
    page.close()
    guard.forget()


def test_the_amounts_travel_once(open_page: OpenPage) -> None:
    # A visitor whose browser has fetched nothing yet.
    page = open_page("?phase=1&layers=control", locale="en-NZ")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    reader.switch(page, "investment")
    reader.wait_for_map(page, "Show", "control,investment")
    reader.step_to(page, 2)
    reader.step_to(page, 3)
    assert sum("ssa-investment-" in url for url in asked) == 1


def test_levels_of_the_page_are_those_of_the_ledger() -> None:
    assert tuple(circles.UNTIL) == regions.LEVELS
    assert list(circles.UNTIL.values()) == sorted(circles.UNTIL.values())
