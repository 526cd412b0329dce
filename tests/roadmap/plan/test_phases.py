"""How many phases a plan has and how long each is, the roadmap says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from geo import territory
from roadmap.plan import phases, scenario

Run = Callable[[Callable[[], object]], list[tuple[object, ...]]]

HEAD = '[scenario]\ntitle = "A plan"\nsummary = "Of any length."\nhypothetical = true\n'
TEMPLATE = '\n[[phase]]\nnumber = {number}\ntitle = "P"\nfirst_month = {first}\nlast_month = {last}\ntext = "T"\n'
REST = """
[[entry]]
id = "patrols"
phase = 0
kind = "programme"
lead = "joint"
status = "proposal"
first_month = 1
title = "Patrols"
text = "Would patrol."
shown_by = "zones"
shown_text = "Outlines."

[[zone]]
id = "north"
name = "North"
text = "Upper squares."
first_month = 1
guard_units = 2
programmes = ["patrols"]
"""
MEMBERS = "zone,cvegeo,first_month,last_month,basis\nnorth,01001,1,,x\n"


def roadmap(*spans: tuple[int, int]) -> str:
    """A roadmap of phases, each from a first month to a last one, and no more than must be beside them."""
    parts = [TEMPLATE.format(number=number, first=a, last=b) for number, (a, b) in enumerate(spans, start=1)]
    return "".join([HEAD, *parts, REST])


def model(count: int) -> str:
    """Parameters of so many phases, all those of the first one of the tests' own."""
    before, *tables = (Path(__file__).parents[1] / "frozen" / "model.toml").read_text().split("[phase.")
    one = next(table for table in tables if table.startswith("1]"))[1:]
    return "".join([before, *(f"[phase.{number}{one}" for number in range(1, count + 1))])


@pytest.fixture
def of_phases(small_folder: Path) -> Callable[..., Path]:
    """Write a scenario with some phases, and parameters for as many unless another number is given."""

    def write(*spans: tuple[int, int], parameters: int | None = None) -> Path:
        (small_folder / "roadmap.toml").write_text(roadmap(*spans), encoding="utf-8")
        (small_folder / "zones.csv").write_text(MEMBERS, encoding="utf-8")
        (small_folder / "model.toml").write_text(model(parameters or len(spans)), encoding="utf-8")
        return small_folder

    return write


@pytest.mark.parametrize(
    "spans",
    [
        [(1, 5), (6, 10)],
        [(1, 1)],
        [(1, 240)],
        [(20 * number + 1, 20 * number + 20) for number in range(12)],
    ],
)
def test_a_plan_has_as_many_phases_as_its_roadmap_and_ends_with_the_last(
    spans: list[tuple[int, int]], of_phases: Callable[..., Path], small_territory: territory.Territory
) -> None:
    plan = scenario.load(of_phases(*spans), small_territory)
    assert [(phase.first_month, phase.last_month) for phase in plan.phases] == spans
    assert plan.last_month == spans[-1][1]
    assert len(plan.model.phases) == len(spans)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(1, 5), (5, 10)], ("roadmap.toml", 16, "phase.first_month", 5, "phase_start", {"expected": 6})),
        ([(1, 5), (7, 10)], ("roadmap.toml", 16, "phase.first_month", 7, "phase_start", {"expected": 6})),
        ([(0, 5)], ("roadmap.toml", 9, "phase.first_month", 0, "phase_start", {"expected": 1})),
        ([(1, 0)], ("roadmap.toml", 10, "phase.last_month", 0, "end_before_start", {"first": 1})),
        ([(1, 241)], ("roadmap.toml", 10, "phase.last_month", 241, "month_out_of_range", {"low": 0, "high": 240})),
    ],
)
def test_phases_that_do_not_follow_one_another_are_told(
    spans: list[tuple[int, int]],
    expected: tuple[object, ...],
    of_phases: Callable[..., Path],
    small_territory: territory.Territory,
    faults_of: Run,
) -> None:
    folder = of_phases(*spans)
    assert expected in faults_of(lambda: scenario.load(folder, small_territory))


def test_too_many_phases_are_told(
    of_phases: Callable[..., Path], small_territory: territory.Territory, faults_of: Run
) -> None:
    folder = of_phases(*((month, month) for month in range(1, 14)))
    (found,) = (each for each in faults_of(lambda: scenario.load(folder, small_territory)) if each[4] == "phase_count")
    assert found[2:] == ("phase", None, "phase_count", {"most": phases.MAX_COUNT, "found": 13})


@pytest.mark.parametrize(("count", "column", "key"), [(1, "phase.2", "missing_key"), (3, "phase.3", "unknown_key")])
def test_parameters_are_those_of_its_phases(
    count: int,
    column: str,
    key: str,
    of_phases: Callable[..., Path],
    small_territory: territory.Territory,
    faults_of: Run,
) -> None:
    folder = of_phases((1, 5), (6, 10), parameters=count)
    (found,) = faults_of(lambda: scenario.load(folder, small_territory))
    assert (found[0], found[2], found[4]) == ("model.toml", column, key)


def test_nothing_lies_after_the_last_month(
    of_phases: Callable[..., Path], small_territory: territory.Territory, faults_of: Run
) -> None:
    folder = of_phases((1, 5), (6, 10))
    (folder / "status.csv").write_text("cvegeo,first_month,last_month,status\n01001,3,11,withheld\n", encoding="utf-8")
    (found,) = faults_of(lambda: scenario.load(folder, small_territory))
    assert found == ("status.csv", 2, "last_month", "11", "month_out_of_range", {"low": 0, "high": 10})
