"""Parts of a drawing: short numbers, names as wide as their room."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.charts import svg
from roadmap.words import text
from tests.layers import traps
from tests.layers.drawing import drawn, said


def test_the_examples_are_true() -> None:
    assert doctest.testmod(svg).failed == 0


@given(st.text(max_size=60), st.integers(0, 400), st.sampled_from([9, 12]))
def test_a_name_is_whole_where_it_fits_and_else_as_wide_as_its_room(value: str, room: int, size: int) -> None:
    found = svg.fitted(value, room, size=size)
    if svg.wide(value, size=size) <= room:
        assert found == value
    else:
        assert found.endswith("\N{HORIZONTAL ELLIPSIS}")
        assert value.startswith(found[:-1])
        assert found == "\N{HORIZONTAL ELLIPSIS}" or svg.wide(found, size=size) <= room


@pytest.mark.parametrize("name", traps.NAMES)
def test_a_text_is_text(name: str) -> None:
    whole = svg.frame(10, svg.text(1, 2, name, anchor="end", weight=600), text.words(), dark=False)
    assert said(whole) == [name]
    assert len(list(drawn(whole).iter())) == 2
