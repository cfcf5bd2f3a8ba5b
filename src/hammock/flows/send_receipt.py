"""The buyer of a paid order gets a receipt by mail, once."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.sales.models import Order
from hammock.kit import links, mail


def send_receipt(*, order_id: int) -> bool:
    """Queue the receipt's mail; False if it was queued before or nobody can be written to."""
    with transaction.atomic(durable=True):
        order = Order.objects.prefetch_related("lines").get(id=order_id)
        if order.state != Order.State.PAID or not order.email:
            return False
        letter = mail.compose(
            "sales/mail_receipt",
            {
                "shop": catalogue.shop(),
                "order": order,
                "lines": list(order.lines.all()),
                "receipt_url": links.absolute(
                    "shop:receipt", token=links.sign("receipt", order.reference)
                ),
            },
        )
        return mail.queue(key=f"receipt:{order.reference}", to=order.email, letter=letter)
