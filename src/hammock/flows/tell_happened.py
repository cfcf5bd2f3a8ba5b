"""What happened in a span: one page for a return, a night, a weekend, or since the last look.

Each reader is told of what they may open: every part belongs to a page of the console.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.decisions import kinds
from hammock.departments.decisions import queries as decisions
from hammock.departments.decisions.models import Answer, Decision
from hammock.departments.delivery import overview as delivery
from hammock.departments.ledger import queries as books
from hammock.departments.ledger.models import ProfitCentre
from hammock.departments.sales import overview as sales
from hammock.departments.sales import queries as orders
from hammock.departments.sales.models import Dispute, Refund
from hammock.departments.team.models import HeldLetter, Incident, ProcedureRun
from hammock.departments.team.rhythm import alarms, away, duties
from hammock.departments.team.rhythm.rules import Span
from hammock.kit import clock, showing
from hammock.kit.errors import HammockError
from hammock.kit.facts.models import Fact
from hammock.kit.jobs import queries as jobs
from hammock.kit.mail import queries as mails
from hammock.kit.money import Money, total

SHOWN = 50

Telling = Callable[[dict[str, Any], datetime], "Told"]
Sees = Callable[[str], bool]
"""Tells whether the reader may open a page of the console, by its name."""

_SEEN_ON = {
    Incident.Kind.PAYMENTS: "payments",
    Incident.Kind.MAIL: "mails",
    Incident.Kind.DISPUTES: "disputes",
    Incident.Kind.SITE: "happened",
    Incident.Kind.BACKUP: "jobs",
}


@dataclass(frozen=True, kw_only=True)
class CentreMoney:
    """What a profit centre earned in the span."""

    name: str
    revenue: Money


@dataclass(frozen=True, kw_only=True)
class EarnedTold:
    """What the books say of the span: revenue without tax, by profit centre."""

    centres: Sequence[CentreMoney]
    revenue: Money


@dataclass(frozen=True, kw_only=True)
class SoldTold:
    """The span's orders: paid with tax, what went back, and what was handed over."""

    orders: int
    paid: Money
    refunds: int
    refunded: Money
    disputes: int
    delivered: int


@dataclass(frozen=True, kw_only=True)
class Told:
    """One thing that happened: when, what, and by whom or why."""

    at: datetime
    what: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Happened:
    """Everything that the page shows; None for what the reader may not see."""

    span: Span
    sold: SoldTold | None
    earned: EarnedTold | None
    decisions: Sequence[Told]
    decided: int
    waits: Sequence[str]
    learned: Sequence[Told]
    incidents: Sequence[Incident]
    done: Sequence[ProcedureRun]
    held: Sequence[HeldLetter]


def tell_happened(span: Span, *, member_id: int, sees: Sees) -> Happened:
    """Gather what happened in the span, as this member should hear it. Raises `NoShop`."""
    answers = _decided(span)
    return Happened(
        span=span,
        sold=_sold(span) if sees("orders") else None,
        earned=_earned(span) if sees("centres") else None,
        decisions=[_answered(answer) for answer in answers[:SHOWN]],
        decided=answers.count(),
        waits=[one.says for one in _waits() if sees(one.page)],
        learned=list(_told(span, _LEARNED))[:SHOWN],
        incidents=[
            one
            for one in alarms.incidents(since=span.since, until=span.until)
            if sees(_SEEN_ON[Incident.Kind(one.kind)])
        ],
        done=list(
            ProcedureRun.objects.filter(
                done_at__gte=span.since, done_at__lt=span.until
            ).select_related("procedure", "done_by")
        ),
        held=away.held(member_id, since=span.since, until=span.until),
    )


def _earned(span: Span) -> EarnedTold:
    currency = catalogue.shop().currency
    by_centre = books.revenue_by_centre(currency=currency, since=span.since, until=span.until)
    names = dict(ProfitCentre.objects.values_list("slug", "name"))
    return EarnedTold(
        centres=[
            CentreMoney(name=names[slug], revenue=revenue)
            for slug, revenue in by_centre.items()
            if revenue
        ],
        revenue=total(by_centre.values(), currency=currency),
    )


def _sold(span: Span) -> SoldTold:
    currency = catalogue.shop().currency
    sold = orders.sold(currency=currency, since=span.since, until=span.until)
    back = Refund.objects.filter(
        state=Refund.State.SUCCEEDED,
        currency=currency,
        finished_at__gte=span.since,
        finished_at__lt=span.until,
    )
    return SoldTold(
        orders=sold.orders,
        paid=sold.total,
        refunds=len(back),
        refunded=total((refund.amount for refund in back), currency=currency),
        disputes=Dispute.objects.filter(
            opened_at__gte=span.since, opened_at__lt=span.until
        ).count(),
        delivered=delivery.granted(since=span.since, until=span.until),
    )


