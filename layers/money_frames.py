"""Money as tables, to the cent: what pages and pictures round and files carry whole."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from layers import investment
from roadmap.ledger import bookkeeping, money
from roadmap.record import rules
from roadmap.words import text as wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from roadmap import atlas as atlases
    from roadmap import moments
    from roadmap.words import text

_HALF = 0.5

OTHER, NOWHERE = "*other", "*nowhere"
"""Keys of what is put together because it is small, and of what cannot be placed; no identifier of data looks so."""


def names(atlas: atlases.Atlas, words: text.Words) -> dict[str, Mapping[str, str]]:
    """Return the names of funders, programmes and targets by key."""
    plan, place = atlas.scenario, atlas.territory
    return {
        "funder": {party.id: words.name(party.title) for party in plan.funders},
        "programme": {entry.id: words.of(entry.title) for entry in plan.entries},
        "target": {
            **dict(zip(place.states["cve_ent"], place.states["name"], strict=True)),
            **{zone.id: words.of(zone.name) for zone in plan.zones},
            bookkeeping.OUTSIDE: words.t("in no priority zone"),
            NOWHERE: words.t("cannot be placed"),
        },
    }


def states(seen: moments.Comparison) -> pd.DataFrame:
    """Return money by state up to a month, with people, what was reclaimed there since another, and what has no place.

    Returns
    -------
    pandas.DataFrame
        One row a state, and last :data:`NOWHERE`, which has neither people nor ground; columns ``state`` (its key),
        ``name``, ``population``, each of :data:`roadmap.ledger.money.AMOUNTS` in cents, ``people_reclaimed`` and
        ``km2_reclaimed``. An amount adds up to the ledger.
    """
    place, upto = seen.atlas.territory, investment.until(seen.month)
    rows = place.states[["cve_ent", "name", "population"]].rename(columns={"cve_ent": "state"}).reset_index(drop=True)
    left = seen.atlas.books.reconcile(upto).table["not_placed"]
    changes = seen.changes
    won = place.municipalities[changes == rules.RECLAIMED].groupby("cve_ent")[["population", "area_km2"]].sum()
    won = won.reindex(rows["state"]).fillna(0)
    rows = pd.concat([rows, pd.DataFrame({"state": [NOWHERE], "name": [NOWHERE]})], ignore_index=True)
    for stage in money.AMOUNTS:
        rows[stage] = [*seen.atlas.books.by_state(stage, upto), left[stage]]
    rows["people_reclaimed"] = [*won["population"], None]
    rows["km2_reclaimed"] = [*won["area_km2"], None]
    return rows.astype({"population": "Int64", "people_reclaimed": "Int64", "km2_reclaimed": "Float64"})


def programmes(at: moments.Moment) -> pd.DataFrame:
    """Return the amounts by programme and component up to a month, in cents, with titles."""
    found = at.atlas.books.table(["programme", "component"], investment.until(at.month)).reset_index()
    titles = {entry.id: entry.title for entry in at.atlas.scenario.entries}
    for place, column in ((1, "programme"), (3, "component")):
        found.insert(place, f"{column}_title", [titles.get(key, key) for key in found[column]])
    return found


def phase_by_phase(atlas: atlases.Atlas) -> pd.DataFrame:
    """Return the amounts of each phase by itself, and what of the delivered is of which kind, in cents.

    Returns
    -------
    pandas.DataFrame
        Index the numbers of the phases; columns each of :data:`roadmap.ledger.money.AMOUNTS`, and of the delivered
        amount ``tactical`` and ``strategic``, ``public`` and ``private``: each pair adds up to ``delivered``.
    """
    books, rows = atlas.books, {}
    private_funders = tuple(party.id for party in atlas.scenario.funders if party.private)
    for phase in atlas.scenario.phases:
        span = bookkeeping.Filter(first_month=phase.first_month, last_month=phase.last_month)
        sums = books.funnel(span).to_dict()
        whole = sums[investment.SHOWN]
        strategic = books.total(investment.SHOWN, dataclasses.replace(span, support=("strategic",)))
        private = books.total(investment.SHOWN, dataclasses.replace(span, funder=private_funders))
        kinds = {"tactical": whole - strategic, "strategic": strategic, "public": whole - private, "private": private}
        rows[phase.number] = {**sums, **kinds}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("phase")


def turns(found: pd.DataFrame) -> bool:
    """Return whether the last phase of :func:`phase_by_phase` is mostly strategic and has the largest private share."""
    whole = found[investment.SHOWN].clip(lower=1)
    strategic, private = found["strategic"] / whole, found["private"] / whole
    last = found.index[-1]
    most = all((share.loc[last] > share.drop(last)).all() for share in (strategic, private))
    return bool(most and strategic.loc[last] > _HALF)


def over_time(atlas: atlases.Atlas, stage: str, by: str, *, running: bool) -> pd.DataFrame:
    """Return one amount by month and group in cents, so far or month by month: a row a month, a column a group.

    Only groups that have lines in the books stand in it.
    """
    found = atlas.books.by_month(stage, by)[atlas.books.table(by).index]
    return found.cumsum() if running else found


def during(month: int, *, alone: bool) -> bookkeeping.Filter:
    """Return the filter of a month by itself, or of everything up to it."""
    return bookkeeping.Filter(first_month=month if alone else 0, last_month=month)


def flows(at: moments.Moment, *, to: str, alone: bool = False) -> pd.DataFrame:
    """Return what is delivered from funder through programme to state or zone, as the books' own flows do.

    Parameters
    ----------
    atlas
        The scenario.
    month
        The month shown.
    to
        ``"state"`` or ``"zone"``, by the zones of that month.
    alone
        Whether the month counts by itself, or everything up to it.
    """
    return at.atlas.books.flows(investment.SHOWN, at.month, to=to, chosen=during(at.month, alone=alone))


# --- as files ---------------------------------------------------------------------------------


def reconciled(at: moments.Moment) -> str:
    """Return for a file that the lines chosen up to a month are placed or not placed, to the cent, amount by amount."""
    table = at.atlas.books.reconcile(investment.until(at.month)).metadata()
    return "; ".join(
        f"{stage}: ledger {row['ledger']} = placed {row['placed']} + not placed {row['not_placed']}"
        for stage, row in table.items()
    )


def in_dollars(rows: pd.DataFrame, atlas: atlases.Atlas, columns: Iterable[str] = money.AMOUNTS) -> pd.DataFrame:
    """Return a table for a file: cents become US$ with two decimals, exactly; and of which year and which lines."""
    exact = {name: [Decimal(int(cents)).scaleb(-money.DECIMALS) for cents in rows[name]] for name in columns}
    found = rows.assign(**exact).rename(columns={name: f"{name}_usd" for name in exact})
    return found.assign(usd_year=atlas.books.ledger.usd_year, only=atlas.books.only.text)


def states_file(seen: moments.Comparison) -> pd.DataFrame:
    """Return :func:`states` for a file; what cannot be placed has no key."""
    rows = states(seen)
    said = names(seen.atlas, wording.words())["target"][NOWHERE]
    rows = rows.assign(state=rows["state"].replace({NOWHERE: ""}), name=rows["name"].replace({NOWHERE: said}))
    return in_dollars(rows, seen.atlas).assign(reclaimed_since_month=seen.since)


def programmes_file(at: moments.Moment) -> pd.DataFrame:
    """Return :func:`programmes` for a file."""
    return in_dollars(programmes(at), at.atlas)


def over_time_file(atlas: atlases.Atlas, by: str, *, running: bool) -> pd.DataFrame:
    """Return :func:`over_time` for a file, of what is planned and of what is delivered: a row a month and group."""
    known = names(atlas, wording.words())[by]
    both = {stage: over_time(atlas, stage, by, running=running).stack() for stage in ("planned", investment.SHOWN)}  # noqa: PD013 - months and groups on one index
    rows = pd.DataFrame(both).reset_index()
    rows.insert(2, f"{by}_name", [known.get(key, key) for key in rows[by]])
    return in_dollars(rows, atlas, both).assign(counted="so far" if running else "in the month")


def flows_file(found: pd.DataFrame, atlas: atlases.Atlas, *, first_month: int = 0) -> pd.DataFrame:
    """Return :func:`flows` for a file, with names; the place is empty where the money cannot be placed."""
    known = names(atlas, wording.words())
    targets = [NOWHERE if pd.isna(key) else key for key in found["target"]]
    rows = pd.DataFrame(
        {
            "funder": found["funder"],
            "programme": found["programme"],
            "programme_title": [known["programme"].get(key, key) for key in found["programme"]],
            "place": ["" if key == NOWHERE else key for key in targets],
            "place_name": [known["target"].get(key, key) for key in targets],
            "delivered": found["cents"],
        }
    )
    return in_dollars(rows, atlas, ["delivered"]).assign(first_month=first_month)


def costs_file(found: pd.DataFrame, seen: moments.Comparison) -> pd.DataFrame:
    """Return what was reclaimed and dollars for each of it, by state, for a file."""
    rows = found.reset_index()
    named = seen.atlas.territory.states.set_index("cve_ent")["name"]
    rows.insert(1, "name", named.reindex(rows["state"]).to_numpy())
    costs = {name: f"usd_per_{name.replace('_cost', '')}" for name in rows.columns if "_cost" in name}
    return in_dollars(rows, seen.atlas, ["delivered"]).rename(columns=costs).assign(since_month=seen.since)


def margins_file(found: pd.DataFrame, atlas: atlases.Atlas) -> pd.DataFrame:
    """Return what a further million would do, by programme and zone, for a file."""
    known = names(atlas, wording.words())
    rows = found.copy()
    rows.insert(1, "programme_title", [known["programme"].get(key, key) for key in rows["programme"]])
    rows.insert(3, "zone_name", [known["target"].get(key, key) for key in rows["zone"]])
    return rows.assign(usd_year=atlas.books.ledger.usd_year)
