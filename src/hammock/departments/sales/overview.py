"""How sales go, and what of them waits for a person: what Today and the lists show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from hammock.departments.sales.histories import HERE
from hammock.departments.sales.models import (
    CreditNote,
    CreditNoteLine,
    Dispute,
    HeldOrder,
    Order,
    OrderLine,
    Payment,
    Refund,
    RefundPart,
)
from hammock.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day's sales: orders paid on it, and what they came to with tax."""

    on: date
    orders: int
    total: Money


@dataclass(frozen=True, kw_only=True)
class OrderFilter:
    """What a list of orders shall hold; empty fields let everything through.

    `by_person` lets the words fit names and addresses too.
    """

    words: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None
    by_person: bool = True


@dataclass(frozen=True, kw_only=True)
class CreditNoteFilter:
    """What a list of credit notes shall hold; empty fields let everything through."""

    words: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What a customer brought: orders paid, what they paid, and what went back."""

    orders: int
    paid: Money
    refunded: Money

    @property
    def kept(self) -> Money:
        """What stayed."""
        return self.paid - self.refunded


@dataclass(frozen=True, slots=True, kw_only=True)
class BoughtHere:
    """A buyer's day in this shop: something was ordered, paid for, and cost something.

    `channel` is how their visit came; None where that was not counted.
    """

    on: date
    customer: int | None
    channel: str | None


def start_of(day: date) -> datetime:
    """Tell the moment at which a day begins in the business's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def by_day(*, currency: str, since: date, days: int) -> list[Day]:
    """List every day of a span with its sales, days without any too."""
    rows = (
        Order.objects.filter(
            state=Order.State.PAID,
            currency=currency,
            paid_at__gte=start_of(since),
            paid_at__lt=start_of(since + timedelta(days=days)),
        )
        .order_by()
        .annotate(on=TruncDate("paid_at"))
        .values("on")
        .annotate(orders=Count("id"), minor=Sum("total_minor"))
    )
    found = {row["on"]: row for row in rows}
    return [
        Day(
            on=day,
            orders=found[day]["orders"] if day in found else 0,
            total=Money(found[day]["minor"] if day in found else 0, currency),
        )
        for day in (since + timedelta(days=number) for number in range(days))
    ]


def bought_here(*, since: datetime, until: datetime) -> list[BoughtHere]:
    """List who bought in this shop in a span, each once a day; imported orders are left out."""
    rows = (
        Order.objects.filter(
            state=Order.State.PAID,
            origin=HERE,
            total_minor__gt=0,
            placed_at__gte=since,
            placed_at__lt=until,
        )
        .order_by("placed_at", "id")
        .values_list("placed_at", "customer_id", "channel")
    )
    found: dict[tuple[date, int | None], BoughtHere] = {}
    for placed_at, customer, channel in rows.iterator():
        on = timezone.localdate(placed_at)
        found.setdefault((on, customer), BoughtHere(on=on, customer=customer, channel=channel))
    return list(found.values())


def credit_notes(wanted: CreditNoteFilter) -> QuerySet[CreditNote]:
    """Find credit notes by reference, by what they are for, and by day, newest first."""
    found = CreditNote.objects.select_related("customer").prefetch_related("lines")
    for word in wanted.words.split():
        lines = CreditNoteLine.objects.filter(
            Q(title__icontains=word) | Q(sku__icontains=word), note=OuterRef("pk")
        )
        found = found.filter(Q(reference__icontains=word) | Exists(lines))
    if wanted.since:
        found = found.filter(issued_at__gte=start_of(wanted.since))
    if wanted.until:
        found = found.filter(issued_at__lt=start_of(wanted.until + timedelta(days=1)))
    return found


def orders(wanted: OrderFilter) -> QuerySet[Order]:
    """Find orders by reference, e-mail address or name, by state and by day, newest first."""
    found = Order.objects.all()
    for word in wanted.words.split():
        fits = Q(reference__icontains=word)
        if wanted.by_person:
            fits |= Q(email__icontains=word) | Q(name__icontains=word)
        found = found.filter(fits)
    if wanted.state == "refunded":
        found = found.filter(Exists(_done_refunds()))
    elif wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.since:
        found = found.filter(placed_at__gte=start_of(wanted.since))
    if wanted.until:
        found = found.filter(placed_at__lt=start_of(wanted.until + timedelta(days=1)))
    return found


