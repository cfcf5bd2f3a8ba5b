"""Nobody paid in time: what was held becomes free, and the payment page is closed."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.sales import actions, queries
from hammock.departments.sales.events import OrderExpired
from hammock.departments.sales.models import Order, Payment
from hammock.departments.sales.ports import PaymentReport, provider
from hammock.kit import clock, facts, jobs
from hammock.kit.locks import lock


def expire_orders() -> int:
    """Expire every open order whose hold is over; tells how many."""
    due = list(queries.lapsed(clock.now()).values_list("id", flat=True)[:500])
    return sum(_expire(order_id) for order_id in due)


def close_attempt(*, payment_id: int) -> PaymentReport | None:
    """Let nobody pay an attempt any more; the report says whether somebody just had."""
    payment = Payment.objects.get(id=payment_id)
    if payment.state != Payment.State.OPEN or payment.external_id is None:
        return None
    return provider(payment.provider).close(payment.external_id)


def _expire(order_id: int) -> bool:
    with transaction.atomic(durable=True):
        (order,) = lock(Order.objects.filter(id=order_id))
        if order.state != Order.State.AWAITING:
            return False
        actions.release_stock(order)
        actions.move(order, to=Order.State.EXPIRED)
        facts.state(OrderExpired(order_id=order.id), about=f"order:{order.reference}")
        for payment in order.payments.filter(state=Payment.State.OPEN):
            jobs.enqueue("close_attempt", payment_id=payment.pk)
    return True
