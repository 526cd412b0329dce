"""Investment: where invented money goes, by programme, place and month, and what it buys in the model."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from geo import keeping
from layers import investment, money_frames, money_words
from layers.charts import money, sankey
from roadmap import atlas as atlases
from roadmap import moments
from roadmap.ledger import bookkeeping
from roadmap.model import ensemble, marginal
from roadmap.record import rules
from roadmap.words.text import mark
from views import charting, faults, frame, indicators, investment_tables, link, pieces, state, stepping, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from markupsafe import Markup

_OBSERVED = ("merida_", "us_antinarcotics_aid", "article_us_support")


@keeping.kept(most=1)
def worlds(atlas: atlases.Atlas) -> tuple[ensemble.World, ...]:
    """Return the plan under its stated parameters and under others drawn from their ranges; takes seconds."""
    plan, place = atlas.scenario, atlas.territory
    models = [plan.model, *ensemble.draws(plan.model)]
    return ensemble.worlds(
        place,
        plan,
        atlas.observations,
        models,
        lambda settings: atlases.inputs(atlas.frontier, atlas.books, place, settings),
    )


@keeping.kept(most=4)
def costs(atlas: atlases.Atlas, month: int, since: int, only: bookkeeping.Filter) -> pd.DataFrame:
    """Return reclaimed people and km² by state with their range, and dollars delivered for each."""
    courses = worlds(atlas)
    # What is unknown on the map, also for a month in between, counts in no run.
    known = moments.of(atlas, month, since).changes != rules.UNKNOWN
    won = ensemble.reclaimed(courses, atlas.territory, month, since, rule=atlas.scenario.rules, known=known)
    spent = atlas.books.by_state(
        investment.SHOWN, dataclasses.replace(only, first_month=since + 1, last_month=month)
    )
    dear = [ensemble.cost(spent, won, per=per).add_prefix(f"{per}_") for per in ("people", "km2")]
    return pd.concat([spent, won, *dear], axis=1)


@keeping.kept(most=1)
def margins(atlas: atlases.Atlas) -> pd.DataFrame:
    """Return what more money would do in the model, for every programme and zone; takes seconds."""
    known = atlas.plan.codes[-1] >= 0
    return marginal.table(atlas.books, worlds(atlas), atlas.territory, known=known)


def opened(key: str, label: str) -> bool:
    """Draw a switch and return whether what it leads to is asked for; nothing is computed before."""
    return st.toggle(label, key=key, on_change=state.touched)


def choice(label: str, labels: Mapping[str, str], key: str, chosen: str = "") -> str:
    """Draw a switch between named ways and return the one chosen.

    Parameters
    ----------
    label, labels
        What is chosen, and the words for each way; the first is on at the beginning.
    key
        Of the control; with `chosen`, the field of the view that it changes.
    chosen
        What the view says.
    """
    first, *_ = labels
    draw = partial(
        st.segmented_control, label, list(labels), format_func=labels.__getitem__, label_visibility="collapsed"
    )
    if not chosen:
        return draw(key=key, default=first, on_change=state.touched) or first
    state.control(draw, key, chosen, lambda way: state.change(**{key: way or first}), starts={"default": chosen})
    return st.session_state[key] or first


def save(
    stage: frame.Stage,
    name: str,
    make: Callable[[], pd.DataFrame],
    *,
    month: int | None = None,
    compared: bool = False,
) -> None:
    """Draw a button that saves a table, whose first row says that the lines chosen reconcile."""
    at = stage.seen.now if month is None else moments.of(stage.atlas, month).now

    def made() -> pd.DataFrame:
        rows = make()
        said = money_frames.reconciled(at)
        return rows.assign(reconciliation=[said, *[""] * len(rows)][: len(rows)])

    tables.save(stage, name, made, month=month, compared=compared)


def left_out(stage: frame.Stage) -> None:
    """Say that the ledger is not used, why, and what it would add up to."""
    books, words = stage.atlas.books, stage.words
    if not books.faults:
        return
    st.warning(
        words.n(
            "The ledger has {count} fault and is left out as a whole: no money is shown, and none acts in the model.",
            "The ledger has {count} faults and is left out as a whole: no money is shown, and none acts in the model.",
            len(books.faults),
        )
    )
    tables.show(faults.table(books.faults[:500], words), key="ledger-faults")
    if books.totals is not None:
        st.html(investment_tables.totals(books.totals, words))


def several(stage: frame.Stage, field: str, column: str, label: str, everything: str) -> tuple[str, ...] | None:
    """Draw the choice of some words of a column of the ledger, and return them; None for all.

    Parameters
    ----------
    stage
        What the page works with.
    field
        Field of the view that the choice changes.
    column
        Of the ledger.
    label, everything
        What is chosen, and the words for all.
    """
    names = money_frames.names(stage.atlas, stage.words)[column]
    known = stage.atlas.books.ledger.words[column].names
    # The ledger may have changed under an open page, and no longer know what is chosen.
    chosen = tuple(each for each in getattr(stage.view, field) if each in known)
    key = f"only-{field}"
    draw = partial(
        st.multiselect, label, known, format_func=lambda each: names.get(each, each), placeholder=everything
    )
    starts = {"default": list(chosen)}
    state.control(draw, key, list(chosen), lambda found: state.change(**{field: tuple(found)}), starts=starts)
    return chosen or None


def filters(stage: frame.Stage) -> frame.Stage:
    """Draw the choice of funders and programmes, and return a stage whose books are about these lines only."""
    words, books = stage.words, stage.atlas.books
    if not len(books.ledger):
        return stage
    with st.container(key="filters", horizontal=True):
        only = bookkeeping.Filter(
            funder=several(stage, "funders", "funder", words.t("Funders"), words.t("All funders")),
            programme=several(stage, "programmes", "programme", words.t("Programmes"), words.t("All programmes")),
        )
    if only == bookkeeping.ALL:
        return stage
    said = words.t("Only the lines chosen count below, except in conditions and in the table of the next 100 million.")
    st.html(pieces.remark(said))
    chosen = dataclasses.replace(books, only=only)
    return dataclasses.replace(stage, atlas=dataclasses.replace(stage.atlas, books=chosen))


def headline(stage: frame.Stage) -> Markup:
    """Return the headline figures: committed, released, delivered, withheld."""
    return pieces.figure_row(investment_tables.headline(stage.seen, stage.words))


def funnel(stage: frame.Stage) -> None:
    """Draw the amounts as bars and as a table, with the reconciliation to the cent."""
    words, books = stage.words, stage.atlas.books
    upto = investment.until(stage.view.month)
    note = words.t(
        "The same dollars at different moments: they are never added to one another. Withheld is what conditions keep "
        "back of what was due; it is part of none of the others."
    )
    st.html(pieces.section(words.t("From plan to delivery"), note))
    charting.show([money.funnel(books.funnel(upto), words, dark=stage.dark)], key="funnel")
    st.html(investment_tables.reconciliation(books.reconcile(upto), words))


def over_time(stage: frame.Stage) -> None:
    """Draw what is delivered over the months, by funder and by programme; on demand the tables."""
    words = stage.words
    st.html(pieces.section(words.t("Over time"), words.t("What comes after the month shown is pale.")))
    labels = dict(zip(link.TIMES, (words.t("so far"), words.t("month by month")), strict=True))
    running = choice(words.t("Over time"), labels, "time", stage.view.time) == link.TIMES[0]
    by_funder(stage, running=running)
    by_programme(stage, running=running)


def by_funder(stage: frame.Stage, *, running: bool) -> None:
    """Draw what is delivered over the months by funder."""
    words, atlas, unit = stage.words, stage.atlas, investment_tables.unit(stage.atlas, stage.words)
    course = money_frames.over_time(atlas, investment.SHOWN, "funder", running=running)
    described = (
        words.t("Delivered so far by funder, {unit}, invented.", unit=unit)
        if running
        else words.t("Delivered month by month by funder, {unit}, invented.", unit=unit)
    )
    st.html(pieces.remark(described))
    if course.to_numpy().any():
        chosen = {"running": running, "dark": stage.dark}
        ends = [phase.last_month for phase in atlas.scenario.phases]
        names = money_frames.names(atlas, words)["funder"]
        with st.container(key="by-funder", horizontal=True):
            drawn = money.funders(course, stage.view.month, words, unit=unit, ends=ends, names=names, **chosen)
            charting.show([drawn], key="funders")
            st.html(investment_tables.funders_key(course, stage.view.month, names, words, **chosen))
    else:
        st.html(pieces.remark(words.t("Nothing is delivered.")))
    months_table(stage, "funder", words.t("Show the months by funder as a table"), running=running)


def by_programme(stage: frame.Stage, *, running: bool) -> None:
    """Draw what is planned and delivered over the months, a panel for each programme."""
    words, atlas, unit = stage.words, stage.atlas, investment_tables.unit(stage.atlas, stage.words)
    delivered, planned = (
        money_frames.over_time(atlas, each, "programme", running=running) for each in (investment.SHOWN, "planned")
    )
    said = words.t(
        "By programme, the largest first and down the columns, all on one scale: delivered as an area, planned as a "
        "line, {unit}, invented. They are the same dollars at two moments and are never added.",
        unit=unit,
    )
    upright = words.at(
        stage.view.month,
        mark("The upright line is the baseline (month 0)."),
        mark("The upright line is month {month}."),
    )
    names = money_frames.names(atlas, words)["programme"]
    st.html(pieces.remark(words.paragraph(said, upright)))
    drawn = money.programmes(delivered, planned, stage.view.month, names, words, running=running, dark=stage.dark)
    charting.show(drawn, key="programmes")
    if not drawn:
        st.html(pieces.remark(words.t("There are no lines.")))
    months_table(stage, "programme", words.t("Show the months by programme as a table"), running=running)


def months_table(stage: frame.Stage, by: str, label: str, *, running: bool) -> None:
    """Draw on demand months by group as a table, of what is delivered or planned."""
    words, atlas = stage.words, stage.atlas
    if not opened(f"{by}-months", label):
        return
    labels = {each: words.named(money_words.STAGES, each) for each in (investment.SHOWN, "planned")}
    amount = choice(words.t("Amount"), labels, f"{by}-amount")
    course = money_frames.over_time(atlas, amount, by, running=running)
    known = money_frames.names(atlas, words)[by]
    tables.show(*investment_tables.months(course, known, words), key=f"money-{by}-months")
    counted = "so-far" if running else "by-month"
    made = partial(money_frames.over_time_file, atlas, by, running=running)
    save(stage, f"money-{by}s-{counted}", made, month=atlas.plan.last_month)


def phase_by_phase(stage: frame.Stage) -> None:
    """Draw of which kind the money of each phase is, and the phases as a table."""
    words, atlas = stage.words, stage.atlas
    found = money_frames.phase_by_phase(atlas)
    note = words.t(
        "All phases, whatever month is shown. Shares of what is delivered in each; amounts in {unit}. Invented.",
        unit=investment_tables.unit(atlas, words),
    )
    if money_frames.turns(found):
        turn = words.t("In the last phase support is mostly strategic, and private money is the most.")
        note = words.paragraph(note, turn)
    st.html(pieces.section(words.t("By phase"), note))
    charting.show(money.shares(found, words, dark=stage.dark), key="shares")
    st.html(investment_tables.phases(atlas, words))


def flow(stage: frame.Stage) -> None:
    """Draw the flow from funder through programme to state or zone, up to the month or in it, and its table."""
    words, atlas, month = stage.words, stage.atlas, stage.view.month
    st.html(pieces.section(words.t("Where it goes")))
    with st.container(key="flow-choices", horizontal=True):
        targets = dict(zip(link.FLOWS, (words.t("to states"), words.t("to priority zones")), strict=True))
        to = choice(words.t("Where it goes"), targets, "flow", stage.view.flow)
        counted = dict(zip(link.COUNTS, (words.t("up to the month"), words.t("in the month")), strict=True))
        alone = choice(words.t("Counted"), counted, "counted", stage.view.counted) == link.COUNTS[1]
    baseline = mark("Delivered at baseline (month 0), {unit}, invented. Small ones are put together.")
    later = (
        mark("Delivered in month {month} alone, {unit}, invented. Small ones are put together.")
        if alone
        else mark("Delivered up to month {month}, {unit}, invented. Small ones are put together.")
    )
    note = words.at(month, baseline, later, unit=investment_tables.unit(atlas, words))
    found = money_frames.flows(stage.seen.now, to=to, alone=alone)
    names = money_frames.names(atlas, words)
    described = words.paragraph(words.t("Flow of delivered money from funder through programme to place."), note)
    drawn = sankey.draw(sankey.gathered(found), names, words, dark=stage.dark)
    st.html(pieces.remark(note) + pieces.drawing(drawn, described))
    if opened("flow-table", words.t("Show the flow as a table")):
        tables.show(*investment_tables.flows(found, names, words), key="flows")
        first = month if alone else 0
        made = partial(money_frames.flows_file, found, atlas, first_month=first)
        save(stage, "money-flows-in-month" if alone else "money-flows", made)


def programmes(stage: frame.Stage) -> None:
    """Draw money by programme and component."""
    words = stage.words
    st.html(pieces.section(words.t("By programme and component"), investment_tables.up_to(stage.seen.now, words)))
    tables.show(*investment_tables.programmes(stage.seen.now, words), key="money-programmes")
    save(stage, "money-programmes", partial(money_frames.programmes_file, stage.seen.now))


def states(stage: frame.Stage) -> None:
    """Draw money by state; on demand what it bought in the model, as ranges."""
    words, atlas, view = stage.words, stage.atlas, stage.view
    note = words.paragraph(
        investment_tables.up_to(stage.seen.now, words),
        words.t("Estimated population."),
        words.at(
            view.vs,
            mark("Reclaimed as on the map, since baseline (month 0)."),
            mark("Reclaimed as on the map, since month {month}."),
        ),
        words.t(
            "Where a zone takes in municipalities of a state between commitment and release, more may be released "
            "there than was committed."
        ),
    )
    st.html(pieces.section(words.t("By state"), note))
    tables.show(*investment_tables.states(stage.seen, words), key="money-states")
    save(stage, "money-states", partial(money_frames.states_file, stage.seen), compared=True)
    if not len(atlas.books.ledger):
        return
    if opened("costs", words.t("Dollars for each person and km² reclaimed, as a range (takes some seconds)")):
        with st.spinner(words.t("The plan is run under other parameters …")):
            found = costs(stage.whole, view.month, view.vs, atlas.books.only)
        st.html(
            pieces.section(
                "",
                words.paragraph(
                    words.at(
                        view.vs,
                        mark(
                            "Money delivered since baseline (month 0), US$ of {year}, beside what was reclaimed since "
                            "then."
                        ),
                        mark(
                            "Money delivered since month {month}, US$ of {year}, beside what was reclaimed since then."
                        ),
                        year=atlas.books.ledger.usd_year,
                    ),
                    words.n(
                        "In {count} run of the model; empty where it reclaims nothing.",
                        "In {count} runs of the model; empty where a run reclaims nothing.",
                        ensemble.DRAWS + 1,
                    ),
                    words.t(
                        "Much of the money serves other ends: the figure compares two columns and proves nothing."
                    ),
                ),
            )
        )
        tables.show(*investment_tables.costs(found, atlas, words), key="money-costs")
        save(stage, "money-costs", partial(money_frames.costs_file, found, stage.seen), compared=True)


def guards(stage: frame.Stage) -> None:
    """Draw the conditions in the month shown, and when each was met."""
    words, books = stage.words, stage.atlas.books
    note = words.t(
        "Conditions on human rights and transparency; one that is not met withholds a share, line by line. Amounts in "
        "{unit}.",
        unit=investment_tables.unit(stage.atlas, words),
    )
    st.html(
        pieces.section(words.t("Conditions"), note)
        + investment_tables.conditions(books, stage.view.month, words)
    )


def more(stage: frame.Stage) -> None:
    """Draw on demand what a further sum would do in the model."""
    words, atlas = stage.words, stage.atlas
    if not len(atlas.books.ledger):
        return
    note = words.t(
        "A further {sum} {unit} for every programme in every zone, delivered evenly while both are at work, and "
        "the change per million at month {last}. It ranks the model's assumptions: programmes differ by where and when "
        "they spend, not by what they do. It is not a recommendation.",
        sum=words.integer(marginal.EXTRA),
        last=atlas.plan.last_month,
        unit=investment_tables.unit(atlas, words),
    )
    st.html(pieces.section(words.t("What would the next 100 million do?"), note))
    if opened("margins", words.t("Compute the table (takes some seconds)")):
        with st.spinner(words.t("Every programme is run in every zone …")):
            found = margins(stage.whole)
        tables.show(*investment_tables.margins(found, atlas, words), key="money-margins")
        made = partial(money_frames.margins_file, found, atlas)
        save(stage, "money-margins", made, month=atlas.plan.last_month)


def observed(stage: frame.Stage) -> Markup:
    """Return real figures on support to Mexico, each with its source."""
    found = stage.atlas.observations.indicators
    return indicators.table(found[found["indicator_id"].str.startswith(_OBSERVED)], stage.words)


def page() -> None:
    """Draw the page."""
    stage = frame.enter("investment")
    atlas, words = stage.atlas, stage.words
    with st.container(key="page"):
        st.html(pieces.page_head(atlas, words.t("Investment"), words))
        stepping.stepper(stage)
        left_out(stage)
        stage = filters(stage)
        atlas = stage.atlas
        st.html(headline(stage) + investment_tables.invented(atlas, words))
        funnel(stage)
        over_time(stage)
        phase_by_phase(stage)
        flow(stage)
        programmes(stage)
        states(stage)
        guards(stage)
        more(stage)
        note = words.t("Figures with their sources. The plan's yearly sum is a proposal, not an appropriation.")
        st.html(pieces.section(words.t("Observed"), note) + observed(stage))
    frame.leave(stage)


page()
