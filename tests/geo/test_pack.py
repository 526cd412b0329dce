"""What a country says of itself: every fault of it is told at once, with file, entry and what is allowed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from geo import border, errors, pack, territory

SHIPPED = (territory.DEFAULT_FOLDER / pack.FILE).read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with what the shipped country says of itself."""
    (tmp_path / pack.FILE).write_text(SHIPPED, encoding="utf-8")
    return tmp_path


def edit(folder: Path, old: str, new: str) -> None:
    assert old in SHIPPED
    path = folder / pack.FILE
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def faults(folder: Path) -> list[str]:
    with pytest.raises(errors.GeographyError) as caught:
        pack.read(folder)
    return str(caught.value).splitlines()


def test_the_shipped_country_is_read_as_it_is_written() -> None:
    found = pack.read(territory.DEFAULT_FOLDER)
    assert (found.working, found.equal_area, found.pattern) == ("EPSG:6372", "EPSG:6933", "[0-9]{5}")
    assert [neighbour.id for neighbour in found.neighbours] == ["us", "gt", "bz"]
    assert found.watched is found.neighbours[0]
    assert found.across == "the United States"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "Mexico"', "", ["`territory.name`: it is missing"]),
        ('name = "Mexico"', "name = 5", ["`territory.name`: 5 is not allowed; it takes a text, one"]),
        ('"cities", ', '"rivers", ', ["`territory.parts`: 'rivers' is not allowed; it takes a list of"]),
        ('"EPSG:6372"', '"6372"', ["`crs.working`: '6372' is not allowed; it takes the form EPSG:"]),
        ('"EPSG:6372"', '"EPSG:4326"', ["`crs.working`: 'EPSG:4326' is in degrees; it takes a projection in metres"]),
        ('"EPSG:6933"', '"EPSG:999999"', ["`crs.equal_area`: 'EPSG:999999' is not known"]),
        ('"[0-9]{5}"', '"[0-9"', ["`keys.pattern`: '[0-9' is not allowed; it takes a regular expression"]),
        ('state = "cve_ent"', 'state = ["cve_ent", "region"]', ["`keys.state`: ['cve_ent', 'region'] is not allowed"]),
        ('state = "cve_ent"', 'state = "cvegeo"', ["`keys.state`: 'cvegeo' is the column of the municipality"]),
        ('state = "cve_ent"', 'stat = "x"', ["`keys.state`: it is missing", "`keys.stat`: it is not known; there are"]),
        ('many = "states"', "", ["`levels.state.many`: it is missing"]),
        ("south = 14.53", "south = 99.0", ["`view.south`: 99.0 is not allowed; it takes a number from -90 to 90"]),
        ("south = 14.53", "south = 40", ["`view.south`: 40.0 is not allowed; it takes a latitude below `north`"]),
        ("east = -86.72", "", ["`view.east`: it is missing"]),
        ('id = "gt"', 'id = "us"', ["`border[2].id`: 'us' stands in a border above"]),
        ('id = "gt"', 'id = "GT"', ["`border[2].id`: 'GT' is not allowed; it takes the form [a-z]{2}"]),
        ('id = "bz"', 'id = "bz"\nwatched = true', ["`border[3].watched`: a border above is watched already"]),
        ("watched = true", 'watched = "yes"', ["`border[1].watched`: 'yes' is not allowed; it takes true or false"]),
        ("[territory]", "[teritory]", ["`territory`: it is missing", "`teritory`: it is not known"]),
    ],
)
def test_what_is_wrong_is_told_with_its_entry_and_what_is_allowed(
    old: str, new: str, told: list[str], folder: Path
) -> None:
    edit(folder, old, new)
    found = faults(folder)
    assert len(found) == len(told)
    for line, wanted in zip(found, told, strict=True):
        assert line.startswith(f"{errors.named(folder / pack.FILE)}, {wanted}")


def test_every_fault_is_told_at_once(folder: Path) -> None:
    edit(folder, 'name = "Mexico"', "")
    edit(folder, '"EPSG:6372"', '"EPSG:4326"')
    edit(folder, "east = -86.72", "east = 200")
    assert [line.split("`")[1] for line in faults(folder)] == ["territory.name", "crs.working", "view.east"]


