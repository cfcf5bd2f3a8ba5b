"""Buyers ask for money back: policies or people decide, and what they decided happens once."""

from __future__ import annotations

import pytest

from hammock.departments.catalogue.models import Shop
from hammock.departments.customers.errors import AskedAlready, CannotAsk
from hammock.departments.customers.models import CustomerRequest
from hammock.departments.delivery.models import Entitlement
from hammock.departments.sales import queries, refunding
from hammock.departments.sales.errors import CannotRefund
from hammock.departments.sales.models import Refund
from hammock.flows.answer_decision import answer_decision
from hammock.flows.ask_refund import ask_refund, ask_refund_for, why_ask
from hammock.flows.escalate_decisions import escalate_decisions
from hammock.flows.grant_refund import grant_refund
from hammock.flows.place_order import Buyer
from hammock.flows.refund_order import refund_order, whole
from hammock.kit import clock
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.money import Money
from tests import asking
from tests.crashes import dying_everywhere
from tests.judging import OLGA, SAM, Staff
from tests.till import Till


def _asked(order: object, amount: Money | None = None) -> CustomerRequest:
    return ask_refund(
        customer_id=order.customer_id,  # type: ignore[attr-defined]
        reference=order.reference,  # type: ignore[attr-defined]
        amount=amount,
        reason="A page was missing",
    )


def test_a_policy_gives_back_at_once_with_its_decision_on_the_refund(
    shop: Shop, till: Till, staff: Staff
) -> None:
    asking.policy("refund_request", "days <= 14 && amount <= 5000", "refund")
    order = asking.sold(till, "GUIDE")
    request = _asked(order)
    run_until_empty()
    refund = Refund.objects.get()
    assert (refund.state, refund.minor) == ("succeeded", 2900)
    assert refund.decision_id == request.decision_id
    assert asking.fresh(request).state == "granted"
    assert "€29.00 goes back" in asking.fresh(request).answer
    assert Entitlement.objects.get().state == "revoked"
    assert len(asking.mails("on its way back")) == 1
    assert not asking.mails("We have your request")


def test_who_must_wait_is_told_until_when_and_then_the_answer(
    shop: Shop, till: Till, staff: Staff
) -> None:
    request = _asked(asking.sold(till, "GUIDE"), Money(900, "EUR"))
    run_until_empty()
    (told,) = asking.mails("We have your request")
    assert f"{request.answer_by:%Y}" in told.text
    assert not Refund.objects.exists()
    asking.decided(request.decision_id, "refuse")
    assert asking.fresh(request).state == "refused"
    (answer,) = asking.mails("Our answer")
    assert "do not give this money back" in answer.text
    assert not Refund.objects.exists()


def test_a_refusal_taken_back_waits_again_and_may_end_in_a_refund(
    shop: Shop, till: Till, staff: Staff
) -> None:
    request = _asked(asking.sold(till, "GUIDE"), Money(900, "EUR"))
    asking.decided(request.decision_id, "refuse")
    asking.taken_back(request.decision_id)
    assert asking.fresh(request).state == "open"
    assert len(asking.mails("We look again")) == 1
    asking.decided(request.decision_id, "refund")
    assert asking.fresh(request).state == "granted"
    assert Refund.objects.get().minor == 900
    assert Entitlement.objects.get().state == "active"


def test_a_granted_refund_happens_once_however_often_its_job_runs(
    shop: Shop, till: Till, staff: Staff
) -> None:
    request = _asked(asking.sold(till, "GUIDE"))
    asking.decided(request.decision_id, "refund")
    assert request.decision_id is not None
    assert not grant_refund(decision_id=request.decision_id)
    assert Refund.objects.count() == 1


def test_what_went_back_meanwhile_is_refused_with_the_reason(
    shop: Shop, till: Till, staff: Staff
) -> None:
    order = asking.sold(till, "GUIDE")
    request = _asked(order)
    refund_order(order_id=order.id, wish=whole(order, reason="", requested_by="me"))
    asking.decided(request.decision_id, "refund")
    assert Refund.objects.count() == 1
    assert asking.fresh(request).state == "refused"
    assert order.reference in asking.fresh(request).answer


def test_past_the_promise_the_safe_outcome_gives_back_and_says_the_truth(
    shop: Shop, till: Till, staff: Staff
) -> None:
    request = _asked(asking.sold(till, "GUIDE"))
    with clock.at(request.answer_by):
        escalate_decisions()
        run_until_empty()
    assert Refund.objects.get().state == "succeeded"
    assert "could not look at it by" in asking.fresh(request).answer


def test_the_same_is_not_asked_twice_nor_more_than_is_left(
    shop: Shop, till: Till, staff: Staff
) -> None:
    order = asking.sold(till, "GUIDE")
    with pytest.raises(CannotRefund):
        _asked(order, Money(2901, "EUR"))
    _asked(order)
    with pytest.raises(AskedAlready):
        _asked(order)
    assert CustomerRequest.objects.count() == 1


def test_nobody_asks_for_anothers_money(shop: Shop, till: Till, staff: Staff) -> None:
    order = asking.sold(till, "GUIDE")
    other = asking.sold(till, "GUIDE", buyer=Buyer(email="b@x.org", name="B", country="DE"))
    with pytest.raises(CannotAsk):
        ask_refund(
            customer_id=other.customer_id or 0,
            reference=order.reference,
            amount=None,
            reason="",
        )
    assert not CustomerRequest.objects.exists()


def test_a_member_over_their_limit_asks_with_exactly_what_they_filled_in(
    shop: Shop, till: Till, staff: Staff
) -> None:
    staff.deciders.append(SAM)
    order = asking.sold(till, "REVIEW", "GUIDE")
    assert not why_ask(member_id=SAM.member_id, amount=Money(5000, "EUR"))
    assert "over your limit" in why_ask(member_id=SAM.member_id, amount=Money(5001, "EUR"))
    assert why_ask(member_id=99, amount=Money(1, "EUR"))
    left = {line.line_id: line for line in queries.lines_left(order)}
    review = next(key for key, line in left.items() if line.left == Money(9000, "EUR"))
    wish = refunding.RefundWish(
        amounts={review: Money(8000, "EUR")},
        takes_back=frozenset({review}),
        reason="Came late",
        requested_by="Sam",
    )
    request = ask_refund_for(order_id=order.id, wish=wish)
    run_until_empty()
    assert not Refund.objects.exists()
    assert not asking.mails("We have your request")
    assert asking.decision(request.decision_id).facts["by_staff"] is True
    asking.decided(request.decision_id, "refund")
    refund = Refund.objects.get()
    assert (refund.minor, refund.requested_by) == (8000, "Sam")
    assert [part.line_id for part in refund.parts.filter(takes_back=True)] == [review]


def test_dying_anywhere_while_granting_refunds_once(shop: Shop, till: Till, staff: Staff) -> None:
    order = asking.sold(till, "GUIDE")
    request = _asked(order)
    assert request.decision_id is not None
    answer_decision(decision_id=request.decision_id, outcome="refund", member_id=OLGA.member_id)
    decision_id = request.decision_id
    for death in dying_everywhere(
        lambda: grant_refund(decision_id=decision_id), start=lambda: None
    ):
        if Refund.objects.exists():
            break
        assert asking.fresh(request).state == "open", death
    run_until_empty()
    assert Refund.objects.count() == 1
    assert asking.fresh(request).state == "granted"
