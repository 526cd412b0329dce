"""HTML of the pages comes from templates alone, and whatever they are filled with stays text."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import base, figures, palette, templates
from tests.layers import traps
from tests.views import reading

MARKUP = re.compile(r"</?[a-zA-Z!]")
FILES = sorted(templates.FOLDER.glob("*.html"))


def marked_up(node: ast.AST) -> bool:
    """Whether a piece of code is a text with markup in it."""
    value = node.value if isinstance(node, ast.Constant) else ""
    said = value.decode("latin-1") if isinstance(value, bytes) else value
    return isinstance(said, str) and bool(MARKUP.search(said))


def added(node: ast.AST) -> list[ast.AST]:
    """The parts of a sum, however it is bracketed."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*added(node.left), *added(node.right)]
    return [node]


def put_together(source: str) -> list[str]:
    """Places at which a value is put into markup, or markup is put around it, without a template."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            filled = any(isinstance(each, ast.FormattedValue) for each in node.values)
            caught = filled and any(map(marked_up, node.values))
        elif isinstance(node, ast.BinOp):
            parts = added(node) if isinstance(node.op, ast.Add) else [node.left, node.right]
            caught = any(map(marked_up, parts)) and not all(isinstance(each, ast.Constant) for each in parts)
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            on = node.func.value if isinstance(node.func, ast.Attribute) else None
            caught = name == "Markup" or (on is not None and name in {"format", "join", "replace"} and marked_up(on))
        else:
            caught = False
        if caught:
            found.add(f"line {node.lineno}: {ast.unparse(node)}")
    return sorted(found)


def test_no_markup_is_put_together_outside_the_templates(root: Path) -> None:
    found = {
        file.name: places
        for file in sorted((root / "views").glob("*.py"))
        if (places := put_together(file.read_text(encoding="utf-8")))
    }
    assert found == {}, "fill a template instead, see layers/templates.py"


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ('f"<p>{said}</p>"', True),
        ('f"{said}</p>"', True),
        ("f'<p class=\"a\">' f'{said}'", True),
        ("'<p>' + said + '</p>'", True),
        ("said + ('<br>' + more)", True),
        ("'<p>%s</p>' % said", True),
        ("'<p>{}</p>'.format(said)", True),
        ("'</li><li>'.join(parts)", True),
        ("b'<p>' + said.encode()", True),
        ("Markup(said)", True),
        ("markupsafe.Markup(said)", True),
        ("f'{low} < {high}'", False),
        ("f'{first}-{last}'", False),
        ("'<p>' 'fixed</p>'", False),
        ("templates.piece('remark', said=said)", False),
        ("parts + [said]", False),
    ],
)
def test_planted_markup_is_caught(source: str, caught: bool) -> None:  # noqa: FBT001
    assert bool(put_together(source)) == caught


def test_no_template_takes_a_value_for_markup_or_leaves_an_attribute_unquoted() -> None:
    assert FILES
    for file in FILES:
        source = file.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape|Markup", source), file.name
        assert not re.search(r"=\s*\{[{%]", source), file.name


class Trap:
    """A text at every place that a template looks for one."""

    def __init__(self) -> None:
        self.set: list[str] = []

    def __call__(self) -> str:
        said = f"{len(self.set)} {traps.NAMES[len(self.set) % len(traps.NAMES)]}"
        self.set.append(said)
        return said


def values(trap: Trap) -> dict[tuple[str, str], dict[str, Any]]:
    """What every template is filled with, all of it hostile."""
    swatch = palette.Swatch("#fff", "#000", "#000", "#fff", trap())
    rows = [
        (base.LegendRow("x", trap(), swatch, 0, note=trap()), trap(), (trap(), trap(), trap())),
        (base.LegendRow("x", trap(), symbol=trap(), size=3.0), "", (trap(),)),
        (base.LegendRow("x", trap(), symbol=trap()), "", (trap(),)),
    ]
    entry = {"kind": trap(), "title": trap(), "text": trap(), "child": True, "marks": trap(), "span": (0, 1)}
    return {
        ("pieces", "remark"): {"said": trap()},
        ("pieces", "unseen"): {"said": trap()},
        ("pieces", "section"): {"title": trap(), "note": trap()},
        ("pieces", "prose"): {"title": trap(), "paragraphs": [trap(), trap()]},
        ("pieces", "head"): {
            **{name: trap() for name in ("product", "scenario", "when", "notice", "stamp")},
            "around": (trap(), trap()),
        },
        ("pieces", "page_head"): {name: trap() for name in ("title", "scenario", "notice", "stamp")},
        ("pieces", "figures"): {
            "row": [figures.Figure(trap(), trap(), trap(), trap(), trap(), (trap(), trap()), 1)],
            "arrows": {1: trap()},
        },
        ("pieces", "table"): {"headings": [(trap(), True)], "rows": [[(trap(), True)], [(trap(), False)]]},
        ("pieces", "drawing"): {"coded": "PHN2Zy8+", "said": trap()},
        ("pieces", "swatch"): {"style": trap()},
        ("pieces", "symbol"): {"row": rows[1][0], "style": ""},
        ("pieces", "legend"): {"title": trap(), "headings": [trap(), trap()], "rows": rows, "note": trap()},
        ("pieces", "legends"): {"parts": [trap()]},
        ("pieces", "funders"): {"title": trap(), "rows": [(trap(), trap(), trap()), ("", trap(), trap())]},
        ("pieces", "colour_key"): {"swatches": [(trap(), trap())], "note": trap()},
        ("pieces", "card"): {
            **{name: trap() for name in ("name", "state", "key", "style", "letter", "klass", "history", "month")},
            "strip": "PHN2Zy8+",
            "last_month": 60,
            "facts": [(trap(), trap())],
        },
        ("pieces", "theme"): {"dark": True},
        ("timeline", "placed"): {"span": (0.0, 12.5)},
        ("timeline", "row"): {**entry, "facts": [(trap(), trap())]},
        ("timeline", "timeline"): {
            "lead": trap(),
            "samples": [(trap(), trap())],
            "scale": [((0, 1), trap(), trap())],
            "groups": [(trap(), trap(), [{**entry, "facts": [(trap(), trap())]}])],
        },
    }


OF_THE_SHEET = {("pieces", "until_styled"), ("pieces", "sheet"), ("pieces", "ahead")}
"""These write a style and a link, which no other piece may."""
OF_A_FILE = {("alone", "head"), ("alone", "body")}
"""These are a page of their own; tests/layers/files/test_alone.py fills them."""


def said_in(drawn: reading.Reader) -> str:
    return "\n".join([*drawn.texts, *(value for _, _, value in drawn.attributes)])


def texts_in(value: object) -> list[str]:
    """The traps in what a template is filled with."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts_in(each)]
    if isinstance(value, list | tuple):
        return [text for each in value for text in texts_in(each)]
    if isinstance(value, figures.Figure):
        return texts_in([each for name, each in vars(value).items() if name != "good"])
    return [value] if isinstance(value, str) and value[:1].isdigit() and value.endswith(traps.NAMES) else []


