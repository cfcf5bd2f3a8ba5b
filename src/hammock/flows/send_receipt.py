"""The buyer of a paid order gets a receipt by mail, once."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.customers import queries as customers
from hammock.departments.sales import queries, receipts
from hammock.departments.sales.models import Order
from hammock.kit import mail


def send_receipt(*, order_id: int) -> bool:
    """Queue the receipt's mail; False if it was queued before or nobody can be written to.

    It is written before the transaction, which others wait for on SQLite.
    """
    (order,) = queries.numbered(order_id=order_id)
    if order.state != Order.State.PAID or not order.email:
        return False
    letter = _letter(order)
    with transaction.atomic(durable=True):
        return mail.queue(key=f"receipt:{order.reference}", to=order.email, letter=letter)


def _letter(order: Order) -> mail.Letter:
    receipt = receipts.receipt(order, shop=catalogue.shop())
    return mail.compose(
        "sales/mail_receipt",
        {
            **customers.letterhead(name=order.name),
            "order": receipt,
            "is_free": receipt.is_free,
        },
    )
