"""Staff sends a paid order's goods or receipt again: fresh downloads, one mail."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.delivery import actions as delivery
from hammock.departments.delivery import queries
from hammock.departments.delivery.letters import letters
from hammock.departments.delivery.models import Entitlement
from hammock.departments.sales.letters import receipt, receipt_key
from hammock.departments.sales.models import Order
from hammock.kit import clock, mail
from hammock.kit.errors import HammockError
from hammock.kit.locks import lock


class NothingToSend(HammockError):
    """The order has nothing that could be sent to anybody."""

    def __init__(self, *, reference: str, problem: str) -> None:
        super().__init__(reference, problem)
        self.reference = reference
        self.problem = problem

    def sentence(self) -> str:
        """Name the order and why."""
        return f"Order {self.reference}: {self.problem}"


def resend_order_goods(*, order_id: int) -> None:
    """Let every download of the order be fetched afresh and mail everything that it gave.

    Within one minute a second call sends no second mail. Raises `NothingToSend`.
    """
    with transaction.atomic(durable=True):
        order = _writable(order_id)
        rights = [
            right
            for right in queries.held_from(order.reference)
            if right.state == Entitlement.State.ACTIVE
        ]
        if not rights:
            raise NothingToSend(reference=order.reference, problem="its buyer holds nothing of it.")
        for right in rights:
            delivery.allow_more(entitlement_id=right.id)
        for sending in letters(rights, name=order.name, again=True):
            mail.queue(
                key=f"{sending.key}:{_slot()}",
                to=order.email,
                letter=sending.letter,
                attachments=sending.attachments,
            )


def resend_receipt(*, order_id: int) -> None:
    """Mail the receipt once more; within one minute only once. Raises `NothingToSend`."""
    with transaction.atomic(durable=True):
        order = _writable(order_id)
        key = f"{receipt_key(order.reference)}:{_slot()}"
        mail.queue(key=key, to=order.email, letter=receipt(order))


def _writable(order_id: int) -> Order:
    (order,) = lock(Order.objects.filter(id=order_id))
    if order.state != Order.State.PAID:
        raise NothingToSend(reference=order.reference, problem="it is not paid.")
    if not order.email:
        raise NothingToSend(reference=order.reference, problem="its buyer has no e-mail address.")
    return order


def _slot() -> int:
    return int(clock.now().timestamp() // 60)
