"""Reading order lines: exact to the penny, in whole invoices, and strict about every cell."""

from __future__ import annotations

import gzip
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from hammock.departments.sales.importing import mapping as mappings
from hammock.departments.sales.importing.errors import BrokenHistory
from hammock.departments.sales.importing.reading import Document, Kind, read, rounded_minor
from hammock.departments.sales.importing.sums import sums_of

UCI = mappings.load("uci-online-retail")
PLAIN = mappings.load("plain")
EXCERPT = Path(__file__).parents[2] / "data" / "uci" / "online_retail_excerpt.csv"
HEADER = "order,date,sku,title,quantity,unit_price,email,name,country"
ROW = "1001,2026-03-01 09:30,TEA,Tea,2,4.50,ann@example.com,Ann,Germany"


def written(folder: Path, *rows: str, header: str = HEADER) -> Path:
    """Write a file in the plain format."""
    path = folder / "orders.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def problems(path: Path) -> list[str]:
    """Read a file that cannot be taken."""
    with pytest.raises(BrokenHistory) as caught:
        read(path, PLAIN)
    return caught.value.problems


def documents(path: Path, mapping: mappings.Mapping = UCI) -> dict[str, Document]:
    """Read a file into documents by number."""
    return {document.number: document for document in read(path, mapping).documents()}


@given(
    price=some.integers(-(10**12) + 1, 10**12 - 1),
    quantity=some.integers(-1_000_000, 1_000_000),
    digits=some.sampled_from([0, 2, 3]),
)
def test_a_line_is_rounded_as_decimals_round(price: int, quantity: int, digits: int) -> None:
    exact = Decimal(price).scaleb(-4) * quantity
    wanted = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    frame = pl.DataFrame({"exact": [price * quantity]}, schema={"exact": pl.Int64})
    found = frame.select(rounded_minor(pl.col("exact"), digits=digits)).item()
    assert found == int(wanted.scaleb(digits))


LINES = some.lists(
    some.tuples(
        some.integers(1, 4),
        some.integers(-500, 500),
        some.decimals(min_value=-999, max_value=9999, places=4),
    ),
    min_size=1,
    max_size=40,
)


@given(lines=LINES)
def test_rounded_lines_add_up_to_invoices_and_to_the_file(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[int, int, Decimal]]
) -> None:
    path = written(
        tmp_path_factory.mktemp("lines"),
        *(
            f"{number},2026-0{number}-28 23:30,TEA,,{quantity},{price:f},a{number}@example.com,,"
            for number, quantity, price in lines
        ),
    )
    wanted: dict[str, int] = {}
    for number, quantity, price in lines:
        exact = (price * quantity).quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
        wanted[f"2026-0{number}"] = wanted.get(f"2026-0{number}", 0) + int(exact * 100)
    found = {f"{document.at:%Y-%m}": document.minor for document in read(path, PLAIN).documents()}
    assert found == wanted
    assert sums_of(path, PLAIN).sums.per_month == wanted
    assert sums_of(path, PLAIN).sums.net_minor == sum(wanted.values())


def test_the_excerpt_is_sorted_into_orders_notes_and_adjustments() -> None:
    history = read(EXCERPT, UCI)
    counts = {kind: len(history.numbers(kind)) for kind in Kind}
    assert history.rows == 108
    assert counts == {
        Kind.ORDER: 15,
        Kind.CREDIT_NOTE: 13,
        Kind.ADJUSTMENT: 1,
        Kind.NOTHING: 4,
    }
    assert len(history.buyers()) == 21


def test_an_invoice_over_two_minutes_stands_at_its_first_in_utc() -> None:
    document = documents(EXCERPT)["522719"]
    assert len(document.lines) == 8
    assert document.at.isoformat() == "2010-09-16T11:11:00+00:00"


def test_exact_copies_of_a_row_are_both_kept() -> None:
    first, second = documents(EXCERPT)["507428"].lines[:2]
    assert first == second


def test_a_tenth_of_a_penny_comes_to_nothing() -> None:
    pads = [line for line in documents(EXCERPT)["522766"].lines if line.sku == "PADS"]
    assert [(line.unit_minor, line.minor) for line in pads] == [(0, 0)]


