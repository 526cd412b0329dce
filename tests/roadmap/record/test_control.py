"""Control classes, codes and tallies."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from roadmap.record import control
from tests import classes

CLASS_NUMBERS = st.integers(control.WITHHELD, control.STATE_CONTROL)


@pytest.mark.parametrize(
    ("score", "code"),
    [
        (1.0, "4"),
        (0.8, "4"),
        (np.nextafter(0.8, 0), "3"),
        (0.6, "3"),
        (np.nextafter(0.6, 0), "2"),
        (0.4, "2"),
        (np.nextafter(0.4, 0), "1"),
        (0.2, "1"),
        (np.nextafter(0.2, 0), "0"),
        (0.0, "0"),
        (math.nan, "n"),
    ],
)
def test_a_boundary_belongs_to_the_class_above_it(score: float, code: str) -> None:
    assert control.to_codes(control.classify([score])) == code


def test_scores_of_any_shape_are_classified_in_place() -> None:
    classes = control.classify([[0.9, 0.5, 0.1], [0.7, 0.3, math.nan]])
    assert classes.dtype == np.int8
    assert classes.tolist() == [[4, 2, 0], [3, 1, -1]]


@pytest.mark.parametrize("score", [-0.01, 1.01, 50.0, math.inf, -math.inf])
def test_a_score_outside_its_scale_is_refused(score: float) -> None:
    with pytest.raises(ValueError, match="must lie in"):
        control.classify([0.5, score])


@given(hnp.arrays(np.float64, st.integers(0, 40), elements=st.floats(0, 1)))
def test_a_better_score_is_never_a_worse_class(scores: np.ndarray) -> None:
    assert (np.diff(control.classify(np.sort(scores)).astype(int)) >= 0).all()


def test_the_seven_classes_are_told_apart_by_code_key_and_number() -> None:
    assert "".join(each.code for each in control.CLASSES) == "43210nw"
    assert [each.number for each in control.CLASSES] == [4, 3, 2, 1, 0, -1, -2]
    assert len({each.key for each in control.CLASSES}) == 7
    assert control.BOUNDARIES == (0.2, 0.4, 0.6, 0.8)
    assert [each.on_scale for each in control.CLASSES] == [True] * 5 + [False] * 2


@given(st.lists(CLASS_NUMBERS))
def test_codes_lead_back_to_the_classes(numbers: list[int]) -> None:
    codes = control.to_codes(np.array(numbers, dtype=np.int8))
    assert len(codes) == len(numbers)
    assert classes.numbers(codes).tolist() == numbers


def test_what_is_no_class_has_no_code() -> None:
    with pytest.raises(ValueError, match="Class numbers"):
        control.to_codes([5])
    with pytest.raises(ValueError, match="Class numbers"):
        control.to_codes([-3])


def test_a_tally_counted_by_hand() -> None:
    counted = control.tally([4, 2, 2, -1, -2], [10, 20, 30, 40, 50], [1.5, 2.5, 3.5, 4.5, 5.5])
    assert counted.index.name == "class"
    assert list(counted.index) == [each.key for each in control.CLASSES]
    assert counted["municipalities"].tolist() == [1, 0, 2, 0, 0, 1, 1]
    assert counted["population"].tolist() == [10, 0, 50, 0, 0, 40, 50]
    assert counted["area_km2"].tolist() == [1.5, 0.0, 6.0, 0.0, 0.0, 4.5, 5.5]


def test_a_tally_of_nothing_still_names_every_class() -> None:
    counted = control.tally([], [], [])
    assert len(counted) == 7
    assert counted.to_numpy().sum() == 0
    assert counted.dtypes.astype(str).tolist() == ["int64", "int64", "float64"]


ROWS = st.lists(st.tuples(CLASS_NUMBERS, st.integers(0, 2**53 + 1), st.floats(0, 1e6)), min_size=1, max_size=30)


@given(ROWS, st.randoms(use_true_random=False))
def test_tallies_add_up_and_do_not_depend_on_order(rows: list[tuple[int, int, float]], shuffler: object) -> None:
    counted = control.tally(*map(np.array, zip(*rows, strict=True)))
    assert counted["municipalities"].sum() == len(rows)
    assert int(counted["population"].sum()) == sum(row[1] for row in rows)
    assert math.isclose(counted["area_km2"].sum(), math.fsum(row[2] for row in rows), rel_tol=1e-12)
    shuffler.shuffle(rows)
    again = control.tally(*map(np.array, zip(*rows, strict=True)))
    assert again.equals(counted)


def test_unequal_lengths_fractions_of_people_and_wrong_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="equally long"):
        control.tally([1, 2], [1], [1.0, 2.0])
    with pytest.raises(TypeError, match="integers"):
        control.tally([1], [1.5], [1.0])
    with pytest.raises(ValueError, match="Class numbers"):
        control.tally([7], [1], [1.0])
