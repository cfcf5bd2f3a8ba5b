"""Supply gathered from public pages: a sitemap or one page, kept as a file with source and day."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from hammock.departments.research.errors import PageRefused
from hammock.departments.research.ports import Fetched, PageFetcher
from hammock.departments.research.rules.product_pages import (
    addresses_in,
    is_index,
    is_sitemap,
    products_on,
)
from hammock.departments.research.rules.rows import Offered
from hammock.kit import clock

MOST_PAGES = 500
MOST_SITEMAPS = 20


@dataclass(frozen=True)
class Gathered:
    """What an address gave: products with the page each stood on, and what was left out and why."""

    address: str
    products: tuple[tuple[str, Offered], ...]
    pages: int
    problems: tuple[str, ...]


def gather(
    address: str,
    *,
    fetcher: PageFetcher,
    heartbeat: Callable[[str, float], None] = lambda stage, share: None,
    most: int = MOST_PAGES,
) -> Gathered:
    """Fetch an address (a sitemap's pages, or the page itself) and read its products.

    Raises `PageRefused` when the address itself gives nothing or no product is found anywhere; a
    single page that fails is listed in `problems`.
    """
    problems: list[str] = []
    first = fetcher.get(address)
    listed = _pages_of(first, fetcher, problems)
    pages = listed[:most]
    if len(listed) > most:
        problems.append(f"Only the first {most:,} of {len(listed):,} pages were read.")
    products: list[tuple[str, Offered]] = []
    for at, page in enumerate(pages):
        heartbeat("fetching pages", at / max(len(pages), 1))
        try:
            fetched = first if page == first.address else fetcher.get(page)
        except PageRefused as refused:
            problems.append(refused.sentence())
            continue
        found = products_on(fetched.body.decode("utf-8", "replace"))
        problems += [f"{page[:200]}: {one}." for one in found.problems]
        products += [(page, one) for one in found.products]
    if not products:
        why = f"no product data was found on {len(pages)} pages"
        raise PageRefused(address=address, problem=f"{why}; {problems[0]}" if problems else why)
    return Gathered(address, tuple(products), len(pages), tuple(problems))


def gathered_file(gathered: Gathered, folder: Path) -> Path:
    """Write what was gathered as JSON Lines, each row with its page and the day."""
    name = (urlsplit(gathered.address).hostname or "pages").replace(":", "_")
    path = folder / f"{name}.jsonl"
    day = clock.today().isoformat()
    with path.open("w", encoding="utf-8") as file:
        for page, one in gathered.products:
            row = {
                "name": one.text,
                "price": one.price,
                "currency": one.currency,
                "rating": one.rating,
                "reviews": one.reviews,
                "format": one.format,
                "page": page,
                "taken": day,
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def _pages_of(first: Fetched, fetcher: PageFetcher, problems: list[str]) -> list[str]:
    if not is_sitemap(first.body):
        return [first.address]
    host = urlsplit(first.address).netloc
    if not is_index(first.body):
        return list(addresses_in(first.body, host=host))
    found: list[str] = []
    sitemaps = list(addresses_in(first.body, host=host))
    if len(sitemaps) > MOST_SITEMAPS:
        problems.append(f"Only the first {MOST_SITEMAPS} of {len(sitemaps):,} sitemaps were read.")
    for sitemap in sitemaps[:MOST_SITEMAPS]:
        try:
            found += addresses_in(fetcher.get(sitemap).body, host=host)
        except PageRefused as refused:
            problems.append(refused.sentence())
    return list(dict.fromkeys(found))
