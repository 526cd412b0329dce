"""Investment: circles at municipalities whose area is the money delivered there so far. All of it is invented.

Money is no fill: a fill would make large municipalities look rich. A sum of dollars has one size of circle in every
month and at every zoom, so circles can be compared and the legend's own are true to scale. What cannot be placed is on
no circle; its sum stands in the legend, and map and rest add up to the ledger to the cent.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from geo import crs
from layers import base, money_words, text
from roadmap import accounts, conditions, investment, money, phases, places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from roadmap import atlas as model

LARGEST = 26.0
"""Radius in pixels of the largest circle of the scenario."""

SHOWN = "delivered"
"""The amount that circles show."""

_SIGNS = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in "\"\\<>&{}_'`")
"""The 85 signs that mean nothing in JSON, in markup and in a template. Two of them say a sum."""

_DECADES = 8
_LOWEST, _ROUND = 100, 900
"""Sums are sent with three digits, 100 to 999, and a power of ten: from 100 dollars up."""

_CENTS = 100
_KEPT = 24
_OF_LARGEST = 5
_STEPS = (1, 5, 20)
"""The legend's circles: a round sum of at most a fifth of the largest, and these parts of it."""


@lru_cache(maxsize=_KEPT)
def so_far(books: accounts.Books, stage: str) -> NDArray[np.int64]:
    """Return one amount on the map up to each month, cents, ``(61, n)``; shared and read-only."""
    found = np.asarray(books.course(stage).cents.cumsum(axis=0))
    found.setflags(write=False)
    return found


def until(month: int) -> accounts.Filter:
    """Return the filter of everything up to a month."""
    return accounts.Filter(last_month=month)


def largest(books: accounts.Books) -> int:
    """Return the most that one municipality is delivered over the whole plan, in cents."""
    return int(so_far(books, SHOWN)[-1].max(initial=0))


def radius(cents: float, most: float) -> float:
    """Return the radius in pixels of a sum: area in proportion.

    Examples
    --------
    >>> radius(25, 100)
    13.0
    """
    return LARGEST * math.sqrt(cents / most) if most > 0 else 0.0


def round_sum(cents: float) -> int:
    """Return the largest sum of 1, 2 or 5 with noughts that does not exceed another.

    Examples
    --------
    >>> [round_sum(each) for each in (134, 99, 20, 1, 0)]
    [100, 50, 20, 1, 0]
    """
    if cents < 1:
        return 0
    power = 10 ** math.floor(math.log10(cents))
    return int(max(step * power for step in (1, 2, 5) if step * power <= cents))


def packed(cents: NDArray[np.int64]) -> str:
    """Return amounts to three digits, two signs each, so that a step stays small.

    0 stands for less than 100 dollars; then come 100, 101, ... 999, 1000, 1010, ... dollars, up to 9.99 billion, which
    also stands for anything above.

    Examples
    --------
    >>> packed(np.array([0, 100_00, 101_49]))
    '   ! #'
    """
    dollars = np.maximum(cents / _CENTS, 1.0)
    power = np.maximum(np.floor(np.log10(dollars)) - 2, 0)
    digits = np.rint(dollars / 10.0**power)
    # 999.6 rounds to 1000: the next decade begins.
    over = digits >= _LOWEST + _ROUND
    digits, power = np.where(over, _LOWEST, digits), power + over
    rank = np.minimum(power * _ROUND + digits - _LOWEST + 1, _DECADES * _ROUND)
    codes = np.where(cents < _LOWEST * _CENTS, 0, rank).astype(np.int64)
    pairs = np.stack(np.divmod(codes, len(_SIGNS)), axis=1)
    return "".join(np.array(list(_SIGNS))[pairs.ravel()])


