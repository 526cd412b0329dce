"""The stepper: the phases with Previous and Next, and the month within the phase."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from roadmap.plan import phases
from views import link, pieces, state

if TYPE_CHECKING:
    from views import frame


def _set_phase(plan: tuple[phases.Phase, ...], number: int) -> None:
    month = plan[number - 1].last_month
    state.change(phase=number, month=month, vs=min(st.session_state["view"].vs, month))


def _set_month(plan: tuple[phases.Phase, ...], month: int) -> None:
    """Show a month of the phase in view.

    After two quick changes of the phase the slider may still hand over a month of the former one; that
    is nobody's wish.
    """
    view = st.session_state["view"]
    if link.first_month(plan, view.phase) <= month <= plan[view.phase - 1].last_month:
        state.change(month=month, vs=min(view.vs, month))


def _led(view: link.View, plan: tuple[phases.Phase, ...], *, forward: bool) -> tuple[int, int]:
    """Return the phase and the month that Next or Previous leads to."""
    number = view.phase - 1
    if forward:
        number = plan[0].number if view.month == 0 else min(view.phase + 1, len(plan))
    return (number, plan[number - 1].last_month) if number else (view.phase, 0)


def _move(plan: tuple[phases.Phase, ...], *, forward: bool) -> None:
    number, month = _led(st.session_state["view"], plan, forward=forward)
    state.change(phase=number, month=month, vs=min(st.session_state["view"].vs, month))


def months(view: link.View, plan: tuple[phases.Phase, ...]) -> dict[str, object]:
    """Return the months that the stepper leads to, for the map, which paints them before the page has followed."""
    return {
        "phase": view.phase - 1,
        "phases": [phase.last_month for phase in plan],
        "previous": _led(view, plan, forward=False)[1],
        "next": _led(view, plan, forward=True)[1],
    }


def stepper(stage: frame.Stage, *, by_month: bool = True) -> None:
    """Draw the phases with Previous and Next and, unless another control does, the month within the phase."""
    view, words, plan = stage.view, stage.words, stage.atlas.scenario.phases
    by_number = {phase.number: phase for phase in plan}
    with st.container(key="stepper", horizontal=True, vertical_alignment="center"):
        back, forward = partial(_move, plan, forward=False), partial(_move, plan, forward=True)
        before = st.button(
            words.t("Previous"),
            key="previous",
            icon=":material/chevron_left:",
            disabled=view.month == 0,
            on_click=back,
        )
        numbers = list(by_number)
        radio = partial(
            st.radio,
            words.t("Phase"),
            numbers,
            format_func=lambda number: words.t("Phase {number}", number=number),
            captions=[
                f"{each.first_month}\N{EN DASH}{each.last_month} \N{MIDDLE DOT} "
                f"{pieces.plain(words.of(each.title))}"
                for each in plan
            ],
            horizontal=True,
            label_visibility="collapsed",
        )
        starts = {"index": numbers.index(view.phase)}
        state.control(radio, "phase", view.phase, partial(_set_phase, plan), starts=starts)
        after = st.button(
            words.t("Next"),
            key="next",
            icon=":material/chevron_right:",
            icon_position="right",
            disabled=view.month == phases.last_month(plan),
            on_click=forward,
        )
        state.pressed(before, back)
        state.pressed(after, forward)
        if not by_month:
            return
        slider = partial(
            st.slider,
            words.t("Month"),
            link.first_month(plan, view.phase),
            by_number[view.phase].last_month,
            format=words.t("month %d"),
        )
        state.control(slider, "month", view.month, partial(_set_month, plan), starts={"value": view.month})
