"""What of customers needs judgement: erasing what names somebody."""

from __future__ import annotations

from datetime import timedelta

from hammock.departments.decisions.kinds import Fact, FactType, Kind, Outcome, register

ERASURE = register(
    Kind(
        name="erasure",
        question="Erase everything that names this customer?",
        facts=(
            Fact(
                name="identity_proved",
                type=FactType.YES_NO,
                says="proved who they are by the link in their mail",
            ),
            Fact(name="open_orders", type=FactType.WHOLE, says="orders not settled yet"),
            Fact(name="open_disputes", type=FactType.WHOLE, says="disputes at their bank"),
            Fact(name="open_work", type=FactType.WHOLE, says="work and seats that we owe them"),
            Fact(name="open_requests", type=FactType.WHOLE, says="other requests that wait"),
            Fact(name="orders", type=FactType.WHOLE, says="orders paid so far"),
            Fact(name="country", type=FactType.TEXT, says="country"),
        ),
        outcomes=(
            Outcome(name="erase", says="Erase", job="erase_customer"),
            Outcome(
                name="keep",
                says="Keep for now",
                job="refuse_request",
                undo_job="reopen_request",
            ),
        ),
        safe="erase",  # the law gives a month and no excuse (GDPR, article 12 (3) and 17)
        waits=timedelta(days=20),
        role="business",
        safe_says="You asked for this on {asked_on}, and we had promised it by {promised_on}.",
    )
)
