"""Everything is reached without a pointer, and one always sees where one is."""

from __future__ import annotations

import io
import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import driver, reader
from tests.browser.conftest import OpenPage

TALL = (1440, 1100)

# The focused element, in the page or in a frame of it: what it is called and where it is in the window.
_FOCUSED = """() => {
    let [node, left, top] = [document.activeElement, 0, 0];
    while (node.contentDocument && node.contentDocument.activeElement !== node.contentDocument.body) {
        const {x, y} = node.getBoundingClientRect();
        [left, top] = [left + x, top + y];
        node = node.contentDocument.activeElement;
    }
    if (node === document.body) return null;
    let box = node.getBoundingClientRect();
    if (node.type === 'radio') box = node.closest('label').parentElement.getBoundingClientRect();
    const keyed = node.closest('[class*="st-key-"]');
    return {
        name: node.getAttribute('aria-label') || node.textContent.trim() || node.getAttribute('placeholder') || node.id,
        role: node.getAttribute('role') || node.type || node.tagName.toLowerCase(),
        key: keyed ? [...keyed.classList].find(each => each.startsWith('st-key-')).slice(7) : '',
        box: [box.x + left, box.y + top, box.width, box.height],
    };
}"""


@dataclass(frozen=True)
class Stop:
    """One stop of the Tab key: what has the focus, and the window at that moment."""

    name: str
    role: str
    key: str
    box: tuple[float, float, float, float]
    window: NDArray[np.int16]

    def around(self, window: NDArray[np.int16]) -> NDArray[np.int16]:
        """The stop's surroundings in a picture of the window."""
        x, y, width, height = self.box
        rows = slice(max(0, int(y) - 5), int(y + height) + 6)
        return window[rows, max(0, int(x) - 5) : int(x + width) + 6]


def walk(page: Page, *, last: str) -> list[Stop]:
    """Press Tab from the top of the page until the element with the key `last` has the focus."""
    stops: list[Stop] = []
    while not stops or stops[-1].key != last:
        assert len(stops) < 60, f"Tab never came to {last}: {[(stop.role, stop.name) for stop in stops]}"
        page.keyboard.press("Tab")
        found = page.evaluate(_FOCUSED)
        assert found is not None, f"the focus is nowhere after {stops[-1].name if stops else 'the first Tab'}"
        picture = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
        window = np.asarray(picture).astype(np.int16)
        stops.append(Stop(found["name"], found["role"], found["key"], tuple(found["box"]), window))
    return stops


def test_tab_reaches_everything_in_reading_order_and_shows_where_it_is(open_page: OpenPage) -> None:
    page = open_page("?phase=3&month=30&place=08037", size=TALL)
    reader.wait_for_map(page, "Pick", "08037")
    stops = walk(page, last="table")
    roles = {(stop.key, stop.role) for stop in stops}
    keys = list(dict.fromkeys(stop.key for stop in stops))
    stepper = [key for key in keys if key in {"previous", "phase", "next"}]
    assert stepper == ["previous", "phase", "next"]
    assert ("search", "text") in roles
    assert [stop.name for stop in stops if stop.key == "layers"] != []
    assert ("map-frame", "application") in {("map-frame", stop.role) for stop in stops}
    for key in ("close", "layers", "downloads", "table"):
        assert key in keys, f"Tab does not reach {key}: {keys}"
    order = [next(i for i, stop in enumerate(stops) if stop.key == key) for key in (*stepper, "downloads", "table")]
    assert order == sorted(order)
    for stop, after in itertools.pairwise(stops):
        changed = np.abs(stop.around(stop.window) - stop.around(after.window)).max(axis=2)
        assert (changed > 40).sum() > 30, f"the focus on {stop.role} {stop.name!r} is not to be seen"


def test_enter_on_the_focused_map_picks_its_middle(page: Page) -> None:
    lon, lat = reader.place("14039")
    reader.look(page, lat, lon, 9)
    page.locator(driver.MAP).get_by_role("application").focus()
    page.keyboard.press("Enter")
    expect(reader.card(page)).to_contain_text("14039")
    page.get_by_role("button", name="Close").press("Enter")
    expect(reader.card(page)).to_have_count(0)
    page.locator(driver.MAP).get_by_role("application").focus()
    page.keyboard.press("Enter")
    expect(reader.card(page)).to_contain_text("14039")


def test_keys_move_the_map_and_show_the_whole_country_again(page: Page) -> None:
    start = reader.camera(page)
    page.locator(driver.MAP).get_by_role("application").focus()
    page.keyboard.press("+")
    page.wait_for_function("zoom => atlas.map.getZoom() > zoom && !atlas.map._animatingZoom", arg=start[2])
    page.keyboard.press("ArrowRight")
    page.wait_for_function("lng => atlas.map.getCenter().lng > lng + 0.1", arg=start[1])
    page.locator(driver.MAP).get_by_role("button", name="Show the whole country").press("Enter")
    page.wait_for_function("zoom => atlas.map.getZoom() === zoom", arg=start[2])


def test_the_layers_the_downloads_and_the_table_open_by_key(page: Page) -> None:
    crossings = page.get_by_role("button", name=reader.title("crossings"))
    crossings.press("Space")
    reader.wait_for_map(page, "Show", "control,zones")
    page.get_by_role("button", name="Download", exact=True).press("Enter")
    expect(page.get_by_role("button", name=f"{reader.title('control')} as GeoJSON")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=f"{reader.title('control')} as GeoJSON")).to_be_hidden()
    page.get_by_role("switch", name="Show as table").press("Space")
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
