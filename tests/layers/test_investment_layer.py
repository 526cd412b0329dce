"""Circles of money: what is on the map, what is not, and that both add up to the ledger to the cent."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from layers import base, circles, investment, money_words
from layers.files import export
from roadmap import atlas, moments
from roadmap.ledger import bookkeeping, money, regions
from roadmap.ledger import investment as ledger
from roadmap.words import text
from tests.layers import by_hand

DELIVERED = {8: (33.33, 66.67, 0, 0), 12: (33.33, 66.67, 0, 7.77), 60: (33.33, 66.67, 0, 7.77)}
"""Of Alpha, Beta, Gamma and Delta, by month; a line of 50 and one of 30.05 dollars cannot be placed."""


def reclaimed(sent: Mapping[str, Any], count: int) -> list[bool]:
    """What the browser reads of a state: which municipalities are reclaimed."""
    octets = np.frombuffer(base64.b64decode(sent["reclaimed"]), dtype=np.uint8)
    return np.unpackbits(octets)[:count].astype(bool).tolist()


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
    frame = investment.LAYER.frame(moments.of(small, month))
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
    frame = investment.LAYER.frame(moments.of(small, 7))
    assert not frame[[f"{stage}_usd" for stage in money.AMOUNTS]].to_numpy().any()


def test_what_was_delivered_since_another_month(small: atlas.Atlas) -> None:
    frame = investment.LAYER.frame(moments.of(small, 12, 8))
    assert frame["delivered_since_usd"].tolist() == pytest.approx([0, 0, 0, 7.77])


@pytest.mark.parametrize("month", [0, 1, 6, 18, 30, 36, 60])
@pytest.mark.parametrize("stage", money.AMOUNTS)
def test_map_and_rest_add_up_to_the_ledger_to_the_cent(month: int, stage: str, plan: atlas.Atlas) -> None:
    books = plan.books
    upto = bookkeeping.Filter(last_month=month)
    placed = cents(investment.LAYER.frame(moments.of(plan, month))[f"{stage}_usd"])
    about = investment.LAYER.metadata(moments.of(plan, month))
    left = sum(round(float(row[stage]) * 100) for row in about["not_placed_usd"])
    assert placed + left == books.total(stage, upto)
    told = about["reconciliation_usd"][stage]
    assert told["difference"] == "0.00"
    assert told["placed"] == money.dollars(placed)
    assert told["not_placed"] == money.dollars(left)
    assert told["ledger"] == money.dollars(books.total(stage, upto))


def test_a_step_sends_months_what_is_reclaimed_and_what_is_not_placed(small: atlas.Atlas) -> None:
    sent: Any = investment.LAYER.state(moments.of(small, 12))[0]
    assert (sent["month"], sent["vs"], sent["left"]) == (12, 0, [50.0, 50.0])
    assert reclaimed(sent, 4) == [True, False, False, False]
    assert reclaimed(investment.LAYER.state(moments.of(small, 11))[0], 4) == [False] * 4
    later: Any = investment.LAYER.state(moments.of(small, 20, 12))[0]
    assert (later["vs"], later["left"], reclaimed(later, 4)) == (12, [80.05, 30.05], [False] * 4)


@pytest.mark.parametrize(("month", "vs"), [(6, 0), (36, 0), (60, 18)])
def test_reclaimed_is_what_the_map_of_changes_says(month: int, vs: int, plan: atlas.Atlas) -> None:
    marked = base.find("change").frame(moments.of(plan, month, vs))["change"] == "reclaimed"
    assert reclaimed(investment.LAYER.state(moments.of(plan, month, vs))[0], len(marked)) == marked.tolist()
    frame = investment.LAYER.frame(moments.of(plan, month, vs))
    assert frame["reclaimed"].tolist() == marked.tolist()
    assert frame["delivered_since_usd_per_km2_reclaimed"].notna().tolist() == marked.tolist()
    row = frame[marked].iloc[0]
    each = row["delivered_since_usd"] / row["area_km2"]
    assert row["delivered_since_usd_per_km2_reclaimed"] == pytest.approx(each, abs=0.0051)


def test_a_step_stays_small(plan: atlas.Atlas) -> None:
    sent = json.dumps(investment.LAYER.state(moments.of(plan, 60))[0], separators=(",", ":"))
    assert len(sent) < 3000


def test_keys_and_scales_are_those_of_the_circles(plan: atlas.Atlas, words: text.Words) -> None:
    (drawn,) = investment.LAYER.drawing(plan, words)
    sent: Any = drawn.sent()
    for measure in circles.MEASURES:
        for level in regions.LEVELS:
            assert sent["scales"][measure][level] == vars(circles.scale(plan, measure, level))
            assert sent["keys"][measure][level]["rows"] == [
                [radius, label] for radius, label in circles.key(plan, measure, level, words)
            ]
    assert sent["largest"] == circles.LARGEST


def test_the_browser_writes_sums_as_the_page_does(words: text.Words) -> None:
    forms = money_words.patterns(money_words.SUMS, words)
    assert forms == [
        {"from": 1e9, "by": 1e9, "text": "US$ {} billion", "digits": 2},
        {"from": 1e6, "by": 1e6, "text": "US$ {} million", "digits": 1},
        {"from": 0.0, "by": 1.0, "text": "US$ {}", "digits": 0},
    ]


def test_a_picture_has_its_circles_to_scale(plan: atlas.Atlas, words: text.Words) -> None:
    legend = investment.LAYER.printed(moments.of(plan, 60), words)
    assert legend.title == "US$ delivered so far, by state (invented)"
    assert [(row.size, row.label) for row in legend.rows] == [
        (2 * radius, label) for radius, label in circles.key(plan, "total", "state", words)
    ]
    other = investment.LAYER.printed(moments.of(plan, 60, 18), words, "km2")
    assert other.title == "US$ delivered per km² reclaimed, both since month 18, by state (invented)"
    assert other.note.endswith("Per km²: money and ground since month 18.")


def test_the_tray_says_what_has_no_place_and_its_sum(small: atlas.Atlas, words: text.Words) -> None:
    found = investment.LAYER.tray(moments.of(small, 60), words)
    assert found is not None
    assert found.title == "Cannot be placed: US$ 80"
    assert [(row.label, row.note) for row in found.rows] == [
        ("national, not divided", "US$ 50"),
        ("no place in the country that is known", "US$ 30"),
    ]
    since = investment.LAYER.tray(moments.of(small, 60, 12), words, "km2")
    assert since is not None
    assert (since.title, [row.note for row in since.rows]) == ("Cannot be placed since month 12: US$ 30", ["US$ 30"])
    early = investment.LAYER.tray(moments.of(small, 5), words)
    assert early is not None
    assert (early.title, early.rows) == ("Cannot be placed: US$ 0", ())


@pytest.mark.parametrize("month", [6, 36, 60])
def test_the_tray_adds_up_to_what_is_not_placed(month: int, plan: atlas.Atlas, words: text.Words) -> None:
    sums = plan.books.tray(bookkeeping.Filter(last_month=month))["delivered"].groupby("place_kind").sum()
    found = investment.LAYER.tray(moments.of(plan, month), words)
    assert found is not None
    assert int(sums.sum()) == investment.not_placed(plan.books, month)
    assert sorted(row.note for row in found.rows) == sorted(money_words.dollars(each, words) for each in sums if each)


def test_the_legend_says_what_is_on_no_circle(small: atlas.Atlas, words: text.Words) -> None:
    note = investment.LAYER.legend(moments.of(small, 20), words).note
    # 100 + 50 + 7.77 + 30.05; of these 50 and 30.05 cannot be placed.
    assert "US$ 188 in all: US$ 108 on the map, US$ 80 that cannot be placed." in note
    assert "invented" in note


def test_without_a_ledger_nothing_is_drawn_and_it_is_said(small: atlas.Atlas, words: text.Words) -> None:
    where = small.books.places
    without = replace(small, books=bookkeeping.Books(ledger.empty(where), where))
    assert investment.LAYER.data(without) is None
    assert investment.LAYER.tray(moments.of(without, 60), words) is None
    assert investment.LAYER.printed(moments.of(without, 60), words).rows == ()
    assert investment.LAYER.drawing(without, words) == ()
    assert investment.LAYER.state(moments.of(without, 60)) == []
    shown = investment.LAYER.legend(moments.of(without, 60), words)
    assert shown.rows == ()
    assert shown.note == "The scenario has no ledger."
    assert not investment.LAYER.frame(moments.of(without, 60))["delivered_usd"].any()


def test_files_carry_the_amounts_and_the_reconciliation(small: atlas.Atlas, tmp_path: Path) -> None:
    about = json.loads(export.geojson(investment.LAYER, moments.of(small, 60)))
    assert about["metadata"]["reconciliation_usd"]["delivered"] == {
        "ledger": "187.82",
        "placed": "107.77",
        "not_placed": "80.05",
        "difference": "0.00",
    }
    assert about["metadata"]["hypothetical"] is True
    assert [feature["properties"]["delivered_usd"] for feature in about["features"]] == list(DELIVERED[60])
    table = pd.read_csv(
        export.save(tmp_path, investment.LAYER, moments.of(small, 60), suffix="csv"), dtype={"cvegeo": "str"}
    )
    assert table["delivered_usd"].tolist() == list(DELIVERED[60])
    assert table["hypothetical"].all()
    beside = json.loads((tmp_path / "investment_month-60_small.csv-metadata.json").read_text(encoding="utf-8"))
    assert beside["notes"][0]["reconciliation_usd"] == about["metadata"]["reconciliation_usd"]


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
