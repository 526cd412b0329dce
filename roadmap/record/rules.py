"""What counts as reclaimed and as lost: a rule kept as data, with a version.

One line on the control scale is watched in both directions. A municipality is *reclaimed* when it stood at
``reclaimed_from`` or worse at the month of comparison and has stood at ``reclaimed_to`` or better for
``months_held`` months in a row. *Lost* has no thresholds of its own: it is the same rule with the two sides
exchanged, so a scenario cannot make one direction easier than the other. Exchange the sides in the input and
reclaimed and lost change places in every total.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from roadmap.record import control
from roadmap.tables import ranged, settings

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

FILE: Final = "rules.toml"

RECLAIMED: Final = 1
LOST: Final = -1
UNCHANGED: Final = 0
UNKNOWN: Final = 2

CHANGES: Final[dict[str, int]] = {
    "reclaimed": RECLAIMED,
    "lost": LOST,
    "unchanged": UNCHANGED,
    "unknown": UNKNOWN,
}
"""Every outcome of a comparison, in the order of the legend."""

CONFIDENCES: Final[tuple[str, ...]] = ("low", "medium", "high")
_SCALE: Final[dict[str, int]] = {step.key: step.number for step in control.CLASSES if step.on_scale}
_LONGEST_HOLD: Final = 60


@dataclass(frozen=True)
class Rules(settings.Settings):
    """The rule of a scenario, as read from ``rules.toml``; its version is exported with every figure made by it."""

    version: str = field(default="v1", metadata=settings.entry("", "text", "Name of the rule, shown with its figures."))
    months_held: int = field(
        default=3,
        metadata=settings.entry(
            "change",
            "whole",
            "Months in a row that the new side must have held, the month asked for included.",
            low=1,
            high=_LONGEST_HOLD,
        ),
    )
    reclaimed_from: str = field(
        default="contested",
        metadata=settings.entry("change", "text", "Best class that counts as not held.", allowed=tuple(_SCALE)),
    )
    reclaimed_to: str = field(
        default="state_influence",
        metadata=settings.entry("change", "text", "Worst class that counts as held.", allowed=tuple(_SCALE)),
    )
    boundary_margin: float = field(
        default=0.05,
        metadata=settings.entry(
            "confidence", "number", "A score this near to a class boundary has low confidence.", low=0.0, high=0.1
        ),
    )
    firm_months: int = field(
        default=36,
        metadata=settings.entry(
            "confidence", "whole", "Projections beyond this month have low confidence.", low=0, high=_LONGEST_HOLD
        ),
    )
    plan_ceiling: str = field(
        default="medium",
        metadata=settings.entry(
            "confidence", "text", "Best confidence that a projection can have.", allowed=CONFIDENCES[:2]
        ),
    )

    @property
    def not_held(self) -> int:
        """Class number at or below which a municipality is not held."""
        return _SCALE[self.reclaimed_from]

    @property
    def held(self) -> int:
        """Class number at or above which a municipality is held."""
        return _SCALE[self.reclaimed_to]

    @classmethod
    def file_name(cls) -> str:
        """Return the usual name of the file."""
        return FILE

    @classmethod
    def says(cls) -> str:
        """Return what the file holds."""
        return "What counts as reclaimed and as lost. `reclaimed_from` is a worse class than `reclaimed_to`."

    @classmethod
    def read(cls, reader: ranged.Reader) -> Rules:
        """Return what a file says, having noted its faults in the reader."""
        declared = settings.by_section(cls)
        tables = {section: reader.sub(section) if section else reader for section in declared}
        values = {entry.name: entry.read(tables[section]) for section in declared for entry in declared[section]}
        rules = cls(**values)
        if rules.not_held >= rules.held:
            tables["change"].fault("reclaimed_from", "not_in_order", rules.reclaimed_from, other=rules.reclaimed_to)
        for table in tables.values():
            table.finish()
        return rules


def change(
    classes_by_month: ArrayLike, month: int, vs: int = 0, *, rules: Rules, before: ArrayLike | None = None
) -> NDArray[np.int8]:
    """Compare a month with an earlier one, municipality by municipality.

    Parameters
    ----------
    classes_by_month
        Class numbers, shape ``(months, n)``, row 0 the baseline.
    month, vs
        The month asked for and the month it is compared with, ``vs <= month``.
    rules
        The rule to apply.
    before
        Class numbers to compare with, shape ``(n,)``, where they are of another sequence than row `vs`; then all months
        up to `month` may count as held.

    Returns
    -------
    numpy.ndarray
        ``int8``, shape ``(n,)``: :data:`RECLAIMED`, :data:`LOST`, :data:`UNCHANGED` or :data:`UNKNOWN`. Unknown
        is what was not assessed or withheld in either month, or so often in between that the rule cannot be
        decided. Only months after ``vs`` count as held.

    Raises
    ------
    ValueError
        If a month lies outside the array or ``vs`` after ``month``.
    """
    classes = np.asarray(classes_by_month)
    if not 0 <= vs <= month < len(classes):
        message = (
            f"`month` {month!r} and `vs` {vs!r} must satisfy 0 <= vs <= month < months; "
            f"`classes_by_month` has shape {classes.shape}."
        )
        raise ValueError(message)
    start = classes[vs] if before is None else np.asarray(before)
    first = month - rules.months_held + 1
    result = np.full(start.shape, UNCHANGED, dtype=np.int8)
    if first > (vs if before is None else -1):
        window = classes[first : month + 1]
        known = window >= 0
        gained = (start >= 0) & (start <= rules.not_held)
        gone = start >= rules.held
        _mark(result, gained, window >= rules.held, known, RECLAIMED)
        _mark(result, gone, window <= rules.not_held, known, LOST)
    result[(start < 0) | (classes[month] < 0)] = UNKNOWN
    return result


def _mark(
    result: NDArray[np.int8],
    eligible: NDArray[np.bool_],
    crossed: NDArray[np.bool_],
    known: NDArray[np.bool_],
    outcome: int,
) -> None:
    """Enter one direction: crossed in every month, unknown where only gaps stand against it."""
    result[eligible & (crossed | ~known).all(axis=0)] = UNKNOWN
    result[eligible & (crossed & known).all(axis=0)] = outcome


def tally(changes: ArrayLike, population: ArrayLike, area_km2: ArrayLike) -> pd.DataFrame:
    """Count reclaimed, lost, unchanged and unknown in municipalities, people and km².

    Parameters
    ----------
    changes
        Result of :func:`change`, shape ``(n,)``.
    population, area_km2
        As in :func:`roadmap.record.control.tally`.

    Returns
    -------
    pandas.DataFrame
        Four rows, always; index ``change``, columns as in :func:`roadmap.record.control.tally`.
    """
    return control.tally_groups(changes, population, area_km2, groups=CHANGES, index_name="change")
