"""Entries of the roadmap: everything it names, one record each.

A principle, an institution, a milestone: each has a phase, its months, who leads, a text in plain
words, and the place on the dashboard that shows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

KINDS = ("principle", "institution", "component", "programme", "milestone", "metric", "note")
LEADS = ("MX", "US", "joint")
STATUSES = ("claim", "proposal", "framing", "principle", "metric")
PLACES = (
    "map",
    "control",
    "change",
    "zones",
    "crossings",
    "coverage",
    "investment",
    "border",
    "roadmap",
    "method",
    "review",
)
"""Pages and layers of the dashboard that may show an entry."""

ALL_PHASES = 0


@dataclass(frozen=True)
class Entry:
    """One thing that the roadmap names.

    Parameters
    ----------
    id : str
        Lower case letters, digits and hyphens.
    phase : int
        Number of the phase; 0 when it holds through all of them.
    kind : str
        One of :data:`KINDS`.
    first_month : int
        Month in which it starts; 0 for what was so before the plan.
    last_month : int, optional
        Last month; None when it stays open. A milestone ends in the month it starts.
    lead : str
        Who leads: Mexico, the United States or both (:data:`LEADS`).
    title, text : str
        Name and a description of one or two sentences.
    status : str
        What sort of statement it is (:data:`STATUSES`).
    shown_by : str
        Page or layer that shows it (:data:`PLACES`).
    shown_text : str
        How it is shown there.
    parent : str, optional
        Entry that it is part of.
    indicators : tuple of str
        Observed indicators to cite beside it.
    """

    id: str
    phase: int
    kind: str
    first_month: int
    last_month: int | None
    lead: str
    title: str
    text: str
    status: str
    shown_by: str
    shown_text: str
    parent: str | None = None
    indicators: tuple[str, ...] = ()

    def active(self, month: int) -> bool:
        """Return whether the entry is under way in a month of the plan."""
        return self.first_month <= month and (self.last_month is None or month <= self.last_month)


def children(entries: Iterable[Entry], parent: str) -> tuple[Entry, ...]:
    """Return the entries that are part of another one, in their order.

    Parameters
    ----------
    entries : iterable of Entry
    parent : str
        Identifier of the whole.
    """
    return tuple(entry for entry in entries if entry.parent == parent)
