"""Charts of money: rows to the cent, marks of one scale, and a sentence that says the figures."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from layers import investment, money_frames, money_words, palette
from layers.charts import money, theme
from roadmap import atlas
from roadmap.ledger import money as amounts
from roadmap.words import text
from tests.layers import traps
from tests.layers.charts import reading
from tests.roadmap import synthetic

UNIT = "million US$ of 2025"
ENDS = (6, 18, 36, 60)
FIRST = {"US": 600e8, "MX": 300e8, "private": 0.0}
COURSE = pd.DataFrame({name: np.linspace(0, last, 61).astype(np.int64) for name, last in FIRST.items()})
SHARES = pd.DataFrame(
    {"tactical": [75, 0], "strategic": [25, 0], "public": [98, 0], "private": [2, 0]},
    index=pd.Index([1, 2], name="phase"),
)
EVERY_THEME = pytest.mark.parametrize("dark", [False, True])
BOTH_COUNTS = pytest.mark.parametrize("running", [False, True])


def funders(
    course: pd.DataFrame, month: int, words: text.Words, *, running: bool = True, dark: bool = False
) -> theme.Chart:
    """The chart, with the ends of the phases of the shipped scenario."""
    return money.funders(course, month, words, running=running, unit=UNIT, ends=ENDS, dark=dark)


# --- funnel -----------------------------------------------------------------------------------


@EVERY_THEME
def test_bars_are_as_long_as_their_sums_and_withheld_is_hollow(dark: bool, words: text.Words) -> None:  # noqa: FBT001
    sums = pd.Series(dict(zip(amounts.AMOUNTS, (400_05, 300_00, 200_00, 100_00, 50_00), strict=True)))
    chart = money.funnel(sums, words, dark=dark)
    rows = reading.rows(chart)
    assert rows["stage"].tolist() == ["Planned", "Committed", "Released", "Delivered", "Withheld"]
    assert rows["cents"].tolist() == sums.tolist()
    assert rows["part"].tolist() == pytest.approx((sums / 400_05).tolist())
    assert rows["exact"].tolist()[0] == "US$ 400.05"
    assert rows["hollow"].tolist() == [False, False, False, False, True]
    (bars,) = reading.layers(chart, "bar")
    assert bars["encoding"]["x"]["field"] == "part"
    assert bars["encoding"]["x"]["scale"]["domain"] == [0, 1]
    fill, dash = bars["encoding"]["fill"], bars["encoding"]["strokeDash"]
    assert fill["condition"] == {"test": "datum.hollow", "value": theme.inks(dark=dark).ground}
    assert dash["condition"]["value"] != dash["value"]  # not by colour alone
    assert [each["field"] for each in bars["encoding"]["tooltip"]] == ["stage", "exact"]
    assert chart.said == (
        "Bars of one scale, invented: Planned: US$ 400; Committed: US$ 300; Released: US$ 200; Delivered: US$ 100; "
        "Withheld: US$ 50."
    )


def test_a_funnel_of_nothing_is_drawn(words: text.Words) -> None:
    chart = money.funnel(pd.Series(dict.fromkeys(amounts.AMOUNTS, 0)), words, dark=False)
    assert set(reading.rows(chart)["part"]) == {0}


# --- over time --------------------------------------------------------------------------------


@BOTH_COUNTS
def test_the_rows_of_the_funders_are_those_of_the_books_to_the_cent(
    running: bool, plan: atlas.Atlas, words: text.Words  # noqa: FBT001
) -> None:
    course = money_frames.over_time(plan, investment.SHOWN, "funder", running=running)
    rows = reading.rows(funders(course, 34, words, running=running))
    assert rows["month"].tolist() == list(range(61))
    sums = plan.books.table("funder")[investment.SHOWN].sort_values(ascending=False)
    order = [f"f{place}" for place in range(len(sums))]
    assert list(rows) == ["month", *order]
    whole = rows[order].iloc[-1] if running else rows[order].sum()
    assert whole.tolist() == sums.tolist()
    assert (rows[order].to_numpy() == course[sums.index].to_numpy()).all()
    assert rows[order].dtypes.tolist() == [np.dtype("int64")] * len(order)


@EVERY_THEME
def test_lines_differ_in_colour_and_dashes_and_are_never_stacked(dark: bool, words: text.Words) -> None:  # noqa: FBT001
    chart = funders(COURSE, 30, words, dark=dark)
    (line,) = reading.layers(chart, "line")
    colours, dashes = (line["encoding"][name]["scale"] for name in ("color", "strokeDash"))
    assert colours["domain"] == dashes["domain"] == ["f0", "f1", "f2"]
    assert colours["range"] == [palette.FUNDERS[key][1 if dark else 0] for key in FIRST]
    assert len({tuple(each) for each in dashes["range"]}) == 3
    assert line["encoding"]["y"]["stack"] is None
    assert line["encoding"]["y"]["axis"]["title"] == UNIT
    assert line["encoding"]["x"]["axis"]["values"] == [0, *ENDS]
    assert line["encoding"]["x"]["scale"]["domain"] == list(range(61))
    assert line["transform"][0] == {"fold": ["f0", "f1", "f2"], "as": ["funder", "cents"]}
    assert line["transform"][1]["calculate"] == "datum.cents / 100000000.0"
    (dots,) = reading.layers(chart, "circle")
    assert dots["data"] == {"name": "now"}


def test_what_the_month_shown_has_is_a_row_of_its_own(words: text.Words) -> None:
    (now,) = reading.rows(funders(COURSE, 30, words), "now").to_dict("records")
    assert now == {"month": 30, "f0": 300_00000000, "f1": 150_00000000, "f2": 0, "said": "month 30"}


def test_month_by_month_the_columns_stand_on_one_another_the_largest_at_the_foot(words: text.Words) -> None:
    course = pd.DataFrame({"US": [0] * 61, "MX": [0] * 61})
    course.loc[[10, 20], "MX"] = 400_00000000, 100_00000000
    course.loc[10, "US"] = 200_00000000
    chart = funders(course, 10, words, running=False)
    (bars,) = reading.layers(chart, "bar")
    assert bars["encoding"]["y"]["stack"] == "zero"
    assert bars["encoding"]["order"]["field"] == "place"
    assert bars["encoding"]["color"]["scale"]["range"] == [palette.FUNDERS[key][0] for key in ("MX", "US")]
    assert not reading.layers(chart, "circle")
    assert chart.said == (
        f"Columns: delivered each month. By month 60, {UNIT}, invented: Mexico: 500.0; United States: 200.0; "
        "together 700.0."
    )


def test_the_pointer_is_told_the_sum_of_each_funder_as_on_the_page(words: text.Words) -> None:
    told = reading.tooltips(funders(COURSE, 30, words))
    assert [each["title"] for each in told] == ["month", "United States", "Mexico", "private firms (USMCA)"]
    assert {each["format"] for each in told[1:]} == {",.1f"}
    locale = reading.bare(funders(COURSE, 30, words))["config"]["locale"]["number"]
    assert (locale["thousands"], locale["decimal"], locale["percent"]) == (",", ".", " %")


@BOTH_COUNTS
def test_the_sentence_adds_up_to_the_books(running: bool, plan: atlas.Atlas, words: text.Words) -> None:  # noqa: FBT001
    course = money_frames.over_time(plan, investment.SHOWN, "funder", running=running)
    said = funders(course, 34, words, running=running).said
    sums = plan.books.table("funder")[investment.SHOWN].sort_values(ascending=False)
    for key, cents in sums.items():
        assert f"{money_words.FUNDERS[str(key)]}: {cents / 1e8:,.1f}" in said
    assert said.endswith(f"together {plan.books.total(investment.SHOWN) / 1e8:,.1f}.")


def test_a_step_changes_rows_only_so_that_the_browser_moves_marks(words: text.Words) -> None:
    first, second = (funders(COURSE, month, words) for month in (10, 50))
    assert (reading.bare(first), first.said) == (reading.bare(second), second.said)
    pd.testing.assert_frame_equal(reading.rows(first), reading.rows(second))
    areas = COURSE.rename(columns={"US": "a", "MX": "b", "private": "c"})
    before, after = (
        money.programmes(areas, areas, month, {}, words, running=True, dark=False)[0] for month in (10, 50)
    )
    assert (reading.bare(before), before.said) == (reading.bare(after), after.said)
    for name in ("rows", "names"):
        pd.testing.assert_frame_equal(reading.rows(before, name), reading.rows(after, name))
    assert before.now != after.now


# --- by programme -----------------------------------------------------------------------------


def said_of(delivered: int, planned: int, words: text.Words) -> str:
    """What stands under the title of a programme."""
    done, due = (money_words.millions(int(cents), words) for cents in (delivered, planned))
    return f"{done} delivered, {due} planned"


@BOTH_COUNTS
def test_every_programme_has_a_panel_to_the_cent(running: bool, plan: atlas.Atlas, words: text.Words) -> None:  # noqa: FBT001
    delivered, planned = (
        money_frames.over_time(plan, stage, "programme", running=running) for stage in ("delivered", "planned")
    )
    names = money_frames.names(plan, words)["programme"]
    charts = money.programmes(delivered, planned, 34, names, words, running=running, dark=False)
    assert len(charts) == money.COLUMNS
    order = plan.books.table("programme")["delivered"].sort_values(ascending=False, kind="stable").index
    titles = [title for chart in charts for title in reading.rows(chart, "names")["title"]]
    assert titles == [names[key] for key in order]
    found = pd.concat([reading.rows(chart).assign(chart=place) for place, chart in enumerate(charts)])
    panels = [rows for _, rows in found.groupby(["chart", "rank"], sort=True)]
    assert len(panels) == len(order) == 29
    for key, rows in zip(order, panels, strict=True):
        assert rows["month"].tolist() == list(range(61))
        assert rows["area"].tolist() == delivered[key].tolist()
        assert rows["line"].tolist() == planned[key].tolist()
    under = [said for chart in charts for said in reading.rows(chart, "heads")["under"]]
    assert under == [
        said_of(delivered.loc[34, key], planned.loc[34, key], words) for key in order
    ]
    whole = plan.books.table("programme")
    for chart in charts:
        for title in reading.rows(chart, "names")["title"]:
            (key,) = [key for key in order if names[key] == title]
            sums = said_of(whole.loc[key, "delivered"], whole.loc[key, "planned"], words)
            assert f"{title}: {sums}" in chart.said
    assert all(chart.said.startswith(f"By month {synthetic.LAST_MONTH}, invented: ") for chart in charts)
    assert all(chart.now.startswith("By month 34" if running else "In month 34") for chart in charts)


def test_no_lines_no_panels(words: text.Words) -> None:
    nothing = pd.DataFrame(index=pd.RangeIndex(61, name="month"))
    assert money.programmes(nothing, nothing, 5, {}, words, running=True, dark=False) == []


# --- shares -----------------------------------------------------------------------------------


def test_shares_are_as_long_as_their_parts_and_say_so(words: text.Words) -> None:
    support, funding = money.shares(SHARES, words, dark=False)
    assert reading.rows(support)[["first", "second"]].to_numpy().tolist() == [[75, 25], [0, 0]]
    assert reading.rows(support)[["said", "other"]].to_numpy().tolist() == [
        ["75.0 %", "25.0 %"],
        ["nothing is delivered", ""],
    ]
    assert reading.rows(funding)["said"].tolist() == ["98.0 %", "nothing is delivered"]
    assert reading.rows(support)["part"].isna().tolist() == [False, True]
    (bars,) = reading.layers(support, "bar")
    assert bars["encoding"]["x"]["stack"] == "normalize"
    tactical, strategic = (words.t(each) for each in money_words.SUPPORTS.values())
    assert json.dumps([tactical, strategic]) in bars["encoding"]["color"]["legend"]["labelExpr"]
    assert support.said == (
        f"Phase 1: 75.0 % {tactical}, 25.0 % {strategic}; Phase 2: nothing is delivered"
    )


def test_the_shares_of_the_books_to_the_cent(plan: atlas.Atlas, words: text.Words) -> None:
    found = money_frames.phase_by_phase(plan)
    for chart, kinds in zip(
        money.shares(found, words, dark=True), (["tactical", "strategic"], ["public", "private"]), strict=True
    ):
        rows = reading.rows(chart)
        assert rows[["first", "second"]].to_numpy().tolist() == found[kinds].to_numpy().tolist()
        assert (rows["first"] + rows["second"]).tolist() == found["delivered"].tolist()


# --- all --------------------------------------------------------------------------------------


def every(words: text.Words, *, dark: bool, names: tuple[str, ...] = ("a", "b", "c")) -> list[theme.Chart]:
    """One chart of each kind."""
    areas = pd.DataFrame({str(place): range(61) for place in range(len(names))})
    titles = {str(place): name for place, name in enumerate(names)}
    sums = pd.Series(dict.fromkeys(amounts.AMOUNTS, 5))
    return [
        money.funnel(sums, words, dark=dark),
        *(funders(COURSE, 30, words, running=running, dark=dark) for running in (True, False)),
        *(
            chart
            for running in (True, False)
            for chart in money.programmes(areas, areas, 5, titles, words, running=running, dark=dark)
        ),
        *money.shares(SHARES, words, dark=dark),
    ]


def test_dark_and_light_differ_in_colour_alone(words: text.Words) -> None:
    for light, dark in zip(every(words, dark=False), every(words, dark=True), strict=True):
        assert reading.bare(light) != reading.bare(dark)
        assert reading.colourless(light) == reading.colourless(dark)
        assert light.said == dark.said


def test_every_chart_says_that_it_is_invented_and_has_the_type_of_the_page(words: text.Words) -> None:
    for chart in every(words, dark=False):
        spec = reading.bare(chart)
        assert spec["title"]["text"] == "HYPOTHETICAL, invented"
        assert spec["config"]["font"].startswith("Noto Sans")
        assert "url" not in set(reading.strings(spec))
        assert {each for each in reading.strings(spec) if "://" in each} == {spec["$schema"]}


def test_names_are_rows_and_never_told_to_vega(words: text.Words) -> None:
    charts = every(words, dark=False, names=traps.NAMES)
    told = "".join(text for chart in charts for text in reading.strings(reading.bare(chart)))
    assert not [name for name in traps.NAMES if name[:12] in told]
    shown = {title for chart in charts if "names" in chart.spec["datasets"] for title in
             reading.rows(chart, "names")["title"]}
    assert shown == set(traps.NAMES)
