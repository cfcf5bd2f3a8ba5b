"""What a study is made of: rows of demand and supply, and the tables that they become.

Equal texts are one text: their askings add up where each row is one asking, and the highest volume
counts where a keyword tool repeats itself. Their monthly histories are joined; where two tell of
the same month the higher number counts, and a month of which none tells is unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from hammock.departments.research.rules.numbers import Amount

Floats = NDArray[np.float64]

UNKNOWN = Amount(value=0.0, low=0.0, high=0.0)  # a text without a volume among texts that have one


@dataclass(frozen=True, slots=True)
class Asked:
    """One row of demand: what was asked for, how often, and what advertisers bid for it.

    `answered` is how many results a search gave where it was asked, 0 for none; None if not told.
    """

    text: str
    volume: Amount | None = None
    months: tuple[float | None, ...] = ()
    bid_low: float | None = None
    bid_high: float | None = None
    currency: str = ""
    country: str = ""
    language: str = ""
    answered: float | None = None
    when: date | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """One product on offer: what it is called, what it costs, how it is rated."""

    text: str
    price: float | None = None
    currency: str = ""
    rating: float | None = None
    reviews: float | None = None
    country: str = ""
    language: str = ""
    format: str = ""


@dataclass(frozen=True)
class Demand:
    """Distinct texts in order of appearance, with volumes (`low`, `value`, `high`), bids, history.

    `history` has a row for each text and a column for each of `months`; unknown numbers are NaN.
    `answered` is how many results each search gave. `counted` says that volumes are numbers of
    rows, as no tool gave any.
    """

    texts: tuple[str, ...]
    low: Floats
    value: Floats
    high: Floats
    bid: Floats
    months: tuple[date, ...]
    history: Floats
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    answered: Floats
    currency: str
    counted: bool


@dataclass(frozen=True)
class Supply:
    """Distinct products with price, rating and number of reviews; unknown numbers are NaN."""

    texts: tuple[str, ...]
    price: Floats
    rating: Floats
    reviews: Floats
    formats: tuple[str, ...]
    currency: str


def demand_of(parts: Iterable[tuple[Sequence[Asked], Sequence[date]]]) -> Demand:
    """Put demand files (rows and the months of their history) together into one table."""
    first: dict[str, Asked] = {}
    histories: dict[str, dict[date, float]] = {}
    amounts: dict[str, Amount] = {}
    results: dict[str, float] = {}
    times: Counter[str] = Counter()
    currencies: Counter[str] = Counter()
    for rows, months in parts:
        for row in rows:
            key = _key(row.text)
            first.setdefault(key, row)
            if months:
                _join(histories.setdefault(key, {}), months, row.months)
            times[key] += 1
            if row.answered is not None:
                results.setdefault(key, row.answered)
            currencies[row.currency] += 1
            if row.volume is not None:
                before = amounts.get(key, row.volume)
                amounts[key] = max(row.volume, before, key=lambda one: one.value)
    counted = not amounts
    found = [
        Amount(times[key], times[key], times[key]) if counted else amounts.get(key, UNKNOWN)
        for key in first
    ]
    kept = list(first.values())
    calendar = tuple(sorted({month for known in histories.values() for month in known}))
    return Demand(
        texts=tuple(row.text for row in kept),
        low=np.array([one.low for one in found], dtype=np.float64),
        value=np.array([one.value for one in found], dtype=np.float64),
        high=np.array([one.high for one in found], dtype=np.float64),
        bid=np.array([_bid(row) for row in kept], dtype=np.float64),
        months=calendar,
        history=_history([histories.get(key, {}) for key in first], calendar),
        countries=tuple(row.country for row in kept),
        languages=tuple(row.language for row in kept),
        answered=_known(results.get(key) for key in first),
        currency=_usual(currencies),
        counted=counted,
    )


def supply_of(parts: Iterable[Sequence[Offered]]) -> Supply:
    """Put supply files together into one table."""
    first: dict[str, Offered] = {}
    currencies: Counter[str] = Counter()
    for rows in parts:
        for row in rows:
            first.setdefault(_key(row.text), row)
            currencies[row.currency] += 1
    kept = list(first.values())
    return Supply(
        texts=tuple(row.text for row in kept),
        price=_known(row.price for row in kept),
        rating=_known(row.rating for row in kept),
        reviews=_known(row.reviews for row in kept),
        formats=tuple(row.format for row in kept),
        currency=_usual(currencies),
    )


def _key(text: str) -> str:
    return " ".join(text.lower().split())


def _usual(currencies: Counter[str]) -> str:
    """Give the one currency, or nothing where none or several are named: they cannot be added."""
    named = [one for one in currencies if one]
    return named[0] if len(named) == 1 else ""


def _bid(row: Asked) -> float:
    known = [bid for bid in (row.bid_low, row.bid_high) if bid is not None]
    return sum(known) / len(known) if known else float("nan")


def _known(numbers: Iterable[float | None]) -> Floats:
    return np.array(
        [float("nan") if number is None else number for number in numbers], dtype=np.float64
    )


def _join(known: dict[date, float], months: Sequence[date], asked: Sequence[float | None]) -> None:
    for month, value in zip(months, asked, strict=False):
        if value is not None:
            known[month] = max(value, known.get(month, value))


def _history(known: Sequence[Mapping[date, float]], calendar: Sequence[date]) -> Floats:
    history = np.full((len(known), len(calendar)), np.nan)
    place = {month: at for at, month in enumerate(calendar)}
    for at, one in enumerate(known):
        for month, value in one.items():
            history[at, place[month]] = value
    return history
