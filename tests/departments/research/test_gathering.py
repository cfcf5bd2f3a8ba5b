"""Products come from pages' schema.org data; what is malformed is named, never followed."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.research.errors import PageRefused
from hammock.departments.research.gathering import gather, gathered_file
from hammock.departments.research.ports import Fetched
from hammock.departments.research.reading import read_supply
from hammock.departments.research.rules.product_pages import (
    addresses_in,
    products_on,
    text_of,
    unpacked,
)

pytestmark = pytest.mark.long

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
    assert (lamp.name, lamp.price, lamp.currency) == ("Desk lamp", "39.50", "EUR")
    assert (lamp.rating, lamp.reviews) == (4.0, "12")
    assert found.problems == (
        "2 addresses of its sitemap do not lie on shop.example and were left out.",
        f"{SHOP}/gone: it answered 404.",
    )
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
    assert [one.name for one in found.products] == ["Desk lamp"]
    assert found.problems == ("its JSON-LD is malformed", "a product on it has no name")
    assert products_on(markup + '<script type="application/ld+json">{').problems[1] == (
        "its JSON-LD has no end"
    )


def test_deeply_nested_data_ends_quietly() -> None:
    assert products_on(page("[" * 100_000).decode()).problems == ("its JSON-LD is malformed",)
    deep = "[" * 500 + "]" * 500
    assert products_on(page(deep).decode()).products == ()


def test_entities_of_a_sitemap_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><urlset><loc>https://shop.example/&a;</loc></urlset>'
    assert addresses_in(bomb, host="shop.example").own == ("https://shop.example/&a;",)


def test_a_place_without_products_is_refused_with_the_reason() -> None:
    with pytest.raises(PageRefused, match="no product data was found on 1 pages"):
        gather(f"{SHOP}/", fetcher=Pages({f"{SHOP}/": b"<html>nothing"}))


@pytest.mark.parametrize("kind", ["https://schema.org/Product", "schema:Product", ["x", "Product"]])
def test_a_type_is_known_however_it_is_written(kind: object) -> None:
    assert [one.name for one in products_on(page(LAMP | {"@type": kind}).decode()).products]


def test_microdata_is_read_where_there_is_no_json_ld() -> None:
    markup = """<html lang="de-AT"><body><p>Home
    <div itemscope itemtype="https://schema.org/Product">
      <img itemprop="image" src="x"><h1 itemprop="name">Café <b>table</b></h1>
      <div itemprop="offers" itemscope itemtype="https://schema.org/Offer">
        <meta itemprop="priceCurrency" content="EUR"><span itemprop="price">1.299,00</span>
      </div>
      <div itemprop="aggregateRating" itemscope><b itemprop="ratingValue">4,5</b>
        <i itemprop="reviewCount">1.234</i></div>
    </div>"""
    (table,) = products_on(markup).products
    assert (table.name, table.price, table.currency) == ("Café table", "1.299,00", "EUR")
    assert (table.rating, table.reviews, table.language) == (4.5, "1.234", "de")
    bare = "<p itemscope itemtype=Product><b itemprop=name>Mat</b><i itemprop=price>12</i>"
    assert [one.price for one in products_on(bare).products] == ["12"]
    both = products_on(markup + page([LAMP]).decode())
    assert [one.name for one in both.products] == ["Desk lamp"]


def test_each_price_of_a_product_is_an_offer() -> None:
    offers = [
        {"price": "10", "priceCurrency": "EUR"},
        {"priceSpecification": {"price": 12.5, "priceCurrency": "EUR"}},
        {"@type": "AggregateOffer", "lowPrice": "9,90", "highPrice": "20"},
        {"price": "10", "priceCurrency": "EUR"},
    ]
    found = products_on(page(LAMP | {"offers": offers}).decode())
    assert [one.price for one in found.products] == ["10", "12.500000", "9,90"]


def test_a_rating_that_is_none_is_named() -> None:
    rating = {"ratingValue": "90", "bestRating": "5"}
    found = products_on(page(LAMP | {"aggregateRating": rating}).decode())
    assert [one.rating for one in found.products] == [None]
    assert found.problems == ("its rating “90” is none",)


@pytest.mark.parametrize(
    ("prices", "read"),
    [
        (["2,499", "1,299.00"], [2_499, 1_299]),
        (["2,499", "12,50"], [2.499, 12.5]),
        (["2.499", "12,50"], [2_499, 12.5]),
    ],
)
def test_all_pages_of_a_shop_tell_what_a_price_means(
    tmp_path: Path, prices: list[str], read: list[float]
) -> None:
    places = [f"{SHOP}/{at}" for at in range(len(prices))]
    lamps = [page(LAMP | {"offers": {"price": price}}) for price in prices]
    pages = Pages({f"{SHOP}/s.xml": sitemap(*places), **dict(zip(places, lamps, strict=True))})
    kept = read_supply(gathered_file(gather(f"{SHOP}/s.xml", fetcher=pages), tmp_path))
    assert [one.price for one in kept.rows] == pytest.approx(read)


def test_a_price_that_no_page_settles_is_settled_by_its_currency_or_left_out(
    tmp_path: Path,
) -> None:
    offer = {"price": "2,499", "priceCurrency": "USD"}
    for said, read in ((offer, 2_499), ({"price": "2,499"}, None)):
        found = gather(f"{SHOP}/", fetcher=Pages({f"{SHOP}/": page(LAMP | {"offers": said})}))
        kept = read_supply(gathered_file(found, tmp_path))
        assert [one.price for one in kept.rows] == [read]
        assert len(kept.file.refused) == (read is None)


def test_a_page_is_decoded_as_it_says() -> None:
    latin = '<meta charset="iso-8859-1">Café'.encode("latin-1")
    assert text_of(latin, "").endswith("Café")
    assert text_of("Café".encode("latin-1"), "text/html; charset=ISO-8859-1") == "Café"
    assert text_of("Café".encode(), "") == text_of("Café".encode("cp1252"), "") == "Café"
    assert text_of("Café".encode(), "text/html; charset=nonsense") == "Café"


def test_a_gzipped_sitemap_is_read_and_a_bomb_is_not() -> None:
    index = f"<sitemapindex><loc>{SHOP}/s.xml.gz</loc><loc>{SHOP}/b.xml.gz</loc></sitemapindex>"
    pages = Pages(
        {
            f"{SHOP}/index.xml": index.encode(),
            f"{SHOP}/s.xml.gz": gzip.compress(sitemap(f"{SHOP}/lamp")),
            f"{SHOP}/b.xml.gz": gzip.compress(bytes(60_000_000)),
            f"{SHOP}/lamp": page(LAMP),
        }
    )
    found = gather(f"{SHOP}/index.xml", fetcher=pages)
    assert [one.name for _, one in found.products] == ["Desk lamp"]
    assert found.problems == (
        f"{SHOP}/b.xml.gz: it is gzipped and broken, or larger than 50,000,000 bytes.",
    )
    with pytest.raises(ValueError, match="gzipped and broken"):
        unpacked(gzip.compress(b"x" * 100)[:-9])


HOSTILE = [
    "<", "<a ", "<!--", "<![CDATA[", "<script>", "</", "&#", "<a x=\"", "<a\x00", "<textarea>",
    "<loc>", "<loc> ", "<loc><![CDATA[ ", "<a itemscope itemprop=x>", "<p itemscope><b itemprop=x>",
    "<a itemscope></b>",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_page_is_read_in_time_that_grows_with_its_length(piece: str) -> None:
    """With the square of its length each of these took half a minute or more."""
    markup = piece * (300_000 // len(piece))
    name = json.dumps({"@type": "Product", "name": markup})
    began = time.process_time()
    products_on(markup)
    products_on(f"<div itemscope>{markup}")
    products_on(f'<script type="application/ld+json">{name}</script>')
    addresses_in(f"<loc>{markup}{' ' * 300_000}".encode(), host="x")
    assert time.process_time() - began < 5


@given(st.text())
def test_no_page_raises(markup: str) -> None:
    products_on(f'<script type="application/ld+json">{markup}</script>{markup}')
    products_on(f"<div itemscope itemtype=Product><b itemprop=name>{markup}</b>{markup}")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@type", "name", "offers", "price", "aggregateRating", "ratingValue"]),
            inner,
        )
    ),
    max_leaves=20,
)


@given(VALUES)
def test_no_product_data_raises_whatever_stands_where(value: object) -> None:
    node = {"@type": "Product", "name": "x", "offers": value, "aggregateRating": value}
    for one in products_on(page([node, value]).decode()).products:
        assert one.name
        assert one.rating is None or 0 <= one.rating <= 5
