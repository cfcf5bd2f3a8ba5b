"""What tests of requests share: a shop with something sold, the people who decide, policies."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.customers.models import Customer, CustomerRequest
from hammock.departments.decisions.models import Decision, Policy, PolicyVersion
from hammock.departments.sales.models import Order
from hammock.flows.answer_decision import answer_decision
from hammock.flows.undo_decision import undo_decision
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail.models import OutgoingMail
from tests.judging import OLGA
from tests.shops import paid
from tests.till import Till


def sold(till: Till, *skus: str, **kwargs: object) -> Order:
    """Sell, pay and deliver."""
    order = paid(till, *skus, **kwargs)  # type: ignore[arg-type]
    run_until_empty()
    return order


def policy(kind: str, condition: str, outcome: str) -> None:
    """Let a policy answer a kind."""
    with transaction.atomic():
        made = Policy.objects.create(kind=kind)
        made.current = PolicyVersion.objects.create(
            policy=made, number=1, condition=condition, outcome=outcome, author="me"
        )
        made.save(update_fields=["current"])


def decided(decision_id: int | None, outcome: str) -> None:
    """Let the owner answer, and run what follows."""
    answer_decision(decision_id=decision_id or 0, outcome=outcome, member_id=OLGA.member_id)
    run_until_empty()


def taken_back(decision_id: int | None) -> None:
    """Let the owner take the answer back, and run what follows."""
    undo_decision(decision_id=decision_id or 0, member_id=OLGA.member_id)
    run_until_empty()


def customer(order: Order) -> Customer:
    """Who bought."""
    assert order.customer is not None
    return order.customer


def fresh(request: CustomerRequest) -> CustomerRequest:
    """Read a request again."""
    return CustomerRequest.objects.get(pk=request.pk)


def mails(about: str) -> list[OutgoingMail]:
    """Find the mails whose subject has these words."""
    return list(OutgoingMail.objects.filter(subject__contains=about).order_by("pk"))


def decision(decision_id: int | None) -> Decision:
    """Read a decision."""
    return Decision.objects.get(pk=decision_id or 0)
