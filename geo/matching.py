"""How well a name or a key answers what a person typed."""

from __future__ import annotations

import re
import unicodedata

NO_MATCH = 9
KEY_DIGITS = 5
ABBREVIATIONS = {"cd": "ciudad", "dr": "doctor", "gral": "general", "sta": "santa", "sto": "santo"}


def fold(text: str) -> str:
    """Reduce text to what is compared: lower case, no accents, words parted by one blank.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    str
        Letters and digits of any script, and single blanks; common short forms written out.

    Examples
    --------
    >>> fold("  Ñuu-Savi, Cd. JUÁREZ ")
    'nuu savi ciudad juarez'
    """
    # Twice, since what one step takes apart the other may change again.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.casefold()).casefold())
    # Digits of any script become 0 to 9, which is what keys are written in.
    plain = "".join(str(unicodedata.decimal(sign, sign)) for sign in apart if not unicodedata.combining(sign))
    return " ".join(ABBREVIATIONS.get(word, word) for word in re.findall(r"[^\W_]+", plain))


def name_score(name: str, wanted: str) -> int:
    """Rate a name against what is wanted, both folded.

    Parameters
    ----------
    name
        A folded name.
    wanted
        A folded query that is not empty.

    Returns
    -------
    int
        0 the same, 1 a beginning, 2 the beginning of a word, 3 any part, `NO_MATCH` none of it.
    """
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    if f" {wanted}" in name:
        return 2
    return 3 if wanted in name else NO_MATCH


def state_score(name: str, state: str, wanted: str) -> int:
    """Rate a name and its state against a query that may hold both, all folded.

    Parameters
    ----------
    name, state
        Folded names.
    wanted
        A folded query that is not empty.

    Returns
    -------
    int
        The score of the name if the rest of the query begins a word of the state; 4 if every word
        of the query begins a word of name or state, in any order; else `NO_MATCH`.
    """
    words = wanted.split()
    for cut in range(len(words) - 1, 0, -1):
        tail = " ".join(words[cut:])
        if name_score(state, tail) <= 2:  # noqa: PLR2004 - the beginning of a word at least
            score = name_score(name, " ".join(words[:cut]))
            if score < NO_MATCH:
                return score
    text = f" {name} {state}"
    return 4 if all(f" {word}" in text for word in words) else NO_MATCH


def key_score(key: str, digits: str) -> int:
    """Rate a key of five digits against digits.

    Parameters
    ----------
    key
        A CVEGEO.
    digits
        At least one digit.

    Returns
    -------
    int
        0 the same, with or without the leading zero; 1 a beginning; 2 a beginning that lost its
        zero; `NO_MATCH` none of it.
    """
    if len(digits) >= KEY_DIGITS - 1 and key == digits.zfill(KEY_DIGITS):
        return 0
    if key.startswith(digits):
        return 1
    return 2 if key.startswith(f"0{digits}") else NO_MATCH


def best_score(names: list[str], state: str, wanted: str) -> int:
    """Rate the best of several names of one place.

    Parameters
    ----------
    names
        Folded names of the place.
    state
        The folded name of its state.
    wanted
        A folded query that is not empty.

    Returns
    -------
    int
        The lowest of `name_score` and `state_score` over the names.
    """
    return min(min(name_score(name, wanted), state_score(name, state, wanted)) for name in names)


def is_key(word: str) -> bool:
    """Tell whether a word of a query can be a whole key.

    Parameters
    ----------
    word
        A folded word.

    Returns
    -------
    bool
        True for five digits, or four where the leading zero was lost.
    """
    return word.isdecimal() and len(word) in {KEY_DIGITS - 1, KEY_DIGITS}
