"""Results live as long as what they were made from."""

from __future__ import annotations

import gc
import threading
import weakref
from dataclasses import dataclass, replace

import pytest

from geo import keeping


@dataclass(frozen=True, eq=False)
class Owner:
    """Something that results are made from."""

    size: int


class Result:
    """Something made, which may name its owner."""

    def __init__(self, owner: Owner, *asked: object) -> None:
        self.owner = owner
        self.asked = asked


@keeping.kept(most=2)
def made(owner: Owner, first: int = 0, *, other: str = "") -> Result:
    return Result(owner, first, other)


@keeping.kept(most=1)
def also_made(owner: Owner) -> Result:
    return Result(made(owner).owner)


def test_a_result_is_made_once_for_an_owner_and_its_arguments() -> None:
    owner, twin = Owner(1), Owner(1)
    assert made(owner, 1) is made(owner, 1)
    assert made(owner, 1, other="x") is made(owner, 1, other="x")
    assert made(owner, 1) is not made(owner, 2)
    assert made(owner, 1) is not made(owner, 1, other="x")
    assert made(owner, 1) is not made(twin, 1)
    assert also_made(owner) is not made(owner)
    assert made(owner, 1, other="x").asked == (1, "x")


def test_a_changed_copy_begins_anew() -> None:
    owner = Owner(1)
    first = made(owner)
    assert made(replace(owner, size=2)) is not first
    assert made(replace(owner)).owner is not owner


def test_the_result_asked_for_longest_ago_goes_first() -> None:
    owner = Owner(1)
    first, second = made(owner, 1), made(owner, 2)
    assert made(owner, 1) is first
    made(owner, 3)
    assert made(owner, 1) is first
    assert made(owner, 2) is not second


def test_results_go_with_their_owner_even_if_they_name_it() -> None:
    owner = Owner(1)
    alive = [weakref.ref(each) for each in (owner, made(owner), also_made(owner))]
    del owner
    gc.collect()
    assert [each() for each in alive] == [None, None, None]


def test_what_raises_is_not_kept() -> None:
    tries = []

    @keeping.kept(most=1)
    def fails_once(owner: Owner) -> int:
        tries.append(owner)
        if len(tries) == 1:
            message = "not yet"
            raise ValueError(message)
        return owner.size

    owner = Owner(5)
    with pytest.raises(ValueError, match="not yet"):
        fails_once(owner)
    assert fails_once(owner) == 5


def test_readers_who_ask_at_once_share_one_result() -> None:
    count = 8
    together = threading.Barrier(count)
    calls: list[int] = []
    found: list[object] = []

    @keeping.kept(most=1)
    def slow(owner: Owner) -> Result:
        calls.append(owner.size)
        return Result(owner)

    def ask(owner: Owner) -> None:
        together.wait()
        found.append(slow(owner))

    for number in range(20):
        calls.clear()
        found.clear()
        owner = Owner(number)
        readers = [threading.Thread(target=ask, args=(owner,)) for _ in range(count)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        assert calls == [number]
        assert len({id(each) for each in found}) == 1
