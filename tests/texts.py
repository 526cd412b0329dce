"""Texts for people in the code, as Babel finds them by tokens and as Python reads them as a syntax tree.

Run as a command, by any Python that this one's packages are lent to, it prints what that Python makes of the code:
``python tests/texts.py FOLDER`` (see :mod:`tests.pythons`).
"""

from __future__ import annotations

import ast
import json
import platform
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages import extract

FOLDERS = ("bench", "briefing", "geo", "layers", "roadmap", "tests", "views")
KEYWORDS = {"t": None, "n": (1, 2), "mark": None}

Message = str | tuple[str, ...]


def sources(root: Path) -> list[Path]:
    """The files that babel.cfg names."""
    patterns = re.findall(r"^\[python: (.+)\]$", (root / "babel.cfg").read_text(encoding="utf-8"), re.MULTILINE)
    assert patterns
    return [file for pattern in patterns for file in sorted(root.glob(pattern.replace("**.py", "**/*.py")))]


def extracted(files: Iterable[Path]) -> set[Message]:
    """Every text in some files that is meant for people."""
    found: set[Message] = set()
    for file in files:
        with file.open("rb") as stream:
            for _, message, _, _ in extract.extract("python", stream, keywords=KEYWORDS, options={"encoding": "utf-8"}):
                found.add((message[0], message[1]) if isinstance(message, tuple) else message)
    return found


def called(tree: ast.AST) -> Iterator[tuple[ast.Call, list[str]]]:
    """Every call that translates or marks a text which is written down in it, and that text or its two forms."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
            forms = node.args[: len(KEYWORDS[name] or (1,))] if name in KEYWORDS else ()
            if texts := [each for argument in forms for each in literals(argument)]:
                yield node, texts


def literals(argument: ast.AST) -> list[str]:
    """The texts written down in an argument, however they are put together."""
    if isinstance(argument, ast.Constant):
        return [argument.value] if isinstance(argument.value, str) else []
    if isinstance(argument, ast.BinOp | ast.BoolOp | ast.IfExp | ast.JoinedStr):
        return [each for part in ast.iter_child_nodes(argument) for each in literals(part)]
    return []


def written(file: Path) -> set[Message]:
    """Every text in a file that is meant for people, as Python itself reads the file."""
    found = (texts for _, texts in called(ast.parse(file.read_text(encoding="utf-8"))))
    return {texts[0] if len(texts) == 1 else tuple(texts) for texts in found}


def inside_f_strings(source: str) -> list[str]:
    """Calls with a text that stand inside an f-string, where Babel finds them on some versions of Python only."""
    f_strings = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr)]
    # A set, since a format specification is an f-string within an f-string.
    calls = {call for node in f_strings for call, _ in called(node)}
    return sorted(f"line {call.lineno}: {ast.unparse(call)}" for call in calls)


def complaints(files: Iterable[Path]) -> list[str]:
    """What this Python has to say against some files: what it cannot read, and what it warns of."""
    found = []
    for file in files:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
            except SyntaxError as error:
                found.append(f"{file}: {error}")
        found += [f"{file}: {each.message}" for each in caught]
    return found


def main() -> None:
    """Print what this Python makes of the project's code, as JSON."""
    root = Path(sys.argv[1])
    code = [*root.glob("*.py"), *(file for folder in FOLDERS for file in (root / folder).rglob("*.py"))]
    said = {
        "version": platform.python_version(),
        "files": len(code),
        "complaints": complaints(sorted(code)),
        "texts": sorted(" | ".join(each) if isinstance(each, tuple) else each for each in extracted(sources(root))),
    }
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
