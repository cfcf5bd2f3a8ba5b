"""What an empty chair would have to talk about this month, from the business's own figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Sum

from hammock.departments.catalogue.models import Product
from hammock.departments.catalogue.queries import shop
from hammock.departments.customers.models import Customer
from hammock.departments.ledger import queries as books
from hammock.departments.ledger.models import ProfitCentre
from hammock.departments.sales import overview, queries
from hammock.departments.sales.models import Order, OrderLine, Refund
from hammock.departments.team.models import Commitment
from hammock.departments.team.rhythm import circles, duties
from hammock.departments.team.rhythm.circles import Chair
from hammock.departments.team.rhythm.rules import Circle
from hammock.kit import clock

DAYS = 30
QUARTER = 90


@dataclass(frozen=True, kw_only=True)
class Item:
    """One point: the figure, the question that it raises, and where the figure comes from."""

    fact: str
    question: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """A circle's chair with what it would have to talk about, and an invitation to it."""

    chair: Chair
    items: Sequence[Item]
    subject: str
    invitation: str


def agendas() -> list[Agenda]:
    """Write the four circles' agendas from today's figures. Raises `NoShop`."""
    return [_agenda(chair) for chair in circles.chairs()]


def asking(circle: str) -> str:
    """Write the invitation to an empty chair; nothing for one that is filled, or is none."""
    empty = [one for one in circles.chairs() if one.is_empty and one.circle == circle]
    return _agenda(empty[0]).invitation if empty else ""


def _agenda(chair: Chair) -> Agenda:
    items = list(_ITEMS[chair.circle]())
    name = shop().name
    points = "\n".join(f"- {item.fact} {item.question}" for item in items)
    return Agenda(
        chair=chair,
        items=items,
        subject=f"Would you join the {chair.circle} circle of {name}?",
        invitation=(
            f"Hello,\n\nI run {name}. Its {chair.circle} chair is empty: the one that "
            f"{chair.purpose}. Would you take it, an hour a month?\n\n"
            f"This is what we would talk about this month, from our own figures:\n\n{points}\n\n"
            "If you would like to, accept, and tell me when you have an hour.\n"
        ),
    )


def _marketing() -> Iterator[Item]:
    since = overview.start_of(clock.today() - timedelta(days=DAYS - 1))
    new = Customer.objects.filter(orders__paid_at__gte=since).distinct()
    old = new.filter(orders__paid_at__lt=since).distinct().count()
    people = new.count()
    if people:
        yield Item(
            fact=f"{people} customer{'s' if people != 1 else ''} bought in the last {DAYS} days, "
            f"{old} of them again.",
            question="Where did the new ones come from, and what brings the old ones back?",
            source="Customers with paid orders.",
        )
    else:
        yield Item(
            fact=f"Nobody bought in the last {DAYS} days.",
            question="Who would want it, and where are they now?",
            source="Customers with paid orders.",
        )
    placed = Order.objects.filter(placed_at__gte=since, origin="shop")
    lost = placed.exclude(state=Order.State.PAID).count()
    if begun := placed.count():
        yield Item(
            fact=f"{lost} of {begun} orders were begun and not paid.",
            question="What stopped them at the checkout?",
            source=f"Orders placed in the shop in the last {DAYS} days.",
        )
    quiet = _unsold(since)
    if quiet:
        yield Item(
            fact=f"{len(quiet)} products on sale sold nothing: {', '.join(quiet[:3])}.",
            question="Show them better, or take them off the shelf?",
            source=f"Products on sale without a paid line in {DAYS} days.",
        )


def _tonight() -> datetime:
    """Give the end of today, so that what was sold just now counts."""
    return overview.start_of(clock.today() + timedelta(days=1))


def _unsold(since: datetime) -> list[str]:
    sold = OrderLine.objects.filter(order__paid_at__gte=since, product__isnull=False)
    on_sale = Product.objects.filter(state=Product.State.ON_SALE)
    return list(on_sale.exclude(pk__in=sold.values("product")).values_list("title", flat=True))


