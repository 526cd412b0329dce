"""Find Firefox and WebKit for the smoke test, or install them.

Run as a command, it prints what there is; with ``--install`` it installs first what is missing, where apt and its
rights allow that. Where they do not, a browser that is missing is not tried, and the run of the tests says so.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Engine:
    """A browser beside Chromium.

    Attributes
    ----------
    name
        What it is called.
    programs
        The programs that it takes to drive it; of each, any one of several names.
    packages
        Debian's packages with these programs.
    """

    name: str
    programs: tuple[tuple[str, ...], ...]
    packages: tuple[str, ...]

    def found(self) -> list[str] | None:
        """Paths of the programs, or None where one is missing."""
        paths = [next(filter(None, map(shutil.which, names)), None) for names in self.programs]
        return None if None in paths else [str(path) for path in paths]


    def programs_here(self) -> list[str]:
        """Paths of the programs, which must be there."""
        paths = self.found()
        assert paths is not None, remedy(self)
        return paths


FIREFOX = Engine("Firefox", (("firefox-esr", "firefox"),), ("firefox-esr",))
WEBKIT = Engine("WebKit", (("WebKitWebDriver",), ("Xvfb",)), ("webkit2gtk-driver", "xvfb"))
ENGINES = (FIREFOX, WEBKIT)


def installable() -> bool:
    """Whether a missing browser can be installed here, so that its absence is a failure."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def tried() -> list[Engine]:
    """The browsers that the smoke test is for on this machine; one that ought to be there fails it."""
    return [engine for engine in ENGINES if engine.found() or installable()]


def remedy(engine: Engine) -> str:
    """What to do about a browser that is missing."""
    return (
        f"{engine.name} was not found. Install it with `make test` as root on Debian or Ubuntu, or with "
        f"`apt-get install {' '.join(engine.packages)}`."
    )


def untried() -> list[str]:
    """A line for each browser that the smoke test leaves out on this machine."""
    return [f"Not tried: {engine.name}. {remedy(engine)}" for engine in ENGINES if engine not in tried()]


def install() -> None:
    """Install what is missing, where that can be done."""
    missing = [package for engine in ENGINES if not engine.found() for package in engine.packages]
    if missing and installable():
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)  # noqa: S607 - wherever it is
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],  # noqa: S607
            check=True,
            env=quiet,
        )


def main() -> int:
    """Print what there is; 1 if something could not be installed that ought to be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--install", action="store_true", help="install what is missing")
    failed = False
    if parser.parse_args().install:
        try:
            install()
        except (subprocess.CalledProcessError, OSError) as error:
            sys.stderr.write(f"{error}\n")
            failed = True
    for engine in ENGINES:
        found = engine.found()
        sys.stdout.write(f"{engine.name}: {', '.join(found)}\n" if found else f"{remedy(engine)}\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
