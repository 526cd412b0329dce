"""The link is the view: what it says is shown, and what is shown it says."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser import driver, reader
from tests.browser.conftest import OpenPage

FULL = "?phase=3&month=30&vs=0&layers=control,zones&lang=en&place=08037&scenario=ssa"
IMAGE = "<img src=x onerror=window.pwned=1>"


def test_a_link_shows_exactly_what_it_says(open_page: OpenPage) -> None:
    page = open_page(FULL)
    reader.wait_for_map(page, "Pick", "08037")
    seen = reader.shown(page)
    assert seen.as_of == "As of month 30, phase 3: Territory and institutions"
    assert seen.phase.startswith("Phase 3")
    assert seen.month == "30"
    assert seen.layers == (reader.title("control"), reader.title("zones"))
    assert len(seen.legends) == 2
    assert seen.place == "08037"
    assert (seen.map_month, seen.map_layers, seen.map_pick) == ("30", "control,zones", "08037")
    assert "since baseline (month 0)" in seen.figures
    expect(reader.card(page)).to_contain_text("Juárez")
    assert page.get_by_test_id("stAlert").count() == 0
    lat, lon, zoom = reader.camera(page)
    assert (lon, lat) == pytest.approx(reader.place("08037"), abs=0.5)
    assert zoom > 6


def test_a_link_compares_with_the_month_it_names(open_page: OpenPage) -> None:
    page = open_page("?phase=4&month=60&vs=18&layers=change")
    seen = reader.shown(page)
    assert seen.legends == ("Change since month 18",)
    assert "since month 18" in seen.figures
    assert "baseline" not in seen.figures


def test_the_address_follows_every_change(page: Page) -> None:
    reader.step_to(page, 3)
    reader.wait_for_link(page, **reader.OPENING | {"phase": "3", "month": "36"})
    reader.time(page).press("ArrowLeft")
    reader.wait_for_link(page, phase="3", month="35")
    reader.press(page, "Next", 60)
    reader.wait_for_link(page, phase="4", month="60")
    reader.switch(page, "change")
    reader.wait_for_link(page, layers="control,change,zones,crossings")
    reader.switch(page, "zones")
    reader.wait_for_link(page, layers="control,change,crossings")
    reader.click(page, *reader.place("08037"))
    reader.wait_for_link(page, place="08037")
    page.get_by_role("combobox", name="Compare with").click()
    page.get_by_role("option", name="month 18").click()
    reader.wait_for_link(page, vs="18")
    page.get_by_role("button", name="Close").click()
    page.wait_for_url(lambda url: "place" not in url)
    assert reader.link(page) == reader.OPENING | {
        "phase": "4",
        "month": "60",
        "vs": "18",
        "layers": "control,change,crossings",
    }


def test_a_reload_keeps_the_view(page: Page) -> None:
    reader.step_to(page, 3)
    reader.time(page).press("ArrowLeft")
    driver.painted(page, 35)
    reader.switch(page, "crossings")
    reader.click(page, *reader.place("08037"))
    reader.wait_for_link(page, phase="3", month="35", layers="control,zones", place="08037")
    reader.wait_for_map(page, "Pick", "08037")
    before = reader.shown(page)
    page.reload()
    driver.settled(page)
    driver.painted(page, 35)
    reader.wait_for_map(page, "Pick", "08037")
    assert reader.shown(page) == before


def test_back_and_forward_restore_former_views(page: Page) -> None:
    views = [(reader.link(page), reader.shown(page))]

    def note() -> None:
        driver.idle(page)
        views.append((reader.link(page), reader.shown(page)))

    reader.step_to(page, 2)
    note()
    reader.step_to(page, 4)
    note()
    reader.switch(page, "zones")
    reader.wait_for_map(page, "Show", "control,crossings")
    note()
    reader.click(page, *reader.place("08037"))
    reader.wait_for_map(page, "Pick", "08037")
    note()
    reader.press(page, "Previous", 36)
    note()

    def check(link: dict[str, str], view: reader.Shown) -> None:
        page.wait_for_url(lambda _: reader.link(page) == link, timeout=driver.PATIENCE_MS)
        driver.painted(page, int(view.map_month))
        reader.wait_for_map(page, "Show", view.map_layers)
        reader.wait_for_map(page, "Pick", view.map_pick)
        expect(reader.as_of(page)).to_have_text(view.as_of)
        driver.idle(page)
        assert reader.shown(page) == view
        assert reader.link(page) == link

    for link, view in reversed(views[:-1]):
        page.go_back()
        check(link, view)
    for link, view in views[1:]:
        page.go_forward()
        check(link, view)


def test_going_back_in_time_leaves_the_map_where_it_is(page: Page) -> None:
    reader.click(page, *reader.place("08037"))
    reader.wait_for_map(page, "Pick", "08037")
    reader.step_to(page, 3)
    reader.look(page, 20.5, -99.25, 7)
    kept = reader.camera(page)
    page.go_back()
    driver.painted(page, 6)
    driver.idle(page)
    assert reader.camera(page) == kept


def test_another_page_and_back_keeps_the_view(page: Page) -> None:
    reader.step_to(page, 3)
    reader.switch(page, "crossings")
    reader.click(page, *reader.place("08037"))
    reader.wait_for_link(page, phase="3", layers="control,zones", place="08037")
    reader.wait_for_map(page, "Pick", "08037")
    link, view = reader.link(page), reader.shown(page)
    for name in ("Roadmap", "Method and sources", "Map"):
        reader.go(page, name)
        reader.wait_for_link(page, **link)
    driver.painted(page, 36)
    reader.wait_for_map(page, "Pick", "08037")
    assert reader.shown(page) == view
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="Method and sources")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="Roadmap", exact=True)).to_be_visible()
    page.go_back()
    expect(reader.as_of(page)).to_have_text(view.as_of)
    reader.wait_for_map(page, "Pick", "08037")
    driver.idle(page)
    assert reader.shown(page) == view


# --- what is wrong with a link ------------------------------------------------------------------


def warnings(page: Page) -> list[str]:
    """What the page complains of, one text a warning."""
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    return page.get_by_test_id("stAlert").all_inner_texts()


def check_default(page: Page) -> None:
    """Everything is as in a link that says nothing."""
    seen = reader.shown(page)
    assert seen.as_of.startswith("As of month 6, phase 1")
    assert seen.phase.startswith("Phase 1")
    assert seen.map_layers == reader.OPENING["layers"]
    assert seen.place == seen.map_pick == ""
    assert page.get_by_test_id("stException").count() == 0


def test_every_wrong_value_is_told_and_the_default_shown(open_page: OpenPage) -> None:
    wrong = {
        "phase": "9",
        "month": "61",
        "vs": "-1",
        "layers": "roads,rivers",
        "lang": "xx",
        "place": "99999",
        "scenario": "nowhere",
        "colour": "red",
    }
    page = open_page(f"?{urlencode(wrong)}")
    told = warnings(page)
    assert len(told) == len(wrong)
    for key, value in (wrong | {"layers": "roads, rivers", "colour": "colour"}).items():
        assert any(key in text and value in text for text in told)
    check_default(page)
    page.evaluate("() => { window.mark = 'the same'; }")
    reader.step_to(page, 2)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    assert page.evaluate("() => window.mark") == "the same"
    reader.wait_for_link(page, **reader.OPENING | {"phase": "2", "month": "18"})
    assert "colour" not in reader.link(page)


# What a browser decodes before the app reads it; each other wrong value is tried in tests/views.
@pytest.mark.parametrize(("query", "key"), [("month=٣", "month"), ("scenario=%00", "scenario")])
def test_a_wrong_value_that_the_browser_writes_otherwise_is_told(open_page: OpenPage, query: str, key: str) -> None:
    page = open_page(f"?{query}")
    (told,) = warnings(page)
    assert key in told
    check_default(page)


HOSTILE = (
    IMAGE,
    "<script>window.pwned=1</script>",
    "![x](http://example.org/x.png)",
    "[x](javascript:x) **x** $x$ :red[x] `x` :material/home:",
    "` ![x](http://example.org/x.png) `",
    "www.example.org a@example.org :smile: &lt;b&gt;",
    "https://example.org/a_b_c EPSG:4326 a -> b 12:30:15 `x`@example.org",
)


# One function makes them plain, whichever value they stand in (tests/views/test_pieces.py).
@pytest.mark.parametrize("shift", [0, 3])
def test_markup_in_a_link_is_shown_as_text(open_page: OpenPage, shift: int) -> None:
    keys = ("phase", "month", "vs", "layers", "lang", "place", "scenario")
    texts = [*HOSTILE[shift:], *HOSTILE[:shift]]
    pairs = [*zip(keys, texts, strict=True), (texts[0], "1")]
    page = open_page("?" + "&".join(f"{quote(key)}={quote(value)}" for key, value in pairs))
    told = page.get_by_test_id("stAlert")
    expect(told).to_have_count(len(pairs))
    said = "\n".join(told.all_inner_texts())
    assert [hostile for hostile in HOSTILE if hostile not in said] == []
    assert told.locator("img, script, a, strong, b, .katex").count() == 0
    assert page.evaluate("() => window.pwned") is None
    check_default(page)


# --- where the map lies -------------------------------------------------------------------------


# Does the link say where the map lies?
_AT_REST = """() => {
    const {lat, lng} = atlas.map.getCenter();
    const place = [lat.toFixed(3), lng.toFixed(3), atlas.map.getZoom().toFixed(2)].join(',');
    return new URL(window.location.href).searchParams.get('at') === place;
}"""


def drag(page: Page) -> None:
    """Move the map as a person does."""
    box = page.locator(".atlas-maps").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 60, steps=4)
    page.mouse.up()


def test_where_the_map_lies_stands_in_the_link_and_survives_steps_and_a_reload(page: Page) -> None:
    assert "at=" not in page.url
    page.locator(driver.MAP).get_by_role("button", name="Zoom in").click()
    drag(page)
    page.wait_for_function(_AT_REST)  # it glides on after the hand has let go
    driver.idle(page)
    camera = reader.camera(page)
    reader.step_to(page, 3)
    reader.wait_for_link(page, month="36")
    page.wait_for_url(lambda url: "at=" in url)
    assert reader.lies(page) == pytest.approx(tuple(camera), abs=0.006)
    page.reload()
    driver.settled(page)
    assert reader.camera(page) == pytest.approx(camera, abs=0.02)
    assert reader.link(page)["month"] == "36"


def test_an_answer_that_knows_of_no_place_of_the_map_takes_none_away(page: Page) -> None:
    page.locator(driver.MAP).get_by_role("button", name="Zoom in").click()
    page.wait_for_url(lambda url: "at=" in url)
    link = page.url
    page.evaluate("() => history.replaceState(history.state, '', '?month=6')")
    page.wait_for_url(lambda url: "at=" in url)
    assert parse_qsl(urlsplit(page.url).query)[-1] == parse_qsl(urlsplit(link).query)[-1]


def test_a_link_with_a_place_of_the_map_opens_there(open_page: OpenPage) -> None:
    page = open_page("?month=30&at=19.43,-99.13,9&place=08037")
    assert reader.camera(page) == pytest.approx([19.43, -99.13, 9], abs=0.02)


def test_moving_the_map_asks_nothing_of_the_page(page: Page) -> None:
    runs = reader.Runs(page)
    drag(page)
    page.wait_for_url(lambda url: "at=" in url)
    driver.idle(page)
    assert runs.count == 0
    # What is counted would be seen: a step is a run.
    reader.step_to(page, 2)
    driver.idle(page)
    assert runs.count > 0


@pytest.mark.parametrize("at", ["here", "91,0,5", "20,-100", "20,-100,5,1", "20,-100,99", "nan,0,5", "1e9,0,5", ""])
def test_a_place_of_the_map_that_is_none_is_told(open_page: OpenPage, at: str) -> None:
    page = open_page(f"?at={at}")
    expect(page.get_by_text("it must be latitude, longitude and zoom")).to_be_visible()
