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

from geo import crs, errors, matching, pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

DEFAULT_FOLDER = Path(__file__).parents[1] / "data" / "geography"

_FRAMES = {
    "municipalities": ("cvegeo", "name", "cve_ent", "state", "population", "area_km2", "lon", "lat", "geometry"),
    "states": ("cve_ent", "name", "also", "population", "area_km2", "lon", "lat", "geometry"),
    "neighbours": ("kind", "code", "name", "country", "geometry"),
    "cities": ("name", "country", "cvegeo", "population", "rank", "geometry"),
}
_MOVED = {"cvegeo": str, "name": str, "parent": str, "share": float, "kind": str, "rule": str, "source": str}
_AREA_TOLERANCE = 0.05
"""How far areas may differ from those of the outlines, which are simplified."""
_MOST_TOLD = 20
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
        Twelve hexadecimal digits over the bytes of all its files.
    municipalities
        One row a municipality, RangeIndex, sorted by cvegeo: cvegeo, name, cve_ent, state,
        population (int64, an estimate), area_km2 (of the full-resolution outlines), lon, lat
        (a point inside, for labels), geometry (WGS 84, simplified).
    states
        One row a state, sorted by cve_ent: cve_ent, name, also (other names, parted by ";"),
        population, area_km2, lon, lat, geometry.
    neighbours
        Land around: kind ("country", "region" or "district"), code, name, country, geometry.
    cities
        Places to label: name, country, cvegeo ("" abroad), population, rank (1 = first), geometry.
    adjacency
        (n, n) symmetric 0/1 float64 in the order of `municipalities`, zero diagonal; an island
        municipality may have an empty row.
    crosswalk
        Keys that are no rows of `municipalities` and where they belong: cvegeo, name, parent, share
        (of the key's people that belong to the parent), kind ("younger": founded after the outlines;
        "key": the same municipality under another key), rule, source.
    country
        What is particular to the country.
    """

    folder: Path
    hash: str
    municipalities: gpd.GeoDataFrame
    states: gpd.GeoDataFrame
    neighbours: gpd.GeoDataFrame
    cities: gpd.GeoDataFrame
    adjacency: scipy.sparse.csr_array
    crosswalk: pd.DataFrame
    country: pack.Pack = pack.PLAIN

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
    def parents(self) -> Mapping[str, str]:
        """Key of the state of each municipality by its key."""
        return dict(zip(self.municipalities["cvegeo"], self.municipalities["cve_ent"], strict=True))

    @cached_property
    def key_digits(self) -> int:
        """How many digits each key has; 0 where keys are not of digits alone, or not of as many."""
        return _digits(self.municipalities["cvegeo"])

    @cached_property
    def state_digits(self) -> int:
        """How many digits the key of each state has; 0 as for :attr:`key_digits`."""
        return _digits(self.states["cve_ent"])

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
            ([matching.fold(name), *others.get(key, [])], states[parent])
            for key, name, parent in zip(rows["cvegeo"], rows["name"], rows["cve_ent"], strict=True)
        ]


def load(folder: Path = DEFAULT_FOLDER) -> Territory:
    """Read a geography folder.

    Parameters
    ----------
    folder
        Its tables as `python -m geo.build` writes them, and what :mod:`geo.pack` reads.

    Returns
    -------
    Territory
        All frames in WGS 84.

    Raises
    ------
    geo.errors.GeographyError
        If a file is missing, unreadable or lacks a column; keys are malformed or repeated; a municipality has no
        state, or two; or areas are not those of the outlines.
    """
    folder = Path(folder)
    country = pack.read(folder)
    frames = {name: _read(folder, name, country) for name in _FRAMES}
    municipalities = frames["municipalities"]
    _require_keys(municipalities, frames["states"], country)
    _require_areas(frames["states"], country)
    _require_whole(folder / _OUTLINES)
    keys = municipalities["cvegeo"]
    has_moved = "crosswalk" in country.parts
    return Territory(
        folder=folder,
        hash=_hash(folder, country),
        adjacency=_read_adjacency(folder / f"{_ADJACENCY}.parquet", keys),
        crosswalk=_read_crosswalk(folder / _CROSSWALK, keys) if has_moved else pd.DataFrame(columns=list(_MOVED)),
        country=country,
        **frames,
    )


def parents(folder: Path) -> Mapping[str, str]:
    """Key of the state of each municipality of a geography folder by its key, without reading outlines.

    Raises
    ------
    geo.errors.GeographyError
        If they cannot be read.
    """
    country, path = pack.read(folder), folder / "municipalities.parquet"
    columns = [country.key_column, country.parent_column]
    try:
        rows = pd.read_parquet(path, columns=columns)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise errors.GeographyError(_unreadable(path)) from error
    return dict(zip(rows[columns[0]], rows[columns[1]], strict=True))


def index_of(territory: Territory, cvegeo: str) -> int:
    """Row number of a municipality.

    Parameters
    ----------
    territory
        The territory.
    cvegeo
        A key.

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
        example = territory.municipalities["cvegeo"].iloc[0]
        msg = f"`cvegeo` {cvegeo!r} is no municipality here; it takes a key of the geography, like {example!r}"
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


