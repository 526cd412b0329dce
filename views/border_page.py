"""The border: coverage by sector, crossings and their upgrades, inspection, and what is observed."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from layers import base, border_words, strip
from views import faults, frame, pieces, stepping

if TYPE_CHECKING:
    from layers import text

_OBSERVED = (
    "us_sourced_share_traced",
    "guns_recovered_traced",
    "trace_requests_mexico",
    "fentanyl_seized_cbp_sw_border",
)


def drawing(svg: str, description: str) -> str:
    """Return an SVG as an image, with a text that says what it shows."""
    coded = base64.b64encode(svg.encode()).decode()
    said = pieces.safe(description)
    return (
        f"<div class='a-drawing' tabindex='0' role='region' aria-label='{said}'>"
        f"<img src='data:image/svg+xml;base64,{coded}' alt='{said}'></div>"
    )


def heading(title: str, note: str = "") -> str:
    """Return a heading with a note under it."""
    under = f"<p class='a-note'>{pieces.safe(note)}</p>" if note else ""
    return f"<div class='a-prose'><h2>{pieces.safe(title)}</h2></div>{under}"


def sectors(stage: frame.Stage) -> pd.DataFrame:
    """Return the sectors in the month shown: the coverage layer's rows under readable headings."""
    layer = base.find("coverage")
    headings = layer.columns(stage.words)
    rows = layer.frame(stage.atlas, stage.view.month, stage.view.vs)
    return pd.DataFrame(rows[list(headings)]).rename(columns=headings)


def states(stage: frame.Stage) -> pd.DataFrame:
    """Return the share covered by Mexican state in the month shown."""
    words, found = stage.words, stage.atlas.frontier.by_state
    now = found[found["month"] == stage.view.month]
    names = stage.atlas.territory.states.set_index("cve_ent")["name"]
    return pd.DataFrame(
        {
            words.t("State"): [names.get(key, key) for key in now["key"]],
            words.t("Length (km)"): now["length_km"].round(1).to_numpy(),
            words.t("Covered (km)"): now["covered_km"].round(1).to_numpy(),
            words.t("Share covered"): now["share"].round(4).to_numpy(),
            words.t("Mean detection"): now["detection"].round(4).to_numpy(),
        }
    )


def figures(stage: frame.Stage) -> str:
    """Return the border's own headline figures: covered, gaps, inspection, crossings equipped."""
    words, frontier = stage.words, stage.atlas.frontier
    now, then = (frontier.totals.loc[month] for month in (stage.view.month, stage.view.vs))
    passed, before = (frontier.passage.loc[month] for month in (stage.view.month, stage.view.vs))
    return pieces.figure_row(
        border_words.headline(now, then, passed, before, words, since=stage.view.vs)
    )


def observed(stage: frame.Stage) -> pd.DataFrame:
    """Return the observed indicators of the border, latest first, each with its source."""
    words, table = stage.words, stage.atlas.observations.indicators
    found = table[table["indicator_id"].isin(_OBSERVED)].sort_values(
        ["indicator_id", "year"], ascending=[True, False], kind="stable"
    )
    return pd.DataFrame(
        {
            words.t("Indicator"): found["label"],
            words.t("Value"): found["value"],
            words.t("Unit"): found["unit"],
            words.t("Period"): found["period"],
            words.t("Year"): found["year"],
            words.t("Note"): found["note"].fillna(""),
            words.t("Source"): found["source"],
        }
    )


def left_out(stage: frame.Stage) -> None:
    """Say what could not be used; the rest is computed without it."""
    found, words = stage.atlas.frontier.faults, stage.words
    if not found:
        return
    st.warning(
        words.n(
            "{count} row is faulty and was left out; coverage is too low rather than too high.",
            "{count} rows are faulty and were left out; coverage is too low rather than too high.",
            len(found),
        )
    )
    st.dataframe(faults.table(found, words), hide_index=True, width="stretch", key="border-faults")


def terrain_note(stage: frame.Stage, words: text.Words) -> str:
    """Say whether lines of sight were followed over terrain."""
    if stage.atlas.frontier.coverage.on_terrain:
        return words.t("Lines of sight follow the terrain.")
    return words.t("No terrain is loaded: range is limited by the radar horizon only.")


def page() -> None:
    """Draw the page."""
    stage = frame.enter("border")
    atlas, view, words = stage.atlas, stage.view, stage.words
    with st.container(key="page"):
        st.html(pieces.page_head(atlas, words.t("The border"), words))
        stepping.stepper(stage)
        left_out(stage)
        st.html(figures(stage))
        described = words.t("Share of each sector covered, by month; the same figures stand in the table.")
        st.html(
            heading(words.t("From ocean to gulf"), f"{described} {terrain_note(stage, words)}")
            + drawing(strip.strip(atlas, view.month, words, dark=stage.dark), described)
            + border_words.coverage_key(words, dark=stage.dark)
        )
        st.html(
            heading(words.t("Coverage by sector"))
            + drawing(strip.curves(atlas, view.month, words, dark=stage.dark), described)
        )
        st.dataframe(sectors(stage), hide_index=True, width="stretch", key="sectors")
        st.html(heading(words.t("Coverage by Mexican state")))
        st.dataframe(states(stage), hide_index=True, width="stretch", key="border-states")
        st.html(heading(words.t("Crossings"), border_words.crossing_note(words)))
        crossing = base.find("crossings")
        rows = crossing.frame(atlas, view.month)
        headings = crossing.columns(words)
        north = pd.DataFrame(rows[rows["border"] == "us"][list(headings)]).rename(columns=headings)
        st.dataframe(north, hide_index=True, width="stretch", key="border-crossings")
        st.html(heading(words.t("Observed"), border_words.observed_note(words)))
        st.dataframe(observed(stage), hide_index=True, width="stretch", key="border-observed")
    frame.leave(stage)


page()
