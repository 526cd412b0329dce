"""Results that are made once and live as long as what they were made from.

A cache of a whole process would hold the atlases of yesterday. What is kept here hangs on the object that it was made
from, and goes with it.
"""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Concatenate, ParamSpec, TypeVar

Owner = TypeVar("Owner")
Rest = ParamSpec("Rest")
Result = TypeVar("Result")

_NAME = "_shelves"


class _Shelf:
    """Results of one function for one owner, the one asked for last at the end."""

    def __init__(self, most: int) -> None:
        self._most = most
        # Held while a result is made, so that two readers who ask at once wait for one.
        self._lock = threading.RLock()
        self._results: OrderedDict[Hashable, object] = OrderedDict()

    def take(self, key: Hashable, make: Callable[[], object]) -> object:
        """Return what is kept under a key, or make and keep it; the oldest goes when there are too many."""
        with self._lock:
            if key not in self._results:
                self._results[key] = make()
            self._results.move_to_end(key)
            if len(self._results) > self._most:
                self._results.popitem(last=False)
            return self._results[key]


def kept(
    most: int,
) -> Callable[[Callable[Concatenate[Owner, Rest], Result]], Callable[Concatenate[Owner, Rest], Result]]:
    """Return a decorator that keeps a function's results on its first argument, for as long as that lives.

    Results are shared between all who ask: copy to change. A function may call others that are decorated so, as long as
    they do not call one another in a circle.

    Parameters
    ----------
    most
        Results kept for one owner, those asked for last. The owner is an object with attributes of its own, such as a
        data class; two that are equal keep apart. All other arguments must be hashable.

    Examples
    --------
    >>> class Square:
    ...     side = 3
    >>> @kept(most=1)
    ... def corners(square: Square) -> list[int]:
    ...     return [0, square.side]
    >>> square = Square()
    >>> corners(square) is corners(square)
    True
    """

    def decorate(function: Callable[Concatenate[Owner, Rest], Result]) -> Callable[Concatenate[Owner, Rest], Result]:
        @functools.wraps(function)
        def asked(owner: Owner, /, *args: Rest.args, **kwargs: Rest.kwargs) -> Result:
            # Not by setting an attribute, which frozen data classes refuse; a dictionary sets a default in one step.
            shelves: dict[object, _Shelf] = vars(owner).setdefault(_NAME, {})
            shelf = shelves.get(function) or shelves.setdefault(function, _Shelf(most))
            key = (args, tuple(sorted(kwargs.items())))
            return shelf.take(key, lambda: function(owner, *args, **kwargs))  # type: ignore[return-value]

        return asked

    return decorate
