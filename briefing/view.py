"""What a briefing shows: a month of a scenario, some layers, a language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo import errors, territory
from layers import base, circles
from roadmap.plan import phases

if TYPE_CHECKING:
    from collections.abc import Iterable

    from roadmap import atlas as atlases
    from roadmap.words import text


class BriefingError(errors.AtlasError, ValueError):
    """A view that cannot be shown, or a place that cannot be written."""


@dataclass(frozen=True, eq=False)
class View:
    """One view, checked.

    Attributes
    ----------
    atlas
        The scenario on its territory.
    month, vs
        The month shown, and the month that changes are measured against.
    layers
        In drawing order.
    words
        The reader's language.
    place
        Position of the picked municipality, ``None`` for none.
    money
        What circles of money measure, one of :data:`layers.circles.MEASURES`.
    """

    atlas: atlases.Atlas
    month: int
    vs: int
    layers: tuple[base.Layer, ...]
    words: text.Words
    place: int | None
    money: str = circles.DEFAULT

    def shows(self, layer: str) -> bool:
        """Return whether a layer, by id, is shown."""
        return any(each.id == layer for each in self.layers)

    @property
    def phase(self) -> phases.Phase | None:
        """The phase that the month belongs to."""
        return phases.phase_of(self.atlas.scenario.phases, self.month)


def of(
    atlas: atlases.Atlas,
    month: int,
    *,
    vs: int,
    layers: Iterable[str],
    words: text.Words,
    place: str,
    money: str = circles.DEFAULT,
) -> View:
    """Return a view after checking what it asks for.

    Parameters
    ----------
    layers
        Layer ids in any order; each counts once.
    place
        Key of the picked municipality, ``""`` for none.
    money
        What circles of money measure.

    Raises
    ------
    BriefingError
        If a month lies outside the plan, or there is no such measure.
    layers.base.LayerError
        If a layer does not exist.
    geo.errors.GeographyError
        If there is no such municipality.
    """
    last = phases.LAST_MONTH
    if not 0 <= month <= last:
        message = f"`month` {month!r} lies outside the plan; use 0 to {last}."
        raise BriefingError(message)
    if not 0 <= vs <= month:
        message = f"`vs` {vs!r} must not lie after the month; use 0 to {month}."
        raise BriefingError(message)
    if money not in circles.MEASURES:
        message = f"`money` {money!r} is unknown; choose from {', '.join(circles.MEASURES)}."
        raise BriefingError(message)
    asked = {base.find(layer).id for layer in layers}
    shown = tuple(layer for layer in base.registry().values() if layer.id in asked)
    position = territory.index_of(atlas.territory, place) if place else None
    return View(atlas, month, vs, shown, words, position, money)
