"""What the browser needs for a scenario, published into the static folder.

Nothing is ever asked from outside: Leaflet comes from its Python package, the outlines from ``data/geography``, the
drawing scripts from ``layers/web``.
"""

from __future__ import annotations

import contextlib
import gzip
import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from geo import atomic
from layers import base, palette, places, static
from layers import map as map_layer
from layers.files import fonts

if TYPE_CHECKING:
    from geo import territory
    from roadmap import atlas as atlases
    from roadmap.words import text

WEB = Path(__file__).resolve().parents[1] / "web"
"""Where the drawing scripts and the styles are written."""

OUTLINES = "outlines.topo.json.gz"
"""Of a territory, packed."""
ALONE = "alone.js"
"""The module that stands in for the page where there is none."""
_LEAFLET = ("leaflet.js", "leaflet.css")


@dataclass(frozen=True)
class Assets:
    """Paths of the published files below the static folder.

    Attributes
    ----------
    module
        Mounts the map into a page.
    manifest
        The constants of one scenario in one language.
    page_style
        Style sheet of the pages around the map.
    outlines
        What all maps are drawn from.
    others
        What module and manifest ask for: more modules, their styles, data and fonts.
    """

    module: str
    manifest: str
    page_style: str
    outlines: str
    others: tuple[str, ...]


@lru_cache(maxsize=1)
def web() -> dict[str, bytes]:
    """Return what the browser runs, by name: modules, the base map's among them, Leaflet, and their styles."""
    leaflet = resources.files("xstatic.pkg.leaflet") / "data"
    return {
        **{path.name: path.read_bytes() for path in sorted(WEB.glob("*.js"))},
        **{name: (leaflet / name).read_bytes() for name in _LEAFLET},
        "base.js": map_layer.script().encode(),
        "map.css": (WEB / "map.css").read_bytes(),
    }


def _modules(folder: Path) -> dict[str, str]:
    """Write them into a folder that carries their hash, since they ask for one another by name; return their paths."""
    found = {name: content for name, content in web().items() if name != ALONE}
    edition = static.digest(b"".join(name.encode() + content for name, content in found.items()))
    return {name: static.write(folder, f"atlas/web-{edition}/{name}", content) for name, content in found.items()}


def _web_fonts(folder: Path) -> tuple[str, ...]:
    """Write the fonts, whose names stand in the settings and so carry no hash; a marker does.

    Cutting them takes seconds, so they are kept beside ``app.py`` as well, where that can be written to.
    """
    edition = _fonts_edition()
    if folder != static.FOLDER:
        with contextlib.suppress(static.StaticError):
            _faces(static.FOLDER, edition)
    return _faces(folder, edition)


def _fonts_edition() -> str:
    """Return the hash of what the faces are cut from, and how."""
    sources = {script.source: None for script in fonts.SCRIPTS.values()}
    return static.digest(b"".join(source.read_bytes() for source in sources) + Path(fonts.__file__).read_bytes())


def _faces(folder: Path, edition: str) -> tuple[str, ...]:
    names = {face: f"fonts/{face}" for face in fonts.FACES}
    marker = f"fonts/{edition}"
    current = (folder / marker).exists()
    for face, name in names.items():
        if not current or not (folder / name).exists():
            content = _face(face, edition, static.FOLDER / name if (static.FOLDER / marker).exists() else None)
            with static.writing():
                atomic.write(folder / name, content)
    return *names.values(), static.write(folder, marker, b"")


def _face(face: str, edition: str, kept: Path | None) -> bytes:
    return kept.read_bytes() if kept is not None and kept.exists() else _cut(face, edition)


def face(name: str) -> bytes:
    """Return a face as a browser reads it, one of :data:`layers.files.fonts.FACES`."""
    edition, kept = _fonts_edition(), static.FOLDER / "fonts"
    return _face(name, edition, kept / name if (kept / edition).exists() else None)


@lru_cache(maxsize=len(fonts.FACES))
def _cut(face: str, edition: str) -> bytes:
    del edition  # part of the cache's key
    return fonts.cut(*fonts.FACES[face])


