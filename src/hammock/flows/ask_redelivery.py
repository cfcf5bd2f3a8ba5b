"""A buyer fetched a file as often as one purchase allows and asks for more: a decision answers."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from hammock.departments.customers.actions import Asked
from hammock.departments.customers.asking import ask
from hammock.departments.customers.errors import CannotAsk
from hammock.departments.customers.models import CustomerRequest
from hammock.departments.delivery.errors import NotEntitled
from hammock.departments.delivery.models import DownloadCount, Entitlement
from hammock.kit import clock

LATELY = timedelta(days=7)


def ask_redelivery(*, customer_id: int, entitlement_id: int, reason: str = "") -> CustomerRequest:
    """Take the wish for more downloads of a right.

    Raises `NotEntitled` when the customer does not hold it, `CannotAsk` while every file can be
    fetched still, or `AskedAlready`; then nothing has changed.
    """
    with transaction.atomic(durable=True):
        right = (
            Entitlement.objects.select_related("customer", "product")
            .filter(pk=entitlement_id, customer_id=customer_id, state=Entitlement.State.ACTIVE)
            .first()
        )
        if right is None:
            raise NotEntitled
        counts = DownloadCount.objects.filter(entitlement=right)
        if not counts.filter(count__gte=F("allowed")).exists():
            raise CannotAsk(problem="Every file of this purchase can be downloaded still.")
        raised = CustomerRequest.objects.filter(
            customer_id=customer_id,
            kind=CustomerRequest.Kind.REDELIVERY,
            about=str(right.pk),
            state=CustomerRequest.State.GRANTED,
        )
        return ask(
            right.customer,
            Asked(
                kind=CustomerRequest.Kind.REDELIVERY,
                about=str(right.pk),
                title=f"More downloads of {right.product.title}",
                words=reason,
                details={"entitlement_id": right.pk},
            ),
            facts={
                "downloads": sum(counts.values_list("count", flat=True)),
                "raised_before": raised.count(),
                "raised_lately": raised.filter(answered_at__gte=clock.now() - LATELY).count(),
                "days": (clock.now() - right.granted_at).days,
                "product": right.product.slug,
            },
            about=f"entitlement:{right.pk}",
        )
