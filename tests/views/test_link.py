"""The link is the view: anything may stand in it, and nothing in it can bring a page down."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers import base
from roadmap import atlas
from roadmap.words import text
from views import frame, link

DEFAULT = link.View()
GOOD = {"phase": "3", "month": "30", "vs": "6", "layers": "control,zones", "lang": "en", "place": "08037"}
WAYS = {"time": "by-month", "flow": "zone", "counted": "alone"}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, {}),
        (GOOD, {"phase": 3, "month": 30, "vs": 6, "layers": ("control", "zones"), "place": "08037"}),
        ({"phase": "2"}, {"phase": 2, "month": 18}),
        ({"month": "0"}, {"phase": 1, "month": 0}),
        ({"month": "7"}, {"phase": 2, "month": 7}),
        ({"month": "60"}, {"phase": 4, "month": 60}),
        ({"month": "006"}, {"month": 6}),
        ({"month": "30", "vs": "30"}, {"phase": 3, "month": 30, "vs": 30}),
        ({"phase": "1", "month": "0"}, {"month": 0}),
        ({"beside": "0,18,36"}, {"beside": (0, 18, 36)}),
        ({"beside": "60,060"}, {"beside": (60,)}),
        ({"layers": ""}, {"layers": ()}),
        ({"layers": "zones,control"}, {"layers": ("control", "zones")}),
        ({"layers": "zones,zones,,zones"}, {"layers": ("zones",)}),
        ({"layers": "change"}, {"layers": ("change",)}),
        ({"place": ""}, {}),
        ({"place": "01001"}, {"place": "01001"}),
        ({"scenario": "ssa"}, {}),
        ({"money": "person"}, {"options": (("money", "person"),)}),
        ({"money": "total"}, {}),
        (WAYS, WAYS),
        ({"funder": "MX,US"}, {"funders": ("US", "MX")}),
        ({"programme": "support-training"}, {"programmes": ("support-training",)}),
    ],
)
def test_a_good_link_is_read_in_silence(params: dict[str, str], expected: dict[str, object], plan: atlas.Atlas) -> None:
    view, messages = link.parse(params, plan)
    assert view == replace(DEFAULT, **expected)  # type: ignore[arg-type]
    assert messages == []


@pytest.mark.parametrize(
    ("params", "expected", "said"),
    [
        ({"phase": "0"}, {}, "The link's 'phase' is '0'; it must be a whole number from 1 to 4. The default is shown."),
        ({"phase": "5"}, {}, "'phase' is '5'"),
        ({"phase": "-1"}, {}, "'phase' is '-1'"),
        ({"phase": "two"}, {}, "'phase' is 'two'"),
        ({"phase": ""}, {}, "'phase' is ''"),
        ({"phase": " 2"}, {}, "'phase' is ' 2'"),
        ({"phase": "2.0"}, {}, "'phase' is '2.0'"),
        ({"phase": "1e0"}, {}, "'phase' is '1e0'"),
        ({"phase": "+2"}, {}, "'phase' is '+2'"),
        ({"phase": "\N{ARABIC-INDIC DIGIT TWO}"}, {}, "'phase' is '٢'"),
        ({"phase": "²"}, {}, "'phase' is '²'"),
        ({"phase": "nan"}, {}, "'phase' is 'nan'"),
        ({"month": "61"}, {}, "'month' is '61'; it must be a whole number from 0 to 60."),
        ({"month": "-1"}, {}, "'month' is '-1'"),
        ({"month": "6.5"}, {}, "'month' is '6.5'"),
        ({"month": "9" * 400}, {}, f"'month' is '{'9' * 80}…'; it must"),
        ({"month": "0x1f"}, {}, "'month' is '0x1f'"),
        ({"phase": "2", "month": "61"}, {"phase": 2, "month": 18}, "'month' is '61'"),
        (
            {"phase": "2", "month": "30"},
            {"phase": 2, "month": 18},
            "Month 30 is not in phase 2 (months 7–18). The end of the phase is shown.",
        ),
        ({"phase": "2", "month": "0"}, {"phase": 2, "month": 18}, "Month 0 is not in phase 2 (months 7–18)."),
        ({"phase": "1", "month": "7"}, {}, "Month 7 is not in phase 1 (months 0–6)."),
        ({"vs": "-1"}, {}, "'vs' is '-1'; it must be a whole number from 0 to 6."),
        ({"vs": "x"}, {}, "'vs' is 'x'"),
        ({"month": "30", "vs": "31"}, {"phase": 3, "month": 30}, "from 0 to 30"),
        (
            {"layers": "nope"},
            {},
            "The link names unknown layers: 'nope'. Layers are control, change,",
        ),
        ({"layers": "zones,nope,<b>"}, {"layers": ("zones",)}, "unknown layers: 'nope, <b>'"),
        ({"layers": "Control"}, {}, "unknown layers: 'Control'"),
        ({"layers": "control zones"}, {}, "unknown layers: 'control zones'"),
        ({"beside": "0,99"}, {"beside": (0,)}, "'beside' is '0,99'; it must be up to 3 months from 0 to 60"),
        ({"beside": "0,6,18,36"}, {"beside": (0, 6, 18)}, "'beside' is '0,6,18,36'"),
        ({"beside": "-1,<b>,\N{SUPERSCRIPT TWO},1e1,"}, {}, "'beside' is '-1,<b>"),
        ({"beside": ""}, {}, "'beside' is ''"),
        ({"lang": "xx"}, {}, "The link's language 'xx' is not available; choose from en."),
        ({"lang": ""}, {}, "language ''"),
        ({"lang": "../en"}, {}, "language '../en'"),
        ({"place": "8037"}, {}, "The link's place '8037' is no municipality; use its key, with"),
        ({"place": "99999"}, {}, "place '99999'"),
        ({"place": "Juárez"}, {}, "place 'Juárez'"),
        ({"place": "08037\n"}, {}, r"place '08037\n'"),
        ({"place": "<script>"}, {}, "place '<script>'"),
        ({"money": "gold"}, {}, "The link's 'money' is 'gold'; choose one of total, person, km2. The default"),
        ({"money": ""}, {}, "'money' is ''"),
        ({"money": "total,km2"}, {}, "'money' is 'total,km2'"),
        ({"funder": ""}, {}, "The link's 'funder' names nothing; choose from US, MX, joint, private, or leave it out."),
        ({"time": "never"}, {}, "'time' is 'never'; choose one of so-far, by-month."),
        ({"flow": "sea"}, {}, "'flow' is 'sea'"),
        ({"counted": "twice"}, {}, "'counted' is 'twice'"),
        ({"funder": "US,mars"}, {"funders": ("US",)}, "'funder' names 'mars', which is not there; choose from US, MX,"),
        ({"programme": "<b>"}, {}, "'programme' names '<b>'"),
        ({"utm_source": "x", "Phase": "2"}, {}, "The link's 'utm_source, Phase' is not known and was ignored;"),
        ({"": ""}, {}, "The link's '' is not known"),
    ],
)
def test_a_wrong_place_in_a_link_is_told_and_the_default_is_shown(
    params: dict[str, str], expected: dict[str, object], said: str, plan: atlas.Atlas, words: text.Words
) -> None:
    view, messages = link.parse(params, plan)
    assert view == replace(DEFAULT, **expected)  # type: ignore[arg-type]
    (message,) = messages
    assert said in link.sentence(message, words)


def test_every_wrong_place_is_told(plan: atlas.Atlas, words: text.Words) -> None:
    wrong = {"phase": "x", "month": "y", "vs": "z", "layers": "a", "lang": "b", "place": "c", "d": "e"}
    view, messages = link.parse(wrong, plan)
    assert view == DEFAULT
    assert len({link.sentence(message, words) for message in messages}) == len(wrong)


@pytest.mark.parametrize("wanted", ["nope", "", "../ssa", "SSA", "ssa/", "ssa\0", "a" * 5000, "<b>"])
def test_an_unknown_scenario_is_told(wanted: str, words: text.Words) -> None:
    found, (message,) = link.scenario_id({"scenario": wanted})
    assert found == "ssa"
    assert "does not exist; choose from ssa." in link.sentence(message, words)
    assert len(link.sentence(message, words)) < 200


def test_a_known_scenario_is_taken_in_silence() -> None:
    assert link.scenario_id({"scenario": "ssa"}) == link.scenario_id({}) == ("ssa", [])


NEAR_MISSES = st.sampled_from(
    [
        "0",
        "1",
        "4",
        "5",
        "6",
        "30",
        "60",
        "61",
        "-1",
        "1.5",
        "08037",
        "8037",
        "control",
        "zones,change",
        "en",
        "ssa",
        "",
    ]
)
VALUES = st.text(max_size=40) | NEAR_MISSES | st.integers().map(str) | st.floats().map(str)
LINKS = st.dictionaries(st.sampled_from(link.keys()) | st.text(max_size=8), VALUES, max_size=9)


@settings(max_examples=150)
@given(LINKS)
def test_any_link_is_a_view(params: dict[str, str]) -> None:
    plan, words = frame.load("ssa"), text.words()
    view, messages = link.parse(params, plan)
    scenario, more = link.scenario_id(params)
    for message in [*messages, *more]:
        assert link.sentence(message, words)
    phases = plan.scenario.phases
    assert scenario == "ssa"
    assert 1 <= view.phase <= 4
    assert link.first_month(phases, view.phase) <= view.month <= phases[view.phase - 1].last_month
    assert 0 <= view.vs <= view.month
    assert set(view.layers) <= set(base.registry())
    assert len(set(view.layers)) == len(view.layers)
    assert view.lang in text.LANGUAGES
    assert view.place == "" or link.known_place(plan, view.place)


@settings(max_examples=150)
@given(LINKS)
def test_the_link_of_a_view_leads_back_to_it(params: dict[str, str]) -> None:
    plan = frame.load("ssa")
    view, _ = link.parse(params, plan)
    again, messages = link.parse(link.params_of(view), plan)
    assert again == view
    assert messages == []
    assert set(link.params_of(view)) <= set(link.keys())


@pytest.mark.parametrize(
    ("month", "phase"), [(0, 1), (1, 1), (6, 1), (7, 2), (18, 2), (19, 3), (36, 3), (37, 4), (60, 4)]
)
def test_the_phase_that_offers_a_month(month: int, phase: int, plan: atlas.Atlas) -> None:
    assert link.phase_for(plan.scenario.phases, month) == phase


def test_the_default_shows_the_layers_that_say_so() -> None:
    assert link.default().layers == ("control", "zones", "crossings")


def test_a_link_carries_the_edition_that_its_figures_are_of(plan: atlas.Atlas, words: text.Words) -> None:
    """Who follows a link made from other data is told; nothing else about the view changes."""
    view, messages = link.parse({"month": "30"}, plan)
    assert (view.edition, messages) == (plan.edition, [])
    params = link.params_of(view)
    assert params["edition"] == plan.edition
    assert link.parse(params, plan) == (view, [])
    older, (message,) = link.parse(params | {"edition": "<b>0123456789"}, plan)
    assert older == view
    assert older.edition == plan.edition
    said = link.sentence(message, words)
    assert "'<b>0123456789'" in said
    assert plan.edition in said
    assert "figures may differ" in said


@pytest.mark.parametrize(
    ("phase", "month", "expected"), [(2, 18, 2), (2, 19, 3), (3, 18, 2), (1, 0, 1), (4, 0, 1), (1, 60, 4)]
)
def test_a_view_is_in_the_phase_that_holds_its_month(phase: int, month: int, expected: int, plan: atlas.Atlas) -> None:
    view = replace(DEFAULT, phase=phase, month=month)
    assert link.fitted(view, plan.scenario.phases) == replace(view, phase=expected)


def test_a_view_of_a_longer_plan_is_cut_to_a_shorter_one(plan: atlas.Atlas) -> None:
    shorter = plan.scenario.phases[:2]
    view = replace(DEFAULT, phase=4, month=60, vs=36, beside=(0, 18, 36))
    assert link.fitted(view, shorter) == replace(view, phase=2, month=18, vs=18, beside=(0, 18))