def manifest(atlas: atlases.Atlas, words: text.Words, outlines: str) -> dict[str, object]:
    """Return everything that the map needs once for a scenario in one language.

    Parameters
    ----------
    atlas, words
        What is shown, and in which language.
    outlines
        Address of the outlines, relative to this file's own address.
    """
    return {
        "outlines": outlines,
        "view": places.view(atlas.territory),
        "limits": places.limits(atlas.territory),
        "closest": places.CLOSEST,
        "palette": palette.MAP,
        "words": {
            "map": words.t("Map of municipalities. Arrow keys move, plus and minus zoom, Enter picks."),
            "home": words.t("Show the whole country"),
            "hypothetical": words.t("HYPOTHETICAL"),
            "attribution": words.paragraph(
                atlas.territory.country.attribution, words.t("Scenario invented.")
            ),
            "time": words.t("Time"),
            "monthBar": words.t("Month of the plan"),
            "monthBack": words.t("Previous month"),
            "monthOn": words.t("Next month"),
            "play": words.t("Play the months"),
            "pause": words.t("Pause"),
            "month": words.t("month {month}", month="{}"),
            "baseline": words.month(0),
        },
        "title": words.of(atlas.scenario.title),
        "months": atlas.plan.last_month,
        "phases": [
            {
                "first": phase.first_month,
                "last": phase.last_month,
                "name": words.t("Phase {number}", number=phase.number),
                "title": words.of(phase.title),
            }
            for phase in atlas.scenario.phases
        ],
        "layers": {
            each.id: _drawn(each, atlas, words) for each in base.registry().values()
        },
        "parents": _parents(atlas.territory),
        "ground": {"labels": places.labels(atlas.territory)},
    }


def _parents(place: territory.Territory) -> list[int]:
    """Return the position of each municipality's state, in the order of the outlines."""
    positions = {key: position for position, key in enumerate(place.states["cve_ent"])}
    return [positions[parent] for parent in place.municipalities["cve_ent"]]


def _drawn(layer: base.Layer, atlas: atlases.Atlas, words: text.Words) -> dict[str, object]:
    """Return the marks of a layer as the drawing scripts read them, and its place among the others."""
    marks = [{"kind": mark.kind, **mark.sent()} for mark in base.drawn(layer, atlas, words)]
    return {"order": layer.order, "marks": marks}


def encoded(content: object) -> bytes:
    """Return what the browser reads as JSON."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def data(atlas: atlases.Atlas) -> dict[str, bytes]:
    """Return what layers draw from in all months, packed, by layer."""
    found = {layer.id: base.months(atlas, layer.id) or layer.data(atlas) for layer in base.registry().values()}
    return {layer: gzip.compress(encoded(content), mtime=0) for layer, content in found.items() if content is not None}


def _data(folder: Path, atlas: atlases.Atlas) -> dict[str, str]:
    """Write what layers draw from in all months, and return the name of each layer's file."""
    return {
        layer: Path(static.versioned(folder, f"{atlas.scenario.id}-{layer}", ".json.gz", content)).name
        for layer, content in data(atlas).items()
    }


def publish(atlas: atlases.Atlas, words: text.Words) -> Assets:
    """Put every file that the browser needs for a scenario into the static folder.

    Returns
    -------
    Assets
        Their paths below the folder.
    """
    place = static.folder()
    faces = _web_fonts(place)
    modules = _modules(place)
    topology = (atlas.territory.folder / OUTLINES).read_bytes()
    outlines = static.versioned(place, "outlines", ".topo.json.gz", topology)
    name = f"{atlas.scenario.id}-{words.language}"
    layers = _data(place, atlas)
    content = {**manifest(atlas, words, Path(outlines).name), "data": layers}
    return Assets(
        module=modules.pop("mount.js"),
        manifest=static.versioned(place, name, ".json", encoded(content)),
        page_style=page_style(),
        outlines=outlines,
        others=(*modules.values(), *faces, *(f"atlas/{each}" for each in layers.values())),
    )


def page_style() -> str:
    """Publish the style sheet of the pages around the map, and return its path below the static folder."""
    return static.versioned(static.folder(), "page", ".css", (WEB / "page.css").read_bytes())


def missing(published: Assets) -> list[str]:
    """Return the names of the files that are no longer there, as when somebody deletes the static folder."""
    place = static.folder()
    names = (published.module, published.manifest, published.page_style, published.outlines, *published.others)
    return [name for name in names if not (place / name).exists()]
