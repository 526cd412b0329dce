"""Ask a server as no browser would: by any name, any method, any path."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync import client

SECONDS = 30
_KEY = "AAAAAAAAAAAAAAAAAAAAAA=="


@dataclass(frozen=True)
class Answer:
    """Status, headers by name in small letters, and body."""

    status: int
    headers: dict[str, str]
    body: bytes


def place(url: str) -> tuple[str, int]:
    """Host and port of an address, to connect to."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port


def ask(
    url: str, path: str = "/", *, method: str = "GET", headers: Iterable[tuple[str, str]] = (), body: bytes = b""
) -> Answer:
    """Send a request with exactly these headers, `Host` as well unless it is among them."""
    own = {name.lower() for name, _ in headers}
    connection = http.client.HTTPConnection(*place(url), timeout=SECONDS)
    try:
        connection.putrequest(method, path, skip_host="host" in own, skip_accept_encoding=True)
        for name, value in headers:
            if value or name.lower() != "host":
                connection.putheader(name, value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        found = connection.getresponse()
        return Answer(found.status, {name.lower(): value for name, value in found.getheaders()}, found.read())
    finally:
        connection.close()


def upgrade(url: str, *headers: tuple[str, str], path: str = "/_stcore/stream") -> int:
    """Ask for the websocket with exactly these headers and return the status; 101 opens it."""
    lines = [
        f"GET {path} HTTP/1.1",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {_KEY}",
        "Sec-WebSocket-Protocol: streamlit",
        *(f"{name}: {value}" for name, value in headers),
    ]
    with socket.create_connection(place(url), timeout=SECONDS) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        with connection.makefile("rb") as answer:
            return int(answer.readline().split()[1])


def session(connection: client.ClientConnection) -> str:
    """Run the app's script over an open websocket and return the name of the session."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    connection.send(message.SerializeToString())
    while True:
        told = ForwardMsg.FromString(connection.recv(timeout=SECONDS))
        if told.HasField("new_session"):
            return str(told.new_session.initialize.session_id)
