"""What a layer is.

A layer is one file in this folder that sets ``LAYER``. It gives the frame of a month (which is
drawn, tabulated, exported and put on the slide), the marks that it is drawn with, what each of them
shows of a month, and a legend.
"""

from __future__ import annotations

import enum
import importlib
import inspect
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np
import pandas as pd

import layers
from geo import errors, keeping
from layers import levels, marks, release
from roadmap import moments

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from geo import grid
    from layers import palette
    from roadmap import atlas as atlases
    from roadmap.words import text


class Compares(enum.Enum):
    """What of a layer depends on the month compared with.

    Attributes
    ----------
    NOTHING
        It shows one month.
    SOME
        It shows one month, and some of its numbers are against another: rows, metadata and, if that is not the
        baseline, the file's name tell which.
    ALL
        It is a comparison and nothing else: the file's name always tells both months.
    """

    NOTHING = enum.auto()
    SOME = enum.auto()
    ALL = enum.auto()


class LayerError(errors.AtlasError, ValueError):
    """A layer that does not exist, or a month it cannot be drawn for."""


@dataclass(frozen=True)
class LegendRow:
    """One row of a legend.

    Attributes
    ----------
    key
        What the row stands for, as in the frame.
    label
        The words for it.
    swatch
        How it looks; ``None`` where `symbol` says it.
    symbol
        Name of a drawn symbol (``zone``, ``circle``, ``square``, ``triangle``, ``diamond``, ``money``).
    size
        Width of the symbol in pixels where it is drawn to scale; 0 where its size says nothing.
    municipalities, population, area_km2
        Counts in the three denominators, ``None`` where they make no sense.
    note
        A few words beside the label.
    """

    key: str
    label: str
    swatch: palette.Swatch | None = None
    municipalities: int | None = None
    population: int | None = None
    area_km2: float | None = None
    symbol: str = ""
    size: float = 0.0
    note: str = ""


@dataclass(frozen=True)
class Legend:
    """A legend: a title, rows in reading order, and a note underneath."""

    title: str
    rows: tuple[LegendRow, ...]
    note: str = ""


@dataclass(frozen=True, eq=False)
class Raster:
    """Values on a grid, as far as they may be released.

    Attributes
    ----------
    values
        (c,) in the order of the grid's strip.
    cells
        The grid.
    description
        What the values are, with their unit.
    about
        What a file says of them besides.
    """

    values: NDArray[np.float64]
    cells: grid.Grid
    description: str
    about: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Option:
    """A choice of how a layer is shown.

    Attributes
    ----------
    key
        Its name in links and commands.
    title
        What it is called, marked for translation.
    choices
        Words for each value, marked for translation; the first value is the usual one.
    """

    key: str
    title: str
    choices: Mapping[str, str]

    @property
    def default(self) -> str:
        """The usual value."""
        return next(iter(self.choices))


