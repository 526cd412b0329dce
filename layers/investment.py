"""Investment: circles whose area is the money delivered so far, by state, zone or municipality. All of it is invented.

Money is no fill: a fill would make large municipalities look rich. What cannot be placed is on no circle; it stands in
a tray beside the map, and map and tray add up to the ledger to the cent.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from geo import crs
from layers import base, circles, marks, money_words, placed
from roadmap.ledger import bookkeeping, destinations, money, regions
from roadmap.plan import phases
from roadmap.words import text
from roadmap.words.text import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from roadmap import atlas as atlases
    from roadmap import moments

SHOWN = circles.SHOWN
so_far = circles.so_far

_CENTS = 100
_KEPT = 24


def until(month: int) -> bookkeeping.Filter:
    """Return the filter of everything up to a month."""
    return bookkeeping.Filter(last_month=month)


class Investment(base.Layer):
    """Proportional circles of delivered money."""

    id = "investment"
    order = 34
    default = False
    compares = base.Compares.SOME
    option = base.Option("money", mark("Circles of money"), circles.MEASURES)
    shapes = ("Point",)

    def title(self, words: text.Words) -> str:
        """Return the layer's name."""
        return words.t("Investment")

    def frame(self, seen: moments.Comparison) -> gpd.GeoDataFrame:
        """Return one row a municipality, points in EPSG:4326: what lies there up to the month, in US dollars.

        Columns ``cvegeo name state population area_km2``, one ``…_usd`` for each of
        :data:`roadmap.ledger.money.AMOUNTS` (to the cent; the same dollars at different moments, never to be
        added to one another), ``delivered_since_usd`` (since month `vs`), ``delivered_usd_per_person``,
        ``delivered_usd_per_km2``; ``reclaimed`` (since `vs`, as on the map) and, only there,
        ``delivered_since_usd_per_km2_reclaimed``; and ``precision`` and ``sharing``: codes of precision, and rules
        of division, of the lines that reach the municipality, parted by ";".
        """
        rows, books = seen.atlas.territory.municipalities, seen.atlas.books
        frame = rows[["cvegeo", "name", "state", "population", "area_km2"]].copy()
        for stage in money.AMOUNTS:
            frame[f"{stage}_usd"] = so_far(books, stage)[seen.month] / _CENTS
        delivered, before = so_far(books, SHOWN)[seen.month], so_far(seen.before.atlas.books, SHOWN)[seen.since]
        frame["delivered_since_usd"] = (delivered - before) / _CENTS
        people = rows["population"].to_numpy(dtype=np.float64)
        area = rows["area_km2"].to_numpy(dtype=np.float64)
        frame["delivered_usd_per_person"] = np.round(frame["delivered_usd"] / np.maximum(people, 1.0), 2)
        frame["delivered_usd_per_km2"] = np.round(frame["delivered_usd"] / np.maximum(area, 1e-6), 2)
        frame["reclaimed"] = circles.reclaimed(seen)
        won = np.where(frame["reclaimed"], np.maximum(area, 1e-6), np.nan)
        frame["delivered_since_usd_per_km2_reclaimed"] = np.round(frame["delivered_since_usd"] / won, 2)
        precisions = tuple(map(str, destinations.PRECISIONS))
        frame["precision"] = _reaching(books, seen.month, precisions, books.ledger.precision - 1)
        sharing = books.ledger.words["sharing"]
        frame["sharing"] = _reaching(books, seen.month, sharing.names, sharing.codes)
        points = gpd.points_from_xy(rows["lon"], rows["lat"], crs=crs.GEOGRAPHIC)
        return gpd.GeoDataFrame(frame, geometry=points)

    def state(self, seen: moments.Comparison) -> list[object]:
        """Return what circles show between the two months, and what is on none of them: so far, since.

        Amounts of all months are not sent: the browser has them.
        """
        if self.is_empty(seen.atlas):
            return []
        left = [not_placed(seen.atlas.books, seen.month, since) / _CENTS for since in (0, seen.since)]
        return [{**circles.shown(seen), "left": left}]

    def data(self, atlas: atlases.Atlas) -> Mapping[str, object] | None:
        """Return the amounts of all months, and the regions; nothing without a ledger."""
        return circles.data(atlas) if len(atlas.books.ledger) else None

    def is_empty(self, atlas: atlases.Atlas) -> bool:
        """Return whether there is no ledger."""
        return not len(atlas.books.ledger)

    def drawing(self, atlas: atlases.Atlas, words: text.Words) -> tuple[marks.Mark, ...]:
        """Return circles with their scales, keys and words; none without a ledger."""
        if self.is_empty(atlas):
            return ()
        scales = {
            measure: {level: vars(circles.scale(atlas, measure, level)) for level in regions.LEVELS}
            for measure in circles.MEASURES
        }
        keys = {
            measure: {
                level: {
                    "titles": [
                        words.t(titles[measure, level], month="{}")
                        for titles in (circles.TITLES_OF_ALL, circles.TITLES)
                    ],
                    "rows": [list(row) for row in circles.key(atlas, measure, level, words)],
                }
                for level in regions.LEVELS
            }
            for measure in circles.MEASURES
        }
        said = {
            "language": words.language,
            "largest": circles.LARGEST,
            "dot": circles.DOT,
            "until": circles.UNTIL,
            "usual": self.option.default,
            "since": circles.RECLAIMED,
            "scales": scales,
            "keys": keys,
            # Of the regions by code.
            "names": [
                *(words.of(zone.name) for zone in atlas.books.places.zones),
                *atlas.territory.states["name"],
            ],
            "sums": money_words.patterns(money_words.SUMS, words),
            "rates": money_words.patterns(money_words.RATES, words),
            "words": {
                "total": words.t("Delivered so far (invented)"),
                "person": words.t("per person"),
                "km2": words.t("per km² reclaimed"),
                "left": words.t("Cannot be placed: {}"),
                "leftSince": words.t("Cannot be placed since month {month}: {sum}", month="{month}", sum="{}"),
                "none": words.t("nothing reclaimed"),
                "bare": words.t("Where nothing was reclaimed since then: {}"),
                "dots": words.t("Dots: less than {}"),
                "state": words.t("State"),
                "zones": [
                    words.t("Priority zone as it is at the baseline (month 0)"),
                    words.t("Priority zone as it is in month {month}", month="{}"),
                ],
                "rest": words.t("Rest of the state, outside priority zones"),
            },
            "points": [
                [round(lon, 4), round(lat, 4)]
                for lon, lat in atlas.territory.municipalities[["lon", "lat"]].itertuples(index=False)
            ],
        }
        return (placed.Circles(said, circles.standing),)

    def legend(self, seen: moments.Comparison, words: text.Words) -> base.Legend:
        """Return what circles are, and that map and rest add up; their sizes stand in the key on the map."""
        said = words.t("by state; closer in by priority zone and rest of state, then by municipality")
        rows = (base.LegendRow("investment", said, symbol="money"),) if len(seen.atlas.books.ledger) else ()
        note = legend_note(seen.atlas.books, seen.month, words)
        return base.Legend(words.t("Investment delivered so far"), rows, note)

    def printed(self, seen: moments.Comparison, words: text.Words, option: str = "") -> base.Legend:
        """Return the key of a picture of the whole country, its circles to scale."""
        measure = option or self.option.default
        circled = circles.key(seen.atlas, measure, "state", words)
        rows = tuple(
            base.LegendRow(f"investment-{number}", label, symbol="money", size=2 * radius)
            for number, (radius, label) in enumerate(circled)
        )
        key = measure, "state"
        title = words.at(seen.since, circles.TITLES_OF_ALL[key], circles.TITLES[key])
        since = seen.since if measure == circles.RECLAIMED else None
        return base.Legend(title, rows, legend_note(seen.atlas.books, seen.month, words, since=since))

    def tray(self, seen: moments.Comparison, words: text.Words, option: str = "") -> base.Legend | None:
        """Return what of the money has no place on the map, by what is known of its place, and its sum."""
        books, since = seen.atlas.books, seen.since if option == circles.RECLAIMED else 0
        lying = books.tray(bookkeeping.Filter(first_month=since + 1 if since else 0, last_month=seen.month))
        sums = lying[lying[SHOWN] > 0][SHOWN].groupby("place_kind", sort=False).sum().sort_values(ascending=False)
        rows = tuple(
            base.LegendRow(
                f"tray-{kind}",
                words.named(money_words.PLACES, str(kind)),
                note=money_words.dollars(int(cents), words),
            )
            for kind, cents in sums.items()
        )
        whole = money_words.dollars(not_placed(books, seen.month, since), words)
        title = words.t("Cannot be placed: {sum}", sum=whole)
        if since:
            title = words.t("Cannot be placed since month {month}: {sum}", month=since, sum=whole)
        return base.Legend(title, rows) if len(books.ledger) else None

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
            "reclaimed": words.t("Reclaimed"),
            "delivered_since_usd_per_km2_reclaimed": words.t("Delivered since, per km² reclaimed (US$)"),
            "precision": words.t("Codes of precision"),
            "sharing": words.t("Rules of division"),
        }

    def sources(self, atlas: atlases.Atlas) -> tuple[str, ...]:
        """Return the files behind the frame: it also tells money by area reclaimed, so all of the projection's."""
        return atlas.files

    def metadata(self, seen: moments.Comparison) -> dict[str, Any]:
        """Return the reconciliation to the cent, and what cannot be placed."""
        books = seen.atlas.books
        tray = books.tray(until(seen.month))
        return {
            "compared_with_month": seen.since,
            "usd_year": books.ledger.usd_year,
            "amounts": "Cumulative from month 1. Planned, committed, disbursed and delivered are the same dollars at "
            "different moments; never add one to another. Withheld is part of none of them.",
            "reconciliation_usd": books.reconcile(until(seen.month)).metadata(),
            "not_placed_usd": [
                {
                    "place_kind": kind,
                    "precision": int(code),
                    **{stage: money.dollars(int(row[stage])) for stage in money.AMOUNTS},
                }
                for (kind, code), row in zip(tray.index, tray.to_dict("records"), strict=True)
            ],
            "precision_codes": {str(code): name for code, name in destinations.PRECISIONS.items()},
        }


