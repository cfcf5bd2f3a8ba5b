"""Reading who is known."""

from __future__ import annotations

from collections.abc import Iterable

from hammock.departments.customers.models import Customer
from hammock.departments.customers.rules import Newcomer, normalised


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
