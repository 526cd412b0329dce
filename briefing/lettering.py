"""Type for pictures: Noto Sans in two weights, of other scripts as they are needed, and text that is safe to set.

Matplotlib sets fonts from files, one a weight. They are cut from the installed variable font once
and kept in matplotlib's own cache folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import matplotlib as mpl
from fontTools import ttLib
from matplotlib import font_manager, ft2font

from geo import atomic, errors
from layers.files import fonts

REGULAR, SEMIBOLD = fonts.WEIGHTS


class FontError(errors.AtlasError, OSError):
    """The font files can be kept nowhere."""


FAMILY = "Roadmap Atlas Sans"
"""A name of our own, so that a Noto Sans of the machine never takes its place."""

_FALLBACK = "Roadmap Atlas Fallback"
_FALLBACK_FILES = {"Regular": "DejaVuSans.ttf", "SemiBold": "DejaVuSans-Bold.ttf"}
# A reader's own matplotlib settings must not change a picture.
_SETTINGS = {
    "text.hinting": "none",
    "text.usetex": False,
    "text.antialiased": True,
    "path.sketch": None,
    "path.effects": [],
    "path.simplify": True,
    "agg.path.chunksize": 0,
    "savefig.bbox": None,
    "savefig.facecolor": "auto",
    "savefig.transparent": False,
}
_drawing = threading.RLock()
_FOLDER = "roadmap-atlas-fonts"
# What turns the direction of a line around, and joins nothing.
_BIDIRECTIONAL = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F}


def _unpacked(weight: str, script: str) -> bytes:
    """Return one weight as TrueType."""
    font = ttLib.TTFont(io.BytesIO(fonts.cut(script, fonts.WEIGHTS[weight])), recalcTimestamp=False)
    font.flavor = None
    packed = io.BytesIO()
    font.save(packed)
    return packed.getvalue()


def _edition(script: str) -> str:
    """Return a short hash of what the files are cut from and by."""
    cutter = Path(fonts.__file__).read_bytes()
    return hashlib.sha256(fonts.SCRIPTS[script].source.read_bytes() + cutter).hexdigest()[:12]


def _files(script: str = fonts.LATIN) -> dict[str, Path]:
    """Return the file of each weight of a script, made if it is not there."""
    folder = Path(mpl.get_cachedir()) / _FOLDER
    edition = _edition(script)
    files = {weight: folder / f"{script}-{weight}-{edition}.ttf" for weight in fonts.WEIGHTS}
    atomic.clear(folder)
    try:
        for weight, file in files.items():
            if not file.exists():
                atomic.write(file, _unpacked(weight, script))
    except OSError as error:
        message = f"Fonts cannot be kept in {str(folder)!r} ({error.strerror}); set MPLCONFIGDIR to another folder."
        raise FontError(message) from error
    return files


def _known(name: str, files: Mapping[str, Path]) -> None:
    """Make a family known to matplotlib."""
    font_manager.fontManager.ttflist += [
        font_manager.FontEntry(fname=str(file), name=name, weight=fonts.WEIGHTS[weight], size="scalable")
        for weight, file in files.items()
    ]


@cache
def _usual() -> None:
    shipped = Path(mpl.get_data_path()) / "fonts" / "ttf"
    _known(FAMILY, _files())
    _known(_FALLBACK, {weight: shipped / file for weight, file in _FALLBACK_FILES.items()})


@cache
def _further(script: str) -> str:
    """Make a script known that a text first needs, and return its family."""
    family = f"{FAMILY} {script}"
    _known(family, _files(script))
    return family


def families(text: str = "") -> tuple[str, ...]:
    """Return the font families to set a text in, the fallback last.

    The first call in a process makes them known to matplotlib; the first on a machine cuts them, which takes about two
    seconds a script.

    Raises
    ------
    FontError
        If the font files cannot be written.
    """
    _usual()
    return (FAMILY, *map(_further, fonts.needed(text)), _FALLBACK)


def font(text: str, size: float, weight: str = REGULAR) -> font_manager.FontProperties:
    """Return what matplotlib needs to set a text.

    Parameters
    ----------
    text
        What is set.
    size
        In points.
    weight
        :data:`REGULAR` or :data:`SEMIBOLD`.
    """
    return font_manager.FontProperties(
        family=list(families(text)), weight=fonts.WEIGHTS[weight], size=size
    )


@cache
def _drawn(names: tuple[str, ...]) -> frozenset[int]:
    """Return the characters that some families can draw."""
    files = [font_manager.findfont(name) for name in names]
    return frozenset(code for file in files for code in ft2font.FT2Font(file).get_charmap())


@contextlib.contextmanager
def setting() -> Iterator[None]:
    """Set type unhinted while this lasts, as print does: letters keep their own distances.

    Matplotlib keeps this, its fonts and its layouts for the whole process, so only one thread draws
    at a time.
    """
    with _drawing, mpl.rc_context(_SETTINGS):  # type: ignore[arg-type]
        yield


def clean(text: object) -> str:
    """Return a text that can be set in one line.

    White space of any kind becomes one space, control characters and changes of direction go, and
    what no font here can draw becomes the replacement character.
    """
    spaced = " ".join(
        "".join(" " if unicodedata.category(each) == "Cc" else each for each in str(text)).split()
    )
    known = _drawn(families(spaced))
    return "".join(
        each if ord(each) in known else "\N{REPLACEMENT CHARACTER}"
        for each in unicodedata.normalize("NFC", spaced)
        if ord(each) not in _BIDIRECTIONAL and unicodedata.category(each) != "Cs"
    )
