"""The column beside the map: headline figures and the legends with their counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from briefing import drawing, lettering, patterns, plate, sheet
from layers import base, figures, levels, palette

if TYPE_CHECKING:
    from collections.abc import Sequence

    from briefing import view as views
    from roadmap.words import text

GOOD = {
    1: palette.CONTROL["state_control"].light,
    -1: palette.CONTROL["criminal_control"].light,
    0: sheet.QUIET,
}
"""Colour of a change that goes the state's way, against it, or neither: those of the classes."""

_GAP, _COLUMN_GAP = 28.0, 20.0
_HAIR = "#e6e8ea"
_SEPARATOR = "  \N{MIDDLE DOT}  "


# --- headline figures -------------------------------------------------------------------------


def headline(on: sheet.Sheet, box: plate.Box, view: views.View) -> float:
    """Set the headline figures, the first one large, and return the ordinate below them."""
    first, *others = figures.headline(view.seen, view.words)
    y = _large(on, box, first)
    width = (box.width - _GAP) / 2
    for index, figure in enumerate(others):
        if index % 2 == 0:
            on.rule(box.x, y, box.right, y)
        cell = plate.Box(box.x + (index % 2) * (width + _GAP), y, width, 0)
        below = _small(on, cell, figure)
        if index % 2 == 1 or index == len(others) - 1:
            y = below
    return y


def _large(on: sheet.Sheet, box: plate.Box, figure: figures.Figure) -> float:
    label, size = on.fit(figure.label, box.width, size=17, smallest=13)
    on.text(box.x, box.y + 14, label, size=size, colour=sheet.QUIET)
    value, size = on.fit(figure.value, box.width, size=44, smallest=26, weight=lettering.SEMIBOLD)
    on.text(box.x - 2, box.y + 60, value, size=size, weight=lettering.SEMIBOLD, name=f"value-{figure.key}")
    y = _change(on, box.x, box.y + 86, box.width, figure, size=17)
    return _details(on, box.x, y + 23, box.width, figure, size=17) + 18


def _small(on: sheet.Sheet, box: plate.Box, figure: figures.Figure) -> float:
    label, size = on.fit(figure.label, box.width, size=15, smallest=12)
    on.text(box.x, box.y + 24, label, size=size, colour=sheet.QUIET)
    value, size = on.fit(figure.value, box.width, size=27, smallest=17, weight=lettering.SEMIBOLD)
    on.text(box.x - 1, box.y + 54, value, size=size, weight=lettering.SEMIBOLD, name=f"value-{figure.key}")
    y = _change(on, box.x, box.y + 75, box.width, figure, size=15)
    return _details(on, box.x, y + 20, box.width, figure, size=15) + 16


def _change(
    on: sheet.Sheet, x: float, y: float, width: float, figure: figures.Figure, *, size: float
) -> float:
    """Set the change and what it is measured against, and return the baseline."""
    if figure.change:
        line, _ = on.fit(figure.change, width, size=size, weight=lettering.SEMIBOLD)
        on.text(x, y, line, size=size, weight=lettering.SEMIBOLD, colour=GOOD[figure.good])
        used = on.width(line, size, lettering.SEMIBOLD) + size * 0.4
        x, width = x + used, width - used
    against, fitted = on.fit(figure.against, width, size=size, smallest=size * 0.75)
    on.text(x, y, against, size=fitted, colour=sheet.QUIET)
    return y


def _details(
    on: sheet.Sheet, x: float, y: float, width: float, figure: figures.Figure, *, size: float
) -> float:
    line, size = on.fit(_SEPARATOR.join(figure.details), width, size=size, smallest=size * 0.75)
    on.text(x, y, line, size=size, colour=sheet.QUIET, name=f"details-{figure.key}")
    return y


# --- legends ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Measures:
    """Distances of the legends, all from one step so that they grow and shrink together."""

    row: float

    @property
    def size(self) -> float:
        return min(17.0, self.row * 0.68)

    @property
    def small(self) -> float:
        return min(max(11.5, self.size * 0.8), self.size)

    @property
    def baseline(self) -> float:
        return self.row / 2 + self.size * 0.36

    @property
    def title(self) -> float:
        return self.row * 1.12

    @property
    def gap(self) -> float:
        return self.row * 0.62

    @property
    def note(self) -> float:
        return self.small * 1.32


_ROWS = (30.0, 29.0, 28.0, 27.0, 26.0, 25.0, 24.0, 23.0, 22.0, 21.0, 20.0, 19.0, 18.0, 17.0, 16.0, 15.0, 14.75)
_SWATCH = (30.0, 0.64)
_NUMBERS = ("municipalities", "population", "area_km2")


