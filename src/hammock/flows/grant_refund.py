"""A refund request was approved: the money goes back, once, with its decision noted on it."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.customers import actions as customers
from hammock.departments.customers.models import CustomerRequest
from hammock.departments.decisions import actions as decisions
from hammock.departments.sales import refunding
from hammock.departments.sales.errors import CannotRefund
from hammock.departments.sales.models import Order
from hammock.kit.locks import lock


def grant_refund(*, decision_id: int) -> bool:
    """Commit the refund that was asked for; False if that was done before.

    What cannot go back any more (refunded or disputed meanwhile) is refused with the reason.
    """
    with transaction.atomic(durable=True):
        ruling = decisions.carry_out(decision_id=decision_id, outcome="refund")
        if ruling is None:
            return False
        known = CustomerRequest.objects.get(decision_id=decision_id)
        (order,) = lock(Order.objects.filter(reference=known.about))
        (request,) = lock(CustomerRequest.objects.filter(pk=known.pk).select_related("customer"))
        if request.state != CustomerRequest.State.OPEN:
            return False
        wish = refunding.unpacked(request.details, currency=order.currency, decision_id=decision_id)
        try:
            refund = refunding.request(order, wish)
        except CannotRefund as problem:
            customers.answer_request(request, granted=False, answer=problem.sentence())
            customers.tell_answer(request)
            return False
        customers.answer_request(
            request,
            granted=True,
            answer=f"{refund.amount} goes back the way you paid; banks take up to ten days. "
            f"{ruling.reason}".strip(),
        )
    return True
