"""Head, timeline and foot of a picture: what it shows, when, and what it is made from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from briefing import lettering, plate, sheet
from layers import export, money_frames, sources
from roadmap import phases
from roadmap.words import complaints, text

if TYPE_CHECKING:
    from briefing import view as views

_SMALL = 13.0
_SHORT = 80
_WARNING, _WARNING_STEP, _WARNING_LINES, _INSET = 16.0, 22.0, 12, 12.0
_WARNING_WIDTH, _ABOVE_SCALE = 430.0, 90.0
_OVER_ALL = 20.0
_OURSELVES = "Roadmap Atlas"
_GROUND = ("geography/states.parquet", "geography/neighbours.parquet", "geography/cities.parquet")


def title(view: views.View) -> str:
    """Return what is shown, in the words of the legends."""
    shown = [layer.legend(view.atlas, view.month, view.words, view.vs).title for layer in view.layers]
    return " \N{MIDDLE DOT} ".join(shown) or view.words.t("Roadmap Atlas")


def head(on: sheet.Sheet, box: plate.Box, view: views.View) -> None:
    """Set the title with the notice that all is hypothetical beside it, and what month it is."""
    words = view.words
    tag = lettering.clean(words.t("HYPOTHETICAL"))
    tag_width = on.width(tag, 19, lettering.SEMIBOLD) + 24
    heading, size = on.fit(
        title(view), box.width - tag_width - 24, size=34, smallest=24, weight=lettering.SEMIBOLD
    )
    on.text(box.x - 1, 72, heading, size=size, weight=lettering.SEMIBOLD, name="title")
    x = box.x + on.width(heading, size, lettering.SEMIBOLD) + 24
    on.box(x, 46, tag_width, 31, edge=sheet.INK, line=1.8)
    on.text(x + 12, 68, tag, size=19, weight=lettering.SEMIBOLD, name="hypothetical-title")
    _when(on, box, view)


def _when(on: sheet.Sheet, box: plate.Box, view: views.View) -> None:
    """Set scenario, month and phase in one line."""
    words, phase = view.words, view.phase
    when = words.month(view.month)
    if phase is not None:
        when = words.t(
            "{month}, phase {number}: {title}", month=when, number=phase.number, title=phase.title
        )
    as_of = lettering.clean(words.t("As of"))
    scenario, size = on.fit(view.atlas.scenario.title, box.width * 0.4, size=20, smallest=15)
    start = box.x + on.width(scenario, size) + 26
    used_up = on.width(as_of, 20) + 8
    line, fitted = on.fit(
        when, box.right - start - used_up, size=20, smallest=15, weight=lettering.SEMIBOLD
    )
    on.text(box.x, 109, scenario, size=size, colour=sheet.QUIET, name="scenario")
    on.text(start, 109, as_of, size=fitted, colour=sheet.QUIET)
    start += on.width(as_of, fitted) + 8
    on.text(start, 109, line, size=fitted, weight=lettering.SEMIBOLD, name="when")


def timeline(on: sheet.Sheet, box: plate.Box, view: views.View) -> None:
    """Draw the plan as a bar of its phases, filled up to the month."""
    step = box.width / phases.LAST_MONTH
    top, height = 84.0, 9.0
    for phase in view.atlas.scenario.phases:
        x, end = box.x + (phase.first_month - 1) * step, box.x + phase.last_month * step
        now = view.phase == phase
        on.box(x, top, end - x - 2, height, fill="#dde1e4")
        done = min(max(box.x + view.month * step - x, 0), end - x - 2)
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
    here = box.x + view.month * step
    on.rule(here, top - 5, here, top + height + 5, colour=sheet.INK, line=2.4, order=3)
    label = view.words.t("Month {month} of {last}", month=view.month, last=phases.LAST_MONTH)
    on.text(box.right, 70, label, size=15, align="right", colour=sheet.QUIET)


# --- foot -------------------------------------------------------------------------------------


def used(view: views.View) -> list[sources.Source]:
    """Return the records of every file that the picture is made from, each once; its figures are of the projection."""
    paths = dict.fromkeys(path for layer in view.layers for path in layer.sources(view.atlas))
    return sources.of(tuple(dict.fromkeys([*paths, *view.atlas.files, *_GROUND])))


def _credit(source: sources.Source) -> str:
    """Return a source in a few words: what, and who made it."""
    maker = source.producer.split(";")[0].split(" (")[0]
    if maker.startswith(_OURSELVES):
        # Compiled by us: name what it was compiled from.
        maker = source.citation.split(";")[0].split(" (")[0]
    what = source.title.split(":")[0]
    return f"{what} ({maker})" if maker else what


def about(view: views.View) -> dict[str, str]:
    """Return what the file says about itself, by the keywords of the PNG specification, section 11.3.3.2."""
    words, scenario = view.words, view.atlas.scenario
    files = used(view)
    said = {
        "Title": f"{scenario.title}: {title(view)}, {words.month(view.month)}",
        "Description": ". ".join([words.t("HYPOTHETICAL"), words.t(text.NOTICE)]),
        "Disclaimer": words.t("Hypothetical scenario, invented for illustration; assesses no place."),
        "Source": "; ".join(f"{each.title}: {each.citation}" for each in files),
        "Copyright": "; ".join(sorted({each.licence for each in files if each.licence})),
        "Comment": f"scenario {scenario.id} {scenario.hash}, edition {view.atlas.edition}, "
        f"rule {scenario.rules.version}, month {view.month}, compared with month {view.vs}",
        **({"Reconciliation": money_frames.reconciled(view.atlas, view.month)} if view.shows("investment") else {}),
        **({"Warning": left_out(view)} if view.atlas.left_out else {}),
        "Creation Time": export.made_at(),
        "Software": "Roadmap Atlas",
    }
    return {key: lettering.clean(value) for key, value in said.items()}


def left_out(view: views.View) -> str:
    """Return what of the scenario is not used, in sentences; ``""`` where all is."""
    return " ".join(complaints.omission(omitted, view.words) for omitted in view.atlas.left_out)


def warning(on: sheet.Sheet, box: plate.Box, view: views.View) -> None:
    """Set into the Pacific what of the scenario is not used, where anything is not."""
    if not view.atlas.left_out:
        return
    told = view.words.t("INCOMPLETE: {what}", what=left_out(view))
    lines = on.wrap(told, _WARNING_WIDTH - 2 * _INSET, size=_WARNING, lines=_WARNING_LINES, weight=lettering.SEMIBOLD)
    height = len(lines) * _WARNING_STEP + _INSET
    top = box.bottom - _ABOVE_SCALE - height
    on.box(box.x, top, _WARNING_WIDTH, height, fill="#ffffff", edge=sheet.INK, line=2.4, order=_OVER_ALL)
    for index, line in enumerate(lines):
        baseline = top + _WARNING_STEP * (index + 1) - 2
        said = on.text(
            box.x + _INSET, baseline, line, size=_WARNING, weight=lettering.SEMIBOLD, name=f"warning-{index}"
        )
        said.set_zorder(_OVER_ALL + 1)


def foot(on: sheet.Sheet, box: plate.Box, view: views.View, made_at: str) -> None:
    """Set sources, what is invented, and by which scenario and rule it was made when."""
    words, scenario = view.words, view.atlas.scenario
    files = used(view)
    observed = "; ".join(dict.fromkeys(_credit(each) for each in files if not each.illustrative))
    invented = ", ".join(dict.fromkeys(Path(each.path).name for each in files if each.illustrative))
    lines = on.wrap(words.t("Sources: {sources}.", sources=observed), box.width, size=_SMALL, lines=2)
    notice = words.t(text.NOTICE)
    if invented:
        notice = words.t("{notice} Invented: {files}.", notice=notice, files=invented)
    made = words.t(
        "Scenario {id}, edition {hash}. Rule {version}. Data of {when}.",
        id=scenario.id,
        hash=view.atlas.edition,
        version=scenario.rules.version,
        when=made_at.partition("T")[0],
    )
    for index, line in enumerate((*lines, notice, made)):
        fitted, size = on.fit(line, box.width, size=_SMALL, smallest=10)
        on.text(box.x, box.y + 18 * (index + 1), fitted, size=size, colour=sheet.QUIET, name=f"foot-{index}")
