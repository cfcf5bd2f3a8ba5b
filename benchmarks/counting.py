"""Counts the statements from order to paid, on the sample business in HAMMOCK_DATA."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hammock.config.settings")

import django

django.setup()

from django.db import connection  # noqa: E402 - after setup

from hammock.departments.sales.ports import provider  # noqa: E402
from hammock.departments.sales.rules import Wanted  # noqa: E402
from hammock.flows.place_order import Buyer, place_order  # noqa: E402
from hammock.flows.settle_payment import settle_payment  # noqa: E402
from hammock.flows.start_payment import start_payment  # noqa: E402


class Count:
    """Counts statements while it is installed."""

    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        """Count one."""
        self.statements += 1
        return execute(sql, params, many, context)


def main() -> None:
    """Buy once and print the count."""
    count = Count()
    buyer = Buyer(email="counted@example.org", name="Counted", country="DE")
    with connection.execute_wrapper(count):
        order = place_order(wanted=[Wanted(sku="HPC-1", quantity=1)], buyer=buyer)
        start_payment(order_id=order.id, return_url="/", cancel_url="/")
    payment = order.payments.get()
    provider(payment.provider).pay(payment.external_id)  # type: ignore[attr-defined]
    with connection.execute_wrapper(count):
        settle_payment(payment_id=payment.pk)
    print(count.statements)


if __name__ == "__main__":
    main()
