"""The view between runs of a page.

It is read from the link once, whenever the link changes without the reader having touched a control (a fresh visit, a
shared link, the back button); afterwards the controls change the view, and the link follows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from roadmap import atlas as atlases
from roadmap import errors
from views import link

Failed = tuple[str, tuple[errors.Fault, ...]]

_PLACE = "at"


def wanted_scenario(page: str) -> tuple[str, list[link.Message]]:
    """Return the scenario of this run: the reader's choice, else the link's."""
    session, params = st.session_state, st.query_params.to_dict()
    if "view" in session and (session.get("touched") or _turned(page, params)):
        params = {"scenario": session["view"].scenario}  # whose folder may be gone by now
    return link.scenario_id(params)


def _turned(page: str, params: Mapping[str, str]) -> bool:
    """Return whether the reader turned to another page, which empties the link but keeps the view."""
    return st.session_state.get("page") not in (None, page) and not params


def sync(atlas: atlases.Atlas, page: str, found: list[link.Message], failed: Failed | None = None) -> link.View:
    """Return the view of this run, read from the link where the link is ahead.

    Where the reader's scenario can no longer be shown, the view changes to the one that is, and the link follows.

    Parameters
    ----------
    atlas
        The loaded scenario.
    page
        Name of the page; switching pages empties the link but keeps the view.
    found
        Messages about the link that were found before.
    failed
        The scenario that was asked for and its faults, where another one is loaded for that.
    """
    session = st.session_state
    params = st.query_params.to_dict()
    touched = session.pop("touched", False)
    turned = _turned(page, params)
    session["page"] = page
    session["fresh"] = "view" not in session
    if session["fresh"] or not (touched or turned or _without_place(params) == session.get("seen")):
        linked, messages = link.parse(params, atlas)
        known = session["view"].place if "view" in session else ""
        session["view"] = linked
        session["messages"] = [*found, *messages]
        session.pop("failed", None)
        moves = linked.at is not None or linked.place not in {"", known}
        session["focus"] = session.get("focus", 0) + moves
        if linked.at is not None:
            session["at"] = session["focus"], linked.at
        session["seen"] = _without_place(params)
    view: link.View = session["view"]
    if (view.scenario, view.edition) != (atlas.scenario.id, atlas.edition):
        if view.scenario != atlas.scenario.id:
            session["messages"], session["failed"], session["chosen"] = found, failed, atlas.scenario.id
        session["renewed"] = True
        view = replace(view, scenario=atlas.scenario.id, edition=atlas.edition)
        session["view"] = view = link.fitted(view, atlas.scenario.phases)
    return view


def _without_place(params: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of a link but for where the map lies: moving it asks nothing of the page."""
    return {key: value for key, value in params.items() if key != _PLACE}


def failed() -> Failed | None:
    """Return which scenario fell away under the reader, and its faults, until the reader does something else."""
    return st.session_state.get("failed")


def write(atlas: atlases.Atlas) -> None:
    """Let the link follow the view; a link that already says the same is left alone."""
    session = st.session_state
    params = st.query_params.to_dict()
    view: link.View = session["view"]
    # A link to a faulty scenario stays as it is while the default one is shown.
    chosen = session.pop("chosen", params.get("scenario", link.DEFAULT_SCENARIO))
    named = params.get("scenario", link.DEFAULT_SCENARIO)
    # What is shown now under an open page is of another edition than its link says.
    renewed = session.pop("renewed", False) and "edition" in params
    if link.parse(params, atlas)[0] != view or chosen != named or renewed:
        # Where the map lies is written by the browser, and stays.
        params = link.params_of(view) | {key: value for key, value in params.items() if key == _PLACE}
        st.query_params.from_dict(params)
    session["seen"] = _without_place(params)


def choose_scenario(name: str) -> None:
    """Change the scenario from its control's callback."""
    change(scenario=name, programmes=())  # another ledger may know others
    st.session_state["chosen"] = name


def change(**fields: Any) -> None:  # noqa: ANN401 - the fields of link.View
    """Change the view from a control's callback."""
    st.session_state["view"] = replace(st.session_state["view"], **fields)
    st.session_state["messages"] = []
    st.session_state.pop("failed", None)
    st.session_state["touched"] = True


def touched() -> None:
    """Note, as the callback of a control that the link says nothing of, that this run is the reader's doing.

    A click may overtake the link of the run before it, and the link that then comes along is not a way back.
    """
    st.session_state["touched"] = True


def control(
    draw: Callable[..., Any], key: str, value: object, apply: Callable[[Any], None], *, starts: Mapping[str, object]
) -> None:
    """Draw a control that shows a part of the view, and let the view follow it.

    In the first run of a session the browser may already hold another value: the server was started anew under an open
    page, and this run is the answer to a click that the former server never saw. Then it is taken as the click it was.

    Parameters
    ----------
    draw
        A widget with everything but key, value and callback.
    key
        Of the widget.
    value
        What the view says.
    apply
        Changes the view to what the reader has chosen.
    starts
        How the widget is told `value` where it has none from the browser, such as ``{"index": 2}``.
    """
    session = st.session_state

    def follow() -> None:
        apply(session[key])

    if not session.get("fresh"):
        session[key] = value
        draw(key=key, on_change=follow)
        return
    chosen = draw(key=key, on_change=follow, **starts)
    if chosen != value:
        apply(chosen)
        st.rerun()


def pressed(button: bool, act: Callable[[], None]) -> None:  # noqa: FBT001 - what the button returned
    """Act on a button that a former server was pressed for, whose callback this session did not know yet."""
    if button and st.session_state.get("fresh"):
        act()
        st.rerun()
