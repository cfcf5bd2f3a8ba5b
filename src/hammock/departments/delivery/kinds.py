"""What of delivery needs judgement: more downloads than a purchase allows."""

from __future__ import annotations

from datetime import timedelta

from hammock.departments.decisions.kinds import Fact, FactType, Kind, Outcome, register

REDELIVERY = register(
    Kind(
        name="redelivery",
        question="Allow more downloads of this purchase?",
        facts=(
            Fact(name="downloads", type=FactType.WHOLE, says="downloads so far"),
            Fact(name="raised_before", type=FactType.WHOLE, says="times it was raised before"),
            Fact(name="raised_lately", type=FactType.WHOLE, says="times raised in seven days"),
            Fact(name="days", type=FactType.WHOLE, says="days since it was delivered"),
            Fact(name="product", type=FactType.TEXT, says="product"),
        ),
        outcomes=(
            Outcome(name="allow", says="Allow more", job="raise_download_limit"),
            Outcome(name="refuse", says="Refuse", job="refuse_request", undo_job="reopen_request"),
        ),
        safe="allow",  # they paid for it, and a copy costs nothing
        waits=timedelta(days=1),
        role="service",
        safe_says="We could not look at it by {promised_on} ourselves, so we trust you.",
    )
)
