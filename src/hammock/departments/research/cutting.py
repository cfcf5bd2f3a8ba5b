"""Cuts files into tables: decodes them, finds the header and the rows, and names what is no row.

A quotation mark that is never closed takes no more than its line, sentences are not cut at their
commas, and a word among plain texts is no header.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from hammock.departments.research.errors import UnreadableFile
from hammock.departments.research.rules.columns import plain_name
from hammock.departments.research.rules.numbers import plainly

HEADER_WITHIN = 12  # lines
LARGEST_FILE = 2_000_000_000  # bytes
LONGEST_CELL = 1_000  # lines; a quotation mark that is open for longer was none
_LINES = "\x1f"  # cuts nothing: every line is one text
_SIGNATURES = {b"PK\x03\x04": "a ZIP or Excel file", b"%PDF": "a PDF", b"\x1f\x8b": "gzipped"}


@dataclass(frozen=True, slots=True)
class Refused:
    """A row, or one cell of it, that was not taken: where it stands and why."""

    row: int
    column: str
    why: str


@dataclass(frozen=True)
class Table:
    """A file cut into rows below its header, and what was to be said of how it was cut."""

    name: str
    encoding: str
    header: tuple[str, ...]
    rows: list[list[str]]
    lines: Sequence[int]  # where each row begins, as an editor counts
    refused: list[Refused] = field(default_factory=list)
    notes: tuple[str, ...] = ()


def table_in(
    path: Path, names: Mapping[str, Sequence[str]], said: Mapping[str, str] | None
) -> Table:
    """Cut a file into a table; `names` are those known of columns, `said` the owner's choice.

    Raises `UnreadableFile`.
    """
    text, encoding = _decoded(path)
    if not text.strip():
        raise UnreadableFile(file=path.name, problem="the file is empty")
    if text.lstrip()[0] in "[{":
        return _json_table(path.name, encoding, text)
    known = {one for group in names.values() for one in group}
    meant = set((said or {}).values()) - {""}
    start = _start(text, known, meant, named=path.suffix.lower() != ".txt")
    rows, lines, refused = _rows(text, start)
    if start.header is None:
        return Table(path.name, encoding, ("text",), rows, lines, refused)
    # Rows above the header, empty ones among them, are rows of the same reader.
    at = next((at for at, line in enumerate(lines) if line >= start.header), 0)
    header = tuple(cell.strip() or f"column {at + 1}" for at, cell in enumerate(rows[at]))
    below = lines[at + 1] if at + 1 < len(lines) else math.inf
    return Table(
        path.name,
        encoding,
        header,
        rows[at + 1 :],
        lines[at + 1 :],
        [one for one in refused if one.row >= below],
    )


@dataclass(frozen=True)
class _Start:
    """How a file begins: the sign that cuts its rows, how many cells they have, the header's line.

    `header` is None where there is none.
    """

    delimiter: str
    wide: int
    header: int | None


def _start(text: str, known: set[str], meant: set[str], *, named: bool) -> _Start:
    """Find the header, and the sign that cuts it into the most names that are known.

    A line below the first is a header only with two such names, or where all above is narrower: a
    word like “title” among plain texts is none. A file without a known name is a table only when
    it is `named` so and its first lines are cut evenly by something other than prose.
    """
    lines = list(islice(io.StringIO(text[:20_000], newline=None), 40))

    def cut(sign: str) -> list[list[str]]:
        return [next(csv.reader([line], delimiter=sign), []) for line in lines]

    best = (0, 0, _Start(delimiter=_LINES, wide=1, header=None))
    for sign in ("\t", ",", ";", "|", _LINES):
        rows = cut(sign)
        for at, row in enumerate(rows[:HEADER_WITHIN]):
            score = sum(plain_name(cell) in known or cell.strip() in meant for cell in row)
            above = max((len(one) for one in rows[:at]), default=0)
            first = not any(line.strip() for line in lines[:at])
            if score and (score > 1 or first or above < len(row) > 1):
                # Without a sign that cuts it, a header of one name stands over a list of texts.
                start = _Start(sign if len(row) > 1 else _LINES, len(row), at + 1)
                best = max(best, (score, len(row), start), key=lambda one: one[:2])
    if best[0]:
        return best[2]
    sign = _delimiter(lines)
    is_table = sign == "\t" or (named and not _is_prose(lines, sign))
    if sign and is_table:
        return _Start(delimiter=sign, wide=len(cut(sign)[0]), header=1)
    return best[2]


def _is_prose(lines: Sequence[str], sign: str) -> bool:
    """Tell sentences from a table: after nearly every comma stands a blank."""
    whole = "".join(lines)
    return re.sub(r"[\r\n]+", " ", whole).count(f"{sign} ") * 10 >= whole.count(sign) * 9


def _delimiter(lines: Sequence[str]) -> str:
    """Choose the sign that cuts the first lines most evenly into the most columns; "" for none."""

    def evenness(sign: str) -> tuple[int, int]:
        widths = [len(next(csv.reader([line], delimiter=sign), [])) for line in lines]
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        return (widths.count(usual) if usual > 1 else 0, usual)

    best = max("\t,;|", key=evenness)
    return best if evenness(best)[0] and evenness(best)[1] > 1 else ""


def _rows(text: str, start: _Start) -> tuple[list[list[str]], Sequence[int], list[Refused]]:
    """Cut a file into rows, each with the line it begins in, and name the lines that are none."""
    whole = io.StringIO(text, newline="")
    try:
        rows = list(csv.reader(whole, delimiter=start.delimiter, strict=True))
    except csv.Error:
        return _carefully(text, start)
    if any("\n" in cell or "\r" in cell for row in rows for cell in row):
        return _carefully(text, start)
    return rows, range(1, len(rows) + 1), []


def _carefully(text: str, start: _Start) -> tuple[list[list[str]], Sequence[int], list[Refused]]:
    """Cut row by row, so that a quotation mark that is never closed takes no more than its line.

    A row that goes on over lines is taken when its marks are closed and it is as wide as the
    header.
    """
    lines = io.StringIO(text, newline="").readlines()
    rows: list[list[str]] = []
    begins: list[int] = []
    refused: list[Refused] = []
    at = 0
    while at < len(lines):
        following = (lines[one] for one in range(at, min(at + LONGEST_CELL, len(lines))))
        reader = csv.reader(following, delimiter=start.delimiter, strict=True)
        try:
            row, problem = next(reader, []), ""
        except csv.Error as error:
            row, problem = [], str(error)
        taken = max(reader.line_num, 1)
        if problem or (taken > 1 and len(row) != start.wide):
            row, taken = _without_marks(lines[at], start), 1
            why = "a quotation mark in it is not closed, or a cell too long: read without it"
            refused.append(Refused(row=at + 1, column="", why=why))
        rows.append(row)
        begins.append(at + 1)
        at += taken
    return rows, begins, refused


def _without_marks(line: str, start: _Start) -> list[str]:
    """Cut a single line whose quotation marks do not fit."""
    try:
        row = next(csv.reader([line], delimiter=start.delimiter), [])
    except csv.Error:
        row = []
    if len(row) == start.wide:
        return [cell.strip("\r\n") for cell in row]
    return [cell.strip().strip('"') for cell in line.split(start.delimiter)]


def _json_table(name: str, encoding: str, text: str) -> Table:
    refused: list[Refused] = []
    found = _records(name, text, refused)
    records = [_flat(record) for record in found.records]
    header = tuple(dict.fromkeys(key for record in records for key in record))
    rows = [[record.get(key, "") for key in header] for record in records]
    notes = [found.note] if found.note else []
    if any(_has_several(record) for record in found.records):
        notes.append(
            "Some hold lists, as of variants: each counts with the first of them, its price too."
        )
    return Table(name, encoding, header, rows, found.places, refused, tuple(notes))


@dataclass(frozen=True)
class _Records:
    """The objects of a JSON file, where each stands, and what is to be said of where they were."""

    records: list[dict[str, Any]]
    places: Sequence[int]
    note: str = ""


def _records(name: str, text: str, refused: list[Refused]) -> _Records:
    note = ""
    try:
        whole = json.loads(text)
        found = whole if isinstance(whole, list) else [whole]
        places: list[int] = list(range(1, len(found) + 1))
        if isinstance(whole, dict) and (inside := _list_in(whole)):
            found, places = whole[inside], list(range(1, len(whole[inside]) + 1))
            note = f"Its rows are those of “{inside}”."
    except (ValueError, RecursionError):
        found, places = [], []
        for at, line in enumerate(io.StringIO(text), start=1):
            if not line.strip():
                continue
            try:
                found.append(json.loads(line))
                places.append(at)
            except (ValueError, RecursionError):
                refused.append(Refused(row=at, column="", why="the line is no JSON"))
    kept = [at for at, record in enumerate(found) if isinstance(record, dict)]
    if not kept:
        raise UnreadableFile(file=name, problem="no JSON objects were found in it")
    return _Records([found[at] for at in kept], [places[at] for at in kept], note)


def _list_in(whole: Mapping[str, Any]) -> str:
    """Name the list of objects within an object, as Shopify's {"products": [...]}; "" for none."""
    lists = [
        key
        for key, value in whole.items()
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value)
    ]
    # An object with a name of its own is a single row, whatever lists it holds.
    single = any(isinstance(whole.get(key), str) for key in ("title", "name", "text", "question"))
    return max(lists, key=lambda key: len(whole[key])) if lists and not single else ""