class Investment(base.Layer):
    """Proportional circles of delivered money."""

    id = "investment"
    order = 34
    default = False

    def title(self, words: text.Words) -> str:
        """Return the layer's name."""
        return words.t("Investment")

    def frame(self, atlas: model.Atlas, month: int, vs: int = 0) -> gpd.GeoDataFrame:
        """Return one row a municipality, points in EPSG:4326: what lies there up to the month, in US dollars.

        Columns ``cvegeo name state population area_km2``, one ``…_usd`` for each of
        :data:`roadmap.money.AMOUNTS` (to the cent; the same dollars at different moments, never to be added to one
        another), ``delivered_since_usd`` (since month `vs`), ``delivered_usd_per_person``,
        ``delivered_usd_per_km2``, and ``precision`` and ``sharing``: codes of precision, and rules of division, of
        the lines that reach the municipality, parted by ";".
        """
        rows, books = atlas.territory.municipalities, atlas.books
        frame = rows[["cvegeo", "name", "state", "population", "area_km2"]].copy()
        for stage in money.AMOUNTS:
            frame[f"{stage}_usd"] = so_far(books, stage)[month] / _CENTS
        delivered = so_far(books, SHOWN)
        frame["delivered_since_usd"] = (delivered[month] - delivered[min(vs, month)]) / _CENTS
        people = rows["population"].to_numpy(dtype=np.float64)
        area = rows["area_km2"].to_numpy(dtype=np.float64)
        frame["delivered_usd_per_person"] = np.round(frame["delivered_usd"] / np.maximum(people, 1.0), 2)
        frame["delivered_usd_per_km2"] = np.round(frame["delivered_usd"] / np.maximum(area, 1e-6), 2)
        frame["precision"] = _reaching(books, month, tuple(map(str, places.PRECISIONS)), books.ledger.precision - 1)
        sharing = books.ledger.words["sharing"]
        frame["sharing"] = _reaching(books, month, sharing.names, sharing.codes)
        points = gpd.points_from_xy(rows["lon"], rows["lat"], crs=crs.GEOGRAPHIC)
        return gpd.GeoDataFrame(frame, geometry=points)

    def state(self, atlas: model.Atlas, month: int, vs: int = 0) -> object:
        """Return what is delivered up to the month: see :func:`packed`, in the order of the outlines."""
        del vs
        return packed(so_far(atlas.books, SHOWN)[month])

    def constants(self, atlas: model.Atlas, words: text.Words) -> Mapping[str, object]:
        """Return the places of the circles, their scale and the words of the tooltip."""
        rows = atlas.territory.municipalities
        return {
            "title": words.t("Delivered so far (invented)"),
            "amount": words.t("US$ {number} million", number="{}"),
            "language": words.language,
            "signs": _SIGNS,
            "largest": LARGEST,
            "most": largest(atlas.books) / _CENTS,
            "points": [[round(lon, 4), round(lat, 4)] for lon, lat in zip(rows["lon"], rows["lat"], strict=True)],
        }

    def legend(self, atlas: model.Atlas, month: int, words: text.Words, vs: int = 0) -> base.Legend:
        """Return three circles to scale, and what is placed and what is not."""
        del vs
        books = atlas.books
        most = largest(books)
        sums = [round_sum(round_sum(most / _OF_LARGEST) / step) for step in _STEPS]
        rows = tuple(
            base.LegendRow(
                f"investment-{number}",
                money_words.dollars(each, words),
                symbol="money",
                size=round(2 * radius(each, most), 1),
            )
            for number, each in enumerate(sums)
            if each
        )
        return base.Legend(words.t("Investment delivered so far"), rows, legend_note(books, month, words))

    def columns(self, words: text.Words) -> Mapping[str, str]:
        """Return the table's headings."""
        return {
            "name": words.t("Municipality"),
            "state": words.t("State"),
            "cvegeo": words.t("Key"),
            "planned_usd": words.t("Planned (US$)"),
            "committed_usd": words.t("Committed (US$)"),
            "disbursed_usd": words.t("Released (US$)"),
            "delivered_usd": words.t("Delivered (US$)"),
            "withheld_usd": words.t("Withheld (US$)"),
            "delivered_since_usd": words.t("Delivered since (US$)"),
            "delivered_usd_per_person": words.t("Delivered per person (US$)"),
            "delivered_usd_per_km2": words.t("Delivered per km² (US$)"),
            "precision": words.t("Codes of precision"),
            "sharing": words.t("Rules of division"),
        }

    def sources(self, atlas: model.Atlas) -> tuple[str, ...]:
        """Return the files behind the frame."""
        folder = f"scenarios/{atlas.scenario.id}"
        return (
            f"{folder}/{investment.FILE}",
            f"{folder}/{conditions.FILE}",
            "geography/municipalities.parquet",
        )

    def metadata(self, atlas: model.Atlas, month: int, vs: int = 0) -> dict[str, Any]:
        """Return the reconciliation to the cent, what cannot be placed, and what was left out."""
        books = atlas.books
        tray = books.tray(until(month))
        return {
            "compared_with_month": vs,
            "usd_year": books.ledger.usd_year,
            "amounts": "Cumulative from month 1. Planned, committed, disbursed and delivered are the same dollars at "
            "different moments; never add one to another. Withheld is part of none of them.",
            "reconciliation_usd": books.reconcile(until(month)).metadata(),
            "not_placed_usd": [
                {
                    "place_kind": kind,
                    "precision": int(code),
                    **{stage: money.dollars(int(row[stage])) for stage in money.AMOUNTS},
                }
                for (kind, code), row in zip(tray.index, tray.to_dict("records"), strict=True)
            ],
            "precision_codes": {str(code): name for code, name in places.PRECISIONS.items()},
            "left_out": [str(fault) for fault in books.faults],
        }


def legend_note(books: accounts.Books, month: int, words: text.Words) -> str:
    """Return how circles are read, and what of the sum is on none of them."""
    if not len(books.ledger):
        return words.t("There is no ledger: either the scenario has none, or it has faults and was left out.")
    found = books.reconcile(until(month)).table.loc[SHOWN]
    return words.t(
        "Area of a circle: US$ delivered up to {month}, invented. {total} in all: {placed} on the map, {left} that "
        "cannot be placed.",
        month=words.month(month),
        total=money_words.dollars(found["ledger"], words),
        placed=money_words.dollars(found["placed"], words),
        left=money_words.dollars(found["not_placed"], words),
    )


@lru_cache(maxsize=_KEPT * phases.LAST_MONTH)
def _lists(names: tuple[str, ...], bits: int) -> str:
    return ";".join(name for number, name in enumerate(names) if bits >> number & 1)


def _reaching(books: accounts.Books, month: int, names: tuple[str, ...], codes: NDArray[np.int64]) -> list[str]:
    """Return which names stand on the lines that plan money for each municipality up to a month, parted by ";"."""
    size = len(books.places)
    if not len(books.ledger):
        return [""] * size
    here = books.ledger.placed["planned"].grouped(until(month).rows(books.ledger), codes, len(names)).cents > 0
    bits = (here * (1 << np.arange(len(names)))[:, None]).sum(axis=0)
    return [_lists(names, int(each)) for each in bits]


LAYER = Investment()
