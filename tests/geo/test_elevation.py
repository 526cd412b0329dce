"""The same heights written in every way give the same heights and the same coverage; what means else is refused.

The oracle is the surface itself, made here; where GDAL can apply what a file says, it is asked as well.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import rasterio
from numpy.typing import NDArray
from rasterio.enums import ColorInterp

from geo import coverage, crs, elevation, refusals, sensing, terrain
from roadmap.words import complaints, text
from tests.geo import toys

Heights = NDArray[np.float64]
Write = Callable[[Path, Heights, rasterio.Affine], None]

FOOT, SURVEY_FOOT = 0.3048, 1200 / 3937
# A square of 20 km from the origin of the projection, and cells of a two-hundredth degree all around it.
STEP, SIZE, MIDDLE = 1 / 200, 120, 10_000.0
BOX = (0.0, 0.0, 20_000.0, 20_000.0)
MAST = sensing.Sensor("mast", 5.5, 5.5, 0, range_km=12.0, p_zero=0.9, p_range=0.3, units=1, mast_m=30.0)


def middle() -> tuple[float, float]:
    """Longitude and latitude of the middle of the square."""
    there = pyproj.Transformer.from_crs(toys.PROJECTION, crs.GEOGRAPHIC, always_xy=True)
    lon, lat = there.transform(MIDDLE, MIDDLE)
    return float(lon), float(lat)


def grid() -> rasterio.Affine:
    lon, lat = middle()
    return rasterio.Affine(STEP, 0.0, lon - SIZE / 2 * STEP, 0.0, -STEP, lat + SIZE / 2 * STEP)


def surface() -> Heights:
    """A slope with a ridge across it, in half metres; NaN in the south, which nobody has measured."""
    row, column = np.mgrid[:SIZE, :SIZE]
    heights = 1500.0 + 2.0 * row + 0.5 * column + np.where(np.abs(column - 63) <= 1, 350.0, 0.0)
    return np.where(row > 68, np.nan, heights)


def put(path: Path, numbers: NDArray[Any], transform: rasterio.Affine, **profile: Any) -> None:  # noqa: ANN401
    """Write bands of numbers, with what a profile of rasterio says, and beside it scale, offset and unit."""
    bands = np.atleast_3d(numbers.T).T
    about = {key: profile.pop(key, None) for key in ("scale", "offset", "unit", "known", "colorinterp")}
    settings = {"driver": "GTiff", "crs": crs.GEOGRAPHIC, "dtype": bands.dtype, "count": len(bands)} | profile
    with rasterio.open(path, "w", height=bands.shape[1], width=bands.shape[2], transform=transform, **settings) as out:
        out.write(bands)
        if about["known"] is not None:
            out.write_mask(about["known"])
        for key, name in (("scale", "scales"), ("offset", "offsets"), ("unit", "units")):
            if about[key] is not None:
                setattr(out, name, [about[key]] * len(bands))
        if about["colorinterp"]:
            out.colorinterp = about["colorinterp"]


def filled(heights: Heights, value: float, dtype: str = "float32") -> NDArray[Any]:
    return np.where(np.isnan(heights), value, heights).astype(dtype)


# --- every way ----------------------------------------------------------------------------------


def plain(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    put(path, filled(heights, -9999.0), transform, nodata=-9999.0)


def nan(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    put(path, heights.astype("float32"), transform, nodata=float("nan"))


def undeclared(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    put(path, filled(heights, -32768.0), transform)


def scaled(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    numbers = filled((heights - 1000.0) / 0.5, -32768, "int16")
    put(path, numbers, transform, nodata=-32768, scale=0.5, offset=1000.0)


def scaled_with_a_nodata_of_zero(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    put(path, filled((heights - 200.0) / 0.1, 0, "uint16"), transform, nodata=0, scale=0.1, offset=200.0)


def scaled_with_undeclared_voids(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    put(path, filled(heights / 0.1, -32768, "int16"), transform, scale=0.1)


def scaled_so_that_a_customary_void_is_a_height(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    # The lowest cells are written as -9999, which this file does not use for voids.
    numbers = filled((heights - 1500.0) / 0.5 - 9999, 0, "int16")
    put(path, numbers, transform, nodata=0, scale=0.5, offset=1500.0 + 9999 * 0.5)


def in_centimetres(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    put(path, filled(heights * 100, -2147483648, "int32"), transform, nodata=-2147483648, unit="cm")


def in_feet(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    put(path, filled(heights / FOOT, -9999.0), transform, nodata=-9999.0, unit="ft")


def in_feet_spelt_out(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    put(path, filled(heights / FOOT, -9999.0), transform, nodata=-9999.0, unit="Foot")


def in_survey_feet(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    put(path, filled(heights / SURVEY_FOOT, -9999.0), transform, nodata=-9999.0, unit="US survey foot")


def in_scaled_feet(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    numbers = filled(heights / FOOT / 0.01, -1, "int32")
    put(path, numbers, transform, nodata=-1, scale=0.01, offset=0.0, unit="ft")


def in_feet_of_the_vertical_system(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    put(path, filled(heights / SURVEY_FOOT, -9999.0), transform, nodata=-9999.0, crs="EPSG:4326+6360")


def in_international_feet_of_the_vertical_system(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    put(path, filled(heights / FOOT, -9999.0), transform, nodata=-9999.0, crs="EPSG:4326+8228")


def in_metres_of_the_vertical_system(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    put(path, filled(heights, -9999.0), transform, nodata=-9999.0, crs="EPSG:4326+5703", unit="m")


def in_depths(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    put(path, filled(-heights / SURVEY_FOOT, 9999.0), transform, nodata=9999.0, crs="EPSG:4326+6358")


def above_the_ellipsoid(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    put(path, filled(heights, -9999.0), transform, nodata=-9999.0, crs="EPSG:4979")


def masked_inside(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        put(path, filled(heights, 0.0), transform, known=~np.isnan(heights))


def masked_beside(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=False):
        put(path, filled(heights, 0.0), transform, known=~np.isnan(heights))
    assert path.with_name(f"{path.name}.msk").exists()


def masked_and_scaled(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        put(path, filled(heights / 0.5, 7, "int16"), transform, known=~np.isnan(heights), scale=0.5)


def masked_and_declared(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    # Either way says of a half of the voids that they are none.
    west = np.arange(heights.shape[1]) < heights.shape[1] // 2
    numbers = filled(np.where(np.isnan(heights) & west, -1.0, heights), 0.0)
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        put(path, numbers, transform, nodata=-1.0, known=~np.isnan(heights) | west)


def transparent(path: Path, heights: Heights, transform: rasterio.Affine, dtype: str = "float32") -> None:
    bands = np.stack([filled(heights, 0.0, dtype), np.where(np.isnan(heights), 0, 255).astype(dtype)])
    put(path, bands, transform, photometric="MINISBLACK", alpha="YES")


def transparent_in_a_type_whose_alpha_gdal_knows(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    bands = np.stack([filled(heights * 2, 0, "uint16"), np.where(np.isnan(heights), 0, 65535).astype("uint16")])
    put(path, bands, transform, photometric="MINISBLACK", alpha="YES", scale=0.5)


def said_beside(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    put(path, filled(heights / FOOT, -1.0), transform)
    path.with_name(f"{path.name}.aux.xml").write_text(
        '<PAMDataset><PAMRasterBand band="1"><NoDataValue>-1</NoDataValue><UnitType>ft</UnitType>'
        "</PAMRasterBand></PAMDataset>",
        encoding="utf-8",
    )


def of_longitudes_to_360(path: Path, heights: Heights, transform: rasterio.Affine) -> None:
    put(path, filled(heights, -9999.0), rasterio.Affine.translation(360.0, 0.0) @ transform, nodata=-9999.0)


WAYS: tuple[Write, ...] = (
    plain,
    nan,
    undeclared,
    scaled,
    scaled_with_a_nodata_of_zero,
    scaled_with_undeclared_voids,
    scaled_so_that_a_customary_void_is_a_height,
    in_centimetres,
    in_feet,
    in_feet_spelt_out,
    in_survey_feet,
    in_scaled_feet,
    in_feet_of_the_vertical_system,
    in_international_feet_of_the_vertical_system,
    in_metres_of_the_vertical_system,
    in_depths,
    above_the_ellipsoid,
    masked_inside,
    masked_beside,
    masked_and_scaled,
    masked_and_declared,
    transparent,
    transparent_in_a_type_whose_alpha_gdal_knows,
    said_beside,
    of_longitudes_to_360,
)


def as_one_file(write: Write, folder: Path) -> Path:
    write(folder / "whole.tif", surface(), grid())
    return folder / "whole.tif"


def as_two_tiles(write: Write, folder: Path, other: Write | None = None) -> Path:
    """Both halves of the surface in a folder, the seam between mast and ridge."""
    seam, tiles = SIZE // 2, folder / "tiles"
    tiles.mkdir()
    write(tiles / "a.tif", surface()[:, :seam], grid())
    (other or write)(tiles / "b.tif", surface()[:, seam:], grid() @ rasterio.Affine.translation(seam, 0))
    return tiles


def read(source: Path) -> tuple[Heights, NDArray[np.bool_]]:
    """Heights of the square, and where they are unknown."""
    found = terrain.load(source).surface(BOX, toys.PROJECTION, size=250.0)
    assert found is not None
    assert found.unknown is not None
    return found.heights.astype("float64"), found.unknown


def detection(source: Path | None) -> Heights:
    """What a mast detects in the square over some terrain."""
    line = toys.straight_border((0.0, MIDDLE), (20_000.0, MIDDLE))
    heights = None if source is None else terrain.load(source)
    return coverage.compute([MAST], line, toys.all_cells(20, 20), heights=heights, months=1).detection(0)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Heights, NDArray[np.bool_], Heights]:
    """Heights, unknown cells and coverage of the surface as it is written most plainly."""
    source = as_one_file(plain, tmp_path_factory.mktemp("plain"))
    return *read(source), detection(source)


def assert_same(source: Path, expected: tuple[Heights, NDArray[np.bool_], Heights]) -> None:
    heights, unknown = read(source)
    assert (unknown == expected[1]).all()
    assert np.abs(heights - expected[0])[~unknown].max() < 0.06
    assert detection(source) == pytest.approx(expected[2], abs=1e-9)


def test_the_surface_tells_ways_apart(expected: tuple[Heights, NDArray[np.bool_], Heights]) -> None:
    heights, unknown, detected = expected
    assert 0.05 < unknown.mean() < 0.95
    there = pyproj.Transformer.from_crs(toys.PROJECTION, crs.GEOGRAPHIC, always_xy=True)
    column, row = ~grid() @ there.transform(6_125.0, 14_125.0)
    assert heights[(20_000 - 14_125) // 250, 6_125 // 250] == pytest.approx(
        1500.0 + 2.0 * (row - 0.5) + 0.5 * (column - 0.5), abs=0.1
    )
    # The ridge hides, and so would no ridge, or one of another height, hide other cells.
    assert 0.1 < (detected > 0.0).mean() < (detection(None) > 0.0).mean() - 0.05


@pytest.mark.parametrize("write", WAYS)
@pytest.mark.parametrize("arrange", [as_one_file, as_two_tiles])
def test_the_same_heights_by_every_way(
    write: Write,
    arrange: Callable[[Write, Path], Path],
    expected: tuple[Heights, NDArray[np.bool_], Heights],
    tmp_path: Path,
) -> None:
    assert_same(arrange(write, tmp_path), expected)


@pytest.mark.parametrize(
    ("west", "east"),
    [(in_scaled_feet, masked_beside), (scaled, in_depths), (undeclared, in_feet_of_the_vertical_system)],
)
def test_each_tile_is_read_in_its_own_way(
    west: Write, east: Write, expected: tuple[Heights, NDArray[np.bool_], Heights], tmp_path: Path
) -> None:
    assert_same(as_two_tiles(west, tmp_path, east), expected)


def test_gdal_applies_scale_and_mask_alike(
    expected: tuple[Heights, NDArray[np.bool_], Heights], tmp_path: Path
) -> None:
    masked_and_scaled(tmp_path / "scaled.tif", surface(), grid())
    (tmp_path / "applied.vrt").write_text(
        f'<VRTDataset rasterXSize="{SIZE}" rasterYSize="{SIZE}"><SRS>EPSG:4326</SRS>'
        f"<GeoTransform>{', '.join(map(repr, grid().to_gdal()))}</GeoTransform>"
        '<VRTRasterBand dataType="Float32" band="1"><NoDataValue>-32768</NoDataValue><ComplexSource>'
        '<SourceFilename relativeToVRT="1">scaled.tif</SourceFilename><SourceBand>1</SourceBand>'
        "<ScaleOffset>0</ScaleOffset><ScaleRatio>0.5</ScaleRatio><UseMaskBand>true</UseMaskBand>"
        "</ComplexSource></VRTRasterBand></VRTDataset>",
        encoding="utf-8",
    )
    assert_same(tmp_path / "applied.vrt", expected)


@pytest.mark.parametrize(
    "write", [plain, undeclared, scaled_with_a_nodata_of_zero, masked_inside, masked_beside, transparent]
)
def test_read_coarser_cells_without_data_stay_out_of_the_mean(write: Write, tmp_path: Path) -> None:
    row, column = np.mgrid[:SIZE, :SIZE]
    write(
        tmp_path / "fine.tif",
        np.where((3 * row + 5 * column) % 7 < 3, np.nan, 1000.0),
        rasterio.Affine.scale(0.1) @ grid(),
    )
    raster = elevation.look(str(tmp_path / "fine.tif"), "fine", 64)
    with raster.opened(64) as dataset:
        found = raster.heights(dataset, rasterio.windows.Window(0, 0, SIZE, SIZE), (SIZE // 4, SIZE // 4), 64)
    assert set(np.unique(found[np.isfinite(found)])) == {1000.0}


@pytest.mark.parametrize(
    ("unit", "metres"),
    [
        ("m", 1.0),
        ("[m]", 1.0),
        ("m.", 1.0),
        (" Metres ", 1.0),
        ("ft", FOOT),
        ("Foot (International)", FOOT),
        ("us-ft", SURVEY_FOOT),
        ("ftUS", SURVEY_FOOT),
        ("foot_us", SURVEY_FOOT),
        ("U.S. Survey Feet", SURVEY_FOOT),
        ("U.S. ft.", SURVEY_FOOT),
        ("US survey foot", SURVEY_FOOT),
    ],
)
def test_a_unit_is_known_however_it_is_spelt(unit: str, metres: float, tmp_path: Path) -> None:
    put(tmp_path / "any.tif", filled(surface(), 0.0), grid(), unit=unit)
    assert elevation.look(str(tmp_path / "any.tif"), "any", 64).scale == metres


@pytest.mark.parametrize(
    "unit",
    [
        "0.1 m",
        "10 m",
        "1/m",
        "m/s",
        "m-1",
        "m2",
        "m^2",
        "m\u00b2",
        "m.m",
        "m*m",
        "-m",
        "m-",
        "\u2212m",
        "100 ft",
        "10m",
    ],
)
def test_a_unit_with_more_to_it_than_words_is_refused(unit: str, tmp_path: Path) -> None:
    put(tmp_path / "any.tif", filled(surface(), 0.0), grid(), unit=unit)
    with pytest.raises(terrain.TerrainError, match="terrain_unit ") as caught:
        terrain.load(tmp_path / "any.tif")
    assert caught.value.values["found"] == unit


def test_voids_stay_out_of_the_mean_where_another_number_is_declared(tmp_path: Path) -> None:
    numbers = np.full((400, 400), 1000, dtype="int16")
    numbers[::7, ::5] = -32768
    transform = rasterio.Affine(10.0, 0.0, 0.0, 0.0, -10.0, 4_000.0)
    put(tmp_path / "fine.tif", numbers, transform, crs=toys.PROJECTION, nodata=-9999)
    found = terrain.load(tmp_path / "fine.tif").surface((500.0, 500.0, 3_500.0, 3_500.0), toys.PROJECTION)
    assert found is not None
    assert np.unique(found.heights) == pytest.approx([1000.0])


def test_the_mean_is_of_metres_and_not_of_whole_numbers(tmp_path: Path) -> None:
    numbers = np.tile(np.array([10, 11], dtype="uint8"), (400, 200))
    transform = rasterio.Affine(10.0, 0.0, 0.0, 0.0, -10.0, 4_000.0)
    put(tmp_path / "fine.tif", numbers, transform, crs=toys.PROJECTION, scale=25.0, nodata=0)
    found = terrain.load(tmp_path / "fine.tif").surface((500.0, 500.0, 3_500.0, 3_500.0), toys.PROJECTION)
    assert found is not None
    assert found.heights == pytest.approx(262.5)


@pytest.mark.parametrize("layout", [{}, {"tiled": True, "blockxsize": 64, "blockysize": 32}])
@pytest.mark.parametrize("shape", [(83, 61), (1, 1), (301, 1), (3, 200)])
def test_every_cell_goes_into_one_mean(layout: dict[str, Any], shape: tuple[int, int], tmp_path: Path) -> None:
    draws = np.random.default_rng(3)
    heights = draws.uniform(0.0, 4_000.0, (350, 450)).astype("float32")
    heights[draws.random(heights.shape) < 0.6] = -9999.0
    put(tmp_path / "fine.tif", heights, rasterio.Affine.scale(0.1) @ grid(), **layout)
    raster = elevation.look(str(tmp_path / "fine.tif"), "fine", 1)
    window = rasterio.windows.Window(17, 23, 411, 307)
    with raster.opened(1) as dataset:
        # A limit of one megabyte makes several parts.
        found = raster.heights(dataset, window, shape, 1)
    expected = np.full(shape, np.nan)
    inside = np.where(heights == -9999.0, np.nan, heights)[23:330, 17:428].astype("float64")
    row, column = (np.arange(have) * want // have for have, want in zip((307, 411), shape, strict=True))
    for i in range(shape[0]):
        for j in range(shape[1]):
            cells = inside[row == i][:, column == j]
            if np.isfinite(cells).any():
                expected[i, j] = np.nanmean(cells)
    assert found == pytest.approx(expected, rel=1e-6, nan_ok=True)


def test_no_part_takes_more_memory_than_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heights = np.ones((700, 900), dtype="float32")
    put(tmp_path / "fine.tif", heights, grid(), tiled=True, blockxsize=64, blockysize=32)
    raster = elevation.look(str(tmp_path / "fine.tif"), "fine", 1)
    before, sizes = elevation.Raster._cells, []  # noqa: SLF001

    def counted(*given: Any) -> NDArray[np.float32]:  # noqa: ANN401
        sizes.append(given[2].width * given[2].height)
        return before(*given)

    monkeypatch.setattr(elevation.Raster, "_cells", counted)
    with raster.opened(1) as dataset:
        raster.heights(dataset, rasterio.windows.Window(0, 0, 900, 700), (7, 9), 1)
    assert sum(sizes) == heights.size
    assert max(sizes) * elevation.BYTES_PER_CELL <= 1e6


@pytest.mark.parametrize("unit", [1.0, FOOT, SURVEY_FOOT, 1000.0])
def test_positions_in_other_units_than_metres(unit: float, tmp_path: Path) -> None:
    metre = 'LENGTHUNIT["metre",1,ID["EPSG",9001]]'
    wkt = pyproj.CRS(toys.PROJECTION).to_wkt()
    head, axes = wkt[: wkt.index("CS[Cartesian")], wkt[wkt.index("CS[Cartesian") :]
    projection = head + axes.replace(metre, f'LENGTHUNIT["ours",{unit}]')
    transform = rasterio.Affine(100.0 / unit, 0.0, -500.0 / unit, 0.0, -100.0 / unit, 20_500.0 / unit)
    put(tmp_path / "any.tif", np.tile(np.arange(210, dtype="float32"), (210, 1)), transform, crs=projection, unit="m")
    source = terrain.load(tmp_path / "any.tif")
    assert source.size == 100.0
    found = source.surface((1_000.0, 1_000.0, 19_000.0, 19_000.0), toys.PROJECTION)
    assert found is not None
    assert found.at(np.array([1_950.0, 9_950.0]), np.array([5_000.0, 9_000.0])) == pytest.approx([24.0, 104.0], abs=0.1)


# --- refused ------------------------------------------------------------------------------------


def three_bands(path: Path) -> None:
    bands = np.stack([filled(surface() / 10, 0, "uint8")] * 3)
    put(path, bands, grid(), photometric="RGB")


def heights_and_something(path: Path) -> None:
    put(path, np.stack([filled(surface(), 0.0)] * 2), grid())


def three_bands_and_alpha(path: Path) -> None:
    put(path, np.stack([filled(surface() / 10, 0, "uint8")] * 4), grid(), photometric="RGB", alpha="YES")


def nothing_but_alpha(path: Path) -> None:
    put(path, filled(surface(), 0.0), grid(), colorinterp=[ColorInterp.alpha])


def palette(path: Path) -> None:
    put(path, filled(surface() / 10, 0, "uint8"), grid(), photometric="PALETTE")
    with rasterio.open(path, "r+") as dataset:
        dataset.write_colormap(1, {number: (number, 0, 0, 255) for number in range(256)})


def unknown_unit(path: Path) -> None:
    put(path, filled(surface(), 0.0), grid(), unit="percent")


def two_units(path: Path) -> None:
    put(path, filled(surface(), 0.0), grid(), unit="m", crs="EPSG:4326+6360")


def positions_in_feet_alone(path: Path) -> None:
    put(path, filled(surface(), 0.0), rasterio.Affine(300.0, 0.0, 6e6, 0.0, -300.0, 2e6), crs="EPSG:2225")


def scale_of_zero(path: Path) -> None:
    put(path, filled(surface(), 0.0), grid(), scale=0.0)


def scale_that_is_no_number(path: Path) -> None:
    put(path, filled(surface(), 0.0), grid(), offset=float("nan"))


def in_system(path: Path, system: str, transform: rasterio.Affine | None = None) -> None:
    """Write a VRT in a reference system that a GeoTIFF might not hold, over a plain file."""
    put(path.with_suffix(".under.tif"), filled(surface(), 0.0), grid())
    corners = (transform or grid()).to_gdal()
    path.write_text(
        f'<VRTDataset rasterXSize="{SIZE}" rasterYSize="{SIZE}"><SRS>{system}</SRS>'
        f"<GeoTransform>{', '.join(map(repr, corners))}</GeoTransform>"
        '<VRTRasterBand dataType="Float32" band="1"><SimpleSource><SourceFilename relativeToVRT="1">'
        f"{path.with_suffix('.under.tif').name}</SourceFilename><SourceBand>1</SourceBand></SimpleSource>"
        "</VRTRasterBand></VRTDataset>",
        encoding="utf-8",
    )


def site_grid(path: Path) -> None:
    put(path, filled(surface(), 0.0), grid(), crs=pyproj.CRS('LOCAL_CS["site grid",UNIT["metre",1]]').to_wkt())


def heights_alone(path: Path) -> None:
    in_system(path, "EPSG:5703")


def geocentric(path: Path) -> None:
    in_system(path, "EPSG:4978")


def moon(path: Path) -> None:
    put(path, filled(surface(), 0.0), grid(), crs="IAU_2015:30100")


def moon_in_metres(path: Path) -> None:
    transform = rasterio.Affine(100.0, 0.0, 3e5, 0.0, -100.0, 3e5)
    put(path, filled(surface(), 0.0), transform, crs="IAU_2015:30110")


def mars(path: Path) -> None:
    put(path, filled(surface(), 0.0), grid(), crs=pyproj.CRS("+proj=longlat +a=3396190 +b=3376200").to_wkt())


def words_for_a_system(path: Path) -> None:
    in_system(path, "the usual one")


def system_cut_short(path: Path) -> None:
    in_system(path, 'GEOGCRS["WGS 84",DATUM["World Geod')


def turned(path: Path) -> None:
    put(path, filled(surface(), 0.0), rasterio.Affine.rotation(10.0) @ grid())


def south_up(path: Path) -> None:
    put(path, filled(surface(), 0.0), grid() @ rasterio.Affine.translation(0, SIZE) @ rasterio.Affine.scale(1, -1))


def west_first(path: Path) -> None:
    put(path, filled(surface(), 0.0), grid() @ rasterio.Affine.translation(SIZE, 0) @ rasterio.Affine.scale(-1, 1))


def no_number(path: Path) -> None:
    in_system(path, "EPSG:4326", rasterio.Affine(STEP, 0.0, float("nan"), 0.0, -STEP, 32.0))


def no_size(path: Path) -> None:
    in_system(path, "EPSG:4326", rasterio.Affine(0.0, 0.0, -106.0, 0.0, 0.0, 32.0))


def cells_too_small_to_tell_apart(path: Path) -> None:
    in_system(path, "EPSG:4326", rasterio.Affine(1e-300, 0.0, -106.0, 0.0, -1e-300, 32.0))


def as_large_as_nothing(path: Path) -> None:
    in_system(path, "EPSG:6372", rasterio.Affine(1e300, 0.0, 0.0, 0.0, -1e300, 0.0))


def without_end(path: Path) -> None:
    in_system(path, "EPSG:6372", rasterio.Affine(float("inf"), 0.0, 0.0, 0.0, -1.0, 0.0))


def no_columns(path: Path) -> None:
    in_system(path, "EPSG:4326")
    path.write_text(path.read_text(encoding="utf-8").replace(f'XSize="{SIZE}"', 'XSize="0"'), encoding="utf-8")


def round_and_round(path: Path) -> None:
    in_system(path, "EPSG:4326", rasterio.Affine(4.0, 0.0, -200.0, 0.0, -STEP, 32.0))


def sources_that_are_not_there(path: Path) -> None:
    in_system(path, "EPSG:4326")
    path.with_suffix(".under.tif").unlink()


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


REFUSED: list[tuple[Callable[[Path], None], str]] = [
    (three_bands, "terrain_bands"),
    (heights_and_something, "terrain_bands"),
    (three_bands_and_alpha, "terrain_bands"),
    (nothing_but_alpha, "terrain_bands"),
    (palette, "terrain_colours"),
    (unknown_unit, "terrain_unit"),
    (two_units, "terrain_units_differ"),
    (positions_in_feet_alone, "terrain_unit_unsaid"),
    (scale_of_zero, "terrain_scale"),
    (scale_that_is_no_number, "terrain_scale"),
    (site_grid, "terrain_crs"),
    (heights_alone, "terrain_crs"),
    (geocentric, "terrain_crs"),
    (moon, "terrain_crs"),
    (moon_in_metres, "terrain_crs"),
    (mars, "terrain_crs"),
    (words_for_a_system, "terrain_no_crs"),
    (system_cut_short, "terrain_no_crs"),
    (turned, "terrain_no_position"),
    (south_up, "terrain_no_position"),
    (west_first, "terrain_no_position"),
    (no_number, "terrain_no_position"),
    (no_size, "terrain_no_position"),
    (cells_too_small_to_tell_apart, "terrain_no_position"),
    (as_large_as_nothing, "terrain_no_position"),
    (without_end, "terrain_no_position"),
    (no_columns, "terrain_not_raster"),
    (round_and_round, "terrain_bounds"),
    (sources_that_are_not_there, "terrain_truncated"),
    (a_pipe, "terrain_not_raster"),
]


@pytest.mark.parametrize(("write", "key"), REFUSED, ids=[write.__name__ for write, _ in REFUSED])
def test_what_is_refused_names_its_kind_in_a_sentence(write: Callable[[Path], None], key: str, tmp_path: Path) -> None:
    write(tmp_path / "any.tif")
    with pytest.raises(terrain.TerrainError) as caught:
        read(tmp_path / "any.tif")
    assert caught.value.key == key
    assert set(caught.value.values) == set(terrain.FAULTS[key])
    wrong, remedy = complaints.terrain(caught.value, text.words())
    assert wrong.endswith(".")
    assert remedy.endswith(".")
    assert "{" not in wrong + remedy


@pytest.mark.parametrize("system", ["EPSG:32660", "EPSG:3031", "+proj=gnom +lat_0=-90 +lon_0=70"])
def test_a_projection_that_does_not_reach_there_has_no_heights_there(system: str, tmp_path: Path) -> None:
    transform = rasterio.Affine(100.0, 0.0, 5e5, 0.0, -100.0, 5e5)
    put(tmp_path / "far.tif", filled(surface(), 0.0), transform, crs=pyproj.CRS(system).to_wkt())
    assert terrain.load(tmp_path / "far.tif").surface(BOX, toys.PROJECTION) is None


def test_bounds_across_the_180th_meridian(tmp_path: Path) -> None:
    for name, west in (("east", 179.7), ("west", -180.0)):
        put(tmp_path / f"{name}.tif", np.full((60, 60), 70.0, "float32"), rasterio.Affine(STEP, 0, west, 0, -STEP, 60))
    projection = "+proj=laea +lat_0=59.85 +lon_0=180"
    found = terrain.load(tmp_path).surface((-10_000.0, -10_000.0, 10_000.0, 10_000.0), projection)
    assert found is not None
    assert found.heights == pytest.approx(70.0)


# --- nothing else gets out ----------------------------------------------------------------------


@pytest.mark.parametrize("error", refusals._STUMBLES)  # noqa: SLF001
def test_whatever_a_library_stumbles_over_is_told(error: type[Exception]) -> None:
    with pytest.raises(terrain.TerrainError) as caught, refusals.told("a.tif"):
        raise error(1, 2, "three")
    assert (caught.value.source, caught.value.key) == ("a.tif", "terrain_unreadable")


@pytest.mark.parametrize(
    ("source", "error", "reason"),
    [
        ("/secret/dem.tif", PermissionError(13, "Permission denied", "/secret/dem.tif"), "Permission denied"),
        ("dem", OSError(5, "Input/output error", "/data/me/dem/a b.tif"), "Input/output error"),
        ("dem", RuntimeError("dem/a.tif: IReadBlock failed at X offset 3"), "IReadBlock failed at X offset 3"),
        ("/a b/c", ValueError("'/a b/c/d e.tif' not recognized"), "not recognized"),
        ("/a b/c.tif", ValueError("/a b/c.tif, band 1: no such thing"), "band 1: no such thing"),
        ("v.vrt", RuntimeError('cannot open "/a b/under.tif" (v.vrt)'), "cannot open"),
        ("a.tif", RuntimeError("a.tif: a is no demand"), "is no demand"),
        ("https://me.example/x.tif?key=1", ValueError("/vsicurl/https://me.example/x.tif?key=1: 404"), "404"),
        ("https://me.example/x.tif", ValueError("Could not resolve host: me.example"), "Could not resolve host"),
        ("https://me.example/x.tif", ValueError("HTTP/1.1 403 from me.example"), "HTTP/1.1 403 from"),
        ("/secret/dem.tif", ValueError("/secret/dem.tif"), "ValueError"),
        ("/secret/dem.tif", ValueError(), "ValueError"),
    ],
)
def test_a_reason_does_not_tell_where_the_source_lies(source: str, error: Exception, reason: str) -> None:
    with pytest.raises(terrain.TerrainError) as caught, refusals.told(source):
        raise error
    assert caught.value.values == {"reason": reason}


def test_a_file_that_may_not_be_read_does_not_tell_where_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "any.tif"
    path.write_bytes(b"nothing")

    def denied(self: Path, *_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(terrain.TerrainError) as caught:
        terrain.load(path)
    assert (caught.value.key, caught.value.values) == ("terrain_unreadable", {"reason": "Permission denied"})


STEPS = (
    "rasterio.open",
    "rasterio.warp.transform_bounds",
    "rasterio.warp.reproject",
    "rasterio.windows.from_bounds",
    "pyproj.CRS.from_wkt",
    "geo.elevation.Raster.heights",
)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_is_told(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise rasterio._err.CPLE_AppDefinedError(1, 2, "the library's own words")  # noqa: SLF001

    source = as_two_tiles(plain, tmp_path)
    monkeypatch.setattr(step, fails)
    with pytest.raises(terrain.TerrainError) as caught:
        read(source)
    assert caught.value.key == "terrain_unreadable"
    assert "own words" in str(caught.value.values["reason"])


# --- files that change --------------------------------------------------------------------------


def test_a_file_replaced_since_it_was_looked_at_is_not_read(tmp_path: Path) -> None:
    source = terrain.load(as_one_file(plain, tmp_path))
    in_feet(tmp_path / "other.tif", surface(), grid())
    (tmp_path / "other.tif").replace(tmp_path / "whole.tif")
    with pytest.raises(terrain.TerrainError, match="terrain_changed"):
        source.surface(BOX, toys.PROJECTION)


def test_a_file_replaced_while_it_is_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = terrain.load(as_one_file(plain, tmp_path))
    plain(tmp_path / "other.tif", surface(), grid())
    before = elevation.Raster.heights

    def replaced(*given: Any) -> NDArray[np.float32]:  # noqa: ANN401
        found = before(*given)
        (tmp_path / "other.tif").replace(tmp_path / "whole.tif")
        return found

    monkeypatch.setattr(elevation.Raster, "heights", replaced)
    with pytest.raises(terrain.TerrainError, match="terrain_changed"):
        source.surface(BOX, toys.PROJECTION)


def test_a_file_taken_away_is_missing(tmp_path: Path) -> None:
    source = terrain.load(as_two_tiles(plain, tmp_path))
    (tmp_path / "tiles" / "b.tif").unlink()
    with pytest.raises(terrain.TerrainError, match=r"b\.tif: terrain_missing"):
        source.surface(BOX, toys.PROJECTION)
