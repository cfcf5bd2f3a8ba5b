"""An owner asks somebody to join, asks again, or takes it back."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.team import access, actions, roles
from hammock.departments.team.models import Invitation, Member
from hammock.departments.team.roles import Role
from hammock.kit import mail
from hammock.kit.brand import Brand


def invite_member(*, email: str, role: Role, by: Member, note: str = "") -> Invitation:
    """Invite and mail the link, after the owner's own words in `note`.

    Raises `OnlyOwners`, `AlreadyMember`, `AlreadyInvited`.
    """
    with transaction.atomic(durable=True):
        invitation = actions.invite(email=email, role=role, by=by, note=note.strip())
        _mail(invitation, by=by)
    return invitation


def resend_invitation(*, invitation_id: int, by: Member) -> Invitation:
    """Mail a fresh link; the old one is dead. Raises `OnlyOwners`, `InvitationOver`."""
    with transaction.atomic(durable=True):
        invitation = actions.renew(invitation_id=invitation_id, by=by)
        _mail(invitation, by=by)
    return invitation


def revoke_invitation(*, invitation_id: int, by: Member) -> Invitation:
    """Let the link work no more. Raises `OnlyOwners`, `InvitationOver`."""
    with transaction.atomic(durable=True):
        return actions.revoke(invitation_id=invitation_id, by=by)


def _mail(invitation: Invitation, *, by: Member) -> None:
    letter = mail.compose(
        "team/mail_invitation",
        {
            **_letterhead(),
            "inviter": by.get_full_name(),
            "note": invitation.note,
            "duty": roles.DUTIES[Role(invitation.role)],
            "link": access.invitation_url(invitation),
            "ends_at": invitation.ends_at,
        },
    )
    mail.queue(
        key=f"invitation:{invitation.pk}:{invitation.nonce}", to=invitation.email, letter=letter
    )


def _letterhead() -> dict[str, Any]:
    shop = catalogue.shop()
    return {"brand": Brand(name=shop.name), "shop": shop}
