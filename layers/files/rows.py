"""What is written of a layer: its rows, each of which says where it comes from, and how its columns are to be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from layers import base
from roadmap.words import text

if TYPE_CHECKING:
    import geopandas as gpd

    from roadmap import atlas as atlases
    from roadmap import moments

_DATATYPES: dict[str, object] = {
    "boolean": {"base": "boolean", "format": "True|False"},
    "decimal": "decimal",
    "floating": "number",
    "integer": "integer",
}
"""Datatype of a column by what pandas infers of its cells; see https://www.w3.org/TR/tabular-metadata/#datatypes."""


def origin(
    rows: pd.DataFrame, seen: moments.Comparison, *, hypothetical: bool, compared: bool = False
) -> pd.DataFrame:
    """Return rows that say themselves where they come from, since a format or a tool may drop all else.

    Parameters
    ----------
    rows
        Those with a column ``month`` keep it.
    seen
        The moment shown.
    hypothetical
        Whether the rows are invented.
    compared
        Whether they depend on the month compared with.

    Returns
    -------
    pandas.DataFrame
        With the further columns ``month``, ``compared_with_month`` (if any), ``scenario``, ``edition``,
        ``hypothetical`` and, where parts of the scenario are left out, ``left_out``, before the geometry.
    """
    omitted = ";".join(part.part for part in seen.atlas.left_out if part.lacks)
    said = {
        "month": rows.get("month", seen.month),
        **({"compared_with_month": seen.since} if compared else {}),
        "scenario": seen.atlas.scenario.id,
        "edition": seen.atlas.edition,
        "hypothetical": hypothetical,
        **({"left_out": omitted} if omitted else {}),
    }
    # A column of its own type also where there is no row.
    found = rows.assign(**{name: pd.Series(value, index=rows.index) for name, value in said.items()})
    return found[sorted(found.columns, key="geometry".__eq__)]


def features(layer: base.Layer, seen: moments.Comparison) -> gpd.GeoDataFrame:
    """Return what is written of a layer: its frame, as it is drawn, and on each row where it comes from."""
    compared = layer.compares is not base.Compares.NOTHING
    return origin(layer.frame(seen), seen, hypothetical=layer.illustrative, compared=compared)


def tables(layer: base.Layer, rows: gpd.GeoDataFrame) -> Iterator[tuple[str, str, gpd.GeoDataFrame]]:
    """Return name, type of geometry and rows of each table: one a type, since a table of two has none."""
    if len(layer.shapes) <= 1:
        yield layer.id, *(layer.shapes or ("Unknown",)), rows
        return
    kinds = rows.geometry.geom_type.str.removeprefix("Multi")
    for shape in layer.shapes:
        kind = shape.removeprefix("Multi")
        yield f"{layer.id}_{kind.removesuffix('String').lower()}s", shape, rows[kinds == kind]


def schema(table: pd.DataFrame, layer: base.Layer, atlas: atlases.Atlas) -> dict[str, object]:
    """Return the columns of a CSV as "CSV on the Web" describes them: name, titles, datatype, and what empty means.

    A key of digits is a string there, so that a reader keeps its leading zero.
    """
    headings = {language: base.headings(layer, atlas, text.words(language)) for language in text.LANGUAGES}
    columns = [
        {
            "name": name,
            "titles": {"und": name, **{language: each[name] for language, each in headings.items() if name in each}},
            "datatype": _DATATYPES.get(pd.api.types.infer_dtype(table[name], skipna=True), "string"),
        }
        for name in table.columns
    ]
    return {"columns": columns, "null": ""}
