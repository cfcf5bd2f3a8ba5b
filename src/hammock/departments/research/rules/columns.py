"""Which column of an export means what: the names that tools and shops give, in order of trust.

A name is compared without case, accents, punctuation and anything in brackets. Tools write in their
user's language, so names of six languages are known. What is recognised is always shown, and what
the owner says goes before it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from babel.dates import get_month_names

MONTHLY, IMPRESSIONS, ASKS = "searches a month", "impressions", "asks"
"""What a column of volumes counts."""

_CURRENCY = ("wahrung", "devise", "moneda", "valuta", "moeda")
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
        "suchbegriff",
        "suchanfrage",
        "haufigste suchanfragen",
        "stichwort",
        "frage",
        "mot cle",
        "requete",
        "requetes les plus frequentes",
        "palabra clave",
        "consultas principales",
        "parola chiave",
        "query principali",
        "zoekwoord",
        "palavra chave",
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
        "suchvolumen",
        "volumen",
        "impressionen",
        "impresiones",
        "impressioni",
        "vertoningen",
        "impressoes",
    ),
    "bid_low": ("top of page bid low range", "bid low", "low bid"),
    "bid_high": ("top of page bid high range", "bid high", "high bid", "cpc"),
    "currency": ("currency", *_CURRENCY),
    "country": ("country", "location", "market", "land", "pays", "pais", "paese"),
    "language": ("language", "lang", "locale", "sprache", "langue", "idioma", "lingua", "taal"),
    "answered": ("results", "hits", "result count"),
    "when": ("date", "day", "invoicedate", "created", "created at", "timestamp", "time", "datum"),
}
SUPPLY_NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        "title",
        "name",
        "product",
        "product name",
        "item name",
        "description",
        "text",
        "titel",
        "produkt",
        "produktname",
        "bezeichnung",
        "artikel",
        "nom",
        "produit",
        "titre",
        "nombre",
        "producto",
        "prodotto",
        "naam",
        "nome",
        "produto",
    ),
    "price": (
        "variant price",
        "variants price",
        "price",
        "regular price",
        "sale price",
        "item price",
        "offers price",
        "price amount",
        "price value",
        "amount",
        "preis",
        "verkaufspreis",
        "prix",
        "precio",
        "prezzo",
        "prijs",
        "preco",
    ),
    "currency": (
        "currency",
        "price currency",
        "offers pricecurrency",
        "offers price currency",
        "currency code",
        *_CURRENCY,
    ),
    "rating": ("rating", "average rating", "ratingvalue", "stars", "bewertung", "sterne"),
    "reviews": (
        "reviews",
        "number of reviews",
        "review count",
        "reviewcount",
        "ratings",
        "bewertungen",
        "anzahl bewertungen",
        "rezensionen",
        "avis",
        "resenas",
        "recensioni",
    ),
    "country": ("country", "land", "pays", "pais", "paese"),
    "language": ("language", "lang", "sprache", "langue", "idioma", "lingua", "taal"),
    "format": ("format", "type", "product type", "typ"),
}
MONTHS = "months"  # the name by which an owner says that the history is not to be used
_RETIRED = frozenset({"detail"})  # chosen for studies of old, and used by none
_BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]")
_RANGES = re.compile(r"range|bereich|plage|fourchette|rango|intervalo|fascia|bereik|faixa")
# Google writes these in its users' languages, and now and then anew: the words that stay.
_SEARCHES = r"suchanfragen|recherches|busquedas|ricerche|zoekopdrachten|pesquisas|buscas"
_MONTHLY_WORDS = r"monat|mensuel|mois|mensual|mes|mensili|mese|maand|mensais"
_BID = r"gebote?|encheres?|puja|oferta|offerta|bod|lance"
_PATTERNS: dict[str, re.Pattern[str]] = {
    "volume": re.compile(rf"(?=.*\b(?:{_SEARCHES})\b).*\b(?:{_MONTHLY_WORDS})"),
    "bid_low": re.compile(rf"(?:.*\b)?(?:{_BID})\b.*\b(?:unter|bass|baj|inferior|laag|lage|baix)"),
    "bid_high": re.compile(rf"(?:.*\b)?(?:{_BID})\b.*\b(?:oberer|haut|alt|superiore?$|hoog|hoge)"),
}
_MONTH = re.compile(
    r"(?:(?:[^\W\d_]+ ){0,3}[^\W\d_]+\s*:\s*|searches\s+)?([^\W\d_]{3,10})\.?\s+(?:de\s+)?(\d{4})",
    re.IGNORECASE,
)
_NUMBERED_MONTH = re.compile(r"(\d{4})-(\d{2})")
_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt")
YEARS = range(1970, 2201)
_IMPRESSIONS = frozenset(
    {"impressions", "impressionen", "impresiones", "impressioni", "vertoningen", "impressoes"}
)
_COUNTS = frozenset({"count", "frequency", "asked"})


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
    for field, column in (said or {}).items():
        if field in _RETIRED or (field == MONTHS and not column):
            continue
        if field not in names or column not in {"", *columns}:
            raise KeyError(field)
        if column:
            fields[field] = column
    plain = {plain_name(column): column for column in reversed(columns)}
    for field, known in names.items():
        if field in (said or {}):
            continue
        taken = {"", *fields.values()}
        match = next((plain[one] for one in known if plain.get(one, "") not in taken), None)
        match = match or _by_words(field, plain, taken) if names is DEMAND_NAMES else match
        if match is not None:
            fields[field] = match
    history = columns if (said or {}).get(MONTHS) is None else ()
    months = {column: month for column in history if (month := month_of(column))}
    unused = tuple(one for one in columns if one not in fields.values() and one not in months)
    return Columns(fields=fields, months=months, unused=unused)


def unit_of(column: str) -> str:
    """Say what a column of volumes counts, by its name."""
    plain = plain_name(column)
    if plain in _IMPRESSIONS:
        return IMPRESSIONS
    return ASKS if plain in _COUNTS else MONTHLY


def plain_name(column: str) -> str:
    """Strip a header to its words: no case, accents, brackets or punctuation.

    "Top of page bid (low range)" keeps which end of the range it is.
    """
    kept = column if _RANGES.search(column.casefold()) else _BRACKETS.sub(" ", column)
    parts = unicodedata.normalize("NFKD", kept.casefold())
    bare = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[\W_]+", " ", bare).split())


def month_of(column: str) -> date | None:
    """Read the month of a header such as "Searches: May 2025"; None when it is none."""
    name = column.strip()[:80]
    match = _NUMBERED_MONTH.fullmatch(name)
    if match is not None:
        year, month = int(match.group(1)), int(match.group(2))
    else:
        match = _MONTH.fullmatch(name)
        if match is None:
            return None
        year, month = int(match.group(2)), _months().get(plain_name(match.group(1)), 0)
    return date(year, month, 1) if year in YEARS and 1 <= month <= 12 else None


@cache
def _months() -> dict[str, int]:
    """Number the months' names, whole and short, in the languages in which tools write."""
    return {"sept": 9} | {
        plain_name(name): number
        for language in _LANGUAGES
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=language).items()
    }


def _by_words(field: str, plain: Mapping[str, str], taken: set[str]) -> str | None:
    pattern = _PATTERNS.get(field)
    if pattern is None:
        return None
    return next(
        (column for name, column in plain.items() if column not in taken and pattern.match(name)),
        None,
    )
