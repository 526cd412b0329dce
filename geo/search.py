"""Places by what a person types: municipalities, states and zones, by name, former name or key, typos included."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from rapidfuzz import distance, fuzz, process

from geo import keeping, matching, territory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Bounds = tuple[float, float, float, float]
"""West, south, east and north in degrees, WGS 84."""

_LONGEST_QUERY = 200
_SCENARIOS_KEPT = 4
_LETTERS_A_TYPO = 4
_MOST_TYPOS = 2
# Behind the four ways in which a single name answers.
_ALL_WORDS = 4


class Zone(NamedTuple):
    """A set of municipalities that goes by a name.

    Parameters
    ----------
    id, name
        What it is called, by programs and by people.
    positions
        Of its municipalities in `Territory.municipalities`; a zone without any is not found.
    """

    id: str
    name: str
    positions: tuple[int, ...]


@dataclass(frozen=True)
class Place:
    """Something that was found.

    Attributes
    ----------
    kind
        "municipality", "state" or "zone".
    key
        Of the municipality, of the state, or the zone's id.
    name, state
        As people write them; only a municipality has a state, of others it is empty.
    bounds
        West, south, east and north in degrees, WGS 84, islands included.
    """

    kind: str
    key: str
    name: str
    state: str
    bounds: Bounds


@dataclass(frozen=True)
class _Entry:
    """A place with what it is found by: folded names, words of its state, and its people."""

    place: Place
    names: list[str]
    around: str
    population: int

    @property
    def words(self) -> set[str]:
        """All words it answers to; names are words as a whole too, for who leaves out blanks."""
        return {*self.around.split(), *(word for name in self.names for word in (*name.split(), name.replace(" ", "")))}


@dataclass(frozen=True, eq=False)
class _Index:
    """All places, laid out so that one keystroke is compared with everything at once."""

    entries: list[_Entry]

    @cached_property
    def population(self) -> NDArray[np.int64]:
        return np.array([entry.population for entry in self.entries])

    @cached_property
    def names(self) -> tuple[list[str], NDArray[np.int64]]:
        """All names in the order of the entries, and where each entry begins."""
        return [name for entry in self.entries for name in entry.names], _starts([len(e.names) for e in self.entries])

    @cached_property
    def written_out(self) -> list[str]:
        """All names in the same order, each with its state behind it."""
        states = [matching.fold(entry.place.state) for entry in self.entries]
        pairs = zip(self.entries, states, strict=True)
        return [f"{name} {state}".rstrip() for entry, state in pairs for name in entry.names]

    @cached_property
    def words(self) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
        """Each word once; the numbers of each entry's words, entry by entry; and where each entry begins."""
        held = [sorted(entry.words) for entry in self.entries]
        numbers: dict[str, int] = {}
        flat = [numbers.setdefault(word, len(numbers)) for words in held for word in words]
        return list(numbers), np.array(flat), _starts([len(words) for words in held])


def find(
    geography: territory.Territory, text: object, limit: int = 10, *, zones: Sequence[Zone] = ()
) -> list[Place]:
    """Find places by name, by name and state, or by key.

    Accents, case and punctuation do not count. A municipality is also found by the names of its cities and by name or
    key of the younger ones that were cut from it (`Territory.crosswalk`), a state by its other and former names
    ("Distrito Federal"). Better matches come first: the whole name, its beginning, the beginning of one of its words,
    any part of it, all words in any order; among equals the one with more people. Where nothing answers, typos are
    looked through: one in a word of four letters or more, two from eight on.

    Parameters
    ----------
    geography
        The territory.
    text
        What a person typed so far: "juarez", "Benito Juárez, Quintana Roo", "chilpansingo", "23005", "23", or "1001"
        for a key that lost its leading zero. Only its first 200 signs count; None finds nothing.
    limit
        At most so many.
    zones
        What else goes by a name.

    Returns
    -------
    list of Place
        Best first; empty if nothing matches.
    """
    wanted = matching.fold("" if text is None else str(text)[:_LONGEST_QUERY])
    if not wanted:
        return []
    index = _index(geography, tuple(zones))
    width = geography.key_digits
    whole = width and wanted.isdecimal()
    digits = [wanted] if whole else [word for word in wanted.split() if matching.is_key(word, width)]
    rank = _by_key(index, geography, digits) if digits else _by_name(index, wanted)
    order = np.lexsort((-index.population, *rank[::-1]))
    return [index.entries[row].place for row in order[np.isfinite(rank[0][order])][: max(int(limit), 0)]]


# --- ranking ------------------------------------------------------------------------------------


