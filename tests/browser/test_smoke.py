"""Every page works in Firefox and in WebKit as in Chromium."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from layers import base, control, legends, palette
from layers.files import alone
from roadmap import moments
from roadmap.words import text
from tests.browser import others, reader, webdriver, window
from tests.conftest import Tell

CHROMIUM = "Chromium"
TRIED = {engine.name: engine for engine in others.tried()}
PAGES = ("", "border", "investment", "roadmap", "method")
# A class that holds so much land has at least so many pixels on the map of the whole country.
LAND_KM2 = 20_000
LAND_PIXELS = 50

_CHARTS = """const charts = [...document.querySelectorAll('.stVegaLiteChart')];
const count = (passes) => charts.filter(passes).length;
return {
    named: count((each) => /\\d/.test(each.getAttribute('aria-label'))),
    invented: count((each) => each.textContent.includes('HYPOTHETICAL, invented')),
    wide: count((each) => each.getBoundingClientRect().right > document.documentElement.clientWidth),
};"""
# What only the page's own style sheet gives it, and what can go wrong with the rest.
_LOOKS = """
    const style = (selector) => getComputedStyle(document.querySelector(selector));
    return {
        head: style('.a-head').display,
        tag: style('.a-tag').borderTopStyle,
        hidden: style('.stMain').visibility !== 'visible',
        wide: document.documentElement.scrollWidth - window.innerWidth,
        faces: [...document.fonts].filter((face) => face.family.includes('Noto Sans')).map((face) => face.status),
        broken: [...document.images].filter((image) => image.complete && !image.naturalWidth).length,
        failures: document.querySelectorAll('[data-testid="stException"], .atlas-failure, .katex-error').length,
    };
"""
_DRAWN = "return [...document.images].every((image) => image.complete)"
# How many pixels of the map's data have each of some colours?
_TALLY = """
    const [colours] = arguments;
    const {canvas} = window.atlas.surfaces.data.context;
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const counts = new Map(colours.map((colour) => [parseInt(colour.slice(1), 16), 0]));
    for (let i = 0; i < data.length; i += 4) {
        const colour = data[i] * 65536 + data[i + 1] * 256 + data[i + 2];
        if (data[i + 3] === 255 && counts.has(colour)) counts.set(colour, counts.get(colour) + 1);
    }
    return [...counts.values()];
"""
# Does the map in a file of its own show a month, and its key what belongs to it?
_ALONE = """
    const [month, said] = arguments;
    const key = document.querySelector('#key').textContent.replaceAll(/\\s/g, '');
    return document.querySelector('.atlas-host').dataset.atlasMonth === month && key === said;
