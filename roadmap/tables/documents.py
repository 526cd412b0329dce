"""Read TOML files strictly, and say in which line something is wrong.

The parser keeps no positions, so lines are found again in the text: a table by its heading, an entry
by its key below that heading. Where a file is written so that headings cannot be matched with what was
parsed, faults name no line rather than a wrong one.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from roadmap import errors
from roadmap.tables import delimited, files, noted, ranged, texts

MAX_BYTES = 1_000_000
"""Largest size of a TOML file: the parser takes two seconds for so many bytes."""

ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")

_HEADING = re.compile(r"[ \t]*\[\[?[ \t]*([A-Za-z0-9_-]+(?:[ \t]*\.[ \t]*[A-Za-z0-9_-]+)*)[ \t]*\]\]?")
_KEY = re.compile(r"[ \t]*([\"']?)([A-Za-z0-9_-]+)\1[ \t]*[=.]")
_DOTTED = re.compile(
    r"(?:^[ \t]*+\[{0,2}+|[{,])[ \t]*+(?:(?:[A-Za-z0-9_-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+\.[ \t]*+){16}",
    re.MULTILINE,
)
"""A dotted key so deep that the parser's time grows with the square of its length. What is looked for never gives a
sign back, or a line of blanks would take time in the same way."""
_POSITION = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_ANY = 10**15


@dataclass(frozen=True)
class Document:
    """A parsed TOML file.

    Parameters
    ----------
    file : str
        Its name.
    data : mapping
        The parsed content.
    text : str
        The content as it is written.
    """

    file: str
    data: Mapping[str, object]
    text: str
    _headings: dict[str, list[int]] = field(init=False, repr=False, compare=False)
    _keys: dict[tuple[int, str], int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        headings: dict[str, list[int]] = {"": [0]}
        keys: dict[tuple[int, str], int] = {}
        start = 0
        for number, line in enumerate(self.text.split("\n"), start=1):
            if heading := _HEADING.match(line):
                headings.setdefault(re.sub(r"[ \t]", "", heading[1]), []).append(number)
                start = number
            elif key := _KEY.match(line):
                keys.setdefault((start, key[2]), number)
        object.__setattr__(self, "_headings", headings)
        object.__setattr__(self, "_keys", keys)

    def line(self, name: str, place: int, key: str, *, count: int = 1) -> int | None:
        """Return the line of a key in a table, or of the table's heading when the key is not there.

        Parameters
        ----------
        name : str
            Dotted name of the table; empty for the top of the file.
        place : int
            Which of the tables of that name, from 0.
        key : str
        count : int
            How many tables of that name were parsed.
        """
        starts = self._headings.get(name, [])
        if len(starts) != count:
            return None
        start = starts[place]
        return self._keys.get((start, key), start) or None

    def located(self, fault: errors.Fault) -> errors.Fault:
        """Return a fault with its line, found from the dotted place in its column."""
        if fault.row is not None or fault.column is None:
            return fault
        parts = fault.column.split(".")
        for depth in range(len(parts) - 1, -1, -1):
            name = ".".join(parts[:depth])
            if name in self._headings:
                return dataclasses.replace(fault, row=self.line(name, 0, parts[depth]))
        return fault

    def root(self, faults: list[errors.Fault]) -> Record:
        """Return a reader of the whole file.

        Parameters
        ----------
        faults : list of Fault
            Collects what is wrong.
        """
        return Record(self.data, self.file, document=self, notes=noted.Notes(self.file, faults))


@dataclass
class Record(ranged.Reader):
    """One table of a document, which reads its entries and notes what is wrong, with the line.

    Parameters
    ----------
    document : Document
    place, count : int
        Which of how many tables of the same name this is.
    notes : noted.Notes
        Collects what is wrong, in the place of the reader's own list.
    language : str
        Of texts that do not say theirs; tables that are read from this one take it over.
    """

    document: Document = field(kw_only=True)
    notes: noted.Notes = field(kw_only=True)
    language: str = field(default=texts.DEFAULT, kw_only=True)
    place: int = field(default=0, kw_only=True)
    count: int = field(default=1, kw_only=True)

    @property
    def row(self) -> int | None:
        """Line of the table's heading."""
        return self.document.line(self.path, self.place, "", count=self.count)

    def fault(self, entry: str, key: str, value: object = None, **values: object) -> None:
        """Note a fault at an entry of this table."""
        column = f"{self.path}.{entry}" if self.path else entry
        listed = self.notes.lists(column)
        key_of_line = entry.partition(".")[0]
        line = self.document.line(self.path, self.place, key_of_line, count=self.count) if listed else None
        self.notes.add(line, column, value, key, values)

    def record(self, entry: str) -> Record:
        """Return a reader of a table; an absent or wrong one is one fault and reads as empty."""
        value = self._take(entry)
        if isinstance(value, Mapping):
            return Record(
                value, self.file, entry, document=self.document, notes=self.notes, language=self.language
            )
        if value is not None:
            self._wrong_type(entry, value, "table")
        return Record({}, self.file, entry, document=self.document, notes=noted.Notes(self.file, []))

    def records(self, entry: str) -> list[Record]:
        """Return a reader for each table of an array of tables; what is no table is left out."""
        value = self._take(entry)
        if value is None:
            return []
        if not isinstance(value, list):
            self._wrong_type(entry, value, "list")
            return []
        records = []
        for place, table in enumerate(value):
            if isinstance(table, Mapping):
                records.append(self._nth(table, entry, place, len(value)))
            else:
                self._wrong_type(entry, table, "table")
        return records

    def string(self, entry: str, *, optional: bool = False) -> str:
        """Return a text as it is written; ``""`` when it is absent or faulty."""
        if optional and self._absent(entry):
            return ""
        return self._printable(entry, self.text(entry, ""))

    def _printable(self, entry: str, value: str) -> str:
        code = delimited.control_character(value)
        if code is not None:
            self.fault(entry, "control_character", value, code=code)
        return value

    def words(self, entry: str, *, optional: bool = False) -> texts.Text:
        """Return a text for readers: in the scenario's language, or a table of languages with that one among them."""
        given = self.table.get(entry)
        if not isinstance(given, Mapping):
            return texts.Text(self.string(entry, optional=optional))
        self.asked.add(entry)
        found = {}
        for language, value in given.items():
            place = f"{entry}.{language}"
            if language not in texts.LANGUAGES:
                self.fault(place, "unknown_language", language, allowed=texts.LANGUAGES)
            elif not isinstance(value, str):
                self._wrong_type(place, value, "text")
            elif not value.strip():
                self.fault(place, "empty", value)
            else:
                found[language] = self._printable(place, value)
        if self.language not in given:
            self.fault(entry, "own_language_missing", language=self.language)
        return texts.Text(found.pop(self.language, ""), found)

    def identifier(self, entry: str) -> str:
        """Return a word of lower case letters, digits, hyphens; ``""`` after a fault."""
        value = self.string(entry)
        if value and not ID.fullmatch(value):
            self.fault(entry, "bad_id", value, allowed=ID.pattern)
            return ""
        return value

    def strings(self, entry: str) -> tuple[str, ...]:
        """Return a list of texts, empty when it is absent; what is no text is left out."""
        if self._absent(entry):
            return ()
        value = self.table[entry]
        if not isinstance(value, list):
            self._wrong_type(entry, value, "list")
            return ()
        words: dict[str, None] = {}
        for word in value:
            if not isinstance(word, str):
                self._wrong_type(entry, word, "text")
            elif not word.strip():
                self.fault(entry, "empty", word)
            elif word in words:
                self.fault(entry, "duplicate_item", word)
            else:
                words[word] = None
        return tuple(words)

    def whole(self, entry: str, *, low: int = -_ANY, high: int = _ANY, optional: bool = False) -> int | None:
        """Return a whole number in [low, high], or None when it is absent or faulty."""
        if optional and self._absent(entry):
            return None
        value = self.integer(entry, low - 1, low=low, high=high)
        return None if value < low else value

    def month(self, entry: str, *, low: int, high: int, optional: bool = False) -> int | None:
        """Return a month of the plan, or None when it is absent or faulty."""
        value = self.whole(entry, optional=optional)
        if value is not None and not low <= value <= high:
            self.fault(entry, "month_out_of_range", value, low=low, high=high)
            return None
        return value

    def _nth(self, table: Mapping[str, object], entry: str, place: int, count: int) -> Record:
        document = self.document
        return Record(
            table,
            self.file,
            entry,
            document=document,
            notes=self.notes,
            language=self.language,
            place=place,
            count=count,
        )

    def _absent(self, entry: str) -> bool:
        self.asked.add(entry)
        return entry not in self.table


