"""A scenario of the reader's own: shown if it is sound, explained if it is not, never touched."""

from __future__ import annotations

import hashlib
import itertools
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from streamlit.testing.v1 import AppTest

from roadmap import atlas
from roadmap.plan import scenario
from tests.views import reading
from tests.views.conftest import Open

COLUMNS = ["File", "Row", "Column", "Value", "What is wrong", "Remedy"]


@pytest.fixture
def scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plan: atlas.Atlas, fresh_caches: None) -> Path:
    """A scenarios folder that holds a copy of the shipped one; the app looks nowhere else."""
    del fresh_caches
    root = tmp_path / "scenarios"
    shutil.copytree(scenario.DEFAULT_ROOT / "ssa", root / "ssa")
    shipped = prints(root / "ssa")
    load = atlas.load

    def from_root(name: str, **given: object) -> atlas.Atlas:
        # What is the same to the byte has been projected already.
        if not (root / name).is_dir() or prints(root / name) != shipped:
            return load(name, scenarios_root=root, **given)
        return plan if name == "ssa" else replace(plan, scenario=replace(plan.scenario, id=name, folder=root / name))

    for each in (scenario.discover, scenario.find):
        monkeypatch.setattr(each, "__defaults__", (root,))
    monkeypatch.setattr(atlas, "load", from_root)
    return root


def another(root: Path, name: str, **changes: Callable[[str], str | None]) -> Path:
    """Copy the shipped scenario and change some of its files; None removes one."""
    folder = root / name
    shutil.copytree(root / "ssa", folder)
    for stem, change in changes.items():
        (path,) = folder.glob(f"{stem}.*")
        content = change(path.read_text(encoding="utf-8"))
        if content is None:
            path.unlink()
        else:
            path.write_text(content, encoding="utf-8")
    return folder


