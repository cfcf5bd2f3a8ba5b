"""A member who may not set prices alone proposes one: a decision answers."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from hammock.departments.catalogue.errors import CannotSave
from hammock.departments.catalogue.models import Price, Proposal
from hammock.departments.catalogue.proposing import Proposed, propose
from hammock.departments.sales.queries import sold_of
from hammock.kit import clock
from hammock.kit.locks import lock
from hammock.kit.money import Money

MONTH = timedelta(days=30)


def propose_price(*, price_id: int, amount: Money, why: str, by: str, role: str = "") -> Proposal:
    """Take the wish of a member with this role to change a price.

    Raises `CannotSave`; then nothing has changed.
    """
    with transaction.atomic(durable=True):
        (price,) = lock(Price.objects.filter(pk=price_id).select_related("product"))
        _refuse(price, amount)
        before = price.amount
        change = (amount.minor - before.minor) / before.minor * 100 if before.minor else 100.0
        return propose(
            Proposed(
                kind=Proposal.Kind.PRICE_CHANGE,
                about=f"product:{price.product.slug}",
                title=f"{price.product.title}: {amount} instead of {before}",
                why=why,
                details={
                    "price_id": price.pk,
                    "old_minor": before.minor,
                    "new_minor": amount.minor,
                    "currency": price.currency,
                },
                by=by,
            ),
            facts={
                "old": before.minor,
                "new": amount.minor,
                "difference": abs(amount.minor - before.minor),
                "currency": price.currency,
                "change_percent": round(change, 2),
                "sold_month": sold_of(price.sku, since=clock.now() - MONTH),
                "product": price.product.slug,
                "by_business": role == "business",
                "proposed_by": by,
            },
        )


def _refuse(price: Price, amount: Money) -> None:
    if amount.currency != price.currency:
        raise CannotSave(field="price", problem=f"“{price.sku}” is priced in {price.currency}")
    if amount.minor < 0:
        raise CannotSave(field="price", problem="nobody is paid for buying: 0 or more")
    if amount == price.amount:
        raise CannotSave(field="price", problem="this is what it costs already")
