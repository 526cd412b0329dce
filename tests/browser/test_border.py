"""The border: on the map by sector, as a raster and by crossing, and on its own page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from geo import border
from layers import base, coverage, palette
from roadmap import moments
from tests.browser import driver, reader
from tests.browser.conftest import OpenPage

LINE = "?phase=1&layers=coverage"
# The colour in the middle of the line, on the canvas of marks.
_ON_LINE = """([lon, lat]) => {
    const {marks} = atlas.surfaces;
    const at = atlas.map.latLngToLayerPoint([lat, lon]).subtract(marks._bounds.min).multiplyBy(marks.ratio).round();
    const [r, g, b] = marks.context.getImageData(at.x, at.y, 1, 1).data;
    return '#' + [r, g, b].map(v => v.toString(16).padStart(2, '0')).join('');
}"""
# Pixels of the overlay that hold the strongest and the weakest colour of detection.
_COUNT = """colours => {
    const {context} = atlas.surfaces.overlay;
    const {data} = context.getImageData(0, 0, context.canvas.width, context.canvas.height);
    const counts = colours.map(() => 0);
    for (let i = 0; i < data.length; i += 4) {
        const at = colours.indexOf('#' + [...data.slice(i, i + 3)].map(v => v.toString(16).padStart(2, '0')).join(''));
        if (at >= 0 && data[i + 3] === 255) counts[at] += 1;
    }
    return counts;
}"""
_WATCH = f"""colours => {{
    window.seen = [];
    const look = () => {{
        window.seen.push(({_COUNT})(colours).some(count => count > 0));
        window.watching = requestAnimationFrame(look);
    }};
    look();
}}"""


def middles() -> list[tuple[str, tuple[float, float]]]:
    """Every sector with the point in its middle."""
    borders = reader.atlas().frontier.borders
    rows = borders.sectors
    return [
        (key, tuple(border.point(borders.watched, (row.from_km + row.to_km) / 2)[0]))
        for key, row in zip(rows.index, rows.itertuples(), strict=True)
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_sector_has_the_colour_of_its_share_in_the_month(open_page: OpenPage, scheme: str) -> None:
    page = open_page(LINE, color_scheme=scheme)
    for phase in (2, 3):
        reader.step_to(page, phase)
        frame = base.find("coverage").frame(moments.of(reader.atlas(), reader.MONTHS[phase])).set_index("sector")
        seen, wanted = {}, {}
        for key, (lon, lat) in middles():
            reader.look(page, lat, lon, 7)
            seen[key] = page.evaluate(_ON_LINE, [lon, lat])
            wanted[key] = getattr(palette.COVERAGE[coverage.bin_of(frame.loc[key, "share"])], scheme)
        assert seen == wanted


def test_the_line_says_its_sector_and_share(open_page: OpenPage) -> None:
    page = open_page("?phase=3&layers=coverage")
    frame = base.find("coverage").frame(moments.of(reader.atlas(), 36)).set_index("sector")
    key, (lon, lat) = middles()[3]
    reader.look(page, lat, lon, 7)
    reader.hover(page, lon, lat)
    tip = reader.tooltip(page)
    expect(tip).to_contain_text(frame.loc[key, "name"])
    expect(tip).to_contain_text(f"{round(frame.loc[key, 'share'] * 100)} %")


def test_detection_is_laid_over_the_map_and_stays_until_the_next_is_there(open_page: OpenPage) -> None:
    page = open_page("?phase=2&layers=detection")
    colours = [swatch.light for swatch in palette.DETECTION]
    page.wait_for_function(f"colours => ({_COUNT})(colours).some(count => count > 0)", arg=colours)
    before = page.evaluate(_COUNT, colours)
    page.evaluate(_WATCH, colours)
    reader.step_to(page, 3)
    page.wait_for_function(
        f"([colours, before]) => String(({_COUNT})(colours)) !== String(before)", arg=[colours, before]
    )
    seen = page.evaluate("() => { cancelAnimationFrame(window.watching); return window.seen; }")
    assert len(seen) > 3
    assert all(seen)


def test_the_page_follows_the_stepper_and_the_address(open_page: OpenPage) -> None:
    page = open_page("border?phase=2")
    totals = reader.atlas().frontier.totals
    value = page.locator(".a-figure.a-covered .a-value")
    expect(value).to_have_text(f"{totals.loc[18, 'share'] * 100:.1f} %")
    page.get_by_role("radio", name="Phase 3").check()
    expect(value).to_have_text(f"{totals.loc[36, 'share'] * 100:.1f} %")
    page.wait_for_url("**/border?*month=36*", timeout=driver.PATIENCE_MS)
    page.reload()
    expect(value).to_have_text(f"{totals.loc[36, 'share'] * 100:.1f} %")
    reader.go(page, "Map")
    driver.painted(page, 36)


def test_the_strip_is_there_and_said_in_words(page: Page) -> None:
    reader.go(page, "Border")
    picture = page.locator(".a-drawing img")
    expect(picture).to_have_count(1)
    assert picture.evaluate("image => image.complete && image.naturalWidth > 500")
    assert picture.get_attribute("alt")
    table = page.get_by_role("region", name="Area at contested or worse")
    expect(table.locator("tbody tr")).to_have_count(5)
