"""Every Python that the project supports and that is found here, and the suite without browsers on each of them.

Run as a command (`make test-pythons`): makes a virtual environment a version beside `.venv`, runs pytest in it with
whatever arguments are given, and says at the end what was tried and what was not found.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
NAMES = ("python3", "python", *(f"python{version}" for version in VERSIONS))
# Browsers look the same whichever Python serves them, and the checkers say which version they check for.
LEFT_OUT = ("--ignore=tests/browser", "--ignore=tests/test_lint.py")
_VERSION = "import platform; print(platform.python_version())"


@dataclass(frozen=True)
class Python:
    """An interpreter: where it is, and its whole version, such as ``3.12.1``."""

    executable: Path
    version: str

    @property
    def series(self) -> str:
        """The version without its last part."""
        return self.version.rpartition(".")[0]


def _asked(executable: Path) -> Python | None:
    """What an executable says of itself; None where it cannot be run, as a switch without a version behind it."""
    try:
        told = subprocess.run(
            [executable, "-c", _VERSION], check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
    except OSError:
        return None
    return Python(executable, told.stdout.strip()) if told.returncode == 0 else None


def candidates() -> list[Path]:
    """Where there may be one: the words of ``PYTHON``, then the usual names in every folder of ``PATH``."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    named = os.environ.get("PYTHON", "").split()
    paths = [Path(name) for name in named if "/" in name]
    paths += [folder / name for name in named if "/" not in name for folder in folders]
    paths += [folder / name for folder in folders for name in NAMES]
    return [path for path in paths if path.is_file()]


def find() -> dict[str, Python]:
    """The first interpreter of each version that is supported; the one that runs this comes before any other."""
    found: dict[str, Python] = {}
    for executable in dict.fromkeys([Path(sys.executable), *candidates()]):
        python = _asked(executable)
        if python is not None and python.series in VERSIONS:
            found.setdefault(python.series, python)
    return dict(sorted(found.items(), key=lambda item: VERSIONS.index(item[0])))


def environment(python: Python) -> Path:
    """Make or refresh the virtual environment for a version, and return its interpreter."""
    if python.executable == Path(sys.executable):
        return python.executable
    folder = ROOT / f".venv-{python.series}"
    subprocess.run(
        [ROOT / ".ci" / "environment", folder, "requirements-test.txt"],
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHON": str(python.executable)},
    )
    return folder / "bin" / "python"


def passes(python: Python, arguments: Sequence[str]) -> bool:
    """Whether the suite without browsers passes on a version."""
    try:
        interpreter = environment(python)
    except subprocess.CalledProcessError:
        return False
    return subprocess.run([interpreter, "-m", "pytest", *LEFT_OUT, *arguments], check=False, cwd=ROOT).returncode == 0


def missing(found: dict[str, Python]) -> str:
    """Say which versions were not found."""
    absent = [version for version in VERSIONS if version not in found]
    return f"not found: {', '.join(absent)}" if absent else "none was missing"


def main(arguments: Sequence[str], passed: Callable[[Python, Sequence[str]], bool] = passes) -> int:
    """Try every version and say how it went; 0 if all passed, else 1."""
    found = find()
    results = {}
    for python in found.values():
        sys.stdout.write(f"\nPython {python.version} ({python.executable})\n")
        sys.stdout.flush()
        results[python.version] = passed(python, arguments)
    told = ", ".join(f"{version} {'passed' if good else 'FAILED'}" for version, good in results.items())
    sys.stdout.write(f"\nPython {told}; {missing(found)}\n")
    return 0 if all(results.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
