"""Whatever is wrong with a scenario is listed, all of it, with file, row, column, value and remedy."""

from __future__ import annotations

import ast
import dataclasses
import pickle
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from geo import territory
from roadmap import errors
from roadmap.plan import entries, scenario
from roadmap.tables import delimited, documents, noted, ranged

Faults = list[tuple[object, ...]]
Run = Callable[[Callable[[], object]], Faults]

HEADER = "zone,cvegeo,first_month,last_month,basis\n"
ENTRY = [field.name for field in dataclasses.fields(entries.Entry)]
FILES = ("roadmap.toml", "zones.csv", "model.toml", "rules.toml", "status.csv")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def zone_rows(*rows: str) -> str:
    """A zones table with one good row a zone, then the given ones from row 4 on."""
    return HEADER + "north,01001,3,,x\nsouth,14039,10,,x\n" + "".join(f"{row}\n" for row in rows)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("north,2004,8,,x", ("cvegeo", "2004", "lost_leading_zero", {"expected": "02004"})),
        ("north,2004.0,8,,x", ("cvegeo", "2004.0", "key_as_number", {"expected": "02004"})),
        ("north,99999,8,,x", ("cvegeo", "99999", "unknown_cvegeo", {"suggestion": ""})),
        (
            "north,01003,8,,x",
            (
                "cvegeo",
                "01003",
                "younger_municipality",
                {"name": "Epsilon", "parents": ("01002 Beta", "01001 Alpha")},
            ),
        ),
        ("north,gamma,8,,x", ("cvegeo", "gamma", "unknown_cvegeo", {"suggestion": "02004"})),
        ("north,0200\uff14,8,,x", ("cvegeo", "0200\uff14", "unknown_cvegeo", {"suggestion": "02004"})),
        ("north,,8,,x", ("cvegeo", "", "empty", {})),
        ("north,02004,,,x", ("first_month", "", "empty", {})),
        ("north,02004,8,,", ("basis", "", "empty", {})),
        (",02004,8,,x", ("zone", "", "empty", {})),
        ("north,02004,8.0,,x", ("first_month", "8.0", "whole_number", {})),
        ("north,02004,eight,,x", ("first_month", "eight", "whole_number", {})),
        ("north,02004,٨,,x", ("first_month", "٨", "whole_number", {})),
        ("north,02004,1_0,,x", ("first_month", "1_0", "whole_number", {})),
        ("north,02004,nan,,x", ("first_month", "nan", "not_finite", {})),
        ("north,02004,8,-inf,x", ("last_month", "-inf", "not_finite", {})),
        ("north,02004,0,,x", ("first_month", "0", "month_out_of_range", {"low": 1, "high": 60})),
        ("north,02004,-3,,x", ("first_month", "-3", "month_out_of_range", {"low": 1, "high": 60})),
        ("north,02004,8,61,x", ("last_month", "61", "month_out_of_range", {"low": 1, "high": 60})),
        ("north,02004,8,7,x", ("last_month", "7", "end_before_start", {"first": 8})),
        ("north,02004,2,,x", ("first_month", "2", "before_zone", {"zone": "north", "first": 3})),
        ("south,02004,49,,x", ("first_month", "49", "after_zone", {"zone": "south", "last": 48})),
        ("south,02004,11,50,x", ("last_month", "50", "after_zone", {"zone": "south", "last": 48})),
        ("nord,02004,8,,x", ("zone", "nord", "unknown_zone", {"allowed": ("north", "south")})),
        ("north,01001,3,,x", ("cvegeo", "01001", "duplicate_row", {"first_row": 2})),
        ("north,01001,9,,y", ("cvegeo", "01001", "overlap", {"first_row": 2})),
        ("south,01001,12,,x", ("cvegeo", "01001", "overlap", {"first_row": 2})),
        ("north,02004,8,,x\x07", ("basis", "x\x07", "control_character", {"code": "U+0007"})),
        ("north,02004,8,", (None, None, "cell_count", {"expected": 5, "found": 4})),
        ("north,02004,8,,x,y", (None, None, "cell_count", {"expected": 5, "found": 6})),
        ('north,02004,8,,"x', (None, None, "quotes", {"reason": "unexpected end of data"})),
        ('north,02004,8,,"x"y', (None, None, "quotes", {"reason": "',' expected after '\"'"})),
        (f"north,02004,8,,{'x' * 20_001}", ("basis", "x" * 20_001, "too_long", {"limit": 20_000})),
        (f"north,02004,8,,{'x' * 140_000}", (None, None, "cell_too_long", {"limit": 131_072})),
    ],
)
def test_a_faulty_row_of_zones(
    row: str,
    expected: tuple[object, ...],
    small_folder: Path,
    small_territory: territory.Territory,
    faults_of: Run,
) -> None:
    (small_folder / "zones.csv").write_text(zone_rows(row), encoding="utf-8")
    found = faults_of(lambda: scenario.load(small_folder, small_territory))
    assert found == [("zones.csv", 4, *expected)]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "zone;cvegeo;first_month;last_month;basis",
            (None, "zone;cvegeo;first_month;last_month;basis", "wrong_separator", {"found": ";"}),
        ),
        (
            "zone,cvegeo,first_month,last_month",
            ("basis", None, "missing_column", {"found": ("zone", "cvegeo", "first_month", "last_month")}),
        ),
        ("zone,cvegeo,first_month,last_month,basis,zone", ("zone", None, "duplicate_column", {})),
    ],
)
def test_a_faulty_header_of_zones(
    header: str,
    expected: tuple[object, ...],
    small_folder: Path,
    small_territory: territory.Territory,
    faults_of: Run,
) -> None:
    (small_folder / "zones.csv").write_text(header + "\nnorth,01001,3,,x\n", encoding="utf-8")
    found = faults_of(lambda: scenario.load(small_folder, small_territory))
    assert found == [("zones.csv", 1, *expected)]