def legends(on: sheet.Sheet, box: plate.Box, view: views.View) -> None:
    """Set the legends of the layers shown, as large as the column allows."""
    whole = [layer.printed(view.seen, view.words, view.option(layer)) for layer in view.layers]
    shown, measures = _fitting(on, box, whole)
    said = _head_words(view)
    columns = _columns(on, box, shown, view.words, said, measures)
    y, headed = box.y, False
    for each in shown:
        heads = _counted(each) and not headed
        room = _heads(on, y, said, columns, measures) - box.x if heads else box.width
        headed = headed or heads
        line, size = on.fit(
            each.title, room, size=measures.size, smallest=measures.small, weight=lettering.SEMIBOLD
        )
        on.text(box.x, y + measures.size, line, size=size, weight=lettering.SEMIBOLD)
        rows = plate.Box(box.x, y + measures.title, box.width, 0)
        if _counted(each):
            below = _table(on, rows, each, view.words, columns, measures)
        elif _scaled(each):
            below = rows.y
        else:
            below = _list(on, rows, each, measures)
        for index, line in enumerate(_notes(on, box, each, measures)):
            baseline = below + measures.small * 1.25 + index * measures.note
            on.text(box.x, baseline, line, size=measures.small, colour=sheet.QUIET)
        y += _height(on, box, each, measures)


def _fitting(
    on: sheet.Sheet, box: plate.Box, whole: Sequence[base.Legend]
) -> tuple[Sequence[base.Legend], _Measures]:
    """Return legends that fit, and their measures: smaller, then without classes that count nothing, then bare."""
    counting = [replace(each, rows=tuple(row for row in each.rows if row.municipalities != 0)) for each in whole]
    bare = [replace(each, note="") for each in counting if not _scaled(each)]
    choices = [(each, _Measures(row)) for each in (whole, counting, bare) for row in _ROWS]
    return next((each for each in choices if _total(on, box, *each) <= box.height), choices[-1])


def _counted(legend: base.Legend) -> bool:
    """Return whether the rows of a legend count municipalities."""
    return any(row.municipalities is not None for row in legend.rows)


def _scaled(legend: base.Legend) -> bool:
    """Return whether the symbols of a legend are true to scale."""
    return any(row.size for row in legend.rows)


