"""A buyer (or staff for them) asks for goods again: fresh downloads and the mail once more."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.customers import queries as customers
from hammock.departments.delivery import queries, rules
from hammock.departments.delivery.errors import NotEntitled
from hammock.departments.delivery.models import Entitlement
from hammock.kit import clock, mail, showing


def resend_goods(*, entitlement_id: int, customer_id: int) -> bool:
    """Queue the mail with fresh links to one right's files, at most one each five minutes.

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
        customer, email = right.customer, right.customer.email
        letter = mail.compose(
            "delivery/mail_goods",
            {
                **customers.letterhead(name=customer.name),
                "goods": queries.shown(queries.only(right.id)),
                "links_until": showing.day(clock.now() + rules.LINK_LASTS),
                "again": True,
            },
        )
        slot = int(clock.now().timestamp() // 300)
        return mail.queue(key=f"again:{right.id}:{slot}", to=email, letter=letter)
