"""The flow of money: bands as thick as their sums, labels apart, and names only as text."""

from __future__ import annotations

import itertools
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import money_frames
from layers.charts import sankey
from roadmap.words import text
from tests.layers import traps
from tests.layers.drawing import SVG, drawn, said

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


def nodes(svg: str) -> list[ET.Element]:
    """The blocks of a flow; what only lies under a label has round corners."""
    return [each for each in drawn(svg).iter(f"{SVG}rect") if each.get("rx") is None]


def bands(svg: str) -> list[float]:
    """How thick the bands are; they are the curves."""
    found = [each for each in drawn(svg).iter(f"{SVG}path") if "C" in each.get("d", "")]
    return [float(each.get("stroke-width", "0")) for each in found]


def test_bands_are_as_thick_as_their_sums_on_both_sides(words: text.Words) -> None:
    svg = sankey.draw(sankey.gathered(FLOWS), NAMES, words, dark=False)
    found = np.array(bands(svg))
    # Funder to programme: 700, 200, 100 (by funder, then programme); programme to place: 600, 100, 200, 100.
    assert sorted(found) == pytest.approx(np.array([100, 100, 100, 200, 200, 600, 700]) * found.max() / 700, rel=0.01)
    heights = [float(each.get("height", "0")) for each in nodes(svg)]
    assert sum(heights) == pytest.approx(3 * 1000 * found.max() / 700, rel=0.01)
    assert {"North 0.0", "MX 0.0", "Courts", "patrols", "One 0.0", "Two 0.0", "cannot be placed 0.0"} == {
        each for each in said(svg) if each != "0.0"
    }


def test_no_label_of_a_flow_touches_another_or_a_band(words: text.Words) -> None:
    """However thin the nodes, in every column."""
    flows = pd.DataFrame(
        [("US", "big", "00", 10**12), *(("US", f"p{i:02}", f"{i:02}", 10**7) for i in range(1, 13))],
        columns=["funder", "programme", "target", "cents"],
    )
    svg = sankey.draw(sankey.gathered(flows), {}, words, dark=False)
    places: dict[tuple[str, str], list[float]] = {}
    for each in drawn(svg).iter(f"{SVG}text"):
        places.setdefault((each.get("x", ""), each.get("text-anchor", "")), []).append(float(each.get("y", "0")))
    assert sorted(len(ys) for ys in places.values()) == [1, 13, 13, 13]  # funder, names, sums, targets
    for ys in places.values():
        assert all(after - before >= 15 for before, after in itertools.pairwise(sorted(ys)))
    curves = [each.get("d", "") for each in drawn(svg).iter(f"{SVG}path") if "C" in each.get("d", "")]
    ends = sorted({float(number) for d in curves for number in (d[1:].split(" ")[0], d.split(" ")[-2])})
    texts = sorted(float(x) for x, _ in places)
    # From left to right: funders, bands, names and sums, bands, targets.
    assert sorted([*ends, *texts]) == [texts[0], *ends[:2], *texts[1:3], *ends[2:], texts[3]]


def test_a_thin_node_does_not_strike_out_its_name(words: text.Words) -> None:
    flows = pd.DataFrame(
        [("US", "big", "01", 10**9), ("US", "thin", "01", 10**5)], columns=["funder", "programme", "target", "cents"]
    )
    svg = sankey.draw(sankey.gathered(flows), {}, words, dark=True)
    (name,) = [each for each in drawn(svg).iter(f"{SVG}text") if each.text == "thin"]
    under = [each for each in drawn(svg).iter(f"{SVG}rect") if each.get("rx")]
    assert len(under) == 2  # its name and its sum
    x, y = (float(name.get(key, "0")) for key in ("x", "y"))
    assert any(float(each.get("x", "0")) < x < x + float(each.get("width", "0")) for each in under)
    assert all(float(each.get("y", "0")) < y < float(each.get("y", "0")) + 15 for each in under)


def test_small_ones_are_put_together_and_nothing_is_lost() -> None:
    found = sankey.gathered(FLOWS, programmes=1, targets=1)
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
    found = sankey.gathered(flows, programmes=programmes, targets=targets)
    assert found.groupby("funder")["cents"].sum().to_dict() == flows.groupby("funder")["cents"].sum().to_dict()
    left = int(flows.loc[flows["target"].isna(), "cents"].sum())
    assert int(found.loc[found["target"] == money_frames.NOWHERE, "cents"].sum()) == left
    drawn(sankey.draw(found, {}, text.words(), dark=True))


def test_nothing_delivered_is_said(words: text.Words) -> None:
    svg = sankey.draw(sankey.gathered(FLOWS.iloc[:0]), NAMES, words, dark=False)
    assert said(svg) == ["Nothing is delivered."]


def test_names_are_text(words: text.Words) -> None:
    for trap in traps.NAMES:
        names = {"funder": {"US": trap}, "programme": {"courts": trap}, "target": {"01": trap}}
        svg = sankey.draw(sankey.gathered(FLOWS), names, words, dark=False)
        allowed = {f"{SVG}{tag}" for tag in ("svg", "text", "path", "rect", "g")}
        assert {each.tag for each in drawn(svg).iter()} <= allowed
        assert sum(each.startswith(trap[:12]) for each in said(svg)) == 3
