"""Pictures of money: bars, lines and bands as long and thick as their sums, and names only as text."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import money_charts, money_frames, text
from roadmap import money
from tests.layers import traps

SVG = "{http://www.w3.org/2000/svg}"
FLOWS = pd.DataFrame(
    [
        ("US", "courts", "01", 600),
        ("US", "courts", None, 100),
        ("US", "patrols", "02", 200),
        ("MX", "patrols", "01", 100),
    ],
    columns=["funder", "programme", "target", "cents"],
)
NAMES = {"funder": {"US": "North"}, "programme": {"courts": "Courts"}, "target": {"01": "One", "02": "Two"}}


def drawn(svg: str) -> ET.Element:
    """The drawing, taken apart; it must be well formed."""
    return ET.fromstring(svg)  # noqa: S314 - our own


def said(svg: str) -> list[str]:
    """All texts."""
    return ["".join(each.itertext()) for each in drawn(svg).iter(f"{SVG}text")]


def widths(svg: str) -> list[float]:
    """How thick the bands are."""
    return [float(each.get("stroke-width", "0")) for each in drawn(svg).iter(f"{SVG}path")]


@pytest.mark.parametrize("dark", [False, True])
def test_bars_are_as_long_as_their_sums(dark: bool, words: text.Words) -> None:  # noqa: FBT001
    sums = pd.Series(dict(zip(money.AMOUNTS, (400, 300, 200, 100, 50), strict=True)))
    svg = money_charts.funnel(sums, words, dark=dark)
    bars = [float(each.get("width", "0")) for each in drawn(svg).iter(f"{SVG}rect")]
    assert bars == pytest.approx(np.array([4, 3, 2, 1, 0.5]) * bars[3], abs=0.2)
    assert said(svg)[::2] == ["Planned", "Committed", "Released", "Delivered", "Withheld"]


def test_bands_are_as_thick_as_their_sums_on_both_sides(words: text.Words) -> None:
    svg = money_charts.sankey(money_charts.gathered(FLOWS), NAMES, words, dark=False)
    found = np.array(widths(svg))
    # Funder to programme: 700, 200, 100 (by funder, then programme); programme to place: 600, 100, 200, 100.
    assert sorted(found) == pytest.approx(np.array([100, 100, 100, 200, 200, 600, 700]) * found.max() / 700, rel=0.01)
    heights = [float(each.get("height", "0")) for each in drawn(svg).iter(f"{SVG}rect")]
    assert sum(heights) == pytest.approx(3 * 1000 * found.max() / 700, rel=0.01)
    assert {"North 0.0", "MX 0.0", "Courts 0.0", "One 0.0", "Two 0.0", "cannot be placed 0.0"} <= {
        re.sub(r"Mexico", "MX", each) for each in said(svg)
    }


def test_small_ones_are_put_together_and_nothing_is_lost() -> None:
    found = money_charts.gathered(FLOWS, programmes=1, targets=1)
    assert found["cents"].sum() == FLOWS["cents"].sum()
    by_target = found.groupby("target")["cents"].sum()
    assert by_target.to_dict() == {"01": 700, money_frames.OTHER: 200, money_frames.NOWHERE: 100}
    assert found.groupby("programme")["cents"].sum().to_dict() == {"courts": 700, money_frames.OTHER: 300}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["US", "MX", "private"]),
            st.sampled_from("abcdefgh"),
            st.sampled_from(["01", "02", "03", "", None]),
            st.integers(1, 10**12),
        ),
        min_size=1,
        max_size=30,
    ),
    st.integers(1, 5),
    st.integers(1, 5),
)
def test_however_it_is_put_together_the_sums_of_the_funders_stay(
    rows: list[tuple[str, str, str | None, int]], programmes: int, targets: int
) -> None:
    flows = pd.DataFrame(rows, columns=["funder", "programme", "target", "cents"])
    found = money_charts.gathered(flows, programmes=programmes, targets=targets)
    assert found.groupby("funder")["cents"].sum().to_dict() == flows.groupby("funder")["cents"].sum().to_dict()
    left = int(flows.loc[flows["target"].isna(), "cents"].sum())
    assert int(found.loc[found["target"] == money_frames.NOWHERE, "cents"].sum()) == left
    drawn(money_charts.sankey(found, {}, text.words(), dark=True))


def test_nothing_delivered_is_said(words: text.Words) -> None:
    svg = money_charts.sankey(money_charts.gathered(FLOWS.iloc[:0]), NAMES, words, dark=False)
    assert said(svg) == ["Nothing is delivered by this month."]


def test_names_are_text(words: text.Words) -> None:
    for trap in traps.NAMES:
        names = {"funder": {"US": trap}, "programme": {"courts": trap}, "target": {"01": trap}}
        svg = money_charts.sankey(money_charts.gathered(FLOWS), names, words, dark=False)
        allowed = {f"{SVG}{tag}" for tag in ("svg", "text", "path", "rect", "g")}
        assert {each.tag for each in drawn(svg).iter()} <= allowed
        assert sum(each.startswith(trap[:12]) for each in said(svg)) == 3


def test_lines_end_at_their_sums(words: text.Words) -> None:
    course = pd.DataFrame({"US": np.linspace(0, 600e8, 61), "MX": np.linspace(0, 300e8, 61)})
    svg = money_charts.lines(course, 30, words, dark=False)
    ends = [each.get("points", "").split(" ") for each in drawn(svg).iter(f"{SVG}polyline")]
    floor = float(ends[0][0].split(",")[1])
    rises = [floor - float(each[-1].split(",")[1]) for each in ends]
    assert rises[0] == pytest.approx(2 * rises[1], abs=0.2)
    assert {"United States: 300.0", "Mexico: 150.0"} <= set(said(svg))
