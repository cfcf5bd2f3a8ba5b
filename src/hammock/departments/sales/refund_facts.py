"""The facts on which a refund request is decided, the same for today's and for imported ones.

`kinds.REFUND_REQUEST` names their types. What is not known (an imported credit note names no order)
is left out, so that no policy decides on a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hammock.departments.decisions.kinds import Value
from hammock.departments.sales.models import Order, Refund
from hammock.kit import clock
from hammock.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class Known:
    """What was known at `asked_at`: of the order (if any), and counts of the customer's past.

    `orders` are the customer's paid orders, this one included; `refunds` what they got back before.
    """

    amount: Money
    asked_at: datetime
    order_total: Money | None
    ordered_at: datetime | None
    orders: int
    refunds: int
    country: str
    by_staff: bool = False
    downloads: int | None = None


def made(known: Known) -> dict[str, Value]:
    """Work the facts out."""
    found: dict[str, Value] = {
        "amount": known.amount.minor,
        "currency": known.amount.currency,
        "orders": known.orders,
        "refunds": known.refunds,
        "first_order": known.orders <= 1,
        "country": known.country,
        "by_staff": known.by_staff,
    }
    if known.ordered_at is not None:
        found["days"] = (known.asked_at - known.ordered_at).days
    if known.order_total is not None and known.order_total.minor > 0:
        found["order_total"] = known.order_total.minor
        found["share_percent"] = round(100 * known.amount.minor / known.order_total.minor, 2)
    if known.downloads is not None:
        found["downloads"] = known.downloads
    return found


def of(order: Order, *, amount: Money, by_staff: bool, downloads: int) -> dict[str, Value]:
    """Gather the facts of a request about an order of this shop, as they are now."""
    mine = Order.objects.filter(customer=order.customer, state=Order.State.PAID)
    back = Refund.objects.filter(payment__order__in=mine, payment__is_surplus=False)
    return made(
        Known(
            amount=amount,
            asked_at=clock.now(),
            order_total=order.total,
            ordered_at=order.paid_at or order.placed_at,
            orders=mine.count(),
            refunds=back.exclude(state=Refund.State.FAILED).count(),
            country=order.country,
            by_staff=by_staff,
            downloads=downloads,
        )
    )
