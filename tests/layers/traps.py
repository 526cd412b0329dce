"""Names that would be run, drawn or calculated if they were ever taken for more than text."""

from __future__ import annotations

import itertools
from dataclasses import replace

from roadmap import atlas as atlases

SCRIPT = "</script><script>alert('a')</script>"
IMAGE = "\"><img src=x onerror='alert(1)'>&amp;"
FORMULA = '=HYPERLINK("x","y")'
MARKDOWN = "![a](b.png) **bold** `code` :red[x] $x$ {{7*7}} {name} %s \N{LINE SEPARATOR}"
NAMES = (SCRIPT, IMAGE, FORMULA, MARKDOWN)


def set_in(small: atlases.Atlas) -> atlases.Atlas:
    """The atlas with these names on its four municipalities, its states, zones, crossings, sectors and itself."""
    squares = small.territory.municipalities.assign(name=list(NAMES), state=[SCRIPT, SCRIPT, IMAGE, FORMULA])
    states = small.territory.states.assign(name=[SCRIPT, IMAGE, FORMULA])
    crossings = small.observations.crossings.assign(
        name_us=[SCRIPT, IMAGE, FORMULA], name_mx=[MARKDOWN, SCRIPT, IMAGE], source=[FORMULA, MARKDOWN, SCRIPT]
    )
    zones = tuple(
        replace(zone, name=name, text=name) for zone, name in zip(small.scenario.zones, NAMES[:3], strict=True)
    )
    phases = tuple(
        replace(phase, title=name, text=name) for phase, name in zip(small.scenario.phases, NAMES, strict=True)
    )
    borders = small.frontier.borders
    sectors = borders.sectors.assign(name=list(itertools.islice(itertools.cycle(NAMES), len(borders.sectors))))
    return replace(
        small,
        frontier=replace(small.frontier, borders=replace(borders, sectors=sectors)),
        territory=replace(small.territory, municipalities=squares, states=states),
        observations=replace(small.observations, crossings=crossings),
        scenario=replace(small.scenario, id="traps", title=SCRIPT + IMAGE, zones=zones, phases=phases),
    )
