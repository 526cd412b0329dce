"""Find a Chromium for the browser tests, or install one.

Run as a command, it prints the path; with ``--install`` it installs a browser first where there is none.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

# First the browser without a window of its own: it draws pages by the same engine at two thirds of the cost.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Names of other machines are not even looked up.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
REMEDY = (
    "No Chromium was found, and the browser tests need one. Install it with `make test` as root on Debian or "
    "Ubuntu, `apt-get install chromium`, or `python -m playwright install --with-deps chromium`; or name an "
    "executable in the environment variable `CHROMIUM`."
)


class ChromiumMissingError(RuntimeError):
    """No browser to test with: a failure, never a reason to skip."""


def find() -> Path:
    """Path of the browser: `CHROMIUM`, else a system browser, else Playwright's own.

    Raises
    ------
    ChromiumMissingError
        If there is none, or `CHROMIUM` names no executable; the message says what to do.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        executable = shutil.which(named)
        if executable is None:
            message = f"`CHROMIUM` is {named!r}, which is not an executable file."
            raise ChromiumMissingError(message)
        return Path(executable)
    for name in NAMES:
        executable = shutil.which(name)
        if executable is not None:
            return Path(executable)
    downloaded = own()
    if downloaded is not None:
        return downloaded
    raise ChromiumMissingError(REMEDY)


def own() -> Path | None:
    """Path of the browser that Playwright has downloaded, if it has."""
    with sync_playwright() as playwright:
        executable = Path(playwright.chromium.executable_path)
    return executable if executable.is_file() else None


def installed() -> bool:
    """Whether there is a browser, or one is named and so not ours to install."""
    if os.environ.get("CHROMIUM"):
        return True
    try:
        find()
    except ChromiumMissingError:
        return False
    return True


def _package(apt: str) -> str:
    """Name of Debian's package: the shell, or the whole browser where a system has no such package."""
    known = subprocess.run([apt.replace("apt-get", "apt-cache"), "show", SHELL], check=False, capture_output=True)
    return "chromium" if known.returncode else SHELL


def install() -> None:
    """Install a browser: Debian's package as root where there is apt, else Playwright's own download."""
    apt = shutil.which("apt-get")
    if apt is not None and os.geteuid() == 0:
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([apt, "update", "-qq"], check=True, env=quiet)
        subprocess.run([apt, "install", "-y", "-qq", _package(apt), "fonts-liberation"], check=True, env=quiet)
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def main() -> int:
    """Print the browser's path; 0 if there is one, 1 if not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--install", action="store_true", help="install a browser where there is none")
    try:
        if parser.parse_args().install and not installed():
            install()
        sys.stdout.write(f"Chromium: {find()}\n")
    except (ChromiumMissingError, subprocess.CalledProcessError, OSError) as error:
        sys.stderr.write(f"{error}\n{'' if isinstance(error, ChromiumMissingError) else REMEDY}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
