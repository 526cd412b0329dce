"""Texts of a scenario in one language or several."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Self

LANGUAGES: Final = ("en", "es", "hi")
"""Languages that a scenario's texts may be in, whichever of them the pages have."""

DEFAULT: Final = "en"
"""The language of a scenario that does not say its own."""


class Text(str):
    """A text that knows itself in other languages; as it stands it is in the scenario's own.

    Whatever takes a text takes one of these and finds the scenario's language;
    :meth:`roadmap.words.text.Words.of` gives it in the reader's.

    Examples
    --------
    >>> zone = Text("Border", {"es": "Frontera"})
    >>> zone, zone.translated("es"), zone.translated("hi")
    ('Border', 'Frontera', 'Border')
    """

    __slots__ = ("others",)
    others: Mapping[str, str]

    def __new__(cls, own: str, others: Mapping[str, str] = MappingProxyType({})) -> Self:
        """Make a text with its translations."""
        made = super().__new__(cls, own)
        made.others = dict(others)
        return made

    def __getnewargs__(self) -> tuple[str, Mapping[str, str]]:  # type: ignore[override]
        return str(self), self.others

    def translated(self, language: str) -> str:
        """Return it in a language, or in the scenario's own where it has no other."""
        return self.others.get(language, str(self))
