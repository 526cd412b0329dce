"""The map as one file: outlines, months, scripts and type are in it, and it asks nobody for anything.

Folium writes the document and the script of the base map; what draws on it are the modules of the live map, so both
show the same. Files that the modules would fetch are addresses with the content in them.
"""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from geo import atomic
from layers import base, legends, release, static, templates
from layers import map as map_layer
from layers.files import assets, export, sources
from roadmap import moments
from roadmap.words import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SUFFIX: Final = "html"
_POLICY: Final = (
    "default-src 'none'; script-src data: 'unsafe-inline'; style-src data: 'unsafe-inline'; "
    "img-src data:; font-src data:; connect-src data:"
)
"""What the page may load: nothing from anywhere but itself."""
_IMPORT = re.compile(r'\b(from|import) "\./')
_NAME = "atlas/"
_SCRIPT: Final = """
import("atlas/leaflet.js").then(() => import("atlas/alone.js")).then(({ open }) => {
  open(document.getElementById("map"), document.getElementById("key"), %s);
});
"""
_FACES: Final = {"NotoSans-Regular.woff": 400, "NotoSans-SemiBold.woff": 600}


def _address(content: bytes, kind: str) -> str:
    """Return an address that holds what is found at it."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _imports() -> str:
    """Return the import map: the modules by name, each asking for the others by theirs."""
    found = {
        _NAME + name: _address(_IMPORT.sub(rf'\1 "{_NAME}', content.decode()).encode(), "text/javascript")
        for name, content in assets.web().items()
        if name.endswith(".js") and name != "mount.js"
    }
    return json.dumps({"imports": found})


def _styles() -> list[str]:
    """Return the addresses of the style sheets: type, Leaflet, map, legends as on the pages, and the page's own."""
    web = assets.web()
    faces = "".join(
        f'@font-face {{ font-family: "Noto Sans"; font-weight: {weight}; '
        f"src: url({_address(assets.face(name), 'font/woff')}) }}\n"
        for name, weight in _FACES.items()
    )
    own = [(assets.WEB / name).read_bytes() for name in ("page.css", "alone.css")]
    sheets = (faces.encode(), web["leaflet.css"], web["map.css"], *own)
    return [_address(sheet, "text/css") for sheet in sheets]


def _pictures(state: object) -> object:
    """Return a state in which names of published pictures are the pictures themselves."""
    if isinstance(state, dict):
        return {key: _pictures(value) for key, value in state.items()}
    if isinstance(state, list):
        return [_pictures(value) for value in state]
    if isinstance(state, str) and state.endswith(".png"):
        return _address((static.folder() / "atlas" / Path(state).name).read_bytes(), "image/png")
    return state


def _manifest(seen: moments.Comparison, show: Sequence[str], words: text.Words) -> str:
    atlas = seen.atlas
    outlines = _address((atlas.territory.folder / assets.OUTLINES).read_bytes(), "application/gzip")
    packed = assets.data(atlas)
    data = {layer: _address(packed[layer], "application/gzip") for layer in show if layer in packed}
    return _address(assets.encoded({**assets.manifest(atlas, words, outlines), "data": data}), "application/json")


def _keys(
    seen: moments.Comparison, show: Sequence[str], words: text.Words, options: Mapping[str, str]
) -> list[Markup]:
    """Return the legends of every month; of months other than the opened one, of what the map still shows then."""
    atlas, opened = seen.atlas, seen.month
    known = [name for name in show if base.find(name).is_of_a_month or base.find(name).data(atlas) is not None]
    found = []
    for month in range(seen.now.run.last_month + 1):
        at = moments.of(atlas, month, min(seen.since, month))
        shown = show if month == opened else known
        found.append(legends.together(at, shown, words, options=options, dark=False))
    return found


def _facts(seen: moments.Comparison, show: Sequence[str], words: text.Words) -> list[str]:
    """Return what the page says of itself: edition, date, what is left out, and each source."""
    atlas = seen.atlas
    paths = dict.fromkeys(path for name in show for path in base.find(name).sources(atlas))
    cited = dict.fromkeys(each.citation or each.title for each in sources.of(tuple(paths), atlas))
    return [
        words.t("Edition {edition}, made {date}.", edition=atlas.edition, date=export.made_at()[:10]),
        *(str(part["meaning"]) for part in release.left_out(atlas, words)),
        *cited,
    ]


def page(
    seen: moments.Comparison, show: Sequence[str], words: text.Words, *, options: Mapping[str, str] | None = None
) -> bytes:
    """Return the map as one HTML file, opened at a month, with all months under its bar of time.

    Parameters
    ----------
    seen
        The month that it opens at, and the one compared with. What depends on both is away in other months.
    show
        Layers to draw, by id, at the level of release.
    words
        The language.
    options
        What is chosen about layers, by key.

    Raises
    ------
    layers.static.StaticError
        If a picture of a layer cannot be made.
    """
    atlas, chosen = seen.atlas, dict(options or {})
    state = map_layer.step([seen], show=show, extra={"pick": "", **map_layer.options(show, chosen)})
    given = {
        "manifest": _manifest(seen, show, words),
        "state": _pictures(state),
    }
    notice = words.t(text.notice(atlas.territory.country))
    head = templates.piece(
        "head",
        of="alone",
        policy=_POLICY,
        notice=notice,
        styles=_styles(),
        imports=Markup(_imports()),  # noqa: S704 - names of files, and base64
    )
    body = templates.piece(
        "body",
        of="alone",
        title=words.t("Roadmap Atlas"),
        scenario=words.of(atlas.scenario.title),
        notice=notice,
        stamp=words.t("HYPOTHETICAL"),
        keys=_keys(seen, show, words, chosen),
        facts=_facts(seen, show, words),
    )
    # No text of the data ends the script that it stands in.
    script = _SCRIPT % assets.encoded(given).decode().replace("<", "\\u003c")
    title = escape(words.pair(words.t("Roadmap Atlas"), words.of(atlas.scenario.title)))
    return map_layer.document(words.language, title, head, body, script).encode()


def save(folder: Path, seen: moments.Comparison, show: Sequence[str], words: text.Words) -> Path:
    """Write the page into a folder and return the file.

    Raises
    ------
    layers.files.export.ExportError
        If it cannot be written.
    layers.static.StaticError
        If a picture of a layer cannot be made.
    """
    content = page(seen, show, words)
    target = folder / export.file_name("map", seen.month, seen.atlas.scenario.id, SUFFIX)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        atomic.write(target, content)
    except OSError as error:
        raise export.unwritable(folder, error) from error
    return target
