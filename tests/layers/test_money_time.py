"""Money over the months: lines, columns and panels rise as their sums, and the month shown says whose values stand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import money_time, palette
from layers.charts import svg
from roadmap.words import text
from tests.layers import traps
from tests.layers.drawing import SVG, drawn, said, stops

FIRST = {"US": 600e8, "MX": 300e8, "private": 0.0}
COURSE = pd.DataFrame({name: np.linspace(0, last, 61).astype(np.int64) for name, last in FIRST.items()})
UNIT = "million US$ of 2025"


def funders(course: pd.DataFrame, month: int, words: text.Words, *, running: bool = True, dark: bool = False) -> str:
    """The drawing, with the ends of the phases of the shipped scenario."""
    return money_time.funders(
        course, month, words, running=running, unit=UNIT, ends=[6, 18, 36, 60], dark=dark
    )


def coloured(svg: str, colour: str, paint: str) -> list[list[tuple[float, float]]]:
    """The points of the paths in a colour that lie in the plot, not in the key."""
    found = [each.get("d", "") for each in drawn(svg).iter(f"{SVG}path") if each.get(paint) == colour]
    return [points for points in map(stops, found) if points and points[0][0] < 840]


@given(st.floats(0.01, 1e14))
def test_lines_at_round_sums_hold_every_sum_and_are_equally_far_apart(most: float) -> None:
    low, middle, high = money_time.ticks(most)
    assert high >= most > high / 3
    assert (middle, high) == pytest.approx((2 * low, 3 * low))
    assert float(f"{low:.1e}") == pytest.approx(low)  # two digits


@pytest.mark.parametrize(("most", "expected"), [(7579, (3000, 6000, 9000)), (9, (3, 6, 9)), (0, (1, 2, 3))])
def test_lines_at_round_sums(most: float, expected: tuple[float, ...]) -> None:
    assert money_time.ticks(most) == expected


@pytest.mark.parametrize("dark", [False, True])
def test_lines_rise_as_their_sums_and_dots_stand_at_the_month_shown(dark: bool, words: text.Words) -> None:  # noqa: FBT001
    svg = funders(COURSE, 30, words, dark=dark)
    lines = {
        name: coloured(svg, palette.FUNDERS[name][1 if dark else 0], "stroke")[0] for name in ("US", "MX", "private")
    }
    floor = lines["US"][0][1]
    rises = {name: floor - points[-1][1] for name, points in lines.items()}
    assert rises == pytest.approx({"US": 240, "MX": 120, "private": 0}, abs=0.2)  # of 240 up to 600 million
    dots = {
        each.get("fill"): (float(each.get("cx", "0")), float(each.get("cy", "0")))
        for each in drawn(svg).iter(f"{SVG}circle")
    }
    assert len(dots) == 3
    for name, points in lines.items():
        x, y = dots[palette.FUNDERS[name][1 if dark else 0]]
        assert x == pytest.approx((points[0][0] + points[-1][0]) / 2, abs=0.1)
        assert y == pytest.approx((points[0][1] + points[-1][1]) / 2, abs=0.1)


def test_the_key_says_the_values_of_the_month_shown_and_their_sum(words: text.Words) -> None:
    texts = said(funders(COURSE, 30, words))
    start = texts.index("By month 30")
    assert texts[start + 1 :] == [
        *("United States", "300.0", "Mexico", "150.0", "private firms (USMCA)", "0.0", "all together", "450.0")
    ]
    assert texts[:4] == ["0", "200", "400", "600"]
    assert UNIT in texts
    assert {"6", "18", "36", "60"} <= set(texts)


def test_month_by_month_the_columns_stand_on_one_another(words: text.Words) -> None:
    course = pd.DataFrame({"US": [0] * 61, "MX": [0] * 61})
    course.loc[[10, 20], "US"] = 400_00000000, 100_00000000
    course.loc[10, "MX"] = 200_00000000
    svg = funders(course, 10, words, running=False)
    texts = said(svg)
    start = texts.index("In month 10")
    # As they are stacked, the uppermost first.
    assert texts[start + 1 :] == ["Mexico", "200.0", "United States", "400.0", "all together", "600.0"]
    (us,), (mx,) = (coloured(svg, palette.FUNDERS[name][0], "fill") for name in ("US", "MX"))
    assert texts[:4] == ["0", "200", "400", "600"]
    foot, top = us[0][1], us[1][1]
    assert foot - top == pytest.approx(160, abs=0.1)
    assert (mx[0][1], mx[0][1] - mx[1][1]) == pytest.approx((top, 80), abs=0.1)
    assert us[4][1] - us[5][1] == pytest.approx(40, abs=0.1)
    assert us[4][0] - us[0][0] == pytest.approx(10 / 61 * 766, abs=0.2)


def test_panels_are_all_there_the_largest_first_on_one_scale(words: text.Words) -> None:
    sums = {"small": 100, "large": 300, "none": 0}
    delivered = pd.DataFrame({name: [0] * 30 + [each * 10**8] * 31 for name, each in sums.items()})
    planned = delivered * 2
    names = {"small": "Courts", "large": "Patrols"}
    svg = money_time.programmes(delivered, planned, 40, names, words, running=True, dark=False)
    titles = [each.text for each in drawn(svg).iter(f"{SVG}text") if each.get("font-weight") == "600"]
    assert titles == ["Patrols", "Courts", "none"]
    texts = said(svg)
    assert texts[texts.index("Patrols") + 1] == "300.0 delivered, 600.0 planned"
    assert texts[texts.index("none") + 1] == "0.0 delivered, 0.0 planned"
    areas = [stops(each.get("d", "")) for each in drawn(svg).iter(f"{SVG}path") if each.get("fill") == palette.ACCENT]
    rises = [points[0][1] - min(y for _, y in points) for points in areas]
    assert rises == pytest.approx([32, 32 / 3, 0], abs=0.1)  # of 64 up to 600 million
    lines = [stops(each.get("d", "")) for each in drawn(svg).iter(f"{SVG}path") if each.get("stroke-width") == "1"]
    rises = [points[0][1] - min(y for _, y in points) for points in lines]
    assert rises == pytest.approx([64, 64 / 3, 0], abs=0.1)


@given(st.lists(st.integers(0, 10**12), min_size=61, max_size=61))
def test_a_course_passes_through_every_month_also_where_points_are_left_out(values: list[int]) -> None:
    plot = money_time._Plot(50, 20, 610, 100, 10**12)  # noqa: SLF001 - the geometry by itself
    points = stops(svg.along(plot.line(values)))
    found = np.interp([plot.across(month) for month in range(61)], *zip(*points, strict=True))
    assert found == pytest.approx([plot.up(value) for value in values], abs=0.11)
    steps = stops(svg.along(plot.steps(values)))
    tops = dict(zip((x for x, _ in steps[2::2]), (y for _, y in steps[2::2]), strict=True))
    edges = np.array(sorted(tops))
    for month, value in enumerate(values):
        edge = edges[np.searchsorted(edges, plot.across(month))]
        assert tops[edge] == pytest.approx(plot.up(value), abs=0.06)


@pytest.mark.parametrize("running", [False, True])
def test_names_of_programmes_are_text_and_long_ones_shortened(running: bool, words: text.Words) -> None:  # noqa: FBT001
    keys = [f"p{number}" for number in range(len(traps.NAMES))]
    course = pd.DataFrame({key: range(61) for key in keys})
    names = dict(zip(keys, (f"{trap} {'long ' * 20}" for trap in traps.NAMES), strict=True))
    svg = money_time.programmes(course, course, 5, names, words, running=running, dark=False)
    assert {each.tag for each in drawn(svg).iter()} == {f"{SVG}{tag}" for tag in ("svg", "text", "path")}
    titles = [each.text or "" for each in drawn(svg).iter(f"{SVG}text") if each.get("font-weight") == "600"]
    assert [title[:8] for title in titles] == [trap[:8] for trap in traps.NAMES]
    assert all(title.endswith("\N{HORIZONTAL ELLIPSIS}") and len(title) < 60 for title in titles)


@pytest.mark.parametrize("running", [False, True])
def test_a_ledger_without_lines_is_drawn(running: bool, words: text.Words) -> None:  # noqa: FBT001
    nothing = pd.DataFrame(index=pd.RangeIndex(61, name="month"))
    assert said(funders(nothing, 5, words, running=running)) == ["Nothing is delivered."]
    svg = money_time.programmes(nothing, nothing, 5, {}, words, running=running, dark=False)
    assert said(svg) == ["There are no lines."]
