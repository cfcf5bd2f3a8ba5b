"""Reading what customers hold."""

from __future__ import annotations

from hammock.departments.delivery import rules
from hammock.departments.delivery.models import Entitlement
from hammock.kit import clock


def appointment(right: Entitlement) -> rules.Appointment:
    """Tell what a workshop's seat puts into its holder's calendar."""
    workshop = right.product.workshop
    return rules.Appointment(
        uid=f"{right.grant_key.replace(':', '-')}@hammock",
        title=right.product.title,
        starts_at=workshop.starts_at,
        ends_at=workshop.ends_at,
        place=workshop.place,
        join_url=workshop.join_url,
        sent_at=clock.now(),
    )


def held_by(customer_id: int) -> list[Entitlement]:
    """List everything that a customer ever had, newest first, with what delivering it needs."""
    return list(
        Entitlement.objects.filter(customer_id=customer_id)
        .select_related("product", "product__workshop", "task")
        .prefetch_related("product__releases__files", "download_counts")
    )
