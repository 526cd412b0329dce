"""The month step: what a municipality gains and loses in a month. The one place where it is written as code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import scipy.sparse
    from numpy.typing import NDArray

    from roadmap.plan.parameters import Rates

    Array = NDArray[np.float64]


def openings(score: Array, weights: scipy.sparse.csr_array, rates: Rates) -> tuple[Array, Array]:
    """What a score gains in a month for each unit of effort, and loses for each unit of pressure.

    ``g * (1 - c) * (lambda + (1 - lambda) * Wc)`` and ``l * c * (1 - Wc)``.

    Parameters
    ----------
    score
        Control scores, ``(n,)`` or ``(n, draws)``.
    weights
        Row-normalised adjacency, ``(n, n)``, from :func:`roadmap.model.baseline.neighbour_weights`.
    rates
        Gain, loss and local share: numbers, or arrays ``(draws,)``.
    """
    # In place as far as may be: of many draws, a further array costs as much as the sum itself.
    around = weights @ score
    gaining = (1.0 - rates.local_share) * around
    gaining += rates.local_share
    gaining *= rates.gain
    gaining *= 1.0 - score
    losing = np.subtract(1.0, around, out=around)
    losing *= rates.loss
    losing *= score
    return gaining, losing


def step(
    score: Array,
    effort: Array,
    pressure: Array,
    weights: scipy.sparse.csr_array,
    rates: Rates,
    *,
    noise: Array | float = 0.0,
) -> Array:
    """One month for all municipalities, and for all draws of an ensemble, at once.

    ``gain = g * effort * (1 - c) * (lambda + (1 - lambda) * Wc)`` and
    ``loss = l * pressure * c * (1 - Wc)``; then ``c + gain - loss + noise``, kept in [0, 1].
    As long as ``g * effort + l * pressure <= 1`` everywhere, nothing is cut off and a municipality that
    is better held leaves no other worse.

    Parameters
    ----------
    score
        Control scores, ``(n,)`` or ``(n, draws)``.
    effort, pressure
        At least 0, broadcastable to `score`.
    weights
        Row-normalised adjacency, ``(n, n)``, from :func:`roadmap.model.baseline.neighbour_weights`.
    rates
        Gain, loss and local share: numbers, or arrays ``(draws,)``.
    noise
        Added to every score.

    Returns
    -------
    numpy.ndarray
        Scores a month later, shape of `score`.
    """
    return moved(score, openings(score, weights, rates), effort, pressure, noise)


def moved(
    score: Array, opening: tuple[Array, Array], effort: Array, pressure: Array, noise: Array | float = 0.0
) -> Array:
    """Scores a month later, given their :func:`openings`; as :func:`step`."""
    gaining, losing = opening
    after = np.asarray(effort * gaining, dtype=np.float64)
    lost = pressure * losing
    after = np.subtract(after, lost, out=after if after.shape == lost.shape else None)
    after += score
    if np.any(noise):
        after = after + noise
    return np.clip(after, 0.0, 1.0, out=after)
