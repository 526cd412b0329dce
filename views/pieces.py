"""Pieces of a page as HTML: head, figures, legend, card.

Every text from data passes through :func:`safe`. Colours of the text come from the theme; only
swatches are set here.
"""

from __future__ import annotations

import base64
import html
import itertools
import math
import re
from typing import TYPE_CHECKING

import numpy as np

from layers import circles, figures, money_words, palette, zones
from layers import control as control_layer
from layers.charts import history
from roadmap.ledger import bookkeeping
from roadmap.record import rules
from roadmap.words import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from layers import base
    from roadmap import atlas as atlases
    from roadmap import moments

_TAKEN_FOR_MORE = re.compile(r"://|www\.|@[\w-]|:[\w+-]+:|^(?:<->|->|<-|--|>=|<=|~=)$", re.IGNORECASE)
"""What makes a word a link, a symbol or an arrow even where each of its signs is escaped."""
_ICON = ":material/"
_ARROWS = {1: "up", -1: "down", 0: "flat"}


def safe(value: object) -> str:
    """Return a value as text that may stand in HTML or in an attribute."""
    return html.escape(str(value), quote=True)


def head(at: moments.Moment, words: text.Words) -> str:
    """Return the head of the map page: product, scenario, month and the warning."""
    phase = at.phase
    when = words.month(at.month)
    if phase is not None:
        when = words.t(
            "{month}, phase {number}: {title}",
            month=words.month(at.month),
            number=phase.number,
            title=phase.title,
        )
    product, as_of, stamp = words.t("Roadmap Atlas"), words.t("As of"), words.t("HYPOTHETICAL")
    return (
        f"<div class='a-head'><h1>{safe(product)}</h1>"
        f"<p><span class='a-name'>{safe(at.atlas.scenario.title)}</span> "
        f"<span class='a-when'>{safe(as_of)} <b>{safe(when)}</b></span></p>"
        f"<strong class='a-tag' title='{safe(hypothetical(words))}'>{safe(stamp)}</strong></div>"
    )


def page_head(atlas: atlases.Atlas, title: str, words: text.Words) -> str:
    """Return the head of a page beside the map: title, scenario and the warning."""
    stamp = words.t("HYPOTHETICAL")
    return (
        f"<div class='a-head'><h1>{safe(title)}</h1><p><span>{safe(atlas.scenario.title)}</span></p>"
        f"<strong class='a-tag'>{safe(stamp)}</strong></div>"
        f"<p class='a-note'>{safe(hypothetical(words))}</p>"
    )


def hypothetical(words: text.Words) -> str:
    """Return the sentence that says what is invented."""
    return words.t(text.NOTICE)


