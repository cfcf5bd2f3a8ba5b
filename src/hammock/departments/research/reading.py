"""Reads demand and supply files as tools and shops write them, and names every row it cannot take.

Owns decoding, finding the header and turning cells into fields; what a column means is decided in
`rules.columns`, what a number means in `rules.numbers`.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from hammock.departments.research.errors import ColumnMissing, UnreadableFile
from hammock.departments.research.rules.columns import (
    DEMAND_NAMES,
    SUPPLY_NAMES,
    Columns,
    plain_name,
    recognise,
)
from hammock.departments.research.rules.languages import mixture
from hammock.departments.research.rules.numbers import (
    Amount,
    decimal_number,
    volume,
    writing_of,
)
from hammock.departments.research.rules.rows import Asked, Offered

LONGEST_TEXT = 2_000  # characters; what follows adds nothing to a short text's meaning
HEADER_WITHIN = 12  # lines
LARGEST_FILE = 2_000_000_000  # bytes
_TAGS = re.compile(r"<[^>]*>")
_SIGNATURES = {b"PK\x03\x04": "a ZIP or Excel file", b"%PDF": "a PDF", b"\x1f\x8b": "gzipped"}


@dataclass(frozen=True, slots=True)
class Refused:
    """A row, or one cell of it, that was not taken: where it stands and why."""

    row: int
    column: str
    why: str


@dataclass(frozen=True)
class File:
    """What a file turned out to be: how it was read, which columns were used, what was refused."""

    name: str
    encoding: str
    columns: Columns
    rows: int
    refused: tuple[Refused, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class DemandFile:
    """Demand rows and how the file was read; `months` are the dates of each row's history."""

    file: File
    rows: tuple[Asked, ...]
    months: tuple[date, ...] = ()


@dataclass(frozen=True)
class SupplyFile:
    """Supply rows and how the file was read."""

    file: File
    rows: tuple[Offered, ...]


@dataclass(frozen=True)
class _Table:
    name: str
    encoding: str
    header: tuple[str, ...]
    first: int  # the row number, as an editor counts, of the first row
    rows: list[list[str]]
    refused: list[Refused] = field(default_factory=list)


def read_demand(path: Path, *, said: Mapping[str, str] | None = None) -> DemandFile:
    """Read a keyword export or a list of texts (CSV, TSV, JSON, JSON Lines, plain lines).

    `said` names columns that were not recognised rightly (field to column). Raises
    `UnreadableFile` or `ColumnMissing`; a row that cannot be taken is listed in `file.refused`.
    """
    table = _table(path, DEMAND_NAMES)
    columns = _columns(table, DEMAND_NAMES, said)
    cells = _Cells(table, columns)
    rows = tuple(one for one in (_asked(cells, row) for row in cells) if one is not None)
    months = tuple(sorted(columns.months.values()))
    return DemandFile(file=cells.file([row.text for row in rows]), rows=rows, months=months)


def read_supply(path: Path, *, said: Mapping[str, str] | None = None) -> SupplyFile:
    """Read a list of products (CSV, TSV, JSON, JSON Lines); otherwise as `read_demand`."""
    table = _table(path, SUPPLY_NAMES)
    columns = _columns(table, SUPPLY_NAMES, said)
    cells = _Cells(table, columns)
    rows = tuple(one for one in (_offered(cells, row) for row in cells) if one is not None)
    return SupplyFile(file=cells.file([row.text for row in rows]), rows=rows)


@dataclass(frozen=True)
class Look:
    """What a file holds before it is read: its header, what was recognised, its first rows."""

    encoding: str
    header: tuple[str, ...]
    columns: Columns
    sample: tuple[tuple[str, ...], ...]


def look(path: Path, *, side: str) -> Look:
    """Look at a file of one side ("demand" or "supply") without refusing unknown columns.

    Raises `UnreadableFile`.
    """
    names = DEMAND_NAMES if side == "demand" else SUPPLY_NAMES
    table = _table(path, names)
    return Look(
        encoding=table.encoding,
        header=table.header,
        columns=recognise(table.header, names),
        sample=tuple(tuple(row[:60]) for row in table.rows[:5]),
    )


