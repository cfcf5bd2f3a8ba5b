"""From order to goods: what is sold is paid once, booked once, delivered once."""

from __future__ import annotations

import pytest

from hammock.departments.catalogue.models import Price, Shop, Stock
from hammock.departments.delivery.models import Entitlement, FulfilmentTask
from hammock.departments.ledger import queries as books
from hammock.departments.ledger.models import Entry, Line
from hammock.departments.sales import rules
from hammock.departments.sales.errors import (
    EmptyCart,
    NotForSale,
    OutOfStock,
    PriceChanged,
    TooManyFree,
    WrongMove,
    WrongQuantity,
)
from hammock.departments.sales.models import Order, Payment, Refund, Reservation
from hammock.departments.sales.ports import ProviderUnavailable
from hammock.flows.cancel_order import cancel_order
from hammock.flows.expire_orders import expire_orders
from hammock.flows.place_order import place_order
from hammock.flows.receive_webhook import receive_webhook
from hammock.flows.settle_payment import settle_payment
from hammock.kit import clock
from hammock.kit.facts.models import Fact
from hammock.kit.inbox.models import InboxMessage
from hammock.kit.jobs.models import Job
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail.models import OutgoingMail
from hammock.kit.money import Money
from tests.clocks import FrozenClock
from tests.shops import BUYER, order, paid, started
from tests.till import Till


def _balance(account: str) -> int:
    return sum(b.amount.minor for b in books.balances() if b.account == account)


def test_a_paid_order_is_booked_delivered_and_mailed(shop: Shop, till: Till) -> None:
    """€29.00 with 19 % within: 24.37 income, 4.63 tax, 0.50 fee, 28.50 with the provider."""
    sold = paid(till, "GUIDE")
    assert sold.state == Order.State.PAID
    assert _balance("Income:Sales") == -2437
    assert _balance("Liabilities:Tax") == -463
    assert _balance("Expenses:PaymentFees") == 50
    assert _balance("Assets:Provider") == 2850
    run_until_empty()
    assert Entitlement.objects.get().product.slug == "guide"
    assert OutgoingMail.objects.get().key == f"goods:{sold.reference}"


def test_a_free_order_needs_no_payment_and_no_ledger_entry(shop: Shop) -> None:
    free = order("SAMPLE")
    run_until_empty()
    assert free.state == Order.State.PAID
    assert not Payment.objects.exists()
    assert not Entry.objects.exists()
    assert Entitlement.objects.get().product.slug == "sample"


def test_nobody_fills_a_mailbox_with_what_costs_nothing(
    shop: Shop, till: Till, frozen_clock: FrozenClock
) -> None:
    for _ in range(rules.MOST_FREE):
        order("SAMPLE")
    with pytest.raises(TooManyFree):
        order("SAMPLE")
    assert Order.objects.count() == rules.MOST_FREE
    paid(till, "GUIDE")  # what is paid for is nobody's nuisance
    frozen_clock.advance(hours=1, seconds=1)
    assert order("SAMPLE").state == Order.State.PAID


def test_settling_again_changes_nothing(shop: Shop, till: Till) -> None:
    sold = paid(till, "GUIDE")
    run_until_empty()
    before = (Fact.objects.count(), Line.objects.count(), OutgoingMail.objects.count())
    settle_payment(payment_id=sold.payments.get().pk)
    run_until_empty()
    after = (Fact.objects.count(), Line.objects.count(), OutgoingMail.objects.count())
    assert after == before
    assert Entitlement.objects.count() == 1


def test_a_call_about_settled_money_queues_no_more_than_its_own_handling(
    shop: Shop, till: Till
) -> None:
    sold = paid(till, "GUIDE")
    attempt = sold.payments.get().external_id
    body = f'{{"id": "call-1", "attempt": "{attempt}"}}'.encode()
    assert receive_webhook(provider_name="test", body=body, headers={"signature": "till"})
    run_until_empty()
    assert InboxMessage.objects.get().handled_at is not None
    assert Job.objects.filter(name="handle_webhook").count() == 1
    assert not Job.objects.filter(name="settle_payment").exists()


