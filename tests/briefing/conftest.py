"""Pictures that the tests of `briefing` share, and ways to look at them."""

from __future__ import annotations

import functools
import io
import itertools

import numpy as np
import PIL.Image
import pytest
from matplotlib import text as mtext
from matplotlib import textpath, transforms

from briefing import figure, lettering, outlines
from briefing import view as views
from roadmap import atlas as atlases
from roadmap import moments
from roadmap.words import text

EPOCH = "1767225600"


@pytest.fixture
def fixed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands still."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)


class Looked:
    """A picture that was drawn, its texts and its pixels."""

    def __init__(
        self,
        atlas: atlases.Atlas,
        month: int,
        *layers: str,
        vs: int = 0,
        words: text.Words | None = None,
        place: str = "",
        money: str = "total",
    ) -> None:
        seen, options = moments.of(atlas, month, vs), {} if money == "total" else {"money": money}
        view = views.of(seen, layers=layers, words=words or text.words(), place=place, options=options)
        with lettering.setting():
            self.picture = figure.draw(view)
            self.plane = atlas.territory.country.working
            self.texts = [each for each in self.picture.figure.findobj(mtext.Text) if each.get_text()]
            renderer = self.picture.figure.canvas.get_renderer()
            self.boxes = [each.get_window_extent(renderer) for each in self.texts]

    @functools.cached_property
    def pixels(self) -> np.ndarray:
        """Red, green and blue from the upper left, drawn when they are first looked at."""
        with lettering.setting():
            canvas = self.picture.figure.canvas
            canvas.draw()
            return np.asarray(canvas.buffer_rgba())[:, :, :3].copy()

    def said(self, name: str) -> str:
        """The text of a name."""
        (found,) = (each.get_text() for each in self.texts if each.get_gid() == name)
        return found

    def box(self, name: str) -> transforms.Bbox:
        """Where the text of a name stands, in pixels from the lower left."""
        (found,) = (box for each, box in zip(self.texts, self.boxes, strict=True) if each.get_gid() == name)
        return found

    def at(self, lon: float, lat: float) -> tuple[int, int]:
        """Column and row, from the upper left, of the pixel at a place."""
        x, y = self.picture.metres.transform(outlines.project([lon], [lat], self.plane))[0]
        return int(x), int(self.pixels.shape[0] - y)

    def colour(self, lon: float, lat: float) -> str:
        """The colour at a place, ``#rrggbb``."""
        column, row = self.at(lon, lat)
        return "#" + bytes(self.pixels[row, column]).hex()

    def commonest(self, lon: float, lat: float, around: int = 40) -> str:
        """The commonest colour around a place, which a pattern does not hide."""
        column, row = self.at(lon, lat)
        part = self.pixels[row - around : row + around, column - around : column + around].reshape(-1, 3)
        colours, counts = np.unique(part, axis=0, return_counts=True)
        return "#" + bytes(colours[counts.argmax()]).hex()

    def covered(self, lon: float, lat: float, margin: float = 6) -> bool:
        """Whether a text stands at a place."""
        column, row = self.at(lon, lat)
        y = self.pixels.shape[0] - row
        return any(
            box.x0 - margin < column < box.x1 + margin and box.y0 - margin < y < box.y1 + margin
            for box in self.boxes
        )

    def inked(self) -> list[tuple[str, transforms.Bbox]]:
        """Every text with the box of its ink; matplotlib's own boxes add the font's line spacing."""
        found = []
        for each, box in zip(self.texts, self.boxes, strict=True):
            # A path would read mathematics into it.
            plain = each.get_text().replace("$", "S")
            with lettering.setting():
                ink = textpath.TextPath((0, 0), plain, prop=each.get_fontproperties()).get_extents()
            baseline = each.get_transform().transform(each.get_position())[1]
            found.append((each.get_text(), ink.translated(box.x0, baseline)))
        return found

    def overlaps(self) -> list[tuple[str, str]]:
        """Pairs of texts of which the boxes around their ink share any area."""
        return [
            (one, other)
            for (one, a), (other, b) in itertools.combinations(self.inked(), 2)
            if a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1
        ]


def opened(content: bytes) -> PIL.Image.Image:
    """A PNG file, decoded."""
    image = PIL.Image.open(io.BytesIO(content))
    image.load()
    return image
