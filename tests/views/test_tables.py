"""Tables that can be sorted: whatever is in them, what is saved of them is no formula, and numbers stay numbers."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

CELLS = ["=1+1", "@cmd", "-2+3", "\t=1", " =1", "\N{FULLWIDTH EQUALS SIGN}1", "plain"]
FIGURES = [-1.5, 2.0, 0.25, -4.0, 5.0, 6.0, float("nan")]


def drawn() -> None:
    """A page with one table."""
    import pandas as pd  # noqa: PLC0415 - a page is a script of its own

    from tests.views.test_tables import CELLS, FIGURES  # noqa: PLC0415
    from views import tables  # noqa: PLC0415

    rows = pd.DataFrame({"name": CELLS, "figure": FIGURES, "share": FIGURES, "hidden": CELLS})
    headings = {"share": "+Share", "name": "=Name", "figure": "Figure"}
    tables.show(rows, headings, key="a-table", percent={"share"})


@pytest.fixture(scope="module")
def shown() -> pd.DataFrame:
    app = AppTest.from_function(drawn).run()
    assert not app.exception
    (table,) = app.dataframe
    return table.value


def test_the_columns_asked_for_are_shown_in_order_under_harmless_headings(shown: pd.DataFrame) -> None:
    assert list(shown.columns) == ["'+Share", "'=Name", "Figure"]


def test_numbers_stay_numbers_and_so_sort_as_such(shown: pd.DataFrame) -> None:
    for name in ("Figure", "'+Share"):
        assert shown[name].dtype == "float64"
        pd.testing.assert_series_equal(shown[name], pd.Series(FIGURES), check_names=False)


def test_what_is_saved_of_it_holds_no_formula(shown: pd.DataFrame) -> None:
    written = shown.to_csv(index=False)  # as the browser saves what it was sent
    first, *rows = csv.reader(io.StringIO(written, newline=""))
    assert [row[1] for row in rows] == [*(f"'{each}" for each in CELLS[:-1]), "plain"]
    texts = [*first, *(row[1] for row in rows)]
    assert not [each for each in texts if each.strip().startswith(("=", "+", "-", "@", "\N{FULLWIDTH EQUALS SIGN}"))]
    assert pd.read_csv(io.StringIO(written))["Figure"].dtype == "float64"


def test_no_page_draws_a_table_by_another_way(root: Path) -> None:
    found = [path.name for path in (root / "views").glob("*.py") if "st.dataframe(" in path.read_text(encoding="utf-8")]
    assert found == ["tables.py"]