class _Cells:
    """Goes through a table's rows and gives each field's cell, noting what cannot be read."""

    def __init__(self, table: _Table, columns: Columns) -> None:
        self._table = table
        self._columns = columns
        place = {name: at for at, name in reversed(list(enumerate(table.header)))}
        self._place = {name: place[column] for name, column in columns.fields.items()}
        ordered = sorted(columns.months.items(), key=lambda one: one[1])
        self._months = [(place[column], column) for column, _ in ordered]
        self._refused = list(table.refused)
        self._row = table.first
        self._cells: list[str] = []
        self._writing = {
            name: writing_of(
                (row[at] for row in table.rows[:50_000] if at < len(row)), whole=name == "volume"
            )
            for name, at in self._place.items()
            if name in {"volume", "bid_low", "bid_high", "price", "rating", "reviews", "answered"}
        }

        self._history = writing_of(
            (row[at] for row in table.rows[:5_000] for at, _ in self._months if at < len(row)),
            whole=True,
        )

    def __iter__(self) -> Iterator[list[str]]:
        for at, row in enumerate(self._table.rows):
            self._row = self._table.first + at
            self._cells = row
            yield row

    def refuse(self, name: str, why: str) -> None:
        """Note that this row's field was not taken."""
        column = self._columns.fields.get(name, name)
        self._refused.append(Refused(row=self._row, column=column, why=why))

    def text(self, name: str) -> str:
        """Give the field's text, without markup; empty when it is not there."""
        at = self._place.get(name)
        cell = self._cells[at] if at is not None and at < len(self._cells) else ""
        if "<" in cell or "&" in cell:
            cell = html.unescape(_TAGS.sub(" ", cell))
        return " ".join(cell.split())[:LONGEST_TEXT]

    def volume(self, name: str) -> Amount | None:
        """Read the field as a volume; what is no number is noted."""
        try:
            return volume(self.text(name), self._writing.get(name))
        except ValueError:
            self.refuse(name, f"“{self.text(name)[:40]}” is no number")
            return None

    def number(self, name: str) -> float | None:
        """Read the field as a number; what is no number is noted."""
        try:
            return decimal_number(self.text(name), self._writing.get(name))
        except ValueError:
            self.refuse(name, f"“{self.text(name)[:40]}” is no number")
            return None

    def months(self) -> tuple[float | None, ...]:
        """Read the monthly history, oldest first."""
        found: list[float | None] = []
        for at, column in self._months:
            cell = self._cells[at] if at < len(self._cells) else ""
            try:
                amount = volume(cell, self._history)
            except ValueError:
                self._refused.append(
                    Refused(row=self._row, column=column, why=f"“{cell[:40]}” is no number")
                )
                amount = None
            found.append(None if amount is None else amount.value)
        return tuple(found)

    def day(self, name: str) -> date | None:
        """Read the field as a day (ISO 8601, perhaps with a time)."""
        cell = self.text(name)
        if not cell:
            return None
        try:
            return datetime.fromisoformat(cell).date()
        except ValueError:
            self.refuse(name, f"“{cell[:40]}” is no date like 2026-01-31")
            return None

    def file(self, taken: Sequence[str]) -> File:
        """Say how the file was read, the texts taken from it among that."""
        notes = []
        writing = self._writing.get("volume")
        if writing is not None and writing.buckets:
            notes.append("Volumes are Google's buckets: each stands for a range of ten times.")
        if writing is not None and writing.decimal == ",":
            notes.append("Numbers are written with a decimal comma.")
        if self._table.encoding == "cp1252":
            notes.append("The file is not UTF-8; it was read as Windows-1252.")
        if languages := mixture(taken):
            notes.append(languages)
        return File(
            name=self._table.name,
            encoding=self._table.encoding,
            columns=self._columns,
            rows=len(taken),
            refused=tuple(self._refused),
            notes=tuple(notes),
        )


