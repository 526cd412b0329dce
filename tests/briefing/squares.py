"""Four squares of one degree in place of the municipalities: every pixel's class is known beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import scipy.sparse
import shapely

from roadmap import atlas as atlases
from tests import classes
from tests.layers import by_hand

KEYS = ("01001", "01002", "02001", "02002")
CORNERS = ((-103, 24), (-102, 24), (-103, 23), (-102, 23))
PEOPLE = (1_000, 200_000, 3_000_000, 45)
AREAS = (10.0, 200.0, 3_000.0, 40_000.0)
MONTHS = 61
LEDGER = (
    {"place_kind": "municipalities", "place": "01001", "sharing": "whole", "month": 1, "delivered": "100.00"},
    {"place_kind": "municipalities", "place": "02002", "sharing": "whole", "month": 3, "delivered": "25.00"},
)
"""To Ana from month 1, a quarter of it to Dan from month 3."""


def municipalities() -> gpd.GeoDataFrame:
    """Two squares in the upper row, state One; two in the lower, state Two."""
    return gpd.GeoDataFrame(
        {
            "cvegeo": KEYS,
            "name": ["Ana", "Bea", "Cid", "Dan"],
            "cve_ent": ["01", "01", "02", "02"],
            "state": ["One", "One", "Two", "Two"],
            "population": PEOPLE,
            "area_km2": AREAS,
            "lon": [x + 0.5 for x, _ in CORNERS],
            "lat": [y + 0.5 for _, y in CORNERS],
        },
        geometry=[shapely.box(x, y, x + 1, y + 1) for x, y in CORNERS],
        crs="EPSG:4326",
    )


def atlas(shipped: atlases.Atlas, series: Sequence[str]) -> atlases.Atlas:
    """The shipped atlas with the squares for municipalities and no zones.

    `series` gives each square one code a month; the last code stays to the end.
    """
    squares = municipalities()
    states = squares.dissolve("cve_ent", as_index=False, aggfunc={"population": "sum", "area_km2": "sum"})
    states = states.assign(name=["One", "Two"], also="", lon=-102.0, lat=[24.5, 23.5])
    place = replace(
        shipped.territory,
        municipalities=squares,
        states=states,
        neighbours=shipped.territory.neighbours.iloc[:0],
        cities=shipped.territory.cities.iloc[:0],
        adjacency=scipy.sparse.csr_array((len(KEYS), len(KEYS))),
        crosswalk=shipped.territory.crosswalk.iloc[:0],
        country=replace(shipped.territory.country, view=None),
    )
    codes = np.stack([classes.numbers(each.ljust(MONTHS, each[-1])) for each in series], axis=1)
    projection = replace(
        shipped.plan.projection,
        score=np.full(codes.shape, 0.5),
        homicide_rate=np.full((MONTHS, len(states)), 20.0),
    )
    run = replace(shipped.plan, projection=projection, codes=codes)
    plan = replace(shipped.scenario, zones=())
    books = by_hand.books(place, (), LEDGER)
    return replace(shipped, territory=place, scenario=plan, books=books, plan=run)
