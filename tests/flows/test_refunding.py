"""Money goes back: provider, books, rights and mail move together, or nothing moves."""

from __future__ import annotations

import pytest

from hammock.departments.catalogue.models import Shop, Stock
from hammock.departments.delivery.models import Entitlement
from hammock.departments.sales import queries
from hammock.departments.sales.errors import CannotRefund
from hammock.departments.sales.models import Order, Refund
from hammock.departments.sales.ports import ProviderUnavailable, RefundReport, RefundState
from hammock.flows.deliver_order import deliver_order
from hammock.flows.refund_order import RefundWish, refund_order, whole
from hammock.flows.send_refund import send_refund, settle_refund
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail.models import OutgoingMail
from hammock.kit.money import Money
from tests.shops import balances, order, paid
from tests.till import Till


def _sold(till: Till, *skus: str) -> Order:
    sold = paid(till, *skus)
    run_until_empty()
    return sold


def test_a_whole_refund_undoes_the_sale_but_for_the_fee(shop: Shop, till: Till) -> None:
    sold = _sold(till, "GUIDE", "WORKSHOP")
    refund_order(order_id=sold.id, wish=whole(sold, reason="Changed my mind", requested_by="me"))
    run_until_empty()
    assert balances() == {
        "Assets:Provider": -50,
        "Expenses:PaymentFees": 50,
        "Income:Refunds": 6555,
        "Income:Sales": -6555,
    }
    assert set(Entitlement.objects.values_list("state", flat=True)) == {"revoked"}
    assert Stock.objects.get().left == 12
    assert OutgoingMail.objects.filter(subject__contains="on its way back").count() == 1


def test_an_order_given_back_whole_is_not_delivered_again(shop: Shop, till: Till) -> None:
    sold = _sold(till, "GUIDE")
    refund_order(order_id=sold.id, wish=whole(sold, reason="", requested_by="me"))
    run_until_empty()
    assert deliver_order(order_id=sold.id).granted == 0
    assert Entitlement.objects.get().state == "revoked"


def test_a_partial_refund_leaves_the_goods(shop: Shop, till: Till) -> None:
    sold = _sold(till, "GUIDE")
    (line,) = queries.lines_left(sold)
    wish = RefundWish(
        amounts={line.line_id: Money(1000, "EUR")},
        takes_back=frozenset(),
        reason="A page was missing",
        requested_by="me",
    )
    refund_order(order_id=sold.id, wish=wish)
    run_until_empty()
    assert queries.refunded_minor(sold) == 1000
    assert Entitlement.objects.get().state == "active"
    (left,) = queries.lines_left(sold)
    assert left.left == Money(1900, "EUR")


def test_nobody_gets_back_more_than_was_paid(shop: Shop, till: Till) -> None:
    sold = _sold(till, "GUIDE")
    refund_order(order_id=sold.id, wish=whole(sold, reason="", requested_by="me"))
    with pytest.raises(CannotRefund):
        refund_order(order_id=sold.id, wish=whole(sold, reason="", requested_by="me"))
    (line,) = sold.lines.all()
    with pytest.raises(CannotRefund):
        refund_order(
            order_id=sold.id,
            wish=RefundWish(
                amounts={line.pk: Money(1, "EUR")},
                takes_back=frozenset(),
                reason="",
                requested_by="me",
            ),
        )
    assert Refund.objects.count() == 1


def test_a_line_of_another_order_is_refused(shop: Shop, till: Till) -> None:
    sold, other = _sold(till, "GUIDE"), _sold(till, "WORKSHOP")
    with pytest.raises(CannotRefund):
        refund_order(order_id=sold.id, wish=whole(other, reason="", requested_by="me"))
    assert not Refund.objects.exists()


def test_a_refund_whose_answer_got_lost_is_made_once(shop: Shop, till: Till) -> None:
    sold = _sold(till, "GUIDE")
    refund = refund_order(order_id=sold.id, wish=whole(sold, reason="", requested_by="me"))
    till.fails = 1
    with pytest.raises(ProviderUnavailable):
        send_refund(refund_id=refund.pk)
    assert len(till.refunds) == 1
    send_refund(refund_id=refund.pk)
    send_refund(refund_id=refund.pk)
    assert len(till.refunds) == 1
    assert balances()["Income:Refunds"] == 2437


def test_a_refund_that_fails_after_all_is_taken_back(shop: Shop, till: Till) -> None:
    sold = _sold(till, "GUIDE")
    refund = refund_order(order_id=sold.id, wish=whole(sold, reason="", requested_by="me"))
    send_refund(refund_id=refund.pk)
    failed = RefundReport(
        external_id="x", state=RefundState.FAILED, amount=refund.amount, reason="account closed"
    )
    settle_refund(refund_id=refund.pk, report=failed)
    settle_refund(refund_id=refund.pk, report=failed)
    assert "Income:Refunds" not in balances()
    assert Entitlement.objects.get().state == "active"
    assert queries.refunded_minor(sold) == 0


def test_a_seat_whose_refund_failed_is_not_sold_twice(shop: Shop, till: Till) -> None:
    sold = _sold(till, "WORKSHOP")
    refund = _refunded(sold)
    assert Stock.objects.get().left == 12
    _failed(refund)
    assert Stock.objects.get().left == 11
    assert Entitlement.objects.get().state == "active"


def test_a_seat_that_others_bought_meanwhile_does_not_come_back(shop: Shop, till: Till) -> None:
    sold = _sold(till, "WORKSHOP")
    refund = _refunded(sold)
    order("WORKSHOP", quantity=12)
    failed = _failed(refund)
    assert Stock.objects.get().left == 0
    assert Entitlement.objects.get().state == "revoked"
    assert failed.problem == "account closed; meanwhile sold to others: Workshop"


def test_a_refunded_bundle_frees_its_seat_and_not_the_other(shop: Shop, till: Till) -> None:
    sold = _sold(till, "WORKSHOP", "SET")
    assert Stock.objects.get().left == 10
    bundle = sold.lines.get(product__slug="set")
    left = {line.line_id: line.left for line in queries.lines_left(sold)}
    wish = RefundWish(
        amounts={bundle.pk: left[bundle.pk]},
        takes_back=frozenset([bundle.pk]),
        reason="",
        requested_by="me",
    )
    refund = refund_order(order_id=sold.id, wish=wish)
    send_refund(refund_id=refund.pk)
    assert Stock.objects.get().left == 11
    _failed(refund)
    assert Stock.objects.get().left == 10


def test_goods_that_two_refunds_take_are_freed_once(shop: Shop, till: Till) -> None:
    sold = _sold(till, "WORKSHOP", "SET")
    seat = sold.lines.get(product__slug="workshop")
    for minor in (1000, 2000):
        wish = RefundWish(
            amounts={seat.pk: Money(minor, "EUR")},
            takes_back=frozenset([seat.pk]),
            reason="",
            requested_by="me",
        )
        refund = refund_order(order_id=sold.id, wish=wish)
        send_refund(refund_id=refund.pk)
        assert Stock.objects.get().left == 11
    _failed(refund)  # the other still stands
    assert Stock.objects.get().left == 11
    assert Entitlement.objects.filter(state="revoked").count() == 1


def _refunded(sold: Order) -> Refund:
    refund = refund_order(order_id=sold.id, wish=whole(sold, reason="", requested_by="me"))
    return send_refund(refund_id=refund.pk)


def _failed(refund: Refund) -> Refund:
    report = RefundReport(
        external_id="x", state=RefundState.FAILED, amount=refund.amount, reason="account closed"
    )
    return settle_refund(refund_id=refund.pk, report=report)
