"""An app over data that mean harm, and over a scenario that is broken."""

from __future__ import annotations

import csv
import gzip
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from playwright.sync_api import Page, expect

from layers import palette
from tests.browser import driver, reader, server
from tests.browser.conftest import OpenPage
from tests.layers import planting

IMAGE = "<img src=x onerror=window.pwned=1> **b** $x$ [a](http://example.org) ![i](http://example.org/i.png)"
PARTS = ("app.py", "serve.py", "views", "layers", "roadmap", "geo", "briefing", "data", ".streamlit")


def rename(folder: Path) -> None:
    """Give a municipality, the scenario, its zones, an entry and all crossings the hostile name."""
    geography = folder / "data" / "geography"
    rows = gpd.read_parquet(geography / "municipalities.parquet")
    rows.loc[rows["cvegeo"] == "08037", "name"] = IMAGE
    rows.to_parquet(geography / "municipalities.parquet")
    packed = geography / "outlines.topo.json.gz"
    outlines = json.loads(gzip.decompress(packed.read_bytes()))
    for area in outlines["objects"]["municipalities"]["geometries"]:
        if area["id"] == "08037":
            area["properties"]["n"] = IMAGE
    packed.write_bytes(gzip.compress(json.dumps(outlines).encode()))
    crossings = folder / "data" / "observations" / "crossings.csv"
    header, *lines = crossings.read_text(encoding="utf-8").splitlines()
    named = [re.sub(r"^([^,]*),[^,\"]*,", lambda found: f"{found[1]},{IMAGE},", line) for line in lines]
    crossings.write_text("\n".join([header, *named, ""]), encoding="utf-8")
    roadmap = folder / "data" / "scenarios" / "ssa" / "roadmap.toml"
    text = roadmap.read_text(encoding="utf-8")
    text = re.sub(r'^name = ".*"$', lambda _: f"name = {json.dumps(IMAGE)}", text, flags=re.MULTILINE)
    for title in ("Sovereign Security Alliance", "Trust and strategic foundation", "A hypothetical plan"):
        text = text.replace(f'title = "{title}"', f"title = {json.dumps(IMAGE)}")
    roadmap.write_text(text, encoding="utf-8")


def break_copy(folder: Path) -> None:
    """Add a scenario with a lost zero, an unknown key, markup for a month, and a file that is no TOML."""
    scenarios = folder / "data" / "scenarios"
    shutil.copytree(scenarios / "ssa", scenarios / "broken")
    with (scenarios / "broken" / "zones.csv").open("a", encoding="utf-8") as table:
        table.write("juarez-chihuahua,8037,2,,x\njuarez-chihuahua,99999,2,,x\n")
        table.write(f'juarez-chihuahua,08019,"{IMAGE}",,x\n')
    (scenarios / "broken" / "rules.toml").write_text("version = [\n", encoding="utf-8")


LINE = {
    "id": "new",
    "programme": "support-training",
    "component": "",
    "funder": "US",
    "support": "tactical",
    "effect": "effort",
    "place_kind": "zone",
    "place": "juarez-chihuahua",
    "precision": "3",
    "sharing": "population",
    "month": "30",
    "usd_year": "2025",
    "planned": "4",
    "committed": "3",
    "disbursed": "2",
    "delivered": "1",
}
# What is put into one line each: column, value, what the page says of it, and what it says one should do.
BAD_LINES = (
    ("programme", "support-trainng", "No entry has this id. Did you mean support-training?", "Name a programme of"),
    ("place", "nowhere", "There is no such zone.", "juarez-chihuahua"),
    ("funder", IMAGE, "The value is not one of those allowed.", "Use one of US, MX, joint, private."),
    ("planned", "-4", "The amount is negative.", ""),
    ("planned", "lots", "The value is not a number.", "Write it with a decimal point, such as 0.5."),
    ("planned", "1,400,000", "The amount has thousands separators.", "Write 1400000."),
    ("planned", "US$ 4", "The amount has a currency sign.", "Write 4."),
    ("planned", "4,50", "The amount has a decimal comma.", "Write 4.50."),
    ("month", "2028-06-01", "This is a date, not a month of the plan.", "Write a whole number from 1 to 60."),
    ("id", "L0001", "", ""),
    ("month", "1", "The month lies before zone juarez-chihuahua.", "or later."),
    ("programme", "=1+1", "No entry has this id.", ""),
)


