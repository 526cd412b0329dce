"""The view on screen as a picture for a slide: 1920 × 1080 pixels, drawn without a browser.

The picture is made of the layers' own frames, legends and figures; nothing is calculated a second
time. It says that it is hypothetical beside its title and once more inside the map.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from briefing import captions, drawing, lettering, names, panel, plate, sheet
from briefing import view as views
from geo import atomic
from layers import base
from layers.files import export
from roadmap.words import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matplotlib import figure as mfigure
    from matplotlib import transforms

    from roadmap import moments

FORMATS = ("png",)
DOTS_PER_INCH = 144
"""Written into the file: at this density the picture is as large as a slide, 13⅓ × 7½ inches."""

_MAP = plate.Box(48, 132, 1256, 836)
_COLUMN = plate.Box(1340, 132, sheet.WIDTH - 48 - 1340, 836)
_ABOVE_FOOT = 14


@dataclass(frozen=True)
class Picture:
    """A drawn picture.

    Attributes
    ----------
    figure
        The matplotlib figure.
    metres
        Transform from metres of the national projection to the figure's display.
    zoom
        The browser's zoom at which the map would be as large.
    about
        What the file says about itself, by PNG keyword.
    """

    figure: mfigure.Figure
    metres: transforms.Transform
    zoom: float
    about: dict[str, str]


def file_name(
    seen: moments.Comparison, language: str, suffix: str = "png", *, options: Mapping[str, str] | None = None
) -> str:
    """Return the name of a picture, such as ``briefing_month-30_ssa_en.png``.

    Against another month than the baseline it tells both: ``briefing_18-36_ssa_en.png``.
    """
    chosen = "".join(f"_{value}" for value in base.checked(options or {}).values())
    stem = f"{seen.atlas.scenario.id}_{language}{chosen}"
    return export.file_name("briefing", seen.month, stem, suffix, vs=seen.since or None)


def png(
    seen: moments.Comparison,
    *,
    layers: Iterable[str] = ("control", "zones", "crossings"),
    words: text.Words | None = None,
    place: str = "",
    options: Mapping[str, str] | None = None,
) -> bytes:
    """Return the view of a month as a PNG file of 1920 × 1080 pixels.

    Parameters
    ----------
    seen
        The moment shown, and the one that changes are measured against.
    layers
        Ids of the layers shown.
    words
        The reader's language; English if not given.
    place
        Key of a municipality to point out.
    options
        What is chosen about layers, by the key of the option.

    Returns
    -------
    bytes
        The same for the same view if ``SOURCE_DATE_EPOCH`` is set.

    Raises
    ------
    geo.errors.AtlasError
        If layers, options or place are not there.

    Examples
    --------
    >>> figure.png(moments.of(atlas, 36), layers=["change"], place="08037")  # doctest: +SKIP
    """
    view = views.of(seen, layers=layers, words=words or text.words(), place=place, options=options)
    with lettering.setting():
        picture = draw(view)
        packed = io.BytesIO()
        picture.figure.savefig(
            packed,
            format="png",
            dpi=sheet.DOTS,
            metadata=picture.about,
            pil_kwargs={"dpi": (DOTS_PER_INCH, DOTS_PER_INCH)},
        )
    return packed.getvalue()


def draw(view: views.View) -> Picture:
    """Return the picture of a view as a figure that can be written in any format."""
    with lettering.setting():
        on = sheet.Sheet()
        about = captions.about(view)
        frame, foot = _footed(on, view)
        map_ = _map(on, view, frame)
        captions.warning(on, frame, view)
        captions.head(on, plate.Box(_MAP.x, 0, _MAP.width, _MAP.y), view)
        captions.timeline(on, plate.Box(_COLUMN.x, 0, _COLUMN.width, _COLUMN.y), view)
        below = panel.headline(on, _COLUMN, view)
        on.rule(_COLUMN.x, below, _COLUMN.right, below)
        panel.legends(on, plate.Box(_COLUMN.x, below + 16, _COLUMN.width, _COLUMN.bottom - below - 16), view)
        captions.set_foot(on, frame.x, frame.bottom + _ABOVE_FOOT, foot)
    return Picture(on.figure, map_.metres, map_.zoom, about)


def _footed(on: sheet.Sheet, view: views.View) -> tuple[plate.Box, captions.Foot]:
    """Return the frame of the map and what stands below it.

    Where that needs more room than there is, it stands below the map alone and takes the room from the map: the
    legends in the column beside it need theirs.
    """
    foot = captions.foot(on, _COLUMN.right - _MAP.x, view)
    if foot.height <= captions.FOOT_HEIGHT:
        return _MAP, foot
    foot = captions.foot(on, _MAP.width, view)
    return replace(_MAP, height=_MAP.height - (foot.height - captions.FOOT_HEIGHT)), foot


def _map(on: sheet.Sheet, view: views.View, frame: plate.Box) -> plate.Plate:
    map_ = plate.Plate(on, frame, view.seen.atlas)
    drawing.ground(map_)
    for layer in view.layers:
        drawing.draw(map_, layer, view)
    drawing.boundaries(map_)
    names.draw(map_, view)
    on.box(frame.x, frame.y, frame.width, frame.height, edge="#9aa3aa", order=8)
    return map_


# --- files ------------------------------------------------------------------------------------


def save(folder: Path, name: str, content: bytes) -> Path:
    """Write a file into a folder, whole or not at all, and return it.

    Raises
    ------
    BriefingError
        If the folder cannot be written.
    """
    target = folder / name
    try:
        atomic.write(target, content)
    except OSError as error:
        message = f"`out` {os.fspath(folder)!r} cannot be written ({error.strerror}); choose another folder."
        raise views.BriefingError(message) from error
    return target
