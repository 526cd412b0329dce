"""A scenario loads whole, and stands on what it says it stands on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pandas as pd
import pytest
from hypothesis import strategies as st

from geo import territory
from roadmap.plan import scenario
from roadmap.record import observations

TEN_OF_2024 = "GABINETE_10_2024-10"


def test_a_small_scenario_is_read_as_written(small_folder: Path, small_territory: territory.Territory) -> None:
    small = scenario.load(small_folder, small_territory, indicators={"guns"})
    assert (small.id, small.title, small.summary, small.author_note) == (
        "small",
        "A small plan",
        "Two zones on four squares.",
        "",
    )
    assert small.hypothetical is True
    assert [(p.number, p.id, p.first_month, p.last_month) for p in small.phases] == [
        (1, "1", 1, 6),
        (2, "2", 7, 18),
        (3, "3", 19, 36),
        (4, "4", 37, 60),
    ]
    patrols, opening = small.entries
    assert (patrols.first_month, patrols.last_month, patrols.parent) == (2, None, None)
    assert (opening.first_month, opening.last_month, opening.parent) == (9, 9, "patrols")
    assert opening.indicators == ("guns",)
    north, south = small.zones
    assert north.members == (("01001", 3, None), ("02004", 8, 20))
    assert north.members_in(7) == ("01001",)
    assert north.members_in(8) == ("01001", "02004")
    assert north.members_in(21) == ("01001",)
    assert south.members == (("14039", 10, 48),), "a member leaves with its zone"
    assert [south.active(month) for month in (9, 10, 48, 49)] == [False, True, True, False]


def test_the_tables_of_a_scenario_have_fixed_types(small_folder: Path, small_territory: territory.Territory) -> None:
    small = scenario.load(small_folder, small_territory)
    expected = pd.DataFrame(
        {
            "zone": ["north", "north", "south"],
            "cvegeo": ["01001", "02004", "14039"],
            "first_month": pd.array([3, 8, 10], dtype="int64"),
            "last_month": pd.array([None, 20, 48], dtype="Int64"),
            "basis": ["listed", "neighbour", "listed"],
        }
    )
    pd.testing.assert_frame_equal(small.zone_members, expected)
    assert list(small.status.columns) == ["cvegeo", "first_month", "last_month", "status", "note"]
    assert small.status.empty
    assert small.status.dtypes.astype(str).to_dict() == {
        "cvegeo": "str",
        "first_month": "int64",
        "last_month": "Int64",
        "status": "str",
        "note": "str",
    }


def test_a_status_table_may_be_there(small_folder: Path, small_territory: territory.Territory) -> None:
    (small_folder / "status.csv").write_text(
        "cvegeo,first_month,last_month,status,note\n01001,0,5,withheld,sensitive\n01002,6,,not_assessed,\n"
    )
    status = scenario.load(small_folder, small_territory).status
    assert status["cvegeo"].tolist() == ["01001", "01002"]
    assert status["last_month"].isna().tolist() == [False, True]
    assert status["note"].tolist() == ["sensitive", ""]


def test_byte_order_mark_line_ends_and_blank_rows_change_nothing(
    small_folder: Path, small_territory: territory.Territory
) -> None:
    before = scenario.load(small_folder, small_territory)
    for name in ("roadmap.toml", "zones.csv"):
        path = small_folder / name
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
        blank = "\r\n,,,,\r\n" if name == "zones.csv" else ""
        path.write_bytes(b"\xef\xbb\xbf" + (text + blank).encode())
    after = scenario.load(small_folder, small_territory)
    assert after.entries == before.entries
    assert after.zones == before.zones
    assert after.hash != before.hash


def test_the_folder_names_the_scenario(small_folder: Path, small_territory: territory.Territory) -> None:
    copy = shutil.copytree(small_folder, small_folder.parent / "my-plan_2")
    assert scenario.load(copy, small_territory).id == "my-plan_2"
    assert scenario.discover(small_folder.parent) == ("my-plan_2", "small")


def test_every_byte_of_every_file_counts_in_the_hash(small_folder: Path, small_territory: territory.Territory) -> None:
    hashes = [scenario.load(small_folder, small_territory).hash]
    for name in ("roadmap.toml", "model.toml", "rules.toml"):
        with (small_folder / name).open("a") as file:
            file.write("# a remark\n")
        hashes.append(scenario.load(small_folder, small_territory).hash)
    (small_folder / "zones.csv").write_text((small_folder / "zones.csv").read_text().replace("neighbour", "neighbours"))
    hashes.append(scenario.load(small_folder, small_territory).hash)
    (small_folder / "status.csv").write_text("cvegeo,first_month,last_month,status\n01001,0,,withheld\n")
    hashes.append(scenario.load(small_folder, small_territory).hash)
    assert len(set(hashes)) == 6
    assert all(len(each) == 12 and int(each, 16) >= 0 for each in hashes)
    (small_folder / "notes.txt").write_text("not part of the scenario")
    assert scenario.load(small_folder, small_territory).hash == hashes[-1]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert('x')</script>",
        "<img src=x onerror=alert(1)> & \"quoted\" 'too'",
        '=HYPERLINK("http://example.org")',
        "José, Ñuu Savi 🏔 \u202eabc\nsecond line\ttab",
        "}{{ url }}%s%n${x}",
    ],
)
def test_names_are_kept_verbatim(text: str, small_folder: Path, small_territory: territory.Territory) -> None:
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    roadmap = small_folder / "roadmap.toml"
    written = roadmap.read_text(encoding="utf-8")
    for name in ('"A small plan"', '"Patrols"', '"North"', '"One"'):
        written = written.replace(name, quoted)
    roadmap.write_text(written, encoding="utf-8")
    table = small_folder / "zones.csv"
    cell = '"' + text.replace('"', '""') + '"'
    table.write_bytes(table.read_bytes().replace(b"neighbour", cell.encode()))
    small = scenario.load(small_folder, small_territory)
    assert small.title == text
    assert small.entries[0].title == text
    assert small.zones[0].name == text
    assert small.phases[0].title == text
    assert small.zone_members["basis"][1] == text


@hypothesis.given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip))
@hypothesis.settings(suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
def test_any_text_without_control_characters_is_kept(
    small_folder: Path, small_territory: territory.Territory, text: str
) -> None:
    table = small_folder / "zones.csv"
    cell = '"' + text.replace('"', '""') + '"'
    rows = f"zone,cvegeo,first_month,last_month,basis\nnorth,01001,3,,{cell}\nsouth,14039,10,,x\n"
    table.write_bytes(rows.encode())
    assert scenario.load(small_folder, small_territory).zone_members["basis"][0] == text


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../ssa", "ssa/", "ssa/../ssa", "/etc", "SSA", "ssa\n", "s" * 41, "ssä", "a b", "a\0"]
)
def test_an_identifier_is_never_a_path(
    name: str, faults_of: Callable[[Callable[[], object]], list[tuple[object, ...]]]
) -> None:
    assert faults_of(lambda: scenario.find(name)) == [
        ("scenario", None, None, name, "scenario_id", {"allowed": "a-z 0-9 _ -, 1 to 40"})
    ]


def test_an_unknown_scenario_names_those_there_are(
    small_folder: Path, faults_of: Callable[[Callable[[], object]], list[tuple[object, ...]]]
) -> None:
    root = small_folder.parent
    (root / "not a scenario").mkdir()
    (root / "a-file").write_text("")
    assert faults_of(lambda: scenario.find("ssa", root)) == [
        ("scenario", None, None, "ssa", "unknown_scenario", {"allowed": ("small",)})
    ]
    assert scenario.discover(root / "nowhere") == ()


def test_the_shipped_scenario_is_there(shipped: scenario.Scenario) -> None:
    assert scenario.DEFAULT in scenario.discover()
    assert shipped.id == "ssa"
    assert shipped.hypothetical
    assert [(p.first_month, p.last_month) for p in shipped.phases] == [(1, 6), (7, 18), (19, 36), (37, 60)]
    assert shipped.status.empty
    assert not (shipped.folder / "status.csv").exists()


def test_shipped_zones_widen_through_the_phases(shipped: scenario.Scenario) -> None:
    assert 8 <= len(shipped.zones) <= 12
    members = shipped.zone_members
    assert 90 <= len(members) <= 165
    assert not members["cvegeo"].duplicated().any()
    starts = members["first_month"]
    phase_1, phases_2_3 = (starts <= 6).sum(), ((starts > 6) & (starts <= 36)).sum()
    assert 5 <= phase_1 <= 10
    assert phases_2_3 > 10 * phase_1
    assert starts.max() <= 40
    ended = [zone.id for zone in shipped.zones if zone.last_month is not None]
    assert ended
    assert all(zone.last_month >= 37 for zone in shipped.zones if zone.last_month is not None)
    assert all(min(first for _, first, _ in zone.members) == zone.first_month for zone in shipped.zones)


def test_a_basis_in_the_federal_lists_is_true(shipped: scenario.Scenario, observed: observations.Observations) -> None:
    lists = observed.priority.groupby("cvegeo")["list"].agg(set)
    listed = shipped.zone_members[shipped.zone_members["basis"].str.startswith("listed: ")]
    assert len(listed) >= 40
    for cvegeo, basis in zip(listed["cvegeo"], listed["basis"], strict=True):
        assert set(basis.removeprefix("listed: ").split("; ")) == lists[cvegeo], cvegeo
    others = shipped.zone_members.drop(listed.index)
    assert not others["cvegeo"].isin(lists.index).any(), "what is listed says so"


def test_the_first_zones_start_from_the_ten_of_october_2024(
    shipped: scenario.Scenario, observed: observations.Observations
) -> None:
    ten = set(observed.priority.loc[observed.priority["list"] == TEN_OF_2024, "cvegeo"])
    assert len(ten) == 10
    first = shipped.zone_members.loc[shipped.zone_members["first_month"] <= 6, "cvegeo"]
    assert set(first) < ten
    assert ten <= set(shipped.zone_members["cvegeo"])


def test_a_basis_as_neighbour_is_true_and_leads_to_a_listed_one(
    shipped: scenario.Scenario, mexico: territory.Territory
) -> None:
    frame = mexico.municipalities
    position = {cvegeo: at for at, cvegeo in enumerate(frame["cvegeo"])}
    names = dict(zip(frame["cvegeo"], frame["name"], strict=True))
    basis = dict(zip(shipped.zone_members["cvegeo"], shipped.zone_members["basis"], strict=True))
    for zone in shipped.zones:
        keys = [cvegeo for cvegeo, _, _ in zone.members]
        for cvegeo in keys:
            path = [cvegeo]
            while basis[path[-1]].startswith("invented: "):
                name = basis[path[-1]].partition("neighbour of ")[2]
                row = mexico.adjacency[[position[path[-1]]], :].toarray()[0]
                near = [key for key in keys if names[key] == name and row[position[key]]]
                assert len(near) == 1, (path, name)
                assert near[0] not in path
                path += near
            assert basis[path[-1]].startswith("listed: ")


def test_neighbours_called_rural_are_thinly_settled(shipped: scenario.Scenario, mexico: territory.Territory) -> None:
    frame = mexico.municipalities.set_index("cvegeo")
    invented = shipped.zone_members[shipped.zone_members["basis"].str.startswith("invented: ")]
    density = (frame["population"] / frame["area_km2"]).loc[invented["cvegeo"]].to_numpy()
    rural = invented["basis"].str.startswith("invented: rural ").to_numpy()
    assert (density[rural] < 50).all()
    assert (density[~rural] >= 50).all()