@pytest.mark.parametrize("content", [b"\xff", b"[territory", None])
def test_a_file_that_cannot_be_read_is_named(content: bytes | None, folder: Path) -> None:
    if content is None:
        (folder / pack.FILE).unlink()
    else:
        (folder / pack.FILE).write_bytes(content)
    (line,) = faults(folder)
    assert line.startswith("cannot read territory.toml in ")


# --- against the tables -------------------------------------------------------------------------


@pytest.fixture
def geography(tmp_path: Path) -> Path:
    """A copy of the shipped geography."""
    return shutil.copytree(territory.DEFAULT_FOLDER, tmp_path / "geography")


def refused(folder: Path) -> str:
    with pytest.raises(errors.GeographyError) as caught:
        territory.load(folder)
    return str(caught.value)


def test_a_missing_column_is_named_as_the_country_calls_it(geography: Path) -> None:
    edit(geography, 'municipality = "cvegeo"', 'municipality = "clave"')
    told = "municipalities.parquet lacks the columns clave; it takes clave, name, cve_ent"
    assert refused(geography).startswith(told)


def test_columns_may_have_other_names(geography: Path, mexico: territory.Territory) -> None:
    edit(geography, 'municipality = "cvegeo"', 'municipality = "clave"')
    path = geography / "municipalities.parquet"
    mexico.municipalities.rename(columns={"cvegeo": "clave"}).to_parquet(path)
    assert territory.load(geography).municipalities.equals(mexico.municipalities)


def test_keys_take_the_form_that_the_country_says(geography: Path) -> None:
    edit(geography, '"[0-9]{5}"', '"[0-9]{4}"')
    told = refused(geography).splitlines()
    assert told[0] == (
        "municipalities.parquet: column `cvegeo` holds '01001'; keys take the form [0-9]{4} "
        "(territory.toml, `keys.pattern`)"
    )


def test_a_municipality_with_two_states_is_named(geography: Path, mexico: territory.Territory) -> None:
    rows = mexico.municipalities
    again = rows.iloc[:1].assign(cve_ent="02")
    pd.concat([again, rows], ignore_index=True).to_parquet(geography / "municipalities.parquet")
    (line,) = refused(geography).splitlines()
    assert line == (
        "municipalities.parquet: column `cvegeo` holds '01001' with two states, '02' and '01'; a municipality has one"
    )


def test_a_state_that_there_is_not_is_named(geography: Path, mexico: territory.Territory) -> None:
    rows = mexico.municipalities.copy()
    rows.loc[3, "cve_ent"] = "99"
    rows.to_parquet(geography / "municipalities.parquet")
    (line,) = refused(geography).splitlines()
    assert line.startswith("municipalities.parquet: column `cve_ent` of '01004' holds '99', which is no state; states")


def test_areas_of_another_unit_are_named(geography: Path, mexico: territory.Territory) -> None:
    mexico.states.assign(area_km2=mexico.states["area_km2"] * 100.0).to_parquet(geography / "states.parquet")
    assert refused(geography).startswith("states.parquet: column `area_km2` adds up to 19")


def test_lines_are_those_that_the_country_tells_of(geography: Path) -> None:
    edit(geography, 'id = "bz"', 'id = "hn"')
    told = r"'bz'; territory\.toml tells of 'us', 'gt', 'hn' under \[\[border"
    with pytest.raises(errors.GeographyError, match=told):
        border.load(geography)


def test_a_country_may_have_no_border(geography: Path) -> None:
    path = geography / pack.FILE
    path.write_text(SHIPPED.partition("[[border]]")[0], encoding="utf-8")
    for name in ("border.parquet", "border_stretches.parquet", "border_sectors.csv"):
        (geography / name).unlink()
    found = border.load(geography)
    assert (found.code, found.km, dict(found.lines), len(found.stretches), len(found.sectors)) == ("", 0.0, {}, 0, 0)
    with pytest.raises(errors.GeographyError, match="no border is watched"):
        _ = found.watched


def test_a_country_may_do_without_some_tables(geography: Path, mexico: territory.Territory) -> None:
    edit(geography, 'parts = ["neighbours", "cities", "crosswalk"]', "parts = []")
    for name in ("neighbours.parquet", "cities.parquet", "crosswalk.csv"):
        (geography / name).unlink()
    found = territory.load(geography)
    for name in pack.PARTS:
        assert list(getattr(found, name).columns) == list(getattr(mexico, name).columns)
        assert getattr(found, name).empty
