"""Makes the two files of docs/worked-study.md from the public ones they come from.

`python -m tools.worked_study --lines FILE --queries FILE --out DIR` writes `products.csv` (what an
online shop sold, with usual prices) from Online Retail II (UCI; its lines of 2009-12-01 to
2010-11-30 as CSV, perhaps gzipped, or Parquet) and `queries.tsv` from WANDS (GitHub wayfair/WANDS,
dataset/query.csv): the half of its queries that the worked study was made with.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import polars as pl

SOLD_AT_LEAST = 5  # times
LAST_DAY = "2010-11-30"
# The 240 of 480 queries that the study asks, drawn once at random: bit n stands for query_id n.
ASKED = int(
    "551118507867d724b671485a48ac551e0c1a35f1f23035f73679718c8f7e"
    "c533256c81f92eb5558053c21b44d2dcc6a60334f8365dd93bdebfef9828"
    "65",
    16,
)


@dataclass(frozen=True)
class Made:
    """How many products and queries were written."""

    products: int
    queries: int


def products_of(lines: pl.DataFrame) -> pl.DataFrame:
    """List the products that were sold at least five times, with the middle of their prices."""
    text = pl.col("Description").cast(pl.String).str.strip_chars()
    price = pl.col("Price").cast(pl.Float64, strict=False)
    sold = lines.filter(
        (pl.col("Quantity").cast(pl.Float64, strict=False) > 0)
        & (price > 0)
        & (text.str.len_chars() > 0)
        & (pl.col("InvoiceDate").cast(pl.String).str.slice(0, 10) <= LAST_DAY)
    )
    return (
        sold.group_by(name=text)
        .agg(price=price.median().round(4), times=pl.len())
        .filter(pl.col("times") >= SOLD_AT_LEAST)
        .sort("name")
        .select("name", "price", currency=pl.lit("GBP"))
    )


def queries_of(queries: pl.DataFrame) -> pl.DataFrame:
    """Keep the queries that the study asks."""
    asked = [bool(ASKED >> int(one) & 1) for one in queries["query_id"]]
    return queries.filter(pl.Series(asked)).sort(pl.col("query_id").cast(pl.Int64))


def make(*, lines: Path, queries: Path, out: Path) -> Made:
    """Write both files into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    products = products_of(_table(lines))
    asked = queries_of(_table(queries, separator="\t"))
    products.write_csv(out / "products.csv")
    asked.write_csv(out / "queries.tsv", separator="\t")
    return Made(products=len(products), queries=len(asked))


def _table(path: Path, *, separator: str = ",") -> pl.DataFrame:
    if path.suffix == ".parquet":
        return pl.read_parquet(path)
    return pl.read_csv(path, separator=separator, infer_schema=False)


def main() -> None:
    """Make the files and say what is in them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=Path, required=True, metavar="FILE")
    parser.add_argument("--queries", type=Path, required=True, metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    asked = parser.parse_args()
    made = make(lines=asked.lines, queries=asked.queries, out=asked.out)
    print(f"products: {made.products}\nqueries: {made.queries}")


if __name__ == "__main__":
    main()
