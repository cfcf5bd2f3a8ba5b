"""A CSV file as a table of named cells: encodings, delimiters, and what can be broken in one."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from hammock.departments.catalogue.importing.drafts import BrokenFile, Problem, RowRefused

LARGEST = 10_000_000  # bytes; some 20,000 products with descriptions
_NAMED_AT_MOST = 20  # problems of a broken file


@dataclass(frozen=True, kw_only=True)
class Row:
    """One record; `number` counts as a spreadsheet does."""

    number: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """Give a cell without surrounding blanks; a column that is not there is empty."""
        return self.cells.get(column, "").strip()

    def refuse(self, column: str, sentence: str) -> RowRefused:
        """Make the error that names this row."""
        return RowRefused(row=self.number, column=column, sentence=sentence)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file's header and rows, blank rows left out."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def unused(self, used: Collection[str]) -> tuple[str, ...]:
        """Name the columns beside `used` in which something stands."""
        return tuple(
            column
            for column in self.columns
            if column and column not in used and any(row.text(column) for row in self.rows)
        )


def read_table(content: bytes, *, needed: Collection[str], shop: str) -> Table:
    """Read the file. Raises `BrokenFile`, naming row and column, if it cannot be read whole.

    UTF-8 and, by their byte order mark, UTF-16; commas, semicolons or tabs; `needed` columns must
    be there. Every row must have as many cells as the header.
    """
    if len(content) > LARGEST:
        raise _broken(1, "", "the file has more than 10 MB: split it")
    text = _decoded(content)
    if not text.strip():
        raise _broken(1, "", "the file is empty")
    delimiter = _delimiter(text, needed)
    records = _records(text, delimiter)
    header = tuple(cell.strip() for cell in next(records, []))
    missing = [name for name in needed if name not in header]
    if missing:
        raise _broken(1, missing[0], f"this column is missing: is it a {shop} export?")
    rows = _rows(header, records)
    if not rows:
        raise _broken(2, "", "there is nothing below the header")
    return Table(columns=tuple(dict.fromkeys(header)), rows=rows)


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding, errors="replace")
        raise _at(before, "this is no UTF-8 text: save the file as “CSV UTF-8”") from None
    if (place := text.find("\0")) >= 0:
        raise _at(text[:place], "there is a NUL character: save the file as “CSV UTF-8”")
    return text


def _at(before: str, sentence: str) -> BrokenFile:
    """Name the place that comes after the text `before`."""
    delimiter = _delimiter(before, ())
    try:
        records = list(csv.reader(io.StringIO(before + "x", newline=""), delimiter=delimiter))
    except csv.Error:
        return _broken(before.count("\n") + 1, "", sentence)
    place = len(records[-1]) - 1
    column = records[0][place].strip() if len(records) > 1 and place < len(records[0]) else ""
    return _broken(len(records), column, sentence)


def _delimiter(text: str, needed: Collection[str]) -> str:
    first = text.split("\n", 1)[0]

    def known(mark: str) -> tuple[int, int]:
        names = {name.strip().strip('"') for name in first.split(mark)}
        return len(names.intersection(needed)), len(names)

    return max(",;\t", key=known)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    """Give the records; what is no CSV is named by the row in which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number, line = 0, 0
    while True:
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise _unreadable(text, delimiter, number + 1, line, str(error)) from None
        if record is None:
            return
        number, line = number + 1, reader.line_num
        yield record


def _unreadable(text: str, delimiter: str, number: int, line: int, said: str) -> BrokenFile:
    column = ""
    if "unexpected end" in said:
        sentence = "a quotation mark is opened here and never closed"
        rest = "\n".join(text.splitlines()[line:])
        column = _last_column(text, rest, delimiter)
    elif "field limit" in said:
        sentence = "a cell holds more than 131,072 characters (is a quotation mark missing?)"
    else:
        sentence = "a quotation mark stands in the middle of a cell (inside quotes it is doubled)"
    return _broken(number, column, f"{sentence}; see line {line + 1} of the file")


def _last_column(text: str, rest: str, delimiter: str) -> str:
    try:
        header = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        record = next(csv.reader(io.StringIO(rest, newline=""), delimiter=delimiter))
    except (csv.Error, StopIteration):
        return ""
    return header[len(record) - 1].strip() if len(record) <= len(header) else ""


def _rows(header: tuple[str, ...], records: Iterator[list[str]]) -> tuple[Row, ...]:
    rows: list[Row] = []
    crooked: list[Problem] = []
    for number, record in enumerate(records, start=2):
        if not any(cell.strip() for cell in record):
            continue
        while len(record) > len(header) and not record[-1].strip():
            record.pop()
        if len(record) != len(header):
            crooked.append(_crooked(number, header, record))
        cells: dict[str, str] = {}
        for name, cell in zip(header, record, strict=False):
            cells.setdefault(name, cell)  # of two columns with one name the first holds
        rows.append(Row(number=number, cells=cells))
    if crooked:
        raise BrokenFile(*crooked[:_NAMED_AT_MOST])
    return tuple(rows)


def _crooked(number: int, header: tuple[str, ...], record: list[str]) -> Problem:
    return Problem(
        row=number,
        column=header[len(record)] if len(record) < len(header) else "",
        sentence=f"the row has cells for {len(record)} columns, the header for {len(header)}",
    )


def _broken(row: int, column: str, sentence: str) -> BrokenFile:
    return BrokenFile(Problem(row=row, column=column, sentence=sentence))
