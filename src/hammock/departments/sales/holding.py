"""Reading what speaks of fraud in a paid order, and whether its goods are held."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from hammock.departments.sales import queries, signs
from hammock.departments.sales.models import HeldOrder, Order, Payment
from hammock.kit import clock
from hammock.kit.money import Money
from hammock.kit.prepared import prepared


def seen(order: Order) -> signs.Seen:
    """Gather what the signs are read from, but for the usual amount, which `usual` finds."""
    payment = queries.settled_payment(order)
    customer_id = order.customer_id or 0  # of imported guests nothing else is known
    lately = _paid_between(
        customer_id=customer_id, after=order.placed_at - signs.SHORT_TIME, until=order.placed_at
    )
    declined = _declined(customer_id=customer_id, after=order.placed_at - timedelta(days=1))
    return signs.Seen(
        email=order.email,
        country=order.country,
        card_country=payment.card_country if payment else "",
        total=order.total,
        orders_lately=len(lately),
        declined_lately=len(declined),
        usual=None,
    )


@prepared
def _paid_between(*, customer_id: int, after: datetime, until: datetime) -> QuerySet[Order]:
    return Order.objects.filter(
        customer_id=customer_id,
        state=Order.State.PAID,
        placed_at__gt=after,
        placed_at__lte=until,
    ).only("id")


@prepared
def _declined(*, customer_id: int, after: datetime) -> QuerySet[Payment]:
    return Payment.objects.filter(
        order__customer_id=customer_id, state=Payment.State.CLOSED, started_at__gt=after
    ).only("id")


@prepared
def hold_of(*, order_id: int) -> QuerySet[HeldOrder]:
    """Find the hold of an order whose goods wait, or waited, for a decision."""
    return HeldOrder.objects.filter(order_id=order_id)


def held(order: Order) -> HeldOrder | None:
    """Find the hold of an order whose goods wait for a decision, or whose money went back by it."""
    found = hold_of(order_id=order.id)
    return next((one for one in found if one.state != HeldOrder.State.RELEASED), None)


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
