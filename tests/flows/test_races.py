"""At the same moment: the last seat sold once, an order paid once, nobody refunded twice."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import connection, transaction
from django.db.models import F

from hammock.departments.catalogue.models import Shop, Stock
from hammock.departments.delivery.models import Entitlement
from hammock.departments.ledger.models import Entry
from hammock.departments.sales import rules
from hammock.departments.sales.errors import CannotRefund, OutOfStock
from hammock.departments.sales.models import Order, Refund
from hammock.flows.deliver_order import deliver_order
from hammock.flows.place_order import Buyer, place_order
from hammock.flows.refund_order import refund_order, whole
from hammock.flows.settle_payment import settle_payment
from tests.races import Finish, race
from tests.shops import order, paid, started
from tests.till import Till

BUYERS = 8


def _buyer(number: int) -> Callable[[], Order]:
    who = Buyer(email=f"b{number}@example.org", name="B", country="DE")
    wanted = [rules.Wanted(sku="WORKSHOP", quantity=1)]
    return lambda: place_order(wanted=wanted, buyer=who)


def _errors(finishes: list[Finish]) -> list[type[BaseException]]:
    return [type(finish.error) for finish in finishes if finish.error is not None]


def test_many_buyers_of_the_last_seat_give_exactly_one_sale(shop: Shop, till: Till) -> None:
    Stock.objects.update(left=1)
    finishes = race(*(_buyer(number) for number in range(BUYERS)))
    assert _errors(finishes) == [OutOfStock] * (BUYERS - 1)
    assert Stock.objects.get().left == 0
    assert Order.objects.count() == 1


def test_the_race_is_real_where_nothing_guards_it(shop: Shop) -> None:
    """The negative control: look, then take, oversells where two can look at the same time."""
    Stock.objects.update(left=BUYERS)

    def careless() -> int:
        left = Stock.objects.get().left
        with transaction.atomic():
            return Stock.objects.update(left=left - 1)

    def careful() -> int:
        return Stock.objects.filter(left__gte=1).update(left=F("left") - 1)

    race(*([careful] * BUYERS))
    assert Stock.objects.get().left == 0
    Stock.objects.update(left=BUYERS)
    lost = 0
    for _ in range(20):
        race(*([careless] * BUYERS))
        lost = max(lost, Stock.objects.get().left)
        if lost:
            break
        Stock.objects.update(left=BUYERS)
    assert lost > 0, connection.vendor


def test_an_order_settled_at_the_same_moment_is_booked_and_delivered_once(
    shop: Shop, till: Till
) -> None:
    payment = started(order("GUIDE"))
    till.pay(payment.external_id or "")
    race(*([partial(settle_payment, payment_id=payment.pk)] * 4))
    assert Entry.objects.count() == 1
    finishes = race(*([partial(deliver_order, order_id=payment.order_id)] * 4))
    assert sorted(finish.value.granted for finish in finishes) == [0, 0, 0, 1]
    assert all(finish.value.is_given for finish in finishes)
    assert Entitlement.objects.count() == 1


def test_two_refunds_at_the_same_moment_give_back_once(shop: Shop, till: Till) -> None:
    sold = paid(till, "GUIDE")
    wish = whole(sold, reason="", requested_by="me")
    finishes = race(*([partial(refund_order, order_id=sold.id, wish=wish)] * 3))
    assert _errors(finishes) == [CannotRefund] * 2
    assert Refund.objects.count() == 1
