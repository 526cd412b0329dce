"""The investment page: four amounts apart, reconciled to the cent, tables that add up, all marked invented."""

from __future__ import annotations

import base64
import io
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from layers import investment, money_frames, money_words
from roadmap import atlas, moments
from roadmap.ledger import bookkeeping, conditions, money
from roadmap.model import marginal
from roadmap.plan import scenario
from roadmap.record import rules
from roadmap.words import text
from tests.layers import drawing
from tests.views import reading
from tests.views.conftest import Open
from views import investment_tables

MONTH = 48
SINCE = 6
ASKED = ("funder-months", "programme-months", "flow-table", "costs", "margins")


@pytest.fixture(scope="module")
def page(visit: Open) -> AppTest:
    app = visit("investment_page", month=str(MONTH))
    assert not app.exception
    return app


@pytest.fixture(scope="module")
def asked(visit: Open) -> AppTest:
    """The page with everything asked for that takes seconds."""
    app = visit("investment_page", month=str(MONTH))
    for key in ASKED:
        app.session_state[key] = True
    app.run(timeout=120)
    assert not app.exception
    return app


@pytest.fixture(scope="module")
def saved(visit: Open) -> dict[str, Callable[[], bytes]]:
    """What each button to save makes on the click, by the name of its file, with everything asked for."""
    made: dict[str, Callable[[], bytes]] = {}

    def offered(label: str, data: Callable[[], bytes], *, file_name: str, **settings: object) -> bool:
        assert label == "Save as CSV"
        assert settings["on_click"] == "ignore"
        made[file_name] = data
        return False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streamlit, "download_button", offered)
        app = visit("investment_page", month=str(MONTH), vs=str(SINCE))
        for key in ASKED:
            app.session_state[key] = True
        app.run(timeout=120)
    assert not app.exception
    return made


_NUMBERS = ("population", "people_reclaimed", "km2_reclaimed")


def table_of(written: bytes, **types: str) -> pd.DataFrame:
    """A saved table with its amounts as whole cents, its figures as numbers and its keys as text."""
    plain = {"state": str, "place": str, "edition": str}
    empty = {each: [""] for each in _NUMBERS}
    found = pd.read_csv(io.BytesIO(written), dtype={**plain, **types}, keep_default_na=False, na_values=empty)
    for name in [each for each in found.columns if each.endswith("_usd")]:
        texts = pd.read_csv(io.BytesIO(written), dtype=str)[name]
        assert texts.str.fullmatch(r"\d+\.\d\d").all()
        found[name] = [int(text.replace(".", "")) for text in texts]
    return found


@pytest.fixture(scope="module")
def upto() -> bookkeeping.Filter:
    return investment.until(MONTH)


def frames(app: AppTest) -> list[pd.DataFrame]:
    """The tables that can be sorted, in the order of the page."""
    return [each.value for each in app.dataframe]


def frame_with(app: AppTest, column: str) -> pd.DataFrame:
    """The one table that can be sorted and has this column."""
    (found,) = [each for each in frames(app) if column in each.columns]
    return found


def test_the_headline_says_four_amounts_and_that_they_are_invented(
    page: AppTest, plan: atlas.Atlas, words: text.Words, upto: bookkeeping.Filter
) -> None:
    said = reading.html(page)
    assert said.problems == []
    for stage in ("committed", "disbursed", "delivered", "withheld"):
        place = said.texts.index(f"{money_words.STAGES[stage]} (invented)")
        assert said.texts[place + 1] == money_words.dollars(plan.books.total(stage, upto), words)
    assert "HYPOTHETICAL" in said.texts
    assert any("Every line of the ledger is invented, in US$ of 2025" in each for each in said.texts)


