"""What a person reads off the page and its map, and does with them."""

from __future__ import annotations

import functools
import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Locator, Page, expect

from layers import base
from roadmap import atlas as atlases
from roadmap.words import text
from tests.browser import driver

MONTHS = {1: 6, 2: 18, 3: 36, 4: 60}
"""Last month of each phase, which the stepper goes to."""

OPENING = {
    "phase": "1",
    "month": "6",
    "vs": "0",
    "layers": "control,zones,crossings",
    "lang": "en",
    "scenario": "ssa",
}
"""What a link that says nothing stands for."""

_CAMERA = """() => {
    const {lat, lng} = atlas.map.getCenter();
    return [lat, lng, atlas.map.getZoom()];
}"""
_LOOK = "([lat, lon, zoom]) => { atlas.map.setView([lat, lon], zoom, {animate: false}); }"
_SPOT = """([lon, lat]) => {
    const {x, y} = atlas.map.latLngToContainerPoint([lat, lon]);
    const box = atlas.map.getContainer().getBoundingClientRect();
    return [box.x + x, box.y + y];
}"""
# A square of 9 × 9 pixels, larger than one tile of a pattern; null where it reaches out of the municipality.
_FILL = """([cvegeo, lon, lat]) => {
    const {map} = atlas;
    const surface = atlas.surfaces.data;
    const at = map.latLngToLayerPoint([lat, lon]);
    for (const [dx, dy] of [[-5, -5], [5, -5], [-5, 5], [5, 5], [0, 0]]) {
        const area = atlas.areaAt(map.layerPointToLatLng(at.add([dx, dy])));
        if (!area || area.id !== cvegeo) return null;
    }
    const canvas = at.subtract(surface._bounds.min).multiplyBy(surface.ratio).round();
    const {data} = surface.context.getImageData(canvas.x - 4, canvas.y - 4, 9, 9);
    const colours = [];
    for (let i = 0; i < data.length; i += 4) {
        colours.push('#' + [...data.slice(i, i + 4)].map(v => v.toString(16).padStart(2, '0')).join(''));
    }
    return colours;
}"""
_LEGENDS = """() => Object.fromEntries([...document.querySelectorAll('section.a-legend')].map(section => [
    section.querySelector('h2').textContent,
    [...section.querySelectorAll('tbody tr')].map(row => [...row.cells].map(cell => cell.textContent.trim())),
]))"""
_SURFACE = "name => atlas.surfaces[name].context.canvas.toDataURL()"


@functools.cache
def atlas() -> atlases.Atlas:
    """The scenario as the app shows it, loaded apart from it."""
    return atlases.load()


# --- the page -----------------------------------------------------------------------------------


def step_to(page: Page, phase: int) -> None:
    """Choose a phase and wait until the map shows its last month."""
    page.get_by_role("radio", name=f"Phase {phase}").check()
    driver.painted(page, MONTHS[phase])
    driver.idle(page)


