"""Putting products on the shelf. Needs the caller's transaction."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.files.images import ImageFile
from django.db.models import F
from wagtail.images.models import Image

from hammock.departments.catalogue.events import PriceMoved, ProductChanged
from hammock.departments.catalogue.models import (
    BundlePart,
    Price,
    Product,
    Release,
    ReleaseFile,
    ServiceTerms,
    Stock,
    Workshop,
)
from hammock.departments.catalogue.ports import files
from hammock.kit import facts, snapshots
from hammock.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class PriceDraft:
    """One way to buy a product; the SKU is what it is known by."""

    sku: str
    label: str
    amount: Money
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class FileDraft:
    """A file of a release."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class ReleaseDraft:
    """A version of a download."""

    version: str
    notes: str
    released_at: datetime
    files: Sequence[FileDraft]


@dataclass(frozen=True, kw_only=True)
class WorkshopDraft:
    """When and where a workshop takes place."""

    starts_at: datetime
    ends_at: datetime
    place: str
    join_url: str


@dataclass(frozen=True, kw_only=True)
class ServiceDraft:
    """What a service promises."""

    working_days: int
    brief: str


@dataclass(frozen=True, kw_only=True)
class ProductDraft:
    """A product as it shall stand on the shelf; its slug is what it is known by.

    `capacity` limits how many there are; `parts` are the slugs of what a bundle holds.
    """

    slug: str
    title: str
    summary: str
    description: str
    kind: Product.Kind
    state: Product.State
    centre: str
    category: str = ""
    position: int = 0
    picture: Image | None = None
    prices: Sequence[PriceDraft] = field(default_factory=tuple)
    releases: Sequence[ReleaseDraft] = field(default_factory=tuple)
    capacity: int | None = None
    workshop: WorkshopDraft | None = None
    parts: Sequence[str] = field(default_factory=tuple)
    service: ServiceDraft | None = None


def put_product(draft: ProductDraft) -> Product:
    """Write a new product with everything that belongs to it."""
    product = Product.objects.create(
        slug=draft.slug,
        title=draft.title,
        summary=draft.summary,
        description=draft.description,
        kind=draft.kind,
        state=draft.state,
        profit_centre_id=draft.centre,
        category=draft.category,
        position=draft.position,
        picture=draft.picture,
    )
    Price.objects.bulk_create(
        Price(
            product=product,
            sku=price.sku,
            label=price.label,
            minor=price.amount.minor,
            currency=price.amount.currency,
            is_active=price.is_active,
            position=position,
        )
        for position, price in enumerate(draft.prices)
    )
    for release in draft.releases:
        put_release(product, release)
    _put_kind(product, draft)
    snapshots.renew()
    return product


def refresh_product(
    product: Product, *, words: Mapping[str, str], prices: Sequence[PriceDraft]
) -> list[str]:
    """Bring a product's words (field and text) and prices up to date; names what changed.

    Empty words change nothing, prices that are not given stay, and a price keeps its SKU; new ones
    come last. The prices must be in the currency of those that are there.
    """
    changed = [name for name, text in words.items() if text and getattr(product, name) != text]
    for name in changed:
        setattr(product, name, words[name])
    if changed:
        product.save(update_fields=changed)
    known = {price.sku: price for price in product.prices.all()}
    for draft in prices:
        if draft.sku in known:
            moved = _refresh_price(known[draft.sku], draft)
        else:
            Price.objects.create(
                product=product,
                sku=draft.sku,
                label=draft.label,
                minor=draft.amount.minor,
                currency=draft.amount.currency,
                is_active=draft.is_active,
                position=len(known),
            )
            moved = True
        changed += [f"price {draft.sku}"] if moved else []
    if changed:
        facts.state(ProductChanged(product_id=product.pk), about=f"product:{product.slug}")
        snapshots.renew()
    return changed


def _refresh_price(price: Price, draft: PriceDraft) -> bool:
    if price.minor != draft.amount.minor:
        facts.state(
            PriceMoved(
                sku=price.sku,
                old_minor=price.minor,
                new_minor=draft.amount.minor,
                currency=price.currency,
            ),
            about=f"product:{price.product.slug}",
        )
    wanted = (draft.amount.minor, draft.label, draft.is_active)
    if (price.minor, price.label, price.is_active) == wanted:
        return False
    price.minor, price.label, price.is_active = wanted
    price.save(update_fields=["minor", "label", "is_active"])
    return True


def move_price(price: Price, *, minor: int) -> None:
    """Set what a price asks for, state it, and let the shop show it."""
    facts.state(
        PriceMoved(sku=price.sku, old_minor=price.minor, new_minor=minor, currency=price.currency),
        about=f"product:{price.product_id}",
    )
    price.minor = minor
    price.save(update_fields=["minor"])
    snapshots.renew()


def put_release(product: Product, draft: ReleaseDraft) -> Release:
    """Write a version of a download and hand its files to the store."""
    release = Release.objects.create(
        product=product, version=draft.version, notes=draft.notes, released_at=draft.released_at
    )
    for file in draft.files:
        key = f"releases/{release.pk}/{file.name}"
        stored = files().put(key=key, content=io.BytesIO(file.content))
        ReleaseFile.objects.create(
            release=release,
            name=file.name,
            storage_key=key,
            content_type=file.content_type,
            size=stored.size,
            sha256=stored.sha256,
        )
    return release


def put_picture(*, title: str, description: str, file_name: str, content: bytes) -> Image:
    """Write a picture into Wagtail's library; `description` is read to those who cannot see it."""
    picture: Image = Image.objects.create(
        title=title,
        description=description,
        file=ImageFile(io.BytesIO(content), name=file_name),
    )
    return picture


def set_capacity(product: Product, *, capacity: int) -> bool:
    """Limit a product to `capacity`, sold and held ones counted; False if more are gone."""
    stock = Stock.objects.filter(product=product).first()
    if stock is None:
        Stock.objects.create(product=product, capacity=capacity, left=capacity)
        snapshots.renew()
        return True
    gone = F("capacity") - F("left")
    changed = Stock.objects.filter(product=product, capacity__lte=capacity + F("left")).update(
        capacity=capacity, left=capacity - gone
    )
    if changed:
        snapshots.renew()
    return bool(changed)


def _put_kind(product: Product, draft: ProductDraft) -> None:
    if draft.capacity is not None:
        set_capacity(product, capacity=draft.capacity)
    if draft.workshop is not None:
        Workshop.objects.create(
            product=product,
            starts_at=draft.workshop.starts_at,
            ends_at=draft.workshop.ends_at,
            place=draft.workshop.place,
            join_url=draft.workshop.join_url,
        )
    if draft.service is not None:
        ServiceTerms.objects.create(
            product=product,
            working_days=draft.service.working_days,
            brief=draft.service.brief,
        )
    parts = {part.slug: part for part in Product.objects.filter(slug__in=draft.parts)}
    BundlePart.objects.bulk_create(
        BundlePart(bundle=product, part=parts[slug]) for slug in draft.parts
    )
