"""Money as whole cents that know what they are: planned, committed, disbursed, delivered or withheld.

The five are the same dollars at different moments, so adding one to another counts dollars twice. :class:`Money`
therefore carries its stage and refuses. Amounts are integers throughout; they are written as decimal text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from roadmap.tables import columnar

if TYPE_CHECKING:
    from numpy.typing import NDArray

STAGES: Final = ("planned", "committed", "disbursed", "delivered")
"""The amounts of a ledger line, in the order in which money passes through them."""

WITHHELD: Final = "withheld"
"""What would have been delivered, had a condition been met."""

AMOUNTS: Final = (*STAGES, WITHHELD)

MAX_DOLLARS: Final = 100_000_000_000
"""Largest amount of one line, so that the total of any table that can be read fits 64 bits."""

DECIMALS: Final = 2

_CENTS: Final = 100
_PER_MILLION: Final = 1e8
_LONGEST: Final = 100
"""Signs of a text in which an amount is looked for; searching a long one takes time with the square of its length."""
_PLAIN: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
_MINUS: Final = re.compile(r"[-−–]|\(.*\)")
_CURRENCY: Final = re.compile(
    r"(?:US|MX|MN)?\s*[$€£¥]\s*|(?<![a-z])(?:USD|US|MXN|EUR|dollars?|d[oó]lares)(?![a-z])", re.IGNORECASE
)
_NOT_FINITE: Final = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_GROUPED: Final = re.compile(
    r"[0-9]{1,3}(?P<mark>[,.' \u00a0\u202f’])[0-9]{3}((?P=mark)[0-9]{3})*(?P<rest>[.,][0-9]{1,2})?"
)
_COMMA: Final = re.compile(r"[0-9]+,[0-9]+")
_LONG: Final = re.compile(r"[0-9]+\.[0-9]{3,}")
_DIGITS: Final = re.compile(r"[0-9]{13,}(\.[0-9]*)?")


@dataclass(frozen=True, eq=False)
class Money:
    """Amounts of one stage, in cents.

    Attributes
    ----------
    stage
        One of :data:`AMOUNTS`.
    cents
        ``int64``, any shape.
    """

    stage: str
    cents: NDArray[np.int64]

    # An array on the left must not take the cents out of the hands of the methods below.
    __array_ufunc__ = None

    def __add__(self, other: Money) -> Money:
        """Add amounts of the same stage.

        Raises
        ------
        TypeError
            If the stages differ.
        """
        return Money(self.stage, self.cents + self._same(other))

    def __sub__(self, other: Money) -> Money:
        """Subtract amounts of the same stage; TypeError if the stages differ."""
        return Money(self.stage, self.cents - self._same(other))

    def __getitem__(self, rows: NDArray[np.bool_] | NDArray[np.int64] | slice) -> Money:
        """The amounts of some rows."""
        return Money(self.stage, self.cents[rows])

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.cents)

    @property
    def total(self) -> int:
        """Sum in cents."""
        return int(self.cents.sum())

    def by(self, groups: NDArray[np.int64], count: int) -> Money:
        """Sums by group, exactly.

        Parameters
        ----------
        groups
            Number of the group of each row, 0 to ``count - 1``.
        count
            How many groups there are.
        """
        return Money(self.stage, sums(self.cents, groups, count))

    def _same(self, other: object) -> NDArray[np.int64]:
        if not isinstance(other, Money):
            raise TypeError(f"`{self.stage}` is money; {type(other).__name__} is not. Add what is of one stage only.")
        if other.stage != self.stage:
            raise TypeError(
                f"`{self.stage}` and `{other.stage}` are the same dollars at two moments; never add or subtract them."
            )
        return other.cents


def sums(cents: NDArray[np.int64], groups: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Sums of whole numbers by group, ``(count,)`` int64, without a detour over floating point."""
    result = np.zeros(count, dtype=np.int64)
    np.add.at(result, groups, cents)
    return result


