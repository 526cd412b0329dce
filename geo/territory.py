"""The territory: municipalities and states with people, area and neighbours, found by key or place."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import scipy.sparse
import shapely

from geo import crs, errors, matching

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_FOLDER = Path(__file__).parents[1] / "data" / "geography"

_FRAMES = {
    "municipalities": ("cvegeo", "name", "cve_ent", "state", "population", "area_km2", "lon", "lat", "geometry"),
    "states": ("cve_ent", "name", "also", "population", "area_km2", "lon", "lat", "geometry"),
    "neighbours": ("kind", "code", "name", "country", "geometry"),
    "cities": ("name", "country", "cvegeo", "population", "rank", "geometry"),
}
_ADJACENCY = "adjacency"
_CROSSWALK = "crosswalk.csv"
_OUTLINES = "outlines.topo.json.gz"
_HASH_DIGITS = 12


@dataclass(frozen=True, eq=False)
class Territory:
    """A country's geography, as read from one folder.

    Attributes
    ----------
    folder
        Where it was read from.
    hash
        Twelve hexadecimal digits over the bytes of all built files.
    municipalities
        One row a municipality, RangeIndex, sorted by cvegeo: cvegeo, name, cve_ent, state,
        population (int64, an estimate), area_km2 (of the full-resolution outlines), lon, lat
        (a point inside, for labels), geometry (WGS 84, simplified).
    states
        One row a state, sorted by cve_ent: cve_ent, name, also (other names, parted by ";"),
        population, area_km2, lon, lat, geometry.
    neighbours
        Land around: kind ("country", "us_state" or "us_county"), code, name, country, geometry.
    cities
        Places to label: name, country, cvegeo ("" abroad), population, rank (1 = first), geometry.
    adjacency
        (n, n) symmetric 0/1 float64 in the order of `municipalities`, zero diagonal; an island
        municipality may have an empty row.
    crosswalk
        Keys that are no rows of `municipalities` and where they belong: cvegeo, name, parent, share
        (of the key's people that belong to the parent), kind ("younger": founded after the outlines;
        "key": the same municipality under another key), rule, source.
    """

    folder: Path
    hash: str
    municipalities: gpd.GeoDataFrame
    states: gpd.GeoDataFrame
    neighbours: gpd.GeoDataFrame
    cities: gpd.GeoDataFrame
    adjacency: scipy.sparse.csr_array
    crosswalk: pd.DataFrame

    @property
    def outlines(self) -> Path:
        """The browser's outlines: gzipped TopoJSON, municipalities in the order of the frame."""
        return self.folder / _OUTLINES

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Spatial index of the municipalities' outlines."""
        return shapely.STRtree(self.municipalities.geometry.to_numpy())

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {key: place for place, key in enumerate(self.municipalities["cvegeo"])}

    @cached_property
    def spellings(self) -> list[tuple[list[str], str]]:
        """Folded names of each municipality, of its cities and of what was cut from it, and of its state."""
        rows = self.municipalities
        others: dict[str, list[str]] = {}
        cut = zip(self.crosswalk["parent"], self.crosswalk["name"], strict=True)
        for key, name in (*zip(self.cities["cvegeo"], self.cities["name"], strict=True), *cut):
            others.setdefault(key, []).append(matching.fold(name))
        names = zip(self.states["cve_ent"], self.states["name"], self.states["also"], strict=True)
        states = {key: matching.fold(f"{name} {also}") for key, name, also in names}
        return [
            ([matching.fold(name), *others.get(key, [])], states[key[:2]])
            for key, name in zip(rows["cvegeo"], rows["name"], strict=True)
        ]


def load(folder: Path = DEFAULT_FOLDER) -> Territory:
    """Read a geography folder.

    Parameters
    ----------
    folder
        As `python -m geo.build` writes it.

    Returns
    -------
    Territory
        All frames in WGS 84.

    Raises
    ------
    geo.errors.GeographyError
        If a file is missing, unreadable or lacks a column, or keys are malformed or repeated.
    """
    folder = Path(folder)
    frames = {name: _read(folder / f"{name}.parquet", columns) for name, columns in _FRAMES.items()}
    municipalities = frames["municipalities"]
    _require_keys(municipalities["cvegeo"], folder / "municipalities.parquet")
    _require_whole(folder / _OUTLINES)
    return Territory(
        folder=folder,
        hash=_hash(folder),
        adjacency=_read_adjacency(folder / f"{_ADJACENCY}.parquet", municipalities["cvegeo"]),
        crosswalk=_read_crosswalk(folder / _CROSSWALK, municipalities["cvegeo"]),
        **frames,
    )


