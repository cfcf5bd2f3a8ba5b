"""Reading who may come in: the first-login link, and whom it stands for."""

from __future__ import annotations

from collections.abc import Set
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from wagtail.models import PageLogEntry

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


def owner() -> Member | None:
    """Find the owner: the first member with all rights."""
    return Member.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()


def days_with_deeds(*, member_id: int, since: datetime, until: datetime) -> Set[date]:
    """List the days of the span on which the member changed something in the console."""
    noted = PageLogEntry.objects.filter(
        user_id=member_id, timestamp__gte=since, timestamp__lt=until
    )
    return {timezone.localdate(at) for at in noted.values_list("timestamp", flat=True)}


def first_deed_on(*, member_id: int) -> date | None:
    """Tell the first day of which the console noted a deed of the member."""
    first = PageLogEntry.objects.filter(user_id=member_id).order_by("timestamp").first()
    return timezone.localdate(first.timestamp) if first else None


def _standing(member: Member) -> str:
    """Digest what a login or a new password changes."""
    last = member.last_login.isoformat() if member.last_login else "never"
    return salted_hmac("hammock.first-login", f"{member.password}{last}").hexdigest()[:24]
