"""The map page, stepped through and searched as a reader does, and opened by links."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import streamlit
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from layers import base, figures
from layers.files import export
from roadmap import atlas, moments
from roadmap.words import text
from tests.views import reading
from tests.views.conftest import Open
from views import link

LAYERS = ("control", "change", "zones", "crossings")
LINK = {
    "phase": "3",
    "month": "30",
    "vs": "0",
    "layers": "control,zones",
    "lang": "en",
    "place": "08037",
    "scenario": "ssa",
}


def view(app: AppTest) -> link.View:
    """What the app looks at."""
    found: link.View = app.session_state["view"]
    return found


def shows(app: AppTest, plan: atlas.Atlas, month: int, vs: int = 0) -> None:
    """Assert that head, figures, controls, map and legend all show one month."""
    assert not app.exception
    seen, words = view(app), text.words()
    assert (seen.month, seen.vs) == (month, vs)
    phase = link.phase_for(plan.scenario.phases, month)
    assert app.radio(key="phase").value == phase
    page = reading.html(app)
    assert page.problems == []
    assert words.month(month) in page.text
    for figure in figures.headline(moments.of(plan, month, vs), words):
        for part in (figure.label, figure.value, figure.change.strip(), figure.against, *figure.details):
            assert part in page.text.replace("\n", " "), part
    sent = reading.state(app)
    (shown,) = sent["maps"]  # type: ignore[misc]
    states = {each.id: each.state(moments.of(plan, month, vs)) for each in map(base.find, seen.layers)}
    own = {name: state for name, state in states.items() if not base.find(name).is_of_a_month}
    assert shown == {"month": month, "states": json.loads(json.dumps(own))}
    for row in base.find("control").legend(moments.of(plan, month, vs), words).rows if "control" in seen.layers else ():
        assert [row.label, words.integer(row.municipalities or 0)] == following(page.texts, row.label, 2)


def following(texts: list[str], first: str, count: int) -> list[str]:
    """Some texts in a row, from a legend's label on."""
    start = len(texts) - 1 - texts[::-1].index(first)
    return texts[start : start + count]


def test_the_page_opens_on_the_default(visit: Open, plan: atlas.Atlas) -> None:
    app = visit()
    shows(app, plan, 6)
    assert view(app) == link.default()
    assert not app.warning
    assert not app.error
    assert "HYPOTHETICAL" in reading.html(app).text
    assert app.query_params == {}  # a link that says nothing stays short


def test_stepping_by_the_four_named_phases(visit: Open, plan: atlas.Atlas) -> None:
    app = visit()
    assert app.radio(key="phase").options == ["Phase 1", "Phase 2", "Phase 3", "Phase 4"]
    for phase, month in ((4, 60), (2, 18), (3, 36), (1, 6)):
        app.radio(key="phase").set_value(phase).run()
        shows(app, plan, month)
    assert app.query_params["month"] == "6"


def test_stepping_with_next_and_previous(visit: Open, plan: atlas.Atlas) -> None:
    app = visit(month="0")
    assert app.button(key="previous").disabled
    for month in (6, 18, 36, 60):
        app.button(key="next").click().run()
        shows(app, plan, month)
    assert app.button(key="next").disabled
    for month in (36, 18, 6, 0):
        app.button(key="previous").click().run()
        shows(app, plan, month)


def test_stepping_by_the_month(visit: Open, plan: atlas.Atlas) -> None:
    """The bar under the map tells months in a browser only; a link names them all."""
    for month in (0, 1, 19, 30, 60):
        app = visit(month=str(month))
        shows(app, plan, month)
        assert app.query_params["month"] == str(month)
        assert not app.slider


def test_the_month_of_comparison_never_lies_ahead(visit: Open, plan: atlas.Atlas) -> None:
    app = visit(month="36", vs="18")
    shows(app, plan, 36, 18)
    app.radio(key="phase").set_value(1).run()
    shows(app, plan, 6, 6)


def test_a_step_sends_the_same_map_and_another_state(visit: Open) -> None:
    app = visit()
    before = reading.component(app)
    key = app.get("bidi_component")[0].proto.id
    app.radio(key="phase").set_value(3).run()
    after = reading.component(app)
    assert app.get("bidi_component")[0].proto.id == key
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"state"}
    assert len(json.dumps(after).encode()) < 8 * 1024