def test_an_unknown_column_does_not_hide_what_is_wrong_in_the_rows(
    small_folder: Path, small_territory: territory.Territory, faults_of: Run
) -> None:
    table = HEADER.strip() + ",color\nnorth,1001,3,,x,red\nsouth,14039,10,,x,red\n"
    (small_folder / "zones.csv").write_text(table)
    found = faults_of(lambda: scenario.load(small_folder, small_territory))
    allowed = ("zone", "cvegeo", "first_month", "last_month", "basis")
    assert found == [
        ("zones.csv", 1, "color", None, "unknown_column", {"allowed": allowed, "suggestion": ""}),
        ("zones.csv", 2, "cvegeo", "1001", "lost_leading_zero", {"expected": "01001"}),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('title = "A small plan"', 'title = "  "', (2, "scenario.title", "  ", "empty", {})),
        ('title = "A small plan"\n', "", (1, "scenario.title", None, "missing_key", {})),
        (
            'title = "A small plan"',
            "title = 7",
            (2, "scenario.title", 7, "wrong_type", {"expected": "text", "found": "whole_number"}),
        ),
        (
            "hypothetical = true",
            'hypothetical = "yes"',
            (3, "scenario.hypothetical", "yes", "wrong_type", {"expected": "boolean", "found": "text"}),
        ),
        (
            'title = "A small plan"',
            'title = "A\\u0007"',
            (2, "scenario.title", "A\x07", "control_character", {"code": "U+0007"}),
        ),
        (
            "hypothetical = true",
            'hypothetical = true\nid = "other"',
            (4, "scenario.id", "other", "scenario_id_differs", {"expected": "small"}),
        ),
        ("number = 2", "number = 3", (14, "phase.number", 3, "phase_number", {"expected": 2})),
        ("first_month = 7", "first_month = 8", (16, "phase.first_month", 8, "phase_start", {"expected": 7})),
        ("first_month = 7", "first_month = 6", (16, "phase.first_month", 6, "phase_start", {"expected": 7})),
        (
            "last_month = 60",
            "last_month = 241",
            (31, "phase.last_month", 241, "month_out_of_range", {"low": 0, "high": 240}),
        ),
        (
            "last_month = 60",
            "last_month = 40",
            (73, "zone.last_month", 48, "month_out_of_range", {"low": 1, "high": 40}),
        ),
        (
            'kind = "programme"',
            'kind = "program"',
            (
                37,
                "entry.kind",
                "program",
                "unknown_choice",
                {"allowed": ("principle", "institution", "component", "programme", "milestone", "metric", "note")},
            ),
        ),
        ('lead = "MX"', 'lead = "CA"', (38, "entry.lead", "CA", "unknown_choice", {"allowed": ("MX", "US", "joint")})),
        (
            'status = "proposal"',
            'status = "fact"',
            (
                39,
                "entry.status",
                "fact",
                "unknown_choice",
                {"allowed": ("claim", "proposal", "framing", "principle", "metric")},
            ),
        ),
        (
            "first_month = 2",
            "first_month = 2.0",
            (40, "entry.first_month", 2.0, "wrong_type", {"expected": "whole_number", "found": "number"}),
        ),
        (
            "first_month = 2",
            'first_month = "two"',
            (40, "entry.first_month", "two", "wrong_type", {"expected": "whole_number", "found": "text"}),
        ),
        (
            "first_month = 2",
            "first_month = true",
            (40, "entry.first_month", True, "wrong_type", {"expected": "whole_number", "found": "boolean"}),
        ),
        ("first_month = 2", "first_month = 0", (40, "entry.first_month", 0, "before_phase", {"phase": 1, "first": 1})),
        ("first_month = 9", "first_month = 6", (52, "entry.first_month", 6, "before_phase", {"phase": 2, "first": 7})),
        ("first_month = 9", "first_month = 19", (52, "entry.first_month", 19, "after_phase", {"phase": 2, "last": 18})),
        (
            "first_month = 9",
            "first_month = 9\nlast_month = 8",
            (53, "entry.last_month", 8, "end_before_start", {"first": 9}),
        ),
        (
            "first_month = 9",
            "first_month = 9\nlast_month = 10",
            (53, "entry.last_month", 10, "out_of_range", {"low": 9, "high": 9}),
        ),
        ("phase = 2", "phase = 5", (48, "entry.phase", 5, "unknown_phase", {"allowed": (0, 1, 2, 3, 4)})),
        ('id = "south"', 'id = "north"', (69, "zone.id", "north", "duplicate_id", {"first_row": 60})),
        (
            'id = "opening"',
            'id = "Opening Day"',
            (47, "entry.id", "Opening Day", "bad_id", {"allowed": "[a-z0-9][a-z0-9_-]{0,59}"}),
        ),
        (
            'parent = "patrols"',
            'parent = "patrol"',
            (57, "entry.parent", "patrol", "unknown_parent", {"suggestion": "patrols"}),
        ),
        ('parent = "patrols"', 'parent = "opening"', (57, "entry.parent", "opening", "own_ancestor", {})),
        (
            'indicators = ["guns"]',
            'indicators = ["gun"]',
            (58, "entry.indicators", "gun", "unknown_indicator", {"suggestion": "guns"}),
        ),
        (
            'indicators = ["guns"]',
            'indicators = ["guns", "guns"]',
            (58, "entry.indicators", "guns", "duplicate_item", {}),
        ),
        (
            'indicators = ["guns"]',
            'indicators = "guns"',
            (58, "entry.indicators", "guns", "wrong_type", {"expected": "list", "found": "text"}),
        ),
        (
            'indicators = ["guns"]',
            "indicators = [7]",
            (58, "entry.indicators", 7, "wrong_type", {"expected": "text", "found": "whole_number"}),
        ),
        (
            'shown_text = "Listed."',
            'shown_text = "Listed."\ncolour = "red"',
            (57, "entry.colour", "colour", "unknown_key", {"allowed": tuple(sorted(ENTRY))}),
        ),
        (
            "guard_units = 2",
            "guard_units = -1",
            (65, "zone.guard_units", -1, "out_of_range", {"low": 0, "high": 10_000}),
        ),
        (
            "guard_units = 2",
            "guard_units = 2.5",
            (65, "zone.guard_units", 2.5, "wrong_type", {"expected": "whole_number", "found": "number"}),
        ),
        (
            'programmes = ["patrols"]',
            'programmes = ["patrol"]',
            (66, "zone.programmes", "patrol", "unknown_programme", {"suggestion": "patrols"}),
        ),
        (
            'programmes = ["patrols"]',
            'programmes = ["opening"]',
            (66, "zone.programmes", "opening", "not_a_programme", {"found": "milestone"}),
        ),
        (
            'squares."\nfirst_month = 3',
            'squares."\nfirst_month = 0',
            (64, "zone.first_month", 0, "month_out_of_range", {"low": 1, "high": 60}),
        ),
        ("last_month = 48", "last_month = 9", (73, "zone.last_month", 9, "end_before_start", {"first": 10})),
        (
            "[scenario]",
            "colour = 1\n[scenario]",
            (1, *["colour"] * 2, "unknown_key", {"allowed": ("entry", "funder", "lead", "phase", "scenario", "zone")}),
        ),
    ],
)
def test_a_faulty_line_of_the_roadmap(
    old: str,
    new: str,
    expected: tuple[object, ...],
    small_folder: Path,
    small_territory: territory.Territory,
    faults_of: Run,
) -> None:
    replace(small_folder / "roadmap.toml", old, new)
    found = faults_of(lambda: scenario.load(small_folder, small_territory, indicators={"guns"}))
    assert [each[1:] for each in found if each[0] == "roadmap.toml"] == [expected]


