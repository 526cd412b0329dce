"""The border page: every figure on it is one of the frontier's, and what was left out is said."""

from __future__ import annotations

import base64
import html
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import markupsafe
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from layers import coverage, release
from layers.charts import strip
from roadmap import atlas, moments
from roadmap.border import frontier, sensors, upgrades
from roadmap.plan import scenario
from roadmap.words import text
from tests.views import reading
from tests.views.conftest import Open

MONTH, VS = 36, 18
OBSERVED = (
    "us_sourced_share_traced",
    "guns_recovered_traced",
    "trace_requests_mexico",
    "sedena_guns_seized",
    "fentanyl_seized_cbp_sw_border",
)
TRAFFIC = {
    "Trucks entering the United States, all ports": "trucks_per_year",
    "Cars entering the United States, all ports": "cars_per_year",
    "People on foot entering the United States, all ports": "pedestrians_per_year",
}
SECTOR_COLUMNS = {
    "Sector": "name",
    "From km": "from_km",
    "To km": "to_km",
    "Length (km)": "length_km",
    "Covered (km)": "covered_km",
    "Share covered": "share",
    "Mean detection": "detection",
    "Share before": "share_before",
}
NO_TERRAIN = "No terrain is loaded: range is limited by the radar horizon only."

Plant = Callable[..., str]


@pytest.fixture(scope="module")
def page(visit: Open) -> AppTest:
    """The page in a month against another."""
    app = visit("border_page", month=str(MONTH), vs=str(VS))
    assert not app.exception
    return app


@pytest.fixture(scope="module")
def tried(plan: atlas.Atlas) -> pd.DataFrame:
    """The plan with parts of the border switched off."""
    line, place, settings = plan.frontier, plan.territory, plan.scenario.model
    acting = atlas.inputs(line, plan.books, place, settings)
    return frontier.trials(line, place, plan.scenario, plan.observations, settings, beside=acting)


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_caches: None) -> Plant:
    """Make the app see a copy of the shipped scenario with other sensors or upgrades, under a name of its own."""
    del fresh_caches
    root = tmp_path / "scenarios"
    load = atlas.load

    def from_root(scenario_id: str = "ssa", **given: object) -> atlas.Atlas:
        return load(scenario_id, **({"scenarios_root": root} | given))  # type: ignore[arg-type]

    def planted(**changes: Callable[[str], str]) -> str:
        for name in ("ssa", "mine"):
            shutil.copytree(scenario.DEFAULT_ROOT / "ssa", root / name)
        head = root / "mine" / "roadmap.toml"
        head.write_text(head.read_text(encoding="utf-8").replace('id = "ssa"', 'id = "mine"', 1), encoding="utf-8")
        for stem, change in changes.items():
            path = root / "mine" / f"{stem}.csv"
            path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
        for each in (scenario.discover, scenario.find):
            monkeypatch.setattr(each, "__defaults__", (root,))
        monkeypatch.setattr(atlas, "load", from_root)
        return "mine"

    return planted


def frame_with(app: AppTest, *columns: str) -> pd.DataFrame:
    """The one table of the page that has these columns."""
    (found,) = [each.value for each in app.dataframe if set(columns) <= set(each.value.columns)]
    return pd.DataFrame(found)


