"""Static files for the browser, each under a name that carries a hash of its content.

Nothing is ever asked from outside: Leaflet comes from its Python package, the outlines from
``data/geography``, the drawing scripts from ``layers/web``. The static folder is made anew when
something is missing, so it is not kept under version control. It lies beside ``app.py``, or where
``ATLAS_STATIC`` says: processes that must not see one another's files have one each.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata, resources
from pathlib import Path
from typing import TYPE_CHECKING

from geo import atomic, errors
from layers import base, palette, places
from layers.files import fonts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from roadmap import atlas as atlases
    from roadmap.words import text

VARIABLE = "ATLAS_STATIC"
FOLDER = Path(__file__).resolve().parents[2] / "static"
URL = "app/static"
_WEB = Path(__file__).resolve().parents[1] / "web"
_SCRIPTS = (
    "topology", "paths", "patterns", "tip", "time", "controls", "surface",
    "engine", "ground", "areas", "marks", "circles",
)
"""In loading order."""
_LEAFLET = ("leaflet.js", "leaflet.css", "images/layers.png", "images/layers-2x.png")


class AssetsError(errors.AtlasError, OSError):
    """The static folder cannot be written to."""


@dataclass(frozen=True)
class Assets:
    """Paths of the published files below the static folder.

    Attributes
    ----------
    scripts, styles
        Leaflet and the drawing scripts, in loading order.
    manifest
        The constants of one scenario in one language.
    page_style
        Style sheet of the pages around the map.
    others
        What scripts, styles and manifest ask for: outlines, data, pictures and fonts.
    """

    scripts: tuple[str, ...]
    styles: tuple[str, ...]
    manifest: str
    page_style: str
    others: tuple[str, ...]


def folder() -> Path:
    """Return the folder that is published to: the one that ``ATLAS_STATIC`` names, else `FOLDER`."""
    named = os.environ.get(VARIABLE)
    return Path(named).absolute() if named else FOLDER


def digest(content: bytes) -> str:
    """Return the short hash that stands in a file's name."""
    return hashlib.sha256(content).hexdigest()[:12]


def write(folder: Path, name: str, content: bytes) -> str:
    """Write a file whole or not at all and return its name; one that is there stays.

    The name must change with the content, so an existing file is never rewritten.

    Raises
    ------
    AssetsError
        If it cannot be written.
    """
    target = folder / name
    atomic.clear(target.parent)
    if not target.exists():
        with writing():
            atomic.write(target, content)
    return name


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Turn what the system says against a change of the static folder into an :class:`AssetsError`."""
    try:
        yield
    except OSError as error:
        raise AssetsError(f"The static folder cannot be written to: {error}") from error


def _versioned(folder: Path, stem: str, suffix: str, content: bytes) -> str:
    return write(folder, f"atlas/{stem}-{digest(content)}{suffix}", content)


def _leaflet(folder: Path) -> tuple[str, ...]:
    version = metadata.version("XStatic-Leaflet")
    source = resources.files("xstatic.pkg.leaflet") / "data"
    return tuple(write(folder, f"leaflet-{version}/{name}", (source / name).read_bytes()) for name in _LEAFLET)


def script() -> bytes:
    """Return the drawing scripts as one file."""
    parts = [_WEB / f"{name}.js" for name in _SCRIPTS]
    return "\n".join(part.read_text(encoding="utf-8") for part in parts).encode()


def _web_fonts(folder: Path) -> tuple[str, ...]:
    """Write the fonts, whose names stand in the settings and so carry no hash; a marker does.

    Cutting them takes seconds, so they are kept beside ``app.py`` as well, where that can be written to.
    """
    sources = {script.source: None for script in fonts.SCRIPTS.values()}
    edition = digest(b"".join(source.read_bytes() for source in sources) + Path(fonts.__file__).read_bytes())
    if folder != FOLDER:
        with contextlib.suppress(AssetsError):
            _faces(FOLDER, edition)
    return _faces(folder, edition)


def _faces(folder: Path, edition: str) -> tuple[str, ...]:
    names = {face: f"fonts/{face}" for face in fonts.FACES}
    marker = f"fonts/{edition}"
    current = (folder / marker).exists()
    for face, name in names.items():
        if not current or not (folder / name).exists():
            content = _face(face, edition, FOLDER / name if (FOLDER / marker).exists() else None)
            with writing():
                atomic.write(folder / name, content)
    return *names.values(), write(folder, marker, b"")


def _face(face: str, edition: str, kept: Path | None) -> bytes:
    return kept.read_bytes() if kept is not None and kept.exists() else _cut(face, edition)


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
            "attribution": words.t("Outlines: INEGI 2020, Natural Earth, U.S. Census. Scenario invented."),
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
        "ground": {"labels": places.labels(atlas.territory)},
    }


def _drawn(layer: base.Layer, atlas: atlases.Atlas, words: text.Words) -> dict[str, object]:
    """Return the marks of a layer as the drawing scripts read them, and its place among the others."""
    marks = [{"kind": mark.kind, **mark.sent()} for mark in base.drawn(layer, atlas, words)]
    return {"order": layer.order, "marks": marks}


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _data(folder: Path, atlas: atlases.Atlas) -> dict[str, str]:
    """Write what layers draw from in all months, and return the name of each layer's file."""
    found = {layer.id: base.months(atlas, layer.id) or layer.data(atlas) for layer in base.registry().values()}
    stem = atlas.scenario.id
    return {
        layer: Path(_versioned(folder, f"{stem}-{layer}", ".json.gz", gzip.compress(_json(content), mtime=0))).name
        for layer, content in found.items()
        if content is not None
    }


def publish(atlas: atlases.Atlas, words: text.Words) -> Assets:
    """Put every file that the browser needs for a scenario into the static folder.

    Returns
    -------
    Assets
        Their paths below the folder.
    """
    static = folder()
    faces = _web_fonts(static)
    leaflet_js, leaflet_css, *pictures = _leaflet(static)
    outlines = (atlas.territory.folder / "outlines.topo.json.gz").read_bytes()
    outlines_name = _versioned(static, "outlines", ".topo.json.gz", outlines)
    name = f"{atlas.scenario.id}-{words.language}"
    data = _data(static, atlas)
    content = {**manifest(atlas, words, Path(outlines_name).name), "data": data}
    return Assets(
        scripts=(leaflet_js, _versioned(static, "map", ".js", script())),
        styles=(leaflet_css, _versioned(static, "map", ".css", (_WEB / "map.css").read_bytes())),
        manifest=_versioned(static, name, ".json", _json(content)),
        page_style=page_style(),
        others=(outlines_name, *pictures, *faces, *(f"atlas/{each}" for each in data.values())),
    )


def page_style() -> str:
    """Publish the style sheet of the pages around the map, and return its path below the static folder."""
    return _versioned(folder(), "page", ".css", (_WEB / "page.css").read_bytes())


def missing(published: Assets) -> list[str]:
    """Return the names of the files that are no longer there, as when somebody deletes the static folder."""
    static = folder()
    names = (*published.scripts, *published.styles, published.manifest, published.page_style, *published.others)
    return [name for name in names if not (static / name).exists()]