def _flat(record: Mapping[str, Any]) -> dict[str, str]:
    """Lay what lies one step deeper beside the rest: `variants.price` of the first variant."""
    found: dict[str, str] = {}
    for key, value in record.items():
        inner = next((one for one in value if one), None) if isinstance(value, list) else value
        if isinstance(inner, dict):
            found |= {f"{key}.{name}": _cell(one) for name, one in inner.items()}
        else:
            found[str(key)] = _cell(value)
    return found


def _has_several(record: Mapping[str, Any]) -> bool:
    return any(
        isinstance(value, list) and len(value) > 1 and all(isinstance(one, dict) for one in value)
        for value in record.values()
    )


def _cell(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, float) and math.isfinite(value):
        return plainly(value)
    return str(value)


def _decoded(path: Path) -> tuple[str, str]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadableFile(file=path.name, problem="it is larger than 2 GB")
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            file=path.name, problem=error.strerror or "it cannot be opened"
        ) from error
    for signature, kind in _SIGNATURES.items():
        if raw.startswith(signature):
            raise UnreadableFile(file=path.name, problem=f"it is {kind}; export it as CSV")
    for encoding in _encodings(raw[:4096]):
        try:
            text = raw.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            raise UnreadableFile(file=path.name, problem="it is not text")
        return text, encoding
    raise UnreadableFile(file=path.name, problem="its encoding is not known")


def _encodings(start: bytes) -> tuple[str, ...]:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    nulls_even, nulls_odd = start[::2].count(0), start[1::2].count(0)
    if nulls_odd > len(start) // 4 and nulls_even == 0:
        return ("utf-16-le",)
    if nulls_even > len(start) // 4 and nulls_odd == 0:
        return ("utf-16-be",)
    return ("utf-8", "cp1252", "latin-1")