class Layer(ABC):
    """Something on the map.

    Class attributes
    ----------------
    id
        Name in links, files and the browser.
    order
        Place in the list of layers; higher is drawn later.
    default
        Whether it is shown when a link names no layers.
    illustrative
        Whether what it shows is invented.
    internal
        Whether it is kept from the public: see :mod:`layers.release`.
    compares
        What of it depends on the month compared with.
    is_of_a_month
        Whether its state depends on nothing but the month: then the states of all months are sent at once, and any
        month is repainted without asking.
    option
        What a reader may choose about it, if anything.
    shapes
        Types of geometry that its rows may be stored as, one a kind (``Point``, ``MultiPoint``, ``MultiLineString``,
        ``MultiPolygon``); a single one is stored as one of many where that is named. Nothing says: any.
    """

    id: ClassVar[str]
    order: ClassVar[int]
    default: ClassVar[bool] = True
    illustrative: ClassVar[bool] = True
    internal: ClassVar[bool] = False
    compares: ClassVar[Compares] = Compares.NOTHING
    is_of_a_month: ClassVar[bool] = False
    option: ClassVar[Option | None] = None
    shapes: ClassVar[tuple[str, ...]] = ()

    def chosen(self, options: Mapping[str, str]) -> str:
        """Return what is chosen about this layer among values by key of option; ``""`` where there is no choice."""
        return options.get(self.option.key, self.option.default) if self.option else ""

    @abstractmethod
    def title(self, words: text.Words) -> str:
        """Return the layer's name for a switch or a heading."""

    @abstractmethod
    def frame(self, seen: moments.Comparison) -> gpd.GeoDataFrame:
        """Return the rows of a month in EPSG:4326: the one source of every view of this layer."""

    def state(self, seen: moments.Comparison) -> list[object]:
        """Return what each of the marks shows of a moment, as plain JSON values: see :mod:`layers.marks`."""
        del seen
        return []

    def drawing(self, atlas: atlases.Atlas, words: text.Words) -> tuple[marks.Mark, ...]:
        """Return what the layer is drawn with; a layer without marks is not on the map."""
        del atlas, words
        return ()

    def data(self, atlas: atlases.Atlas) -> Mapping[str, object] | None:
        """Return what the drawing script needs of all months, as plain JSON values; sent when first shown, once."""
        del atlas
        return None

    def legend(self, seen: moments.Comparison, words: text.Words) -> Legend:
        """Return the legend of a month: unless the layer says otherwise, the classes of its areas, counted."""
        rows = [
            row
            for mark, state in zip(self.drawing(seen.atlas, words), self.state(seen), strict=True)
            if isinstance(mark, marks.Fill)
            for row in counted(mark, str(state), seen.atlas)
        ]
        return Legend(self.title(words), tuple(rows))

    def printed(self, seen: moments.Comparison, words: text.Words, option: str = "") -> Legend:
        """Return the legend of a picture, which cannot be zoomed."""
        del option
        return self.legend(seen, words)

    def tray(self, seen: moments.Comparison, words: text.Words, option: str = "") -> Legend | None:
        """Return what belongs to the layer and has no place on the map, or ``None``."""
        del seen, words, option
        return None

    def is_empty(self, atlas: atlases.Atlas) -> bool:
        """Return whether the scenario has nothing for the layer to show in any month."""
        del atlas
        return False

    def columns(self, words: text.Words) -> Mapping[str, str]:
        """Return headings for the columns of the frame that a table shows, in order.

        They may name the ``{country}``, and ``{start}``, where the line begins: see :func:`headings`.
        """
        del words
        return {}

    def sources(self, atlas: atlases.Atlas) -> tuple[str, ...]:
        """Return paths under ``data`` that the frame is made from."""
        del atlas
        return ()

    def metadata(self, seen: moments.Comparison) -> dict[str, Any]:
        """Return what is particular to this layer in the metadata of an export."""
        del seen
        return {}

    def raster(self, at: moments.Moment) -> Raster | None:
        """Return the month on a grid, or ``None`` where the layer has no raster."""
        del at
        return None


def opened() -> tuple[str, ...]:
    """Return the layers that are shown unless somebody chooses others, by id."""
    return tuple(each.id for each in registry().values() if each.default)


def headings(layer: Layer, atlas: atlases.Atlas, words: text.Words) -> dict[str, str]:
    """Return the headings of a layer's columns with the names of the scenario's territory in them."""
    country = atlas.territory.country
    start = country.watched.start if country.watched else ""
    names = {"country": words.name(country.name), "start": words.name(start) or words.t("start")}
    called = levels.headings(country, words)
    return {column: called.get(said, said).format(**names) for column, said in layer.columns(words).items()}


