"""Reading the mails that are kept, and how the mailbox stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet

from hammock.kit import clock
from hammock.kit.mail.models import OutgoingMail, ShutMailbox
from hammock.kit.prepared import prepared

TOLD_FOR = timedelta(days=30)
"""So long a mail that came back is told of; the list has it for good."""


@prepared
def kept(*, mail_id: int) -> QuerySet[OutgoingMail]:
    """Find a mail, whole."""
    return OutgoingMail.objects.filter(id=mail_id)


@prepared
def known(*, keys: Sequence[str]) -> QuerySet[OutgoingMail]:
    """Find which of these mails were queued, whatever became of them; only their keys."""
    return OutgoingMail.objects.filter(key__in=keys).only("key")


def refused() -> QuerySet[OutgoingMail]:
    """List the mails that the mail server did not take."""
    return OutgoingMail.objects.filter(state=OutgoingMail.State.FAILED)


def came_back() -> QuerySet[OutgoingMail]:
    """List the mails that came back lately, save those that are erased."""
    lately = clock.now() - TOLD_FOR
    return OutgoingMail.objects.filter(
        state=OutgoingMail.State.BOUNCED, bounced_at__gte=lately
    ).exclude(text="")


def shut_mailbox() -> ShutMailbox | None:
    """Give the house's mailbox where it did not open when it was last looked into."""
    if settings.INBOX is None:
        return None
    return ShutMailbox.objects.filter(mailbox=settings.INBOX.name).first()
