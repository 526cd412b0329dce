"""What is looked at: a month of a run, or two of them compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo import errors, keeping
from roadmap import atlas as atlases
from roadmap import runs
from roadmap.plan import phases
from roadmap.record import rules

_KEPT = 256


class MomentError(errors.AtlasError, ValueError):
    """A month that a run does not have, or two moments that cannot be compared."""


@dataclass(frozen=True)
class Moment:
    """A month of a run.

    Attributes
    ----------
    atlas
        The scenario on its territory.
    run
        One of its sequences of months.
    month
        0 is the baseline.

    Raises
    ------
    MomentError
        If the run has no such month.
    """

    atlas: atlases.Atlas = field(repr=False)
    run: runs.Run = field(repr=False)
    month: int

    def __post_init__(self) -> None:
        if not 0 <= self.month <= self.run.last_month:
            message = f"`month` {self.month!r} lies outside the plan; use 0 to {self.run.last_month}."
            raise MomentError(message)

    @property
    def codes(self) -> NDArray[np.int8]:
        """Class numbers, ``(n,)``."""
        return np.asarray(self.run.codes[self.month])

    @property
    def score(self) -> NDArray[np.float64]:
        """Control scores, ``(n,)`` in [0, 1]; NaN where there is no class, or the run knows classes only."""
        projection = self.run.projection
        if projection is None:
            return np.full(self.codes.shape, np.nan)
        return np.where(self.codes >= 0, projection.score[self.month], np.nan)

    @property
    def phase(self) -> phases.Phase | None:
        """The phase that the month belongs to; none for the baseline."""
        return phases.phase_of(self.atlas.scenario.phases, self.month)


@dataclass(frozen=True)
class Comparison:
    """A moment, and the one that it is compared with.

    Raises
    ------
    MomentError
        If the two lie on different territories, or the latter comes after the former in one run.
    """

    now: Moment
    before: Moment

    def __post_init__(self) -> None:
        if self.now.run is self.before.run and self.before.month > self.now.month:
            message = f"`vs` {self.before.month!r} must not lie after the month; use 0 to {self.now.month}."
            raise MomentError(message)
        if self.now.atlas.territory.hash != self.before.atlas.territory.hash:
            message = (
                f"scenarios {self.now.atlas.scenario.id!r} and {self.before.atlas.scenario.id!r} lie on different "
                "territories; compare moments of one territory."
            )
            raise MomentError(message)

    @property
    def atlas(self) -> atlases.Atlas:
        """The scenario that is shown."""
        return self.now.atlas

    @property
    def month(self) -> int:
        """The month that is shown."""
        return self.now.month

    @property
    def since(self) -> int:
        """The month that it is compared with."""
        return self.before.month

    @cached_property
    def changes(self) -> NDArray[np.int8]:
        """What has become of each municipality in between, see :func:`roadmap.record.rules.change`, ``(n,)``."""
        now, before = self.now, self.before
        if now.run is before.run:
            return _changes(now.run, now.month, before.month, now.atlas.scenario.rules)
        # Of two runs the earlier months of one are not those of the other: the rule holds over the months shown.
        return rules.change(now.run.codes, now.month, rules=now.atlas.scenario.rules, before=before.codes)


@keeping.kept(most=_KEPT)
def _changes(run: runs.Run, month: int, since: int, rule: rules.Rules) -> NDArray[np.int8]:
    compared = rules.change(run.codes, month, since, rules=rule)
    compared.setflags(write=False)
    return compared


def of(atlas: atlases.Atlas, month: int, vs: int = 0, *, run: runs.Run | None = None) -> Comparison:
    """Return a month of a scenario's run, compared with an earlier one.

    Parameters
    ----------
    atlas
        The scenario on its territory.
    month, vs
        The month, and the one that it is compared with.
    run
        The plan, unless another one is given.

    Raises
    ------
    MomentError
        If there is no such month, or `vs` lies after `month`.
    """
    course = atlas.plan if run is None else run
    now = Moment(atlas, course, month)
    if not 0 <= vs <= month:
        message = f"`vs` {vs!r} must not lie after the month; use 0 to {month}."
        raise MomentError(message)
    return Comparison(now, Moment(atlas, course, vs))
