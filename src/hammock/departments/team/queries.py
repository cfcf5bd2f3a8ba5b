"""Reading who may come in: the first-login link, and whom it stands for."""

from __future__ import annotations

from datetime import timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

from hammock.departments.team.models import Member
from hammock.kit import links

FIRST_LOGIN = "first-login"
LINK_LASTS = timedelta(days=7)


def first_login_url(member: Member) -> str:
    """Give the address that lets a member in once, within the next seven days."""
    token = links.sign(FIRST_LOGIN, [member.pk, _standing(member)])
    return links.absolute("entry:first_login", token=token)


def member_of_link(token: str) -> Member:
    """Find whom a first-login link lets in.

    Raises `LinkRefused` for a link that was changed, is older than seven days, or was used: the
    first login (or a new password) changes what the link was signed for.
    """
    member_id, standing = links.unsign(FIRST_LOGIN, token, max_age=LINK_LASTS)
    member = Member.objects.filter(pk=member_id, is_active=True).first()
    if member is None or not constant_time_compare(_standing(member), standing):
        raise links.LinkRefused(expired=True)
    return member


def _standing(member: Member) -> str:
    """Digest what a login or a new password changes."""
    last = member.last_login.isoformat() if member.last_login else "never"
    return salted_hmac("hammock.first-login", f"{member.password}{last}").hexdigest()[:24]
