"""A kind of decision for tests, whose outcomes are jobs that leave a row, and people who decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction

from hammock.departments.decisions import actions, kinds, ports
from hammock.departments.decisions.kinds import Fact, FactType, Kind, Outcome
from hammock.departments.decisions.models import Decision, Policy, PolicyVersion
from hammock.departments.decisions.ports import OWNER, Absence, Decider
from hammock.kit import ids
from hammock.kit.facts.models import Fact as FactRow
from hammock.kit.jobs import job
from hammock.kit.money import Money

OLGA = Decider(member_id=1, name="Olga", role=OWNER)
SAM = Decider(member_id=2, name="Sam", role="service", limit=Money(5000, "EUR"), daily_count=3)
DAN = Decider(member_id=3, name="Dan", role="business", limit=Money(20000, "EUR"))

WISH = Kind(
    name="test_wish",
    question="Shall this wish be granted?",
    facts=(
        Fact(name="amount", type=FactType.MONEY, says="amount asked for"),
        Fact(name="days", type=FactType.WHOLE, says="days since the order"),
        Fact(name="country", type=FactType.TEXT, says="country"),
        Fact(name="first", type=FactType.YES_NO, says="first wish"),
        Fact(name="score", type=FactType.DECIMAL, says="risk score", optional=True),
        Fact(name="ordered_at", type=FactType.MOMENT, says="ordered", optional=True),
    ),
    outcomes=(
        Outcome(
            name="grant",
            says="Grant it",
            job="grant_test_wish",
            undo_job="ungrant_test_wish",
            costs_percent=100,
        ),
        Outcome(name="refuse", says="Refuse it", job="refuse_test_wish"),
    ),
    safe="refuse",
    waits=timedelta(days=2),
    role="service",
    stake="amount",
)


def _move(ruling: actions.Ruling | None, sign: int) -> None:
    """Write a row that stands for money moved, with the answer behind it."""
    if ruling is None:
        return
    assert ruling.stake is not None
    FactRow.objects.create(
        id=ids.time_ordered(),
        name="TestMoneyMoved",
        about=f"decision:{ruling.decision_id}",
        data={
            "minor": sign * ruling.stake.minor,
            "is_back": sign < 0,
            "answer_id": ruling.answer_id,
        },
    )


@job()
def grant_test_wish(*, decision_id: int) -> None:
    """Move the money of a granted wish."""
    with transaction.atomic(durable=True):
        _move(actions.carry_out(decision_id=decision_id, outcome="grant"), 1)


@job()
def ungrant_test_wish(*, decision_id: int) -> None:
    """Move the money back."""
    with transaction.atomic(durable=True):
        _move(actions.take_back(decision_id=decision_id, outcome="grant"), -1)


@job()
def refuse_test_wish(*, decision_id: int) -> None:
    """Do nothing but mark the refusal as told."""
    with transaction.atomic(durable=True):
        actions.carry_out(decision_id=decision_id, outcome="refuse")


@dataclass
class Staff:
    """People as a test sets them."""

    deciders: list[Decider] = field(default_factory=lambda: [OLGA])
    absence: Absence | None = None

    def on_duty(self, *, role: str, at: datetime) -> Sequence[Decider]:
        return [decider for decider in self.deciders if decider.role == role]

    def owner(self) -> Decider | None:
        return next((decider for decider in self.deciders if decider.role == OWNER), None)

    def away(self, *, at: datetime) -> Absence | None:
        return self.absence if self.absence and at < self.absence.until else None

    def decider(self, *, member_id: int) -> Decider | None:
        return next((one for one in self.deciders if one.member_id == member_id), None)


S = TypeVar("S", bound=ports.People)


@contextmanager
def judged_by(staff: S) -> Iterator[S]:
    """Put these people behind the port, and the test's kind into the register."""
    before = ports.people()
    kinds.register(WISH)
    ports.wire(people=staff, currency=lambda: "EUR")
    try:
        yield staff
    finally:
        ports.wire(people=before, currency=lambda: "EUR")
        kinds.forget(WISH.name)


def wished(key: str = "one", **facts: Any) -> Decision:
    """Ask the test's question in a transaction of its own."""
    known = {"amount": 1900, "days": 5, "country": "DE", "first": True, **facts}
    with transaction.atomic(durable=True):
        return actions.ask(kind=WISH.name, facts=known, about="test:1", key=key, asked_by="Bo")


def policy(
    condition: str, outcome: str = "grant", *, priority: int = 0, is_on: bool = True
) -> Policy:
    """Write a policy straight into the tables."""
    made = Policy.objects.create(kind=WISH.name, is_on=is_on)
    made.current = PolicyVersion.objects.create(
        policy=made, number=1, condition=condition, outcome=outcome, priority=priority, author="me"
    )
    made.save(update_fields=["current"])
    return made
