"""The view between runs: what every control has to say so that no click is taken for a way back."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import views

CONTROLS = {
    "button", "checkbox", "download_button", "expander", "multiselect", "number_input", "pills", "popover", "radio",
    "segmented_control", "select_slider", "selectbox", "slider", "text_input", "toggle",
}
SAYS_SO = {"on_change", "on_click"}
ASK_NOTHING_OF_THE_PAGE = {"search": "runs as a fragment", "downloads": "opens without a run"}


def silent(source: str) -> list[str]:
    """Controls of a module that are drawn without a callback, and not handed to ``state.control`` to be drawn."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    drawn = [node for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr in CONTROLS]
    said = {node: {word.arg: word.value for word in node.keywords} for node in drawn}
    return [
        f"line {node.lineno}: {node.func.attr}"  # type: ignore[attr-defined]
        for node, words in said.items()
        if not SAYS_SO & words.keys()
        and getattr(words.get("key"), "value", None) not in ASK_NOTHING_OF_THE_PAGE
    ]


@pytest.mark.parametrize("path", sorted(Path(views.__file__).parent.glob("*.py")), ids=lambda path: path.stem)
def test_every_control_says_that_it_was_touched(path: Path) -> None:
    assert silent(path.read_text(encoding="utf-8")) == []


def test_a_control_without_a_callback_is_found() -> None:
    assert silent("st.toggle('a', key='b')\nst.pills('a', on_change=f)") == ["line 1: toggle"]
