"""A member goes away from one day to another; a deputy stands in for an owner."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import transaction

from hammock.departments.team.models import Absence
from hammock.departments.team.rhythm import away
from hammock.departments.team.rhythm.away import Plan
from hammock.departments.team.rhythm.errors import WouldBreak
from hammock.kit.errors import FieldError

LONGEST_REASON = 240
Rehearsal = Callable[[Plan], Sequence[str]]
"""Tells, a sentence each, what would break in that time; nothing when all would go well."""


def go_away(*, plan: Plan, by: str, rehearse: Rehearsal, why: str = "") -> Absence:
    """Plan the absence, or refuse it with the reasons; only an owner's is rehearsed.

    With `why` the owner sets aside what the rehearsal says; both are kept. Raises `WouldBreak`
    with all that would break, and whatever `away.refuse` raises, which `why` does not set aside.
    """
    reason = why.strip()
    if len(reason) > LONGEST_REASON:
        raise FieldError(field="why", problem=f"write {LONGEST_REASON} letters at most")
    with transaction.atomic(durable=True):
        leaving = away.refuse(plan)
    breaks = list(rehearse(plan)) if leaving.is_superuser else []  # may be long: outside of it
    if breaks and not reason:
        raise WouldBreak(reasons=breaks)
    with transaction.atomic(durable=True):
        away.refuse(plan)
        return away.plan_absence(plan, by=by, overridden=breaks, why=reason if breaks else "")
