"""Half a year of the sample business, lived through the same flows that real buyers use.

The clock is set back and moved on hour by hour; orders are placed, paid with test cards, left
unpaid, refunded; work is done, costs are booked, jobs run. The same seed gives the same history.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from hammock.departments.catalogue.models import Price, Product
from hammock.departments.sales import rules
from hammock.departments.sales.errors import SalesError
from hammock.departments.sales.models import Order, Payment
from hammock.doors.commands import sample
from hammock.flows.expire_orders import expire_orders
from hammock.flows.place_order import Buyer, place_order
from hammock.flows.refund_order import RefundWish, refund_order, whole
from hammock.flows.settle_payment import settle_payment
from hammock.flows.start_payment import start_payment
from hammock.kit import clock
from hammock.kit.jobs.worker import run_until_empty

DAYS = 182
SEED = 20
FIRST_NAMES, LAST_NAMES = (
    line.split() for line in (sample.FOLDER / "names.txt").read_text(encoding="utf-8").splitlines()
)
COUNTRIES = ("DE",) * 11 + ("AT",) * 3 + ("DK",) * 2 + ("SE", "NL", "FR")


@dataclass(frozen=True, kw_only=True)
class Told:
    """How far the history is: `day` of `days`, with the orders placed so far."""

    day: int
    days: int
    orders: int


Pay = Callable[[str], None]


def live(*, pay: Pay, days: int = DAYS, seed: int = SEED) -> Iterator[Told]:
    """Live through the days before today; `pay` pays an attempt by its provider's name for it."""
    chance = random.Random(seed)  # noqa: S311 - a story, not a secret
    start = clock.now() - timedelta(days=days)
    orders = 0
    for day in range(days):
        for hour in _hours(chance, day / days):
            moment = datetime.combine(start.date(), time(hour, chance.randrange(60)), tzinfo=UTC)
            with clock.at(moment + timedelta(days=day)):
                orders += _visit(chance, pay)
        with clock.at(datetime.combine(start.date(), time(23), tzinfo=UTC) + timedelta(days=day)):
            _evening(chance)
        yield Told(day=day + 1, days=days, orders=orders)


def _hours(chance: random.Random, progress: float) -> list[int]:
    """Draw the hours at which somebody buys: a shop that grows, from one a day to four."""
    count = sum(chance.random() < (0.9 + 3.1 * progress) / 8 for _ in range(8))
    return sorted(chance.choices(range(6, 23), k=count))


def _visit(chance: random.Random, pay: Pay) -> bool:
    buyer = _buyer(chance)
    wanted = _basket(chance)
    try:
        order = place_order(wanted=wanted, buyer=buyer)
    except SalesError:
        return False
    if order.state == Order.State.AWAITING and chance.random() > 0.07:
        _pay(order, pay)
    run_until_empty()
    return True


def _buyer(chance: random.Random) -> Buyer:
    """Draw a buyer; one in four has bought before, since the names are few."""
    first = FIRST_NAMES[min(int(chance.expovariate(0.09)), len(FIRST_NAMES) - 1)]
    last = chance.choice(LAST_NAMES)
    name = f"{first} {last}"
    return Buyer(
        email=f"{first}.{last}@example.org".lower(), name=name, country=chance.choice(COUNTRIES)
    )


def _basket(chance: random.Random) -> list[rules.Wanted]:
    """Draw what is bought: cheap things often, workshops and services now and then."""
    prices = list(
        Price.objects.filter(product__state=Product.State.ON_SALE, is_active=True)
        .select_related("product")
        .order_by("id")
    )
    weights = [_weight(price) for price in prices]
    count = 1 + (chance.random() < 0.18)
    chosen = dict.fromkeys(price.sku for price in chance.choices(prices, weights, k=count))
    return [rules.Wanted(sku=sku, quantity=1) for sku in chosen]


def _weight(price: Price) -> float:
    by_kind = {
        Product.Kind.DOWNLOAD: 10.0,
        Product.Kind.BUNDLE: 6.0,
        Product.Kind.WORKSHOP: 0.35,
        Product.Kind.SERVICE: 2.0,
    }[Product.Kind(price.product.kind)]
    return by_kind / (1 + price.minor / 4000)


def _pay(order: Order, pay: Pay) -> None:
    start_payment(order_id=order.id, return_url="/", cancel_url="/")
    payment = order.payments.get(state=Payment.State.OPEN)
    pay(payment.external_id or "")
    settle_payment(payment_id=payment.pk)


def _evening(chance: random.Random) -> None:
    expire_orders()
    if chance.random() < 0.10:
        _refund_one(chance)
    run_until_empty()


def _refund_one(chance: random.Random) -> None:
    """Somebody of the last two weeks wants their money back, all of it or a part."""
    recent = Order.objects.filter(
        state=Order.State.PAID,
        total_minor__gt=0,
        paid_at__gte=clock.now() - timedelta(days=14),
        payments__refunds__isnull=True,
    ).order_by("id")
    candidates = list(recent)
    if not candidates:
        return
    order = chance.choice(candidates)
    wish = whole(order, reason="It was not what I looked for", requested_by="Mara Lindqvist")
    if chance.random() < 0.3:
        (line_id, amount), *_rest = wish.amounts.items()
        wish = RefundWish(
            amounts={line_id: amount.allocate([1, 1])[0]},
            takes_back=frozenset(),
            reason="Half of it, for a fault in the file",
            requested_by="Mara Lindqvist",
        )
    refund_order(order_id=order.id, wish=wish)