def spoil_ledger(folder: Path) -> None:
    """Add a scenario whose ledger has a line for everything that can be wrong with one."""
    scenarios = folder / "data" / "scenarios"
    shutil.copytree(scenarios / "ssa", scenarios / "debts")
    roadmap = scenarios / "debts" / "roadmap.toml"
    roadmap.write_text(roadmap.read_text(encoding="utf-8").replace('id = "ssa"', 'id = "debts"', 1), encoding="utf-8")
    with (scenarios / "debts" / "investment.csv").open("a", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, LINE, lineterminator="\n")
        for number, (column, value, *_) in enumerate(BAD_LINES):
            writer.writerow({**LINE, "id": f"new-{number}", column: value})


def copy_project(folder: Path) -> None:
    """Copy what the app is made of."""
    for part in PARTS:
        source = server.ROOT / part
        ignore = shutil.ignore_patterns("__pycache__")
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=ignore)
        else:
            shutil.copy(source, folder / part)


@pytest.fixture(scope="module")
def hostile_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an app over a copy of the project with such data."""
    folder = tmp_path_factory.mktemp("copy")
    copy_project(folder)
    rename(folder)
    break_copy(folder)
    spoil_ledger(folder)
    planting.write(folder / "layers")
    before = {path: path.read_bytes() for path in (folder / "data").rglob("*") if path.is_file()}
    with server.running("serve.py", "--port", "{port}", "--headless", log=folder / "log.txt", folder=folder) as app:
        yield app.url
        text = app.text()
    assert "Traceback (most recent call last)" not in text, text
    after = {path: path.read_bytes() for path in (folder / "data").rglob("*") if path.is_file()}
    assert after == before, "the app has changed files under data"


def check_harmless(page: Page) -> None:
    """Nothing of the names has become an element or run."""
    for frame in page.frames:
        assert frame.locator("img[src='x'], img[src*='example'], a[href*='example'], main .katex").count() == 0
        assert frame.evaluate("() => window.pwned") is None


def test_names_with_markup_are_text_everywhere(open_page: OpenPage, hostile_url: str) -> None:
    page = open_page(f"{hostile_url}/?phase=1&month=6&place=08037")
    reader.wait_for_map(page, "Pick", "08037")
    card = reader.card(page)
    expect(card.get_by_role("heading")).to_have_text(IMAGE)
    expect(card.locator("dd", has_text=IMAGE)).to_be_visible()
    expect(reader.as_of(page)).to_contain_text(IMAGE)
    expect(page.get_by_text(IMAGE).first).to_be_visible()
    expect(page.locator(driver.MAP).locator(".atlas-stamp")).to_contain_text(IMAGE)
    captions = page.get_by_test_id("stRadioCaption").all_inner_texts()
    assert IMAGE in captions[0]
    reader.look(page, 31.2, -106.6, 9)
    reader.hover(page, *reader.place("08037"))
    expect(reader.tooltip(page).locator(".atlas-tip-title")).to_have_text(IMAGE)
    crossing = reader.atlas().observations.crossings.iloc[0]
    reader.look(page, crossing.geometry.y, crossing.geometry.x, 12)
    reader.hover(page, crossing.geometry.x, crossing.geometry.y)
    expect(reader.tooltip(page).locator(".atlas-tip-title")).to_have_text(IMAGE)
    check_harmless(page)

    field = page.get_by_role("textbox", name="Find a municipality")
    field.fill("08037")
    field.press("Enter")
    found = page.get_by_role("button", name="08037")
    expect(found).to_be_visible()
    assert found.inner_text().startswith(IMAGE)
    page.get_by_text("Show as table").click()
    driver.idle(page)
    check_harmless(page)

    reader.go(page, "Roadmap")
    entry = page.locator(".a-time details").filter(has_text=IMAGE).first
    expect(entry).to_be_visible()
    page.get_by_text("Show as table").click()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    check_harmless(page)


def test_a_broken_scenario_is_explained_and_the_default_shown(open_page: OpenPage, hostile_url: str) -> None:
    page = open_page(f"{hostile_url}/?scenario=broken&phase=3")
    driver.painted(page, 36)
    expect(page.get_by_test_id("stAlert")).to_contain_text("'broken' has 4 faults")
    cells = page.locator('[data-testid="stDataFrame"] canvas tbody [role="row"]')
    expect(cells).to_have_count(4)
    rows = [row.locator('[role="gridcell"]').all_inner_texts() for row in cells.all()]
    files = [row[0] for row in rows]
    assert sorted(files) == ["rules.toml", "zones.csv", "zones.csv", "zones.csv"]
    said = "\n".join(" | ".join(row) for row in rows)
    last = len((server.ROOT / "data/scenarios/ssa/zones.csv").read_text(encoding="utf-8").splitlines())
    for row, value in ((last + 1, "8037"), (last + 2, "99999"), (last + 3, "<img")):
        assert any(cell[1] == str(row) and value in cell[3] for cell in rows), said
    assert "08037" in said
    check_harmless(page)
    reader.step_to(page, 2)
    assert page.get_by_test_id("stException").count() == 0


def test_a_faulty_ledger_is_left_out_whole_and_every_fault_is_named(open_page: OpenPage, hostile_url: str) -> None:
    page = open_page(f"{hostile_url}/investment?scenario=debts&month=60")
    lines = (server.ROOT / "data/scenarios/ssa/investment.csv").read_text(encoding="utf-8").splitlines()
    warned = page.get_by_test_id("stAlert")
    expect(warned).to_contain_text(f"The ledger has {len(BAD_LINES)} faults and is left out as a whole")
    cells = page.locator('[data-testid="stDataFrame"]').first.locator('canvas tbody [role="row"]')
    page.set_viewport_size({"width": 1440, "height": 2400})
    expect(cells).not_to_have_count(0)
    rows = [row.locator('[role="gridcell"]').all_inner_texts() for row in cells.all()]
    said = "\n".join(" | ".join(row) for row in rows)
    for number, (column, value, wrong, remedy) in enumerate(BAD_LINES):
        row = next((each for each in rows if each[1:3] == [str(len(lines) + 1 + number), column]), None)
        assert row is not None, f"{column} {value}\n{said}"
        assert row[0] == "investment.csv"
        assert row[3].lstrip("'") == value
        assert wrong in row[4], row
        assert remedy in row[5], row
    for label, count in (("in the file, as far as it can be read", len(lines) - 1 + len(BAD_LINES)), ("loaded", 0)):
        told = page.get_by_role("row", name=label).get_by_role("cell").nth(1)
        assert reader.whole(told.inner_text()) == count
    check_harmless(page)


def test_without_its_ledger_a_scenario_is_shown_and_says_so(open_page: OpenPage, hostile_url: str) -> None:
    page = open_page(f"{hostile_url}/?scenario=debts&month=60&layers=control,investment")
    driver.painted(page, 60)
    expect(page.get_by_test_id("stAlert")).to_contain_text("The ledger is faulty and left out as a whole")
    legend = page.locator("section.a-legend").filter(has_text="Investment delivered so far")
    expect(legend).to_contain_text("the page Investment lists the faults")
    assert reader.fill(page, "08037") is not None
    reader.step_to(page, 2)
    assert page.get_by_test_id("stException").count() == 0
    check_harmless(page)


def test_a_scenario_deleted_under_the_reader_is_missed_aloud(
    open_page: OpenPage, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("copy")
    copy_project(folder)
    mine = folder / "data" / "scenarios" / "mine"
    shutil.copytree(mine.with_name("ssa"), mine)
    roadmap = mine / "roadmap.toml"
    roadmap.write_text(roadmap.read_text(encoding="utf-8").replace('id = "ssa"', 'id = "mine"', 1), encoding="utf-8")
    with server.running("serve.py", "--port", "{port}", "--headless", log=folder / "log.txt", folder=folder) as app:
        page = open_page(f"{app.url}/?scenario=mine")
        assert reader.link(page)["scenario"] == "mine"
        shutil.rmtree(mine)
        reader.step_to(page, 3)
        missed = page.get_by_test_id("stAlert")
        # What a run leaves out is taken away only at its end.
        expect(missed).to_have_count(1)
        expect(missed).to_contain_text("The link's scenario 'mine' does not exist; choose from ssa")
        reader.wait_for_link(page, **reader.OPENING | {"phase": "3", "month": "36"})
        outlines = folder / "data" / "geography" / "municipalities.parquet"
        outlines.write_bytes(outlines.read_bytes()[:100_000])
        page.get_by_role("radio", name="Phase 2").check()
        told = "municipalities.parquet in data/geography; run `python -m geo.build`"
        expect(missed.filter(has_text=told)).to_be_visible()
        expect(missed).to_have_count(1)
        assert page.get_by_test_id("stException").count() == 0
        assert "Traceback (most recent call last)" not in app.text()


# --- layers of one file each --------------------------------------------------------------------

_AT = """([surface, lon, lat]) => {
    const {map, surfaces} = atlas;
    const {context, ratio, _bounds} = surfaces[surface];
    const at = map.latLngToLayerPoint([lat, lon]).subtract(_bounds.min).multiplyBy(ratio).round();
    const {data} = context.getImageData(at.x - 12, at.y - 12, 25, 25);
    const colours = {};
    for (let i = 0; i < data.length; i += 4) {
        const colour = '#' + [...data.slice(i, i + 3)].map(v => v.toString(16).padStart(2, '0')).join('');
        colours[colour] = (colours[colour] || 0) + 1;
    }
    return colours;
}"""


def colours_at(page: Page, surface: str, lon: float, lat: float) -> dict[str, int]:
    """How often each colour stands on a surface of the map around a place."""
    return dict(page.evaluate(_AT, [surface, lon, lat]))


def test_layers_of_one_file_each_are_switched_drawn_told_and_tabulated(
    open_page: OpenPage, hostile_url: str
) -> None:
    page = open_page(f"{hostile_url}/?month=12&layers=rates,offices")
    titles = ["Homicide rate by state", "Offices", "Roads", "Shares"]
    for title in titles:
        expect(page.get_by_test_id("stButtonGroup").get_by_role("button", name=title, exact=True)).to_be_visible()
    legends = reader.legends(page)
    assert [row[2] for row in legends["Homicide rate by state"]] == ["no figure", "under 20", "20 and more"]
    assert sum(int(row[3].replace(",", "")) for row in legends["Homicide rate by state"]) == 2465
    # By state: one colour on both sides of a boundary between municipalities, told with the number.
    reader.look(page, 28.6, -106.0, 8)
    high = palette.COVERAGE[2].light
    assert colours_at(page, "data", -106.0, 28.6)[high] > 300
    reader.hover(page, -106.0, 28.6)
    tip = reader.tooltip(page)
    expect(tip).to_contain_text("Homicides")
    expect(tip).to_contain_text("20 and more")
    expect(tip).to_contain_text(re.compile(r"Rate[0-9.]+ a year"))
    # Points: as large as declared, told by title and rows; the planned one comes in month 18.
    reader.look(page, 19.43, -99.13, 8)
    assert colours_at(page, "marks", -99.13, 19.43).get(palette.MAP["light"]["crossing"], 0) > 60
    reader.hover(page, -99.13, 19.43)
    expect(tip).to_contain_text("Capital office")
    expect(tip).to_contain_text("Staff")
    reader.look(page, 31.73, -106.42, 8)
    accent = palette.MAP["light"]["crossing"]
    before = colours_at(page, "marks", -106.42, 31.73).get(accent, 0)
    page.get_by_role("button", name="Next", exact=True).click()
    reader.wait_for_map(page, "Month", "36")
    assert colours_at(page, "marks", -106.42, 31.73).get(accent, 0) > before + 10
    page.get_by_text("Show as table").click()
    page.get_by_test_id("stButtonGroup").get_by_role("radio", name="Offices").click()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()


def test_flows_and_pixels_are_drawn_and_told(open_page: OpenPage, hostile_url: str) -> None:
    page = open_page(f"{hostile_url}/?month=12&layers=roads,shares")
    reader.look(page, 23.0, -105.0, 6)
    zone = palette.MAP["light"]["zone"]
    middle = page.evaluate(
        """() => {
            const [a, b] = [[24, -110], [22, -100]].map(at => atlas.map.latLngToLayerPoint(at));
            const at = L.point((a.x + b.x) / 2 + 0.18 * (b.y - a.y), (a.y + b.y) / 2 - 0.18 * (b.x - a.x));
            const {lat, lng} = atlas.map.layerPointToLatLng(at);
            return [lng, lat];
        }"""
    )
    assert colours_at(page, "marks", *middle)[zone] > 100
    reader.hover(page, *middle)
    tip = reader.tooltip(page)
    expect(tip).to_contain_text("West to middle")
    expect(tip).to_contain_text("12 tonnes")
    # Three quarters of one class and one of the other, in Chihuahua.
    reader.look(page, 28.6, -106.0, 9)
    seen = colours_at(page, "data", -106.0, 28.6)
    shares = [seen.get(look.light, 0) for look in (palette.COVERAGE[4], palette.DETECTION[0])]
    assert sum(shares) > 500
    assert 0.68 < shares[0] / sum(shares) < 0.82
    reader.hover(page, -106.0, 28.6)
    expect(tip).to_contain_text("first 75 %")
    expect(tip).to_contain_text("second 25 %")
