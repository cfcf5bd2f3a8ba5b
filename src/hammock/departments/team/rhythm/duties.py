"""Standing procedures: what is due, what is late, going through one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from hammock.departments.team.models import Member, Procedure, ProcedureRun
from hammock.departments.team.rhythm.errors import AlreadyDone, NoSuchThing, NotDue
from hammock.departments.team.rhythm.events import ProcedureDone
from hammock.departments.team.rhythm.rules import Rhythm
from hammock.kit import clock, facts
from hammock.kit.locks import lock

DEPARTMENTS = {
    "catalogue": "Products",
    "sales": "Sales",
    "delivery": "Delivery",
    "ledger": "Books",
    "marketing": "Marketing",
    "service": "Service",
    "research": "Research",
    "planning": "Plan",
    "decisions": "Policies",
    "team": "Team",
}
SHOWN_LATE = 20


@dataclass(frozen=True, kw_only=True)
class DueRun:
    """A day on which a procedure was or is to be gone through, and was not yet."""

    procedure: Procedure
    on: date
    is_late: bool
    skipped: int


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A procedure as somebody writes it."""

    title: str
    department: str
    owner_id: int
    steps: Sequence[str]
    every: int
    unit: str
    first_on: date


def rhythm(procedure: Procedure) -> Rhythm:
    """Give the procedure's rhythm."""
    return Rhythm(first=procedure.first_on, every=procedure.every, unit=procedure.unit)


def procedures() -> QuerySet[Procedure]:
    """List the procedures that hold."""
    return Procedure.objects.filter(retired_on__isnull=True).select_related("owner")


def procedure(procedure_id: int) -> Procedure:
    """Find one. Raises `NoSuchThing`."""
    found = Procedure.objects.select_related("owner").filter(pk=procedure_id).first()
    if found is None:
        raise NoSuchThing
    return found


def due(*, on: date | None = None) -> list[DueRun]:
    """List, the longest due first, each procedure's latest due day that is not done.

    A procedure stands here once, however many of its days went by: `skipped` tells how many
    others since its last run were let go.
    """
    day = on or clock.today()
    found = [run for one in procedures() if (run := _due(one, day)) is not None]
    return sorted(found, key=lambda run: (run.on, run.procedure.title))


def between(first: date, last: date, *, owner_id: int | None = None) -> list[DueRun]:
    """List every day in the span on which a procedure comes due; of one owner where named."""
    rows = procedures() if owner_id is None else procedures().filter(owner_id=owner_id)
    return [
        DueRun(procedure=one, on=day, is_late=False, skipped=0)
        for one in rows
        for day in rhythm(one).until(last, since=first)
    ]


def save(draft: Draft, *, procedure_id: int | None = None) -> Procedure:
    """Write a procedure in the caller's transaction; runs that were made keep their own steps.

    Raises `NoSuchThing`.
    """
    fields = {
        "title": draft.title,
        "department": draft.department,
        "owner": Member.objects.get(pk=draft.owner_id),
        "steps": list(draft.steps),
        "every": draft.every,
        "unit": draft.unit,
        "first_on": draft.first_on,
    }
    if procedure_id is None:
        return Procedure.objects.create(**fields)
    found = procedure(procedure_id)
    for name, value in fields.items():
        setattr(found, name, value)
    found.save()
    return found


def retire(procedure_id: int) -> None:
    """Let a procedure hold no longer; its runs stay."""
    Procedure.objects.filter(pk=procedure_id, retired_on__isnull=True).update(
        retired_on=clock.today()
    )


def record(
    *, procedure_id: int, due_on: date, member: Member, done: Sequence[int], note: str
) -> ProcedureRun:
    """Write down, in the caller's transaction, that it was gone through; `done` are step numbers.

    Raises `NoSuchThing`, `NotDue`, `AlreadyDone`.
    """
    locked = lock(procedures().filter(pk=procedure_id))
    if not locked:
        raise NoSuchThing
    one = locked[0]
    if due_on > clock.today() or due_on not in set(rhythm(one).until(due_on, since=due_on)):
        raise NotDue(title=one.title, due_on=due_on)
    checked = [{"step": step, "done": number in set(done)} for number, step in enumerate(one.steps)]
    run, is_new = ProcedureRun.objects.get_or_create(
        procedure=one,
        due_on=due_on,
        defaults={"done_by": member, "checked": checked, "note": note},
    )
    if not is_new:
        raise AlreadyDone(title=one.title, due_on=due_on)
    facts.state(
        ProcedureDone(
            procedure_id=one.pk,
            due_on=due_on.isoformat(),
            member_id=member.pk,
            missing=sum(not step["done"] for step in checked),
        ),
        about=f"procedure:{one.pk}",
    )
    return run


def _due(one: Procedure, day: date) -> DueRun | None:
    last = one.runs.order_by("-due_on").first()
    passed = [
        found
        for found in rhythm(one).until(day, since=last.due_on if last else None)
        if last is None or found > last.due_on
    ]
    if not passed:
        return None
    return DueRun(procedure=one, on=passed[-1], is_late=passed[-1] < day, skipped=len(passed) - 1)
