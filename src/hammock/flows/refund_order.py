"""Money goes back, whole or in part: provider, books, rights and the buyer's mail move together.

The wish is committed first, under a key; the provider is asked outside any transaction; its answer,
the ledger entry, what is taken back and the mail are one transaction. Died in between, the job asks
again with the same key.
"""

from __future__ import annotations

from django.db import transaction

from hammock.departments.sales import refunding
from hammock.departments.sales.models import Order, Refund
from hammock.departments.sales.refunding import RefundWish, whole
from hammock.kit.locks import lock

__all__ = ["RefundWish", "refund_order", "whole"]


def refund_order(*, order_id: int, wish: RefundWish) -> Refund:
    """Commit the refund and queue its sending. Raises `CannotRefund`; then nothing has changed."""
    with transaction.atomic(durable=True):
        (order,) = lock(Order.objects.filter(id=order_id))
        return refunding.request(order, wish)
