"""Pieces of a page: every text from data stands in them as text."""

from __future__ import annotations

import base64
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import base, figures, legends, palette
from roadmap import atlas as atlases
from roadmap import moments
from roadmap.record import control
from roadmap.words import text
from tests.layers import by_hand, traps
from tests.views import reading
from views import pieces


@pytest.fixture(scope="module")
def small(plan: atlases.Atlas) -> atlases.Atlas:
    return by_hand.atlas(plan)


@pytest.fixture(scope="module")
def hostile(small: atlases.Atlas) -> atlases.Atlas:
    return traps.set_in(small)


@given(st.text())
def test_any_text_stands_as_text_in_markdown(value: str) -> None:
    marked = pieces.plain(value)
    assert reading.unescaped(marked) == value
    outside = re.sub(r"(?<!\\)(?:\\\\)*(`+)\S.*?(?<!`)\1(?!`)", "", marked) if "`" in marked else marked
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>#|~$:&!]", outside)


INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


@pytest.mark.parametrize(
    "value",
    [
        "Write it into the file, for example with gdal_edit.py -a_srs EPSG:4326.",
        "https://example.org/a_b?c=*d*",
        "www.example.org",
        "a@example.org",
        ":smile: :material/home: 12:30:15",
        "a@b.:material/home: :material/x:/:material/y:@z.org",
        "a -> b <- c -- d >= e",
        "`www.example.org`",
        "``x``@example.org`",
    ],
)
def test_what_is_copied_from_a_message_is_what_was_written(value: str) -> None:
    marked = pieces.plain(value)
    assert reading.unescaped(marked) == value
    assert not INVISIBLE.search(marked)
    assert ":material/" not in marked


def test_a_long_word_is_looked_through_once() -> None:
    word = "x" * 200_000
    assert pieces.plain(word) == word


@pytest.mark.parametrize("value", ["EPSG:4326", "12:30", "Phase 1: trust", "a/b", "São Paulo"])
def test_what_markdown_takes_for_nothing_more_is_no_code(value: str) -> None:
    assert "`" not in pieces.plain(value)


@pytest.mark.parametrize("dark", [False, True])
def test_names_stand_as_text_in_every_piece(hostile: atlases.Atlas, words: text.Words, dark: bool) -> None:  # noqa: FBT001
    trap = base.Legend(traps.SCRIPT, (base.LegendRow("x", traps.IMAGE, note=traps.SCRIPT),), traps.IMAGE)
    drawn = [
        pieces.head(moments.of(hostile, 20).now, words),
        pieces.page_head(hostile, traps.SCRIPT, words),
        pieces.figure_row(figures.headline(moments.of(hostile, 22), words)),
        *(pieces.card(moments.of(hostile, 20), position, words, dark=dark) for position in range(4)),
        *(
            legends.table(each.legend(moments.of(hostile, 20), words), words, dark=dark)
            for each in base.registry().values()
        ),
        legends.table(trap, words, dark=dark),
    ]
    for piece in drawn:
        assert reading.Reader(piece).problems == []
    assert hostile.scenario.title in reading.Reader(drawn[0]).texts
    assert any(traps.FORMULA in each for each in reading.Reader(pieces.head(moments.of(hostile, 30).now, words)).texts)
    for position, name in enumerate(traps.NAMES):
        card = reading.Reader(pieces.card(moments.of(hostile, 20), position, words, dark=dark))
        assert name in card.texts
        assert ("section", "aria-label", name) in card.attributes


def test_a_figure_with_markup_in_it_is_text(words: text.Words) -> None:
    del words
    figure = figures.Figure("key", *[traps.IMAGE] * 4, (traps.SCRIPT,), 1)
    drawn = reading.Reader(pieces.figure_row([figure]))
    assert drawn.problems == []
    assert traps.SCRIPT in drawn.texts


def test_the_head_names_product_scenario_month_and_warning(plan: atlases.Atlas, words: text.Words) -> None:
    said = reading.Reader(pieces.head(moments.of(plan, 30).now, words)).text
    phase = plan.scenario.phases[2].title
    for part in ("Roadmap Atlas", plan.scenario.title, f"month 30, phase 3: {phase}", "HYPOTHETICAL"):
        assert part in said
    start = reading.Reader(pieces.head(moments.of(plan, 0).now, words)).text
    assert "baseline (month 0)" in start
    assert "phase" not in start


def test_the_card_by_hand(small: atlases.Atlas, words: text.Words) -> None:
    alpha = [
        each.strip(" ·") for each in reading.Reader(pieces.card(moments.of(small, 12), 0, words, dark=False)).texts
    ]
    assert alpha[:4] == ["Alpha", "One", "01001", "B · state influence"]
    facts = dict(zip(alpha[7::2], alpha[8::2], strict=True))
    assert facts == {
        "Control score": "0.70",
        "Confidence": "medium",
        "Change": "reclaimed",
        "Zone": "North",
        "Population": "10 (estimate)",
        "Area": "1 km²",
        "Delivered so far (invented)": "US$ 33",
        "Most of it for": "patrols",
    }
    gamma = [
        each.strip(" ·") for each in reading.Reader(pieces.card(moments.of(small, 12), 2, words, dark=False)).texts
    ]
    assert gamma[-4:] == ["Delivered so far (invented)", "US$ 0", "Most of it for", "nothing yet"]
    delta = reading.Reader(pieces.card(moments.of(small, 7), 3, words, dark=False))
    said = [each.strip() for each in delta.texts]
    for part in ("× · withheld", "no score", "–", "unknown", "none at work"):
        assert part in said, part
    assert "0.95" not in delta.text  # the score that the model keeps to itself
    history = next(value for tag, name, value in delta.attributes if (tag, name) == ("img", "alt"))
    assert history == (
        "months 0–4: criminal-group control; months 5–8: withheld; "
        "months 9–49: criminal-group control; months 50–60: not assessed"
    )