def test_a_note_of_the_stock_is_left_out_and_a_customers_free_order_is_not() -> None:
    history = read(EXCERPT, UCI)
    assert "497843" in history.numbers(Kind.ORDER)
    assert history.numbers(Kind.NOTHING) == ["489464", "491990", "494380", "515757"]
    (skipped,) = history.skipped
    assert (skipped.invoices, skipped.rows) == (4, 4)
    assert "489464" in skipped.examples


def test_countries_take_their_iso_codes_where_they_have_one() -> None:
    kept = {document.country for document in documents(EXCERPT).values()}
    assert kept == {"AU", "Channel Islands", "GB", "IE", "US", "Unspecified", "ZA"}


def test_codes_that_are_no_goods_have_their_accounts() -> None:
    landed = {line.sku: line.account for doc in documents(EXCERPT).values() for line in doc.lines}
    assert landed["POST"] == landed["DOT"] == "Income:Shipping"
    assert landed["M"] == landed["ADJUST2"] == landed["TEST001"] == "Income:Adjustments"
    assert landed["D"] == "Income:Discounts"
    assert landed["BANK CHARGES"] == "Expenses:BankCharges"
    assert landed["AMAZONFEE"] == "Expenses:MarketplaceFees"
    assert landed["B"] == "Expenses:BadDebt"
    assert landed["S"] == "Expenses:Samples"
    assert landed["22087"] == "Income:Refunds"
    assert landed["21340"] == "Income:Sales"


def test_csv_gz_and_parquet_say_the_same(tmp_path: Path) -> None:
    packed, parquet = tmp_path / "a.csv.gz", tmp_path / "a.parquet"
    packed.write_bytes(gzip.compress(EXCERPT.read_bytes()))
    frame = pl.read_csv(EXCERPT, try_parse_dates=True, schema_overrides={"Customer ID": pl.Float64})
    frame.write_parquet(parquet)
    assert documents(EXCERPT) == documents(packed) == documents(parquet)
    assert sums_of(EXCERPT, UCI) == sums_of(packed, UCI) == sums_of(parquet, UCI)


def test_lines_of_an_invoice_may_stand_apart(tmp_path: Path) -> None:
    other = ROW.replace("1001", "1002").replace("ann", "bob")
    path = written(tmp_path, ROW, other, ROW.replace("TEA", "CUP"))
    found = documents(path, PLAIN)
    assert list(found) == ["1001", "1002"]
    assert [line.sku for line in found["1001"].lines] == ["TEA", "CUP"]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, ROW, header=HEADER.replace("unit_price", "price"))
    (problem,) = problems(path)
    assert problem.startswith("there is no column “unit_price” (there are order, date,")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (",2,", ",two,", "column “quantity”: “two” is no whole number up to 1,000,000"),
        (",2,", ",2.5,", "column “quantity”: “2.5” is no whole number up to 1,000,000"),
        (",2,", ",2000000,", "column “quantity”: “2000000” is no whole number up to 1,000,000"),
        ("4.50", "4,50 EUR", "column “unit_price”: “4,50 EUR” is no price of at most 4 decimals"),
        ("4.50", "4.12345", "column “unit_price”: “4.12345” is no price of at most 4 decimals"),
        ("4.50", "NaN", "column “unit_price”: “NaN” is no price of at most 4 decimals"),
        ("4.50", "", "column “unit_price”: is missing"),
        ("2026-03-01", "2026-02-30", "column “date”: “2026-02-30 09:30” is no time"),
        ("2026-03-01", "01/03/2026", "column “date”: “01/03/2026 09:30” is no time"),
        ("1001", " ", "column “order”: is missing"),
        ("TEA", "T" * 61, f"column “sku”: “{'T' * 40}” has more than 60 characters"),
        ("ann@example.com", "nonsense", "column “email”: “nonsense” is no e-mail address"),
        (
            "ann@example.com",
            "a b@example.com",
            "column “email”: “a b@example.com” is no e-mail address",
        ),
        ("2026-03-01", "2099-03-01", "column “date”: “2099-03-01 09:30” lies in the future"),
        ("2026-03-01", "0001-03-01", "column “date”: “0001-03-01 09:30” lies before 1970"),
        ("1001", "10\x0001", "column “order”: “10␀01” holds a NUL"),
        ("TEA", "T\x00EA", "column “sku”: “T␀EA” holds a NUL"),
        ("Tea", "T\x00ea", "column “title”: “T␀ea” holds a NUL"),
        (",2,", ",2\x00,", "column “quantity”: “2␀” is no whole number up to 1,000,000"),
        ("09:30", "09:3\x00", "column “date”: “2026-03-01 09:3␀” is no time"),
        ("ann@", "ann\x00@", "column “email”: “ann␀@example.com” holds a NUL"),
        (",Ann", ",A\x00nn", "column “name”: “A␀nn” holds a NUL"),
        ("Germany", "Ger\x00many", "column “country”: “Ger␀many” holds a NUL"),
    ],
)
def test_a_broken_cell_is_named_by_row_and_column(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    quoted = f'"{new}"' if "," in new.strip(",") else new
    assert problems(written(tmp_path, ROW, ROW.replace(old, quoted, 1))) == [f"row 2, {problem}"]


def test_a_row_with_too_many_fields_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, ROW, ROW + ",more")
    assert problems(path) == ["row 2: has 10 fields, the header has 9"]


