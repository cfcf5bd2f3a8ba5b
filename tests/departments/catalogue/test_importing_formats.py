"""What is read from Shopify's, WooCommerce's and Gumroad's exports."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hammock.departments.catalogue.importing import cells, gumroad, shopify, woocommerce
from hammock.departments.catalogue.importing.drafts import BrokenFile, FoundProduct, Parsed
from hammock.kit.money import Money

EXPORTS = Path(__file__).parents[2] / "data" / "exports"
Reader = Callable[..., Parsed]
READERS: list[Reader] = [shopify.read, woocommerce.read, gumroad.read]


def _read(reader: Reader, name: str, currency: str = "EUR") -> Parsed:
    return reader((EXPORTS / name).read_bytes(), currency=currency)


def _by_slug(parsed: Parsed) -> dict[str, FoundProduct]:
    return {product.slug: product for product in parsed.products}


def _prices(product: FoundProduct) -> list[tuple[str, str, str]]:
    return [(price.sku, price.label, str(price.amount.decimal)) for price in product.prices]


def test_shopify_rows_of_one_handle_become_one_product() -> None:
    products = _by_slug(_read(shopify.read, "shopify.csv"))
    assert list(products) == [
        "field-recording-guide", "sound-pack", "printed-map", "old-guide", "coming-soon",
    ]  # fmt: skip
    assert _prices(products["field-recording-guide"]) == [("FRG-1", "", "19.00")]
    assert _prices(products["sound-pack"]) == [
        ("SP-P-W", "Personal / WAV", "29.90"),
        ("SP-P-F", "Personal / FLAC", "24.90"),
        ("sound-pack-team-wav", "Team / WAV", "99.00"),
    ]
    assert products["sound-pack"].title == "Sound Pack „Städte“"


def test_shopify_html_is_made_safe_and_pictures_are_left_to_the_owner() -> None:
    guide = _by_slug(_read(shopify.read, "shopify.csv"))["field-recording-guide"]
    assert "<strong>outdoors</strong>" in guide.description
    assert 'href="https://example.com/more"' in guide.description
    for danger in ("script", "alert", "onclick", "img"):
        assert danger not in guide.description
    assert guide.summary == "Record birds, rain and cities without fear."
    assert guide.category == "Guides"
    assert list(guide.by_hand) == [
        "picture https://cdn.example.com/guide-1.jpg?v=1",
        "picture https://cdn.example.com/guide-2.jpg?v=1",
        "picture https://cdn.example.com/guide-3.jpg?v=1",
        "picture https://cdn.example.com/inside.jpg",
    ]


def test_shopify_states_and_kinds_follow_the_export() -> None:
    products = _by_slug(_read(shopify.read, "shopify.csv"))
    states = {slug: (product.kind, product.state) for slug, product in products.items()}
    assert states == {
        "field-recording-guide": ("download", "on_sale"),
        "sound-pack": ("download", "on_sale"),
        "printed-map": ("service", "on_sale"),
        "old-guide": ("download", "retired"),
        "coming-soon": ("download", "draft"),
    }
    assert products["printed-map"].brief == "The address to send it to."


def test_shopify_rows_that_cannot_be_taken_are_named() -> None:
    parsed = _read(shopify.read, "shopify.csv")
    assert [str(problem) for problem in parsed.problems] == [
        "row 11, column “Gift Card”: gift cards cannot be delivered from here",
        "row 13, column “Variant Price”: “ask us” is no price (write it as 19 or 19.50)",
    ]
    assert "Vendor" in parsed.unused
    assert "Google Shopping / MPN" not in parsed.unused  # nothing stands in it


def test_woocommerce_products_and_variations_are_put_together() -> None:
    products = _by_slug(_read(woocommerce.read, "woocommerce.csv"))
    assert list(products) == ["bread-slowly", "baking-course", "10-c-apron", "loaf-review"]
    course = products["baking-course"]
    assert _prices(course) == [
        ("course-live", "Live", "120.00"),
        ("baking-course-recording", "Recording", "60.00"),
    ]
    assert [price.is_active for price in course.prices] == [True, False]
    assert list(course.by_hand) == ["sale price 45.00 (dated 2024-12-02)"]
    assert course.description == "<p>Six evenings.</p>"


def test_woocommerce_texts_prices_categories_and_files_are_understood() -> None:
    products = _by_slug(_read(woocommerce.read, "woocommerce.csv"))
    bread = products["bread-slowly"]
    assert bread.prices[0].amount == Money(1150, "EUR")  # a sale price without dates is the price
    assert bread.category == "Baking"
    assert bread.summary == "Forty loaves."
    assert bread.description == (
        "<p>Forty loaves for slow mornings.</p><p>With a table of flours.<br>And a timer.</p>"
    )
    assert list(bread.by_hand) == [
        "picture https://shop.example.com/bread.jpg",
        "picture https://shop.example.com/crumb.jpg",
        "file “Bread (PDF)” https://shop.example.com/files/bread.pdf",
        "file “Bread (EPUB)” https://shop.example.com/files/bread.epub",
    ]
    assert products["10-c-apron"].title == "-10 °C apron"
    kinds = {slug: (product.kind, product.state) for slug, product in products.items()}
    assert kinds == {
        "bread-slowly": ("download", "on_sale"),
        "baking-course": ("service", "on_sale"),
        "10-c-apron": ("service", "on_sale"),
        "loaf-review": ("service", "draft"),
    }


def test_woocommerce_rows_that_cannot_be_taken_are_named() -> None:
    parsed = _read(woocommerce.read, "woocommerce.csv")
    assert sorted((problem.row, problem.column) for problem in parsed.problems) == [
        (7, "Type"), (8, "Type"), (10, "Regular price"), (11, "Parent"),
    ]  # fmt: skip


def test_semicolons_and_decimal_commas_say_the_same() -> None:
    one = _read(woocommerce.read, "woocommerce_semicolons.csv").products
    other = _read(woocommerce.read, "woocommerce.csv").products[:1]
    assert one == other


def test_gumroad_products_are_derived_from_sales() -> None:
    parsed = _read(gumroad.read, "gumroad.csv", "USD")
    products = _by_slug(parsed)
    assert list(products) == ["icon-set-2", "type-specimen"]
    assert _prices(products["icon-set-2"]) == [
        ("icon-set-2-single", "Single", "15.00"),  # the newest sale's price
        ("icon-set-2-studio", "Studio", "32.00"),  # item and variant, before the discount
    ]
    assert _prices(products["type-specimen"]) == [("SPEC-1", "", "0.00")]
    assert {product.state for product in parsed.products} == {"draft"}
    assert [(problem.row, problem.column) for problem in parsed.problems] == [(6, "Recurrence")]


def test_older_gumroad_files_tell_the_price_by_what_most_paid_for_one() -> None:
    (specimen,) = _read(gumroad.read, "gumroad_2022.csv", "USD").products
    assert _prices(specimen) == [("type-specimen", "", "9.00")]


def test_prices_keep_the_currency_exact() -> None:
    parsed = _read(shopify.read, "shopify.csv", "JPY")
    sentences = [problem.sentence for problem in parsed.problems]
    assert "JPY has 0 decimals, not “29.90”" in sentences
    assert "sound-pack" not in _by_slug(parsed)


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_stands_in_the_cells_the_answer_is_products_and_problems(
    reader: Reader, data: st.DataObject
) -> None:
    name = {shopify.read: "shopify", woocommerce.read: "woocommerce", gumroad.read: "gumroad"}[
        reader
    ]
    content = (EXPORTS / f"{name}.csv").read_bytes()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 300)))
    odd = st.one_of(
        st.binary(max_size=40),
        st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace")),
        st.sampled_from([b'"', b",", b"\n", b"'", b"-1", b"1e9", b"\0", b"id:12", b"NaN", b"\xff"]),
    )
    broken = content[:start] + data.draw(odd) + content[end:]
    try:
        parsed = reader(broken, currency="EUR")
    except BrokenFile:
        return
    for product in parsed.products:
        assert product.title
        assert len(product.title) <= 120
        assert len(product.summary) <= 240
        assert len(product.slug) <= 80
        assert product.slug.isascii()
        assert "<script" not in product.description
        assert product.prices
        for price in product.prices:
            assert price.amount.minor >= 0
            assert len(price.sku) <= 60
            assert len(price.label) <= 80


@pytest.mark.parametrize("reader", READERS)
@given(content=st.binary(max_size=300))
def test_noise_is_a_broken_file(reader: Reader, content: bytes) -> None:
    with pytest.raises(BrokenFile):
        reader(content, currency="EUR")


class _Seen(HTMLParser):
    """Collects every tag and attribute that a browser would meet."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _value in attrs}
        self.addresses += [value or "" for name, value in attrs if name == "href"]


