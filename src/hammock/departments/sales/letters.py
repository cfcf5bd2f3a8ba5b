"""What sales mails the buyer of a paid order: the receipt, where no other mail carries it."""

from __future__ import annotations

from hammock.departments.customers import queries as customers
from hammock.departments.sales import receipts
from hammock.departments.sales.models import Order
from hammock.kit import mail


def receipt_key(reference: str) -> str:
    """Give the one reason for which an order's receipt is mailed alone."""
    return f"receipt:{reference}"


def receipt(order: Order, *, is_held: bool = False, goods_follow: bool = False) -> mail.Letter:
    """Write the receipt alone; it tells a buyer whose goods wait, or come by mails of their own."""
    return mail.compose(
        "sales/mail_receipt",
        {
            **customers.letterhead(name=order.name),
            "order": receipts.summary(order),
            "is_held": is_held,
            "goods_follow": goods_follow,
        },
    )
