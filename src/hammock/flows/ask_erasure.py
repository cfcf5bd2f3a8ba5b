"""A customer, known by the link that was mailed to them, wants their data erased."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.customers.actions import Asked
from hammock.departments.customers.asking import ask
from hammock.departments.customers.models import Customer, CustomerRequest
from hammock.departments.delivery import overview as delivery
from hammock.departments.sales import overview as sales
from hammock.departments.sales.models import Order


def ask_erasure(*, customer_id: int) -> CustomerRequest:
    """Take the wish to be erased. Raises `AskedAlready`; then nothing has changed."""
    with transaction.atomic(durable=True):
        customer = Customer.objects.get(pk=customer_id)
        others = CustomerRequest.objects.filter(
            customer=customer, state=CustomerRequest.State.OPEN
        ).exclude(kind=CustomerRequest.Kind.ERASURE)
        return ask(
            customer,
            Asked(kind=CustomerRequest.Kind.ERASURE, about="", title="everything about me"),
            facts={
                "identity_proved": True,  # the page opens only to the holder of the mailed link
                "open_orders": sales.unsettled(customer_id),
                "open_disputes": sales.disputed(customer_id),
                "open_work": delivery.owed(customer_id),
                "open_requests": others.count(),
                "orders": Order.objects.filter(customer=customer, state=Order.State.PAID).count(),
                "country": customer.country,
            },
            about=f"customer:{customer.pk}",
        )
