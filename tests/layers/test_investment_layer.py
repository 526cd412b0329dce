"""Circles of money: what is on the map, what is not, and that both add up to the ledger to the cent."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import base, export, investment, money_words, text
from roadmap import accounts, atlas, money
from roadmap import investment as ledger
from tests.layers import by_hand

SIGNS = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in "\"\\<>&{}_'`")
DELIVERED = {8: (33.33, 66.67, 0, 0), 12: (33.33, 66.67, 0, 7.77), 60: (33.33, 66.67, 0, 7.77)}
"""Of Alpha, Beta, Gamma and Delta, by month; a line of 50 and one of 30.05 dollars cannot be placed."""


def read(sent: object) -> list[float]:
    """What the browser makes of a state: dollars to three digits."""
    assert isinstance(sent, str)
    found = []
    for high, low in zip(sent[::2], sent[1::2], strict=True):
        rank = SIGNS.index(high) * 85 + SIGNS.index(low) - 1
        found.append(0 if rank < 0 else (100 + rank % 900) * 10 ** (rank // 900))
    return found


def cents(column: pd.Series) -> int:
    """The sum of a column of dollars, to the cent."""
    return sum(round(value * 100) for value in column)


def test_it_is_off_until_asked_for_and_invented() -> None:
    layer = base.find("investment")
    assert not layer.default
    assert layer.illustrative
    assert not layer.internal


@pytest.mark.parametrize("month", [8, 12, 60])
def test_the_frame_by_hand(month: int, small: atlas.Atlas) -> None:
    frame = investment.LAYER.frame(small, month)
    assert list(frame["cvegeo"]) == list(by_hand.KEYS)
    assert frame["delivered_usd"].tolist() == pytest.approx(list(DELIVERED[month]), abs=1e-9)
    assert [(point.x, point.y) for point in frame.geometry] == [(0.5, 1.5), (1.5, 1.5), (0.5, 0.5), (1.5, 0.5)]
    row = frame.iloc[1]
    assert (row["planned_usd"], row["committed_usd"], row["disbursed_usd"]) == (266.67, 200.0, 133.33)
    assert row["delivered_usd_per_person"] == 3.33  # 66.67 for 20 people
    assert row["delivered_usd_per_km2"] == 33.34  # on 2 km², half a cent to the even one
    assert (row["precision"], row["sharing"]) == ("3", "population")
    assert frame.iloc[2]["precision"] == ""


def test_before_the_first_line_there_is_nothing(small: atlas.Atlas) -> None:
    frame = investment.LAYER.frame(small, 7)
    assert not frame[[f"{stage}_usd" for stage in money.AMOUNTS]].to_numpy().any()
    assert read(investment.LAYER.state(small, 7)) == [0, 0, 0, 0]


def test_what_was_delivered_since_another_month(small: atlas.Atlas) -> None:
    frame = investment.LAYER.frame(small, 12, 8)
    assert frame["delivered_since_usd"].tolist() == pytest.approx([0, 0, 0, 7.77])


@pytest.mark.parametrize("month", [0, 1, 6, 18, 30, 36, 60])
@pytest.mark.parametrize("stage", money.AMOUNTS)
def test_map_and_rest_add_up_to_the_ledger_to_the_cent(month: int, stage: str, plan: atlas.Atlas) -> None:
    books = plan.books
    upto = accounts.Filter(last_month=month)
    placed = cents(investment.LAYER.frame(plan, month)[f"{stage}_usd"])
    about = investment.LAYER.metadata(plan, month)
    left = sum(round(float(row[stage]) * 100) for row in about["not_placed_usd"])
    assert placed + left == books.total(stage, upto)
    told = about["reconciliation_usd"][stage]
    assert told["difference"] == "0.00"
    assert told["placed"] == money.dollars(placed)
    assert told["not_placed"] == money.dollars(left)
    assert told["ledger"] == money.dollars(books.total(stage, upto))


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=8))
def test_what_is_sent_is_right_to_three_digits(amounts: list[int]) -> None:
    back = read(investment.packed(np.array(amounts, dtype=np.int64)))
    for exact, told in zip(amounts, back, strict=True):
        if exact < 100_00:
            assert told == 0
        elif exact < 9_995_000_000_00:
            assert told == pytest.approx(float(f"{exact / 100:.2e}"), rel=1.01e-2 * 0.5)
        else:
            assert told == 9_990_000_000


@pytest.mark.parametrize(
    ("dollars", "told"),
    [(0, 0), (99.99, 0), (100, 100), (999.4, 999), (999.6, 1000), (1_234, 1_230), (5e9, 5e9), (9.99e9, 9.99e9)],
)
def test_what_is_sent_by_hand(dollars: float, told: float) -> None:
    assert read(investment.packed(np.array([round(dollars * 100)]))) == [told]


def test_the_signs_mean_nothing_elsewhere(plan: atlas.Atlas, words: text.Words) -> None:
    assert investment.LAYER.constants(plan, words)["signs"] == SIGNS
    assert len(set(SIGNS)) == 85
    sent = investment.LAYER.state(plan, 60)
    assert isinstance(sent, str)
    assert len(sent) == 2 * len(plan.territory.municipalities)
    assert len(json.dumps(sent)) == len(sent) + 2  # nothing is escaped


def test_circles_have_areas_in_proportion_and_one_scale_for_all_months(
    plan: atlas.Atlas, words: text.Words
) -> None:
    most = investment.largest(plan.books)
    assert most == plan.books.course("delivered").cents.sum(axis=0).max()
    assert investment.radius(most, most) == investment.LARGEST
    assert investment.radius(most / 4, most) == pytest.approx(investment.LARGEST / 2)
    rows = [investment.LAYER.legend(plan, month, words).rows for month in (1, 60)]
    assert rows[0] == rows[1]
    assert len(rows[0]) == 3
    sums = [investment.round_sum(investment.round_sum(most / 5) / step) for step in (1, 5, 20)]
    assert [row.label for row in rows[0]] == [money_words.dollars(each, words) for each in sums]
    widths = [2 * investment.radius(each, most) for each in sums]
    assert [row.size for row in rows[0]] == pytest.approx(widths, abs=0.05)
    assert investment.LAYER.constants(plan, words)["most"] == most / 100


def test_the_legend_says_what_is_on_no_circle(small: atlas.Atlas, words: text.Words) -> None:
    note = investment.LAYER.legend(small, 20, words).note
    # 100 + 50 + 7.77 + 30.05; of these 50 and 30.05 cannot be placed.
    assert "US$ 188 in all: US$ 108 on the map, US$ 80 that cannot be placed." in note
    assert "invented" in note


def test_without_a_ledger_nothing_is_drawn_and_it_is_said(small: atlas.Atlas, words: text.Words) -> None:
    where = small.books.places
    without = replace(small, books=accounts.Books(ledger.empty(where), where))
    assert read(investment.LAYER.state(without, 60)) == [0, 0, 0, 0]
    shown = investment.LAYER.legend(without, 60, words)
    assert shown.rows == ()
    assert "no ledger" in shown.note
    assert not investment.LAYER.frame(without, 60)["delivered_usd"].any()


def test_files_carry_the_amounts_and_the_reconciliation(small: atlas.Atlas, tmp_path: Path) -> None:
    about = json.loads(export.geojson(investment.LAYER, small, 60))
    assert about["metadata"]["reconciliation_usd"]["delivered"] == {
        "ledger": "187.82",
        "placed": "107.77",
        "not_placed": "80.05",
        "difference": "0.00",
    }
    assert about["metadata"]["hypothetical"] is True
    assert [feature["properties"]["delivered_usd"] for feature in about["features"]] == list(DELIVERED[60])
    table = pd.read_csv(export.save(tmp_path, investment.LAYER, small, 60, suffix="csv"), dtype={"cvegeo": "str"})
    assert table["delivered_usd"].tolist() == list(DELIVERED[60])
    assert table["hypothetical"].all()


@pytest.mark.parametrize(
    ("amount", "glance", "told"),
    [
        (123_456, "US$ 1,235", "US$ 1,234.56"),
        (305_216_650_00, "US$ 305.2 million", "US$ 305,216,650.00"),
        (15_884_780_350_05, "US$ 15.88 billion", "US$ 15,884,780,350.05"),
        (-5, "US$ 0", "US$ \N{MINUS SIGN}0.05"),
    ],
)
def test_amounts_in_words(amount: int, glance: str, told: str, words: text.Words) -> None:
    assert money_words.dollars(amount, words).replace("-0", "0") == glance
    assert money_words.exact(amount, words) == told
