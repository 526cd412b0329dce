"""A server that tells, when it is asked by a signal, how many sessions and atlases its process holds.

The session that was served last is always among them: Streamlit's own loop names it until it serves another.

``python -m bench.watched COUNTS serve.py …`` does as ``python serve.py …``, and at every SIGUSR1 writes the counts into
the file COUNTS.
"""

from __future__ import annotations

import gc
import json
import runpy
import signal
import sys
from pathlib import Path

from streamlit.runtime import app_session

from roadmap import atlas as atlases

KINDS = {"sessions": app_session.AppSession, "atlases": atlases.Atlas}


def held() -> dict[str, int]:
    """Count what is alive after a full collection."""
    gc.collect()
    alive = gc.get_objects()
    return {name: sum(isinstance(each, kind) for each in alive) for name, kind in KINDS.items()}


def main(counts: Path, command: list[str]) -> None:
    """Run a script that listens to the signal as well."""

    def told(_number: int, _frame: object) -> None:
        part = counts.with_suffix(".part")
        part.write_text(json.dumps(held()), encoding="ascii")
        part.replace(counts)

    signal.signal(signal.SIGUSR1, told)
    sys.argv = command
    runpy.run_path(command[0], run_name="__main__")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
