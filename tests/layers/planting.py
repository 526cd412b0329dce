"""Layers that somebody drops into the folder, one file each: by state, of points, of flows and of pixels."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import layers
from layers import base, marks, placed

_TOP = '''"""A layer that somebody drops into the folder."""

import geopandas as gpd
import numpy as np
import shapely

from layers import base, marks, palette, placed


'''

FILES = {
    "rates": _TOP
    + """
class Rates(base.Layer):
    id = "rates"
    order = 15
    default = False
    shapes = ("MultiPolygon",)

    def title(self, words):
        return "Homicide rate by state"

    def rates(self, seen):
        return seen.now.run.projected.homicide_rate[seen.month]

    def frame(self, seen):
        frame = seen.atlas.territory.states[["cve_ent", "name", "geometry"]].copy()
        frame.insert(2, "rate", np.round(self.rates(seen), 1))
        return frame

    def drawing(self, atlas, words):
        looks = zip("n01", ("no figure", "under 20", "20 and more"), palette.COVERAGE[:3])
        classes = tuple(marks.Class(code, code, label, swatch) for code, label, swatch in looks)
        keys = tuple(atlas.territory.states["cve_ent"])
        return (
            marks.Fill("Homicides", classes, level=marks.STATE),
            marks.Values("Rate", keys, "{} a year", digits=1, level=marks.STATE),
        )

    def state(self, seen):
        rates = self.rates(seen)
        codes = np.where(np.isnan(rates), "n", np.where(rates < 20, "0", "1"))
        return ["".join(codes), [None if np.isnan(rate) else round(float(rate), 1) for rate in rates]]

    def columns(self, words):
        return {"name": "State", "rate": "Homicide rate"}


LAYER = Rates()
""",
    "offices": _TOP
    + """
class Offices(base.Layer):
    id = "offices"
    order = 80
    default = False
    shapes = ("Point",)

    def title(self, words):
        return "Offices"

    def frame(self, seen):
        points = [shapely.Point(-99.13, 19.43), shapely.Point(-106.42, 31.73)]
        return gpd.GeoDataFrame({"name": ["Capital", "North"]}, geometry=points, crs="EPSG:4326")

    def drawing(self, atlas, words):
        rows = [["Staff", "12"]]
        return (
            placed.Symbols(
                (
                    placed.Point("capital", [(-99.13, 19.43)], "Capital office", "Offices", rows, radius=9.0),
                    placed.Point("north", [(-106.42, 31.73)], "North office", shape="diamond", is_planned=True),
                )
            ),
        )

    def state(self, seen):
        return [[[0, 1]] + ([[1, 1]] if seen.month >= 18 else [])]

    def legend(self, seen, words):
        return base.Legend("Offices", (base.LegendRow("offices", "office", symbol="circle", note="2"),))

    def columns(self, words):
        return {"name": "Office"}


LAYER = Offices()
""",
    "roads": _TOP
    + """
class Roads(base.Layer):
    id = "roads"
    order = 70
    default = False
    shapes = ("LineString",)

    def title(self, words):
        return "Roads"

    def frame(self, seen):
        line = shapely.LineString([(-110.0, 24.0), (-100.0, 22.0)])
        return gpd.GeoDataFrame({"name": ["West"]}, geometry=[line], crs="EPSG:4326")

    def drawing(self, atlas, words):
        return (placed.Flows((placed.Flow((-110.0, 24.0), (-100.0, 22.0), "West to middle"),), "Goods"),)

    def state(self, seen):
        return [[[8.0, "12 tonnes"]]]

    def legend(self, seen, words):
        return base.Legend("Roads", ())


LAYER = Roads()
""",
    "shares": _TOP
    + """
class Shares(base.Layer):
    id = "shares"
    order = 60
    default = False
    shapes = ("MultiPolygon",)

    def title(self, words):
        return "Shares"

    def frame(self, seen):
        return seen.atlas.territory.states[["cve_ent", "name", "geometry"]].copy()

    def drawing(self, atlas, words):
        looks = zip("AB", ("first", "second"), (palette.COVERAGE[4], palette.DETECTION[0]))
        classes = tuple(marks.Class(code, code, label, swatch) for code, label, swatch in looks)
        return (marks.Pixels("Parts", classes, level=marks.STATE),)

    def state(self, seen):
        return [["AAAB" if key == "08" else "" for key in seen.atlas.territory.states["cve_ent"]]]

    def legend(self, seen, words):
        return base.Legend("Shares", ())


LAYER = Shares()
""",
}
"""Source of each file by the id of its layer."""

FAULTS = {
    "level": r"layers/rates_layer.py: layer 'rates': `level` 'county' is unknown; choose from municipality, state",
    "shape": r"layers/rates_layer.py: layer 'rates': `shape` 'star' is unknown; choose from circle, square, .*plus",
    "palette": r"layers/rates_layer.py: layer 'rates': `classes` 0: '#ff0000' is no swatch; take one of layers.palette",
    "mark": r"layers/rates_layer.py: layer 'rates': `drawing` 0 is a dict, which is no mark; use one of Circles, ",
    "option": r"layers/rates_layer.py: layer 'rates': `option` is a str; use layers.base.Option",
}
"""What is said of a layer that declares something that there is not."""


def broken(fault: str) -> dict[str, object]:
    """Attributes that spoil a layer."""

    def drawing(atlas: object, words: object) -> tuple[object, ...]:
        del atlas, words
        if fault == "level":
            return (marks.Fill("", (), level="county"),)
        if fault == "shape":
            return (placed.Symbols((placed.Point("a", [(0.0, 0.0)], "a", shape="star"),)),)
        if fault == "palette":
            return (marks.Fill("", (marks.Class("a", "a", "a", "#ff0000"),)),)  # type: ignore[arg-type]
        return ({"kind": "fill"},) if fault == "mark" else ()

    return {"drawing": drawing, **({"option": "money"} if fault == "option" else {})}


def write(folder: Path, files: Mapping[str, str] = FILES) -> None:
    """Write files, by the id of their layer, into a folder."""
    for name, source in files.items():
        (folder / f"{name}_layer.py").write_text(source, encoding="utf-8")


@contextlib.contextmanager
def planted(
    folder: Path, monkeypatch: pytest.MonkeyPatch, files: Mapping[str, str] = FILES
) -> Iterator[None]:
    """Have the files of a folder found among the layers."""
    write(folder, files)
    monkeypatch.setattr(layers, "__path__", [*layers.__path__, str(folder)])
    base._registry.cache_clear()  # noqa: SLF001 - found once a process
    yield
    base._registry.cache_clear()  # noqa: SLF001 - found once a process
    for path in folder.glob("*.py"):
        sys.modules.pop(f"layers.{path.stem}", None)
        monkeypatch.delattr(layers, path.stem, raising=False)
