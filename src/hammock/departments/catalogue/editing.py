"""Changing what is on the shelf. Needs the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hammock.departments.catalogue import rules
from hammock.departments.catalogue.actions import ServiceDraft, WorkshopDraft, set_capacity
from hammock.departments.catalogue.errors import CannotSave
from hammock.departments.catalogue.models import (
    BundlePart,
    Price,
    Product,
    ReleaseFile,
    ServiceTerms,
    Stock,
    Workshop,
)
from hammock.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class PriceChange:
    """A price as it shall stand; without `price_id` it is new, without `sku` it gets one."""

    price_id: int | None
    sku: str
    label: str
    amount: Money
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class ProductChange:
    """A product as it shall stand; without `product_id` it is new, and then `kind` is chosen.

    `capacity` None leaves the product unlimited; `parts` are the ids of what a bundle holds.
    """

    product_id: int | None
    slug: str
    title: str
    summary: str
    description: str
    kind: Product.Kind
    state: Product.State
    centre: str
    category: str
    picture_id: int | None
    prices: Sequence[PriceChange]
    capacity: int | None = None
    workshop: WorkshopDraft | None = None
    service: ServiceDraft | None = None
    parts: Sequence[int] = field(default_factory=tuple)


@dataclass(frozen=True, kw_only=True)
class PriceMove:
    """A price that asks for another amount than before."""

    sku: str
    old: Money
    new: Money


def write_product(change: ProductChange) -> Product:
    """Write the product's own fields. Raises `CannotSave` for an address that is taken."""
    if Product.objects.filter(slug=change.slug).exclude(pk=change.product_id or 0).exists():
        raise CannotSave(field="slug", problem=f"another product lives at “{change.slug}”")
    product = (
        Product.objects.get(pk=change.product_id)
        if change.product_id
        else Product(kind=change.kind, position=Product.objects.count())
    )
    product.slug, product.title, product.summary = change.slug, change.title, change.summary
    product.description = rules.clean_html(change.description)
    product.state, product.category = change.state, change.category
    product.profit_centre_id, product.picture_id = change.centre, change.picture_id
    product.save()
    return product


def write_prices(product: Product, changes: Sequence[PriceChange]) -> list[PriceMove]:
    """Write the prices; tells which ask for another amount now. Raises `CannotSave`."""
    moves = []
    for position, change in enumerate(changes):
        price = (
            Price.objects.select_for_update().get(pk=change.price_id, product=product)
            if change.price_id
            else Price(product=product, currency=change.amount.currency, minor=change.amount.minor)
        )
        if price.currency != change.amount.currency:
            raise CannotSave(field="price", problem=f"“{price.sku}” is priced in {price.currency}")
        price.sku = change.sku or rules.sku_of(slug=product.slug, label=change.label)
        if Price.objects.filter(sku=price.sku).exclude(pk=price.pk or 0).exists():
            raise CannotSave(field="sku", problem=f"another price is called “{price.sku}”")
        if price.pk and price.amount != change.amount:
            moves.append(PriceMove(sku=price.sku, old=price.amount, new=change.amount))
        price.label, price.minor = change.label, change.amount.minor
        price.is_active, price.position = change.is_active, position
        price.save()
    return moves


def write_kind(product: Product, change: ProductChange) -> None:
    """Write what only products of this kind have, and how many there are. Raises `CannotSave`."""
    if change.workshop is not None:
        Workshop.objects.update_or_create(
            product=product,
            defaults={
                "starts_at": change.workshop.starts_at,
                "ends_at": change.workshop.ends_at,
                "place": change.workshop.place,
                "join_url": change.workshop.join_url,
            },
        )
    if change.service is not None:
        ServiceTerms.objects.update_or_create(
            product=product,
            defaults={
                "working_days": change.service.working_days,
                "brief": change.service.brief,
            },
        )
    if product.kind == Product.Kind.BUNDLE:
        _write_parts(product, change.parts)
    _write_capacity(product, change.capacity)


def refuse_unready(product: Product) -> None:
    """Let nothing go on sale that could not be bought or delivered. Raises `CannotSave`."""
    if product.state != Product.State.ON_SALE:
        return
    if not product.prices.filter(is_active=True).exists():
        raise CannotSave(field="state", problem="to go on sale it needs a price that is offered")
    kind = product.kind
    if kind == Product.Kind.DOWNLOAD and not _files_of(product):
        raise CannotSave(
            field="state",
            problem="to go on sale it needs files: save it as a draft, then upload a version",
        )
    if kind == Product.Kind.WORKSHOP and not Workshop.objects.filter(product=product).exists():
        raise CannotSave(field="starts_at", problem="to go on sale a workshop needs its date")
    if kind == Product.Kind.BUNDLE and not product.parts.exists():
        raise CannotSave(field="parts", problem="to go on sale a bundle needs something in it")
    if kind == Product.Kind.SERVICE and not ServiceTerms.objects.filter(product=product).exists():
        raise CannotSave(field="working_days", problem="to go on sale a service needs its terms")


def _files_of(product: Product) -> bool:
    return ReleaseFile.objects.filter(release__product=product).exists()


def _write_parts(product: Product, parts: Sequence[int]) -> None:
    goods = Product.objects.filter(pk__in=parts).exclude(kind=Product.Kind.BUNDLE)
    if goods.count() != len(set(parts)):
        raise CannotSave(field="parts", problem="a bundle holds products that are no bundles")
    product.parts.exclude(part_id__in=parts).delete()
    for part_id in parts:
        BundlePart.objects.get_or_create(bundle=product, part_id=part_id)


def _write_capacity(product: Product, capacity: int | None) -> None:
    if capacity is None:
        if Stock.objects.filter(product=product).exists():
            raise CannotSave(
                field="capacity",
                problem="it was limited, so say how many there are (as many as you like)",
            )
        return
    if not set_capacity(product, capacity=capacity):
        stock = Stock.objects.get(product=product)
        raise CannotSave(
            field="capacity",
            problem=f"{stock.capacity - stock.left} are sold or held; it cannot be less",
        )
