"""The month loop: one for the projection, for tables of what more money would do, and for every ensemble.

All municipalities move at once, and so do all draws, along a last axis. What is wanted of the months is told to
accumulators as they pass: each is handed one month at a time and keeps what it needs, so that memory does not grow with
the number of months and draws unless somebody keeps them.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from roadmap.model import monthly
from roadmap.record import control

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    from numpy.typing import NDArray

    from roadmap.model.forces import Acting, Array, Setting
    from roadmap.plan.parameters import Rates


@dataclass(frozen=True, eq=False)
class Month:
    """A month that has passed.

    Attributes
    ----------
    number
        Of the plan; 0 is the baseline, which nothing led to.
    before, score
        Control scores a month earlier and now, ``(n, draws)``; at the baseline both are the same.
    acting
        What acted.
    opening
        What was gained for each unit of effort and lost for each unit of pressure; ``None`` at the baseline.
    noise
        What was added besides.
    """

    number: int
    before: Array
    score: Array
    acting: Acting
    opening: tuple[Array, Array] | None
    noise: Array | float

    @functools.cached_property
    def classes(self) -> NDArray[np.int8]:
        """Class numbers of the scores, ``(n, draws)``."""
        return control.classify(self.score)


class Accumulator(Protocol):
    """What is told of each month, the baseline first."""

    def add(self, month: Month) -> None:
        """Take in a month; its arrays must not be changed."""
        ...


def run(
    where: Setting,
    course: Iterable[Acting],
    rates: Rates,
    *accumulators: Accumulator,
    noise: Callable[[int], Array] | None = None,
    until: int | None = None,
) -> Array:
    """Go through the months of a course and tell each to the accumulators.

    Parameters
    ----------
    where
        Baseline and neighbours.
    course
        What acts in each month, that of the baseline first, from :func:`roadmap.model.forces.course`.
    rates
        Of the month step: numbers, or arrays ``(draws,)``.
    *accumulators
        Told of each month.
    noise
        Gives what is added to the scores in a month, ``(n, draws)``.
    until
        Last month; all of the course if not given.

    Returns
    -------
    numpy.ndarray
        Scores of the last month, ``(n, draws)``.
    """
    score = where.start
    for number, acting in enumerate(course):
        if until is not None and number > until:
            break
        before, opening, added = score, None, 0.0 if noise is None or not number else noise(number)
        if number:
            opening = monthly.openings(before, where.weights, rates)
            score = monthly.moved(before, opening, acting.total_effort, acting.pressure, added)
        month = Month(number, before, score, acting, opening, added)
        for accumulator in accumulators:
            accumulator.add(month)
    return score