def test_two_entries_that_are_part_of_each_other(
    small_folder: Path, small_territory: territory.Territory, faults_of: Run
) -> None:
    replace(small_folder / "roadmap.toml", 'shown_text = "Outlines."', 'shown_text = "x"\nparent = "opening"')
    found = faults_of(lambda: scenario.load(small_folder, small_territory))
    assert [(each[1], each[3], each[4]) for each in found] == [
        (45, "opening", "own_ancestor"),
        (58, "patrols", "own_ancestor"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ("[[phase]]\nnumber = 4", "[[entry]]\nnumber = 4", {"month_out_of_range", "unknown_key"}),
        ("[scenario]", "[[scenario]]", {"wrong_type"}),
        ("[scenario]\n", "phase = []\n[scenario]\n", {"toml_syntax"}),
        ('id = "south"', 'id = "far-south"', {"zone_without_members", "unknown_zone"}),
    ],
)
def test_tables_of_the_wrong_shape(
    old: str,
    new: str,
    faults: set[str],
    small_folder: Path,
    small_territory: territory.Territory,
    faults_of: Run,
) -> None:
    replace(small_folder / "roadmap.toml", old, new)
    found = faults_of(lambda: scenario.load(small_folder, small_territory))
    assert faults <= {each[4] for each in found}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "phase = []\nentry = []\nzone = []\n",
        "phase = 3\nentry = 'x'\nzone = {}\nscenario = 1979-05-27\n",
        "phase = [1]\nentry = [[]]\nzone = ['x']\nscenario = []\n",
        "[phase]\n[entry]\n[zone]\n[scenario]\n",
        "[[phase]]\n[[entry]]\n[[zone]]\n[scenario]\n",
        "[[phase]]\nnumber = {}\nfirst_month = 07:32:00\n",
        "[[entry]]\nid = 1\nphase = []\nparent = 3\nindicators = {}\n",
    ],
)
def test_a_roadmap_of_any_shape_ends_in_faults(
    text: str, small_folder: Path, small_territory: territory.Territory, faults_of: Run
) -> None:
    (small_folder / "roadmap.toml").write_text(text)
    found = faults_of(lambda: scenario.load(small_folder, small_territory))
    assert {each[0] for each in found} <= {"roadmap.toml", "zones.csv"}


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("[scenario]\ntitle = \n", 2, "Invalid value"),
        ("[scenario]\ntitle = 'x'\ntitle = 'y'\n", 3, "Cannot overwrite a value"),
        ("[scenario]\ntitle = '''x\n", 2, "Expected \"'''\""),
        ("[scenario]\n\n[scenario]\n", 3, "Cannot declare ('scenario',) twice"),
        ("a = 2020-02-30\n", 1, "Invalid date or datetime"),
        (f"a = {'9' * 5000}\n", None, None),
        (f"a = {'[' * 5000}\n", None, "nested too deeply"),
    ],
)
@pytest.mark.parametrize("file", ["roadmap.toml", "model.toml", "rules.toml"])
def test_broken_toml_names_its_line(
    text: str,
    line: int | None,
    reason: str | None,
    file: str,
    small_folder: Path,
    small_territory: territory.Territory,
    faults_of: Run,
) -> None:
    (small_folder / file).write_text(text)
    found = faults_of(lambda: scenario.load(small_folder, small_territory))
    assert [each[:2] + each[4:5] for each in found] == [(file, line, "toml_syntax")]
    if reason is not None:
        assert found[0][5] == {"reason": reason}


