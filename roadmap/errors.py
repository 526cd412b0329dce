"""What can be wrong with a scenario or an observation table.

A :class:`Fault` says where something is wrong and names the kind by a key. Keys, and the names of
the values that come with each, are listed in :data:`FAULTS`; the sentences are written elsewhere,
in the reader's language.
"""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from geo import errors

FAULTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # the folder and its files
        "scenario_id": ("allowed",),  # an identifier that could be a path
        "unknown_scenario": ("allowed",),
        "scenario_id_differs": ("expected",),  # the id in the file and the folder's name
        "folder_unreadable": ("reason",),
        "unknown_file": ("suggestion",),  # its name is nearly that of a file that is read
        "file_missing": (),
        "broken_link": (),
        "not_a_file": (),  # a directory or a device stands in its place
        "file_unreadable": ("reason",),  # the operating system's short reason
        "file_too_large": ("megabytes", "limit"),
        "file_empty": (),
        "not_utf8": ("byte",),  # row is the line, byte as "0xe1"
        "nul_byte": (),  # row is the line
        "workbook": (),  # under the name of a text file
        "utf16": (),
        "toml_syntax": ("reason",),  # row is the line, reason as the parser gives it
        # the shape of a table
        "wrong_separator": ("found",),  # ";" or a tab in place of the comma
        "quotes": ("reason",),  # a quote that is never closed, or text after one
        "cell_too_long": ("limit",),
        "missing_column": ("found",),
        "unknown_column": ("allowed", "suggestion"),
        "duplicate_column": (),
        "cell_count": ("expected", "found"),  # a ragged row
        "no_rows": (),
        "too_many_rows": ("limit",),
        "control_character": ("code",),  # "U+0007"; no picture or office format can hold one
        # a TOML table
        "missing_key": (),
        "unknown_key": ("allowed",),
        "nothing_to_translate": ("other",),  # a cell of `title.es` beside an empty `title`
        "unknown_language": ("allowed",),  # of a text in several languages
        "own_language_missing": ("language",),  # such a text lacks the scenario's own
        "wrong_type": ("expected", "found"),  # text, whole_number, number, boolean, list, table
        # a single value
        "empty": (),
        "whole_number": (),  # "7.0", "seven"
        "number": (),
        "not_finite": (),
        "out_of_range": ("low", "high"),
        "unknown_choice": ("allowed",),
        "bad_id": ("allowed",),
        "too_long": ("limit",),
        "duplicate_item": (),  # twice in one list
        "not_in_order": ("other",),  # a low end above its high end, bounds that do not rise
        # keys of places
        "unknown_cvegeo": ("suggestion",),  # a key, several with name and state, or ""
        "younger_municipality": ("name", "parents"),  # founded after the outlines were drawn
        "other_key": ("name", "expected"),  # the same municipality under a key that INEGI does not use
        "state_total": ("state",),  # "01000"
        "not_specified": ("state",),  # "01999"
        "lost_leading_zero": ("expected",),
        "key_as_number": ("expected",),  # "14039.0"
        "unknown_state": ("suggestion",),
        "state_differs": ("expected",),  # the state's name against the municipality's key
        "coordinates_swapped": ("longitude", "latitude"),
        "outside_municipality": ("cvegeo", "kilometres"),
        "port_code": (),  # four digits, kept as text
        # places on the border
        "off_the_line": ("length_km",),  # a kilometre before the line begins or after it ends
        "place_needed": (),  # neither a stretch nor a crossing, or both
        "outside_sector": ("sector", "low", "high"),  # kilometres of the sector
        "unknown_crossing": ("suggestion",),
        "crossing_elsewhere": ("border",),  # a crossing on another border
        "crossing_mode": ("modes", "needed"),  # lanes at a railway bridge
        "figure_not_used": ("kind",),  # a figure that this kind of upgrade does not take
        "fails_before_service": ("first",),
        # identity
        "duplicate_row": ("first_row",),
        "duplicate_id": ("first_row",),
        "taken_id": (),  # that of an observed crossing
        "unknown_phase": ("allowed",),
        "unknown_zone": ("allowed",),
        "unknown_parent": ("suggestion",),
        "own_ancestor": (),  # an entry that is its own parent's parent
        "unknown_programme": ("suggestion",),
        "not_a_programme": ("found",),  # the kind of the entry named
        "unknown_indicator": ("suggestion",),
        # months
        "month_out_of_range": ("low", "high"),
        "end_before_start": ("first",),
        "before_phase": ("phase", "first"),
        "after_phase": ("phase", "last"),
        "before_zone": ("zone", "first"),
        "after_zone": ("zone", "last"),
        "zone_without_members": (),
        "baseline_needed": (),  # neither scores of month 0 nor public figures to compute them of
        "baseline_incomplete": ("count", "first"),  # municipalities without a score
        "unknown_territory": ("allowed",),
        "phase_count": ("most", "found"),
        "phase_number": ("expected",),
        "phase_start": ("expected",),  # phases follow one another without a gap
        "overlap": ("first_row",),  # two rows for one place at one time
        # money, and tables too long to list every fault of
        "more_rows": ("count",),  # further rows with a fault in this column
        "date_not_month": ("low", "high"),  # "2026-03-01" in place of a month of the plan
        "negative_money": (),
        "currency_sign": ("expected",),
        "thousands_separator": ("expected",),
        "decimal_comma": ("expected",),
        "too_many_decimals": ("limit",),
        "differs_from_row": ("expected", "first_row"),  # what must be the same in several rows
        "does_not_fit": ("other", "allowed"),  # the value against another column of its row
        "must_be_empty": ("other",),  # a place where the kind of place has none
        "unknown_sector": ("allowed",),
        "unknown_component": ("suggestion",),
        "not_a_component": ("found",),  # the kind of the entry named
        "more_than_before": ("month", "total", "before", "limit"),  # more delivered than disbursed
    }
)
"""Every fault key with the names of its values."""

