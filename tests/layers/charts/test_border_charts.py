"""The coverage of the border over time: a panel a sector, with the shares of the table."""

from __future__ import annotations

import pandas as pd
import pytest

from layers import coverage
from layers.charts import border
from roadmap import atlas, moments
from roadmap.words import text
from tests.layers import traps
from tests.layers.charts import reading


def test_a_panel_a_sector_from_ocean_to_gulf_with_its_share_in_every_month(
    plan: atlas.Atlas, words: text.Words
) -> None:
    charts = border.coverage(moments.of(plan, 36).now, words, dark=False)
    assert len(charts) == border.COLUMNS
    frame = coverage.LAYER.frame(moments.of(plan, 36))
    assert [title for chart in charts for title in reading.rows(chart, "names")["title"]] == frame["name"].tolist()
    found = plan.frontier.by_sector
    shown = pd.concat([reading.rows(chart).assign(chart=place) for place, chart in enumerate(charts)])
    for (_, rows), key in zip(shown.groupby(["chart", "rank"], sort=True), frame["sector"], strict=True):
        assert rows["month"].tolist() == list(range(61))
        assert rows["area"].tolist() == found.loc[found["key"] == key, "share"].tolist()
    under = [float(said.removesuffix(" %")) for chart in charts for said in reading.rows(chart, "heads")["under"]]
    assert under == pytest.approx((frame["share"] * 100).tolist(), abs=0.0551)


def test_the_sentences_say_the_last_month_and_the_one_shown(plan: atlas.Atlas, words: text.Words) -> None:
    west, *_ = border.coverage(moments.of(plan, 30).now, words, dark=False)
    for month, said in ((60, west.said), (30, west.now)):
        share = coverage.LAYER.frame(moments.of(plan, month)).set_index("sector").loc["el-centro", "share"]
        assert said.startswith(f"By month {month}, invented: San Diego: ")
        assert f"El Centro: {share:.1%}".replace("%", " %") in said


def test_dark_and_light_differ_in_colour_alone(plan: atlas.Atlas, words: text.Words) -> None:
    charts = [border.coverage(moments.of(plan, 30).now, words, dark=dark) for dark in (False, True)]
    for light, dark in zip(*charts, strict=True):
        assert reading.bare(light) != reading.bare(dark)
        assert reading.colourless(light) == reading.colourless(dark)


def test_hostile_names_are_rows(hostile: atlas.Atlas, words: text.Words) -> None:
    charts = border.coverage(moments.of(hostile, 30).now, words, dark=False)
    told = "".join(text for chart in charts for text in reading.strings(reading.bare(chart)))
    assert not [name for name in traps.NAMES if name[:12] in told]
    assert {title for chart in charts for title in reading.rows(chart, "names")["title"]} == set(traps.NAMES)