def test_the_reconciliation_is_shown_to_the_cent(
    page: AppTest, plan: atlas.Atlas, words: text.Words, upto: bookkeeping.Filter
) -> None:
    texts = reading.html(page).texts
    found = plan.books.reconcile(upto)
    start = texts.index("Difference")
    for number, stage in enumerate(money.AMOUNTS):
        row = texts[start + 1 + 5 * number : start + 6 + 5 * number]
        assert row[0] == money_words.STAGES[stage]
        assert row[1:] == [money_words.exact(int(cents), words) for cents in found.table.loc[stage]]
        assert row[4] == "US$ 0.00"
    assert "On the map and cannot be placed add up to the ledger, to the cent." in texts


def test_tables_add_up_to_the_ledger(page: AppTest, plan: atlas.Atlas, upto: bookkeeping.Filter) -> None:
    programmes, states = frames(page)[:2]
    assert len(states) == 33
    assert states["State"].iloc[-1] == "cannot be placed"
    placed = plan.books.reconcile(upto).table
    for stage, heading in investment_tables._stages(text.words()).items():  # noqa: SLF001 - the headings
        whole = plan.books.total(stage, upto) / 1e8
        assert programmes[heading].sum() == pytest.approx(whole, abs=1e-3 * len(programmes))
        assert states[heading].sum() == pytest.approx(whole, abs=1e-3 * len(states))
        left = placed.loc[stage, "not_placed"] / 1e8
        assert states.set_index("State").loc["cannot be placed", heading] == pytest.approx(left, abs=1e-3)
    row = states.set_index("State").loc["Sonora"]
    people = plan.territory.states.set_index("name").loc["Sonora", "population"]
    assert row["Delivered per person (US$)"] == pytest.approx(row["Delivered (US$ m)"] * 1e6 / people, abs=0.01)


def test_each_condition_says_its_status_and_the_months_in_which_it_was_not_met(
    page: AppTest, plan: atlas.Atlas, words: text.Words
) -> None:
    texts = reading.html(page).texts
    found = conditions.table(plan.books.ledger, plan.books.conditions, MONTH)
    assert len(found) == 7
    start = texts.index("Not met in") + 1
    for number, each in enumerate(plan.books.conditions):
        row = texts[start + 7 * number : start + 7 * number + 7]
        told = found.loc[each.id]
        assert row[0] == each.title
        assert row[2] == money_words.CONDITIONS[told["status"]]
        assert row[5] == money_words.millions(told["withheld"], words)
    reports = texts.index("Reports on the conduct of forces are published every half year")
    assert texts[reports + 6] == "months 13\N{EN DASH}23, months 42\N{EN DASH}44"


def test_pictures_say_in_words_what_they_show(page: AppTest) -> None:
    images = [value for tag, name, value in reading.html(page).attributes if tag == "img" and name == "src"]
    (flow,) = [base64.b64decode(each.partition(",")[2]).decode() for each in images]
    assert "HYPOTHETICAL, invented" in flow
    assert "cannot be placed" in flow
    assert re.search(r"United States [\d,.]+", flow)
    charts = reading.charts(page)
    assert len(charts) == 1 + 1 + 4 + 2
    for chart in charts:
        assert chart.spec["title"]["text"] == "HYPOTHETICAL, invented"
        assert chart.theme == ""  # not Streamlit's colours
        assert re.search(r"\d", chart.said)
    described = [value for tag, name, value in reading.html(page).attributes if tag == "img" and name == "alt"]
    assert all(described)


def test_real_figures_carry_their_sources(page: AppTest) -> None:
    texts = reading.html(page).texts
    row = texts.index("Mérida Initiative appropriations for Mexico")
    assert texts[row + 1 : row + 4] == ["352", "million USD", "FY2008 supplemental (P.L. 110-252)"]
    assert "CRS R40135 and RS22837" in texts[row : row + 8]


def flow_of(app: AppTest) -> list[str]:
    """The texts of the flow."""
    (image,) = [value for tag, name, value in reading.html(app).attributes if tag == "img" and name == "src"]
    return drawing.said(base64.b64decode(image.partition(",")[2]).decode())


def key_of(app: AppTest) -> list[str]:
    """The key of the chart by funder: when, names and sums."""
    texts = reading.html(app).texts
    start = next(place for place, each in enumerate(texts) if re.fullmatch(r"(By|In) month \d+", each))
    return texts[start : texts.index("all together") + 2]