def test_the_map_asks_for_local_files_only(visit: Open) -> None:
    app = visit(layers=",".join(LAYERS))
    sent = reading.component(app)
    assert sent.keys() == {"module", "manifest", "state"}
    assert all(str(sent[name]).startswith("app/static/atlas/") for name in ("module", "manifest"))
    assert not re.search(r"(?:https?|wss?):/", json.dumps(sent))


def test_a_link_is_the_view(visit: Open, plan: atlas.Atlas) -> None:
    app = visit(**LINK)
    shows(app, plan, 30)
    assert not app.warning
    assert view(app) == link.View(phase=3, month=30, layers=("control", "zones"), place="08037")
    assert dict(app.query_params) == LINK
    assert reading.state(app)["pick"] == "08037"
    assert "Juárez" in reading.html(app).texts


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"phase": "9"}, "phase"),
        ({"month": "-3"}, "month"),
        ({"month": "3.5"}, "3.5"),
        ({"month": ""}, "month"),
        ({"month": "9" * 400}, "month"),
        ({"month": "٣"}, "month"),
        ({"vs": "7"}, "vs"),
        ({"layers": "heatmap"}, "heatmap"),
        ({"lang": "tlh"}, "tlh"),
        ({"place": "8037"}, "leading zero"),
        ({"scenario": "nope"}, "nope"),
        ({"scenario": "../../etc/passwd"}, "scenario"),
        ({"scenario": "\0"}, "scenario"),
        ({"utm_source": "x"}, "utm"),
        ({"phase": "2", "month": "1"}, "Month 1 is not in phase 2"),
        ({"phase": "2", "vs": "20"}, "vs"),
    ],
    ids=lambda given: str(given)[:30],
)
def test_a_bad_link_warns_and_shows_a_default(asked: dict[str, str], told: str, visit: Open) -> None:
    app = visit(**asked)
    assert not app.exception
    (warned,) = reading.warnings(app)
    assert told in warned
    assert view(app) == (link.View(phase=2, month=18) if asked.get("phase") == "2" else link.default())


TRAPS = (
    "![x](http://outside.example/x.png)",
    "<img src=http://outside.example/x.png>",
    "[click](http://outside.example)",
    ":red[x] $x$ **x** `x`",
)


@pytest.mark.parametrize("trap", TRAPS)
def test_what_stands_in_a_link_is_shown_as_text(trap: str, visit: Open) -> None:
    app = visit(place=trap, scenario=trap, layers=trap, **{trap: "1"})
    assert not app.exception
    assert len(app.warning) == 4
    for warning in app.warning:
        assert trap in reading.unescaped(warning.value)
        outside_code = re.sub(r"(`+)[^`]+\1", "", warning.value)
        assert not re.search(r"(?<!\\)[`*_\[\]<>#|~$:&!]", outside_code)


def test_a_warning_goes_once_the_reader_moves_on(visit: Open, plan: atlas.Atlas) -> None:
    app = visit(phase="9", month="61")
    assert len(app.warning) == 2
    app.button(key="next").click().run()
    assert not app.warning
    shows(app, plan, 18)
    assert app.query_params["phase"] == "2"


def found(app: AppTest) -> list[Button]:
    """What the search offers to choose from."""
    return [button for button in app.button if (button.key or "").startswith("found-")]


@pytest.mark.parametrize("typed", ["juarez", "JUÁREZ", "08037", "8037", "  Juárez, chihuahua "])
def test_search_ignores_accents_and_case_and_takes_keys(typed: str, visit: Open) -> None:
    app = visit()
    app.text_input(key="search").set_value(typed).run()
    assert not app.exception
    assert reading.unescaped(found(app)[0].label) == "Juárez, Chihuahua · 08037"
    found(app)[0].click().run()
    assert view(app).place == "08037"
    assert app.text_input(key="search").value == ""
    assert app.query_params["place"] == "08037"
    assert reading.state(app)["pick"] == "08037"


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", "zzzzzz", "%", "**", "\\", "99999", "x" * 5000, "' OR 1=1 --", "\N{SNOWMAN}"]
)
def test_a_search_for_anything_else_finds_nothing_and_says_so(typed: str, visit: Open) -> None:
    app = visit()
    app.text_input(key="search").set_value(typed).run()
    assert not app.exception
    assert not found(app)
    assert any("No municipality, state or zone is called that" in caption.value for caption in app.caption)


