"""Reads demand and supply files as tools and shops write them, and names every row it cannot take.

Owns turning cells into fields; `cutting` makes files into tables, what a column means is decided in
`rules.columns`, what a number means in `rules.numbers`.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from hammock.departments.research.cutting import Refused, Table, table_in
from hammock.departments.research.errors import ColumnMissing
from hammock.departments.research.rules.columns import (
    DEMAND_NAMES,
    IMPRESSIONS,
    MONTHLY,
    SUPPLY_NAMES,
    YEARS,
    Columns,
    plain_name,
    recognise,
    unit_of,
)
from hammock.departments.research.rules.languages import foreign, mixture
from hammock.departments.research.rules.numbers import (
    SHARED_SIGNS,
    Ambiguous,
    Amount,
    Kind,
    Money,
    currency_named,
    currency_of,
    decimal_number,
    money,
    volume,
    writing_of,
)
from hammock.departments.research.rules.rows import Asked, Offered

LONGEST_TEXT = 2_000  # characters; what follows adds nothing to a short text's meaning
LOOKED_AT = 50_000  # rows, to tell how a column writes its numbers
KINDS = {
    "volume": Kind.WHOLE,
    "answered": Kind.WHOLE,
    "reviews": Kind.WHOLE,
    "bid_low": Kind.MONEY,
    "bid_high": Kind.MONEY,
    "price": Kind.MONEY,
    "rating": Kind.SMALL,
}
_SAID_DIFFERENTLY = ("German", "French", "Spanish", "Italian", "Portuguese", "Dutch")
_TAGS = re.compile(r"<[^<>]*>")


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
    """Demand rows and how the file was read.

    `months` are the dates of each row's history, `unit` is what the volumes count.
    """

    file: File
    rows: tuple[Asked, ...]
    months: tuple[date, ...] = ()
    unit: str = MONTHLY


@dataclass(frozen=True)
class SupplyFile:
    """Supply rows and how the file was read."""

    file: File
    rows: tuple[Offered, ...]


def read_demand(path: Path, *, said: Mapping[str, str] | None = None) -> DemandFile:
    """Read a keyword export or a list of texts (CSV, TSV, JSON, JSON Lines, plain lines).

    `said` names columns that were not recognised rightly (field to column). Raises
    `UnreadableFile` or `ColumnMissing`; a row that cannot be taken is listed in `file.refused`.
    """
    table = table_in(path, DEMAND_NAMES, said)
    columns = _columns(table, DEMAND_NAMES, said)
    cells = _Cells(table, columns)
    rows = tuple(one for one in (_asked(cells, row) for row in cells) if one is not None)
    file = cells.file([row.text for row in rows])
    return DemandFile(
        file=replace(file, notes=(*file.notes, *_demand_notes(table, columns))),
        rows=rows,
        months=tuple(sorted(columns.months.values())),
        unit=unit_of(columns.fields.get("volume", "")),
    )


def read_supply(path: Path, *, said: Mapping[str, str] | None = None) -> SupplyFile:
    """Read a list of products (CSV, TSV, JSON, JSON Lines); otherwise as `read_demand`."""
    table = table_in(path, SUPPLY_NAMES, said)
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
    table = table_in(path, names, None)
    return Look(
        encoding=table.encoding,
        header=table.header,
        columns=recognise(table.header, names),
        sample=tuple(tuple(row[:60]) for row in table.rows[:5]),
    )


class _Cells:
    """Goes through a table's rows and gives each field's cell, noting what cannot be read."""

    def __init__(self, table: Table, columns: Columns) -> None:
        self._table = table
        self._columns = columns
        place = {name: at for at, name in reversed(list(enumerate(table.header)))}
        self._place = {name: place[column] for name, column in columns.fields.items()}
        ordered = sorted(columns.months.items(), key=lambda one: one[1])
        self._months = [(place[column], column) for column, _ in ordered]
        self._refused = list(table.refused)
        self._row = 0
        self._cells: list[str] = []
        self._ambiguous: dict[str, list[str]] = {}
        self._signs: Counter[str] = Counter()
        self._currency = {
            name: currency_of(columns.fields[name])
            for name in ("price", "bid_low", "bid_high")
            if name in columns.fields
        }
        self._writing = {
            name: writing_of(self._column(at), kind=KINDS[name])
            for name, at in self._place.items()
            if name in KINDS
        }
        self._history = writing_of(
            (cell for at, _ in self._months for cell in self._column(at, most=5_000)),
            kind=Kind.WHOLE,
        )
        self._settle()

    def __iter__(self) -> Iterator[list[str]]:
        wide = len(self._table.header)
        for row, line in zip(self._table.rows, self._table.lines, strict=True):
            self._row, self._cells = line, row
            if len(row) > wide and any(cell.strip() for cell in row[wide:]):
                why = f"the row has {len(row)} cells and the header {wide}"
                self._refused.append(Refused(row=line, column="", why=why))
                continue
            yield row

    def _column(self, at: int, most: int = LOOKED_AT) -> Iterator[str]:
        return (row[at] for row in self._table.rows[:most] if at < len(row))

    def _settle(self) -> None:
        """Let columns that tell nothing write numbers as the file's other columns do."""
        others = {one.decimal for one in (*self._writing.values(), self._history) if one.decimal}
        if not others and any(one.kind is Kind.MONEY for one in self._writing.values()):
            others = _decimals_of(self._column(self._place["text"], most=1_000))
        if len(others) != 1:
            return
        (decimal,) = others
        self._writing = {
            name: one if one.decimal or self._is_told(name) else replace(one, decimal=decimal)
            for name, one in self._writing.items()
        }

    def _is_told(self, name: str) -> bool:
        """Tell whether a column's own numbers contradict each other, so that no other helps."""
        return any(
            writing_of([cell], kind=KINDS[name]).decimal
            for cell in self._column(self._place[name], most=1_000)
        )

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
        except ValueError as error:
            self._no_number(name, error)
            return None

    def number(self, name: str) -> float | None:
        """Read the field as a number; what is no number is noted."""
        try:
            return decimal_number(self.text(name), self._writing.get(name))
        except ValueError as error:
            self._no_number(name, error)
            return None

    def currency(self) -> str:
        """Give the currency that the row names, as its code where it is one."""
        return currency_named(self.text("currency"))

    def money(self, name: str) -> Money | None:
        """Read the field as a price or bid with its currency; what is none is noted."""
        said = self.currency() or self._currency.get(name, "")
        try:
            found = money(self.text(name), self._writing.get(name), currency=said)
        except ValueError as error:
            self._no_number(name, error)
            return None
        if found is None:
            return None
        meant = SHARED_SIGNS[found.sign][1] if found.sign else {found.currency}
        if said and found.currency and said not in meant:
            self.refuse(name, f"it is in {found.sign or found.currency}, and the file says {said}")
            return None
        if not said:
            self._signs[found.sign] += 1
        return Money(value=found.value, currency=said or found.currency)

    def _no_number(self, name: str, error: ValueError) -> None:
        cell = self.text(name)[:40]
        if isinstance(error, Ambiguous):
            self._ambiguous.setdefault(self._columns.fields[name], []).append(cell)
            self.refuse(name, f"“{cell}” may mean two numbers, and nothing here tells which")
        else:
            self.refuse(name, f"“{cell}” is no number")

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
        """Read the field as a day (ISO 8601, perhaps with a time, or 31.01.2026)."""
        cell = self.text(name)
        if not cell:
            return None
        points = re.match(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:\D|$)", cell)
        try:
            if points is not None:
                found = date(int(points.group(3)), int(points.group(2)), int(points.group(1)))
            else:
                found = datetime.fromisoformat(cell).date()
        except ValueError:
            found = date.min
        if found.year not in YEARS:
            self.refuse(name, f"“{cell[:40]}” is no date like 2026-01-31")
            return None
        return found

    def file(self, taken: Sequence[str]) -> File:
        """Say how the file was read, the texts taken from it among that."""
        notes = list(self._table.notes)
        writing = self._writing.get("volume")
        if writing is not None and writing.buckets:
            notes.append("Volumes are Google's buckets: each stands for a range of ten times.")
        if writing is not None and writing.decimal == ",":
            notes.append("Numbers are written with a decimal comma.")
        if self._table.encoding == "cp1252":
            notes.append("The file is not UTF-8; it was read as Windows-1252.")
        for column, cells in self._ambiguous.items():
            notes.append(
                f"{len(cells):,} numbers in “{column}” may mean two things (“{cells[0]}”), and "
                "nothing in the file tells which: they were left out. Give a column with their "
                "currency, or write them with decimals."
            )
        for sign, (meant, _) in SHARED_SIGNS.items():
            if self._signs[sign]:
                notes.append(
                    f"“{sign}” stands for several {meant}: it was taken as {currency_named(sign)}. "
                    "Give a column with the currency if it is another."
                )
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
    low, high = cells.money("bid_low"), cells.money("bid_high")
    bid = high or low
    return Asked(
        text=text,
        volume=cells.volume("volume"),
        months=cells.months(),
        bid_low=low.value if low else None,
        bid_high=high.value if high else None,
        currency=bid.currency if bid else cells.currency(),
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
    price = cells.money("price")
    return Offered(
        text=text,
        price=price.value if price else None,
        currency=price.currency if price else cells.currency(),
        rating=rating,
        reviews=cells.number("reviews"),
        country=cells.text("country"),
        language=cells.text("language"),
        format=cells.text("format"),
    )


def _demand_notes(table: Table, columns: Columns) -> Iterator[str]:
    """Say what of a table of demand was not used and might have been meant to be."""
    if "volume" not in columns.fields and columns.unused:
        named = ", ".join(columns.unused[:8])
        yield (
            "No column was recognised as searches a month, so each row counts as one asking. Not "
            f"used: {named}."
        )
    if unit_of(columns.fields.get("volume", "")) == IMPRESSIONS:
        yield "Its volumes are impressions over the export's whole span, not searches a month."
    if any(plain_name(column) == "trend" for column in columns.unused):
        yield (
            "The column “Trend” does not name its months, so it is not used: export the monthly "
            "history for trend and season."
        )


def _decimals_of(texts: Iterable[str]) -> set[str]:
    """Name the decimal sign of the language that the texts are in; nothing where that is English.

    English cannot be told from what gives no sign.
    """
    languages = Counter(foreign(text) for text in texts)
    known = sum(languages[name] for name in _SAID_DIFFERENTLY)
    return {","} if known * 4 >= languages.total() else set()


def _columns(
    table: Table, names: Mapping[str, Sequence[str]], said: Mapping[str, str] | None
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
