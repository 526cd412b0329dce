"""What keeps a server small that runs for weeks: freed memory is given back, and readers who left are forgotten."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import socket
from typing import TYPE_CHECKING, Any, Final

from streamlit import runtime

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

# From malloc.h of glibc.
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8

ARENAS: Final = 2
LARGE_BYTES: Final = 256 * 1024
"""Blocks of this size and larger go back to the system as soon as they are freed; arrays of an atlas are."""

FORGET_EVERY_SECONDS: Final = 20.0


def thrifty() -> bool:
    """Let the C library keep little of what is freed, and return whether it is one that can be told (glibc).

    Left to itself it gives each thread a store of its own and lets large blocks share it with small ones, so that a
    scenario which is let go leaves holes that nothing fits into. To be called before there are other threads.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(_ARENA_MAX, ARENAS)) and bool(mallopt(_MMAP_THRESHOLD, LARGE_BYTES))


def prompt() -> int:
    """Let what is written leave this process at once, and return how many sockets that listen were told.

    Connections take it over from the socket that they come by. asyncio asks for it itself, but only of sockets that
    were made with the number of their protocol, and Streamlit makes its own without: then the second part of an answer
    waits until the browser has confirmed the first, and browsers take their time (RFC 1122, section 4.2.3.2).
    """
    sockets = [each for each in gc.get_objects() if isinstance(each, socket.socket) and _listens(each)]
    for each in sockets:
        each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return len(sockets)


def _listens(each: socket.socket) -> bool:
    with contextlib.suppress(OSError):
        is_tcp = each.family in {socket.AF_INET, socket.AF_INET6} and each.type == socket.SOCK_STREAM
        return is_tcp and bool(each.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    return False


def trim() -> None:
    """Give what lies free between small blocks back to the system, where the C library can be told to (glibc)."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


@contextlib.asynccontextmanager
async def forgetting(every: float = FORGET_EVERY_SECONDS) -> AsyncIterator[None]:
    """While this lasts, let go from time to time what is kept for readers who have left, and give memory back."""
    task = asyncio.create_task(_forget_again_and_again(every))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _forget_again_and_again(every: float) -> None:
    seen = 0
    while True:
        await asyncio.sleep(every)
        forget()
        if (done := work()) != seen:
            gc.collect()  # a session refers to itself, and so does much of what a run leaves behind
            seen = done
        await asyncio.to_thread(trim)


def work() -> int:
    """Return a number that grows while objects are made, and stays while nobody asks for anything."""
    return int(gc.get_stats()[0]["collections"])


def forget() -> int:
    """Let sessions of readers who have left go when their time to come back is over, and return how many are kept.

    Streamlit itself does so when the next reader comes, who may not come for days. Must be called on the thread of the
    server's event loop.
    """
    if not runtime.exists():
        return 0
    # There is no public way. To count those that are kept is to drop those that have expired.
    manager: Any = runtime.get_instance()._session_mgr  # noqa: SLF001
    return len(manager._session_storage._cache)  # noqa: SLF001
