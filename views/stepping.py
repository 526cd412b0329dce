"""The stepper: four phases with Previous and Next, and the month within the phase."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from roadmap.plan import phases
from views import pieces, state

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
    if state.first_month(plan, view.phase) <= month <= plan[view.phase - 1].last_month:
        state.change(month=month, vs=min(view.vs, month))


def _move(plan: tuple[phases.Phase, ...], forward: bool) -> None:  # noqa: FBT001 - a callback's argument
    view = st.session_state["view"]
    if forward and view.month == 0:
        _set_phase(plan, plan[0].number)
    elif forward:
        _set_phase(plan, min(view.phase + 1, len(plan)))
    elif view.phase > 1:
        _set_phase(plan, view.phase - 1)
    else:
        _set_month(plan, 0)


def stepper(stage: frame.Stage) -> None:
    """Draw the four phases with Previous and Next, and the month within the phase."""
    view, words, plan = stage.view, stage.words, stage.atlas.scenario.phases
    by_number = {phase.number: phase for phase in plan}
    with st.container(key="stepper", horizontal=True, vertical_alignment="center"):
        st.button(
            words.t("Previous"),
            key="previous",
            icon=":material/chevron_left:",
            disabled=view.month == 0,
            on_click=_move,
            args=(plan, False),
        )
        st.session_state["phase"] = view.phase
        st.radio(
            words.t("Phase"),
            list(by_number),
            format_func=lambda number: words.t("Phase {number}", number=number),
            captions=[
                f"{p.first_month}\N{EN DASH}{p.last_month} \N{MIDDLE DOT} {pieces.plain(p.title)}" for p in plan
            ],
            key="phase",
            horizontal=True,
            label_visibility="collapsed",
            on_change=state.from_widget("phase", partial(_set_phase, plan)),
        )
        st.button(
            words.t("Next"),
            key="next",
            icon=":material/chevron_right:",
            icon_position="right",
            disabled=view.month == phases.LAST_MONTH,
            on_click=_move,
            args=(plan, True),
        )
        st.session_state["month"] = view.month
        st.slider(
            words.t("Month"),
            state.first_month(plan, view.phase),
            by_number[view.phase].last_month,
            key="month",
            format=words.t("month %d"),
            on_change=state.from_widget("month", partial(_set_month, plan)),
        )
