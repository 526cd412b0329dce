"""Charts of money: from plan to delivery, over the months by funder and by programme, and shares by phase.

Amounts go into a chart whole, in cents, and are written in millions. Each chart has a table that says the same.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from layers import money_words, palette
from layers.charts import panels, theme
from roadmap.ledger import money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from roadmap.words import text

COLUMNS = 4
"""How many panels of programmes stand side by side where there is room."""

_PER_MILLION, _FORM = 1e8, ",.1f"
_TALL, _ROW, _LEGEND = 300, 34, 76
_NARROW = 52
_NUMBER_ROOM = 130


def funnel(sums: pd.Series, words: text.Words, *, dark: bool) -> theme.Chart:
    """Return the four amounts as bars of one scale, and what is withheld as one more, hollow.

    The sums are cents by amount, from :meth:`roadmap.ledger.bookkeeping.Books.funnel`.
    """
    cents = [int(sums[stage]) for stage in money.AMOUNTS]
    rows = pd.DataFrame(
        {
            "stage": [words.named(money_words.STAGES, stage) for stage in money.AMOUNTS],
            "cents": cents,
            "part": [each / max(*cents, 1) for each in cents],
            "said": [money_words.dollars(each, words) for each in cents],
            "exact": [money_words.exact(each, words) for each in cents],
            "hollow": [stage == money.WITHHELD for stage in money.AMOUNTS],
        }
    )
    sums_said = words.pairs(zip(rows["stage"], rows["said"], strict=True))
    said = words.t("Bars of one scale, invented: {sums}.", sums=sums_said)
    return theme.filled(_funnel(words, dark=dark), said, rows=rows)


@functools.lru_cache(maxsize=8)
def _funnel(words: text.Words, *, dark: bool) -> dict[str, Any]:
    look = theme.inks(dark=dark)
    scale = alt.Scale(domain=[0, 1], range=[0, {"expr": f"width - {_NUMBER_ROOM}"}])
    base = alt.Chart(theme.rows("rows")).encode(
        x=alt.X("part:Q", scale=scale, axis=None),
        y=alt.Y("stage:N", sort=None, axis=alt.Axis(title=None, domain=False, labelFontSize=theme.SIZE, labelLimit=0)),
        tooltip=[alt.Tooltip("stage:N", title=words.t("Amount")), alt.Tooltip("exact:N", title=words.t("Exactly"))],
    )
    bars = base.mark_bar(stroke=look.accent, height={"band": 0.7}).encode(
        fill=alt.condition("datum.hollow", alt.value(look.ground), alt.value(look.accent)),
        strokeDash=alt.condition("datum.hollow", alt.value([3, 2]), alt.value([1, 0])),
    )
    texts = base.mark_text(align="left", dx=8).encode(text="said:N")
    return theme.specification(bars + texts, len(money.AMOUNTS) * _ROW + 24, words, dark=dark)


# --- over time --------------------------------------------------------------------------------


def largest_first(course: pd.DataFrame, *, running: bool) -> pd.DataFrame:
    """Return the columns by their sum over all months; the same order for both ways of counting."""
    sums = course.iloc[-1] if running else course.sum()
    return course[sums.sort_values(ascending=False, kind="stable").index]


def funders(
    course: pd.DataFrame,
    month: int,
    words: text.Words,
    *,
    running: bool,
    unit: str,
    ends: Sequence[int] = (),
    names: Mapping[str, str] | None = None,
    dark: bool,
) -> theme.Chart:
    """Return one amount by funder over the months: sums so far as lines, month by month as columns on one another.

    Parameters
    ----------
    course
        Cents; index the months, a column for each funder; so far or month by month, as `running` says.
    month
        The month shown; what comes after it is pale.
    unit, ends
        Words for millions of which dollars; last months of the phases, marked below.
    names
        Of the funders, where they are not those of the shipped plan.
    """
    found = largest_first(course, running=running)
    keys = tuple(map(str, found.columns))
    rows = found.set_axis(_columns(keys), axis="columns").rename_axis("month").reset_index()
    now = rows[rows["month"] == month].assign(said=words.month(month))
    sums = found.iloc[-1] if running else found.sum()
    labels = tuple((names or {}).get(key) or words.named(money_words.FUNDERS, key) for key in keys)
    given = {
        "unit": unit,
        "month": int(found.index[-1]),
        "sums": words.pairs(
            (label, money_words.millions(int(sums[key]), words)) for label, key in zip(labels, keys, strict=True)
        ),
        "sum": money_words.millions(int(sums.sum()), words),
    }
    drawn = words.t("Lines: delivered so far.") if running else words.t("Columns: delivered each month.")
    told = words.t("By month {month}, {unit}, invented: {sums}; together {sum}.", **given)
    said = words.paragraph(drawn, told)
    spec = _funders(keys, words, running=running, unit=unit, ends=(*ends, int(found.index[-1])), dark=dark)
    return theme.filled(spec, said, rows=rows, now=now)


def _columns(keys: Sequence[str]) -> list[str]:
    return [f"f{place}" for place in range(len(keys))]


@functools.lru_cache(maxsize=32)
def _funders(
    keys: tuple[str, ...], words: text.Words, *, running: bool, unit: str, ends: tuple[int, ...], dark: bool
) -> dict[str, Any]:
    """Return the chart of the funders without its rows, which have a column f0, f1, … for each of them.

    The ends are those of the phases, and the last month.
    """
    look = theme.inks(dark=dark)
    columns = _columns(keys)
    colours, dashes = zip(*(palette.funder(key, dark=dark) for key in keys), strict=True)
    x = theme.months(ends[:-1], ends[-1], words)
    axis = alt.Axis(title=unit, titleAngle=0, titleAlign="left", titleAnchor="end", titleX=-4, titleY=-14, tickCount=4)
    y = alt.Y("millions:Q", axis=axis, stack=None if running else "zero")
    colour = alt.Color("funder:N", scale=alt.Scale(domain=columns, range=list(colours)), legend=None)
    dash = alt.StrokeDash("funder:N", scale=alt.Scale(domain=columns, range=list(dashes)), legend=None)
    rows, now = alt.Chart(theme.rows("rows")), alt.Chart(theme.rows("now"))

    def folded(chart: alt.Chart) -> alt.Chart:
        return chart.transform_fold([*columns], as_=["funder", "cents"]).transform_calculate(
            millions=f"datum.cents / {_PER_MILLION!r}", place="+slice(datum.funder, 1)"
        )

    drawn = (
        folded(rows).mark_line(strokeWidth=2.4).encode(x, y, colour, dash)
        if running
        else folded(rows).mark_bar().encode(x, y, colour, order="place:Q")
    )
    layers = [
        drawn,
        theme.veil(now, look, ends[-1]),
        now.mark_rule(color=look.ink).encode(theme.X),
        now.mark_text(baseline="bottom", dy=-5, fontWeight=600).encode(x=theme.X, y=alt.value(0), text="said:N"),
    ]
    if running:
        dots = folded(now).mark_circle(size=70, opacity=1, stroke=look.ground)
        layers.append(dots.encode(theme.X, y="millions:Q", color=colour))
    values = {f"{column}_said": theme.MILLIONS.format(f"datum.{column}") for column in columns}
    told = [
        alt.Tooltip(f"{column}_said:Q", title=words.named(money_words.FUNDERS, key), format=_FORM)
        for column, key in zip(columns, keys, strict=True)
    ]
    layers.append(theme.pointed(rows.transform_calculate(**values), look, told, words))
    return theme.specification(alt.layer(*layers), _TALL, words, dark=dark)


def programmes(
    delivered: pd.DataFrame,
    planned: pd.DataFrame,
    month: int,
    names: Mapping[str, str],
    words: text.Words,
    *,
    running: bool,
    dark: bool,
) -> list[theme.Chart]:
    """Return a panel for each programme, the largest first and down the columns, all on one scale.

    What is delivered is an area and what is planned a line: the same dollars at two moments, never added.

    Parameters
    ----------
    delivered, planned
        Cents; index the months, a column for each programme; so far or month by month, as `running` says.
    month, names
        The month shown, and titles of the programmes.
    """
    area = largest_first(delivered, running=running)
    line = planned[area.columns]
    whole = (area.iloc[-1], line.iloc[-1]) if running else (area.sum(), line.sum())
    under, last = (
        [
            words.t(
                "{delivered} delivered, {planned} planned",
                delivered=money_words.millions(int(done), words),
                planned=money_words.millions(int(due), words),
            )
            for done, due in zip(*sums, strict=True)
        ]
        for sums in ((area.loc[month], line.loc[month]), whole)
    )
    kind = panels.Kind(
        area=words.named(money_words.STAGES, "delivered"),
        line=words.named(money_words.STAGES, "planned"),
        top=panels.round_sum(float(max(area.to_numpy().max(initial=0), line.to_numpy().max(initial=0)))),
        form=_FORM,
        per=_PER_MILLION,
        told=theme.MILLIONS,
        steps=not running,
    )
    found = panels.Panels([names.get(str(key), str(key)) for key in area.columns], under, last, area, line)
    return panels.charts(found, kind, COLUMNS, month, words, dark=dark)


# --- shares by phase --------------------------------------------------------------------------


def shares(found: pd.DataFrame, words: text.Words, *, dark: bool) -> list[theme.Chart]:
    """Return of which kind the money of :func:`layers.money_frames.phase_by_phase` is: two charts, a bar a phase."""
    supports = tuple(words.t(each) for each in money_words.SUPPORTS.values())
    funders = (words.t("public funders"), words.t("private funders"))
    return [
        _half(found[["tactical", "strategic"]], supports, words, dark=dark),
        _half(found[["public", "private"]], funders, words, dark=dark),
    ]


def _half(found: pd.DataFrame, labels: tuple[str, ...], words: text.Words, *, dark: bool) -> theme.Chart:
    """Return a bar for each phase: one kind from the left, the other from the right."""
    rows, sentences = [], []
    for number, (first, second) in zip(found.index, found.to_numpy().tolist(), strict=True):
        whole = first + second
        phase = words.t("Phase {number}", number=number)
        said, listed = [words.t("nothing is delivered"), ""], words.t("nothing is delivered")
        if whole:
            said = [words.percent(each / whole) for each in (first, second)]
            listed = words.listed(
                words.t("{share} {name}", share=share, name=name) for share, name in zip(said, labels, strict=True)
            )
        exact = [money_words.exact(each, words) for each in (first, second)]
        rows.append((phase, first, second, first / whole if whole else None, *said, *exact))
        sentences.append((phase, listed))
    frame = pd.DataFrame(rows, columns=["phase", "first", "second", "part", "said", "other", "exact", "other_exact"])
    return theme.filled(_shares(labels, len(found), words, dark=dark), words.pairs(sentences), rows=frame)


@functools.lru_cache(maxsize=16)
def _shares(labels: tuple[str, ...], count: int, words: text.Words, *, dark: bool) -> dict[str, Any]:
    look = theme.inks(dark=dark)
    told = [
        alt.Tooltip("phase:N", title="title"),
        *(alt.Tooltip(f"{name}:N", title=label) for name, label in zip(("exact", "other_exact"), labels, strict=True)),
    ]
    base = alt.Chart(theme.rows("rows")).encode(
        y=alt.Y("phase:N", sort=None, axis=alt.Axis(title=None, domain=False, labelFontSize=theme.SIZE)), tooltip=told
    )
    legend = alt.Legend(
        orient="top", columns=1, title=None, symbolType="square", offset=4, symbolOpacity=1,
        labelExpr=f"{json.dumps(labels)}[datum.label == 'first' ? 0 : 1]",
    )
    scale = alt.Scale(domain=["first", "second"], range=[look.quiet, look.accent])
    colour = alt.Color("kind:N", scale=scale, legend=legend)
    # Where nothing is delivered that is said, as in a part that has room for it.
    part = "(isValid(datum.part) ? datum.part : 1)"
    bars = (
        base.transform_filter("isValid(datum.part)")
        .transform_fold(["first", "second"], as_=["kind", "cents"])
        .mark_bar(height={"band": 0.78})
        .encode(x=alt.X("cents:Q", stack="normalize", axis=None), color=colour, order="kind:O")
    )
    texts = [
        _number(base, part, look.ink, look.ground).encode(x=alt.value(0), text="said:N"),
        _number(base, f"1 - {part}", look.ground, look.ink, back=True).encode(x=alt.value("width"), text="other:N"),
    ]
    return theme.specification(alt.layer(bars, *texts), count * _ROW + _LEGEND, words, dark=dark)


def _number(base: alt.Chart, part: str, ink: str, over: str, *, back: bool = False) -> alt.Chart:
    """Return the number of a part in its ink; of one too narrow for it, beside it and in the other part's ink."""
    sign = "-" if back else ""
    narrow = f"({part}) * width < {_NARROW}"
    away = alt.ExprRef(f"{sign}({narrow} ? ({part}) * width + 6 : 6)")
    ink_of = alt.condition(narrow, alt.value(over), alt.value(ink))
    found: alt.Chart = base.mark_text(align="right" if back else "left", dx=away).encode(color=ink_of)
    return found
