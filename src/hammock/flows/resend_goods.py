"""A buyer (or staff for them) asks for goods again: fresh downloads and the mail once more."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.delivery import queries
from hammock.departments.delivery.errors import NotEntitled
from hammock.departments.delivery.letters import letters
from hammock.departments.delivery.models import Entitlement
from hammock.kit import clock, mail


def resend_goods(*, entitlement_id: int, customer_id: int) -> bool:
    """Queue the mail of one right again, with fresh links, at most one each five minutes.

    Raises `NotEntitled` when the customer does not hold it: not yours and not there answer alike.
    """
    with transaction.atomic(durable=True):
        right = (
            Entitlement.objects.select_related("customer")
            .filter(id=entitlement_id, customer_id=customer_id, state=Entitlement.State.ACTIVE)
            .first()
        )
        if right is None or not right.customer.email:
            raise NotEntitled
        (sending,) = letters(queries.only(right.id), name=right.customer.name, again=True)
        slot = int(clock.now().timestamp() // 300)
        return mail.queue(
            key=f"again:{right.id}:{slot}",
            to=right.customer.email,
            letter=sending.letter,
            attachments=sending.attachments,
        )
