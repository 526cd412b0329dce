"""Keys of municipalities as people write them, and what may be meant by one that is not there.

Nothing is put right here: a key is good or it is a fault, and what may be meant is only said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from geo import matching, territory

DIGITS: Final = 5
LONGEST: Final = 200
"""Signs of a text that are looked at to find what may be meant by it."""

_FIVE_DIGITS: Final = re.compile(r"[0-9]{5}")
_SHORT_KEY: Final = re.compile(r"[0-9]{4}")
_AS_NUMBER: Final = re.compile(r"([0-9]{4,5})\.0*")
_NO_KEY: Final = re.compile(r"[0-9]\s*[.,]\s*[0-9]|(?:^|[^0-9\s])\s*[+\-\u2010-\u2015\u2212]\s*[0-9]")
"""A decimal sign or one between thousands, or a sign before a number: digits around it are no key."""
_WHOLE_STATE: Final = ("", "000")
_NOT_SPECIFIED: Final = "999"
_STATE_DIGITS: Final = 2

Wrong = tuple[str, dict[str, object]]
"""Key and values of a fault."""


@dataclass(frozen=True, eq=False)
class Keys:
    """Keys of the municipalities there are, and what somebody may have meant by another one.

    Parameters
    ----------
    municipalities : frozenset of str
    place : Territory
        Where names, states and younger municipalities are looked up, once a key is wrong.
    """

    municipalities: frozenset[str]
    place: territory.Territory

    @classmethod
    def of(cls, place: territory.Territory) -> Keys:
        """Return the keys of a geography."""
        return cls(frozenset(place.municipalities["cvegeo"]), place)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Name of each municipality by its key."""
        rows = self.place.municipalities
        return dict(zip(rows["cvegeo"], rows["name"], strict=True))

    @cached_property
    def states(self) -> Mapping[str, str]:
        """Name of each state by its key."""
        return dict(zip(self.place.states["cve_ent"], self.place.states["name"], strict=True))

    @cached_property
    def moved(self) -> Mapping[str, tuple[str, str, tuple[str, ...]]]:
        """Kind, name and parents, the one with most of the people first, of each key of the crosswalk."""
        rows = self.place.crosswalk.sort_values("share", ascending=False, kind="stable")
        moved: dict[str, tuple[str, str, tuple[str, ...]]] = {}
        for key, kind, name, parent in zip(rows["cvegeo"], rows["kind"], rows["name"], rows["parent"], strict=True):
            moved[key] = (kind, name, (*moved.get(key, ("", "", ()))[2], parent))
        return moved

    @cached_property
    def spellings(self) -> Mapping[str, tuple[str, ...]]:
        """Keys by folded name, alone and with the state behind it; names of cities and of younger places as well."""
        spellings: dict[str, dict[str, None]] = {}
        states = self.place.states
        also = states["also"] if "also" in states else [""] * len(states)
        spelt = {
            key: [matching.fold(spelling) for spelling in (name, *other.split(";")) if spelling.strip()]
            for key, name, other in zip(states["cve_ent"], states["name"], also, strict=True)
        }
        for key, (names, _) in zip(self.place.municipalities["cvegeo"], self.place.spellings, strict=True):
            for name in names:
                for whole in (name, *(f"{name} {state}" for state in spelt[key[:_STATE_DIGITS]])):
                    spellings.setdefault(whole, {})[key] = None
        return {name: tuple(keys) for name, keys in spellings.items()}

    def labelled(self, key: str) -> str:
        """Return a key with the name it stands for, such as ``"02001 Ensenada"``."""
        return f"{key} {self.names[key]}"

    def meant(self, text: str) -> str:
        """Return the municipalities that a name may mean, with their states where they are several."""
        keys = self.spellings.get(matching.fold(text[:LONGEST]), ())
        if len(keys) == 1:
            return keys[0]
        return "; ".join(f"{self.labelled(key)}, {self.states[key[:_STATE_DIGITS]]}" for key in keys)


def fault(value: str, known: Keys | None) -> Wrong | None:
    """Return the fault key and values of a municipality's key, or None when it is good.

    Parameters
    ----------
    value : str
        Five digits, the leading zero included.
    known : Keys, optional
        Without them only the form is checked.

    Examples
    --------
    >>> fault("2004", None)
    ('lost_leading_zero', {'expected': '02004'})
    >>> fault('="02004"', None)
    ('unknown_cvegeo', {'suggestion': '02004'})
    >>> fault("02004", None) is None
    True
    """
    if _FIVE_DIGITS.fullmatch(value) and (known is None or value in known.municipalities):
        return None
    number = _AS_NUMBER.fullmatch(value)
    key = number[1].zfill(DIGITS) if number else _key_of(value)
    if key and (known is None or key in known.municipalities):
        if _SHORT_KEY.fullmatch(value):
            return "lost_leading_zero", {"expected": key}
        return ("key_as_number", {"expected": key}) if number else ("unknown_cvegeo", {"suggestion": key})
    if known is None:
        return "unknown_cvegeo", {"suggestion": ""}
    unknown: Wrong = ("unknown_cvegeo", {"suggestion": known.meant(value)})
    return _moved(key, known) or _of_a_state(value, key, known) or unknown


def _key_of(value: str) -> str:
    """Return the key that the digits of a text give where it has four or five and no letters, else ``""``.

    None is made of a number that is written as one, such as ``"2001.5"``, ``"2,001"`` or ``"-2001"``.
    """
    signs = unicodedata.normalize("NFKC", value[:LONGEST])
    if any(sign.isalpha() for sign in signs):
        return ""
    plain = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in signs)
    if _NO_KEY.search(plain):
        return ""
    digits = "".join(sign for sign in plain if sign.isdecimal())
    return digits.zfill(DIGITS) if DIGITS - 1 <= len(digits) <= DIGITS else ""


def _moved(key: str, known: Keys) -> Wrong | None:
    """Return what is wrong with a key that the crosswalk knows."""
    if key not in known.moved:
        return None
    kind, name, parents = known.moved[key]
    if kind == "key":
        return "other_key", {"name": name, "expected": parents[0]}
    return "younger_municipality", {"name": name, "parents": _labelled(parents, known)}


def _labelled(keys: Iterable[str], known: Keys) -> tuple[str, ...]:
    return tuple(known.labelled(key) for key in keys)


def _of_a_state(value: str, key: str, known: Keys) -> Wrong | None:
    """Return what is wrong with the key of a whole state, or of what no municipality could be named for."""
    state, rest = (key[:_STATE_DIGITS], key[_STATE_DIGITS:]) if key else (value.strip(), "")
    if state not in known.states:
        return None
    if rest == _NOT_SPECIFIED:
        return "not_specified", {"state": known.states[state]}
    return ("state_total", {"state": known.states[state]}) if rest in _WHOLE_STATE else None