def _by_key(index: _Index, geography: territory.Territory, digits: list[str]) -> tuple[Array, ...]:
    """How well the key of each place answers, 0 best, infinite not at all."""
    moved = geography.crosswalk
    parents = {
        parent
        for key, parent in zip(moved["cvegeo"], moved["parent"], strict=True)
        if any(matching.key_score(key, word) == 0 for word in digits)
    }
    scores = [
        0 if place.key in parents else min(_key_score(place, word) for word in digits)
        for place in (entry.place for entry in index.entries)
    ]
    return (_unanswered(np.array(scores)),)


def _key_score(place: Place, digits: str) -> int:
    if place.kind == "state":
        return 0 if digits.zfill(len(place.key)) == place.key else matching.NO_MATCH
    return matching.key_score(place.key, digits) if place.kind == "municipality" else matching.NO_MATCH


def _by_name(index: _Index, wanted: str) -> tuple[Array, ...]:
    """How well the names of each place answer, 0 best, infinite not at all; then how unlike they are."""
    names, starts = index.names
    whole = np.minimum.reduceat([matching.name_score(name, wanted) for name in names], starts)
    typos = np.minimum(_typos(index, wanted.split()), _typos(index, [wanted.replace(" ", "")]))
    rank = np.minimum(_unanswered(whole), _ALL_WORDS + typos)
    if (rank <= _ALL_WORDS).any():
        rank[rank > _ALL_WORDS] = np.inf
    alike = [process.cdist([wanted], spelt, scorer=fuzz.ratio)[0] for spelt in (names, index.written_out)]
    likeness = np.maximum.reduceat(np.maximum(*alike), starts)
    return rank, np.where(rank < _ALL_WORDS, 0.0, -likeness)


def _typos(index: _Index, words: list[str]) -> Array:
    """Typos in all words together, so that each begins a word of the place; infinite where one does not."""
    vocabulary, numbers, starts = index.words
    total = np.zeros(len(index.entries))
    for word in dict.fromkeys(words):
        total += np.minimum.reduceat(_wrong_letters(word, vocabulary)[numbers], starts)
        if np.isinf(total).all():
            break
    return total


def _wrong_letters(word: str, vocabulary: list[str]) -> Array:
    """Letters of a word that do not follow one another in the beginning of each word of the vocabulary.

    One for each letter that is wrong, missing, too many or has changed places with the next; infinite where more are
    than a word of this length may have.
    """
    allowed = min(len(word) // _LETTERS_A_TYPO, _MOST_TYPOS)
    beginnings = [known[: len(word)] for known in vocabulary]
    wrong = process.cdist([word], beginnings, scorer=distance.LCSseq.distance, score_cutoff=allowed)[0]
    return np.where(wrong <= allowed, wrong, np.inf)


def _unanswered(scores: NDArray[np.int64]) -> Array:
    return np.where(scores < matching.NO_MATCH, scores, np.inf)


# --- what is found ------------------------------------------------------------------------------


@keeping.kept(most=_SCENARIOS_KEPT)
def _index(geography: territory.Territory, zones: tuple[Zone, ...]) -> _Index:
    entries = (*_municipalities(geography), *_states(geography), *_zones(geography, zones))
    # A name of signs alone folds to nothing, and nothing is not what anybody types.
    return _Index([entry for entry in entries if all(entry.names)])


def _municipalities(geography: territory.Territory) -> Iterator[_Entry]:
    rows = geography.municipalities
    columns = (rows[name] for name in ("cvegeo", "name", "state", "population"))
    everything = zip(*columns, geography.spellings, _bounds(rows.geometry), strict=True)
    for key, name, state, population, (names, around), bounds in everything:
        # A key of letters is a name like any other.
        called = names if geography.key_digits else [*names, matching.fold(key)]
        yield _Entry(Place("municipality", key, name, state, bounds), called, around, population)


def _states(geography: territory.Territory) -> Iterator[_Entry]:
    rows = geography.states
    columns = (rows[name] for name in ("cve_ent", "name", "also", "population"))
    for key, name, also, population, bounds in zip(*columns, _bounds(rows.geometry), strict=True):
        names = [matching.fold(one) for one in (name, *filter(None, also.split(";")))]
        yield _Entry(Place("state", key, name, "", bounds), names, "", population)


def _zones(geography: territory.Territory, zones: tuple[Zone, ...]) -> Iterator[_Entry]:
    rows = geography.municipalities
    for zone in zones:
        if zone.positions:
            members = rows.iloc[list(zone.positions)]
            place = Place("zone", zone.id, zone.name, "", tuple(members.total_bounds.tolist()))
            yield _Entry(place, [matching.fold(zone.name)], "", int(members["population"].sum()))


def _bounds(shapes: gpd.GeoSeries) -> list[Bounds]:
    return [tuple(box) for box in shapely.bounds(shapes.to_numpy()).tolist()]


def _starts(lengths: list[int]) -> NDArray[np.int64]:
    return np.cumsum([0, *lengths[:-1]])
