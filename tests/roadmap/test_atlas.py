"""Everything loaded and projected in one go."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest

from geo import errors as geo_errors
from geo import territory
from roadmap import atlas, errors
from roadmap.model import dynamics
from roadmap.plan import scenario
from roadmap.record import control, rules


@pytest.fixture(scope="module")
def shown(plan: atlas.Atlas) -> atlas.Atlas:
    """The shipped atlas."""
    return plan


def test_the_shipped_scenario_is_shown_as_projected(shown: atlas.Atlas) -> None:
    assert shown.scenario.id == "ssa"
    assert shown.plan.codes.dtype == np.int8
    assert shown.plan.codes.shape == shown.plan.projected.score.shape == (61, len(shown.territory.municipalities))
    assert (shown.plan.codes == control.classify(shown.plan.projected.score)).all()


@pytest.mark.parametrize("month", [0, 6, 18, 36, 60])
def test_every_month_adds_up_to_all_municipalities_people_and_area(shown: atlas.Atlas, month: int) -> None:
    rows = shown.territory.municipalities
    whole = (len(rows), rows["population"].sum(), rows["area_km2"].sum())
    changes = rules.change(shown.plan.codes, month, rules=shown.scenario.rules)
    for counted in (
        control.tally(shown.plan.codes[month], rows["population"], rows["area_km2"]),
        rules.tally(changes, rows["population"], rows["area_km2"]),
    ):
        assert counted["municipalities"].sum() == whole[0]
        assert counted["population"].sum() == whole[1]
        assert counted["area_km2"].sum() == pytest.approx(whole[2], rel=1e-12)


def test_a_shared_atlas_cannot_be_changed(shown: atlas.Atlas) -> None:
    for array in (shown.plan.codes, shown.plan.projected.score, shown.plan.projected.homicide_rate):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 0


def test_loading_twice_gives_the_same_bytes(shown: atlas.Atlas) -> None:
    again = atlas.load()
    assert again.plan.codes.tobytes() == shown.plan.codes.tobytes()
    assert again.plan.projected.score.tobytes() == shown.plan.projected.score.tobytes()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of scenarios with a copy of the shipped one."""
    shutil.copytree(scenario.DEFAULT_ROOT / "ssa", tmp_path / "copy")
    text = (tmp_path / "copy" / "roadmap.toml").read_text(encoding="utf-8")
    (tmp_path / "copy" / "roadmap.toml").write_text(text.replace('id = "ssa"', 'id = "copy"', 1), encoding="utf-8")
    return tmp_path


def test_what_the_status_table_names_is_taken_off_the_scale(root: Path, shown: atlas.Atlas) -> None:
    (root / "copy" / "status.csv").write_text(
        "cvegeo,first_month,last_month,status,note\n"
        "01001,0,12,withheld,\n"
        "01002,24,,not_assessed,no visit\n"
        "01001,13,13,not_assessed,\n",
        encoding="utf-8",
    )
    found = atlas.load("copy", scenarios_root=root)
    first, second = (territory.index_of(found.territory, key) for key in ("01001", "01002"))
    expected = shown.plan.codes.copy()
    expected[0:13, first] = control.WITHHELD
    expected[13, first] = control.NOT_ASSESSED
    expected[24:, second] = control.NOT_ASSESSED
    assert (found.plan.codes == expected).all()
    assert (found.plan.projected.score == shown.plan.projected.score).all()
    changes = rules.change(found.plan.codes, 60, rules=found.scenario.rules)
    assert changes[[first, second]].tolist() == [rules.UNKNOWN, rules.UNKNOWN]