def not_placed(books: bookkeeping.Books, month: int, since: int = 0) -> int:
    """Return what is delivered up to a month, after another, and lies on no circle, in cents."""
    chosen = bookkeeping.Filter(first_month=since + 1 if since else 0, last_month=month)
    return int(books.reconcile(chosen).table.loc[SHOWN, "not_placed"])


def legend_note(books: bookkeeping.Books, month: int, words: text.Words, *, since: int | None = None) -> str:
    """Return how circles are read, and what of the sum is on none of them.

    Parameters
    ----------
    books, month, words
        The ledger, the month shown, the language.
    since
        Where circles show what was delivered since a month: that month.
    """
    if books.faults:
        return words.t("The ledger is faulty and left out as a whole; the page Investment lists the faults.")
    if not len(books.ledger):
        return words.t("The scenario has no ledger.")
    found = books.reconcile(until(month)).table.loc[SHOWN]
    about = words.at(
        month,
        mark("Delivered up to baseline (month 0), invented."),
        mark("Delivered up to month {month}, invented."),
    )
    sums = words.t(
        "{total} in all: {placed} on the map, {left} that cannot be placed.",
        total=money_words.dollars(found["ledger"], words),
        placed=money_words.dollars(found["placed"], words),
        left=money_words.dollars(found["not_placed"], words),
    )
    said = words.paragraph(about, sums)
    if since is None:
        return said
    per_km2 = words.at(
        since,
        mark("Per km²: money and ground since baseline (month 0)."),
        mark("Per km²: money and ground since month {month}."),
    )
    return words.paragraph(said, per_km2)


@lru_cache(maxsize=_KEPT * phases.MAX_MONTH)
def _lists(names: tuple[str, ...], bits: int) -> str:
    return ";".join(name for number, name in enumerate(names) if bits >> number & 1)


def _reaching(books: bookkeeping.Books, month: int, names: tuple[str, ...], codes: NDArray[np.int64]) -> list[str]:
    """Return which names stand on the lines that plan money for each municipality up to a month, parted by ";"."""
    size = len(books.places)
    if not len(books.ledger):
        return [""] * size
    here = books.ledger.placed["planned"].grouped(books.rows(until(month)), codes, len(names)).cents > 0
    bits = (here * (1 << np.arange(len(names)))[:, None]).sum(axis=0)
    return [_lists(names, int(each)) for each in bits]


LAYER = Investment()
