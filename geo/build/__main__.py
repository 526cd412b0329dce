"""Rebuild data/geography: `python -m geo.build`."""

from __future__ import annotations

from geo import terminal

if __name__ == "__main__":
    terminal.listen()  # libraries take seconds to import

import argparse
import filecmp
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from geo import atomic, errors, territory
from geo.build import geography, notice, provenance

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
    output = terminal.Output("geo.build")
    try:
        if options.sources:
            changed = provenance.refresh(provenance.DEFAULT_FILE)
            output.tell(f"{len(changed)} records refreshed: {', '.join(changed) or 'none'}")
            if notice.refresh(provenance.DEFAULT_FILE, notice.DEFAULT_FILE):
                output.tell(f"{notice.DEFAULT_FILE.name} written anew")
        elif options.check:
            return _check(options.out, output, cache=options.cache) or output.code()
        else:
            _build(options.out, output, cache=options.cache)
    except (errors.AtlasError, ImportError) as error:
        sys.stderr.write(f"geo.build: {error}\n")
        return 1
    return output.code()


def _build(out: Path, output: terminal.Output, *, cache: Path) -> None:
    """Build with a line of progress a step."""
    started = time.monotonic()
    for step in geography.build(out, cache=cache):
        output.tell(f"{time.monotonic() - started:6.1f} s  {step}")


def _check(folder: Path, output: terminal.Output, *, cache: Path) -> int:
    """Build elsewhere and compare byte by byte with what is there: 0 if all is the same."""
    with atomic.scratch() as fresh:
        _build(fresh, output, cache=cache)
        names = sorted(file.name for file in fresh.iterdir())
        _, other, missing = filecmp.cmpfiles(fresh, folder, names, shallow=False)
    for name in (*other, *missing):
        sys.stderr.write(f"geo.build: {name} is not what the build makes\n")
    if not other and not missing:
        output.tell(f"all {len(names)} files are the same, byte by byte")
    return 1 if other or missing else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m geo.build", description="Rebuild the geography.")
    cache = Path.home() / ".cache" / "roadmap-atlas"
    parser.add_argument("--out", type=Path, default=territory.DEFAULT_FOLDER, help="folder to write to")
    parser.add_argument("--cache", type=Path, default=cache, help="folder for packages from npm")
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--check", action="store_true", help="build elsewhere and compare, byte by byte")
    refreshed = "only refresh the checksums in data/sources.toml, and NOTICE.md after it"
    other.add_argument("--sources", action="store_true", help=refreshed)
    return parser


if __name__ == "__main__":
    terminal.run(main)
