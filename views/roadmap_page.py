"""The roadmap: everything that the plan names, on a timeline, filtered and searched."""

from __future__ import annotations

import dataclasses
import unicodedata
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from layers import templates
from roadmap.plan import entries
from roadmap.words import text
from views import frame, pieces, state, tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup



def _folded(value: str) -> str:
    """Return a text without case and accents, to search in."""
    split = unicodedata.normalize("NFKD", value.casefold())
    return "".join(sign for sign in split if not unicodedata.combining(sign))


def translated(entry: entries.Entry, words: text.Words) -> entries.Entry:
    """Return an entry in the reader's language."""
    of = words.of
    return dataclasses.replace(
        entry, title=of(entry.title), text=of(entry.text), shown_text=of(entry.shown_text)
    )


def chosen(
    found: Sequence[entries.Entry],
    *,
    phase: int | None,
    kinds: Sequence[str],
    leads: Sequence[str],
    typed: str,
) -> list[entries.Entry]:
    """Return the entries that pass every filter; an empty filter lets all pass."""
    wanted = _folded(typed).split()
    return [
        entry
        for entry in found
        if (phase is None or entry.phase in {phase, entries.ALL_PHASES})
        and (not kinds or entry.kind in kinds)
        and (not leads or entry.lead in leads)
        and all(word in _folded(f"{entry.title} {entry.text} {entry.id}") for word in wanted)
    ]


def leads_of(stage: frame.Stage) -> dict[str, str]:
    """Return who may lead by name: the leads of the roadmap, or those of its entries where it names none."""
    plan = stage.atlas.scenario
    named = {party.id: stage.words.name(party.title) for party in plan.leads}
    return named or {entry.lead: entry.lead for entry in plan.entries}


def observed(stage: frame.Stage, indicators: Sequence[str]) -> list[str]:
    """Return the latest figure of each indicator with its period and source, in words."""
    table = stage.atlas.observations.indicators
    lines = []
    for name in indicators:
        rows = table[table["indicator_id"] == name]
        if rows.empty:
            continue
        row = rows.sort_values("year", na_position="first").iloc[-1]
        value = stage.words.decimal(float(row["value"]), 0 if float(row["value"]).is_integer() else 2)
        found = {name: row[name] for name in ("label", "unit", "period", "source")}
        lines.append(stage.words.t("{label}: {value} {unit} ({period}). {source}", value=value, **found))
    return lines


def _span(first: int, last: int | None, plan_end: int) -> tuple[float, float]:
    """Return where months lie on the timeline: left end and width in per cent."""
    months = plan_end + 1
    until = (plan_end if last is None else last) + 1
    return first / months * 100, (until - first) / months * 100


def _marks(entry: entries.Entry) -> str:
    """Return how the bar of an entry looks: who leads, a milestone, without an end."""
    marks = {
        f"a-{entry.lead.lower()}": True,
        "a-milestone": entry.kind == "milestone",
        "a-open": entry.last_month is None,
    }
    return " ".join(mark for mark, on in marks.items() if on)


def _facts(entry: entries.Entry, stage: frame.Stage, titles: dict[str, str]) -> list[tuple[str, str]]:
    words = stage.words
    return [
        (words.t("When"), words.months(entry.first_month, entry.last_month)),
        (words.t("Lead"), leads_of(stage).get(entry.lead, entry.lead)),
        (words.t("Kind of statement"), words.named(text.STATUSES, entry.status)),
        (words.t("Shown by"), words.pair(titles.get(entry.shown_by, entry.shown_by), entry.shown_text)),
        *((words.t("Observed"), line) for line in observed(stage, entry.indicators)),
    ]


def _row(entry: entries.Entry, stage: frame.Stage, titles: dict[str, str]) -> dict[str, object]:
    return {
        "kind": stage.words.named(text.KINDS, entry.kind),
        "title": entry.title,
        "text": entry.text,
        "child": entry.parent is not None,
        "marks": _marks(entry),
        "span": _span(entry.first_month, entry.last_month, stage.atlas.scenario.last_month),
        "facts": _facts(entry, stage, titles),
    }


