"""Terrain is read from every form it comes in, over HTTP too, and refused with a reason where it cannot be."""

from __future__ import annotations

import contextlib
import http.server
import pickle
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import rasterio
from numpy.typing import NDArray

from geo import crs, terrain
from tests.geo import toys

# A tile of a degree with its lower left corner at 31° N, 106.5° W, in cells of 1/200 degree.
WEST, SOUTH, STEPS = -106.5, 31.0, 200
AROUND = (-106.0, 31.5)
BOX = 6_000.0


def slope(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """A plane in degrees, 1,000 m in the middle of the tile."""
    return 1000.0 + 400.0 * (lon - AROUND[0]) + 800.0 * (lat - AROUND[1])


def write_tile(
    path: Path,
    *,
    west: float = WEST,
    south: float = SOUTH,
    steps: int = STEPS,
    points: bool = False,
    heights: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]] = slope,
    **profile: Any,  # noqa: ANN401 - a profile of rasterio
) -> Path:
    """Write a tile of a degree; with `points`, heights stand on whole degrees as SRTM has them."""
    step, half = 1.0 / steps, (0.5 / steps if points else 0.0)
    size = steps + 1 if points else steps
    transform = rasterio.Affine(step, 0.0, west - half, 0.0, -step, south + 1.0 + half)
    column, row = np.meshgrid(np.arange(size) + 0.5, np.arange(size) + 0.5)
    values = heights(transform.c + column * step, transform.f - row * step)
    settings = {"driver": "GTiff", "dtype": "float32", "crs": crs.GEOGRAPHIC, "transform": transform} | profile
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(path, "w", height=size, width=size, count=1, **settings) as dataset:
        dataset.write(values.astype(settings["dtype"]), 1)
    return path


def heights_near(source: terrain.Terrain, lon: float = AROUND[0], lat: float = AROUND[1]) -> tuple[float, float]:
    """What is read at four places around a point, and what the plane has there: largest difference, and mean."""
    projection = toys.PROJECTION
    there = pyproj.Transformer.from_crs(crs.GEOGRAPHIC, projection, always_xy=True)
    x, y = there.transform(lon, lat)
    surface = source.surface((x - BOX, y - BOX, x + BOX, y + BOX), projection)
    assert surface is not None
    places = np.array([[x, y], [x - 4000, y + 3000], [x + 5000, y - 1000], [x + 100, y + 5000]])
    found = surface.at(places[:, 0], places[:, 1])
    back = pyproj.Transformer.from_crs(projection, crs.GEOGRAPHIC, always_xy=True)
    expected = slope(*back.transform(places[:, 0], places[:, 1]))
    return float(np.abs(found - expected).max()), float(found.mean())


