"""What an order delivered is mailed: downloads in one mail, each seat and each task in its own."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.delivery import queries
from hammock.departments.delivery.letters import letters
from hammock.departments.sales import queries as sales
from hammock.kit import mail


def send_goods(*, order_id: int) -> None:
    """Queue the mails of everything that the order gave and its buyer still holds, each once.

    They are written before the transaction, which others wait for on SQLite.
    """
    (order,) = sales.numbered(order_id=order_id)
    if not order.email:
        return
    written = letters(queries.held_from(order.reference), name=order.name)
    with transaction.atomic(durable=True):
        for sending in written:
            mail.queue(
                key=sending.key,
                to=order.email,
                letter=sending.letter,
                attachments=sending.attachments,
            )
