"""A member ends one of their sessions, or all."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.team import access
from hammock.departments.team.models import Member


def end_session(*, member: Member, session_id: int) -> bool:
    """Sign out there; False if that session is gone already."""
    with transaction.atomic(durable=True):
        return access.end_session(member, session_id=session_id)


def end_all_sessions(*, member: Member) -> int:
    """Sign out everywhere, here too; tells how many sessions ended."""
    with transaction.atomic(durable=True):
        return access.end_sessions(member)
