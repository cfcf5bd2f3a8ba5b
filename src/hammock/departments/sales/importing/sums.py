"""What a file comes to, by a second way of counting: decimals in Polars, apart from the reading.

The import is believed only when the books, read back, say the same.
"""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl

from hammock.departments.sales.importing.mapping import Mapping
from hammock.departments.sales.importing.reading import UNSPECIFIED, country_code, local_time, scan
from hammock.kit.money import minor_digits


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Amounts in minor units: all in all, by month ("2026-03") and by the file's country names.

    An invoice belongs to the month of its first line, in the mapping's time zone. Two names of one
    country go under the first of them.
    """

    net_minor: int
    per_month: Table[str, int]
    per_country: Table[str, int]


@dataclass(frozen=True, kw_only=True)
class FileSums:
    """The file's sums, and its own name for each country as it is kept."""

    sums: Sums
    country_names: Table[str, str]


def sums_of(file: Path, mapping: Mapping) -> FileSums:
    """Add up the file: each line rounded to the minor unit half to even. The file has been read."""
    raw = scan(file, mapping)
    kind = raw.collect_schema()["at"]
    price = pl.col("unit_price").cast(pl.String).str.strip_chars().cast(pl.Decimal(18, 4))
    quantity = pl.col("quantity").cast(pl.String).str.strip_chars().cast(pl.Decimal(18, 4))
    country = (
        pl.col("country").cast(pl.String).str.strip_chars()
        if "country" in mapping.columns
        else pl.lit("")
    )
    lines = raw.select(
        country=pl.when(country != "").then(country).otherwise(pl.lit(UNSPECIFIED)),
        month=local_time(mapping, kind).min().over(pl.col("invoice")).dt.strftime("%Y-%m"),
        amount=(price * quantity.cast(pl.Decimal(18, 0))).round(
            minor_digits(mapping.currency), mode="half_to_even"
        ),
    )
    grouped = lines.group_by("country", "month").agg(pl.col("amount").sum()).collect()
    return _file_sums(grouped, mapping)


def _file_sums(grouped: pl.DataFrame, mapping: Mapping) -> FileSums:
    names: dict[str, str] = {}
    per_month: dict[str, int] = {}
    per_country: dict[str, int] = {}
    for country, month, amount in grouped.sort("country", "month").rows():
        minor = _minor(amount, mapping)
        name = names.setdefault(country_code(country, mapping), country)
        per_month[month] = per_month.get(month, 0) + minor
        per_country[name] = per_country.get(name, 0) + minor
    return FileSums(
        sums=Sums(
            net_minor=sum(per_month.values()),
            per_month=dict(sorted(per_month.items())),
            per_country=per_country,
        ),
        country_names=names,
    )


def _minor(amount: Decimal, mapping: Mapping) -> int:
    return int(amount.scaleb(minor_digits(mapping.currency)))