def counted(fill: marks.Fill, codes: str, atlas: atlases.Atlas) -> Iterator[LegendRow]:
    """Yield a row for each class of some areas, with municipalities, people and km² in it."""
    rows = atlas.territory.municipalities
    people, area = rows["population"].to_numpy(), rows["area_km2"].to_numpy()
    found = np.array(list(codes))
    if fill.level == marks.STATE:
        found = pd.Series(found, index=atlas.territory.states["cve_ent"])[rows["cve_ent"]].to_numpy()
    for member in fill.classes:
        inside = found == member.code
        counts = int(inside.sum()), int(people[inside].sum()), float(area[inside].sum())
        yield LegendRow(member.key, member.label, member.swatch, *counts)


@keeping.kept(most=16)
def months(atlas: atlases.Atlas, layer_id: str) -> dict[str, object] | None:
    """Return the states of all months of a layer, or ``None`` where they depend on more than the month."""
    layer = find(layer_id)
    if not layer.is_of_a_month:
        return None
    return {"months": [layer.state(moments.of(atlas, month)) for month in range(atlas.plan.last_month + 1)]}


def drawn(layer: Layer, atlas: atlases.Atlas, words: text.Words) -> tuple[marks.Mark, ...]:
    """Return the marks of a layer after a look at them.

    Raises
    ------
    LayerError
        If one of them cannot be drawn, naming the file and which it is.
    """
    file, option = Path(inspect.getfile(type(layer))).name, cast("object", layer.option)
    if not isinstance(option, Option | None):
        said = f"`option` is a {type(option).__name__}; use layers.base.Option"
        raise LayerError(f"layers/{file}: layer {layer.id!r}: {said}.")
    try:
        declared: tuple[object, ...] = tuple(layer.drawing(atlas, words))
    except marks.MarkError as error:
        raise LayerError(f"layers/{file}: layer {layer.id!r}: {error}") from error
    for number, mark in enumerate(declared):
        if not isinstance(mark, marks.Mark):
            kinds = ", ".join(sorted(kind.__name__ for kind in marks.Mark.__subclasses__()))
            said = f"`drawing` {number} is a {type(mark).__name__}, which is no mark; use one of {kinds}"
            raise LayerError(f"layers/{file}: layer {layer.id!r}: {said}.")
    return tuple(mark for mark in declared if isinstance(mark, marks.Mark))


def registry() -> Mapping[str, Layer]:
    """Return every layer that may be shown by id, in drawing order.

    A new layer is one new file in this folder with a ``LAYER``; nothing else is edited.
    """
    return _registry(release.level())


@cache
def _registry(level: str) -> Mapping[str, Layer]:
    found: list[Layer] = []
    for module in pkgutil.iter_modules(layers.__path__):
        if module.name.startswith("_"):
            continue
        layer = getattr(importlib.import_module(f"layers.{module.name}"), "LAYER", None)
        if isinstance(layer, Layer) and (level == release.INTERNAL or not layer.internal):
            found.append(layer)
    return {layer.id: layer for layer in sorted(found, key=lambda layer: layer.order)}


def options() -> Mapping[str, Option]:
    """Return what may be chosen about any layer, by the key in links."""
    return {layer.option.key: layer.option for layer in registry().values() if layer.option is not None}


def checked(chosen: Mapping[str, str]) -> dict[str, str]:
    """Return choices about layers without those that are the usual ones.

    Raises
    ------
    LayerError
        If there is no such option, or it has no such value.
    """
    known = options()
    for key, value in chosen.items():
        if key not in known:
            message = f"`{key}` is no option of a layer; choose from {', '.join(known)}."
            raise LayerError(message)
        if value not in known[key].choices:
            message = f"`{key}` {value!r} is unknown; choose from {', '.join(known[key].choices)}."
            raise LayerError(message)
    return {key: value for key, value in chosen.items() if value != known[key].default}


def find(layer_id: str) -> Layer:
    """Return a layer by id.

    Raises
    ------
    LayerError
        If there is none.
    """
    layers_by_id = registry()
    if layer_id not in layers_by_id:
        message = f"`layer` {layer_id!r} is unknown; choose from {', '.join(layers_by_id)}."
        raise LayerError(message)
    return layers_by_id[layer_id]
