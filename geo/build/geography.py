"""The build's steps in order, from the installed packages to the files of data/geography."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo import atomic, crs, errors, territory
from geo.build import border, boundaries, neighbours, outlines, places, population

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

AREA_TOLERANCE = 1e-3
HAND_KEPT = ("crosswalk.csv", "census_states.csv", "city_names.csv", "border_lines.csv", "border_sectors.csv")


def build(out: Path, *, cache: Path) -> Iterator[str]:
    """Build every file of the geography, one step at a time.

    Parameters
    ----------
    out
        Folder to write to; made if absent. The tables that are kept by hand (`HAND_KEPT`) are read from
        the project's own geography folder and copied.
    cache
        Folder for packages fetched from npm.

    Yields
    ------
    str
        One line of progress a step.

    Raises
    ------
    geo.errors.GeographyError
        If a source is not what it should be or a check fails; nothing is written then.
    """
    tables = territory.DEFAULT_FOLDER
    full = boundaries.read_outlines()
    yield f"read {len(full)} outlines, {shapely.get_num_coordinates(full.geometry.to_numpy()).sum():,} vertices"

    cleaned = boundaries.clean(full)
    yield "cleaned them into a valid coverage"

    area_km2 = crs.area_km2(cleaned.geometry)
    adjacency = boundaries.contiguity(cleaned.geometry.to_numpy())
    yield f"measured {area_km2.sum():,.0f} km², joined {adjacency.nnz // 2:,} pairs of neighbours"

    counties = neighbours.read_us(cache, "counties", kind="us_county")
    lines, stretches = border.assemble(cleaned, counties, tables)
    yield f"measured {lines['length_km'].sum():,.0f} km of borders on land in {len(stretches)} stretches"

    simple = boundaries.simplify(cleaned)
    _require_area(simple.geometry, area_km2)
    yield f"simplified to {shapely.get_num_coordinates(simple.geometry.to_numpy()).sum():,} vertices"

    census = population.read_census(tables / "census_states.csv")
    people = _population(tables / "crosswalk.csv", census, simple["cvegeo"])
    municipalities = _municipalities(simple, census, people=people, area_km2=area_km2)
    states = _states(municipalities, census)
    yield f"shared {int(people.sum()):,} people among {len(municipalities)} municipalities of {len(states)} states"

    home = gpd.GeoSeries([shapely.coverage_union_all(simple.geometry.to_numpy())], crs=simple.crs)
    around, context = neighbours.assemble(cache, home)
    yield f"fitted {len(around)} neighbours to the national outline"

    cities = places.choose(places.correct(places.read_cities(), tables / "city_names.csv"), municipalities, census)
    yield f"chose {len(cities)} cities"

    topology = outlines.compress(_topology(municipalities, states, context))
    yield f"encoded the outlines in {len(topology) / 1000:,.0f} kB"

    finished = {
        "municipalities": municipalities,
        "states": states,
        "neighbours": around,
        "cities": cities,
        "adjacency": boundaries.edge_table(adjacency, municipalities["cvegeo"]),
        "border": lines,
        "border_stretches": stretches,
    }
    _write(out, finished, topology, [tables / name for name in HAND_KEPT])
    yield f"wrote {out}"


def _write(out: Path, frames: Mapping[str, pd.DataFrame], topology: bytes, kept: Iterable[Path]) -> None:
    """Write all files or none, so that a failure leaves the old ones whole; what is kept by hand stays as it is."""
    with atomic.making(out) as fresh:
        for name, frame in frames.items():
            frame.to_parquet(fresh / f"{name}.parquet", index=False, compression="zstd")
        (fresh / "outlines.topo.json.gz").write_bytes(topology)
        for table in kept:
            if not (out / table.name).exists():
                shutil.copyfile(table, fresh / table.name)


def _require_area(geometry: gpd.GeoSeries, area_km2: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    change = crs.area_km2(geometry).sum() / area_km2.sum() - 1
    if abs(change) > AREA_TOLERANCE:
        msg = f"simplifying changed the total area by {change:.2%}, allowed is {AREA_TOLERANCE:.2%}"
        raise errors.GeographyError(msg)


def _population(crosswalk: Path, census: pd.DataFrame, keys: pd.Series) -> pd.Series:
    published = population.read_published().set_index("cvegeo")["population"]
    folded = population.fold(published, population.read_crosswalk(crosswalk))
    strangers = sorted(set(folded.index) ^ set(keys))
    if strangers:
        msg = f"keys without both an outline and a population: {', '.join(strangers)}; extend crosswalk.csv"
        raise errors.GeographyError(msg)
    return population.scale(folded, census.set_index("cve_ent")["population_2020"]).loc[keys]


def _municipalities(
    simple: gpd.GeoDataFrame,
    census: pd.DataFrame,
    *,
    people: pd.Series,
    area_km2: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> gpd.GeoDataFrame:
    points = boundaries.label_points(simple.geometry)
    names = census.set_index("cve_ent")["name"]
    return gpd.GeoDataFrame(
        {
            "cvegeo": simple["cvegeo"],
            "name": simple["name"],
            "cve_ent": simple["cve_ent"],
            "state": simple["cve_ent"].map(names),
            "population": people.to_numpy(),
            "area_km2": area_km2.round(4),
            "lon": points[:, 0],
            "lat": points[:, 1],
        },
        geometry=simple.geometry,
        crs=simple.crs,
    )


def _states(municipalities: gpd.GeoDataFrame, census: pd.DataFrame) -> gpd.GeoDataFrame:
    united = boundaries.dissolve(municipalities, by="cve_ent")
    sums = municipalities.groupby("cve_ent")[["population", "area_km2"]].sum().loc[united["cve_ent"]]
    names = census.set_index("cve_ent")
    points = boundaries.label_points(united.geometry)
    return gpd.GeoDataFrame(
        {
            "cve_ent": united["cve_ent"],
            "name": united["cve_ent"].map(names["name"]),
            "also": united["cve_ent"].map(names["also"]),
            "population": sums["population"].to_numpy(),
            "area_km2": sums["area_km2"].to_numpy().round(4),
            "lon": points[:, 0],
            "lat": points[:, 1],
        },
        geometry=united.geometry,
        crs=united.crs,
    )


def _topology(
    municipalities: gpd.GeoDataFrame, states: gpd.GeoDataFrame, context: gpd.GeoDataFrame
) -> dict[str, object]:
    topology = outlines.Topology()
    topology.add(
        "municipalities",
        zip(
            municipalities["cvegeo"],
            ({"n": name} for name in municipalities["name"]),
            municipalities.geometry,
            strict=True,
        ),
    )
    topology.add(
        "states", zip(states["cve_ent"], ({"n": name} for name in states["name"]), states.geometry, strict=True)
    )
    labels = ({"n": name, "k": kind} for name, kind in zip(context["name"], context["kind"], strict=True))
    topology.add("context", zip(context["code"], labels, context.geometry, strict=True))
    return topology.document()
