"""Runs: sequences of months, each of an origin that is told wherever one of its months is shown."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo import errors
from roadmap.model import dynamics

_DIGITS = 12


class RunError(errors.AtlasError, ValueError):
    """A run that does not fit the plan or the territory that it is shown on."""


class Origin(enum.StrEnum):
    """What a sequence of months comes from."""

    PLAN = enum.auto()
    """Projected from a scenario by its own parameters."""
    ACTUAL = enum.auto()
    """Assessed, month by month."""
    DRAW = enum.auto()
    """Projected from one draw of the parameters."""
    SUMMARY = enum.auto()
    """Summed up from many draws."""


@dataclass(frozen=True, eq=False)
class Run:
    """A sequence of months. Shared between readers, so its arrays are read-only.

    Attributes
    ----------
    id
        Its name within a scenario, such as ``plan``.
    origin
        What it comes from.
    codes
        Class numbers, ``int8``, ``(months, n)``; row 0 is the baseline.
    projection
        What the model projects, where the run comes of it. Its scores know nothing of `codes`: where a class is
        withheld or not assessed, the score must not be shown either.
    """

    id: str
    origin: Origin
    codes: NDArray[np.int8]
    projection: dynamics.Projection | None = None

    @property
    def track(self) -> str:
        """``actual`` where months were assessed, ``plan`` where a scenario projects them."""
        return "actual" if self.origin is Origin.ACTUAL else "plan"

    @property
    def last_month(self) -> int:
        """The last month of the sequence."""
        return len(self.codes) - 1

    @property
    def projected(self) -> dynamics.Projection:
        """What the model projects.

        Raises
        ------
        RunError
            If the run does not come of it.
        """
        if self.projection is None:
            raise RunError(f"run {self.id!r} ({self.origin}) knows classes only; ask a run that the model projects.")
        return self.projection

    @cached_property
    def hash(self) -> str:
        """Twelve hexadecimal digits over origin, classes and scores."""
        written = hashlib.sha256(f"{self.origin} {self.codes.shape}\n".encode())
        written.update(np.ascontiguousarray(self.codes).tobytes())
        if self.projection is not None:
            written.update(np.ascontiguousarray(self.projection.score).tobytes())
        return written.hexdigest()[:_DIGITS]

    def check(self, months: int, municipalities: int) -> None:
        """Do nothing for a run of the right length and width.

        Parameters
        ----------
        months
            Of the plan, the baseline included.
        municipalities
            Of the territory.

        Raises
        ------
        RunError
            If it has others.
        """
        shapes = {"codes": self.codes.shape}
        if self.projection is not None:
            shapes["score"] = self.projection.score.shape
        for part, shape in shapes.items():
            if shape != (months, municipalities):
                message = (
                    f"run {self.id!r}: `{part}` has shape {shape}; the plan has {months} months and the "
                    f"territory {municipalities} municipalities. Make the run of this scenario on this territory."
                )
                raise RunError(message)
