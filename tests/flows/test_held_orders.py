"""Paid orders with signs of fraud are held: nothing is handed over until somebody decides."""

from __future__ import annotations

import pytest

from hammock.departments.catalogue.models import Shop
from hammock.departments.delivery.models import Entitlement
from hammock.departments.sales.models import HeldOrder, Order, Payment, Refund
from hammock.flows.deliver_order import deliver_order
from hammock.flows.escalate_decisions import escalate_decisions
from hammock.flows.find_undelivered import find_undelivered
from hammock.flows.place_order import Buyer
from hammock.kit import clock
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.money import Money
from tests import asking
from tests.judging import Staff
from tests.shops import paid
from tests.till import Till

SHADY = Buyer(email="x@mailinator.com", name="X", country="DE")


def _held(till: Till) -> HeldOrder:
    order = paid(till, "GUIDE", buyer=SHADY)
    Payment.objects.filter(order=order).update(card_country="BR")
    run_until_empty()
    return HeldOrder.objects.get(order=order)


def test_signs_hold_the_goods_and_tell_the_buyer_until_when(
    shop: Shop, till: Till, staff: Staff
) -> None:
    held = _held(till)
    assert not Entitlement.objects.exists()
    assert not deliver_order(order_id=held.order_id).is_given
    assert len(held.signs) == 2
    (told,) = asking.mails("before we hand it over")
    assert "your money back whole" in told.text
    with clock.at(clock.in_(hours=1)):
        assert find_undelivered() == []


def test_one_sign_alone_holds_nothing(shop: Shop, till: Till, staff: Staff) -> None:
    asking.sold(till, "GUIDE", buyer=SHADY)
    assert Entitlement.objects.count() == 1
    assert not HeldOrder.objects.exists()


def test_released_it_is_delivered_once(shop: Shop, till: Till, staff: Staff) -> None:
    held = _held(till)
    asking.decided(held.decision_id, "release")
    assert Entitlement.objects.count() == 1
    assert deliver_order(order_id=held.order_id).granted == 0
    assert HeldOrder.objects.get().state == "released"
    assert not Refund.objects.exists()


def test_given_back_the_money_goes_whole_with_its_decision(
    shop: Shop, till: Till, staff: Staff
) -> None:
    held = _held(till)
    asking.decided(held.decision_id, "give_back")
    refund = Refund.objects.get()
    assert (refund.state, refund.minor) == ("succeeded", 2900)
    assert refund.decision_id == held.decision_id
    assert not deliver_order(order_id=held.order_id).is_given
    assert not Entitlement.objects.exists()


def test_nobody_answers_in_time_and_the_money_goes_back(
    shop: Shop, till: Till, staff: Staff
) -> None:
    held = _held(till)
    with clock.at(held.answer_by):
        escalate_decisions()
        run_until_empty()
    assert Refund.objects.get().state == "succeeded"
    assert "could not make sure of it by" in Refund.objects.get().reason


def test_a_policy_may_let_a_held_order_go_at_once(shop: Shop, till: Till, staff: Staff) -> None:
    asking.policy("held_order", "total <= 5000", "release")
    _held(till)
    assert Entitlement.objects.count() == 1
    assert not asking.mails("before we hand it over")


@pytest.mark.usefixtures("staff")
def test_many_orders_of_one_address_in_an_hour_hold_the_sixth(shop: Shop, till: Till) -> None:
    with clock.at(clock.now()):
        for _ in range(6):
            asking.sold(till, "GUIDE")
    assert HeldOrder.objects.count() == 1
    assert Order.objects.get(held__isnull=False).total == Money(2900, "EUR")
    assert Entitlement.objects.count() == 5