def index_of(territory: Territory, cvegeo: str) -> int:
    """Row number of a municipality.

    Parameters
    ----------
    territory
        The territory.
    cvegeo
        A five-digit key.

    Returns
    -------
    int
        Position in `territory.municipalities` and `territory.adjacency`.

    Raises
    ------
    geo.errors.GeographyError
        If there is no municipality of that key.
    """
    try:
        return territory._positions[cvegeo]  # noqa: SLF001 - this module's own class
    except (KeyError, TypeError) as error:
        msg = f"`cvegeo` {cvegeo!r} is no municipality here; it takes five digits, like '01001'"
        raise errors.GeographyError(msg) from error


def locate(territory: Territory, lon: float, lat: float) -> str | None:
    """Find the municipality at a place.

    Parameters
    ----------
    territory
        The territory.
    lon, lat
        WGS 84 degrees.

    Returns
    -------
    str or None
        The key of the municipality whose simplified outline covers the point, the first by key on
        a shared edge; None outside, and for numbers that are not finite.
    """
    if not (np.isfinite(lon) and np.isfinite(lat)):
        return None
    found = territory.tree.query(shapely.Point(lon, lat), predicate="intersects")
    return str(territory.municipalities["cvegeo"].iloc[int(found.min())]) if len(found) else None


def _read(path: Path, columns: Sequence[str]) -> gpd.GeoDataFrame:
    try:
        frame = gpd.read_parquet(path)
    except (OSError, ValueError, pa.ArrowException, shapely.errors.ShapelyError) as error:
        msg = f"cannot read {errors.named(path)}; run `python -m geo.build`"
        raise errors.GeographyError(msg) from error
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        msg = f"{path.name} lacks the columns {', '.join(missing)}; run `python -m geo.build`"
        raise errors.GeographyError(msg)
    crs.require(frame, name=path.name)
    return frame[list(columns)]


def _read_adjacency(path: Path, keys: pd.Series) -> scipy.sparse.csr_array:
    try:
        pairs = pd.read_parquet(path, columns=["cvegeo_a", "cvegeo_b"])
    except (OSError, ValueError, pa.ArrowException) as error:
        msg = f"cannot read {errors.named(path)}; run `python -m geo.build`"
        raise errors.GeographyError(msg) from error
    places = pd.Index(keys)
    a, b = places.get_indexer(pairs["cvegeo_a"]), places.get_indexer(pairs["cvegeo_b"])
    if (a < 0).any() or (b < 0).any() or (a == b).any():
        msg = f"{path.name} joins keys that are no two municipalities; run `python -m geo.build`"
        raise errors.GeographyError(msg)
    size = len(keys)
    adjacency = scipy.sparse.csr_array(
        (np.ones(2 * len(a)), (np.concatenate([a, b]), np.concatenate([b, a]))), shape=(size, size)
    )
    adjacency.sort_indices()
    return adjacency


def _read_crosswalk(path: Path, keys: pd.Series) -> pd.DataFrame:
    columns = {"cvegeo": str, "name": str, "parent": str, "share": float, "kind": str, "rule": str, "source": str}
    try:
        moved = pd.read_csv(path, dtype=columns, usecols=list(columns), keep_default_na=False)
    except (OSError, ValueError) as error:
        msg = f"cannot read {errors.named(path)}; it takes the columns {', '.join(columns)}"
        raise errors.GeographyError(msg) from error
    wrong = moved[~moved["parent"].isin(keys) | moved["cvegeo"].isin(keys)]
    if len(wrong):
        msg = f"{path.name}, row {wrong.index[0] + 2}: `parent` must be a municipality and `cvegeo` must not"
        raise errors.GeographyError(msg)
    return moved


def _require_keys(keys: pd.Series, path: Path) -> None:
    wrong = keys[~keys.astype(str).str.fullmatch(r"\d{5}") | keys.duplicated()]
    if len(wrong):
        msg = f"{path.name}: column `cvegeo` holds {wrong.iloc[0]!r}; keys are five digits, each once"
        raise errors.GeographyError(msg)
    if not keys.is_monotonic_increasing:
        msg = f"{path.name}: rows are not sorted by `cvegeo`; run `python -m geo.build`"
        raise errors.GeographyError(msg)


def _require_whole(path: Path) -> None:
    """Check the outlines, which are handed on to the browser unread: a file cut short is a map that stays away."""
    try:
        gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        msg = f"cannot read {errors.named(path)}; run `python -m geo.build`"
        raise errors.GeographyError(msg) from error


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in (*(f"{frame}.parquet" for frame in (*_FRAMES, _ADJACENCY)), _OUTLINES, _CROSSWALK):
        try:
            content = (folder / name).read_bytes()
        except OSError as error:
            msg = f"cannot read {errors.named(folder / name)}; run `python -m geo.build`"
            raise errors.GeographyError(msg) from error
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:_HASH_DIGITS]
