"""What an order delivered is mailed with its receipt: the downloads and the receipt in one mail.

Each seat and each task has its own. The receipt stands alone where no downloads are, and is left
out where it went before: alone, because the order was held.
"""

from __future__ import annotations

from django.db import transaction

from hammock.departments.delivery import queries
from hammock.departments.delivery.letters import Sending, goods_key, has_downloads, letters
from hammock.departments.sales import queries as sales
from hammock.departments.sales.letters import receipt, receipt_key
from hammock.departments.sales.models import Order
from hammock.departments.sales.receipts import summary
from hammock.kit import mail
from hammock.kit.mail.queries import known


def send_goods(*, order_id: int) -> None:
    """Queue the mails of everything that the order gave and its buyer still holds, each once.

    They are written before the transaction, which others wait for on SQLite. All are queued in it,
    so where the downloads' mail is known all of this was done, whatever is still held.
    """
    (order,) = sales.numbered(order_id=order_id)
    if not order.email:
        return
    goods, alone = goods_key(order.reference), receipt_key(order.reference)
    went = {sent.key for sent in known(keys=[goods, alone])}
    if goods in went:
        return
    written = _sendings(order, is_receipted=alone in went)
    with transaction.atomic(durable=True):
        for sending in written:
            mail.queue(
                key=sending.key,
                to=order.email,
                letter=sending.letter,
                attachments=sending.attachments,
            )


def _sendings(order: Order, *, is_receipted: bool) -> list[Sending]:
    rights = queries.held_from(order.reference)
    if is_receipted:
        return letters(rights, name=order.name)
    if has_downloads(rights):
        return letters(rights, name=order.name, receipt=summary(order))
    others = letters(rights, name=order.name)
    alone = receipt(order, goods_follow=bool(others))
    return [Sending(key=receipt_key(order.reference), letter=alone), *others]