def read(path: Path | files.File, faults: list[errors.Fault]) -> Document | None:
    """Return a parsed TOML file, or None with a fault that says why not.

    Parameters
    ----------
    path : Path or File
    faults : list of Fault
        Collects what is wrong.
    """
    file = files.of(path)
    raw = delimited.read_bytes(file, faults, limit=MAX_BYTES)
    text = None if raw is None else delimited.decode(raw, file.name, faults)
    if text is None:
        return None
    text = text.replace("\r\n", "\n")
    deep = _DOTTED.search(text)
    if deep is not None:
        line = text.count("\n", 0, deep.end()) + 1
        faults.append(errors.Fault(file.name, line, None, None, "toml_syntax", {"reason": "nested too deeply"}))
        return None
    try:
        return Document(file.name, tomllib.loads(text), text)
    except tomllib.TOMLDecodeError as error:
        faults.append(_syntax(file.name, str(error), text))
    except (ValueError, RecursionError) as error:
        # a number of thousands of digits, or brackets nested without end
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        faults.append(errors.Fault(file.name, None, None, None, "toml_syntax", {"reason": reason}))
    return None


def note_duplicates(records: Iterable[tuple[Record, str]], entry: str) -> None:
    """Note a fault for every record whose identifier an earlier one has already.

    Parameters
    ----------
    records : iterable of (Record, str)
    entry : str
        Entry that holds the identifier.
    """
    first: dict[str, Record] = {}
    for record, identity in records:
        if identity and first.setdefault(identity, record) is not record:
            record.fault(entry, "duplicate_id", identity, first_row=first[identity].row)


def _syntax(file: str, message: str, text: str) -> errors.Fault:
    """Return the fault of a file that cannot be parsed, from the parser's message."""
    position = _POSITION.search(message)
    reason = message if position is None else message[: position.start()]
    line = None
    if position is not None:
        line = int(position[1]) if position[1] else text.rstrip("\n").count("\n") + 1
    return errors.Fault(file, line, None, None, "toml_syntax", {"reason": reason})
