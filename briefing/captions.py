"""Head, timeline and foot of a picture: what it shows, when, and what it is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefing import attribution, lettering, plate, sheet
from layers import money_frames
from layers.files import export, sources
from roadmap.words import complaints, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from briefing import view as views

_FOOT_SIZES = (13.0, 12.5, 12.0, 11.5, 11.0)
_FOOT_LEADING = 1.4
FOOT_HEIGHT = 86.0
"""Room below the map; what needs more takes it from the map."""

_LAST_ROW, _SMALLEST_ROW, _LEADING, _TIGHTER = 109.0, 15.0, 1.32, 3.0
_TITLES = ((34.0, 24.0), (28.0, 19.0))
"""Largest size of the title in one line and in two: above one row, and above several."""

_SHORT = 80
_BESIDE = " \N{MIDDLE DOT} "
_WARNING, _WARNING_STEP, _INSET = 16.0, 22.0, 12.0
_WARNING_WIDTH, _ABOVE_SCALE = 430.0, 90.0
_OVER_ALL = 20.0
_GROUND = ("geography/states.parquet", "geography/neighbours.parquet", "geography/cities.parquet")


def title(view: views.View) -> str:
    """Return what is shown, in the words of the legends."""
    return _BESIDE.join(_shown(view)) or view.words.t("Roadmap Atlas")


def _shown(view: views.View) -> list[str]:
    legends = [layer.legend(view.seen, view.words) for layer in view.layers]
    return [lettering.clean(legend.title) for legend in legends]


def head(on: sheet.Sheet, box: plate.Box, view: views.View) -> None:
    """Set the title with the notice that all is hypothetical beside it, and what month it is, every word of it."""
    tag = lettering.clean(view.words.t("HYPOTHETICAL"))
    tag_width = on.width(tag, 19, lettering.SEMIBOLD) + 24
    rows = _rows(on, box, view)
    lines, size = _title(on, view, box.width - tag_width - 24, _TITLES[len(rows) > 1])
    top = rows[0].baseline - max(_LEADING * rows[0].size + 10 - _TIGHTER * (len(lines) + len(rows) - 2), 18)
    widest = max(on.width(line, size, lettering.SEMIBOLD) for line in lines)
    for index, line in enumerate(lines):
        baseline = top - (len(lines) - 1 - index) * size * 1.2
        name = f"title-{index}" if index else "title"
        on.text(box.x - 1, baseline, line, size=size, weight=lettering.SEMIBOLD, name=name)
    middle = top - size * 0.31 - (len(lines) - 1) * size * 0.6
    x = box.x + widest + 24
    on.box(x, middle - 15.5, tag_width, 31, edge=sheet.INK, line=1.8)
    on.text(x + 12, middle + 6.5, tag, size=19, weight=lettering.SEMIBOLD, name="hypothetical-title")
    for row in rows:
        for word in row.words:
            word.set(on, row)


def _title(
    on: sheet.Sheet, view: views.View, width: float, sizes: tuple[float, float]
) -> tuple[list[str], float]:
    """Return the title in one line, or at the smaller size in two that break between layers."""
    line, (largest, in_two) = title(view), sizes
    found, size = on.block(line, width, size=largest, smallest=24, lines=1, weight=lettering.SEMIBOLD)
    if found == [lettering.clean(line)]:
        return found, size
    shown = _shown(view)
    breaks = [[_BESIDE.join(shown[:count]), _BESIDE.join(shown[count:])] for count in range(1, len(shown))] or [[line]]
    parts = min(breaks, key=lambda parts: max(on.width(part, in_two, lettering.SEMIBOLD) for part in parts))
    blocks = [on.block(part, width, size=in_two, smallest=15, lines=1, weight=lettering.SEMIBOLD) for part in parts]
    size = min(size for _, size in blocks)
    return [line for lines, _ in blocks for line in lines], size


@dataclass(frozen=True)
class _Word:
    """A text of the head that begins at `x`."""

    text: str
    x: float
    weight: str
    colour: str
    name: str | None = None

    def set(self, on: sheet.Sheet, row: _Row) -> None:
        x, y = self.x, row.baseline
        on.text(x, y, self.text, size=row.size, weight=self.weight, colour=self.colour, name=self.name)


@dataclass(frozen=True)
class _Row:
    """Texts of the head on one baseline."""

    words: tuple[_Word, ...]
    size: float
    baseline: float


def _rows(on: sheet.Sheet, box: plate.Box, view: views.View) -> list[_Row]:
    """Return scenario and month in one row, or below one another where they are too long for that."""
    words, phase = view.words, view.seen.now.phase
    when = words.month(view.seen.month)
    if phase is not None:
        given = {"month": view.seen.month, "number": phase.number, "title": words.of(phase.title)}
        when = words.t("month {month}, phase {number}: {title}", **given)
    when, as_of = lettering.clean(when), lettering.clean("".join(words.parted("As of {when}", "when")))
    scenario = lettering.clean(words.of(view.seen.atlas.scenario.title))
    size = 20.0
    while size >= _SMALLEST_ROW:
        start = box.x + on.width(scenario, size) + 26
        month = start + on.width(as_of, size) + 8
        if month + on.width(when, size, lettering.SEMIBOLD) <= box.right:
            said = (
                _Word(scenario, box.x, lettering.REGULAR, sheet.QUIET, "scenario"),
                _Word(as_of, start, lettering.REGULAR, sheet.QUIET),
                _Word(when, month, lettering.SEMIBOLD, sheet.INK, "when"),
            )
            return [_Row(said, size, _LAST_ROW)]
        size -= 0.5
    return _stacked(on, box, scenario, words.t("As of {when}", when=when))


def _stacked(on: sheet.Sheet, box: plate.Box, scenario: str, when: str) -> list[_Row]:
    """Return scenario and month in rows of their own, from the last one up."""
    found: list[_Row] = []
    baseline = _LAST_ROW + 9
    for line, weight, colour, name in (
        (when, lettering.SEMIBOLD, sheet.INK, "when"),
        (scenario, lettering.REGULAR, sheet.QUIET, "scenario"),
    ):
        lines, size = on.block(line, box.width, size=15, smallest=11, lines=2, weight=weight)
        for index in reversed(range(len(lines))):
            word = _Word(lines[index], box.x, weight, colour, f"{name}-{index}" if index else name)
            found.insert(0, _Row((word,), size, baseline))
            baseline -= size * _LEADING
    return found


def timeline(on: sheet.Sheet, box: plate.Box, view: views.View) -> None:
    """Draw the plan as a bar of its phases, filled up to the month."""
    last = view.seen.atlas.scenario.last_month
    step = box.width / last
    top, height = 84.0, 9.0
    for phase in view.seen.atlas.scenario.phases:
        x, end = box.x + (phase.first_month - 1) * step, box.x + phase.last_month * step
        now = view.seen.now.phase == phase
        on.box(x, top, end - x - 2, height, fill="#dde1e4")
        done = min(max(box.x + view.seen.month * step - x, 0), end - x - 2)
        if done:
            on.box(x, top, done, height, fill=sheet.INK if now else sheet.FAINT)
        on.text(
            x,
            109,
            view.words.t("Phase {number}", number=phase.number) if end - x > _SHORT else phase.number,
            size=15,
            weight=lettering.SEMIBOLD if now else lettering.REGULAR,
            colour=sheet.INK if now else sheet.QUIET,
        )
    here = box.x + view.seen.month * step
    on.rule(here, top - 5, here, top + height + 5, colour=sheet.INK, line=2.4, order=3)
    label = view.words.t("Month {month} of {last}", month=view.seen.month, last=last)
    on.text(box.right, 70, label, size=15, align="right", colour=sheet.QUIET)


# --- foot -------------------------------------------------------------------------------------


def used(view: views.View) -> list[sources.Source]:
    """Return the records of every file that the picture is made from, each once; its figures are of the projection."""
    paths = dict.fromkeys(path for layer in view.layers for path in layer.sources(view.seen.atlas))
    return sources.of(tuple(dict.fromkeys([*paths, *view.seen.atlas.files, *_GROUND])), view.seen.atlas)


def about(view: views.View) -> dict[str, str]:
    """Return what the file says about itself, by the keywords of the PNG specification, section 11.3.3.2."""
    words, scenario = view.words, view.seen.atlas.scenario
    files = used(view)
    said = {
        "Title": words.at(
            view.seen.month,
            text.mark("{scenario}: {title}, baseline (month 0)"),
            text.mark("{scenario}: {title}, month {month}"),
            scenario=words.of(scenario.title),
            title=title(view),
        ),
        "Description": words.paragraph(
            words.t("HYPOTHETICAL."), words.t(text.notice(view.seen.atlas.territory.country))
        ),
        "Disclaimer": words.t("Hypothetical scenario, invented for illustration; assesses no place."),
        "Source": "; ".join(f"{each.title}: {each.citation}" for each in files),
        "Copyright": "; ".join(sorted({each.licence for each in files if each.licence})),
        "Comment": f"scenario {scenario.id} {scenario.hash}, edition {view.seen.atlas.edition}, "
        f"rule {scenario.rules.version}, month {view.seen.month}, compared with month {view.seen.since}",
        **({"Reconciliation": money_frames.reconciled(view.seen.now)} if view.shows("investment") else {}),
        **({"Warning": lacking} if (lacking := left_out(view)) else {}),
        "Creation Time": export.made_at(),
        "Software": "Roadmap Atlas",
    }
    return {key: lettering.clean(value) for key, value in said.items()}


def left_out(view: views.View) -> str:
    """Return what of the scenario figures lack, in sentences; ``""`` where every row is used."""
    lacking = [omitted for omitted in view.seen.atlas.left_out if omitted.lacks]
    return view.words.paragraph(*(complaints.omission(omitted, view.words) for omitted in lacking))


def warning(on: sheet.Sheet, box: plate.Box, view: views.View) -> None:
    """Set into the Pacific what of the scenario is not used, where anything is not."""
    lacking = left_out(view)
    if not lacking:
        return
    told = view.words.t("INCOMPLETE: {what}", what=lacking)
    lines = on.flow(told, _WARNING_WIDTH - 2 * _INSET, size=_WARNING, weight=lettering.SEMIBOLD)
    height = len(lines) * _WARNING_STEP + _INSET
    top = box.bottom - _ABOVE_SCALE - height
    on.box(box.x, top, _WARNING_WIDTH, height, fill="#ffffff", edge=sheet.INK, line=2.4, order=_OVER_ALL)
    for index, line in enumerate(lines):
        baseline = top + _WARNING_STEP * (index + 1) - 2
        said = on.text(
            box.x + _INSET, baseline, line, size=_WARNING, weight=lettering.SEMIBOLD, name=f"warning-{index}"
        )
        said.set_zorder(_OVER_ALL + 1)


@dataclass(frozen=True)
class Foot:
    """What stands below the map, whole: its lines and the size at which they fit.

    Attributes
    ----------
    lines
        In order.
    size
        Of the type, in pixels.
    """

    lines: tuple[str, ...]
    size: float

    @property
    def height(self) -> float:
        """How high they stand together."""
        return len(self.lines) * self.size * _FOOT_LEADING


def foot(on: sheet.Sheet, width: float, view: views.View) -> Foot:
    """Return sources, what is invented, and by which scenario and rule it was made of data of when.

    Every producer and file is named in full: the type shrinks first, then there are more lines.
    """
    words, scenario = view.words, view.seen.atlas.scenario
    files = used(view)
    notice = words.t(text.notice(view.seen.atlas.territory.country))
    invented, observed = attribution.invented(files), attribution.observed(files)
    if invented:
        notice = words.paragraph(notice, words.t("Invented: {files}.", files=invented))
    made = words.t(
        "Scenario {id}, edition {hash}. Rule {version}. Data of {when}.",
        id=scenario.id,
        hash=view.seen.atlas.edition,
        version=scenario.rules.version,
        when=sources.newest().isoformat(),
    )
    said = (*([words.t("Sources: {sources}.", sources=observed)] if observed else []), notice, made)
    found = Foot((), 0.0)
    for size in _FOOT_SIZES:
        found = Foot(_flowing(on, said, width, size), size)
        if found.height <= FOOT_HEIGHT:
            break
    return found


def _flowing(on: sheet.Sheet, paragraphs: Sequence[str], width: float, size: float) -> tuple[str, ...]:
    """Return paragraphs in lines; the last one follows the one before where it fits on its line."""
    *lines, last = [line for each in paragraphs[:-1] for line in on.flow(each, width, size=size)]
    together = f"{last} {lettering.clean(paragraphs[-1])}"
    if on.width(together, size) <= width:
        return (*lines, together)
    return (*lines, last, *on.flow(paragraphs[-1], width, size=size))


def set_foot(on: sheet.Sheet, x: float, y: float, said: Foot) -> None:
    """Set the foot, its upper left corner at a point."""
    for index, line in enumerate(said.lines):
        baseline = y + said.size * (_FOOT_LEADING * index + 1.0)
        on.text(x, baseline, line, size=said.size, colour=sheet.QUIET, name=f"foot-{index}")
