"""Reading a file of order lines into documents: pure, exact, and strict about every cell.

Nothing here knows the database. Amounts are integers throughout: a unit price is read as
ten-thousandths, times the quantity, and rounded to the minor unit half to even, line by line.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
import pycountry
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from hammock.departments.ledger.rules import FIRST_DAY
from hammock.departments.sales.importing.errors import BrokenHistory
from hammock.departments.sales.importing.mapping import Mapping
from hammock.kit import clock
from hammock.kit.money import minor_digits

PRICE_DIGITS = 4
MOST_OF_A_LINE = 1_000_000
MOST_PROBLEMS = 20
UNSPECIFIED = "Unspecified"
NUL = "\0"

_PRICE = r"^-?\d{1,8}(\.\d{1,4}0*)?$"
_WHOLE = r"^-?\d{1,9}(\.0+)?$"
_HEAD_FIELDS = ("invoice", "kind", "at", "customer", "email", "name", "country", "rows")
_LINE_FIELDS = ("sku", "title", "quantity", "unit_minor", "minor")
_TEXTS = ("invoice", "sku", "title", "customer", "email", "name", "country")
_NO_TEXT = "is no UTF-8 text: save the file as “CSV UTF-8”"
_HALF_CHARACTER = re.compile("[\udc80-\udcff]")
_LONGEST = {"invoice": 25, "sku": 60, "country": 80, "customer": 45, "email": 254}


class Kind(StrEnum):
    """What an invoice of the file is to us."""

    ORDER = "order"
    CREDIT_NOTE = "credit_note"
    ADJUSTMENT = "adjustment"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One line: amounts in minor units as the file has them, so negative where goods came back."""

    sku: str
    title: str
    quantity: int
    unit_minor: int
    minor: int
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One invoice: `at` is its first line's time, `customer`, `email` and `name` may be empty."""

    number: str
    kind: Kind
    at: datetime
    customer: str
    email: str
    name: str
    country: str
    lines: Sequence[HistoryLine]

    @property
    def minor(self) -> int:
        """What the lines come to."""
        return sum(line.minor for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who bought, by number or else by address; `country` is that of their last invoice."""

    customer: str
    email: str
    name: str
    country: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """What was left out, and why; `examples` are the first few invoice numbers."""

    reason: str
    invoices: int
    rows: int
    examples: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class History:
    """A file read and checked: `heads` has a row an invoice, `lines` a row a line, in file order.

    `rows` counts the file's rows, those of `skipped` too. `accounts` has the codes that are no
    goods, `usual` where the other lines of each kind land.
    """

    rows: int
    heads: pl.DataFrame
    lines: pl.DataFrame
    skipped: Sequence[Skipped]
    accounts: Table[str, str]
    usual: Table[Kind, str]

    def rows_of(self, kind: Kind) -> int:
        """Count the file's rows that belong to invoices of a kind."""
        return int(self.heads.filter(pl.col("kind") == kind.value)["rows"].sum())

    def buyers(self) -> list[Buyer]:
        """List who bought, each once, in the order in which they came."""
        who = pl.when(pl.col("customer") != "").then("customer").otherwise("email")
        grouped = (
            _wanted(self.heads)
            .filter(~_is_nobodys())
            .sort("at", "place")
            .group_by(who.alias("who"), maintain_order=True)
            .agg(
                pl.col("customer").last(),
                pl.col("email").last(),
                pl.col("name").last(),
                pl.col("country").last(),
                pl.col("at").first().alias("since"),
            )
        )
        return [Buyer(**row) for row in grouped.drop("who").iter_rows(named=True)]

    def numbers(self, *kinds: Kind) -> list[str]:
        """List the numbers of the invoices of these kinds."""
        chosen = pl.col("kind").is_in([kind.value for kind in kinds])
        return self.heads.filter(chosen)["invoice"].to_list()

    def documents(self, *, at_once: int = 1000) -> Iterator[Document]:
        """Go through the invoices to be taken, in the file's order, few in memory at once."""
        start = 0
        for few in self.heads.iter_slices(at_once):
            size = int(few["rows"].sum())
            yield from self._documents(few, self.lines.slice(start, size).iter_rows())
            start += size

    def _documents(
        self, heads: pl.DataFrame, lines: Iterator[tuple[Any, ...]]
    ) -> Iterator[Document]:
        for number, kind, at, customer, email, name, country, rows in heads.select(
            _HEAD_FIELDS
        ).iter_rows():
            own = list(islice(lines, rows))
            if kind == Kind.NOTHING:
                continue
            known_kind = Kind(kind)
            yield Document(
                number=number,
                kind=known_kind,
                at=at,
                customer=customer,
                email=email,
                name=name,
                country=country,
                lines=[self._line(known_kind, line) for line in own],
            )

    def _line(self, kind: Kind, row: tuple[Any, ...]) -> HistoryLine:
        sku, title, quantity, unit_minor, minor = row
        return HistoryLine(
            sku=sku,
            title=title or sku,
            quantity=quantity,
            unit_minor=unit_minor,
            minor=minor,
            account=self.accounts.get(sku) or self.usual[kind],
        )


def scan(file: Path, mapping: Mapping) -> pl.LazyFrame:
    """Open the file lazily with our names for its columns; columns it has no word for are absent.

    Raises `BrokenHistory` for a file that is not there, is no CSV or Parquet, or lacks a column.
    """
    try:
        if file.suffix == ".parquet":
            raw = pl.scan_parquet(file)
        elif file.name.endswith((".csv", ".csv.gz")):
            raw = pl.scan_csv(file, infer_schema=False)
        else:
            raise BrokenHistory(file=file.name, problems=["give a .csv, .csv.gz or .parquet file"])
        found = raw.collect_schema().names()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BrokenHistory(file=file.name, problems=_why_unreadable(file, error)) from error
    missing = [column for column in mapping.columns.values() if column not in found]
    if missing:
        problems = [f"there is no column “{c}” (there are {', '.join(found)})" for c in missing]
        raise BrokenHistory(file=file.name, problems=problems)
    return raw.select(pl.col(column).alias(ours) for ours, column in mapping.columns.items())


def read(file: Path, mapping: Mapping) -> History:
    """Read and check the whole file. Raises `BrokenHistory` naming rows and columns at fault."""
    raw = scan(file, mapping).with_row_index("row", offset=1)
    schema = raw.collect_schema()
    try:
        parsed = (
            raw.select(*_parsed(schema, mapping))
            .with_columns(*_amounts(mapping))
            .collect(engine="streaming")
        )
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BrokenHistory(file=file.name, problems=_why_unreadable(file, error)) from error
    problems = _cell_problems(parsed, raw, mapping)
    if problems or parsed.is_empty():
        raise BrokenHistory(file=file.name, problems=problems or ["there are no rows in it"])
    heads = _heads(parsed, mapping)
    torn = _torn(heads, mapping)
    if torn:
        raise BrokenHistory(file=file.name, problems=torn)
    return History(
        rows=parsed.height,
        heads=heads,
        lines=_lines(parsed, heads),
        skipped=_skipped(heads),
        accounts=_accounts(parsed, mapping),
        usual={
            Kind.ORDER: mapping.sales,
            Kind.CREDIT_NOTE: mapping.credit_notes,
            Kind.ADJUSTMENT: mapping.adjustments,
        },
    )


def rounded_minor(ten_thousandths: pl.Expr, *, digits: int) -> pl.Expr:
    """Round an integer of ten-thousandths to minor units of `digits` decimals, half to even."""
    size = 10 ** (PRICE_DIGITS - digits)
    floor = ten_thousandths // size
    left = (ten_thousandths - floor * size) * 2
    up = (left > size) | ((left == size) & (floor % 2 != 0))
    rounded: pl.Expr = floor + up.cast(pl.Int64)
    return rounded


def local_time(mapping: Mapping, kind: Any) -> pl.Expr:
    """Read the column `at` as a time in the mapping's zone; null where it is none there."""
    text = pl.col("at").cast(pl.String).str.strip_chars()
    read_ = (
        pl.col("at").cast(pl.Datetime("us"))
        if kind.is_temporal()
        else text.str.strptime(pl.Datetime("us"), mapping.date_format, strict=False)
    )
    zone = str(mapping.zone)
    if isinstance(kind, pl.Datetime) and kind.time_zone:
        return pl.col("at").cast(pl.Datetime("us", kind.time_zone)).dt.convert_time_zone(zone)
    here: pl.Expr = read_.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return here


def country_code(name: str, mapping: Mapping) -> str:
    """Find the ISO 3166 code of a country's name; a name that has none stays as it is."""
    if name in mapping.countries:
        return mapping.countries[name]
    try:
        return str(pycountry.countries.lookup(name).alpha_2)
    except LookupError:
        return name


def _text(name: str, mapping: Mapping, *, empty: str | None = "") -> pl.Expr:
    if name not in mapping.columns:
        return pl.lit(empty, dtype=pl.String).alias(name)
    text = pl.col(name).cast(pl.String).str.strip_chars()
    kept = pl.when(text != "").then(text)
    return (kept if empty is None else kept.otherwise(pl.lit(empty))).alias(name)


def _number(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).str.strip_chars()


def _parsed(schema: pl.Schema, mapping: Mapping) -> list[pl.Expr]:
    price, quantity = _number("unit_price"), _number("quantity")
    ten_thousandths = (price.cast(pl.Float64, strict=False) * 10**PRICE_DIGITS).round()
    whole = quantity.str.replace(r"\.0+$", "").cast(pl.Int64, strict=False)
    at = local_time(mapping, schema["at"])
    return [
        pl.col("row"),
        _text("invoice", mapping, empty=None),
        _text("sku", mapping, empty=None),
        _text("title", mapping).str.slice(0, 200),
        pl.when(quantity.str.contains(_WHOLE) & (whole.abs() <= MOST_OF_A_LINE))
        .then(whole)
        .alias("quantity"),
        pl.when(price.str.contains(_PRICE))
        .then(ten_thousandths.cast(pl.Int64, strict=False))
        .alias("unit_price"),
        at.alias("at"),
        _text("customer", mapping).str.replace(r"\.0+$", ""),
        _text("email", mapping).str.to_lowercase(),
        _text("name", mapping).str.slice(0, 120),
        _text("country", mapping, empty=UNSPECIFIED),
    ]


def _amounts(mapping: Mapping) -> list[pl.Expr]:
    digits = minor_digits(mapping.currency)
    exact = pl.col("quantity") * pl.col("unit_price")
    return [
        rounded_minor(exact, digits=digits).alias("minor"),
        rounded_minor(pl.col("unit_price"), digits=digits).alias("unit_minor"),
    ]


_MUST = {
    "invoice": "is missing",
    "sku": "is missing",
    "quantity": f"is no whole number up to {MOST_OF_A_LINE:,}",
    "unit_price": f"is no price of at most {PRICE_DIGITS} decimals",
    "at": "is no time",
}


def _cell_problems(parsed: pl.DataFrame, raw: pl.LazyFrame, mapping: Mapping) -> list[str]:
    """Name the cells that cannot be taken, the first few of each kind."""
    now = clock.now()
    wrong = [
        *((ours, pl.col(ours).str.contains(NUL, literal=True), "holds a NUL") for ours in _TEXTS),
        *((ours, pl.col(ours).is_null(), problem) for ours, problem in _MUST.items()),
        ("email", _is_no_address(parsed), "is no e-mail address"),
        ("at", pl.col("at").dt.convert_time_zone("UTC") > now, "lies in the future"),
        ("at", pl.col("at").dt.date() < FIRST_DAY, f"lies before {FIRST_DAY.year}"),
        *(
            (ours, pl.col(ours).str.len_chars() > most, f"has more than {most} characters")
            for ours, most in _LONGEST.items()
        ),
    ]
    problems: dict[tuple[int, str], str] = {}  # of a cell its first alone
    for ours, is_wrong, problem in wrong:
        rows = parsed.filter(is_wrong)["row"].head(MOST_PROBLEMS)
        if rows.len():
            texts = raw.filter(pl.col("row").is_in(rows.implode())).select("row", ours).collect()
            for row, value in texts.rows():
                said = _problem(row, mapping.columns[ours], value, problem)
                problems.setdefault((row, ours), said)
    return list(problems.values())[:MOST_PROBLEMS]


def _is_no_address(parsed: pl.DataFrame) -> pl.Expr:
    """Try each address once: a customer has many lines."""
    given = parsed["email"].unique().to_list()
    return pl.col("email").is_in([email for email in given if email and not _is_address(email)])


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def _problem(row: int, column: str, value: Any, problem: str) -> str:
    text = "" if value is None else str(value).replace(NUL, "␀").strip()
    shown = f"“{text[:40]}” " if text else ""
    return f"row {row}, column “{column}”: {shown}{problem if shown else 'is missing'}"


def _heads(parsed: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    grouped = (
        parsed.lazy()
        .group_by("invoice", "customer", "email", "country")
        .agg(
            pl.col("row").min(),
            pl.col("at").min().dt.convert_time_zone("UTC"),
            pl.col("name").first(),
            pl.len().alias("rows"),
            (pl.col("minor") == 0).all().alias("moves_nothing"),
        )
        .sort("row")
        .collect(engine="streaming")
    )
    countries = {name: country_code(name, mapping) for name in grouped["country"].unique()}
    return grouped.with_columns(
        country_name=pl.col("country"),
        country=pl.col("country").replace(countries),
        kind=pl.when(_is_nobodys() & pl.col("moves_nothing"))
        .then(pl.lit(Kind.NOTHING.value))
        .otherwise(_kind(mapping)),
    ).with_row_index("place")


def _torn(heads: pl.DataFrame, mapping: Mapping) -> list[str]:
    """Name the invoices that have two customers or countries: whose would they be?"""
    owners = {"customer": "customer", "email": "email", "country": "country_name"}
    is_first = pl.col("invoice").is_first_distinct()
    torn = (
        heads.filter(~is_first)
        .head(MOST_PROBLEMS)
        .join(heads.filter(is_first), on="invoice", suffix="_first", maintain_order="left")
    )
    return [
        f"row {found['row']}, column “{mapping.columns[ours]}”: invoice {found['invoice']} has "
        f"“{found[head][:40]}” here and “{found[f'{head}_first'][:40]}” in row "
        f"{found['row_first']}"
        for found in torn.iter_rows(named=True)
        for ours, head in owners.items()
        if found[head] != found[f"{head}_first"]
    ][:MOST_PROBLEMS]


def _lines(parsed: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """Bring the lines into the order of their invoices; most files have them so already."""
    lines = parsed.select("invoice", "row", *_LINE_FIELDS)
    together = lines.select(pl.col("invoice").rle_id().max()).item() + 1 == heads.height
    if not together:
        lines = lines.join(heads.select("invoice", "place"), on="invoice").sort("place", "row")
    return lines.select(_LINE_FIELDS)


def _accounts(parsed: pl.DataFrame, mapping: Mapping) -> dict[str, str]:
    found = {sku: _account_of(sku, mapping) for sku in parsed["sku"].unique()}
    return {sku: account for sku, account in found.items() if account}


def _kind(mapping: Mapping) -> pl.Expr:
    kind = pl.lit(Kind.ORDER.value)
    for prefix, other in (
        (mapping.credit_note_prefix, Kind.CREDIT_NOTE),
        (mapping.adjustment_prefix, Kind.ADJUSTMENT),
    ):
        if prefix:
            starts = pl.col("invoice").str.starts_with(prefix)
            kind = pl.when(starts).then(pl.lit(other.value)).otherwise(kind)
    return kind


def _is_nobodys() -> pl.Expr:
    return (pl.col("customer") == "") & (pl.col("email") == "")


def _wanted(heads: pl.DataFrame) -> pl.DataFrame:
    return heads.filter(pl.col("kind") != Kind.NOTHING.value)


def _account_of(sku: str, mapping: Mapping) -> str | None:
    for code in mapping.codes:
        if sku == code.text or (code.is_start and sku.startswith(code.text)):
            return code.account
    return None


def _skipped(heads: pl.DataFrame) -> list[Skipped]:
    left_out = heads.filter(pl.col("kind") == Kind.NOTHING.value)
    if left_out.is_empty():
        return []
    return [
        Skipped(
            reason="no money moved and no customer: a note of the stock, not a sale",
            invoices=left_out.height,
            rows=int(left_out["rows"].sum()),
            examples=left_out["invoice"].head(5).to_list(),
        )
    ]


def _why_unreadable(file: Path, error: Exception) -> list[str]:
    """Name the first row with too many fields or bytes that are no text; else what Polars says."""
    if ".csv" in file.name:
        try:
            found = _first_fault(file)
        except (csv.Error, OSError):
            found = ""  # what Polars says is all there is to say
        if found:
            return [found]
    return [_first_line(error)]


def _first_fault(file: Path) -> str:
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8", errors="surrogateescape", newline="") as text:
        rows = csv.reader(text)
        header = next(rows, [])
        if (column := _no_text(header)) is not None:
            return f"the header, column {column + 1}: {_NO_TEXT}"
        for number, row in enumerate(rows, start=1):
            if len(row) > len(header):
                return f"row {number}: has {len(row)} fields, the header has {len(header)}"
            if (column := _no_text(row)) is not None:
                return f"row {number}, column “{header[column]}”: {_NO_TEXT}"
    return ""


def _no_text(cells: Sequence[str]) -> int | None:
    """Tell in which cell bytes stand that are no UTF-8, which reading keeps as half characters."""
    return next((at for at, cell in enumerate(cells) if _HALF_CHARACTER.search(cell)), None)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