def test_the_cards_picture_hides_what_is_withheld(small: atlases.Atlas, words: text.Words) -> None:
    card = pieces.card(moments.of(small, 7), 3, words, dark=False)
    coded = re.search(r"base64,([A-Za-z0-9+/=]+)'", card)
    assert coded is not None
    drawing = base64.b64decode(coded[1]).decode()
    points = re.search(r'points="([^"]*)"', drawing)
    assert points is not None
    assert len(points[1].split()) == 61 - 4 - 11
    # Four runs of months, each one block: not held, withheld (5 to 8), not held, not assessed (50 on).
    blocks = re.findall(r'<rect x="([\d.]+)" y="52" width="([\d.]+)" height="12" fill="(#\w+)"', drawing)
    month = 300 / 61
    assert [(round(float(x) / month), round((float(width) - 0.3) / month), colour) for x, width, colour in blocks] == [
        (first, count, palette.CONTROL[key].light)
        for first, count, key in (
            (0, 5, "criminal_control"),
            (5, 4, "withheld"),
            (9, 41, "criminal_control"),
            (50, 11, "not_assessed"),
        )
    ]
    assert "<script" not in drawing


def test_the_score_on_a_card_gives_the_class_beside_it(plan: atlases.Atlas, words: text.Words) -> None:
    scores = plan.plan.projected.score[30]
    below = [edge - scores for edge in control.BOUNDARIES]
    just_below = [int(position) for gap in below for position in np.flatnonzero((gap > 0) & (gap < 0.005))[:20]]
    assert len(just_below) > 10
    for position in just_below:
        texts = reading.Reader(pieces.card(moments.of(plan, 30), position, words, dark=False)).texts
        shown = float(texts[texts.index("Control score") + 1])
        assert list(control.classify([shown])) == [plan.plan.codes[30, position]]


def test_the_legend_shows_letter_name_and_three_counts(small: atlases.Atlas, words: text.Words) -> None:
    legend = legends.table(base.find("control").legend(moments.of(small, 7), words), words, dark=False)
    rows = re.findall(r"<tr.*?</tr>", legend)
    said = [reading.Reader(row).texts for row in rows]
    assert said[0] == ["Municip.", "People", "km²"]
    assert said[1] == ["A", "state control", "1", "30", "3"]
    assert said[4] == ["D", "criminal-group influence", "0", "0", "0"]
    assert said[7] == ["×", "withheld", "1", "40", "4"]
    assert "class='a-none'" in rows[4]
    assert "class='a-none'" not in rows[1]


@pytest.mark.parametrize("dark", [False, True])
def test_swatches_have_the_colours_and_patterns_of_the_palette(dark: bool) -> None:  # noqa: FBT001
    for swatch in (*palette.CONTROL.values(), *palette.CHANGE.values()):
        style = legends.swatch_style(swatch, dark=dark)
        assert style.endswith(swatch.dark if dark else swatch.light)
        assert ("gradient" in style) == bool(swatch.pattern)
        assert ((swatch.ink_dark if dark else swatch.ink) in style) == bool(swatch.pattern)


class Marked(text.Words):
    """A language in which every text that passed through the catalogue wears brackets."""

    def t(self, message: str, **values: object) -> str:
        return f"⟦{super().t(message, **values)}⟧"

    def n(self, singular: str, plural: str, count: int, **values: object) -> str:
        return f"⟦{super().n(singular, plural, count, **values)}⟧"

    def parted(self, message: str, name: str, **values: object) -> tuple[str, str]:
        before, behind = super().parted(message, name, **values)
        return f"{before}⟧", f"⟦{behind}"


def test_every_text_of_the_pieces_goes_through_the_catalogue(small: atlases.Atlas) -> None:
    marked = Marked()
    data = {*by_hand.NAMES, *by_hand.KEYS, "One", "Two", "Fourteen", "North", "South", "Late", small.scenario.title}
    drawn = [
        pieces.head(moments.of(small, 30).now, marked),
        pieces.page_head(small, "⟦title⟧", marked),
        pieces.figure_row(figures.headline(moments.of(small, 22), marked)),
        *(pieces.card(moments.of(small, 7), position, marked, dark=False) for position in range(4)),
        *(
            legends.table(each.legend(moments.of(small, 20), marked), marked, dark=False)
            for each in base.registry().values()
        ),
    ]
    for piece in drawn:
        for said in reading.Reader(piece).texts:
            own = re.sub(r"⟦.*⟧", "", said)
            for name in sorted(data, key=len, reverse=True):
                own = own.replace(name, "")
            assert not re.search(r"[^\W\d_]{2,}", own), said
    for each in base.registry().values():
        assert all(heading.startswith("⟦") for heading in each.columns(marked).values())
        assert each.title(marked).startswith("⟦")


def test_a_run_is_not_changed_by_drawing_it(small: atlases.Atlas, words: text.Words) -> None:
    before = small.plan.codes.copy()
    pieces.card(moments.of(small, 20), 0, words, dark=True)
    assert (small.plan.codes == before).all()
