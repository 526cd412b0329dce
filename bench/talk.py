"""A reader without a browser: Streamlit's own messages over a web socket.

A hundred of them cost next to nothing, other than a hundred pages in Chromium, and the server keeps the same for each.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Self

from streamlit.proto import BackMsg_pb2, ForwardMsg_pb2
from websockets.sync import client

PATIENCE_SECONDS = 120
_LARGEST = 64 * 2**20


class AppError(RuntimeError):
    """The app shows an error in place of a page."""


class Reader:
    """One session of an app.

    Parameters
    ----------
    socket
        Connected to the app's stream of messages.
    """

    def __init__(self, socket: client.ClientConnection) -> None:
        self._socket = socket
        self._query = ""
        self._radios: dict[str, str] = {}

    def open(self, query: str = "") -> Self:
        """Open the page by a link's query, and wait until the app has told all of it."""
        self._query = query
        self._run()
        return self

    def choose(self, key: str, option: str) -> None:
        """Choose an option of the radio of that key."""
        self._run((self._radios[key], option))

    def _run(self, chosen: tuple[str, str] | None = None) -> None:
        message = BackMsg_pb2.BackMsg()
        message.rerun_script.query_string = self._query
        if chosen is not None:
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.string_value = chosen
        else:
            message.rerun_script.widget_states.SetInParent()
        self._socket.send(message.SerializeToString())
        while not self._told(self._next()):
            pass

    def _next(self) -> ForwardMsg_pb2.ForwardMsg:
        message = ForwardMsg_pb2.ForwardMsg()
        content = self._socket.recv(timeout=PATIENCE_SECONDS)
        message.ParseFromString(content)
        return message

    def _told(self, message: ForwardMsg_pb2.ForwardMsg) -> bool:
        """Take in what the app tells, and return whether that was all."""
        kind = message.WhichOneof("type")
        if kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        if kind == "delta":
            element = message.delta.new_element
            if element.WhichOneof("type") == "exception":
                raise AppError(element.exception.message)
            if element.WhichOneof("type") == "radio":
                self._radios[element.radio.id.rsplit("-", 1)[-1]] = element.radio.id
        return kind == "script_finished"


@contextlib.contextmanager
def reader(url: str) -> Iterator[Reader]:
    """Connect a new reader to an app, and leave it as one who closes the page does."""
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    with client.connect(address, subprotocols=["streamlit"], max_size=_LARGEST, compression=None) as socket:
        yield Reader(socket)
