"""One-off discounts: granted to a customer by a decision, used by one order.

Writes assume the caller's transaction.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db.models import Q

from hammock.departments.catalogue.models import Price
from hammock.departments.customers.models import Customer
from hammock.departments.sales.errors import DiscountGone
from hammock.departments.sales.models import Discount, Order
from hammock.kit import clock, links
from hammock.kit.locks import lock

LASTS = timedelta(days=14)


def grant(
    *, customer: Customer, price: Price, basis_points: int, decision_id: int, answer_id: int
) -> Discount:
    """Grant a discount for `LASTS`; one answer of a decision grants one."""
    made, _is_new = Discount.objects.get_or_create(
        answer_id=answer_id,
        defaults={
            "decision_id": decision_id,
            "code": secrets.token_urlsafe(12),
            "customer": customer,
            "price": price,
            "basis_points": basis_points,
            "expires_at": clock.now() + LASTS,
        },
    )
    return made


def usable(code: str) -> Discount:
    """Find a discount that an order may use now. Raises `DiscountGone`.

    One whose order expired or was cancelled unpaid may be used again.
    """
    found = (
        Discount.objects.filter(_is_free(), code=code, expires_at__gt=clock.now())
        .select_related("price__product", "customer")
        .first()
    )
    if found is None:
        raise DiscountGone
    return found


def use(code: str, *, order: Order) -> Discount:
    """Bind the discount to the order that it is used by. Raises `DiscountGone`."""
    free = Discount.objects.filter(_is_free(), code=code, expires_at__gt=clock.now())
    found = lock(Discount.objects.filter(pk__in=list(free.values_list("pk", flat=True))))
    if not found or not Discount.objects.filter(_is_free(), pk=found[0].pk).update(order=order):
        raise DiscountGone
    return found[0]


def url(discount: Discount) -> str:
    """Give the address under which its holder buys at the lower price."""
    return links.absolute("shop:offer", code=discount.code)


def _is_free() -> Q:
    return Q(order__isnull=True) | Q(order__state__in=[Order.State.EXPIRED, Order.State.CANCELLED])


def end_unused(*, decision_id: int) -> bool:
    """End what a decision granted; False if it was used or has ended."""
    unused = Discount.objects.filter(
        order__isnull=True, decision_id=decision_id, expires_at__gt=clock.now()
    )
    return bool(unused.update(expires_at=clock.now()))
