"""Measure the month loop with 500 draws beside the least that such a loop must do, and the memory that it takes.

Run as ``python -m bench.ensemble``; the table goes to standard output as Markdown. The bare loop has the same
neighbours, draws and months: one product with the neighbours, noise, a clip and a count of the classes, and no model.
Each of the two runs in a process of its own, one after the other.
"""

from __future__ import annotations

import argparse
import dataclasses
import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from geo import territory
from roadmap import atlas
from roadmap.model import accumulators, baseline, ensemble, forces, loop
from roadmap.record import control

DRAWS, MONTHS = 500, 60
BLOCK = 100
"""Draws that are run side by side."""
RATIO_BUDGET, MEMORY_BUDGET_MB = 2.5, 600
_KEPT = (6, 18, 36, 60)
_NOISE = 0.01
_SEED = 3


def _start(place: territory.Territory, draws: int) -> np.ndarray:
    return np.random.default_rng(_SEED).random((len(place.municipalities), draws))


def bare(draws: int) -> Callable[[], object]:
    """A loop without a model."""
    place = territory.load()
    weights = baseline.neighbour_weights(place.adjacency)
    start = _start(place, draws)

    def work() -> object:
        rng, score = np.random.default_rng(_SEED), start
        counts = np.zeros((MONTHS + 1, len(start), accumulators.CLASSES), dtype=np.int32)
        for month in range(1, MONTHS + 1):
            score = np.clip(0.9 * score + 0.1 * (weights @ score) + rng.normal(0.0, _NOISE, score.shape), 0.0, 1.0)
            classes = control.classify(score)
            for number in range(accumulators.CLASSES):
                counts[month, :, number] = (classes == number).sum(axis=1)
        return counts

    return work


def full(draws: int) -> Callable[[], object]:
    """The shipped plan with parameters drawn, noise, counts and sums by class and quantiles of four months."""
    shown = atlas.load()
    place, plan = shown.territory, shown.scenario
    models = ensemble.draws(plan.model, draws)
    inputs = atlas.inputs(shown.frontier, shown.books, place, plan.model)
    start = _start(place, draws)
    rows = place.municipalities
    keys, measures = list(rows["cvegeo"]), {name: rows[name].to_numpy() for name in ("population", "area_km2")}

    def work() -> object:
        rng = np.random.default_rng(_SEED)
        told = (
            accumulators.ClassCounts(MONTHS + 1, len(keys)),
            accumulators.ClassSums(measures),
            accumulators.Quantiles(_KEPT, len(keys)),
        )
        for first in range(0, draws, BLOCK):
            settings = ensemble.stacked(models[first : first + BLOCK])
            where = forces.Setting.of(place, start[:, first : first + BLOCK])
            course = forces.course(where, plan, keys, settings, inputs)
            shape = where.start.shape
            loop.run(where, course, settings.rates, *told, noise=lambda _, shape=shape: rng.normal(0.0, _NOISE, shape))
        return told

    return work


@dataclasses.dataclass(frozen=True)
class Result:
    """Seconds of each run, and the most memory that the process had, MB."""

    seconds: tuple[float, ...]
    peak_mb: float

    @property
    def median(self) -> float:
        """Median of the seconds."""
        return statistics.median(self.seconds)


def _measured(name: str, draws: int, repeat: int) -> Result:
    work = {"bare": bare, "full": full}[name](draws)
    seconds = []
    for _ in range(repeat):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return Result(tuple(seconds), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _apart(name: str, draws: int, repeat: int) -> Result:
    """Measure in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (name, draws, repeat))


def main() -> int:
    """Print the table; 1 if a budget is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    least, whole = (_apart(name, given.draws, given.repeat) for name in ("bare", "full"))
    ratio = whole.median / least.median
    print(f"| {given.draws} draws, {MONTHS} months, {len(territory.load().municipalities):,} municipalities | s | MB |")
    print("| --- | --- | --- |")
    print(f"| bare loop: neighbours, noise, clip, count | {least.median:.1f} | {least.peak_mb:.0f} |")
    print(f"| model with counts, sums and quantiles | {whole.median:.1f} ({ratio:.1f} x) | {whole.peak_mb:.0f} |")
    return int(ratio > RATIO_BUDGET or whole.peak_mb > MEMORY_BUDGET_MB)


if __name__ == "__main__":
    sys.exit(main())