def panels_of(app: AppTest) -> list[str]:
    """What is said of each programme in the month shown, down the columns."""
    return [said for chart in reading.charts(app)[2:6] for said in chart.rows["heads"]["under"]]


def chosen(visit: Open, month: int, **choices: str) -> AppTest:
    """The page with switches set and all that is quick opened."""
    app = visit("investment_page", month=str(month))
    for key, value in choices.items():
        app.button_group(key=key).set_value(value)
    for key in ASKED[:3]:
        app.toggle(key=key).set_value(True)
    app.run()
    assert not app.exception
    # The link is the view: what differs from the usual stands in it.
    usual = {"time": "so-far", "flow": "state", "counted": "so-far"}
    for key, value in choices.items():
        assert app.query_params.get(key) == (None if value == usual[key] else value)
    return app


def test_a_link_sets_the_switches(visit: Open) -> None:
    app = visit("investment_page", month="34", time="by-month", flow="zone", counted="alone")
    assert not app.exception
    assert [app.button_group(key=key).value for key in ("time", "flow", "counted")] == ["by-month", "zone", "alone"]
    assert any(each.startswith("Delivered in month 34 alone") for each in reading.html(app).texts)


def test_every_programme_has_a_panel_and_the_sums_of_the_month(page: AppTest, plan: atlas.Atlas) -> None:
    upto = plan.books.table("programme", investment.until(MONTH))
    found = panels_of(page)
    whole = plan.books.table("programme").sort_values("delivered", ascending=False)
    assert found == [
        f"{upto.loc[key, 'delivered'] / 1e8:,.1f} delivered, {upto.loc[key, 'planned'] / 1e8:,.1f} planned"
        for key in whole.index
    ]
    assert len(found) == 29


def test_the_funders_key_adds_up_to_what_is_delivered(
    page: AppTest, plan: atlas.Atlas, upto: bookkeeping.Filter
) -> None:
    when, *texts = key_of(page)
    assert when == f"By month {MONTH}"
    assert texts[-1] == f"{plan.books.total('delivered', upto) / 1e8:,.1f}"
    sums = plan.books.table("funder", upto)["delivered"].sort_values(ascending=False)
    assert texts[1:-2:2] == [f"{cents / 1e8:,.1f}" for cents in sums]


@pytest.mark.parametrize(("switch", "first"), [("so-far", 0), ("by-month", 34)])
def test_the_switch_governs_charts_and_tables_over_time(
    switch: str, first: int, visit: Open, plan: atlas.Atlas
) -> None:
    app = chosen(visit, 34, time=switch)
    upto = bookkeeping.Filter(first_month=first, last_month=34)
    total = plan.books.total("delivered", upto)
    texts = key_of(app)
    assert texts[0] == ("By month 34" if switch == "so-far" else "In month 34")
    assert texts[-1] == f"{total / 1e8:,.1f}"
    panels = panels_of(app)
    by_programme = plan.books.table("programme", upto)
    largest = "guard-deployment"
    assert panels[0] == (
        f"{by_programme.loc[largest, 'delivered'] / 1e8:,.1f} delivered, "
        f"{by_programme.loc[largest, 'planned'] / 1e8:,.1f} planned"
    )
    for column, count in (("United States", 4), ("Support: training", 29)):
        table = frame_with(app, column).set_index("Month")
        assert table.shape == (61, count)
        assert table.loc[34].sum() == pytest.approx(total / 1e8, abs=1e-3 * count)
    app.button_group(key="programme-amount").set_value("planned").run()
    planned = frame_with(app, "Support: training").set_index("Month")
    assert planned.loc[34].sum() == pytest.approx(plan.books.total("planned", upto) / 1e8, abs=0.03)


