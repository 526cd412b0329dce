"""Words for money: amounts, stages, funders and kinds of place, the same on map, page and picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.text import mark
from roadmap import money

if TYPE_CHECKING:
    from layers import text

STAGES = {
    "planned": mark("Planned"),
    "committed": mark("Committed"),
    "disbursed": mark("Released"),
    "delivered": mark("Delivered"),
    "withheld": mark("Withheld"),
}
"""The amounts of a line. They are the same dollars at different moments and are never added to one another."""

FUNDERS = {
    "US": mark("United States"),
    "MX": mark("Mexico"),
    "joint": mark("both, in shares not stated"),
    "private": mark("private firms (USMCA)"),
}
SUPPORTS = {
    "tactical": mark("tactical: help in operations"),
    "strategic": mark("strategic: institutions, communities, economy"),
}
EFFECTS = {
    "effort": mark("effort where it is spent"),
    "integrity": mark("integrity of institutions, nationwide"),
    "none": mark("not as money"),
}
PLACES = {
    "national": mark("national, not divided"),
    "unplaced": mark("no place in the country that is known"),
    "municipalities": mark("municipalities, not divided"),
    "state": mark("states, not divided"),
    "zone": mark("zones, not divided"),
    "sector": mark("border sectors, not divided"),
}
PRECISIONS = {
    1: mark("exact place"),
    2: mark("within 25 km"),
    3: mark("municipality"),
    4: mark("state"),
    5: mark("part of the country"),
    6: mark("country"),
    7: mark("unclear, perhaps the capital"),
    8: mark("the capital, where it is administered"),
    9: mark("unclear, somewhere in the country"),
}
SHARINGS = {
    "whole": mark("whole"),
    "population": mark("by people"),
    "area": mark("by area"),
    "need": mark("by need"),
}
CONDITIONS = {
    "met": mark("met"),
    "unmet": mark("not met"),
    "not_assessed": mark("not assessed"),
    "not_in_force": mark("not in force"),
}
CONDITION_KINDS = {"human_rights": mark("human rights"), "transparency": mark("transparency")}

_CENTS = 100
_MILLION = 1e6
_BILLION = 1e9


def dollars(cents: float, words: text.Words) -> str:
    """Return an amount to be read at a glance: billions, millions or dollars.

    Examples
    --------
    >>> from layers import text
    >>> [dollars(each, text.words()) for each in (123_456, 305_216_650_00, 15_884_780_350_00)]
    ['US$ 1,235', 'US$ 305.2 million', 'US$ 15.88 billion']
    """
    amount = cents / _CENTS
    if abs(amount) >= _BILLION:
        return words.t("US$ {number} billion", number=words.decimal(amount / _BILLION, 2))
    if abs(amount) >= _MILLION:
        return words.t("US$ {number} million", number=words.decimal(amount / _MILLION, 1))
    return words.t("US$ {number}", number=words.integer(amount))


def millions(cents: float, words: text.Words) -> str:
    """Return an amount in millions with one decimal, for a column whose heading says so."""
    return words.decimal(cents / _CENTS / _MILLION, 1)


def exact(cents: int, words: text.Words) -> str:
    """Return an amount to the cent.

    Examples
    --------
    >>> from layers import text
    >>> exact(15_884_780_350_05, text.words())
    'US$ 15,884,780,350.05'
    """
    whole, _, part = money.dollars(abs(cents)).partition(".")
    sign = "\N{MINUS SIGN}" if cents < 0 else ""
    # Whole dollars and cents apart: no number of floating point in between.
    point = words.decimal(0.5)[1]
    return words.t("US$ {number}", number=f"{sign}{words.integer(int(whole))}{point}{part}")
