"""Measure several maps side by side, dragging time against a bare page, and what a step costs the server.

Run as ``python -m bench.maps``; the table goes to standard output as Markdown.

The bare page holds the same scripts, outlines and months and nothing else: no Streamlit, no other part of the page. It
is the limit of what can be painted on this machine. What a step costs the server is its processor time while a reader
without a browser steps over the web socket.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import functools
import http.server
import itertools
import json
import os
import platform
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench import step, talk
from layers import map as map_layer
from layers import static
from layers.files import assets
from roadmap import atlas, moments
from roadmap.words import text
from tests.browser import chromium, driver, server

DRAG_MS = 3000
SHOWN = ("control", "zones", "crossings")
BESIDE = {1: "", 2: "0", 4: "0,18,36"}

# A frame, a month: what a steady hand asks for.
_DRAG = """milliseconds => new Promise(done => {
    const range = document.querySelector('.atlas-track input');
    const start = performance.now();
    let painted = 0;
    const next = () => {
        if (performance.now() - start > milliseconds) { done(1000 * painted / (performance.now() - start)); return; }
        range.value = (Number(range.value) + 1) % (Number(range.max) + 1);
        range.dispatchEvent(new Event('input', {bubbles: true}));
        painted += 1;
        requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
})"""
_SIZE = "() => { const {clientWidth: w, clientHeight: h} = document.querySelector('.atlas-host'); return [w, h]; }"
_PAGE = """<!doctype html><meta charset="utf-8"><title>Bare</title>
<style>body {{ margin: 0 }} #page .atlas-host {{ width: {width}px; height: {height}px }}</style><div id="page"></div>
<script type="module">
import {{ mount }} from "./{module}";
const parentElement = document.getElementById("page");
mount({{ data: {data}, parentElement, setTriggerValue() {{}} }});
</script>"""


@contextlib.contextmanager
def bare(folder: Path, size: tuple[int, int]) -> Iterator[str]:
    """Serve the bare page, and return its address."""
    os.environ[static.VARIABLE] = str(folder / "static")
    plan = atlas.load()
    published = assets.publish(plan, text.words())
    shown = map_layer.step([moments.of(plan, 6)], show=SHOWN, extra={"pick": ""})
    data = json.dumps({"manifest": f"static/{published.manifest}", "state": shown})
    page = _PAGE.format(width=size[0], height=size[1], module=f"static/{published.module}", data=data)
    (folder / "index.html").write_text(page, encoding="utf-8")
    handler = functools.partial(Silent, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{served.server_port}/"
        served.shutdown()


class Silent(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def dragged(page: Page, times: int) -> list[float]:
    """Repaints a second while time is dragged."""
    driver.wait_for_map(page, "atlasReady")
    page.wait_for_timeout(step.QUIET_MS)
    return [float(page.evaluate(_DRAG, DRAG_MS)) for _ in range(times)]


def dragging(browser: Browser, url: str, folder: Path, times: int) -> tuple[list[float], list[float]]:
    """Repaints a second in the app and on the bare page, by turns of one run."""
    with step.visit(browser) as page, step.visit(browser) as peer:
        step.first_visit(page, url)
        step.rest(page)
        width, height = page.evaluate(_SIZE)
        with bare(folder, (width, height)) as address:
            peer.goto(address)
            pairs = [(dragged(page, 1)[0], dragged(peer, 1)[0]) for _ in range(times)]
    return [ours for ours, _ in pairs], [theirs for _, theirs in pairs]


def processor_ms(process_id: int) -> float:
    """Processor time that a process has taken so far."""
    fields = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cost(app: server.Server, steps: int) -> list[float]:
    """Processor time of a step, in means of ten."""
    phases = [f"Phase {number}" for number in step.PHASES]
    with talk.reader(app.url) as reader:
        reader.open()
        walk = itertools.cycle(phases)
        for phase in itertools.islice(walk, step.WARM_UP_STEPS):
            reader.choose("phase", phase)
        found = []
        for _ in range(steps // 10):
            before = processor_ms(app.process.pid)
            for phase in itertools.islice(walk, 10):
                reader.choose("phase", phase)
            found.append((processor_ms(app.process.pid) - before) / 10)
    return found


def said(values: list[float], unit: str, digits: int = 0) -> str:
    """The median with the lowest and the highest."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} {unit} ({low:.{digits}f}\N{EN DASH}{high:.{digits}f})"


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=12, help="measured steps with each number of maps (default 12)")
    chosen = parser.parse_args()
    last_months = {phase.number: phase.last_month for phase in atlas.load().scenario.phases}
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        with server.atlas(folder / "atlas.txt") as app:
            steps = {
                count: step.stepped(browser, f"{app.url}/{beside and f'?beside={beside}'}", last_months, chosen.steps)
                for count, beside in BESIDE.items()
            }
            ours, theirs = dragging(browser, app.url, folder, 5)
            spent = cost(app, 50)
        browser.close()
    one = statistics.median(steps[1])
    print(f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}), load {load:.1f}")
    print("\n| what | measured | ratio | budget |\n| --- | --- | --- | --- |")
    for count, budget in ((1, "≤ 100 ms"), (2, "≤ 1.4 ×"), (4, "≤ 2 ×")):
        ratio = statistics.median(steps[count]) / one
        print(f"| phase step, maps side by side: {count} | {said(steps[count], 'ms')} | {ratio:.2f} × | {budget} |")
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"| repaints while time is dragged | {said(ours, 'a second')} | {ratio:.2f} × | ≥ 0.9 ×, ≥ 20 a second |")
    print(f"| the same on a bare page | {said(theirs, 'a second')} | | |")
    print(f"| processor time of the server, a step | {said(spent, 'ms')} | | ≤ 40 ms |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