def test_faults_of_the_settings_name_their_lines(
    small_folder: Path, small_territory: territory.Territory, faults_of: Run
) -> None:
    rules = "version = 'v1'\n[change]\nmonths_held = 3\nreclaimed_from = 'contested'\nreclaimed_to = 'state'\n"
    (small_folder / "rules.toml").write_text(rules)
    found = faults_of(lambda: scenario.load(small_folder, small_territory))
    assert ("rules.toml", 5, "change.reclaimed_to", "state", "unknown_choice") in [each[:5] for each in found]


ODD: dict[str, tuple[bytes, str, int | None, dict[str, object]]] = {
    "latin-1": ("zone,cvegeo\nMéxico\n".encode("latin-1"), "not_utf8", 2, {"byte": "0xe9"}),
    "latin-1 behind a mark": (b"\xef\xbb\xbfa\n\xe9\n", "not_utf8", 2, {"byte": "0xe9"}),
    "utf-16": ("zone,cvegeo\n".encode("utf-16"), "utf16", None, {}),
    "utf-16, the other way round": (b"\xfe\xff" + "zone,cvegeo\n".encode("utf-16-be"), "utf16", None, {}),
    "utf-16 without a mark": ("zone,cvegeo\n".encode("utf-16-le"), "nul_byte", 1, {}),
    "workbook": (b"PK\x03\x04\x14\0\x06\0[Content_Types].xml", "workbook", None, {}),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "workbook", None, {}),
    "lone surrogate": (b"a\n\xed\xa0\x80\n", "not_utf8", 2, {"byte": "0xed"}),
    "nul byte": (b"zone\ncvegeo\0\n", "nul_byte", 2, {}),
    "empty": (b"", "file_empty", None, {}),
    "white space only": (b" \r\n\t\n", "file_empty", None, {}),
    "mark only": (b"\xef\xbb\xbf", "file_empty", None, {}),
    "mark and white space": (b"\xef\xbb\xbf\n \n", "file_empty", None, {}),
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("file", FILES)
def test_odd_bytes_in_any_file_are_one_fault(
    odd: str, file: str, small_folder: Path, small_territory: territory.Territory, faults_of: Run
) -> None:
    raw, key, row, values = ODD[odd]
    (small_folder / file).write_bytes(raw)
    found = faults_of(lambda: scenario.load(small_folder, small_territory))
    assert found == [(file, row, None, None, key, values)]


