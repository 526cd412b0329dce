"""Words and numbers for people, in the reader's language.

Every text that a person reads passes through :class:`Words`: sentences through gettext with the
catalogues in ``data/locale``, numbers and dates through Babel. The floors below hand up keys
(``state_control``, ``lost_leading_zero``); the tables here turn them into sentences.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale, dates, numbers

from roadmap.tables import texts

if TYPE_CHECKING:
    from geo import pack

DOMAIN = "atlas"
LOCALE_FOLDER = Path(__file__).resolve().parents[2] / "data" / "locale"
DEFAULT = "en"
LANGUAGES = ("en",)
_MILLION = 1_000_000
_TWO_DIGITS = 10


def mark(message: str) -> str:
    """Return a message as it is; the word tells the extractor to put it into the catalogue."""
    return message


CLASSES = {
    "state_control": mark("state control"),
    "state_influence": mark("state influence"),
    "contested": mark("contested"),
    "criminal_influence": mark("criminal-group influence"),
    "criminal_control": mark("criminal-group control"),
    "not_assessed": mark("not assessed"),
    "withheld": mark("withheld"),
}
CHANGES = {
    "reclaimed": mark("reclaimed"),
    "lost": mark("lost"),
    "unchanged": mark("unchanged"),
    "unknown": mark("unknown"),
}
CONFIDENCES = {"low": mark("low"), "medium": mark("medium"), "high": mark("high")}
LEADS = (mark("Mexico"), mark("United States"), mark("both"))
"""Leads of the shipped plan that are said in other languages as well."""
KINDS = {
    "principle": mark("Principle"),
    "institution": mark("Institution"),
    "component": mark("Component"),
    "programme": mark("Programme"),
    "milestone": mark("Milestone"),
    "metric": mark("Metric"),
    "note": mark("Context"),
}
STATUSES = {
    "claim": mark("claim about the real world"),
    "proposal": mark("proposal"),
    "framing": mark("argument"),
    "principle": mark("principle"),
    "metric": mark("measure of success"),
}
MODES = {
    "pedestrian": mark("on foot"),
    "car": mark("cars"),
    "bus": mark("buses"),
    "truck": mark("trucks"),
    "rail": mark("rail"),
}
NAMES = (
    *(mark("Mexico"), mark("United States"), mark("the United States"), mark("Guatemala"), mark("Belize")),
    *(mark("Pacific"), mark("Gulf")),
)
"""Names of the shipped geography that are said in other languages as well; names that nobody translates stay."""

NOTICE = mark(
    "An invented scenario: no municipality is assessed here. Geography, crossings and observed "
    "indicators are real and cited."
)
"""The sentence that parts the real from the invented, for pages and pictures."""

ALL_INVENTED = mark("An invented scenario in an invented country: nothing here is real, and no place is assessed.")
"""The same for a country that is made up itself."""


def notice(country: pack.Pack) -> str:
    """Return the sentence that parts the real from the invented, of a country."""
    return ALL_INVENTED if country.is_invented else NOTICE


@dataclass(frozen=True)
class Words:
    """The texts and number formats of one language.

    Parameters
    ----------
    language : str
        One of :data:`LANGUAGES`.
    """

    language: str = DEFAULT
    catalogue: gettext.NullTranslations = field(init=False, repr=False, compare=False)
    locale: Locale = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Open the catalogue and the number formats."""
        found = gettext.translation(DOMAIN, LOCALE_FOLDER, [self.language], fallback=True)
        object.__setattr__(self, "catalogue", found)
        object.__setattr__(self, "locale", Locale.parse(self.language))

    def t(self, message: str, **values: object) -> str:
        """Return a message in the reader's language, its ``{names}`` filled in."""
        text = self.catalogue.gettext(message)
        return text.format(**values) if values else text

    def n(self, singular: str, plural: str, count: int, **values: object) -> str:
        """Return the form of a message that fits a count; ``{count}`` is filled in."""
        text = self.catalogue.ngettext(singular, plural, count)
        return text.format(count=self.integer(count), **values)

    def integer(self, value: float) -> str:
        """Return a whole number with the language's grouping."""
        return numbers.format_decimal(round(value), locale=self.locale)

    def decimal(self, value: float, digits: int = 1) -> str:
        """Return a number with a fixed count of decimals."""
        pattern = "#,##0." + "0" * digits if digits else "#,##0"
        return numbers.format_decimal(value, format=pattern, locale=self.locale)

    def number(self, value: float) -> str:
        """Return a number with as many decimals as it has, at most four."""
        return numbers.format_decimal(value, format="#,##0.####", locale=self.locale)

    def percent(self, share: float, digits: int = 1) -> str:
        """Return a share in [0, 1] as a percentage."""
        pattern = "#,##0." + "0" * digits + " %" if digits else "#,##0 %"
        return numbers.format_percent(share, format=pattern, locale=self.locale)

    def signed(self, value: float, digits: int = 0) -> str:
        """Return a number with its sign; a true minus sign, and ± for what rounds to zero."""
        rounded = round(value, digits)
        if rounded == 0:
            return f"\N{PLUS-MINUS SIGN}{self.decimal(0, digits)}"
        sign = "+" if rounded > 0 else "\N{MINUS SIGN}"
        return sign + self.decimal(abs(rounded), digits)

    def day(self, value: date) -> str:
        """Return a date in words."""
        return dates.format_date(value, format="long", locale=self.locale)

    def of(self, given: str) -> str:
        """Return a scenario's text in the reader's language, where it has it, else in the scenario's own."""
        return given.translated(self.language) if isinstance(given, texts.Text) else given

    def at(self, month: int, baseline: str, later: str, **values: object) -> str:
        """Return the sentence that is right for a month of the plan.

        The name of a month does not bend when it is put into a sentence, so there are two of them.

        Parameters
        ----------
        month
            Of the plan.
        baseline, later
            What is said at the baseline, and in the months after it, with ``{month}`` in it. Both are marked.
        **values
            What else is filled in.
        """
        return self.t(later, month=month, **values) if month else self.t(baseline, **values)

    def month(self, month: int) -> str:
        """Return the name of a month of the plan, as it stands by itself."""
        return self.at(month, mark("baseline (month 0)"), mark("month {month}"))

    def since(self, month: int) -> str:
        """Return what a change is measured against, as it stands by itself."""
        return self.at(month, mark("since baseline (month 0)"), mark("since month {month}"))

    def months(self, first: int, last: int | None) -> str:
        """Return a span of months of the plan."""
        if last is None:
            return self.t("from month {first}", first=first)
        if first == last:
            return self.t("month {month}", month=first)
        return self.t("months {first}\N{EN DASH}{last}", first=first, last=last)

    def parted(self, message: str, name: str, **values: object) -> tuple[str, str]:
        """Return what of a message stands before and behind one of its values, which is set in a type of its own."""
        before, _, behind = self.t(message, **{name: "\0"}, **values).partition("\0")
        return before, behind

    def pair(self, name: str, value: str) -> str:
        """Return a value with its name before it."""
        return self.t("{name}: {value}", name=name, value=value)

    def pairs(self, parts: Iterable[tuple[str, str]]) -> str:
        """Return values, each with its name, as an enumeration."""
        return "; ".join(self.pair(name, value) for name, value in parts)

    @staticmethod
    def listed(names: Iterable[str]) -> str:
        """Return names as an enumeration, without the empty ones."""
        return ", ".join(filter(None, names))

    @staticmethod
    def paragraph(*sentences: str) -> str:
        """Return whole sentences one after another, without the empty ones."""
        return " ".join(filter(None, sentences))

    def named(self, table: Mapping[str, str], key: str) -> str:
        """Return the word for a key, or the key itself where no word is known."""
        return self.t(table[key]) if key in table else key

    def name(self, name: str) -> str:
        """Return a name of the geography as the language calls it, or as it is where no other is known."""
        named = self.of(name)
        return self.t(named) if named else ""

    def people(self, count: float) -> str:
        """Return a number of people, in millions where that reads better."""
        millions = count / _MILLION
        if abs(millions) >= 1:
            digits = 2 if abs(millions) < _TWO_DIGITS else 1
            return self.t("{number} million", number=self.decimal(millions, digits))
        return self.integer(count)


@lru_cache(maxsize=8)
def words(language: str = DEFAULT) -> Words:
    """Return the words of a language; unknown languages read English."""
    return Words(language if language in LANGUAGES else DEFAULT)
