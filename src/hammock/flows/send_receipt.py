"""The buyer of a paid order that gave nothing, or nothing yet, gets its receipt by mail, once.

What an order gives is mailed by `send_goods`, and the receipt with it.
"""

from __future__ import annotations

from django.db import transaction

from hammock.departments.delivery.overview import given_by
from hammock.departments.sales import holding, letters, queries
from hammock.departments.sales.models import HeldOrder, Order
from hammock.kit import mail


def send_receipt(*, order_id: int) -> bool:
    """Queue the receipt's mail unless `send_goods` sends it; False if nothing was queued.

    It is written before the transaction, which others wait for on SQLite. The order is locked, as
    it is while goods are granted, so that either they are seen here or the mail is seen there.
    """
    (order,) = queries.numbered(order_id=order_id)
    if order.state != Order.State.PAID or not order.email:
        return False
    if given_by(order_reference=order.reference):
        return False
    letter = letters.receipt(order, is_held=_is_held(order))
    with transaction.atomic(durable=True):
        queries.locked_with_customer(order_id=order_id)
        if given_by(order_reference=order.reference):
            return False
        return mail.queue(key=letters.receipt_key(order.reference), to=order.email, letter=letter)


def _is_held(order: Order) -> bool:
    gone = HeldOrder.State.CANCELLED
    return any(held.state != gone for held in holding.hold_of(order_id=order.id))
