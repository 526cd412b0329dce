"""A made-up country: twelve squares in three provinces, land all around, one border, and a plan of two phases.

Nothing of it is like the shipped one: keys have letters, columns other names, there are neither public figures nor a
sea, and the plan ends after ten months.
"""

from __future__ import annotations

import csv
import itertools
import shutil
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import crs
from geo.build import outlines

ID = "marchland"
WEST, SOUTH, COLUMNS, ROWS = 10.0, 50.0, 4, 3
PROVINCES = {"NO": "Northmark", "MI": "Midmark", "SU": "Southmark"}
"""Key and name, from north to south; each has a row of four squares."""
PEOPLE = 1_000
LAST_MONTH = 10
PHASES = ((1, 5), (6, 10))

PACK = """\
[territory]
name = "Marchland"
attribution = "Outlines: nobody."
parts = [{parts}]
observed = []
illustrative = true

[crs]
working = "EPSG:25832"
projection = "Transverse Mercator, zone 32"
equal_area = "EPSG:3035"

[keys]
municipality = "code"
state = "province"
pattern = "[A-Z]{{2}}-[0-9]{{2}}"

[levels.municipality]
one = "parish"
many = "parishes"

[levels.state]
one = "province"
many = "provinces"

[view]
south = 49.5
west = 9.5
north = 53.5
east = 14.5
{border}"""

BORDER = """
[[border]]
id = "wl"
name = "Westland"
watched = true
start = "North Cape"
end = "South Ford"
"""

ROADMAP = """\
[scenario]
title = "The Marchland Plan"
hypothetical = true
summary = "A made-up plan for a made-up country."
territory = "marchland"

[[lead]]
id = "crown"
title = "The crown"

[[funder]]
id = "crown"
title = "The crown"

[[funder]]
id = "guilds"
title = "The guilds"
private = true

[[phase]]
number = 1
title = "Begin"
first_month = 1
last_month = 5
text = "The first five months."

[[phase]]
number = 2
title = "Go on"
first_month = 6
last_month = 10
text = "The last five months."

[[entry]]
id = "wardens"
phase = 1
kind = "programme"
lead = "crown"
status = "proposal"
first_month = 2
title = "Wardens"
text = "Wardens would walk the parishes."
shown_by = "zones"
shown_text = "Outlines."

[[zone]]
id = "west"
name = "The west"
text = "Parishes along the border."
first_month = 2
guard_units = 6
programmes = ["wardens"]
"""

ZONES = "zone,cvegeo,first_month,last_month,basis\nwest,NO-01,2,,invented\nwest,MI-01,3,,invented\nwest,SU-01,4,9,x\n"
SENSORS = """\
id,sector,technology,from_km,to_km,crossing,units,first_month,failure_month,range_km,p_zero,p_range,mast_m,basis
high-cable,high,fibre_acoustic,10,90,,,3,,0.5,0.9,0.5,,invented
low-masts,low,integrated_tower,220,260,,3,6,9,12,0.9,0.3,30,invented
"""
UPGRADES = """\
id,crossing,kind,at_km,name,first_month,lanes,inspected,basis
new-gate,,new_crossing,150,New Gate,4,2,,invented
"""
LEDGER = """\
id,programme,component,funder,support,effect,place_kind,place,precision,sharing,month,usd_year,planned,committed,disbursed,delivered
M1,wardens,,crown,tactical,effort,zone,west,3,population,3,2025,900000,800000,700000,600000
M2,wardens,,guilds,strategic,integrity,state,MI,4,population,7,2025,500000,400000,300000,200000
M3,wardens,,crown,strategic,effort,municipalities,SU-04,3,whole,9,2025,100000,100000,100000,100000
M4,wardens,,crown,tactical,none,unplaced,,6,whole,10,2025,5000,5000,5000,5000
"""


def keys() -> list[str]:
    """Keys of the parishes, sorted as in the table."""
    return sorted(f"{province}-{number:02d}" for province in PROVINCES for number in range(1, COLUMNS + 1))


def write(
    root: Path, *, border: bool = True, parts: Iterable[str] = ("neighbours",), scenario: str = ID
) -> Path:
    """Write the country and its plan below a folder, as they lie in ``data``.

    Parameters
    ----------
    root
        Gets ``scenarios`` and ``territories``.
    border
        Whether it has a border on land, with all that lies along it.
    parts
        Which of :data:`geo.pack.PARTS` it has.
    scenario
        Name of the plan.

    Returns
    -------
    Path
        Folder of the plan.
    """
    geography = root / "territories" / ID / "geography"
    geography.mkdir(parents=True, exist_ok=True)
    _write_geography(geography, border=border, parts=tuple(parts))
    folder = root / "scenarios" / scenario
    folder.mkdir(parents=True)
    _write_plan(folder, border=border)
    return folder


def _write_geography(folder: Path, *, border: bool, parts: tuple[str, ...]) -> None:
    told = ", ".join(f'"{part}"' for part in parts)
    (folder / "territory.toml").write_text(PACK.format(parts=told, border=BORDER if border else ""), encoding="utf-8")
    parishes = _parishes()
    provinces = _provinces(parishes)
    around = _around(parishes)
    parishes.to_parquet(folder / "municipalities.parquet", index=False)
    provinces.to_parquet(folder / "states.parquet", index=False)
    _adjacency(parishes).to_parquet(folder / "adjacency.parquet", index=False)
    if "neighbours" in parts:
        around.to_parquet(folder / "neighbours.parquet", index=False)
    (folder / "outlines.topo.json.gz").write_bytes(_topology(parishes, provinces, around))
    if border:
        _write_border(folder)


