"""Half a year of the sample business, lived through the same flows that real buyers use.

The clock is set back and moved on hour by hour; orders are placed, paid with test cards, left
unpaid, asked back; passers-by are counted; work is done, costs are booked, jobs run. The same seed
gives the same history.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Protocol

from hammock.departments.catalogue.models import Price, Product
from hammock.departments.delivery.models import FulfilmentTask
from hammock.departments.ledger import queries as books
from hammock.departments.ledger.rules import Chart
from hammock.departments.sales import rules
from hammock.departments.sales.errors import SalesError
from hammock.departments.sales.models import Order, Payment
from hammock.doors.commands import sample, wishes
from hammock.doors.commands.owner_story import OwnersDays
from hammock.doors.commands.passers_by import Street
from hammock.doors.commands.plan_story import PlannedDays
from hammock.flows.expire_orders import expire_orders
from hammock.flows.finish_task import finish_task
from hammock.flows.place_order import Buyer, place_order
from hammock.flows.record_expense import Expense, record_expense
from hammock.flows.settle_payment import settle_payment
from hammock.flows.start_payment import start_payment
from hammock.kit import clock
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.money import Money

DAYS = 182
SEED = 20
FIRST_NAMES, LAST_NAMES = (
    line.split() for line in (sample.FOLDER / "names.txt").read_text(encoding="utf-8").splitlines()
)
COUNTRIES = ("DE",) * 11 + ("AT",) * 3 + ("DK",) * 2 + ("SE", "NL", "FR")


BILLS = (
    (Chart.TOOLS, "general", 2900, "Server and domain", ""),
    (Chart.TOOLS, "guides", 1200, "Typesetting fonts, monthly share", "centre:guides"),
    (Chart.MARKETING, "paper-tools", 4500, "Stall at the harbour market", "channel:harbour-market"),
    (Chart.CONTRACTORS, "lessons", 6000, "Studio room", "centre:lessons"),
)


@dataclass(frozen=True, kw_only=True)
class Told:
    """How far the history is: `day` of `days`, with the orders placed so far."""

    day: int
    days: int
    orders: int


class Payer(Protocol):
    """What the story needs of test payments."""

    def pay(self, external_id: str) -> bool:
        """Let a buyer's money come."""
        ...

    def pay_out(self, *, key: str, amount: Money) -> None:
        """Send money on to the bank."""
        ...


def live(*, payer: Payer, days: int = DAYS, seed: int = SEED) -> Iterator[Told]:
    """Live through the days before today, with money that comes and goes through `payer`."""
    chance = random.Random(seed)  # noqa: S311 - a story, not a secret
    start = clock.now() - timedelta(days=days)
    orders = 0
    owner, planned = OwnersDays(seed=seed, days=days), PlannedDays(days=days)
    street = Street(seed=seed, days=days)
    for day in range(days):
        with clock.at(datetime.combine(start.date(), time(5), tzinfo=UTC) + timedelta(days=day)):
            street.open()
        for hour in _hours(chance, day / days):
            moment = datetime.combine(start.date(), time(hour, chance.randrange(60)), tzinfo=UTC)
            with clock.at(moment + timedelta(days=day)):
                orders += _visit(chance, payer, street)
        with clock.at(datetime.combine(start.date(), time(23), tzinfo=UTC) + timedelta(days=day)):
            _evening(chance, payer)
            street.close(day=day)
            owner.evening(day=day)
            planned.evening(day=day)
        yield Told(day=day + 1, days=days, orders=orders)


def _hours(chance: random.Random, progress: float) -> list[int]:
    """Draw the hours at which somebody buys: a shop that grows, from one a day to four."""
    count = sum(chance.random() < (0.9 + 3.1 * progress) / 8 for _ in range(8))
    return sorted(chance.choices(range(6, 23), k=count))


def _visit(chance: random.Random, payer: Payer, street: Street) -> bool:
    buyer = replace(_buyer(chance), channel=street.buyer())
    wanted = basket(chance, _on_sale())
    try:
        order = place_order(wanted=wanted, buyer=buyer)
    except SalesError:
        return False
    if order.state == Order.State.AWAITING and chance.random() > 0.07:
        _pay(order, payer)
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


def _on_sale() -> list[Price]:
    return list(
        Price.objects.filter(product__state=Product.State.ON_SALE, is_active=True)
        .select_related("product")
        .order_by("id")
    )


def basket(chance: random.Random, prices: Sequence[Price]) -> list[rules.Wanted]:
    """Draw what is bought: cheap things often, workshops and services now and then."""
    weights = [_weight(price) for price in prices]
    count = 1 + (chance.random() < 0.18)
    chosen = dict.fromkeys(price.sku for price in chance.choices(prices, weights, k=count))
    return [rules.Wanted(sku=sku, quantity=1) for sku in chosen]


def _weight(price: Price) -> float:
    by_kind = {
        Product.Kind.DOWNLOAD: 10.0,
        Product.Kind.BUNDLE: 6.0,
        Product.Kind.WORKSHOP: 1.0,
        Product.Kind.SERVICE: 11.0,
    }[Product.Kind(price.product.kind)]
    favourite = 1.6 if price.product.profit_centre_id == "guides" else 1.0
    return favourite * by_kind / (1 + price.minor / 4000)


def _pay(order: Order, payer: Payer) -> None:
    start_payment(order_id=order.id, return_url="/", cancel_url="/")
    payment = order.payments.get(state=Payment.State.OPEN)
    payer.pay(payment.external_id or "")
    settle_payment(payment_id=payment.pk)


def _evening(chance: random.Random, payer: Payer) -> None:
    """Close the day: late orders lapse, work gets done, money moves, the first brings its bills."""
    expire_orders()
    wishes.evening(chance)
    for task in FulfilmentTask.objects.filter(
        state=FulfilmentTask.State.OPEN, due_on__lte=clock.today() + timedelta(days=1)
    ):
        finish_task(entitlement_id=task.pk, note="Your review is in the attached letter.")
    if clock.today().weekday() == 0:
        _pay_out(payer)
    if clock.today().day == 1:
        _pay_bills()
    run_until_empty()


def _pay_out(payer: Payer) -> None:
    """On Mondays what lies with the provider goes to the bank, but for a little."""
    waiting = {b.account: b.amount for b in books.balances()}.get(Chart.PROVIDER)
    if waiting is not None and waiting.minor > 10_000:
        payer.pay_out(
            key=f"{clock.today():%Y%m%d}", amount=Money(waiting.minor - 5_000, waiting.currency)
        )


def _pay_bills() -> None:
    for account, centre, minor, description, line in BILLS:
        record_expense(
            Expense(
                amount=Money(minor, "EUR"),
                account=account,
                centre=centre,
                description=description,
                spent_at=clock.now(),
                line=line,
            )
        )
