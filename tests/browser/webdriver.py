"""Drive Firefox and WebKit by the commands of WebDriver, which is all that the two have in common.

WebKit's driver takes them over HTTP (https://www.w3.org/TR/webdriver2/). Firefox takes the same commands with the same
parameters over Marionette, which is built into it, so that no driver has to be installed beside it
(https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html).
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import signal
import socket
import socketserver
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from tests.browser import server

START_SECONDS = 120
ANSWER_SECONDS = 180
STOP_SECONDS = 20
_PAUSE_SECONDS = 0.05

# Nothing of its own accord: no updates, reports, lists of bad sites, suggestions, tests of the network.
_PREFERENCES = {
    "app.update.disabledForTesting": True,
    "browser.download.folderList": 2,
    "browser.download.useDownloadDir": True,
    "browser.newtabpage.enabled": False,
    "browser.region.network.url": "",
    "browser.search.update": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "marionette.port": 0,
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "remote.prefs.recommended": True,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.server": "",
}


class WebDriverError(RuntimeError):
    """A browser that does not start, or a command that it refuses."""


@dataclass(frozen=True)
class Command:
    """A command of WebDriver: its name in Marionette, and its method and path over HTTP."""

    name: str
    method: str
    path: str


NAVIGATE = Command("WebDriver:Navigate", "POST", "url")
EXECUTE = Command("WebDriver:ExecuteScript", "POST", "execute/sync")
ACT = Command("WebDriver:PerformActions", "POST", "actions")
RESIZE = Command("WebDriver:SetWindowRect", "POST", "window/rect")
SCREENSHOT = Command("WebDriver:TakeScreenshot", "GET", "screenshot")


class Wire(Protocol):
    """The way to a browser."""

    def send(self, command: Command, **parameters: object) -> Any:  # noqa: ANN401 - as JSON has it
        """Have a command carried out and return its result."""


@dataclass(frozen=True)
class Session:
    """A browser with one window.

    Attributes
    ----------
    wire
        The way to it.
    downloads
        The folder that it saves files in.
    outside
        What it asked of other machines.
    """

    wire: Wire
    downloads: Path
    outside: list[str]

    def go(self, address: str) -> None:
        """Go to an address."""
        self.wire.send(NAVIGATE, url=address)

    def run(self, script: str, *arguments: object) -> Any:  # noqa: ANN401 - whatever the script returns
        """Run the body of a function in the page and return what it returns."""
        return self.wire.send(EXECUTE, script=script, args=list(arguments))

    def act(self, kind: str, *actions: dict[str, object], **parameters: object) -> None:
        """Use the keyboard or the mouse."""
        self.wire.send(ACT, actions=[{"type": kind, "id": kind, "actions": list(actions), **parameters}])

    def resize(self, width: int, height: int) -> None:
        """Give the page a size."""
        inner = self.run("return [window.innerWidth, window.innerHeight]")
        outer = self.run("return [window.outerWidth, window.outerHeight]")
        self.wire.send(RESIZE, width=outer[0] + width - inner[0], height=outer[1] + height - inner[1])

    def picture(self) -> bytes:
        """What the window shows, as PNG."""
        return base64.b64decode(self.wire.send(SCREENSHOT))


# --- Firefox ----------------------------------------------------------------------------------


class Marionette:
    """Commands to Firefox: their length, a colon and JSON, in both directions."""

    def __init__(self, connection: socket.socket, answers: BinaryIO) -> None:
        self._connection = connection
        self._answers = answers
        self._count = 0
        self._read()  # who it is
        self.command("WebDriver:NewSession")

    def _read(self) -> Any:  # noqa: ANN401 - as JSON has it
        digits = b""
        while (digit := self._answers.read(1)) != b":":
            if not digit:
                raise WebDriverError("Firefox has hung up.")
            digits += digit
        return json.loads(self._answers.read(int(digits)))

    def command(self, name: str, **parameters: object) -> Any:  # noqa: ANN401 - as JSON has it
        """Have a command of Marionette carried out and return its result."""
        self._count += 1
        message = json.dumps([0, self._count, name, parameters]).encode()
        self._connection.sendall(b"%d:%b" % (len(message), message))
        _, _, error, result = self._read()
        if error is not None:
            raise WebDriverError(f"{name}: {error['message']}")
        return result

    def send(self, command: Command, **parameters: object) -> Any:  # noqa: ANN401 - as JSON has it
        """Have a command carried out, scripts in the page's own world, and return its result."""
        world = {"sandbox": None} if command == EXECUTE else {}
        result = self.command(command.name, **parameters, **world)
        return result.get("value", result)


def _profile(folder: Path, downloads: Path, proxy: int) -> None:
    """Write the settings of a new profile: everything outside goes to a proxy on this machine."""
    settings: dict[str, object] = {**_PREFERENCES, "browser.download.dir": str(downloads)}
    settings |= {"network.proxy.type": 1, "network.proxy.no_proxies_on": "127.0.0.1"}
    for scheme in ("http", "ssl"):
        settings |= {f"network.proxy.{scheme}": "127.0.0.1", f"network.proxy.{scheme}_port": proxy}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in settings.items()]
    (folder / "user.js").write_text("".join(lines), encoding="utf-8")


