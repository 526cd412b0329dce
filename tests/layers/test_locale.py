"""The catalogues in `data/locale` hold every text of the code, and no other."""

from __future__ import annotations

import gettext
import io
import string
from pathlib import Path

import pytest
from babel.messages import catalog, mofile, pofile

from roadmap import atlas
from roadmap.model import formulae
from roadmap.plan import entries
from roadmap.record import control, rules
from roadmap.words import text
from tests.texts import Message, extracted, inside_f_strings, sources, written
from views import explain

REFRESH = "the texts changed; refresh data/locale with the commands in babel.cfg"


def read(path: Path) -> catalog.Catalog:
    """A catalogue or the template."""
    with path.open("rb") as stream:
        return pofile.read_po(stream)


def ids(texts: catalog.Catalog) -> set[Message]:
    """The messages of a catalogue."""
    return {tuple(each.id) if isinstance(each.id, list | tuple) else each.id for each in texts if each.id}


@pytest.fixture(scope="module")
def messages(root: Path) -> set[Message]:
    return extracted(sources(root))


def test_no_text_stands_inside_an_f_string(root: Path) -> None:
    found = {
        file.relative_to(root).as_posix(): calls
        for file in sources(root)
        if (calls := inside_f_strings(file.read_text(encoding="utf-8")))
    }
    assert found == {}, "give the text a name before the f-string"


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("f\"<p>{words.t('Lead')}</p>\"", 1),
        ("f\"{safe(words.t('Phase {number}', number=1))}\"", 1),
        ("f\"{a} {words.n('{count} place', '{count} places', 3)} {b:{words.t('wide')}}\"", 2),
        ("f\"{a}\" f\"{mark('Lead')}\"", 1),
        ('words.t(f"{kind} of money")', 0),
        ('lead = words.t("Lead")\nf"{lead}"', 0),
        ("f\"{words.t(text.NOTICE)} {words.t(TITLES['lead'])}\"", 0),
    ],
)
def test_a_planted_f_string_is_caught(source: str, count: int) -> None:
    assert len(inside_f_strings(source)) == count


def test_what_is_extracted_is_all_that_is_written(root: Path) -> None:
    # Read twice, by tokens and as a syntax tree: the template is the same whichever Python makes it.
    for file in sources(root):
        assert extracted([file]) == written(file), file.relative_to(root)


def test_the_template_is_current(messages: set[Message]) -> None:
    template = ids(read(text.LOCALE_FOLDER / "atlas.pot"))
    assert len(messages) > 300
    assert messages - template == set(), REFRESH
    assert template - messages == set(), REFRESH


def test_every_language_has_a_catalogue_of_the_same_texts(messages: set[Message]) -> None:
    folders = {path.parent.parent.name for path in text.LOCALE_FOLDER.glob("*/LC_MESSAGES/atlas.po")}
    assert folders == set(text.LANGUAGES)
    for language in text.LANGUAGES:
        texts = read(text.LOCALE_FOLDER / language / "LC_MESSAGES" / "atlas.po")
        assert ids(texts) == messages, REFRESH
        assert not any(each.fuzzy for each in texts if each.id)


def test_the_compiled_catalogues_are_those_that_can_be_read() -> None:
    for language in text.LANGUAGES:
        folder = text.LOCALE_FOLDER / language / "LC_MESSAGES"
        made = io.BytesIO()
        mofile.write_mo(made, read(folder / "atlas.po"))
        made.seek(0)
        expected, shipped = gettext.GNUTranslations(made), text.words(language).catalogue
        assert isinstance(shipped, gettext.GNUTranslations)
        assert shipped._catalog == expected._catalog, REFRESH  # type: ignore[attr-defined]  # noqa: SLF001


def names_in(message: str) -> set[str]:
    """The names in braces of a text."""
    return {name.split("!")[0] for _, name, _, _ in string.Formatter().parse(message) if name is not None}


def test_plural_forms_name_the_same_values(messages: set[Message]) -> None:
    plurals = [each for each in messages if isinstance(each, tuple)]
    assert plurals
    for singular, plural in plurals:
        assert names_in(singular) == names_in(plural)
        assert names_in(plural)


def test_translations_keep_the_names_in_braces() -> None:
    for language in text.LANGUAGES:
        for each in read(text.LOCALE_FOLDER / language / "LC_MESSAGES" / "atlas.po"):
            originals = each.id if isinstance(each.id, list | tuple) else (each.id,)
            translations = each.string if isinstance(each.string, list | tuple) else (each.string,)
            for translation in translations:
                if each.id and translation:
                    assert names_in(translation) == names_in(originals[-1]), each.id


def test_a_text_without_a_catalogue_entry_would_be_seen(tmp_path: Path, messages: set[Message]) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(
        'words.t("planted {one}", one=1)\nmark("second")\nwords.n("{count} a", "{count} b", 2)\nother("no")\n',
        encoding="utf-8",
    )
    assert extracted([planted]) == {"planted {one}", "second", ("{count} a", "{count} b")}
    assert not extracted([planted]) & messages


@pytest.mark.parametrize(
    ("table", "keys"),
    [
        (text.CLASSES, {each.key for each in control.CLASSES}),
        (text.CHANGES, set(rules.CHANGES)),
        (text.CONFIDENCES, set(rules.CONFIDENCES)),
        (text.KINDS, set(entries.KINDS)),
        (text.STATUSES, set(entries.STATUSES)),
        (explain.EQUATIONS, {each.key for each in (*formulae.EQUATIONS, *explain.BORDER)}),
        (explain.SYMBOLS, {key for each in (*formulae.EQUATIONS, *explain.BORDER) for _, key in each.symbols}),
        (explain.SYMBOLS, {key for key, _, _ in explain.BORDER_CONSTANTS}),
        (explain.UNITS, {unit for _, _, unit in explain.BORDER_CONSTANTS}),
    ],
)
def test_every_key_from_below_has_a_word(table: dict[str, str], keys: set[str]) -> None:
    assert keys
    assert keys <= set(table)
    assert all(table[key] for key in keys)


def test_every_parameter_has_words(plan: atlas.Atlas) -> None:
    records = plan.scenario.model.records()
    assert len(records) > 40
    for each in records:
        assert each.section in explain.SECTIONS
        assert each.unit in explain.UNITS
        assert each.key.split(".")[-1] in explain.SYMBOLS