def _read(folder: Path, name: str, country: pack.Pack) -> gpd.GeoDataFrame:
    """Return a table under the names of columns that code knows; one that the country does without is empty."""
    columns = list(_FRAMES[name])
    if name in pack.PARTS and name not in country.parts:
        return _nothing(columns)
    path = folder / f"{name}.parquet"
    try:
        frame = gpd.read_parquet(path)
    except (OSError, ValueError, pa.ArrowException, shapely.errors.ShapelyError) as error:
        raise errors.GeographyError(_unreadable(path)) from error
    own = {"cvegeo": country.key_column} if name == "municipalities" else {}
    own |= {"cve_ent": country.parent_column} if name in ("municipalities", "states") else {}
    missing = [own.get(column, column) for column in columns if own.get(column, column) not in frame.columns]
    if missing:
        wanted = ", ".join(own.get(column, column) for column in columns)
        msg = f"{path.name} lacks the columns {', '.join(missing)}; it takes {wanted}"
        raise errors.GeographyError(msg)
    crs.require(frame, name=path.name)
    found: gpd.GeoDataFrame = frame.rename(columns={there: here for here, there in own.items()})[columns]
    if name == "neighbours":
        found["kind"] = found["kind"].replace({country.regions: "region", country.districts: "district"})
    return found


def _nothing(columns: Sequence[str]) -> gpd.GeoDataFrame:
    empty = {column: pd.Series(dtype="str") for column in columns if column not in ("population", "rank", "geometry")}
    numbers = {column: pd.Series(dtype="int64") for column in columns if column in ("population", "rank")}
    return gpd.GeoDataFrame({**empty, **numbers}, geometry=gpd.GeoSeries([], crs=crs.GEOGRAPHIC))


def _unreadable(path: Path) -> str:
    return f"cannot read {errors.named(path)}; run `python -m geo.build`"


def _read_adjacency(path: Path, keys: pd.Series) -> scipy.sparse.csr_array:
    try:
        pairs = pd.read_parquet(path, columns=["cvegeo_a", "cvegeo_b"])
    except (OSError, ValueError, pa.ArrowException) as error:
        raise errors.GeographyError(_unreadable(path)) from error
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
    columns = _MOVED
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


def _require_keys(rows: gpd.GeoDataFrame, states: gpd.GeoDataFrame, country: pack.Pack) -> None:
    """Check that each municipality has a key of its own in the form of the country, and one state that there is."""
    found = (*_wrong_keys(rows, country), *_wrong_parents(rows, states, country))
    if found:
        raise errors.GeographyError("\n".join(found[:_MOST_TOLD]))
    if not rows["cvegeo"].is_monotonic_increasing:
        msg = f"municipalities.parquet: rows are not sorted by `{country.key_column}`"
        raise errors.GeographyError(msg)


def _wrong_keys(rows: gpd.GeoDataFrame, country: pack.Pack) -> Iterable[str]:
    keys = rows["cvegeo"].astype(str)
    column = f"municipalities.parquet: column `{country.key_column}`"
    for key in keys[~keys.str.fullmatch(country.pattern)]:
        yield f"{column} holds {key!r}; keys take the form {country.pattern} ({pack.FILE}, `keys.pattern`)"
    for key, own in rows[keys.duplicated(keep=False)].groupby("cvegeo")["cve_ent"]:
        two = list(dict.fromkeys(own))
        if len(two) > 1:
            yield f"{column} holds {key!r} with two states, {two[0]!r} and {two[1]!r}; a municipality has one"
        else:
            yield f"{column} holds {key!r} {len(own)} times; each stands there once"


def _wrong_parents(rows: gpd.GeoDataFrame, states: gpd.GeoDataFrame, country: pack.Pack) -> Iterable[str]:
    column = f"column `{country.parent_column}`"
    for key in states["cve_ent"][states["cve_ent"].duplicated()]:
        yield f"states.parquet: {column} holds {key!r} twice; each stands there once"
    known = set(states["cve_ent"])
    for key, parent in zip(rows["cvegeo"], rows["cve_ent"], strict=True):
        if parent not in known:
            yield (
                f"municipalities.parquet: {column} of {key!r} holds {parent!r}, which is no state; "
                f"states.parquet has {', '.join(sorted(map(str, known)))}"
            )


def _require_areas(states: gpd.GeoDataFrame, country: pack.Pack) -> None:
    """Check areas against the outlines: those of another unit would go through all that is told by km²."""
    told, measured = float(states["area_km2"].sum()), float(crs.area_km2(states.geometry, country.equal_area).sum())
    if not abs(told - measured) <= _AREA_TOLERANCE * measured:
        msg = (
            f"states.parquet: column `area_km2` adds up to {told:,.0f}; outlines measure {measured:,.0f} km² in "
            f"{country.equal_area} ({pack.FILE}, `crs.equal_area`)"
        )
        raise errors.GeographyError(msg)


def _digits(keys: pd.Series) -> int:
    lengths = {len(key) if key.isdecimal() else 0 for key in keys}
    return lengths.pop() if len(lengths) == 1 else 0


def _require_whole(path: Path) -> None:
    """Check the outlines, which are handed on to the browser unread: a file cut short is a map that stays away."""
    try:
        gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise errors.GeographyError(_unreadable(path)) from error


def _hash(folder: Path, country: pack.Pack) -> str:
    digest = hashlib.sha256()
    built = (*(f"{frame}.parquet" for frame in (*_FRAMES, _ADJACENCY)), _OUTLINES, _CROSSWALK)
    absent = {name for name in built if name.partition(".")[0] in set(pack.PARTS) - set(country.parts)}
    for name in (*(name for name in built if name not in absent), pack.FILE):
        try:
            content = (folder / name).read_bytes()
        except OSError as error:
            raise errors.GeographyError(_unreadable(folder / name)) from error
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:_HASH_DIGITS]
