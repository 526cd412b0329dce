"""Class and score of a municipality over the months, as a small picture and in words."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from layers import control as control_layer
from layers import palette
from roadmap.record import control
from roadmap.words import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from roadmap import moments

_WIDTH, _HEIGHT, _FLOOR = 300, 64, 52


def draw(at: moments.Moment, position: int) -> str:
    """Return the classes as blocks and the score as a line over them, with the ends of phases and the month shown."""
    last = at.run.last_month
    codes = at.run.codes[:, position]
    step = _WIDTH / (last + 1)
    # A block a run of months: side by side, blocks of one colour would show seams.
    blocks = "".join(
        f'<rect x="{first * step:.1f}" y="{_FLOOR}" width="{(until - first) * step + 0.3:.2f}" height="12" '
        f'fill="{palette.CONTROL[key].light}"/>'
        for key, first, until in _runs(control_layer.class_keys(codes).tolist())
    )
    lines = "".join(
        f'<path d="M0 {_FLOOR * (1 - edge):.1f}H{_WIDTH}" stroke="#9aa3aa" stroke-width=".5" '
        f'stroke-dasharray="2 3"/>'
        for edge in control.BOUNDARIES
    )
    points = ""
    if at.run.projection is not None:
        score = at.run.projection.score[:, position]
        known = [index for index in range(last + 1) if codes[index] >= 0]
        points = " ".join(f"{(i + 0.5) * step:.1f},{_FLOOR * (1 - score[i]):.1f}" for i in known)
    ends = "".join(
        f'<path d="M{(phase.last_month + 1) * step:.1f} 0V{_HEIGHT}" stroke="#9aa3aa" '
        f'stroke-width=".7"/>'
        for phase in at.atlas.scenario.phases[:-1]
    )
    now = (at.month + 0.5) * step
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">{blocks}{lines}'
        f'{ends}<polyline points="{points}" fill="none" stroke="#7b8791" stroke-width="1.8"/>'
        f'<path d="M{now:.1f} 0V{_HEIGHT}" stroke="#1f8ca3" stroke-width="1.4"/></svg>'
    )


def said(at: moments.Moment, position: int, words: text.Words) -> str:
    """Return the sequence of classes in words."""
    keys = control_layer.class_keys(at.run.codes[:, position]).tolist()
    return words.pairs(
        (words.months(first, until - 1), words.named(text.CLASSES, key)) for key, first, until in _runs(keys)
    )


def _runs(keys: Sequence[str]) -> list[tuple[str, int, int]]:
    """Return runs of one class: its key, its first month, and the month after its last."""
    found, first = [], 0
    for key, run in itertools.groupby(map(str, keys)):
        until = first + len(list(run))
        found.append((key, first, until))
        first = until
    return found
