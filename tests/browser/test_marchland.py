"""A made-up country in a real browser: twelve squares, two phases, and nothing that the shipped one has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from layers import control, palette
from roadmap import atlas as atlases
from tests import marchland
from tests.browser import driver, reader, server
from tests.browser.conftest import OpenPage
from tests.browser.test_other_scenarios import copy_project

_PIXEL = """([lon, lat]) => {
    const surface = atlas.surfaces.data;
    const at = atlas.map.latLngToLayerPoint([lat, lon]).subtract(surface._bounds.min).multiplyBy(surface.ratio).round();
    const {data} = surface.context.getImageData(at.x - 12, at.y - 12, 25, 25);
    const seen = {};
    for (let i = 0; i < data.length; i += 4) {
        const colour = '#' + [...data.slice(i, i + 3)].map(v => v.toString(16).padStart(2, '0')).join('');
        seen[colour] = (seen[colour] || 0) + 1;
    }
    return Object.entries(seen).sort((a, b) => b[1] - a[1])[0][0];
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the country beside the shipped one."""
    copied = tmp_path_factory.mktemp("copy")
    copy_project(copied)
    marchland.write(copied / "data")
    return copied


@pytest.fixture(scope="module")
def country(folder: Path) -> atlases.Atlas:
    """The country as the app shows it, loaded apart from it."""
    return atlases.load(folder / "data" / "scenarios" / marchland.ID)


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """Address of an app over the copy."""
    with server.running("serve.py", "--port", "{port}", "--headless", log=folder / "log.txt", folder=folder) as app:
        yield app.url
        text = app.text()
    assert "Traceback (most recent call last)" not in text, text


def colours(page: Page, country: atlases.Atlas) -> list[str]:
    """The commonest colour in the middle of each parish."""
    rows = country.territory.municipalities
    return [page.evaluate(_PIXEL, [lon, lat]) for lon, lat in zip(rows["lon"], rows["lat"], strict=True)]


def classes(country: atlases.Atlas, month: int) -> list[str]:
    """The colour of the class of each parish in a month."""
    return [palette.CONTROL[key].light for key in control.class_keys(country.plan.codes[month])]


def test_both_phases_are_painted_and_a_parish_is_picked(
    open_page: OpenPage, url: str, country: atlases.Atlas
) -> None:
    page = open_page(f"{url}/?scenario={marchland.ID}&month=0&layers=control", color_scheme="light")
    driver.painted(page, 0)
    expect(page.get_by_role("radio")).to_have_count(len(marchland.PHASES))
    expect(reader.time(page)).to_have_attribute("max", str(marchland.LAST_MONTH))
    assert colours(page, country) == classes(country, 0)
    for _, month in marchland.PHASES:
        reader.press(page, "Next", month)
        assert colours(page, country) == classes(country, month)
    assert classes(country, 10) != classes(country, 0)
    expect(page.get_by_role("button", name="Next", exact=True)).to_be_disabled()

    row = country.territory.municipalities.set_index("cvegeo").loc["MI-02"]
    reader.click(page, row["lon"], row["lat"])
    reader.wait_for_map(page, "Pick", "MI-02")
    expect(reader.card(page)).to_contain_text("Midmark 2")
    assert reader.link(page)["place"] == "MI-02"
    assert page.get_by_test_id("stException").count() == 0


def test_its_other_pages_are_drawn(open_page: OpenPage, url: str) -> None:
    page = open_page(f"{url}/?scenario={marchland.ID}&month=7")
    for name in ("Border", "Investment", "Roadmap", "Method and sources"):
        reader.go(page, name)
        assert page.get_by_test_id("stException").count() == 0
        expect(page.get_by_text("The Marchland Plan").first).to_be_visible()


def test_the_shipped_country_is_beside_it(open_page: OpenPage, url: str) -> None:
    page = open_page(f"{url}/?scenario=ssa&month=60&place=08037")
    driver.painted(page, 60)
    expect(page.get_by_role("radio")).to_have_count(4)
    expect(reader.card(page)).to_contain_text("08037")
