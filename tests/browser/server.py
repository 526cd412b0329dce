"""Start a Streamlit app as a person would, and stop it by its own process."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 10


class ServerError(RuntimeError):
    """The app did not start, or ended by itself; the message carries its log."""


@dataclass(frozen=True)
class Server:
    """A running app: where it answers, its process, and the file it writes its log to."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

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


@contextlib.contextmanager
def running(
    script: str, *, log: Path, folder: Path = ROOT, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run `script` in `folder` on a free port of this machine.

    Raises
    ------
    ServerError
        If the app does not start, or ends before it is stopped.
    """
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless", "true"]
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [*command, "--server.address", "127.0.0.1", "--server.port", str(port)],
            cwd=folder,
            env=os.environ | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
        server = Server(f"http://127.0.0.1:{port}", process, log)
        try:
            _wait_until_healthy(server)
            yield server
            if server.ended(within=0):
                message = f"the app ended with {process.returncode}:\n{server.text()}"
                raise ServerError(message)
        finally:
            _stop(server)
