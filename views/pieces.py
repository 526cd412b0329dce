"""Pieces of a page as HTML: head, figures, card.

How they look stands in ``layers/templates/pieces.html``, where every text is escaped. Colours of the text come from the
theme; only swatches are set here.
"""

from __future__ import annotations

import base64
import math
import re
from typing import TYPE_CHECKING

import numpy as np

from layers import circles, figures, legends, money_words, palette, templates, zones
from layers import control as control_layer
from layers.charts import history
from roadmap.ledger import bookkeeping
from roadmap.record import rules
from roadmap.words import text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from markupsafe import Markup

    from roadmap import atlas as atlases
    from roadmap import moments

_TAKEN_FOR_MORE = re.compile(r"://|www\.|@[\w-]|:[\w+-]+:|^(?:<->|->|<-|--|>=|<=|~=)$", re.IGNORECASE)
"""What makes a word a link, a symbol or an arrow even where each of its signs is escaped."""
_ICON = ":material/"
_ARROWS = {1: "up", -1: "down", 0: "flat"}


def head(at: moments.Moment, words: text.Words) -> Markup:
    """Return the head of the map page: product, scenario, month and the warning."""
    phase = at.phase
    when = words.month(at.month)
    if phase is not None:
        given = {"month": at.month, "number": phase.number, "title": words.of(phase.title)}
        when = words.t("month {month}, phase {number}: {title}", **given)
    return templates.piece(
        "head",
        product=words.t("Roadmap Atlas"),
        scenario=words.of(at.atlas.scenario.title),
        around=words.parted("As of {when}", "when"),
        when=when,
        notice=hypothetical(at.atlas, words),
        stamp=words.t("HYPOTHETICAL"),
    )


def page_head(atlas: atlases.Atlas, title: str, words: text.Words) -> Markup:
    """Return the head of a page beside the map: title, scenario and the warning."""
    stamp, scenario = words.t("HYPOTHETICAL"), words.of(atlas.scenario.title)
    return templates.piece("page_head", title=title, scenario=scenario, notice=hypothetical(atlas, words), stamp=stamp)


def hypothetical(atlas: atlases.Atlas, words: text.Words) -> str:
    """Return the sentence that says what is invented."""
    return words.t(text.notice(atlas.territory.country))


def figure_row(row: Sequence[figures.Figure]) -> Markup:
    """Return the headline figures."""
    return templates.piece("figures", row=row, arrows=_ARROWS)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: Collection[int] = ()) -> Markup:
    """Return a plain table; columns in `numeric` are set to the right."""
    numbers = [place in numeric for place in range(len(headings))]
    marked = [list(zip(row, numbers, strict=True)) for row in (headings, *rows)]
    return templates.piece("table", headings=marked[0], rows=marked[1:])


def drawing(svg: str, description: str) -> Markup:
    """Return an SVG as an image, with a text that says what it shows."""
    return templates.piece("drawing", coded=_coded(svg), said=description)


def _coded(svg: str) -> str:
    return base64.b64encode(svg.encode()).decode()


def section(title: str, note: str = "") -> Markup:
    """Return a heading with a note under it; either may be empty."""
    return templates.piece("section", title=title, note=note)


def prose(title: str, *paragraphs: str) -> Markup:
    """Return a heading with paragraphs."""
    return templates.piece("prose", title=title, paragraphs=paragraphs)


def remark(said: str) -> Markup:
    """Return a note in small type."""
    return templates.piece("remark", said=said)


# --- card -------------------------------------------------------------------------------------


def _money(at: moments.Moment, position: int, words: text.Words) -> list[tuple[str, str]]:
    """Return what is delivered in a municipality, and the programme that brings most of it."""
    books = at.atlas.books
    if not len(books.ledger):
        return []
    found = books.here(circles.SHOWN, position, "programme", bookkeeping.Filter(last_month=at.month))
    titles = {entry.id: words.of(entry.title) for entry in at.atlas.scenario.entries}
    most = titles.get(found.index[0], str(found.index[0])) if len(found) else words.t("nothing yet")
    return [
        (words.t("Delivered so far (invented)"), money_words.dollars(int(found.sum()), words)),
        (words.t("Most of it for"), most),
    ]


def card(seen: moments.Comparison, position: int, words: text.Words, *, dark: bool) -> Markup:
    """Return the card of a municipality."""
    now = seen.now
    row = now.atlas.territory.municipalities.iloc[position]
    key = str(control_layer.class_keys(now.codes)[position])
    swatch = palette.CONTROL[key]
    outcome = seen.changes[position]
    changed = next(name for name, number in rules.CHANGES.items() if number == outcome)
    at_work = [words.of(zone.name) for zone, held in zones.active(now) if position in held]
    score = words.t("no score")
    if np.isfinite(now.score[position]):
        # Cut, not rounded: 0.599 is contested, and 0.60 would say that it is held.
        score = words.decimal(math.floor(now.score[position] * 100) / 100, 2)
    confidence = control_layer.LAYER.confidence(now)[position]
    facts = (
        (words.t("Control score"), score),
        (words.t("Confidence"), words.named(text.CONFIDENCES, confidence or "–")),
        (words.t("Change"), words.named(text.CHANGES, changed)),
        (words.t("Zone"), words.listed(at_work) or words.t("none at work")),
        (words.t("Population"), words.t("{n} (estimate)", n=words.integer(row["population"]))),
        (words.t("Area"), words.t("{n} km²", n=words.integer(row["area_km2"]))),
        *_money(now, position, words),
    )
    return templates.piece(
        "card",
        name=row["name"],
        state=row["state"],
        key=row["cvegeo"],
        style=legends.swatch_style(swatch, dark=dark),
        letter=swatch.letter,
        klass=words.named(text.CLASSES, key),
        strip=_coded(history.draw(now, position)),
        history=history.said(now, position, words),
        month=words.t("month"),
        last_month=now.run.last_month,
        facts=facts,
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