def prints(folder: Path) -> dict[str, str]:
    """A fingerprint of every file."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


class Told(NamedTuple):
    """One fault, as the screen tells it."""

    file: str
    row: str
    column: str
    value: str
    wrong: str
    remedy: str


def faults(app: AppTest) -> list[Told]:
    """The faults on the screen."""
    (table,) = app.dataframe
    assert list(table.value.columns) == COLUMNS
    return [Told(*row) for row in table.value.itertuples(index=False)]


def on_the_default(app: AppTest) -> None:
    """Assert that the app is up and shows the default scenario."""
    assert not app.exception
    assert app.session_state["view"].scenario == "ssa"
    assert "HYPOTHETICAL" in reading.html(app).text
    assert reading.state(app)["maps"][0]["month"] == 6  # type: ignore[index]


def test_a_sound_copy_is_shown(scenarios: Path, visit: Open) -> None:
    another(scenarios, "mine", roadmap=lambda text: text.replace('"Sovereign', '"<b>My</b> sovereign', 1))
    app = visit(scenario="mine", month="30")
    assert not app.exception
    assert not app.error
    assert app.session_state["view"].scenario == "mine"
    assert "<b>My</b> sovereign Security Alliance" in reading.html(app).texts
    app.radio(key="phase").set_value(4).run()
    assert app.session_state["view"].scenario == "mine"
    assert app.query_params["scenario"] == "mine"


def test_the_scenario_stays_from_page_to_page(scenarios: Path, visit: Open) -> None:
    another(scenarios, "mine", roadmap=lambda text: text.replace('"Sovereign', '"My sovereign', 1))
    app = visit(scenario="mine", month="30")
    app.switch_page("views/roadmap_page.py")
    app.query_params.clear()  # as a click in the navigation does
    app.run()
    assert app.session_state["view"].scenario == "mine"
    assert "My sovereign Security Alliance" in reading.html(app).texts


def test_every_fault_is_listed_with_its_place_and_remedy(scenarios: Path, visit: Open) -> None:
    rows = (
        "not-a-zone,02004,1,,x",  # row 2
        "baja-california-border,99999,1,,x",
        "baja-california-border,2004,1,,x",
        "baja-california-border,02003,seven,,x",
        "baja-california-border,02003,61,,x",
        "baja-california-border,02003,20,10,x",
        "baja-california-border,02002,9,,x",
        "baja-california-border,02002,9,,x",  # row 9 repeats row 8
    )
    folder = another(
        scenarios,
        "broken",
        zones=lambda text: "\n".join([text.splitlines()[0], *rows, *text.splitlines()[3:]]) + "\n",
        rules=lambda _text: None,
        roadmap=lambda text: text.replace("phase = 2\n", "phase = 9\n", 1),
        model=lambda text: text.replace("value = ", "value = -", 1) if "value = " in text else f"unknown = 1\n{text}",
    )
    before = prints(scenarios)
    app = visit(scenario="broken")
    on_the_default(app)
    assert "Scenario 'broken' has" in app.error[0].value
    found = faults(app)
    assert f"{len(found)} faults" in app.error[0].value
    assert {each.file for each in found} == {"roadmap.toml", "zones.csv", "model.toml", "rules.toml"}
    assert all(each.wrong and each.remedy for each in found)
    zones = {(each.row, each.column): each for each in found if each.file == "zones.csv"}
    for place in ("2 zone", "3 cvegeo", "4 cvegeo", "5 first_month", "6 first_month", "7 last_month"):
        assert tuple(place.split(" ")) in zones
    shortened = zones["4", "cvegeo"]
    assert (shortened.value, shortened.wrong) == ("2004", "The key has lost its leading zero.")
    assert shortened.remedy == "Write 02004; format the column as text."
    assert zones["3", "cvegeo"].value == "99999"
    assert "No municipality has this key." in zones["3", "cvegeo"].wrong
    assert [each.wrong for each in found if each.row == "9"] == ["The row repeats row 8."]
    assert [each.wrong for each in found if each.file == "rules.toml"] == ["The file is missing."]
    assert prints(scenarios) == before
    assert folder.is_dir()


def test_a_month_before_its_phase_is_told(scenarios: Path, visit: Open) -> None:
    def early(text: str) -> str:
        head, entry = text.split("phase = 3\n", 1)
        start = entry.index("first_month = ")
        end = entry.index("\n", start)
        return f"{head}phase = 3\n{entry[:start]}first_month = 2{entry[end:]}"

    another(scenarios, "early", roadmap=early)
    app = visit(scenario="early")
    on_the_default(app)
    (told,) = [each for each in faults(app) if "before its phase" in each.wrong]
    assert (told.file, told.column.split(".")[-1], told.value) == ("roadmap.toml", "first_month", "2")
    assert told.row.isdigit()
    assert told.wrong == "The month lies before its phase 3."
    assert told.remedy == "Use month 19 or later, or another phase."


def test_toml_that_cannot_be_read_is_told_by_its_line(scenarios: Path, visit: Open) -> None:
    another(scenarios, "torn", rules=lambda text: f"version = \n{text}")
    before = prints(scenarios)
    app = visit(scenario="torn")
    on_the_default(app)
    (told,) = faults(app)
    assert (told.file, told.row) == ("rules.toml", "1")
    assert told.wrong.startswith("The TOML cannot be read")
    assert prints(scenarios) == before


def test_an_empty_folder_is_told_file_by_file(scenarios: Path, visit: Open) -> None:
    (scenarios / "empty").mkdir()
    app = visit(scenario="empty")
    on_the_default(app)
    missing = ("roadmap.toml", "zones.csv", "model.toml", "rules.toml")
    assert [(each.file, each.wrong) for each in faults(app)] == [(file, "The file is missing.") for file in missing]


def test_the_reader_goes_on_with_the_default(scenarios: Path, visit: Open) -> None:
    (scenarios / "empty").mkdir()
    app = visit(scenario="empty")
    app.button(key="next").click().run()
    assert not app.exception
    assert not app.error
    assert app.session_state["view"].month == 18
    assert app.query_params["scenario"] == "ssa"


@pytest.mark.parametrize("page", ["roadmap_page", "method_page"])
def test_other_pages_stay_up_as_well(page: str, scenarios: Path, visit: Open) -> None:
    (scenarios / "empty").mkdir()
    app = visit(page, scenario="empty")
    assert not app.exception
    assert len(faults(app)) == 4
    assert "Sovereign Security Alliance" in reading.html(app).texts


def test_markup_in_a_faulty_cell_is_shown_as_text(scenarios: Path, visit: Open) -> None:
    trap = "<img src=x onerror=alert(1)>"
    another(scenarios, "marked", zones=lambda text: f"{text}{trap},02004,1,,x\n")
    app = visit(scenario="marked")
    on_the_default(app)
    assert trap in {each.value for each in faults(app)}
    assert trap not in "".join(reading.bodies(app))


def test_a_broken_default_is_explained(scenarios: Path, visit: Open) -> None:
    (scenarios / "ssa" / "model.toml").unlink()
    before = prints(scenarios)
    app = visit()
    assert not app.exception
    assert "Scenario 'ssa' has 1 fault" in app.error[0].value
    (told,) = faults(app)
    assert (told.file, told.wrong) == ("model.toml", "The file is missing.")
    assert prints(scenarios) == before


def test_a_scenario_mended_is_shown_at_the_next_visit(scenarios: Path, visit: Open) -> None:
    folder = another(scenarios, "mended", rules=lambda _text: None)
    assert visit(scenario="mended").error
    shutil.copy(scenarios / "ssa" / "rules.toml", folder)
    app = visit(scenario="mended")
    assert not app.error
    assert app.session_state["view"].scenario == "mended"


def test_an_edit_is_shown_at_the_next_visit(scenarios: Path, visit: Open) -> None:
    folder = another(scenarios, "edited")
    first = visit(scenario="edited")
    assert "Sovereign Security Alliance" in reading.html(first).texts
    roadmap = folder / "roadmap.toml"
    roadmap.write_text(roadmap.read_text(encoding="utf-8").replace('"Sovereign', '"Edited', 1), encoding="utf-8")
    assert "Edited Security Alliance" in reading.html(visit(scenario="edited")).texts
    roadmap.unlink()
    assert visit(scenario="edited").error


def gone(folder: Path) -> None:
    """Delete a scenario."""
    shutil.rmtree(folder)


def renamed(folder: Path) -> None:
    """Give its folder another name, which no link can hold."""
    folder.rename(folder.with_name("My plan"))


def replaced(folder: Path) -> None:
    """Put a file in its place."""
    shutil.rmtree(folder)
    folder.write_text("x", encoding="utf-8")


def step(app: AppTest) -> None:
    """Choose another phase."""
    app.radio(key="phase").set_value(4).run()


def turn(app: AppTest) -> None:
    """Turn to another page by the navigation, which empties the link."""
    app.switch_page("views/roadmap_page.py")
    app.query_params.clear()
    app.run()


def rerun(app: AppTest) -> None:
    """Do something that changes no view."""
    app.toggle(key="table").set_value(True).run()


LOSSES = {"gone": gone, "renamed": renamed, "replaced": replaced}
DEEDS = {"step": step, "turn": turn, "rerun": rerun, "nothing": AppTest.run}


def told(app: AppTest) -> list[str]:
    """The warnings on the screen, as plain text."""
    return [each.value.replace("\\", "") for each in app.warning]


# Every loss twice, and every deed.
@pytest.mark.parametrize(
    ("loss", "deed"), [*zip(itertools.cycle(LOSSES), DEEDS, strict=False), ("renamed", "step"), ("replaced", "turn")]
)
def test_a_scenario_that_goes_away_under_the_reader_is_missed_aloud(
    loss: str, deed: str, scenarios: Path, visit: Open
) -> None:
    folder = another(scenarios, "mine")
    app = visit(scenario="mine", month="30")
    assert app.session_state["view"].scenario == "mine"
    LOSSES[loss](folder)
    newcomer = told(visit(scenario="mine"))
    assert newcomer == ["The link's scenario 'mine' does not exist; choose from ssa."]
    DEEDS[deed](app)
    assert not app.exception
    assert told(app) == newcomer
    assert app.session_state["view"].scenario == app.query_params["scenario"] == "ssa"
    assert app.session_state["view"].month == int(app.query_params["month"]) == (60 if deed == "step" else 30)
    app.run()
    assert told(app) == newcomer, "it is said until the reader does something else"
    if deed != "turn":
        app.button(key="previous").click().run()
        assert told(app) == []
        assert app.query_params["scenario"] == "ssa"


def test_who_opens_a_link_to_what_is_gone_again_is_told_again(scenarios: Path, visit: Open) -> None:
    folder = another(scenarios, "mine")
    app = visit(scenario="mine", month="30")
    gone(folder)
    step(app)
    app.query_params["scenario"] = "mine"
    app.run()
    assert told(app) == ["The link's scenario 'mine' does not exist; choose from ssa."]
    assert app.session_state["view"].scenario == "ssa"


@pytest.mark.parametrize("deed", DEEDS)
def test_a_scenario_that_turns_faulty_under_the_reader_is_explained(deed: str, scenarios: Path, visit: Open) -> None:
    folder = another(scenarios, "mine")
    app = visit(scenario="mine", month="30")
    (folder / "rules.toml").unlink()
    DEEDS[deed](app)
    for _ in range(2):  # it stays until the reader does something else
        assert not app.exception
        assert "Scenario 'mine' has 1 fault" in app.error[0].value
        (fault,) = [each for each in app.dataframe if list(each.value.columns) == COLUMNS]
        assert list(fault.value["File"]) == ["rules.toml"]
        assert app.session_state["view"].scenario == app.query_params["scenario"] == "ssa"
        app.run()
    if deed != "turn":
        app.button(key="previous").click().run()
        assert not app.error
    shutil.copy(scenarios / "ssa" / "rules.toml", folder)
    app.query_params["scenario"] = "mine"
    app.run()
    assert not app.error
    assert app.session_state["view"].scenario == "mine"


def test_a_scenario_is_picked_in_the_app_where_there_are_two(visit: Open, scenarios: Path) -> None:
    another(scenarios, "mine", roadmap=lambda content: content.replace("Sovereign Security Alliance", "Another plan"))
    app = visit()
    picker = app.selectbox(key="scenario")
    assert picker.options == ["mine", "ssa"]
    picker.set_value("mine").run()
    assert not app.exception
    assert app.query_params["scenario"] == "mine"
    assert "Another plan" in " ".join(reading.bodies(app))
    app.selectbox(key="scenario").set_value("ssa").run()
    assert "Another plan" not in " ".join(reading.bodies(app))
