"""What every command owes the terminal: an output that may go away, and an end that leaves nothing behind.

A command's work are its files; lines on its output only tell of them. So an output that is closed (``… | head -1``),
full or unable to spell a name never stops the work: what cannot be told is told in one line on the error output.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import NoReturn, TextIO

from geo import atomic

FAILED = 1
ENDED = 128
"""Added to the number of a signal, as shells do, this is the code of a process that it has ended."""

_ENDING = ("SIGHUP", "SIGINT", "SIGTERM")


class Output:
    """The standard output of a command.

    Attributes
    ----------
    program
        Name of the command, with which lines of error begin.
    lost
        Why the output cannot be written any more, or ``None``.
    warned
        Whether something was not done as it was asked for.
    """

    def __init__(self, program: str) -> None:
        self.program = program
        self.lost: OSError | None = None
        self.warned = False

    def tell(self, line: str) -> None:
        """Write a line at once; characters that the output cannot spell are written as escapes."""
        stream: TextIO | None = sys.stdout
        if self.lost is not None or stream is None:
            return
        try:
            stream.write(f"{spelled(line, stream)}\n")
            stream.flush()
        except OSError as error:
            self.lost = error
            _silence(stream)

    def warn(self, line: str) -> None:
        """Write a line on the error output; the work goes on, and its exit code is 1."""
        self.warned = True
        complain(self.program, line)

    def code(self) -> int:
        """Return the exit code of work that is done, having told in a line that not all of it could be told.

        A reader who stops reading (``… | head -1``) has what it wanted: 0. A disk that is full has lost lines that
        somebody asked for: 1.
        """
        if self.lost is not None:
            complain(self.program, f"standard output cannot be written ({self.lost.strerror}); all else is done.")
        full = self.lost is not None and not isinstance(self.lost, BrokenPipeError)
        return FAILED if full or self.warned else 0


def complain(program: str, line: str) -> None:
    """Write a line on the error output, if there is one."""
    with contextlib.suppress(OSError, AttributeError):
        sys.stderr.write(f"{program}: {line}\n")


def spelled(line: str, stream: TextIO) -> str:
    r"""Return a line in the characters that a stream can write, with escapes for all others.

    Examples
    --------
    >>> import io
    >>> terminal.spelled("año", io.TextIOWrapper(io.BytesIO(), "ascii"))  # doctest: +SKIP
    'a\\xf1o'
    """
    encoding = stream.encoding or "utf-8"
    return line.encode(encoding, "backslashreplace").decode(encoding)


def listen() -> None:
    """End this process without a traceback at SIGTERM, SIGINT and SIGHUP from now on.

    What is half made is cleared away; the exit code is 128 and the signal's number. A signal that was ignored from
    outside, as ``nohup`` does, stays so.
    """
    for name in _ENDING:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _end)


def run(main: Callable[[], int]) -> NoReturn:
    """Run a command as the whole work of this process and leave with its exit code; see :func:`listen`."""
    listen()
    try:
        code = main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    if sys.stdout is not None:
        try:
            sys.stdout.flush()
        except OSError:
            _silence(sys.stdout)
    sys.exit(code)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    """End the process without unwinding it: an error raised wherever it may be just now could be caught there."""
    atomic.abandon()
    os._exit(ENDED + number)


def _silence(stream: TextIO) -> None:
    """Let what a stream still holds go nowhere, or it is written, and fails, once more at the end."""
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