def _scheme(address: str) -> str:
    """Tell an address's scheme as browsers do, who skip blanks, tabs and line ends."""
    found = re.match(r"([a-z][a-z0-9+.\-]*):", re.sub(r"[\t\r\n]|^[\0- ]+", "", address).lower())
    return found[1] if found else ""


_PARTS = st.sampled_from(
    [
        "<p", "<img src=x onerror=alert(1)", "<script", "</script", "<svg", "<a href=", "<style",
        "<iframe srcdoc=", "javascript:alert(1)", "https://x.example", "data:x,y",
        " onclick=",
        "<!--", "-->", "<math", "<template", ">", "/>", "'", '"', " ", "&lt;", "&#106;", "\n",
        "text",
    ]
)  # fmt: skip


@given(html=st.lists(_PARTS, max_size=30).map("".join))
@example(html="<p><script>alert(1)</script><a href='javascript:alert(1)' onclick=x>a</a>")
@example(html="<a href=https://x.example>kept</a>")
def test_only_harmless_tags_and_links_come_through_whatever_the_html(html: str) -> None:
    seen = _Seen()
    safe = cells.safe_html(html)
    seen.feed(safe)
    seen.close()
    assert not seen.tags & {"script", "img", "style", "iframe", "svg", "math", "template"}
    assert seen.attributes <= {("a", "href"), ("a", "rel")}
    assert {_scheme(address) for address in seen.addresses} <= {"", "http", "https", "mailto"}
    assert len(cells.summary(safe)) <= cells.LONGEST_SUMMARY


def test_addresses_are_made_even_from_other_alphabets() -> None:
    assert cells.slug("Größe & Co") == "groe-co"
    assert cells.slug("作品", "作品") == cells.slug("作品", "作品")
    assert cells.slug("作品").startswith("product-")
    assert cells.slug("作品") != cells.slug("作業")
