"""How well a name or a key answers what a person typed."""

from __future__ import annotations

import re
import unicodedata

NO_MATCH = 9
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


def key_score(key: str, digits: str) -> int:
    """Rate a key of digits against digits.

    Parameters
    ----------
    key
        A key of digits alone.
    digits
        At least one digit.

    Returns
    -------
    int
        0 the same, with or without the leading zero; 1 a beginning; 2 a beginning that lost its
        zero; `NO_MATCH` none of it.
    """
    if len(digits) >= len(key) - 1 and key == digits.zfill(len(key)):
        return 0
    if key.startswith(digits):
        return 1
    return 2 if key.startswith(f"0{digits}") else NO_MATCH


def is_key(word: str, width: int) -> bool:
    """Tell whether a word of a query can be a whole key.

    Parameters
    ----------
    word
        A folded word.
    width
        How many digits a key has; 0 where keys are not of digits alone.

    Returns
    -------
    bool
        True for as many digits, or one less where the leading zero was lost.
    """
    return width > 0 and word.isdecimal() and len(word) in {width - 1, width}
