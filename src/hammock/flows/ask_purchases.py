"""Somebody asks for the link to their purchases: it goes to the address, whoever asked."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.customers import queries
from hammock.departments.customers.models import Customer
from hammock.departments.customers.rules import LINK_LASTS, normalised
from hammock.kit import clock, mail


def ask_purchases(*, email: str) -> bool:
    """Queue the mail with the link if anybody bought with this address; one each five minutes."""
    with transaction.atomic(durable=True):
        customer = Customer.objects.filter(email=normalised(email)).first()
        if customer is None or not customer.email:
            return False
        letter = mail.compose(
            "customers/mail_magic_link",
            {
                **queries.letterhead(name=customer.name),
                "link": queries.magic_link(customer.email),
                "minutes": int(LINK_LASTS.total_seconds() // 60),
            },
        )
        slot = int(clock.now().timestamp() // 300)
        return mail.queue(key=f"purchases:{customer.pk}:{slot}", to=customer.email, letter=letter)
