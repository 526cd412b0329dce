"""Money on the map: exact shares of municipalities.

A line's amount is divided among the municipalities of its place in proportion to a whole-number weight, each
share rounded down to the cent; the cents left over go one each to the largest remainders (Hamilton's method), of
equal ones to the lower key. So the shares of a line add up to the line, and everything that is added from
shares adds up likewise, whatever is chosen and however it is grouped.

What names no place inside the country, or none that may be divided, is not put on the map: it cannot be placed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from roadmap.ledger import destinations, money

NOT_PLACED: Final = -1
"""Site of a line that cannot be placed."""

MOST_KEPT: Final = 8_000_000
"""Shares of one stage that are kept at most; where there are more, they are worked out when asked for."""

_MOST_WEIGHT: Final = 2**31 - 1
_AT_ONCE: Final = 400_000

Ints = NDArray[np.int64]


def shares(cents: Ints, weights: Ints) -> Ints:
    """Divide amounts in proportion to weights, to the cent, by largest remainder.

    Parameters
    ----------
    cents
        Amounts, at least 0, ``(lines,)``.
    weights
        At least 0, ``(lines, k)`` or ``(k,)``, in each line adding up to less than 2**31; where they are all 0,
        shares are equal.

    Returns
    -------
    numpy.ndarray
        ``(lines, k)`` int64; rows add up to `cents`, and no share is a cent or more away from its exact value.

    Raises
    ------
    ValueError
        If the weights of a line add up to more.

    Examples
    --------
    >>> shares(np.array([100]), np.array([1, 1, 1])).tolist()
    [[34, 33, 33]]
    """
    parts = np.broadcast_to(weights, (len(cents), np.shape(weights)[-1]))
    parts = np.where(parts.any(axis=1, keepdims=True), parts, 1)
    whole = parts.sum(axis=1, keepdims=True)
    if int(whole.max(initial=0)) > _MOST_WEIGHT:
        raise ValueError(f"`weights` of a line add up to {int(whole.max())}; they must stay below 2**31.")
    count = parts.shape[1]
    # a = q W + s with s < W, so that s w < 2**62 and nothing overflows.
    often, rest = np.divmod(cents[:, None], whole)
    product = rest * parts
    given = product // whole
    remainder = product - given * whole
    left = rest[:, 0] - given.sum(axis=1)
    given += often * parts
    # Remainders are made distinct: of equal ones the first counts as larger.
    rank = remainder * count + np.arange(count - 1, -1, -1)
    last = (count - np.maximum(left, 1))[:, None]
    lowest = np.take_along_axis(np.sort(rank, axis=1), last, axis=1)
    given += (rank >= lowest) & (left > 0)[:, None]
    return np.asarray(given, dtype=np.int64)


def numbered(*columns: Ints) -> Ints:
    """Number of the combination that stands in each row of columns, from 0 in the order in which they occur."""
    combined = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        codes = column - column.min(initial=0)
        combined = pd.factorize(combined * (int(codes.max(initial=0)) + 1) + codes)[0].astype(np.int64)
    return combined


def distinct(*columns: Ints) -> tuple[list[tuple[int, ...]], Ints]:
    """Distinct rows of columns of numbers, in the order in which they first occur, and which of them each row is."""
    combined = numbered(*columns)
    first = np.flatnonzero(np.diff(np.maximum.accumulate(combined), prepend=-1) > 0)
    return list(zip(*(column[first].tolist() for column in columns), strict=True)), combined


@dataclass(frozen=True, eq=False)
class Sites:
    """The distinct places of a ledger, resolved: the municipalities of each and their weights.

    Attributes
    ----------
    site
        Site of each line, ``(lines,)``; :data:`NOT_PLACED` where there is none.
    start
        Where each site begins in the two arrays below, ``(sites + 1,)``.
    member
        Rows of municipalities.
    weight
        Their weights.
    size
        Number of municipalities of the territory.
    """

    site: Ints
    start: Ints
    member: Ints
    weight: Ints
    size: int

    @classmethod
    def of(
        cls, where: destinations.Places, names: tuple[str, ...], *, kind: Ints, name: Ints, sharing: Ints, month: Ints
    ) -> Sites:
        """Resolve the places of the lines of a checked ledger.

        Parameters
        ----------
        where
            Where they are looked up.
        names
            Distinct texts of places.
        kind, name, sharing, month
            Numbers in :data:`roadmap.ledger.destinations.KINDS`, `names` and
            :data:`roadmap.ledger.destinations.SHARINGS`, and month of each line, ``(lines,)``.
        """
        moment = np.where(kind == destinations.KINDS.index("zone"), month, 0)
        found, line_of = distinct(kind, name, sharing, moment)
        members, weights = [], []
        for each_kind, each_name, rule, when in found:
            rows = where.members(destinations.KINDS[each_kind], names[each_name], when)
            undivided = destinations.SHARINGS[rule] == "whole"
            rows = rows[:0] if undivided and len(rows) > 1 else rows
            members.append(rows)
            weights.append(np.ones_like(rows) if undivided else where.weights[destinations.SHARINGS[rule]][rows])
        sizes = np.array([len(rows) for rows in members], dtype=np.int64)
        nothing = [np.empty(0, dtype=np.int64)]
        return cls(
            site=np.where(sizes[line_of] > 0, line_of, NOT_PLACED),
            start=np.append(0, np.cumsum(sizes)),
            member=np.concatenate(members or nothing),
            weight=np.concatenate(weights or nothing),
            size=len(where),
        )

    @cached_property
    def sizes(self) -> Ints:
        """Number of municipalities of each site."""
        return np.diff(self.start)

    @cached_property
    def entries(self) -> int:
        """Number of shares of all lines."""
        return int(self.sizes[self.site[self.site != NOT_PLACED]].sum())

    def cells(self, lines: Ints) -> Ints:
        """Places in `member` and `weight` of lines with equally many municipalities, ``(m, k)``."""
        sites = self.site[lines]
        return np.asarray(self.start[sites][:, None] + np.arange(self.sizes[sites[0]]))

    def batches(self, lines: Ints) -> Iterator[Ints]:
        """Lines with equally many municipalities together, a bounded number at a time; not placed ones left out."""
        placed = lines[self.site[lines] != NOT_PLACED]
        sizes = self.sizes[self.site[placed]]
        for count in np.unique(sizes):
            same = placed[sizes == count]
            step = max(1, _AT_ONCE // int(count))
            for begin in range(0, len(same), step):
                yield same[begin : begin + step]


class Placed:
    """One stage of a ledger on the map.

    Parameters
    ----------
    sites
        Of the ledger.
    amounts
        One stage, ``(lines,)``.
    """

    def __init__(self, sites: Sites, amounts: money.Money) -> None:
        self.sites = sites
        self.amounts = amounts

    def total(self, rows: NDArray[np.bool_]) -> money.Money:
        """Sums by municipality of the lines marked, ``(n,)``."""
        summed = self.grouped(rows, np.zeros(len(rows), dtype=np.int64), 1)
        return money.Money(summed.stage, summed.cents[0])

    def grouped(self, rows: NDArray[np.bool_], groups: Ints, count: int) -> money.Money:
        """Sums by group of lines and municipality.

        Parameters
        ----------
        rows
            Lines that count, ``(lines,)``.
        groups
            Group of each line, 0 to ``count - 1``, ``(lines,)``.
        count
            How many groups there are.

        Returns
        -------
        Money
            ``(count, n)``.
        """
        size = self.sites.size
        result = np.zeros(count * size, dtype=np.int64)
        for lines, parts in self._shares(rows):
            here = np.flatnonzero(rows[lines])
            if len(here) == 0:
                continue
            chosen = lines if len(here) == len(lines) else lines[here]
            member = self.sites.member[self.sites.cells(chosen)]
            target = groups[chosen][:, None] * size + member if count > 1 else member
            np.add.at(result, target.ravel(), (parts if chosen is lines else parts[here]).ravel())
        return money.Money(self.amounts.stage, result.reshape(count, size))

    def _shares(self, rows: NDArray[np.bool_]) -> Iterator[tuple[Ints, Ints]]:
        """Lines and their shares, ``(m,)`` and ``(m, k)``: of all lines, or of those marked where none are kept."""
        if self.sites.entries <= MOST_KEPT:
            yield from self._kept
        else:
            yield from self._divided(np.flatnonzero(rows))

    @cached_property
    def _kept(self) -> list[tuple[Ints, Ints]]:
        return list(self._divided(np.arange(len(self.amounts))))

    def _divided(self, lines: Ints) -> Iterator[tuple[Ints, Ints]]:
        worth = lines[self.amounts.cents[lines] > 0]
        for some in self.sites.batches(worth):
            cents = self.amounts.cents[some]
            cells = self.sites.cells(some)
            yield some, cents[:, None] if cells.shape[1] == 1 else shares(cents, self.sites.weight[cells])
