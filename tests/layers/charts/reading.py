"""A chart, taken apart."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import altair as alt
import pandas as pd

from layers.charts import theme


def bare(chart: theme.Chart) -> dict[str, Any]:
    """What Vega-Lite is told, without rows; it must keep to Vega-Lite's own schema."""
    spec = {key: value for key, value in chart.spec.items() if key != "datasets"}
    alt.Chart.from_dict(spec, validate=True)
    return spec


def rows(chart: theme.Chart, name: str = "rows") -> pd.DataFrame:
    """Rows by name."""
    found: pd.DataFrame = chart.spec["datasets"][name]
    return found


def layers(chart: theme.Chart, mark: str) -> list[dict[str, Any]]:
    """The layers that draw with a mark, from the ground up."""
    return [each for each in bare(chart)["layer"] if each["mark"]["type"] == mark]


def tooltips(chart: theme.Chart) -> list[dict[str, str]]:
    """What answers the pointer."""
    (found,) = [each for each in bare(chart)["layer"] if each.get("name", "").startswith("pointed")]
    return list(found["encoding"]["tooltip"])


def colourless(chart: theme.Chart) -> str:
    """What Vega-Lite is told, without colours."""
    return re.sub(r"#[0-9a-f]{6}", "", json.dumps(bare(chart)))


def strings(value: object) -> Iterator[str]:
    """Every text in a specification."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
