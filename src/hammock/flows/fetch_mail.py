"""The house's mailbox is looked through, and what answers a mail of ours is kept to be handled."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from hammock.kit import mail, mailbox
from hammock.kit.mail.models import ReadUpTo
from hammock.kit.mailbox import Arrived, Mailbox, Opened

MOST = 100
"""Mails looked at in one turn; the rest comes in the next."""


def fetch_mail() -> int:
    """Take the answers that came in since the last turn, each once; tells how many.

    Mails that answer nothing stay as they are for whoever reads that mailbox, and so do those that
    a machine wrote, such as “out of office”. Where this dies between keeping an answer and marking
    it as read, the answer is kept. Raises `MailboxRefused`.
    """
    if settings.INBOX is None:
        return 0
    taken = 0
    with mailbox.opened(settings.INBOX) as box:
        for arrived in box.since(_read_up_to(settings.INBOX, box), most=MOST):
            taken += _look_at(arrived, box, name=settings.INBOX.name)
    return taken


def _look_at(arrived: Arrived, box: Opened, *, name: str) -> bool:
    key = None if arrived.is_automatic else mail.answered(arrived)
    words = box.words(arrived) if key is not None else ""
    with transaction.atomic(durable=True):
        is_new = key is not None and mail.take(arrived, key=key, words=words)
        ReadUpTo.objects.update_or_create(
            mailbox=name, defaults={"validity": box.validity, "uid": arrived.uid}
        )
    if key is not None:
        box.mark_read(arrived)
    return is_new


def _read_up_to(box: Mailbox, opened: Opened) -> int | None:
    mark = ReadUpTo.objects.filter(mailbox=box.name, validity=opened.validity).first()
    return mark.uid if mark else None
