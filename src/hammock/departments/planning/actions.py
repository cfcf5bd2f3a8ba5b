"""Writing plans: answers, versions, pointers, steps. All need the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from hammock.departments.planning.errors import NoStrategy, NoSuchLine, NothingWritten
from hammock.departments.planning.events import (
    RealityChecked,
    StepEnded,
    StrategyInForce,
    StrategyWritten,
)
from hammock.departments.planning.models import Pointer, RealityCheck, Step, StrategyVersion
from hammock.departments.planning.rules import strategy as documents
from hammock.departments.planning.rules.answers import Answers, packed
from hammock.departments.planning.rules.reality import Verdict
from hammock.departments.planning.rules.strategy import Document
from hammock.kit import clock, facts
from hammock.kit.locks import lock_one

REALITY = "reality:"


@dataclass(frozen=True, kw_only=True)
class StepDraft:
    """A step to be asked for."""

    key: str
    title: str
    why: str
    due_on: date
    line: str = ""


def keep_answers(answers: Answers, *, verdict: Verdict, by: str) -> RealityCheck:
    """Keep a round of answers; the step that asked for them is done with it."""
    last = RealityCheck.objects.aggregate(last=Max("number"))["last"] or 0
    check = RealityCheck.objects.create(
        number=last + 1,
        currency=answers.currency,
        answers=packed(answers),
        verdict=verdict.word,
        answered_by=by,
    )
    asked = Step.objects.filter(key__startswith=REALITY, state=Step.State.OPEN)
    asked.update(state=Step.State.DONE, ended_by=by, ended_at=clock.now())
    stated = RealityChecked(number=check.number, verdict=check.verdict)
    facts.state(stated, about=f"reality:{check.number}")
    return check


def write_version(document: Document, *, why: str, by: str) -> StrategyVersion:
    """Write a version that is not in force yet. Raises `NothingWritten` if it says the same."""
    last = StrategyVersion.objects.first()
    written = documents.packed(document)
    if last is not None and last.document == written:
        raise NothingWritten
    version = StrategyVersion.objects.create(
        number=last.number + 1 if last else 1, document=written, why=why, written_by=by
    )
    facts.state(StrategyWritten(number=version.number), about=f"strategy:{version.number}")
    return version


def put_into_force() -> StrategyVersion:
    """Put the newest version into force. Raises `NoStrategy` where it is, or there is none."""
    newest = StrategyVersion.objects.first()
    if newest is None or newest.in_force_since is not None:
        raise NoStrategy
    newest.in_force_since = clock.now()
    newest.save(update_fields=["in_force_since"])
    facts.state(StrategyInForce(number=newest.number), about=f"strategy:{newest.number}")
    return newest


def point(*, thing: str, line: str, by: str, document: Document) -> Pointer | None:
    """Let a thing point at a line of `document`; at an empty one, it points at nothing again.

    Raises `NoSuchLine`.
    """
    if not line:
        Pointer.objects.filter(thing=thing).delete()
        return None
    if document.line(line) is None:
        raise NoSuchLine(key=line)
    pointer, _is_new = Pointer.objects.update_or_create(
        thing=thing, defaults={"line": line, "pointed_by": by, "pointed_at": clock.now()}
    )
    return pointer


def ask_for(drafts: Sequence[StepDraft]) -> int:
    """Ask for steps that were never asked for; tells how many were new."""
    known = set(
        Step.objects.filter(key__in=[one.key for one in drafts]).values_list("key", flat=True)
    )
    new = [
        Step(
            key=one.key,
            title=one.title[:160],
            why=one.why,
            due_on=one.due_on,
            line=one.line,
        )
        for one in drafts
        if one.key not in known
    ]
    Step.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def drop_open(*, starts_with: str, but: Sequence[StepDraft] = ()) -> None:
    """Drop the open steps whose keys start so, but for those: another plan took their place."""
    open_ones = Step.objects.filter(key__startswith=starts_with, state=Step.State.OPEN)
    open_ones.exclude(key__in=[one.key for one in but]).update(
        state=Step.State.DROPPED, ended_at=clock.now()
    )


def end_step(*, step_id: int, state: Step.State, by: str) -> Step:
    """Write that a step is done or dropped, or open it again. Raises `Step.DoesNotExist`."""
    step = lock_one(Step.objects.filter(pk=step_id))
    step.state = state
    step.ended_by, step.ended_at = ("", None) if state == Step.State.OPEN else (by, clock.now())
    step.save(update_fields=["state", "ended_by", "ended_at"])
    facts.state(StepEnded(step_id=step.pk, state=step.state), about=f"step:{step.pk}")
    return step
