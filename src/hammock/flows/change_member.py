"""An owner changes a member's role, limits or access."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.team import access, actions
from hammock.departments.team.actions import Standing
from hammock.departments.team.models import Member


def change_member(*, member_id: int, to: Standing, by: Member) -> Member:
    """Make the member what `to` says; who loses access is signed out everywhere.

    Raises `OnlyOwners` and `LastOwner`.
    """
    with transaction.atomic(durable=True):
        member = actions.change(member_id=member_id, to=to, by=by)
        if not member.is_active:
            access.end_sessions(member)
    return member
