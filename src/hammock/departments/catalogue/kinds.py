"""What members propose: another price, and money to spend."""

from __future__ import annotations

from datetime import timedelta

from hammock.departments.decisions.kinds import Fact, FactType, Kind, Outcome, register

_BY = Fact(name="proposed_by", type=FactType.TEXT, says="proposed by", matters=False)
_CURRENCY = Fact(name="currency", type=FactType.TEXT, says="currency")

PRICE_CHANGE = register(
    Kind(
        name="price_change",
        question="Change this price?",
        facts=(
            Fact(name="old", type=FactType.MONEY, says="price now"),
            Fact(name="new", type=FactType.MONEY, says="proposed price"),
            Fact(name="difference", type=FactType.MONEY, says="difference"),
            Fact(name="change_percent", type=FactType.DECIMAL, says="change in per cent"),
            Fact(name="sold_month", type=FactType.WHOLE, says="sold in thirty days", optional=True),
            Fact(name="product", type=FactType.TEXT, says="product"),
            Fact(name="by_business", type=FactType.YES_NO, says="proposed by the business role"),
            _CURRENCY,
            _BY,
        ),
        outcomes=(
            Outcome(
                name="change",
                says="Change it",
                job="apply_price_change",
                undo_job="undo_price_change",
            ),
            Outcome(name="keep", says="Keep it", job="refuse_proposal", undo_job="reopen_proposal"),
        ),
        safe="keep",
        waits=timedelta(days=7),
        role="business",
        stake="difference",
        currency="currency",
        safe_says="Nobody answered by {promised_on}, so the price stays.",
    )
)

SPEND = register(
    Kind(
        name="spend",
        question="Spend this money?",
        facts=(
            Fact(name="amount", type=FactType.MONEY, says="amount"),
            Fact(name="account", type=FactType.TEXT, says="kind of expense"),
            Fact(name="centre", type=FactType.TEXT, says="profit centre"),
            Fact(name="spent_month", type=FactType.MONEY, says="approved in thirty days"),
            Fact(name="cash", type=FactType.MONEY, says="cash now"),
            Fact(
                name="in_strategy",
                type=FactType.YES_NO,
                says="serves a line of the strategy (yes while there is none)",
                optional=True,
            ),
            Fact(
                name="budget_left",
                type=FactType.MONEY,
                says="left of its line's month",
                optional=True,
            ),
            Fact(
                name="affordable",
                type=FactType.YES_NO,
                says="allowed by the reality check (yes before there is one)",
                optional=True,
            ),
            _CURRENCY,
            _BY,
        ),
        outcomes=(
            Outcome(
                name="spend",
                says="Spend it",
                job="spend_money",
                undo_job="unspend_money",
                costs_percent=100,
            ),
            Outcome(
                name="refuse", says="Refuse", job="refuse_proposal", undo_job="reopen_proposal"
            ),
        ),
        safe="refuse",
        waits=timedelta(days=7),
        role="business",
        stake="amount",
        currency="currency",
        safe_says="Nobody answered by {promised_on}, so it is not spent.",
    )
)
