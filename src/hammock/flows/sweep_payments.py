"""Attempts that nobody told us about: the webhook got lost, or the buyer closed the page."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from hammock.departments.sales.models import Payment
from hammock.kit import clock, jobs

QUIET = timedelta(minutes=5)


def sweep_payments() -> int:
    """Queue a question to the provider for each attempt that is open and quiet; tells how many."""
    quiet = Payment.objects.filter(
        state=Payment.State.OPEN,
        started_at__lte=clock.now() - QUIET,
        started_at__gte=clock.now() - timedelta(days=2),
    )
    ids = list(quiet.values_list("id", flat=True)[:500])
    with transaction.atomic(durable=True):
        for payment_id in ids:
            jobs.enqueue(
                "settle_payment", dedupe=f"settle_payment:{payment_id}", payment_id=payment_id
            )
    return len(ids)
