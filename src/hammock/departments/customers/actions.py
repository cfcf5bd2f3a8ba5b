"""Knowing customers. Needs the caller's transaction."""

from __future__ import annotations

from hammock.departments.customers.models import Customer
from hammock.departments.customers.rules import normalised


def recognise(*, email: str, name: str, country: str) -> Customer:
    """Find or make the customer with this address; a name or country given anew replaces the old."""
    customer, is_new = Customer.objects.get_or_create(
        email=normalised(email), defaults={"name": name, "country": country}
    )
    changed = [
        field
        for field, value in (("name", name), ("country", country))
        if not is_new and value and getattr(customer, field) != value
    ]
    if changed:
        customer.name, customer.country = name or customer.name, country or customer.country
        customer.save(update_fields=changed)
    return customer
