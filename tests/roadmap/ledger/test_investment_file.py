"""Reading a ledger: whole or not at all, with row, column, value and remedy for everything that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import territory
from roadmap import errors
from roadmap.ledger import investment, money, reading
from roadmap.tables import columnar
from tests.roadmap import conftest, investment_by_hand
from tests.roadmap.investment_by_hand import LINE

Reader = Callable[[str | bytes], reading.Examination]


@pytest.fixture
def found_in(tmp_path: Path, small_territory: territory.Territory) -> Reader:
    """Write a ledger's text and read it."""

    def run(text: str | bytes) -> reading.Examination:
        path = tmp_path / investment.FILE
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return reading.examine(path, investment_by_hand.ENTRIES, investment_by_hand.where(small_territory))

    return run


def faults(found: reading.Examination) -> list[tuple[object, ...]]:
    """Row, column, value, key and values of the faults of a ledger that was not loaded."""
    assert found.ledger is None
    return [each[1:] for each in conftest.checked(found.faults)]


def test_a_line_is_read_as_it_is_written(found_in: Reader) -> None:
    found = found_in(investment_by_hand.text({"id": "A-1", "component": ""}, {"id": "A-2", "component": "guard"}))
    ledger = found.ledger
    assert found.faults == ()
    assert ledger.ids.tolist() == ["A-1", "A-2"]
    assert ledger.words["component"].texts.tolist() == ["patrols", "guard"]
    assert ledger.words["funder"].texts.tolist() == ["US", "US"]
    assert (ledger.month.tolist(), ledger.precision.tolist(), ledger.usd_year) == ([8, 8], [3, 3], 2025)
    assert {stage: amount.cents.tolist() for stage, amount in ledger.amounts.items()} == {
        "planned": [40_000, 40_000],
        "committed": [30_000, 30_000],
        "disbursed": [20_000, 20_000],
        "delivered": [10_000, 10_000],
        "withheld": [0, 0],
    }


def test_totals_before_and_after_are_the_same_where_nothing_is_wrong(found_in: Reader) -> None:
    totals = found_in(investment_by_hand.text({}, {})).totals
    assert totals.loc["in_file"].tolist() == totals.loc["loaded"].tolist() == [2, 80_000, 60_000, 40_000, 20_000]
    assert totals.loc["faulty"].tolist() == [0, 0, 0, 0, 0]


def test_nothing_is_half_loaded_and_the_totals_say_what_was_there(found_in: Reader) -> None:
    found = found_in(investment_by_hand.text({}, {"funder": "UK"}, {"planned": "x", "place": "north"}))
    assert found.ledger is None
    assert found.totals.loc["in_file"].tolist() == [3, 80_000, 90_000, 60_000, 30_000]
    assert found.totals.loc["faulty"].tolist() == [2, 40_000, 60_000, 40_000, 20_000]
    assert found.totals.loc["loaded"].tolist() == [0, 0, 0, 0, 0]