def test_each_kind_of_goods_is_delivered_in_its_own_way(shop: Shop, till: Till) -> None:
    paid(till, "WORKSHOP", "REVIEW", "SET")
    run_until_empty()
    held = sorted(Entitlement.objects.values_list("product__slug", flat=True))
    assert held == ["guide", "review", "workshop", "workshop"]
    assert FulfilmentTask.objects.get().state == FulfilmentTask.State.OPEN
    seat = OutgoingMail.objects.filter(subject__startswith="Your place in").first()
    assert seat is not None
    assert [file["name"] for file in seat.attachments] == ["workshop.ics"]
    assert Stock.objects.get().left == 10


def test_a_tampered_price_is_refused_and_nothing_changes(shop: Shop) -> None:
    wanted = [rules.Wanted(sku="GUIDE", quantity=1, seen=Money(100, "EUR"))]
    with pytest.raises(PriceChanged) as refused:
        place_order(wanted=wanted, buyer=BUYER)
    assert refused.value.now == Money(2900, "EUR")
    assert not Order.objects.exists()


@pytest.mark.parametrize("quantity", [0, -1, 100, 10**9])
def test_a_tampered_quantity_is_refused(shop: Shop, quantity: int) -> None:
    with pytest.raises(WrongQuantity):
        place_order(wanted=[rules.Wanted(sku="GUIDE", quantity=quantity)], buyer=BUYER)
    assert not Order.objects.exists()


def test_what_is_not_for_sale_cannot_be_ordered(shop: Shop) -> None:
    Price.objects.filter(sku="GUIDE").update(is_active=False)
    with pytest.raises(NotForSale):
        order("GUIDE")
    with pytest.raises(NotForSale):
        order("NOBODY-KNOWS-THIS")
    with pytest.raises(EmptyCart):
        order()


def test_limited_seats_are_held_and_come_back(shop: Shop, till: Till) -> None:
    held = order("WORKSHOP", quantity=12)
    with pytest.raises(OutOfStock) as refused:
        order("WORKSHOP")
    assert refused.value.left == 0
    with clock.at(clock.in_(minutes=16)):
        assert expire_orders() == 1
    assert Stock.objects.get().left == 12
    held.refresh_from_db()
    assert held.state == Order.State.EXPIRED


def test_a_bundle_holds_the_seats_of_its_parts(shop: Shop) -> None:
    order("SET", quantity=3)
    assert Stock.objects.get().left == 9


def test_an_expired_order_that_is_paid_late_is_honoured_while_seats_are_left(
    shop: Shop, till: Till
) -> None:
    payment = started(order("WORKSHOP"))
    till.pay(payment.external_id or "")
    with clock.at(clock.in_(minutes=16)):
        expire_orders()
        settled = settle_payment(payment_id=payment.pk)
        assert settled.state == Order.State.PAID
    assert Stock.objects.get().left == 11
    assert Reservation.objects.get().state == Reservation.State.SETTLED


def test_money_for_a_gone_seat_goes_back(shop: Shop, till: Till) -> None:
    payment = started(order("WORKSHOP"))
    till.pay(payment.external_id or "")
    with clock.at(clock.in_(minutes=16)):
        expire_orders()
        order("WORKSHOP", quantity=12)
        settle_payment(payment_id=payment.pk)
        run_until_empty()
    payment.refresh_from_db()
    assert payment.is_surplus
    assert Refund.objects.get().state == Refund.State.SUCCEEDED
    assert _balance("Liabilities:Surplus") == 0
    assert not Entitlement.objects.exists()


def test_money_for_a_cancelled_order_goes_back(shop: Shop, till: Till) -> None:
    waiting = order("GUIDE")
    payment = started(waiting)
    till.pay(payment.external_id or "")
    cancel_order(order_id=waiting.id, by="buyer")
    settle_payment(payment_id=payment.pk)
    run_until_empty()
    assert Refund.objects.get().state == Refund.State.SUCCEEDED
    assert _balance("Income:Sales") == 0
    assert Fact.objects.filter(name="SurplusPaid").count() == 1


def test_a_paid_order_cannot_be_cancelled(shop: Shop, till: Till) -> None:
    sold = paid(till, "GUIDE")
    with pytest.raises(WrongMove):
        cancel_order(order_id=sold.id, by="staff")


def test_a_provider_that_does_not_answer_keeps_the_order_waiting(shop: Shop, till: Till) -> None:
    placed = order("GUIDE")
    till.fails = 1
    with pytest.raises(ProviderUnavailable):
        started(placed)
    assert placed.payments.get().state == Payment.State.STARTING
    payment = started(placed)
    assert payment.state == Payment.State.OPEN
    assert len(till.attempts) == 1
