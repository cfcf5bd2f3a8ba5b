"""Reading decisions: what is open and for whom, what was decided and why."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from hammock.departments.decisions import kinds
from hammock.departments.decisions.errors import NoSuchDecision
from hammock.departments.decisions.kinds import Value
from hammock.departments.decisions.models import Answer, Decision


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


def with_answers(found: QuerySet[Decision]) -> QuerySet[Decision]:
    """Read the answers along, each with its policy."""
    answers = Answer.objects.select_related("version").order_by("round")
    return found.prefetch_related(Prefetch("answers", queryset=answers))
