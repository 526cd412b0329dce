"""Measure a phase step and a first visit in Chromium, against the ordinary way, in one run.

Run as ``python -m bench.step``; the table goes to standard output as Markdown.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import itertools
import os
import platform
import re
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from roadmap import atlas
from tests.browser import chromium, driver, relay, server

PATIENCE_MS = 120_000
QUIET_MS = 400
WARM_UP_STEPS = 4
# The phases are gone through in this order, so that every step is a change.
PHASES = (2, 3, 4, 1)
WITH_MONEY = ("control", "zones", "crossings", "investment")
"""The layers shown at first, and money; the peer shows the former."""

# When was the radio clicked, and when was a month on the screen? Both apps name the month in an attribute of their map
# or its frame when they have drawn it; the page looks once in every animation frame, so it sees the attribute in the
# frame after, when those pixels have been handed over.
_WATCH = """(() => {
    if (window !== window.top) return;
    window.benchClicks = [];
    window.benchPaints = [];
    window.addEventListener('click', () => window.benchClicks.push(performance.now()), true);
    let seen = NaN;
    const look = () => {
        const frames = [...document.querySelectorAll('iframe')].map(frame => frame.contentDocument?.documentElement);
        for (const root of [...frames, document.querySelector('.atlas-host')]) {
            const month = Number(root?.dataset.atlasMonth);
            if (!Number.isNaN(month) && month !== seen) {
                window.benchPaints.push({month, at: performance.now()});
                seen = month;
            }
        }
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})();"""
_IS_PAINTED = "month => window.benchPaints.some(paint => paint.month === month)"
_STEP_TIME = "month => window.benchPaints.find(paint => paint.month === month).at - window.benchClicks[0]"
_FIRST_TIME = "() => window.benchPaints[0].at"

# On a page of drawings: when was the last one changed?
_WATCH_DRAWINGS = """() => {
    window.benchDrawings = [];
    const now = () => [
        ...[...document.querySelectorAll('.a-drawing img')].map(each => each.src),
        ...[...document.querySelectorAll('.stVegaLiteChart text')].map(each => each.textContent),
    ].join();
    let last = now();
    const look = () => {
        const found = now();
        if (found !== last) window.benchDrawings.push(performance.now());
        last = found;
        requestAnimationFrame(look);
    };
    look();
}"""
_DRAWN_TIME = "() => window.benchDrawings.at(-1) - window.benchClicks[0]"

_MAIN = "from bench import ordinary\n\nordinary.page()\n"


@dataclass
class Figures:
    """What was measured of one app; times in milliseconds."""

    steps: list[float] = field(default_factory=list)
    step_bytes: list[int] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    first_bytes: list[int] = field(default_factory=list)
    memory_mb: float | None = None


def say(text: str) -> None:
    """Tell the person waiting what is being done."""
    sys.stderr.write(f"{text}\n")


@contextlib.contextmanager
def visit(browser: Browser) -> Iterator[Page]:
    """A new visitor with an empty cache."""
    width, height = driver.DESKTOP
    context: BrowserContext = browser.new_context(viewport={"width": width, "height": height})
    context.add_init_script(_WATCH)
    yield context.new_page()
    context.close()


def first_visit(page: Page, url: str) -> float:
    """Time from the start of the navigation to the first painted map."""
    page.goto(url)
    page.wait_for_function("() => window.benchPaints.length > 0", timeout=PATIENCE_MS)
    return float(page.evaluate(_FIRST_TIME))


def rest(page: Page) -> None:
    """Wait until nothing more of the last click is under way."""
    driver.idle(page)
    page.wait_for_timeout(QUIET_MS)


def step(page: Page, phase: int, month: int) -> float:
    """Time from the click on a phase to the map repainted."""
    page.evaluate("() => { window.benchClicks = []; window.benchPaints = []; }")
    page.locator("label").filter(has_text=re.compile(rf"^Phase {phase}\b")).click()
    page.wait_for_function(_IS_PAINTED, arg=month, timeout=PATIENCE_MS)
    return float(page.evaluate(_STEP_TIME, month))


def memory_mb(process_id: int) -> float | None:
    """Memory that a process holds now, where the system tells."""
    status = Path(f"/proc/{process_id}/status")
    if not status.is_file():
        return None
    found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else None


def walk(page: Page, last_months: Mapping[int, int], count: int) -> Iterator[float]:
    """Step through the phases again and again, and rest after each step."""
    for phase in itertools.islice(itertools.cycle(PHASES), count):
        time = step(page, phase, last_months[phase])
        rest(page)
        yield time


def measure(
    app: server.Server, browser: Browser, last_months: Mapping[int, int], *, steps: int, visits: int
) -> Figures:
    """Visit the app once to warm it, then several times afresh, then step through the phases.

    Bytes are counted on the way, which takes time, so what is timed is not counted.
    """
    figures = Figures()
    with visit(browser) as page:
        first_visit(page, app.url)
        rest(page)
    for _ in range(visits):
        with visit(browser) as page:
            figures.first.append(first_visit(page, app.url))
            rest(page)
    figures.steps = stepped(browser, app.url, last_months, steps)
    first, each = counted(browser, app.url, last_months)
    figures.first_bytes.append(first)
    figures.step_bytes = each
    figures.memory_mb = memory_mb(app.process.pid)
    return figures


def stepped(browser: Browser, url: str, last_months: Mapping[int, int], steps: int) -> list[float]:
    """Times of steps by a visitor who has stepped before."""
    with visit(browser) as page:
        first_visit(page, url)
        rest(page)
        return list(itertools.islice(walk(page, last_months, WARM_UP_STEPS + steps), WARM_UP_STEPS, None))


def redrawn(browser: Browser, url: str, steps: int) -> list[float]:
    """Times of steps on a page of drawings, from the click to the last drawing changed."""
    found = []
    with visit(browser) as page:
        page.goto(url)
        rest(page)
        page.evaluate(_WATCH_DRAWINGS)
        for phase in itertools.islice(itertools.cycle(PHASES), WARM_UP_STEPS + steps):
            page.evaluate("() => { window.benchClicks = []; window.benchDrawings = []; }")
            page.locator("label").filter(has_text=re.compile(rf"^Phase {phase}\b")).click()
            page.wait_for_function("() => window.benchDrawings.length > 0", timeout=PATIENCE_MS)
            rest(page)
            found.append(float(page.evaluate(_DRAWN_TIME)))
    return found[WARM_UP_STEPS:]


def counted(browser: Browser, url: str, last_months: Mapping[int, int]) -> tuple[int, list[int]]:
    """Bytes on the wire of a first visit, and of each of four steps."""
    with visit(browser) as page, relay.to(url) as way:
        first_visit(page, way.url)
        rest(page)
        first = way.sent
        found: list[int] = []
        for _ in walk(page, last_months, len(PHASES)):
            found.append(way.sent - first - sum(found))
        return first, found


@contextlib.contextmanager
def ordinary(folder: Path) -> Iterator[server.Server]:
    """The peer, running in a folder of its own with Leaflet beside it."""
    leaflet = resources.files("xstatic.pkg.leaflet") / "data"
    (folder / "static").mkdir()
    for name in ("leaflet.js", "leaflet.css"):
        (folder / "static" / name).write_bytes((leaflet / name).read_bytes())
    (folder / "main.py").write_text(_MAIN, encoding="utf-8")
    options = ("--server.enableStaticServing=true", "--browser.gatherUsageStats=false")
    with server.script("main.py", *options, folder=folder, log=folder / "log.txt") as app:
        yield app


def row(title: str, ours: list[float], theirs: list[float], unit: str, scale: float, budget: str) -> str:
    """One line of the table: medians with their range, and how many times less ours is."""

    def shown(values: list[float]) -> str:
        low, middle, high = (
            value / scale for value in (min(values), statistics.median(values), max(values))
        )
        return f"{middle:.2f} {unit} ({low:.2f}–{high:.2f})"

    ratio = statistics.median(theirs) / statistics.median(ours)
    return f"| {title} | {shown(ours)} | {shown(theirs)} | {ratio:.1f} × | {budget} |"


def table(ours: Figures, money: Figures, theirs: Figures, version: str, load: float) -> str:
    """The figures as Markdown, with the day and the machine."""
    circumstances = (
        f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}), load {load:.1f}, "
        f"Chromium {version}, Python {platform.python_version()}, "
        f"window {driver.DESKTOP[0]} × {driver.DESKTOP[1]}, median (lowest–highest) of {len(ours.steps)} steps "
        f"and {len(ours.first)} first visits; bytes of {len(ours.step_bytes)} steps and one visit"
    )
    lines = [
        circumstances,
        "",
        "| what | Roadmap Atlas | folium map rebuilt per step | ratio | budget |",
        "| --- | --- | --- | --- | --- |",
        row("phase step, click to repaint", ours.steps, theirs.steps, "s", 1e3, "≤ 0.10 s, ≥ 35 ×"),
        row("bytes to the browser per step", ours.step_bytes, theirs.step_bytes, "KB", 1e3, "≤ 12 KB"),
        row("phase step with circles of money", money.steps, theirs.steps, "s", 1e3, "≤ 0.10 s, ≥ 35 ×"),
        row("bytes of such a step", money.step_bytes, theirs.step_bytes, "KB", 1e3, "≤ 12 KB"),
        row("first map paint, warm server", ours.first, theirs.first, "s", 1e3, "≤ 1.8 s"),
        row("bytes of a first visit", ours.first_bytes, theirs.first_bytes, "MB", 1e6, "≤ 2 MB"),
    ]
    if ours.memory_mb is not None and theirs.memory_mb is not None:
        lines.append(row("memory of the server", [ours.memory_mb], [theirs.memory_mb], "MB", 1, "≤ 450 MB"))
    return "\n".join(lines)


def main() -> int:
    """Measure both apps and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=12, help="measured steps, at least 9 (default 12)")
    parser.add_argument("--visits", type=int, default=5, help="measured first visits (default 5)")
    chosen = parser.parse_args()
    if chosen.steps < 9 or chosen.visits < 1:  # noqa: PLR2004 (fewer make no median worth quoting)
        parser.error("at least 9 steps and 1 visit")
    last_months = {phase.number: phase.last_month for phase in atlas.load().scenario.phases}
    load = os.getloadavg()[0]
    if load > (os.cpu_count() or 1) / 4:
        say(f"The machine is busy (load {load:.1f}); the times below will be too long to quote.")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        counts = {"steps": chosen.steps, "visits": chosen.visits}
        say("Measuring Roadmap Atlas ...")
        with server.atlas(folder / "atlas.txt") as app:
            ours = measure(app, browser, last_months, **counts)
            url = f"{app.url}/?layers={','.join(WITH_MONEY)}"
            drawn = redrawn(browser, f"{app.url}/investment", chosen.steps)
            money = Figures(stepped(browser, url, last_months, chosen.steps), counted(browser, url, last_months)[1])
        say("Measuring the ordinary way ...")
        (folder / "ordinary").mkdir()
        with ordinary(folder / "ordinary") as app:
            theirs = measure(app, browser, last_months, **counts)
        print(table(ours, money, theirs, browser.version, load))
        shown = [each / 1e3 for each in (statistics.median(drawn), min(drawn), max(drawn))]
        print("| a step of the page on investment | {:.2f} s ({:.2f}–{:.2f}) | | | ≤ 0.30 s |".format(*shown))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
