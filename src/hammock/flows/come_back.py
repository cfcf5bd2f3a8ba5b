"""A member is back before the planned day, or does not go."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.team.models import Absence
from hammock.departments.team.rhythm import away


def come_back(*, absence_id: int, member_id: int) -> Absence:
    """End the absence today, or call it off before it began. Raises `NotAway`."""
    with transaction.atomic(durable=True):
        return away.end_absence(absence_id, member_id=member_id)


def look(*, member_id: int) -> None:
    """Note that the member has seen what happened up to now."""
    with transaction.atomic(durable=True):
        away.note_look(member_id)