@dataclass(frozen=True, kw_only=True)
class _Wait:
    """Something that waits for a person now, and the page on which it is dealt with."""

    page: str
    says: str


def _waits() -> Iterator[_Wait]:
    for incident in alarms.open_incidents():
        page = _SEEN_ON[Incident.Kind(incident.kind)]
        yield _Wait(page=page, says=f"{incident.get_kind_display()}: {incident.seen}")
    for dispute in sales.open_disputes():
        reference = dispute.payment.order.reference
        yield _Wait(page="disputes", says=f"{dispute.amount} of order {reference} is in dispute.")
    for refund in sales.failed_refunds():
        reference = refund.payment.order.reference
        yield _Wait(
            page="refunds", says=f"The refund of {refund.amount} for order {reference} failed."
        )
    yield from _waiting_questions()
    yield from _waiting_work()
    if failed := mails.refused().count():
        yield _Wait(page="mails", says=f"{failed} mail{_s(failed)} could not be sent.")
    if back := mails.came_back().count():
        yield _Wait(page="mails", says=f"{back} mail{_s(back)} came back.")
    if shut := mails.shut_mailbox():
        since = showing.moment(shut.since)
        yield _Wait(page="mails", says=f"The mailbox has not opened since {since}.")
    if stuck := jobs.counts().failed:
        yield _Wait(page="jobs", says=f"{stuck} job{_s(stuck)} failed.")


def _waiting_questions() -> Iterator[_Wait]:
    """Say which questions wait for an answer, for whom, and until when."""
    for asked in decisions.open_questions()[:SHOWN]:
        says = (
            f"{_asks(asked)} {asked.about} waits for {asked.get_stage_display()}, "
            f"promised by {showing.day(asked.answer_by)}."
        )
        yield _Wait(page="decisions", says=says)


def _waiting_work() -> Iterator[_Wait]:
    """Say which work is owed to customers, and which procedures are due."""
    for task in delivery.overdue(on=clock.today())[:10]:
        owed = f"{task.entitlement.product.title} for {task.entitlement.customer}"
        yield _Wait(page="tasks", says=f"{owed} was due on {task.due_on:%-d %B}.")
    for run in duties.due():
        who = run.procedure.owner.get_full_name()
        due = f"was due on {run.on:%-d %B}" if run.is_late else "is due today"
        yield _Wait(page="procedures", says=f"“{run.procedure.title}” ({who}) {due}.")


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _decided(span: Span) -> QuerySet[Answer]:
    """Find the answers of the span, the first first."""
    return (
        Answer.objects.filter(answered_at__gte=span.since, answered_at__lt=span.until)
        .select_related("version", "decision")
        .order_by("answered_at", "id")
    )


def _answered(answer: Answer) -> Told:
    asked, why = answer.decision, answer.note or answer.reason
    return Told(
        at=answer.answered_at,
        what=f"{_asks(asked)} {asked.about}: {_says(asked, answer.outcome)}",
        by=f"{answer.by}: {why}" if why else answer.by,
    )


def _asks(asked: Decision) -> str:
    try:
        return kinds.kind(asked.kind).question
    except HammockError:  # a kind that an older version knew
        return _words(asked.kind).capitalize()


def _says(asked: Decision, outcome: str) -> str:
    try:
        return kinds.kind(asked.kind).outcome(outcome).says
    except HammockError:
        return _words(outcome)


def _told(span: Span, kinds: Mapping[str, Telling]) -> Iterator[Told]:
    found = Fact.objects.filter(name__in=kinds, at__gte=span.since, at__lt=span.until)
    for fact in found.order_by("at", "id"):
        yield kinds[fact.name](fact.data, fact.at)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _policy_saved(data: dict[str, Any], at: datetime) -> Told:
    what = f"A policy for “{_words(data['kind'])}” was written (version {data['version']})."
    return Told(at=at, what=what, by=data["author"])


def _policy_switched(data: dict[str, Any], at: datetime) -> Told:
    now = "on" if data["is_on"] else "off"
    return Told(
        at=at, what=f"A policy for “{_words(data['kind'])}” was switched {now}.", by=data["by"]
    )


def _undone(data: dict[str, Any], at: datetime) -> Told:
    what = f"{_words(data['kind'])}: “{_words(data['outcome'])}” was taken back."
    return Told(at=at, what=what.capitalize(), by=data["member"])


_LEARNED = {
    "PolicySaved": _policy_saved,
    "PolicySwitched": _policy_switched,
    "DecisionUndone": _undone,
}
"""Facts from which the house answers otherwise than before."""
