"""Products as the shop shows them: words, pictures and prices ready for a page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from wagtail.images.models import Image

from hammock.departments.catalogue.models import Price, Product
from hammock.departments.catalogue.rules import stems
from hammock.kit import showing

CARD_PICTURE = "fill-600x450|format-webp"
LARGE_PICTURE = "fill-1200x900|format-webp"


@dataclass(frozen=True, kw_only=True)
class Link:
    """A title that leads somewhere."""

    title: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Category:
    """A shelf of the shop."""

    title: str
    url: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Card:
    """A product in a list."""

    title: str
    url: str
    summary: str
    picture_url: str
    picture_alt: str
    price: str
    kind_label: str
    sold_out: bool


@dataclass(frozen=True, kw_only=True)
class ShownPrice:
    """One way to buy it."""

    sku: str
    label: str
    amount: str
    is_free: bool


@dataclass(frozen=True, kw_only=True)
class ShownFact:
    """Something good to know."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class ShownProduct:
    """A product on its own page."""

    title: str
    summary: str
    description_html: str
    picture_url: str
    picture_alt: str
    kind: str
    kind_label: str
    facts: Sequence[ShownFact]
    prices: Sequence[ShownPrice]
    availability: str
    sold_out: bool
    allows_quantity: bool
    guarantees: Sequence[str]
    contents: Sequence[Link]


def on_sale() -> QuerySet[Product]:
    """Find what the shop sells now, with everything that showing it needs."""
    return (
        Product.objects.filter(state=Product.State.ON_SALE, prices__is_active=True)
        .distinct()
        .select_related("picture", "stock", "workshop", "service_terms")
        .prefetch_related(
            Prefetch("prices", queryset=Price.objects.filter(is_active=True)),
            "picture__renditions",
        )
    )


def matching(products: QuerySet[Product], words: str) -> QuerySet[Product]:
    """Keep the products that speak of every word of a search, by its stem; of no word, none."""
    sought = stems(words)
    if not sought:
        return products.none()
    for stem in sought:
        products = products.filter(_speaks_of(stem))
    return products


def nearby(products: QuerySet[Product], words: str) -> QuerySet[Product]:
    """Keep the products that speak of any word of a search: what to show where none has all."""
    some = Q(pk__in=())
    for stem in stems(words):
        some |= _speaks_of(stem)
    return products.filter(some)


def _speaks_of(stem: str) -> Q:
    kinds = [kind for kind in Product.Kind if stem in kind.label.lower()]
    return (
        Q(title__icontains=stem)
        | Q(summary__icontains=stem)
        | Q(description__icontains=stem)
        | Q(category__icontains=stem)
        | Q(kind__in=kinds)
    )


def cards(products: Iterable[Product]) -> list[Card]:
    """Make products ready for a list."""
    return [
        Card(
            title=product.title,
            url=product_url(product),
            summary=product.summary,
            picture_url=picture_url(product.picture, CARD_PICTURE),
            picture_alt="",
            price=_price_range(product),
            kind_label=_kind_label(product),
            sold_out=sold_out(product),
        )
        for product in products
    ]


def categories(*, chosen: str) -> list[Category]:
    """List the shelves that hold something, the chosen one marked."""
    names = (
        on_sale()
        .exclude(category="")
        .order_by("category")
        .values_list("category", flat=True)
        .distinct()
    )
    everything = reverse("shop:product_list")
    shelves = [Category(title="Everything", url=everything, chosen=not chosen)]
    return shelves + [
        Category(title=name, url=f"{everything}?category={name}", chosen=name == chosen)
        for name in dict.fromkeys(names)
    ]


def shown(product: Product) -> ShownProduct:
    """Make a product ready for its own page."""
    return ShownProduct(
        title=product.title,
        summary=product.summary,
        description_html=product.description,
        picture_url=picture_url(product.picture, LARGE_PICTURE),
        picture_alt=product.picture.description if product.picture else "",
        kind=product.kind,
        kind_label=_kind_label(product),
        facts=_facts(product),
        prices=[
            ShownPrice(
                sku=price.sku,
                label=price.label,
                amount=price.amount.shown(),
                is_free=not price.minor,
            )
            for price in product.prices.all()
        ],
        availability=_availability(product),
        sold_out=sold_out(product),
        allows_quantity=product.kind in {Product.Kind.WORKSHOP, Product.Kind.SERVICE},
        guarantees=_guarantees(product),
        contents=[
            Link(title=part.part.title, url=product_url(part.part))
            for part in product.parts.select_related("part").order_by("id")
        ],
    )


