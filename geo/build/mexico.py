"""What the build knows of the country that it builds; what is read later stands in ``territory.toml``."""

from __future__ import annotations

from typing import Final

NATIONAL: Final = "EPSG:6372"
"""Mexico ITRF2008 / LCC in metres. Conformal: for display and simplifying, never for areas."""

NORTH: Final = "us"
"""The border that has counties and sectors."""
