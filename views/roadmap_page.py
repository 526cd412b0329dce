"""The roadmap: everything that the plan names, on a timeline, filtered and searched."""

from __future__ import annotations

import unicodedata
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from roadmap.plan import entries, phases
from roadmap.words import text
from views import frame, pieces, state, tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def _folded(value: str) -> str:
    """Return a text without case and accents, to search in."""
    split = unicodedata.normalize("NFKD", value.casefold())
    return "".join(sign for sign in split if not unicodedata.combining(sign))


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


def _bar(entry: entries.Entry, plan_end: int) -> str:
    months = plan_end + 1
    last = plan_end if entry.last_month is None else entry.last_month
    left = entry.first_month / months * 100
    width = (last - entry.first_month + 1) / months * 100
    marks = [f"a-{entry.lead.lower()}"]
    marks += ["a-milestone"] if entry.kind == "milestone" else []
    marks += ["a-open"] if entry.last_month is None else []
    return (
        f"<span class='a-track'><span class='a-bar {' '.join(marks)}' "
        f"style='left:{left:.2f}%;width:{width:.2f}%'></span></span>"
    )


def _facts(entry: entries.Entry, stage: frame.Stage, titles: dict[str, str]) -> str:
    words, safe = stage.words, pieces.safe
    shown = f"{titles.get(entry.shown_by, entry.shown_by)}: {entry.shown_text}"
    facts = [
        (words.t("When"), words.months(entry.first_month, entry.last_month)),
        (words.t("Lead"), leads_of(stage).get(entry.lead, entry.lead)),
        (words.t("Kind of statement"), words.named(text.STATUSES, entry.status)),
        (words.t("Shown by"), shown),
    ]
    facts += [
        (words.t("Observed"), line) for line in observed(stage, entry.indicators)
    ]
    listed = "".join(f"<dt>{safe(name)}</dt><dd>{safe(value)}</dd>" for name, value in facts)
    return f"<div class='a-more'><p>{safe(entry.text)}</p><dl>{listed}</dl></div>"


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
        lines.append(f"{row['label']}: {value} {row['unit']} ({row['period']}). {row['source']}")
    return lines


def _row(entry: entries.Entry, stage: frame.Stage, titles: dict[str, str]) -> str:
    child = " a-child" if entry.parent else ""
    kind = stage.words.named(text.KINDS, entry.kind)
    return (
        f"<details><summary><span class='a-what{child}'>"
        f"<span class='a-kind'>{pieces.safe(kind)}</span>"
        f"<span>{pieces.safe(entry.title)}</span></span>{_bar(entry, stage.atlas.scenario.last_month)}</summary>"
        f"{_facts(entry, stage, titles)}</details>"
    )


def _span(phase: phases.Phase, months: int, words: text.Words) -> str:
    """Return a phase on the scale of the timeline, named in full and, for where that is too long, by its number."""
    name = words.t("Phase {number}", number=phase.number)
    return (
        f"<span style='left:{phase.first_month / months * 100:.2f}%;"
        f"width:{(phase.last_month - phase.first_month + 1) / months * 100:.2f}%'>"
        f"<i class='a-long'>{pieces.safe(name)}</i>"
        f"<i class='a-short'>{phase.number}</i></span>"
    )


def _scale(stage: frame.Stage) -> str:
    plan = stage.atlas.scenario
    spans = "".join(_span(phase, plan.last_month + 1, stage.words) for phase in plan.phases)
    return f"<div class='a-scale'><div>{_key(stage)}</div><div>{spans}</div></div>"


def _key(stage: frame.Stage) -> str:
    """Return what the bars mean: who leads, and the mark of a milestone."""
    words = stage.words
    samples = [
        *((f"a-{lead.lower()}", name) for lead, name in leads_of(stage).items()),
        ("a-mx a-milestone", words.named(text.KINDS, "milestone")),
    ]
    drawn = "".join(
        f"<span class='a-sample'><span class='a-bar {mark}'></span> {pieces.safe(name)}</span>"
        for mark, name in samples
    )
    lead = words.t("Lead")
    return f"<span class='a-key-row'>{pieces.safe(lead)} {drawn}</span>"


def timeline(found: Sequence[entries.Entry], stage: frame.Stage) -> str:
    """Return the timeline of some entries, by phase."""
    words = stage.words
    titles = {
        **frame.layer_titles(words),
        "border": words.t("The border"),
        "map": words.t("Map"),
        "roadmap": words.t("Roadmap"),
        "method": words.t("Method and sources"),
    }
    parts = [_scale(stage)]
    phases_first = [*range(1, len(stage.atlas.scenario.phases) + 1), entries.ALL_PHASES]
    for number in phases_first:
        own = [entry for entry in found if entry.phase == number]
        if not own:
            continue
        parts.append(_heading(number, stage))
        parts += [_row(entry, stage, titles) for entry in own]
    return f"<div class='a-time'>{''.join(parts)}</div>"


def _heading(number: int, stage: frame.Stage) -> str:
    words = stage.words
    if number == entries.ALL_PHASES:
        throughout = words.t("Through all phases")
        return f"<h2>{pieces.safe(throughout)}</h2>"
    phase = stage.atlas.scenario.phases[number - 1]
    title = words.t(
        "Phase {number}: {title}, {months}",
        number=number,
        title=phase.title,
        months=words.months(phase.first_month, phase.last_month),
    )
    return f"<h2>{pieces.safe(title)}</h2><p class='a-note'>{pieces.safe(phase.text)}</p>"


def filters(stage: frame.Stage) -> list[entries.Entry]:
    """Draw the filters and return the entries that pass."""
    words, found = stage.words, stage.atlas.scenario.entries
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
    counted = words.t(
        "{count} of {total} entries. Open a row for its text.",
        count=words.integer(len(found)),
        total=words.integer(total),
    )
    st.html(f"<p class='a-note'>{pieces.safe(counted)}</p>")
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
