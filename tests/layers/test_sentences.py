"""A translator gets whole sentences: no text is glued from pieces, and none stands inside another one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.texts import sources

TRANSLATED = frozenset(("t", "n", "at", "named", "month", "months", "since"))
"""What returns a text in the reader's language."""

SENTENCES = TRANSLATED - {"named", "months"}
"""What may not stand inside another text. A name from a table and a span of months are set off, as names are."""

GLUE = "words.paragraph, words.pair and words.listed put whole texts together; see roadmap/words/text.py"


def translates(node: ast.AST, names: frozenset[str] | set[str], known: set[str]) -> bool:
    """Whether an expression is a text of the catalogue, written down there or kept under a name."""
    if isinstance(node, ast.Name):
        return node.id in known
    if isinstance(node, ast.IfExp):
        return translates(node.body, names, known) or translates(node.orelse, names, known)
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return called and node.func.attr in names and "words" in ast.unparse(node.func.value)


def scopes(tree: ast.AST) -> Iterator[list[ast.AST]]:
    """What stands in each function by itself, and what outside them."""
    for scope in (tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))):
        found, waiting = [], list(ast.iter_child_nodes(scope))
        while waiting:
            node = waiting.pop()
            if not isinstance(node, ast.FunctionDef):
                found.append(node)
                waiting += ast.iter_child_nodes(node)
        yield found


def named(scope: list[ast.AST], names: frozenset[str]) -> set[str]:
    """Names under which a function keeps texts, but for those that it gives to something else as well."""
    kept: set[str] = set()
    other: set[str] = set()
    for node in scope:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                parts = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    parts = list(zip(target.elts, node.value.elts, strict=True))
                for name, value in parts:
                    if isinstance(name, ast.Name):
                        (kept if translates(value, names, set()) else other).add(name.id)
    return kept - other


def parts(node: ast.AST) -> list[ast.AST]:
    """What an expression puts together to a text, or an empty list."""
    if isinstance(node, ast.JoinedStr):
        return [each.value if isinstance(each, ast.FormattedValue) else each for each in node.values]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [each for side in (node.left, node.right) for each in (parts(side) or [side])]
    joins = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join"
    if joins and node.args and isinstance(node.func.value, ast.Constant):
        (joined,) = node.args
        if isinstance(joined, ast.GeneratorExp | ast.ListComp):
            return [joined.elt]
        if isinstance(joined, ast.List | ast.Tuple):
            return joined.elts
    return []


def glued(source: str) -> list[str]:
    """Places at which texts are put together, or one is put into another."""
    found = set()
    for scope in scopes(ast.parse(source)):
        any_text, sentences = named(scope, TRANSLATED), named(scope, SENTENCES)
        for node in scope:
            caught = any(translates(part, TRANSLATED, any_text) for part in parts(node))
            if isinstance(node, ast.Call) and translates(node, {"t", "n", "at"}, set()):
                caught |= any(translates(each.value, SENTENCES, sentences) for each in node.keywords)
            if caught:
                found.add((node.lineno, ast.unparse(node)))  # type: ignore[attr-defined]
    return [f"line {line}: {code}" for line, code in sorted(found)]


def test_no_text_is_glued(root: Path) -> None:
    files = [file for file in sources(root) if file != root / "roadmap" / "words" / "text.py"]
    assert len(files) > 50
    found = {
        file.relative_to(root).as_posix(): places
        for file in files
        if (places := glued(file.read_text(encoding="utf-8")))
    }
    assert found == {}, GLUE


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ('words.t("a") + " " + words.t("b")', True),
        ('x = words.t("a")\ny = f"{x} {z}"', True),
        ('f"{words.named(CLASSES, key)} ({year})"', True),
        ('"; ".join(f"{name}: {words.month(m)}" for m in months)', True),
        ('", ".join(words.named(MODES, mode) for mode in modes)', True),
        ('" ".join([drawn, words.t("Invented sensors.")])', True),
        ('words.t("since {month}", month=words.month(m))', True),
        ('self.words.t("{a} of it", a=view.words.t("much"))', True),
        ('much = words.n("{count} a", "{count} b", 2)\nwords.t("{much} here", much=much)', True),
        ('x = words.t("a") if y else words.t("b")\nf"{x}!"', True),
        ('one, two = words.t("a"), words.t("b")\none + two', True),
        ('words.at(m, A, B, unit=words.t("million"))', True),
        ('words.t("{better} or better", better=words.named(CLASSES, key))', False),
        ('words.t("{title}, {months}", months=words.months(1, 6))', False),
        ('words.paragraph(words.t("A."), words.t("B."))', False),
        ('words.pair(words.t("a"), value)', False),
        ('[words.t("a")] + [words.t("b")]', False),
        ('words.t("{share} of area", share=words.percent(x))', False),
        ('f"{x:.1f} {y}"', False),
        ('def f():\n    x = words.t("a")\ndef g(x):\n    return f"{x}!"', False),
    ],
)
def test_planted_glue_is_caught(source: str, caught: bool) -> None:  # noqa: FBT001
    assert bool(glued(source)) == caught
