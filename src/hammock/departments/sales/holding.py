"""Reading what speaks of fraud in a paid order, and whether its goods are held."""

from __future__ import annotations

from datetime import timedelta

from hammock.departments.sales import queries, signs
from hammock.departments.sales.models import HeldOrder, Order, Payment
from hammock.kit import clock
from hammock.kit.money import Money


def seen(order: Order) -> signs.Seen:
    """Gather what the signs are read from, but for the usual amount, which `usual` finds."""
    payment = queries.settled_payment(order)
    same = Order.objects.filter(customer=order.customer)
    return signs.Seen(
        email=order.email,
        country=order.country,
        card_country=payment.card_country if payment else "",
        total=order.total,
        orders_lately=same.filter(
            placed_at__gt=order.placed_at - signs.SHORT_TIME,
            placed_at__lte=order.placed_at,
            state=Order.State.PAID,
        ).count(),
        declined_lately=Payment.objects.filter(
            order__in=same,
            state=Payment.State.CLOSED,
            started_at__gt=order.placed_at - timedelta(days=1),
            started_at__lte=clock.now(),
        ).count(),
        usual=None,
    )


def held(order: Order) -> HeldOrder | None:
    """Find the hold of an order whose goods wait for a decision, or whose money went back by it."""
    return HeldOrder.objects.filter(order=order).exclude(state=HeldOrder.State.RELEASED).first()


def usual(order: Order) -> Money | None:
    """Find the median of the orders paid here in the days before."""
    paid = Order.objects.filter(
        state=Order.State.PAID,
        origin="shop",
        currency=order.currency,
        total_minor__gt=0,
        paid_at__gte=clock.now() - timedelta(days=signs.USUAL_DAYS),
    ).exclude(pk=order.pk)
    count = paid.count()
    if count < signs.USUAL_ORDERS:
        return None
    amounts = paid.order_by("total_minor").values_list("total_minor", flat=True)
    return Money(amounts[count // 2], order.currency)