def _parishes() -> gpd.GeoDataFrame:
    rows = []
    for row, (province, name) in enumerate(PROVINCES.items()):
        for column in range(COLUMNS):
            x, y = WEST + column, SOUTH + ROWS - 1 - row
            number = column + 1
            code, people = f"{province}-{number:02d}", PEOPLE * (row + number)
            square = shapely.box(x, y, x + 1, y + 1)
            rows.append((code, f"{name} {number}", province, name, people, x + 0.5, y + 0.5, square))
    columns = ["code", "name", "province", "state", "population", "lon", "lat", "geometry"]
    found = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=crs.GEOGRAPHIC)
    found.insert(5, "area_km2", crs.area_km2(found.geometry, "EPSG:3035"))
    return found.sort_values("code", ignore_index=True)


def _provinces(parishes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    sums = {"state": "first", "population": "sum", "area_km2": "sum"}
    found = parishes.dissolve("province", as_index=False, aggfunc=sums)
    middle = found.geometry.representative_point()
    return found.rename(columns={"state": "name"}).assign(also="", lon=middle.x, lat=middle.y)


def _around(parishes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Land on every side, so that there is no sea anywhere near."""
    home = shapely.union_all(parishes.geometry.to_numpy())
    west = shapely.difference(shapely.box(WEST - 20, SOUTH - 20, WEST, SOUTH + 23), home)
    east = shapely.difference(shapely.box(WEST, SOUTH - 20, WEST + 24, SOUTH + 23), home)
    rows = {"kind": "country", "code": ["WLD", "ELD"], "name": ["Westland", "Eastland"], "country": ["WL", "EL"]}
    return gpd.GeoDataFrame(rows, geometry=[west, east], crs=crs.GEOGRAPHIC)


def _adjacency(parishes: gpd.GeoDataFrame) -> pd.DataFrame:
    pairs = itertools.combinations(range(len(parishes)), 2)
    shapes, codes = parishes.geometry.to_numpy(), parishes["code"].to_numpy()
    beside = [(codes[a], codes[b]) for a, b in pairs if shapely.intersects(shapes[a], shapes[b])]
    return pd.DataFrame(beside, columns=["cvegeo_a", "cvegeo_b"])


def _topology(parishes: gpd.GeoDataFrame, provinces: gpd.GeoDataFrame, around: gpd.GeoDataFrame) -> bytes:
    topology = outlines.Topology()
    names = ({"n": name} for name in parishes["name"])
    topology.add("municipalities", zip(parishes["code"], names, parishes.geometry, strict=True))
    names = ({"n": name} for name in provinces["name"])
    topology.add("states", zip(provinces["province"], names, provinces.geometry, strict=True))
    names = ({"n": name, "k": "country"} for name in around["name"])
    topology.add("context", zip(around["code"], names, around.geometry, strict=True))
    return outlines.compress(topology.document())


def _write_border(folder: Path) -> None:
    """The western edge from north to south, a parish of each province along it; the middle one in two sectors."""
    lat = np.linspace(SOUTH + ROWS, SOUTH, ROWS * 10 + 1)
    lon = np.full(len(lat), WEST)
    km = np.concatenate([[0.0], np.cumsum(crs.distance_km(lon[:-1], lat[:-1], lon[1:], lat[1:]))])
    line = {"border": ["wl"], "name": ["Marchland-Westland"], "length_km": km[-1:], "published_km": [np.nan]}
    shape = shapely.LineString(np.column_stack([lon, lat]))
    frame = gpd.GeoDataFrame({**line, "km": [km.tolist()]}, geometry=[shape], crs=crs.GEOGRAPHIC)
    frame.to_parquet(folder / "border.parquet", index=False)
    ends = [0.0, km[10], km[15], km[20], km[30]]
    stretches = {
        "border": "wl",
        "from_km": ends[:-1],
        "to_km": ends[1:],
        "cvegeo": ["NO-01", "MI-01", "MI-01", "SU-01"],
        "county": ["W1", "W1", "W2", "W2"],
        "sector": ["high", "high", "low", "low"],
    }
    pd.DataFrame(stretches).to_parquet(folder / "border_stretches.parquet", index=False)
    _table(
        folder / "border_sectors.csv",
        ["sector", "name", "county", "county_name", "first_km", "published_miles", "source", "note"],
        ["high", "High marches", "W1", "West one", "", "", "made up", ""],
        ["low", "Low marches", "W2", "West two", "", "", "made up", ""],
    )


def _write_plan(folder: Path, *, border: bool) -> None:
    frozen = Path(__file__).parent / "roadmap" / "frozen"
    for name, text in (("roadmap.toml", ROADMAP), ("zones.csv", ZONES), ("investment.csv", LEDGER)):
        (folder / name).write_text(text, encoding="utf-8")
    if border:
        (folder / "sensors.csv").write_text(SENSORS, encoding="utf-8")
        (folder / "upgrades.csv").write_text(UPGRADES, encoding="utf-8")
    shutil.copy(frozen / "rules.toml", folder / "rules.toml")
    before, first, second, *_ = (frozen / "model.toml").read_text(encoding="utf-8").split("[phase.")
    (folder / "model.toml").write_text(f"{before}[phase.{first}[phase.{second}", encoding="utf-8")
    scores = np.linspace(0.15, 0.95, len(keys()))
    rows = ([key, f"{score:.3f}"] for key, score in zip(keys(), scores, strict=True))
    _table(folder / "baseline.csv", ["cvegeo", "score"], *rows)


def _table(path: Path, *rows: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)
