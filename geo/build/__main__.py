"""Rebuild data/geography: `python -m geo.build`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from geo import errors, territory
from geo.build import provenance

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        The words after the command; those of the process when None.

    Returns
    -------
    int
        Exit code: 0, or 1 if the work failed.
    """
    options = _parser().parse_args(arguments)
    try:
        if options.sources:
            changed = provenance.refresh(provenance.DEFAULT_FILE)
            sys.stdout.write(f"{len(changed)} records refreshed: {', '.join(changed) or 'none'}\n")
            return 0
        # The build's own packages are no requirement of the application.
        from geo.build import geography  # noqa: PLC0415

        started = time.monotonic()
        for step in geography.build(options.out, cache=options.cache):
            sys.stdout.write(f"{time.monotonic() - started:6.1f} s  {step}\n")
            sys.stdout.flush()
    except (errors.AtlasError, ImportError) as error:
        sys.stderr.write(f"geo.build: {error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m geo.build", description="Rebuild the geography.")
    parser.add_argument("--out", type=Path, default=territory.DEFAULT_FOLDER, help="folder to write to")
    cache = Path.home() / ".cache" / "roadmap-atlas"
    parser.add_argument("--cache", type=Path, default=cache, help="folder for packages from npm")
    parser.add_argument("--sources", action="store_true", help="only refresh the checksums in data/sources.toml")
    return parser


if __name__ == "__main__":
    sys.exit(main())