def structured(product: Product) -> str:
    """Describe the product in schema.org's words, safe inside a script element."""
    stock = "SoldOut" if sold_out(product) else "InStock"
    page = settings.HAMMOCK_URL + product_url(product)
    content: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.title,
        "description": product.summary,
        "url": page,
        "offers": [
            {
                "@type": "Offer",
                "sku": price.sku,
                "price": str(price.amount.decimal),
                "priceCurrency": price.currency,
                "availability": f"https://schema.org/{stock}",
                "url": page,
            }
            for price in product.prices.all()
        ],
    }
    if product.picture:
        content["image"] = settings.HAMMOCK_URL + picture_url(product.picture, LARGE_PICTURE)
    return json.dumps(content).replace("<", "\\u003c").replace(">", "\\u003e")


def sold_out(product: Product) -> bool:
    """Tell whether nothing of a limited product is left."""
    return hasattr(product, "stock") and product.stock.left == 0


def product_url(product: Product) -> str:
    """Give the path of the product's page."""
    return reverse("shop:product", kwargs={"slug": product.slug})


def picture_url(picture: Image | None, spec: str) -> str:
    """Give the address of a picture in the size that is shown, or nothing."""
    if picture is None:
        return ""
    return str(picture.get_rendition(spec).url)


def _kind_label(product: Product) -> str:
    prices = list(product.prices.all())
    if product.kind == Product.Kind.DOWNLOAD and prices and all(not p.minor for p in prices):
        return "Free download"
    return str(Product.Kind(product.kind).label)


def _price_range(product: Product) -> str:
    amounts = sorted((price.amount for price in product.prices.all()), key=lambda a: a.minor)
    if not amounts:
        return ""
    lowest = amounts[0].shown() if amounts[0] else "Free"
    return lowest if len(amounts) == 1 else f"from {lowest}"


def _availability(product: Product) -> str:
    if not hasattr(product, "stock") or not product.stock.left:
        return ""
    noun = "seat" if product.kind == Product.Kind.WORKSHOP else "copy"
    plural = "seats" if noun == "seat" else "copies"
    left = product.stock.left
    return f"{left} {noun if left == 1 else plural} left of {product.stock.capacity}"


def _facts(product: Product) -> list[ShownFact]:
    facts: list[ShownFact] = []
    if product.kind == Product.Kind.WORKSHOP and hasattr(product, "workshop"):
        workshop = product.workshop
        facts += [
            ShownFact(label="When", value=showing.span(workshop.starts_at, workshop.ends_at)),
            ShownFact(label="Where", value=workshop.place),
        ]
    if product.kind == Product.Kind.SERVICE and hasattr(product, "service_terms"):
        terms = product.service_terms
        facts.append(ShownFact(label="Answer", value=f"Within {terms.working_days} working days"))
        if terms.brief:
            facts.append(ShownFact(label="We need from you", value=terms.brief))
    return facts + _file_facts(product)


def _file_facts(product: Product) -> list[ShownFact]:
    release = product.releases.prefetch_related("files").first()
    if release is None:
        return []
    files = "; ".join(f"{file.name} ({showing.size(file.size)})" for file in release.files.all())
    released = f"{release.version}, {showing.day(release.released_at)}"
    return [ShownFact(label="Files", value=files), ShownFact(label="Version", value=released)]


def _guarantees(product: Product) -> list[str]:
    return {
        Product.Kind.DOWNLOAD: ["Yours at once, and later versions too", "No account, no password"],
        Product.Kind.BUNDLE: ["Yours at once, and later versions too", "No account, no password"],
        Product.Kind.WORKSHOP: [
            "Your seat is certain once it is paid",
            "A calendar file comes along",
        ],
        Product.Kind.SERVICE: ["A person does it, by the date that we promise"],
    }[Product.Kind(product.kind)]
