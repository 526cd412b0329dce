"""How delivered money enters the model.

Each line of the ledger says by which way: as *effort* where it is placed; as *integrity* of institutions, for the whole
country; or not as money at all, because another input carries it or nothing does. Nothing enters twice. What
conditions withhold does not enter.

Effort takes money through :func:`roadmap.model.forces.money_effort`, late and saturating. Integrity takes it through
:data:`EQUATION`, with the same lag and the same money at half effect, over all people of the country.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from roadmap.ledger import bookkeeping, money
from roadmap.model import forces, formulae
from roadmap.plan import parameters

if TYPE_CHECKING:
    from roadmap.model.forces import Array

EFFORT: Final = bookkeeping.Filter(effect=("effort",))
INTEGRITY: Final = bookkeeping.Filter(effect=("integrity",))

EQUATION: Final = formulae.Equation(
    "judicial_money",
    r"J'(t) = \frac{y}{y + y_{1/2}}, \qquad y = \frac{12 \, Y(t)}{\sum_i N_i}, \qquad "
    r"Y(t) = Y(t-1) + \frac{1}{\tau}\left(G(t-1) - Y(t-1)\right)",
    (
        ("J'", "judicial_input"),
        ("G", "integrity_money"),
        ("Y", "money_stock"),
        ("N_i", "population"),
        (r"\tau", "money_lag"),
        ("y_{1/2}", "money_half"),
    ),
)
"""Integrity money G delivered in a month, wherever it goes, becomes judicial input."""


def effort_money(books: bookkeeping.Books) -> Array:
    """Money delivered that raises effort, for ``Inputs.money``.

    Returns
    -------
    numpy.ndarray
        Million USD a month, ``(months, n)``. What cannot be placed is not in it: it acts nowhere on the map.
    """
    rows = EFFORT.rows(books.ledger)
    placed = books.ledger.placed["delivered"].grouped(rows, books.ledger.month, books.places.months)
    return money.millions(placed.cents)


def integrity_money(books: bookkeeping.Books) -> Array:
    """Money delivered that raises integrity, placed or not, million USD a month, ``(months,)``."""
    rows = INTEGRITY.rows(books.ledger)
    delivered = books.ledger.amounts["delivered"][rows]
    return money.millions(delivered.by(books.ledger.month[rows], books.places.months).cents)


def judicial(delivered: Array, people: float, settings: parameters.Model) -> Array:
    """Judicial input from integrity money: late, smoothed and saturating, see :data:`EQUATION`.

    Parameters
    ----------
    delivered
        Million USD a month, ``(months,)`` or ``(months, cases)``. Money of a month begins to act in the next one.
    people
        Of the whole country.
    settings
        Lag, and the dollars per person and year at half effect.

    Returns
    -------
    numpy.ndarray
        Shape of `delivered`, in [0, 1); ``(months,)`` is what ``Inputs.judicial`` takes.
    """
    stocks = np.stack(list(forces.lagged(delivered, settings.money_lag)))
    return forces.saturated(stocks, people, settings.money_half)


def inputs(books: bookkeeping.Books, people: float, settings: parameters.Model) -> dict[str, Array]:
    """What the ledger gives to :class:`roadmap.model.forces.Inputs`, by field.

    Parameters
    ----------
    books
        Ledger with what conditions withhold.
    people
        Of the whole country.
    settings
        The scenario's parameters.

    Returns
    -------
    dict
        ``money`` ``(months, n)`` and ``judicial`` ``(months,)``. ``conditions`` stays neutral, since what is withheld
        is taken off line by line.
    """
    return {"money": effort_money(books), "judicial": judicial(integrity_money(books), people, settings)}
