"""Reading decisions: what is open and for whom, what was decided and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet

from hammock.departments.decisions import kinds
from hammock.departments.decisions.errors import NoSuchDecision
from hammock.departments.decisions.kinds import Value
from hammock.departments.decisions.models import Answer, Decision
from hammock.departments.decisions.rehearsing import Past, Question
from hammock.departments.decisions.trying import Case
from hammock.kit import tables
from hammock.kit.money import Money

LATE = timedelta(minutes=10)
"""The timetable looks every minute; a question so long past its time was forgotten."""


def decision(decision_id: int) -> Decision:
    """Find a decision. Raises `NoSuchDecision`."""
    found = Decision.objects.filter(pk=decision_id).first()
    if found is None:
        raise NoSuchDecision
    return found


def facts_of(asked: Decision) -> dict[str, Value]:
    """Give a decision's facts with their types: money as minor units, timestamps aware."""
    return kinds.kind(asked.kind).read(asked.facts)


def about(thing: str) -> QuerySet[Decision]:
    """List the decisions about something (`order:12`), newest first."""
    return with_answers(Decision.objects.filter(about=thing)).order_by("-asked_at", "-pk")


def open_questions() -> QuerySet[Decision]:
    """List what waits for an answer, the most urgent first."""
    return Decision.objects.filter(state=Decision.State.OPEN).order_by("answer_by", "pk")


def open_for_policies(kind: str) -> QuerySet[Decision]:
    """List the kind's open questions that a policy may answer: those that nobody answered yet."""
    return open_questions().filter(kind=kind, round=1)


def due(*, now: datetime) -> list[int]:
    """List the ids of the open questions whose turn is over, the longest over first.

    Those of a kind that no department declares wait until one does again.
    """
    found = open_questions().filter(
        stage_due_at__lte=now, kind__in=[kind.name for kind in kinds.all_kinds()]
    )
    return list(found.order_by("stage_due_at", "pk").values_list("pk", flat=True))


def with_answers(found: QuerySet[Decision]) -> QuerySet[Decision]:
    """Read the answers along, each with its policy."""
    answers = Answer.objects.select_related("version").order_by("round")
    return found.prefetch_related(Prefetch("answers", queryset=answers))


def findings(*, now: datetime) -> list[str]:
    """Say, a sentence each, what is wrong with the decisions; nothing is what must be found."""
    guards = tables.guards_of("decisions_policyversion") | {"decisions_decision_facts_stay"}
    known = [kind.name for kind in kinds.all_kinds()]
    waiting = Decision.objects.filter(state=Decision.State.OPEN)
    late = waiting.filter(kind__in=known, answer_by__lt=now - LATE).count()
    unknown = waiting.exclude(kind__in=known).count()
    found = [
        f"The trigger {name}, which guards the decisions, is gone."
        for name in sorted(guards - tables.triggers())
    ]
    if late:
        found.append(f"{late} open questions are past the promised time: the timetable stands.")
    if unknown:
        found.append(f"{unknown} open questions are of a kind that no department declares.")
    return found


def human_cases(kind: str, *, at_most: int = 20_000) -> list[Case]:
    """List past questions of the kind that people answered, the latest first; undone ones not."""
    declared = kinds.kind(kind)
    rows = (
        Answer.objects.filter(decision__kind=kind, how=Answer.How.MEMBER, undone_at__isnull=True)
        .order_by("-answered_at", "-pk")
        .values_list(
            "decision_id",
            "decision__asked_at",
            "decision__facts",
            "outcome",
            "member",
            "decision__about",
        )[:at_most]
    )
    return [
        Case(
            decision_id=row[0],
            asked_at=row[1],
            facts=declared.read(row[2]),
            outcome=row[3],
            by=row[4],
            about=row[5],
        )
        for row in rows
    ]


def past_facts(kind: str, *, at_most: int = 300) -> list[dict[str, Value]]:
    """List the facts of the kind's latest questions, whoever answered."""
    declared = kinds.kind(kind)
    rows = Decision.objects.filter(kind=kind).order_by("-asked_at").values_list("facts", flat=True)
    return [declared.read(stored) for stored in rows[:at_most]]


def count_asked(since: datetime, until: datetime) -> int:
    """Count the questions asked in the span."""
    known = [kind.name for kind in kinds.all_kinds()]
    return Decision.objects.filter(asked_at__gte=since, asked_at__lt=until, kind__in=known).count()


def asked_between(since: datetime, until: datetime) -> Iterator[Past]:
    """Give every question asked in the span, in order of asking, and what became of it."""
    became = {
        row[0]: (row[1], row[2])
        for row in Answer.objects.filter(
            undone_at__isnull=True, decision__asked_at__gte=since, decision__asked_at__lt=until
        )
        .order_by("round")
        .values_list("decision_id", "outcome", "answered_at")
    }
    known = {kind.name: kind for kind in kinds.all_kinds()}
    rows = (
        Decision.objects.filter(asked_at__gte=since, asked_at__lt=until, kind__in=known)
        .order_by("asked_at", "pk")
        .values_list("pk", "kind", "asked_at", "facts", "stake_minor", "currency", "about")
    )
    for pk, kind, asked_at, stored, minor, currency, thing in rows.iterator(chunk_size=5_000):
        outcome, decided_at = became.get(pk, (None, None))
        stake = None if minor is None else Money(minor, currency)
        question = Question(kind, asked_at, known[kind].read(stored), stake)
        yield Past(question, thing, outcome, decided_at)
