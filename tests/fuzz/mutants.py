"""Scenarios with something changed at random: bytes, cells, rows, columns, values, encodings, kinds of files, names."""

from __future__ import annotations

import csv
import io
import os
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Grid = list[list[str]]
Content = bytes | str
"""The bytes of a file, or what stands in its place: one of :data:`KINDS`."""

KINDS = ("directory", "pipe", "device", "endless", "broken link", "absent")

NUMBERS = [
    *("0", "1", "2", "3", "6", "7", "8", "18", "19", "36", "37", "48", "49", "59", "60", "61", "-1", "+8", "08", "8.0"),
    *("1e1", "1E400", ".5", "5.", "0.05", "1.0000001", "0.1", "1_0", "0x1F", "0b1", "1,5", "1.000,5", "1 000", "٨"),
    *("nan", "NaN", "inf", "-inf", "Infinity", "1e-400", "9" * 20, "9" * 400, "0" * 50 + "8", "½", "\uff18", "−3"),
    *("2025", "1985"),
]
KEYS = [
    *("01001", "01002", "02004", "14039", "1001", "2004", "2004.0", "02004 ", " 02 004", '="02004"', "'02004"),
    *("02-004", "02004;02004"),
    *("01003", "02009", "01000", "01999", "99999", "00000", "01", "1", "Gamma", "GAMMA", "gamma two", "Epsilon", "One"),
    *("\uff10\uff12\uff10\uff10\uff14",),
    *("02004\u200b", "0200\u0664", "2.004E+03", "north", "south", "north;south", "01001;02004", ";", "*"),
]
WORDS = [
    *("", " ", "\t", "x", "patrols", "courts", "opening", "PATROLS", "US", "us", "withheld", "unmet", "tower", "null"),
    *("=1+1", "@SUM(1)", "<b>", "{x}", "%s", "$5", "5 USD", "2026-03-01", "1/3/26", "a,b", 'a"b', "a\nb"),
    *("a\rb", "a;b"),
    *("ñ", "é", "\ufeff", "\u2060", "\u202e", "\x07", "\x00", "\x1f", "\x85", "\u2028", "\U0001d7d8"),
    *("x" * 300, "x" * 21_000),
    *("x" * 140_000, "[", "]", "#", "'''", '"""', "\\", "\\u0007", "\\ud800"),
]
VALUES = [
    *("0", "1", "-1", "7", "60", "61", "0.0", "1.0", "0.5", "-0.0", "1e400", "nan", "inf", "-inf", "+1", "1_0", "0x1F"),
    *("0o7", "0b1", "0x1" + "0" * 4000, "9" * 19, "9" * 4301, "1e-9", "true", "false", '""', '" "', '"x"', "'x'"),
    *('"north"', '"patrols"', '"\\u0007"', '"""a\nb"""', "[]", "[[]]", "{}", "{ value = 1 }"),
    *("{ value = 0.5, low = 0.6 }", '["a", "a"]', "[1, 'x']"),
    *("{ value = 0.5, high = 2 }", "1979-05-27", "07:32:00", "1979-05-27T07:32:00Z", '["patrols"]'),
    *("[" * 50 + "]" * 50, "[" * 3000, "{a.b.c = 1}", "", "=", "null", "01", "1.", ".5", '"v2"', '"contested"', '"MX"'),
]
LINES = [
    *("", "# a remark", "x = 1", "[x]", "[[x]]", "[[entry]]", "[[zone]]", "[[phase]]", "[scenario]", "[change]"),
    *("a.b = 1", "x = [", "phase = 1"),
    *("a." * 40 + "b = 1", "[" + "a." * 40 + "b]", "'' = 1", '"a\\nb" = 1', "\ufeff", "\x01", "=", "["),
]


@dataclass
class Mutant:
    """What is changed against a sound scenario."""

    files: dict[str, Content]
    done: list[str] = field(default_factory=list)

    def write(self, folder: Path, sound: Mapping[str, bytes]) -> None:
        """Write the scenario into an empty folder."""
        for name, content in (sound | self.files).items():
            path = folder / name
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                _PUT[content](path)


_PUT: dict[str, Callable[[Path], object]] = {
    "directory": Path.mkdir,
    "pipe": os.mkfifo,
    "device": lambda path: path.symlink_to("/dev/null"),
    "endless": lambda path: path.symlink_to("/dev/zero"),
    "broken link": lambda path: path.symlink_to("nowhere"),
    "absent": lambda _path: None,
}


