"""A held order is not delivered: its money goes back whole, with the decision noted on it."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from hammock.departments.decisions import actions as decisions
from hammock.departments.sales import actions, refunding
from hammock.departments.sales.errors import CannotRefund
from hammock.departments.sales.models import HeldOrder, Order
from hammock.kit.locks import lock

REASON = "We could not make sure that this order is yours, so nothing was delivered."


def give_back_held_order(*, decision_id: int) -> bool:
    """Give a held order's money back; False if that was decided before.

    One whose payment is disputed is closed without a refund: the bank decides.
    """
    with transaction.atomic(durable=True):
        ruling = decisions.carry_out(decision_id=decision_id, outcome="give_back")
        if ruling is None:
            return False
        known = HeldOrder.objects.get(decision_id=decision_id)
        (order,) = lock(Order.objects.filter(pk=known.order_id))
        (held,) = lock(HeldOrder.objects.filter(pk=known.pk))
        if not actions.close_hold(held, to=HeldOrder.State.CANCELLED):
            return False
        why = f"{REASON} {ruling.reason}".strip()
        wish = refunding.whole(order, reason=why[:240], requested_by=ruling.by[:120])
        try:
            refunding.request(order, replace(wish, decision_id=decision_id))
        except CannotRefund:
            return False
    return True
