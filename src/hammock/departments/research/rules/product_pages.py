"""Products read from a page's schema.org data (JSON-LD, microdata), and addresses from a sitemap.

Text from other people's pages is data: nothing in it is followed but a sitemap's own addresses on
the sitemap's own host, and what is malformed is named and left out. However hostile a page is, it
is read in time that grows with its length.

Prices and numbers of reviews stay as they were written: what "2,499" means is told by all pages of
a shop together, so `reading` decides when it reads the file that they become.
"""

from __future__ import annotations

import codecs
import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from hammock.departments.research.rules.numbers import Kind, Writing, decimal_number, plainly

LONGEST_NAME = 400
DEEPEST = 12
MOST_OFFERS = 20  # of one product
MOST_UNPACKED = 50_000_000  # bytes, the most that a sitemap may have
STARS = 5.0
_LOCATION = re.compile(
    rb"<(?:[a-z0-9]++:)?+loc>\s*+(?:<!\[CDATA\[\s*+)?+([^<\]\s]{1,2000}+)(?=[<\]\s])"
)
_TAGS = re.compile(r"<[^<>]*>")
_CHARSET = re.compile(rb"""<meta[^<>]{0,200}?charset=["']?([a-z0-9_-]{1,40})""", re.IGNORECASE)
_TYPE_CHARSET = re.compile(r"""charset=["']?([a-z0-9_-]{1,40})""", re.IGNORECASE)
_PRODUCTS = frozenset({"Product", "IndividualProduct", "ProductModel", "SomeProducts"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A product as a page tells of it; the price and the number of reviews as they are written."""

    name: str
    price: str = ""
    currency: str = ""
    rating: float | None = None
    reviews: str = ""
    format: str = ""
    language: str = ""


@dataclass(frozen=True)
class PageProducts:
    """The products of one page, and what on it could not be read."""

    products: tuple[Listed, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Addresses:
    """A sitemap's addresses on its own host, in order, each once; and how many lie elsewhere."""

    own: tuple[str, ...]
    elsewhere: int


def products_on(markup: str) -> PageProducts:
    """Read all schema.org Products of a page: its JSON-LD, or its microdata where that has none."""
    reader = _Reader()
    reader.feed(markup)
    problems: list[str] = []
    nodes: list[dict[str, Any]] = []
    for block in reader.blocks:
        try:
            nodes += _products(json.loads(block), 0)
        except (ValueError, RecursionError):
            problems.append("its JSON-LD is malformed")
    if reader.is_inside:
        problems.append("its JSON-LD has no end")
    products: list[Listed] = []
    for node in nodes or list(_products(reader.items, 0)):
        found = _listed(node, reader.language, problems)
        if not found:
            problems.append("a product on it has no name")
        products += found
    return PageProducts(products=tuple(products), problems=tuple(dict.fromkeys(problems)))


def text_of(body: bytes, content_type: str) -> str:
    """Decode a page by what it or its server says of its signs, else as UTF-8 or Windows-1252."""
    told = _TYPE_CHARSET.search(content_type)
    found = _CHARSET.search(body[:2048])
    names = [told.group(1)] if told else []
    names += [found.group(1).decode("ascii")] if found else []
    if body.startswith(codecs.BOM_UTF8):
        names = ["utf-8-sig"]
    for name in (*names, "utf-8", "cp1252"):
        try:
            return body.decode(name)
        except (LookupError, ValueError):  # no such encoding, or not in it
            continue
    return body.decode("utf-8", "replace")


def unpacked(body: bytes) -> bytes:
    """Unpack a gzipped answer, leave any other; raises ValueError where it is broken or too large.

    A sitemap is often a file `.xml.gz`.
    """
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpacking = zlib.decompressobj(31)
    try:
        whole = unpacking.decompress(body, MOST_UNPACKED)
    except zlib.error as error:
        raise ValueError("it is gzipped and broken") from error
    if not unpacking.eof:
        raise ValueError(f"it is gzipped and broken, or larger than {MOST_UNPACKED:,} bytes")
    return whole


def is_sitemap(body: bytes) -> bool:
    """Tell a sitemap (or an index of sitemaps) from a page."""
    head = body[:4000].lower()
    return b"<urlset" in head or b"<sitemapindex" in head


def is_index(body: bytes) -> bool:
    """Tell whether a sitemap lists other sitemaps."""
    return b"<sitemapindex" in body[:4000].lower()


def addresses_in(body: bytes, *, host: str) -> Addresses:
    """Give the addresses of a sitemap that lie on the host itself.

    Only `loc` is looked for, so entities and other tricks of XML are never expanded.
    """
    own: dict[str, None] = {}
    elsewhere = 0
    for match in _LOCATION.finditer(body):
        address = unescape(match.group(1).decode("utf-8", "replace"))
        if _is_on(address, host):
            own[address] = None
        else:
            elsewhere += 1
    return Addresses(own=tuple(own), elsewhere=elsewhere)


def _is_on(address: str, host: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc == host


@dataclass
class _Open:
    """An open element within an item: the item it begins, or the property whose text it holds."""

    tag: str
    item: dict[str, Any] | None = None
    owner: dict[str, Any] | None = None
    names: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Gathers a page's JSON-LD blocks, its microdata items and its language in one pass."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self.items: list[dict[str, Any]] = []
        self.language = ""
        self.is_inside = False
        self._text: list[str] = []
        self._open: list[_Open] = []
        self._tags: Counter[str] = Counter()
        self._items: list[dict[str, Any]] = []
        self._holding: list[_Open] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "html":
            self.language = re.split(r"[-_]", said.get("lang") or "")[0].strip().lower()[:8]
        kind = (said.get("type") or "").split(";")[0].strip().lower()
        self.is_inside = tag == "script" and kind == "application/ld+json"
        self._text = []
        if self._items or "itemscope" in said:
            self._begin(tag, said)

    def handle_data(self, data: str) -> None:
        if self.is_inside:
            self._text.append(data)
        for one in self._holding:
            one.text.append(data[:LONGEST_NAME])

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self.is_inside:
            self.blocks.append("".join(self._text))
            self.is_inside = False
        while self._tags[tag]:  # what is not closed ends with what is around it
            if self._close().tag == tag:
                break

    def _begin(self, tag: str, said: dict[str, str | None]) -> None:
        owner = self._items[-1] if self._items else {}  # a page has no properties of its own
        names = (said.get("itemprop") or "").split()[:4] if self._items else []
        value = said.get("content", said.get("value"))
        opened = _Open(tag=tag)
        if "itemscope" in said:
            opened.item = {"@type": (said.get("itemtype") or "").split()}
            _add(owner, names, opened.item)
            if not names:
                self.items.append(opened.item)
        elif value is not None:
            _add(owner, names, value)
        elif names and len(self._holding) < DEEPEST:
            opened.owner, opened.names = owner, names
        if tag not in _VOID:
            self._push(opened)

    def _push(self, opened: _Open) -> None:
        self._open.append(opened)
        self._tags[opened.tag] += 1
        if opened.item is not None:
            self._items.append(opened.item)
        if opened.owner is not None:
            self._holding.append(opened)

    def _close(self) -> _Open:
        closed = self._open.pop()
        self._tags[closed.tag] -= 1
        if closed.item is not None:
            self._items.pop()
        if closed.owner is not None:
            self._holding.pop()
            _add(closed.owner, closed.names, " ".join("".join(closed.text).split()))
        return closed


def _add(item: dict[str, Any], names: list[str], value: Any) -> None:
    for name in names:
        item.setdefault(name, []).append(value)


def _products(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > DEEPEST:
        return
    if isinstance(data, list):
        for one in data:
            yield from _products(one, depth + 1)
    elif isinstance(data, dict):
        if _kinds(data) & _PRODUCTS:
            yield data
            return
        for value in data.values():
            if isinstance(value, dict | list):
                yield from _products(value, depth + 1)


def _kinds(node: dict[str, Any]) -> set[str]:
    """Name a node's types without where they are defined: "https://schema.org/Product"."""
    kinds = node.get("@type")
    named = kinds if isinstance(kinds, list) else [kinds]
    return {re.split(r"[/:#]", one[:200])[-1] for one in named if isinstance(one, str)}


def _listed(node: dict[str, Any], language: str, problems: list[str]) -> list[Listed]:
    """Read a product: once for each price that it is offered at, for sellers and sizes differ."""
    name = _text(node.get("name"))
    if not name:
        return []
    rating = next(_dicts(node.get("aggregateRating")), {})
    prices = list(dict.fromkeys(_prices(node, 0)))
    if len(prices) > MOST_OFFERS:
        problems.append(f"only the first {MOST_OFFERS} offers of a product were taken")
    return [
        Listed(
            name=name,
            price=price.amount,
            currency=price.currency,
            rating=_stars(rating, problems),
            reviews=_figure(rating.get("reviewCount", rating.get("ratingCount"))),
            format=_text(node.get("category"))[:80],
            language=language,
        )
        for price in prices[:MOST_OFFERS] or [_Price()]
    ]


@dataclass(frozen=True)
class _Price:
    amount: str = ""
    currency: str = ""


def _prices(offers: Any, depth: int) -> Iterator[_Price]:
    """Give the prices of offers, or of a product that has its own; of a range the lowest."""
    for offer in _dicts(offers) if depth < DEEPEST else ():
        amount = _figure(offer.get("price")) or _figure(offer.get("lowPrice"))
        if amount:
            yield _Price(amount, _text(offer.get("priceCurrency"))[:3].upper())
        else:
            yield from _prices(offer.get("priceSpecification"), depth + 1)
            yield from _prices(offer.get("offers"), depth + 1)


def _stars(rating: dict[str, Any], problems: list[str]) -> float | None:
    """Read a rating as stars of five; what is not between nothing and the best is named."""
    written, best = _figure(rating.get("ratingValue")), _figure(rating.get("bestRating"))
    if not written:
        return None
    try:
        most = decimal_number(best or ("100" if "%" in written else "5"), _SMALL)
        stars = decimal_number(written, _SMALL)
    except ValueError:
        most = stars = None
    if not most or stars is None or not 0 <= stars <= most:
        problems.append(f"its rating “{written[:20]}” is none")
        return None
    return stars / most * STARS


_SMALL = Writing(kind=Kind.SMALL)


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield one


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = next((one for one in value if isinstance(one, str)), "")
    if not isinstance(value, str):
        return ""
    short = value[: LONGEST_NAME * 10]
    return " ".join(unescape(_TAGS.sub(" ", short)).split())[:LONGEST_NAME]


def _figure(value: Any) -> str:
    """Give a number as it is written; one that is known already so that it stays itself."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return plainly(value) if math.isfinite(value) else ""
    return _text(value)[:40]
