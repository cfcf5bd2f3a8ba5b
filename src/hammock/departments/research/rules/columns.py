"""Which column of an export means what: the names that tools and shops give, in order of trust.

A name is compared without case, punctuation and anything in brackets. What is recognised is always
shown, and what the owner says goes before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

DEMAND_NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        "keyword",
        "query",
        "top queries",
        "search term",
        "search query",
        "term",
        "text",
        "question",
        "message",
        "instruction",
        "review",
        "post",
        "body",
        "title",
        "description",
    ),
    "volume": (
        "avg monthly searches",
        "volume",
        "search volume",
        "searches",
        "impressions",
        "monthly searches",
        "count",
        "frequency",
        "asked",
        "global volume",
    ),
    "bid_low": ("top of page bid low range", "bid low", "low bid"),
    "bid_high": ("top of page bid high range", "bid high", "high bid", "cpc"),
    "currency": ("currency",),
    "country": ("country", "location", "market"),
    "language": ("language", "lang", "locale"),
    "answered": ("results", "hits", "result count"),
    "when": ("date", "day", "invoicedate", "created", "created at", "timestamp", "time"),
}
SUPPLY_NAMES: dict[str, tuple[str, ...]] = {
    "text": ("title", "name", "product", "product name", "item name", "description", "text"),
    "detail": ("body", "short description", "tags", "type", "categories", "category"),
    "price": ("variant price", "price", "regular price", "sale price", "item price", "amount"),
    "currency": ("currency", "price currency"),
    "rating": ("rating", "average rating", "ratingvalue", "stars"),
    "reviews": ("reviews", "number of reviews", "review count", "reviewcount", "ratings"),
    "country": ("country",),
    "language": ("language", "lang"),
    "format": ("format", "type", "product type"),
}
MONTHS = "months"  # the name by which an owner says that the history is not to be used
_BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]")
_MONTH = re.compile(r"(?:searches\s*:?\s*)?([a-z]{3,9})\.?\s+(\d{4})", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Columns:
    """Which column holds which field, the months found, and what nobody needs."""

    fields: Mapping[str, str]
    months: Mapping[str, date]
    unused: tuple[str, ...]


def recognise(
    columns: Sequence[str],
    names: Mapping[str, Sequence[str]],
    *,
    said: Mapping[str, str] | None = None,
) -> Columns:
    """Match `columns` with the fields of `names`; what the owner `said` (field to column) wins.

    An empty column says that the file has no such field, and an empty one for "months" that its
    monthly history is not to be used. Raises KeyError with the field when the owner names a column
    or a field that is not there.
    """
    fields: dict[str, str] = {}
    history = True
    for field, column in (said or {}).items():
        if field == MONTHS and not column:
            history = False
            continue
        if field not in names or (column and column not in columns):
            raise KeyError(field)
        fields[field] = column
    plain = {plain_name(column): column for column in reversed(columns)}
    for field, known in names.items():
        taken = set(fields.values())
        match = next((plain[one] for one in known if plain.get(one, "") not in {"", *taken}), None)
        if field not in fields and match is not None:
            fields[field] = match
    fields = {field: column for field, column in fields.items() if column}
    months = {column: month for column in columns if history and (month := month_of(column))}
    unused = tuple(one for one in columns if one not in fields.values() and one not in months)
    return Columns(fields=fields, months=months, unused=unused)


def plain_name(column: str) -> str:
    """Strip a header to its words: no case, brackets or punctuation.

    "Top of page bid (low range)" keeps which end of the range it is.
    """
    kept = column if "range" in column.lower() else _BRACKETS.sub(" ", column)
    return " ".join(re.sub(r"[^0-9a-z]+", " ", kept.lower()).split())


def month_of(column: str) -> date | None:
    """Read the month of a header such as "Searches: May 2025"; None when it is none."""
    match = _MONTH.fullmatch(column.strip())
    if match is None:
        return None
    name = match.group(1)[:3].lower()
    if name not in _MONTHS:
        return None
    return date(int(match.group(2)), _MONTHS.index(name) + 1, 1)