def figure_row(row: Sequence[figures.Figure]) -> str:
    """Return the headline figures."""
    cells = []
    for each in row:
        change = ""
        if each.change:
            change = f"<b class='a-{_ARROWS[each.good]}'>{safe(each.change)}</b> "
        against = f"<span class='a-change'>{change}{safe(each.against)}</span>"
        details = "".join(f"<span>{safe(detail)}</span>" for detail in each.details)
        cells.append(
            f"<div class='a-figure a-{each.key}'><dt>{safe(each.label)}</dt>"
            f"<dd><b class='a-value'>{safe(each.value)}</b>{against}"
            f"<span class='a-details'>{details}</span></dd></div>"
        )
    return f"<dl class='a-figures'>{''.join(cells)}</dl>"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: set[int] = frozenset()) -> str:  # type: ignore[assignment]
    """Return a plain table; columns in `numeric` are set to the right."""

    def cell(tag: str, index: int, value: str) -> str:
        mark = " class='a-n'" if index in numeric else ""
        return f"<{tag}{mark}>{safe(value)}</{tag}>"

    top = "".join(cell("th", i, name) for i, name in enumerate(headings))
    body = "".join(
        f"<tr>{''.join(cell('td', i, value) for i, value in enumerate(row))}</tr>" for row in rows
    )
    return (
        f"<div class='a-table' tabindex='0' role='region' aria-label='{safe(headings[0])}'>"
        f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def drawing(svg: str, description: str) -> str:
    """Return an SVG as an image, with a text that says what it shows."""
    coded = base64.b64encode(svg.encode()).decode()
    said = safe(description)
    return (
        f"<div class='a-drawing' tabindex='0' role='region' aria-label='{said}'>"
        f"<img src='data:image/svg+xml;base64,{coded}' alt='{said}'></div>"
    )


def section(title: str, note: str = "") -> str:
    """Return a heading with a note under it; either may be empty."""
    over = f"<div class='a-prose'><h2>{safe(title)}</h2></div>" if title else ""
    return over + (remark(note) if note else "")


def remark(said: str) -> str:
    """Return a note in small type."""
    return f"<p class='a-note'>{safe(said)}</p>"


# --- legend -----------------------------------------------------------------------------------


def swatch_style(swatch: palette.Swatch, *, dark: bool) -> str:
    """Return the CSS of a swatch with its pattern."""
    colour, ink = (swatch.dark, swatch.ink_dark) if dark else (swatch.light, swatch.ink)
    patterns = {
        "dots": f"radial-gradient({ink} 1px,transparent 1.3px) 0 0/5px 5px",
        "rising": f"repeating-linear-gradient(135deg,{ink} 0 1px,transparent 1px 5px)",
        "falling": f"repeating-linear-gradient(45deg,{ink} 0 1px,transparent 1px 5px)",
        "cross": (
            f"repeating-linear-gradient(135deg,{ink} 0 1px,transparent 1px 5px),"
            f"repeating-linear-gradient(45deg,{ink} 0 1px,transparent 1px 5px)"
        ),
        "bars": f"repeating-linear-gradient(0deg,{ink} 0 1px,transparent 1px 4px)",
    }
    layered = f"{patterns[swatch.pattern]}," if swatch.pattern else ""
    return f"background:{layered}{colour}"


def sample(colour: str, dashes: Sequence[int]) -> str:
    """Return a piece of a line in its colour and dashes, as a chart draws it; one without gaps is a block."""
    ends = list(itertools.accumulate(dashes, initial=0))
    spans = zip(itertools.cycle((colour, "transparent")), itertools.pairwise(ends))
    stops = ",".join(f"{ink} {first}px {last}px" for ink, (first, last) in spans)
    return f"<i class='a-dash' style='background:repeating-linear-gradient(90deg,{stops})'></i>"


def _symbol(row: base.LegendRow, *, dark: bool) -> str:
    if row.swatch is not None:
        return f"<i class='a-swatch' style='{swatch_style(row.swatch, dark=dark)}'></i>"
    if row.size:
        scaled = f"width:{row.size:.1f}px;height:{row.size:.1f}px"
        return f"<i class='a-symbol a-{safe(row.symbol)}' style='{scaled}'></i>"
    return f"<i class='a-symbol a-{safe(row.symbol)}'></i>"


def _number(value: float | None, words: text.Words, *, people: bool = False) -> str:
    if value is None:
        return ""
    return words.people(value) if people else words.integer(value)


def legend(legend_: base.Legend, words: text.Words, *, dark: bool) -> str:
    """Return a legend as a table: symbol, letter, name and the three counts."""
    counted = any(row.municipalities is not None for row in legend_.rows)
    header = "".join(
        f"<th scope='col'>{safe(name)}</th>"
        for name in (words.t("Municip."), words.t("People"), words.t("km²"))
    )
    rows = []
    for row in legend_.rows:
        letter = safe(row.swatch.letter) if row.swatch else ""
        if counted:
            numbers = (
                f"<td>{_number(row.municipalities, words)}</td>"
                f"<td>{_number(row.population, words, people=True)}</td>"
                f"<td>{_number(row.area_km2, words)}</td>"
            )
        else:
            numbers = f"<td>{safe(row.note)}</td>"
        empty = " class='a-none'" if row.municipalities == 0 else ""
        rows.append(
            f"<tr{empty}><td>{_symbol(row, dark=dark)}</td><td>{letter}</td>"
            f"<th scope='row'>{safe(row.label)}</th>{numbers}</tr>"
        )
    top = f"<thead><tr><td></td><td></td><td></td>{header}</tr></thead>" if counted else ""
    note = f"<p class='a-note'>{safe(legend_.note)}</p>" if legend_.note else ""
    return (
        f"<section class='a-legend'><h2>{safe(legend_.title)}</h2>"
        f"<table>{top}<tbody>{''.join(rows)}</tbody></table>{note}</section>"
    )


# --- card -------------------------------------------------------------------------------------


def _strip(at: moments.Moment, position: int, words: text.Words) -> str:
    """Return class and score over time as a small picture with a text that says the same."""
    coded = base64.b64encode(history.draw(at, position).encode()).decode()
    axis = words.t("month")
    return (
        f"<img class='a-strip' src='data:image/svg+xml;base64,{coded}' "
        f"alt='{safe(history.said(at, position, words))}'>"
        f"<div class='a-axis'><span>0</span><span>{safe(axis)}</span>"
        f"<span>{at.run.last_month}</span></div>"
    )


def _money(at: moments.Moment, position: int, words: text.Words) -> list[tuple[str, str]]:
    """Return what is delivered in a municipality, and the programme that brings most of it."""
    books = at.atlas.books
    if not len(books.ledger):
        return []
    found = books.here(circles.SHOWN, position, "programme", bookkeeping.Filter(last_month=at.month))
    titles = {entry.id: entry.title for entry in at.atlas.scenario.entries}
    most = titles.get(found.index[0], str(found.index[0])) if len(found) else words.t("nothing yet")
    return [
        (words.t("Delivered so far (invented)"), money_words.dollars(int(found.sum()), words)),
        (words.t("Most of it for"), most),
    ]


def card(seen: moments.Comparison, position: int, words: text.Words, *, dark: bool) -> str:
    """Return the card of a municipality."""
    now = seen.now
    row = now.atlas.territory.municipalities.iloc[position]
    key = str(control_layer.class_keys(now.codes)[position])
    swatch = palette.CONTROL[key]
    outcome = seen.changes[position]
    changed = next(name for name, number in rules.CHANGES.items() if number == outcome)
    at_work = [z.name for z, held in zones.active(now) if position in held]
    score = words.t("no score")
    if np.isfinite(now.score[position]):
        # Cut, not rounded: 0.599 is contested, and 0.60 would say that it is held.
        score = words.decimal(math.floor(now.score[position] * 100) / 100, 2)
    confidence = control_layer.LAYER.confidence(now)[position]
    facts = (
        (words.t("Control score"), score),
        (words.t("Confidence"), words.named(text.CONFIDENCES, confidence or "–")),
        (words.t("Change"), words.named(text.CHANGES, changed)),
        (words.t("Zone"), ", ".join(at_work) or words.t("none at work")),
        (words.t("Population"), words.t("{n} (estimate)", n=words.integer(row["population"]))),
        (words.t("Area"), words.t("{n} km²", n=words.integer(row["area_km2"]))),
        *_money(now, position, words),
    )
    listed = "".join(f"<div><dt>{safe(a)}</dt><dd>{safe(b)}</dd></div>" for a, b in facts)
    return (
        f"<section class='a-card' aria-label='{safe(row['name'])}'><h2>{safe(row['name'])}</h2>"
        f"<p>{safe(row['state'])} · <span class='a-key'>{safe(row['cvegeo'])}</span></p>"
        f"<p class='a-class'><i class='a-swatch' style='{swatch_style(swatch, dark=dark)}'></i> "
        f"{safe(swatch.letter)} · {safe(words.named(text.CLASSES, key))}</p>"
        f"{_strip(now, position, words)}<dl>{listed}</dl></section>"
    )


def plain(value: object) -> str:
    r"""Return a text whose Markdown and HTML signs are shown as they are, for a label or a message.

    No sign is added that could be copied: addresses, names between colons and arrows, which are looked for even
    among escaped signs, are set as code.

    Examples
    --------
    >>> plain("see EPSG:4326 at www.example.org")
    'see EPSG\\:4326 at `www.example.org`'
    """
    return re.sub(r"\S+", lambda found: _plain(found.group()), str(value))


def _plain(word: str) -> str:
    if not _TAKEN_FOR_MORE.search(word):
        return _escaped(word)
    # Of an icon's name the slash is looked for in code as well, so it stands between two pieces of code.
    return _escaped(_ICON).join(_code(piece) for piece in word.split(_ICON))


def _escaped(word: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>()#+-.!|~$:&/" else sign for sign in word)


def _code(word: str) -> str:
    """Return a word as code in Markdown, between more backticks than stand together in it."""
    if not word:
        return ""
    longest = max((len(run) for run in re.findall(r"`+", word)), default=0)
    fence = "`" * (longest + 1)
    blank = " " if word.startswith("`") or word.endswith("`") else ""
    return f"{fence}{blank}{word}{blank}{fence}"
