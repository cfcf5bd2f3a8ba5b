"""A member chooses a password."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.team.models import Member
from hammock.kit.locks import lock


def set_password(*, member_id: int, password: str) -> Member:
    """Let the member sign in with this password from now on; the door checked its strength."""
    with transaction.atomic(durable=True):
        (member,) = lock(Member.objects.filter(pk=member_id))
        member.set_password(password)
        member.save(update_fields=["password", "username"])
    return member
