"""Layers: switched on and off, taken home as files, and read as a table."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from layers import base
from roadmap import moments
from roadmap.record import control as classes
from roadmap.words import text
from tests.browser import driver, reader
from tests.browser.conftest import OpenPage

IDS = ("control", "change", "zones", "investment", "coverage", "crossings")
EVERYTHING = f"?phase=3&month=30&layers={','.join(IDS)}"
# What each layer draws on.
SURFACES = {
    "control": "data",
    "change": "overlay",
    "zones": "overlay",
    "investment": "marks",
    "coverage": "marks",
    "crossings": "marks",
}

_HEADINGS = """() => [...document.querySelectorAll('[data-testid="stDataFrame"] canvas [role="columnheader"]')]
    .map(cell => cell.textContent)"""
_ROWS = """() => [...document.querySelectorAll('[data-testid="stDataFrame"] canvas tbody [role="row"]')]
    .map(row => [...row.querySelectorAll('[role="gridcell"]')].map(cell => cell.textContent))"""


def test_a_switch_takes_a_layer_away_and_brings_it_back(open_page: OpenPage) -> None:
    page = open_page(EVERYTHING)
    for layer in IDS:
        drawn = reader.picture(page, SURFACES[layer])
        headings = list(reader.legends(page))
        reader.switch(page, layer)
        reader.wait_for_map(page, "Show", ",".join(each for each in IDS if each != layer))
        assert reader.picture(page, SURFACES[layer]) != drawn
        rest = list(reader.legends(page))
        # Under the legend of money stands what has no place on the map.
        assert len(rest) == len(headings) - (2 if layer == "investment" else 1)
        assert [each for each in headings if each in rest] == rest
        reader.switch(page, layer)
        reader.wait_for_map(page, "Show", ",".join(IDS))
        assert reader.picture(page, SURFACES[layer]) == drawn
        assert list(reader.legends(page)) == headings


def test_without_layers_the_land_is_left_and_the_page_says_so(open_page: OpenPage) -> None:
    page = open_page("?layers=control")
    reader.switch(page, "control")
    reader.wait_for_map(page, "Show", "")
    expect(page.get_by_text("No layer is shown.")).to_be_visible()
    assert reader.fill(page, "08037") == "#00000000"
    reader.wait_for_link(page, phase="1", month="6")


# --- downloads ----------------------------------------------------------------------------------


def download(page: Page, name: str) -> Path:
    """Take a file from the open list of downloads."""
    with page.expect_download(timeout=driver.PATIENCE_MS) as started:
        page.get_by_role("button", name=name).click()
    assert started.value.failure() is None
    folder = Path(started.value.path()).parent
    return Path(started.value.path()).rename(folder / started.value.suggested_filename)


def collection(path: Path) -> dict[str, Any]:
    """Read a GeoJSON file and check its frame."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    assert found["type"] == "FeatureCollection"
    assert "crs" not in found
    assert {feature["type"] for feature in found["features"]} == {"Feature"}
    return found


def tally(features: list[dict[str, Any]], column: str) -> dict[str, list[int]]:
    """Count features and add up their people and area by what a column says."""
    counts: dict[str, list[float]] = {}
    for feature in features:
        own = counts.setdefault(feature["properties"][column], [0, 0, 0.0])
        for index, amount in enumerate((1, feature["properties"]["population"], feature["properties"]["area_km2"])):
            own[index] += amount
    return {key: [round(amount) for amount in own] for key, own in counts.items()}


def tray() -> base.Legend:
    """What of the money has no place, in month 30."""
    found = base.find("investment").tray(moments.of(reader.atlas(), 30), text.words())
    assert found is not None
    return found


def test_each_layer_downloads_as_geojson_with_what_the_page_counts(open_page: OpenPage) -> None:
    page = open_page(EVERYTHING)
    legends = list(reader.legends(page).values())
    page.get_by_role("button", name="Download", exact=True).click()
    files = {}
    for layer in IDS:
        path = download(page, f"{reader.title(layer)} as GeoJSON")
        assert path.name == f"{layer}_{'0' if layer == 'change' else 'month'}-30_ssa.geojson"
        files[layer] = collection(path)
        about = files[layer]["metadata"]
        assert about["hypothetical"] is base.find(layer).illustrative
        assert about["month"] == 30
        assert about["scenario"]["id"] == "ssa"
    control, change, zones, money, coverage, crossings = (files[layer]["features"] for layer in IDS)

    by_class = tally(control, "class")
    rows = [[row[3], row[5]] for row in legends[0]]
    counted = [by_class.get(each.key, [0, 0, 0]) for each in classes.CLASSES]
    assert [[reader.whole(n), reader.whole(area)] for n, area in rows] == [[n, area] for n, _, area in counted]

    by_change = tally(change, "change")
    keys = ("reclaimed", "lost", "unchanged", "unknown")
    assert [reader.whole(row[3]) for row in legends[1]] == [by_change.get(key, [0])[0] for key in keys]
    figures = {key: page.locator(f".a-figure.a-{key} .a-value").inner_text() for key in ("reclaimed", "lost")}
    assert figures == {key: f"{by_change[key][0]} municipalities" for key in ("reclaimed", "lost")}

    assert legends[2][0][2] == f"{len(zones)} zones at work"
    members = {key for zone in zones for key in zone["properties"]["members"].split(";")}
    assert reader.whole(legends[2][0][3]) == len(members)

    assert money[0]["geometry"]["type"] == "Point"
    placed = sum(round(each["properties"]["delivered_usd"] * 100) for each in money)
    told = files["investment"]["metadata"]["reconciliation_usd"]["delivered"]
    assert placed == round(float(told["placed"]) * 100)
    assert told["difference"] == "0.00"
    assert legends[4] == [["", "", row.label, row.note] for row in tray().rows]

    lengths = [feature["properties"]["length_km"] for feature in coverage]
    assert sum(reader.whole(row[3].removesuffix(" km")) for row in legends[5]) == pytest.approx(sum(lengths), abs=3)

    kinds = Counter(feature["properties"]["kind"] for feature in crossings)
    built = [kinds[key] for key in ("truck", "car", "pedestrian", "rail")]
    observed = [each["properties"] for each in crossings if each["properties"]["origin"] == "observed"]
    upgraded = sum(bool(each["upgrades"]) for each in observed)
    assert [int(row[3]) for row in legends[6]] == [*built, upgraded, kinds["new"]]
    assert (sum(built), kinds["new"]) == (68, 1)


