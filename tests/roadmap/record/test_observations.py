"""The public figures are carried over whole, each with its source, and a damaged table is refused."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import hypothesis
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import strategies as st

from geo import crs, territory
from roadmap import errors
from roadmap.plan import scenario
from roadmap.record import observations

Faults = list[tuple[object, ...]]
Run = Callable[[Callable[[], object]], Faults]

TABLES = (
    "states.csv",
    "crossings.csv",
    "state_homicides.csv",
    "state_homicides_inegi.csv",
    "priority_municipalities.csv",
    "indicators.csv",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped observations that a test may damage."""
    return shutil.copytree(observations.DEFAULT_FOLDER, tmp_path / "observations")


def edit(path: Path, row: int, **cells: str) -> None:
    """Write cells into a row, counted as a spreadsheet does."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    for column, value in cells.items():
        rows[row - 1][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def test_crossings_by_border_and_their_sums(observed: observations.Observations) -> None:
    crossings = observed.crossings
    assert crossings["border"].value_counts().to_dict() == {"us": 57, "gt": 8, "bz": 3}
    assert crossings.crs == crs.GEOGRAPHIC
    assert crossings["trucks_per_year"].sum() == 7_356_659
    assert crossings["cars_per_year"].sum() == 75_891_766
    assert crossings["pedestrians_per_year"].sum() == 37_715_232


def test_a_port_total_stands_once_a_mode(observed: observations.Observations) -> None:
    at_ports = observed.crossings[observed.crossings["border"] == "us"]
    assert at_ports["port_code"].str.fullmatch("[0-9]{4}").all()
    figures = at_ports.groupby("port_code")[list(observations.COUNTS)].count()
    assert figures.to_numpy().max() == 1
    assert (observed.crossings.loc[observed.crossings["border"] != "us", "port_code"] == "").all()


def test_an_empty_figure_is_missing_and_not_zero(observed: observations.Observations) -> None:
    crossings = observed.crossings.set_index("id")
    assert pd.isna(crossings.loc["us-ysleta-zaragoza", "pedestrians_per_year"])
    assert crossings.loc["us-ysleta-zaragoza", "trucks_per_year"] == 640_667
    for name in observations.COUNTS:
        assert crossings[name].dtype == "Int64"
        assert not (crossings[name] == 0).any()
        assert crossings[name].isna().any()
    no_figure = crossings[list(observations.COUNTS)].isna().all(axis=1)
    assert (crossings["year"].isna() == no_figure).all()


def test_every_crossing_is_on_or_next_to_its_municipality(
    observed: observations.Observations, mexico: territory.Territory
) -> None:
    outlines = mexico.municipalities.set_index("cvegeo").geometry.loc[observed.crossings["cvegeo"]]
    points = observed.crossings.geometry.to_numpy()
    nearest = shapely.get_coordinates(shapely.shortest_line(points, outlines.to_numpy()))[1::2]
    kilometres = crs.distance_km(*shapely.get_coordinates(points).T, *nearest.T)
    assert kilometres.max() <= observations.NEAR_KM
    assert np.median(kilometres) < 0.1


def test_states_add_up_to_the_census(observed: observations.Observations) -> None:
    assert observed.states["cve_ent"].tolist() == [f"{number:02}" for number in range(1, 33)]
    assert observed.states["population_2020"].sum() == 126_014_024


def test_homicides_are_whole_in_one_series_and_partial_in_the_other(
    observed: observations.Observations,
) -> None:
    whole = observed.state_homicides
    assert whole.groupby("year")["cve_ent"].nunique().eq(32).all()
    assert sorted(whole["year"].unique()) == list(range(2018, 2025))
    assert whole[["homicides", "rate_per_100k"]].notna().all(axis=None)
    partial = observed.state_homicides_inegi
    assert partial["status"].value_counts().to_dict() == {"preliminary": 26, "final": 22}
    assert partial["rate_per_100k"].isna().any()
    assert set(whole["series"]).isdisjoint(partial["series"])


def test_priority_lists_have_the_lengths_reported(observed: observations.Observations) -> None:
    assert observed.priority["list"].value_counts().to_dict() == {
        "SSPC_15_2020-12": 15,
        "SEMAR_50_2021-07-19": 47,
        "SSPC_50_2021": 50,
        "GABINETE_10_2024-10": 10,
        "PRESIDENCIA_61_2026-03": 13,
    }
    ranked = observed.priority.dropna(subset="rank")
    assert not ranked.duplicated(["list", "rank"]).any()


def test_every_row_names_its_source(observed: observations.Observations) -> None:
    for frame in (
        observed.crossings,
        observed.states,
        observed.state_homicides,
        observed.state_homicides_inegi,
        observed.priority,
        observed.indicators,
    ):
        assert frame["source"].str.strip().str.len().min() > 3


def test_the_claims_of_the_source_article_are_marked_as_claims(observed: observations.Observations) -> None:
    indicators = observed.indicators.set_index("indicator_id")
    assert indicators.loc["article_us_gun_share_low", "value"] == 65.0
    assert indicators.loc["article_us_gun_share_high", "value"] == 75.0
    article = indicators[indicators.index.str.startswith("article_")]
    assert set(article["period"]) == {"claim", "proposal"}
    assert article["year"].isna().all()
    assert article["label"].str.contains("source article", case=False).all()
    measured = indicators.drop(article.index)
    assert measured["year"].notna().all()


def test_every_indicator_is_cited_by_an_entry(observed: observations.Observations, shipped: scenario.Scenario) -> None:
    cited = {indicator for entry in shipped.entries for indicator in entry.indicators}
    assert cited == set(observed.indicators["indicator_id"])


def test_the_hash_is_that_of_the_bytes(folder: Path) -> None:
    same = observations.load(folder)
    assert same.hash == observations.load().hash
    edit(folder / "crossings.csv", 2, name_us="San Ysidro!")
    assert observations.load(folder).hash != same.hash


@pytest.mark.parametrize(
    ("file", "cells", "expected"),
    [
        ("crossings.csv", {"cvegeo": "2004"}, ("cvegeo", "2004", "lost_leading_zero", {"expected": "02004"})),
        ("crossings.csv", {"cvegeo": "02999"}, ("cvegeo", "02999", "not_specified", {"state": "Baja California"})),
        (
            "crossings.csv",
            {"cvegeo": "02006"},
            ("cvegeo", "02006", "younger_municipality", {"name": "San Quintín", "parents": ("02001 Ensenada",)}),
        ),
        (
            "crossings.csv",
            {"lat": "-117.0288", "lon": "32.5425"},
            ("lat", "-117.0288", "coordinates_swapped", {"latitude": 32.5425, "longitude": -117.0288}),
        ),
        (
            "crossings.csv",
            {"lat": "99", "lon": "-117"},
            ("lat", "99", "out_of_range", {"low": -90.0, "high": 90.0}),
        ),
        ("crossings.csv", {"lon": "-217"}, ("lon", "-217", "out_of_range", {"low": -180, "high": 180})),
        ("crossings.csv", {"lat": "32,5425"}, ("lat", "32,5425", "number", {})),
        ("crossings.csv", {"lat": "nan"}, ("lat", "nan", "not_finite", {})),
        ("crossings.csv", {"lat": "1e999"}, ("lat", "1e999", "not_finite", {})),
        ("crossings.csv", {"lat": ""}, ("lat", "", "empty", {})),
        ("crossings.csv", {"port_code": "504"}, ("port_code", "504", "port_code", {})),
        ("crossings.csv", {"port_code": "2504.0"}, ("port_code", "2504.0", "port_code", {})),
        (
            "crossings.csv",
            {"modes": "car;bicycle"},
            (
                "modes",
                "car;bicycle",
                "unknown_choice",
                {"allowed": ("pedestrian", "car", "bus", "truck", "rail")},
            ),
        ),
        ("crossings.csv", {"modes": "car;car"}, ("modes", "car;car", "duplicate_item", {})),
        ("crossings.csv", {"border": "usa"}, ("border", "usa", "bad_id", {"allowed": "[a-z]{2}"})),
        (
            "crossings.csv",
            {"cars_per_year": "-1"},
            ("cars_per_year", "-1", "out_of_range", {"low": 0, "high": None}),
        ),
        ("crossings.csv", {"cars_per_year": "1.5e6"}, ("cars_per_year", "1.5e6", "whole_number", {})),
        ("crossings.csv", {"cars_per_year": "1,5"}, ("cars_per_year", "1,5", "whole_number", {})),
        ("crossings.csv", {"year": ""}, ("year", "", "empty", {})),
        ("crossings.csv", {"year": "23"}, ("year", "23", "out_of_range", {"low": 1900, "high": 2100})),
        ("crossings.csv", {"source": " "}, ("source", " ", "empty", {})),
        (
            "crossings.csv",
            {"mx_state": "Sonora"},
            ("mx_state", "Sonora", "state_differs", {"expected": "Baja California"}),
        ),
        ("states.csv", {"cve_ent": "1"}, ("cve_ent", "1", "lost_leading_zero", {"expected": "01"})),
        ("states.csv", {"cve_ent": "33"}, ("cve_ent", "33", "unknown_state", {"suggestion": ""})),
        ("states.csv", {"population_2020": ""}, ("population_2020", "", "empty", {})),
        ("state_homicides.csv", {"cve_ent": "1"}, ("cve_ent", "1", "lost_leading_zero", {"expected": "01"})),
        ("state_homicides.csv", {"year": "2018.0"}, ("year", "2018.0", "whole_number", {})),
        ("state_homicides_inegi.csv", {"homicides": "82 "}, None),
        (
            "priority_municipalities.csv",
            {"cvegeo": "2004"},
            ("cvegeo", "2004", "lost_leading_zero", {"expected": "02004"}),
        ),
        ("priority_municipalities.csv", {"rank": "first"}, ("rank", "first", "whole_number", {})),
        ("indicators.csv", {"value": ""}, ("value", "", "empty", {})),
        ("indicators.csv", {"value": "inf"}, ("value", "inf", "not_finite", {})),
        (
            "indicators.csv",
            {"indicator_id": "Guns!"},
            ("indicator_id", "Guns!", "bad_id", {"allowed": "[a-z0-9][a-z0-9_-]{0,59}"}),
        ),
    ],
)
def test_a_damaged_row_is_named(
    file: str,
    cells: dict[str, str],
    expected: tuple[object, ...] | None,
    folder: Path,
    mexico: territory.Territory,
    faults_of: Run,
) -> None:
    edit(folder / file, 2, **cells)
    if expected is None:
        assert observations.load(folder, place=mexico).state_homicides_inegi["homicides"][0] == 82
        return
    assert faults_of(lambda: observations.load(folder, place=mexico)) == [(file, 2, *expected)]


def test_without_a_geography_keys_are_not_checked(folder: Path) -> None:
    edit(folder / "crossings.csv", 2, cvegeo="02999")
    assert observations.load(folder).crossings["cvegeo"][0] == "02999"


def test_a_crossing_far_from_its_municipality_is_named(
    folder: Path, mexico: territory.Territory, faults_of: Run
) -> None:
    edit(folder / "crossings.csv", 2, lat="33.5425")
    found = faults_of(lambda: observations.load(folder, place=mexico))
    assert [each[:5] for each in found] == [("crossings.csv", 2, "cvegeo", "02004", "outside_municipality")]
    values = found[0][5]
    assert isinstance(values, dict)
    assert values["cvegeo"] == "02004"
    assert 105 < values["kilometres"] < 115, "a degree of latitude is about 111 km"


def test_a_row_twice_names_the_first(folder: Path, faults_of: Run) -> None:
    for file, column in (
        ("crossings.csv", "id"),
        ("states.csv", "cve_ent"),
        ("state_homicides.csv", "year"),
        ("state_homicides_inegi.csv", "year"),
        ("priority_municipalities.csv", "cvegeo"),
        ("indicators.csv", "year"),
    ):
        path = folder / file
        text = path.read_bytes()
        path.write_bytes(text + text.splitlines(keepends=True)[1])
        last = len(path.read_text(encoding="utf-8").splitlines())
        found = faults_of(lambda: observations.load(folder))
        assert [(*each[:3], *each[4:]) for each in found] == [(file, last, column, "duplicate_row", {"first_row": 2})]
        path.write_bytes(text)


def test_faults_of_all_tables_are_listed_at_once(
    folder: Path, mexico: territory.Territory, faults_of: Run
) -> None:
    (folder / "states.csv").unlink()
    edit(folder / "crossings.csv", 3, port_code="25", cvegeo="2004")
    (folder / "state_homicides.csv").write_bytes(b"")
    (folder / "state_homicides_inegi.csv").unlink()
    (folder / "state_homicides_inegi.csv").mkdir()
    header = (folder / "priority_municipalities.csv").read_text(encoding="utf-8").splitlines()[0]
    (folder / "priority_municipalities.csv").write_text(header + "\n")
    edit(folder / "indicators.csv", 7, value="?")
    found = faults_of(lambda: observations.load(folder, place=mexico))
    assert [each[:3] + each[4:5] for each in found] == [
        ("states.csv", None, None, "file_missing"),
        ("crossings.csv", 3, "port_code", "port_code"),
        ("crossings.csv", 3, "cvegeo", "lost_leading_zero"),
        ("state_homicides.csv", None, None, "file_empty"),
        ("state_homicides_inegi.csv", None, None, "not_a_file"),
        ("priority_municipalities.csv", None, None, "no_rows"),
        ("indicators.csv", 7, "value", "number"),
    ]


@hypothesis.given(raw=st.binary(max_size=100), file=st.sampled_from(TABLES), keep=st.integers(0, 400))
@hypothesis.settings(max_examples=50, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
def test_no_bytes_crash_the_loading(folder: Path, raw: bytes, file: str, keep: int) -> None:
    path = folder / file
    before = path.read_bytes()
    path.write_bytes(before[:keep] + raw)
    keys: set[str] = set()
    try:
        observations.load(folder)
    except errors.ScenarioError as error:
        keys = {fault.key for fault in error.faults}
    path.write_bytes(before)
    assert keys <= set(errors.FAULTS)
