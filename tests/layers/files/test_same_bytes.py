"""Equal input gives equal bytes: in every format, by two processes, whatever the order of their hashes and the time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from layers import release

PROGRAM = """
import sys
from pathlib import Path

from layers import base
from layers.files import export
from roadmap import atlas, moments
from tests.layers import by_hand

plan = atlas.load()
small, out = by_hand.atlas(plan), Path(sys.argv[1])
for layer in base.registry().values():
    chosen = plan if layer.internal else small
    for suffix in export.FORMATS:
        export.save(out, layer, moments.of(chosen, 36, 6), suffix=suffix)
    if layer.raster(moments.of(plan, 36).now) is not None:
        export.save(out, layer, moments.of(plan, 36), suffix="tif")
"""


@pytest.fixture(scope="module")
def written(root: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    """All files of two processes, by name."""
    found = []
    for seed in ("1", "2"):
        out = tmp_path_factory.mktemp("written")
        fixed = {"PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "1800000000", release.VARIABLE: release.INTERNAL}
        typed = [sys.executable, "-W", "error", "-c", PROGRAM, str(out)]
        subprocess.run(typed, cwd=root, env={**os.environ, **fixed}, check=True, timeout=300)
        found.append({path.name: path.read_bytes() for path in sorted(out.iterdir())})
    return found


def test_two_processes_write_the_same_bytes(written: list[dict[str, bytes]]) -> None:
    first, other = written
    assert list(first) == list(other)
    assert [name for name in first if first[name] != other[name]] == []


def test_all_formats_are_among_them(written: list[dict[str, bytes]]) -> None:
    suffixes = [Path(name).suffix for name in written[0]]
    assert {suffix: suffixes.count(suffix) for suffix in sorted(set(suffixes))} == {
        ".csv": 8,
        ".geojson": 8,
        ".gpkg": 8,
        ".json": 8,
        ".parquet": 8,
        ".tif": 2,
    }


def test_a_geopackage_is_dated_as_its_metadata(written: list[dict[str, bytes]]) -> None:
    packages = [content for name, content in written[0].items() if name.endswith(".gpkg")]
    assert all(b"2027-01-15T08:00:00.000Z" in content for content in packages)
    assert all(b"2027-01-15T08:00:00+00:00" in content for content in packages)
