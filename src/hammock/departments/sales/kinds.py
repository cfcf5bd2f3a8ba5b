"""What of sales needs judgement: money back, a lower price, a paid order with signs of fraud."""

from __future__ import annotations

from datetime import timedelta

from hammock.departments.decisions.kinds import Fact, FactType, Kind, Outcome, register

_COUNTRY = Fact(name="country", type=FactType.TEXT, says="country")
_CURRENCY = Fact(name="currency", type=FactType.TEXT, says="currency")

REFUND_REQUEST = register(
    Kind(
        name="refund_request",
        question="Give this money back?",
        facts=(
            Fact(name="amount", type=FactType.MONEY, says="amount"),
            _CURRENCY,
            Fact(
                name="order_total",
                type=FactType.MONEY,
                says="what the order came to",
                optional=True,
            ),
            Fact(
                name="share_percent",
                type=FactType.DECIMAL,
                says="share of the order in per cent",
                optional=True,
            ),
            Fact(name="days", type=FactType.WHOLE, says="days since the order", optional=True),
            Fact(name="orders", type=FactType.WHOLE, says="orders of this customer so far"),
            Fact(name="refunds", type=FactType.WHOLE, says="refunds to this customer so far"),
            Fact(name="first_order", type=FactType.YES_NO, says="is their first order"),
            Fact(
                name="downloads", type=FactType.WHOLE, says="downloads of the order", optional=True
            ),
            _COUNTRY,
            Fact(name="by_staff", type=FactType.YES_NO, says="asked by a member of the team"),
        ),
        outcomes=(
            Outcome(name="refund", says="Give it back", job="grant_refund", costs_percent=100),
            Outcome(name="refuse", says="Refuse", job="refuse_request", undo_job="reopen_request"),
        ),
        safe="refund",  # a buyer is never left without an answer, and the goods go back with it
        waits=timedelta(days=3),
        role="service",
        stake="amount",
        currency="currency",
        safe_says="We could not look at it by {promised_on} ourselves, so you have it back.",
    )
)

DISCOUNT_REQUEST = register(
    Kind(
        name="discount_request",
        question="Sell once at this lower price?",
        facts=(
            Fact(name="percent", type=FactType.DECIMAL, says="per cent off"),
            Fact(name="price", type=FactType.MONEY, says="price now"),
            Fact(name="off", type=FactType.MONEY, says="what is taken off"),
            _CURRENCY,
            Fact(name="orders", type=FactType.WHOLE, says="orders of this customer so far"),
            Fact(name="discounts", type=FactType.WHOLE, says="discounts granted to them so far"),
            Fact(name="product", type=FactType.TEXT, says="product"),
            _COUNTRY,
        ),
        outcomes=(
            Outcome(
                name="grant",
                says="Grant it",
                job="grant_discount",
                undo_job="take_back_discount",
                costs_percent=100,
            ),
            Outcome(name="refuse", says="Refuse", job="refuse_request", undo_job="reopen_request"),
        ),
        safe="refuse",
        waits=timedelta(days=3),
        role="marketing",
        stake="off",
        currency="currency",
        safe_says="Nobody could look at it by {promised_on}. Please ask again.",
    )
)

HELD_ORDER = register(
    Kind(
        name="held_order",
        question="Deliver this paid order that has signs of fraud?",
        facts=(
            Fact(name="total", type=FactType.MONEY, says="what was paid"),
            _CURRENCY,
            Fact(name="weight", type=FactType.WHOLE, says="weight of the signs"),
            Fact(name="signs", type=FactType.TEXT, says="signs"),
            Fact(
                name="orders_lately", type=FactType.WHOLE, says="orders of this address in an hour"
            ),
            Fact(name="declined_lately", type=FactType.WHOLE, says="attempts that came to nothing"),
            Fact(name="card_differs", type=FactType.YES_NO, says="card is from another country"),
            Fact(name="orders", type=FactType.WHOLE, says="orders of this customer so far"),
            _COUNTRY,
        ),
        outcomes=(
            Outcome(name="release", says="Deliver it", job="release_order"),
            Outcome(
                name="give_back",
                says="Give the money back",
                job="give_back_held_order",
                costs_percent=100,
            ),
        ),
        safe="give_back",
        waits=timedelta(days=1),
        role="business",
        stake="total",
        currency="currency",
        safe_says="We could not make sure of it by {promised_on}, so your money goes back.",
    )
)
