"""Numbers as keyword tools and shops write them, read with the doubt that they carry.

A volume may be exact ("1,900"), a range ("10K – 100K"), a ceiling ("<10") or one of the buckets in
which Google shows volumes to accounts that spend little (50 stands for 10 to 100). A number that
could mean two things ("1.299") is settled by its column, then by the file's other columns, then by
its currency, never by the cell; where none of them tells, it is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from babel.numbers import get_currency_precision, is_currency

BUCKETS = {0: (0, 10), 50: (10, 100), 500: (100, 1_000), 5_000: (1_000, 10_000)} | {
    50_000: (10_000, 100_000),
    500_000: (100_000, 1_000_000),
    5_000_000: (1_000_000, 10_000_000),
}
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_NOTHING = {"", "-", "--", "—", "–", "n/a", "na", "null", "none", "nan"}
_GAPS = "\u00a0\u202f\u2009'’ "  # what stands between thousands beside points and commas
_AMOUNT = re.compile(rf"([0-9][0-9.,{_GAPS}]*+)\s*([kmb]?)", re.IGNORECASE)
_NUMERAL = re.compile(rf"([0-9.,][0-9.,{_GAPS}]*+)([kmb]?)", re.IGNORECASE)
_GAPPED = re.compile(rf"[0-9]{{1,3}}(?:[{_GAPS}][0-9]{{3}})+(?:[.,][0-9]+)?")
_RANGE = re.compile(r"\s*(?:–|—|-|\bto\b|\.\.)\s*")
_MONEY = re.compile(r"([^\W\d_]{0,3}\W?)\s*([-0-9.].*?)\s*([^\d\s.,]{0,4})", re.DOTALL)
_NAMED = re.compile(r"(?:[(\[]\s*|[\s_/-])([A-Z]{3}|[^\w\s()\[\]])\s*[)\]]?$")
_DASHED = re.compile(r"[.,][-–—]{1,2}$")  # "12,-" has no cents
_SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "$": "USD",
    "¥": "JPY",
    "₹": "INR",
    "₩": "KRW",
    "₽": "RUB",
    "₺": "TRY",
    "₴": "UAH",
    "₪": "ILS",
    "฿": "THB",
    "₫": "VND",
    "zł": "PLN",
    "kč": "CZK",
    "us$": "USD",
    "r$": "BRL",
    "c$": "CAD",
    "ca$": "CAD",
    "a$": "AUD",
    "au$": "AUD",
    "nz$": "NZD",
    "hk$": "HKD",
    "s$": "SGD",
    "mx$": "MXN",
}
# Signs that several currencies share: what people call them, and which they are.
SHARED_SIGNS = {
    "$": (
        "dollars or pesos",
        frozenset({"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "ARS", "CLP", "COP"}),
    ),
    "¥": ("yen or yuan", frozenset({"JPY", "CNY"})),
}


class Kind(Enum):
    """What a column counts, which tells what "1.299" may be in it."""

    WHOLE = "whole"  # searches, reviews: thousands
    MONEY = "money"  # prices, bids: either
    SMALL = "small"  # ratings, positions: decimals


class Ambiguous(ValueError):
    """A number may mean two things and nothing tells which."""


@dataclass(frozen=True)
class Amount:
    """A number and the range in which the truth lies; all three are equal when it is exact."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Money:
    """A price or bid, and the currency that stands beside it ("" where none does).

    `sign` is what was written, where several currencies share it.
    """

    value: float
    currency: str = ""
    sign: str = ""


def exactly(value: float) -> Amount:
    """Return an amount without doubt."""
    return Amount(value=value, low=value, high=value)


def between(low: float, high: float) -> Amount:
    """Return a range; its value is the middle on the scale of ratios, as volumes spread."""
    value = math.sqrt(max(low, 1.0) * max(high, 1.0)) if high > 0 else 0.0
    return Amount(value=min(max(value, low), high), low=low, high=high)


@dataclass(frozen=True)
class Writing:
    """How a column writes numbers: the decimal sign ("" where nothing tells), and what they are.

    `buckets` says that volumes are Google's buckets.
    """

    decimal: str = ""
    buckets: bool = False
    kind: Kind = Kind.MONEY


def writing_of(cells: Iterable[str], *, kind: Kind = Kind.MONEY) -> Writing:
    """Tell from all cells of a column how its numbers are written.

    A sign is the decimal sign when some number can be read no other way ("1,5", "1.234,50"), or
    when a column of whole numbers has the other one between thousands ("1.900"), and none
    contradicts it. Whole numbers are buckets when all are bucket values and more than one is met.
    """
    met = {cell.strip() for cell in cells}
    met = {cell for cell in met if cell.lower() not in _NOTHING}
    surely: set[str] = set()
    between_thousands: set[str] = set()
    for cell in met:
        for digits, times in _NUMERAL.findall(cell):
            numeral = _closed(digits)
            sign = _decimal_of(numeral, kind)
            if sign:
                surely.add(sign)
            elif _is_doubtful(numeral) and kind is Kind.WHOLE and not times:
                between_thousands.add("," if "." in numeral else ".")
    told = surely or between_thousands
    plain = {float(cell) for cell in met if cell.isascii() and cell.isdecimal()}
    whole = kind is Kind.WHOLE
    bucketed = whole and len(plain) > 1 and len(plain) == len(met) and plain <= set(BUCKETS)
    return Writing(decimal=told.pop() if len(told) == 1 else "", buckets=bucketed, kind=kind)


