"""Count the bytes that a server really sends: browsers tell of a packed message only how long it is unpacked."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

HOST = "127.0.0.1"
_PIECE = 1 << 16


@dataclass
class Relay:
    """A way to a server on this machine.

    Attributes
    ----------
    url
        Where the server is found through it.
    sent
        Bytes that the server has sent through it so far, with all headers.
    """

    url: str
    sent: int = 0

    def count(self, size: int) -> None:
        """Take a piece into account."""
        self.sent += size  # by threads in turn: one connection carries nearly all


@contextlib.contextmanager
def to(url: str) -> Iterator[Relay]:
    """Open a way to a server, and close it with all connections at the end."""
    parts = urlsplit(url)
    upstream = (parts.hostname or HOST, parts.port or 80)
    with socket.create_server((HOST, 0)) as door, contextlib.ExitStack() as held:
        found = Relay(parts._replace(netloc=f"{HOST}:{door.getsockname()[1]}").geturl())
        threading.Thread(target=_welcome, args=(door, upstream, found, held), daemon=True).start()
        yield found
        with contextlib.suppress(OSError):
            door.shutdown(socket.SHUT_RDWR)


def _welcome(door: socket.socket, upstream: tuple[str, int], found: Relay, held: contextlib.ExitStack) -> None:
    """Connect whoever comes."""
    while True:
        try:
            asker, _ = door.accept()
            server = socket.create_connection(upstream)
        except OSError:
            return
        for each in (asker, server):
            held.callback(each.close)
        for given, taken, counted in ((asker, server, False), (server, asker, True)):
            threading.Thread(target=_carry, args=(given, taken, found, counted), daemon=True).start()


def _carry(given: socket.socket, taken: socket.socket, found: Relay, counted: bool) -> None:  # noqa: FBT001
    """Hand on what comes from one side to the other, until one of them ends."""
    with contextlib.suppress(OSError):
        while piece := given.recv(_PIECE):
            if counted:
                found.count(len(piece))
            taken.sendall(piece)
        taken.shutdown(socket.SHUT_WR)
