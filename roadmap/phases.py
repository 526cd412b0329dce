"""The phases of the roadmap and the months they cover.

Month 0 is the baseline and belongs to no phase; phases follow one another without a gap up to
:data:`LAST_MONTH`, the last month that is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BASELINE_MONTH = 0
LAST_MONTH = 60
COUNT = 4


@dataclass(frozen=True)
class Phase:
    """One phase.

    Parameters
    ----------
    number : int
        1 for the first.
    id : str
        The number as text, for links.
    title, text : str
        Name and a short description.
    first_month, last_month : int
        Months of the plan, both included.
    """

    number: int
    id: str
    title: str
    first_month: int
    last_month: int
    text: str

    @property
    def months(self) -> range:
        """Months of the phase, in order."""
        return range(self.first_month, self.last_month + 1)


def phase_of(phases: Sequence[Phase], month: int) -> Phase | None:
    """Return the phase that holds a month.

    Parameters
    ----------
    phases : sequence of Phase
    month : int
        Month of the plan.

    Returns
    -------
    Phase or None
        None for the baseline and for months beyond the last phase.

    Examples
    --------
    >>> phases = (Phase(1, "1", "Trust", 1, 6, ""), Phase(2, "2", "Data", 7, 18, ""))
    >>> phase_of(phases, 7).id
    '2'
    >>> phase_of(phases, 0) is None
    True
    """
    for phase in phases:
        if phase.first_month <= month <= phase.last_month:
            return phase
    return None
