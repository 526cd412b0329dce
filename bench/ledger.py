"""Measure a ledger of 200,000 lines: loading, and the answer to a filter.

Run as ``python -m bench.ledger``; the table goes to standard output as Markdown. The ledger is made up from a fixed
seed on the shipped territory and zones: most lines name one or a few municipalities or a zone, some a state or a
sector, a few the whole country.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from layers import investment as investment_layer
from layers import money_frames
from roadmap import atlas, moments
from roadmap.ledger import bookkeeping, destinations, investment, money, reading

LINES = 200_000
LOAD_BUDGET_S = 3.0
FILTER_BUDGET_S = 0.3
FUNDERS = ("US", "MX", "joint", "private")
SECTORS = {"west": 8, "middle": 20, "east": 12}
"""Sectors that stand in for those of the border, and how many municipalities each has."""

_SEED = 7
_KINDS = {"municipalities": 0.58, "zone": 0.24, "state": 0.08, "sector": 0.03, "national": 0.03, "unplaced": 0.04}
_SHARED_NATIONALLY = 0.1
_MB = 1024


def write(path: Path, plan: atlas.Atlas, lines: int) -> None:
    """Write a ledger of so many lines without a fault."""
    rng = np.random.default_rng(_SEED)
    keys = plan.territory.municipalities["cvegeo"].to_numpy()
    states = plan.territory.states["cve_ent"].to_numpy()
    zones = plan.scenario.zones
    programmes = [entry.id for entry in plan.scenario.entries if entry.kind == "programme"]
    kinds = rng.choice(list(_KINDS), size=lines, p=list(_KINDS.values()))
    cents = np.sort(rng.integers(0, 10**9, size=(lines, 4)), axis=1)[:, ::-1]
    rows = [",".join(investment.COLUMNS)]
    for number, kind in enumerate(kinds):
        month = int(rng.integers(1, 61))
        if kind == "municipalities":
            chosen = rng.choice(keys, size=int(rng.integers(1, 5)), replace=False)
            place, precision = ";".join(chosen), 3 if len(chosen) > 1 else 1
        elif kind == "zone":
            active = [zone.id for zone in zones if zone.members_in(month)]
            place, precision = active[int(rng.integers(len(active)))], 3
        elif kind == "state":
            place, precision = str(rng.choice(states)), 4
        elif kind == "sector":
            place, precision = str(rng.choice(list(SECTORS))), 5
        else:
            place, precision = "", 6 if kind == "national" else 9
        divided = kind != "unplaced" and (kind != "national" or rng.random() < _SHARED_NATIONALLY)
        sharing = destinations.SHARINGS[int(rng.integers(1, 4))] if divided else "whole"
        words = (programmes[int(rng.integers(len(programmes)))], "", FUNDERS[int(rng.integers(4))])
        amounts = (money.dollars(int(each)) for each in cents[number])
        cells = (f"B{number}", *words, "tactical", "effort", kind, place, precision, sharing, month, 2025, *amounts)
        rows.append(",".join(map(str, cells)))
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def timed(work: Callable[[], object], repeat: int) -> tuple[float, float]:
    """Median seconds of some runs, on the clock and of the processor; the clock includes waiting for others."""
    spans = []
    for _ in range(repeat):
        start, begun = time.perf_counter(), time.process_time()
        work()
        spans.append((time.perf_counter() - start, time.process_time() - begun))
    return statistics.median(clock for clock, _ in spans), statistics.median(busy for _, busy in spans)


def page(plan: atlas.Atlas, month: int) -> None:
    """Ask for everything that the page of investment shows of a month before anything on it is opened."""
    books, upto = plan.books, investment_layer.until(month)
    books.funnel(upto)
    books.funnel(investment_layer.until(0))
    books.reconcile(upto)
    for stage, by in (("delivered", "funder"), ("delivered", "programme"), ("planned", "programme")):
        money_frames.over_time(plan, stage, by, running=True)
    money_frames.phase_by_phase(plan)
    money_frames.flows(moments.of(plan, month).now, to="state")
    money_frames.programmes(moments.of(plan, month).now)
    money_frames.states(moments.of(plan, month))


def main() -> int:
    """Measure and print; returns 1 where a budget is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    plan = atlas.load()
    keys = plan.territory.municipalities["cvegeo"].to_list()
    sectors = {name: keys[100 * place : 100 * place + size] for place, (name, size) in enumerate(SECTORS.items())}
    where = destinations.Places.of(
        plan.territory,
        plan.scenario.zones,
        plan.plan.projected.baseline.score,
        last_month=plan.scenario.last_month,
        sectors=sectors,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / investment.FILE
        write(path, plan, given.lines)
        size = path.stat().st_size / 1e6
        loading = timed(lambda: _examined(path, plan, where), given.repeat)
        books = bookkeeping.Books(_examined(path, plan, where), where)
    placing = timed(lambda: books.balance, 1)
    asked = bookkeeping.Filter(funder=("US", "MX"), last_month=36)
    rows = [
        (f"load and check {given.lines:,} lines ({size:.0f} MB)", loading, LOAD_BUDGET_S),
        ("place every amount once and reconcile", placing, None),
    ]
    whole = replace(plan, books=books)
    # Answers are kept, so each step is to another month.
    months = itertools.cycle(range(10, 60))
    answers: dict[str, Callable[[], object]] = {
        "map of one amount, filtered": lambda: books.by_municipality("delivered", asked),
        "map of one amount, all lines": lambda: books.by_municipality("delivered"),
        "table by programme, every amount": lambda: books.table("programme", asked),
        "flows from funder to state": lambda: books.flows("delivered", 36, chosen=asked),
        "by month and programme": lambda: books.by_month("delivered", "programme", asked),
        "what cannot be placed": lambda: books.tray(asked),
        "reconcile a filter, every amount": lambda: books.reconcile(asked),
        "the whole page of investment, filtered": lambda: page(replace(whole, books=replace(books, only=asked)), 36),
        "the whole page of investment, all lines": lambda: page(whole, next(months)),
        "a step of the map with circles": lambda: investment_layer.LAYER.state(moments.of(whole, next(months))),
    }
    rows += [(name, timed(work, given.repeat), FILTER_BUDGET_S) for name, work in answers.items()]
    shares = books.ledger.sites.entries
    print(f"| a ledger of {given.lines:,} lines, {shares:,} shares | seconds | processor | budget |")
    print("| --- | ---: | ---: | ---: |")
    for name, (clock, busy), budget in rows:
        print(f"| {name} | {clock:.2f} | {busy:.2f} | {'' if budget is None else f'{budget:.1f}'} |")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MB
    print(f"| memory at most, all amounts kept (MB) | {most:.0f} | | |")
    late = [name for name, (clock, _), budget in rows if budget is not None and clock > budget]
    return 1 if late or not books.balance.balanced else 0


def _examined(path: Path, plan: atlas.Atlas, where: destinations.Places) -> investment.Ledger:
    found = reading.examine(path, plan.scenario.entries, where)
    if found.ledger is None:
        raise SystemExit("\n".join(map(str, found.faults[:10])))
    return found.ledger


if __name__ == "__main__":
    sys.exit(main())
