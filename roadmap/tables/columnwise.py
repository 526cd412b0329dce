"""Check columns of a declared table that :mod:`roadmap.tables.columnar` reads: once for each distinct text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from roadmap.tables import columnar
from roadmap.tables.columnar import EMPTY, Problem
from roadmap.tables.declared import Column, Kind

WRONG: Final = -1
"""Stands for a number that is faulty."""

_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_DATE: Final = re.compile(
    r"[0-9]{1,4}[-/][0-9]{1,4}([-/][0-9]{1,4})?([T ].*)?"
    r"|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2,4}"
    r"|([0-9]{1,2}[ -])?[A-Za-z]{3,10}\.?[ -][0-9]{2,4}"
)

Problems = Callable[[str], Problem | None]


def check(table: columnar.Table, column: Column[Any]) -> NDArray[np.bool_]:
    """Check a column for what is declared of it.

    Parameters
    ----------
    table
        The table, which notes what is wrong.
    column
        An id, words, codes, whole numbers or months.

    Returns
    -------
    numpy.ndarray
        Whether each row is good, ``(rows,)``.
    """
    if column.kind == "id":
        return table.match(column.name, column.pattern, Problem("bad_id", {"allowed": column.pattern}))
    return table.check(column.name, _PROBLEMS[column.kind](column))


def numbers(table: columnar.Table, column: Column[Any]) -> NDArray[np.int64]:
    """Return a column of codes, whole numbers or months, :data:`WRONG` where one is faulty, having checked it."""
    good = check(table, column)
    texts = table.columns[column.name]
    read = [int(text) if _WHOLE.fullmatch(text) else WRONG for text in texts.names]
    return np.where(good, texts.mapped(read, np.int64), WRONG)


def _of_words(column: Column[Any]) -> Problems:
    allowed = tuple(map(str, column.allowed))
    wrong = Problem("unknown_choice", {"allowed": allowed})
    return lambda text: None if text in allowed else wrong if text else EMPTY


def _of_whole(column: Column[Any]) -> Problems:
    return _within(column, "out_of_range", lambda _: Problem("whole_number"))


def _of_months(column: Column[Any]) -> Problems:
    dated = Problem("date_not_month", {"low": column.low, "high": column.high})
    return _within(
        column, "month_out_of_range", lambda text: dated if _DATE.fullmatch(text) else Problem("whole_number")
    )


def _within(column: Column[Any], key: str, other: Callable[[str], Problem]) -> Problems:
    """Check whole numbers against the range of their column; what is no number is `other`."""
    low, high = column.low, column.high
    if low is None or high is None:
        raise ValueError(f"`{column.name}` needs `low` and `high`.")
    outside = Problem(key, {"low": low, "high": high})

    def problem(text: str) -> Problem | None:
        if _WHOLE.fullmatch(text):
            return None if low <= int(text) <= high else outside
        return other(text) if text else EMPTY

    return problem


_PROBLEMS: Final[Mapping[Kind, Callable[[Column[Any]], Problems]]] = {
    "word": _of_words,
    "code": _of_words,
    "whole": _of_whole,
    "month": _of_months,
}
