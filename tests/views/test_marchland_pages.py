"""The pages over a made-up country, with and without a border."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from roadmap import atlas
from roadmap.plan import scenario
from tests import marchland
from tests.views.conftest import Open
from views import link

PAGES = ("", "border_page", "investment_page", "roadmap_page", "method_page")


@pytest.fixture(params=["with a border", "without anything"])
def country(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_caches: None
) -> str:
    """A country that the app reads in place of the shipped one, and which it is."""
    del fresh_caches
    bare = request.param != "with a border"
    root = marchland.write(tmp_path, border=not bare, parts=() if bare else ("neighbours",)).parent
    for function in (scenario.discover, scenario.find):
        monkeypatch.setattr(function, "__defaults__", (root,))
    load = atlas.load
    monkeypatch.setattr(atlas, "load", lambda name, **given: load(name, scenarios_root=root, **given))
    monkeypatch.setattr(link, "DEFAULT_SCENARIO", marchland.ID)
    return str(request.param)


def said(app: AppTest) -> str:
    return " ".join(str(each.value) for kind in ("html", "markdown", "warning") for each in app.get(kind))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("month", ["0", "5", "10"])
def test_every_page_is_drawn_in_every_phase(page: str, month: str, country: str, visit: Open) -> None:
    del country
    layers = "control,zones,crossings,coverage,detection,change,investment"
    app = visit(page, month=month, layers=layers, place="MI-02", scenario=marchland.ID)
    assert not app.exception
    assert not app.error
    assert [each.value for each in app.warning] == []
    if page not in ("roadmap_page", "method_page"):
        assert list(app.radio(key="phase").options) == ["Phase 1", "Phase 2"]


def test_both_phases_are_stepped_through(country: str, visit: Open) -> None:
    del country
    app = visit(month="0", scenario=marchland.ID)
    months = []
    for _ in marchland.PHASES:
        app.button(key="next").click().run()
        months.append(app.session_state["view"].month)
    assert months == [5, 10]
    assert app.button(key="next").disabled


def test_a_month_after_the_plan_is_told(country: str, visit: Open) -> None:
    del country
    app = visit(month="11", scenario=marchland.ID)
    (warning,) = app.warning
    assert "must be a whole number from 0 to 10" in warning.value


def test_a_place_is_found_by_its_key(country: str, visit: Open) -> None:
    del country
    app = visit(month="5", place="SU-03", scenario=marchland.ID)
    assert app.session_state["view"].place == "SU-03"
