"""A scenario names its territory, and says where it starts: a made-up country in place of the shipped one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo import errors as geo_errors
from geo import search, territory
from roadmap import atlas, moments
from roadmap import errors as roadmap_errors
from roadmap.model import baseline
from roadmap.plan import scenario
from roadmap.record import observations
from roadmap.words import complaints, text
from tests import marchland

Run = Callable[[Callable[[], object]], list[tuple[object, ...]]]


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> atlas.Atlas:
    """The made-up country under its plan."""
    return atlas.load(marchland.write(tmp_path_factory.mktemp("data")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The plan's own folder, to be changed."""
    return marchland.write(tmp_path)


def edit(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")


# --- as it is -----------------------------------------------------------------------------------


def test_it_is_loaded_whole(country: atlas.Atlas) -> None:
    assert country.left_out == ()
    assert country.territory.municipalities["cvegeo"].tolist() == marchland.keys()
    assert country.plan.codes.shape == (marchland.LAST_MONTH + 1, 12)
    assert [(phase.first_month, phase.last_month) for phase in country.scenario.phases] == list(marchland.PHASES)
    assert len(country.books.ledger) == 4
    assert country.books.balance.balanced
    assert country.observations.crossings.empty
    assert country.observations.indicators.empty


def test_it_starts_from_its_own_scores(country: atlas.Atlas) -> None:
    start = country.plan.projected.baseline.score
    assert start == pytest.approx(np.linspace(0.15, 0.95, 12), abs=5e-4)
    assert np.isnan(country.plan.projected.homicide_rate).all()


def test_every_series_is_as_long_as_the_plan(country: atlas.Atlas) -> None:
    months = marchland.LAST_MONTH + 1
    assert len(country.plan.projected.effort) == len(country.frontier.totals) == len(country.frontier.passage) == months
    assert country.frontier.coverage.months == country.books.places.months == months
    with pytest.raises(moments.MomentError, match="use 0 to 10"):
        moments.of(country, months)


def test_states_are_those_of_its_column_and_not_of_its_keys(country: atlas.Atlas) -> None:
    assert country.frontier.by_state["key"].unique().tolist() == ["NO", "MI", "SU"]
    assert country.books.by_state("delivered").to_dict() == {
        "MI": 20_000_000 + _zone_share("MI"),
        "NO": _zone_share("NO"),
        "SU": 10_000_000 + _zone_share("SU"),
    }


def _zone_share(province: str) -> int:
    """What a parish of the zone gets in month 3, in cents: of 1,000 people in the north and 2,000 in the middle."""
    return {"NO": 20_000_000, "MI": 40_000_000, "SU": 0}[province]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("MI-02", "MI-02"), ("mi 02", "MI-02"), ("midmark 2", "MI-02"), ("southmark", "SU"), ("02", "NO-02")],
)
def test_places_are_found_by_key_and_name(typed: str, found: str, country: atlas.Atlas) -> None:
    assert found in [place.key for place in search.find(country.territory, typed)]


def test_sources_are_the_countrys_own(country: atlas.Atlas) -> None:
    named = country.cited("geography/municipalities.parquet")
    assert named == "territories/marchland/geography/municipalities.parquet"
    assert country.cited("scenarios/ssa/zones.csv") == "scenarios/ssa/zones.csv"


def test_two_plans_share_a_country_and_can_be_compared(tmp_path: Path) -> None:
    one = atlas.load(marchland.write(tmp_path))
    other = atlas.load(marchland.write(tmp_path, scenario="other"))
    assert one.territory.hash == other.territory.hash
    later, earlier = (moments.Moment(each, each.plan, 10) for each in (one, other))
    assert (moments.Comparison(later, earlier).changes == 0).all()


def test_nothing_that_may_be_absent_is_needed(tmp_path: Path) -> None:
    bare = atlas.load(marchland.write(tmp_path, border=False, parts=()))
    assert bare.frontier.borders.code == ""
    assert bare.frontier.totals["share"].tolist() == [0.0] * 11
    assert bare.plan.codes.shape == (11, 12)
    assert bare.left_out == ()


def test_sensors_without_a_border_are_told(tmp_path: Path) -> None:
    folder = marchland.write(tmp_path, border=False)
    (folder / "sensors.csv").write_text(marchland.SENSORS, encoding="utf-8")
    (folder / "upgrades.csv").write_text(marchland.UPGRADES, encoding="utf-8")
    found = atlas.load(folder)
    assert [(each.part, each.rows) for each in found.left_out] == [("sensors", (2, 3)), ("upgrades", (2,))]


# --- what is wrong ------------------------------------------------------------------------------


def test_an_unknown_territory_is_told_with_those_that_there_are(folder: Path, faults_of: Run) -> None:
    edit(folder / "roadmap.toml", 'territory = "marchland"', 'territory = "wasteland"')
    assert faults_of(lambda: atlas.load(folder)) == [
        ("roadmap.toml", 5, "scenario.territory", "wasteland", "unknown_territory", {"allowed": ("marchland",)})
    ]


