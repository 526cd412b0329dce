"""What the numbers of a raster of heights mean: its reference systems, its units, its scale.

What cannot be understood is refused with a reason; nothing is guessed at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pyproj

from geo.refusals import TerrainError

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

DEGREE_METRES: Final = 111_320.0

_INTERNATIONAL, _SURVEY = 0.3048, 1200 / 3937
_UNITS: Mapping[str, float] = MappingProxyType(
    {
        **dict.fromkeys(("m", "metre", "metres", "meter", "meters", "metro", "metros"), 1.0),
        **dict.fromkeys(("km", "kilometre", "kilometres", "kilometer", "kilometers"), 1_000.0),
        **dict.fromkeys(("dm", "decimetre", "decimetres", "decimeter", "decimeters"), 0.1),
        **dict.fromkeys(("cm", "centimetre", "centimetres", "centimeter", "centimeters"), 0.01),
        **dict.fromkeys(("mm", "millimetre", "millimetres", "millimeter", "millimeters"), 0.001),
        **dict.fromkeys(("ft", "foot", "feet", "ft intl", "foot international", "international foot"), _INTERNATIONAL),
        **dict.fromkeys(("international feet", "intl foot", "intl feet"), _INTERNATIONAL),
        **dict.fromkeys(("us survey foot", "us survey feet", "survey foot", "survey feet", "sft"), _SURVEY),
        **dict.fromkeys(("us ft", "ft us", "ftus", "usft", "us foot", "us feet", "foot us"), _SURVEY),
    }
)
_LETTERS = r"[^\W\d_]+"
# Any other sign, and a hyphen that joins no two words, is a part of what the unit means.
_WORDS = re.compile(rf"(?:{_LETTERS}|(?<=\w)-(?=\w)|[\s_,()\[\]])+")
_STATES, _DOTS = re.compile(r"\bu\.\s?s\b\.?"), re.compile(r"(?<=\w)\.(?=\s|[)\]]|$)")
# The two kinds of foot differ by 2 millionths, which files confuse and no height shows.
_SAME_UNIT = 1e-5
_EARTH = (6_300_000.0, 6_400_000.0)


# --- where its cells lie ------------------------------------------------------------------------


@dataclass(frozen=True)
class Crs:
    """What a raster's reference system says.

    `flat` is its horizontal part as WKT, `unit` the metres of one of its units, `turn` a whole turn in that unit where
    it has longitudes, `across` the name of that unit, `up` the metres of one unit of height, below 0 where that counts
    depths, and `upward` the name of that unit; None where heights have none.
    """

    flat: str
    unit: float
    turn: float | None
    across: str
    up: float | None
    upward: str

    @classmethod
    def of(cls, dataset: DatasetReader, source: str) -> Crs:
        """Read what a raster says.

        Raises
        ------
        geo.refusals.TerrainError
            If it says nothing, or nothing of the earth.
        """
        if not dataset.crs:
            raise TerrainError(source, "terrain_no_crs")
        whole = pyproj.CRS.from_wkt(dataset.crs.to_wkt())
        parts = whole.sub_crs_list if whole.is_compound else [whole]
        base = _unbound(parts[0])
        ellipsoid = base.ellipsoid
        on_earth = ellipsoid is not None and _EARTH[0] < ellipsoid.semi_major_metre < _EARTH[1]
        if not on_earth or not (base.is_geographic or base.is_projected):
            raise TerrainError(source, "terrain_crs", found=whole.name)
        axes = [*base.axis_info, *(axis for part in parts[1:] for axis in _unbound(part).axis_info)]
        factor, height = axes[0].unit_conversion_factor, axes[2] if len(axes) > 2 else None  # noqa: PLR2004
        # Heights are converted here, so what projects the cells must know nothing of them.
        plain = whole is parts[0] and height is None
        return cls(
            dataset.crs.to_wkt() if plain else parts[0].to_2d().to_wkt(),
            math.degrees(factor) * DEGREE_METRES if base.is_geographic else factor,
            2.0 * math.pi / factor if base.is_geographic else None,
            axes[0].unit_name,
            None if height is None else height.unit_conversion_factor * (-1.0 if height.direction == "down" else 1.0),
            "" if height is None else height.unit_name,
        )


def _unbound(crs: pyproj.CRS) -> pyproj.CRS:
    """Return a system without the shift that it may carry to another one."""
    return crs.source_crs if crs.is_bound and crs.source_crs is not None else crs


# --- what its numbers mean ----------------------------------------------------------------------


def scale(dataset: DatasetReader, source: str, crs: Crs) -> tuple[float, float]:
    """Scale and offset that make metres of the numbers in the file."""
    factor, offset = dataset.scales[0], dataset.offsets[0]
    if not (math.isfinite(factor) and math.isfinite(offset) and factor):
        raise TerrainError(source, "terrain_scale", scale=factor, offset=offset)
    metres = _height_unit(dataset, source, crs)
    return factor * metres, offset * metres


def _height_unit(dataset: DatasetReader, source: str, crs: Crs) -> float:
    """Metres of one unit of height, as the band or the vertical reference system says; metres where neither does."""
    said = (dataset.units[0] or "").strip()
    if not said:
        if crs.up is None and crs.turn is None and not math.log10(crs.unit).is_integer():
            # Surveys in feet mostly have heights in feet: nothing to guess at.
            raise TerrainError(source, "terrain_unit_unsaid", found=crs.across)
        return 1.0 if crs.up is None else crs.up
    if crs.up is not None and said.casefold() == crs.upward.casefold():
        return crs.up
    known = _UNITS.get(_spelt(said))
    if known is None:
        raise TerrainError(source, "terrain_unit", found=said)
    if crs.up is None:
        return known
    if not math.isclose(known, abs(crs.up), rel_tol=_SAME_UNIT):
        raise TerrainError(source, "terrain_units_differ", first=said, second=crs.upward)
    return crs.up


def _spelt(unit: str) -> str:
    """Words of a unit as :data:`_UNITS` has them; nothing where there is more to it, as in 0.1 m, 1/m, m2 or -m."""
    bare = _DOTS.sub("", _STATES.sub("us ", unit.casefold()))
    return " ".join(re.findall(_LETTERS, bare)) if _WORDS.fullmatch(bare) else ""
