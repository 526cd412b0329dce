"""The border: coverage by sector, crossings and their upgrades, inspection, and what is observed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from geo import keeping
from layers import base, release
from layers.charts import border, strip
from roadmap import atlas as atlases
from roadmap.border import frontier, sensors, upgrades
from roadmap.words import complaints
from views import border_words, charting, faults, frame, pieces, stepping, tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

_OBSERVED = (
    "us_sourced_share_traced",
    "guns_recovered_traced",
    "trace_requests_mexico",
    "sedena_guns_seized",
    "fentanyl_seized_cbp_sw_border",
)
_ASKING = ("metric", "programme", "component")
# What the reader of this page asks first of a crossing.
_CROSSING = ("name_us", "km", "modes", "upgrades", "since", "added_lanes", "inspected")
_SHARES = ("share", "share_before", "detection", "detection_before", "inspected")


def tabulated(stage: frame.Stage, layer_id: str, key: str) -> None:
    """Draw the rows of a layer in the month shown, under readable headings; shares as per cent."""
    layer = base.find(layer_id)
    headings = base.headings(layer, stage.atlas, stage.words)
    rows = layer.frame(stage.seen)
    shown, order = tables.translated(rows, layer, stage), list(headings)
    if layer_id == "crossings":
        shown = shown[shown["border"] == stage.atlas.frontier.borders.code].sort_values("km")
        order = [*_CROSSING, *(name for name in order if name not in _CROSSING)]
    show(pd.DataFrame(shown[order]), headings, key)
    # Whole, as under this name everywhere: also the crossings of the other borders.
    tables.save_layer(stage, layer, rows)


def show(rows: pd.DataFrame, headings: Mapping[str, str], key: str) -> None:
    """Draw a table: shares as per cent, lengths to 100 m."""
    lengths = [name for name in rows.columns if name.endswith("km")]
    tables.show(rows.round(dict.fromkeys(lengths, 1)), headings, key=key, percent=_SHARES)


def states(stage: frame.Stage) -> None:
    """Draw the share covered by state in the month shown."""
    words, found = stage.words, stage.atlas.frontier.by_state
    now = found[found["month"] == stage.view.month].round(
        {"length_km": 1, "covered_km": 1, "share": 4, "detection": 4}
    )
    names = stage.atlas.territory.states.set_index("cve_ent")["name"]
    rows = now.assign(name=[names.get(key, key) for key in now["key"]])
    headings = {
        "name": words.t("State"),
        "length_km": words.t("Length (km)"),
        "covered_km": words.t("Covered (km)"),
        "share": words.t("Share covered"),
        "detection": words.t("Mean detection"),
    }
    show(rows[list(headings)], headings, "border-states")


@keeping.kept(most=1)
def trials(atlas: atlases.Atlas) -> pd.DataFrame:
    """Return the plan with parts of the border switched off, by month."""
    plan, line, place = atlas.scenario, atlas.frontier, atlas.territory
    acting = atlases.inputs(line, atlas.books, place, plan.model)
    return frontier.trials(line, place, plan, atlas.observations, plan.model, beside=acting)


def effects(stage: frame.Stage) -> Markup:
    """Return what switching off each part of the border does to the share at contested or worse."""
    words, atlas, month = stage.words, stage.atlas, stage.view.month
    shares = trials(atlas)
    labels = border_words.switches(words)
    months = sorted({month, *(phase.last_month for phase in atlas.scenario.phases)})
    rows = [
        [label, *(words.percent(float(shares.loc[each, key])) for each in months)] for key, label in labels.items()
    ]
    headings = [words.t("Area at contested or worse"), *(words.month(each) for each in months)]
    return pieces.table(headings, rows, numeric=set(range(1, len(months) + 1)))


def figures(stage: frame.Stage) -> Markup:
    """Return the border's own headline figures: covered, gaps, inspection, crossings equipped."""
    words, frontier = stage.words, stage.atlas.frontier
    now, then = (frontier.totals.loc[month] for month in (stage.view.month, stage.view.vs))
    passed, before = (frontier.passage.loc[month] for month in (stage.view.month, stage.view.vs))
    return pieces.figure_row(
        border_words.headline(now, then, passed, before, words, since=stage.view.vs)
    )


def asked(stage: frame.Stage, indicator: str) -> str:
    """Return what the roadmap asks where an indicator is cited; the most telling entry."""
    entries = [each for each in stage.atlas.scenario.entries if indicator in each.indicators and each.kind in _ASKING]
    entries.sort(key=lambda each: _ASKING.index(each.kind))
    return stage.words.of(entries[0].title) if entries else ""


def observed(stage: frame.Stage) -> Markup:
    """Return the observed indicators of the border, latest first, beside what the roadmap asks, with sources."""
    words, table = stage.words, stage.atlas.observations.indicators
    found = table[table["indicator_id"].isin(_OBSERVED)].sort_values(
        ["indicator_id", "year"], ascending=[True, False], kind="stable"
    )
    rows = [
        [
            row.label,
            words.number(row.value),
            row.unit,
            dated(row.period, row.year),
            asked(stage, row.indicator_id),
            row.note if isinstance(row.note, str) else "",
            row.source,
        ]
        for row in found.itertuples()
    ]
    rows += traffic(stage)
    headings = [
        words.t("Indicator"),
        words.t("Value"),
        words.t("Unit"),
        words.t("Period"),
        words.t("What the roadmap asks"),
        words.t("Note"),
        words.t("Source"),
    ]
    return pieces.table(headings, rows, numeric={1})