class TestForms:
    @pytest.mark.parametrize("nodata", [None, -9999.0, 0.0, float("nan")])
    def test_a_geotiff_with_and_without_nodata(self, tmp_path: Path, nodata: float | None) -> None:
        source = terrain.load(write_tile(tmp_path / "any.tif", nodata=nodata))
        assert source.tiles == 1
        assert source.size == pytest.approx(111_320 / STEPS, rel=0.01)
        assert heights_near(source)[0] < 1.0

    @pytest.mark.parametrize("dtype", ["int16", "uint16", "int32", "float64"])
    def test_heights_of_any_type(self, tmp_path: Path, dtype: str) -> None:
        # Whole metres are half a metre off at most.
        assert heights_near(terrain.load(write_tile(tmp_path / "any.tif", dtype=dtype)))[0] < 1.5

    def test_tiles_as_copernicus_names_them_without_their_masks(self, tmp_path: Path) -> None:
        for west in (-107.0, -106.0):
            name = f"Copernicus_DSM_COG_10_N31_00_W{-west:03.0f}_00"
            write_tile(tmp_path / f"{name}_DEM" / f"{name}_DEM.tif", west=west)
            write_tile(
                tmp_path / f"{name}_DEM" / "AUXFILES" / f"{name}_WBM.tif", west=west, heights=lambda lon, _: lon * 0.0
            )
        source = terrain.load(tmp_path)
        assert source.tiles == 2
        assert source.bounds == (-107.0, 31.0, -105.0, 32.0)
        # Right across the seam.
        assert heights_near(source)[0] < 1.0

    def test_tiles_as_srtm_names_them(self, tmp_path: Path) -> None:
        for west in (107, 106):
            write_tile(
                tmp_path / f"N31W{west}.hgt",
                west=-float(west),
                steps=1200,
                points=True,
                driver="SRTMHGT",
                dtype="int16",
                nodata=-32768,
            )
        source = terrain.load(tmp_path)
        assert source.tiles == 2
        assert source.size == pytest.approx(92.8, abs=0.1)
        assert heights_near(source)[0] < 1.5

    def test_a_single_hgt(self, tmp_path: Path) -> None:
        path = tmp_path / "N31W107.hgt"
        write_tile(path, west=-107.0, steps=1200, points=True, driver="SRTMHGT", dtype="int16", nodata=-32768)
        assert heights_near(terrain.load(path), lon=-106.6)[0] < 1.5

    def test_tiles_of_different_resolution(self, tmp_path: Path) -> None:
        write_tile(tmp_path / "fine.tif", west=-107.0, steps=400)
        write_tile(tmp_path / "rough.tif", west=-106.0, steps=100)
        assert heights_near(terrain.load(tmp_path))[0] < 5.0

    def test_a_vrt(self, tmp_path: Path) -> None:
        sources = "".join(
            '<SimpleSource><SourceFilename relativeToVRT="1">'
            f"{write_tile(tmp_path / f'{place}.tif', west=place - 107.0).name}</SourceFilename>"
            "<SourceBand>1</SourceBand>"
            f'<SrcRect xOff="0" yOff="0" xSize="{STEPS}" ySize="{STEPS}"/>'
            f'<DstRect xOff="{place * STEPS}" yOff="0" xSize="{STEPS}" ySize="{STEPS}"/></SimpleSource>'
            for place in (0, 1)
        )
        path = tmp_path / "mosaic.vrt"
        path.write_text(
            f'<VRTDataset rasterXSize="{2 * STEPS}" rasterYSize="{STEPS}"><SRS>EPSG:4326</SRS>'
            f"<GeoTransform>-107.0, {1 / STEPS}, 0.0, 32.0, 0.0, {-1 / STEPS}</GeoTransform>"
            f'<VRTRasterBand dataType="Float32" band="1">{sources}</VRTRasterBand></VRTDataset>',
            encoding="utf-8",
        )
        assert heights_near(terrain.load(path))[0] < 1.0

    def test_names_with_signs_that_xml_minds(self, tmp_path: Path) -> None:
        folder = tmp_path / "a & b <c>"
        for west in (-107.0, -106.0):
            write_tile(folder / f"'{west}'.tif", west=west)
        assert heights_near(terrain.load(folder))[0] < 1.0

    def test_a_metric_projection(self, tmp_path: Path) -> None:
        path = tmp_path / "utm.tif"
        transform = rasterio.Affine(100.0, 0.0, 300_000.0, 0.0, -100.0, 3_600_000.0)
        with rasterio.open(
            path, "w", driver="GTiff", height=2000, width=2000, count=1, dtype="float32", crs="EPSG:32613",
            transform=transform,
        ) as dataset:  # fmt: skip
            y = 3_600_000.0 - 50.0 - 100.0 * np.arange(2000)
            dataset.write(np.tile((y / 1000.0).astype("float32")[:, None], (1, 2000)), 1)
        source = terrain.load(path)
        assert source.size == 100.0
        x, y = pyproj.Transformer.from_crs("EPSG:32613", toys.PROJECTION, always_xy=True).transform(400_000, 3_500_000)
        surface = source.surface((x - 500, y - 500, x + 500, y + 500), toys.PROJECTION)
        assert surface is not None
        assert surface.at(np.array([x]), np.array([y]))[0] == pytest.approx(3500.0, abs=0.05)

    def test_a_finer_source_is_read_coarser(self, tmp_path: Path) -> None:
        path = tmp_path / "fine.tif"
        transform = rasterio.Affine(1.0, 0.0, 0.0, 0.0, -1.0, 3000.0)
        checks = np.indices((3000, 3000)).sum(axis=0) % 2 * 100.0
        for nodata in (-9999.0, None):
            profile = {"driver": "GTiff", "height": 3000, "width": 3000, "count": 1, "dtype": "float32"}
            with rasterio.open(path, "w", crs=toys.PROJECTION, transform=transform, nodata=nodata, **profile) as out:
                out.write(checks.astype("float32"), 1)
            source = terrain.load(path)
            assert source.size == terrain.FINEST_METRES
            surface = source.surface((500.0, 500.0, 2500.0, 2500.0), toys.PROJECTION)
            assert surface is not None
            assert surface.heights.shape == (100, 100)
            assert np.ptp(surface.heights) <= 5.0


