"""What a country calls its places: parishes and provinces as well as municipalities and states.

The usual two names stand in whole sentences, which a language may bend as it likes. Other names come from a territory
and stand as they are written there, where a count, a heading or a label needs no more than the name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo import pack

if TYPE_CHECKING:
    from roadmap.words import text

MUNICIPALITY, STATE = pack.LEVELS
_USUAL: Final = pack.Pack().levels


def is_usual(country: pack.Pack, level: str = MUNICIPALITY) -> bool:
    """Return whether a level has the name that sentences have."""
    return country.levels[level] == _USUAL[level]


def headings(country: pack.Pack, words: text.Words) -> dict[str, str]:
    """Return the headings of columns that are others in a country, by the usual ones.

    Braces in a name are doubled: headings are filled in afterwards.
    """
    found: dict[str, str] = {}
    if not is_usual(country):
        level = country.levels[MUNICIPALITY]
        found |= {words.t("Municipality"): level.one, words.t("Municipalities"): level.many}
    if not is_usual(country, STATE):
        found[words.t("State")] = country.levels[STATE].one
    return {usual: _begun(words.name(name)).replace("{", "{{").replace("}", "}}") for usual, name in found.items()}


def short(country: pack.Pack, words: text.Words) -> str:
    """Return the heading over numbers of municipalities, where there is little room."""
    return words.t("Municip.") if is_usual(country) else _begun(words.name(country.levels[MUNICIPALITY].many))


def counted(country: pack.Pack, count: int, words: text.Words) -> str:
    """Return a number of municipalities."""
    if is_usual(country):
        return words.n("{count} municipality", "{count} municipalities", count)
    level = country.levels[MUNICIPALITY]
    places = words.name(level.one if count == 1 else level.many)
    return words.t("{count} {places}", count=words.integer(count), places=places)


def sought(country: pack.Pack, words: text.Words) -> tuple[str, str]:
    """Return the name of the search, and what stands in it while it is empty: what it finds."""
    if is_usual(country) and is_usual(country, STATE):
        return words.t("Find a municipality, state or zone"), words.t("Municipality, state or zone")
    place, above = (_begun(words.name(country.levels[level].one)) for level in pack.LEVELS)
    return words.t("Find a place"), words.t("{place}, {above}, zone", place=place, above=above)


def _begun(name: str) -> str:
    """Return a name as a heading begins."""
    return name[:1].upper() + name[1:]
