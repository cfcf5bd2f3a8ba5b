"""A lower price was granted: a link that sells one thing once, for two weeks."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.catalogue.models import Price
from hammock.departments.customers import actions as customers
from hammock.departments.customers.asking import reopen
from hammock.departments.customers.models import CustomerRequest
from hammock.departments.customers.requests import lock_asked
from hammock.departments.decisions import actions as decisions
from hammock.departments.sales import discounts
from hammock.departments.sales.events import DiscountGranted
from hammock.kit import facts, showing


def grant_discount(*, decision_id: int) -> bool:
    """Grant what was asked for and mail its link; False if it was answered before."""
    with transaction.atomic(durable=True):
        ruling = decisions.carry_out(decision_id=decision_id, outcome="grant")
        if ruling is None:
            return False
        request = lock_asked(decision_id=decision_id)
        if request.state != CustomerRequest.State.OPEN:
            return False
        price = Price.objects.get(pk=request.details["price_id"])
        discount = discounts.grant(
            customer=request.customer,
            price=price,
            basis_points=request.details["basis_points"],
            decision_id=decision_id,
            answer_id=ruling.answer_id,
        )
        facts.state(
            DiscountGranted(discount_id=discount.pk, decision_id=decision_id),
            about=f"customer:{request.customer_id}",
        )
        until = showing.day(discount.expires_at)
        link = discounts.url(discount)
        customers.answer_request(
            request, granted=True, answer=f"Buy it once at the lower price until {until}: {link}"
        )
        customers.tell_answer(request)
    return True


def take_back_discount(*, decision_id: int) -> bool:
    """End a discount that nobody used yet, and let the request wait again; else False."""
    with transaction.atomic(durable=True):
        if decisions.take_back(decision_id=decision_id) is None:
            return False
        if not discounts.end_unused(decision_id=decision_id):
            return False
        request = lock_asked(decision_id=decision_id)
        return reopen(request)
