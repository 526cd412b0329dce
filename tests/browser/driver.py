"""Reading and waiting for the page as a person does: until it is drawn, never for a guessed time."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, CDPSession, Page, Request, Response, WebError, WebSocket

DESKTOP = (1440, 900)
PHONE = (390, 844)
PATIENCE_MS = 60_000

_SCRIPT_DONE = """() => {
    const app = document.querySelector('[data-testid="stApp"]');
    return app !== null
        && app.getAttribute('data-test-script-state') === 'notRunning'
        && app.getAttribute('data-test-connection-state') === 'CONNECTED'
        && document.querySelector('[data-testid="stSkeleton"]') === null;
}"""
MAP = ".atlas-host"
"""What the map lies in."""

_MARKED = """([map, name, value]) => {
    const found = document.querySelector(map);
    const mark = found ? found.dataset[name] : undefined;
    return mark !== undefined && (value === null || mark === value);
}"""
STYLED = """() => {
    const [app, head] = [document.querySelector('.stApp'), document.querySelector('.a-head')];
    return app !== null && head !== null && getComputedStyle(head).display === 'flex'
        && getComputedStyle(app).getPropertyValue('--a-ground') !== '';
}"""
_POLICY = re.compile(r"(?:content security|permissions) policy", re.IGNORECASE)
_SERIOUS = ("serious", "critical")
# A page opened by its own address: Streamlit asks there first whether the app is served from a folder of that name,
# must be told no, and asks at the root. Nothing in an app can keep it from asking.
_BESIDE_THE_MAP = ("border", "investment", "roadmap", "method")
_PROBES = tuple(f"/{page}/_stcore/{name}" for page in _BESIDE_THE_MAP for name in ("health", "host-config"))


class Guard:
    """Watches all pages of a browser context for what must never happen."""

    def __init__(self, context: BrowserContext) -> None:
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.refused: list[str] = []
        self.console: list[str] = []
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("weberror", self._error)
        context.on("console", lambda message: self._console(message.type, message.text))
        context.on("page", lambda page: page.on("websocket", self._socket))

    def problems(self) -> list[str]:
        """Requests to other machines, uncaught errors, refused files and what a policy forbids, one sentence each."""
        return [
            *(f"asked another machine: {url}" for url in self.outside),
            *(f"uncaught error: {text}" for text in self.errors),
            *(f"refused: {text}" for text in self.refused),
            *(f"forbidden: {text}" for text in self.console if _POLICY.search(text)),
        ]

    def forget(self) -> None:
        """Begin anew."""
        for seen in (self.outside, self.errors, self.refused, self.console):
            seen.clear()

    def _request(self, request: Request) -> None:
        self._address(request.url)

    def _socket(self, socket: WebSocket) -> None:
        self._address(socket.url)

    def _address(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "127.0.0.1":
            self.outside.append(url)

    def _response(self, response: Response) -> None:
        probe = response.status == 404 and urlsplit(response.url).path.endswith(_PROBES)
        if response.status >= 400 and not probe:
            self.refused.append(f"{response.status} {response.url}")

    def _error(self, error: WebError) -> None:
        self.errors.append(str(error.error))

    def _console(self, kind: str, text: str) -> None:
        if kind == "error":
            self.console.append(text)


class Traffic:
    """Counts the bytes that reach a page: files as encoded for the wire, and messages by web socket."""

    def __init__(self, session: CDPSession) -> None:
        self.received = 0
        session.on("Network.loadingFinished", self._file)
        session.on("Network.webSocketFrameReceived", self._message)
        session.send("Network.enable")

    def _file(self, event: dict[str, float]) -> None:
        self.received += int(event["encodedDataLength"])

    def _message(self, event: dict[str, dict[str, str]]) -> None:
        response = event["response"]
        text = response["payloadData"]
        is_binary = int(response["opcode"]) == 2
        self.received += len(text) * 3 // 4 if is_binary else len(text.encode())


def idle(page: Page) -> None:
    """Wait until no run of the app's script is under way."""
    page.wait_for_function(_SCRIPT_DONE, timeout=PATIENCE_MS)


def wait_for_map(page: Page, name: str, value: str | None = None) -> None:
    """Wait until the map has a mark (``data-atlas-…``), and that value if one is given."""
    page.wait_for_function(_MARKED, arg=[MAP, name, value], timeout=PATIENCE_MS)


def settled(page: Page) -> None:
    """Wait until the script has run and, where the page has a map, the map is drawn."""
    idle(page)
    if page.query_selector(".st-key-map-frame") is not None:
        wait_for_map(page, "atlasReady")


def styled(page: Page) -> bool:
    """Whether the page has what only its own style sheet gives it."""
    found: bool = page.evaluate(STYLED)
    return found


def painted(page: Page, month: int) -> None:
    """Wait until the map shows `month`, and the rest of the page, which comes after the map, as well."""
    wait_for_map(page, "atlasMonth", str(month))
    wait_for_map(page, "atlasAnswered", str(month))
    idle(page)


def axe(page: Page) -> list[str]:
    """Serious and critical findings of axe-core on the page and in its frames, one line each."""
    for frame in page.frames:
        frame.evaluate(AXE_SCRIPT)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['impact']}: {violation['id']}: {violation['help']}: {node['target']} {node['html']:.200}"
        for violation in found["violations"]
        if violation["impact"] in _SERIOUS
        for node in violation["nodes"]
    ]