def test_faults_of_several_files_come_together(root: Path) -> None:
    model = root / "copy" / "model.toml"
    text = model.read_text(encoding="utf-8")
    model.write_text(text.replace("gain = { value = 0.05", "gain = { value = 5", 1), encoding="utf-8")
    rule = root / "copy" / "rules.toml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("months_held = 3", "months_held = 0"), encoding="utf-8")
    with pytest.raises(errors.ScenarioError) as caught:
        atlas.load("copy", scenarios_root=root)
    assert [(fault.file, fault.column, fault.key) for fault in caught.value.faults] == [
        ("model.toml", "step.gain.value", "out_of_range"),
        ("rules.toml", "change.months_held", "out_of_range"),
    ]


def test_the_ledger_is_part_of_the_atlas_and_acts_in_its_projection(shown: atlas.Atlas) -> None:
    assert not shown.books.faults
    assert shown.books.totals is not None
    assert shown.books.totals.loc["loaded"].equals(shown.books.totals.loc["in_file"])
    assert shown.books.balance.balanced
    assert shown.books.total("delivered") > 0
    given = atlas.inputs(shown.frontier, shown.books, shown.territory, shown.scenario.model)
    assert given.conditions is None
    assert given.coverage is not None
    again = dynamics.project(shown.territory, shown.scenario, shown.observations, shown.scenario.model, given)
    assert again.score.tobytes() == shown.plan.projected.score.tobytes()
    idle = dataclasses.replace(given, money=None, judicial=None)
    without = dynamics.project(shown.territory, shown.scenario, shown.observations, shown.scenario.model, idle)
    assert without.score[60].mean() < shown.plan.projected.score[60].mean()
    assert without.integrity[60] < shown.plan.projected.integrity[60]


def test_the_plan_takes_the_course_that_it_is_meant_to_take(shown: atlas.Atlas) -> None:
    area = shown.territory.municipalities["area_km2"].to_numpy()
    shares = ((shown.plan.codes >= 0) & (shown.plan.codes <= control.CONTESTED)) @ area / area.sum()
    assert 1 / 3 + 1e-3 > shares[6] > 0.31
    assert shares[[18, 36, 60]].tolist() == pytest.approx([0.2966, 0.1957, 0.1337], abs=2e-4)


@pytest.mark.parametrize(
    ("name", "old", "new", "key"),
    [
        ("investment.csv", ",37462000,", ',"37,462,000",', "thousands_separator"),
        ("conditions.csv", ",15,7,12,not_assessed,", ",15,7,12,maybe,", "unknown_choice"),
    ],
)
def test_a_fault_among_money_costs_the_ledger_and_not_the_scenario(
    name: str, old: str, new: str, key: str, root: Path, shown: atlas.Atlas
) -> None:
    path = root / "copy" / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    found = atlas.load("copy", scenarios_root=root)
    assert [(fault.file, fault.key) for fault in found.books.faults] == [(name, key)]
    assert len(found.books.ledger) == 0
    assert not found.books.conditions
    assert found.books.totals is not None
    assert found.books.totals.loc["in_file", "lines"] == len(shown.books.ledger)
    assert (found.books.totals.loc["loaded"] == 0).all()
    # Nothing of it acts: not even the lines without a fault.
    given = atlas.inputs(found.frontier, found.books, found.territory, found.scenario.model)
    assert given.money is not None
    assert not given.money.any()
    assert given.judicial is not None
    assert not given.judicial.any()
    assert (found.plan.projected.score[60] <= shown.plan.projected.score[60] + 1e-12).all()


def test_a_scenario_without_a_ledger_has_none_and_no_fault(root: Path) -> None:
    for name in ("investment.csv", "conditions.csv"):
        (root / "copy" / name).unlink()
    found = atlas.load("copy", scenarios_root=root)
    assert found.books.faults == ()
    assert len(found.books.ledger) == 0
    assert found.books.balance.balanced


def test_an_unknown_scenario_and_a_missing_geography_are_said_so(tmp_path: Path) -> None:
    with pytest.raises(errors.ScenarioError, match="unknown_scenario"):
        atlas.load("nowhere")
    with pytest.raises(geo_errors.GeographyError, match=r"cannot read territory\.toml"):
        atlas.load(geography=tmp_path)
