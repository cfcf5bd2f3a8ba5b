"""Supply gathered from public pages: a sitemap or one page, kept as a file with source and day."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from hammock.departments.research.errors import PageRefused
from hammock.departments.research.ports import Fetched, PageFetcher
from hammock.departments.research.rules.product_pages import (
    Listed,
    addresses_in,
    is_index,
    is_sitemap,
    products_on,
    text_of,
    unpacked,
)
from hammock.kit import clock

MOST_PAGES = 500
MOST_SITEMAPS = 20
LONGEST = 3_600.0  # seconds for one address with all its pages; a polite shop takes a sixth of it


@dataclass(frozen=True)
class Gathered:
    """What an address gave: products with the page each stood on, and what was left out and why."""

    address: str
    products: tuple[tuple[str, Listed], ...]
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
    ends = time.monotonic() + LONGEST
    first = fetcher.get(address)
    listed = _pages_of(first, fetcher, problems)
    pages = listed[:most]
    if len(listed) > most:
        problems.append(f"Only the first {most:,} of {len(listed):,} pages were read.")
    products: list[tuple[str, Listed]] = []
    for at, page in enumerate(pages):
        heartbeat("fetching pages", at / max(len(pages), 1))
        if time.monotonic() > ends:
            problems.append(f"Only {at:,} of {len(pages):,} pages were read within an hour.")
            break
        try:
            fetched = first if page == first.address else fetcher.get(page)
        except PageRefused as refused:
            problems.append(refused.sentence())
            continue
        found = products_on(text_of(fetched.body, fetched.content_type))
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
                "name": one.name,
                "price": one.price,
                "currency": one.currency,
                "rating": one.rating,
                "reviews": one.reviews,
                "format": one.format,
                "language": one.language,
                "page": page,
                "taken": day,
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def _pages_of(first: Fetched, fetcher: PageFetcher, problems: list[str]) -> list[str]:
    body = _unpacked(first)
    if not is_sitemap(body):
        return [first.address]
    host = urlsplit(first.address).netloc
    listed = _listed(body, host, problems)
    if not is_index(body):
        return listed
    found: list[str] = []
    if len(listed) > MOST_SITEMAPS:
        problems.append(f"Only the first {MOST_SITEMAPS} of {len(listed):,} sitemaps were read.")
    for sitemap in listed[:MOST_SITEMAPS]:
        try:
            found += _listed(_unpacked(fetcher.get(sitemap)), host, problems)
        except PageRefused as refused:
            problems.append(refused.sentence())
    return list(dict.fromkeys(found))


def _listed(body: bytes, host: str, problems: list[str]) -> list[str]:
    addresses = addresses_in(body, host=host)
    if addresses.elsewhere:
        problems.append(
            f"{addresses.elsewhere:,} addresses of its sitemap do not lie on {host} and were left "
            "out."
        )
    return list(addresses.own)


def _unpacked(fetched: Fetched) -> bytes:
    try:
        return unpacked(fetched.body)
    except ValueError as error:
        raise PageRefused(address=fetched.address, problem=str(error)) from error
