"""Knowing customers. Needs the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable

from hammock.departments.customers.models import Customer
from hammock.departments.customers.queries import known, with_address
from hammock.departments.customers.rules import Newcomer, normalised
from hammock.kit.prepared import add_once, change


def recognise(*, email: str, name: str, country: str) -> Customer:
    """Find or make the customer with this address; a new name or country replaces the old."""
    customer = Customer(email=normalised(email), name=name, country=country)
    if add_once(customer):
        return customer
    (customer,) = with_address(email=normalised(email))
    changed = [
        field
        for field, value in (("name", name), ("country", country))
        if value and getattr(customer, field) != value
    ]
    if changed:
        customer.name, customer.country = name or customer.name, country or customer.country
        change(customer, *changed)
    return customer


def adopt(newcomers: Iterable[Newcomer]) -> dict[str, int]:
    """Find or make the customers; tells each one's id by its key.

    Who is here already, by number or by address, stays as they are; two numbers with one address
    are one customer.
    """
    everyone = list(newcomers)
    here = known(everyone)
    strangers = {
        normalised(one.email) or one.key: one for one in reversed(everyone) if one.key not in here
    }
    Customer.objects.bulk_create(map(_customer, reversed(strangers.values())), batch_size=1000)
    return known(everyone)


def _customer(newcomer: Newcomer) -> Customer:
    return Customer(
        external_id=newcomer.external_id or None,
        email=normalised(newcomer.email) or None,
        name=newcomer.name,
        country=newcomer.country,
        created_at=newcomer.since,
    )
