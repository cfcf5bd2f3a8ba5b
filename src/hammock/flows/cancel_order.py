"""An unpaid order is taken back by its buyer or by staff."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.sales import actions
from hammock.departments.sales.events import OrderCancelled
from hammock.departments.sales.models import Order, Payment
from hammock.kit import facts, jobs
from hammock.kit.locks import lock


def cancel_order(*, order_id: int, by: str) -> Order:
    """Cancel an order that awaits payment and free what it holds. Raises `WrongMove` otherwise."""
    with transaction.atomic(durable=True):
        (order,) = lock(Order.objects.filter(id=order_id))
        actions.move(order, to=Order.State.CANCELLED)
        actions.release_stock(order)
        facts.state(OrderCancelled(order_id=order.id, by=by), about=f"order:{order.reference}")
        for payment in order.payments.filter(state=Payment.State.OPEN):
            jobs.enqueue("close_attempt", payment_id=payment.pk)
    return order