def test_every_template_is_tried() -> None:
    macros = {
        (file.stem, name)
        for file in FILES
        for name, value in vars(templates.environment().get_template(file.name).module).items()
        if isinstance(value, jinja2.runtime.Macro)
    }
    assert macros == set(values(Trap())) | OF_THE_SHEET | OF_A_FILE


@pytest.mark.parametrize(("of", "name"), sorted(values(Trap())))
def test_hostile_texts_stay_text_in_every_template(of: str, name: str) -> None:
    filled = values(Trap())[of, name]
    drawn = reading.Reader(templates.piece(name, of=of, **filled))
    assert drawn.problems == []
    for text in texts_in(filled):
        assert text in said_in(drawn)


def test_the_address_of_the_sheet_stays_in_its_attribute() -> None:
    link = templates.piece("sheet", address=traps.IMAGE)
    assert link.count("<") == link.count(">") == 1
    fetched = templates.piece("ahead", links={traps.IMAGE: "preload", traps.SCRIPT: "modulepreload"})
    assert fetched.count("<") == fetched.count(">") == 2


@given(st.text())
def test_any_text_stays_text(value: str) -> None:
    inside = reading.Reader(templates.piece("drawing", coded="", said=value) + templates.piece("remark", said=value))
    assert inside.problems == []
    sound = value.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" not in value:
        assert "".join(inside.texts).replace("\r\n", "\n").replace("\r", "\n") == sound


def test_a_piece_is_not_escaped_twice() -> None:
    inner = templates.piece("remark", said="a < b")
    assert templates.piece("legends", parts=[inner]) == "<div class='a-legends'><p class='a-note'>a &lt; b</p></div>"
    assert inner + "<i>" == "<p class='a-note'>a &lt; b</p>&lt;i&gt;"


@pytest.mark.parametrize("missing", ["said", "coded"])
def test_a_value_that_is_missing_is_an_error(missing: str) -> None:
    filled = {name: "x" for name in ("said", "coded") if name != missing}
    with pytest.raises(jinja2.UndefinedError):
        templates.piece("drawing", **filled)


def test_templates_lay_no_blanks_between_elements() -> None:
    drawn = templates.piece("section", title="One", note="Two")
    assert drawn == "<div class='a-prose'><h2>One</h2></div><p class='a-note'>Two</p>"
