"""Products read from a page's schema.org data (JSON-LD), and addresses read from a sitemap.

Text from other people's pages is data: nothing in it is followed but a sitemap's own addresses on
the sitemap's own host, and what is malformed is named and left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from hammock.departments.research.rules.rows import Offered

LONGEST_NAME = 400
DEEPEST = 12
_LOCATION = re.compile(
    rb"<(?:[a-z0-9]+:)?loc>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]{1,2000})\s*(?:\]\]>)?\s*</"
)
_TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class PageProducts:
    """The products of one page, and what on it could not be read."""

    products: tuple[Offered, ...]
    problems: tuple[str, ...]


def products_on(markup: str) -> PageProducts:
    """Read all schema.org Products of a page."""
    finder = _Blocks()
    finder.feed(markup)
    products: list[Offered] = []
    problems: list[str] = []
    for block in finder.blocks:
        try:
            data = json.loads(block)
        except (ValueError, RecursionError):
            problems.append("its JSON-LD is malformed")
            continue
        for node in _products(data, 0):
            product = _product(node)
            if product is None:
                problems.append("a product on it has no name")
            else:
                products.append(product)
    return PageProducts(products=tuple(products), problems=tuple(problems))


def is_sitemap(body: bytes) -> bool:
    """Tell a sitemap (or an index of sitemaps) from a page."""
    head = body[:4000].lower()
    return b"<urlset" in head or b"<sitemapindex" in head


def is_index(body: bytes) -> bool:
    """Tell whether a sitemap lists other sitemaps."""
    return b"<sitemapindex" in body[:4000].lower()


def addresses_in(body: bytes, *, host: str) -> Iterator[str]:
    """Give the addresses of a sitemap that lie on the host itself, in order, each once.

    Only `loc` is looked for, so entities and other tricks of XML are never expanded.
    """
    seen = set()
    for match in _LOCATION.finditer(body):
        address = unescape(match.group(1).decode("utf-8", "replace"))
        try:
            parts = urlsplit(address)
        except ValueError:
            continue
        if parts.scheme in {"http", "https"} and parts.netloc == host and address not in seen:
            seen.add(address)
            yield address


class _Blocks(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self._inside = False
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = (dict(attrs).get("type") or "").split(";")[0].strip().lower()
        self._inside = tag == "script" and kind == "application/ld+json"
        self._text = []

    def handle_data(self, data: str) -> None:
        if self._inside:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._inside:
            self.blocks.append("".join(self._text))
            self._inside = False


def _products(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > DEEPEST:
        return
    if isinstance(data, list):
        for one in data:
            yield from _products(one, depth + 1)
    elif isinstance(data, dict):
        kinds = data.get("@type")
        if "Product" in (kinds if isinstance(kinds, list) else [kinds]):
            yield data
            return
        for value in data.values():
            if isinstance(value, dict | list):
                yield from _products(value, depth + 1)


def _product(node: dict[str, Any]) -> Offered | None:
    name = _text(node.get("name"))
    if not name:
        return None
    offer = _first(node.get("offers"))
    rating = _first(node.get("aggregateRating"))
    best = _number(rating.get("bestRating")) or 5.0
    stars = _number(rating.get("ratingValue"))
    return Offered(
        text=name,
        price=_number(offer.get("price", offer.get("lowPrice"))),
        currency=_text(offer.get("priceCurrency"))[:3].upper(),
        rating=stars / best * 5 if stars is not None and 0 <= stars <= best else None,
        reviews=_number(rating.get("reviewCount", rating.get("ratingCount"))),
        format=_text(node.get("category"))[:80],
    )


def _first(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        value = value[0] if value else {}
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    return " ".join(unescape(_TAGS.sub(" ", value)).split())[:LONGEST_NAME]


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        return None
    return number if 0 <= number < 1e12 else None
