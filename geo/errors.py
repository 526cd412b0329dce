"""The errors that every layer of the project may raise and catch."""

from __future__ import annotations


class AtlasError(Exception):
    """Base of every error that the project raises on purpose."""


class GeographyError(AtlasError, ValueError):
    """The geography on disk, or a question put to it, is not usable."""