def timeline(found: Sequence[entries.Entry], stage: frame.Stage) -> Markup:
    """Return the timeline of some entries, by phase."""
    words, plan, end = stage.words, stage.atlas.scenario.phases, stage.atlas.scenario.last_month
    titles = {
        **frame.layer_titles(words),
        "border": words.t("The border"),
        "map": words.t("Map"),
        "roadmap": words.t("Roadmap"),
        "method": words.t("Method and sources"),
    }
    groups = []
    for number in (*(phase.number for phase in plan), entries.ALL_PHASES):
        rows = [_row(entry, stage, titles) for entry in found if entry.phase == number]
        if rows:
            groups.append((*_heading(number, stage), rows))
    return templates.piece(
        "timeline",
        of="timeline",
        lead=words.t("Lead"),
        samples=[
            *((f"a-{lead.lower()}", name) for lead, name in leads_of(stage).items()),
            ("a-mx a-milestone", words.named(text.KINDS, "milestone")),
        ],
        # In full and, where there is no room for that, by number.
        scale=[
            (_span(each.first_month, each.last_month, end), words.t("Phase {number}", number=each.number), each.number)
            for each in plan
        ],
        groups=groups,
    )


def _heading(number: int, stage: frame.Stage) -> tuple[str, str]:
    """Return heading and note of a phase on the timeline."""
    words = stage.words
    if number == entries.ALL_PHASES:
        return words.t("Through all phases"), ""
    phase = stage.atlas.scenario.phases[number - 1]
    title = words.t(
        "Phase {number}: {title}, {months}",
        number=number,
        title=words.of(phase.title),
        months=words.months(phase.first_month, phase.last_month),
    )
    return title, words.of(phase.text)


def filters(stage: frame.Stage) -> list[entries.Entry]:
    """Draw the filters and return the entries that pass."""
    words = stage.words
    found = [translated(entry, words) for entry in stage.atlas.scenario.entries]
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input(words.t("Search the roadmap"), key="entry-search", max_chars=80, on_change=state.touched)
        phase = st.segmented_control(
            words.t("Phase"),
            [each.number for each in stage.atlas.scenario.phases],
            key="entry-phase",
            on_change=state.touched,
        )
        kinds = st.pills(
            words.t("Kind"),
            entries.KINDS,
            format_func=lambda key: words.named(text.KINDS, key),
            selection_mode="multi",
            key="entry-kinds",
            on_change=state.touched,
        )
        leads = st.pills(
            words.t("Lead"),
            list(leads_of(stage)),
            format_func=lambda key: leads_of(stage).get(key, key),
            selection_mode="multi",
            key="entry-leads",
            on_change=state.touched,
        )
    return chosen(found, phase=phase, kinds=kinds, leads=leads, typed=typed)


def table(found: Sequence[entries.Entry], leads: Mapping[str, str], words: text.Words) -> pd.DataFrame:
    """Return the entries as a table."""
    return pd.DataFrame(
        [
            {
                words.t("Phase"): entry.phase or words.t("all"),
                words.t("Kind"): words.named(text.KINDS, entry.kind),
                words.t("Title"): entry.title,
                words.t("Lead"): leads.get(entry.lead, entry.lead),
                words.t("Months"): words.months(entry.first_month, entry.last_month),
                words.t("Text"): entry.text,
                words.t("Shown by"): entry.shown_text,
            }
            for entry in found
        ]
    ).astype(str)


def page() -> None:
    """Draw the page."""
    stage = frame.enter("roadmap")
    words = stage.words
    st.html(pieces.page_head(stage.atlas, words.t("Roadmap"), words))
    found = filters(stage)
    total = len(stage.atlas.scenario.entries)
    counted = words.n(
        "{shown} of {count} entry. Open a row for its text.",
        "{shown} of {count} entries. Open a row for its text.",
        total,
        shown=words.integer(len(found)),
    )
    st.html(pieces.remark(counted))
    if found:
        st.html(timeline(found, stage))
        st.toggle(words.t("Show as table"), key="entry-table", on_change=state.touched)
        if st.session_state["entry-table"]:
            tables.show(table(found, leads_of(stage), words), key="entries")
            tables.save(stage, "roadmap", partial(table, found, leads_of(stage), words))
    else:
        st.info(words.t("Nothing in the roadmap passes these filters."))
    frame.leave(stage)


page()
