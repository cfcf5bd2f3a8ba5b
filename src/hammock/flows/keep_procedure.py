"""A standing procedure is written, changed, retired, or gone through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from hammock.departments.team.models import Member, Procedure, ProcedureRun
from hammock.departments.team.rhythm import duties
from hammock.departments.team.rhythm.duties import Draft


def save_procedure(draft: Draft, *, procedure_id: int | None = None) -> Procedure:
    """Write a new procedure or change one. Raises `NoSuchThing`."""
    with transaction.atomic(durable=True):
        return duties.save(draft, procedure_id=procedure_id)


def retire_procedure(*, procedure_id: int) -> None:
    """Let it hold no longer; its runs stay."""
    with transaction.atomic(durable=True):
        duties.retire(procedure_id)


def run_procedure(
    *, procedure_id: int, due_on: date, member: Member, done: Sequence[int], note: str
) -> ProcedureRun:
    """Write down that it was gone through. Raises `NoSuchThing`, `NotDue`, `AlreadyDone`."""
    with transaction.atomic(durable=True):
        return duties.record(
            procedure_id=procedure_id, due_on=due_on, member=member, done=done, note=note
        )
