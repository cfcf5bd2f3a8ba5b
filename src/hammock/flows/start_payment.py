"""Ask the provider for a page to pay on; the wish was committed with the order."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from hammock.departments.sales import queries
from hammock.departments.sales.models import Order, Payment
from hammock.departments.sales.ports import PaymentLine, PaymentRequest, StartedPayment, provider
from hammock.kit.money import Money
from hammock.kit.prepared import change


def start_payment(*, order_id: int, return_url: str, cancel_url: str) -> str:
    """Give the address of the page on which the buyer pays the order.

    Called again for the same order it gives the same page, and after a crash the provider is asked
    again with the same key. Raises `ProviderUnavailable` or `ProviderRefused`; then the order still
    waits and may be tried again.
    """
    attempts = queries.attempts_of(order_id=order_id)
    payment = attempts[0]
    order = payment.order
    if payment.state != Payment.State.STARTING:
        return payment.pay_url
    request = _request(order, payment, return_url=return_url, cancel_url=cancel_url)
    started = provider(payment.provider).start(request)
    with transaction.atomic(durable=True):
        _note(payment, started)
    return started.pay_url


def _note(payment: Payment, started: StartedPayment) -> None:
    (fresh,) = queries.locked_attempt(payment_id=payment.pk)
    if fresh.state == Payment.State.STARTING:
        fresh.external_id, fresh.pay_url = started.external_id, started.pay_url
        fresh.state = Payment.State.OPEN
        change(fresh, "external_id", "pay_url", "state")


def _request(order: Order, payment: Payment, *, return_url: str, cancel_url: str) -> PaymentRequest:
    return PaymentRequest(
        key=payment.key,
        reference=order.reference,
        amount=order.total,
        lines=_lines(order),
        email=order.email,
        return_url=return_url,
        cancel_url=cancel_url,
        expires_at=order.holds_until or order.placed_at,
    )


def _lines(order: Order) -> Sequence[PaymentLine]:
    return [
        PaymentLine(
            title=line.title, quantity=line.quantity, total=Money(line.total_minor, order.currency)
        )
        for line in queries.lines_of(order_id=order.id)
        if line.total_minor
    ]
