"""What a briefing shows: a month compared with another, some layers, a language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geo import errors, territory
from layers import base

if TYPE_CHECKING:
    from roadmap import moments
    from roadmap.words import text


class BriefingError(errors.AtlasError, ValueError):
    """A view that cannot be shown, or a place that cannot be written."""


@dataclass(frozen=True, eq=False)
class View:
    """One view, checked.

    Attributes
    ----------
    seen
        The moment shown, and the one that changes are measured against.
    layers
        In drawing order.
    words
        The reader's language.
    place
        Position of the picked municipality, ``None`` for none.
    options
        What was chosen about layers, by the key of the option; the usual where nothing is.
    """

    seen: moments.Comparison
    layers: tuple[base.Layer, ...]
    words: text.Words
    place: int | None
    options: Mapping[str, str] = field(default_factory=dict)

    def shows(self, layer: str) -> bool:
        """Return whether a layer, by id, is shown."""
        return any(shown.id == layer for shown in self.layers)

    def option(self, layer: base.Layer) -> str:
        """Return what was chosen about a layer; ``""`` where there is nothing to choose."""
        return layer.chosen(self.options)


def of(
    seen: moments.Comparison,
    *,
    layers: Iterable[str],
    words: text.Words,
    place: str,
    options: Mapping[str, str] | None = None,
) -> View:
    """Return a view after checking what it asks for.

    Parameters
    ----------
    seen
        The moment shown, and the one that changes are measured against.
    layers
        Layer ids in any order; each counts once.
    place
        Key of the picked municipality, ``""`` for none.
    options
        What is chosen about layers, by the key of the option.

    Raises
    ------
    layers.base.LayerError
        If a layer, an option or a value of one does not exist.
    geo.errors.GeographyError
        If there is no such municipality.
    """
    asked = {base.find(layer).id for layer in layers}
    shown = tuple(layer for layer in base.registry().values() if layer.id in asked)
    position = territory.index_of(seen.atlas.territory, place) if place else None
    return View(seen, shown, words, position, base.checked(options or {}))