def test_a_typo_finds_the_place(visit: Open) -> None:
    app = visit()
    app.text_input(key="search").set_value("chilpansingo").run()
    assert [reading.unescaped(button.label) for button in found(app)] == ["Chilpancingo de los Bravo, Guerrero · 12029"]


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("chihuahua", "Chihuahua, state · 08"),
        ("08", "Chihuahua, state · 08"),
        ("distrito federal", "Ciudad de México, state · 09"),
        ("tiera caliente", "Tierra Caliente · priority zone"),
        ("yucatan", "Yucatán, state · 31"),
    ],
)
def test_choosing_a_state_or_a_zone_moves_the_map_and_picks_nothing(
    typed: str, label: str, visit: Open, plan: atlas.Atlas
) -> None:
    app = visit(place="23005", phase="3")
    before = reading.state(app)
    assert "bounds" not in before
    app.text_input(key="search").set_value(typed).run()
    first = found(app)[0]
    assert reading.unescaped(first.label) == label
    first.click().run()
    assert not app.exception
    assert not found(app)
    sent = reading.state(app)
    assert sent["focus"] == before["focus"] + 1  # type: ignore[operator]
    assert (sent["pick"], view(app).place, app.query_params["place"]) == ("23005", "23005", "23005")
    (south, west), (north, east) = sent["bounds"]  # type: ignore[misc]
    rows = plan.territory.municipalities
    if "zone" in label:
        members = {key for zone in plan.scenario.zones if zone.id == "tierra-caliente" for key, *_ in zone.members}
        within = rows[rows["cvegeo"].isin(members)]
    else:
        within = rows[rows["cve_ent"] == label[-2:]]
    assert (west, south, east, north) == pytest.approx(within.total_bounds, abs=0.01)
    # They are gone to once: a step leaves the map where it is, and the next choice has its own place.
    app.button(key="next").click().run()
    assert reading.state(app)["focus"] == sent["focus"]
    app.text_input(key="search").set_value("08037").run()
    found(app)[0].click().run()
    assert "bounds" not in reading.state(app)
    assert reading.state(app)["pick"] == "08037"


def test_bounds_that_were_chosen_give_way_to_a_link(visit: Open) -> None:
    app = visit()
    app.text_input(key="search").set_value("chihuahua").run()
    found(app)[0].click().run()
    assert "bounds" in reading.state(app)
    app.query_params["place"] = "23005"
    app.run()
    assert "bounds" not in reading.state(app)
    assert reading.state(app)["pick"] == "23005"


def test_an_empty_search_says_nothing(visit: Open) -> None:
    app = visit()
    before = len(app.caption)
    app.text_input(key="search").set_value("   ").run()
    assert len(app.caption) == before


def test_the_card_opens_and_closes(visit: Open, plan: atlas.Atlas) -> None:
    app = visit(place="08037", month="30")
    page = reading.html(app)
    row = plan.territory.municipalities.set_index("cvegeo").loc["08037"]
    words = text.words()
    people, area = words.integer(row["population"]), words.integer(row["area_km2"])
    for said in (row["name"], f"{people} (estimate)", f"{area} km²"):
        assert said in page.texts
    assert ("section", "aria-label", "Juárez") in page.attributes
    app.button(key="close").click().run()
    assert view(app).place == ""
    assert "place" not in app.query_params
    assert ("section", "aria-label", "Juárez") not in reading.html(app).attributes


def test_layers_are_switched(visit: Open) -> None:
    app = visit(month="30")
    app.button_group(key="layers").set_value(["change", "control"]).run()
    assert not app.exception
    assert view(app).layers == ("control", "change")
    assert reading.state(app)["show"] == ["control", "change"]
    assert "zones" not in reading.state(app)
    assert [each.key for each in app.get("download_button")] == [
        "download-picture",
        "download-control",
        "download-change",
    ]
    app.button_group(key="layers").set_value([]).run()
    assert "No layer is shown." in reading.html(app).texts
    assert app.query_params["layers"] == ""


