"""However much is wrong, what is listed stays short and can be written, and the work stays in proportion."""

from __future__ import annotations

import difflib
import pickle
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from geo import border, territory
from roadmap import errors
from roadmap.border import crossings, sensors, upgrades
from roadmap.ledger import conditions, investment, money, reading
from roadmap.plan import entries, scenario
from roadmap.record import observations
from roadmap.tables import columnar, delimited, documents, noted
from roadmap.words import complaints, text
from tests.roadmap import conftest, investment_by_hand
from views import faults as faults_view

WORDS = text.words()
MANY = 3 * noted.MAX_LISTED
Faults = tuple[errors.Fault, ...]
Read = Callable[[Path], Faults]


@pytest.fixture(scope="session")
def borders() -> border.Border:
    """The shipped borders."""
    return border.load()


@pytest.fixture(scope="session")
def placed(observed: observations.Observations, borders: border.Border) -> pd.DataFrame:
    """The observed crossings on their lines."""
    return crossings.place(observed.crossings, borders)


def refused(load: Callable[[], object]) -> Faults:
    with pytest.raises(errors.ScenarioError) as caught:
        load()
    return caught.value.faults


@pytest.fixture
def readers(
    small_folder: Path,
    small_territory: territory.Territory,
    borders: border.Border,
    placed: pd.DataFrame,
) -> dict[str, tuple[Path, str, Callable[[], Faults]]]:
    """The file of each table of a scenario, a row of it that is faulty in every column, and what reads it."""

    def of_conditions() -> Faults:
        found: list[errors.Fault] = []
        conditions.read(small_folder / conditions.FILE, investment_by_hand.ENTRIES, found)
        return tuple(found)

    def load() -> Faults:
        return refused(lambda: scenario.load(small_folder, small_territory))

    rows = {
        "zones.csv": (("zone", "cvegeo", "first_month", "last_month", "basis"), load),
        "status.csv": (scenario.STATUS_COLUMNS, load),
        conditions.FILE: (conditions.COLUMNS, of_conditions),
        sensors.FILE: (
            sensors.COLUMNS,
            lambda: sensors.read(small_folder / sensors.FILE, borders, placed).faults,
        ),
        upgrades.FILE: (
            upgrades.COLUMNS,
            lambda: upgrades.read(small_folder / upgrades.FILE, borders, placed).faults,
        ),
    }
    made = {}
    for name, (columns, read) in rows.items():
        (small_folder / name).unlink(missing_ok=True)
        made[name] = (small_folder / name, ",".join(columns) + "\n", read)
    (small_folder / "zones.csv").write_text(conftest.ZONES)
    return made


TABLES = ("zones.csv", "status.csv", conditions.FILE, sensors.FILE, upgrades.FILE)


@pytest.mark.parametrize("name", TABLES)
def test_of_many_faults_the_first_are_listed_and_the_rows_of_the_others_counted(
    name: str, readers: dict[str, tuple[Path, str, Callable[[], Faults]]]
) -> None:
    path, header, read = readers[name]
    width = header.count(",")
    path.write_text(header + ("?" + ",?" * width + "\n") * MANY)
    found = [fault for fault in read() if fault.file == name]
    conftest.checked(tuple(found))
    columns = {fault.column for fault in found}
    further = {fault.column: fault for fault in found if fault.key == "more_rows"}
    assert set(further) == columns
    for column in columns:
        listed = [fault for fault in found if fault.column == column and fault.key != "more_rows"]
        assert len(listed) <= noted.MAX_LISTED
        assert len({fault.row for fault in listed} | {further[column].row}) - 1 == len({f.row for f in listed})
    per_row = {fault.column for fault in found if fault.row == 2}
    for column in per_row:
        listed_rows = {fault.row for fault in found if fault.column == column and fault.key != "more_rows"}
        assert len(listed_rows) + int(str(dict(further[column].values)["count"])) == MANY


