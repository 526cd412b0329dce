"""The counts and headline figures of a month: the same for page, picture and file.

Every count comes in three denominators, municipalities, people and km², because the three give
different answers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo import keeping
from layers import levels
from roadmap.record import control, rules

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from geo import pack, territory
    from roadmap import atlas as atlases
    from roadmap import moments, runs
    from roadmap.words import text

NOT_HELD = ("contested", "criminal_influence", "criminal_control")
"""Classes that count as contested or worse."""

_KEPT = 512
"""Counts of each kind kept for an atlas: every month of a few comparisons. They are shared: copy to change."""

PARTS = ("municipalities", "population", "area_km2")


@dataclass(frozen=True)
class Figure:
    """One headline figure.

    Attributes
    ----------
    key
        Its name in code.
    label
        What it is.
    value
        The number with its unit.
    change
        Its change, with a sign; ``""`` where there is none.
    against
        What the change is measured against.
    details
        The other denominators, in words.
    good
        1 if the change goes the state's way, -1 if against it, 0 for neither.
    """

    key: str
    label: str
    value: str
    change: str
    against: str
    details: tuple[str, ...] = ()
    good: int = 0


def tally(at: moments.Moment) -> pd.DataFrame:
    """Return the seven classes of a month in the three denominators."""
    return _tally(at.run, at.month, at.atlas.territory)


@keeping.kept(most=_KEPT)
def _tally(run: runs.Run, month: int, place: territory.Territory) -> pd.DataFrame:
    frame = place.municipalities
    return control.tally(run.codes[month], frame["population"].to_numpy(), frame["area_km2"].to_numpy())


def change_tally(seen: moments.Comparison) -> pd.DataFrame:
    """Return reclaimed, lost, unchanged and unknown between two months in the three denominators."""
    place = seen.atlas.territory
    if seen.now.run is not seen.before.run:
        return _counted(seen.changes, place)
    return _change_tally(seen.now.run, seen.month, seen.since, seen.atlas.scenario.rules, place)


# Kept on the run, which must not be held on to by what it keeps: so a scenario is no argument.
@keeping.kept(most=_KEPT)
def _change_tally(
    run: runs.Run, month: int, since: int, rule: rules.Rules, place: territory.Territory
) -> pd.DataFrame:
    return _counted(rules.change(run.codes, month, since, rules=rule), place)


def _counted(changes: NDArray[np.int8], place: territory.Territory) -> pd.DataFrame:
    frame = place.municipalities
    return rules.tally(changes, frame["population"].to_numpy(), frame["area_km2"].to_numpy())


def totals(atlas: atlases.Atlas) -> dict[str, float]:
    """Return all municipalities, all people and all km²."""
    frame = atlas.territory.municipalities
    return {
        "municipalities": len(frame),
        "population": int(frame["population"].sum()),
        "area_km2": float(frame["area_km2"].sum()),
    }


def share_not_held(at: moments.Moment) -> dict[str, float]:
    """Return the share contested or worse of each denominator, in [0, 1]."""
    counts = tally(at).loc[list(NOT_HELD)].sum()
    return {part: float(counts[part]) / total for part, total in totals(at.atlas).items()}


def homicide_rate(at: moments.Moment) -> float:
    """Return the modelled national homicide rate per 100,000 people and year.

    The mean of the states' rates, weighted by the people of each; states without an observed rate
    are left out. NaN where no state has one, and for a run that knows classes only.
    """
    projection = at.run.projection
    if projection is None:
        return math.nan
    rates = projection.homicide_rate[at.month]
    known = np.isfinite(rates)
    if not known.any():
        return math.nan
    people = at.atlas.territory.states["population"].to_numpy()[known]
    return float(np.average(rates[known], weights=people))


def headline(seen: moments.Comparison, words: text.Words) -> tuple[Figure, ...]:
    """Return the headline figures of a month.

    Parameters
    ----------
    seen
        The month, and the one that changes are measured against.
    words
        The reader's language.

    Returns
    -------
    tuple of Figure
        Contested or worse, reclaimed, lost; and of runs that the model projects, homicide rate, where any
        state has one, and institutional integrity.
    """
    against = words.since(seen.since)
    changes = change_tally(seen)
    country = seen.atlas.territory.country
    counted = (
        _not_held(seen, words),
        _changed("reclaimed", words.t("Reclaimed"), changes, country, words, against, 1),
        _changed("lost", words.t("Lost"), changes, country, words, against, -1),
    )
    now, before = seen.now.run.projection, seen.before.run.projection
    if now is None or before is None:
        return counted
    integrity = float(now.integrity[seen.month]), float(before.integrity[seen.since])
    observed = () if math.isnan(homicide_rate(seen.now)) else (_homicides(seen, words),)
    return (*counted, *observed, _integrity(*integrity, words, against))


def _not_held(seen: moments.Comparison, words: text.Words) -> Figure:
    now, then = share_not_held(seen.now), share_not_held(seen.before)
    difference = (now["area_km2"] - then["area_km2"]) * 100
    counts = tally(seen.now).loc[list(NOT_HELD)].sum()
    return Figure(
        "not_held",
        words.t("Contested or worse"),
        words.t("{share} of area", share=words.percent(now["area_km2"])),
        words.t("{change} points", change=words.signed(difference, 1)),
        words.since(seen.since),
        (
            words.t("{share} of people", share=words.percent(now["population"])),
            levels.counted(seen.atlas.territory.country, int(counts["municipalities"]), words),
        ),
        _sign(-difference, 1),
    )


def _changed(
    key: str, label: str, changes: pd.DataFrame, country: pack.Pack, words: text.Words, against: str, good: int
) -> Figure:
    row = changes.loc[key]
    value = levels.counted(country, int(row["municipalities"]), words)
    details = (
        words.n("{people} person", "{people} people", int(row["population"]), people=words.people(row["population"])),
        words.t("{area} km²", area=words.integer(row["area_km2"])),
    )
    return Figure(key, label, value, "", against, details, good if row["municipalities"] else 0)


def _homicides(seen: moments.Comparison, words: text.Words) -> Figure:
    now, then = homicide_rate(seen.now), homicide_rate(seen.before)
    return Figure(
        "homicides",
        words.t("Homicide rate, model"),
        words.decimal(now),
        words.signed(now - then, 1),
        words.since(seen.since),
        (words.t("per 100,000 people and year"),),
        _sign(then - now, 1),
    )


def _integrity(now: float, then: float, words: text.Words, against: str) -> Figure:
    return Figure(
        "integrity",
        words.t("Institutional integrity, model"),
        words.decimal(now, 2),
        words.signed(now - then, 2),
        against,
        (words.t("index from 0 to 1"),),
        _sign(now - then, 2),
    )


def _sign(value: float, digits: int) -> int:
    """Return the direction of a change as it is shown: 0 for what rounds to nothing."""
    rounded = round(float(value), digits)
    return (rounded > 0) - (rounded < 0)
