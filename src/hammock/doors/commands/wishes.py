"""What the sample business was asked for in its half year: most is answered by its policies.

What they leave open its owner answers the evening after, as a person would: mostly kindly.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from hammock.departments.catalogue.models import Price
from hammock.departments.customers.errors import CustomersError
from hammock.departments.customers.models import Customer
from hammock.departments.decisions import kinds, ports
from hammock.departments.decisions.models import Decision
from hammock.departments.planning import queries as plans
from hammock.departments.sales import refunding
from hammock.departments.sales.errors import SalesError
from hammock.departments.sales.models import Order
from hammock.departments.team.models import Member
from hammock.flows.answer_decision import answer_decision
from hammock.flows.ask_discount import ask_discount
from hammock.flows.ask_erasure import ask_erasure
from hammock.flows.ask_refund import ask_refund
from hammock.flows.escalate_decisions import escalate_decisions
from hammock.flows.propose_price import propose_price
from hammock.flows.propose_spending import propose_spending
from hammock.kit import clock
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.money import Money

REASONS = (
    "It was not what I looked for",
    "I bought it twice by mistake",
    "One of the files did not open",
    "My plans have changed",
)
PURPOSES = (  # what for, how much, and the line of the strategy that it serves, if any
    ("A new microphone", 4900, "centre:lessons"),
    ("A place at the spring fair", 2500, "channel:harbour-market"),
    ("Photographs for the shop", 18000, ""),
)
KIND_ANSWERS = {"refund": 0.75, "grant": 0.6, "release": 0.9, "change": 0.7, "spend": 0.6}


def evening(chance: random.Random) -> None:
    """Keep the day's promises, let the owner answer what waited, and let people ask for more."""
    keep_promises()
    answer_waiting(chance)
    ask(chance)


def keep_promises() -> None:
    """Hand on the questions whose time came since yesterday, each at its moment."""
    due = Decision.objects.filter(state=Decision.State.OPEN, stage_due_at__lte=clock.now())
    while (first := due.order_by("stage_due_at").first()) is not None:
        with clock.at(first.stage_due_at):
            escalate_decisions()
            run_until_empty()


def ask(chance: random.Random) -> None:
    """Let people ask for what they want today."""
    for likely, wish in _WISHES:
        if chance.random() < likely:
            try:
                wish(chance)
            except (SalesError, CustomersError):
                continue  # as in life: they asked for it before, or nothing is left


def answer_waiting(chance: random.Random) -> int:
    """Let the owner answer what waited for a day, unless away; tells how many."""
    if ports.people().away(at=clock.now()) is not None:
        return 0
    owner = Member.objects.filter(is_superuser=True).order_by("pk").first()
    waiting = Decision.objects.filter(
        state=Decision.State.OPEN, asked_at__lte=clock.now() - timedelta(hours=20)
    )
    answered = 0
    for decision in waiting.order_by("asked_at", "pk") if owner else ():
        answer_decision(
            decision_id=decision.pk,
            outcome=outcome(chance, decision),
            member_id=owner.pk if owner else 0,
            note="",
        )
        answered += 1
    return answered


def outcome(chance: random.Random, decision: Decision) -> str:
    """Draw a person's answer: mostly kindly, less so long after the order."""
    first, *others = kinds.kind(decision.kind).outcomes
    late = decision.facts.get("days", 0) > 45
    kindly = KIND_ANSWERS.get(first.name, 1.0) / (3 if late else 1)
    return first.name if chance.random() < kindly else others[0].name


def _money_back(chance: random.Random) -> None:
    """Somebody wants their money back, mostly soon, all of it or a part."""
    days = chance.choice((3, 7, 14, 14, 30, 60))
    candidates = list(
        Order.objects.filter(
            state=Order.State.PAID,
            total_minor__gt=0,
            paid_at__gte=clock.now() - timedelta(days=days),
            payments__refunds__isnull=True,
        ).order_by("id")
    )
    if not candidates:
        return
    order = chance.choice(candidates)
    amount = refunding.left_of(order)
    if chance.random() < 0.3:
        amount = amount.allocate([1, 1])[0]
    if amount and order.customer_id:
        ask_refund(
            customer_id=order.customer_id,
            reference=order.reference,
            amount=amount,
            reason=chance.choice(REASONS),
        )


def _lower_price(chance: random.Random) -> None:
    prices = list(
        Price.objects.filter(is_active=True, minor__gte=1500, product__state="on_sale").order_by(
            "pk"
        )
    )
    customers = list(Customer.objects.filter(erased_at=None).order_by("pk")[:60])
    if prices and customers:
        ask_discount(
            customer_id=chance.choice(customers).pk,
            sku=chance.choice(prices).sku,
            basis_points=chance.choice((1000, 1500, 2000, 3000, 5000)),
            reason="I bought from you before and tell my friends",
        )


def _other_price(chance: random.Random) -> None:
    price = chance.choice(
        list(Price.objects.filter(is_active=True, minor__gte=1500).order_by("pk"))
    )
    factor = chance.choice((90, 110, 115, 140))
    propose_price(
        price_id=price.pk,
        amount=Money(max(price.minor * factor // 10_000, 1) * 100, price.currency),
        why="It sells well as it is" if factor > 100 else "It hardly sells",
        by="Jonas Berg",
        role="business",
    )


def _spending(chance: random.Random) -> None:
    purpose, minor, line = chance.choice(PURPOSES)
    propose_spending(
        amount=Money(minor, "EUR"),
        account="Expenses:Marketing",
        centre="general",
        purpose=purpose,
        by="Jonas Berg",
        line=line if plans.document() else "",
    )


def _erasure(chance: random.Random) -> None:
    old = Customer.objects.filter(
        erased_at=None, created_at__lte=clock.now() - timedelta(days=60)
    ).order_by("pk")
    found = list(old[:30])
    if found:
        ask_erasure(customer_id=chance.choice(found).pk)


_WISHES: tuple[tuple[float, Callable[[random.Random], None]], ...] = (
    (0.16, _money_back),
    (0.07, _lower_price),
    (0.02, _other_price),
    (0.02, _spending),
    (0.02, _erasure),
)