@pytest.mark.parametrize("name", TABLES)
def test_ragged_rows_are_counted_too(
    name: str, readers: dict[str, tuple[Path, str, Callable[[], Faults]]]
) -> None:
    path, header, read = readers[name]
    path.write_text(header + "x,y\n" * MANY)
    found = [fault for fault in read() if fault.file == name]
    assert [fault.key for fault in found] == ["cell_count"] * noted.MAX_LISTED + ["more_rows"]
    assert found[-1].row == 2 + noted.MAX_LISTED
    assert dict(found[-1].values) == {"count": MANY - noted.MAX_LISTED}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_is_too_long_is_one_fault(
    name: str, readers: dict[str, tuple[Path, str, Callable[[], Faults]]]
) -> None:
    path, header, read = readers[name]
    path.write_text(header + ("x" * 30 + "," * header.count(",") + "\n") * (delimited.MAX_ROWS + 1))
    found = [fault for fault in read() if fault.file == name]
    assert conftest.checked(tuple(found)) == [(name, None, None, None, "too_many_rows", {"limit": delimited.MAX_ROWS})]


def test_as_many_rows_as_may_be_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a\n" + "x\n" * delimited.MAX_ROWS)
    faults: list[errors.Fault] = []
    assert len(delimited.read(path, faults, required=["a"])) == delimited.MAX_ROWS
    assert faults == []


def test_rows_left_out_are_all_counted_though_not_all_are_listed(
    tmp_path: Path, borders: border.Border, placed: pd.DataFrame
) -> None:
    path = tmp_path / sensors.FILE
    path.write_text(",".join(sensors.COLUMNS) + "\n" + ("?" + ",?" * 13 + "\n") * MANY)
    assert sensors.read(path, borders, placed).left_out == tuple(range(2, MANY + 2))


@pytest.mark.parametrize("module", [sensors, upgrades])
def test_rows_left_out_are_all_counted_where_none_has_the_right_number_of_cells(
    module: ModuleType, tmp_path: Path, borders: border.Border, placed: pd.DataFrame
) -> None:
    path = tmp_path / module.FILE
    path.write_text(",".join(module.COLUMNS) + "\n" + "a,b\n" * MANY)
    found = module.read(path, borders, placed)
    assert found.left_out == tuple(range(2, MANY + 2))
    assert not found.unused


def test_faults_of_observations_are_counted_too(tmp_path: Path) -> None:
    for each in observations.DEFAULT_FOLDER.iterdir():
        (tmp_path / each.name).write_bytes(each.read_bytes())
    path = tmp_path / "indicators.csv"
    header = path.read_text(encoding="utf-8").splitlines()[0]
    path.write_text(header + "\n" + ("?" + ",?" * header.count(",") + "\n") * MANY)
    found = refused(lambda: observations.load(tmp_path))
    assert len(found) < 10 * noted.MAX_LISTED
    assert "more_rows" in {fault.key for fault in found}


def test_headings_without_end_are_listed_up_to_a_number(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join(f"h{number // 2}" for number in range(20_000)) + "\n")
    faults: list[errors.Fault] = []
    assert delimited.read(path, faults, required=["a"]) == []
    assert len(faults) == 2 * noted.MAX_LISTED + 1


