"""The invited joins the team, with a name and a password of their own."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.team import actions
from hammock.departments.team.models import Member


def accept_invitation(*, invitation_id: int, nonce: int, name: str, password: str) -> Member:
    """Make the member, once; the door checked the password's strength.

    Raises `InvitationOver` or `AlreadyMember`.
    """
    with transaction.atomic(durable=True):
        return actions.accept(
            invitation_id=invitation_id, nonce=nonce, name=name, password=password
        )