def test_an_absent_ledger_is_empty_and_one_without_lines_too(
    tmp_path: Path, small_territory: territory.Territory, found_in: Reader
) -> None:
    where = investment_by_hand.where(small_territory)
    absent = reading.examine(tmp_path / "none.csv", investment_by_hand.ENTRIES, where)
    assert (len(absent.ledger), absent.faults, absent.ledger.usd_year) == (0, (), None)
    bare = found_in(investment_by_hand.text())
    assert (len(bare.ledger), bare.faults) == (0, ())
    assert bare.totals.to_numpy().sum() == 0


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"programme": "patrol"}, [("programme", "patrol", "unknown_programme", {"suggestion": "patrols"})]),
        ({"programme": "opening"}, [("programme", "opening", "not_a_programme", {"found": "milestone"})]),
        ({"programme": "guard"}, [("programme", "guard", "not_a_programme", {"found": "institution"})]),
        ({"programme": ""}, [("programme", "", "empty", {})]),
        ({"component": "raddar"}, [("component", "raddar", "unknown_component", {"suggestion": "radar"})]),
        ({"component": "opening"}, [("component", "opening", "not_a_component", {"found": "milestone"})]),
        ({"funder": "USA"}, [("funder", "USA", "unknown_choice", {"allowed": investment_by_hand.FUNDERS})]),
        ({"funder": ""}, [("funder", "", "empty", {})]),
        ({"support": "x"}, [("support", "x", "unknown_choice", {"allowed": investment.SUPPORTS})]),
        ({"effect": "x"}, [("effect", "x", "unknown_choice", {"allowed": investment.EFFECTS})]),
        ({"id": "no blanks"}, [("id", "no blanks", "bad_id", {"allowed": "[A-Za-z0-9][A-Za-z0-9._-]{0,59}"})]),
        ({"id": "=1+1"}, [("id", "=1+1", "bad_id", {"allowed": "[A-Za-z0-9][A-Za-z0-9._-]{0,59}"})]),
        ({"id": ""}, [("id", "", "empty", {})]),
        ({"place": "nowhere"}, [("place", "nowhere", "unknown_zone", {"allowed": ("north", "south")})]),
        (
            {"place_kind": "municipalities", "place": "1001;99999", "sharing": "need"},
            [
                ("place", "1001", "lost_leading_zero", {"expected": "01001"}),
                ("place", "99999", "unknown_cvegeo", {"suggestion": ""}),
            ],
        ),
        (
            {"place_kind": "state", "place": "Two", "precision": 4},
            [("place", "Two", "unknown_state", {"suggestion": "02"})],
        ),
        (
            {"place_kind": "sector", "place": "gulf", "precision": 5},
            [("place", "gulf", "unknown_sector", {"allowed": ("west", "east")})],
        ),
        ({"place_kind": "national", "precision": 6}, [("place", "north", "must_be_empty", {"other": "national"})]),
        ({"place": ""}, [("place", "", "empty", {})]),
        ({"month": "2", "place": "north"}, [("month", "2", "before_zone", {"zone": "north", "first": 3})]),
        ({"month": "9", "place": "north;south"}, [("month", "9", "before_zone", {"zone": "south", "first": 10})]),
        ({"month": "49", "place": "south"}, [("month", "49", "after_zone", {"zone": "south", "last": 48})]),
        ({"month": "0"}, [("month", "0", "month_out_of_range", {"low": 1, "high": 60})]),
        ({"month": "61"}, [("month", "61", "month_out_of_range", {"low": 1, "high": 60})]),
        ({"month": "2026-03-01"}, [("month", "2026-03-01", "date_not_month", {"low": 1, "high": 60})]),
        ({"month": "03/2026"}, [("month", "03/2026", "date_not_month", {"low": 1, "high": 60})]),
        ({"month": "March 2026"}, [("month", "March 2026", "date_not_month", {"low": 1, "high": 60})]),
        ({"month": "1 Mar 2026"}, [("month", "1 Mar 2026", "date_not_month", {"low": 1, "high": 60})]),
        ({"month": "8.0"}, [("month", "8.0", "whole_number", {})]),
        ({"month": "eight"}, [("month", "eight", "whole_number", {})]),
        ({"month": ""}, [("month", "", "empty", {})]),
        ({"usd_year": "25"}, [("usd_year", "25", "out_of_range", {"low": 1990, "high": 2100})]),
        ({"usd_year": "2025.0"}, [("usd_year", "2025.0", "whole_number", {})]),
        ({"precision": "7"}, [("precision", "7", "does_not_fit", {"other": "place_kind", "allowed": (3, 5)})]),
        ({"precision": "0"}, [("precision", "0", "unknown_choice", {"allowed": tuple("123456789")})]),
        (
            {"sharing": "whole"},
            [("sharing", "whole", "does_not_fit", {"other": "place_kind", "allowed": ("population", "area", "need")})],
        ),
        (
            {"place_kind": "unplaced", "place": "", "precision": 9},
            [("sharing", "population", "does_not_fit", {"other": "place_kind", "allowed": ("whole",)})],
        ),
        ({"planned": "-1"}, [("planned", "-1", "negative_money", {})]),
        ({"planned": "$400"}, [("planned", "$400", "currency_sign", {"expected": "400"})]),
        ({"planned": "four"}, [("planned", "four", "number", {})]),
        ({"planned": ""}, [("planned", "", "empty", {})]),
        ({"planned": "400.001"}, [("planned", "400.001", "too_many_decimals", {"limit": 2})]),
    ],
)
def test_every_fault_of_a_line(found_in: Reader, line: dict[str, object], expected: list[tuple[object, ...]]) -> None:
    assert faults(found_in(investment_by_hand.text({}, line))) == [(3, *each) for each in expected]


def test_amounts_with_commas_need_quotes_and_are_then_named(found_in: Reader) -> None:
    text = investment_by_hand.text({}).replace("400.00", '"1,400.00"').replace("300.00", '"300,5"')
    assert faults(found_in(text)) == [
        (2, "planned", "1,400.00", "thousands_separator", {"expected": "1400.00"}),
        (2, "committed", "300,5", "decimal_comma", {"expected": "300.5"}),
    ]


