"""How every chart looks: the page's type, its ground and ink, numbers as the reader's language writes them.

A chart is a Vega-Lite specification made by Altair once for a language and a theme, and filled with rows for each page:
building one takes Altair 20 to 40 ms, filling it one. Streamlit brings Vega along, so nothing is asked of another
machine. Names of data are rows and never part of a specification, in which Vega would run expressions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import altair as alt

from layers import palette

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from roadmap.words import text

FONT = "Noto Sans, sans-serif"
SIZE, SMALL = 12, 11
PADDING = {"left": 0, "top": 4, "right": 8, "bottom": 4}
PALE = 0.6
"""How far the ground covers what comes after the month shown."""


@dataclass(frozen=True)
class Chart:
    """A chart and what it says.

    Attributes
    ----------
    spec
        For Vega-Lite, with all rows in it as frames by name.
    said
        The figures in a sentence, for those who do not see it. Where it changes, the browser makes the chart anew;
        where only rows change, it moves the marks. So the sentence of a chart over the months is about all of them.
    now
        What the chart says of the month shown beyond that, and no table beside it.
    """

    spec: dict[str, Any]
    said: str
    now: str = ""


@dataclass(frozen=True)
class Inks:
    """Colours of a theme: text and lines, the ground, what is shown, and what stands beside it."""

    ink: str
    ground: str
    accent: str
    quiet: str


LIGHT = Inks(ink="#20272e", ground="#ffffff", accent=palette.ACCENT, quiet="#c9d2d8")
DARK = Inks(ink="#e6eaee", ground="#14191f", accent="#7cd0e0", quiet="#47545f")


def inks(*, dark: bool) -> Inks:
    """Return the colours of a theme."""
    return DARK if dark else LIGHT


def rows(name: str) -> alt.NamedData:
    """Return a name under which rows come."""
    return alt.NamedData(name=name)


X = alt.X("month:O")
_TENTHS = "({0} / 1e7)"
MILLIONS = f"(round({_TENTHS}) - ({_TENTHS} % 1 == 0.5 && round({_TENTHS}) % 2 == 1 ? 1 : 0)) / 10"
"""Cents as millions to one decimal, of two as near the even one: as :func:`layers.money_words.millions` writes them."""


def months(ends: tuple[int, ...], last: int, words: text.Words) -> alt.X:
    """Return the axis of all months, labelled where a phase ends; a chart's other marks share :data:`X`."""
    axis = alt.Axis(values=[0, *ends], title=words.t("month"), labelAngle=0, labelOverlap=False)
    scale = alt.Scale(domain=list(range(last + 1)), paddingInner=0.16, paddingOuter=0.08)
    return alt.X("month:O", scale=scale, axis=axis)


def veil(now: alt.Chart, look: Inks, last: int) -> alt.Chart:
    """Return what covers the months after the one shown, up to the last one."""
    found: alt.Chart = now.mark_rect(color=look.ground, opacity=PALE).encode(
        x=alt.X("month:O", bandPosition=0.5), x2=alt.X2Datum(last, bandPosition=1)
    )
    return found


def pointed(rows: alt.Chart, look: Inks, told: Sequence[alt.Tooltip], words: text.Words) -> alt.Chart:
    """Return what answers the pointer with the values of a month, and marks the month."""
    under = alt.selection_point(name="under", on="pointerover", clear="pointerout", empty=False)
    opacity = alt.condition(under, alt.value(0.14), alt.value(0))
    tooltip = [alt.Tooltip("month:O", title=words.t("month")), *told]
    found: alt.Chart = rows.mark_rect(color=look.ink).encode(x=X, opacity=opacity, tooltip=tooltip)
    return found.add_params(under).properties(name="pointed")


def specification(chart: alt.TopLevelMixin, height: int, words: text.Words, *, dark: bool) -> dict[str, Any]:
    """Return a chart as Vega-Lite in the look of the page; below it stands that what it shows is invented.

    A chart is cut out and passed on without the page around it.
    """
    look = inks(dark=dark)
    dressed = chart.properties(
        height=height,
        title=alt.TitleParams(
            words.t("HYPOTHETICAL, invented"), orient="bottom", anchor="end", fontSize=10, fontWeight="normal", offset=6
        ),
        config={
            "font": FONT,
            "background": look.ground,
            # Marks one by one say nothing that the sentence and the table do not say better.
            "mark": {"aria": False, "tooltip": None},
            "axis": {
                **dict.fromkeys(("labelColor", "titleColor", "domainColor", "gridColor"), look.ink),
                **dict.fromkeys(("labelFont", "titleFont"), FONT),
                **dict.fromkeys(("labelFontSize", "titleFontSize"), SMALL),
                **dict.fromkeys(("aria", "ticks"), False),
                "titleFontWeight": "normal",
                "gridOpacity": 0.16,
                "domainOpacity": 0.6,
                "labelPadding": 6,
            },
            "legend": {
                "labelColor": look.ink, "labelFont": FONT, "labelFontSize": SIZE, "labelLimit": 0, "aria": False
            },
            "text": {"color": look.ink, "fontSize": SIZE, "font": FONT},
            "title": {"color": look.ink, "font": FONT, "aria": False},
            "view": {"stroke": None},
            "locale": {"number": numbers(words)},
        },
    )
    # The tests hold it against the schema, which takes longer than all the rest.
    found: dict[str, Any] = dressed.to_dict(validate=False)
    return {**found, "autosize": {"type": "fit", "contains": "padding"}, "padding": PADDING}


def numbers(words: text.Words) -> dict[str, Any]:
    """Return how the language writes numbers, as Vega reads it.

    Examples
    --------
    >>> from roadmap.words import text
    >>> numbers(text.words())["thousands"]
    ','
    """
    return {
        "decimal": words.decimal(0.5)[1],
        "thousands": words.integer(1000)[1],
        "grouping": [3],
        "currency": ["", ""],
        "percent": words.percent(0, 0)[1:],
    }


def filled(spec: dict[str, Any], said: str, now: str = "", /, **frames: pd.DataFrame) -> Chart:
    """Return a specification with its rows."""
    return Chart({**spec, "datasets": frames}, said, now)
