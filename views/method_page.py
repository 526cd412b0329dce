"""Method: what is real and what is invented, the rule, the model, the sources, the limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from layers import figures
from layers.files import sources
from roadmap import moments
from roadmap.model import formulae
from roadmap.words import text
from views import explain, frame, indicators, pieces, state

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markupsafe import Markup

    from roadmap import atlas as atlases


def what_is_real(atlas: atlases.Atlas, words: text.Words) -> Markup:
    """Return the section that parts the real from the invented."""
    if atlas.territory.country.is_invented:
        return pieces.prose(words.t("What is real and what is invented"), words.t(text.ALL_INVENTED))
    return pieces.prose(
        words.t("What is real and what is invented"),
        words.t(
            "Real and cited: outlines of municipalities and states, census totals of the states, "
            "border crossings with the traffic of their ports, homicide victims by state, the "
            "federal lists of priority municipalities, and all observed indicators."
        ),
        words.t(
            "Estimated: the population of each municipality, made from published shares scaled to "
            "the census totals of the states."
        ),
        words.t(
            "Invented: the plan's zones, forces, programmes and months beyond what the source "
            "names, every control score, and everything that follows from them. They make the "
            "assumptions of a scenario explicit. They are no forecast and assess no place."
        ),
    )


def baseline_text(atlas: atlases.Atlas, words: text.Words) -> Markup:
    """Return the section on the calibration, with its residual."""
    if atlas.scenario.baseline is not None:
        said = words.t("The scenario states a score for each municipality at month 0; nothing was computed of figures.")
        return pieces.prose(words.t("Calibration of the baseline"), said)
    start = atlas.plan.projected.baseline
    return pieces.prose(
        words.t("Calibration of the baseline"),
        words.t(
            "The only target is one national aggregate: the spoken estimate of March 2021 that 30 "
            "to 35 % of Mexico's territory lay in areas where criminal organisations operate. It "
            "came without a method, and the Mexican government rejected it. Other published "
            "estimates run from 20 % to 81 % because they count different things; see the "
            "indicators below."
        ),
        words.t(
            "Target {target} of area; met {share}; residual {residual} percentage points, the "
            "nearest that whole municipalities allow. Offset found by the solver: {offset}.",
            target=words.percent(start.target, 3),
            share=words.percent(start.share_area, 3),
            residual=words.signed(start.residual * 100, 4),
            offset=words.decimal(start.offset, 5),
        ),
        words.t(
            "The baseline share is solved. The strength of the phases was put in: it was chosen so "
            "that the plan takes the course told by the scenario. The course is an assumption, not a "
            "finding."
        ),
    )


def rule_text(atlas: atlases.Atlas, words: text.Words) -> Markup:
    """Return the section on what counts as reclaimed and lost."""
    rule = atlas.scenario.rules
    better = words.named(text.CLASSES, rule.reclaimed_to)
    worse = words.named(text.CLASSES, rule.reclaimed_from)
    return pieces.prose(
        words.t("Rule {version}: reclaimed and lost", version=rule.version),
        words.n(
            "Reclaimed: {worse} or worse at the month of comparison, and {better} or better in the last "
            "{count} month. Lost is the mirror image under the same rule.",
            "Reclaimed: {worse} or worse at the month of comparison, and {better} or better in "
            "each of the last {count} months. Lost is the mirror image under the same rule.",
            rule.months_held,
            worse=worse,
            better=better,
        ),
        words.t(
            "Confidence is low within {margin} of a class boundary and beyond month {month}; the "
            "plan is never more than {ceiling}, because nothing was assessed.",
            margin=words.decimal(rule.boundary_margin, 2),
            month=rule.firm_months,
            ceiling=words.named(text.CONFIDENCES, rule.plan_ceiling),
        ),
    )


def phase_table(atlas: atlases.Atlas, words: text.Words) -> Markup:
    """Return share contested or worse, reclaimed and lost at the end of each phase."""
    months = [0, *(phase.last_month for phase in atlas.scenario.phases)]
    rows = []
    for month in months:
        seen = moments.of(atlas, month)
        share = figures.share_not_held(seen.now)
        changes = figures.change_tally(seen)
        rows.append(
            [
                words.month(month),
                words.percent(share["area_km2"]),
                words.percent(share["population"]),
                words.percent(share["municipalities"]),
                words.integer(changes.loc["reclaimed", "municipalities"]),
                words.integer(changes.loc["lost", "municipalities"]),
            ]
        )
    headings = [
        words.t("Month"),
        words.t("Contested or worse: area"),
        words.t("people"),
        words.t("municipalities"),
        words.t("Reclaimed"),
        words.t("Lost"),
    ]
    return pieces.table(headings, rows, numeric={1, 2, 3, 4, 5})


def border_text(words: text.Words) -> Markup:
    """Return how the border enters the model, before its equations."""
    return pieces.prose(
        words.t("What the border hands to the model"),
        words.t(
            "Sensors and upgrades are invented, and so is what follows from them. The line, the crossings and "
            "northbound traffic are real. The three inputs enter the pressure above; without sensors and "
            "upgrades they are zero."
        ),
    )


def ledger_text(words: text.Words) -> Markup:
    """Return how the ledger enters the model, before its equation."""
    return pieces.prose(
        words.t("What the ledger hands to the model"),
        words.t(
            "Every line of the ledger is invented and says by which way it acts, once: as effort where it is "
            "spent, as integrity of institutions nationwide, or not as money, because the border, units in zones "
            "or nothing in the model carry it. Money is delivered money, after what conditions withhold."
        ),
    )


def equations(found: Iterable[formulae.Equation], words: text.Words) -> None:
    """Draw equations, each with its sentence and symbols."""
    for each in found:
        st.markdown(words.named(explain.EQUATIONS, each.key))
        st.latex(each.latex)
        st.caption(words.pairs((f"${symbol}$", words.named(explain.SYMBOLS, key)) for symbol, key in each.symbols))


def parameter_table(atlas: atlases.Atlas, words: text.Words) -> Markup:
    """Return every parameter with its value, range and unit."""
    rows = []
    for each in atlas.scenario.model.records():
        name = each.key.split(".")[-1]
        label = words.named(explain.SYMBOLS, name)
        if each.section == "phase":
            label = words.t("phase {number}: {label}", number=each.key.split(".")[1], label=label)
        span = "" if each.low == each.high else f"{each.low:g}\N{EN DASH}{each.high:g}"
        rows.append(
            [
                words.named(explain.SECTIONS, each.section),
                label,
                f"{each.value:g}",
                span,
                words.named(explain.UNITS, each.unit),
            ]
        )
    headings = [words.t("Part"), words.t("Parameter"), words.t("Value"), words.t("Range"), words.t("Unit")]
    return pieces.table(headings, rows, numeric={2, 3})


def constant_table(words: text.Words) -> Markup:
    """Return what the border's equations and its coverage stand on and no scenario changes."""
    rows = [
        [words.named(explain.SYMBOLS, key), f"{value:.4g}", words.named(explain.UNITS, unit)]
        for key, value, unit in explain.BORDER_CONSTANTS
    ]
    return pieces.table([words.t("Fixed value"), words.t("Value"), words.t("Unit")], rows, numeric={1})


