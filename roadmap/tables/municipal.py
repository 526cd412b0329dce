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

LONGEST: Final = 200
"""Signs of a text that are looked at to find what may be meant by it."""

_AS_NUMBER: Final = re.compile(r"([0-9]+)\.0*")
_NO_KEY: Final = re.compile(r"[0-9]\s*[.,]\s*[0-9]|(?:^|[^0-9\s])\s*[+\-\u2010-\u2015\u2212]\s*[0-9]")
"""A decimal sign or one between thousands, or a sign before a number: digits around it are no key."""

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
                for whole in (name, *(f"{name} {state}" for state in spelt[self.place.parents[key]])):
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
        return "; ".join(f"{self.labelled(key)}, {self.states[self.place.parents[key]]}" for key in keys)


def fault(value: str, known: Keys | None) -> Wrong | None:
    """Return the fault key and values of a municipality's key, or None when it is good.

    Parameters
    ----------
    value : str
        As the geography writes it; of digits with the leading zeros.
    known : Keys, optional
        Without them nothing is checked.
    """
    if known is None or value in known.municipalities:
        return None
    digits = known.place.key_digits
    number = _AS_NUMBER.fullmatch(value)
    key = _key_of(number[1] if number else value, digits)
    if key in known.municipalities:
        if value.isdecimal() and value.isascii() and len(value) < digits:
            return "lost_leading_zero", {"expected": key}
        return ("key_as_number", {"expected": key}) if number else ("unknown_cvegeo", {"suggestion": key})
    unknown: Wrong = ("unknown_cvegeo", {"suggestion": known.meant(value)})
    return _moved(key, known) or _of_a_state(value, key, known) or unknown


def _key_of(value: str, width: int) -> str:
    """Return the key that the digits of a text give where they are as many as a key has, or one less, else ``""``.

    None is made of a number that is written as one, such as ``"2001.5"``, ``"2,001"`` or ``"-2001"``, and none where
    keys are not of digits alone.
    """
    signs = unicodedata.normalize("NFKC", value[:LONGEST])
    if not width or any(sign.isalpha() for sign in signs):
        return ""
    plain = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in signs)
    if _NO_KEY.search(plain):
        return ""
    digits = "".join(sign for sign in plain if sign.isdecimal())
    return digits.zfill(width) if width - 1 <= len(digits) <= width else ""


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
    country, text = known.place.country, key or value.strip()
    state = next((state for state in known.states if text.startswith(state)), None)
    if state is None:
        return None
    rest = text.removeprefix(state)
    if rest and rest == country.unspecified:
        return "not_specified", {"state": known.states[state]}
    return ("state_total", {"state": known.states[state]}) if rest in ("", country.total) else None