class TestVoids:
    @pytest.mark.parametrize("void", [-32768.0, -32767.0, -9999.0, 3.4e38, float("nan"), float("inf")])
    def test_a_hole_is_filled_from_its_rim_even_where_it_is_not_declared(self, tmp_path: Path, void: float) -> None:
        def holed(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
            hole = np.hypot(lon - AROUND[0], lat - AROUND[1]) < 0.008
            return np.where(hole, void, slope(lon, lat))

        source = terrain.load(write_tile(tmp_path / "holed.tif", heights=holed))
        apart, mean = heights_near(source)
        assert apart < 10.0
        assert 950.0 < mean < 1050.0

    def test_the_sea_is_a_height(self, tmp_path: Path) -> None:
        source = terrain.load(write_tile(tmp_path / "sea.tif", heights=lambda lon, _: lon * 0.0))
        assert heights_near(source)[1] == 0.0

    def test_a_declared_zero_is_a_void(self, tmp_path: Path) -> None:
        half = write_tile(
            tmp_path / "half.tif", nodata=0.0, heights=lambda lon, _: np.where(lon < AROUND[0], 70.0, 0.0)
        )
        assert heights_near(terrain.load(half))[1] == pytest.approx(70.0)

    def test_far_from_any_height_nothing_is_known(self, tmp_path: Path) -> None:
        half = write_tile(tmp_path / "half.tif", heights=lambda lon, _: np.where(lon < AROUND[0], 70.0, -32768.0))
        x, y = pyproj.Transformer.from_crs(crs.GEOGRAPHIC, toys.PROJECTION, always_xy=True).transform(*AROUND)
        surface = terrain.load(half).surface((x - BOX, y - BOX, x + BOX, y + BOX), toys.PROJECTION)
        assert surface is not None
        assert surface.knows(x - 3000.0, y)
        assert not surface.knows(x + 3000.0, y)

    def test_outside_the_source_there_is_nothing(self, tmp_path: Path) -> None:
        source = terrain.load(write_tile(tmp_path / "any.tif"))
        assert source.surface((900_000.0, 0.0, 910_000.0, 10_000.0), toys.PROJECTION) is None


def without_crs(path: Path) -> None:
    write_tile(path, crs=None)


def in_degrees_of_metres(path: Path) -> None:
    transform = rasterio.Affine(100.0, 0.0, 300_000.0, 0.0, -100.0, 3_600_000.0)
    write_tile(path, transform=transform)


def without_position(path: Path) -> None:
    profile = {"driver": "GTiff", "height": 4, "width": 4, "count": 1, "dtype": "float32", "crs": crs.GEOGRAPHIC}
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning), rasterio.open(path, "w", **profile) as dataset:
        dataset.write(np.ones((4, 4), dtype="float32"), 1)


def turned(path: Path) -> None:
    write_tile(path, transform=rasterio.Affine(0.004, 0.003, WEST, 0.003, -0.004, SOUTH + 1.0))


def only_voids(path: Path) -> None:
    write_tile(path, nodata=-32768.0, heights=lambda lon, _: lon * 0.0 - 32768.0)


def only_undeclared_voids(path: Path) -> None:
    write_tile(path, heights=lambda lon, _: lon * 0.0 - 32767.0)


def cut_short(path: Path) -> None:
    write_tile(path, tiled=True, blockxsize=64, blockysize=64)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 3])


def cut_to_the_head(path: Path) -> None:
    write_tile(path)
    path.write_bytes(path.read_bytes()[:6])


def no_raster(path: Path) -> None:
    path.write_text("height\n100\n", encoding="utf-8")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def complex_numbers(path: Path) -> None:
    write_tile(path, dtype="complex64")


def one_huge_block(path: Path) -> None:
    write_tile(path, steps=1216, tiled=True, blockxsize=1216, blockysize=1216)