def test_what_may_be_meant_is_looked_for_only_where_it_is_listed(
    tmp_path: Path, borders: border.Border, placed: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(difflib, "get_close_matches", lambda *given, **_rest: asked.append(given) or [])
    path = tmp_path / upgrades.FILE
    path.write_text(",".join(upgrades.COLUMNS) + "\n" + "u,us-nowhere,scanners,,,1,,0.1,invented\n" * MANY)
    upgrades.read(path, borders, placed)
    assert len(asked) == noted.MAX_LISTED


def test_one_row_with_many_faults_in_a_column_counts_once() -> None:
    faults: list[errors.Fault] = []
    notes = noted.Notes("a.csv", faults)
    for row in range(2, 2 + noted.MAX_LISTED):
        notes.add(row, "x", "?", "number", {})
    for row in (900, 900, 901, 901, 901):
        notes.add(row, "x", "?", "number", {})
    assert conftest.checked(tuple(faults))[-1] == ("a.csv", 900, "x", None, "more_rows", {"count": 2})
    assert {900, 901} <= notes.rows


def test_the_list_has_an_end_for_however_many_columns() -> None:
    faults: list[errors.Fault] = []
    notes = noted.Notes("a.toml", faults)
    for number in range(100_000):
        notes.add(number, f"k{number % 5000}", None, "unknown_key", {"allowed": ()})
    assert len(faults) <= noted.MOST_LISTED + noted.MAX_LISTED + 1


# --- TOML ---------------------------------------------------------------------------------------


def load_with(text_of_roadmap: str, folder: Path, place: territory.Territory) -> Faults:
    (folder / "roadmap.toml").write_text(text_of_roadmap, encoding="utf-8")
    return refused(lambda: scenario.load(folder, place))


def test_a_chain_of_thousands_of_parents_is_walked_once() -> None:
    steps = []
    walked = dict.get

    class Counted(dict[str, str | None]):
        def get(self, key: str, default: str | None = None) -> str | None:
            steps.append(key)
            return walked(self, key, default)

    parents = Counted({f"x{number}": f"x{number + 1}" for number in range(5000)} | {"x5000": "x4998"})
    assert entries._in_circles(parents) == {"x4998", "x4999", "x5000"}  # noqa: SLF001
    assert len(steps) <= len(parents)


@pytest.mark.parametrize("key", ["a." * 20 + "b = 1", "[" + "a." * 20 + "b]", "x = { " + "a . " * 20 + "b = 1 }"])
@pytest.mark.parametrize("file", ["roadmap.toml", "model.toml", "rules.toml"])
def test_a_key_of_many_dots_is_refused_before_it_is_parsed(
    key: str, file: str, small_folder: Path, small_territory: territory.Territory
) -> None:
    path = small_folder / file
    path.write_text("# first\n" + key + "\n")
    found = refused(lambda: scenario.load(small_folder, small_territory))
    assert (file, 2, None, None, "toml_syntax", {"reason": "nested too deeply"}) in conftest.checked(found)


@pytest.mark.parametrize("line", [" " * 200_000, "," * 200_000, "a" * 200_000, '"' * 200_000, ", \t" * 70_000])
def test_a_long_line_of_anything_is_looked_through_once(line: str, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(f"{line}x\n")
    faults: list[errors.Fault] = []
    assert documents.read(path, faults) is None
    assert [fault.key for fault in faults] == ["toml_syntax"]


@pytest.mark.parametrize("amount", ["1" + " " * 100_000 + "x", "(" * 100_000, "$" * 100_000, "1," * 50_000])
def test_a_long_text_is_no_amount_and_not_searched_for_one(amount: str) -> None:
    assert money.problem(amount) == ("number", {}, None)


def test_dots_in_a_text_are_no_nesting(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('text = """\nOne. Two. Three.\n"""\nlong = "' + "a." * 40 + '"\n' + "[a.b.c.d]\n")
    faults: list[errors.Fault] = []
    assert documents.read(path, faults) is not None
    assert faults == []


@pytest.mark.parametrize("file", ["roadmap.toml", "model.toml", "rules.toml"])
def test_thousands_of_unknown_keys_are_counted(
    file: str, small_folder: Path, small_territory: territory.Territory
) -> None:
    path = small_folder / file
    path.write_text("".join(f"k{number} = 1\n" for number in range(5000)) + path.read_text(encoding="utf-8"))
    found = refused(lambda: scenario.load(small_folder, small_territory))
    conftest.checked(found)
    assert len(found) <= noted.MAX_LISTED + 2
    assert [fault.row for fault in found[:3]] == [1, 2, 3]


# --- what can be written ------------------------------------------------------------------------

HUGE = {
    "hexadecimal": "0x1" + "0" * 4000,
    "binary": "0b1" + "0" * 20_000,
    "float": "1e308",
    "infinite": "1e400",
    "hexadecimal in a list": "[0x1" + "0" * 4000 + "]",
    "hexadecimal in a table": "{ a = [0x1" + "0" * 4000 + "] }",
    "list of lists": "[" + ("[" + "1234567890, " * 6 + "], ") * 6 + "]",
    "list": "[" * 80 + "]" * 80,
    "long list": "[" + "1," * 20_000 + "]",
    "table": "{ a = " * 60 + "1" + " }" * 60,
    "text": '"' + "x" * 100_000 + '"',
    "lines": '"a\\nb\\u0085c\\u2028d"',
    "date": "1979-05-27",
}


@pytest.mark.parametrize("kind", HUGE)
@pytest.mark.parametrize(
    ("file", "name"), [("rules.toml", "firm_months"), ("roadmap.toml", "guard_units"), ("model.toml", "target_share")]
)
def test_a_value_that_cannot_be_written_is_a_fault_that_can(
    kind: str, file: str, name: str, small_folder: Path, small_territory: territory.Territory
) -> None:
    path = small_folder / file
    lines = path.read_text(encoding="utf-8").split("\n")
    at = next(place for place, line in enumerate(lines) if line.startswith(f"{name} = "))
    lines[at] = f"{name} = {HUGE[kind]}"
    path.write_text("\n".join(lines), encoding="utf-8")
    found = refused(lambda: scenario.load(small_folder, small_territory))
    conftest.checked(found)
    assert {fault.file for fault in found} == {file}
    for fault in found:
        assert len(str(fault).splitlines()) == 1
        assert len(str(fault)) < 1000
        assert max(map(len, complaints.sentences(fault, WORDS))) < 1000
        assert pickle.loads(pickle.dumps(fault)) == fault  # noqa: S301
        hash(fault.value)
    table = faults_view.table(found, WORDS)
    assert len(table) == len(found)
    assert table.map(len).to_numpy().max() < 1000


def test_a_table_nested_by_dots_is_a_fault_that_can_be_written(
    small_folder: Path, small_territory: territory.Territory
) -> None:
    path = small_folder / "rules.toml"
    path.write_text("version." + "a." * 14 + "b = 1\n" + path.read_text().replace('version = "v1"\n', ""))
    found = refused(lambda: scenario.load(small_folder, small_territory))
    assert ("version", "wrong_type") in [(fault.column, fault.key) for fault in found]
    assert str(found[0])


def test_a_deep_value_is_kept_as_a_short_text() -> None:
    deep: object = 1
    for _ in range(50_000):
        deep = {"a": deep}
    fault = errors.Fault("a.toml", 1, "x", deep, "wrong_type", {"expected": "text", "found": deep})
    assert isinstance(fault.value, str)
    assert len(str(fault)) < 300
    assert complaints.sentences(fault, WORDS)


def test_what_a_sentence_takes_in_has_an_end() -> None:
    names = tuple(f"zone-{number}" for number in range(100_000))
    fault = errors.Fault("zones.csv", 2, "zone", "x" * 100_000, "unknown_zone", {"allowed": names})
    assert len(complaints.sentences(fault, WORDS)[1]) < 600
    fault = errors.Fault("zones.csv", 1, "a\nb" * 1000, None, "missing_column", {"found": ("c\nd" * 1000,) * 1000})
    assert len(complaints.sentences(fault, WORDS)[0]) < 600
    assert len(str(fault).splitlines()) == 1
    assert len(str(fault)) < 1000


@pytest.mark.parametrize("value", [[16**4000], {"a": [-(16**4000)]}, (16**4000,)])
def test_a_whole_number_of_thousands_of_digits_inside_another_value_can_be_written(value: object) -> None:
    fault = errors.Fault("a.toml", 1, "x", value, "unknown_zone", {"allowed": value})
    assert "0x1000" in complaints.sentences(fault, WORDS)[1]
    assert len(complaints.line(fault, WORDS)) < 300
    assert len(str(fault)) < 300
    assert "0x10" in complaints.line(errors.Fault("a.toml", 1, "x", value, "empty"), WORDS)


def test_a_list_of_lists_of_lists_is_kept_as_a_short_text() -> None:
    wide: object = "x" * 100
    for _ in range(6):
        wide = [wide] * 6
    fault = errors.Fault("a.toml", 1, "x", wide, "unknown_zone", {"allowed": wide})
    assert len(str(fault.value)) <= errors.MAX_NAME + 1
    assert len(str(dict(fault.values)["allowed"])) <= errors.MAX_NAME + 1


# --- names without end --------------------------------------------------------------------------


def assert_short(found: Faults) -> None:
    assert found
    for fault in found:
        assert len(fault.column or "") <= errors.MAX_NAME + 1
        assert len(complaints.line(fault, WORDS)) < 1500
        assert sum(len(str(value)) for value in dict(fault.values).values()) < 10_000
        assert len(str(fault)) < 1000


@pytest.mark.parametrize(
    "heading", ["x" * 1_000_000, "x" * 1_000_000 + ";", "\n".join(["x" * 100_000] * 9), "é,ü" * 9_000], ids=len
)
def test_a_heading_without_end_makes_short_sentences_in_the_ledger(
    heading: str, tmp_path: Path, small_territory: territory.Territory
) -> None:
    path = tmp_path / investment.FILE
    path.write_text(heading, encoding="utf-8")
    where = investment_by_hand.where(small_territory)
    assert_short(reading.examine(path, investment_by_hand.ENTRIES, where).faults)


@pytest.mark.parametrize("name", TABLES)
def test_headings_without_end_make_short_sentences_in_every_table(
    name: str, readers: dict[str, tuple[Path, str, Callable[[], Faults]]]
) -> None:
    path, header, read = readers[name]
    further = ",".join(f"{place}{'x' * 50_000}" for place in range(20))
    path.write_text(f"{further},{header.partition(',')[2]}")
    found = tuple(fault for fault in read() if fault.file == name)
    assert {fault.key for fault in found} == {"unknown_column", "missing_column"}
    assert_short(found)


@pytest.mark.parametrize("key", ["k" * 900_000, '"' + "k." * 400_000 + '"', '"' + "\\u2028" * 100_000 + '"'], ids=len)
@pytest.mark.parametrize("file", ["roadmap.toml", "model.toml", "rules.toml"])
def test_a_key_without_end_makes_short_sentences(
    file: str, key: str, small_folder: Path, small_territory: territory.Territory
) -> None:
    path = small_folder / file
    path.write_text(f"{key} = 1\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    found = refused(lambda: scenario.load(small_folder, small_territory))
    assert "unknown_key" in {fault.key for fault in found}
    assert_short(found)


def test_columns_without_end_are_never_read_column_by_column(
    tmp_path: Path, small_territory: territory.Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    array = columnar.pa.array

    def counted(cells: list[str], **kinds: object) -> object:
        made.append(len(cells))
        return array(cells, **kinds)

    monkeypatch.setattr(columnar.arrow_csv, "read_csv", None)
    monkeypatch.setattr(columnar.pa, "array", counted)
    header, line = investment_by_hand.text({}).splitlines()
    further = ",".join(f"c{number}" for number in range(50_000))
    path = tmp_path / investment.FILE
    path.write_text(f"{header},{further}\n{line}{',' * 50_000}\n", encoding="utf-8")
    where = investment_by_hand.where(small_territory)
    found = reading.examine(path, investment_by_hand.ENTRIES, where)
    assert {fault.key for fault in found.faults} == {"unknown_column"}
    assert len(found.faults) == noted.MAX_LISTED
    assert len(made) < 100


def test_a_long_name_leaves_room_for_the_others() -> None:
    fault = errors.Fault("a.csv", 1, "id", None, "missing_column", {"found": ("x" * 100_000, "identity")})
    assert complaints.sentences(fault, WORDS)[0].endswith("\N{HORIZONTAL ELLIPSIS}, identity.")
