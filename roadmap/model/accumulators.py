"""What may be wanted of a run, gathered while its months pass: series, counts, sums, quantiles, contributions.

Each is an :class:`roadmap.model.loop.Accumulator`. Those that summarise draws may be told of several runs, a block of
draws each, one after the other: the blocks add up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from roadmap.model import forces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from roadmap.model.forces import Array
    from roadmap.model.loop import Month

CLASSES: Final = 5
"""Classes on the scale, by number: 0 for criminal-group control to 4 for state control."""

TERMS: Final = (*forces.EFFORTS, "displacement", *forces.RELIEFS, "noise", "limit")
"""What a change is made of. ``standing`` is standing effort less standing pressure: what a municipality would do by
itself where it now stands. ``limit`` is what lay outside the scale and was cut off."""


class Kept:
    """A series of what a month says, a row a month.

    Parameters
    ----------
    what
        Gives an array that broadcasts to ``(n, draws)`` for a month.
    """

    def __init__(self, what: Callable[[Month], Array]) -> None:
        self._what = what
        self._rows: list[Array] = []

    def add(self, month: Month) -> None:
        """Keep what a month says."""
        self._rows.append(self._what(month))

    def result(self) -> Array:
        """Return the series, ``(months, ...)``."""
        return np.stack(np.broadcast_arrays(*self._rows))


class ClassCounts:
    """In how many draws each municipality has each class, month by month.

    Parameters
    ----------
    months, n
        How many months, that of the baseline included, and municipalities.
    """

    def __init__(self, months: int, n: int) -> None:
        self._counts = np.zeros((months, n, CLASSES), dtype=np.int32)

    def add(self, month: Month) -> None:
        """Count the draws of a month."""
        for number in range(CLASSES):
            self._counts[month.number, :, number] += (month.classes == number).sum(axis=1)

    def result(self) -> NDArray[np.int32]:
        """Return the counts, ``(months, n, 5)``; they add up to the number of draws."""
        return self._counts


class ClassSums:
    """People, km² or whatever municipalities have, in each class, draw by draw and month by month.

    Parameters
    ----------
    measures
        What is summed, ``(n,)`` each, by name.
    """

    def __init__(self, measures: Mapping[str, Array]) -> None:
        self._names = tuple(measures)
        self._values = np.stack([np.asarray(values, dtype=np.float64) for values in measures.values()])
        self._blocks: list[list[Array]] = []

    def add(self, month: Month) -> None:
        """Sum a month; the baseline begins a block of draws."""
        if month.number == 0:
            self._blocks.append([])
        sums = [self._values @ (month.classes == number) for number in range(CLASSES)]
        self._blocks[-1].append(np.stack(sums, axis=1))

    def result(self) -> dict[str, Array]:
        """Return the sums by measure, ``(months, 5, draws)`` each, the draws of all blocks in their order."""
        sums = np.concatenate([np.stack(block) for block in self._blocks], axis=-1)
        return {name: sums[:, number] for number, name in enumerate(self._names)}


class Quantiles:
    """Quantiles over draws of each municipality's score in some months, to half a per cent of the scale.

    Scores are counted in 200 equal bins, so that blocks of draws add up and none is kept.

    Parameters
    ----------
    months
        Which months.
    n
        How many municipalities.
    """

    BINS: Final = 200

    def __init__(self, months: Collection[int], n: int) -> None:
        self._counts = {month: np.zeros((n, self.BINS), dtype=np.int32) for month in months}

    def add(self, month: Month) -> None:
        """Count the scores of a month, where it is one of those asked for."""
        counts = self._counts.get(month.number)
        if counts is None:
            return
        bins = np.minimum((month.score * self.BINS).astype(np.int64), self.BINS - 1)
        bins += np.arange(len(bins))[:, None] * self.BINS
        counts += np.bincount(bins.ravel(), minlength=counts.size).reshape(counts.shape)

    def result(self, *levels: float) -> dict[int, Array]:
        """Return quantiles by month, ``(n, levels)``: the middle of the bin that holds each.

        Parameters
        ----------
        *levels
            In [0, 1], such as 0.05, 0.5 and 0.95; the lowest score at or below which that share of the draws lies.
        """
        return {month: self._quantiles(counts, levels) for month, counts in self._counts.items()}

    def _quantiles(self, counts: NDArray[np.int32], levels: tuple[float, ...]) -> Array:
        reached = counts.cumsum(axis=1)
        draws = reached[:, -1:]
        bins = [(reached < np.maximum(np.ceil(level * draws - 1e-9), 1)).sum(axis=1) for level in levels]
        return np.asarray((np.stack(bins, axis=1) + 0.5) / self.BINS)


class Contributions:
    """What each term has added to each score since the baseline; all together are the change.

    A month's gain is divided among the terms of the effort, which add up. Its loss is that of the standing pressure,
    of what zones have displaced, and what each factor has taken off the standing pressure: a product, of which each
    factor is given its part of the logarithm (the logarithmic mean Divisia index; B. W. Ang, "The LMDI approach to
    decomposition analysis", Energy Policy 33, 2005, 867-871), so that no order matters. It is counted along the course
    that was run: what a term has done to neighbours, and to how much is left to win, goes to the terms that act there.

    Parameters
    ----------
    months
        Months in which the sums are kept.
    """

    def __init__(self, months: Collection[int]) -> None:
        self._months = frozenset(months)
        self._sums: dict[str, Array] = {}
        self._kept: dict[int, dict[str, Array]] = {}

    def add(self, month: Month) -> None:
        """Add a month."""
        if month.opening is None:
            self._sums = {term: np.zeros_like(month.score) for term in TERMS}
        else:
            for term, change in _changes(month, month.opening).items():
                self._sums[term] += change
        if month.number in self._months:
            self._kept[month.number] = {term: total.copy() for term, total in self._sums.items()}

    def result(self) -> dict[int, dict[str, Array]]:
        """Return by month, and by each of :data:`TERMS`, what it has added since the baseline, ``(n, draws)``."""
        return self._kept


_LEAST: Final = 1e-300
"""Stands for a factor of nothing, of which there is no logarithm."""
_SMALL: Final = 1e-9
"""Logarithm below which a mean of logarithms is told by its series: a quotient would lose its digits."""


def _changes(month: Month, opening: tuple[Array, Array]) -> dict[str, Array | float]:
    """Return what each term adds in a month."""
    gaining, losing = opening
    acting = month.acting
    efforts = {term: effort * gaining for term, effort in acting.effort.items()}
    logarithms = {name: np.log(np.maximum(factor, _LEAST)) for name, factor in acting.relief.items()}
    total, factor = sum(logarithms.values()), acting.factor
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(np.abs(total) > _SMALL, np.expm1(total) / total, 1.0 + total / 2.0)
    standing = losing * acting.standing
    changes: dict[str, Array | float] = {
        **efforts,
        "standing": efforts["standing"] - standing,
        "displacement": -losing * factor * acting.displaced,
        **{name: -standing * mean * each for name, each in logarithms.items()},
        "noise": month.noise,
    }
    return {**changes, "limit": month.score - month.before - sum(changes.values())}