def _asked(cells: _Cells, row: Sequence[str]) -> Asked | None:
    text = cells.text("text")
    if not text:
        if any(cell.strip() for cell in row):
            cells.refuse("text", "the row has no text")
        return None
    return Asked(
        text=text,
        volume=cells.volume("volume"),
        months=cells.months(),
        bid_low=cells.number("bid_low"),
        bid_high=cells.number("bid_high"),
        currency=cells.text("currency"),
        country=cells.text("country"),
        language=cells.text("language"),
        answered=cells.number("answered"),
        when=cells.day("when"),
    )


def _offered(cells: _Cells, row: Sequence[str]) -> Offered | None:
    text = cells.text("text")
    if not text:
        # Shopify writes one row for a variant or picture and names the product only in the first.
        if any(cell.strip() for cell in row) and not cells.text("handle"):
            cells.refuse("text", "the row has no name")
        return None
    rating = cells.number("rating")
    if rating is not None and not 0 <= rating <= 5:
        cells.refuse("rating", f"{rating:g} is not between 0 and 5")
        rating = None
    return Offered(
        text=text,
        price=cells.number("price"),
        currency=cells.text("currency"),
        rating=rating,
        reviews=cells.number("reviews"),
        country=cells.text("country"),
        language=cells.text("language"),
        format=cells.text("format"),
    )


def _columns(
    table: _Table, names: Mapping[str, Sequence[str]], said: Mapping[str, str] | None
) -> Columns:
    try:
        columns = recognise(table.header, names, said=said)
    except KeyError as error:
        raise ColumnMissing(
            file=table.name, wanted=str(error.args[0]), columns=table.header
        ) from error
    if "text" not in columns.fields:
        raise ColumnMissing(file=table.name, wanted="text", columns=table.header)
    return columns


def _table(path: Path, names: Mapping[str, Sequence[str]]) -> _Table:
    text, encoding = _decoded(path)
    if not text.strip():
        raise UnreadableFile(file=path.name, problem="the file is empty")
    if text.lstrip()[0] in "[{":
        return _json_table(path.name, encoding, text)
    delimiter = _delimiter(text)
    known = {one for group in names.values() for one in group}
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableFile(file=path.name, problem=f"it is no table ({error})") from error
    header = _header(rows, known)
    if header is None:
        return _plain_lines(path.name, encoding, rows)
    names_of = tuple(cell.strip() or f"column {at + 1}" for at, cell in enumerate(rows[header]))
    return _Table(path.name, encoding, names_of, header + 2, rows[header + 1 :])


def _header(rows: Sequence[Sequence[str]], known: set[str]) -> int | None:
    """Find the line with the most known names among the first ones; None when there is none."""
    scores = [sum(plain_name(cell) in known for cell in row) for row in rows[:HEADER_WITHIN]]
    best = max(range(len(scores)), key=lambda at: (scores[at], -at))
    if scores[best] > 0:
        return best
    return 0 if max(len(row) for row in rows[:HEADER_WITHIN]) > 1 else None


def _plain_lines(name: str, encoding: str, rows: list[list[str]]) -> _Table:
    return _Table(name, encoding, ("text",), 1, rows)


def _json_table(name: str, encoding: str, text: str) -> _Table:
    refused: list[Refused] = []
    records = _records(name, text, refused)
    header = tuple(dict.fromkeys(str(key) for record in records for key in record))
    rows = [[_cell(record.get(key)) for key in header] for record in records]
    return _Table(name, encoding, header, 1, rows, refused)


def _records(name: str, text: str, refused: list[Refused]) -> list[dict[str, Any]]:
    try:
        whole = json.loads(text)
        found = whole if isinstance(whole, list) else [whole]
    except (ValueError, RecursionError):
        found = []
        for at, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            try:
                found.append(json.loads(line))
            except (ValueError, RecursionError):
                refused.append(Refused(row=at, column="", why="the line is no JSON"))
    records = [record for record in found if isinstance(record, dict)]
    if not records:
        raise UnreadableFile(file=name, problem="no JSON objects were found in it")
    return records


def _cell(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
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


def _delimiter(text: str) -> str:
    """Choose the sign that cuts the first lines most evenly into the most columns."""
    lines = text[:20_000].splitlines()[:40]

    def evenness(sign: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=sign, strict=False)]
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max("\t,;|", key=evenness)
