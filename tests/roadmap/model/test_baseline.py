"""The start of a scenario: inputs, standardising, and the solved offset."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import scipy.optimize
from hypothesis import given
from hypothesis import strategies as st

from geo import crs, territory
from roadmap.model import baseline
from roadmap.plan import scenario
from roadmap.record import control, observations
from tests.roadmap import synthetic

DISTANCE = 120.0


def test_the_mean_over_neighbours_counted_by_hand() -> None:
    weights = baseline.neighbour_weights(synthetic.links(4, (0, 1), (1, 2)))
    assert weights.toarray().tolist() == [[0, 1, 0, 0], [0.5, 0, 0.5, 0], [0, 1, 0, 0], [0, 0, 0, 1]]
    assert (weights @ np.array([1.0, 0.0, 0.5, 0.25])).tolist() == [0.0, 0.75, 0.0, 0.25]


def test_a_municipality_without_neighbours_is_its_own_surroundings() -> None:
    weights = baseline.neighbour_weights(synthetic.links(2))
    assert (weights @ np.array([0.3, 0.7])).tolist() == [0.3, 0.7]


def test_listed_municipalities_count_one_and_their_neighbours_half() -> None:
    place = synthetic.land(synthetic.chain(4))
    found = baseline.priority(place, synthetic.figures(listed=["01002"]), 0.5)
    assert found.tolist() == [0.5, 1.0, 0.5, 0.0]


def test_a_listed_municipality_beside_another_one_still_counts_one() -> None:
    place = synthetic.land(synthetic.chain(3))
    found = baseline.priority(place, synthetic.figures(listed=["01001", "01002"]), 0.5)
    assert found.tolist() == [1.0, 1.0, 0.5]


def test_nearness_is_the_strongest_crossing_faded_by_distance() -> None:
    place = synthetic.land(synthetic.chain(2))
    crossings = synthetic.figures(crossings=[(0.5, 0.5, 900, 100), (1.5, 0.5, None, 10**6)]).crossings
    step = float(crs.distance_km(0.5, 0.5, 1.5, 0.5))
    fade = math.exp(-step / DISTANCE)
    found = baseline.border_nearness(place, crossings, DISTANCE)
    assert found == pytest.approx([max(3.0, 6.0 * fade), 6.0])


def test_a_crossing_without_a_figure_says_nothing() -> None:
    place = synthetic.land(synthetic.chain(2))
    one = synthetic.figures(crossings=[(0.5, 0.5, 1000, None)]).crossings
    two = synthetic.figures(crossings=[(0.5, 0.5, 1000, None), (1.5, 0.5, None, None)]).crossings
    assert (
        baseline.border_nearness(place, two, DISTANCE).tolist()
        == baseline.border_nearness(place, one, DISTANCE).tolist()
    )


@pytest.mark.parametrize("crossings", [[], [(0.5, 0.5, None, None)], [(0.5, 0.5, 0, 0)]])
def test_without_any_traffic_nearness_is_nought(crossings: list[tuple[float, float, int | None, int | None]]) -> None:
    place = synthetic.land(synthetic.chain(2))
    found = baseline.border_nearness(place, synthetic.figures(crossings=crossings).crossings, DISTANCE)
    assert found.tolist() == [0.0, 0.0]


def test_port_totals_are_counted_once(observed: observations.Observations) -> None:
    crossings = observed.crossings
    counted = crossings[crossings["trucks_per_year"].notna()]
    assert not counted["port_code"].duplicated().any()
    assert counted["trucks_per_year"].sum() == 7_356_659


def test_the_latest_year_of_the_homicide_table_counts() -> None:
    place = synthetic.land(synthetic.chain(3), states=["01", "02", "03"])
    rates = baseline.homicide_rates(place, synthetic.figures(rates={"01": 12.0, "03": 0.0}))
    assert rates["01"] == 12.0
    assert math.isnan(rates["02"])
    assert rates["03"] == 0.0


def test_a_state_without_a_homicide_still_has_a_logarithm() -> None:
    place = synthetic.land(synthetic.chain(3), states=["01", "02", "03"], population=[10**6] * 3)
    found = baseline.collect(place, synthetic.figures(rates={"01": 10.0, "03": 0.0}), synthetic.frozen_model())
    assert found["homicide"].iloc[0] == 1.0
    assert math.isnan(found["homicide"].iloc[1])
    assert found["homicide"].iloc[2] == pytest.approx(math.log10(0.05))


def test_standardised_inputs_have_mean_nought_and_deviation_one() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0, 6.0], "b": [5.0] * 4, "c": [1.0, np.nan, 3.0, np.nan]})
    found = baseline.standardise(frame)
    assert found["a"].tolist() == pytest.approx([-2 / math.sqrt(3.5), -1 / math.sqrt(3.5), 0, 3 / math.sqrt(3.5)])
    assert found["b"].tolist() == [0.0] * 4
    assert found["c"].tolist() == [-1.0, 0.0, 1.0, 0.0]
    assert list(found.index) == list(frame.index)


def share_below(index: np.ndarray, area: np.ndarray, offset: float, slope: float) -> float:
    """Share of the area at contested or worse."""
    return float(area[baseline.logistic(index, offset, slope) < control.HELD_FROM].sum() / area.sum())


@pytest.mark.parametrize(
    ("target", "worst"),
    [(0.0, 0), (0.04, 0), (0.1, 1), (1 / 3, 2), (0.7, 3), (0.99, 4), (1.0, 4)],
)
def test_the_offset_takes_the_nearest_share_that_whole_municipalities_allow(target: float, worst: int) -> None:
    index = np.array([3.0, 1.0, 2.0, 0.0])
    area = np.array([1.0, 3.0, 2.0, 4.0])  # by index, worst first: 1, 2, 3, 4 of 10
    offset = baseline.place(index, area, target, 0.7)
    below = baseline.logistic(index, offset, 0.7) < control.HELD_FROM
    assert sorted(np.flatnonzero(below)) == sorted([0, 2, 1, 3][:worst])


def test_equal_municipalities_stay_on_one_side() -> None:
    index = np.array([1.0, 1.0, 0.0])
    area = np.ones(3)
    offset = baseline.place(index, area, 1 / 3, 1.0)
    assert share_below(index, area, offset, 1.0) in {0.0, 2 / 3}


CASES = st.lists(st.tuples(st.integers(-300, 300).map(lambda x: x / 100), st.integers(1, 50)), min_size=1, max_size=12)


@given(CASES, st.floats(0, 1), st.floats(0.1, 3))
def test_no_other_split_comes_nearer_to_the_target(rows: list[tuple[float, int]], target: float, slope: float) -> None:
    index, area = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    offset = baseline.place(index, area, target, slope)
    residual = abs(share_below(index, area, offset, slope) - target)
    lines = [*index, index.max() + 1]
    every = [abs(area[index >= line].sum() / area.sum() - target) for line in lines]
    assert residual == pytest.approx(min(every), abs=1e-12)


def test_a_root_finder_comes_to_the_same_share(
    mexico: territory.Territory, observed: observations.Observations, shipped: scenario.Scenario
) -> None:
    start = baseline.solve(mexico, observed, shipped.model)
    area = mexico.municipalities["area_km2"].to_numpy()
    slope = shipped.model.slope
    root = scipy.optimize.bisect(
        lambda offset: share_below(start.index, area, offset, slope) - start.target, -20.0, 20.0
    )
    shares = [share_below(start.index, area, root + nudge, slope) for nudge in (-1e-9, 1e-9)]
    assert start.share_area == pytest.approx(min(shares, key=lambda share: abs(share - start.target)))


def test_one_third_of_the_area_is_contested_or_worse_at_the_start(
    mexico: territory.Territory, observed: observations.Observations, shipped: scenario.Scenario
) -> None:
    start = baseline.solve(mexico, observed, shipped.model)
    assert start.target == pytest.approx(1 / 3, abs=1e-6)
    assert abs(start.residual) < 0.01
    assert start.residual == start.share_area - start.target
    classes = control.classify(start.score)
    counted = control.tally(classes, mexico.municipalities["population"], mexico.municipalities["area_km2"])
    share = counted["area_km2"] / counted["area_km2"].sum()
    assert share[["contested", "criminal_influence", "criminal_control"]].sum() == pytest.approx(start.share_area)
    assert (share.iloc[:5] > 0.01).all()
    assert share["state_control"] == share.max()
    assert share["criminal_control"] == share.iloc[:5].min()


def test_inputs_point_the_way_they_are_said_to() -> None:
    place = synthetic.land(
        synthetic.links(4, (0, 1)), states=["01", "02", "03", "03"], population=[10**6, 10**6, 10**6, 10**5]
    )
    figures = synthetic.figures(rates={"01": 20.0, "02": 20.0, "03": 5.0}, listed=["01001"])
    start = baseline.solve(place, figures, synthetic.frozen_model(smoothing=0.0))
    assert list(start.inputs.columns) == list(baseline.INPUTS)
    assert start.score[0] < start.score[1]  # listed itself, not only beside one
    assert start.score[1] < start.score[2]  # beside a listed one, in a more violent state
    assert start.score[3] < start.score[2]  # fewer people on the same area
