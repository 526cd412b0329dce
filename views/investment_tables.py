"""Tables and figures of the investment page, made from the books; nothing here draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from layers import figures, investment, legends, money_frames, money_words, palette, templates
from layers.charts import money as charts
from roadmap.ledger import bookkeeping, money
from roadmap.ledger import conditions as guards
from roadmap.model import marginal
from roadmap.words.text import mark
from views import pieces

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

    from roadmap import atlas as atlases
    from roadmap import moments
    from roadmap.words import text

Table = tuple[pd.DataFrame, dict[str, str]]
"""Rows, and the headings of the columns to show, in order."""

_PER_MILLION = 1e8
_DASH = "\N{EN DASH}"


def unit(atlas: atlases.Atlas, words: text.Words) -> str:
    """Return millions of which dollars the amounts are."""
    year = atlas.books.ledger.usd_year
    return words.t("million US$") if year is None else words.t("million US$ of {year}", year=year)


def up_to(at: moments.Moment, words: text.Words) -> str:
    """Return what the amounts of a table are."""
    return words.at(
        at.month,
        mark("At baseline (month 0), {unit}, invented."),
        mark("Up to month {month}, {unit}, invented."),
        unit=unit(at.atlas, words),
    )


def invented(atlas: atlases.Atlas, words: text.Words) -> Markup:
    """Return what in the ledger is invented, in dollars of which year."""
    year = atlas.books.ledger.usd_year
    if year is None:
        said = words.t("There is no ledger.")
    else:
        said = words.t(
            "Every line of the ledger is invented, in US$ of {year}. Only the yearly total of the United States "
            "follows the plan's own proposal. No appropriation, contract or payment is shown.",
            year=year,
        )
    return pieces.remark(said)


def headline(seen: moments.Comparison, words: text.Words) -> tuple[figures.Figure, ...]:
    """Return committed, released, delivered and withheld up to the month, against another month."""
    books, against = seen.atlas.books, words.since(seen.since)
    now, then = (books.funnel(investment.until(month)) for month in (seen.month, seen.since))
    found = books.reconcile(investment.until(seen.month)).table.loc[investment.SHOWN]
    unmet = sum(each.status(seen.month) == "unmet" for each in books.conditions)
    planned = words.t("of {sum} planned by then", sum=money_words.dollars(now["planned"], words))
    details = {
        "committed": (planned,),
        "disbursed": (planned,),
        "delivered": (
            words.t("{sum} on the map", sum=money_words.dollars(found["placed"], words)),
            words.t("{sum} cannot be placed", sum=money_words.dollars(found["not_placed"], words)),
        ),
        money.WITHHELD: (
            words.n("{count} condition not met in this month", "{count} conditions not met in this month", unmet),
        ),
    }
    return tuple(
        figures.Figure(
            stage,
            words.named(money_words.INVENTED, stage),
            money_words.dollars(now[stage], words),
            f"+{money_words.dollars(now[stage] - then[stage], words)}",
            against,
            details[stage],
        )
        for stage in money.AMOUNTS[1:]
    )


def reconciliation(found: bookkeeping.Reconciliation, words: text.Words) -> Markup:
    """Return that map and rest add up to the ledger, to the cent, for each amount."""
    rows = [
        [words.named(money_words.STAGES, str(stage)), *(money_words.exact(int(cents), words) for cents in row)]
        for stage, row in zip(found.table.index, found.table.to_numpy(), strict=True)
    ]
    headings = [
        words.t("Amount"),
        words.t("Ledger"),
        words.t("On the map"),
        words.t("Cannot be placed"),
        words.t("Difference"),
    ]
    said = (
        words.t("On the map and cannot be placed add up to the ledger, to the cent.")
        if found.balanced
        else words.t("The ledger does not reconcile.")
    )
    return pieces.table(headings, rows, numeric={1, 2, 3, 4}) + pieces.remark(said)


def totals(found: pd.DataFrame, words: text.Words) -> Markup:
    """Return what a faulty file adds up to, and what of it is loaded."""
    labels = {
        "in_file": words.t("in the file, as far as it can be read"),
        "faulty": words.t("of this in lines with a fault"),
        "loaded": words.t("loaded"),
    }
    rows = [
        [
            label,
            words.integer(int(found.loc[key, "lines"])),
            *(money_words.exact(int(found.loc[key, stage]), words) for stage in money.STAGES),
        ]
        for key, label in labels.items()
    ]
    stages = [words.named(money_words.STAGES, stage) for stage in money.STAGES]
    return pieces.table([words.t("The ledger"), words.t("Lines"), *stages], rows, numeric={1, 2, 3, 4, 5})


def flows(found: pd.DataFrame, known: Mapping[str, Mapping[str, str]], words: text.Words) -> Table:
    """Return every flow, the largest first."""
    targets = [money_frames.NOWHERE if pd.isna(key) else key for key in found["target"]]
    rows = pd.DataFrame(
        {
            "funder": [known["funder"].get(key, key) for key in found["funder"]],
            "programme": [known["programme"].get(key, key) for key in found["programme"]],
            "target": [known["target"].get(key, key) for key in targets],
            "usd": found["cents"] / 100,
        }
    ).sort_values("usd", ascending=False, kind="stable")
    headings = {
        "funder": words.t("Funder"),
        "programme": words.t("Programme"),
        "target": words.t("Place"),
        "usd": words.t("Delivered (US$)"),
    }
    return rows, headings


def months(course: pd.DataFrame, known: Mapping[str, str], words: text.Words) -> Table:
    """Return one amount by month, a column for each group, the largest first."""
    order = course.max().sort_values(ascending=False, kind="stable").index
    rows = (course[order] / _PER_MILLION).round(3).reset_index()
    return rows, {"month": words.t("Month"), **{key: known.get(key, key) for key in order}}


def funders_key(
    course: pd.DataFrame, month: int, names: Mapping[str, str], words: text.Words, *, running: bool, dark: bool
) -> Markup:
    """Return the look of each funder with its sum by the month shown or in it, and the sum of them all."""
    sums = charts.largest_first(course, running=running).loc[month]
    # As the columns are stacked, the uppermost first.
    order = list(sums.index) if running else list(sums.index)[::-1]
    looks = {key: palette.funder(key, dark=dark) for key in order}
    rows = [
        (
            legends.dash_style(colour, dashes if running else [1, 0]),
            names.get(key, key),
            money_words.millions(int(sums[key]), words),
        )
        for key, (colour, dashes) in looks.items()
    ]
    rows.append(("", words.t("all together"), money_words.millions(int(sums.sum()), words)))
    title = (
        words.at(month, mark("By baseline (month 0)"), mark("By month {month}"))
        if running
        else words.at(month, mark("At baseline (month 0)"), mark("In month {month}"))
    )
    return templates.piece("funders", title=title, rows=rows)


def _stages(words: text.Words) -> dict[str, str]:
    return {
        "planned": words.t("Planned (US$ m)"),
        "committed": words.t("Committed (US$ m)"),
        "disbursed": words.t("Released (US$ m)"),
        "delivered": words.t("Delivered (US$ m)"),
        "withheld": words.t("Withheld (US$ m)"),
    }


def programmes(at: moments.Moment, words: text.Words) -> Table:
    """Return the amounts by programme and component."""
    rows, known = _in_millions(money_frames.programmes(at)), money_frames.names(at.atlas, words)["programme"]
    for column in ("programme", "component"):
        rows[f"{column}_title"] = [known.get(key, key) for key in rows[column]]
    rows["component_title"] = rows["component_title"].where(rows["component"] != rows["programme"], "")
    headings = {"programme_title": words.t("Programme"), "component_title": words.t("Component"), **_stages(words)}
    return rows, headings


def _in_millions(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{stage: (rows[stage] / _PER_MILLION).round(3) for stage in money.AMOUNTS})


def phases(atlas: atlases.Atlas, words: text.Words) -> Markup:
    """Return the amounts of each phase by itself, with the shares of strategic and of private money delivered."""
    rows = []
    for phase, sums in zip(atlas.scenario.phases, money_frames.phase_by_phase(atlas).to_dict("records"), strict=True):
        whole = int(sums[investment.SHOWN])
        rows.append(
            [
                words.t("Phase {number}", number=phase.number),
                words.months(phase.first_month, phase.last_month),
                *(money_words.millions(int(sums[stage]), words) for stage in money.AMOUNTS),
                *(words.percent(sums[kind] / whole) if whole else _DASH for kind in ("strategic", "private")),
            ]
        )
    headings = [
        words.t("Phase"),
        words.t("When"),
        *_stages(words).values(),
        words.t("Strategic, of delivered"),
        words.t("Private, of delivered"),
    ]
    return pieces.table(headings, rows, numeric=set(range(2, len(headings))))


def states(seen: moments.Comparison, words: text.Words) -> Table:
    """Return money by state with people, what was reclaimed there between the two months, and what has no place."""
    found = money_frames.states(seen)
    people = found["population"].clip(lower=1)
    known = money_frames.names(seen.atlas, words)["target"]
    rows = _in_millions(found).assign(
        name=found["name"].replace({money_frames.NOWHERE: known[money_frames.NOWHERE]}),
        per_person=(found["delivered"] / 100 / people).round(2),
        km2_reclaimed=found["km2_reclaimed"].round(0),
    )
    headings = {
        "name": words.t("State"),
        "population": words.t("Population"),
        **_stages(words),
        "per_person": words.t("Delivered per person (US$)"),
        "people_reclaimed": words.t("People reclaimed"),
        "km2_reclaimed": words.t("km² reclaimed"),
    }
    return rows, headings


def costs(found: pd.DataFrame, atlas: atlases.Atlas, words: text.Words) -> Table:
    """Return people and km² reclaimed with their ranges, and dollars for each."""
    named = atlas.territory.states.set_index("cve_ent")["name"]
    rows = found.round(0).reset_index().assign(
        name=lambda each: named.reindex(each["state"]).to_numpy(),
        delivered=(found["delivered"] / _PER_MILLION).round(3).to_numpy(),
    )
    headings = {"name": words.t("State"), "delivered": words.t("Delivered since then (US$ m)")}
    for per, label in (("people", words.t("US$ per person")), ("km2", words.t("US$ per km²"))):
        headings |= {f"{per}_cost": label, **_span(f"{per}_cost", label, words)}
    for per, label in (("people", words.t("People reclaimed")), ("km2", words.t("km² reclaimed"))):
        headings |= {per: label, **_span(per, label, words)}
    return rows, headings


def _span(column: str, label: str, words: text.Words) -> dict[str, str]:
    return {
        f"{column}_low": words.t("{label}, lowest", label=label),
        f"{column}_high": words.t("{label}, highest", label=label),
    }


def conditions(books: bookkeeping.Books, month: int, words: text.Words) -> Markup:
    """Return the conditions in a month: status, what they guard and withhold, and when they are not met."""
    found = guards.table(books.ledger, books.conditions, month)
    rows = []
    for each, row in zip(books.conditions, found.itertuples(), strict=True):
        unmet = [words.months(p.first_month, p.last_month) for p in each.periods if p.status == "unmet"]
        rows.append(
            [
                words.of(each.title),
                words.named(money_words.CONDITION_KINDS, each.kind),
                words.named(money_words.CONDITIONS, str(row.status)),
                words.percent(each.share / 100, 0),
                money_words.millions(row.guarded, words),
                money_words.millions(row.withheld, words),
                words.listed(unmet) or words.t("never"),
            ]
        )
    headings = [
        words.t("Condition (invented)"),
        words.t("Kind"),
        words.t("In this month"),
        words.t("Share withheld"),
        words.t("Guarded so far (US$ m)"),
        words.t("Withheld so far (US$ m)"),
        words.t("Not met in"),
    ]
    return pieces.table(headings, rows, numeric={3, 4, 5})


def margins(found: pd.DataFrame, atlas: atlases.Atlas, words: text.Words) -> Table:
    """Return what a further million would do, by programme and zone."""
    known = money_frames.names(atlas, words)
    rows = found.round(3).assign(
        programme=[known["programme"].get(key, key) for key in found["programme"]],
        zone=[known["target"].get(key, key) for key in found["zone"]],
        effect=[words.named(money_words.EFFECTS, key) for key in found["effect"]],
    )
    labels = {
        "expected_people": words.t("People, expected"),
        "expected_km2": words.t("km², expected"),
        "control_people": words.t("People under state control"),
        "control_km2": words.t("km² under state control"),
        "held_people": words.t("People at state influence or better"),
        "held_km2": words.t("km² at state influence or better"),
    }
    headings = {"programme": words.t("Programme"), "zone": words.t("Zone"), "effect": words.t("Enters the model as")}
    for measure in sorted(marginal.MEASURES, key=list(labels).index):
        headings |= {measure: labels[measure], **_span(measure, labels[measure], words)}
    return rows, headings
