"""Reading who is known, and what stands at the head of every letter to a customer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.customers.models import Customer
from hammock.departments.customers.rules import Newcomer, normalised
from hammock.kit import brand, links
from hammock.kit.prepared import prepared

PURCHASES = "purchases"


def magic_link(email: str) -> str:
    """Give the address that opens a customer's own page, for `rules.LINK_LASTS`."""
    return links.absolute("shop:purchases_enter", token=links.sign(PURCHASES, email))


def letterhead(*, name: str) -> dict[str, Any]:
    """Give the context that every mail's frame needs."""
    shop = catalogue.shop()
    return {
        "brand": brand.worn(name=shop.name),
        "shop": shop,
        "customer_name": name,
        "purchases_url": links.absolute("shop:purchases"),
    }


@prepared
def with_address(*, email: str) -> QuerySet[Customer]:
    """Find the customer with this normalised address."""
    return Customer.objects.filter(email=email)


def known(newcomers: Iterable[Newcomer]) -> dict[str, int]:
    """Tell the ids of those who are here already, by number or by address, under their keys."""
    rows = Customer.objects.order_by()
    by_number = dict(rows.filter(external_id__isnull=False).values_list("external_id", "id"))
    by_email = dict(rows.filter(email__isnull=False).values_list("email", "id"))
    found = {
        one.key: by_number.get(one.external_id) or by_email.get(normalised(one.email))
        for one in newcomers
    }
    return {key: customer_id for key, customer_id in found.items() if customer_id is not None}
