"""The method page: what is invented, the rule, every equation and parameter, every source, the limits."""

from __future__ import annotations

import markupsafe
import pytest
from streamlit.testing.v1 import AppTest

from layers import figures
from layers.files import sources
from roadmap import atlas, moments
from roadmap.model import formulae
from roadmap.words import text
from tests.views import reading
from tests.views.conftest import Open
from views import explain


@pytest.fixture(scope="module")
def page(visit: Open) -> AppTest:
    app = visit("method_page")
    assert not app.exception
    return app


@pytest.fixture(scope="module")
def opened(visit: Open) -> AppTest:
    """The page with its list of indicators open."""
    app = visit("method_page")
    app.session_state["indicators"] = True
    app.run()
    assert not app.exception
    return app


def test_every_equation_with_its_sentence_and_symbols(page: AppTest) -> None:
    wanted = [*formulae.EQUATIONS, *explain.BORDER, *explain.LEDGER]
    assert len({each.key for each in wanted}) == len(wanted)
    drawn = [element.value for element in page.latex]
    assert [each.strip("$\n ") for each in drawn] == [each.latex for each in wanted]
    sentences = [element.value for element in page.markdown]
    captions = [element.value for element in page.caption]
    for each in wanted:
        assert explain.EQUATIONS[each.key] in sentences
        meaning = "; ".join(f"${symbol}$: {explain.SYMBOLS[key]}" for symbol, key in each.symbols)
        assert meaning in captions


def test_the_border_enters_by_three_equations() -> None:
    assert [each.key for each in explain.BORDER] == ["coverage_input", "inspection_input", "capacity_input"]


def test_fixed_values_of_the_border_stand_beside_the_parameters(page: AppTest) -> None:
    texts = reading.html(page).texts
    for key, value, unit in explain.BORDER_CONSTANTS:
        row = texts.index(explain.SYMBOLS[key])
        assert texts[row + 1 : row + 3] == [f"{value:.4g}", explain.UNITS[unit]], key
    row = texts.index("added lanes in reach at half effect")
    assert texts[row + 1 : row + 3] == ["10", "lanes"]


def test_every_parameter_with_value_range_and_unit(page: AppTest, plan: atlas.Atlas) -> None:
    said = reading.html(page)
    assert said.problems == []
    texts = said.texts
    records = plan.scenario.model.records()
    assert len(records) > 40
    for each in records:
        name = each.key.split(".")[-1]
        label = explain.SYMBOLS[name]
        if each.section == "phase":
            label = f"phase {each.key.split('.')[1]}: {label}"
        places = [index for index, part in enumerate(texts) if part == label]
        rows = [texts[index - 1 : index + 4] for index in places]
        span = [] if each.low == each.high else [f"{each.low:g}–{each.high:g}"]
        wanted = [explain.SECTIONS[each.section], label, f"{each.value:g}", *span]
        assert any(row[: len(wanted)] == wanted for row in rows), each.key


def test_every_source_with_its_kind(page: AppTest) -> None:
    raw, texts = "".join(reading.bodies(page)), reading.html(page).texts
    records = sources.records()
    assert len(records) > 10
    for each in records.values():
        assert markupsafe.escape(each.citation) in raw
        assert markupsafe.escape(each.licence) in raw
        row = texts.index(each.path)
        assert texts[row + 1] == each.title
        assert ("invented" if each.illustrative else "real, cited") in texts[row + 2 : row + 6]
    assert any(each.illustrative for each in records.values())


def test_the_residual_of_the_calibration(page: AppTest, plan: atlas.Atlas, words: text.Words) -> None:
    said = reading.html(page).text
    start = plan.plan.projected.baseline
    assert abs(start.residual) <= 0.01
    assert start.residual == pytest.approx(start.share_area - start.target)
    assert f"Target {words.percent(start.target, 3)} of area; met {words.percent(start.share_area, 3)}; " in said
    assert f"residual {words.signed(start.residual * 100, 4)} percentage points" in said
    assert start.share_area == pytest.approx(figures.share_not_held(moments.of(plan, 0).now)["area_km2"])


def test_the_rule_in_words(page: AppTest, plan: atlas.Atlas) -> None:
    said = reading.html(page).text
    rule = plan.scenario.rules
    assert f"Rule {rule.version}: reclaimed and lost" in said
    assert "contested or worse" in said
    assert f"in each of the last {rule.months_held} months" in said


def test_the_results_by_phase(page: AppTest, plan: atlas.Atlas, words: text.Words) -> None:
    texts = reading.html(page).texts
    for month in (0, 6, 18, 36, 60):
        share = figures.share_not_held(moments.of(plan, month).now)
        changes = figures.change_tally(moments.of(plan, month))["municipalities"]
        row = texts.index(words.month(month))
        assert texts[row + 1 : row + 6] == [
            words.percent(share["area_km2"]),
            words.percent(share["population"]),
            words.percent(share["municipalities"]),
            words.integer(changes["reclaimed"]),
            words.integer(changes["lost"]),
        ]


@pytest.mark.parametrize(
    "part", ["What is real and what is invented", "Limits", "Sources", "Parameters", "Calibration of the baseline"]
)
def test_the_sections_are_there(part: str, page: AppTest) -> None:
    assert part in reading.html(page).texts


def test_the_observed_indicators_come_when_they_are_asked_for(
    page: AppTest, opened: AppTest, plan: atlas.Atlas
) -> None:
    assert "Indicator" not in reading.html(page).texts
    raw = "".join(reading.bodies(opened))
    for row in plan.observations.indicators.itertuples():
        for said in (row.label, row.source, row.period):
            assert markupsafe.escape(said) in raw
    assert reading.html(opened).problems == []


def test_no_figure_is_made_up_where_none_was_observed(opened: AppTest, plan: atlas.Atlas) -> None:
    assert len(plan.observations.indicators) > 10
    assert plan.observations.indicators["year"].isna().any()
    assert not {"nan", "None", "<NA>", "NaN"} & set(reading.html(opened).texts)
