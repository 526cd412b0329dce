"""What counts as reclaimed and as lost: a rule kept as data, with a version.

One line on the control scale is watched in both directions. A municipality is *reclaimed* when it stood at
``reclaimed_from`` or worse at the month of comparison and has stood at ``reclaimed_to`` or better for
``months_held`` months in a row. *Lost* has no thresholds of its own: it is the same rule with the two sides
exchanged, so a scenario cannot make one direction easier than the other. Exchange the sides in the input and
reclaimed and lost change places in every total.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from roadmap.record import control
from roadmap.tables import ranged

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from roadmap import errors

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
_SCALE: Final[dict[str, int]] = {each.key: each.number for each in control.CLASSES if each.on_scale}
_LONGEST_HOLD: Final = 60


@dataclass(frozen=True)
class Rules:
    """The rule of a scenario, as read from ``rules.toml``.

    Attributes
    ----------
    version
        Name of the rule, shown and exported with every figure made by it.
    months_held
        Months in a row that the new side must have held, the month asked for included.
    reclaimed_from
        Key of the best class that counts as not held.
    reclaimed_to
        Key of the worst class that counts as held.
    boundary_margin
        A score this near to a class boundary has low confidence.
    firm_months
        Projections beyond this month have low confidence.
    plan_ceiling
        The best confidence a projection can have.
    """

    version: str = "v1"
    months_held: int = 3
    reclaimed_from: str = "contested"
    reclaimed_to: str = "state_influence"
    boundary_margin: float = 0.05
    firm_months: int = 36
    plan_ceiling: str = "medium"

    @property
    def not_held(self) -> int:
        """Class number at or below which a municipality is not held."""
        return _SCALE[self.reclaimed_from]

    @property
    def held(self) -> int:
        """Class number at or above which a municipality is held."""
        return _SCALE[self.reclaimed_to]

    @classmethod
    def from_mapping(
        cls, mapping: Mapping[str, object], file: str = "rules.toml"
    ) -> tuple[Rules, tuple[errors.Fault, ...]]:
        """Read the rule of a scenario.

        Parameters
        ----------
        mapping
            The parsed file.
        file
            Its name, for the faults.

        Returns
        -------
        tuple
            The rule, wrong entries replaced by their defaults, and every fault of the file.
            Nothing is raised.
        """
        reader = ranged.Reader(mapping, file)
        changes = reader.sub("change")
        confidence = reader.sub("confidence")
        steps = tuple(_SCALE)
        rules = cls(
            version=reader.text("version", cls.version),
            months_held=changes.integer("months_held", cls.months_held, low=1, high=_LONGEST_HOLD),
            reclaimed_from=changes.text("reclaimed_from", cls.reclaimed_from, allowed=steps),
            reclaimed_to=changes.text("reclaimed_to", cls.reclaimed_to, allowed=steps),
            boundary_margin=confidence.number("boundary_margin", cls.boundary_margin, low=0.0, high=0.1),
            firm_months=confidence.integer("firm_months", cls.firm_months, low=0, high=_LONGEST_HOLD),
            plan_ceiling=confidence.text("plan_ceiling", cls.plan_ceiling, allowed=CONFIDENCES[:2]),
        )
        if rules.not_held >= rules.held:
            changes.fault("reclaimed_from", "not_in_order", rules.reclaimed_from, other=rules.reclaimed_to)
        for each in (reader, changes, confidence):
            each.finish()
        return rules, tuple(reader.faults)


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
