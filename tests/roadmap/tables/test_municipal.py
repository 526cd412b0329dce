"""A key that is not there is met with what may be meant by it, and never put right in silence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from geo import territory
from roadmap import errors
from roadmap.plan import scenario
from roadmap.tables import delimited, municipal
from roadmap.words import complaints, text
from tests.roadmap import conftest, investment_by_hand

WORDS = text.words()


@pytest.fixture(scope="module")
def keys(mexico: territory.Territory) -> municipal.Keys:
    """The keys of the shipped geography."""
    return municipal.Keys.of(mexico)


MEANT = [
    (" 01 001 ", "01001"),
    ('="02004"', "02004"),
    ("'02005", "02005"),
    ("02-004", "02004"),
    ("02 - 004", "02004"),
    ("02.004", ""),
    ("2,004", ""),
    ("2001.5", ""),
    ("2001.05", ""),
    ("1.001", ""),
    ("200.1", ""),
    ("2 , 001", ""),
    ("2,001.0", ""),
    ('="2001.0"', ""),
    ("\uff12\uff10\uff10\uff11\uff0e\uff15", ""),
    ("\u0662\u0660\u0660\u0661.\u0665", ""),
    ("-2001", ""),
    ("+2001", ""),
    ("- 2001", ""),
    ("\u22122001", ""),
    ("\uff0d2001", ""),
    ("\u20132001", ""),
    ("'-02001", ""),
    ("2", ""),
    ("0", ""),
    ("-02", ""),
    ("\uff10\uff12\uff10\uff10\uff14", "02004"),
    ("02004\u200b", "02004"),
    ("ACAMBARO", "11002"),
    ("Acámbaro, Guanajuato", "11002"),
    ("acambaro guanajuato", "11002"),
    ("Cd. Juárez", "08037"),
    ("Ciudad Juarez", "08037"),
    ("tijuana", "02004"),
    ("Abasolo, Coahuila", "05001"),
    ("San Quintín", "02001"),
    ("nowhere", ""),
    ("123", ""),
    ("1234567", ""),
    ("01001x", ""),
    ("5.0E+3", ""),
    ("x" * 100_000, ""),
]


@pytest.mark.parametrize(("written", "meant"), MEANT, ids=lambda value: value[:30])
def test_what_a_cell_may_mean(written: str, meant: str, keys: municipal.Keys) -> None:
    assert municipal.fault(written, keys) == ("unknown_cvegeo", {"suggestion": meant})


OTHERS: list[tuple[str, str, dict[str, object]]] = [
    ("2004", "lost_leading_zero", {"expected": "02004"}),
    ("2001.0", "key_as_number", {"expected": "02001"}),
    ("2001.00", "key_as_number", {"expected": "02001"}),
    ("14039.", "key_as_number", {"expected": "14039"}),
    ("02006", "younger_municipality", {"name": "San Quintín", "parents": ("02001 Ensenada",)}),
    ("2006", "younger_municipality", {"name": "San Quintín", "parents": ("02001 Ensenada",)}),
    ("2006.0", "younger_municipality", {"name": "San Quintín", "parents": ("02001 Ensenada",)}),
    ('="02006"', "younger_municipality", {"name": "San Quintín", "parents": ("02001 Ensenada",)}),
    ("03004", "other_key", {"name": "Los Cabos", "expected": "03008"}),
    ("01000", "state_total", {"state": "Aguascalientes"}),
    ("1000", "state_total", {"state": "Aguascalientes"}),
    ("01", "state_total", {"state": "Aguascalientes"}),
    ("01999", "not_specified", {"state": "Aguascalientes"}),
]


@pytest.mark.parametrize(("written", "key", "values"), OTHERS)
def test_keys_that_stand_for_something_else(
    written: str, key: str, values: dict[str, object], keys: municipal.Keys
) -> None:
    assert municipal.fault(written, keys) == (key, values)


def test_a_name_in_several_states_lists_them_all(keys: municipal.Keys) -> None:
    key, values = municipal.fault("Abasolo", keys) or ("", {})
    candidates = str(values["suggestion"]).split("; ")
    assert key == "unknown_cvegeo"
    assert candidates[0] == "05001 Abasolo, Coahuila"
    assert [each.partition(",")[2].strip() for each in candidates] == [
        "Coahuila",
        "Guanajuato",
        "Nuevo León",
        "Tamaulipas",
    ]


def test_several_parents_are_all_named(small_territory: territory.Territory) -> None:
    found = municipal.fault("01003", municipal.Keys.of(small_territory))
    assert found == ("younger_municipality", {"name": "Epsilon", "parents": ("01002 Beta", "01001 Alpha")})


def test_every_key_of_the_crosswalk_is_told_by_what_it_is(keys: municipal.Keys, mexico: territory.Territory) -> None:
    kinds = {"younger": "younger_municipality", "key": "other_key"}
    for key, kind in zip(mexico.crosswalk["cvegeo"], mexico.crosswalk["kind"], strict=True):
        found = municipal.fault(key, keys)
        assert found is not None
        assert found[0] == kinds[kind]


def test_every_key_is_good_and_every_name_leads_to_its_key(keys: municipal.Keys, mexico: territory.Territory) -> None:
    rows = mexico.municipalities
    for key, name, state in zip(rows["cvegeo"], rows["name"], rows["state"], strict=True):
        assert municipal.fault(key, keys) is None
        found = municipal.fault(f"{name.upper()}, {state}", keys)
        assert found is not None
        assert key in str(found[1]["suggestion"])


@hypothesis.given(written=st.text(max_size=12) | st.from_regex(r"[ '=\"]*[0-9. -]{1,8}[\"']?", fullmatch=True))
def test_no_text_breaks_the_search_and_only_keys_pass(written: str, keys: municipal.Keys) -> None:
    found = municipal.fault(written, keys)
    assert (found is None) == (written in keys.municipalities)
    if found is not None:
        assert set(found[1]) == set(errors.FAULTS[found[0]])


def in_zones(folder: Path, place: territory.Territory, cell: str) -> tuple[errors.Fault, ...]:
    (folder / "zones.csv").write_text(conftest.ZONES.replace("02004", cell), encoding="utf-8")
    with pytest.raises(errors.ScenarioError) as caught:
        scenario.load(folder, place)
    return caught.value.faults


def in_status(folder: Path, place: territory.Territory, cell: str) -> tuple[errors.Fault, ...]:
    table = f"cvegeo,first_month,last_month,status\n{cell},0,,withheld\n"
    (folder / "status.csv").write_text(table, encoding="utf-8")
    with pytest.raises(errors.ScenarioError) as caught:
        scenario.load(folder, place)
    return caught.value.faults


def in_the_ledger(folder: Path, place: territory.Territory, cell: str) -> tuple[errors.Fault, ...]:
    line = {"place_kind": "municipalities", "place": cell}
    return investment_by_hand.examine(folder, place, line).faults


@pytest.mark.parametrize("read", [in_zones, in_status, in_the_ledger])
@pytest.mark.parametrize(
    ("cell", "key", "says"),
    [
        ("01003", "younger_municipality", "it counts with 01002 Beta, 01001 Alpha"),
        ("02009", "other_key", "Gamma has another one"),
        ("01000", "state_total", "the total of a whole state, One"),
        ("01999", "not_specified", "somewhere in One"),
        ("2004.0", "key_as_number", "saved as a number"),
        ("GAMMA", "unknown_cvegeo", "Did you mean 02004?"),
    ],
)
def test_it_is_said_in_every_table(
    cell: str,
    key: str,
    says: str,
    read: Callable[[Path, territory.Territory, str], tuple[errors.Fault, ...]],
    small_folder: Path,
    small_territory: territory.Territory,
) -> None:
    found = read(small_folder, small_territory, cell)
    assert [fault.key for fault in found] == [key]
    assert conftest.checked(found)
    assert says in complaints.sentences(found[0], WORDS)[0]


@pytest.mark.parametrize(
    ("cell", "meant"),
    [("TWO", "02"), ("two ", "02"), ("tw", "02"), ("Zwei", "02"), ("Fourteen.", "14"), ("Three", ""), ("x" * 9000, "")],
)
def test_a_state_is_named_by_any_of_its_names(
    cell: str, meant: str, tmp_path: Path, small_territory: territory.Territory
) -> None:
    line = {"place_kind": "state", "place": cell, "precision": "4"}
    (fault,) = investment_by_hand.examine(tmp_path, small_territory, line).faults
    assert (fault.column, fault.key, dict(fault.values)) == ("place", "unknown_state", {"suggestion": meant})


@pytest.mark.parametrize(
    ("heading", "meant"),
    [
        ("CVEGEO", "cvegeo"),
        ("Cvegeo ", "cvegeo"),
        ("\ufeffcvegeo", "cvegeo"),
        ("cve geo", "cvegeo"),
        ("cve_geo", "cvegeo"),
        ("First month", "first_month"),
        ("first-month", "first_month"),
        ("last_moth", "last_month"),
        ("colour", ""),
        ("", ""),
    ],
)
def test_a_heading_that_is_nearly_right_is_named(heading: str, meant: str, tmp_path: Path) -> None:
    path = tmp_path / "status.csv"
    columns = ["status", "cvegeo", "first_month", "last_month"]
    replaced = meant or "status"
    path.write_text(",".join(heading if name == replaced else name for name in columns) + "\n", encoding="utf-8")
    faults: list[errors.Fault] = []
    assert delimited.read(path, faults, required=columns) == []
    unknown, missing = faults
    assert (unknown.column, unknown.key, missing.column) == (heading.strip(), "unknown_column", replaced)
    assert dict(unknown.values)["suggestion"] == meant