"""
_FOCUSED = "return document.activeElement.closest('.st-key-phase') !== null && document.activeElement.type === 'radio'"


@pytest.fixture(scope="module", params=[CHROMIUM, *TRIED])
def visitor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[window.Window]:
    """A window of each browser in turn; at the end nothing has been asked of another machine."""
    if request.param == CHROMIUM:
        opened = window.chromium(request.getfixturevalue("browser"))
    else:
        opened = window.other(TRIED[request.param], tmp_path_factory.mktemp("browser"))
    with opened as found:
        yield found
        assert found.outside() == []


def tally(visitor: window.Window) -> dict[str, int]:
    """How many pixels of the map have the colour of each control class."""
    colours = {key: swatch.light for key, swatch in palette.CONTROL.items()}
    return dict(zip(colours, visitor.run(_TALLY, list(colours.values())), strict=True))


def drawn_classes(visitor: window.Window) -> set[str]:
    """The control classes that are to be seen on the map."""
    return {key for key, pixels in tally(visitor).items() if pixels > LAND_PIXELS}


def classes(month: int) -> set[str]:
    """The control classes of a month that have land enough to be seen."""
    keys = control.class_keys(reader.atlas().plan.codes[month])
    areas = reader.atlas().territory.municipalities["area_km2"].groupby(keys).sum()
    return set(areas[areas > LAND_KM2].index)


def test_browsers_that_are_not_tried_are_named(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    for line in others.untried():
        tell(line)
    monkeypatch.setattr(others, "installable", lambda: False)
    monkeypatch.setattr(others.shutil, "which", lambda name: None if name == "Xvfb" else f"/usr/bin/{name}")
    assert others.tried() == [others.FIREFOX]
    (line,) = others.untried()
    assert line.startswith("Not tried: WebKit. ")
    monkeypatch.setattr(others, "installable", lambda: True)
    assert others.untried() == []
    with pytest.raises(AssertionError, match="apt-get install webkit2gtk-driver xvfb"):
        others.WEBKIT.programs_here()


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_its_style(visitor: window.Window, app_url: str, page: str) -> None:
    visitor.open(f"{app_url}/{page}")
    visitor.until(_DRAWN)
    looks = visitor.run(_LOOKS)
    assert "loaded" in looks.pop("faces")
    assert looks == {"head": "flex", "tag": "solid", "hidden": False, "wide": 0, "broken": 0, "failures": 0}


@pytest.mark.parametrize(("page", "count"), [("border", 3), ("investment", 8)])
def test_charts_are_drawn_and_say_their_figures(visitor: window.Window, app_url: str, page: str, count: int) -> None:
    visitor.open(f"{app_url}/{page}")
    visitor.until(f"return document.querySelectorAll('.stVegaLiteChart svg').length === {count}")
    assert visitor.run(_CHARTS) == {"named": count, "invented": count, "wide": 0}


def test_the_map_is_drawn_and_stepped_layers_switched_and_a_file_saved(visitor: window.Window, app_url: str) -> None:
    visitor.open(app_url)
    visitor.shown("Month", "6")
    before = tally(visitor)
    assert drawn_classes(visitor) >= classes(6)
    visitor.click(".st-key-phase label p", "Phase 3")
    visitor.shown("Month", "36")
    visitor.linked(phase="3", month="36")
    assert tally(visitor) != before
    assert drawn_classes(visitor) >= classes(36)
    visitor.click(".st-key-layers button", base.find("change").title(text.words()))
    visitor.shown("Show", "control,change,zones,crossings")
    visitor.linked(layers="control,change,zones,crossings")
    visitor.click(".st-key-downloads button", "Download")
    visitor.until("return document.querySelector('.st-key-download-zones button') !== null")
    saved = json.loads(visitor.saved(lambda: visitor.click(".st-key-download-zones button")))
    assert saved["type"] == "FeatureCollection"
    assert saved["metadata"]["month"] == 36


def legend(month: int) -> str:
    """What the legend of control says in a month, as far as it is text."""
    drawn = legends.together(moments.of(reader.atlas(), month), base.opened(), text.words(), options={}, dark=False)
    return "".join(drawn.striptags().split())


def test_the_map_in_a_file_of_its_own_opens_from_a_disk(visitor: window.Window, tmp_path: Path) -> None:
    seen = moments.of(reader.atlas(), 36)
    visitor.go(alone.save(tmp_path, seen, base.opened(), text.words()).as_uri())
    visitor.until(_ALONE, "36", legend(36))
    assert drawn_classes(visitor) >= classes(36)
    visitor.click(".atlas-time button", "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}")
    visitor.until(_ALONE, "35", legend(35))


def test_a_link_is_followed_and_keys_reach_the_phases(visitor: window.Window, app_url: str) -> None:
    visitor.open(f"{app_url}/?phase=3&month=30&layers=control,zones&place=08037")
    visitor.shown("Pick", "08037")
    marks = visitor.marks()
    assert (marks["atlasMonth"], marks["atlasShow"]) == ("30", "control,zones")
    assert "Juárez" in visitor.run("return document.querySelector('.a-card').textContent")
    for _ in range(30):
        visitor.press("Tab")
        if visitor.run(_FOCUSED):
            break
    assert visitor.run(_FOCUSED)
    visitor.press("ArrowRight")
    visitor.shown("Month", "60")
    visitor.linked(phase="4", month="60", place="08037")


@pytest.mark.parametrize("engine", TRIED.values(), ids=TRIED)
def test_what_a_browser_asks_of_another_machine_is_noticed(engine: others.Engine, tmp_path: Path) -> None:
    with window.other(engine, tmp_path) as opened:
        with contextlib.suppress(webdriver.WebDriverError):
            opened.go("http://atlas.example/")
        assert "http://atlas.example/" in [each.split()[1] for each in opened.outside()]
