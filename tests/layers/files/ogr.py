"""GDAL's own ``ogr2ogr``, called in the library that pyogrio brings along, so that nothing else need be installed."""

from __future__ import annotations

import ctypes
import ctypes.util
from pathlib import Path

import pyogrio

_VECTOR = 0x04
"""GDAL_OF_VECTOR of gdal.h."""


class OgrMissingError(RuntimeError):
    """No GDAL to convert with: a failure, never a reason to skip."""


def library() -> ctypes.CDLL:
    """The GDAL that pyogrio uses: inside its wheel, or the system's where pyogrio was built on that one.

    Raises
    ------
    OgrMissingError
        If there is none that converts.
    """
    package = Path(pyogrio.__file__).parent
    folders = (package.parent / "pyogrio.libs", package / ".dylibs")
    names = [str(path) for folder in folders for path in sorted(folder.glob("*gdal*"))]
    system = ctypes.util.find_library("gdal")
    for name in [*names, *([system] if system else [])]:
        loaded = ctypes.CDLL(name)
        if hasattr(loaded, "GDALVectorTranslate"):
            return loaded
    message = "No GDAL was found beside pyogrio or on the system; install pyogrio from its wheel, or `libgdal`."
    raise OgrMissingError(message)


def convert(source: Path, target: Path, *options: str) -> Path:
    """Convert a file as ``ogr2ogr OPTIONS target source`` does and return the new one."""
    loaded = library()
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    for name, returned, arguments in (
        ("GDALAllRegister", None, []),
        ("GDALOpenEx", pointer, [text, ctypes.c_uint, pointer, pointer, pointer]),
        ("GDALVectorTranslateOptionsNew", pointer, [ctypes.POINTER(text), pointer]),
        ("GDALVectorTranslateOptionsFree", None, [pointer]),
        ("GDALVectorTranslate", pointer, [text, pointer, ctypes.c_int, ctypes.POINTER(pointer), pointer, pointer]),
        ("GDALClose", None, [pointer]),
    ):
        function = getattr(loaded, name)
        function.restype, function.argtypes = returned, arguments
    loaded.GDALAllRegister()
    opened = pointer(loaded.GDALOpenEx(str(source).encode(), _VECTOR, None, None, None))
    assert opened, f"GDAL cannot open {source.name}"
    words = (text * (len(options) + 1))(*(option.encode() for option in options), None)
    chosen = loaded.GDALVectorTranslateOptionsNew(words, None)
    made = loaded.GDALVectorTranslate(str(target).encode(), None, 1, ctypes.byref(opened), chosen, None)
    loaded.GDALVectorTranslateOptionsFree(chosen)
    loaded.GDALClose(opened)
    assert made, f"GDAL cannot convert {source.name} to {target.name}"
    loaded.GDALClose(made)
    return target
