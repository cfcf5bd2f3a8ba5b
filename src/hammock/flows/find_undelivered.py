"""Which paid orders lack their goods: sales knows what was paid, delivery what was handed over."""

from __future__ import annotations

from datetime import timedelta

from hammock.departments.delivery import overview as delivery
from hammock.departments.sales import overview as sales
from hammock.departments.sales.models import Order
from hammock.kit import clock

PATIENCE = timedelta(minutes=5)
BACK = timedelta(days=60)


def find_undelivered() -> list[Order]:
    """List orders of the last 60 days, paid five minutes ago or more, whose buyers got nothing."""
    due = sales.deliverable(since=clock.now() - BACK, until=clock.now() - PATIENCE)
    references = list(due.values_list("reference", flat=True))
    missing = set(references) - delivery.delivered_references(references)
    return list(Order.objects.filter(reference__in=missing)[:20])
