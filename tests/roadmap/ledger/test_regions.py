"""Regions: every municipality in exactly one at each level, so sums agree; where their circles stand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import territory
from roadmap import atlas
from roadmap.ledger import bookkeeping, money, regions
from tests.roadmap import investment_by_hand, synthetic


@pytest.fixture(scope="module")
def books(plan: atlas.Atlas) -> bookkeeping.Books:
    """The shipped ledger."""
    return plan.books


@pytest.mark.parametrize("month", [0, 1, 6, 18, 36, 60])
@pytest.mark.parametrize("stage", money.AMOUNTS)
def test_sums_agree_at_every_level_to_the_cent(month: int, stage: str, books: bookkeeping.Books) -> None:
    here = books.by_municipality(stage, bookkeeping.Filter(last_month=month)).cents
    wanted = books.reconcile(bookkeeping.Filter(last_month=month)).table.loc[stage, "placed"]
    for level in regions.LEVELS:
        found, size = regions.codes(books.places, level, month), regions.count(books.places, level)
        assert int(money.sums(here, found, size).sum()) == wanted


@settings(max_examples=40)
@given(
    lines=investment_by_hand.LINES,
    month=st.integers(0, synthetic.LAST_MONTH),
    chosen=investment_by_hand.FILTERS,
    stage=st.sampled_from(money.AMOUNTS),
)
def test_no_ledger_and_no_filter_makes_levels_disagree(
    lines: list[dict[str, object]],
    month: int,
    chosen: bookkeeping.Filter,
    stage: str,
    small_territory: territory.Territory,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    books = investment_by_hand.books(tmp_path_factory.mktemp("ledger"), small_territory, *lines)
    here = books.by_municipality(stage, chosen).cents
    sums = {
        level: int(
            money.sums(
                here, regions.codes(books.places, level, month), regions.count(books.places, level)
            ).sum()
        )
        for level in regions.LEVELS
    }
    assert set(sums.values()) == {books.reconcile(chosen).table.loc[stage, "placed"]}


def test_zones_come_first_and_states_stand_for_what_lies_in_none(books: bookkeeping.Books) -> None:
    where = books.places
    zones = len(where.zones)
    far, closer = (regions.codes(where, level, 30) for level in ("state", "zone"))
    assert (far == zones + where.state_of).all()
    inside = where.zone_of[30] >= 0
    assert inside.any()
    assert not inside.all()
    assert (closer[inside] == where.zone_of[30][inside]).all()
    assert (closer[~inside] == far[~inside]).all()
    assert regions.count(where, "zone") == zones + 32
    assert regions.codes(where, "municipality", 30).tolist() == list(range(2465))


def test_an_unknown_level_is_refused(books: bookkeeping.Books) -> None:
    with pytest.raises(ValueError, match="`level` 'county' is unknown; choose from state, zone, municipality"):
        regions.codes(books.places, "county", 0)


def test_a_circle_stands_in_the_municipality_nearest_to_the_middle() -> None:
    # Three in a row; the weight of the last draws the middle from 1 to 1.75, nearest to 2.
    found = np.array([0, 0, 0, 2])
    lon, lat = np.array([0.0, 1.0, 2.0, 9.0]), np.array([5.0, 5.0, 5.0, 7.0])
    even, heavy = np.ones(4), np.array([1.0, 1.0, 10.0, 1.0])
    assert regions.spots(found, 3, lon, lat, even)[0].tolist() == [1.0, 5.0]
    assert regions.spots(found, 3, lon, lat, heavy)[0].tolist() == [2.0, 5.0]
    assert np.isnan(regions.spots(found, 3, lon, lat, even)[1]).all()
    assert regions.spots(found, 3, lon, lat, even)[2].tolist() == [9.0, 7.0]


def test_of_equally_near_ones_the_first_is_taken() -> None:
    middle = regions.spots(np.zeros(2, dtype=np.int64), 1, np.array([0.0, 2.0]), np.zeros(2), np.ones(2))
    assert middle.tolist() == [[0.0, 0.0]]
