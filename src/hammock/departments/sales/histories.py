"""What every customer bought when, net of what went back: what forecasts learn from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum
from django.utils import timezone

from hammock.departments.sales.models import CreditNote, Order, OrderLine, Refund

AT_ONCE = 500
HERE = "shop"  # the origin of what was ordered in this shop


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """A paid order that cost something; amounts in minor units, `minor` and `kept` without tax.

    `kept` is what stayed after refunds and credit notes; `customer` is None where nobody is known,
    `channel` where the visit was not counted. `is_here`: bought in this shop, not imported.
    """

    customer: int | None
    on: date
    minor: int
    tax_minor: int
    kept: int
    order: int
    channel: str | None
    is_here: bool


def purchases(*, currency: str) -> list[Purchase]:
    """List the paid orders of a currency, oldest first; what was free of charge is left out."""
    back = {
        row["payment__order"]: row["minor"]
        for row in Refund.objects.filter(
            state=Refund.State.SUCCEEDED, payment__is_surplus=False, currency=currency
        )
        .order_by()
        .values("payment__order")
        .annotate(minor=Sum("minor"))
    }
    rows = (
        Order.objects.filter(state=Order.State.PAID, currency=currency, total_minor__gt=0)
        .order_by("paid_at", "id")
        .values_list(
            *("id", "customer_id", "paid_at", "total_minor", "tax_minor", "channel", "origin")
        )
    )
    found = []
    for order, customer, paid_at, total, tax, channel, origin in rows.iterator():
        net = total - tax
        gone = round(net * min(back.get(order, 0) / total, 1.0))
        found.append(
            Purchase(
                customer=customer,
                on=timezone.localdate(paid_at),
                minor=net,
                tax_minor=tax,
                kept=net - gone,
                order=order,
                channel=channel,
                is_here=origin == HERE,
            )
        )
    return _less_credit_notes(found, currency=currency)


def first_titles(orders: Sequence[int]) -> dict[int, str]:
    """Name the dearest line of each of these orders."""
    found: dict[int, str] = {}
    for start in range(0, len(orders), AT_ONCE):
        rows = OrderLine.objects.filter(order_id__in=orders[start : start + AT_ONCE]).order_by(
            "total_minor", "-id"
        )
        found |= dict(rows.values_list("order_id", "title"))
    return found


def other_currencies(currency: str) -> dict[str, int]:
    """Count the paid orders in each other currency."""
    rows = (
        Order.objects.filter(state=Order.State.PAID)
        .exclude(currency=currency)
        .order_by("currency")
        .values_list("currency", flat=True)
    )
    counts: dict[str, int] = defaultdict(int)
    for other in rows:
        counts[other] += 1
    return dict(counts)


def _less_credit_notes(found: list[Purchase], *, currency: str) -> list[Purchase]:
    """Take what credit notes gave back off the customer's latest purchase before each."""
    theirs: dict[int, list[int]] = defaultdict(list)
    for at, one in enumerate(found):
        if one.customer is not None:
            theirs[one.customer].append(at)
    kept = [one.kept for one in found]
    for customer, on, minor in _credits(currency):
        left = minor
        for at in reversed(theirs.get(customer, ())):
            if found[at].on <= on and left > 0:
                taken = min(left, kept[at])
                kept[at] -= taken
                left -= taken
    return [_with_kept(one, kept[at]) for at, one in enumerate(found)]


def _credits(currency: str) -> Iterator[tuple[int, date, int]]:
    rows = CreditNote.objects.filter(currency=currency, customer__isnull=False).order_by(
        "issued_at", "id"
    )
    issued: datetime
    for customer, issued, total, tax in rows.values_list(
        "customer_id", "issued_at", "total_minor", "tax_minor"
    ):
        if customer is not None:
            yield customer, timezone.localdate(issued), total - tax


def _with_kept(one: Purchase, kept: int) -> Purchase:
    return Purchase(
        customer=one.customer,
        on=one.on,
        minor=one.minor,
        tax_minor=one.tax_minor,
        kept=kept,
        order=one.order,
        channel=one.channel,
        is_here=one.is_here,
    )
