"""Words and figures of the border: headline, key of colours, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers import coverage, figures, palette, templates

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from roadmap.words import text


def headline(
    now: pd.Series, then: pd.Series, passed: pd.Series, before: pd.Series, words: text.Words, *, since: int
) -> tuple[figures.Figure, ...]:
    """Return the border's headline figures of a month against another.

    Parameters
    ----------
    now, then
        Rows of :attr:`roadmap.border.frontier.Frontier.totals`.
    passed, before
        Rows of :attr:`roadmap.border.frontier.Frontier.passage`.
    words, since
        The language, and the month of comparison.
    """
    against = words.since(since)
    covered = (float(now["share"]) - float(then["share"])) * 100
    lanes = round(float(passed["lanes"]))
    inspected = (float(passed["inspected"]) - float(before["inspected"])) * 100
    return (
        figures.Figure(
            "covered",
            words.t("Line covered"),
            words.percent(float(now["share"])),
            words.t("{change} points", change=words.signed(covered, 1)),
            against,
            (
                words.t(
                    "{km} km of {length}",
                    km=words.integer(now["covered_km"]),
                    length=words.integer(now["length_km"]),
                ),
            ),
        ),
        figures.Figure(
            "gaps",
            words.t("No sensor reaches"),
            words.t("{km} km", km=words.integer(now["gap_km"])),
            words.t("{change} km", change=words.signed(float(now["gap_km"] - then["gap_km"]))),
            against,
            (words.t("{km} km reached by two or more", km=words.integer(now["overlap_km"])),),
        ),
        figures.Figure(
            "inspected",
            words.t("Southbound inspection"),
            words.percent(float(passed["inspected"])),
            words.t("{change} points", change=words.signed(inspected, 1)),
            against,
            (words.t("of vehicles, weighted by northbound traffic"),),
        ),
        figures.Figure(
            "lanes",
            words.t("Legal capacity"),
            words.n("{lanes} lane", "{lanes} lanes", lanes, lanes=words.signed(lanes)),
            words.signed(float(passed["lanes"] - before["lanes"])),
            against,
            (
                words.n("{count} new crossing", "{count} new crossings", int(passed["new_crossings"])),
                words.n("{count} crossing equipped", "{count} crossings equipped", int(passed["equipped"])),
            ),
        ),
    )


def coverage_key(words: text.Words, *, dark: bool) -> Markup:
    """Return the key of the coverage colours as HTML."""
    colours = [swatch.dark if dark else swatch.light for swatch in palette.COVERAGE]
    return templates.piece(
        "colour_key",
        swatches=list(zip(colours, coverage.LAYER.labels(words), strict=True)),
        note=words.t("Ticks: crossings. Circles: upgrades in the month they open. Thick line: the month shown."),
    )


def crossing_note(across: str, words: text.Words) -> str:
    """Return what the table of crossings counts, into the country across, and what in it is invented."""
    return words.t(
        "Traffic is observed: yearly entries into {country} of the whole port, 2023. "
        "Lanes, inspection and new crossings are invented.",
        country=across,
    )


def observed_note(words: text.Words) -> str:
    """Return what is observed and that no targets exist."""
    return words.t(
        "Real figures, each with its source. The roadmap's source sets no target for any of them, and none "
        "is invented here. Seizures are not flows; traced firearms are no random sample."
    )


def switches(words: text.Words) -> dict[str, str]:
    """Return the words for the plan with parts of the border switched off, by column of the trials."""
    return {
        "all": words.t("with everything"),
        "coverage": words.t("without coverage"),
        "inspection": words.t("without southbound inspection"),
        "capacity": words.t("without legal capacity"),
        "none": words.t("without any of the three"),
    }


def effect_note(words: text.Words) -> str:
    """Return how to read the switches."""
    return words.t(
        "The same plan with parts of the border switched off. An effect that was assumed, not one that was found: the "
        "formulas and their strengths stand on the method page."
    )