def rows_of(app: AppTest, heading: str) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of the plain table whose first heading this is."""
    tables = [part for body in reading.bodies(app) for part in re.findall(r"<table>.*?</table>", body, re.DOTALL)]
    (found,) = [part for part in tables if f"<th>{markupsafe.escape(heading)}</th>" in part]
    rows = [
        [html.unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", found, re.DOTALL)
    ]
    return rows[0], rows[1:]


def figures_of(app: AppTest) -> dict[str, tuple[str, str, list[str]]]:
    """Value, change and details of every headline figure, by its key."""
    body = next(body for body in reading.bodies(app) if "a-figures" in body)
    found = {}
    for part in body.split("<div class='a-figure a-")[1:]:
        value = re.search(r"<b class='a-value'>(.*?)</b>", part)
        change = re.search(r"<span class='a-change'>(.*?)</span>", part)
        assert value is not None
        assert change is not None
        details = re.findall(r"<span>(.*?)</span>", part)
        said = reading.Reader(change[1])
        assert said.problems == []
        found[part.split("'", 1)[0]] = (html.unescape(value[1]), "".join(said.texts), details)
    return found


def number(written: str) -> float:
    """A number as it is written, sign and unit aside from it."""
    found = re.search(r"[−+±]?[\d,]+(?:\.\d+)?", written)
    assert found is not None
    return float(found[0].replace(",", "").replace("\N{MINUS SIGN}", "-").replace("±", ""))


def drawings(app: AppTest) -> list[str]:
    """The pictures of the page, as SVG."""
    coded = [each for body in reading.bodies(app) for each in re.findall(r"svg\+xml;base64,([\w+/=]+)", body)]
    return [base64.b64decode(each).decode() for each in coded]


# --- page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("month", [0, 6, 18, 37, 60])
def test_it_opens_in_any_month(month: int, visit: Open, plan: atlas.Atlas) -> None:
    app = visit("border_page", month=str(month))
    assert not app.exception
    assert not app.error
    assert reading.warnings(app) == []
    said = reading.html(app)
    assert said.problems == []
    assert "HYPOTHETICAL" in said.texts
    assert app.session_state["view"].month == month
    covered = plan.frontier.totals.loc[month, "share"] * 100
    assert number(figures_of(app)["covered"][0]) == pytest.approx(covered, abs=0.0501)


def test_a_step_moves_the_figures(visit: Open, plan: atlas.Atlas) -> None:
    app = visit("border_page", month="18")
    app.button(key="next").click().run()
    assert not app.exception
    assert app.session_state["view"].month == 36
    assert list(frame_with(app, "Sector")["Share covered"]) == list(coverage.LAYER.frame(moments.of(plan, 36))["share"])


def test_the_notice_and_the_headings(page: AppTest) -> None:
    said = reading.html(page)
    assert said.problems == []
    assert "HYPOTHETICAL" in said.texts
    assert any("An invented scenario" in each for each in said.texts)
    headings = [
        "The border",
        "Along the line",
        "Coverage by sector",
        "Coverage by state",
        "What it does in the model",
        "Crossings",
        "Observed",
    ]
    assert [each for each in said.texts if each in headings] == headings


def test_without_terrain_the_page_says_so(page: AppTest) -> None:
    said = reading.html(page).text
    assert NO_TERRAIN in said
    assert "Lines of sight follow the terrain." not in said


# --- figures ----------------------------------------------------------------------------------


def test_the_figures_are_the_totals_of_the_month(page: AppTest, plan: atlas.Atlas) -> None:
    found = figures_of(page)
    assert list(found) == ["covered", "gaps", "inspected", "lanes"]
    now, passed = plan.frontier.totals.loc[MONTH], plan.frontier.passage.loc[MONTH]
    assert number(found["covered"][0]) == pytest.approx(now["share"] * 100, abs=0.0501)
    assert number(found["gaps"][0]) == round(now["gap_km"])
    assert number(found["inspected"][0]) == pytest.approx(passed["inspected"] * 100, abs=0.0501)
    assert number(found["lanes"][0]) == passed["lanes"]
    (kilometres,) = found["covered"][2]
    assert kilometres == f"{round(now['covered_km']):,} km of {round(now['length_km']):,}"
    assert number(found["gaps"][2][0]) == round(now["overlap_km"])
    assert [number(each) for each in found["lanes"][2]] == [passed["new_crossings"], passed["equipped"]]


def test_their_changes_are_against_the_month_of_comparison(page: AppTest, plan: atlas.Atlas) -> None:
    found = {key: change for key, (_, change, _) in figures_of(page).items()}
    totals, passage = plan.frontier.totals, plan.frontier.passage
    expected = {
        "covered": (totals["share"][MONTH] - totals["share"][VS]) * 100,
        "gaps": totals["gap_km"][MONTH] - totals["gap_km"][VS],
        "inspected": (passage["inspected"][MONTH] - passage["inspected"][VS]) * 100,
        "lanes": passage["lanes"][MONTH] - passage["lanes"][VS],
    }
    slack = {"covered": 0.0501, "gaps": 0.501, "inspected": 0.0501, "lanes": 0.0}
    for key, change in expected.items():
        assert number(found[key]) == pytest.approx(change, abs=slack[key])
        assert found[key].endswith("since month 18")
    assert number(found["gaps"]) < 0 < number(found["covered"])


# --- drawings ---------------------------------------------------------------------------------


def test_the_drawings_are_those_of_the_month(page: AppTest, plan: atlas.Atlas, words: text.Words) -> None:
    assert drawings(page) == [strip.strip(moments.of(plan, MONTH).now, words, dark=False)]
    frame = coverage.LAYER.frame(moments.of(plan, MONTH))
    charts = reading.charts(page)
    assert [title for chart in charts for title in chart.rows["names"]["title"]] == frame["name"].tolist()
    for chart in charts:
        assert set(chart.rows["heads"]["month"]) == {MONTH}


def test_each_drawing_says_what_it_shows(page: AppTest) -> None:
    said = [value for tag, name, value in reading.html(page).attributes if (tag, name) == ("img", "alt")]
    assert len(said) == 1
    assert all("Share of each sector covered" in each for each in said)
    assert all(each.said.startswith("By month 60, invented: ") for each in reading.charts(page))
    unseen = [each for each in reading.html(page).texts if each.startswith(f"By month {MONTH}, invented: ")]
    assert len(unseen) == len(reading.charts(page)) == 3


# --- tables -----------------------------------------------------------------------------------


def test_the_table_of_sectors_is_the_layer(page: AppTest, plan: atlas.Atlas) -> None:
    table = frame_with(page, "Sector")
    assert list(table.columns) == list(SECTOR_COLUMNS)
    rows = coverage.LAYER.frame(moments.of(plan, MONTH, VS))
    for heading, column in SECTOR_COLUMNS.items():
        shown = rows[column].round(1) if column.endswith("km") else rows[column]
        assert list(table[heading]) == list(shown), column
    assert sum(table["Length (km)"]) == pytest.approx(plan.frontier.borders.watched.length_km, abs=9 * 0.051)


def test_the_states_add_up_to_the_line(page: AppTest, plan: atlas.Atlas) -> None:
    table = frame_with(page, "State", "Share covered")
    names = ["Baja California", "Sonora", "Chihuahua", "Coahuila", "Nuevo León", "Tamaulipas"]
    assert list(table["State"]) == names
    total = plan.frontier.totals.loc[MONTH]
    assert sum(table["Length (km)"]) == pytest.approx(total["length_km"], abs=6 * 0.051)
    assert sum(table["Covered (km)"]) == pytest.approx(total["covered_km"], abs=6 * 0.051)
    shares = table["Covered (km)"] / table["Length (km)"]
    assert table["Share covered"].to_numpy() == pytest.approx(shares.to_numpy(), abs=0.005)
    assert list(table["Length (km)"]) == [
        pytest.approx(length, abs=0.051) for length in plan.frontier.by_state.query("month == @MONTH")["length_km"]
    ]


def test_the_table_of_crossings_is_the_northern_line_in_the_month(page: AppTest, plan: atlas.Atlas) -> None:
    table = frame_with(page, "Crossing", "Port code")
    north = plan.observations.crossings.query("border == 'us'")
    opened = [
        each for each in plan.frontier.upgrades.upgrades if each.kind == upgrades.NEW and each.first_month <= MONTH
    ]
    assert opened
    assert sorted(table["Crossing"]) == sorted([*north["name_us"], *(each.name for each in opened)])
    (lanes,) = [name for name in table.columns if "anes added" in name]
    assert table[lanes].sum() == plan.frontier.passage["lanes"][MONTH]


# --- effects ----------------------------------------------------------------------------------


@pytest.mark.parametrize("month", [30, 36])
def test_the_effects_are_the_trials(
    month: int, visit: Open, plan: atlas.Atlas, tried: pd.DataFrame, words: text.Words
) -> None:
    headings, rows = rows_of(visit("border_page", month=str(month)), "Area at contested or worse")
    months = sorted({month, *(phase.last_month for phase in plan.scenario.phases)})
    assert headings[1:] == [words.month(each) for each in months]
    names = {
        "with everything": "all",
        "without coverage": "coverage",
        "without southbound inspection": "inspection",
        "without legal capacity": "capacity",
        "without any of the three": "none",
    }
    assert [row[0] for row in rows] == list(names)
    for label, *cells in rows:
        expected = [tried.loc[each, names[label]] * 100 for each in months]
        assert [number(cell) for cell in cells] == pytest.approx(expected, abs=0.0501)
    last = [number(row[-1]) for row in rows]
    assert last[0] == min(last)
    assert last[-1] == max(last) > last[0]


# --- observed ---------------------------------------------------------------------------------


def test_what_is_observed_is_the_table_of_indicators(page: AppTest, plan: atlas.Atlas) -> None:
    headings, rows = rows_of(page, "Indicator")
    assert headings == ["Indicator", "Value", "Unit", "Period", "What the roadmap asks", "Note", "Source"]
    table = plan.observations.indicators
    expected = table[table["indicator_id"].isin(OBSERVED)]
    assert set(expected["indicator_id"]) == set(OBSERVED)
    shown = [row for row in rows if row[0] not in TRAFFIC]
    assert len(shown) == len(expected)
    found = sorted((label, number(value), unit, source) for label, value, unit, _, _, _, source in shown)
    listed = zip(expected["label"], expected["value"].round(4), expected["unit"], expected["source"], strict=True)
    assert found == sorted(listed)


def test_every_observed_row_has_a_source_and_a_period(page: AppTest) -> None:
    _, rows = rows_of(page, "Indicator")
    for row in rows:
        assert row[-1].strip(), row
        assert re.search(r"\d{4}", row[3]), row


def test_what_the_roadmap_asks_is_an_entry_that_cites_the_indicator(page: AppTest, plan: atlas.Atlas) -> None:
    _, rows = rows_of(page, "Indicator")
    table = plan.observations.indicators
    asked = 0
    for row in rows:
        if row[0] in TRAFFIC or not row[4]:
            continue
        ids = set(table.loc[table["label"] == row[0], "indicator_id"])
        citing = [entry.title for entry in plan.scenario.entries if ids & set(entry.indicators)]
        assert row[4] in citing
        asked += 1
    assert asked


@pytest.mark.parametrize(("label", "column"), TRAFFIC.items())
def test_traffic_is_the_sum_of_the_ports(label: str, column: str, page: AppTest, plan: atlas.Atlas) -> None:
    (row,) = [row for row in rows_of(page, "Indicator")[1] if row[0] == label]
    crossings = plan.observations.crossings
    counted = [
        int(value) for value, line in zip(crossings[column], crossings["border"], strict=True)
        if line == "us" and not pd.isna(value)
    ]
    assert number(row[1]) == sum(counted)
    assert number(row[5]) == len(counted)
    assert "empty is not zero" in row[5]


# --- what is left out -------------------------------------------------------------------------


def negative_range(content: str) -> str:
    """The table with a negative range in its first row."""
    head, first, *others = content.splitlines()
    cells = first.split(",")
    cells[sensors.COLUMNS.index("range_km")] = "-5"
    return "\n".join([head, ",".join(cells), *others]) + "\n"


def nowhere(content: str) -> str:
    """The table with a further upgrade at a crossing that nobody knows."""
    return f"{content}more,<b>x</b>,expanded_lanes,,,16,4,,invented\n"


def test_a_faulty_row_is_told_and_the_rest_shown(plant: Plant, visit: Open, plan: atlas.Atlas) -> None:
    app = visit("border_page", scenario=plant(sensors=negative_range), month=str(MONTH))
    assert not app.exception
    assert not app.error
    assert app.session_state["view"].scenario == "mine"
    (warning,) = reading.warnings(app)
    assert warning == "1 row is faulty and was left out; what it would do is missing here."
    faults = frame_with(app, "What is wrong", "Remedy")
    ((file, row, column, wrong, remedy),) = faults.itertuples(index=False)
    assert (file, row, column) == (sensors.FILE, "2", "range_km")
    assert wrong
    assert remedy
    first, *others = plan.frontier.by_sector.query("month == @MONTH")["covered_km"].round(1)
    shown = list(frame_with(app, "Sector")["Covered (km)"])
    assert plan.frontier.sensors.deployments[0].sector == "san-diego"
    assert shown[0] < first
    assert shown[1:] == others


def test_faults_of_both_tables_are_told_together_with_their_values_inside_the_group(
    plant: Plant, visit: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(release.VARIABLE, release.INTERNAL)
    app = visit("border_page", scenario=plant(sensors=negative_range, upgrades=nowhere))
    assert not app.exception
    (warning,) = reading.warnings(app)
    assert warning == "2 rows are faulty and were left out; what they would do is missing here."
    faults = frame_with(app, "What is wrong", "Remedy")
    assert list(faults["File"]) == [sensors.FILE, upgrades.FILE]
    assert "<b>x</b>" in list(faults["Value"])
    assert "<b>x</b>" not in "".join(reading.bodies(app))


def test_a_table_of_which_nothing_can_be_used_is_named(plant: Plant, visit: Open) -> None:
    app = visit("border_page", scenario=plant(sensors=lambda text: text.replace("range_km", "reach", 1)))
    assert not app.exception
    (warning,) = reading.warnings(app)
    assert "sensors.csv" in warning
    assert "0" not in warning


def test_a_sound_copy_has_no_warning(plant: Plant, visit: Open) -> None:
    app = visit("border_page", scenario=plant())
    assert not app.exception
    assert reading.warnings(app) == []
    assert not [each for each in app.dataframe if "Remedy" in each.value.columns]


@pytest.mark.usefixtures("fresh_caches")
@pytest.mark.parametrize("level", release.LEVELS)
def test_terrain_that_is_not_there_is_told_and_its_place_inside_the_group_only(
    level: str, visit: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plan: atlas.Atlas
) -> None:
    monkeypatch.setenv(release.VARIABLE, level)
    missing = str(tmp_path / "heights *of* <b>.tif")
    monkeypatch.setenv(frontier.TERRAIN, missing)
    app = visit("border_page", month=str(MONTH))
    assert not app.exception
    (warning,) = reading.warnings(app)
    named = repr(missing) if level == release.INTERNAL else "that was asked for"
    assert warning.startswith(f"The terrain {named} is not used. ")
    assert level == release.INTERNAL or not [body for body in reading.bodies(app) if tmp_path.name in body]
    assert warning.endswith("Check the path, or start without terrain.")
    assert NO_TERRAIN in reading.html(app).text
    assert list(frame_with(app, "Sector")["Share covered"]) == list(
        coverage.LAYER.frame(moments.of(plan, MONTH))["share"]
    )