def dated(period: str, year: object) -> str:
    """Return a period with its year, where the one does not already name the other."""
    return period if pd.isna(year) or str(year) in period else f"{period} {year}"


def traffic(stage: frame.Stage) -> list[list[str]]:
    """Return the yearly entries of all ports of the border that is watched together, by mode."""
    words = stage.words
    crossings = stage.atlas.observations.crossings
    north = crossings[crossings["border"] == stage.atlas.frontier.borders.code]
    country = words.name(stage.atlas.territory.country.across)
    labels = {
        "trucks_per_year": words.t("Trucks entering {country}, all ports", country=country),
        "cars_per_year": words.t("Cars entering {country}, all ports", country=country),
        "pedestrians_per_year": words.t("People on foot entering {country}, all ports", country=country),
    }
    rows = []
    for column, label in labels.items():
        counted = north[north[column].notna()]
        years = sorted({int(year) for year in counted["year"].dropna()})
        parts = {part.strip() for source in counted["source"] for part in source.split(";")}
        sources = "; ".join(sorted(part for part in parts if not part.startswith("coordinates")))
        total = words.integer(int(counted[column].sum()))
        period = "\N{EN DASH}".join(str(year) for year in sorted({years[0], years[-1]})) if years else ""
        note = words.n(
            "{count} port with a figure; empty is not zero",
            "{count} ports with a figure; empty is not zero",
            len(counted),
        )
        rows.append([label, total, words.t("a year"), period, words.t("Legal crossings expanded"), note, sources])
    return rows


def left_out(stage: frame.Stage) -> None:
    """Say what could not be used; the rest is computed without it.

    What stands in a faulty cell may be a device's place, so only those inside the group see it.
    """
    line, words = stage.atlas.frontier, stage.words
    if not line.faults:
        return
    rows = len(line.sensors.left_out) + len(line.upgrades.left_out)
    said = [
        words.n(
            "{count} row is faulty and was left out; what it would do is missing here.",
            "{count} rows are faulty and were left out; what they would do is missing here.",
            rows,
        )
        if rows
        else "",
        *(
            words.t("Nothing in {file} could be used.", file=file)
            for file, read, table in (
                (sensors.FILE, line.sensors.deployments, line.sensors),
                (upgrades.FILE, line.upgrades.upgrades, line.upgrades),
            )
            if table.unused or (table.left_out and not read)
        ),
    ]
    st.warning(words.paragraph(*said) or words.t("There are faults that leave nothing out."))
    table = faults.table([release.released(fault) for fault in line.faults], words)
    if release.level() != release.INTERNAL:
        table = table.drop(columns=words.t("Value"))
    tables.show(table, key="border-faults")


def terrain_note(stage: frame.Stage) -> str:
    """Say whether lines of sight were followed over terrain."""
    words, line = stage.words, stage.atlas.frontier
    if line.coverage.on_terrain:
        return words.t("Lines of sight follow the terrain.")
    return words.t("No terrain is loaded: range is limited by the radar horizon only.")


def terrain_left_out(stage: frame.Stage) -> None:
    """Say why the terrain that was asked for is not used; inside the group also where it was looked for."""
    fault, words = stage.atlas.frontier.terrain_fault, stage.words
    if fault is None:
        return
    wrong, remedy = complaints.terrain(fault, words)
    if release.level() == release.INTERNAL:
        said = words.t("The terrain {source!r} is not used.", source=fault.source)
    else:
        said = words.t("The terrain that was asked for is not used.")
    st.warning(pieces.plain(words.paragraph(said, wrong, remedy)))


def page() -> None:
    """Draw the page."""
    stage = frame.enter("border")
    atlas, words = stage.atlas, stage.words
    across = words.name(atlas.territory.country.across)
    with st.container(key="page"):
        st.html(pieces.page_head(atlas, words.t("The border"), words))
        stepping.stepper(stage)
        if not atlas.frontier.borders.code:
            st.html(pieces.remark(words.t("No border of this territory is watched: nothing is deployed along one.")))
            frame.leave(stage)
            return
        left_out(stage)
        terrain_left_out(stage)
        st.html(figures(stage))
        described = words.t("Share of each sector covered, by month; the same figures stand in the table.")
        st.html(
            pieces.section(words.t("Along the line"), words.paragraph(described, terrain_note(stage)))
            + pieces.drawing(strip.strip(stage.seen.now, words, dark=stage.dark), described)
            + border_words.coverage_key(words, dark=stage.dark)
        )
        st.html(pieces.section(words.t("Coverage by sector"), words.t("By month, all from 0 to 100 %.")))
        charting.show(border.coverage(stage.seen.now, words, dark=stage.dark), key="curves")
        tabulated(stage, "coverage", "sectors")
        st.html(pieces.section(words.t("Coverage by state")))
        states(stage)
        st.html(pieces.section(words.t("What it does in the model"), border_words.effect_note(words)) + effects(stage))
        st.html(pieces.section(words.t("Crossings"), border_words.crossing_note(across, words)))
        tabulated(stage, "crossings", "border-crossings")
        st.html(pieces.section(words.t("Observed"), border_words.observed_note(words)) + observed(stage))
    frame.leave(stage)


page()
