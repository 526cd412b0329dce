"""The marks that layers are drawn with, and those of areas; :mod:`layers.placed` has those at places.

A layer declares marks, and says of a moment what each of them shows: its state, plain JSON values. ``layers/web``
draws both in the browser, :mod:`briefing.drawing` on paper; numbers, sums and sizes come with them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from geo import errors
from layers import palette

MUNICIPALITY, STATE = "municipality", "state"
LEVELS = (MUNICIPALITY, STATE)
"""Sets of areas that a mark may be of, in the order of the territory's tables."""

PIXEL = 3.0
"""Side of a pixel of :class:`Pixels` on the screen and on paper."""

GRAIN = 4
"""Pixels along a side of the tile that repeats within an area."""

class MarkError(errors.AtlasError, ValueError):
    """A mark that cannot be drawn as it is declared."""


@dataclass(frozen=True)
class Class:
    """A class of a mark.

    Attributes
    ----------
    key, code
        What it is called in the frame, and the one character that stands for it in a state.
    label
        The words for it; ``""`` where nothing is said of it.
    swatch
        How it looks.
    """

    key: str
    code: str
    label: str
    swatch: palette.Swatch

    def sent(self) -> dict[str, object]:
        """Return what the browser needs of it."""
        return {"code": self.code, "label": self.label, **palette.paint(self.swatch)}


class Mark(ABC):
    """One kind of mark.

    Class attributes
    ----------------
    kind
        Its name in the browser.
    """

    kind: ClassVar[str]

    @abstractmethod
    def sent(self) -> dict[str, object]:
        """Return what the browser needs of it once, as plain JSON values."""


def _level(level: str) -> None:
    if level not in LEVELS:
        raise MarkError(f"`level` {level!r} is unknown; choose from {', '.join(LEVELS)}.")


@dataclass(frozen=True)
class Fill(Mark):
    """Areas in the colours of their classes. Its state is a string, the code of each area.

    Attributes
    ----------
    title
        What the classes are of, in a tooltip.
    classes
        Their look and words, in the order of a legend.
    level
        Which areas, one of :data:`LEVELS`.
    over
        Id of a layer that it does not cover: while that is shown, only classes with an edge are drawn, as hatch and
        outline.
    """

    kind = "fill"
    title: str
    classes: tuple[Class, ...]
    level: str = MUNICIPALITY
    over: str = ""

    def __post_init__(self) -> None:
        _level(self.level)
        for number, member in enumerate(self.classes):
            if not isinstance(member.swatch, palette.Swatch):
                raise MarkError(f"`classes` {number}: {member.swatch!r} is no swatch; take one of layers.palette.")

    def sent(self) -> dict[str, object]:
        """Return classes and level."""
        return {
            "title": self.title,
            "level": self.level,
            "over": self.over,
            "halo": palette.HALO,
            "classes": [member.sent() for member in self.classes],
        }


@dataclass(frozen=True)
class Values(Mark):
    """Numbers of areas, said and not drawn. Its state is a list, the number of each key in `form`.

    Attributes
    ----------
    title
        What the numbers are.
    keys
        Keys of the areas.
    form
        The words around a number, with ``{}`` in its place.
    digits
        Decimals of the number.
    level
        Which areas, one of :data:`LEVELS`.
    """

    kind = "values"
    title: str
    keys: tuple[str, ...]
    form: str = "{}"
    digits: int = 0
    level: str = MUNICIPALITY

    def __post_init__(self) -> None:
        _level(self.level)

    def sent(self) -> dict[str, object]:
        """Return everything."""
        return {**vars(self), "keys": list(self.keys)}


@dataclass(frozen=True)
class Outline(Mark):
    """An outline around sets of areas, and a light hatch. Its state is the number of an arrangement.

    Attributes
    ----------
    title
        What the sets are, in a tooltip.
    names
        The words for each set, by its id.
    arrangements
        Lists of sets: ``id``, ``members`` (positions of municipalities) and ``ending`` where it is drawn dashed.
    """

    kind = "outline"
    title: str
    names: Mapping[str, str]
    arrangements: Sequence[Sequence[Mapping[str, Any]]]

    def sent(self) -> dict[str, object]:
        """Return everything."""
        return {"title": self.title, "names": dict(self.names), "arrangements": self.arrangements}


@dataclass(frozen=True)
class Pixels(Mark):
    """Areas as pixels of several classes. Its state is a list, a string of codes for each area, all of one length.

    A code stands for as large a part of the area as it has of the string, as in ``"AAAB"`` for three quarters of `A`.

    Attributes
    ----------
    title
        What the classes are of, in a tooltip.
    classes
        Their look and words.
    level
        Which areas, one of :data:`LEVELS`.
    """

    kind = "pixels"
    title: str
    classes: tuple[Class, ...]
    level: str = MUNICIPALITY

    def __post_init__(self) -> None:
        _level(self.level)

    def sent(self) -> dict[str, object]:
        """Return classes, level and the order in which a tile's pixels take their codes."""
        return {
            "title": self.title,
            "level": self.level,
            "classes": [member.sent() for member in self.classes],
            "pixel": PIXEL,
            "tile": tile(),
        }


def tile() -> list[list[int]]:
    """Return which of a tile's pixels comes first, second and so on, spread evenly: an ordered dither, by rows.

    After B. E. Bayer, "An optimum method for two-level rendition of continuous-tone pictures" (1973).
    """
    order = np.zeros((1, 1), dtype=np.int64)
    while len(order) < GRAIN:
        order = np.block([[4 * order, 4 * order + 2], [4 * order + 3, 4 * order + 1]])
    return [[int(number) for number in row] for row in order]
