"""Reading who may come in: the first-login link, and whom it stands for."""

from __future__ import annotations

from collections.abc import Set
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from wagtail.models import PageLogEntry

from hammock.departments.team.models import Deed, Member
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


def days_with_deeds(*, member_id: int, since: datetime, until: datetime) -> Set[date]:
    """List the days of the span on which the member did something in the console."""
    deeds = Deed.objects.filter(member_id=member_id, at__gte=since, at__lt=until)
    pages = PageLogEntry.objects.filter(
        user_id=member_id, timestamp__gte=since, timestamp__lt=until
    )
    moments = [*deeds.values_list("at", flat=True), *pages.values_list("timestamp", flat=True)]
    return {timezone.localdate(moment) for moment in moments}


def first_deed_on(*, member_id: int) -> date | None:
    """Tell the first day of which the console noted a deed of the member."""
    deed = Deed.objects.filter(member_id=member_id).order_by("at").first()
    page = PageLogEntry.objects.filter(user_id=member_id).order_by("timestamp").first()
    moments = [*([deed.at] if deed else []), *([page.timestamp] if page else [])]
    return timezone.localdate(min(moments)) if moments else None


def _standing(member: Member) -> str:
    """Digest what a login or a new password changes."""
    last = member.last_login.isoformat() if member.last_login else "never"
    return salted_hmac("hammock.first-login", f"{member.password}{last}").hexdigest()[:24]
