"""A held order was found good: its goods go out, once."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.decisions import actions as decisions
from hammock.departments.sales import actions
from hammock.departments.sales.events import OrderReleased
from hammock.departments.sales.models import HeldOrder, Order
from hammock.kit import facts
from hammock.kit.locks import lock


def release_order(*, decision_id: int) -> bool:
    """Let the order be delivered (a job does); False if that was decided before."""
    with transaction.atomic(durable=True):
        ruling = decisions.carry_out(decision_id=decision_id, outcome="release")
        if ruling is None:
            return False
        known = HeldOrder.objects.get(decision_id=decision_id)
        (order,) = lock(Order.objects.filter(pk=known.order_id))
        (held,) = lock(HeldOrder.objects.filter(pk=known.pk))
        if not actions.close_hold(held, to=HeldOrder.State.RELEASED):
            return False
        facts.state(
            OrderReleased(order_id=order.id, decision_id=decision_id),
            about=f"order:{order.reference}",
        )
    return True