def test_an_invoice_of_two_customers_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, ROW, ROW.replace("ann@", "bob@"), ROW.replace("Germany", "France"))
    assert problems(path) == [
        "row 2, column “email”: invoice 1001 has “bob@example.com” here and “ann@example.com” in "
        "row 1",
        "row 3, column “country”: invoice 1001 has “France” here and “Germany” in row 1",
    ]


def test_two_names_of_one_country_in_an_invoice_are_refused_too(tmp_path: Path) -> None:
    path = written(tmp_path, ROW, ROW.replace("Germany", "DE"))
    assert problems(path) == [
        "row 2, column “country”: invoice 1001 has “DE” here and “Germany” in row 1"
    ]


def test_bytes_that_are_no_text_are_named_by_row_and_column(tmp_path: Path) -> None:
    broken = ROW.replace("Tea", "Thé").encode("latin-1")
    for name, packed in (("a.csv", bytes), ("a.csv.gz", gzip.compress)):
        path = tmp_path / name
        path.write_bytes(packed(b"\n".join([HEADER.encode(), ROW.encode(), broken]) + b"\n"))
        assert problems(path) == [
            "row 2, column “title”: is no UTF-8 text: save the file as “CSV UTF-8”"
        ]
    plain = path.with_suffix("")
    plain.write_bytes(f"{HEADER},Größe\n".encode("latin-1") + broken + b",1\n")
    assert problems(plain) == [
        "the header, column 10: is no UTF-8 text: save the file as “CSV UTF-8”"
    ]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("orders.csv", b"", "empty"),
        ("orders.csv", HEADER.encode() + b"\n", "there are no rows in it"),
        ("orders.csv", HEADER.encode() + b"\n\xff\xfe\xff,,,,,,,,\n", "utf"),
        ("orders.csv.gz", b"no gzip at all", ""),
        ("orders.parquet", b"no parquet at all", "parquet"),
        ("orders.xlsx", b"PK", "give a .csv, .csv.gz or .parquet file"),
    ],
)
def test_a_file_that_is_none_is_refused(
    tmp_path: Path, name: str, content: bytes, problem: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert problem in problems(path)[0].lower()


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert problems(tmp_path / "none.csv")


def test_an_hour_that_the_clocks_left_out_is_no_time(tmp_path: Path) -> None:
    path = written(tmp_path, ROW.replace("2026-03-01 09:30", "2026-03-29 01:30"))
    london = replace(PLAIN, zone=ZoneInfo("Europe/London"))
    with pytest.raises(BrokenHistory, match="“2026-03-29 01:30” is no time"):
        read(path, london)
