"""The investment ledger: every line of money that a scenario plans, commits, disburses and delivers.

A line says who pays, for what, where, when and how much, at four moments that are never added to one another. The
shipped ledger is invented. Loading checks everything at once: it returns a whole ledger or none.

``investment.csv`` has one line a row (:data:`TABLE`).

Summed over time, and for each programme, funder and place, what is delivered never exceeds what is disbursed, nor
that what is committed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from roadmap.ledger import destinations, money, placing
from roadmap.plan import phases
from roadmap.tables import columnar, declared, relations

FILE: Final = "investment.csv"

SUPPORTS: Final = ("tactical", "strategic")
"""Help in operations; help that builds institutions, communities and economy."""

EFFECTS: Final = ("effort", "integrity", "none")
"""How a line enters the model: effort where it is placed; institutional integrity; not as money, because another
input carries it (units in zones, border coverage, inspection, crossing capacity) or nothing does."""

KEYS: Final = ("programme", "component", "funder", "support", "effect", "place_kind", "sharing")
"""Columns of words by which lines can be chosen and grouped, beside ``precision`` and ``month``."""

GROUP: Final = ("programme", "funder", "place_kind", "place")
"""Within these, and summed over time, each stage from committed on stays within the one before."""

_STAGES: Final = "no more is disbursed than committed, and no more delivered than disbursed"

TABLE: Final = declared.Table[destinations.Places](
    FILE,
    "The ledger, a line of money a row. All invented. One fault leaves out the whole of it.",
    (
        declared.Column("id", "id", "Name of the line.", pattern=r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}"),
        declared.Column("programme", "name", "An entry of `roadmap.toml` of kind programme or component."),
        declared.Column(
            "component",
            "name",
            "An entry of kind programme, component or institution that the line pays for.",
            blank="the programme",
        ),
        declared.Column("funder", "name", "Who pays: a funder of `roadmap.toml`."),
        declared.Column("support", "word", "Help in operations, or help that lasts.", allowed=SUPPORTS),
        declared.Column("effect", "word", "How delivered money enters the model.", allowed=EFFECTS),
        declared.Column("place_kind", "word", "What `place` names.", allowed=destinations.KINDS),
        relations.Only(
            "place_kind",
            (
                relations.Allotted(
                    declared.Column("place", "names", "Keys or ids of places, parted by `;`.", blank="no place"),
                    tuple(kind for kind in destinations.KINDS if kind not in destinations.NAMELESS),
                    unsure="unread",
                ),
            ),
        ),
        declared.Column(
            "precision",
            "code",
            "How well the place is known: the IATI code list GeographicalPrecision.",
            allowed=tuple(destinations.PRECISIONS),
        ),
        relations.Fits("precision", "place_kind", destinations.PRECISIONS_OF),
        declared.Column("sharing", "word", "How the amounts are divided.", allowed=destinations.SHARINGS),
        relations.Fits("sharing", "place_kind", destinations.SHARINGS_OF),
        declared.Column(
            "month",
            "month",
            "Month of the plan in which the amounts fall.",
            low=phases.BASELINE_MONTH + 1,
            high=phases.MAX_MONTH,
        ),
        declared.Column("usd_year", "whole", "Year of the dollars.", low=1990, high=2100),
        *(
            declared.Column[destinations.Places](
                stage,
                "money",
                f"What is {stage} in that month, at most {money.DECIMALS} decimals.",
                unit="US dollars",
                low=0,
                high=money.MAX_DOLLARS,
            )
            for stage in money.STAGES
        ),
    ),
    key="id",
    further=(
        "Several municipalities are not of sharing `whole`.",
        "A zone has a municipality at work in the month.",
        "All lines are in dollars of one year.",
        f"Of lines with the same {', '.join(f'`{name}`' for name in GROUP)}, summed up to any month, {_STAGES}.",
    ),
)
"""What ``investment.csv`` holds."""

COLUMNS: Final = TABLE.names

Codes = NDArray[np.int64]
Rows = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Ledger:
    """A checked ledger.

    Attributes
    ----------
    ids
        ``(lines,)`` text.
    words
        Columns of words by name: :data:`KEYS` and ``place``.
    precision, month
        ``(lines,)`` int64.
    usd_year
        Year of the dollars; None without lines.
    amounts
        By stage of :data:`roadmap.ledger.money.AMOUNTS`. What is withheld is part of none of the others.
    sites
        Where the lines are placed.
    file
        Name of the file.
    """

    ids: NDArray[np.object_]
    words: Mapping[str, columnar.Column]
    precision: Codes
    month: Codes
    usd_year: int | None
    amounts: money.Amounts
    sites: placing.Sites
    file: str = FILE

    def __len__(self) -> int:
        """Number of lines."""
        return len(self.month)

    @property
    def everything(self) -> Rows:
        """Marks every line."""
        return np.ones(len(self), dtype=bool)

    @property
    def is_placed(self) -> Rows:
        """Marks the lines that can be placed."""
        return np.asarray(self.sites.site != placing.NOT_PLACED)

    @cached_property
    def placed(self) -> Mapping[str, placing.Placed]:
        """Each stage on the map."""
        return {stage: placing.Placed(self.sites, amount) for stage, amount in self.amounts.items()}

    def with_withheld(self, withheld: NDArray[np.int64]) -> Ledger:
        """The ledger with part of what was delivered withheld.

        Parameters
        ----------
        withheld
            Cents of each line, at most what it delivers, ``(lines,)``.

        Returns
        -------
        Ledger
            Delivered and withheld add up to what was delivered and withheld before; the rest is the same.
        """
        due = self.amounts["delivered"].cents + self.amounts[money.WITHHELD].cents
        if (withheld < 0).any() or (withheld > due).any():
            raise ValueError("`withheld` must lie between 0 and what the line delivers.")
        amounts = {
            **self.amounts,
            "delivered": money.Money("delivered", due - withheld),
            money.WITHHELD: money.Money(money.WITHHELD, withheld),
        }
        return dataclasses.replace(self, amounts=amounts)


def empty(where: destinations.Places) -> Ledger:
    """A ledger without lines."""
    nothing = np.empty(0, dtype=np.int64)
    return Ledger(
        ids=np.empty(0, dtype=object),
        words={name: columnar.Column(nothing, ()) for name in (*KEYS, "place")},
        precision=nothing,
        month=nothing,
        usd_year=None,
        amounts={stage: money.empty(stage, 0) for stage in money.AMOUNTS},
        sites=placing.Sites.of(where, (), kind=nothing, name=nothing, sharing=nothing, month=nothing),
    )
