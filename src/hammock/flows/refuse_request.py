"""A request was refused: its customer is told so, with the reason, by mail and on their page."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.customers import actions
from hammock.departments.customers.asking import reopen
from hammock.departments.customers.models import CustomerRequest
from hammock.departments.customers.requests import lock_asked
from hammock.departments.decisions import actions as decisions

WORDS = {
    CustomerRequest.Kind.REFUND: "We do not give this money back.",
    CustomerRequest.Kind.DISCOUNT: "We cannot offer a lower price for this.",
    CustomerRequest.Kind.ERASURE: (
        "We cannot erase your data yet: something between us is still open, and we need to know "
        "whom it concerns. Ask again when it is closed."
    ),
    CustomerRequest.Kind.REDELIVERY: "We do not raise the number of downloads for this.",
}


def refuse_request(*, decision_id: int) -> bool:
    """Refuse what was asked for; False if it was answered before."""
    with transaction.atomic(durable=True):
        ruling = decisions.carry_out(decision_id=decision_id)
        if ruling is None:
            return False
        request = lock_asked(decision_id=decision_id)
        words = WORDS[CustomerRequest.Kind(request.kind)]
        said = f"{words} {ruling.reason}".strip()
        if not actions.answer_request(request, granted=False, answer=said):
            return False
        actions.tell_answer(request)
    return True


def reopen_request(*, decision_id: int) -> bool:
    """Let a refused request wait again, for the refusal was taken back; False if nothing was."""
    with transaction.atomic(durable=True):
        if decisions.take_back(decision_id=decision_id) is None:
            return False
        request = lock_asked(decision_id=decision_id)
        return reopen(request)