@pytest.mark.parametrize("to", ["state", "zone"])
@pytest.mark.parametrize(("switch", "first", "note"), [("so-far", 0, "up to"), ("alone", 34, "in")])
def test_the_flow_is_up_to_the_month_or_in_it(
    to: str, switch: str, first: int, note: str, visit: Open, plan: atlas.Atlas
) -> None:
    app = chosen(visit, 34, counted=switch, flow=to)
    lines = bookkeeping.Filter(first_month=first, last_month=34)
    flows = frame_with(app, "Place")
    assert round(flows["Delivered (US$)"].sum() * 100) == plan.books.total("delivered", lines)
    if to == "state":
        sums = plan.books.by_state("delivered", lines)
        sonora = plan.territory.states.set_index("name").loc["Sonora", "cve_ent"]
        assert round(flows.loc[flows["Place"] == "Sonora", "Delivered (US$)"].sum() * 100) == sums[sonora]
    us = plan.books.table("funder", lines).loc["US", "delivered"]
    assert f"United States {us / 1e8:,.1f}" in flow_of(app)
    assert any(each.startswith(f"Delivered {note} month 34") for each in reading.html(app).texts)


def test_a_month_in_which_nothing_is_delivered_says_so(visit: Open) -> None:
    app = chosen(visit, 0, counted="alone")
    assert flow_of(app) == ["Nothing is delivered."]


def test_the_shares_by_phase_are_those_of_the_table(page: AppTest, plan: atlas.Atlas) -> None:
    said = [
        share
        for chart in reading.charts(page)[6:]
        for row in chart.rows["rows"][["said", "other"]].to_numpy().tolist()
        for share in row
    ]
    spans = [bookkeeping.Filter(first_month=p.first_month, last_month=p.last_month) for p in plan.scenario.phases]
    whole = [plan.books.total("delivered", each) for each in spans]
    second = {
        "support": [plan.books.total("delivered", replace(each, support=("strategic",))) for each in spans],
        "funder": [plan.books.total("delivered", replace(each, funder=("private",))) for each in spans],
    }
    expected = [
        f"{share:.1%}".replace("%", " %")
        for sums in second.values()
        for part, of in zip(sums, whole, strict=True)
        for share in (1 - part / of, part / of)
    ]
    assert said == expected
    texts = reading.html(page).texts
    start = texts.index("Private, of delivered") + 1
    in_table = [texts[start + 9 * number + 7 : start + 9 * number + 9] for number in range(4)]
    assert in_table == [[expected[2 * number + 1], expected[8 + 2 * number + 1]] for number in range(4)]


TURN = "In the last phase support is mostly strategic, and private money is the most."


def test_what_is_said_of_the_last_phase_is_said_only_where_it_is_so(visit: Open, page: AppTest) -> None:
    assert TURN in reading.html(page).text
    app = visit("investment_page", month="48", funder="US")
    assert not app.exception
    assert TURN not in reading.html(app).text
    # Private money comes in phase 4 only; before it there is nothing of which to tell shares.
    texts = reading.html(visit("investment_page", month="48", funder="private")).texts
    start = texts.index("Private, of delivered") + 1
    dash = "\N{EN DASH}"
    assert [texts[start + 9 * n + 7 : start + 9 * n + 9] for n in range(3)] == [[dash, dash]] * 3
    assert texts[start + 9 * 3 + 8] == "100.0 %"


def test_notes_name_the_year_of_the_dollars(page: AppTest) -> None:
    noted = [each for each in reading.html(page).texts if "US$ of 2025" in each]
    assert len(noted) >= 8
    assert sum("nvented" in each for each in noted) >= 6