@pytest.mark.parametrize("file", FILES[:4])
def test_a_missing_file_is_one_fault(
    file: str, small_folder: Path, small_territory: territory.Territory, faults_of: Run
) -> None:
    (small_folder / file).unlink()
    found = faults_of(lambda: scenario.load(small_folder, small_territory))
    assert found == [(file, None, None, None, "file_missing", {})]


@pytest.mark.parametrize("file", FILES)
def test_a_directory_in_place_of_a_file_is_one_fault(
    file: str, small_folder: Path, small_territory: territory.Territory, faults_of: Run
) -> None:
    (small_folder / file).unlink(missing_ok=True)
    (small_folder / file).mkdir()
    found = faults_of(lambda: scenario.load(small_folder, small_territory))
    assert found == [(file, None, None, None, "not_a_file", {})]


@pytest.mark.parametrize("file", FILES)
def test_a_huge_file_is_refused_unread(
    file: str, small_folder: Path, small_territory: territory.Territory, faults_of: Run
) -> None:
    limit = 20 if file.endswith(".csv") else 1
    with (small_folder / file).open("wb") as handle:
        handle.truncate(limit * 1_000_000 + 1)
    found = faults_of(lambda: scenario.load(small_folder, small_territory))
    assert found == [(file, None, None, None, "file_too_large", {"megabytes": limit + 1, "limit": limit})]