@contextlib.contextmanager
def firefox(executable: str, folder: Path) -> Iterator[Session]:
    """Firefox without a screen, with a new profile in `folder`."""
    downloads, profile = _folders(folder)
    with _watch() as (proxy, outside):
        _profile(profile, downloads, proxy)
        command = [executable, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
        # A released Firefox heeds the setting of where its lists come from only with the first of these.
        own = {"MOZ_REMOTE_SETTINGS_DEVTOOLS": "1", "MOZ_CRASHREPORTER_DISABLE": "1"}
        with _running(command, folder / "log.txt", env=os.environ | own) as process:
            told = profile / "MarionetteActivePort"
            _wait(lambda: told.is_file() and told.read_text(encoding="ascii").strip(), process, folder / "log.txt")
            address = ("127.0.0.1", int(told.read_text(encoding="ascii")))
            connection = socket.create_connection(address, timeout=ANSWER_SECONDS)
            with connection, connection.makefile("rb") as answers:
                yield Session(Marionette(connection, answers), downloads, outside)


# --- WebKit -----------------------------------------------------------------------------------


class Http:
    """Commands to WebKit's driver."""

    def __init__(self, port: int, capabilities: dict[str, object]) -> None:
        self._port = port
        self._session = ""
        self._session = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})["sessionId"]

    def _ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - as JSON has it
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_SECONDS)
        with contextlib.closing(connection):
            connection.request(method, path, None if method == "GET" else json.dumps(body or {}))
            answer = connection.getresponse()
            value = json.loads(answer.read())["value"]
        if answer.status >= http.HTTPStatus.BAD_REQUEST:
            raise WebDriverError(f"{path}: {value.get('message')}")
        return value

    def send(self, command: Command, **parameters: object) -> Any:  # noqa: ANN401 - as JSON has it
        """Have a command carried out and return its result."""
        return self._ask(command.method, f"/session/{self._session}/{command.path}", parameters)

    def close(self) -> None:
        """Close the window."""
        self._ask("DELETE", f"/session/{self._session}")


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def _screen(executable: str, folder: Path) -> Iterator[str]:
    """Run a screen that nobody sees, and say which it is."""
    reading, writing = os.pipe()
    command = [executable, "-displayfd", str(writing), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]
    with contextlib.ExitStack() as stack:
        stack.enter_context(_running(command, folder / "screen.txt", pass_fds=(writing,)))
        os.close(writing)
        number = stack.enter_context(os.fdopen(reading, encoding="ascii")).readline().strip()
        if not number:
            raise WebDriverError(f"Xvfb did not start:\n{(folder / 'screen.txt').read_text(errors='replace')}")
        yield f":{number}"


_WITHOUT_GL = {"WEBKIT_DISABLE_COMPOSITING_MODE": "1", "WEBKIT_DISABLE_DMABUF_RENDERER": "1"}
"""Without a graphics card WebKit composes pages through Mesa's software renderer, which now and then ends by a
segmentation fault (in swrast_dri.so) and takes the page with it."""


@contextlib.contextmanager
def webkit(driver: str, screen: str, folder: Path) -> Iterator[Session]:
    """WebKit's small browser on a screen that nobody sees, with a home of its own in `folder`."""
    downloads, home = _folders(folder)
    port, log = server.free_port(), folder / "log.txt"
    (home / ".config").mkdir()
    (home / ".config" / "user-dirs.dirs").write_text(f'XDG_DOWNLOAD_DIR="{downloads}"\n', encoding="utf-8")
    with _watch() as (proxy, outside), _screen(screen, folder) as display:
        own = {"DISPLAY": display, "GDK_BACKEND": "x11", "HOME": str(home), "NO_AT_BRIDGE": "1"} | _WITHOUT_GL
        dropped = {"DBUS_SESSION_BUS_ADDRESS", "WAYLAND_DISPLAY", "XDG_CONFIG_HOME"}
        inherited = {name: value for name, value in os.environ.items() if name not in dropped}
        with _running([driver, f"--port={port}"], log, env=inherited | own) as process:
            _wait(lambda: _answers(port), process, log)
            through = {"proxyType": "manual", "noProxy": ["127.0.0.1"]}
            wire = Http(port, {"proxy": through | dict.fromkeys(("httpProxy", "sslProxy"), f"127.0.0.1:{proxy}")})
            try:
                yield Session(wire, downloads, outside)
            finally:
                with contextlib.suppress(WebDriverError, OSError, http.client.HTTPException):
                    wire.close()


# --- what both need ---------------------------------------------------------------------------


def _folders(folder: Path) -> tuple[Path, Path]:
    """Make a folder for files that are saved, and one for the browser itself."""
    downloads, own = folder / "downloads", folder / "own"
    downloads.mkdir()
    own.mkdir()
    return downloads, own


def _wait(ready: Callable[[], object], process: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > limit:
            raise WebDriverError(f"The browser did not start:\n{log.read_text(errors='replace')}")
        time.sleep(_PAUSE_SECONDS)


@contextlib.contextmanager
def _running(command: list[str], log: Path, **options: Any) -> Iterator[subprocess.Popen[bytes]]:  # noqa: ANN401
    """Run a program, and stop it with whatever it has started."""
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, start_new_session=True, **options
        )
        try:
            yield process
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a program and then what is left of its group, which is its own."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


@contextlib.contextmanager
def _watch() -> Iterator[tuple[int, list[str]]]:
    """A proxy that lets nothing through: its port, and what it was asked for."""
    asked: list[str] = []

    class Refusing(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            request = self.rfile.readline(1000).decode("latin-1").strip()
            if request:
                asked.append(request)
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Refusing) as proxy:
        proxy.daemon_threads = True
        thread = threading.Thread(target=proxy.serve_forever)
        thread.start()
        try:
            yield proxy.server_address[1], asked
        finally:
            proxy.shutdown()
            thread.join()