def test_every_file_says_its_month_scenario_and_that_it_is_invented(
    saved: dict[str, Callable[[], bytes]], plan: atlas.Atlas
) -> None:
    since = {f"money-{name}_{SINCE}-{MONTH}_ssa.csv" for name in ("states", "costs")}
    shown = {f"money-{name}_month-{MONTH}_ssa.csv" for name in ("programmes", "flows")} | since
    whole = {f"money-{name}_month-60_ssa.csv" for name in ("margins", "funders-so-far", "programmes-so-far")}
    assert set(saved) == shown | whole
    for name, make in saved.items():
        found = table_of(make())
        assert len(found) > 25, name
        assert set(found["scenario"]) == {"ssa"}
        assert set(found["edition"]) == {plan.edition}
        assert set(found["hypothetical"]) == {True}
        assert set(found["usd_year"]) == {2025}
        month = MONTH if name in shown else 60
        assert found["reconciliation"].iloc[0] == money_frames.reconciled(moments.of(plan, month).now)
        assert found["month"].between(0, 60).all()
        compared = set(found["compared_with_month"]) if "compared_with_month" in found else set()
        assert compared == ({SINCE} if name in since else set())
        assert make().startswith(b"\xef\xbb\xbf")  # or spreadsheets take it for an old encoding
        assert set(found["month"]) == ({MONTH} if name in shown else {60} if "margins" in name else set(range(61)))


def test_the_file_of_the_states_adds_up_to_the_ledger_to_the_cent(
    saved: dict[str, Callable[[], bytes]], plan: atlas.Atlas, upto: bookkeeping.Filter
) -> None:
    found = table_of(saved[f"money-states_{SINCE}-{MONTH}_ssa.csv"]())
    whole = plan.books.reconcile(upto).table
    assert {stage: int(found[f"{stage}_usd"].sum()) for stage in money.AMOUNTS} == whole["ledger"].to_dict()
    states = found.iloc[:-1]
    assert {stage: int(states[f"{stage}_usd"].sum()) for stage in money.AMOUNTS} == whole["placed"].to_dict()
    assert found["name"].iloc[-1] == "cannot be placed"
    nowhere = found.iloc[-1][["state", "population", "people_reclaimed", "km2_reclaimed"]]
    assert all(each == "" or pd.isna(each) for each in nowhere)
    assert found["population"].sum() == plan.territory.states["population"].sum()
    assert set(found["reclaimed_since_month"]) == {6}
    won = rules.change(plan.plan.codes, MONTH, 6, rules=plan.scenario.rules) == rules.RECLAIMED
    assert found["people_reclaimed"].sum() == plan.territory.municipalities["population"][won].sum() > 0
    assert found["km2_reclaimed"].sum() == pytest.approx(plan.territory.municipalities["area_km2"][won].sum())
    assert states["state"].tolist() == plan.territory.states["cve_ent"].tolist()


def test_the_other_files_add_up_to_the_ledger_to_the_cent(
    saved: dict[str, Callable[[], bytes]], plan: atlas.Atlas, upto: bookkeeping.Filter
) -> None:
    found = table_of(saved[f"money-programmes_month-{MONTH}_ssa.csv"]())
    for stage in money.AMOUNTS:
        assert int(found[f"{stage}_usd"].sum()) == plan.books.total(stage, upto)
    flows = table_of(saved[f"money-flows_month-{MONTH}_ssa.csv"]())
    assert int(flows["delivered_usd"].sum()) == plan.books.total("delivered", upto)
    left = flows.loc[flows["place_name"] == "cannot be placed"]
    assert set(left["place"]) == {""}
    assert int(left["delivered_usd"].sum()) == plan.books.reconcile(upto).table.loc["delivered", "not_placed"]
    for name, groups in (("funders", 4), ("programmes", 29)):
        months = table_of(saved[f"money-{name}-so-far_month-60_ssa.csv"]())
        assert len(months) == 61 * groups
        for stage in ("planned", "delivered"):
            assert int(months.loc[months["month"] == MONTH, f"{stage}_usd"].sum()) == plan.books.total(stage, upto)
    costs = table_of(saved[f"money-costs_{SINCE}-{MONTH}_ssa.csv"]())
    since = plan.books.by_state("delivered", bookkeeping.Filter(first_month=7, last_month=MONTH))
    assert costs["delivered_usd"].tolist() == since.tolist()
    known = costs[costs["people"].astype(float) > 0]
    assert (known["usd_per_people"].astype(float) * known["people"] * 100).tolist() == pytest.approx(
        known["delivered_usd"].tolist()
    )


