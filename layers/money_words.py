"""Words for money: amounts, stages, funders and kinds of place, the same on map, page and picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roadmap.ledger import money
from roadmap.words.text import mark

if TYPE_CHECKING:
    from roadmap.words import text

Forms = tuple[tuple[float, str, int], ...]

STAGES = {
    "planned": mark("Planned"),
    "committed": mark("Committed"),
    "disbursed": mark("Released"),
    "delivered": mark("Delivered"),
    "withheld": mark("Withheld"),
}
"""The amounts of a line. They are the same dollars at different moments and are never added to one another."""
INVENTED = {
    "planned": mark("Planned (invented)"),
    "committed": mark("Committed (invented)"),
    "disbursed": mark("Released (invented)"),
    "delivered": mark("Delivered (invented)"),
    "withheld": mark("Withheld (invented)"),
}
"""The same as headlines, which are read by themselves."""

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

SUMS = ((1e9, mark("US$ {number} billion"), 2), (1e6, mark("US$ {number} million"), 1), (0.0, mark("US$ {number}"), 0))
RATES = ((1e6, mark("US$ {number} million"), 1), (10.0, mark("US$ {number}"), 0), (0.0, mark("US$ {number}"), 2))
"""Sums, and dollars for each of something: from how many dollars up, in which words, with how many decimals."""

_CENTS = 100
_MILLION = 1e6


def dollars(cents: float, words: text.Words) -> str:
    """Return an amount to be read at a glance: billions, millions or dollars.

    Examples
    --------
    >>> from layers import text
    >>> [dollars(each, text.words()) for each in (123_456, 305_216_650_00, 15_884_780_350_00)]
    ['US$ 1,235', 'US$ 305.2 million', 'US$ 15.88 billion']
    """
    return _amount(cents / _CENTS, SUMS, words)


def rate(dollars_each: float, words: text.Words) -> str:
    """Return dollars for each person or km².

    Examples
    --------
    >>> from layers import text
    >>> [rate(each, text.words()) for each in (0.5, 250.4, 1_250_000)]
    ['US$ 0.50', 'US$ 250', 'US$ 1.3 million']
    """
    return _amount(dollars_each, RATES, words)


def round_dollars(amount: float, words: text.Words) -> str:
    """Return a round number of dollars with no more digits than it has.

    Examples
    --------
    >>> from layers import text
    >>> [round_dollars(each, text.words()) for each in (0.5, 20, 1e9)]
    ['US$ 0.5', 'US$ 20', 'US$ 1 billion']
    """
    divisor, form = _form(amount, SUMS)[:2]
    return words.t(form, number=words.number(amount / divisor))


def _amount(number: float, forms: Forms, words: text.Words) -> str:
    divisor, form, digits = _form(number, forms)
    return words.t(form, number=words.decimal(number / divisor, digits))


def _form(number: float, forms: Forms) -> tuple[float, str, int]:
    """Return by what a number is divided, the words and the decimals."""
    least, form, digits = next(each for each in forms if abs(number) >= each[0])
    return (least if least >= _MILLION else 1.0), form, digits


def patterns(forms: Forms, words: text.Words) -> list[dict[str, object]]:
    """Return the same forms for the browser: from how many dollars up, divided by what, the words and decimals."""
    return [
        {
            "from": least,
            "by": least if least >= _MILLION else 1,
            "text": words.t(form, number="{}"),
            "digits": digits,
        }
        for least, form, digits in forms
    ]


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