def table(app: AppTest) -> pd.DataFrame:
    """The rows on the screen."""
    (element,) = app.dataframe
    return element.value


def test_a_table_is_sent_only_while_it_is_open(visit: Open) -> None:
    app = visit()
    assert not app.dataframe
    app.toggle(key="table").set_value(True).run()
    assert len(table(app)) == 2465
    app.toggle(key="table").set_value(False).run()
    assert not app.dataframe


@pytest.mark.parametrize("layer", LAYERS)
def test_the_table_is_the_frame_and_the_file(
    layer: str, visit: Open, plan: atlas.Atlas, words: text.Words, tmp_path: Path
) -> None:
    app = visit(month="30", layers=layer)
    app.toggle(key="table").set_value(True).run()
    shown = table(app)
    one = base.find(layer)
    headings = base.headings(one, plan, words)
    frame = one.frame(moments.of(plan, 30))
    assert list(shown.columns) == list(headings.values())
    file = gpd.read_file(export.save(tmp_path, one, moments.of(plan, 30)))
    for column, heading in headings.items():
        on_screen = [None if pd.isna(value) else value for value in shown[heading]]
        assert on_screen == [None if pd.isna(value) else value for value in frame[column]], column
        assert on_screen == [None if pd.isna(value) else value for value in file[column]], column


def test_the_table_follows_the_step(visit: Open, plan: atlas.Atlas) -> None:
    app = visit(layers="control")
    app.toggle(key="table").set_value(True).run()
    for phase, month in ((2, 18), (4, 60)):
        app.radio(key="phase").set_value(phase).run()
        assert list(table(app)["Class"]) == list(base.find("control").frame(moments.of(plan, month))["class"])


def test_downloads_are_the_layers_shown(visit: Open) -> None:
    app = visit(layers="control,change,zones,crossings", month="30")
    buttons = {each.key: each for each in app.get("download_button")}
    assert set(buttons) == {"download-picture", *(f"download-{layer}" for layer in LAYERS)}
    assert "Territorial control as GeoJSON" in [each.label for each in buttons.values()]


def test_files_tell_what_they_are_compared_with(
    visit: Open, plan: atlas.Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, Callable[[], bytes]] = {}

    def offered(_label: str, data: Callable[[], bytes], *, file_name: str, **_settings: object) -> bool:
        made[file_name] = data
        return False

    app = visit(layers="control,change,zones", month="30", vs="6")
    monkeypatch.setattr(streamlit, "download_button", offered)
    app.toggle(key="table").set_value(True).run()
    assert not app.exception
    names = ["control_6-30_ssa.geojson", "change_6-30_ssa.geojson", "zones_month-30_ssa.geojson"]
    assert list(made) == ["briefing_6-30_ssa_en.png", *names, "control_6-30_ssa.csv"]
    saved = made["control_6-30_ssa.csv"]()
    one = base.find("control")
    flat = pd.DataFrame(one.frame(moments.of(plan, 30, 6)).drop(columns="geometry"))
    assert saved == b"\xef\xbb\xbf" + export.csv(flat, moments.of(plan, 30, 6), compared=True)
    assert set(pd.read_csv(io.BytesIO(saved))["compared_with_month"]) == {6}


def test_the_page_holds_nothing_that_runs_or_asks_outside(visit: Open) -> None:
    app = visit(**LINK)
    for body in reading.bodies(app):
        assert "http://www.w3.org" not in body or "svg" in body
        assert "https:" not in body
        assert "javascript:" not in body
    assert reading.html(app).problems == []


def test_a_switch_that_overtakes_the_link_of_the_run_before_loses_nothing(visit: Open) -> None:
    app = visit()
    before = dict(app.query_params)
    app.text_input(key="search").set_value("juarez").run()
    app.button(key="found-municipality-08037").click().run()
    app.query_params.clear()
    app.query_params.update(before)  # the browser has not heard of the new link yet
    app.toggle(key="table").set_value(True).run()
    assert view(app).place == "08037"
    assert app.query_params["place"] == "08037"