def test_ids_that_are_there_already(found_in: Reader) -> None:
    found = found_in(investment_by_hand.text({"id": "A"}, {"id": "B"}, {"id": "A"}, {"id": "A "}))
    assert faults(found) == [
        (4, "id", "A", "duplicate_id", {"first_row": 2}),
        (5, "id", "A", "duplicate_id", {"first_row": 2}),
    ]


def test_dollars_of_two_years(found_in: Reader) -> None:
    found = found_in(investment_by_hand.text({}, {"usd_year": 2024}, {}))
    assert faults(found) == [(3, "usd_year", "2024", "differs_from_row", {"expected": "2025", "first_row": 2})]


def test_more_delivered_than_disbursed_up_to_a_month(found_in: Reader) -> None:
    text = investment_by_hand.text(
        {"month": 10, "delivered": "250.00"},
        {"month": 8},
        {"month": 9, "disbursed": "0", "delivered": "150.00"},
    )
    # By month: disbursed 200, 200, 400; delivered 100, 250, 500. Month 9 is the first in which it exceeds.
    assert faults(found_in(text)) == [
        (
            4,
            "delivered",
            "150.00",
            "more_than_before",
            {"month": 9, "total": "250.00", "before": "disbursed", "limit": "200.00"},
        ),
    ]


def test_lines_of_a_month_count_together_and_other_funders_do_not(found_in: Reader) -> None:
    more = {"disbursed": "0", "delivered": "100.00"}
    assert found_in(investment_by_hand.text(more, {})).faults == ()
    found = faults(found_in(investment_by_hand.text({**more, "funder": "MX"}, {})))
    assert [each[:4] for each in found] == [(2, "delivered", "100.00", "more_than_before")]


def test_more_disbursed_than_committed(found_in: Reader) -> None:
    found = faults(found_in(investment_by_hand.text({"disbursed": "300.01"})))
    values = {"month": 8, "total": "300.01", "before": "committed", "limit": "300.00"}
    assert found == [(2, "disbursed", "300.01", "more_than_before", values)]


def test_more_committed_than_planned_is_no_fault(found_in: Reader) -> None:
    assert found_in(investment_by_hand.text({"planned": "0"})).faults == ()


def test_many_faults_are_counted_not_listed(found_in: Reader) -> None:
    found = faults(found_in(investment_by_hand.text(*[{"funder": "UK", "planned": f"{n}x"} for n in range(1000)])))
    assert len(found) == 2 * (columnar.MAX_NOTED + 1)
    assert [each for each in found if each[3] == "more_rows"] == [
        (columnar.MAX_NOTED + 2, "planned", None, "more_rows", {"count": 800}),
        (columnar.MAX_NOTED + 2, "funder", None, "more_rows", {"count": 800}),
    ]


# The file itself


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", [(None, None, None, "file_empty", {})]),
        (b"a\xff,b\n", [(1, None, None, "not_utf8", {"byte": "0xff"})]),
        (b"id,\0\n", [(1, None, None, "nul_byte", {})]),
        (b"id;programme\n", [(1, None, "id;programme", "wrong_separator", {"found": ";"})]),
    ],
)
def test_a_file_that_is_no_table(found_in: Reader, text: bytes, expected: list[tuple[object, ...]]) -> None:
    found = found_in(text)
    assert faults(found) == expected
    assert found.totals.to_numpy().sum() == 0


def test_columns_that_are_missing_or_unknown_or_twice(found_in: Reader) -> None:
    columns = [name for name in investment.COLUMNS if name != "funder"]
    text = investment_by_hand.text({}, columns=columns)
    assert faults(found_in(text)) == [(1, "funder", None, "missing_column", {"found": tuple(columns)})]
    found = faults(found_in(text.replace("id,", "id,id,", 1)))
    assert [each[3] for each in found] == ["duplicate_column", "missing_column"]
    values = {"allowed": investment.COLUMNS, "suggestion": ""}
    text = investment_by_hand.text({"colour": "red"}, columns=(*investment.COLUMNS, "colour"))
    assert faults(found_in(text)) == [(1, "colour", None, "unknown_column", values)]


def test_rows_are_counted_as_a_spreadsheet_shows_them(found_in: Reader) -> None:
    header, line = investment_by_hand.text({}).splitlines()
    wrong = line.replace("L1", "L2").replace("US", "UK")
    for text in (f"{header}\n{line}\n\n,,\n{wrong}\n", f"{header}\r\n{line}\r\n\r\n \r\n{wrong}"):
        found = found_in(text)
        assert [(each.row, each.key) for each in found.faults] == [(5, "unknown_choice")]


