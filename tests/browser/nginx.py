"""Find an nginx to stand before the app in tests, or install one, and run it as the guide on serving says.

Run as a command, it prints the path; with ``--install`` it installs nginx first where there is none.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.browser import server

PACKAGE = "nginx-light"
PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")
REMEDY = (
    "No nginx was found, and the tests behind a proxy need one. Install it with `make test` as root on Debian or "
    f"Ubuntu, or `apt-get install {PACKAGE}`; or name an executable in the environment variable `NGINX`."
)
START_SECONDS = 60
STOP_SECONDS = 10
_GUIDE = server.ROOT / "docs" / "serving.md"
_BLOCK = re.compile(r"^```nginx\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class NginxMissingError(RuntimeError):
    """No proxy to test with: a failure, never a reason to skip."""


def find() -> Path:
    """Path of nginx: `NGINX`, else the one on the search path or where systems keep it.

    Raises
    ------
    NginxMissingError
        If there is none, or `NGINX` names no executable; the message says what to do.
    """
    named = os.environ.get("NGINX")
    if named:
        executable = shutil.which(named)
        if executable is None:
            message = f"`NGINX` is {named!r}, which is not an executable file."
            raise NginxMissingError(message)
        return Path(executable)
    executable = shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), *PLACES]))
    if executable is None:
        raise NginxMissingError(REMEDY)
    return Path(executable)


def installed() -> bool:
    """Whether there is an nginx, or one is named and so not ours to install."""
    if os.environ.get("NGINX"):
        return True
    try:
        find()
    except NginxMissingError:
        return False
    return True


def install() -> None:
    """Install Debian's package, as root where there is apt; it is not started as a service.

    Raises
    ------
    NginxMissingError
        If this is no system that it can be installed on.
    """
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise NginxMissingError(REMEDY)
    # The package starts its service unless `RUNLEVEL` says that the system is going down.
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    subprocess.run([apt, "update", "-qq"], check=True, env=quiet)
    subprocess.run([apt, "install", "-y", "-qq", "--no-install-recommends", PACKAGE], check=True, env=quiet)


# --- as the guide says ------------------------------------------------------------------------


def guide() -> tuple[str, str, str]:
    """What the guide on serving would have in nginx: paths as they are, paths stripped, and what both need."""
    whole, stripped, both = _BLOCK.findall(_GUIDE.read_text(encoding="utf-8"))
    return whole, stripped, both


def configuration(folder: Path, port: int, locations: str, both: str) -> str:
    """A whole configuration that keeps to `folder` and to this machine."""
    kept = "\n".join(f"    {name}_temp_path {folder}/{name};" for name in _TEMPORARY)
    return f"""
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log {folder}/access.log;
{kept}
    {both}
    server {{
        listen 127.0.0.1:{port};
        {locations}
    }}
}}
"""


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 (our own)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _wait(url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    limit = time.monotonic() + START_SECONDS
    while not _answers(url):
        try:
            process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            ended = time.monotonic() > limit
        else:
            ended = True
        if ended:
            log = folder / "error.log"
            message = f"nginx does not answer:\n{log.read_text(encoding='utf-8') if log.exists() else ''}"
            raise server.ServerError(message)


@contextlib.contextmanager
def before(app: server.Server, location: str, both: str, folder: Path) -> Iterator[str]:
    """Run nginx before an app and give its address; `location` and `both` are the guide's.

    Raises
    ------
    ServerError
        If nginx does not start.
    """
    port = server.free_port()
    aimed = location.replace("http://127.0.0.1:8501", app.origin)
    settings = folder / "nginx.conf"
    settings.write_text(configuration(folder, port, aimed, both), encoding="utf-8")
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen([find(), "-p", folder, "-c", settings], stdin=subprocess.DEVNULL)
    try:
        _wait(url, process, folder)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main() -> int:
    """Print the path of nginx; 0 if there is one, 1 if not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--install", action="store_true", help="install nginx where there is none")
    try:
        if parser.parse_args().install and not installed():
            install()
        sys.stdout.write(f"nginx: {find()}\n")
    except (NginxMissingError, subprocess.CalledProcessError, OSError) as error:
        sys.stderr.write(f"{error}\n{'' if isinstance(error, NginxMissingError) else REMEDY}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