def test_a_loop_of_links_is_a_fault(small_folder: Path, small_territory: territory.Territory, faults_of: Run) -> None:
    (small_folder / "zones.csv").unlink()
    (small_folder / "zones.csv").symlink_to("zones.csv")
    found = faults_of(lambda: scenario.load(small_folder, small_territory))
    assert [each[0] for each in found] == ["zones.csv"]
    assert found[0][4] == "file_unreadable"


def test_a_folder_without_files_lists_all_that_are_missing(
    tmp_path: Path, small_territory: territory.Territory, faults_of: Run
) -> None:
    (tmp_path / "bare").mkdir()
    found = faults_of(lambda: scenario.load(tmp_path / "bare", small_territory))
    assert [(each[0], each[4]) for each in found] == [(file, "file_missing") for file in FILES[:4]]


def test_every_fault_of_every_file_is_listed_at_once(
    small_folder: Path, small_territory: territory.Territory, faults_of: Run
) -> None:
    roadmap = small_folder / "roadmap.toml"
    replace(roadmap, 'lead = "MX"', 'lead = "XX"')
    replace(roadmap, "first_month = 9", "first_month = 3")
    replace(roadmap, 'parent = "patrols"', 'parent = "nothing"')
    (small_folder / "zones.csv").write_text(
        zone_rows("north,2004,8,,x", "east,02004,8,9,x", "north,01001,3,,x", "north,01002,x,y,")
    )
    (small_folder / "status.csv").write_text(
        "cvegeo,first_month,last_month,status\n1001,0,,secret\n01002,70,,withheld\n"
    )
    (small_folder / "model.toml").unlink()
    (small_folder / "rules.toml").write_text("version = ")
    before = {path.name: path.read_bytes() for path in small_folder.iterdir()}
    found = faults_of(lambda: scenario.load(small_folder, small_territory))
    assert [each[:3] + each[4:5] for each in found] == [
        ("roadmap.toml", 38, "entry.lead", "unknown_choice"),
        ("roadmap.toml", 52, "entry.first_month", "before_phase"),
        ("roadmap.toml", 57, "entry.parent", "unknown_parent"),
        ("zones.csv", 4, "cvegeo", "lost_leading_zero"),
        ("zones.csv", 5, "zone", "unknown_zone"),
        ("zones.csv", 6, "cvegeo", "duplicate_row"),
        ("zones.csv", 7, "first_month", "whole_number"),
        ("zones.csv", 7, "last_month", "whole_number"),
        ("zones.csv", 7, "basis", "empty"),
        ("model.toml", None, None, "file_missing"),
        ("rules.toml", 1, None, "toml_syntax"),
        ("status.csv", 2, "cvegeo", "lost_leading_zero"),
        ("status.csv", 2, "status", "unknown_choice"),
        ("status.csv", 3, "first_month", "month_out_of_range"),
    ]
    assert {path.name: path.read_bytes() for path in small_folder.iterdir()} == before