def mutant(chance: random.Random, sound: Mapping[str, bytes]) -> Mutant:
    """Change one file, seldom two, in one to three ways."""
    found = Mutant({})
    for name in chance.sample(sorted(sound), 1 if chance.random() < 0.9 else 2):
        if chance.random() < 0.04:
            found.files[name] = chance.choice(KINDS)
            found.done.append(f"{name}: {found.files[name]}")
        elif chance.random() < 0.03:
            other = chance.choice(_RENAMED)(name)
            found.files |= {other: sound[name]} if chance.random() < 0.3 else {other: sound[name], name: "absent"}
            found.done.append(f"{name}: named {other!r}")
        else:
            found.files[name] = _changed(chance, name, sound[name], found.done)
    return found


_RENAMED: list[Callable[[str], str]] = [
    str.upper,
    str.capitalize,
    lambda name: f" {name}",
    lambda name: name.replace(".", " ."),
    lambda name: f"{name}.txt",
    lambda name: name.replace(".", " (1)."),
    lambda name: f"Copy of {name}",
]


def _changed(chance: random.Random, name: str, content: bytes, done: list[str]) -> bytes:
    inner = _changed_table if name.endswith(".csv") else _changed_lines
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        change = chance.choice((inner, inner, inner, inner, _changed_bytes))
        content = change(chance, content, done)
    return content


# --- bytes --------------------------------------------------------------------------------------


_INSERTED = [b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\n", b'"', b",", b";", b"\xc3", b"=", b"\xed\xa0\x80"]


def _changed_bytes(chance: random.Random, content: bytes, done: list[str]) -> bytes:
    start = chance.randrange(len(content) + 1)
    end = min(len(content), start + chance.randrange(1, 30))
    inserted = chance.choice(_INSERTED)
    kind = chance.choice(list(_BYTES))
    done.append(f"{kind} at {start}")
    return _BYTES[kind](content, start, end, inserted)


def _encoded(encoding: str) -> Callable[[bytes, int, int, bytes], bytes]:
    return lambda content, _start, _end, _inserted: content.decode("utf-8", "replace").encode(encoding, "replace")


_BYTES: dict[str, Callable[[bytes, int, int, bytes], bytes]] = {
    "cut": lambda content, start, end, _: content[:start] + content[end:],
    "ended": lambda content, start, _end, _: content[:start],
    "inserted": lambda content, start, _end, inserted: content[:start] + inserted + content[start:],
    "repeated": lambda content, start, end, _: content[:end] + content[start:end] * 3 + content[end:],
    "flipped": lambda content, start, _end, _: (
        content[:start] + bytes([each ^ 4 for each in content[start : start + 1]]) + content[start + 1 :]
    ),
    "twice": lambda content, _start, _end, _: content + content,
    "lines of Windows": lambda content, _start, _end, _: content.replace(b"\n", b"\r\n"),
    "lines of old": lambda content, _start, _end, _: content.replace(b"\n", b"\r"),
    "marked": lambda content, _start, _end, _: b"\xef\xbb\xbf" + content,
    "workbook": lambda content, _start, _end, _: b"PK\x03\x04" + content,
    "empty": lambda _content, _start, _end, _: b"",
    "latin-1": _encoded("latin-1"),
    "utf-16": _encoded("utf-16"),
    "utf-16-le": _encoded("utf-16-le"),
    "utf-32": _encoded("utf-32"),
}


# --- tables -------------------------------------------------------------------------------------


def _changed_table(chance: random.Random, content: bytes, done: list[str]) -> bytes:
    try:
        grid = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        return _changed_bytes(chance, content, done)
    if len(grid) < 2 or not grid[0]:
        return _changed_bytes(chance, content, done)
    kind = chance.choice(("cell", "cell", "cell", "cell", "cell", "row", "column"))
    if kind == "cell":
        _change_cell(chance, grid, done)
    elif kind == "row":
        _change_rows(chance, grid, done)
    else:
        _change_columns(chance, grid, done)
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=chance.choice(("\n", "\n", "\n", "\r\n"))).writerows(grid)
    return stream.getvalue().encode("utf-8", "surrogatepass")


_CELL_KINDS = ("other row", "padded", "one sign more", "one sign less", "other column")


