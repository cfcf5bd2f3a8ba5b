"""What delivery owes and did: what Today and the task list show."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet

from hammock.departments.delivery.models import Entitlement, FulfilmentTask


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


def delivered_references(references: list[str]) -> set[str]:
    """Tell which of these orders gave their buyers something."""
    found = Entitlement.objects.filter(order_reference__in=references)
    return set(found.values_list("order_reference", flat=True))
