"""Panels: dealt into columns, on one scale, with lines at round sums."""

from __future__ import annotations

import doctest

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.charts import panels, theme
from roadmap.words import text
from tests.layers.charts import reading

KIND = panels.Kind(area="Delivered", line="Planned", top=400e8, form=",.1f", per=1e8)


def of(count: int) -> panels.Panels:
    """So many panels, each as high as its number."""
    frame = pd.DataFrame({f"p{place}": [place] * 61 for place in range(count)})
    names = [f"p{place}" for place in range(count)]
    return panels.Panels(names, names, names, frame, frame * 2)


def test_the_examples_are_true() -> None:
    assert doctest.testmod(panels).failed == 0
    assert doctest.testmod(theme).failed == 0


@given(st.floats(0.01, 1e14))
def test_a_round_sum_is_not_below_and_has_two_digits(most: float) -> None:
    found = panels.round_sum(most)
    assert most <= found <= 2 * most
    assert float(f"{found:.1e}") == pytest.approx(found)


@given(st.integers(0, 60), st.integers(1, 6))
def test_each_panel_is_dealt_once_and_in_order(count: int, charts: int) -> None:
    dealt = of(count).dealt(charts)
    assert len(dealt) <= charts
    assert [title for part in dealt for title in part.titles] == of(count).titles
    for part in dealt:
        assert list(part.area) == list(part.line) == list(part.titles)
    assert len({len(part.titles) for part in dealt[:-1]}) <= 1


def test_values_rise_from_the_foot_of_their_panel_to_the_top_of_the_scale(words: text.Words) -> None:
    (chart,) = panels.charts(of(3), KIND, 1, 30, words, dark=False)
    (area,) = reading.layers(chart, "area")
    places = {each["as"]: each["calculate"] for each in area["transform"]}
    assert places["foot"] == "datum.rank + 1"
    height = panels.PLOT / KIND.top
    assert places["y"] == f"datum.rank + 1 - {height!r} * datum.area"
    axis = area["encoding"]["y"]["axis"]
    assert axis["values"] == pytest.approx(
        [rank + 1 - part * panels.PLOT for rank in range(3) for part in (0, 0.5, 1)]
    )
    assert axis["tickCount"] == 9  # or Vega leaves some out
    assert area["encoding"]["y"]["scale"]["domain"] == [0, 3]
    rule, *_ = reading.layers(chart, "rule")
    assert rule["data"] == {"name": "heads"}
    assert set(reading.rows(chart, "heads")["month"]) == {30}


def test_sums_of_a_month_are_steps(words: text.Words) -> None:
    stepped = panels.Kind(area="a", top=1.0, form=".1%", steps=True)
    (chart,) = panels.charts(of(2), stepped, 1, 0, words, dark=True)
    assert {each["mark"]["interpolate"] for each in chart.spec["layer"] if "interpolate" in each["mark"]} == {"step"}
    assert chart.now.startswith("At baseline")
