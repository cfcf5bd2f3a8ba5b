"""Asking for a customer: the request is written down, and a decision is asked for it.

Assumes the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping

from hammock.departments.customers.actions import Asked, file_request, write_to
from hammock.departments.customers.models import Customer, CustomerRequest
from hammock.departments.customers.requests import find_open
from hammock.departments.decisions import actions as decisions
from hammock.departments.decisions import kinds
from hammock.departments.decisions.models import Decision
from hammock.kit import clock, showing


def ask(
    customer: Customer, asked: Asked, *, facts: Mapping[str, object], about: str
) -> CustomerRequest:
    """File the request and ask its decision; a customer who has to wait is told until when.

    `facts` are those of the decision's kind, `about` names what it is about. Raises `AskedAlready`.
    """
    waits = kinds.kind(asked.kind).waits
    request = file_request(customer, asked, answer_by=clock.now() + waits)
    decision = decisions.ask(
        kind=asked.kind,
        facts=facts,
        about=about,
        key=f"request:{request.pk}",
        asked_by=asked.asked_by or "a customer",
    )
    request.decision_id, request.answer_by = decision.pk, decision.answer_by
    request.save(update_fields=["decision_id", "answer_by"])
    if decision.state == Decision.State.OPEN and not asked.asked_by:
        _tell_wait(request)
    return request


def reopen(request: CustomerRequest) -> bool:
    """Let an answered request wait again, for its answer was taken back; its customer is told.

    False where the customer has asked for the same again since: that one counts.
    """
    again = find_open(customer_id=request.customer_id, kind=request.kind, about=request.about)
    if again is not None or request.decision_id is None:
        return False
    decision = Decision.objects.get(pk=request.decision_id)
    request.state, request.answer, request.answered_at = CustomerRequest.State.OPEN, "", None
    request.answer_by = decision.answer_by
    request.save(update_fields=["state", "answer", "answered_at", "answer_by"])
    if not request.asked_by:
        write_to(
            request.customer,
            key=f"again:{request.pk}:{decision.round}",
            title=f"We look again: {request.title}",
            words=[
                "We took our answer back and look at your request once more. You have an answer "
                f"by {showing.day(request.answer_by)}."
            ],
        )
    return True


def _tell_wait(request: CustomerRequest) -> None:
    write_to(
        request.customer,
        key=f"asked:{request.pk}",
        title=f"We have your request: {request.title}",
        words=[
            f"You asked for this on {showing.day(request.asked_at)}. A person looks at it, and you "
            f"have an answer by {showing.day(request.answer_by)}, whatever happens.",
        ],
    )
