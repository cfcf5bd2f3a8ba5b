"""Numbers as keyword tools and shops write them, read with the doubt that they carry.

A volume may be exact ("1,900"), a range ("10K – 100K"), a ceiling ("<10") or one of the buckets in
which Google shows volumes to accounts that spend little (50 stands for 10 to 100). A number that
could mean two things in one column is settled by the column, not by the cell.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

BUCKETS = {0: (0, 10), 50: (10, 100), 500: (100, 1_000), 5_000: (1_000, 10_000)} | {
    50_000: (10_000, 100_000),
    500_000: (100_000, 1_000_000),
    5_000_000: (1_000_000, 10_000_000),
}
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_NOTHING = {"", "-", "--", "—", "–", "n/a", "na", "null", "none", "nan"}
_AMOUNT = re.compile(r"([0-9][0-9.,\u00a0\u202f' ]*)\s*([kmb]?)", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:–|—|-|\bto\b|\.\.)\s*")
_CURRENCY = re.compile(r"(?:[$€£¥]|\b[A-Z]{3}\b|\b(?:usd|eur|gbp)\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Amount:
    """A number and the range in which the truth lies; all three are equal when it is exact."""

    value: float
    low: float
    high: float


def exactly(value: float) -> Amount:
    """Return an amount without doubt."""
    return Amount(value=value, low=value, high=value)


def between(low: float, high: float) -> Amount:
    """Return a range; its value is the middle on the scale of ratios, as volumes spread."""
    value = math.sqrt(max(low, 1.0) * max(high, 1.0)) if high > 0 else 0.0
    return Amount(value=min(max(value, low), high), low=low, high=high)


@dataclass(frozen=True)
class Writing:
    """How a column writes numbers: the decimal sign, and whether volumes are buckets."""

    decimal: str = "."
    buckets: bool = False


def writing_of(cells: Iterable[str], *, whole: bool = False) -> Writing:
    """Tell from all cells of a column how its numbers are written.

    A comma is the decimal sign when some number can be read no other way ("1,5", "1.234,50") and
    none contradicts it; in a column of `whole` numbers also when points stand between thousands
    ("1.900"). Whole numbers are buckets when all are bucket values and more than one is met.
    """
    seen = [cell.strip() for cell in cells if cell.strip()]
    comma = any(_only_comma_decimal(cell) or (whole and _points(cell)) for cell in seen)
    point = any(_only_point_decimal(cell) for cell in seen)
    decimal = "," if comma and not point else "."
    met = {cell for cell in seen if cell.lower() not in _NOTHING}
    plain = {float(cell) for cell in met if cell.isdecimal()}
    bucketed = whole and len(plain) > 1 and len(plain) == len(met) and plain <= set(BUCKETS)
    return Writing(decimal=decimal, buckets=bucketed)


def volume(cell: str, writing: Writing | None = None) -> Amount | None:
    """Read a volume; None when the cell is empty, ValueError when it is no number or negative."""
    how = writing or Writing()
    text = cell.strip().lower()
    if text in _NOTHING:
        return None
    if text[0] in "<≤":
        return between(0.0, _number(text[1:], how))
    if text[0] in ">≥":
        least = _number(text[1:], how)
        return Amount(value=least, low=least, high=least * 10)
    sides = _RANGE.split(text, maxsplit=1)
    if len(sides) == 2 and sides[0]:
        low, high = _number(sides[0], how), _number(sides[1], how)
        if high < low:
            raise ValueError(cell)
        return between(low, high)
    found = _number(text, how)
    if how.buckets and int(found) in BUCKETS:
        low, high = BUCKETS[int(found)]
        return between(float(low), float(high))
    return exactly(found)


def decimal_number(cell: str, writing: Writing | None = None) -> float | None:
    """Read a price, rating or share ("45.61%"); None when empty, ValueError when it is none."""
    text = _CURRENCY.sub("", cell).strip()
    if text.lower() in _NOTHING:
        return None
    return _number(text.rstrip("% "), writing or Writing())


def _number(text: str, writing: Writing) -> float:
    match = _AMOUNT.fullmatch(text.strip().lstrip("+"))
    if match is None:
        raise ValueError(text)
    digits, times = match.group(1).strip(), match.group(2).lower()
    digits = re.sub(r"[\u00a0\u202f' ]", "", digits)
    thousands = "." if writing.decimal == "," else ","
    if digits.count(writing.decimal) > 1 or not _grouped(digits, thousands, writing.decimal):
        raise ValueError(text)
    digits = digits.replace(thousands, "").replace(writing.decimal, ".")
    value = float(digits) * _TIMES[times]
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _grouped(digits: str, thousands: str, decimal: str) -> bool:
    """Tell whether the signs between thousands stand where they belong."""
    whole, _, fraction = digits.partition(decimal)
    if thousands in fraction:
        return False
    groups = whole.split(thousands)
    return len(groups) == 1 or (
        0 < len(groups[0]) <= 3
        and all(len(group) in {2, 3} for group in groups[1:])
        and len(groups[-1]) == 3
    )


def _points(cell: str) -> bool:
    return bool(re.fullmatch(r"\d{1,3}(\.\d{3})+", cell))


def _only_comma_decimal(cell: str) -> bool:
    return bool(re.search(r"\d,\d{1,2}(?!\d)|\.\d{3},\d|\d,\d{4,}", cell))


def _only_point_decimal(cell: str) -> bool:
    return bool(re.search(r"\d\.\d{1,2}(?!\d)|,\d{3}\.\d|\d\.\d{4,}", cell))