def test_a_territory_that_is_no_text_is_told(folder: Path, faults_of: Run, mexico: object) -> None:
    del mexico
    edit(folder / "roadmap.toml", 'territory = "marchland"', "territory = 5")
    found = faults_of(lambda: atlas.load(folder))
    expected = {"expected": "text", "found": "whole_number"}
    assert ("roadmap.toml", 5, "scenario.territory", 5, "wrong_type", expected) in found


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("MI-02,", "MI-2,", (3, "cvegeo", "MI-2", "unknown_cvegeo", {"suggestion": ""})),
        ("MI-02,", "Midmark 2,", (3, "cvegeo", "Midmark 2", "unknown_cvegeo", {"suggestion": "MI-02"})),
        ("MI-02,", "MI-01,", (3, "cvegeo", "MI-01", "duplicate_row", {"first_row": 2})),
        ("MI-02,", "MI,", (3, "cvegeo", "MI", "state_total", {"state": "Midmark"})),
        ("MI-02,0.223", "MI-02,1.5", (3, "score", "1.5", "out_of_range", {"low": 0.0, "high": 1.0})),
        ("MI-02,0.223", "MI-02,", (3, "score", "", "empty", {})),
        ("MI-02,0.223", "MI-02,most", (3, "score", "most", "number", {})),
        ("MI-02,0.223\n", "", (None, "cvegeo", None, "baseline_incomplete", {"count": 1, "first": "MI-02 Midmark 2"})),
    ],
)
def test_faults_of_the_start_are_told_by_row(
    old: str, new: str, expected: tuple[object, ...], folder: Path, faults_of: Run
) -> None:
    edit(folder / "baseline.csv", old, new)
    assert faults_of(lambda: atlas.load(folder)) == [("baseline.csv", *expected)]


def test_a_start_without_rows_is_told(folder: Path, faults_of: Run) -> None:
    (folder / "baseline.csv").write_text("cvegeo,score\n", encoding="utf-8")
    assert faults_of(lambda: atlas.load(folder)) == [("baseline.csv", None, None, None, "no_rows", {})]


def test_without_figures_a_start_is_needed(folder: Path, faults_of: Run) -> None:
    (folder / "baseline.csv").unlink()
    assert faults_of(lambda: atlas.load(folder)) == [("baseline.csv", None, None, None, "baseline_needed", {})]


@pytest.mark.parametrize("key", ["baseline_needed", "baseline_incomplete", "unknown_territory"])
def test_every_fault_has_a_sentence(key: str) -> None:
    values = dict.fromkeys(roadmap_errors.FAULTS[key], "x")
    fault = roadmap_errors.Fault("baseline.csv", None, None, None, key, values)
    assert all(complaints.sentences(fault, text.words()))


def test_phases_that_overlap_are_told(folder: Path, faults_of: Run) -> None:
    edit(folder / "roadmap.toml", "first_month = 6", "first_month = 5")
    assert faults_of(lambda: atlas.load(folder)) == [
        ("roadmap.toml", 30, "phase.first_month", 5, "phase_start", {"expected": 6})
    ]


def test_a_lead_and_a_funder_that_the_roadmap_does_not_name_are_told(folder: Path, faults_of: Run) -> None:
    ledger = folder / "investment.csv"
    edit(ledger, "M2,wardens,,guilds", "M2,wardens,,church")
    found = atlas.load(folder).books.faults
    assert [(each.file, each.row, each.column, each.value, each.key, dict(each.values)) for each in found] == [
        ("investment.csv", 3, "funder", "church", "unknown_choice", {"allowed": ("crown", "guilds")})
    ]
    edit(folder / "roadmap.toml", 'lead = "crown"', 'lead = "church"')
    (fault,) = faults_of(lambda: atlas.load(folder))
    assert (fault[0], fault[2:]) == (
        "roadmap.toml",
        ("entry.lead", "church", "unknown_choice", {"allowed": ("crown",)}),
    )


def test_a_parish_with_two_provinces_is_told(folder: Path) -> None:
    path = folder.parents[1] / "territories" / marchland.ID / "geography" / "municipalities.parquet"
    rows = gpd.read_parquet(path)
    pd.concat([rows.iloc[:1].assign(province="SU"), rows], ignore_index=True).to_parquet(path)
    with pytest.raises(geo_errors.GeographyError) as caught:
        atlas.load(folder)
    assert str(caught.value) == (
        "municipalities.parquet: column `code` holds 'MI-01' with two states, 'SU' and 'MI'; a municipality has one"
    )


def test_a_missing_column_is_told_by_the_countrys_own_name(folder: Path) -> None:
    path = folder.parents[1] / "territories" / marchland.ID / "geography" / "municipalities.parquet"
    gpd.read_parquet(path).drop(columns="province").to_parquet(path)
    with pytest.raises(geo_errors.GeographyError, match=r"\.parquet lacks the columns province; it takes code, name"):
        atlas.load(folder)


def test_a_plan_may_state_its_start_where_there_are_figures(
    mexico: territory.Territory, observed: observations.Observations, shipped: scenario.Scenario
) -> None:
    score = pd.Series(0.9, index=pd.Index(mexico.municipalities["cvegeo"]))
    stated = dataclasses.replace(shipped, baseline=score)
    assert (baseline.of(mexico, stated, observed, shipped.model).score == 0.9).all()
    assert (baseline.of(mexico, shipped, observed, shipped.model).score != 0.9).any()
