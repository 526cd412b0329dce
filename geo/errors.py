"""The errors that every layer of the project may raise and catch."""

from __future__ import annotations

from pathlib import Path


class AtlasError(Exception):
    """Base of every error that the project raises on purpose."""


def named(path: Path) -> str:
    """Return how a message names a data file: with its folder from ``data`` on, but not where on a machine that lies.

    Examples
    --------
    >>> named(Path("somewhere/data/geography/states.parquet"))
    'states.parquet in data/geography'
    >>> named(Path("somewhere/else/states.parquet"))
    'states.parquet in else'
    """
    folders = path.absolute().parts[:-1]
    above = folders[::-1].index("data") if "data" in folders else 0
    return f"{path.name} in {'/'.join(folders[len(folders) - above - 1 :])}"


class GeographyError(AtlasError, ValueError):
    """The geography on disk, or a question put to it, is not usable."""