MAX_NAME = 200
"""Signs of a column's name, and of a list or table written as text, that a fault keeps."""

_SHORT = 60
_LARGE = 10**30
"""Whole numbers beyond are kept as text: Python refuses to write thousands of digits."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and where.

    Parameters
    ----------
    file : str
        Name of the file inside its folder, such as ``"zones.csv"``.
    row : int, optional
        Row as a spreadsheet shows it (1-based, the header is row 1); in a TOML file the line.
    column : str, optional
        Column, or in a TOML file the key; of a long one the first :data:`MAX_NAME` signs.
    value : object, optional
        The value found, as it was written; lists, tables and whole numbers of many digits as a short text.
    key : str
        Kind of fault, one of :data:`FAULTS`.
    values : mapping
        What a sentence about it needs: the allowed range, the key it would have to be.
    """

    file: str
    row: int | None
    column: str | None
    value: object | None
    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep only what can be written, and with little: a table may be nested thousands deep."""
        object.__setattr__(self, "column", None if self.column is None else cut(self.column))
        object.__setattr__(self, "value", _plain(self.value))
        object.__setattr__(self, "values", {name: _plain(value) for name, value in self.values.items()})

    def __str__(self) -> str:
        """Return place, value, key and values in one line."""
        where = [self.file]
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.column is not None:
            where.append(f"`{_short(self.column)}`")
        if self.value is not None:
            where.append(brief(self.value))
        values = ", ".join(f"{name}={_short(value)}" for name, value in self.values.items())
        return f"{' '.join(where)}: {self.key}" + (f" ({values})" if values else "")


class ScenarioError(errors.AtlasError, ValueError):
    """A scenario or an observation table that cannot be used.

    Parameters
    ----------
    faults : iterable of Fault
        Everything that is wrong, in the order of files and rows.

    Attributes
    ----------
    faults : tuple of Fault
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[Fault, ...]]]:
        """Rebuild from the faults, so that the error survives pickling."""
        return type(self), (self.faults,)


class _Brief(reprlib.Repr):
    """Short texts of values, whole numbers of more digits than Python writes among them."""

    def repr_int(self, x: int, level: int) -> str:
        return _short(f"{x:#x}") if abs(x) > _LARGE else super().repr_int(x, level)


_BRIEF = _Brief()


def brief(value: object) -> str:
    """Return a value as Python writes it, shortened; whatever stands in a file can be written so.

    Examples
    --------
    >>> brief("x" * 1000)
    "'xxxxxxxxxxxx...xxxxxxxxxxxxx'"
    >>> len(brief([16**4000])) < 100
    True
    """
    return _BRIEF.repr(value)


def cut(text: str) -> str:
    """Return the first signs of a text that may be without end, marked where something is left off."""
    return text if len(text) <= MAX_NAME else f"{text[:MAX_NAME]}\N{HORIZONTAL ELLIPSIS}"


def _plain(value: object) -> object:
    """Return a value as it is, or as a short text where it may be too large to be written or compared."""
    if isinstance(value, int) and abs(value) > _LARGE:
        return _short(f"{value:#x}")
    if isinstance(value, tuple):
        return tuple(_plain(each) for each in value)
    return cut(brief(value)) if isinstance(value, (list, dict)) else value


def _short(value: object) -> str:
    """Return a value cut to a length that leaves a fault on one line."""
    if not isinstance(value, str):
        return brief(value)
    short = value if len(value) <= _SHORT else f"{value[: _SHORT - 3]}..."
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in short)