def _business() -> Iterator[Item]:
    currency, today = shop().currency, clock.today()
    since = overview.start_of(today - timedelta(days=DAYS - 1))
    before = overview.start_of(today - timedelta(days=2 * DAYS - 1))
    now = queries.sold(currency=currency, since=since, until=_tonight())
    then = queries.sold(currency=currency, since=before, until=since)
    yield Item(
        fact=f"Sales of the last {DAYS} days: {now.total}; the {DAYS} days before: {then.total}.",
        question="What made the difference, and is it to stay?",
        source="Orders paid, tax included, refunds not taken off.",
    )
    yield Item(
        fact=f"Cash: {books.cash(currency=currency)}.",
        question="What may be spent, and what must stay for tax and refunds?",
        source="Ledger: bank and payment provider.",
    )
    hangs = books.concentration(currency=currency, since=since)
    if hangs is not None:
        biggest = ProfitCentre.objects.get(slug=hangs.biggest).name
        yield Item(
            fact=f"{biggest} brings {hangs.biggest_share:.0%} of revenue.",
            question="What if it broke away, and what could stand beside it?",
            source=f"Ledger, last {DAYS} days, without tax.",
        )


def _mentor() -> Iterator[Item]:
    currency = shop().currency
    since = overview.start_of(clock.today() - timedelta(days=QUARTER - 1))
    sold = queries.sold(currency=currency, since=since, until=_tonight())
    back = Refund.objects.filter(
        requested_at__gte=since, state=Refund.State.SUCCEEDED, payment__is_surplus=False
    ).aggregate(number=Count("payment__order", distinct=True), minor=Sum("minor"))
    share = f" ({back['number'] / sold.orders:.1%})" if sold.orders else ""
    if sold.orders or back["number"]:
        yield Item(
            fact=f"{back['number']} of {sold.orders} orders in {QUARTER} days were refunded"
            f"{share}.",
            question="What did we promise there that we did not keep?",
            source="Orders paid and refunds done.",
        )
    bare = sorted(
        set(duties.DEPARTMENTS) - set(duties.procedures().values_list("department", flat=True))
    )
    names = ", ".join(duties.DEPARTMENTS[slug] for slug in bare)
    yield Item(
        fact=f"{len(bare)} of {len(duties.DEPARTMENTS)} departments have no written procedure"
        f"{': ' + names if names else ''}.",
        question="Which of them would stand still first without the owner?",
        source="Standing procedures.",
    )


def _accountability() -> Iterator[Item]:
    since = clock.today() - timedelta(days=DAYS)
    ended = Commitment.objects.filter(due_on__gte=since).exclude(state="open")
    missed = ended.filter(state="missed").count()
    if due := ended.count():
        yield Item(
            fact=f"{due} promise{'s' if due != 1 else ''} came due in {DAYS} days, "
            f"{missed} {'were' if missed != 1 else 'was'} missed.",
            question="Were they too big, or not meant?",
            source="Commitments.",
        )
    else:
        yield Item(
            fact=f"No promise came due in {DAYS} days.",
            question="What should be done within a week, and who asks whether it was?",
            source="Commitments.",
        )
    for one in Commitment.objects.filter(state="open")[:3]:
        yield Item(
            fact=f"Promised by {one.due_on:%-d %B}: {one.what}.",
            question=f"Will it be so ({one.measure})?",
            source="Commitments.",
        )
    late = [run for run in duties.due() if run.is_late]
    if late:
        yield Item(
            fact=f"{len(late)} standing procedure{'s are' if len(late) != 1 else ' is'} late.",
            question="Which of them does nobody miss?",
            source="Standing procedures.",
        )


_ITEMS: Mapping[Circle, Callable[[], Iterator[Item]]] = {
    Circle.MARKETING: _marketing,
    Circle.BUSINESS: _business,
    Circle.MENTOR: _mentor,
    Circle.ACCOUNTABILITY: _accountability,
}
