"""A paid order is handed over: rights are granted and work is owed; the mails follow by a job."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.delivery import actions
from hammock.departments.delivery.events import GoodsDelivered
from hammock.departments.sales import queries
from hammock.departments.sales.models import Order, OrderLine
from hammock.kit import facts


def deliver_order(*, order_id: int) -> int:
    """Deliver a paid order; done again it changes nothing. Tells how many rights were granted.

    An order that is not paid, or has no customer (imported history), gets nothing.
    """
    with transaction.atomic(durable=True):
        (order,) = queries.locked_with_customer(order_id=order_id)
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
    gone = {part.line_id for part in queries.taken_back_from(order_id=order.id)}
    return [
        line
        for line in queries.lines_of(order_id=order.id)
        if line.product is not None and line.pk not in gone
    ]


def _grant(line: OrderLine) -> actions.Grant:
    product = line.product
    if product is None:
        raise TypeError("only lines with a product are delivered")
    return actions.Grant(key=f"line:{line.pk}", product=product, quantity=line.quantity)