def _change_cell(chance: random.Random, grid: Grid, done: list[str]) -> None:
    row = chance.randrange(1, len(grid))
    if not grid[row]:
        return
    column = chance.randrange(len(grid[row]))
    former = grid[row][column]
    pool = chance.choice((NUMBERS, KEYS, WORDS))
    kind = chance.choice(("pool", "pool", "pool", "pool", *_CELL_KINDS))
    grid[row][column] = {
        "pool": lambda: chance.choice(pool),
        "other row": lambda: (chance.choice(grid)[column:] or [""])[0],
        "padded": lambda: chance.choice((" ", "\t", "\u00a0", "\u200b")) + former + chance.choice(("", " ", "\u3000")),
        "one sign more": lambda: former + chance.choice("0159.,-e_x '\""),
        "one sign less": lambda: former[:-1],
        "other column": lambda: chance.choice(grid[row]),
    }[kind]()
    done.append(f"row {row + 1}, {grid[0][column : column + 1]}: {former[:40]!r} -> {grid[row][column][:40]!r}")


def _change_rows(chance: random.Random, grid: Grid, done: list[str]) -> None:
    row = chance.randrange(1, len(grid))
    kind = chance.choice(("cut", "twice", "swapped", "blank", "commas", "short", "long", "hundreds", "heading again"))
    done.append(f"row {row + 1} {kind}")
    if kind == "cut":
        del grid[row]
    elif kind == "swapped":
        other = chance.randrange(1, len(grid))
        grid[row], grid[other] = grid[other], grid[row]
    elif kind == "short":
        grid[row] = grid[row][:-1]
    elif kind == "long":
        grid[row] = [*grid[row], "x"]
    else:
        added = {"twice": [grid[row]], "blank": [[]], "commas": [[""] * len(grid[0])], "heading again": [grid[0]]}
        grid[row:row] = added.get(kind, [grid[row]] * 300)


def _change_columns(chance: random.Random, grid: Grid, done: list[str]) -> None:
    column = chance.randrange(len(grid[0]))
    other = chance.randrange(len(grid[0]))
    kind = chance.choice(("cut", "twice", "swapped", "renamed", "further"))
    done.append(f"column {grid[0][column]!r} {kind}")
    if kind == "renamed":
        name = grid[0][column]
        grid[0][column] = chance.choice((name.upper(), name.title(), f" {name} ", f"\ufeff{name}", "x", "", name[:-1]))
        return
    for number, row in enumerate(grid):
        if max(column, other) >= len(row):
            continue
        if kind == "cut":
            del row[column]
        elif kind == "twice":
            row.insert(column, row[column])
        elif kind == "swapped":
            row[column], row[other] = row[other], row[column]
        else:
            row.append("x" if number else "further")


# --- settings -----------------------------------------------------------------------------------


_LINE_KINDS = ("value", "number", "name", "cut", "twice", "swapped", "line")


def _changed_lines(chance: random.Random, content: bytes, done: list[str]) -> bytes:
    lines = content.decode("utf-8", "surrogateescape").split("\n")
    number = chance.randrange(len(lines))
    named = [place for place, line in enumerate(lines) if " = " in line]
    kind = chance.choice(("value", "value", "value", "value", *_LINE_KINDS))
    if kind in ("value", "number", "name") and named:
        number = chance.choice(named)
        name, _, value = lines[number].partition(" = ")
        if kind == "value":
            lines[number] = f"{name} = {chance.choice(VALUES)}"
        elif kind == "number":
            digits = [place for place, sign in enumerate(value) if sign.isdigit()] or [0]
            place = chance.choice(digits)
            lines[number] = f"{name} = {value[:place]}{chance.choice('0123456789.-_e')}{value[place + 1 :]}"
        else:
            lines[number] = f"{chance.choice((name.upper(), name[:-1], 'id', 'x', f'{name}.a'))} = {value}"
    elif kind == "cut":
        del lines[number]
    elif kind == "twice":
        lines.insert(number, lines[number])
    elif kind == "swapped":
        other = chance.randrange(len(lines))
        lines[number], lines[other] = lines[other], lines[number]
    else:
        lines.insert(number, chance.choice(LINES))
    done.append(f"line {number + 1} {kind}: {lines[number][:60] if number < len(lines) else ''!r}")
    return "\n".join(lines).encode("utf-8", "surrogateescape")