FAULTY: list[tuple[Callable[[Path], None], str, dict[str, object]]] = [
    (without_crs, "terrain_no_crs", {}),
    (
        in_degrees_of_metres,
        "terrain_bounds",
        {"west": 300_000.0, "south": 3_580_000.0, "east": 320_000.0, "north": 3_600_000.0},
    ),
    (without_position, "terrain_no_position", {}),
    (turned, "terrain_no_position", {}),
    (only_voids, "terrain_empty", {}),
    (only_undeclared_voids, "terrain_empty", {}),
    (cut_short, "terrain_truncated", {}),
    (cut_to_the_head, "terrain_truncated", {}),
    (no_raster, "terrain_not_raster", {}),
    (empty, "terrain_not_raster", {}),
    (complex_numbers, "terrain_type", {"found": "complex64"}),
    (one_huge_block, "terrain_too_large", {"megabytes": 6, "limit": 5}),
]


class TestRefusals:
    @pytest.mark.parametrize(("write", "key", "values"), FAULTY, ids=[write.__name__ for write, _, _ in FAULTY])
    def test_a_faulty_file(
        self, write: Callable[[Path], None], key: str, values: dict[str, object], tmp_path: Path
    ) -> None:
        path = tmp_path / "faulty.tif"
        write(path)
        with pytest.raises(terrain.TerrainError) as caught:
            # A file cut short may still open; then reading it says so.
            heights_near(terrain.load(path, limit_megabytes=5))
        assert (caught.value.key, dict(caught.value.values)) == (key, values)
        assert set(values) == set(terrain.FAULTS[key])
        assert str(path) in str(caught.value)

    def test_a_cut_hgt(self, tmp_path: Path) -> None:
        path = tmp_path / "N31W107.hgt"
        write_tile(path, west=-107.0, steps=1200, points=True, driver="SRTMHGT", dtype="int16", nodata=-32768)
        path.write_bytes(path.read_bytes()[:-1000])
        with pytest.raises(terrain.TerrainError, match="terrain_truncated"):
            terrain.load(path)

    def test_one_faulty_tile_of_a_folder_is_named(self, tmp_path: Path) -> None:
        write_tile(tmp_path / "a.tif")
        no_raster(tmp_path / "b.tif")
        with pytest.raises(terrain.TerrainError, match=r"b\.tif: terrain_not_raster"):
            terrain.load(tmp_path)

    def test_tiles_in_different_projections(self, tmp_path: Path) -> None:
        write_tile(tmp_path / "a.tif")
        write_tile(tmp_path / "b.tif", crs="EPSG:6365")
        with pytest.raises(terrain.TerrainError) as caught:
            terrain.load(tmp_path)
        assert (caught.value.key, dict(caught.value.values)) == ("terrain_mixed", {"first": "a.tif", "second": "b.tif"})

    def test_what_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(terrain.TerrainError, match="terrain_missing"):
            terrain.load(tmp_path / "none.tif")
        with pytest.raises(terrain.TerrainError, match="terrain_no_tiles"):
            terrain.load(tmp_path)

    def test_a_read_that_would_take_too_much_memory(self, tmp_path: Path) -> None:
        source = terrain.load(write_tile(tmp_path / "any.tif"), limit_megabytes=1)
        with pytest.raises(terrain.TerrainError) as caught:
            source.surface((-200_000.0, -200_000.0, 200_000.0, 200_000.0), toys.PROJECTION, size=500.0)
        assert (caught.value.key, caught.value.values["limit"]) == ("terrain_too_large", 1)

    def test_the_error_survives_pickling(self) -> None:
        error = terrain.TerrainError("a.tif", "terrain_too_large", megabytes=9, limit=5)
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - made here
        assert (copy.source, copy.key, copy.values, str(copy)) == (
            error.source,
            error.key,
            error.values,
            "a.tif: terrain_too_large (megabytes=9, limit=5)",
        )

    def test_every_key_is_raised_somewhere(self, root: Path) -> None:
        names = ("refusals", "vertical", "elevation", "terrain", "coverage")
        code = "".join((root / "geo" / f"{name}.py").read_text(encoding="utf-8") for name in names)
        listed = code[code.index("FAULTS: Mapping") : code.index('"""Every key')]
        assert [key for key in terrain.FAULTS if code.replace(listed, "").count(f'"{key}"') == 0] == []