def _tall(legend: base.Legend, measures: _Measures) -> float:
    """Return the height of a legend's rows; what is to scale stands on the map."""
    if _scaled(legend):
        return 0.0
    return (len(legend.rows) if _counted(legend) else (len(legend.rows) + 1) // 2) * measures.row


def _notes(on: sheet.Sheet, box: plate.Box, legend: base.Legend, measures: _Measures) -> list[str]:
    return on.wrap(legend.note, box.width, size=measures.small, lines=3) if legend.note else []


def _height(on: sheet.Sheet, box: plate.Box, legend: base.Legend, measures: _Measures) -> float:
    notes = len(_notes(on, box, legend, measures))
    below = notes * measures.note + (measures.small * 0.25 if notes else 0)
    return measures.title + _tall(legend, measures) + below + measures.gap


def _total(on: sheet.Sheet, box: plate.Box, shown: Sequence[base.Legend], measures: _Measures) -> float:
    return sum(_height(on, box, each, measures) for each in shown) - measures.gap


# --- tables -----------------------------------------------------------------------------------


def _numbers(row: base.LegendRow, words: text.Words) -> list[str]:
    values = (row.municipalities, row.population, row.area_km2)
    as_text = (words.integer, words.people, words.integer)
    return ["" if value is None else say(value) for value, say in zip(values, as_text, strict=True)]


def _head_words(view: views.View) -> list[str]:
    words = view.words
    called = levels.short(view.seen.atlas.territory.country, words)
    return [lettering.clean(each) for each in (called, words.t("People"), words.t("km²"))]


def _columns(
    on: sheet.Sheet,
    box: plate.Box,
    shown: Sequence[base.Legend],
    words: text.Words,
    said: Sequence[str],
    measures: _Measures,
) -> list[tuple[float, float]]:
    """Return left and right edge of the three columns of numbers, the same in every table."""
    rows = [_numbers(row, words) for each in shown if _counted(each) for row in each.rows]
    edges: list[tuple[float, float]] = []
    right = box.right
    for index, head in reversed(list(enumerate(said))):
        widths = [on.width(row[index], measures.size) for row in rows]
        left = right - max([on.width(head, measures.small), *widths])
        edges.append((left, right))
        right = left - _COLUMN_GAP
    return edges[::-1]


def _heads(
    on: sheet.Sheet,
    y: float,
    said: Sequence[str],
    columns: Sequence[tuple[float, float]],
    measures: _Measures,
) -> float:
    """Set the heads of the columns and return how far to the left they leave room."""
    left = columns[0][1]
    for head, (_, right) in zip(said, columns, strict=True):
        on.text(right, y + measures.size, head, size=measures.small, colour=sheet.QUIET, align="right")
        left = min(left, right - on.width(head, measures.small))
    return left - _COLUMN_GAP / 2


def _table(
    on: sheet.Sheet,
    box: plate.Box,
    legend: base.Legend,
    words: text.Words,
    columns: Sequence[tuple[float, float]],
    measures: _Measures,
) -> float:
    """Set one row a class with its three counts, and return the ordinate below."""
    y = box.y
    for row in legend.rows:
        colour = sheet.FAINT if row.municipalities == 0 else sheet.INK
        on.rule(box.x, y, box.right, y, colour=_HAIR)
        label = _key(on, box.x, y, row, measures)
        room = columns[0][0] - _COLUMN_GAP / 2 - label
        line, size = on.fit(row.label, room, size=measures.size, smallest=measures.small)
        on.text(label, y + measures.baseline, line, size=size, colour=colour)
        numbers = _numbers(row, words)
        for name, number, (_, right) in zip(_NUMBERS, numbers, columns, strict=True):
            on.text(
                right,
                y + measures.baseline,
                number,
                size=measures.size,
                colour=colour,
                align="right",
                name=f"{row.key}-{name}",
            )
        y += measures.row
    return y


def _list(on: sheet.Sheet, box: plate.Box, legend: base.Legend, measures: _Measures) -> float:
    """Set rows that do not count municipalities in two columns, and return the ordinate below."""
    half = (len(legend.rows) + 1) // 2
    width = (box.width - _GAP) / 2
    for index, row in enumerate(legend.rows):
        x, y = box.x + index // half * (width + _GAP), box.y + index % half * measures.row
        on.rule(x, y, x + width, y, colour=_HAIR)
        label = _key(on, x, y, row, measures)
        note = lettering.clean(row.note)
        room = x + width - label - on.width(note, measures.size) - 12
        line, size = on.fit(row.label, room, size=measures.size, smallest=measures.small)
        on.text(label, y + measures.baseline, line, size=size)
        if note:
            on.text(x + width, y + measures.baseline, note, size=measures.size, align="right", name=f"{row.key}-note")
    return box.y + half * measures.row


# --- swatches and symbols ---------------------------------------------------------------------


def _key(on: sheet.Sheet, x: float, top: float, row: base.LegendRow, measures: _Measures) -> float:
    """Draw the swatch or symbol of a row with its letter and return where the label begins."""
    width, share = _SWATCH
    height = measures.row * share
    box = plate.Box(x, top + (measures.row - height) / 2, width, height)
    if row.swatch is not None:
        swatch(on, box, row.swatch)
        if not row.swatch.letter:
            return box.right + 12
        on.text(
            box.right + 18,
            top + measures.baseline,
            row.swatch.letter,
            size=measures.size,
            weight=lettering.SEMIBOLD,
            align="center",
        )
        return box.right + 34
    if row.symbol == "zone":
        zone(on, box)
    elif row.symbol:
        size = min(7.5, height * 0.45)
        path = patterns.symbol(row.symbol, *box.centre, size)
        if row.symbol == "ring":
            for each in drawing.ring(path):
                on.add(each)
            path = patterns.symbol("circle", *box.centre, size * 0.4)
        on.add(drawing.crossing(path, hollow=row.symbol == "plus"))
    return box.right + 12


def swatch(on: sheet.Sheet, box: plate.Box, look: palette.Swatch) -> None:
    """Draw a swatch with its pattern."""
    on.box(box.x, box.y, box.width, box.height, fill=look.light, order=3)
    if look.pattern:
        _pattern(on, box, look.pattern, look.ink, patterns.SPACING)
    on.box(box.x, box.y, box.width, box.height, edge="#00000066", order=5)


def zone(on: sheet.Sheet, box: plate.Box) -> None:
    """Draw the outline and hatch of a zone."""
    colours = plate.COLOURS
    on.box(box.x, box.y, box.width, box.height, fill=colours["country"], order=3)
    _pattern(on, box, palette.ZONE_PATTERN, colours["zoneHatch"], drawing.ZONE_SPACING)
    on.box(box.x + 1, box.y + 1, box.width - 2, box.height - 2, edge=colours["zone"], line=2.1, order=5)


def _pattern(on: sheet.Sheet, box: plate.Box, pattern: str, ink: str, spacing: float) -> None:
    marks = patterns.marks(pattern, (box.x, box.y, box.width, box.height), spacing=spacing)
    drawn = plate.mark(marks, pattern, ink, order=4)
    on.add(drawn)
    drawn.set_clip_path(on.clip(box.x, box.y, box.width, box.height))
