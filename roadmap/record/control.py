"""Control classes: from scores to classes, codes and tallies.

A control score is the share of effective state control in a municipality, in [0, 1]. Five ordered classes
cut that scale (the classes follow the district reporting of SIGAR and Resolute Support in Afghanistan); two
more stand off the scale, for what was not assessed and for what is withheld.

Arrays of classes hold the numbers 4 (state control) to 0 (criminal-group control), -1 (not assessed) and -2
(withheld) as ``int8``; the browser and the tables use the one-character codes ``4 3 2 1 0 n w``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class ControlClass:
    """One class of the control scale.

    Attributes
    ----------
    code
        One character, as sent to the browser and written in tables.
    key
        Name of the class in data files and message keys.
    number
        Its value in arrays of classes: 4 to 0 on the scale, -1 and -2 off it.
    lower
        Smallest score of the class, ``None`` off the scale.
    """

    code: str
    key: str
    number: int
    lower: float | None

    @property
    def on_scale(self) -> bool:
        """Whether the class is one of the five ordered ones."""
        return self.number >= 0


STATE_CONTROL: Final = 4
STATE_INFLUENCE: Final = 3
CONTESTED: Final = 2
CRIMINAL_INFLUENCE: Final = 1
CRIMINAL_CONTROL: Final = 0
NOT_ASSESSED: Final = -1
WITHHELD: Final = -2

CLASSES: Final[tuple[ControlClass, ...]] = (
    ControlClass("4", "state_control", STATE_CONTROL, 0.8),
    ControlClass("3", "state_influence", STATE_INFLUENCE, 0.6),
    ControlClass("2", "contested", CONTESTED, 0.4),
    ControlClass("1", "criminal_influence", CRIMINAL_INFLUENCE, 0.2),
    ControlClass("0", "criminal_control", CRIMINAL_CONTROL, 0.0),
    ControlClass("n", "not_assessed", NOT_ASSESSED, None),
    ControlClass("w", "withheld", WITHHELD, None),
)
"""Every class, in the order of the legend: best held first, then the two off the scale."""

BOUNDARIES: Final[tuple[float, ...]] = tuple(
    sorted(each.lower for each in CLASSES if each.lower is not None and each.lower > 0)
)
"""The four inner boundaries of the scale, rising: 0.2, 0.4, 0.6, 0.8."""

HELD_FROM: Final = 0.6
"""Score from which the state holds a municipality; everything below is contested or worse."""

_CODES: Final = np.array([ord(each.code) for each in sorted(CLASSES, key=lambda each: each.number)], np.uint8)


def classify(score: ArrayLike) -> NDArray[np.int8]:
    """Classes of control scores.

    Parameters
    ----------
    score
        Scores in [0, 1], any shape; NaN means that nothing was assessed.

    Returns
    -------
    numpy.ndarray
        ``int8`` of the same shape: 4 to 0, and -1 where the score is NaN. A score on a boundary belongs to the
        class above it.

    Raises
    ------
    ValueError
        If a score lies outside [0, 1].

    Examples
    --------
    >>> classify([0.9, 0.6, 0.59, float("nan")]).tolist()
    [4, 3, 2, -1]
    """
    values = np.asarray(score, dtype=np.float64)
    if bool(np.any((values < 0.0) | (values > 1.0))):
        message = "`score` must lie in [0, 1]; divide percentages by 100."
        raise ValueError(message)
    classes = np.searchsorted(np.asarray(BOUNDARIES), values, side="right").astype(np.int8)
    classes[np.isnan(values)] = NOT_ASSESSED
    return classes


def to_codes(classes: ArrayLike) -> str:
    """One character a municipality, in the order of the array.

    Parameters
    ----------
    classes
        Class numbers, shape ``(n,)``.

    Returns
    -------
    str
        ``n`` characters out of ``4 3 2 1 0 n w``.

    Raises
    ------
    ValueError
        If a number is no class.

    Examples
    --------
    >>> to_codes([4, 0, -1, -2])
    '40nw'
    """
    numbers = np.asarray(classes, dtype=np.int64)
    _check_classes(numbers)
    return bytes(_CODES[numbers - WITHHELD]).decode("ascii")


def tally(classes: ArrayLike, population: ArrayLike, area_km2: ArrayLike) -> pd.DataFrame:
    """Count classes in the three denominators: municipalities, people and km².

    Parameters
    ----------
    classes
        Class numbers, shape ``(n,)``.
    population
        People, integers, shape ``(n,)``.
    area_km2
        Areas in km², shape ``(n,)``.

    Returns
    -------
    pandas.DataFrame
        All seven classes in legend order, present or not; index ``class`` (the class keys), columns
        ``municipalities`` and ``population`` (``int64``, exact) and ``area_km2`` (correctly rounded sums, so
        that the order of municipalities cannot change them).

    Raises
    ------
    ValueError
        If lengths differ or a number is no class.
    TypeError
        If ``population`` is not of integers.
    """
    numbers = np.asarray(classes, dtype=np.int64)
    _check_classes(numbers)
    groups = {each.key: each.number for each in CLASSES}
    return tally_groups(numbers, population, area_km2, groups=groups, index_name="class")


def tally_groups(
    values: ArrayLike,
    population: ArrayLike,
    area_km2: ArrayLike,
    *,
    groups: Mapping[str, int],
    index_name: str,
) -> pd.DataFrame:
    """Count any integer marking of municipalities in the three denominators.

    Parameters
    ----------
    values
        One integer a municipality, shape ``(n,)``.
    population, area_km2
        As in :func:`tally`.
    groups
        Row label and the value that it counts, in row order.
    index_name
        Name of the index of the result.

    Returns
    -------
    pandas.DataFrame
        One row a group, columns as in :func:`tally`.
    """
    marks = np.asarray(values)
    people = np.asarray(population)
    areas = np.asarray(area_km2, dtype=np.float64)
    if not marks.shape == people.shape == areas.shape or marks.ndim != 1:
        message = (
            "`values`, `population` and `area_km2` must be one-dimensional and equally long; "
            f"they have shapes {marks.shape}, {people.shape} and {areas.shape}."
        )
        raise ValueError(message)
    if people.dtype.kind not in "iu" and people.size:
        message = f"`population` must hold integers, not {people.dtype}."
        raise TypeError(message)
    rows = [_sums(marks == value, people, areas) for value in groups.values()]
    index = pd.Index(list(groups), name=index_name)
    frame = pd.DataFrame(rows, index=index, columns=["municipalities", "population", "area_km2"])
    return frame.astype({"municipalities": np.int64, "population": np.int64, "area_km2": np.float64})


def _sums(chosen: NDArray[np.bool_], people: NDArray[np.int64], areas: NDArray[np.float64]) -> tuple[int, int, float]:
    return int(chosen.sum()), int(people[chosen].sum()), math.fsum(areas[chosen])


def _check_classes(numbers: NDArray[np.int64]) -> None:
    if numbers.size and (numbers.min() < WITHHELD or numbers.max() > STATE_CONTROL):
        message = f"Class numbers must lie in [{WITHHELD}, {STATE_CONTROL}]; use `classify` for scores."
        raise ValueError(message)