class Ranged(http.server.SimpleHTTPRequestHandler):
    """Serves files by ranges, counts what it sends, and keeps quiet."""

    protocol_version = "HTTP/1.1"
    honours_ranges = True
    sent = 0

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        content = path.read_bytes()
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if asked is not None and self.honours_ranges:
            first, last = int(asked[1]), min(int(asked[2] or len(content)), len(content) - 1)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
            content = content[first : last + 1]
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        # Who wants a range hangs up on a whole file.
        with contextlib.suppress(ConnectionError):
            self.wfile.write(content)
            type(self).sent += len(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[type[Ranged]], str]]:
    """Start a server over the temporary folder on the loopback, and return its address."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    started = []

    def start(handler: type[Ranged]) -> str:
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), lambda *given: handler(*given, directory=str(tmp_path))
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        started.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


class TestHttp:
    def test_windows_are_fetched_by_ranges(self, tmp_path: Path, serve: Callable[[type[Ranged]], str]) -> None:
        class Counted(Ranged):
            sent = 0

        path = write_tile(tmp_path / "remote.tif", steps=2000, tiled=True, blockxsize=256, blockysize=256)
        source = terrain.load(f"{serve(Counted)}/remote.tif")
        assert heights_near(source)[0] < 1.0
        assert 0 < Counted.sent < path.stat().st_size / 4

    def test_a_finer_source_is_fetched_in_a_few_requests_and_no_block_twice(
        self, tmp_path: Path, serve: Callable[[type[Ranged]], str]
    ) -> None:
        class Counted(Ranged):
            asked = sent = 0

            def do_GET(self) -> None:
                type(self).asked += 1
                super().do_GET()

        def checks(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
            # Undeclared voids in every mean, beside what does not compress.
            void = (lon * 12_000 + lat * 6_000).astype(int) % 7 == 0
            return np.where(void, -9999.0, slope(lon, lat) + np.random.default_rng(1).random(lon.shape))

        path = write_tile(
            tmp_path / "remote.tif", steps=3000, heights=checks, tiled=True, blockxsize=256, blockysize=256
        )
        source = terrain.load(f"{serve(Counted)}/remote.tif")
        x, y = pyproj.Transformer.from_crs(crs.GEOGRAPHIC, toys.PROJECTION, always_xy=True).transform(*AROUND)
        reach = 40_000.0
        found = source.surface((x - reach, y - reach, x + reach, y + reach), toys.PROJECTION, size=500.0)
        assert found is not None
        assert found.at(np.array([x]), np.array([y]))[0] == pytest.approx(1000.5, abs=2.0)
        assert Counted.sent < path.stat().st_size * 1.1
        assert Counted.asked < 40

    def test_a_server_that_sends_whole_files_only(self, tmp_path: Path, serve: Callable[[type[Ranged]], str]) -> None:
        class Whole(Ranged):
            honours_ranges = False

        write_tile(tmp_path / "remote.tif", steps=2000, tiled=True, blockxsize=256, blockysize=256)
        with pytest.raises(terrain.TerrainError, match="terrain_no_ranges"):
            heights_near(terrain.load(f"{serve(Whole)}/remote.tif"))

    def test_a_mask_beside_the_file_on_its_server_is_not_passed_over(
        self, tmp_path: Path, serve: Callable[[type[Ranged]], str]
    ) -> None:
        path = write_tile(tmp_path / "remote.tif")
        with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=False), rasterio.open(path, "r+") as dataset:
            dataset.write_mask(np.zeros((STEPS, STEPS), dtype=np.bool_))
        assert (tmp_path / "remote.tif.msk").exists()
        with pytest.raises(terrain.TerrainError, match="terrain_mask_apart"):
            terrain.load(f"{serve(Ranged)}/remote.tif")

    def test_what_is_not_served(self, tmp_path: Path, serve: Callable[[type[Ranged]], str]) -> None:
        no_raster(tmp_path / "text.tif")
        address = serve(Ranged)
        with pytest.raises(terrain.TerrainError, match="terrain_unreachable"):
            terrain.load(f"{address}/none.tif")
        with pytest.raises(terrain.TerrainError, match="terrain_not_raster"):
            terrain.load(f"{address}/text.tif")
        with pytest.raises(terrain.TerrainError, match="terrain_unreachable"):
            terrain.load("http://127.0.0.1:9/none.tif")