def test_only_layers_shown_are_offered(open_page: OpenPage) -> None:
    page = open_page("?layers=zones")
    page.get_by_role("button", name="Download", exact=True).click()
    expect(page.get_by_role("button", name="as GeoJSON")).to_have_count(1)
    expect(page.get_by_role("button", name=f"{reader.title('zones')} as GeoJSON")).to_be_visible()


def test_the_view_downloads_as_a_picture(open_page: OpenPage) -> None:
    page = open_page("?phase=3&month=30")
    page.get_by_role("button", name="Download", exact=True).click()
    path = download(page, "Picture")
    assert path.name == "briefing_month-30_ssa_en.png"
    head = path.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(head[at : at + 4]) for at in (16, 20))
    assert width / height == pytest.approx(16 / 9, abs=0.01)


# --- table --------------------------------------------------------------------------------------


def table(page: Page, count: int) -> tuple[list[str], list[list[str]]]:
    """Headings of the table and the rows in sight, once it has `count` rows."""
    grid = page.locator('[data-testid="stDataFrame"] canvas table')
    expect(grid).to_have_attribute("aria-rowcount", str(count + 1))
    page.wait_for_function(f"count => ({_ROWS})().length >= count", arg=min(count, 6), timeout=driver.PATIENCE_MS)
    return page.evaluate(_HEADINGS), page.evaluate(_ROWS)


def test_the_table_shows_the_rows_of_the_layer_chosen(open_page: OpenPage) -> None:
    page = open_page(EVERYTHING)
    assert page.get_by_test_id("stDataFrame").count() == 0
    page.get_by_text("Show as table").click()
    for layer in IDS:
        page.get_by_role("radiogroup", name="Layer").get_by_role("radio", name=reader.title(layer)).click()
        frame = base.find(layer).frame(moments.of(reader.atlas(), 30))
        headings, rows = table(page, len(frame))
        column = "name_us" if layer == "crossings" else "name"
        first = 0 if layer in {"zones", "investment", "coverage", "crossings"} else 1
        assert [row[first] for row in rows] == frame[column].head(len(rows)).tolist()
        assert len(headings) == len(rows[0]) > 5
        if layer == "control":
            shown = [[row[0], reader.whole(row[3]), reader.whole(row[4].split(".")[0])] for row in rows]
            wanted = frame[["cvegeo", "population", "area_km2"]].head(len(rows))
            assert shown == [[key, people, int(area)] for key, people, area in wanted.itertuples(index=False)]


def test_the_table_follows_the_step_and_closes(open_page: OpenPage) -> None:
    page = open_page("?phase=1&month=6&layers=zones")
    page.get_by_text("Show as table").click()
    counts = [len(base.find("zones").frame(moments.of(reader.atlas(), month))) for month in (6, 36)]
    assert counts[0] != counts[1]
    table(page, counts[0])
    reader.step_to(page, 3)
    table(page, counts[1])
    page.get_by_text("Show as table").click()
    expect(page.get_by_test_id("stDataFrame")).to_have_count(0)


def test_a_table_offers_no_file_that_does_not_say_where_it_comes_from(open_page: OpenPage) -> None:
    page = open_page("?layers=zones")
    page.get_by_text("Show as table").click()
    table = page.get_by_test_id("stDataFrame")
    table.hover()
    toolbar = page.get_by_test_id("stElementToolbar").filter(has=page.get_by_role("button"))
    offered = toolbar.get_by_role("button")
    expect(offered.first).to_be_visible()
    everything = toolbar.locator("button")
    # One is hidden: that it is called so, nobody but the style sheet and this test relies on.
    assert everything.count() == offered.count() + 1
    names = offered.evaluate_all("all => all.map(each => each.ariaLabel)")
    assert not [name for name in names if "CSV" in name]
