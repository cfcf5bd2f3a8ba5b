"""A paid order is handed over: rights are granted and work is owed; the mails follow by a job."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.delivery import actions
from hammock.departments.delivery.events import GoodsDelivered
from hammock.departments.sales.models import Order, OrderLine
from hammock.kit import facts
from hammock.kit.locks import lock


def deliver_order(*, order_id: int) -> int:
    """Deliver a paid order; done again it changes nothing. Tells how many rights were granted.

    An order that is not paid, or has no customer (imported history), gets nothing.
    """
    with transaction.atomic(durable=True):
        (order,) = lock(Order.objects.filter(id=order_id).select_related("customer"))
        if order.state != Order.State.PAID or order.customer is None:
            return 0
        made = actions.grant(
            [_grant(line) for line in _deliverable(order)],
            customer=order.customer,
            order_reference=order.reference,
        )
        if made:
            facts.state(
                GoodsDelivered(order_id=order.id, entitlements=len(made)),
                about=f"order:{order.reference}",
            )
    return len(made)


def _deliverable(order: Order) -> list[OrderLine]:
    lines = order.lines.filter(product__isnull=False).select_related("product")
    return [line for line in lines if not _given_back_whole(line)]


def _given_back_whole(line: OrderLine) -> bool:
    return line.refund_parts.filter(takes_back=True, refund__state="succeeded").exists()


def _grant(line: OrderLine) -> actions.Grant:
    product = line.product
    if product is None:
        raise TypeError("only lines with a product are delivered")
    return actions.Grant(key=f"line:{line.pk}", product=product, quantity=line.quantity)