def read(values: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Read decimal text as cents.

    Parameters
    ----------
    values
        Texts without blanks around them, ``(rows,)``.

    Returns
    -------
    cents : numpy.ndarray
        ``int64``; 0 where the text is not an amount.
    good : numpy.ndarray
        Whether it is: digits, with at most two decimals after a point, not above :data:`MAX_DOLLARS`.
    """
    texts = pa.array(values, type=pa.string())
    plain = pc.match_substring_regex(texts, f"^(?:{_PLAIN.pattern})$")
    amounts = pc.cast(pc.if_else(plain, texts, "0"), pa.decimal128(15, DECIMALS))
    cents = pc.cast(pc.multiply(amounts, pa.scalar(Decimal(_CENTS), pa.decimal128(3, 0))), pa.int64())
    whole = np.array(cents.to_numpy(zero_copy_only=False), dtype=np.int64)
    good = np.asarray(plain.to_numpy(zero_copy_only=False), dtype=bool) & (whole <= MAX_DOLLARS * _CENTS)
    whole[~good] = 0
    return whole, good


def problem(text: str) -> columnar.Problem:
    """Say why a text is not an amount.

    Parameters
    ----------
    text
        A text that :func:`read` did not take.

    Returns
    -------
    Problem
        Where it is clear what was meant, the value ``expected`` holds it.

    Examples
    --------
    >>> problem("$1,250.00")
    Problem(key='currency_sign', values={'expected': '1250.00'}, part=None)
    """
    if not text:
        return columnar.Problem("empty")
    if len(text) > _LONGEST:
        return columnar.Problem("number")
    if _NOT_FINITE.fullmatch(text):
        return columnar.Problem("not_finite")
    bare = _CURRENCY.sub("", text).strip()
    if _MINUS.match(bare) and any(each.isdigit() for each in bare):
        return columnar.Problem("negative_money")
    if bare != text and _plainly(bare):
        return columnar.Problem("currency_sign", {"expected": _plainly(bare)})
    return _number_problem(bare)


def _number_problem(text: str) -> columnar.Problem:
    """Say what is wrong with the digits, points and commas of an amount."""
    grouped = _grouped(text)
    if grouped is not None:
        key = "decimal_comma" if (grouped["rest"] or "").startswith(",") else "thousands_separator"
        return columnar.Problem(key, {"expected": _plainly(text)})
    if _COMMA.fullmatch(text):
        return columnar.Problem("decimal_comma", {"expected": _plainly(text)})
    if _LONG.fullmatch(text):
        return columnar.Problem("too_many_decimals", {"limit": DECIMALS})
    if _PLAIN.fullmatch(text) or _DIGITS.fullmatch(text):
        return columnar.Problem("out_of_range", {"low": 0, "high": MAX_DOLLARS})
    return columnar.Problem("number")


def _plainly(text: str) -> str:
    """An amount as it should be written, ``""`` where that is not clear."""
    grouped = _grouped(text)
    if grouped is not None:
        rest = grouped["rest"] or ""
        whole = text[: len(text) - len(rest)].replace(grouped["mark"], "")
        return whole + rest.replace(",", ".")
    plain = text.replace(",", ".") if _COMMA.fullmatch(text) else text
    return plain if _PLAIN.fullmatch(plain) else ""


def _grouped(text: str) -> re.Match[str] | None:
    """The parts of an amount with a sign between thousands; a single point is taken for the decimal one."""
    found = _GROUPED.fullmatch(text)
    return None if found is None or (found["mark"] == "." and not found["rest"] and text.count(".") == 1) else found


def dollars(cents: int) -> str:
    """Cents as decimal text in dollars.

    Examples
    --------
    >>> dollars(125005)
    '1250.05'
    >>> dollars(-5)
    '-0.05'
    """
    whole, part = divmod(abs(int(cents)), _CENTS)
    return f"{'-' if cents < 0 else ''}{whole}.{part:02d}"


def millions(cents: NDArray[np.int64]) -> NDArray[np.float64]:
    """Cents as million dollars, for the model; not for accounts."""
    return np.asarray(cents, dtype=np.float64) / _PER_MILLION


def empty(stage: str, rows: int) -> Money:
    """No money, ``(rows,)``."""
    return Money(stage, np.zeros(rows, dtype=np.int64))


Amounts = Mapping[str, Money]
"""Money by stage."""