def test_ragged_rows_are_named(found_in: Reader) -> None:
    found = faults(found_in(investment_by_hand.text({}) + "L2,patrols\n"))
    assert found == [(3, None, None, "cell_count", {"expected": 16, "found": 2})]


def test_a_quote_that_is_never_closed(found_in: Reader) -> None:
    found = faults(found_in(investment_by_hand.text({}, {}, {}).replace("L2,", '"L2,')))
    assert found == [(3, None, None, "quotes", {"reason": "unexpected end of data"})]


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / investment.FILE
    path.write_text(investment_by_hand.text({}), encoding="utf-8")
    noted: list[errors.Fault] = []
    assert columnar.read(path, noted, required=investment.COLUMNS) is not None
    assert columnar.read(path, noted, required=investment.COLUMNS, limit=10) is None
    noted.clear()
    with path.open("ab") as stream:
        stream.truncate(columnar.MAX_BYTES + 1)
    assert columnar.read(path, noted, required=investment.COLUMNS) is None
    assert [(each.key, dict(each.values)) for each in noted] == [("file_too_large", {"megabytes": 65, "limit": 64})]


def test_a_directory_in_the_place_of_the_file(tmp_path: Path, small_territory: territory.Territory) -> None:
    (tmp_path / investment.FILE).mkdir()
    where = investment_by_hand.where(small_territory)
    found = reading.examine(tmp_path / investment.FILE, investment_by_hand.ENTRIES, where)
    assert found.ledger is None
    assert [each.key for each in found.faults] == ["not_a_file"]


CELLS = st.text(alphabet="ab ,;\"\n\r'é\u2028\x0b", max_size=4)


@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8), end=st.sampled_from(["\n", "\r\n"]))
def test_the_quick_way_reads_what_the_careful_one_reads(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], end: str
) -> None:
    path = tmp_path_factory.mktemp("tables") / "t.csv"
    body = "".join(",".join(row) + end for row in rows)
    path.write_bytes(f"x,y,z{end}{body}".encode())
    careful = path.with_name("quoted.csv")
    careful.write_bytes(f'"x",y,z{end}{body}'.encode())
    found, noted = [], []
    for each in (path, careful):
        faults_of: list[errors.Fault] = []
        table = columnar.read(each, faults_of, required=("x", "y", "z"))
        assert table is not None
        found.append((table.rows.tolist(), {name: column.texts.tolist() for name, column in table.columns.items()}))
        noted.append([(fault.row, fault.key, dict(fault.values)) for fault in faults_of])
    assert found[0] == found[1]
    assert noted[0] == noted[1]


@given(lines=investment_by_hand.LINES)
def test_totals_do_not_depend_on_the_order_of_lines(
    small_territory: territory.Territory, tmp_path_factory: pytest.TempPathFactory, lines: list[dict[str, object]]
) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    there = investment_by_hand.examine(folder, small_territory, *lines)
    back = investment_by_hand.examine(folder, small_territory, *reversed(lines))
    assert there.faults == ()
    assert there.totals.equals(back.totals)
    assert [there.totals.at["loaded", stage] for stage in money.STAGES] == [
        sum(round(float(str(line[stage]).replace(".", ""))) for line in lines) for stage in money.STAGES
    ]


def test_the_line_of_the_tests_is_a_whole_one() -> None:
    assert tuple(LINE) == investment.COLUMNS


@given(
    lines=investment_by_hand.LINES,
    at=st.integers(0, 10_000),
    put=st.sampled_from(
        ['"', ",", ";", "\n", "\r", "\x00", "-", "$", "0", "9" * 20, "\ufeff", "é", "\u2028", "", "=1"]
    ),
)
def test_no_text_put_anywhere_crashes_the_reading(
    small_territory: territory.Territory,
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[dict[str, object]],
    at: int,
    put: str,
) -> None:
    text = investment_by_hand.text(*lines[:3])
    at %= len(text)
    path = tmp_path_factory.mktemp("ledger") / investment.FILE
    path.write_text(text[:at] + put + text[at + 1 :], encoding="utf-8", newline="")
    where = investment_by_hand.where(small_territory)
    found = reading.examine(path, investment_by_hand.ENTRIES, where)
    conftest.checked(found.faults)
    assert (found.ledger is None) == bool(found.faults)
    assert found.totals.at["loaded", "lines"] in (0, found.totals.at["in_file", "lines"])
