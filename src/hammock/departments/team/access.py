"""Reading how members come in: second factors, sessions, the links of invitations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import connection

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.catalogue.errors import NoShop
from hammock.departments.team import roles
from hammock.departments.team.errors import InvitationOver
from hammock.departments.team.models import Invitation, Member
from hammock.departments.team.rules import device
from hammock.kit import links, tables

INVITATION = "invitation"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True, kw_only=True)
class Session:
    """Where a member is signed in: the browser's own words, and when it was last seen."""

    id: int
    device: str
    since: datetime
    seen: datetime
    is_this: bool


@dataclass(frozen=True, kw_only=True)
class Factors:
    """What a member has beside their password."""

    app: Authenticator | None
    passkeys: Sequence[Authenticator]
    codes_left: int | None

    @property
    def has_any(self) -> bool:
        """Whether signing in asks for more than the password."""
        return self.app is not None or bool(self.passkeys)


def invitation_url(invitation: Invitation) -> str:
    """Give the address at which the invited accepts."""
    return links.absolute(
        "entry:accept", token=links.sign(INVITATION, [invitation.pk, invitation.nonce])
    )


def invitation_of(token: str) -> Invitation:
    """Find what a link invites to. Raises `LinkRefused` or `InvitationOver`."""
    invitation_id, nonce = links.unsign(INVITATION, token)
    invitation = Invitation.objects.filter(pk=invitation_id).first()
    if invitation is None:
        raise links.LinkRefused(expired=True)
    if invitation.nonce != nonce or invitation.state != "open":
        raise InvitationOver(state=invitation.state)
    return invitation


def factors(member: Member) -> Factors:
    """Tell the member's second factors."""
    found = list(Authenticator.objects.filter(user=member).order_by("pk"))
    codes = [one for one in found if one.type == Authenticator.Type.RECOVERY_CODES]
    apps = [one for one in found if one.type == Authenticator.Type.TOTP]
    return Factors(
        app=apps[0] if apps else None,
        passkeys=[one for one in found if one.type == Authenticator.Type.WEBAUTHN],
        codes_left=len(codes[0].wrap().get_unused_codes()) if codes else None,
    )


def without_second_factor() -> list[Member]:
    """List the active owners and business people who have no second factor."""
    bound = [role for role, duty in roles.DUTIES.items() if duty.needs_second_factor]
    secured = Authenticator.objects.filter(type__in=FACTORS).values("user")
    return list(
        Member.objects.filter(role__in=bound, is_active=True).exclude(pk__in=secured).order_by("pk")
    )


def must_set_up_factor(member: Member) -> bool:
    """Tell whether this member has to set up a second factor before anything else."""
    duty = member.duty
    if duty is None or not duty.needs_second_factor:
        return False
    if Authenticator.objects.filter(user=member, type__in=FACTORS).exists():
        return False
    try:
        return catalogue.shop().is_live
    except NoShop:
        return False


def sessions(member: Member, *, current: str | None) -> list[Session]:
    """List where the member is signed in, the latest seen first; ended ones are swept out."""
    found = [
        Session(
            id=one.pk,
            device=device(one.user_agent),
            since=one.created_at,
            seen=one.last_seen_at,
            is_this=one.session_key == current,
        )
        for one in UserSession.objects.purge_and_list(member)
    ]
    return sorted(found, key=lambda one: (one.is_this, one.seen), reverse=True)


def end_session(member: Member, *, session_id: int) -> bool:
    """End one of the member's sessions, in the caller's transaction; False if it is gone."""
    found = UserSession.objects.filter(user=member, pk=session_id).first()
    if found is not None:
        found.end()
    return found is not None


def end_sessions(member: Member) -> int:
    """End all of the member's sessions, in the caller's transaction; tells how many."""
    found = list(UserSession.objects.filter(user=member))
    for one in found:
        one.end()
    return len(found)


def findings() -> list[str]:
    """Say which of the database's guards of the team are gone; nothing is what must be found."""
    last_owner = (
        {"team_last_owner_update", "team_last_owner_delete"}
        if connection.vendor == "sqlite"
        else {"team_last_owner"}
    )
    lost = sorted((tables.guards_of("team_deed") | last_owner) - tables.triggers())
    return [f"The trigger {name}, which guards the team, is gone." for name in lost]