def source_table(atlas: atlases.Atlas, words: text.Words) -> Markup:
    """Return every data file with its origin, licence and whether it is invented; of another country, its own files."""
    is_shipped = atlas.cited(atlas.files[0]) == atlas.files[0]
    rows = [
        [
            each.path,
            each.title,
            each.citation,
            each.licence,
            each.date,
            words.t("invented") if each.illustrative else words.t("real, cited"),
        ]
        for each in (sources.records().values() if is_shipped else sources.of(atlas.files, atlas))
    ]
    headings = [
        words.t("File"),
        words.t("Content"),
        words.t("Source"),
        words.t("Licence"),
        words.t("Date"),
        words.t("Kind"),
    ]
    return pieces.table(headings, rows)


def limits(words: text.Words) -> Markup:
    """Return what the product cannot say."""
    return pieces.prose(
        words.t("Limits"),
        words.t(
            "The model is small on purpose. It has no actors, no elections, no courts and no "
            "economy beyond a few numbers; its parameters are assumptions, not estimates."
        ),
        words.t(
            "No view counts deaths or casualties as a result. The homicide rate is shown because the "
            "annual review names it, as a condition of life and not as a score."
        ),
        words.t(
            "The source names no targets, places, budget split, start date or definition of control. "
            "Months within a phase, zones, forces and parameters are the scenario's assumptions, all "
            "of them in its folder and open to change."
        ),
        words.t(
            "Population is of 2020 and does not move. Outlines are of early 2020: thirteen younger "
            "municipalities count with those they were cut from."
        ),
        words.t(
            "Traffic is counted by port and in one direction only. A crossing without a "
            "figure is not a crossing without traffic."
        ),
        words.t(
            "Three denominators are shown because municipalities, people and area give different "
            "answers; none of them is the true one."
        ),
    )


def page() -> None:
    """Draw the page."""
    stage = frame.enter("method")
    atlas, words = stage.atlas, stage.words
    st.html(pieces.page_head(atlas, words.t("Method and sources"), words))
    st.html(what_is_real(atlas, words))
    st.html(baseline_text(atlas, words) + rule_text(atlas, words))
    st.html(phase_table(atlas, words))
    st.html(pieces.prose(words.t("The model, equation by equation")))
    with st.container(key="equations"):
        equations(formulae.EQUATIONS, words)
        st.html(border_text(words))
        equations(explain.BORDER, words)
        st.html(ledger_text(words))
        equations(explain.LEDGER, words)
    st.html(pieces.prose(words.t("Parameters")) + parameter_table(atlas, words))
    st.html(pieces.prose(words.t("Fixed values of the border")) + constant_table(words))
    st.html(limits(words))
    st.html(pieces.prose(words.t("Sources")) + source_table(atlas, words))
    with st.expander(words.t("All observed indicators"), key="indicators", on_change=state.touched):
        if st.session_state.get("indicators"):
            st.html(indicators.table(atlas.observations.indicators, words))
    frame.leave(stage)


page()
