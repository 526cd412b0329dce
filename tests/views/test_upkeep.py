"""A server lets go of readers who have left, and of memory."""

from __future__ import annotations

import asyncio
import gc
import platform
import socket
import subprocess
import sys
import tomllib
import weakref
from concurrent import futures
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from streamlit import runtime
from streamlit.runtime import memory_session_storage, session_manager, websocket_session_manager

from views import upkeep


class Session:
    """Stands for a session of a reader; refers to itself, as a real one does."""

    def __init__(self, name: str) -> None:
        self.id = name
        self.own = self


def left(monkeypatch: pytest.MonkeyPatch, *, seconds: int) -> weakref.ref[Session]:
    """Let a reader leave a server that keeps sessions for so many seconds."""
    storage = memory_session_storage.MemorySessionStorage(ttl_seconds=seconds)
    manager = websocket_session_manager.WebsocketSessionManager(
        storage, cast("Any", None), cast("Any", None), message_enqueued_callback=None
    )
    session = Session("reader")
    storage.save(session_manager.SessionInfo(client=None, session=cast("Any", session), script_run_count=1))
    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(runtime, "get_instance", lambda: SimpleNamespace(_session_mgr=manager))
    return weakref.ref(session)


def test_a_reader_whose_time_is_over_is_forgotten_without_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    session = left(monkeypatch, seconds=0)
    gc.collect()
    assert session() is not None
    assert upkeep.forget() == 0
    gc.collect()
    assert session() is None


def test_a_reader_who_may_come_back_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    session = left(monkeypatch, seconds=60)
    assert upkeep.forget() == 1
    assert session() is not None


def test_a_server_forgets_while_it_runs_and_stops_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    enough = asyncio.Event()

    def forget() -> int:
        asked.append(len(asked))
        if len(asked) == 3:
            enough.set()
        return 0

    monkeypatch.setattr(upkeep, "forget", forget)

    async def serve() -> int:
        async with upkeep.forgetting(every=0.0):
            await enough.wait()
        rest = len(asked)
        for _ in range(10):
            await asyncio.sleep(0)
        return rest

    # In a thread of its own: tests in a browser keep a loop running in theirs.
    with futures.ThreadPoolExecutor(max_workers=1) as thread:
        rest = thread.submit(asyncio.run, serve()).result()
    assert rest == len(asked)


def test_memory_is_looked_through_when_something_was_done_and_not_after_each_run(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tomllib.loads((root / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["runner"]["postScriptGC"] is False
    done, collected, enough = iter([1, 1, 1, 2, 2]), [], asyncio.Event()

    def work() -> int:
        now = next(done, None)
        if now is None:
            enough.set()
        return now or 2

    monkeypatch.setattr(upkeep, "work", work)
    monkeypatch.setattr(upkeep.gc, "collect", lambda: collected.append(True))

    async def serve() -> None:
        async with upkeep.forgetting(every=0.0):
            await enough.wait()

    with futures.ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, serve()).result()
    assert len(collected) == 2


def test_what_an_idle_server_has_done_stays_the_same() -> None:
    before = upkeep.work()
    assert upkeep.work() == before
    assert len([[] for _ in range(200_000)]) == 200_000
    assert upkeep.work() > before


def test_what_is_written_leaves_at_once() -> None:
    # As Streamlit makes it: without the number of the protocol.
    with socket.socket(family=socket.AF_INET) as door:
        door.bind(("127.0.0.1", 0))
        assert not upkeep._listens(door)  # noqa: SLF001 - no connection comes by it
        door.listen()
        assert upkeep.prompt() >= 1
        with socket.create_connection(door.getsockname()), door.accept()[0] as connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_without_a_server_there_is_nobody_to_forget() -> None:
    assert upkeep.forget() == 0


# Small blocks between large ones hold on to the store that they share, unless the large ones lie elsewhere.
BY_TURNS = """
import sys, threading
from pathlib import Path
from views import upkeep
if sys.argv[1] == "thrifty" and not upkeep.thrifty():
    sys.exit("it cannot be told")
kept = []
def work():
    large = []
    for _ in range(400):
        large.append(bytearray(400_000))
        kept.append(bytearray(1_000))
for _ in range(4):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
status = Path("/proc/self/status").read_text()
print(next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")))
"""


def held(root: Path, way: str) -> subprocess.CompletedProcess[str]:
    """Let a process of its own take and free a lot, and tell what it still holds, in kB."""
    typed = [sys.executable, "-c", BY_TURNS, way]
    return subprocess.run(typed, cwd=root, capture_output=True, text=True, check=False, timeout=120)


def test_what_is_freed_is_given_back_where_the_c_library_can_be_told(root: Path) -> None:
    told = held(root, "thrifty")
    if sys.platform != "linux" or not platform.libc_ver()[0]:
        assert "it cannot be told" in told.stderr
        return
    untold = held(root, "as it comes")
    assert int(told.stdout) * 3 < int(untold.stdout), (told, untold)