@hypothesis.given(raw=st.binary(max_size=200), file=st.sampled_from(FILES))
@hypothesis.settings(suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
def test_no_bytes_crash_the_loading(
    small_folder: Path, small_territory: territory.Territory, raw: bytes, file: str
) -> None:
    path = small_folder / file
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(raw)
    with pytest.raises(errors.ScenarioError) as caught:
        scenario.load(small_folder, small_territory)
    assert all(fault.key in errors.FAULTS for fault in caught.value.faults)
    if before is None:
        path.unlink()
    else:
        path.write_bytes(before)


@hypothesis.given(data=st.data())
@hypothesis.settings(suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
def test_no_byte_changed_crashes_the_loading(
    small_folder: Path, small_territory: territory.Territory, data: st.DataObject
) -> None:
    path = small_folder / data.draw(st.sampled_from(FILES[:4]))
    before = path.read_bytes()
    start = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(start, min(len(before), start + 20)))
    path.write_bytes(before[:start] + data.draw(st.binary(max_size=5)) + before[end:])
    faults: tuple[errors.Fault, ...] = ()
    try:
        scenario.load(small_folder, small_territory)
    except errors.ScenarioError as error:
        faults = error.faults
    path.write_bytes(before)
    assert all(set(fault.values) == set(errors.FAULTS[fault.key]) for fault in faults)


def test_of_thousands_of_faults_the_first_of_each_column_are_listed_and_the_others_counted(
    small_folder: Path, small_territory: territory.Territory, faults_of: Run
) -> None:
    rows = [f"north,02004,{month},{month},x" for month in (8, 9) for _ in range(5000)]
    (small_folder / "zones.csv").write_text(zone_rows(*rows))
    extra = '\n[[entry]]\nid = "x"\nparent = "nothing"\n' * 2500
    with (small_folder / "roadmap.toml").open("a") as file:
        file.write(extra)
    found = faults_of(lambda: scenario.load(small_folder, small_territory))
    assert sum(each[4] == "duplicate_row" for each in found) == noted.MAX_LISTED
    assert sum(each[4] == "unknown_parent" for each in found) == noted.MAX_LISTED
    assert sum(each[4] == "duplicate_id" for each in found) == noted.MAX_LISTED
    further = {each[:3]: each[5]["count"] for each in found if each[4] == "more_rows"}  # type: ignore[index, call-overload]
    assert further["zones.csv", 4 + noted.MAX_LISTED + 1, "cvegeo"] == 2 * 4999 - noted.MAX_LISTED


def test_the_order_of_rows_changes_no_verdict(small_folder: Path, small_territory: territory.Territory) -> None:
    path = small_folder / "zones.csv"
    header, *rows = path.read_text().splitlines()
    forward = scenario.load(small_folder, small_territory).zone_members
    path.write_text("\n".join([header, *reversed(rows)]))
    backward = scenario.load(small_folder, small_territory).zone_members
    by = ["zone", "cvegeo"]
    assert forward.sort_values(by).values.tolist() == backward.sort_values(by).values.tolist()


def test_a_fault_says_everything_in_one_line() -> None:
    fault = errors.Fault("zones.csv", 4, "cvegeo", "2004", "lost_leading_zero", {"expected": "02004"})
    assert str(fault) == "zones.csv row 4 `cvegeo` '2004': lost_leading_zero (expected=02004)"
    long = errors.Fault("zones.csv", 4, "basis", "x\n" * 9999, "too_long", {"limit": 20_000})
    assert "\n" not in str(long)
    assert len(str(long)) < 120


def test_the_error_is_also_a_value_error_and_survives_pickling() -> None:
    fault = errors.Fault("zones.csv", None, None, None, "file_missing")
    error = pickle.loads(pickle.dumps(errors.ScenarioError([fault])))  # noqa: S301
    assert isinstance(error, ValueError)
    assert error.faults == (fault,)
    assert str(error) == "zones.csv: file_missing"


def raised_keys(folder: Path) -> set[str]:
    """Fault keys that stand as words in the code that makes faults."""
    words: set[str] = set()
    for path in sorted(folder.rglob("*.py")):
        if path.name == "errors.py":
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute | ast.Name):
                name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id
                place = {"fault": 1, "Fault": 4, "_no_folder": 1}.get(name)
                if place is not None and len(call.args) > place:
                    constants = [each for each in ast.walk(call.args[place]) if isinstance(each, ast.Constant)]
                    words |= {each.value for each in constants if isinstance(each.value, str)}
    return words


def test_every_fault_key_in_the_code_is_listed(root: Path) -> None:
    words = raised_keys(root / "roadmap")
    assert len(words) > 40
    assert words <= set(errors.FAULTS)


def test_every_listed_fault_key_is_used_in_the_code(root: Path) -> None:
    files = [path for path in sorted((root / "roadmap").rglob("*.py")) if path.name != "errors.py"]
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert [key for key in errors.FAULTS if f'"{key}"' not in code] == []


def test_the_limits_are_the_documented_ones() -> None:
    assert (delimited.MAX_BYTES, delimited.MAX_CELL, documents.MAX_BYTES) == (20_000_000, 20_000, 1_000_000)
    assert issubclass(errors.ScenarioError, ValueError)
    assert ranged.Reader({}, "x").finish() is None
