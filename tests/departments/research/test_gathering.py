"""Products come from pages' schema.org data; what is malformed is named, never followed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.research.errors import PageRefused
from hammock.departments.research.gathering import gather, gathered_file
from hammock.departments.research.ports import Fetched
from hammock.departments.research.reading import read_supply
from hammock.departments.research.rules.product_pages import addresses_in, products_on

SHOP = "https://shop.example"
LAMP = {
    "@type": "Product",
    "name": "Desk <b>lamp</b>",
    "offers": [{"price": "39.50", "priceCurrency": "EUR"}],
    "aggregateRating": {"ratingValue": 8, "bestRating": 10, "reviewCount": "12"},
}


def page(data: object) -> bytes:
    text = data if isinstance(data, str) else json.dumps(data)
    return f'<html><script type="application/ld+json">{text}</script>'.encode()


class Pages:
    """Pages from a dictionary; a fetch of anything else is refused."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def get(self, address: str) -> Fetched:
        """Give a page."""
        self.asked.append(address)
        if address not in self.pages:
            raise PageRefused(address=address, problem="it answered 404")
        return Fetched(address=address, content_type="", body=self.pages[address])


def sitemap(*places: str) -> bytes:
    return f"<urlset>{''.join(f'<url><loc>{one}</loc></url>' for one in places)}</urlset>".encode()


def test_a_sitemap_is_followed_on_its_own_host_only(tmp_path: Path) -> None:
    pages = Pages(
        {
            f"{SHOP}/sitemap.xml": sitemap(
                f"{SHOP}/lamp", "http://127.0.0.1/admin", "file:///etc/passwd", f"{SHOP}/gone"
            ),
            f"{SHOP}/lamp": page({"@graph": [LAMP]}),
        }
    )
    found = gather(f"{SHOP}/sitemap.xml", fetcher=pages)
    assert pages.asked == [f"{SHOP}/sitemap.xml", f"{SHOP}/lamp", f"{SHOP}/gone"]
    (_, lamp), *_ = found.products
    assert (lamp.text, lamp.price, lamp.currency) == ("Desk lamp", 39.5, "EUR")
    assert (lamp.rating, lamp.reviews) == (4.0, 12.0)
    assert found.problems == (f"{SHOP}/gone: it answered 404.",)
    kept = read_supply(gathered_file(found, tmp_path))
    assert [(one.text, one.price) for one in kept.rows] == [("Desk lamp", 39.5)]


def test_more_pages_than_are_read_are_said() -> None:
    places = [f"{SHOP}/{at}" for at in range(5)]
    pages = Pages({f"{SHOP}/sitemap.xml": sitemap(*places), **dict.fromkeys(places, page([LAMP]))})
    found = gather(f"{SHOP}/sitemap.xml", fetcher=pages, most=3)
    assert len(found.products) == 3
    assert found.problems == ("Only the first 3 of 5 pages were read.",)


def test_malformed_data_is_named_and_the_rest_is_read() -> None:
    markup = (page("{not json") + page([LAMP]) + page({"@type": "Product"})).decode()
    found = products_on(markup)
    assert [one.text for one in found.products] == ["Desk lamp"]
    assert found.problems == ("its JSON-LD is malformed", "a product on it has no name")


def test_deeply_nested_data_ends_quietly() -> None:
    assert products_on(page("[" * 100_000).decode()).problems == ("its JSON-LD is malformed",)
    deep = "[" * 500 + "]" * 500
    assert products_on(page(deep).decode()).products == ()


def test_entities_of_a_sitemap_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><urlset><loc>https://shop.example/&a;</loc></urlset>'
    assert list(addresses_in(bomb, host="shop.example")) == ["https://shop.example/&a;"]


def test_a_place_without_products_is_refused_with_the_reason() -> None:
    with pytest.raises(PageRefused, match="no product data was found on 1 pages"):
        gather(f"{SHOP}/", fetcher=Pages({f"{SHOP}/": b"<html>nothing"}))


@given(st.text())
def test_no_page_raises(markup: str) -> None:
    products_on(f'<script type="application/ld+json">{markup}</script>{markup}')
