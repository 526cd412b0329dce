"""Start a Streamlit app as a person would, and stop it by its own process."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from layers import static

ROOT = Path(__file__).resolve().parents[2]
# When a start that hangs is given up: on a busy machine beside another worker's a start takes its time.
START_SECONDS = 240
STOP_SECONDS = 10


class ServerError(RuntimeError):
    """The app did not start, or ended by itself; the message carries its log."""


@dataclass(frozen=True)
class Server:
    """A running app: where it answers, its process, and the file it writes its log to."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def origin(self) -> str:
        """Its address without any path."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def text(self) -> str:
        """What the app has logged so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def healthy(self) -> bool:
        """Whether the app answers that it is well."""
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:  # noqa: S310 (our own)
                return bool(answer.status == 200)
        except OSError:
            return False

    def ended(self, within: float) -> bool:
        """Whether the process ends within so many seconds."""
        try:
            self.process.wait(timeout=within)
        except subprocess.TimeoutExpired:
            return False
        return True


def free_port() -> int:
    """A port of the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(server: Server) -> None:
    limit = time.monotonic() + START_SECONDS
    while not server.healthy():
        if server.ended(within=0.1):
            message = f"the app ended with {server.process.returncode}:\n{server.text()}"
            raise ServerError(message)
        if time.monotonic() > limit:
            message = f"the app was silent for {START_SECONDS} s:\n{server.text()}"
            raise ServerError(message)


def _stop(server: Server) -> None:
    server.process.terminate()
    if not server.ended(within=STOP_SECONDS):
        server.process.kill()
        server.process.wait()


def _environment() -> dict[str, str]:
    """What the app finds: the project on its path, and nothing of where these tests publish."""
    inherited = {name: value for name, value in os.environ.items() if name != static.VARIABLE}
    return inherited | {"PYTHONPATH": str(ROOT)}


@contextlib.contextmanager
def running(
    *command: str, log: Path, folder: Path = ROOT, base: str = "", port: int = 0, **variables: str
) -> Iterator[Server]:
    """Run ``python command...`` in `folder`: an app told which port of this machine to take.

    ``{port}`` in a word of the command stands for `port`, or a free one; `base` is the path that the app is served
    under, ``/atlas`` or nothing, and `variables` are for its environment.

    Raises
    ------
    ServerError
        If the app does not start, or ends before it is stopped.
    """
    port = port or free_port()
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, *(word.format(port=port) for word in command)],
            cwd=folder,
            env=_environment() | variables,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
        server = Server(f"http://127.0.0.1:{port}{base}", process, log)
        try:
            _wait_until_healthy(server)
            yield server
            if server.ended(within=0):
                message = f"the app ended with {process.returncode}:\n{server.text()}"
                raise ServerError(message)
        finally:
            _stop(server)


def atlas(
    log: Path, *options: str, base: str = "", port: int = 0, **variables: str
) -> contextlib.AbstractContextManager[Server]:
    """Roadmap Atlas as `make run` starts it, but without opening a browser; see :func:`running`."""
    under = ("--base-path", base) if base else ()
    command = ("serve.py", "--port", "{port}", "--headless", *under, *options)
    return running(*command, log=log, base=base, port=port, **variables)


def script(name: str, *options: str, log: Path, folder: Path) -> contextlib.AbstractContextManager[Server]:
    """Another Streamlit script in `folder`, with more `options` of ``streamlit run``."""
    settings = ("--server.address=127.0.0.1", "--server.port={port}", "--server.headless=true")
    return running("-m", "streamlit", "run", name, *settings, *options, log=log, folder=folder)
