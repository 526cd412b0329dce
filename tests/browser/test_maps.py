"""Several maps side by side: each with its moment, all in the same place, from outlines that come once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Request, expect

from roadmap.words import text
from tests.browser import driver, reader
from tests.browser.conftest import OpenPage

JUAREZ = "08037"
_CAMERAS = """() => atlas.board.maps.map(({map}) => {
    const {lat, lng} = map.getCenter();
    return [lat, lng, map.getZoom()].map(each => each.toFixed(6)).join(' ');
})"""
_FILLS = """([lon, lat]) => atlas.board.maps.map(({map, surfaces}) => {
    const {context, ratio, _bounds} = surfaces.data;
    const {x, y} = map.latLngToLayerPoint([lat, lon]).subtract(_bounds.min).multiplyBy(ratio);
    return context.getImageData(x, y, 1, 1).data.join(' ');
})"""
_WHOLE = """() => [...document.querySelectorAll('.folium-map')].map(each => {
    const inside = each.getBoundingClientRect(), around = each.parentElement.getBoundingClientRect();
    const isWithin = inside.right <= around.right + 1 && inside.bottom <= around.bottom + 1;
    return isWithin && inside.width > 100 && inside.height > 90;
})"""
_CONTAINING = "() => atlas.board.maps.every(({map}) => map.getBounds().contains(atlas.manifest.view))"
# What the canvases over the map take over from Leaflet, which promises nothing about it.
_HELD = """() => {
    const {prototype} = L.Renderer, {data} = atlas.surfaces;
    return ['_update', '_initContainer', '_updatePaths'].map(name => typeof (prototype[name] ?? data[name]))
        .concat([typeof data._bounds.min.x, typeof data._container.width, typeof atlas.map._animatingZoom]);
}"""


def cameras(page: Page) -> set[str]:
    """Where the maps lie, each place once."""
    return set(page.evaluate(_CAMERAS))


def stamps(page: Page) -> list[str]:
    """What stands in the corners of the maps."""
    return [each.removeprefix("HYPOTHETICAL").strip() for each in page.locator(".atlas-stamp").all_text_contents()]


def test_a_map_is_put_beside_with_a_moment_of_its_own(page: Page) -> None:
    reader.step_to(page, 4)
    choice = page.get_by_role("toolbar", name="Maps beside")
    choice.get_by_role("button", name="baseline (month 0)").click()
    reader.wait_for_link(page, beside="0")
    driver.wait_for_map(page, "atlasMonths", "60,0")
    assert [each.rpartition("· ")[2] for each in stamps(page)] == ["month 60", text.words().month(0)]
    now, then = page.evaluate(_FILLS, list(reader.place(JUAREZ)))
    assert now != then
    reader.step_to(page, 2)
    driver.wait_for_map(page, "atlasMonths", "18,0")
    assert page.evaluate(_FILLS, list(reader.place(JUAREZ)))[1] == then
    choice.get_by_role("button", name="baseline (month 0)").click()
    driver.wait_for_map(page, "atlasMonths", "18")
    expect(page.locator(".folium-map")).to_have_count(1)


def test_maps_move_and_zoom_together(open_page: OpenPage) -> None:
    page = open_page("?phase=4&beside=0,18,36")
    driver.wait_for_map(page, "atlasMonths", "60,0,18,36")
    (start,) = cameras(page)
    boxes = [each.bounding_box() for each in page.locator(".folium-map").all()]
    last = boxes[3]
    assert last is not None
    x, y = last["x"] + last["width"] / 2, last["y"] + last["height"] / 2
    page.mouse.move(x, y)
    page.mouse.wheel(0, -400)
    page.wait_for_function("start => Number(start.split(' ')[2]) < atlas.map.getZoom()", arg=start)
    page.wait_for_function(f"() => new Set(({_CAMERAS})()).size === 1")
    (near,) = cameras(page)
    page.mouse.down()
    page.mouse.move(x - 60, y - 20, steps=4)
    assert len(cameras(page)) == 1
    page.mouse.up()
    page.wait_for_function(f"near => new Set(({_CAMERAS})()).size === 1 && ({_CAMERAS})()[0] !== near", arg=near)
    page.get_by_role("button", name="Show the whole country").click()
    page.wait_for_function(f"start => ({_CAMERAS})().every(each => each === start)", arg=start)


def test_a_click_on_any_map_picks(open_page: OpenPage) -> None:
    page = open_page("?phase=4&beside=0")
    driver.wait_for_map(page, "atlasMonths", "60,0")
    spot = """([lon, lat]) => {
        const {map} = atlas.board.maps[1];
        const {x, y} = map.latLngToContainerPoint([lat, lon]);
        const box = map.getContainer().getBoundingClientRect();
        return [box.x + x, box.y + y];
    }"""
    page.mouse.click(*page.evaluate(spot, list(reader.place(JUAREZ))))
    reader.wait_for_map(page, "Pick", JUAREZ)
    expect(reader.card(page)).to_be_visible()


def test_outlines_come_once_for_all_maps_and_stay_while_the_page_is_open(open_page: OpenPage) -> None:
    page = open_page("border?beside=0,6,36")
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    for _ in range(2):
        reader.go(page, "Map")
        driver.wait_for_map(page, "atlasReady")
        assert page.locator(".folium-map").count() == 4
        reader.go(page, "Border")
    assert len([url for url in asked if "/outlines-" in url]) <= 1
    assert len([url for url in asked if "control-" in url]) <= 1


@pytest.mark.parametrize("beside", ["0", "0,18", "0,6,36"])
def test_every_map_has_room_for_the_country(open_page: OpenPage, beside: str) -> None:
    page = open_page(f"?phase=4&beside={beside}", size=driver.PHONE)
    driver.wait_for_map(page, "atlasReady")
    assert page.evaluate(_WHOLE) == [True] * (1 + len(beside.split(",")))
    assert page.evaluate(_CONTAINING)
    page.set_viewport_size({"width": 320, "height": 700})
    page.wait_for_function(_CONTAINING)
    assert driver.axe(page) == []
    page.set_viewport_size({"width": driver.DESKTOP[0], "height": driver.DESKTOP[1]})
    page.wait_for_function(_CONTAINING)
    sizes = [each.bounding_box() for each in page.locator(".folium-map").all()]
    assert len({(round(each["width"]), round(each["height"])) for each in sizes if each is not None}) == 1


def test_a_map_whose_page_is_left_before_it_can_be_drawn_is_not_drawn(page: Page) -> None:
    drawn = """async () => {
        const url = document.querySelector('link[rel=modulepreload][href*="/board.js"]').href;
        const {Board} = await import(url);
        const left = new Board(document.createElement('div'), atlas.board.manifestUrl);
        await left.apply(atlas.board.latest);
        return left.maps.length;
    }"""
    assert page.evaluate(drawn) == 0


def test_what_is_taken_over_from_leaflet_is_there(page: Page) -> None:
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_function("() => atlas.map._animatingZoom === false")
    assert page.evaluate(_HELD) == ["function"] * 3 + ["number", "number", "boolean"]