def volume(cell: str, writing: Writing | None = None) -> Amount | None:
    """Read a volume; None when the cell is empty, ValueError when it is no number or negative."""
    how = writing or Writing(kind=Kind.WHOLE)
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


def plainly(value: float) -> str:
    """Write a number that is known already so that `writing_of` cannot take it for another."""
    return str(int(value)) if value == int(value) else f"{value:f}"


def decimal_number(cell: str, writing: Writing | None = None) -> float | None:
    """Read a rating or share ("45.61%"); None when empty, ValueError when it is none."""
    text = cell.strip()
    if text.lower() in _NOTHING:
        return None
    return _number(text.rstrip("% "), writing or Writing())


def money(cell: str, writing: Writing | None = None, *, currency: str = "") -> Money | None:
    """Read a price or bid; None when empty, ValueError when it is none.

    `currency` is what the file says of it; what stands in the cell goes before. A currency settles
    a number that is doubtful otherwise: "1.299" is no amount of one that has two decimals.
    """
    text = cell.strip()
    if text.lower() in _NOTHING:
        return None
    digits, sign = _without_currency(text)
    named = _SIGNS.get(sign.lower(), sign.upper())
    how = writing or Writing()
    try:
        value = _number(_DASHED.sub("", digits), how)
    except Ambiguous:
        code = (named or currency).upper()
        if not is_currency(code) or get_currency_precision(code) >= 3:
            raise
        value = _number(_DASHED.sub("", digits), Writing(kind=Kind.WHOLE))
    return Money(value=value, currency=named, sign=sign if sign in SHARED_SIGNS else "")


def currency_of(header: str) -> str:
    """Read the currency out of a column's name, as in "CPC (USD)" or "Preis in €"; else ""."""
    match = _NAMED.search(header.strip())
    sign = match.group(1) if match else ""
    if sign in SHARED_SIGNS:
        return ""
    return _SIGNS.get(sign, sign if is_currency(sign) else "")


def currency_named(cell: str) -> str:
    """Give the code of a currency that stands in a cell of its own, else the cell."""
    known = _SIGNS.get(cell.lower(), cell.upper())
    return known if is_currency(known) else cell


def _without_currency(text: str) -> tuple[str, str]:
    """Part a cell into its digits and the currency's name or sign, on either side of them."""
    match = _MONEY.fullmatch(text)
    if match is None:
        return text, ""
    before, digits, after = (part.strip() for part in match.groups())
    for sign, other in ((before, after), (after, before)):
        if sign and (sign.lower() in _SIGNS or is_currency(sign.upper())) and not other:
            return digits, sign
    return text, ""


def _number(text: str, writing: Writing) -> float:
    match = _AMOUNT.fullmatch(text.strip().lstrip("+"))
    if match is None:
        raise ValueError(text)
    digits, times = _closed(match.group(1)), match.group(2).lower()
    decimal = _decimal_of(digits, writing.kind) or writing.decimal
    if not decimal and _is_doubtful(digits):
        if times or writing.kind is not Kind.WHOLE:
            raise Ambiguous(text)
        decimal = "," if "." in digits else "."
    decimal = decimal or "."
    thousands = "." if decimal == "," else ","
    if digits.count(decimal) > 1 or not _grouped(digits, thousands, decimal):
        raise ValueError(text)
    value = float(digits.replace(thousands, "").replace(decimal, ".")) * _TIMES[times]
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _closed(digits: str) -> str:
    """Take out the gaps between thousands; gaps elsewhere are left, and make it no number."""
    digits = digits.strip()
    if not _GAPPED.fullmatch(digits):
        return digits
    return "".join(sign for sign in digits if sign not in _GAPS)


def _decimal_of(digits: str, kind: Kind) -> str:
    """Name the decimal sign of a number that can be read in one way only; "" otherwise."""
    points, commas = digits.count("."), digits.count(",")
    if not points and not commas:
        return ""
    if points and commas:
        return "." if digits.rindex(".") > digits.rindex(",") else ","
    sign, other = (".", ",") if points else (",", ".")
    if points + commas > 1:
        return other
    if not digits.split(sign)[1]:
        return ""
    return sign if kind is Kind.SMALL or not _is_doubtful(digits) else ""


def _is_doubtful(digits: str) -> bool:
    """Tell whether a single sign may stand between thousands or before decimals: "1.299"."""
    return bool(re.fullmatch(r"[1-9][0-9]{0,2}[.,][0-9]{3}", digits))


def _grouped(digits: str, thousands: str, decimal: str) -> bool:
    """Tell whether the signs between thousands stand where they belong."""
    whole, _, fraction = digits.partition(decimal)
    if thousands in fraction or not (whole + fraction).replace(thousands, "").isascii():
        return False
    groups = whole.split(thousands)
    return len(groups) == 1 or (
        0 < len(groups[0]) <= 3
        and all(len(group) in {2, 3} for group in groups[1:])
        and len(groups[-1]) == 3
    )
