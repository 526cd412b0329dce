"""The key of circles, on the map itself: true to scale, where the sea leaves room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from briefing import drawing, lettering, plate, sheet
from layers import base

if TYPE_CHECKING:
    from briefing import view as views

_TITLE, _TEXT = 14.0, 13.0
_LINE = 18.0
_WIDEST = 300.0
_GAP = 14.0


def draw(on: plate.Plate, view: views.View) -> None:
    """Set the key of every layer shown whose symbols are to scale."""
    for layer in view.layers:
        legend = layer.printed(view.seen, view.words, view.option(layer))
        if any(row.size for row in legend.rows):
            tray = layer.tray(view.seen, view.words, view.option(layer))
            _key(on, legend, "" if tray is None else tray.title)


def _key(on: plate.Plate, legend: base.Legend, left: str) -> None:
    """Set circles inside one another, each with its label, and under them what is on none."""
    to = on.sheet
    title = to.wrap(legend.title, _WIDEST, size=_TITLE, lines=3)
    across = max(row.size for row in legend.rows) * drawing.MONEY_SCALE
    tall = max(across, _LINE * len(legend.rows))
    labels = max(to.width(row.label, _TEXT) for row in legend.rows)
    heads = max(to.width(each, _TITLE, lettering.SEMIBOLD) for each in title)
    wide = max(heads, across + _GAP + labels, to.width(left, _TEXT))
    height = _LINE * (len(title) + bool(left)) + 8 + tall
    box = on.quiet(wide, height, (on.frame.x, on.frame.bottom))
    on.taken.append(box.grown(8))
    for number, head in enumerate(title):
        at = box.y + _LINE * (number + 0.75)
        to.text(box.x, at, head, size=_TITLE, weight=lettering.SEMIBOLD).set_zorder(plate.NAMES)
    if left:
        to.text(box.x, box.bottom - 2, left, size=_TEXT, colour=sheet.QUIET, name="tray").set_zorder(plate.NAMES)
    floor = box.bottom - _LINE * bool(left)
    for row, line in zip(legend.rows, _lines(legend, floor), strict=True):
        radius = row.size / 2 * drawing.MONEY_SCALE
        for part in drawing.circle_of_money(box.x + across / 2, floor - radius, radius):
            on.add(part)
        at = box.x + across + _GAP
        label = to.text(at, line, row.label, size=_TEXT, colour=sheet.QUIET, name=f"{row.key}-label")
        label.set_zorder(plate.NAMES)


def _lines(legend: base.Legend, floor: float) -> list[float]:
    """Return the baseline of each label: at its circle's top, or above the next label."""
    found: list[float] = []
    for row in reversed(legend.rows):
        top = floor - row.size * drawing.MONEY_SCALE + _TEXT * 0.8
        found.insert(0, min(top, found[0] - _LINE if found else floor - 1))
    return found