def with_refunds(found: QuerySet[Order]) -> QuerySet[Order]:
    """Add to each order how much of it went back (`refunded`, in minor units, None for nothing)."""
    gone = (
        Refund.objects.filter(payment__order=OuterRef("pk"), payment__is_surplus=False)
        .exclude(state=Refund.State.FAILED)
        .order_by()
        .values("payment__order")
        .annotate(whole=Sum("minor"))
        .values("whole")
    )
    # A subquery, not an aggregate: grouping would drop the order that the list stands in.
    return found.annotate(refunded=Subquery(gone))


def failed_refunds() -> Sequence[Refund]:
    """List the refunds that the provider could not make and that nobody made up for yet."""
    later = Refund.objects.filter(
        payment=OuterRef("payment"),
        minor=OuterRef("minor"),
        requested_at__gt=OuterRef("requested_at"),
    ).exclude(state=Refund.State.FAILED)
    return list(
        Refund.objects.filter(~Exists(later), state=Refund.State.FAILED).select_related(
            "payment__order"
        )[:20]
    )


def surplus_payments(*, since: datetime) -> Sequence[Payment]:
    """List the payments that came for no open order since then; they go back by themselves."""
    return list(
        Payment.objects.filter(is_surplus=True, finished_at__gte=since).select_related("order")[:20]
    )


def open_disputes() -> Sequence[Dispute]:
    """List the disputes that a bank has not decided."""
    return list(
        Dispute.objects.filter(state=Dispute.State.OPEN).select_related("payment__order")[:20]
    )


def deliverable(*, since: datetime, until: datetime) -> QuerySet[Order]:
    """Find the orders paid in the span whose goods belong to their buyers; held ones do not."""
    withheld = HeldOrder.objects.filter(order=OuterRef("pk")).exclude(
        state=HeldOrder.State.RELEASED
    )
    taken_back = RefundPart.objects.filter(
        line=OuterRef("pk"), takes_back=True, refund__state=Refund.State.SUCCEEDED
    )
    lines = OrderLine.objects.filter(
        ~Exists(taken_back), order=OuterRef("pk"), product__isnull=False
    )
    return Order.objects.filter(
        Exists(lines),
        ~Exists(withheld),
        state=Order.State.PAID,
        customer__isnull=False,
        paid_at__gte=since,
        paid_at__lt=until,
    )


def unsettled(customer_id: int) -> int:
    """Count the customer's orders on their way: unpaid, held, or going back."""
    mine = Order.objects.filter(customer_id=customer_id)
    refunding = Refund.objects.filter(
        payment__order__in=mine, state__in=[Refund.State.REQUESTED, Refund.State.PENDING]
    )
    held = HeldOrder.objects.filter(order__in=mine, state=HeldOrder.State.HELD)
    awaiting = mine.filter(state=Order.State.AWAITING)
    return awaiting.count() + held.count() + refunding.count()


def disputed(customer_id: int) -> int:
    """Count the customer's disputes that no bank has decided."""
    return Dispute.objects.filter(
        payment__order__customer_id=customer_id, state=Dispute.State.OPEN
    ).count()


def worth(customer_id: int, *, currency: str) -> Worth:
    """Fold what a customer is worth from their paid orders and the refunds that were made."""
    theirs = Order.objects.filter(
        customer_id=customer_id, state=Order.State.PAID, currency=currency
    ).aggregate(orders=Count("id"), minor=Sum("total_minor"))
    back = Refund.objects.filter(
        payment__order__customer_id=customer_id,
        payment__is_surplus=False,
        currency=currency,
        state=Refund.State.SUCCEEDED,
    ).aggregate(minor=Sum("minor"))
    return Worth(
        orders=theirs["orders"],
        paid=Money(theirs["minor"] or 0, currency),
        refunded=Money(back["minor"] or 0, currency),
    )


def _done_refunds() -> QuerySet[Refund]:
    return Refund.objects.filter(payment__order=OuterRef("pk")).exclude(state=Refund.State.FAILED)
