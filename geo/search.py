"""Municipalities by what a person types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from geo import matching, territory

if TYPE_CHECKING:
    import numpy.typing as npt

_LONGEST_QUERY = 200


def search(place: territory.Territory, text: object, limit: int = 10) -> gpd.GeoDataFrame:
    """Find municipalities by name, by name and state, or by key.

    Accents, case and punctuation do not count. A municipality is also found by the names of its cities
    and by name or key of the younger ones that were cut from it (`Territory.crosswalk`). Better matches
    come first: the whole name, its beginning, the beginning of one of its words, any part of it; among
    equals the one with more people.

    Parameters
    ----------
    place
        The territory.
    text
        What a person typed: "juarez", "Benito Juárez, Quintana Roo", "23005", "23", or "1001" for a
        key that lost its leading zero. Only its first 200 signs count; None finds nothing.
    limit
        At most so many rows.

    Returns
    -------
    geopandas.GeoDataFrame
        Rows of `place.municipalities` with their index, best first; empty if nothing matches.
    """
    rows = place.municipalities
    score = _scores(place, "" if text is None else str(text)[:_LONGEST_QUERY])
    order = np.lexsort((-rows["population"].to_numpy(), score))
    return rows.iloc[order[score[order] < matching.NO_MATCH][: max(int(limit), 0)]]


def _scores(place: territory.Territory, asked: str) -> npt.NDArray[np.int64]:
    """How well each municipality answers, 0 best."""
    wanted = matching.fold(asked)
    if not wanted:
        return np.full(len(place.municipalities), matching.NO_MATCH)
    digits = [wanted] if wanted.isdecimal() else [word for word in wanted.split() if matching.is_key(word)]
    if digits:
        parents = {parent_of for word in digits for parent_of in _parents(place, word)}
        return np.array(
            [
                0 if key in parents else min(matching.key_score(key, word) for word in digits)
                for key in place.municipalities["cvegeo"]
            ]
        )
    return np.array([matching.best_score(names, state, wanted) for names, state in place.spellings])


def _parents(place: territory.Territory, digits: str) -> list[str]:
    """Municipalities that a key which is no row of its own belongs to."""
    moved = place.crosswalk
    return list(moved["parent"][[matching.key_score(key, digits) == 0 for key in moved["cvegeo"]]])
