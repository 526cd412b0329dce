"""Words and numbers for people."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmap.words import text

WORDS = text.words()


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, "0 zones at work"), (1, "1 zone at work"), (2, "2 zones at work"), (1234, "1,234 zones at work")],
)
def test_the_form_fits_the_count(count: int, expected: str) -> None:
    assert WORDS.n("{count} zone at work", "{count} zones at work", count) == expected


def test_a_form_takes_more_values() -> None:
    assert WORDS.n("{count} fault in {name}", "{count} faults in {name}", 2, name="x") == "2 faults in x"


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (0, 0, "±0"),
        (0.004, 2, "±0.00"),
        (-0.004, 2, "±0.00"),
        (0.05, 1, "+0.1"),
        (-0.05, 1, "−0.1"),
        (0.049, 1, "±0.0"),
        (1234.5, 1, "+1,234.5"),
        (-1234.5, 1, "−1,234.5"),
        (-3, 0, "−3"),
    ],
)
def test_a_change_has_its_sign(value: float, digits: int, expected: str) -> None:
    assert WORDS.signed(value, digits) == expected


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_a_change_that_shows_nothing_has_no_sign(value: float, digits: int) -> None:
    shown = WORDS.signed(value, digits)
    nothing = not any(sign in "123456789" for sign in shown)
    assert shown[0] == ("±" if nothing else "+" if value > 0 else "−")
    assert "-" not in shown


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_a_rise_and_a_fall_of_the_same_size_differ_in_sign_only(value: float, digits: int) -> None:
    assert WORDS.signed(value, digits)[1:] == WORDS.signed(-value, digits)[1:]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (WORDS.integer(1234567), "1,234,567"),
        (WORDS.integer(0), "0"),
        (WORDS.decimal(1234.56), "1,234.6"),
        (WORDS.decimal(3, 2), "3.00"),
        (WORDS.decimal(2.4, 0), "2"),
        (WORDS.percent(0.3334), "33.3 %"),
        (WORDS.percent(1, 0), "100 %"),
        (WORDS.people(999_999), "999,999"),
        (WORDS.people(1_234_567), "1.23 million"),
        (WORDS.people(126_014_024), "126.0 million"),
        (WORDS.day(date(2026, 3, 1)), "March 1, 2026"),
        (WORDS.month(0), "baseline (month 0)"),
        (WORDS.month(30), "month 30"),
        (WORDS.months(3, None), "from month 3"),
        (WORDS.months(3, 3), "month 3"),
        (WORDS.months(3, 9), "months 3–9"),
        (WORDS.named(text.CLASSES, "criminal_control"), "criminal-group control"),
        (WORDS.named(text.CLASSES, "no such key"), "no such key"),
    ],
)
def test_numbers_and_months_in_words(found: str, expected: str) -> None:
    assert found.replace("\N{NO-BREAK SPACE}", " ") == expected


def test_values_are_filled_in_once() -> None:
    assert WORDS.t("{name} of {place}", name="{place}", place="{name}") == "{place} of {name}"
    assert WORDS.t("a {text} without values") == "a {text} without values"


@pytest.mark.parametrize("language", ["xx", "", "en_US", "../en", "EN", "\N{SNOWMAN}"])
def test_an_unknown_language_reads_english(language: str) -> None:
    assert text.words(language).language == "en"


def test_words_come_from_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    class Shouting:
        def gettext(self, message: str) -> str:
            return message.upper().replace("{COUNT}", "{count}")

        def ngettext(self, singular: str, plural: str, count: int) -> str:
            return self.gettext(singular if count == 1 else plural)

    monkeypatch.setattr(text.gettext, "translation", lambda *_arguments, **_options: Shouting())
    loud = text.Words("en")
    assert loud.t("contested") == loud.named(text.CLASSES, "contested") == "CONTESTED"
    assert loud.n("{count} zone", "{count} zones", 2) == "2 ZONES"