def go(page: Page, name: str) -> None:
    """Follow the link to a page, such as ``Border``, and wait until it is there."""
    page.get_by_role("link", name=name, exact=True).click()
    heading = {"Map": "Roadmap Atlas", "Border": "The border"}.get(name, name)
    expect(page.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible()
    expect(page.locator(driver.MAP)).to_have_count(1 if name == "Map" else 0)
    driver.settled(page)


def press(page: Page, name: str, month: int) -> None:
    """Press ``Next`` or ``Previous`` and wait until the map shows `month`."""
    page.get_by_role("button", name=name, exact=True).click()
    driver.painted(page, month)
    driver.idle(page)


def title(layer: str) -> str:
    """The name that a layer goes by on the page."""
    return base.find(layer).title(text.words())


def switch(page: Page, layer: str) -> None:
    """Switch a layer on or off and wait for the page."""
    button = page.get_by_role("toolbar", name="Layers").get_by_role("button", name=title(layer))
    before = button.get_attribute("aria-pressed")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false" if before == "true" else "true")
    driver.idle(page)


def wait_for_map(page: Page, key: str, value: str) -> None:
    """Wait until the map says that it shows something, such as ``Pick`` ``"08037"``, and the page has followed."""
    driver.wait_for_map(page, f"atlas{key}", value)
    driver.idle(page)


def link(page: Page) -> dict[str, str]:
    """What the address says."""
    found = dict(parse_qsl(urlsplit(page.url).query, keep_blank_values=True))
    found.pop("edition", None)  # of the data, which tests/views/test_link.py asks for
    found.pop("at", None)  # where the map lies; see `lies`
    return found


def lies(page: Page) -> tuple[float, ...]:
    """Where the address says that the map lies."""
    return tuple(map(float, dict(parse_qsl(urlsplit(page.url).query))["at"].split(",")))


def wait_for_link(page: Page, **wanted: str) -> None:
    """Wait until the address says so."""
    page.wait_for_url(
        lambda url: wanted.items() <= dict(parse_qsl(urlsplit(url).query)).items(), timeout=driver.PATIENCE_MS
    )


class Runs:
    """Counts what a page asks its app for: a message each, however short the run that it brings about."""

    def __init__(self, page: Page) -> None:
        self.count = 0
        session = page.context.new_cdp_session(page)
        session.on("Network.webSocketFrameSent", self._sent)
        session.send("Network.enable")

    def _sent(self, _: object) -> None:
        self.count += 1


def time(page: Page) -> Locator:
    """The bar of months under the map."""
    return page.locator(driver.MAP).get_by_role("slider", name="Month of the plan")


def card(page: Page) -> Locator:
    """The picked municipality's card."""
    return page.locator("section.a-card")


def as_of(page: Page) -> Locator:
    """The line that says which month is shown."""
    return page.get_by_text(re.compile(r"^As of"))


def legends(page: Page) -> dict[str, list[list[str]]]:
    """Every legend by its title: rows of symbol, letter, name and figures."""
    found: dict[str, list[list[str]]] = page.evaluate(_LEGENDS)
    return found


def whole(number: str) -> int:
    """A number as it is written in English."""
    return int(number.replace(",", ""))


@dataclass(frozen=True)
class Shown:
    """Everything about the view that a person can tell from the page."""

    as_of: str
    phase: str
    month: str
    layers: tuple[str, ...]
    legends: tuple[str, ...]
    place: str
    figures: str
    map_month: str
    map_layers: str
    map_pick: str


def shown(page: Page) -> Shown:
    """Read the view off the page and the map."""
    data = page.evaluate("() => ({...document.querySelector('.atlas-host').dataset})")
    key = page.locator(".a-card .a-key")
    return Shown(
        as_of=as_of(page).inner_text(),
        phase=page.locator("label").filter(has=page.locator("input:checked")).inner_text(),
        month=time(page).input_value(),
        layers=tuple(
            page.get_by_role("toolbar", name="Layers").get_by_role("button", pressed=True).all_inner_texts()
        ),
        legends=tuple(legends(page)),
        place=key.inner_text() if key.count() else "",
        figures=page.locator("dl.a-figures").inner_text(),
        map_month=data["atlasMonth"],
        map_layers=data["atlasShow"],
        map_pick=data["atlasPick"],
    )


# --- the map ------------------------------------------------------------------------------------


def camera(page: Page) -> list[float]:
    """Latitude and longitude of the middle of the map, and the zoom."""
    found: list[float] = page.evaluate(_CAMERA)
    return found


def look(page: Page, lat: float, lon: float, zoom: float) -> None:
    """Move the map."""
    page.evaluate(_LOOK, [lat, lon, zoom])


def spot(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where a place on the map is in the window."""
    x, y = page.evaluate(_SPOT, [lon, lat])
    return x, y


def place(cvegeo: str) -> tuple[float, float]:
    """Longitude and latitude of a point in a municipality."""
    rows = atlas().territory.municipalities
    row = rows[rows["cvegeo"] == cvegeo].iloc[0]
    return float(row["lon"]), float(row["lat"])


def hover(page: Page, lon: float, lat: float) -> None:
    """Rest the pointer on a place."""
    x, y = spot(page, lon, lat)
    page.mouse.move(x - 3, y - 3)
    page.mouse.move(x, y)


def click(page: Page, lon: float, lat: float) -> None:
    """Click on a place."""
    page.mouse.click(*spot(page, lon, lat))


def tooltip(page: Page) -> Locator:
    """What hangs at the pointer."""
    return page.locator(driver.MAP).locator(".atlas-tip")


def fill(page: Page, cvegeo: str, *, zoom: float = 8) -> str | None:
    """The colour that most of a municipality's middle has on the data canvas, as ``#rrggbbaa``.

    None where the municipality is too small to tell at this zoom.
    """
    lon, lat = place(cvegeo)
    look(page, lat, lon, zoom)
    colours = page.evaluate(_FILL, [cvegeo, lon, lat])
    return None if colours is None else Counter(colours).most_common(1)[0][0]


def picture(page: Page, surface: str) -> str:
    """What is drawn on one of the map's canvases (``land``, ``data``, ``marks``)."""
    drawn: str = page.evaluate(_SURFACE, surface)
    return drawn
