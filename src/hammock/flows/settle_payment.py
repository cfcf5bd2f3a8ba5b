"""The provider says how an attempt stands: a paid order is paid once, and no money is swallowed.

Payment, order, ledger, facts and the jobs that deliver are one transaction. Whoever comes second,
whether the buyer's return, a webhook, a sweep or a repeated job, finds it done.
"""

from __future__ import annotations

from django.db import transaction

from hammock.departments.ledger import actions as ledger
from hammock.departments.ledger import rules as books
from hammock.departments.ledger.models import Entry
from hammock.departments.sales import actions, queries
from hammock.departments.sales.events import OrderPaid, SurplusPaid
from hammock.departments.sales.models import Order, Payment
from hammock.departments.sales.ports import PaymentReport, PaymentState, provider
from hammock.kit import clock, facts, jobs


def settle_payment(*, payment_id: int) -> Order:
    """Ask the provider how the attempt stands and make it so here; answers with the order.

    Raises `ProviderUnavailable` or `ProviderRefused`.
    """
    (payment,) = queries.attempt(payment_id=payment_id)
    if payment.state in {Payment.State.SUCCEEDED, Payment.State.STARTING}:
        return payment.order
    report = provider(payment.provider).fetch(payment.external_id or "")
    return settle(payment_id=payment_id, report=report)


def settle(*, payment_id: int, report: PaymentReport) -> Order:
    """Make the provider's report of an attempt true here, once; answers with the order."""
    with transaction.atomic(durable=True):
        (order,) = queries.locked_order_of(payment_id=payment_id)
        (payment,) = queries.locked_attempt(payment_id=payment_id)
        if payment.state == Payment.State.SUCCEEDED:
            return order
        if report.state == PaymentState.SUCCEEDED:
            _take(order, payment, report)
        elif report.state == PaymentState.CLOSED and payment.state != Payment.State.CLOSED:
            payment.state, payment.finished_at = Payment.State.CLOSED, clock.now()
            payment.save(update_fields=["state", "finished_at"])
    return order


def _take(order: Order, payment: Payment, report: PaymentReport) -> None:
    problem = _why_surplus(order, report)
    actions.finish_attempt(payment, report=report, is_surplus=bool(problem))
    if problem:
        _send_back(order, payment, why=problem)
        return
    actions.move(order, to=Order.State.PAID)
    actions.settle_holds(order)
    ledger.post(
        ledger.Draft(
            kind=Entry.Kind.SALE,
            description=f"Order {order.reference}",
            source=f"payment:{payment.pk}",
            legs=books.sale(parts=actions.sale_parts(order), fee=payment.fee),
        )
    )
    facts.state(
        OrderPaid(order_id=order.id, total_minor=order.total_minor, currency=order.currency),
        about=f"order:{order.reference}",
    )


def _why_surplus(order: Order, report: PaymentReport) -> str:
    """Say why this money cannot pay the order; an expired one is honoured if its goods are left."""
    if report.amount != order.total:
        return f"{report.amount} came for an order of {order.total}"
    if order.state == Order.State.PAID:
        return "the order is paid already"
    if order.state == Order.State.CANCELLED:
        return "the order is cancelled"
    if order.state == Order.State.EXPIRED and not actions.hold_again(order):
        return "the order expired and what it held is gone"
    return ""


def _send_back(order: Order, payment: Payment, *, why: str) -> None:
    ledger.post(
        ledger.Draft(
            kind=Entry.Kind.SURPLUS,
            description=f"Surplus payment for {order.reference}",
            source=f"payment:{payment.pk}",
            legs=books.surplus(amount=payment.amount, fee=payment.fee),
        )
    )
    refund = actions.request_refund(
        payment,
        amount=payment.amount,
        parts=(),
        takes_back=(),
        reason=f"Sent back: {why}",
        requested_by="Hammock",
    )
    facts.state(
        SurplusPaid(
            order_id=order.id,
            payment_id=payment.pk,
            minor=payment.minor,
            currency=payment.currency,
            why=why,
        ),
        about=f"order:{order.reference}",
    )
    jobs.enqueue("send_refund", refund_id=refund.pk)
