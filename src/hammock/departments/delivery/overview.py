"""What delivery owes and did: what Today and the task list show."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet, Sum

from hammock.departments.delivery.models import DownloadCount, Entitlement, FulfilmentTask
from hammock.kit import clock
from hammock.kit.prepared import prepared


def tasks(*, state: str = "") -> QuerySet[FulfilmentTask]:
    """Find the work that is owed or was done, the most urgent first."""
    found = FulfilmentTask.objects.select_related("entitlement__customer", "entitlement__product")
    return found.filter(state=state) if state else found


def overdue(*, on: date) -> QuerySet[FulfilmentTask]:
    """Find the open work that was due before the day."""
    return tasks(state=FulfilmentTask.State.OPEN).filter(due_on__lt=on)


def granted(*, since: datetime, until: datetime) -> int:
    """Count what was handed over in the span."""
    return Entitlement.objects.filter(granted_at__gte=since, granted_at__lt=until).count()


def owed(customer_id: int) -> int:
    """Count what a customer still waits for: open work, and seats of workshops to come."""
    held = Entitlement.objects.filter(customer_id=customer_id, state=Entitlement.State.ACTIVE)
    work = held.filter(task__state=FulfilmentTask.State.OPEN).count()
    return work + held.filter(product__workshop__ends_at__gt=clock.now()).count()


def downloads(order_reference: str) -> int:
    """Count how often files of an order were fetched."""
    mine = DownloadCount.objects.filter(entitlement__order_reference=order_reference)
    return mine.aggregate(Sum("count"))["count__sum"] or 0


@prepared
def given_by(*, order_reference: str) -> QuerySet[Entitlement]:
    """Find one right that the order gave, if it gave any."""
    return Entitlement.objects.filter(order_reference=order_reference).order_by("id")[:1]


def delivered_references(references: list[str]) -> set[str]:
    """Tell which of these orders gave their buyers something."""
    found = Entitlement.objects.filter(order_reference__in=references)
    return set(found.values_list("order_reference", flat=True))
