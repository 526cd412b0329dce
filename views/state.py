"""The view: what the reader looks at, in the link and between runs.

The link is the view. A view is read from the link once, whenever the link changes without the
reader having touched a control (a fresh visit, a shared link, the back button); afterwards the
controls change the view, and the link follows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from layers import base, circles
from roadmap import atlas as atlases
from roadmap import errors
from roadmap.ledger import investment
from roadmap.plan import phases, scenario
from roadmap.words import text

DEFAULT_SCENARIO = "ssa"
DEFAULT_PHASE = 1
_EVERYWHERE = ("phase", "month", "vs", "layers", "lang", "place", "scenario", "edition")
_OF_MONEY = ("money", "funder", "programme", "time", "flow", "counted")
KEYS = (*_EVERYWHERE, *_OF_MONEY)

TIMES, FLOWS, COUNTS = ("so-far", "by-month"), ("state", "zone"), ("so-far", "alone")
"""Ways of telling money on the page on investment, the usual one first."""

_DIGITS = 4
_LONGEST = 80  # of a link's value in a message

Message = tuple[str, Mapping[str, object]]
Failed = tuple[str, tuple[errors.Fault, ...]]


@dataclass(frozen=True)
class View:
    """What is looked at.

    Attributes
    ----------
    scenario, lang
        Which scenario, in which language.
    phase
        Number of the phase in the stepper; the baseline is seen from phase 1.
    month, vs
        Month shown, and month it is compared with.
    layers
        Layers shown, in drawing order.
    place
        Key of the picked municipality, or ``""``.
    money
        What circles of money measure, one of :data:`layers.circles.MEASURES`.
    funders, programmes
        Whose money, and money for what, the page on investment shows; empty for all.
    time, flow, counted
        How that page tells months, where its flow ends, and whether the flow is of the month alone.
    edition
        Of the data that the view was read with; it tells whether a link's figures are still those that are shown, and
        makes no difference between two views.
    """

    scenario: str = DEFAULT_SCENARIO
    lang: str = text.DEFAULT
    phase: int = DEFAULT_PHASE
    month: int = 6
    vs: int = 0
    layers: tuple[str, ...] = ("control", "zones", "crossings")
    place: str = ""
    money: str = circles.DEFAULT
    funders: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    time: str = TIMES[0]
    flow: str = FLOWS[0]
    counted: str = COUNTS[0]
    edition: str = field(default="", compare=False)


def default() -> View:
    """Return the view of a link that says nothing."""
    shown = tuple(each.id for each in base.registry().values() if each.default)
    return View(layers=shown)


def first_month(plan: tuple[phases.Phase, ...], number: int) -> int:
    """Return the first month that the stepper offers in a phase; phase 1 begins at the baseline."""
    return 0 if number == plan[0].number else plan[number - 1].first_month


def phase_for(plan: tuple[phases.Phase, ...], month: int) -> int:
    """Return the number of the phase that offers a month."""
    found = phases.phase_of(plan, month)
    return plan[0].number if found is None else found.number


def _whole(
    params: Mapping[str, str], key: str, low: int, high: int, messages: list[Message]
) -> int | None:
    raw = params.get(key)
    if raw is None:
        return None
    if raw.isascii() and raw.isdigit() and len(raw) <= _DIGITS and low <= int(raw) <= high:
        return int(raw)
    messages.append(("whole", {"key": key, "value": raw, "low": low, "high": high}))
    return None


def _time(
    params: Mapping[str, str], plan: tuple[phases.Phase, ...], messages: list[Message]
) -> tuple[int, int, int]:
    """Return phase, month and month of comparison."""
    phase = _whole(params, "phase", 1, len(plan), messages)
    month = _whole(params, "month", 0, phases.LAST_MONTH, messages)
    if phase is not None and month is not None:
        first, last = first_month(plan, phase), plan[phase - 1].last_month
        if not first <= month <= last:
            values = {"value": month, "phase": phase, "first": first, "last": last}
            messages.append(("month_not_in_phase", values))
            month = None
    if month is None:
        month = plan[(phase or DEFAULT_PHASE) - 1].last_month
    vs = _whole(params, "vs", 0, month, messages)
    return phase or phase_for(plan, month), month, vs or 0


def _layers(params: Mapping[str, str], messages: list[Message]) -> tuple[str, ...]:
    if "layers" not in params:
        return default().layers
    known = base.registry()
    wanted = [name for name in params["layers"].split(",") if name]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        messages.append(("layers", {"value": ", ".join(unknown), "allowed": ", ".join(known)}))
    if unknown and len(unknown) == len(wanted):
        return default().layers
    return tuple(name for name in known if name in wanted)


def _one(params: Mapping[str, str], key: str, allowed: Sequence[str], messages: list[Message]) -> str:
    """Return which of some values a link names, the first one where it names none of them."""
    wanted = params.get(key, allowed[0])
    if wanted in allowed:
        return wanted
    messages.append(("one", {"key": key, "value": wanted, "allowed": ", ".join(allowed)}))
    return allowed[0]


def _among(
    params: Mapping[str, str], key: str, allowed: Sequence[str], messages: list[Message]
) -> tuple[str, ...]:
    """Return which of some values a link names, parted by commas, in the order of the values."""
    if key not in params:
        return ()
    wanted = [name for name in params[key].split(",") if name]
    unknown = [name for name in wanted if name not in allowed]
    if not wanted:
        messages.append(("nothing", {"key": key, "allowed": ", ".join(allowed)}))
    if unknown:
        messages.append(("among", {"key": key, "value": ", ".join(unknown), "allowed": ", ".join(allowed)}))
    return tuple(name for name in allowed if name in wanted)


def parse(params: Mapping[str, str], atlas: atlases.Atlas) -> tuple[View, list[Message]]:
    """Read a view from the parameters of a link.

    Parameters
    ----------
    params
        The link's parameters.
    atlas
        The scenario that is loaded; `scenario` itself is checked by :func:`scenario_id`.

    Returns
    -------
    View, list
        The view, defaults where something was wrong, and a message key with its values for every
        such place. Nothing is raised.
    """
    messages: list[Message] = []
    unknown = [key for key in params if key not in KEYS]
    if unknown:
        messages.append(("key", {"key": ", ".join(unknown), "allowed": ", ".join(KEYS)}))
    phase, month, vs = _time(params, atlas.scenario.phases, messages)
    lang = params.get("lang", text.DEFAULT)
    if lang not in text.LANGUAGES:
        messages.append(("lang", {"value": lang, "allowed": ", ".join(text.LANGUAGES)}))
        lang = text.DEFAULT
    place = params.get("place", "")
    if place and not known_place(atlas, place):
        messages.append(("place", {"value": place}))
        place = ""
    money = _one(params, "money", tuple(circles.MEASURES), messages)
    funders = _among(params, "funder", investment.FUNDERS, messages)
    programmes = _among(params, "programme", atlas.books.ledger.words["programme"].names, messages)
    time, flow, counted = (
        _one(params, key, allowed, messages)
        for key, allowed in (("time", TIMES), ("flow", FLOWS), ("counted", COUNTS))
    )
    layers = _layers(params, messages)
    if params.get("edition", atlas.edition) != atlas.edition:
        messages.append(("edition", {"value": params["edition"], "shown": atlas.edition}))
    view = View(
        scenario=atlas.scenario.id,
        lang=lang,
        phase=phase,
        month=month,
        vs=vs,
        layers=layers,
        place=place,
        money=money,
        funders=funders,
        programmes=programmes,
        time=time,
        flow=flow,
        counted=counted,
        edition=atlas.edition,
    )
    return view, messages


def known_place(atlas: atlases.Atlas, cvegeo: str) -> bool:
    """Return whether a key names a municipality."""
    return bool((atlas.territory.municipalities["cvegeo"] == cvegeo).any())


def params_of(view: View) -> dict[str, str]:
    """Return the parameters of the link of a view."""
    params = {
        "phase": str(view.phase),
        "month": str(view.month),
        "vs": str(view.vs),
        "layers": ",".join(view.layers),
        "lang": view.lang,
        "scenario": view.scenario,
        "edition": view.edition,
    }
    unusual = {
        "place": view.place,
        "funder": ",".join(view.funders),
        "programme": ",".join(view.programmes),
        **{
            key: "" if getattr(view, key) == usual else getattr(view, key)
            for key, usual in (
                ("money", circles.DEFAULT), ("time", TIMES[0]), ("flow", FLOWS[0]), ("counted", COUNTS[0])
            )
        },
    }
    return params | {key: value for key, value in unusual.items() if value}


def sentence(message: Message, words: text.Words) -> str:
    """Return what a reader is told about a wrong place in a link: plain text, not Markdown."""
    key, given = message
    values = {name: value if name == "allowed" else _short(value) for name, value in given.items()}
    sentences = {
        "key": words.t("The link's {key!r} is not known and was ignored; a link may hold {allowed}."),
        "whole": words.t(
            "The link's {key!r} is {value!r}; it must be a whole number from {low} to {high}. "
            "The default is shown."
        ),
        "month_not_in_phase": words.t(
            "Month {value} is not in phase {phase} (months {first}\N{EN DASH}{last}). "
            "The end of the phase is shown."
        ),
        "layers": words.t("The link names unknown layers: {value!r}. Layers are {allowed}."),
        "lang": words.t("The link's language {value!r} is not available; choose from {allowed}."),
        "place": words.t(
            "The link's place {value!r} is no municipality; use the five-digit key with its "
            "leading zero."
        ),
        "one": words.t("The link's {key!r} is {value!r}; choose one of {allowed}. The default is shown."),
        "nothing": words.t("The link's {key!r} names nothing; choose from {allowed}, or leave it out."),
        "among": words.t("The link's {key!r} names {value!r}, which is not there; choose from {allowed}."),
        "edition": words.t(
            "The link was made from edition {value!r} of scenario and data; edition {shown} is shown, and figures may "
            "differ."
        ),
        "scenario": words.t("The link's scenario {value!r} does not exist; choose from {allowed}."),
    }
    return sentences[key].format(**values)


def _short(value: object) -> object:
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{value[:_LONGEST]}\N{HORIZONTAL ELLIPSIS}"
    return value


# --- between runs -----------------------------------------------------------------------------


def scenario_id(params: Mapping[str, str]) -> tuple[str, list[Message]]:
    """Return the scenario that a link asks for, the default if there is no such folder."""
    wanted = params.get("scenario", DEFAULT_SCENARIO)
    available = scenario.discover()
    if wanted in available:
        return wanted, []
    return DEFAULT_SCENARIO, [
        ("scenario", {"value": wanted, "allowed": ", ".join(available)})
    ]


def wanted_scenario(page: str) -> tuple[str, list[Message]]:
    """Return the scenario of this run: the reader's choice, else the link's."""
    session, params = st.session_state, st.query_params.to_dict()
    if "view" in session and (session.get("touched") or _turned(page, params)):
        params = {"scenario": session["view"].scenario}  # whose folder may be gone by now
    return scenario_id(params)


def _turned(page: str, params: Mapping[str, str]) -> bool:
    """Return whether the reader turned to another page, which empties the link but keeps the view."""
    return st.session_state.get("page") not in (None, page) and not params


def sync(atlas: atlases.Atlas, page: str, found: list[Message], failed: Failed | None = None) -> View:
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
    if session["fresh"] or not (touched or turned or params == session.get("seen")):
        linked, messages = parse(params, atlas)
        known = session["view"].place if "view" in session else ""
        session["view"] = linked
        session["messages"] = [*found, *messages]
        session.pop("failed", None)
        session["focus"] = session.get("focus", 0) + (linked.place not in {"", known})
        session["seen"] = params
    view: View = session["view"]
    if (view.scenario, view.edition) != (atlas.scenario.id, atlas.edition):
        if view.scenario != atlas.scenario.id:
            session["messages"], session["failed"], session["chosen"] = found, failed, atlas.scenario.id
        session["renewed"] = True
        view = replace(view, scenario=atlas.scenario.id, edition=atlas.edition)
        session["view"] = view = fitted(view, atlas.scenario.phases)
    return view


def fitted(view: View, plan: tuple[phases.Phase, ...]) -> View:
    """Return a view whose phase holds its month; another scenario, or an edit, may have other phases."""
    if first_month(plan, view.phase) <= view.month <= plan[view.phase - 1].last_month:
        return view
    return replace(view, phase=phase_for(plan, view.month))


def failed() -> Failed | None:
    """Return which scenario fell away under the reader, and its faults, until the reader does something else."""
    return st.session_state.get("failed")


def write(atlas: atlases.Atlas) -> None:
    """Let the link follow the view; a link that already says the same is left alone."""
    session = st.session_state
    params = st.query_params.to_dict()
    view: View = session["view"]
    # A link to a faulty scenario stays as it is while the default one is shown.
    chosen = session.pop("chosen", params.get("scenario", DEFAULT_SCENARIO))
    named = params.get("scenario", DEFAULT_SCENARIO)
    # What is shown now under an open page is of another edition than its link says.
    renewed = session.pop("renewed", False) and "edition" in params
    if parse(params, atlas)[0] != view or chosen != named or renewed:
        params = params_of(view)
        st.query_params.from_dict(params)
    session["seen"] = params


def choose_scenario(name: str) -> None:
    """Change the scenario from its control's callback."""
    change(scenario=name, programmes=())  # another ledger may know others
    st.session_state["chosen"] = name


def change(**fields: Any) -> None:  # noqa: ANN401 - the fields of View
    """Change the view from a control's callback."""
    st.session_state["view"] = replace(st.session_state["view"], **fields)
    st.session_state["messages"] = []
    st.session_state.pop("failed", None)
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
