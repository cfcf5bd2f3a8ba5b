"""A product is changed or made, and the shop shows it so from the next page on."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.catalogue import editing
from hammock.departments.catalogue.editing import ProductChange
from hammock.departments.catalogue.events import PriceMoved, ProductChanged
from hammock.departments.catalogue.models import Product
from hammock.kit import facts, snapshots
from hammock.kit.locks import lock


def save_product(change: ProductChange) -> Product:
    """Write everything that the change says, or nothing. Raises `CannotSave` naming the field."""
    with transaction.atomic(durable=True):
        if change.product_id:
            lock(Product.objects.filter(pk=change.product_id))
        product = editing.write_product(change)
        moves = editing.write_prices(product, change.prices)
        editing.write_kind(product, change)
        editing.refuse_unready(product)
        for move in moves:
            facts.state(
                PriceMoved(
                    sku=move.sku,
                    old_minor=move.old.minor,
                    new_minor=move.new.minor,
                    currency=move.new.currency,
                ),
                about=f"product:{product.pk}",
            )
        facts.state(ProductChanged(product_id=product.pk), about=f"product:{product.pk}")
        snapshots.renew()
    return product
