"""Pictures of money: bars as long as their sums."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from layers import money_charts, money_words
from roadmap.ledger import money
from roadmap.words import text
from tests.layers.drawing import SVG, drawn, said


@pytest.mark.parametrize("dark", [False, True])
def test_bars_are_as_long_as_their_sums(dark: bool, words: text.Words) -> None:  # noqa: FBT001
    sums = pd.Series(dict(zip(money.AMOUNTS, (400, 300, 200, 100, 50), strict=True)))
    svg = money_charts.funnel(sums, words, dark=dark)
    bars = [float(each.get("width", "0")) for each in drawn(svg).iter(f"{SVG}rect")]
    assert bars == pytest.approx(np.array([4, 3, 2, 1, 0.5]) * bars[3], abs=0.2)
    assert said(svg)[::2] == ["Planned", "Committed", "Released", "Delivered", "Withheld"]


@pytest.mark.parametrize("dark", [False, True])
def test_shares_are_as_long_as_their_parts(dark: bool, words: text.Words) -> None:  # noqa: FBT001
    sums = {"tactical": [75, 0], "strategic": [25, 0], "public": [98, 0], "private": [2, 0]}
    found = pd.DataFrame(sums, index=pd.Index([1, 2], name="phase"))
    svg = money_charts.shares(found, words, dark=dark)
    bars = [float(each.get("width", "0")) for each in drawn(svg).iter(f"{SVG}rect") if each.get("height") != "11"]
    assert np.array(bars) / sum(bars[:2]) == pytest.approx([0.75, 0.25, 0.98, 0.02], abs=0.001)
    texts = said(svg)
    assert [each for each in texts if "%" in each] == ["75.0 %", "25.0 %", "98.0 %", "2.0 %"]
    assert texts.count("nothing is delivered") == 2
    assert {words.t(each) for each in money_words.SUPPORTS.values()} <= set(texts)