def test_nothing_slow_is_computed_before_it_is_asked_for(page: AppTest) -> None:
    assert len(frames(page)) == 2
    assert [each.key for each in page.toggle] == list(ASKED)
    assert not any(each.value for each in page.toggle)


def test_the_table_of_the_flow_adds_up(asked: AppTest, plan: atlas.Atlas, upto: bookkeeping.Filter) -> None:
    flows = frame_with(asked, "Place")
    assert round(flows["Delivered (US$)"].sum() * 100) == plan.books.total("delivered", upto)
    left = flows.loc[flows["Place"] == "cannot be placed", "Delivered (US$)"].sum()
    assert round(left * 100) == plan.books.reconcile(upto).table.loc["delivered", "not_placed"]


def test_costs_are_ranges(asked: AppTest) -> None:
    found = frame_with(asked, "US$ per person")
    for heading in ("People reclaimed", "km² reclaimed", "US$ per person"):
        known = found.dropna(subset=[heading, f"{heading}, lowest"])
        assert (known[f"{heading}, lowest"] <= known[heading]).all()
        rows = known.dropna(subset=[f"{heading}, highest"])
        assert (rows[heading] <= rows[f"{heading}, highest"]).all()
    assert found["US$ per person"].notna().any()


def test_the_next_sum_is_a_range_for_every_programme_and_zone_and_no_recommendation(
    asked: AppTest, plan: atlas.Atlas
) -> None:
    found = frame_with(asked, "People, expected")
    assert len(found) == len(marginal.pairs(plan.books))
    assert found["People, expected"].is_monotonic_decreasing
    assert (found["People, expected, lowest"] <= found["People, expected, highest"]).all()
    said = reading.html(asked).text
    assert "It is not a recommendation." in said


def test_phase_four_turns_to_strategic_and_private_money(page: AppTest) -> None:
    texts = reading.html(page).texts
    start = texts.index("Private, of delivered") + 1
    shares = []
    for number in range(4):
        row = texts[start + 9 * number : start + 9 * number + 9]
        assert row[0] == f"Phase {number + 1}"
        shares.append([float(each.removesuffix(" %")) for each in row[-2:]])
    assert shares[3][0] > shares[0][0]
    assert shares[3][1] > shares[0][1]


def test_a_ledger_with_faults_is_left_out_whole_and_listed(
    visit: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(scenario.DEFAULT_ROOT / "ssa", tmp_path / "ssa")
    shutil.copytree(scenario.DEFAULT_ROOT / "ssa", tmp_path / "odd")
    roadmap = tmp_path / "odd" / "roadmap.toml"
    roadmap.write_text(roadmap.read_text(encoding="utf-8").replace('id = "ssa"', 'id = "odd"', 1), encoding="utf-8")
    path = tmp_path / "odd" / "investment.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",37462000,", ",-5,", 1), encoding="utf-8")
    monkeypatch.setattr(scenario.find, "__defaults__", (tmp_path,))
    monkeypatch.setattr(scenario.discover, "__defaults__", (tmp_path,))
    monkeypatch.setattr(atlas.load, "__kwdefaults__", {**atlas.load.__kwdefaults__, "scenarios_root": tmp_path})
    app = visit("investment_page", month="48", scenario="odd")
    assert not app.exception
    (warned,) = [each for each in reading.warnings(app) if "ledger" in each]
    assert warned.startswith("The ledger has 1 fault and is left out as a whole")
    listed = frames(app)[0]
    assert listed[["File", "Row", "Column", "Value"]].to_numpy().tolist() == [["investment.csv", "2", "planned", "'-5"]]
    assert listed["What is wrong"].tolist() == ["The amount is negative."]
    texts = reading.html(app).texts
    row = texts.index("loaded")
    assert texts[row + 1 : row + 6] == ["0", *["US$ 0.00"] * 4]
    assert texts[texts.index("in the file, as far as it can be read") + 1] == "3,911"
    assert texts[texts.index("Delivered (invented)") + 1] == "US$ 0"
    assert [each.key for each in app.toggle] == list(ASKED[:3])


CHOSEN = bookkeeping.Filter(funder=("US", "joint"), programme=("smart-border", "support-training"))


def test_a_filter_governs_figures_reconciliation_tables_and_files(
    visit: Open, plan: atlas.Atlas, words: text.Words
) -> None:
    app = visit("investment_page", month="48", funder="US,joint", programme="support-training,smart-border")
    assert not app.exception
    upto = replace(CHOSEN, last_month=48)
    wanted = plan.books.reconcile(upto)
    everything = plan.books.total("delivered", bookkeeping.Filter(last_month=48))
    assert 0 < wanted.table.loc["delivered", "ledger"] < everything
    texts = reading.html(app).texts
    assert texts[texts.index("Delivered (invented)") + 1] == money_words.dollars(
        wanted.table.loc["delivered", "ledger"], words
    )
    start = texts.index("Difference")
    for number, stage in enumerate(money.AMOUNTS):
        row = texts[start + 2 + 5 * number : start + 6 + 5 * number]
        assert row == [money_words.exact(int(cents), words) for cents in wanted.table.loc[stage]]
    programmes, states = frames(app)[:2]
    assert set(programmes["Programme"]) == {
        entry.title for entry in plan.scenario.entries if entry.id in CHOSEN.programme
    }
    whole = wanted.table.loc["delivered", "ledger"]
    assert states["Delivered (US$ m)"].sum() == pytest.approx(whole / 1e8, abs=1e-3 * len(states))
    some = replace(plan, books=replace(plan.books, only=CHOSEN))
    saved = money_frames.states_file(moments.of(some, 48))
    assert sum(round(each * 100) for each in saved["delivered_usd"]) == whole
    assert set(saved["only"]) == {"programme=smart-border,support-training; funder=US,joint"}
    assert any("Only the lines chosen count below" in each for each in texts)


def test_a_filter_is_chosen_on_the_page_and_stands_in_the_link(visit: Open, plan: atlas.Atlas) -> None:
    app = visit("investment_page", month="48")
    app.multiselect(key="only-funders").select("private").run(timeout=60)
    assert not app.exception
    assert app.query_params["funder"] == "private"
    texts = reading.html(app).texts
    delivered = plan.books.total("delivered", bookkeeping.Filter(funder=("private",), last_month=48))
    assert texts[texts.index("Delivered (invented)") + 1] == money_words.dollars(delivered, text.words())
    app.multiselect(key="only-funders").unselect("private").run(timeout=60)
    assert "funder" not in app.query_params


def test_a_choice_that_the_ledger_no_longer_knows_filters_nothing(visit: Open, plan: atlas.Atlas) -> None:
    app = visit("investment_page", month="48")
    app.session_state["view"] = replace(app.session_state["view"], funders=("gone",), programmes=("gone",))
    app.session_state["touched"] = True
    app.run(timeout=60)
    assert not app.exception
    texts = reading.html(app).texts
    delivered = plan.books.total("delivered", bookkeeping.Filter(last_month=48))
    assert texts[texts.index("Delivered (invented)") + 1] == money_words.dollars(delivered, text.words())
    assert app.multiselect(key="only-funders").value == []


def test_a_filter_without_lines_shows_nothing_and_does_not_fail(visit: Open) -> None:
    app = visit("investment_page", month="48", funder="private", programme="gun-tracing")
    assert not app.exception
    texts = reading.html(app).texts
    assert {"Nothing is delivered.", "There are no lines."} <= set(texts)
    assert len(reading.charts(app)) == 1 + 2
    assert texts[texts.index("Delivered (invented)") + 1] == "US$ 0"


def test_tables_without_a_ledger_are_empty(plan: atlas.Atlas, words: text.Words, tmp_path: Path) -> None:
    nothing = bookkeeping.examine(tmp_path, plan.scenario.entries, plan.books.places)
    rows, headings = investment_tables.programmes(moments.of(replace(plan, books=nothing), 60).now, words)
    assert rows.empty
    assert headings
